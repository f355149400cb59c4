//! What can reach what: pure derivation from a [`World`](crate::model::World), the same bytes out for the same input.
//!
//! [`Engine`] is the entry point. [`policy`] judges by network policies of a cluster alone; the path over networks and borders
//! is folded around it.

mod engine;
mod exposure;
#[cfg(test)]
pub(crate) mod fixture;
mod flow;
mod host_service;
mod isolation_status;
mod joined_networks;
mod party;
mod path;
pub mod policy;
mod remark;
mod service;
mod share;
mod stepping;

pub use engine::Engine;
pub use exposure::{Exposure, ExposureGroup, Inward, Permission, Proof};
pub use flow::{Flow, FlowGroup, Scope};
pub use isolation_status::{DirectionIsolation, IsolationStatus, NamespaceIsolation, Nullified};
pub use party::Party;
pub use remark::{Remark, RemarkKind};
pub use share::{NoShare, Share};
pub use stepping::SteppingStones;
