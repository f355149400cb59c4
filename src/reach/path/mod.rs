//! The path of a packet between two parties: a fold over hops, each a small function from bounds to bounds that also
//! names the line which decides.
//!
//! For every place in which the source may stand ([`location`]), every place of the destination, and every border between
//! the two ([`path_candidate`]), the hops of [`hop_check::HOP_CHECKS`] narrow a [`packet_set::PacketSet`]. What is left of the
//! lower bound is reachable, of the upper bound possible; else the hop that left nothing is the reason. Every answer is a
//! row of the [`table`], or what one candidate of it shows hop by hop ([`traversal`]).

mod candidate;
mod classes;
mod crossing;
mod entry_point;
mod evidence;
mod explain;
mod exposures;
mod far;
mod filter_outcome;
mod flows;
mod forward;
mod hop;
mod hop_check;
mod location;
mod locations;
mod nat_gateway;
mod neighbourhood;
mod network_index;
mod packet_set;
mod path_candidate;
mod places;
mod pod_policies;
mod prospect;
mod relay;
mod stepping;
mod table;
mod traversal;

pub(in crate::reach) use explain::explain;
pub(in crate::reach) use exposures::exposure_groups;
pub(in crate::reach) use flows::flow_groups;
pub(in crate::reach) use network_index::NetworkIndex;
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
