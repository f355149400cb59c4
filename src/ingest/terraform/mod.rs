//! Terraform and OpenTofu: plans, states and sources, made into a [`Graph`] of linked resources.

pub mod address;
mod attribute_path;
mod before;
mod configuration;
mod cross_state_links;
mod deduplicate;
mod document;
mod elements;
mod graph;
mod input;
mod instances;
mod json;
mod link;
mod manifests;
mod missing;
mod mocked;
mod mode;
mod outcome;
mod owner;
mod place;
mod plan_phase;
mod read;
mod reader;
pub mod recorded;
mod resource;
mod resource_types;
mod source;
mod stale;
#[cfg(test)]
pub mod testing;
mod undeclared;
mod unplanned;

pub use address::{Address, Key};
pub use attribute_path::AttributePath;
pub use graph::{Elsewhere, Graph, LinkRow, Links};
pub use instances::{Instance, Instances};
pub use manifests::Applied;
pub use mode::Mode;
pub use outcome::Terraform;
pub use place::block as block_address;
pub use read::{Reading, read};
pub use resource::{By, Draft, Members, Presence, Reference, Resource, Target, Value, is_open};
pub use resource_types::{NamedBy, ProviderTypes, ResourceFamily, ResourceTypes};
pub use source::Ignore as SourceIgnore;
pub use source::{
    Completed, DeclaredPlace, Evaluated, Evaluator, Ignore, Merged, Placed, SourceTree, complete,
};
