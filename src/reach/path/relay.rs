//! Connections that a service takes up and opens anew beyond a border ([`Relay`]): routes, filters and policies of the near
//! side see it as the destination, those of the far side as the source. It may listen on one port and go on to another, so
//! that what the near side lets pass may go on as any traffic.

use super::packet_set::{Cell, PacketSet};
use crate::model::{AddressSet, Bounds, HopKind, Relay, Traffic, Witness};

/// Which end of a packet a hop sees otherwise than it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hidden {
    Source,
    Destination,
}

fn hidden(kind: HopKind) -> Option<Hidden> {
    match kind {
        HopKind::PolicyEgress | HopKind::InterfaceFilterEgress | HopKind::SubnetFilterEgress => {
            Some(Hidden::Destination)
        }
        HopKind::SubnetFilterIngress | HopKind::InterfaceFilterIngress | HopKind::PolicyIngress => {
            Some(Hidden::Source)
        }
        _ => None,
    }
}

/// What passes a hop, with the ends of the whole connection in place of those that the hop sees.
pub(super) fn seen(relay: &Relay, kind: HopKind, passes: &Bounds<PacketSet>) -> Bounds<PacketSet> {
    match hidden(kind) {
        Some(Hidden::Destination) => towards(relay, passes),
        Some(Hidden::Source) => from(relay, passes),
        None => passes.clone(),
    }
}

/// Whether a hop of that kind sees the source that a packet has beyond what may have hidden it.
pub(super) fn hides_source(kind: HopKind) -> bool {
    hidden(kind) == Some(Hidden::Source)
}

/// What may carry packets and hide who sends them: it may have any address.
pub(super) fn anyone() -> Relay {
    Relay {
        listens: AddressSet::all(),
        sends: AddressSet::all(),
    }
}

/// What passes a hop of packets whose source something on the way may have replaced by its own.
pub(super) fn if_hidden(kind: HopKind, passes: Bounds<PacketSet>) -> Bounds<PacketSet> {
    if !hides_source(kind) {
        return passes;
    }
    let others = from(&anyone(), &passes).may;
    Bounds {
        may: passes.may.union(&others),
        must: passes.must,
    }
}

/// The packets between two sets of addresses that a relay may carry: it takes them up in a family that it listens in, and opens them
/// anew in one that it sends in.
pub(super) fn across(
    relay: &Relay,
    (sources, destinations): (&AddressSet, &AddressSet),
    traffic: &Traffic,
) -> PacketSet {
    PacketSet::of(
        sources.intersection(&families(&relay.listens)),
        destinations.intersection(&families(&relay.sends)),
        traffic.clone(),
    )
}

/// All addresses of the families that some addresses are of.
fn families(addresses: &AddressSet) -> AddressSet {
    let all = [AddressSet::all_v4(), AddressSet::all_v6()];
    let own = all.into_iter();
    own.filter(|family| !family.is_disjoint(addresses))
        .collect()
}

/// What goes to the relay goes on to anywhere: surely where it may go to each of its addresses, and perhaps by another port.
pub(super) fn towards(relay: &Relay, passes: &Bounds<PacketSet>) -> Bounds<PacketSet> {
    let onward = |packets: &PacketSet, every: bool| {
        let cells = packets
            .iter()
            .filter(|cell| holds(&cell.destinations, &relay.listens, every));
        PacketSet::cells(cells.map(|cell| {
            (
                cell.sources.clone(),
                AddressSet::all(),
                cell.traffic.clone(),
            )
        }))
    };
    anew(Bounds {
        must: onward(&passes.must, true),
        may: onward(&passes.may, false),
    })
}

/// What passes on the near side, as what may go on after it: any traffic of the same ends.
pub(super) fn anew(passes: Bounds<PacketSet>) -> Bounds<PacketSet> {
    let ends = |cell: &Cell| {
        let (from, to) = (cell.sources.clone(), cell.destinations.clone());
        (from, to, Traffic::all())
    };
    Bounds {
        may: PacketSet::cells(passes.may.iter().map(ends)),
        must: passes.must,
    }
}

/// What comes from the relay comes from anywhere, likewise.
pub(super) fn from(relay: &Relay, passes: &Bounds<PacketSet>) -> Bounds<PacketSet> {
    let onward = |packets: &PacketSet, every: bool| {
        let cells = packets
            .iter()
            .filter(|cell| holds(&cell.sources, &relay.sends, every));
        PacketSet::cells(cells.map(|cell| {
            (
                AddressSet::all(),
                cell.destinations.clone(),
                cell.traffic.clone(),
            )
        }))
    };
    Bounds {
        must: onward(&passes.must, true),
        may: onward(&passes.may, false),
    }
}

fn holds(addresses: &AddressSet, relay: &AddressSet, every: bool) -> bool {
    if every {
        // A relay that may have addresses of both families is reached by either.
        let families = [AddressSet::all_v4(), AddressSet::all_v6()];
        families.iter().any(|family| {
            let own = relay.intersection(family);
            !own.is_empty() && own.is_subset(addresses)
        })
    } else {
        !relay.is_disjoint(addresses)
    }
}

/// A packet of a way as a hop sees it: one that passes, where there is such; none where the hop sees it as it is.
/// `passes`: what passes the hop, as the hop sees it.
pub(super) fn packet(
    relay: &Relay,
    kind: HopKind,
    passes: impl Fn() -> Option<Bounds<PacketSet>>,
    packet: &Witness,
) -> Option<Witness> {
    let hidden = hidden(kind)?;
    let (sources, destinations) = match hidden {
        Hidden::Destination => (AddressSet::single(packet.source), relay.listens.clone()),
        Hidden::Source => (relay.sends.clone(), AddressSet::single(packet.destination)),
    };
    let traffic = Traffic::ports(packet.protocol, packet.port, packet.port);
    let of = |traffic| PacketSet::between(&sources, &destinations, traffic);
    let (like, any) = (of(&traffic), of(&Traffic::all()));
    let passes = passes()?;
    let first = |like: &PacketSet| {
        let of = |packets: &PacketSet| packets.intersection(like).witness();
        of(&passes.must).or_else(|| of(&passes.may))
    };
    let other = || first(&any).filter(|_| hidden == Hidden::Destination);
    first(&like).or_else(other).or_else(|| like.witness())
}
