//! NAT gateways that translate: a packet to an address of the well-known prefix goes on as one of IPv4 from the gateway's own address.
//! Source: VPC user guide, "DNS64 and NAT64": to IPv4 services of the same VPC, of connected VPCs, and beyond.

use super::nat_gateway;
use super::stage::AtRest;
use crate::ingest::aws::lowering::Lowering;
use crate::ingest::lowering::Family;
use crate::model::{AddressSet, Border, Doubt, Endpoint, GapKind, Id, Leg, Network, Relay, Target};
use std::collections::{BTreeMap, BTreeSet};

/// What IPv4 addresses are written behind (RFC 6052).
const PREFIX: &str = "64:ff9b::/96";

/// Translating gateways; the types are those of NAT gateways and routes.
#[must_use]
pub fn family() -> Family<AtRest> {
    Family::without_types(lower)
}

/// Who is led to a gateway: networks with the addresses that are.
type Clients = BTreeMap<Id<Network>, AddressSet>;

fn lower(lowering: &mut Lowering<AtRest>) {
    let prefix = AddressSet::parse(PREFIX).unwrap_or_default();
    for (gateway, clients) in led(lowering, &prefix) {
        enter(lowering, gateway, &clients, &prefix);
    }
}

/// The gateways to which tables lead the prefix, with those whose tables do: themselves, or over a border to the gateway's network.
fn led(lowering: &Lowering<AtRest>, prefix: &AddressSet) -> BTreeMap<Id<Endpoint>, Clients> {
    let world = &*lowering.world;
    let mut out: BTreeMap<Id<Endpoint>, Clients> = BTreeMap::new();
    for (_, subnet) in world.subnets.iter() {
        let sources = subnet.addresses.intersection(&AddressSet::all_v6());
        if sources.is_empty() {
            continue;
        }
        let tables = subnet.tables.iter().map(|id| &world.route_tables[*id]);
        let routes = tables.flat_map(|table| &table.routes).filter(|route| {
            let block = route.destination.map_or(AddressSet::all(), AddressSet::of);
            !block.is_disjoint(prefix)
        });
        for route in routes {
            for gateway in gateways(lowering, subnet.network, &route.target) {
                let clients = out.entry(gateway).or_default();
                let own = clients.entry(subnet.network).or_default();
                *own = own.union(&sources);
            }
        }
    }
    out
}

fn gateways(lowering: &Lowering<AtRest>, from: Id<Network>, target: &Target) -> Vec<Id<Endpoint>> {
    let world = &*lowering.world;
    match target {
        Target::NatGateway(gateway) => vec![*gateway],
        Target::Border(border) => {
            let legs = world.borders[*border].legs.iter();
            let far: BTreeSet<Id<Network>> = legs
                .filter(|leg| leg.from == from)
                .map(|leg| leg.to)
                .collect();
            let all = world.endpoints.iter();
            let there = all.filter(|(_, own)| {
                own.kind == nat_gateway::KIND
                    && own.attachments.iter().any(|at| far.contains(&at.network))
            });
            there.map(|(id, _)| id).collect()
        }
        _ => Vec::new(),
    }
}

/// Where a gateway gets to with its own address: its networks, and what borders lead to from them.
fn reached(lowering: &Lowering<AtRest>, homes: &BTreeSet<Id<Network>>) -> Clients {
    let world = &*lowering.world;
    let mut out = Clients::new();
    let mut add = |network: Id<Network>, addresses: &AddressSet| {
        let own = out.entry(network).or_default();
        *own = own.union(&addresses.intersection(&AddressSet::all_v4()));
    };
    for home in homes {
        add(*home, &world.networks[*home].addresses);
    }
    let legs = world.borders.iter().flat_map(|(_, border)| &border.legs);
    legs.filter(|leg| homes.contains(&leg.from))
        .for_each(|leg| add(leg.to, &leg.destinations));
    out.retain(|_, addresses| !addresses.is_empty());
    out
}

fn enter(
    lowering: &mut Lowering<AtRest>,
    gateway: Id<Endpoint>,
    clients: &Clients,
    prefix: &AddressSet,
) {
    let own = lowering.world.endpoints[gateway].clone();
    let homes: BTreeSet<Id<Network>> = own.attachments.iter().map(|at| at.network).collect();
    let sends: AddressSet = own
        .attachments
        .iter()
        .map(|at| at.addresses.intersection(&AddressSet::all_v4()))
        .collect();
    let relay = Relay {
        listens: prefix.clone(),
        sends,
    };
    let what = format!(
        "how `{}` gets on with what it translates from IPv6 to IPv4 is not judged",
        own.name
    );
    let doubt: Doubt = lowering
        .world
        .doubt(GapKind::NotJudged, what, own.origin.clone());
    let mut legs = Vec::new();
    for (from, sources) in clients {
        for (to, addresses) in reached(lowering, &homes) {
            if to != *from {
                legs.push(Leg {
                    relay: Some(relay.clone()),
                    ..Leg::unknown((*from, sources.clone()), (to, addresses), doubt.clone())
                });
            }
        }
    }
    if !legs.is_empty() {
        lowering.world.borders.push(Border {
            name: format!("translation by {}", own.name),
            kind: "NAT64",
            legs,
            state: "takes up IPv6 and goes on as IPv4".to_owned(),
            origin: own.origin,
        });
    }
}
