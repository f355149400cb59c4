//! Terraform sources: the module tree, places of blocks and attributes, comments, and the symbolic value of every
//! expression, where what is known only after apply is a reference to the attribute that it will come from.

mod binary_plan;
mod body;
mod comment;
mod complete;
mod directory;
mod document;
mod evaluate;
mod evaluator;
mod fault;
mod files;
mod functions;
mod ignore;
mod json;
mod layout;
mod merge;
mod modules_json;
mod named;
mod need;
mod operators;
mod pairing;
mod paths;
mod place;
mod question;
mod repetition;
mod scope;
mod symbolic;
mod template;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod traversal;
mod tree;
mod types;

pub use body::Evaluated;
pub use complete::{Completed, complete};
pub use evaluator::Evaluator;
pub use ignore::Ignore;
pub use merge::Merged;
pub use place::{DeclaredPlace, Placed};
pub use repetition::Keys;
pub use symbolic::Limit;
pub use tree::SourceTree;
