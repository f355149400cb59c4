//! The slow twin of a comparison: one packet between two ends at a time, straight from what gained and lost mean.

use super::*;
use crate::model::{Protocol, twin};
use proptest::prelude::*;
use std::net::{IpAddr, Ipv4Addr};

/// Ends by name, and addresses behind ranges.
const NAMES: [&str; 2] = ["a", "b"];
const ADDRESSES: std::ops::Range<u8> = 0..6;
const PORTS: std::ops::RangeInclusive<u16> = 1..=6;

/// What is known of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Passes {
    Never,
    Possibly,
    Surely,
}

/// An end of a packet: a name, or one of the addresses.
#[derive(Clone, Copy, Debug)]
enum End {
    Named(&'static str),
    At(u8),
}

fn address(last: u8) -> IpAddr {
    Ipv4Addr::new(10, 0, 0, last).into()
}

impl End {
    fn is_of(self, words: &str) -> bool {
        match (self, AddressSet::parse(words)) {
            (End::Named(name), Err(_)) => words == name,
            (End::At(last), Ok(block)) => block.contains(address(last)),
            _ => false,
        }
    }
}

/// What rows say of a packet: the surest of those about it.
fn passes(rows: &[FlowRow], from: End, to: End, protocol: Protocol, port: u16) -> Passes {
    let about = |row: &&FlowRow| {
        from.is_of(&row.from) && to.is_of(&row.to) && row.traffic.of(protocol).contains(port)
    };
    let sureness = |row: &FlowRow| match row.certain {
        true => Passes::Surely,
        false => Passes::Possibly,
    };
    rows.iter()
        .filter(about)
        .map(sureness)
        .max()
        .unwrap_or(Passes::Never)
}

/// What one side has beyond another.
fn more(own: Passes, other: Passes) -> Passes {
    if own > other { own } else { Passes::Never }
}

fn ends() -> Vec<End> {
    let named = NAMES.map(End::Named).into_iter();
    named.chain(ADDRESSES.map(End::At)).collect()
}

fn compare(base: &[FlowRow], head: &[FlowRow]) -> Result<(), TestCaseError> {
    let difference = Difference::between(base, head);
    let pairs = ends()
        .into_iter()
        .flat_map(|from| ends().into_iter().map(move |to| (from, to)));
    for (from, to) in pairs {
        for (protocol, port) in [Protocol::TCP, Protocol::UDP]
            .into_iter()
            .flat_map(|own| PORTS.map(move |port| (own, port)))
        {
            let of = |rows: &[FlowRow]| passes(rows, from, to, protocol, port);
            let (before, after) = (of(base), of(head));
            let packet =
                format!("{from:?} {to:?} {protocol} {port}\nbase {base:#?}\nhead {head:#?}");
            prop_assert_eq!(
                of(&difference.gained),
                more(after, before),
                "gained: {}",
                &packet
            );
            prop_assert_eq!(
                of(&difference.lost),
                more(before, after),
                "lost: {}",
                &packet
            );
        }
    }
    Ok(())
}

fn end() -> impl Strategy<Value = String> {
    let range = (ADDRESSES, ADDRESSES).prop_map(|(one, other)| {
        format!("{}-{}", address(one.min(other)), address(one.max(other)))
    });
    prop_oneof![
        prop::sample::select(&NAMES[..]).prop_map(str::to_owned),
        range
    ]
}

/// A row as `reach` has them: not both of its ends are addresses.
fn row() -> impl Strategy<Value = FlowRow> {
    let ends = (end(), end()).prop_filter("names nobody", |(from, to)| {
        AddressSet::parse(from).is_err() || AddressSet::parse(to).is_err()
    });
    let all = (
        ends,
        any::<bool>(),
        any::<bool>(),
        PORTS,
        PORTS,
        any::<bool>(),
    );
    all.prop_map(|((from, to), certain, udp, one, other, everything)| {
        let protocol = if udp { Protocol::UDP } else { Protocol::TCP };
        let traffic = match everything {
            true => Traffic::protocol(protocol),
            false => Traffic::ports(protocol, one.min(other), one.max(other)),
        };
        FlowRow {
            from: from.as_str().into(),
            to: to.as_str().into(),
            certain,
            traffic: Arc::new(traffic),
            crosses: Arc::default(),
            gaps: Arc::default(),
        }
    })
}

proptest! {
    #![proptest_config(twin::round(128))]
    fn round(base in prop::collection::vec(row(), 0..5), head in prop::collection::vec(row(), 0..5)) {
        compare(&base, &head)?;
    }
}

#[test]
fn a_difference_agrees_with_the_twin() {
    twin::hold("a_difference_agrees_with_the_twin", round);
}

#[test]
#[ignore = "takes ten minutes"]
fn a_difference_agrees_with_the_twin_for_long() {
    twin::hold_for_long("a_difference_agrees_with_the_twin", round);
}
