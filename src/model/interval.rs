//! Sets of numbers as sorted closed intervals: exact, canonical, merged in linear time.

/// A number that intervals can be made of.
pub trait Point: Copy + Ord + std::fmt::Debug + std::hash::Hash {
    /// The next greater number, or none at the end of the type.
    fn next(self) -> Option<Self>;
    /// The next smaller number, or none at the start of the type.
    fn previous(self) -> Option<Self>;
}

macro_rules! point {
    ($($t:ty)*) => {$(
        impl Point for $t {
            fn next(self) -> Option<Self> {
                self.checked_add(1)
            }
            fn previous(self) -> Option<Self> {
                self.checked_sub(1)
            }
        }
    )*};
}
point!(u16 u32 u128);

/// A set of numbers: closed intervals, ascending, with a gap of at least one between neighbours.
///
/// The form is canonical: equal sets are equal values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IntervalSet<T>(Vec<(T, T)>);

impl<T> Default for IntervalSet<T> {
    fn default() -> Self {
        IntervalSet(Vec::new())
    }
}

impl<T: Point> IntervalSet<T> {
    /// The closed interval `low..=high`; empty where `low > high`.
    #[must_use]
    pub fn range(low: T, high: T) -> Self {
        IntervalSet(if low <= high {
            vec![(low, high)]
        } else {
            Vec::new()
        })
    }

    /// The union of closed intervals in any order; those with `low > high` are empty.
    #[must_use]
    pub fn from_ranges(ranges: impl IntoIterator<Item = (T, T)>) -> Self {
        let mut sorted: Vec<(T, T)> = ranges
            .into_iter()
            .filter(|(low, high)| low <= high)
            .collect();
        sorted.sort_unstable();
        let mut out: Vec<(T, T)> = Vec::with_capacity(sorted.len());
        for (low, high) in sorted {
            match out.last_mut() {
                Some(last) if last.1.next().is_none_or(|after| low <= after) => {
                    last.1 = last.1.max(high)
                }
                _ => out.push((low, high)),
            }
        }
        IntervalSet(out)
    }

    /// Whether the set holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The closed intervals, ascending.
    #[must_use]
    pub fn ranges(&self) -> &[(T, T)] {
        &self.0
    }

    /// The smallest number.
    #[must_use]
    pub fn first(&self) -> Option<T> {
        self.0.first().map(|range| range.0)
    }

    /// Whether `point` is in the set.
    #[must_use]
    pub fn contains(&self, point: T) -> bool {
        let after = self.0.partition_point(|range| range.0 <= point);
        after
            .checked_sub(1)
            .and_then(|at| self.0.get(at))
            .is_some_and(|range| point <= range.1)
    }

    /// Numbers in either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        if self.is_empty() {
            return other.clone();
        }
        if other.is_empty() {
            return self.clone();
        }
        Self::from_ranges(self.0.iter().chain(&other.0).copied())
    }

    /// Numbers in both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let (mut mine, mut theirs) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut out = Vec::new();
        while let (Some(&&(a, b)), Some(&&(c, d))) = (mine.peek(), theirs.peek()) {
            let (low, high) = (a.max(c), b.min(d));
            if low <= high {
                out.push((low, high));
            }
            if b <= d {
                mine.next();
            } else {
                theirs.next();
            }
        }
        IntervalSet(out)
    }

    /// Numbers in this set and not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        let mut out = Vec::new();
        let mut cuts = other.0.iter().peekable();
        for &(start, end) in &self.0 {
            let mut rest = Some(start);
            while cuts.next_if(|cut| cut.1 < start).is_some() {}
            let mut ahead = cuts.clone();
            while let (Some(low), Some(&(cut_low, cut_high))) = (rest, ahead.next()) {
                if cut_low > end {
                    break;
                }
                if let Some(before) = cut_low.previous().filter(|before| low <= *before) {
                    out.push((low, before));
                }
                rest = cut_high.next().filter(|after| *after <= end);
            }
            out.extend(rest.map(|low| (low, end)));
        }
        IntervalSet(out)
    }

    /// Whether the two share no number.
    #[must_use]
    pub fn is_disjoint(&self, other: &Self) -> bool {
        self.intersection(other).is_empty()
    }

    /// Whether every number of this set is in the other.
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        self.difference(other).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn set() -> impl Strategy<Value = IntervalSet<u16>> {
        prop::collection::vec((0u16..40, 0u16..40), 0..6).prop_map(IntervalSet::from_ranges)
    }

    proptest! {
        /// Membership after each operation is what the operation says, number by number.
        #[test]
        fn operations_agree_with_membership(a in set(), b in set()) {
            let (union, both, less) = (a.union(&b), a.intersection(&b), a.difference(&b));
            for point in 0..42 {
                let (x, y) = (a.contains(point), b.contains(point));
                prop_assert_eq!(union.contains(point), x || y);
                prop_assert_eq!(both.contains(point), x && y);
                prop_assert_eq!(less.contains(point), x && !y);
            }
        }

        /// Equal sets are equal values, however they were made.
        #[test]
        fn form_is_canonical(a in set(), b in set()) {
            prop_assert_eq!(a.difference(&b).union(&a.intersection(&b)), a.clone());
            prop_assert_eq!(a.union(&b), b.union(&a));
        }
    }

    #[test]
    fn the_ends_of_the_type_are_numbers_like_others() {
        let all = IntervalSet::range(0u16, u16::MAX);
        assert!(all.difference(&all).is_empty());
        assert_eq!(
            all.difference(&IntervalSet::range(1, u16::MAX)),
            IntervalSet::range(0, 0)
        );
        assert_eq!(
            IntervalSet::from_ranges([(u16::MAX, u16::MAX), (0, u16::MAX)]),
            all
        );
    }
}
