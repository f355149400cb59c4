//! The way back of a reply: a route from the destination's subnet to the source, and the stateless filters on it.
//!
//! Filters that keep state let replies pass; stateless ones (network ACLs) judge them like any packet, towards a port
//! that the source chose: 1024–65535 (network ACLs, ephemeral ports). A reply need not take the border
//! that the request came over.

use super::fabric::Fabric;
use super::filter_text;
use super::link;
use super::region::{self, Region};
use super::route;
use super::screen::{self, Ends};
use super::spot::Spot;
use super::way::{PathKind, Reason, Way, borders};
use crate::model::{
    AddressSet, Bounds, Crossing, Doubt, Filter, FlowSet, Id, Protocol, Subnet, Traffic, Verdict,
};
use crate::reach::Witness;

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
    /// The same, where the route and the border are taken as certain: their own hop tells whether they are.
    FiltersAlone,
}

/// The reply's region over one border, seen as a packet from `from` (the one who answers) to `to`.
fn over(
    fabric: &Fabric<'_>,
    from: &Spot,
    to: &Spot,
    border: PathKind<'_>,
    held: Held,
) -> Bounds<Region> {
    let start = Bounds::exact(Region::between(&from.addresses, &to.addresses, &replies()));
    let mut parts = Vec::new();
    if let Some(routed) = route::towards(fabric, from, to, border) {
        parts.push(
            routed
                .map(|addresses| Region::of(AddressSet::all(), addresses.clone(), Traffic::all())),
        );
    }
    match border {
        PathKind::Over(_, leg) => parts.push(link::carries(leg, from)),
        PathKind::Unmodelled => parts.push(region::unknown()),
        PathKind::Inside | PathKind::Into(_) | PathKind::Handed | PathKind::WithinNode => {}
    }
    if held == Held::FiltersAlone {
        parts = parts
            .into_iter()
            .map(|part| Bounds::exact(part.may))
            .collect();
    }
    if held != Held::Routes {
        if let PathKind::Over(_, leg) = border {
            parts.push(link::edges(fabric, leg, from, to, |filter| {
                !filter.stateful
            }));
        }
        parts.push(edge(fabric, from, Crossing::Egress, to, border));
        if !border.stands_in(to.subnet) {
            parts.push(edge(fabric, to, Crossing::Ingress, from, border));
        }
    }
    parts
        .iter()
        .fold(start, |sum, part| sum.zip(part, Region::intersection))
}

/// What the edge of a spot's subnet lets pass of replies.
fn edge(
    fabric: &Fabric<'_>,
    own: &Spot,
    crossing: Crossing,
    other: &Spot,
    border: PathKind<'_>,
) -> Bounds<Region> {
    let filters = match own.subnet.map(|id| &fabric.world.subnets[id]) {
        Some(subnet) if !subnet.doubt.is_certain() => return region::unknown(),
        Some(subnet) => subnet.filters.as_slice(),
        None => &[],
    };
    fabric.each_of(
        filters,
        crossing,
        &fabric.ends(own, other, border.keeps_members(crossing)),
        |filter| !filter.stateful,
    )
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

/// The requests whose reply is in the region: any detail of a protocol that has some reply, but of ICMP messages that ask
/// only those whose answer it has.
fn requests(replies: &Region) -> Region {
    Region::cells(replies.iter().map(|cell| {
        let whole: Traffic = cell
            .traffic
            .parts()
            .into_iter()
            .map(|(protocol, _)| Traffic::protocol(protocol))
            .collect();
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
fn ways<'w>(way: &Way<'_, 'w>) -> Vec<PathKind<'w>> {
    match way.border {
        PathKind::Handed => vec![PathKind::Handed],
        // A relay opens connections, and takes up no replies but its own.
        _ => borders(way.fabric, &way.to.spot, &way.from.spot)
            .into_iter()
            .filter(|border| border.relay().is_none())
            .collect(),
    }
}

fn any_border(way: &Way<'_, '_>, held: Held) -> Bounds<Region> {
    let (from, to) = (&way.to.spot, &way.from.spot);
    let each = ways(way)
        .into_iter()
        .map(|border| over(way.fabric, from, to, border, held).map(requests));
    each.fold(Bounds::default(), |sum, one| sum.zip(&one, Region::union))
}

pub(super) fn passes_route(way: &Way<'_, '_>) -> Option<Bounds<Region>> {
    if matches!(way.border, PathKind::Handed) || way.border.relay().is_some() || way.same_subnet() {
        None
    } else {
        Some(any_border(way, Held::Routes))
    }
}

pub(super) fn reason_route(way: &Way<'_, '_>, packet: &Witness, verdict: Verdict) -> Reason {
    let (from, to) = (&way.to.spot, &way.from.spot);
    let ways = ways(way);
    let answers = |border: &&PathKind<'_>| {
        let requests = over(way.fabric, from, to, **border, Held::Routes).map(requests);
        requests.must.contains(packet) && verdict == Verdict::Reachable
            || requests.may.contains(packet) && verdict == Verdict::Possible
    };
    let taken = ways
        .iter()
        .find(answers)
        .or(ways.first())
        .copied()
        .unwrap_or(PathKind::Unmodelled);
    let doubt = match taken {
        PathKind::Over(_, leg) if verdict == Verdict::Possible => leg.doubt.clone(),
        _ => Doubt::none(),
    };
    route::told(way.fabric, from, to, taken, packet.source, verdict).unless(&doubt)
}

/// The stateless filters that a reply may meet.
fn met(way: &Way<'_, '_>) -> Vec<(Id<Filter>, Crossing)> {
    let world = way.fabric.world;
    let judged = |id: &Id<Subnet>| !way.same_subnet() || world.subnets[*id].filters_inside;
    let at = |subnet: Option<Id<Subnet>>| {
        subnet
            .filter(judged)
            .map(|id| world.subnets[id].filters.as_slice())
            .unwrap_or_default()
    };
    let ways = ways(way);
    let from_inside = ways
        .iter()
        .all(|border| border.stands_in(way.from.spot.subnet));
    let out = at(way.to.spot.subnet)
        .iter()
        .map(|filter| (*filter, Crossing::Egress));
    let back = at(way.from.spot.subnet.filter(|_| !from_inside))
        .iter()
        .map(|filter| (*filter, Crossing::Ingress));
    let legs = ways.into_iter().flat_map(|border| match border {
        PathKind::Over(_, leg) => leg.filters.as_slice(),
        _ => &[],
    });
    out.chain(legs.copied())
        .chain(back)
        .filter(|(filter, _)| !world.filters[*filter].stateful)
        .collect()
}

pub(super) fn passes_filter(way: &Way<'_, '_>) -> Option<Bounds<Region>> {
    if way.border.relay().is_some() {
        return None;
    }
    let unsure = [way.from.spot.subnet, way.to.spot.subnet]
        .into_iter()
        .flatten()
        .any(|id| !way.fabric.world.subnets[id].doubt.is_certain());
    let unsure = unsure && !way.same_subnet();
    if met(way).is_empty() && !unsure {
        return None;
    }
    let (from, to) = (&way.to.spot, &way.from.spot);
    let ways = ways(way).into_iter();
    let open = ways
        .filter(|border| {
            !over(way.fabric, from, to, *border, Held::Routes)
                .may
                .is_empty()
        })
        .count();
    // With several ways back, a filter on the one and a doubt on the other must not be added up.
    Some(any_border(
        way,
        if open > 1 {
            Held::Filters
        } else {
            Held::FiltersAlone
        },
    ))
}

/// Reads like the hop of the filter that decides about the first port which a client may have chosen.
pub(super) fn reason_filter(way: &Way<'_, '_>, packet: &Witness, verdict: Verdict) -> Reason {
    let reply = Witness {
        source: packet.destination,
        destination: packet.source,
        ..*packet
    };
    let subnets = [way.to.spot.subnet, way.from.spot.subnet]
        .into_iter()
        .flatten()
        .map(|id| &way.fabric.world.subnets[id]);
    let doubt = subnets.fold(Doubt::none(), |sum, subnet| sum.and(&subnet.doubt));
    let mut worst: Option<(Verdict, Reason)> = None;
    for (filter, crossing) in met(way) {
        let (from, to) = (&way.to.spot, &way.from.spot);
        let (own, other) = if crossing == Crossing::Egress {
            (from, to)
        } else {
            (to, from)
        };
        let ends = way.fabric.ends(own, other, true);
        let port = reply_port(way.fabric, filter, crossing, &ends, &reply);
        let probe = Witness { port, ..reply };
        let answer = filter_text::answers(way.fabric, filter, crossing, &ends, &probe);
        if worst.as_ref().is_none_or(|(known, _)| answer < *known) {
            worst = Some((
                answer,
                filter_text::one(way.fabric, filter, crossing, &ends, &probe),
            ));
        }
    }
    let Some((answer, mut reason)) = worst else {
        return Reason::new("what filters the reply is not certain").unless(&doubt);
    };
    if answer == Verdict::Blocked {
        reason.text = format!("the reply is dropped: {}", reason.text);
    } else if verdict == Verdict::Blocked {
        reason.text =
            "no port that a client may have chosen (1024-65535) passes all filters on the way back"
                .to_owned();
    }
    if verdict == Verdict::Possible {
        reason.unless(&doubt)
    } else {
        reason
    }
}

/// A port of the reply that the filter lets pass, where there is one.
fn reply_port(
    fabric: &Fabric<'_>,
    filter: Id<Filter>,
    crossing: Crossing,
    ends: &Ends,
    reply: &Witness,
) -> u16 {
    let bounds = fabric
        .screen(filter, crossing, ends)
        .at(screen::near(reply, crossing));
    let address = screen::far(reply, crossing);
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
