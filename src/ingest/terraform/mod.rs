//! Terraform and OpenTofu: plans, states and sources, made into a [`Graph`] of linked resources.

mod graph;
mod value;

pub use graph::{Graph, LinkRow, Links, Mode, Resource};
pub use value::{By, Reference, Target, Value};
