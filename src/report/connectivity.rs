//! The connectivity that findings are drawn from, as `reach` prints it.

use crate::model::{Gap, Traffic};

/// Who can send what to whom.
#[derive(Clone, Debug, Default)]
pub struct Connectivity {
    /// One row for each pair and certainty, ascending.
    pub flows: Vec<FlowRow>,
    /// Ways across a border by way of others, ascending; empty where borders are not asked about.
    pub chains: Vec<ChainRow>,
    /// How resources were linked, ascending.
    pub links: Vec<LinkLine>,
    /// What is not known.
    pub gaps: Vec<Gap>,
}

/// One row of connectivity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FlowRow {
    /// Who opens the connection: a workload's id, a resource's address, or an inclusive range `a-b`.
    pub from: String,
    /// Whom it is opened to, written likewise.
    pub to: String,
    /// Whether it is certain; else possible.
    pub certain: bool,
    /// What passes.
    pub traffic: Traffic,
    /// Names of the borders on the way.
    pub crosses: Vec<String>,
    /// What is not known and would decide.
    pub gaps: Vec<String>,
}

/// A far side beyond a border that a workload comes to by way of others only.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChainRow {
    /// The workload's id.
    pub from: String,
    /// The far side: a resource's address, or an inclusive range `a-b`.
    pub to: String,
    /// Whether every step is certain; else possible.
    pub certain: bool,
    /// Who stands in between, in order: ids of workloads, addresses of resources; never empty.
    pub through: Vec<String>,
    /// What passes on the last step.
    pub traffic: Traffic,
    /// Names of the borders of the last step.
    pub crosses: Vec<String>,
}

/// How one attribute of a resource was linked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinkLine {
    /// Address of the resource.
    pub address: String,
    /// Path of the attribute, without indexes.
    pub attribute: String,
    /// Addresses that it points at.
    pub to: Vec<String>,
    /// `value`, `reference`, `source`, `assumed` or `gap`.
    pub by: &'static str,
}
