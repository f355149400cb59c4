//! The words that all families share.

use super::stage::AtClusters;
use crate::ingest::lowering;

pub use super::on_demand::At;
pub use lowering::{Attribute, Found, MANY, is_set};

/// What all resources became.
pub type Lowered = AtClusters;

/// A run of the families of a stage over one graph.
pub type Lowering<'a, S = Lowered> = lowering::Lowering<'a, S>;
