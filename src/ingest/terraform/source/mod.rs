//! Terraform sources: the module tree, places of blocks and attributes, comments, and the symbolic value of every
//! expression, where what is known only after apply is a reference to the attribute that it will come from.

mod binary_plan;
mod directory;
mod document;
mod ignore;
mod layout;
mod modules_json;
mod paths;
mod place;
#[cfg(test)]
mod testing;
mod tree;

pub use ignore::Ignore;
pub use place::{Placed, Spot};
pub use tree::SourceTree;
