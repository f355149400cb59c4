//! Rules of filters and routes that are there for one border alone, and may go.

use super::stuck::Stuck;
use super::target::{far_addresses, far_networks, near_addresses};
use crate::model::{
    Amendment, Direction, FilterPeer, FilterRule, Hop, HopKind, Origin, Reason, Target, World,
};
use crate::reach::Exposure;
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
