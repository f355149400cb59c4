//! The way back of a reply: a route from the destination's subnet to the source, and the stateless filters on it.
//!
//! Filters that keep state let replies pass; stateless ones (network ACLs) judge them like any packet, towards a port
//! that the source chose: 1024–65535 (network ACLs, ephemeral ports). A reply need not take the border
//! that the request came over.

use super::super::evidence::Evidence;
use super::super::filter_outcome::{self, FilterEnds};
use super::super::location::NetworkLocation;
use super::super::network_index::NetworkIndex;
use super::super::packet_set::{self, PacketSet};
use super::super::path_candidate::{PathCandidate, PathKind, borders};
use super::border;
use super::filter_evidence::Asked;
use super::route;
use crate::model::{
    AddressSet, Bounds, Direction, Doubt, Filter, FlowSet, Id, Protocol, Reason, Subnet, Traffic,
    Verdict, Witness,
};

/// Replies go to a port that the client chose; other protocols answer with any message.
fn replies() -> Traffic {
    let ported = [Protocol::TCP, Protocol::UDP, Protocol::SCTP];
    ported.into_iter().fold(Traffic::all(), |sum, protocol| {
        sum.difference(&Traffic::ports(protocol, 1, 1023))
    })
}

/// What a reply is held against.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Held {
    /// The route and the border.
    Routes,
    /// Filters that keep no state as well.
    Filters,
    /// The same, where the route and the border are taken as certain: their own hop says whether they are.
    FiltersAlone,
}

/// The reply's set of packets over one border, seen as a packet from `from` (the one who answers) to `to`.
fn over(
    index: &NetworkIndex<'_>,
    from: &NetworkLocation,
    to: &NetworkLocation,
    border: PathKind<'_>,
    held: Held,
) -> Bounds<PacketSet> {
    let start = Bounds::exact(PacketSet::between(
        &from.addresses,
        &to.addresses,
        &replies(),
    ));
    let mut parts = Vec::new();
    if let Some(routed) = route::towards(index, from, to, border) {
        parts.push(
            routed.map(|addresses| {
                PacketSet::of(AddressSet::all(), addresses.clone(), Traffic::all())
            }),
        );
    }
    match border {
        PathKind::Over(_, _, leg) => parts.push(border::carries(leg, from)),
        PathKind::Unmodelled => parts.push(packet_set::unknown()),
        PathKind::Inside | PathKind::Into(_) | PathKind::Handed | PathKind::WithinNode => {}
    }
    if held == Held::FiltersAlone {
        parts = parts
            .into_iter()
            .map(|part| Bounds::exact(part.may))
            .collect();
    }
    if held != Held::Routes {
        if let PathKind::Over(_, _, leg) = border {
            parts.push(border::edges(index, leg, from, to, |filter| {
                !filter.stateful
            }));
        }
        parts.push(edge(index, from, Direction::Egress, to, border));
        if !border.stands_in(to.subnet) {
            parts.push(edge(index, to, Direction::Ingress, from, border));
        }
    }
    parts
        .iter()
        .fold(start, |sum, part| sum.zip(part, PacketSet::intersection))
}

/// What the edge of a location's subnet lets pass of replies.
fn edge(
    index: &NetworkIndex<'_>,
    own: &NetworkLocation,
    direction: Direction,
    other: &NetworkLocation,
    border: PathKind<'_>,
) -> Bounds<PacketSet> {
    let filters = match own.subnet.map(|id| &index.world.subnets[id]) {
        Some(subnet) if !subnet.doubt.is_certain() => return packet_set::unknown(),
        Some(subnet) => subnet.filters.as_slice(),
        None => &[],
    };
    let stateless = |filter: &&Id<Filter>| !index.world.filters[**filter].stateful;
    let filters: Vec<Id<Filter>> = filters.iter().filter(stateless).copied().collect();
    let ends = index.ends(own, other, border.keeps_members(direction));
    (*index.each_of(&filters, direction, &ends)).clone()
}

/// Types of ICMP messages that ask, with those that answer them. Source: RFC 792, RFC 950, RFC 4443.
const ASKED: &[(Protocol, u8, u8)] = &[
    (Protocol::ICMP, 8, 0),
    (Protocol::ICMP, 13, 14),
    (Protocol::ICMP, 15, 16),
    (Protocol::ICMP, 17, 18),
    (Protocol::ICMPV6, 128, 129),
];

/// What may come back for a packet.
fn answers_to(packet: &Witness) -> Traffic {
    let asks = |(protocol, kind, _): &&(Protocol, u8, u8)| {
        *protocol == packet.protocol && packet.port >> 8 == u16::from(*kind)
    };
    ASKED
        .iter()
        .find(asks)
        .map_or_else(replies, |(protocol, _, answer)| {
            Traffic::icmp(*protocol, *answer, None)
        })
}

/// The requests whose reply is in the set of packets: any detail of a protocol that has some reply, but of ICMP messages that ask
/// only those whose answer it has.
fn requests(replies: &PacketSet) -> PacketSet {
    PacketSet::cells(replies.iter().map(|cell| {
        let whole = cell.traffic.whole_protocols();
        let unanswered = |(protocol, _, answer): &&(Protocol, u8, u8)| {
            cell.traffic
                .intersection(&Traffic::icmp(*protocol, *answer, None))
                .is_empty()
        };
        let lost = ASKED
            .iter()
            .filter(unanswered)
            .map(|(protocol, asks, _)| Traffic::icmp(*protocol, *asks, None));
        let whole = lost.fold(whole, |sum, one| sum.difference(&one));
        (cell.destinations.clone(), cell.sources.clone(), whole)
    }))
}

/// The ways that a reply may take.
fn paths<'w>(path: &PathCandidate<'_, 'w>) -> Vec<PathKind<'w>> {
    match path.border {
        PathKind::Handed => vec![PathKind::Handed],
        // A relay opens connections, and takes up no replies but its own.
        _ => borders(path.index, &path.to.location, &path.from.location)
            .into_iter()
            .filter(|border| border.relay().is_none())
            .collect(),
    }
}

fn any_border(path: &PathCandidate<'_, '_>, held: Held) -> Bounds<PacketSet> {
    let (from, to) = (&path.to.location, &path.from.location);
    let each = paths(path)
        .into_iter()
        .map(|border| over(path.index, from, to, border, held).map(requests));
    each.fold(Bounds::default(), |sum, one| {
        sum.zip(&one, PacketSet::union)
    })
}

pub(in crate::reach::path) fn passes_route(
    path: &PathCandidate<'_, '_>,
) -> Option<Bounds<PacketSet>> {
    if matches!(path.border, PathKind::Handed)
        || path.border.relay().is_some()
        || path.same_subnet()
    {
        None
    } else {
        Some(if_hidden(path, any_border(path, Held::Routes)))
    }
}

/// Replies to what something on the way sent with an address of its own go back there.
fn if_hidden(path: &PathCandidate<'_, '_>, passes: Bounds<PacketSet>) -> Bounds<PacketSet> {
    if !path.may_hide_source() {
        return passes;
    }
    Bounds {
        must: passes.must,
        may: packet_set::unknown().may,
    }
}

pub(in crate::reach::path) fn evidence_route(
    path: &PathCandidate<'_, '_>,
    packet: &Witness,
    verdict: Verdict,
) -> Evidence {
    let taken = taken(path, packet, Held::Routes, verdict).unwrap_or(PathKind::Unmodelled);
    let evidence = route::between(
        path.index,
        (&path.to.location, &path.from.location),
        taken,
        packet.source,
        verdict,
    );
    match taken {
        PathKind::Over(_, _, leg) if verdict == Verdict::Possible => evidence.unless(&leg.doubt),
        _ => evidence,
    }
}

/// The way back that the trail shows: the one that lets the whole reply pass, as far as it answers like the hop; else one
/// that answers like the hop; else the first.
fn taken<'w>(
    path: &PathCandidate<'_, 'w>,
    packet: &Witness,
    held: Held,
    verdict: Verdict,
) -> Option<PathKind<'w>> {
    let (from, to) = (&path.to.location, &path.from.location);
    let answer = |border: &PathKind<'w>, held: Held| {
        let requests = over(path.index, from, to, *border, held).map(requests);
        match (
            requests.must.contains(packet),
            requests.may.contains(packet),
        ) {
            (true, _) => Verdict::Reachable,
            (false, true) => Verdict::Possible,
            (false, false) => Verdict::Blocked,
        }
    };
    let mut paths = paths(path);
    if paths.len() > 1 {
        paths.sort_by_cached_key(|border| {
            let like = answer(border, held) == verdict;
            (
                std::cmp::Reverse(like),
                std::cmp::Reverse(answer(border, Held::Filters)),
                std::cmp::Reverse(answer(border, Held::Routes)),
            )
        });
    }
    paths.first().copied()
}

/// The stateless filters that a reply meets on one of the ways back.
fn met<'w>(path: &PathCandidate<'_, 'w>, back: &PathKind<'w>) -> Vec<(Id<Filter>, Direction)> {
    let world = path.index.world;
    let judged = |id: &Id<Subnet>| !path.same_subnet() || world.subnets[*id].filters_inside;
    let at = |subnet: Option<Id<Subnet>>| {
        subnet
            .filter(judged)
            .map(|id| world.subnets[id].filters.as_slice())
            .unwrap_or_default()
    };
    let out = at(path.to.location.subnet).iter();
    let entered = path
        .from
        .location
        .subnet
        .filter(|_| !back.stands_in(path.from.location.subnet));
    let legs = match back {
        PathKind::Over(_, _, leg) => leg.filters.as_slice(),
        _ => &[],
    };
    out.map(|filter| (*filter, Direction::Egress))
        .chain(legs.iter().copied())
        .chain(
            at(entered)
                .iter()
                .map(|filter| (*filter, Direction::Ingress)),
        )
        .filter(|(filter, _)| !world.filters[*filter].stateful)
        .collect()
}

pub(in crate::reach::path) fn passes_filter(
    path: &PathCandidate<'_, '_>,
) -> Option<Bounds<PacketSet>> {
    if path.border.relay().is_some() {
        return None;
    }
    let unsure = [path.from.location.subnet, path.to.location.subnet]
        .into_iter()
        .flatten()
        .any(|id| !path.index.world.subnets[id].doubt.is_certain());
    let unsure = unsure && !path.same_subnet();
    if !unsure && paths(path).iter().all(|back| met(path, back).is_empty()) {
        return None;
    }
    let (from, to) = (&path.to.location, &path.from.location);
    let paths = paths(path).into_iter();
    let open = paths
        .filter(|border| {
            !over(path.index, from, to, *border, Held::Routes)
                .may
                .is_empty()
        })
        .count();
    // With several ways back, a filter on the one and a doubt on the other must not be added up.
    let held = if open > 1 {
        Held::Filters
    } else {
        Held::FiltersAlone
    };
    Some(if_hidden(path, any_border(path, held)))
}

/// Why a reply to a packet passes or is dropped. Where it passes, the filter on the way that lets it pass which answers
/// least surely; where it is dropped, the filter that drops it.
pub(in crate::reach::path) fn evidence_filter(
    path: &PathCandidate<'_, '_>,
    packet: &Witness,
    verdict: Verdict,
) -> Evidence {
    let subnets = [path.to.location.subnet, path.from.location.subnet]
        .into_iter()
        .flatten()
        .map(|id| &path.index.world.subnets[id]);
    let doubt = subnets.fold(Doubt::none(), |sum, subnet| sum.and(&subnet.doubt));
    let unknown = || Evidence::new(Reason::ReplyFiltersUnknown).unless(&doubt);
    let Some(taken) = taken(path, packet, Held::Filters, verdict) else {
        return unknown();
    };
    let port = passing_port(path, packet, taken);
    let mut worst: Option<(Verdict, Evidence)> = None;
    for (filter, direction) in met(path, &taken) {
        let (answer, evidence) = asked(path, packet, (filter, direction), port);
        if worst.as_ref().is_none_or(|(known, _)| answer < *known) {
            worst = Some((answer, evidence));
        }
    }
    match worst {
        Some((answer, evidence))
            if (answer == Verdict::Blocked) == (verdict == Verdict::Blocked) =>
        {
            if verdict == Verdict::Possible {
                evidence.unless(&doubt)
            } else {
                evidence
            }
        }
        Some(_) if verdict == Verdict::Blocked => Evidence::new(Reason::NoReplyPort),
        _ => unknown(),
    }
}

/// How one filter answers to the reply, at a port of its own choice where none passes all.
fn asked(
    path: &PathCandidate<'_, '_>,
    packet: &Witness,
    (filter, direction): (Id<Filter>, Direction),
    port: Option<u16>,
) -> (Verdict, Evidence) {
    let (from, to) = (&path.to.location, &path.from.location);
    let (own, other) = if direction == Direction::Egress {
        (from, to)
    } else {
        (to, from)
    };
    let ends = path.index.ends(own, other, true);
    let reply = Witness {
        source: packet.destination,
        destination: packet.source,
        ..*packet
    };
    let port = port.unwrap_or_else(|| reply_port(path.index, filter, direction, &ends, &reply));
    let asked = Asked {
        index: path.index,
        direction,
        ends: &ends,
        packet: &Witness { port, ..reply },
    };
    let answer = asked.answer(filter);
    (answer, asked.one(filter, answer))
}

/// A port at which the reply passes everything on one way back.
fn passing_port(path: &PathCandidate<'_, '_>, packet: &Witness, back: PathKind<'_>) -> Option<u16> {
    let replies = over(
        path.index,
        &path.to.location,
        &path.from.location,
        back,
        Held::Filters,
    );
    let asked = answers_to(packet).of(packet.protocol);
    let first = |packets: &PacketSet| {
        packets
            .iter()
            .filter(|cell| {
                cell.sources.contains(packet.destination)
                    && cell.destinations.contains(packet.source)
            })
            .filter_map(|cell| {
                cell.traffic
                    .of(packet.protocol)
                    .intersection(&asked)
                    .first()
            })
            .min()
    };
    first(&replies.must).or_else(|| first(&replies.may))
}

/// A port of the reply that the filter lets pass, where there is one.
fn reply_port(
    index: &NetworkIndex<'_>,
    filter: Id<Filter>,
    direction: Direction,
    ends: &FilterEnds,
    reply: &Witness,
) -> u16 {
    let bounds = index
        .outcome(filter, direction, ends)
        .at(filter_outcome::near(reply, direction));
    let address = filter_outcome::far(reply, direction);
    let asked = answers_to(reply).of(reply.protocol);
    let first = |set: &FlowSet| {
        set.at(address)
            .of(reply.protocol)
            .intersection(&asked)
            .first()
    };
    first(&bounds.must)
        .or_else(|| first(&bounds.may))
        .or(asked.first())
        .unwrap_or_default()
}
