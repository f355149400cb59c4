//! What can reach what: pure derivation from a [`World`](crate::model::World), the same bytes out for the same input.
//!
//! [`Engine`] is the entry point. [`policy`] judges by network policies of a cluster alone; the path over networks and borders
//! is folded around it.

mod engine;
mod exposure;
#[cfg(test)]
pub(crate) mod fixture;
mod flow;
mod host_service;
mod lint;
mod party;
mod path;
pub mod policy;
mod standing;
mod stepping;

pub use engine::Engine;
pub use exposure::{Exposure, Inward, Permission, Witness};
pub use flow::{Flow, Scope};
pub use lint::{Lint, LintKind};
pub use party::{Direction, Party};
pub use standing::{DirectionStanding, NamespaceStanding, Nullified, Standing};
pub use stepping::SteppingStones;
