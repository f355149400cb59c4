//! Terraform and OpenTofu: plans, states and sources, made into a [`Graph`] of linked resources.

mod across;
pub mod address;
mod configuration;
mod document;
mod graph;
mod input;
mod instances;
mod json;
mod link;
mod manifests;
mod mocked;
mod moment;
mod owner;
mod place;
mod read;
mod reader;
mod relevant;
mod same;
mod source;
#[cfg(test)]
pub mod testing;
mod value;
mod wanted;

pub use address::Address;
pub use graph::{Graph, LinkRow, Links, Mode, Resource};
pub use instances::{Instance, Instances};
pub use manifests::Applied;
pub use read::{Terraform, read};
pub use source::Ignore as SourceIgnore;
pub use source::{
    Completed, Evaluated, Evaluator, Ignore, Merged, Placed, SourceTree, Spot, complete, merge,
};
pub use value::{By, Reference, Target, Value};
