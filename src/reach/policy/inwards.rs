//! For each kind of pods, the kinds that let something in from it.

use super::bits::BitSet;
use rustc_hash::FxHashMap;

/// What the kinds of workloads let in, turned around.
#[derive(Debug)]
pub(super) struct Inwards {
    /// The kinds that let in something of those that they do not name.
    pub(super) open: BitSet,
    /// For each class of pods the kinds that let in something of it by name.
    pub(super) named: FxHashMap<usize, Vec<usize>>,
    /// For each class of pods the kinds that stand so.
    pub(super) of_class: FxHashMap<usize, Vec<usize>>,
}
