//! What becomes of a resource type.

use super::Lowering;
use crate::ingest::terraform::Mode;
use crate::model::GapKind;

/// What becomes of a resource type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It is lowered into the model, or another resource's lowering reads it.
    Modelled,
    /// It can carry or filter traffic, or stand in a subnet, and is not modelled: each one is a gap.
    Gap,
    /// It neither carries nor filters traffic between private addresses.
    Irrelevant,
}

impl Standing {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Standing::Modelled => "modelled",
            Standing::Gap => "gap",
            Standing::Irrelevant => "irrelevant",
        }
    }
}

impl<L> Lowering<'_, L> {
    /// Enters a gap for each managed resource for whose type `is_gap` holds. `known`: what such types do, as far as that is
    /// told; any other may carry or filter traffic.
    pub fn note_not_modelled(&mut self, is_gap: impl Fn(&str) -> bool, known: &[(&str, &str)]) {
        let graph = self.graph;
        for (_, resource) in graph
            .resources
            .iter()
            .filter(|(_, own)| own.mode == Mode::Managed && is_gap(&own.kind))
        {
            let kind = resource.kind.as_str();
            let does = known
                .iter()
                .find(|(own, _)| *own == kind)
                .map_or("may carry or filter traffic", |(_, does)| does);
            let what = format!("`{}` {does}: `{kind}` is not modelled", resource.address);
            self.world
                .doubt(GapKind::NotModelled, what, Some(resource.origin.clone()));
        }
    }
}
