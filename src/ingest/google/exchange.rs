//! Routes: each network has one table, of its own subnet routes, of those that its peers export by themselves, of its static
//! and learned routes, and of those custom routes that a peer exports and it imports.
//!
//! Subnet routes come before all others, and no other route may be more specific; then the longest prefix counts, then the
//! priority, and a network's own route before a peer's. Nothing that came from a peer goes on to another.
//! Source: cloud.google.com/vpc/docs/routes, "Routing order", "Subnet routes", "Static routes";
//! cloud.google.com/vpc/docs/vpc-peering, "Options for exchanging subnet routes", "Options for exchanging static routes".

use super::lowering::Lowering;
use super::peered::{Peering, PeeringEnd};
use super::ranges;
use super::stage::{AtRest, CustomRoute};
use crate::ingest::lowering::Family;
use crate::model::{
    AddressSet, Border, Doubt, GapKind, Id, IpNet, Leg, Network, Origin, Route, Subnet, Target,
};
use std::collections::BTreeSet;

/// Rank of a custom route: after subnet routes, by priority, a network's own before a peer's.
fn rank(priority: u32, imported: bool) -> u32 {
    priority.min(65535).saturating_add(1) * 2 + u32::from(imported)
}

/// Routes that networks exchange with each other.
#[must_use]
pub fn family() -> Family<AtRest> {
    Family::without_types(lower)
}

/// Fills the tables of all networks.
fn lower(lowering: &mut Lowering<AtRest>) {
    let networks: Vec<Id<Network>> = lowering.lowered.on_demand.tables.keys().copied().collect();
    for network in &networks {
        let own = lowering.lowered.custom_routes(*network);
        own_routes(lowering, *network, &own);
    }
    for peering in lowering.lowered.peerings() {
        let [one, other] = &peering.ends;
        exchange(lowering, &peering, one, other);
        exchange(lowering, &peering, other, one);
    }
}

fn enter(
    lowering: &mut Lowering<AtRest>,
    network: Id<Network>,
    routes: impl IntoIterator<Item = Route>,
) {
    if let Some(table) = lowering.lowered.on_demand.tables.get(&network) {
        lowering.world.route_tables[*table].routes.extend(routes);
    }
}

fn own_routes(lowering: &mut Lowering<AtRest>, network: Id<Network>, custom: &[CustomRoute]) {
    let mut routes = Vec::new();
    for subnet in known_subnets(lowering, network) {
        let own = &lowering.world.subnets[subnet];
        let local = |destination: IpNet| Route {
            destination: Some(destination),
            target: Target::Local,
            rank: 0,
            doubt: Doubt::none(),
            origin: own.origin.clone(),
        };
        routes.extend(own.addresses.blocks().into_iter().map(local));
    }
    routes.extend(anything(lowering, network, Target::Local, custom));
    routes.extend(custom.iter().flat_map(|route| spread(route, custom, false)));
    enter(lowering, network, routes);
}

/// The subnets of a network whose ranges are known.
fn known_subnets(lowering: &Lowering<AtRest>, network: Id<Network>) -> Vec<Id<Subnet>> {
    let sure = lowering.world.networks[network].doubt.is_certain();
    let mut out = lowering.subnets_of(network);
    out.retain(|subnet| sure || lowering.world.subnets[*subnet].doubt.is_certain());
    out
}

/// Where not all subnets of a network are known, any packet may be for one of them.
fn anything(
    lowering: &Lowering<AtRest>,
    network: Id<Network>,
    target: Target,
    custom: &[CustomRoute],
) -> Vec<Route> {
    let Network { doubt, origin, .. } = lowering.world.networks[network].clone();
    if doubt.is_certain() {
        return Vec::new();
    }
    spread(
        &CustomRoute {
            destination: None,
            target,
            priority: 0,
            exported: false,
            doubt,
            origin,
        },
        custom,
        false,
    )
}

/// A custom route as lines of a table. One of unknown destination may be as specific as any other custom route, and never
/// more so than a subnet route.
fn spread(route: &CustomRoute, others: &[CustomRoute], imported: bool) -> Vec<Route> {
    let line = |destination: IpNet, rank: u32| Route {
        destination: Some(destination),
        target: route.target.clone(),
        rank,
        doubt: route.doubt.clone(),
        origin: route.origin.clone(),
    };
    if let Some(destination) = route.destination {
        return vec![line(destination, rank(route.priority, imported))];
    }
    let mut all: BTreeSet<IpNet> = others
        .iter()
        .filter_map(|other| other.destination)
        .collect();
    all.extend(AddressSet::all().blocks());
    all.into_iter()
        .map(|destination| line(destination, 1))
        .collect()
}

/// Enters what `to` gets from `from`.
fn exchange(
    lowering: &mut Lowering<AtRest>,
    peering: &Peering,
    to: &PeeringEnd,
    from: &PeeringEnd,
) {
    let custom = lowering.lowered.custom_routes(to.network);
    let mut routes = subnet_routes(lowering, peering, to, from);
    let further = anything(
        lowering,
        from.network,
        Target::Border(peering.border),
        &custom,
    );
    routes.extend(further.into_iter().map(|route| Route {
        doubt: route.doubt.and(&peering.doubt),
        ..route
    }));
    if let Some(doubt) = to.imports_custom.both(&from.exports_custom) {
        for route in lowering.lowered.custom_routes(from.network) {
            if route.exported {
                routes.extend(imported(
                    lowering,
                    peering,
                    (to.network, from.network),
                    &route,
                    &doubt,
                    &custom,
                ));
            }
        }
    }
    enter(lowering, to.network, routes);
}

fn subnet_routes(
    lowering: &Lowering<AtRest>,
    peering: &Peering,
    to: &PeeringEnd,
    from: &PeeringEnd,
) -> Vec<Route> {
    let private = ranges::private();
    let public = AddressSet::all_v4().difference(&private);
    let sorts = [
        (private, Some(Doubt::none())),
        (public, to.imports_public.both(&from.exports_public)),
        (AddressSet::all_v6(), to.six.both(&from.six)),
    ];
    let mut out = Vec::new();
    for subnet in known_subnets(lowering, from.network) {
        let own = &lowering.world.subnets[subnet];
        for (sort, exchanged) in &sorts {
            let Some(doubt) = exchanged else { continue };
            let line = |destination: IpNet| Route {
                destination: Some(destination),
                target: Target::Border(peering.border),
                rank: 0,
                doubt: peering.doubt.and(doubt),
                origin: own.origin.clone(),
            };
            out.extend(
                own.addresses
                    .intersection(sort)
                    .blocks()
                    .into_iter()
                    .map(line),
            );
        }
    }
    out
}

/// A peer's custom route. Where it leads over a border of the peer's, that border's far network is reached over both.
fn imported(
    lowering: &mut Lowering<AtRest>,
    peering: &Peering,
    (to, from): (Id<Network>, Id<Network>),
    route: &CustomRoute,
    doubt: &Doubt,
    custom: &[CustomRoute],
) -> Vec<Route> {
    let doubt = peering.doubt.and(doubt).and(&route.doubt);
    let target = match &route.target {
        Target::Local => Target::Border(peering.border),
        Target::Border(beyond) => {
            pivot_risk(lowering, peering.border, (to, from), *beyond, route);
            lowering
                .lowered
                .on_demand
                .outer
                .goes_on(peering.border, *beyond);
            Target::Border(peering.border)
        }
        _ => Target::Unknown,
    };
    let further = if target == Target::Unknown {
        beyond_unknown(lowering, from, route)
    } else {
        Doubt::none()
    };
    let route = CustomRoute {
        target,
        doubt: doubt.and(&further),
        ..route.clone()
    };
    spread(&route, custom, true)
}

fn beyond_unknown(
    lowering: &mut Lowering<AtRest>,
    from: Id<Network>,
    route: &CustomRoute,
) -> Doubt {
    let what = format!(
        "where a route that `{}` exports leads behind its next hop is not known",
        lowering.world.networks[from].name
    );
    lowering
        .world
        .doubt(GapKind::NotJudged, what, route.origin.clone())
}

/// Adds the ways from a network over a peering and then over a border of the peer's, and back.
fn pivot_risk(
    lowering: &mut Lowering<AtRest>,
    border: Id<Border>,
    (to, from): (Id<Network>, Id<Network>),
    beyond: Id<Border>,
    route: &CustomRoute,
) {
    let near = lowering.world.networks[to].addresses.clone();
    let beyond_name = lowering.world.borders[beyond].name.clone();
    let far: Vec<Leg> = lowering.world.borders[beyond]
        .legs
        .iter()
        .filter(|leg| leg.from == from && leg.to != to)
        .cloned()
        .collect();
    for leg in far {
        let because: Vec<(String, Option<Origin>)> = vec![(
            format!("the peer's route goes on over `{beyond_name}`"),
            route.origin.clone(),
        )];
        let there = Leg {
            from: to,
            sources: near.clone(),
            because: because.clone(),
            doubt: leg.doubt.and(&route.doubt),
            ..leg.clone()
        };
        let back = Leg {
            relay: None,
            from: leg.to,
            to,
            sources: leg.destinations.clone(),
            destinations: near.clone(),
            ..there.clone()
        };
        let own = &mut lowering.world.borders[border].legs;
        for leg in [there, back] {
            if !own
                .iter()
                .any(|other| (other.from, other.to) == (leg.from, leg.to))
            {
                own.push(leg);
            }
        }
    }
}
