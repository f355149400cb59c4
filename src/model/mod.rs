//! The nouns that every room shares: addresses, traffic, networks, filters, borders, clusters, policies, trails.
//!
//! Nothing here reads, prints or derives anything, and no word belongs to one vendor: what three providers call
//! by three names is one [`Network`]. All ids are positions in the arenas of one [`World`].

mod address;
mod amendment;
mod arena;
mod cluster;
mod confidential;
mod direction;
mod entry_point;
mod filter;
mod flow_set;
mod host_service;
mod interval;
mod ledger;
mod network;
mod node_pool;
mod origin;
mod pod_placements;
mod pod_privilege;
mod policy;
mod reason;
mod selector;
mod service;
mod traffic;
mod trail;
#[cfg(test)]
pub(crate) mod twin;
mod witness;
mod world;

pub use address::{AddressError, AddressSet};
pub use amendment::{Amendment, Narrowing, Restriction, Separation};
pub use arena::{Arena, Id};
pub use cluster::{Cluster, Labels, NamedPort, Namespace, Workload};
pub use confidential::Confidential;
pub use direction::Direction;
pub use entry_point::{EntryPoint, EntryPointTarget, Forwarder};
pub use filter::{Filter, FilterAction, FilterPeer, FilterRule};
pub use flow_set::{Bounds, FlowSet};
pub use host_service::HostService;
pub use interval::{IntervalSet, Point};
pub use ipnet::IpNet;
pub use ledger::Ledger;
pub use network::{
    Attachment, Border, Endpoint, Enforced, Leg, Network, NetworkOwner, Note, PivotRisk,
    PodPlacement, Relay, Route, RouteTable, Subnet, Target,
};
pub use node_pool::{CredentialsControl, NodeCredentials, NodePool, ToPods};
pub use origin::{Change, Doubt, Gap, GapKind, Origin, Place};
pub use pod_placements::{DistinctPlacements, PodPlacements};
pub use pod_privilege::{PodPrivileges, Privilege};
pub use policy::{Policy, PolicyAction, PolicyPeer, PolicyRule, PolicySide, PortName, Tier};
pub use reason::{Location, Occupant, Reason, RuleOutcome};
pub use selector::{LabelsOf, Selected, Selector};
pub use service::{Service, ServiceAddressing, ServicePort};
pub use traffic::{Protocol, Traffic};
pub use trail::{Hop, HopKind, Trail, Verdict};
pub use witness::Witness;
pub use world::World;
