//! Routes of private endpoints: each has one of its own address in every subnet of its network and of those that peer with
//! it, and answers by none of its subnet's table. A user-defined route takes its place only where the subnet's network
//! policies hold for routes, and only if it covers the whole network. Source: "Manage network policies for private endpoints"
//! (disable-private-endpoint-network-policy).

use super::lowering::Lowering;
use super::peering;
use super::route::USER;
use super::stage::{AtRest, Endpoints, Subnets};
use crate::ingest::lowering::Family;
use crate::ingest::terraform::Resource;
use crate::model::{
    AddressSet, Attachment, Direction, Doubt, GapKind, Id, Network, Route, RouteTable, Subnet,
    Target,
};

/// Routes of private endpoints, beside those of tables that would take their packets elsewhere.
#[must_use]
pub fn family() -> Family<AtRest> {
    Family::without_types(lower)
}

/// Adds them, in doubt: whether the address is the endpoint's own is often known only after apply.
fn lower(lowering: &mut Lowering<AtRest>) {
    let graph = lowering.graph;
    let all = graph.of("azurerm_private_endpoint");
    for (id, resource) in all.collect::<Vec<_>>() {
        let Some(endpoint) = lowering.seen::<Endpoints>().of.get(&id).copied() else {
            continue;
        };
        for own in lowering.world.endpoints[endpoint].attachments.clone() {
            there(lowering, resource, &own);
            back(lowering, resource, &own);
        }
    }
}

/// Beside user-defined routes that cover the endpoint's address.
fn there(lowering: &mut Lowering<AtRest>, resource: &Resource, own: &Attachment) {
    let replaced = own.subnet.is_some_and(|subnet| is_judged(lowering, subnet));
    let network = lowering.world.networks[own.network].addresses.clone();
    for (from, target, why) in neighbours(lowering, own.network, Direction::Ingress) {
        for table in tables(lowering, from) {
            let overrides = |route: &&Route| {
                let at = route.destination.map(AddressSet::of).unwrap_or_default();
                let replaces = replaced && network.is_subset(&at);
                is_users(route) && !replaces && !at.is_disjoint(&own.addresses)
            };
            let routes = &lowering.world.route_tables[table].routes;
            if !routes.iter().any(|route| overrides(&route)) {
                continue;
            }
            let doubt = doubt(lowering, resource).and(&why);
            let lines = own.addresses.blocks().into_iter().map(|block| Route {
                destination: Some(block),
                target: target.clone(),
                rank: USER,
                doubt: doubt.clone(),
                origin: Some(resource.origin.clone()),
            });
            let lines: Vec<Route> = lines.collect();
            lowering.world.route_tables[table].routes.extend(lines);
        }
    }
}

/// Beside user-defined routes of the endpoint's subnet that would lead its answers elsewhere.
fn back(lowering: &mut Lowering<AtRest>, resource: &Resource, own: &Attachment) {
    let Some(subnet) = own.subnet.filter(|subnet| !is_judged(lowering, *subnet)) else {
        return;
    };
    for (to, target, why) in neighbours(lowering, own.network, Direction::Egress) {
        let addresses = lowering.world.networks[to].addresses.clone();
        for table in lowering.world.subnets[subnet].tables.clone() {
            let routes = lowering.world.route_tables[table].routes.iter();
            let users = routes.filter(|route| is_users(route));
            let blocks = users.filter_map(|route| route.destination);
            let blocks = blocks.filter(|block| !AddressSet::of(*block).is_disjoint(&addresses));
            let blocks: Vec<_> = blocks.collect();
            if blocks.is_empty() {
                continue;
            }
            let doubt = doubt(lowering, resource).and(&why);
            let lines = blocks.into_iter().map(|block| Route {
                destination: Some(block),
                target: target.clone(),
                rank: USER,
                doubt: doubt.clone(),
                origin: Some(resource.origin.clone()),
            });
            let lines: Vec<Route> = lines.collect();
            lowering.world.route_tables[table].routes.extend(lines);
        }
    }
}

/// A user-defined route that surely leads elsewhere than an appliance, of which nobody knows where it sends packets.
fn is_users(route: &Route) -> bool {
    route.rank == USER && route.doubt.is_certain() && route.target != Target::Unknown
}

fn doubt(lowering: &mut Lowering<AtRest>, resource: &Resource) -> Doubt {
    let what = format!(
        "`{}` has a route of its own in its network and in those that peer with it, and answers by no user-defined route: \
         which of its subnet's route tables it goes by is not judged",
        resource.address
    );
    let origin = Some(resource.origin.clone());
    lowering.world.doubt(GapKind::NotJudged, what, origin)
}

/// The network itself and those that peer with it, with the way between (`Ingress`: from there to the network).
fn neighbours(
    lowering: &Lowering<AtRest>,
    network: Id<Network>,
    direction: Direction,
) -> Vec<(Id<Network>, Target, Doubt)> {
    let borders = lowering.world.borders.iter();
    let peerings = borders.filter(|(_, border)| border.kind == peering::KIND);
    let legs = peerings.flat_map(|(id, border)| border.legs.iter().map(move |leg| (id, leg)));
    let ways = legs.filter_map(|(id, leg)| {
        let (near, far) = match direction {
            Direction::Ingress => (leg.to, leg.from),
            Direction::Egress => (leg.from, leg.to),
        };
        (near == network).then(|| (far, Target::Border(id), leg.doubt.clone()))
    });
    let inside = (network, Target::Local, Doubt::none());
    std::iter::once(inside).chain(ways).collect()
}

/// The tables of a network's subnets.
fn tables(lowering: &Lowering<AtRest>, network: Id<Network>) -> Vec<Id<RouteTable>> {
    let subnets = lowering.world.subnets.iter();
    let own = subnets.filter(|(_, subnet)| subnet.network == network);
    let mut out: Vec<_> = own.flat_map(|(_, subnet)| subnet.tables.clone()).collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// Whether network policies of a subnet surely hold for the routes of private endpoints in it.
fn is_judged(lowering: &Lowering<AtRest>, subnet: Id<Subnet>) -> bool {
    let sides = &lowering.lowered.on_demand.open_sides;
    let own = sides.iter().find(|(_, side)| **side == subnet);
    let subnet = own.map_or(subnet, |(subnet, _)| *subnet);
    let of = &lowering.seen::<Subnets>().of;
    let mut resources = of.iter().filter(|(_, own)| **own == subnet);
    resources.any(|(id, _)| {
        let values = &lowering.graph.resources[*id].values;
        let policies = values.get("private_endpoint_network_policies").text();
        matches!(policies, Some("Enabled" | "RouteTableEnabled"))
    })
}
