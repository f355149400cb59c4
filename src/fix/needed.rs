//! Who needs what a rule of filters lets in: all who come through it today, but for those that a finding is about.

use super::opening::{Guarded, Opening};
use super::permitted::{Passing, Seen, traffic};
use super::stuck::Stuck;
use super::target::passing;
use crate::model::{
    AddressSet, Attachment, Direction, Endpoint, Id, Network, Target, Traffic, Verdict, World,
};
use crate::reach::{Engine, Exposure, Party, Permission};
use crate::rules::Coverage;
use std::collections::BTreeSet;

/// Most pairs of resources that are asked about one by one; where there are more, each of them needs it.
const MOST_PAIRS: usize = 2000;

/// Somebody across a border.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Name(String);

/// The addresses that a rule has to stay about: those of the networks behind its filters (what stays inside a network is never closed),
/// and the subnets of all across a border who come through it, but for `but`.
pub(super) fn needed(
    opening: &Opening,
    Seen {
        engine,
        exposures,
        permitted,
    }: Seen<'_, '_>,
    coverage: Option<&Coverage<'_>>,
    but: &BTreeSet<Passing>,
) -> Result<AddressSet, Stuck> {
    let world = engine.world();
    let guarded = Guarded::by(&opening.filters(world), world);
    let asked = opening.traffic(world);
    let mut names = BTreeSet::new();
    for (row, flows) in &permitted.possibly {
        let (own, other) = ends(row, opening.direction);
        let is_needed = !row.crosses.is_empty()
            && !other.is_empty()
            && guarded.names.contains(own)
            && !but.contains(row)
            && !traffic(flows).intersection(&asked).is_empty();
        if is_needed {
            names.insert(Name(other.to_owned()));
        }
    }
    let resources = resources(&guarded, engine, &asked, opening.direction);
    let networks = guarded
        .networks
        .iter()
        .map(|id| world.networks[*id].addresses.clone());
    let parties = attachments(&names, world).chain(
        resources
            .iter()
            .flat_map(|id| &world.endpoints[*id].attachments),
    );
    let bare = exposures.iter().filter(|own| {
        own.proof.direction == opening.direction
            && guarded.names.contains(&world.workload_name(own.workload))
            && !but.contains(&passing(own, world))
    });
    let bare = bare.map(|own| named(own, coverage));
    let all = networks
        .chain(parties.map(|own| place(own, world)))
        .chain(bare);
    let out: AddressSet = all.collect();
    let addresses = opening.addresses(world)?;
    strangers(&addresses.difference(&out), &guarded, opening, world)?;
    Ok(addresses.intersection(&out))
}

/// The bare addresses at the far side of a crossing that a policy or the configuration names.
fn named(exposure: &Exposure, coverage: Option<&Coverage<'_>>) -> AddressSet {
    match (&exposure.far, &exposure.proof.permission) {
        (Party::Addresses(far), Permission::Named { .. }) => far.clone(),
        (Party::Addresses(_), _) => {
            let wanted = coverage.map(|coverage| coverage.wanted(exposure).addresses());
            wanted.unwrap_or_default()
        }
        _ => AddressSet::none(),
    }
}

fn ends(passing: &Passing, direction: Direction) -> (&str, &str) {
    match direction {
        Direction::Ingress => (&passing.to, &passing.from),
        Direction::Egress => (&passing.from, &passing.to),
    }
}

/// The resources that send to those behind the filters, or that these send to.
fn resources(
    guarded: &Guarded,
    engine: &Engine<'_>,
    asked: &Traffic,
    direction: Direction,
) -> Vec<Id<Endpoint>> {
    let world = engine.world();
    let is_far = |own: &Attachment| !guarded.networks.contains(&own.network);
    let far = world
        .endpoints
        .iter()
        .filter(|(_, own)| own.attachments.iter().any(is_far));
    let far: Vec<Id<Endpoint>> = far.map(|(id, _)| id).collect();
    if far.len() * guarded.endpoints.len() > MOST_PAIRS {
        return far;
    }
    let passes = |far: &Id<Endpoint>| {
        let mut own = guarded.endpoints.iter();
        own.any(|own| {
            let (from, to) = match direction {
                Direction::Ingress => (*far, *own),
                Direction::Egress => (*own, *far),
            };
            let (from, to) = (Party::Endpoint(from), Party::Endpoint(to));
            engine.explain(&from, &to, asked).verdict != Verdict::Blocked
        })
    };
    far.into_iter().filter(passes).collect()
}

/// Where workloads and resources of some names stand, their nodes among it.
fn attachments<'w>(
    names: &BTreeSet<Name>,
    world: &'w World,
) -> impl Iterator<Item = &'w Attachment> {
    let has = |name: String| names.contains(&Name(name));
    let workloads = world
        .workloads
        .iter()
        .filter(|(id, _)| has(world.workload_name(*id)));
    let placements = workloads.flat_map(|(_, own)| own.pod_placements.iter());
    let places = placements.flat_map(|own| std::iter::once(&own.pod).chain(&own.node));
    let endpoints = world
        .endpoints
        .iter()
        .filter(|(_, own)| has(own.name.clone()));
    let places: Vec<_> = places
        .chain(endpoints.flat_map(|(_, own)| &own.attachments))
        .collect();
    places.into_iter()
}

/// The addresses of a place: its subnet's, else its own, and those of what replaces its source address on the way.
fn place(own: &Attachment, world: &World) -> AddressSet {
    let Some(subnet) = own.subnet.map(|id| &world.subnets[id]) else {
        return own.addresses.clone();
    };
    let routes = subnet
        .tables
        .iter()
        .flat_map(|id| &world.route_tables[*id].routes);
    let gateways = routes.filter_map(|route| match route.target {
        Target::NatGateway(id) => Some(&world.endpoints[id].attachments),
        _ => None,
    });
    let gateways = gateways.flatten().map(|own| &own.addresses);
    [&subnet.addresses, &own.addresses]
        .into_iter()
        .chain(gateways)
        .collect()
}

/// Refuses where somebody whom the input does not tell may use what is to go: out of the internet, or a network that is not known.
fn strangers(
    gone: &AddressSet,
    guarded: &Guarded,
    opening: &Opening,
    world: &World,
) -> Result<(), Stuck> {
    for id in joined(&guarded.networks, world) {
        let network = &world.networks[id];
        let is_told = network.known && network.doubt.is_certain();
        if !is_told && !network.addresses.is_disjoint(gone) {
            return Err(Stuck::Strangers(network.name.clone()));
        }
    }
    if let Some(cluster) = untold(&joined(&guarded.networks, world), world) {
        return Err(Stuck::Strangers(cluster));
    }
    let public = !gone.difference(&AddressSet::private()).is_empty();
    if public && let Some(way) = way_out(guarded, opening, world) {
        return Err(Stuck::Internet(way));
    }
    Ok(())
}

/// A cluster that may stand in some networks and of whose pods the input tells none.
fn untold(networks: &BTreeSet<Id<Network>>, world: &World) -> Option<String> {
    let mut clusters = world.clusters.iter().filter(|(id, _)| {
        let mut workloads = world.workloads.iter();
        workloads.all(|(_, own)| own.cluster != *id)
    });
    let stands = |own: &Attachment| networks.contains(&own.network);
    let cluster = clusters.find(|(_, own)| {
        let server = own.api_server.map(|id| &world.endpoints[id].attachments);
        server.is_none_or(|own| own.iter().any(stands))
    });
    cluster.map(|(_, own)| own.name.clone())
}

/// The networks that borders join with some, those themselves among them. A packet crosses one border: behind the next one nobody comes.
fn joined(networks: &BTreeSet<Id<Network>>, world: &World) -> BTreeSet<Id<Network>> {
    let legs = world.borders.iter().flat_map(|(_, border)| &border.legs);
    let own = legs.filter(|leg| networks.contains(&leg.from) || networks.contains(&leg.to));
    own.flat_map(|leg| [leg.from, leg.to])
        .chain(networks.iter().copied())
        .collect()
}

/// A way by which packets of the internet come to the networks behind the filters, or go there, where one may: a NAT gateway lets in replies
/// alone, which stateful filters let pass.
fn way_out(guarded: &Guarded, opening: &Opening, world: &World) -> Option<String> {
    let is_stateful = opening
        .filters(world)
        .iter()
        .all(|id| world.filters[*id].stateful);
    let replies_pass = opening.direction == Direction::Ingress && is_stateful;
    let subnets = world
        .subnets
        .iter()
        .filter(|(_, own)| guarded.networks.contains(&own.network));
    let tables = subnets.flat_map(|(_, own)| &own.tables);
    let mut routes = tables.flat_map(|id| &world.route_tables[*id].routes);
    routes.find_map(|route| match &route.target {
        Target::Outside(way) => Some(way.clone()),
        Target::Unknown => Some("a way that is not known".to_owned()),
        Target::NatGateway(id) if !replies_pass => Some(world.endpoints[*id].name.clone()),
        _ => None,
    })
}
