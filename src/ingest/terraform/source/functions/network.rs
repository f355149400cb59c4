//! Functions of address prefixes (terraform docs, "IP Network Functions").

use super::{Family, all};
use crate::ingest::terraform::source::symbolic::{Budget, Failure, Invalid, Outcome, Symbolic};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub(super) const FUNCTIONS: Family = &[
    all("cidrsubnet", subnet),
    all("cidrsubnets", subnets),
    all("cidrhost", host),
    all("cidrnetmask", |budget, arguments| match arguments {
        [prefix] => budget.text(&Prefix::of(prefix)?.net.netmask().to_string()),
        _ => Err(Invalid),
    }),
];

/// A prefix, with its first address as a number.
#[derive(Clone, Copy)]
struct Prefix {
    net: IpNet,
    first: u128,
}

impl Prefix {
    fn of(value: &Symbolic) -> Result<Prefix, Failure> {
        let net: IpNet = value
            .string()
            .ok_or(Invalid)?
            .parse()
            .map_err(|_| Invalid)?;
        let net = net.trunc();
        let first = match net.network() {
            IpAddr::V4(address) => u128::from(u32::from(address)),
            IpAddr::V6(address) => u128::from(address),
        };
        Ok(Prefix { net, first })
    }

    /// Bits of an address.
    fn width(&self) -> u8 {
        self.net.max_prefix_len()
    }

    fn address(&self, number: u128) -> IpAddr {
        match (self.net, u32::try_from(number)) {
            (IpNet::V4(_), Ok(number)) => IpAddr::V4(Ipv4Addr::from(number)),
            _ => IpAddr::V6(Ipv6Addr::from(number)),
        }
    }

    /// The length of prefixes that are so many bits longer.
    fn longer(&self, bits: &Symbolic) -> Result<u8, Failure> {
        let bits = bits
            .integer()
            .and_then(|bits| u8::try_from(bits).ok())
            .ok_or(Invalid)?;
        self.net
            .prefix_len()
            .checked_add(bits)
            .filter(|length| *length <= self.width())
            .ok_or(Invalid)
    }

    /// The prefix of a length at an address.
    fn at(&self, number: u128, length: u8, budget: &Budget) -> Outcome {
        budget.text(&format!("{}/{length}", self.address(number)))
    }

    /// Number of addresses in a prefix of a length; none for all of IPv6.
    fn size(&self, length: u8) -> Option<u128> {
        1u128.checked_shl(u32::from(self.width() - length.min(self.width())))
    }
}

fn subnet(budget: &Budget, arguments: &[Symbolic]) -> Outcome {
    let [prefix, bits, number] = arguments else {
        return Err(Invalid);
    };
    let prefix = Prefix::of(prefix)?;
    let length = prefix.longer(bits)?;
    let number = number
        .integer()
        .and_then(|number| u128::try_from(number).ok())
        .ok_or(Invalid)?;
    let bits = u32::from(length - prefix.net.prefix_len());
    if 1u128.checked_shl(bits).is_some_and(|count| number >= count) {
        return Err(Invalid);
    }
    let offset = prefix
        .size(length)
        .and_then(|size| size.checked_mul(number))
        .unwrap_or(0);
    prefix.at(prefix.first.saturating_add(offset), length, budget)
}

/// Consecutive prefixes of given lengths, each at the next multiple of its size.
fn subnets(budget: &Budget, arguments: &[Symbolic]) -> Outcome {
    let (prefix, bits) = arguments.split_first().ok_or(Invalid)?;
    let prefix = Prefix::of(prefix)?;
    let mut next = prefix.first;
    let end = prefix
        .size(prefix.net.prefix_len())
        .and_then(|size| prefix.first.checked_add(size));
    let blocks = bits.iter().map(|bits| {
        let length = prefix.longer(bits)?;
        let size = prefix.size(length).ok_or(Invalid)?;
        let start = next.checked_next_multiple_of(size).ok_or(Invalid)?;
        next = start.checked_add(size).ok_or(Invalid)?;
        if end.is_some_and(|end| next > end) {
            return Err(Invalid);
        }
        prefix.at(start, length, budget)
    });
    budget.try_list(blocks)
}

/// The address at a number in a prefix, from the end where it is negative.
fn host(budget: &Budget, arguments: &[Symbolic]) -> Outcome {
    let [prefix, number] = arguments else {
        return Err(Invalid);
    };
    let prefix = Prefix::of(prefix)?;
    let number = number.integer().ok_or(Invalid)?;
    let size = prefix.size(prefix.net.prefix_len());
    let distance = u128::from(number.unsigned_abs());
    let offset = if number < 0 {
        size.unwrap_or(0).wrapping_sub(distance)
    } else {
        distance
    };
    if size.is_some_and(|size| {
        if number < 0 {
            distance > size
        } else {
            distance >= size
        }
    }) {
        return Err(Invalid);
    }
    let address = prefix.address(prefix.first.wrapping_add(offset));
    budget.text(&address.to_string())
}
