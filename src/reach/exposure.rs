//! What crosses a border to or from workloads, with its proof.

use super::Party;
use crate::model::{
    Border, Direction, EntryPoint, Gap, Hop, HopKind, Id, Network, Note, Occupant, Origin, Policy,
    Reason, Traffic, Verdict, Witness, Workload,
};
use std::rc::Rc;
use std::sync::Arc;

/// One far side that workloads reach over a border, or are reached from. The workloads are alike to the network and to all
/// policies: what is said of one holds for each, but for the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExposureGroup {
    /// The workloads, ascending; never empty.
    pub workloads: Rc<[Id<Workload>]>,
    /// The far side.
    pub far: Party,
    /// The line that says where the far side stands, where it is a resource and a line says so.
    pub(in crate::reach) far_origin: Option<Origin>,
    /// What is the same of all far sides that are alike.
    pub proof: Rc<Proof>,
}

impl ExposureGroup {
    /// The same of one of the workloads.
    #[must_use]
    pub fn of(&self, workload: Id<Workload>) -> Exposure {
        Exposure {
            workload,
            far: self.far.clone(),
            far_origin: self.far_origin.clone(),
            proof: Rc::clone(&self.proof),
        }
    }

    /// Each of the workloads by itself, in order.
    pub fn each(&self) -> impl Iterator<Item = Exposure> {
        self.workloads.iter().map(|workload| self.of(*workload))
    }
}

/// One far side that a workload reaches over a border, or is reached from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// The workload.
    pub workload: Id<Workload>,
    /// The far side.
    pub far: Party,
    far_origin: Option<Origin>,
    /// How packets cross.
    pub proof: Rc<Proof>,
}

/// How packets cross between workloads that are alike and far sides that are alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Ingress: the far side opens the connection. Egress: the workload does.
    pub direction: Direction,
    /// Networks that the far side stands in, ascending.
    pub networks: Vec<Id<Network>>,
    /// The borders on the way, ascending.
    pub borders: Vec<Id<Border>>,
    /// What passes; never empty.
    pub traffic: Arc<Traffic>,
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
    /// The gaps that stand between, ascending; none where it is reachable.
    pub gaps: Vec<Id<Gap>>,
    /// The way of that packet between `near` and `far`, hop by hop.
    pub(in crate::reach) hops: Vec<Hop>,
    pub(in crate::reach) near: Id<Workload>,
    pub(in crate::reach) far: Party,
}

impl Exposure {
    /// The way of the packet, hop by hop.
    #[must_use]
    pub fn hops(&self) -> Vec<Hop> {
        let proof = &self.proof;
        let mut hops = proof.hops.clone();
        rename(&mut hops, proof.near, self.workload);
        match (&proof.far, &self.far) {
            (Party::Workload(one), Party::Workload(other)) => rename(&mut hops, *one, *other),
            (Party::Endpoint(one), Party::Endpoint(other)) if one != other => {
                let ends = (Occupant::Endpoint(*one), Occupant::Endpoint(*other));
                self.move_far_side(&mut hops, ends);
            }
            _ => {}
        }
        hops
    }

    /// The hops about another far resource: all but the one that says where it stands are its own as well.
    fn move_far_side(&self, hops: &mut [Hop], (one, other): (Occupant, Occupant)) {
        if self.proof.direction == Direction::Ingress {
            let mut hops = hops.iter_mut();
            if let Some(hop) = hops.find(|hop| hop.kind == HopKind::SourceAddress) {
                hop.origin.clone_from(&self.far_origin);
            }
            return;
        }
        for hop in hops {
            if let Reason::Destination(occupant, location) = &hop.reason
                && *occupant == one
            {
                hop.reason = Reason::Destination(other, *location);
                hop.origin.clone_from(&self.far_origin);
            }
        }
    }
}

fn rename(hops: &mut [Hop], one: Id<Workload>, other: Id<Workload>) {
    if one != other {
        for hop in hops {
            hop.reason = hop.reason.about(one, other);
        }
    }
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
