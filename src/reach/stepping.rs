//! Ways over a border by other pods.

use super::Party;
use crate::model::{Id, Link, Traffic, Verdict, Workload};

/// A far side that a workload cannot send to itself, but that it comes to by way of other pods of its cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SteppingStones {
    /// Where it starts.
    pub from: Id<Workload>,
    /// The pods in between, in order; never empty. Each can open a connection to the next, the last one to the far side.
    pub through: Vec<Id<Workload>>,
    /// The far side: a resource, or the addresses of a network.
    pub far: Party,
    /// Borders of the last step; ascending.
    pub links: Vec<Id<Link>>,
    /// What passes on the last step.
    pub traffic: Traffic,
    /// Reachable where every step is, else possible.
    pub verdict: Verdict,
}
