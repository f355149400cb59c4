//! The route there (route tables): longest prefix match in the source subnet's table.

use super::super::evidence::Evidence;
use super::super::forward::{self, Exit};
use super::super::location::NetworkLocation;
use super::super::network_index::NetworkIndex;
use super::super::packet_set::{self, PacketSet};
use super::super::path_candidate::{PathCandidate, PathKind};
use crate::model::{
    AddressSet, Bounds, Id, Network, Reason, Route, RouteTable, Subnet, Traffic, Verdict, Witness,
    World,
};
use std::net::IpAddr;

/// Destinations that packets from a location reach over a border; none where nothing forwards: both ends in one subnet, or
/// a location that is in no network of the input.
pub(in crate::reach::path) fn towards(
    index: &NetworkIndex<'_>,
    from: &NetworkLocation,
    to: &NetworkLocation,
    border: PathKind<'_>,
) -> Option<Bounds<AddressSet>> {
    from.network?;
    if matches!(border, PathKind::Handed | PathKind::WithinNode) || border.relay().is_some() {
        return None;
    }
    let Some(subnet) = from.subnet else {
        return Some(Bounds {
            must: AddressSet::none(),
            may: from_somewhere(index, from, to, border),
        });
    };
    // Inside a subnet nothing is routed, except what is on its way to elsewhere over a NAT gateway that stands there.
    if to.subnet == Some(subnet) && !matches!(border, PathKind::Into(_)) {
        return None;
    }
    Some(index.sends(subnet, exit(border, to)))
}

/// Destinations that packets may reach from a network when it is not known which of its subnets they leave: over a border
/// of the input any, by other ways what some table of the network sends there, as far as the input holds its tables.
fn from_somewhere(
    index: &NetworkIndex<'_>,
    from: &NetworkLocation,
    to: &NetworkLocation,
    border: PathKind<'_>,
) -> AddressSet {
    let subnets = from
        .network
        .map(|network| index.subnets(network))
        .unwrap_or_default();
    let known = |network: Id<Network>| index.world.networks[network].known;
    match border {
        PathKind::Unmodelled if !subnets.is_empty() && from.network.is_some_and(known) => subnets
            .iter()
            .map(|subnet| index.sends(*subnet, exit(border, to)).may)
            .collect(),
        _ => AddressSet::all(),
    }
}

fn exit(border: PathKind<'_>, to: &NetworkLocation) -> Exit {
    match border {
        PathKind::Inside | PathKind::Handed | PathKind::WithinNode => Exit::Local,
        PathKind::Over(border, ..) => Exit::Border(border),
        PathKind::Into(nat_gateway) => Exit::NatGateway(nat_gateway),
        PathKind::Unmodelled if to.network.is_some() => Exit::Unknown,
        PathKind::Unmodelled => Exit::Outside,
    }
}

pub(in crate::reach::path) fn passes(path: &PathCandidate<'_, '_>) -> Option<Bounds<PacketSet>> {
    let towards = towards(
        path.index,
        &path.from.location,
        &path.to.location,
        path.border,
    )?;
    let mut bounds = towards
        .map(|addresses| PacketSet::of(AddressSet::all(), addresses.clone(), Traffic::all()));
    if !path
        .from
        .location
        .subnet
        .is_none_or(|subnet| path.index.world.subnets[subnet].doubt.is_certain())
    {
        bounds = bounds.zip(&packet_set::unknown(), PacketSet::intersection);
    }
    Some(bounds)
}

pub(in crate::reach::path) fn evidence(
    path: &PathCandidate<'_, '_>,
    packet: &Witness,
    verdict: Verdict,
) -> Evidence {
    let (from, to) = (&path.from.location, &path.to.location);
    between(
        path.index,
        (from, to),
        path.border,
        packet.destination,
        verdict,
    )
}

/// Why a route from one location leads, or does not lead, to an address near another.
pub(in crate::reach::path) fn between(
    index: &NetworkIndex<'_>,
    (from, to): (&NetworkLocation, &NetworkLocation),
    border: PathKind<'_>,
    destination: IpAddr,
    verdict: Verdict,
) -> Evidence {
    let world = index.world;
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
