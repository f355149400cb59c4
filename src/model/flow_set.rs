//! What a filter lets pass, per address: disjoint addresses, each with its traffic.

use super::{AddressSet, Traffic};
use std::net::IpAddr;
use std::sync::Arc;

/// A set of (address, packet) pairs: disjoint non-empty address sets, each with different non-empty traffic.
///
/// Canonical up to order, and ordered by traffic: equal sets are equal values. Parts are shared, so that a copy costs no
/// allocation; none stands for no part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct FlowSet(Option<Arc<[(AddressSet, Traffic)]>>);

impl FlowSet {
    /// Nothing.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// All traffic, of every address.
    #[must_use]
    pub fn all() -> Self {
        Self::of(AddressSet::all(), Traffic::all())
    }

    /// The same traffic for each of the addresses.
    #[must_use]
    pub fn of(addresses: AddressSet, traffic: Traffic) -> Self {
        if addresses.is_empty() || traffic.is_empty() {
            FlowSet::none()
        } else {
            FlowSet(Some([(addresses, traffic)].into()))
        }
    }

    /// The parts: disjoint addresses, each with its traffic, ordered by traffic.
    #[must_use]
    pub fn parts(&self) -> &[(AddressSet, Traffic)] {
        self.0.as_deref().unwrap_or_default()
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Addresses that have any traffic.
    #[must_use]
    pub fn addresses(&self) -> AddressSet {
        self.parts()
            .iter()
            .map(|(addresses, _)| addresses)
            .collect()
    }

    /// The traffic of one address.
    #[must_use]
    pub fn at(&self, address: IpAddr) -> Traffic {
        self.parts()
            .iter()
            .find(|(addresses, _)| addresses.contains(address))
            .map(|(_, traffic)| traffic.clone())
            .unwrap_or_default()
    }

    /// The traffic that at least one of the addresses has.
    #[must_use]
    pub fn any_of(&self, addresses: &AddressSet) -> Traffic {
        self.parts()
            .iter()
            .filter(|(own, _)| !own.is_disjoint(addresses))
            .map(|(_, traffic)| traffic)
            .collect()
    }

    fn canonical(mut parts: Vec<(AddressSet, Traffic)>) -> Self {
        parts.retain(|(addresses, traffic)| !addresses.is_empty() && !traffic.is_empty());
        parts.sort_by(|a, b| a.1.cmp(&b.1));
        let same = |a: &(AddressSet, Traffic), b: &(AddressSet, Traffic)| a.1 == b.1;
        let join = |group: &[(AddressSet, Traffic)]| {
            let addresses = group.iter().map(|(addresses, _)| addresses).collect();
            group
                .first()
                .map(|(_, traffic)| (addresses, traffic.clone()))
        };
        let parts: Vec<_> = parts.chunk_by(same).filter_map(join).collect();
        FlowSet((!parts.is_empty()).then(|| parts.into()))
    }

    /// Of parts whose addresses do not overlap.
    #[must_use]
    pub fn of_parts(parts: Vec<(AddressSet, Traffic)>) -> Self {
        Self::canonical(parts)
    }

    /// At each address what `join` makes of the traffic of both; both are empty where neither holds the address.
    fn joined(&self, other: &Self, join: impl Fn(&Traffic, &Traffic) -> Traffic) -> Self {
        let none = Traffic::none();
        let parts: Vec<&(AddressSet, Traffic)> = self.parts().iter().chain(other.parts()).collect();
        let both = AddressSet::overlay(parts.iter().map(|(addresses, _)| addresses));
        let joined = |(addresses, holding): (AddressSet, Vec<usize>)| {
            let (mut mine, mut theirs) = (&none, &none);
            for number in holding {
                match parts.get(number) {
                    Some((_, traffic)) if number < self.parts().len() => mine = traffic,
                    Some((_, traffic)) => theirs = traffic,
                    None => {}
                }
            }
            (addresses, join(mine, theirs))
        };
        Self::canonical(both.into_iter().map(joined).collect())
    }

    /// Pairs in either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        match (self.parts(), other.parts()) {
            ([], _) => other.clone(),
            (_, []) => self.clone(),
            ([(at, mine)], [(there, theirs)]) if at == there => {
                Self::of(at.clone(), mine.union(theirs))
            }
            _ => self.joined(other, Traffic::union),
        }
    }

    /// Pairs in both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        match (self.parts(), other.parts()) {
            ([], _) | (_, []) => Self::none(),
            ([(at, mine)], [(there, theirs)]) => {
                Self::of(at.intersection(there), mine.intersection(theirs))
            }
            _ => self.joined(other, Traffic::intersection),
        }
    }

    /// Pairs in this set and not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        if self.is_empty() || other.is_empty() {
            return self.clone();
        }
        self.joined(other, Traffic::difference)
    }

    /// The pairs whose address is one of these.
    #[must_use]
    pub fn within(&self, addresses: &AddressSet) -> Self {
        Self::canonical(
            self.parts()
                .iter()
                .map(|(own, traffic)| (own.intersection(addresses), traffic.clone()))
                .collect(),
        )
    }
}

/// What surely passes, and what could pass once the unknowns are known. `must` is a subset of `may`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Bounds<T> {
    /// Passes whatever the unknowns turn out to be.
    pub must: T,
    /// Passes for some value of the unknowns.
    pub may: T,
}

impl<T: Clone> Bounds<T> {
    /// Nothing is unknown: both bounds are the same.
    #[must_use]
    pub fn exact(value: T) -> Self {
        Bounds {
            must: value.clone(),
            may: value,
        }
    }
}

impl<T> Bounds<T> {
    /// Applies the same function to both bounds.
    #[must_use]
    pub fn map<U>(&self, f: impl Fn(&T) -> U) -> Bounds<U> {
        Bounds {
            must: f(&self.must),
            may: f(&self.may),
        }
    }

    /// Joins bound with bound.
    #[must_use]
    pub fn zip<U, V>(&self, other: &Bounds<U>, f: impl Fn(&T, &U) -> V) -> Bounds<V> {
        Bounds {
            must: f(&self.must, &other.must),
            may: f(&self.may, &other.may),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Protocol;
    use proptest::prelude::*;
    use std::net::Ipv4Addr;

    fn flows() -> impl Strategy<Value = FlowSet> {
        prop::collection::vec((0u32..12, 0u32..12, 1u16..9, 1u16..9), 0..5).prop_map(|boxes| {
            boxes
                .into_iter()
                .fold(FlowSet::none(), |sum, (a, b, c, d)| {
                    let low = IpAddr::V4(Ipv4Addr::from(a.min(b)));
                    let high = IpAddr::V4(Ipv4Addr::from(a.max(b)));
                    let addresses = AddressSet::parse(&format!("{low}-{high}")).unwrap();
                    sum.union(&FlowSet::of(
                        addresses,
                        Traffic::ports(Protocol::TCP, c.min(d), c.max(d)),
                    ))
                })
        })
    }

    proptest! {
        #[test]
        fn operations_agree_with_membership(a in flows(), b in flows()) {
            let (union, both, less) = (a.union(&b), a.intersection(&b), a.difference(&b));
            for address in (0..13).map(|bits| IpAddr::V4(Ipv4Addr::from(bits))) {
                for port in 1..10 {
                    let has = |set: &FlowSet| set.at(address).of(Protocol::TCP).contains(port);
                    prop_assert_eq!(has(&union), has(&a) || has(&b));
                    prop_assert_eq!(has(&both), has(&a) && has(&b));
                    prop_assert_eq!(has(&less), has(&a) && !has(&b));
                }
            }
            prop_assert_eq!(union, b.union(&a));
            prop_assert_eq!(less.union(&both), a);
        }
    }
}
