//! Terraform and OpenTofu: plans, states and sources, made into a [`Graph`] of linked resources.

pub mod address;
mod configuration;
mod document;
mod graph;
mod input;
mod instances;
mod json;
mod moment;
mod read;
mod relevant;
mod source;
mod value;

pub use graph::{Graph, LinkRow, Links, Mode, Resource};
pub use instances::{Instance, Instances};
pub use read::{Terraform, read};
pub use source::Ignore as SourceIgnore;
pub use source::{Ignore, Placed, SourceTree, Spot};
pub use value::{By, Reference, Target, Value};
