//! The border itself: who may enter it, what it carries, and the filters at its edges.

use super::super::evidence::Evidence;
use super::super::filter_outcome::FilterEnds;
use super::super::location::NetworkLocation;
use super::super::network_index::NetworkIndex;
use super::super::packet_set::{self, PacketSet};
use super::super::path_candidate::{PathCandidate, PathKind};
use super::super::relay;
use super::filter_evidence::Asked;
use crate::model::{
    AddressSet, Border, Bounds, Direction, Filter, Id, Leg, Origin, Reason, Traffic, Verdict,
    Witness,
};

/// What a leg carries of packets that leave `from`, whatever the filters at its edges say.
pub(in crate::reach::path) fn carries(leg: &Leg, from: &NetworkLocation) -> Bounds<PacketSet> {
    let mut sum = Bounds::exact(PacketSet::of(
        leg.sources.clone(),
        leg.destinations.clone(),
        Traffic::all(),
    ));
    let certain = leg.doubt.is_certain();
    match enters(leg, from) {
        Some(true) if certain => {}
        Some(false) => return Bounds::default(),
        _ => sum.must = PacketSet::none(),
    }
    sum
}

/// What those of the filters at a leg's edges that count let pass.
pub(in crate::reach::path) fn edges(
    index: &NetworkIndex<'_>,
    leg: &Leg,
    from: &NetworkLocation,
    to: &NetworkLocation,
    counts: impl Fn(&Filter) -> bool,
) -> Bounds<PacketSet> {
    let mut sum = Bounds::exact(PacketSet::of(
        AddressSet::all(),
        AddressSet::all(),
        Traffic::all(),
    ));
    for (filter, crossing) in &leg.filters {
        if !counts(&index.world.filters[*filter]) {
            continue;
        }
        let passes = index.outcome(*filter, *crossing, &ends(index, leg, *crossing, from, to));
        let mut passes = passes.packets(*crossing);
        if leg.relay.is_some() {
            passes = relay::anew(passes);
        }
        sum = sum.zip(&passes, PacketSet::intersection);
    }
    sum
}

fn ends(
    index: &NetworkIndex<'_>,
    leg: &Leg,
    crossing: Direction,
    from: &NetworkLocation,
    to: &NetworkLocation,
) -> FilterEnds {
    let (own, other) = if crossing == Direction::Egress {
        (from, to)
    } else {
        (to, from)
    };
    index.ends(own, other, leg.keeps_members.contains(&crossing))
}

/// Whether packets of a location may enter a leg; none where its subnet is not known.
fn enters(leg: &Leg, from: &NetworkLocation) -> Option<bool> {
    let Some(entry) = &leg.entry else {
        return Some(true);
    };
    from.subnet.map(|subnet| entry.contains(&subnet))
}

pub(in crate::reach::path) fn passes(path: &PathCandidate<'_, '_>) -> Option<Bounds<PacketSet>> {
    match path.border {
        PathKind::Inside | PathKind::Into(_) | PathKind::Handed | PathKind::WithinNode => None,
        PathKind::Over(_, _, leg) => {
            let edges = edges(
                path.index,
                leg,
                &path.from.location,
                &path.to.location,
                |_| true,
            );
            Some(carries(leg, &path.from.location).zip(&edges, PacketSet::intersection))
        }
        PathKind::Unmodelled => Some(packet_set::unknown()),
    }
}

pub(in crate::reach::path) fn evidence(
    path: &PathCandidate<'_, '_>,
    packet: &Witness,
    verdict: Verdict,
) -> Evidence {
    match path.border {
        PathKind::Over(border, number, leg) if verdict == Verdict::Blocked => {
            stopped(path, (border, number, leg), packet)
        }
        PathKind::Over(border, _, leg) => carried(path, border, leg, verdict),
        _ => Evidence::new(Reason::BeyondInput),
    }
}

/// Why a border, or a filter at its edge, does not carry a packet.
fn stopped(
    path: &PathCandidate<'_, '_>,
    (border, number, leg): (Id<Border>, usize, &Leg),
    packet: &Witness,
) -> Evidence {
    let origin = path.index.world.borders[border].origin.as_ref();
    let because = |reason| Evidence::new(reason).at(origin);
    let subnet = path.from.location.subnet;
    if enters(leg, &path.from.location) == Some(false) {
        return because(Reason::BorderNotEntered { border, subnet });
    }
    if !leg.sources.contains(packet.source) {
        let source = packet.source;
        return because(Reason::SourceNotCarried { border, source });
    }
    if !leg.destinations.contains(packet.destination) {
        return because(Reason::DestinationNotCarried {
            border,
            leg: number,
            destination: packet.destination,
        });
    }
    for (filter, direction) in &leg.filters {
        let ends = ends(
            path.index,
            leg,
            *direction,
            &path.from.location,
            &path.to.location,
        );
        let asked = Asked {
            index: path.index,
            direction: *direction,
            ends: &ends,
            packet,
        };
        if asked.answer(*filter) == Verdict::Blocked {
            return asked.one(*filter, Verdict::Blocked);
        }
    }
    because(Reason::NotCarried(border))
}

fn carried(
    path: &PathCandidate<'_, '_>,
    border: Id<Border>,
    leg: &Leg,
    verdict: Verdict,
) -> Evidence {
    let world = path.index.world;
    let evidence = Evidence::new(Reason::Border(border)).at(world.borders[border].origin.as_ref());
    if verdict != Verdict::Possible {
        return evidence;
    }
    let doubts = leg.filters.iter().map(|(id, _)| &world.filters[*id].doubt);
    doubts.fold(evidence.unless(&leg.doubt), Evidence::unless)
}

/// The further lines that make the border of a way, in the order of the packet.
pub(in crate::reach::path) fn further_lines(path: &PathCandidate<'_, '_>) -> Vec<Evidence> {
    let PathKind::Over(border, number, leg) = path.border else {
        return Vec::new();
    };
    let line = |(line, (_, origin)): (usize, &(String, Option<Origin>))| {
        Evidence::new(Reason::BorderLine {
            border,
            leg: number,
            line,
        })
        .at(origin.as_ref())
    };
    leg.because.iter().enumerate().map(line).collect()
}
