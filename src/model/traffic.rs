//! What is sent: protocols, and ports or ICMP messages within them.

use super::interval::IntervalSet;
use std::fmt;

/// An IP protocol by its number (IANA "Assigned Internet Protocol Numbers").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Protocol(pub u8);

impl Protocol {
    /// ICMP for IPv4.
    pub const ICMP: Protocol = Protocol(1);
    /// TCP.
    pub const TCP: Protocol = Protocol(6);
    /// UDP.
    pub const UDP: Protocol = Protocol(17);
    /// ICMP for IPv6.
    pub const ICMPV6: Protocol = Protocol(58);
    /// SCTP.
    pub const SCTP: Protocol = Protocol(132);

    /// Reads a name in any case (`tcp`, `UDP`, `sctp`, `icmp`, `icmpv6`) or a number 0–255.
    #[must_use]
    pub fn parse(text: &str) -> Option<Protocol> {
        let number = text.parse().ok();
        number
            .or(match text.to_ascii_lowercase().as_str() {
                "icmp" => Some(1),
                "tcp" => Some(6),
                "udp" => Some(17),
                "icmpv6" | "icmp6" | "ipv6-icmp" => Some(58),
                "sctp" => Some(132),
                _ => None,
            })
            .map(Protocol)
    }

    /// Whether the 16-bit detail of a packet is a destination port (else ICMP type and code, or nothing).
    #[must_use]
    pub fn has_ports(self) -> bool {
        matches!(self, Self::TCP | Self::UDP | Self::SCTP)
    }

    /// Whether the 16-bit detail of a packet is `type * 256 + code`.
    #[must_use]
    pub fn is_icmp(self) -> bool {
        matches!(self, Self::ICMP | Self::ICMPV6)
    }

    /// Every detail the protocol has: ports 1–65535, ICMP messages 0–65535, else the one value 0.
    #[must_use]
    pub fn details(self) -> IntervalSet<u16> {
        match self {
            _ if self.has_ports() => IntervalSet::range(1, u16::MAX),
            _ if self.is_icmp() => IntervalSet::range(0, u16::MAX),
            _ => IntervalSet::range(0, 0),
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ICMP => f.write_str("ICMP"),
            Self::TCP => f.write_str("TCP"),
            Self::UDP => f.write_str("UDP"),
            Self::ICMPV6 => f.write_str("ICMPv6"),
            Self::SCTP => f.write_str("SCTP"),
            Protocol(number) => write!(f, "IP{number}"),
        }
    }
}

/// A set of packets regardless of address: protocol → destination ports (1–65535), ICMP messages
/// (`type * 256 + code`), or, for any other protocol, all of it.
///
/// Canonical: equal sets are equal values. Port 0 is no port: it is reserved and never addressed.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Traffic {
    /// Details of [`DETAILED`], in that order.
    detailed: [IntervalSet<u16>; 5],
    /// One bit for each protocol number that is not in [`DETAILED`], lowest bit of the first word first.
    others: [u64; 4],
}

/// The protocols that have ports or messages.
const DETAILED: [Protocol; 5] = [
    Protocol::TCP,
    Protocol::UDP,
    Protocol::SCTP,
    Protocol::ICMP,
    Protocol::ICMPV6,
];

impl Traffic {
    /// Nothing.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Everything: all 256 protocols.
    #[must_use]
    pub fn all() -> Self {
        let mut others = [u64::MAX; 4];
        for protocol in DETAILED {
            if let Some(word) = others.get_mut(usize::from(protocol.0 / 64)) {
                *word &= !(1 << (protocol.0 % 64));
            }
        }
        Traffic {
            detailed: DETAILED.map(Protocol::details),
            others,
        }
    }

    /// All of one protocol.
    #[must_use]
    pub fn protocol(protocol: Protocol) -> Self {
        Self::detail(protocol, &protocol.details())
    }

    /// Closed range of destination ports (for ICMP: of messages) of one protocol; what lies outside
    /// of the protocol's details, such as port 0, drops out.
    #[must_use]
    pub fn ports(protocol: Protocol, low: u16, high: u16) -> Self {
        Self::detail(protocol, &IntervalSet::range(low, high))
    }

    /// Destination ports (for ICMP: messages) of one protocol.
    #[must_use]
    pub fn detail(protocol: Protocol, detail: &IntervalSet<u16>) -> Self {
        let detail = detail.intersection(&protocol.details());
        let mut out = Self::none();
        if let Some((_, own)) = DETAILED
            .iter()
            .zip(&mut out.detailed)
            .find(|(one, _)| **one == protocol)
        {
            *own = detail;
        } else if let Some(word) = out.others.get_mut(usize::from(protocol.0 / 64)) {
            *word |= u64::from(!detail.is_empty()) << (protocol.0 % 64);
        }
        out
    }

    /// ICMP messages of a type, and of one code where it is given.
    #[must_use]
    pub fn icmp(protocol: Protocol, kind: u8, code: Option<u8>) -> Self {
        let base = u16::from(kind) << 8;
        match code {
            Some(code) => Self::ports(protocol, base | u16::from(code), base | u16::from(code)),
            None => Self::ports(protocol, base, base | 0xff),
        }
    }

    /// The protocols that are in the set at all, ascending by number, with their details.
    #[must_use]
    pub fn parts(&self) -> Vec<(Protocol, IntervalSet<u16>)> {
        let mut out: Vec<_> = DETAILED.into_iter().zip(self.detailed.clone()).collect();
        out.retain(|(_, detail)| !detail.is_empty());
        out.extend(self.plain().map(|protocol| (protocol, protocol.details())));
        out.sort_unstable_by_key(|(protocol, _)| *protocol);
        out
    }

    /// How many protocols are in the set at all.
    fn count(&self) -> usize {
        let detailed = self.detailed.iter().filter(|own| !own.is_empty());
        let others: u32 = self.others.iter().map(|word| word.count_ones()).sum();
        detailed.count() + others as usize
    }

    /// The protocols without ports or messages that are in the set, ascending by number.
    fn plain(&self) -> impl Iterator<Item = Protocol> + '_ {
        let words = [0u8, 64, 128, 192].into_iter().zip(self.others);
        words.flat_map(|(base, word)| {
            let bits = (0u8..64).filter(move |bit| word >> bit & 1 == 1);
            bits.map(move |bit| Protocol(base + bit))
        })
    }

    /// All packets of every protocol of which the set has one.
    #[must_use]
    pub fn whole_protocols(&self) -> Self {
        let mut out = self.clone();
        for (protocol, detail) in DETAILED.iter().zip(&mut out.detailed) {
            if !detail.is_empty() {
                *detail = protocol.details();
            }
        }
        out
    }

    /// The details of one protocol; empty where it is not in the set.
    #[must_use]
    pub fn of(&self, protocol: Protocol) -> IntervalSet<u16> {
        if let Some((_, own)) = DETAILED
            .iter()
            .zip(&self.detailed)
            .find(|(one, _)| **one == protocol)
        {
            return own.clone();
        }
        let word = self
            .others
            .get(usize::from(protocol.0 / 64))
            .copied()
            .unwrap_or_default();
        if word >> (protocol.0 % 64) & 1 == 1 {
            protocol.details()
        } else {
            IntervalSet::default()
        }
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.others == [0; 4] && self.detailed.iter().all(IntervalSet::is_empty)
    }

    /// Whether it is everything.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.count() == 256 && *self == Self::all()
    }

    fn merge(
        &self,
        other: &Self,
        join: impl Fn(&IntervalSet<u16>, &IntervalSet<u16>) -> IntervalSet<u16>,
        bits: impl Fn(u64, u64) -> u64,
    ) -> Self {
        let [a, b, c, d, e] = &self.detailed;
        let [f, g, h, i, j] = &other.detailed;
        let [k, l, m, n] = self.others;
        let [o, p, q, r] = other.others;
        Traffic {
            detailed: [join(a, f), join(b, g), join(c, h), join(d, i), join(e, j)],
            others: [bits(k, o), bits(l, p), bits(m, q), bits(n, r)],
        }
    }

    /// Packets in either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.merge(other, IntervalSet::union, |a, b| a | b)
    }

    /// Packets in both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.merge(other, IntervalSet::intersection, |a, b| a & b)
    }

    /// Packets in this set and not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.merge(other, IntervalSet::difference, |a, b| a & !b)
    }

    /// Whether every packet of this set is in the other.
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        self.difference(other).is_empty()
    }

    /// One packet of the set, the likeliest to mean something first: TCP, UDP, SCTP, then by number;
    /// the lowest port.
    #[must_use]
    pub fn witness(&self) -> Option<(Protocol, u16)> {
        let detailed = DETAILED.iter().zip(&self.detailed);
        let detailed: Vec<(Protocol, u16)> = detailed
            .filter_map(|(protocol, own)| Some((*protocol, own.first()?)))
            .collect();
        let ported = detailed.iter().find(|(protocol, _)| protocol.has_ports());
        ported.copied().or_else(|| {
            let plain = self.plain().map(|protocol| (protocol, 0));
            let all = detailed.iter().copied().chain(plain);
            all.min_by_key(|(protocol, _)| *protocol)
        })
    }
}

impl<'t> FromIterator<&'t Traffic> for Traffic {
    fn from_iter<I: IntoIterator<Item = &'t Traffic>>(sets: I) -> Self {
        let mut sets = sets.into_iter();
        let Some(first) = sets.next() else {
            return Traffic::none();
        };
        let Some(second) = sets.next() else {
            return first.clone();
        };
        let mut ranges = [(); DETAILED.len()].map(|()| Vec::new());
        let mut others = [0u64; 4];
        for set in [first, second].into_iter().chain(sets) {
            for (all, own) in ranges.iter_mut().zip(&set.detailed) {
                all.extend_from_slice(own.ranges());
            }
            for (all, own) in others.iter_mut().zip(&set.others) {
                *all |= own;
            }
        }
        Traffic {
            detailed: ranges.map(IntervalSet::from_ranges),
            others,
        }
    }
}

impl FromIterator<Traffic> for Traffic {
    fn from_iter<I: IntoIterator<Item = Traffic>>(sets: I) -> Self {
        let sets: Vec<Traffic> = sets.into_iter().collect();
        sets.iter().collect()
    }
}

/// `tcp 80, 443, 8000-8080; udp 53`; "all traffic"; "no traffic".
/// So many protocols are listed by name, where fewer are missing.
const MOST_LISTED: usize = 8;

impl fmt::Display for Traffic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("no traffic");
        }
        if self.is_all() {
            return f.write_str("all traffic");
        }
        // Of some 250 protocols the few that are missing say more.
        let rest = Traffic::all().difference(self);
        if rest.count() < self.count() && self.count() > MOST_LISTED {
            return write!(f, "all traffic but {rest}");
        }
        let parts = self.parts().into_iter().map(|(protocol, detail)| {
            let name = protocol.to_string().to_ascii_lowercase();
            if detail == protocol.details() {
                return name;
            }
            let ports = detail.ranges().iter().map(|(low, high)| {
                if low == high {
                    low.to_string()
                } else {
                    format!("{low}-{high}")
                }
            });
            format!("{name} {}", ports.collect::<Vec<_>>().join(", "))
        });
        f.write_str(&parts.collect::<Vec<_>>().join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_but_a_port_is_not_all() {
        let less = Traffic::all().difference(&Traffic::ports(Protocol::TCP, 22, 22));
        assert!(!less.is_all());
        assert_eq!(less.of(Protocol::TCP).ranges(), [(1, 21), (23, 65535)]);
        assert!(less.union(&Traffic::ports(Protocol::TCP, 22, 22)).is_all());
    }

    #[test]
    fn nearly_all_traffic_is_told_by_what_is_missing() {
        let ssh = Traffic::ports(Protocol::TCP, 22, 22);
        let tcp = Traffic::protocol(Protocol::TCP);
        let less = |missing: &Traffic| Traffic::all().difference(missing).to_string();
        assert_eq!(less(&ssh), "all traffic but tcp 22");
        assert_eq!(less(&tcp), "all traffic but tcp");
        let both = ssh.union(&Traffic::protocol(Protocol::ICMP));
        assert_eq!(both.to_string(), "icmp; tcp 22");
    }

    #[test]
    fn port_zero_is_no_port() {
        assert!(Traffic::ports(Protocol::TCP, 0, 0).is_empty());
        assert_eq!(
            Traffic::ports(Protocol::TCP, 0, 65535),
            Traffic::protocol(Protocol::TCP)
        );
    }

    #[test]
    fn words() {
        let set = Traffic::ports(Protocol::TCP, 80, 80)
            .union(&Traffic::ports(Protocol::TCP, 8000, 8080))
            .union(&Traffic::protocol(Protocol::UDP));
        assert_eq!(set.to_string(), "tcp 80, 8000-8080; udp");
        assert_eq!(set.witness(), Some((Protocol::TCP, 80)));
        assert_eq!(Protocol::parse("Tcp"), Some(Protocol::TCP));
        assert_eq!(Protocol::parse("-1"), None);
    }
}
