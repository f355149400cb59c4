//! Sets of numbers as sorted closed intervals: exact, canonical, merged in linear time.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A number that intervals can be made of.
pub trait Point: Copy + Ord + std::fmt::Debug + std::hash::Hash {
    /// The next greater number, or none at the end of the type.
    fn next(self) -> Option<Self>;
    /// The next smaller number, or none at the start of the type.
    fn previous(self) -> Option<Self>;
    /// The greatest number of the type.
    const MAX: Self;
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
            const MAX: Self = <$t>::MAX;
        }
    )*};
}
point!(u16 u32 u128);

/// A set of numbers: closed intervals, ascending, with a gap of at least one between neighbours.
///
/// The form is canonical: equal sets are equal values. Sets are ordered by their intervals. Most sets are empty or one
/// interval, and those cost no allocation; the others are shared, so that a copy costs none either.
#[derive(Clone, Debug, Default)]
pub struct IntervalSet<T>(Intervals<T>);

#[derive(Clone, Debug, Default)]
enum Intervals<T> {
    #[default]
    None,
    One((T, T)),
    /// Two or more.
    Many(Arc<[(T, T)]>),
}

impl<T: PartialEq> PartialEq for IntervalSet<T> {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Intervals::Many(mine), Intervals::Many(theirs)) => {
                Arc::ptr_eq(mine, theirs) || mine == theirs
            }
            _ => self.slice() == other.slice(),
        }
    }
}

impl<T: Eq> Eq for IntervalSet<T> {}

impl<T: Ord> PartialOrd for IntervalSet<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: Ord> Ord for IntervalSet<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.slice().cmp(other.slice())
    }
}

impl<T: Hash> Hash for IntervalSet<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.slice().hash(state);
    }
}

impl<T> IntervalSet<T> {
    fn slice(&self) -> &[(T, T)] {
        match &self.0 {
            Intervals::None => &[],
            Intervals::One(range) => std::slice::from_ref(range),
            Intervals::Many(ranges) => ranges,
        }
    }

    /// Of intervals in the canonical form.
    fn canonical(mut ranges: Vec<(T, T)>) -> Self {
        IntervalSet(match (ranges.pop(), ranges.is_empty()) {
            (None, _) => Intervals::None,
            (Some(only), true) => Intervals::One(only),
            (Some(last), false) => {
                ranges.push(last);
                Intervals::Many(ranges.into())
            }
        })
    }
}

impl<T: Point> IntervalSet<T> {
    /// The closed interval `low..=high`; empty where `low > high`.
    #[must_use]
    pub fn range(low: T, high: T) -> Self {
        IntervalSet(if low <= high {
            Intervals::One((low, high))
        } else {
            Intervals::None
        })
    }

    /// The union of closed intervals in any order; those with `low > high` are empty.
    #[must_use]
    pub fn from_ranges(ranges: impl IntoIterator<Item = (T, T)>) -> Self {
        let mut sorted: Vec<(T, T)> = ranges
            .into_iter()
            .filter(|(low, high)| low <= high)
            .collect();
        if !sorted.is_sorted() {
            sorted.sort_unstable();
        }
        Self::merged(sorted)
    }

    /// The union of closed intervals, ascending by their lower ends.
    fn merged(sorted: impl IntoIterator<Item = (T, T)>) -> Self {
        let mut out: Vec<(T, T)> = Vec::new();
        for (low, high) in sorted {
            match out.last_mut() {
                Some(last) if last.1.next().is_none_or(|after| low <= after) => {
                    last.1 = last.1.max(high)
                }
                _ => out.push((low, high)),
            }
        }
        Self::canonical(out)
    }

    /// Whether the set holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self.0, Intervals::None)
    }

    /// The closed intervals, ascending.
    #[must_use]
    pub fn ranges(&self) -> &[(T, T)] {
        self.slice()
    }

    /// The smallest number.
    #[must_use]
    pub fn first(&self) -> Option<T> {
        self.slice().first().map(|range| range.0)
    }

    /// Whether `point` is in the set.
    #[must_use]
    pub fn contains(&self, point: T) -> bool {
        let ranges = self.slice();
        let after = ranges.partition_point(|range| range.0 <= point);
        after
            .checked_sub(1)
            .and_then(|at| ranges.get(at))
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
        match (&self.0, &other.0) {
            (Intervals::One(mine), Intervals::One(theirs)) => Self::of_two(*mine, *theirs),
            _ if self == other => self.clone(),
            _ => {
                let (mut mine, mut theirs) = (
                    self.slice().iter().peekable(),
                    other.slice().iter().peekable(),
                );
                Self::merged(std::iter::from_fn(|| match (mine.peek(), theirs.peek()) {
                    (Some(a), Some(b)) if a <= b => mine.next().copied(),
                    (_, Some(_)) => theirs.next().copied(),
                    (_, None) => mine.next().copied(),
                }))
            }
        }
    }

    fn of_two(mine: (T, T), theirs: (T, T)) -> Self {
        let (first, second) = (mine.min(theirs), mine.max(theirs));
        if first.1.next().is_none_or(|after| second.0 <= after) {
            Self::range(first.0, first.1.max(second.1))
        } else {
            IntervalSet(Intervals::Many([first, second].into()))
        }
    }

    /// Numbers in both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        if let (Intervals::One(mine), Intervals::One(theirs)) = (&self.0, &other.0) {
            return Self::range(mine.0.max(theirs.0), mine.1.min(theirs.1));
        }
        Self::canonical(self.common(other).collect())
    }

    /// The intervals of the numbers in both sets, ascending.
    fn common<'s>(&'s self, other: &'s Self) -> impl Iterator<Item = (T, T)> + 's {
        let (mut mine, mut theirs) = (self.slice(), other.slice());
        std::iter::from_fn(move || {
            while let (Some((&(a, b), rest)), Some((&(c, d), further))) =
                (mine.split_first(), theirs.split_first())
            {
                if b <= d {
                    mine = rest;
                } else {
                    theirs = further;
                }
                let (low, high) = (a.max(c), b.min(d));
                if low <= high {
                    return Some((low, high));
                }
            }
            None
        })
    }

    /// Numbers in this set and not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        if other.is_empty() {
            return self.clone();
        }
        let mut out = Vec::new();
        let mut cuts = other.slice().iter().peekable();
        for &(start, end) in self.slice() {
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
        Self::canonical(out)
    }

    /// Whether the two share no number.
    #[must_use]
    pub fn is_disjoint(&self, other: &Self) -> bool {
        self.common(other).next().is_none()
    }

    /// Whether every number of this set is in the other.
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        let holds = |range: &(T, T)| {
            let after = other.slice().partition_point(|own| own.0 <= range.0);
            let own = after.checked_sub(1).and_then(|at| other.slice().get(at));
            own.is_some_and(|own| range.1 <= own.1)
        };
        self.slice().iter().all(holds)
    }
}

/// Where the same sets hold: for each stretch of numbers that some set holds, the positions of those that do, ascending.
/// Stretches are ascending and do not touch numbers of one another.
#[must_use]
pub fn overlaps<'s, T: Point + 's>(
    sets: impl IntoIterator<Item = &'s IntervalSet<T>>,
) -> Vec<((T, T), Vec<usize>)> {
    let mut events: Vec<Event<T>> = Vec::new();
    for (number, set) in sets.into_iter().enumerate() {
        for &(low, high) in set.ranges() {
            events.push((low, true, number));
            events.extend(high.next().map(|after| (after, false, number)));
        }
    }
    events.sort_unstable();
    let mut out = Vec::new();
    let mut holding: BTreeSet<usize> = BTreeSet::new();
    for (at, group) in grouped(&events) {
        for (_, starts, number) in group {
            if *starts {
                holding.insert(*number);
            } else {
                holding.remove(number);
            }
        }
        if !holding.is_empty() {
            out.push((at, holding.iter().copied().collect()));
        }
    }
    out
}

/// A number before which a set of that position begins to hold (true) or ends.
type Event<T> = (T, bool, usize);

/// Events by the stretch that begins with them.
fn grouped<T: Point>(events: &[Event<T>]) -> impl Iterator<Item = ((T, T), &[Event<T>])> {
    let groups: Vec<&[Event<T>]> = events.chunk_by(|a, b| a.0 == b.0).collect();
    (0..groups.len()).filter_map(move |at| {
        let group = groups.get(at)?;
        let low = group.first()?.0;
        let next = groups.get(at + 1).and_then(|next| next.first());
        let high = next.and_then(|next| next.0.previous()).unwrap_or(T::MAX);
        Some(((low, high), *group))
    })
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

    proptest! {
        /// Each number is in one stretch at most, and that names the sets which hold it.
        #[test]
        fn overlaps_name_the_sets_that_hold_a_number(
            mut sets in prop::collection::vec(set(), 0..5),
            to_the_end in any::<bool>(),
        ) {
            if to_the_end {
                sets.push(IntervalSet::range(30, u16::MAX));
            }
            let found = overlaps(&sets);
            prop_assert!(found.windows(2).all(|pair| pair[0].0.1 < pair[1].0.0));
            for point in (0..42).chain([u16::MAX]) {
                let holds = |(number, set): (usize, &IntervalSet<u16>)| set.contains(point).then_some(number);
                let named = found.iter().find(|((low, high), _)| (*low..=*high).contains(&point));
                let truth: Vec<usize> = sets.iter().enumerate().filter_map(holds).collect();
                prop_assert_eq!(named.map_or(&[][..], |(_, holding)| holding), &truth[..]);
            }
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
