//! A row of connectivity.

use super::Party;
use crate::model::{Border, Gap, Id, Traffic, Verdict};

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
