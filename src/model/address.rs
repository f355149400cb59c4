//! Sets of IP addresses, both families at once.

use super::interval::{IntervalSet, overlaps};
use ipnet::IpNet;
use rustc_hash::FxHashMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Ranges of addresses of both families.
type Ranges = (Vec<(u32, u32)>, Vec<(u128, u128)>);

/// A set of IP addresses. IPv4 and IPv6 are apart: `0.0.0.0/0` holds no IPv6 address, and the reverse.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressSet {
    /// IPv4 addresses as big-endian numbers.
    pub v4: IntervalSet<u32>,
    /// IPv6 addresses as big-endian numbers.
    pub v6: IntervalSet<u128>,
}

/// Text that is no CIDR block and no address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no address, CIDR block (10.0.0.0/16) or range (10.0.0.1-10.0.0.9)")]
pub struct AddressError(pub String);

impl AddressSet {
    /// No address.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Every address of both families.
    #[must_use]
    pub fn all() -> Self {
        AddressSet {
            v4: IntervalSet::range(0, u32::MAX),
            v6: IntervalSet::range(0, u128::MAX),
        }
    }

    /// Every IPv4 address.
    #[must_use]
    pub fn all_v4() -> Self {
        AddressSet {
            v4: IntervalSet::range(0, u32::MAX),
            v6: IntervalSet::default(),
        }
    }

    /// Every IPv6 address.
    #[must_use]
    pub fn all_v6() -> Self {
        AddressSet {
            v4: IntervalSet::default(),
            v6: IntervalSet::range(0, u128::MAX),
        }
    }

    /// Every address that is for use inside of networks only (RFC 1918, RFC 6598, RFC 4193).
    #[must_use]
    pub fn private() -> Self {
        let blocks = [
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "100.64.0.0/10",
            "fc00::/7",
        ];
        blocks
            .iter()
            .filter_map(|block| Self::parse(block).ok())
            .collect()
    }

    /// Every address that a pod is taken to have where the input tells none: those for use inside of networks, and all of IPv6. (RFC 1918:
    /// addresses of IPv4 that are not are scarce, and clusters give pods none. IPv6 needs no such care.)
    #[must_use]
    pub fn of_unresolved_pods() -> Self {
        Self::private().union(&Self::all_v6())
    }

    /// The addresses of a block; host bits are masked.
    #[must_use]
    pub fn of(net: IpNet) -> Self {
        match (net.network(), net.broadcast()) {
            (IpAddr::V4(low), IpAddr::V4(high)) => AddressSet {
                v4: IntervalSet::range(low.into(), high.into()),
                v6: IntervalSet::default(),
            },
            (IpAddr::V6(low), IpAddr::V6(high)) => AddressSet {
                v4: IntervalSet::default(),
                v6: IntervalSet::range(low.into(), high.into()),
            },
            _ => Self::none(),
        }
    }

    /// One address.
    #[must_use]
    pub fn single(address: IpAddr) -> Self {
        Self::of(IpNet::from(address))
    }

    /// Reads `10.0.0.0/16`, `10.0.0.1` or `10.0.0.1-10.0.0.9`, and the same in IPv6; host bits are masked.
    ///
    /// # Errors
    /// [`AddressError`] with the text where it is none of these.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let wrong = || AddressError(text.to_owned());
        if let Some((low, high)) = text.split_once('-') {
            return match (
                low.trim().parse().map_err(|_| wrong())?,
                high.trim().parse().map_err(|_| wrong())?,
            ) {
                (IpAddr::V4(low), IpAddr::V4(high)) if low <= high => Ok(AddressSet {
                    v4: IntervalSet::range(low.into(), high.into()),
                    v6: IntervalSet::default(),
                }),
                (IpAddr::V6(low), IpAddr::V6(high)) if low <= high => Ok(AddressSet {
                    v4: IntervalSet::default(),
                    v6: IntervalSet::range(low.into(), high.into()),
                }),
                _ => Err(wrong()),
            };
        }
        if let Ok(net) = text.parse::<IpNet>() {
            return Ok(Self::of(net));
        }
        text.parse::<IpAddr>()
            .map(Self::single)
            .map_err(|_| wrong())
    }

    /// Whether there is no address in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.v4.is_empty() && self.v6.is_empty()
    }

    /// Whether `address` is in the set.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(address) => self.v4.contains(address.into()),
            IpAddr::V6(address) => self.v6.contains(address.into()),
        }
    }

    /// Addresses in either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        AddressSet {
            v4: self.v4.union(&other.v4),
            v6: self.v6.union(&other.v6),
        }
    }

    /// Addresses in both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        AddressSet {
            v4: self.v4.intersection(&other.v4),
            v6: self.v6.intersection(&other.v6),
        }
    }

    /// Addresses in this set and not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        AddressSet {
            v4: self.v4.difference(&other.v4),
            v6: self.v6.difference(&other.v6),
        }
    }

    /// Whether the two share no address.
    #[must_use]
    pub fn is_disjoint(&self, other: &Self) -> bool {
        self.v4.is_disjoint(&other.v4) && self.v6.is_disjoint(&other.v6)
    }

    /// Whether every address of this set is in the other.
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        self.v4.is_subset(&other.v4) && self.v6.is_subset(&other.v6)
    }

    /// Where the same sets hold: disjoint addresses, each with the positions of the sets that hold them, ascending.
    #[must_use]
    pub fn overlay<'s>(
        sets: impl Iterator<Item = &'s AddressSet> + Clone,
    ) -> Vec<(AddressSet, Vec<usize>)> {
        let mut groups: FxHashMap<Vec<usize>, Ranges> = FxHashMap::default();
        for (range, holding) in overlaps(sets.clone().map(|set| &set.v4)) {
            groups.entry(holding).or_default().0.push(range);
        }
        for (range, holding) in overlaps(sets.map(|set| &set.v6)) {
            groups.entry(holding).or_default().1.push(range);
        }
        let part = |(holding, (v4, v6)): (Vec<usize>, Ranges)| {
            let addresses = AddressSet {
                v4: IntervalSet::from_ranges(v4),
                v6: IntervalSet::from_ranges(v6),
            };
            (addresses, holding)
        };
        groups.into_iter().map(part).collect()
    }

    /// Whether it holds one address and no other.
    #[must_use]
    pub fn is_single(&self) -> bool {
        let mut ranges = self.ranges();
        ranges.next().is_some_and(|(low, high)| low == high) && ranges.next().is_none()
    }

    /// The lowest address, IPv4 before IPv6: what a witness names.
    #[must_use]
    pub fn first(&self) -> Option<IpAddr> {
        let v4 = self.v4.first().map(|bits| IpAddr::V4(Ipv4Addr::from(bits)));
        v4.or_else(|| self.v6.first().map(|bits| IpAddr::V6(Ipv6Addr::from(bits))))
    }

    /// The closed ranges, IPv4 before IPv6, ascending.
    pub fn ranges(&self) -> impl Iterator<Item = (IpAddr, IpAddr)> + '_ {
        let v4 = self
            .v4
            .ranges()
            .iter()
            .map(|&(low, high)| (IpAddr::V4(low.into()), IpAddr::V4(high.into())));
        v4.chain(
            self.v6
                .ranges()
                .iter()
                .map(|&(low, high)| (IpAddr::V6(low.into()), IpAddr::V6(high.into()))),
        )
    }

    /// The fewest CIDR blocks that add up to the set, IPv4 before IPv6, ascending.
    #[must_use]
    pub fn blocks(&self) -> Vec<IpNet> {
        let mut out = Vec::new();
        for (low, high) in self.ranges() {
            match (low, high) {
                (IpAddr::V4(low), IpAddr::V4(high)) => {
                    out.extend(ipnet::Ipv4Subnets::new(low, high, 0).map(IpNet::V4))
                }
                (IpAddr::V6(low), IpAddr::V6(high)) => {
                    out.extend(ipnet::Ipv6Subnets::new(low, high, 0).map(IpNet::V6))
                }
                _ => {}
            }
        }
        out
    }
}

impl From<IpNet> for AddressSet {
    fn from(net: IpNet) -> Self {
        Self::of(net)
    }
}

impl<'s> FromIterator<&'s AddressSet> for AddressSet {
    fn from_iter<I: IntoIterator<Item = &'s AddressSet>>(sets: I) -> Self {
        let mut sets = sets.into_iter();
        let Some(first) = sets.next() else {
            return AddressSet::none();
        };
        let Some(second) = sets.next() else {
            return first.clone();
        };
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for set in [first, second].into_iter().chain(sets) {
            v4.extend_from_slice(set.v4.ranges());
            v6.extend_from_slice(set.v6.ranges());
        }
        AddressSet {
            v4: IntervalSet::from_ranges(v4),
            v6: IntervalSet::from_ranges(v6),
        }
    }
}

impl FromIterator<AddressSet> for AddressSet {
    fn from_iter<I: IntoIterator<Item = AddressSet>>(sets: I) -> Self {
        let sets: Vec<AddressSet> = sets.into_iter().collect();
        sets.iter().collect()
    }
}

/// Blocks, separated by commas; "no address" where it is empty.
impl fmt::Display for AddressSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let blocks: Vec<String> = self
            .blocks()
            .iter()
            .map(|net| {
                if net.prefix_len() == net.max_prefix_len() {
                    net.addr().to_string()
                } else {
                    net.to_string()
                }
            })
            .collect();
        f.write_str(if blocks.is_empty() { "no address" } else { "" })?;
        f.write_str(&blocks.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_bits_are_masked_and_families_are_apart() {
        let block = AddressSet::parse("10.1.2.3/16").unwrap();
        assert_eq!(block.to_string(), "10.1.0.0/16");
        assert!(
            AddressSet::parse("::/0")
                .unwrap()
                .is_disjoint(&AddressSet::all_v4())
        );
        assert_eq!(
            AddressSet::parse("10.0.0.1-10.0.0.2").unwrap().to_string(),
            "10.0.0.1, 10.0.0.2"
        );
        assert!(AddressSet::parse("10.0.0.9-10.0.0.2").is_err());
        assert!(AddressSet::parse("10.0.0.0/33").is_err());
    }

    #[test]
    fn blocks_add_up_to_the_set() {
        let set = AddressSet::parse("10.0.0.0/8")
            .unwrap()
            .difference(&AddressSet::parse("10.0.0.0/9").unwrap());
        assert_eq!(set.to_string(), "10.128.0.0/9");
        assert_eq!(AddressSet::none().to_string(), "no address");
    }
}
