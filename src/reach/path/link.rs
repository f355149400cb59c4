//! The border itself: who may enter it, what it carries, and the filters at its edges.

use super::fabric::Fabric;
use super::filter_evidence::Asked;
use super::region::{self, Region};
use super::screen::Ends;
use super::spot::Spot;
use super::way::{Evidence, PathKind, Way};
use crate::model::{
    AddressSet, Border, Bounds, Direction, Filter, Id, Leg, Origin, Reason, Traffic, Verdict,
    Witness,
};

/// What a leg carries of packets that leave `from`, whatever the filters at its edges say.
pub(super) fn carries(leg: &Leg, from: &Spot) -> Bounds<Region> {
    let mut sum = Bounds::exact(Region::of(
        leg.sources.clone(),
        leg.destinations.clone(),
        Traffic::all(),
    ));
    let certain = leg.doubt.is_certain();
    match enters(leg, from) {
        Some(true) if certain => {}
        Some(false) => return Bounds::default(),
        _ => sum.must = Region::none(),
    }
    sum
}

/// What those of the filters at a leg's edges that count let pass.
pub(super) fn edges(
    fabric: &Fabric<'_>,
    leg: &Leg,
    from: &Spot,
    to: &Spot,
    counts: impl Fn(&Filter) -> bool,
) -> Bounds<Region> {
    let mut sum = Bounds::exact(Region::of(
        AddressSet::all(),
        AddressSet::all(),
        Traffic::all(),
    ));
    for (filter, crossing) in &leg.filters {
        if !counts(&fabric.world.filters[*filter]) {
            continue;
        }
        let passes = fabric.screen(*filter, *crossing, &ends(fabric, leg, *crossing, from, to));
        sum = sum.zip(&passes.region(*crossing), Region::intersection);
    }
    sum
}

fn ends(fabric: &Fabric<'_>, leg: &Leg, crossing: Direction, from: &Spot, to: &Spot) -> Ends {
    let (own, other) = if crossing == Direction::Egress {
        (from, to)
    } else {
        (to, from)
    };
    fabric.ends(own, other, leg.keeps_members.contains(&crossing))
}

/// Whether packets of a spot may enter a leg; none where its subnet is not known.
fn enters(leg: &Leg, from: &Spot) -> Option<bool> {
    let Some(entry) = &leg.entry else {
        return Some(true);
    };
    from.subnet.map(|subnet| entry.contains(&subnet))
}

pub(super) fn passes(way: &Way<'_, '_>) -> Option<Bounds<Region>> {
    match way.border {
        PathKind::Inside | PathKind::Into(_) | PathKind::Handed | PathKind::WithinNode => None,
        PathKind::Over(_, _, leg) => {
            let edges = edges(way.fabric, leg, &way.from.spot, &way.to.spot, |_| true);
            Some(carries(leg, &way.from.spot).zip(&edges, Region::intersection))
        }
        PathKind::Unmodelled => Some(region::unknown()),
    }
}

pub(super) fn evidence(way: &Way<'_, '_>, packet: &Witness, verdict: Verdict) -> Evidence {
    match way.border {
        PathKind::Over(border, number, leg) if verdict == Verdict::Blocked => {
            stopped(way, (border, number, leg), packet)
        }
        PathKind::Over(border, _, leg) => carried(way, border, leg, verdict),
        _ => Evidence::new(Reason::BeyondInput),
    }
}

/// Why a border, or a filter at its edge, does not carry a packet.
fn stopped(
    way: &Way<'_, '_>,
    (border, number, leg): (Id<Border>, usize, &Leg),
    packet: &Witness,
) -> Evidence {
    let origin = way.fabric.world.borders[border].origin.as_ref();
    let because = |reason| Evidence::new(reason).at(origin);
    let subnet = way.from.spot.subnet;
    if enters(leg, &way.from.spot) == Some(false) {
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
        let ends = ends(way.fabric, leg, *direction, &way.from.spot, &way.to.spot);
        let asked = Asked {
            fabric: way.fabric,
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

fn carried(way: &Way<'_, '_>, border: Id<Border>, leg: &Leg, verdict: Verdict) -> Evidence {
    let world = way.fabric.world;
    let evidence = Evidence::new(Reason::Border(border)).at(world.borders[border].origin.as_ref());
    if verdict != Verdict::Possible {
        return evidence;
    }
    let doubts = leg.filters.iter().map(|(id, _)| &world.filters[*id].doubt);
    doubts.fold(evidence.unless(&leg.doubt), Evidence::unless)
}

/// The further lines that make the border of a way, in the order of the packet.
pub(super) fn further_lines(way: &Way<'_, '_>) -> Vec<Evidence> {
    let PathKind::Over(border, number, leg) = way.border else {
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
