//! Rows of connectivity, by pair and by class.

use super::Party;
use crate::model::{Border, Gap, Id, Traffic, Verdict, World};
use std::rc::Rc;
use std::sync::Arc;

/// Which flows are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Pods to pods of one cluster, and pods to and from addresses outside, by network policy alone.
    Cluster,
    /// What crosses a border between networks.
    Border,
    /// Both.
    All,
}

/// What one party can send to another; one row for each pair and certainty, none where nothing passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Who opens the connection.
    pub from: Party,
    /// Whom it is opened to.
    pub to: Party,
    /// What passes; never empty.
    pub traffic: Traffic,
    /// Reachable or possible, never blocked.
    pub verdict: Verdict,
    /// The borders on the way; empty inside a network.
    pub crosses: Vec<Id<Border>>,
    /// The gaps that make it no more than possible; ascending.
    pub gaps: Vec<Id<Gap>>,
}

/// What each of some parties can send to each of others: they are alike in this. Pods of one owner that stand on both sides
/// are not meant to send it to themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowGroup {
    /// Who opens the connection; never empty.
    pub from: Rc<[Party]>,
    /// Whom it is opened to; never empty.
    pub to: Rc<[Party]>,
    /// What passes; never empty.
    pub traffic: Arc<Traffic>,
    /// Reachable or possible, never blocked.
    pub verdict: Verdict,
    /// The borders on the way; empty inside a network.
    pub crosses: Rc<[Id<Border>]>,
    /// The gaps that make it no more than possible; ascending.
    pub gaps: Rc<[Id<Gap>]>,
}

impl FlowGroup {
    /// One row for each pair.
    pub fn flows<'g>(&'g self, world: &'g World) -> impl Iterator<Item = Flow> + 'g {
        let owner = |party: &Party| match party {
            Party::Workload(id) => {
                let own = &world.workloads[*id];
                Some((own.namespace, &own.kind, &own.name))
            }
            Party::Endpoint(_) | Party::Addresses(_) => None,
        };
        let itself =
            move |from: &Party, to: &Party| owner(from).is_some_and(|own| owner(to) == Some(own));
        let pairs = self.from.iter().flat_map(|from| {
            let to = self.to.iter();
            to.map(move |to| (from, to))
        });
        let pairs = pairs.filter(move |(from, to)| !itself(from, to));
        pairs.map(|(from, to)| Flow {
            from: from.clone(),
            to: to.clone(),
            traffic: Traffic::clone(&self.traffic),
            verdict: self.verdict,
            crosses: self.crosses.to_vec(),
            gaps: self.gaps.to_vec(),
        })
    }
}
