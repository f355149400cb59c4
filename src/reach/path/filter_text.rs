//! The sentence for a filter's answer: the rule that decides, and its line.

use super::fabric::Fabric;
use super::screen::{self, Ends};
use super::way::Reason;
use crate::model::{
    AddressSet, Crossing, Doubt, Filter, FilterAction, FilterPeer, FilterRule, Id, Traffic,
    Verdict, World,
};
use crate::reach::Witness;

/// Most blocks of addresses that a sentence lists.
const MOST_BLOCKS: usize = 3;

/// The reason of filters of which one must let the packet pass.
pub(super) fn any_of(
    fabric: &Fabric<'_>,
    filters: &[Id<Filter>],
    crossing: Crossing,
    ends: &Ends,
    packet: &Witness,
) -> Reason {
    let at = |verdict| {
        filters
            .iter()
            .find(|filter| answers(fabric, **filter, crossing, ends, packet) == verdict)
    };
    match at(Verdict::Reachable).or_else(|| at(Verdict::Possible)) {
        Some(filter) => one(fabric, *filter, crossing, ends, packet),
        None => match filters
            .iter()
            .find(|filter| denies(fabric, **filter, crossing, ends, packet))
        {
            Some(filter) => one(fabric, *filter, crossing, ends, packet),
            None => nobody(fabric.world, filters, crossing, packet),
        },
    }
}

/// Whether a rule of the filter says no, and not the lack of one that says yes.
fn denies(
    fabric: &Fabric<'_>,
    filter: Id<Filter>,
    crossing: Crossing,
    ends: &Ends,
    packet: &Witness,
) -> bool {
    decides(fabric, filter, crossing, ends, packet)
        .0
        .is_some_and(|rule| rule.action == FilterAction::Deny)
}

fn decides<'w>(
    fabric: &Fabric<'w>,
    filter: Id<Filter>,
    crossing: Crossing,
    ends: &Ends,
    packet: &Witness,
) -> (Option<&'w FilterRule>, Doubt) {
    let membership = |filter, network| fabric.membership(filter, network);
    screen::decides(
        &fabric.world.filters[filter],
        crossing,
        ends,
        &membership,
        packet,
    )
}

/// The reason of filters each of which must let the packet pass.
pub(super) fn each_of(
    fabric: &Fabric<'_>,
    filters: &[Id<Filter>],
    crossing: Crossing,
    ends: &Ends,
    packet: &Witness,
    verdict: Verdict,
) -> Reason {
    let worst = filters
        .iter()
        .find(|filter| answers(fabric, **filter, crossing, ends, packet) == verdict);
    worst
        .or(filters.first())
        .map(|filter| one(fabric, *filter, crossing, ends, packet))
        .unwrap_or_default()
}

/// How one filter answers about a packet.
pub(super) fn answers(
    fabric: &Fabric<'_>,
    filter: Id<Filter>,
    crossing: Crossing,
    ends: &Ends,
    packet: &Witness,
) -> Verdict {
    let bounds = fabric
        .screen(filter, crossing, ends)
        .at(screen::near(packet, crossing));
    let holds = |traffic: Traffic| traffic.of(packet.protocol).contains(packet.port);
    let address = screen::far(packet, crossing);
    match (
        holds(bounds.must.at(address)),
        holds(bounds.may.at(address)),
    ) {
        (true, _) => Verdict::Reachable,
        (false, true) => Verdict::Possible,
        (false, false) => Verdict::Blocked,
    }
}

/// The reason of one filter.
pub(super) fn one(
    fabric: &Fabric<'_>,
    filter: Id<Filter>,
    crossing: Crossing,
    ends: &Ends,
    packet: &Witness,
) -> Reason {
    let world = fabric.world;
    let own = &world.filters[filter];
    let (rule, doubt) = decides(fabric, filter, crossing, ends, packet);
    let sure =
        rule.is_some_and(|rule| rule.doubt.is_certain() && rule.action == FilterAction::Allow);
    let reason = match rule {
        Some(rule) => decided(world, own, crossing, rule),
        None if own.doubt.is_certain() => return nobody(world, &[filter], crossing, packet),
        None => Reason::new(format!("the rules of `{}` are not all known", own.name))
            .at(own.origin.as_ref()),
    };
    let reason = reason.unless(&doubt);
    if sure && own.stateful {
        reason
    } else {
        reason.unless(&own.doubt)
    }
}

fn decided(world: &World, filter: &Filter, crossing: Crossing, rule: &FilterRule) -> Reason {
    let verb = match (rule.action, crossing) {
        (FilterAction::Allow, Crossing::Egress) => "lets out",
        (FilterAction::Allow, Crossing::Ingress) => "admits",
        (FilterAction::Deny, _) => "denies",
        (FilterAction::Skip(_), _) => "leaves to later rules",
    };
    let (before, after) = if crossing == Crossing::Egress {
        ("to", "from")
    } else {
        ("from", "to")
    };
    let peer = end(world, &rule.peer);
    let own = if rule.own == FilterPeer::anyone() {
        String::new()
    } else {
        format!(" {after} {}", end(world, &rule.own))
    };
    let text = format!(
        "`{}` {verb} {} {before} {peer}{own}",
        filter.name, rule.traffic
    );
    let implied = rule.origin.is_none();
    let mut reason = Reason::new(text)
        .at(rule.origin.as_ref().or(filter.origin.as_ref()))
        .unless(&rule.doubt);
    reason.assumed = implied && filter.origin.is_none();
    reason
}

fn end(world: &World, end: &FilterPeer) -> String {
    match end {
        FilterPeer::Addresses(addresses) => blocks(addresses),
        FilterPeer::Members(of) => format!("members of `{}`", world.filters[*of].name),
    }
}

fn nobody(world: &World, filters: &[Id<Filter>], crossing: Crossing, packet: &Witness) -> Reason {
    let names: Vec<String> = filters
        .iter()
        .map(|filter| format!("`{}`", world.filters[*filter].name))
        .collect();
    let (verb, preposition, address) = match crossing {
        Crossing::Egress => ("lets out", "to", packet.destination),
        Crossing::Ingress => ("admits", "from", packet.source),
    };
    let origin = filters
        .first()
        .and_then(|filter| world.filters[*filter].origin.as_ref());
    let what = Traffic::ports(packet.protocol, packet.port, packet.port);
    Reason::new(format!(
        "no rule of {} {verb} {what} {preposition} {address}",
        names.join(", ")
    ))
    .at(origin)
}

/// Addresses as a few blocks.
pub(super) fn blocks(addresses: &AddressSet) -> String {
    let all = addresses.blocks();
    if all.len() <= MOST_BLOCKS {
        return addresses.to_string();
    }
    let shown: Vec<String> = all
        .iter()
        .take(MOST_BLOCKS)
        .map(ToString::to_string)
        .collect();
    format!(
        "{} and {} more blocks",
        shown.join(", "),
        all.len() - MOST_BLOCKS
    )
}
