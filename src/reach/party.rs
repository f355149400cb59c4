//! Who takes part in a flow, and which way it goes.

use crate::model::{AddressSet, Endpoint, Id, Workload};
use std::fmt;

/// One end of a flow.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// The pods of a workload.
    Workload(Id<Workload>),
    /// A resource.
    Endpoint(Id<Endpoint>),
    /// Bare addresses: only their place is known.
    Addresses(AddressSet),
}

/// Which way packets that open a connection go, seen from the pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Towards the pod.
    Ingress,
    /// From the pod.
    Egress,
}

impl Direction {
    /// Both, ingress first.
    pub const BOTH: [Direction; 2] = [Direction::Ingress, Direction::Egress];
}

/// `ingress`, `egress`.
impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Direction::Ingress => "ingress",
            Direction::Egress => "egress",
        })
    }
}
