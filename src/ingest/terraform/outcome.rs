//! What plans, states and sources yield.

use super::graph::{Graph, LinkRow};
use super::manifests::Applied;
use super::recorded::Entered;
use super::source::Ignore;
use crate::ingest::rendering::Requested;
use crate::ingest::{InputError, InputRow};

/// What plans, states and sources yield at one moment.
#[derive(Clone, Debug, Default)]
pub struct Terraform {
    /// The linked resources.
    pub graph: Graph,
    /// How each attribute that names another resource was linked, ascending.
    pub links: Vec<LinkRow>,
    /// The plans, states and sources that were read, ascending by path.
    pub inputs: Vec<InputRow>,
    /// Kubernetes objects that Terraform applies.
    pub manifests: Vec<Applied>,
    /// Charts of the repository that Terraform installs.
    pub requests: Vec<Requested>,
    /// Comments in the sources that ask to ignore findings.
    pub ignores: Vec<Ignore>,
    /// The resource of each number, for each part that is recorded.
    pub recorded: Entered,
    /// What could not be read.
    pub errors: Vec<InputError>,
    /// What was left out and is not missed.
    pub notes: Vec<InputError>,
}
