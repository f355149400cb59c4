//! Where a fact was written, and why one is not certain.

use super::arena::Id;
use std::sync::Arc;

/// A place in an input file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Path as the user gave it or as it was found below what the user gave, with `/` between parts.
    pub file: Arc<str>,
    /// Line, from 1; 0 where only the file is known.
    pub line: u32,
    /// Column in Unicode code points, from 1; 0 where only the line is known.
    pub column: u32,
    /// Length in code points of what is meant on that line; 0 where only the line is meant.
    pub length: u32,
}

/// What the plan under analysis does to the thing that a fact comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// Nothing, or the input is no plan.
    #[default]
    None,
    /// Creates or replaces it.
    Added,
    /// Updates it in place.
    Updated,
}

/// Where a fact comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// The file and line to show. For code inside a downloaded module this is the `module` call of the root.
    pub place: Place,
    /// The inner place, where `place` is only the call that leads to it.
    pub inner: Option<Place>,
    /// Name of the thing in its own language: a Terraform address (`module.a.route.b["x"]`), or a Kubernetes
    /// object as `NetworkPolicy shop/default-deny`.
    pub address: Arc<str>,
    /// What the plan does to it.
    pub change: Change,
}

/// One thing that the input holds and that could not be made part of the model, or whose value is not known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gap {
    /// What sort of thing is missing.
    pub kind: GapKind,
    /// One sentence without a full stop: what is not known, and what would decide it.
    pub what: String,
    /// Where it stands; none for what the input lacks as a whole.
    pub origin: Option<Origin>,
}

/// The sorts of [`Gap`]: a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GapKind {
    /// A value that is known only after apply.
    UnknownValue,
    /// A reference whose target cannot be resolved.
    Unlinked,
    /// A reference whose target is assumed, because nothing else fits.
    AssumedLink,
    /// A resource type or object kind that bears on reachability and is not modelled.
    NotModelled,
    /// A feature of something modelled that is not judged.
    NotJudged,
    /// A border that its far side has not accepted.
    NotAccepted,
    /// A network, address, far side or plan that the input names or needs and does not hold.
    NotInInput,
    /// A part of the input that could not be read.
    Unreadable,
    /// A plan that failed half way or lists no changes.
    IncompletePlan,
}

impl GapKind {
    /// The word for it in reports, in kebab case.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            GapKind::UnknownValue => "unknown-value",
            GapKind::Unlinked => "unlinked",
            GapKind::AssumedLink => "assumed-link",
            GapKind::NotModelled => "not-modelled",
            GapKind::NotJudged => "not-judged",
            GapKind::NotAccepted => "not-accepted",
            GapKind::NotInInput => "not-in-input",
            GapKind::Unreadable => "unreadable",
            GapKind::IncompletePlan => "incomplete-plan",
        }
    }
}

/// The gaps because of which a fact is not certain: none means certain. Ascending, without repetition.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Doubt(Vec<Id<Gap>>);

impl Doubt {
    /// No doubt.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Doubt because of one gap.
    #[must_use]
    pub fn of(gap: Id<Gap>) -> Self {
        Doubt(vec![gap])
    }

    /// Whether nothing stands between the fact and certainty.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        self.0.is_empty()
    }

    /// The gaps, ascending.
    #[must_use]
    pub fn gaps(&self) -> &[Id<Gap>] {
        &self.0
    }

    /// Both doubts together.
    #[must_use]
    pub fn and(&self, other: &Doubt) -> Doubt {
        let mut gaps: Vec<_> = self.0.iter().chain(&other.0).copied().collect();
        gaps.sort_unstable();
        gaps.dedup();
        Doubt(gaps)
    }
}

impl FromIterator<Id<Gap>> for Doubt {
    fn from_iter<I: IntoIterator<Item = Id<Gap>>>(gaps: I) -> Self {
        let mut gaps: Vec<_> = gaps.into_iter().collect();
        gaps.sort_unstable();
        gaps.dedup();
        Doubt(gaps)
    }
}
