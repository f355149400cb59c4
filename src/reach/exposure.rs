//! What crosses a border to or from a workload, with its proof.

use super::Party;
use crate::model::{
    Border, Direction, EntryPoint, Id, Network, Note, Origin, Policy, Traffic, Trail, Verdict,
    Witness, Workload,
};

/// One far side that a workload reaches over a border, or is reached from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// The workload.
    pub workload: Id<Workload>,
    /// Ingress: the far side opens the connection. Egress: the workload does.
    pub direction: Direction,
    /// The far side.
    pub far: Party,
    /// Networks that the far side stands in, ascending.
    pub networks: Vec<Id<Network>>,
    /// The borders on the way, ascending.
    pub links: Vec<Id<Border>>,
    /// What passes; never empty.
    pub traffic: Traffic,
    /// Reachable or possible, never blocked.
    pub verdict: Verdict,
    /// What the policies on the workload's side say to it.
    pub permission: Permission,
    /// One packet of it.
    pub witness: Witness,
    /// The entry point that it goes through; none where it goes to the pods' own address.
    pub entry_point: Option<Id<EntryPoint>>,
    /// How that packet comes to the workload's pods, where it comes to them through an entry point.
    pub inward: Option<Inward>,
    /// The way of that packet, hop by hop.
    pub trail: Trail,
}

/// The last stretch of a packet that comes to pods through an entry point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inward {
    /// The entry point.
    pub entry_point: Id<EntryPoint>,
    /// The packet as the pods see it; none where it does not come that far.
    pub packet: Option<Witness>,
    /// Whether its source is a node of the cluster.
    pub of_node: bool,
    /// Why policies do not hold for it, where they may not: it comes from the pods' own node.
    pub exempt: Option<Note>,
}

/// Why the policies of the workload's own cluster let a flow pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Permission {
    /// No policy decides about it: everything is allowed by default.
    NoPolicy,
    /// Policies do not hold there, for the reason in the note.
    NotEnforced(Note),
    /// Pods on the host network are outside of policy.
    HostNetwork,
    /// A rule lets anyone pass.
    Everything {
        /// Its policy.
        policy: Id<Policy>,
        /// Its line.
        origin: Origin,
    },
    /// A policy that is not understood may let it pass.
    Unclear {
        /// The policy.
        policy: Id<Policy>,
        /// Its line.
        origin: Origin,
    },
    /// A rule names the far side.
    Named {
        /// Its policy.
        policy: Id<Policy>,
        /// Its line.
        origin: Origin,
    },
}
