//! Sets of small numbers, as one bit each.

/// A set of positions below a fixed length.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct BitSet {
    words: Vec<u64>,
    length: usize,
}

impl BitSet {
    /// No position of `length`.
    pub(super) fn none(length: usize) -> Self {
        BitSet {
            words: vec![0; length.div_ceil(64)],
            length,
        }
    }

    /// Every position below `length`.
    pub(super) fn all(length: usize) -> Self {
        Self::none(length).complement()
    }

    /// The positions below `length` that the test holds for.
    pub(super) fn where_true(length: usize, test: impl Fn(usize) -> bool) -> Self {
        let mut out = Self::none(length);
        (0..length)
            .filter(|at| test(*at))
            .for_each(|at| out.insert(at));
        out
    }

    /// Adds a position; beyond the length nothing happens.
    pub(super) fn insert(&mut self, at: usize) {
        if let Some(word) = self.words.get_mut(at / 64).filter(|_| at < self.length) {
            *word |= 1 << (at % 64);
        }
    }

    /// Whether the position is in the set.
    pub(super) fn contains(&self, at: usize) -> bool {
        self.words
            .get(at / 64)
            .is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    /// The positions, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        let words = self.words.iter().enumerate();
        words.flat_map(|(at, word)| {
            let held = |word: u64| (word != 0).then_some(word);
            // Each time without its lowest bit.
            let rests = std::iter::successors(held(*word), move |rest| held(rest & (rest - 1)));
            rests.map(move |rest| at * 64 + rest.trailing_zeros() as usize)
        })
    }

    /// Whether every position is in the set.
    pub(super) fn is_full(&self) -> bool {
        let held: usize = self
            .words
            .iter()
            .map(|word| word.count_ones() as usize)
            .sum();
        held == self.length
    }

    fn merge(&self, other: &Self, f: impl Fn(u64, u64) -> u64) -> Self {
        let words = self
            .words
            .iter()
            .zip(&other.words)
            .map(|(a, b)| f(*a, *b))
            .collect();
        BitSet {
            words,
            length: self.length,
        }
    }

    /// Positions in either set.
    pub(super) fn union(&self, other: &Self) -> Self {
        self.merge(other, |a, b| a | b)
    }

    /// Positions in both sets.
    pub(super) fn intersection(&self, other: &Self) -> Self {
        self.merge(other, |a, b| a & b)
    }

    /// Positions that are not in the set.
    pub(super) fn complement(&self) -> Self {
        let mut words: Vec<u64> = self.words.iter().map(|word| !word).collect();
        if let Some(last) = words.last_mut().filter(|_| !self.length.is_multiple_of(64)) {
            *last &= (1 << (self.length % 64)) - 1;
        }
        BitSet {
            words,
            length: self.length,
        }
    }
}

/// A condition over positions that may be unknown for some: where it surely holds, and where it may.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Marks {
    /// Holds surely.
    pub(super) must: BitSet,
    /// Holds possibly.
    pub(super) may: BitSet,
}

impl Marks {
    /// Nothing is unknown.
    pub(super) fn exact(set: BitSet) -> Self {
        Marks {
            must: set.clone(),
            may: set,
        }
    }

    /// The condition does not hold.
    pub(super) fn negated(&self) -> Self {
        Marks {
            must: self.may.complement(),
            may: self.must.complement(),
        }
    }

    /// Both hold.
    pub(super) fn and(&self, other: &Self) -> Self {
        Marks {
            must: self.must.intersection(&other.must),
            may: self.may.intersection(&other.may),
        }
    }

    /// One of them holds.
    pub(super) fn or(&self, other: &Self) -> Self {
        Marks {
            must: self.must.union(&other.must),
            may: self.may.union(&other.may),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_complement_ends_at_the_length() {
        let odd = BitSet::where_true(70, |at| at % 2 == 1);
        assert!(odd.contains(69) && !odd.contains(68) && !odd.contains(70));
        assert_eq!(odd.complement(), BitSet::where_true(70, |at| at % 2 == 0));
        assert_eq!(odd.union(&odd.complement()), BitSet::all(70));
        assert_eq!(odd.intersection(&odd.complement()), BitSet::none(70));
        assert_eq!(BitSet::all(64).complement(), BitSet::none(64));
    }

    #[test]
    fn what_is_unknown_stays_unknown_when_negated() {
        let marks = Marks {
            must: BitSet::none(1),
            may: BitSet::all(1),
        };
        assert_eq!(marks.negated(), marks);
        assert_eq!(marks.or(&marks.negated()), marks);
    }
}
