//! The border itself: who may enter it, what it carries, and the filters at its edges.

use super::fabric::Fabric;
use super::filter_text;
use super::region::{self, Region};
use super::screen::Ends;
use super::spot::Spot;
use super::way::{PathKind, Reason, Way};
use crate::model::{
    AddressSet, Border, Bounds, Crossing, Doubt, Filter, Id, Leg, Traffic, Verdict,
};
use crate::reach::Witness;

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

fn ends(fabric: &Fabric<'_>, leg: &Leg, crossing: Crossing, from: &Spot, to: &Spot) -> Ends {
    let (own, other) = if crossing == Crossing::Egress {
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
        PathKind::Over(_, leg) => {
            let edges = edges(way.fabric, leg, &way.from.spot, &way.to.spot, |_| true);
            Some(carries(leg, &way.from.spot).zip(&edges, Region::intersection))
        }
        PathKind::Unmodelled => Some(region::unknown()),
    }
}

pub(super) fn reason(way: &Way<'_, '_>, packet: &Witness, verdict: Verdict) -> Reason {
    match way.border {
        PathKind::Over(link, leg) => told(way, link, leg, packet, verdict),
        _ => Reason::new("what lies beyond is not in the input"),
    }
}

fn told(
    way: &Way<'_, '_>,
    link: Id<Border>,
    leg: &Leg,
    packet: &Witness,
    verdict: Verdict,
) -> Reason {
    let world = way.fabric.world;
    let own = &world.borders[link];
    let name = &own.name;
    let near = || {
        way.from
            .spot
            .subnet
            .map(|subnet| world.subnets[subnet].name.clone())
            .unwrap_or_default()
    };
    if verdict == Verdict::Blocked {
        let filter = leg.filters.iter().find(|(filter, crossing)| {
            let ends = ends(way.fabric, leg, *crossing, &way.from.spot, &way.to.spot);
            filter_text::answers(way.fabric, *filter, *crossing, &ends, packet) == Verdict::Blocked
        });
        let text = match filter {
            _ if enters(leg, &way.from.spot) == Some(false) => {
                format!("`{name}` is not entered from `{}`", near())
            }
            _ if !leg.sources.contains(packet.source) => {
                format!("`{name}` does not carry packets from {}", packet.source)
            }
            _ if !leg.destinations.contains(packet.destination) => {
                format!(
                    "`{name}` does not carry packets to {}{}",
                    packet.destination,
                    further(leg)
                )
            }
            Some((filter, crossing)) => {
                let ends = ends(way.fabric, leg, *crossing, &way.from.spot, &way.to.spot);
                return filter_text::one(way.fabric, *filter, *crossing, &ends, packet);
            }
            None => format!("`{name}` does not carry it"),
        };
        return Reason::new(text).at(own.origin.as_ref());
    }
    let doubt = leg
        .filters
        .iter()
        .fold(leg.doubt.clone(), |sum, (filter, _)| {
            sum.and(&world.filters[*filter].doubt)
        });
    let doubt = if verdict == Verdict::Possible {
        doubt
    } else {
        Doubt::none()
    };
    Reason::new(format!("`{name}`, {}", own.state))
        .at(own.origin.as_ref())
        .unless(&doubt)
}

fn further(leg: &Leg) -> String {
    leg.because
        .first()
        .map(|(text, _)| format!(": {text}"))
        .unwrap_or_default()
}

/// The further lines that make the border of a way, in the order of the packet.
pub(super) fn further_lines(way: &Way<'_, '_>) -> Vec<Reason> {
    let PathKind::Over(_, leg) = way.border else {
        return Vec::new();
    };
    leg.because
        .iter()
        .map(|(text, origin)| Reason::new(text.clone()).at(origin.as_ref()))
        .collect()
}
