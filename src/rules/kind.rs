//! The kinds of facts that rules look at.

use super::fact::Fact;
use super::field::Field;
use super::judged::Judged;

/// A kind of fact: the word of `select:`, the fields, and where its facts come from. One file declares it, one line of
/// [`FACT_KINDS`](super::FACT_KINDS) registers it.
#[derive(Clone, Copy, Debug)]
pub struct FactKind {
    /// Its word after `select:`.
    pub name: &'static str,
    /// What one fact of it is.
    pub about: &'static str,
    /// Its fields, each of which every fact fills.
    pub fields: &'static [Field],
    /// Whether its facts are crossings of a border, proved hop by hop.
    pub crossing: bool,
    /// All its facts of a world.
    pub(super) facts: fn(&Judged<'_, '_>) -> Vec<Fact>,
}
