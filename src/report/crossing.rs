//! What crosses borders, with its proof, for the formats that show it all.

use super::problem::Quotes;
use crate::model::{AddressSet, Border, Endpoint, Hop, Id, Network, Traffic, Workload, World};
use std::collections::BTreeSet;
use std::fmt::Debug;

/// What only some formats ask for. It is made when it is asked for, out of what was judged already.
pub trait Evidence: Debug {
    /// All that crosses a border in the world that was judged, in the order of its workloads.
    fn crossings(&self) -> Vec<CrossingRow>;
    /// The world that findings are compared with, and what crosses a border there; none where nothing was compared.
    fn before(&self) -> Option<(&World, Vec<CrossingRow>)>;
    /// The hops up to the one that stopped a crossing of now, in the world of before and described by it; none where the world of before does
    /// not hold both ends, or nothing was stopped there.
    fn stopped_before(&self, row: &CrossingRow) -> Vec<Hop>;
    /// The lines of files that may be quoted, by the shown paths of the files.
    fn quotes(&self, files: &BTreeSet<&str>) -> Quotes;
}

/// Nothing to show: no crossing, no comparison, no line that may be quoted.
#[derive(Clone, Copy, Debug)]
pub struct NoEvidence;

impl Evidence for NoEvidence {
    fn crossings(&self) -> Vec<CrossingRow> {
        Vec::new()
    }
    fn before(&self) -> Option<(&World, Vec<CrossingRow>)> {
        None
    }
    fn stopped_before(&self, _: &CrossingRow) -> Vec<Hop> {
        Vec::new()
    }
    fn quotes(&self, _: &BTreeSet<&str>) -> Quotes {
        Quotes::default()
    }
}

/// What passes between a workload and one far side across borders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrossingRow {
    /// The workload.
    pub workload: Id<Workload>,
    /// Whether the far side opens the connection; else the workload does.
    pub inward: bool,
    /// The far side.
    pub far: FarSide,
    /// Its name, as in findings.
    pub far_name: String,
    /// The networks that it stands in, ascending.
    pub networks: Vec<Id<Network>>,
    /// The borders on the way, ascending.
    pub borders: Vec<Id<Border>>,
    /// Name of the entry point that it goes through; none where it goes to the pods' own address.
    pub entry_point: Option<String>,
    /// Whether it is certain; else possible.
    pub certain: bool,
    /// What passes; never empty.
    pub traffic: Traffic,
    /// The proof, hop by hop.
    pub hops: Vec<Hop>,
}

/// The far side of a crossing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FarSide {
    /// Pods of another cluster.
    Workload(Id<Workload>),
    /// A resource.
    Endpoint(Id<Endpoint>),
    /// Addresses of whose owners nothing is known.
    Addresses(AddressSet),
}
