//! The route there (route tables): longest prefix match in the source subnet's table.

use super::fabric::Fabric;
use super::forward::{self, Exit};
use super::region::{self, Region};
use super::spot::Spot;
use super::way::{PathKind, Reason, Way};
use crate::model::{
    AddressSet, Bounds, Doubt, Id, Network, Route, Subnet, Target, Traffic, Verdict, World,
};
use crate::reach::Witness;
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
        PathKind::Over(link, _) => Exit::Border(link),
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

pub(super) fn reason(way: &Way<'_, '_>, packet: &Witness, verdict: Verdict) -> Reason {
    told(
        way.fabric,
        &way.from.spot,
        &way.to.spot,
        way.border,
        packet.destination,
        verdict,
    )
}

/// The sentence for a route from one spot to an address near another.
pub(super) fn told(
    fabric: &Fabric<'_>,
    from: &Spot,
    to: &Spot,
    border: PathKind<'_>,
    destination: IpAddr,
    verdict: Verdict,
) -> Reason {
    let world = fabric.world;
    let Some(subnet) = from.subnet else {
        let text = match from.network {
            Some(network) => format!("the subnet in `{}` is not known, and so its route table is not", world.networks[network].name),
            None => "what stands outside of all networks of the input sends it by routes that are not known".to_owned(),
        };
        return Reason::new(text).unless(&from.doubt);
    };
    let own = &world.subnets[subnet];
    if own.tables.is_empty() {
        return Reason::new(format!("the route table of `{}` is not known", own.name))
            .at(own.origin.as_ref())
            .unless(&own.doubt);
    }
    let exit = exit(border, to);
    let reason = match verdict {
        Verdict::Blocked => stopped(world, subnet, destination),
        Verdict::Possible => perhaps(world, subnet, exit, destination),
        Verdict::Reachable => taken(world, subnet, exit, destination),
    };
    if verdict == Verdict::Possible {
        reason.unless(&own.doubt)
    } else {
        reason
    }
}

fn candidates(world: &World, subnet: Id<Subnet>, destination: IpAddr) -> Vec<Vec<&Route>> {
    world.subnets[subnet]
        .tables
        .iter()
        .map(|table| forward::deciding(&world.route_tables[*table], destination))
        .collect()
}

fn taken(world: &World, subnet: Id<Subnet>, exit: Exit, destination: IpAddr) -> Reason {
    let routes = candidates(world, subnet, destination);
    match routes
        .iter()
        .flatten()
        .find(|route| forward::may_lead(route, exit))
    {
        Some(route) => Reason::new(line(world, route)).at(route.origin.as_ref()),
        None => Reason::default(),
    }
}

fn perhaps(world: &World, subnet: Id<Subnet>, exit: Exit, destination: IpAddr) -> Reason {
    let routes = candidates(world, subnet, destination);
    let doubt = routes
        .iter()
        .flatten()
        .fold(Doubt::none(), |sum, route| sum.and(&route.doubt));
    let several = if routes.len() > 1 {
        format!(
            ", if `{}` has that one of {} tables",
            world.subnets[subnet].name,
            routes.len()
        )
    } else {
        String::new()
    };
    match routes
        .iter()
        .flatten()
        .find(|route| forward::may_lead(route, exit))
    {
        Some(route) => Reason::new(format!("{}{several}", line(world, route)))
            .at(route.origin.as_ref())
            .unless(&doubt),
        None => Reason::default().unless(&doubt),
    }
}

fn stopped(world: &World, subnet: Id<Subnet>, destination: IpAddr) -> Reason {
    let own = &world.subnets[subnet];
    match candidates(world, subnet, destination)
        .iter()
        .flatten()
        .next()
    {
        Some(route) => {
            let why = if matches!(route.target, Target::Drop(_)) {
                ""
            } else {
                ", which does not lead there"
            };
            Reason::new(format!("{}{why}", line(world, route))).at(route.origin.as_ref())
        }
        None => {
            let tables: Vec<String> = own
                .tables
                .iter()
                .map(|table| format!("`{}`", world.route_tables[*table].name))
                .collect();
            let origin = own
                .tables
                .first()
                .and_then(|table| world.route_tables[*table].origin.as_ref())
                .or(own.origin.as_ref());
            Reason::new(format!(
                "{} has no route to {destination}",
                tables.join(", ")
            ))
            .at(origin)
        }
    }
}

/// `10.40.0.0/16 to `app_data``.
fn line(world: &World, route: &Route) -> String {
    let prefix = route.destination.map_or_else(
        || "a prefix that is not known".to_owned(),
        |net| net.to_string(),
    );
    match &route.target {
        Target::Local => format!("{prefix} is local"),
        Target::Border(link) => format!("{prefix} to `{}`", world.borders[*link].name),
        Target::Drop(why) => format!("{prefix} is dropped: {why}"),
        Target::NatGateway(endpoint) => format!(
            "{prefix} to `{}`, which translates",
            world.endpoints[*endpoint].name
        ),
        Target::Outside(way) => format!("{prefix} out by the {way}"),
        Target::Unknown => format!("{prefix} to a target that is not known"),
    }
}
