//! What is not known or not judged.

use super::arena::{Arena, Id};
use super::origin::{Gap, GapKind};
use std::ops::Index;
use std::sync::LazyLock;

/// The gaps of a world, and one more that no input has: that of a crossing whose proof cannot be shown.
#[derive(Clone, Debug, Default)]
pub struct Ledger(Arena<Gap>);

static UNPROVED: LazyLock<Gap> = LazyLock::new(|| {
    Gap {
    kind: GapKind::NotJudged,
    what: "each part of the way lets some packets pass, and no packet is found that passes all of it; \
           test the connection"
        .to_owned(),
    origin: None,
}
});

impl Ledger {
    /// The gap because of which a crossing whose proof cannot be shown is possible and no more. It is none of the input's.
    pub const UNPROVED: Id<Gap> = Id::last();

    /// Adds a gap of the input.
    pub fn push(&mut self, gap: Gap) -> Id<Gap> {
        self.0.push(gap)
    }

    /// Number of gaps of the input.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the input has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The gaps of the input, in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = (Id<Gap>, &Gap)> {
        self.0.iter()
    }
}

impl Index<Id<Gap>> for Ledger {
    type Output = Gap;
    fn index(&self, id: Id<Gap>) -> &Gap {
        self.0.find(id).unwrap_or(&UNPROVED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_proved_is_named_and_is_none_of_the_input() {
        let mut ledger = Ledger::default();
        assert!(ledger[Ledger::UNPROVED].what.contains("no packet is found"));
        let own = ledger.push(Gap {
            kind: GapKind::Unlinked,
            what: "a".to_owned(),
            origin: None,
        });
        assert_eq!(ledger[own].what, "a");
        assert_eq!((ledger.len(), ledger.iter().count()), (1, 1));
        assert!(ledger[Ledger::UNPROVED].what.contains("no packet is found"));
    }
}
