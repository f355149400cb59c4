//! Rules of filters and routes that are there for one border alone, and may go; rules that let in more than who needs it, and are narrowed.

use super::needed::needed;
use super::opening::Opening;
use super::permitted::{Passing, Seen};
use super::stuck::Stuck;
use super::target::{far_addresses, far_networks, near_addresses, passing};
use crate::model::{
    AddressSet, Amendment, Direction, FilterPeer, FilterRule, Hop, HopKind, Origin, Reason,
    Restriction, Target, World,
};
use crate::reach::Exposure;
use crate::rules::Coverage;
use std::collections::BTreeSet;

/// For each crossing the first rule or route on its way that is about its border alone. What stays inside a network is no part of the
/// proof, so nothing that might bear on it goes.
pub(super) fn removals(open: &[&Exposure], world: &World) -> Result<Vec<Amendment>, Stuck> {
    let mut gone: BTreeSet<Origin> = BTreeSet::new();
    for exposure in open {
        let hops = exposure.hops();
        let mut origins = hops
            .iter()
            .filter_map(|hop| removable(hop, exposure, world));
        gone.insert(origins.next().ok_or(Stuck::NothingOfTheNetwork)?);
    }
    Ok(gone.into_iter().map(Amendment::Remove).collect())
}

/// What narrows a rule that a finding is about to who needs it.
///
/// # Errors
/// [`Stuck`] where all are needed, or it is not known who is.
pub fn narrow(
    opening: &Opening,
    seen: Seen<'_, '_>,
    coverage: Option<&Coverage<'_>>,
) -> Result<Amendment, Stuck> {
    let world = seen.engine.world();
    let before = opening.addresses(world)?;
    let after = needed(opening, seen, coverage, &BTreeSet::new())?;
    let gone = before.difference(&after);
    if gone.is_empty() {
        return Err(Stuck::Needed(opening.origin.address.clone()));
    }
    match opening.beside(&gone, world) {
        Some(other) => Err(Stuck::Beside(other)),
        None => Ok(restriction(opening, before, after)),
    }
}

fn restriction(opening: &Opening, before: AddressSet, after: AddressSet) -> Amendment {
    Amendment::Restrict(Restriction {
        origin: opening.origin.clone(),
        direction: opening.direction,
        before,
        after,
    })
}

/// What narrows the first rule on the way of the first crossing that others need less of than it says: one rule at a time, since places in
/// files move with each.
pub(super) fn restrictions(
    open: &[&Exposure],
    seen: Seen<'_, '_>,
    coverage: Option<&Coverage<'_>>,
) -> Result<Vec<Amendment>, Stuck> {
    let world = seen.engine.world();
    let but: BTreeSet<Passing> = open.iter().map(|own| passing(own, world)).collect();
    let mut why = Stuck::NothingOfTheNetwork;
    for exposure in open.iter().take(1) {
        for hop in exposure.hops() {
            let Some(opening) = opening(&hop, world) else {
                continue;
            };
            let others = others(is_far(hop.kind, exposure.proof.direction), exposure, world);
            let before = opening.addresses(world)?;
            match needed(&opening, seen, coverage, &but) {
                Ok(after) if others.intersection(&before).is_disjoint(&after) => {
                    return Ok(vec![restriction(&opening, before, after)]);
                }
                Ok(_) => why = Stuck::Needed(opening.origin.address.clone()),
                Err(own) => why = own,
            }
        }
    }
    Err(why)
}

/// The rule that lets a packet pass a hop, where a line declares it.
fn opening(hop: &Hop, world: &World) -> Option<Opening> {
    let Reason::RuleAllows {
        filter,
        direction,
        rule,
    } = &hop.reason
    else {
        return None;
    };
    let rule = world.filters[*filter].rules(*direction).get(*rule)?;
    Some(Opening {
        origin: rule.origin.clone()?,
        direction: *direction,
    })
}

/// What decides a hop, where it may go.
fn removable(hop: &Hop, exposure: &Exposure, world: &World) -> Option<Origin> {
    match &hop.reason {
        Reason::RuleAllows {
            filter,
            direction,
            rule,
        } => {
            let rules = world.filters[*filter].rules(*direction);
            let origin = rules.get(*rule)?.origin.clone()?;
            let is_far = is_far(hop.kind, exposure.proof.direction);
            let own = rules
                .iter()
                .filter(|one| one.origin.as_ref() == Some(&origin));
            own.clone()
                .all(|one| is_about(one, is_far, exposure, world))
                .then_some(origin)
        }
        Reason::Route { table, route, .. } if hop.kind == HopKind::Route => {
            let route = world.route_tables[*table].routes.get(*route)?;
            let Target::Border(border) = &route.target else {
                return None;
            };
            let origin = route.origin.clone()?;
            exposure.proof.borders.contains(border).then_some(origin)
        }
        _ => None,
    }
}

/// Whether a filter stands on the far side of a crossing.
fn is_far(kind: HopKind, direction: Direction) -> bool {
    matches!(
        (kind, direction),
        (
            HopKind::InterfaceFilterIngress | HopKind::SubnetFilterIngress,
            Direction::Egress
        ) | (
            HopKind::InterfaceFilterEgress | HopKind::SubnetFilterEgress,
            Direction::Ingress
        )
    )
}

/// Whether a rule names nobody but who stands on the other side of the border.
fn is_about(rule: &FilterRule, is_far: bool, exposure: &Exposure, world: &World) -> bool {
    let others = if is_far {
        near_addresses(exposure, world)
    } else {
        let near = near_addresses(exposure, world);
        let far = far_addresses(exposure, world).union(&far_networks(exposure, world));
        far.difference(&near)
    };
    match &rule.peer {
        FilterPeer::Addresses(addresses) => addresses.is_subset(&others),
        FilterPeer::Members(_) => false,
    }
}

/// The addresses of whoever stands on the other side of the border from a filter, as far as this crossing is about them.
fn others(is_far: bool, exposure: &Exposure, world: &World) -> AddressSet {
    if !is_far {
        return far_addresses(exposure, world);
    }
    let placements = world.workloads[exposure.workload].pod_placements.iter();
    let places = placements.flat_map(|own| std::iter::once(&own.pod).chain(&own.node));
    places.map(|own| own.addresses.clone()).collect()
}
