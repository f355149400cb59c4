//! The route there (route tables): longest prefix match in the source subnet's table.

use super::fabric::Fabric;
use super::forward::{self, Exit};
use super::region::{self, Region};
use super::spot::Spot;
use super::way::{Evidence, PathKind, Way};
use crate::model::{
    AddressSet, Bounds, Id, Network, Reason, Route, RouteTable, Subnet, Traffic, Verdict, Witness,
    World,
};
use std::net::IpAddr;

/// Destinations that packets from a spot reach over a border; none where nothing forwards: both ends in one subnet, or
/// a spot that is in no network of the input.
pub(super) fn towards(
    fabric: &Fabric<'_>,
    from: &Spot,
    to: &Spot,
    border: PathKind<'_>,
) -> Option<Bounds<AddressSet>> {
    from.network?;
    if matches!(border, PathKind::Handed | PathKind::WithinNode) || border.relay().is_some() {
        return None;
    }
    let Some(subnet) = from.subnet else {
        return Some(Bounds {
            must: AddressSet::none(),
            may: from_somewhere(fabric, from, to, border),
        });
    };
    // Inside a subnet nothing is routed, except what is on its way to elsewhere over a NAT gateway that stands there.
    if to.subnet == Some(subnet) && !matches!(border, PathKind::Into(_)) {
        return None;
    }
    Some(fabric.sends(subnet, exit(border, to)))
}

/// Destinations that packets may reach from a network when it is not known which of its subnets they leave: over a border
/// of the input any, by other ways what some table of the network sends there, as far as the input holds its tables.
fn from_somewhere(fabric: &Fabric<'_>, from: &Spot, to: &Spot, border: PathKind<'_>) -> AddressSet {
    let subnets = from
        .network
        .map(|network| fabric.subnets(network))
        .unwrap_or_default();
    let known = |network: Id<Network>| fabric.world.networks[network].known;
    match border {
        PathKind::Unmodelled if !subnets.is_empty() && from.network.is_some_and(known) => subnets
            .iter()
            .map(|subnet| fabric.sends(*subnet, exit(border, to)).may)
            .collect(),
        _ => AddressSet::all(),
    }
}

fn exit(border: PathKind<'_>, to: &Spot) -> Exit {
    match border {
        PathKind::Inside | PathKind::Handed | PathKind::WithinNode => Exit::Local,
        PathKind::Over(link, ..) => Exit::Border(link),
        PathKind::Into(nat_gateway) => Exit::NatGateway(nat_gateway),
        PathKind::Unmodelled if to.network.is_some() => Exit::Unknown,
        PathKind::Unmodelled => Exit::Outside,
    }
}

pub(super) fn passes(way: &Way<'_, '_>) -> Option<Bounds<Region>> {
    let towards = towards(way.fabric, &way.from.spot, &way.to.spot, way.border)?;
    let mut bounds =
        towards.map(|addresses| Region::of(AddressSet::all(), addresses.clone(), Traffic::all()));
    if !way
        .from
        .spot
        .subnet
        .is_none_or(|subnet| way.fabric.world.subnets[subnet].doubt.is_certain())
    {
        bounds = bounds.zip(&region::unknown(), Region::intersection);
    }
    Some(bounds)
}

pub(super) fn evidence(way: &Way<'_, '_>, packet: &Witness, verdict: Verdict) -> Evidence {
    let (from, to) = (&way.from.spot, &way.to.spot);
    between(
        way.fabric,
        (from, to),
        way.border,
        packet.destination,
        verdict,
    )
}

/// Why a route from one spot leads, or does not lead, to an address near another.
pub(super) fn between(
    fabric: &Fabric<'_>,
    (from, to): (&Spot, &Spot),
    border: PathKind<'_>,
    destination: IpAddr,
    verdict: Verdict,
) -> Evidence {
    let world = fabric.world;
    let Some(subnet) = from.subnet else {
        return Evidence::new(Reason::SubnetUnknown(from.network)).unless(&from.doubt);
    };
    let own = &world.subnets[subnet];
    if own.tables.is_empty() {
        return Evidence::new(Reason::RouteTableUnknown(subnet))
            .at(own.origin.as_ref())
            .unless(&own.doubt);
    }
    match verdict {
        Verdict::Blocked => stopped(world, subnet, destination),
        Verdict::Reachable => taken(world, subnet, exit(border, to), destination),
        Verdict::Possible => {
            let routes = candidates(world, subnet, destination);
            let doubts = routes.iter().map(|found| &found.route.doubt);
            doubts.fold(
                taken(world, subnet, exit(border, to), destination).unless(&own.doubt),
                Evidence::unless,
            )
        }
    }
}

/// A route that may decide.
struct Found<'w> {
    table: Id<RouteTable>,
    number: usize,
    route: &'w Route,
}

fn candidates(world: &World, subnet: Id<Subnet>, destination: IpAddr) -> Vec<Found<'_>> {
    let of = |table: &Id<RouteTable>| {
        let table = *table;
        forward::deciding(&world.route_tables[table], destination)
            .into_iter()
            .map(move |(number, route)| Found {
                table,
                number,
                route,
            })
    };
    world.subnets[subnet].tables.iter().flat_map(of).collect()
}

/// The route that leads to the exit.
fn taken(world: &World, subnet: Id<Subnet>, exit: Exit, destination: IpAddr) -> Evidence {
    let routes = candidates(world, subnet, destination);
    match routes
        .iter()
        .find(|found| forward::may_lead(found.route, exit))
    {
        Some(found) => Evidence::new(Reason::Route {
            table: found.table,
            route: found.number,
            subnet,
        })
        .at(found.route.origin.as_ref()),
        None => Evidence::new(Reason::RouteUncertain(subnet)),
    }
}

/// The route that leads elsewhere, or the tables that have none.
fn stopped(world: &World, subnet: Id<Subnet>, destination: IpAddr) -> Evidence {
    let own = &world.subnets[subnet];
    if let Some(found) = candidates(world, subnet, destination).first() {
        return Evidence::new(Reason::RouteElsewhere {
            table: found.table,
            route: found.number,
        })
        .at(found.route.origin.as_ref());
    }
    let first = own.tables.first();
    let origin = first
        .and_then(|table| world.route_tables[*table].origin.as_ref())
        .or(own.origin.as_ref());
    Evidence::new(Reason::NoRoute {
        tables: own.tables.clone(),
        destination,
    })
    .at(origin)
}
