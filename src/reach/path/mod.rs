//! The path of a packet between two parties: a fold over hops, each a small function from bounds to bounds that also
//! names the line which decides.
//!
//! For every way in which the source may stand ([`spot`]), every way in which the destination may, and every border
//! between the two ([`way`]), the hops of [`walk::GATES`] narrow a [`region::Region`] of packets. What is left of the
//! lower bound is reachable, of the upper bound possible; else the hop that left nothing is the reason.

mod back;
mod candidate;
mod classes;
mod crossing;
mod endpoint;
mod entry_point;
mod explain;
mod exposures;
mod fabric;
mod far;
mod filter_evidence;
mod flows;
mod forward;
mod identity;
mod interface_filter;
mod link;
mod nat_gateway;
mod policy;
mod region;
mod relay;
mod route;
mod screen;
mod spot;
mod stepping;
mod subnet_filter;
mod table;
mod traversal;
mod walk;
mod way;

pub(in crate::reach) use explain::explain;
pub(in crate::reach) use exposures::exposures;
pub(in crate::reach) use fabric::Fabric;
pub(in crate::reach) use flows::flows;
pub(in crate::reach) use stepping::stepping_stones;
pub(in crate::reach) use table::{CrossingTable, Crossings};

#[cfg(test)]
mod families;
#[cfg(test)]
mod scale;
#[cfg(test)]
mod scene;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod twin;
