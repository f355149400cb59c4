//! Terraform and OpenTofu: plans, states and sources, made into a [`Graph`] of linked resources.

pub mod address;
mod graph;
mod instances;
mod value;

pub use graph::{Graph, LinkRow, Links, Mode, Resource};
pub use instances::{Instance, Instances};
pub use value::{By, Reference, Target, Value};
