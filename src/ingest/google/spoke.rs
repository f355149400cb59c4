//! Network Connectivity Center: networks that are spokes of one hub get each other's subnet routes, and what stands behind
//! tunnels and attachments that are spokes of it. What a hub exchanges depends on its topology, on filters and on
//! acceptance, none of which is judged: every way is in doubt.
//! Source: cloud.google.com/network-connectivity/docs/network-connectivity-center/concepts/vpc-spokes-overview;
//! cloud.google.com/network-connectivity/docs/network-connectivity-center/concepts/dynamic-route-exchange-with-vpc-spokes.

use super::lowering::{Attribute, Lowering, is_set};
use super::stage::{AtSpokes, CustomRoute};
use crate::ingest::lowering::{Channel, Family};
use crate::ingest::terraform::{Mode, Resource, ResourceFamily, Target as Attributed};
use crate::model::{AddressSet, Border, Doubt, GapKind, Id, IpNet, Network, Origin, Target};
use std::collections::BTreeMap;

const HUB: &str = "google_network_connectivity_hub";
const SPOKE: &str = "google_network_connectivity_spoke";
/// Attributes that name tunnels and attachments.
const HYBRID: &[&str] = &[
    "linked_vpn_tunnels.uris",
    "linked_interconnect_attachments.uris",
];

/// A hub with its spokes.
struct Hub {
    /// Where it, or its first spoke, is declared.
    origin: Origin,
    /// Why it may have spokes that the input does not hold; certain for one that is managed here.
    rest: Doubt,
    /// Networks, each with the reason why it may be no spoke.
    networks: Vec<(Id<Network>, Doubt)>,
    /// Borders whose far sides it reaches.
    hybrid: Vec<(Id<Border>, Doubt)>,
    /// Its spokes' resources.
    spokes: Vec<Id<Resource>>,
}

/// Hubs of Network Connectivity Center with their spokes.
#[must_use]
pub fn family() -> Family<AtSpokes> {
    Family {
        resources: ResourceFamily {
            types: vec![
                "google_network_connectivity_hub",
                "google_network_connectivity_spoke",
            ],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers hubs into borders.
fn lower(lowering: &mut Lowering<AtSpokes>) {
    let graph = lowering.graph;
    let mut hubs: BTreeMap<String, Hub> = BTreeMap::new();
    // Networks of spokes of which it is not known which hub they are of: any may be theirs.
    let mut loose = Vec::new();
    for (id, resource) in graph
        .of(SPOKE)
        .filter(|(_, resource)| resource.mode == Mode::Managed)
    {
        let (name, origin, rest, sure) = hub(lowering, resource);
        let mut hub = hubs.remove(&name).unwrap_or(Hub {
            origin,
            rest: rest.clone(),
            networks: Vec::new(),
            hybrid: Vec::new(),
            spokes: Vec::new(),
        });
        let networks = spoke_networks(lowering, resource);
        if networks.is_empty() && !HYBRID.iter().any(|path| is_set(resource.values.get(path))) {
            lowering.note_channel(
                resource,
                &Channel::new(SPOKE, "Network Connectivity Center", "", "hub"),
            );
        }
        if !sure {
            loose.extend(
                networks
                    .iter()
                    .map(|(network, doubt)| (*network, doubt.and(&rest))),
            );
        }
        hub.networks.extend(networks);
        hub.hybrid.extend(borders(lowering, resource));
        hub.spokes.push(id);
        hubs.insert(name, hub);
    }
    for (name, mut hub) in hubs {
        let own: Vec<Id<Network>> = hub.networks.iter().map(|(id, _)| *id).collect();
        let others = loose.iter().filter(|(id, _)| !own.contains(id));
        hub.networks.extend(others.cloned());
        enter(lowering, name, &hub);
    }
}

/// The hub of a spoke: its name, where it is declared, why it may have further spokes, and whether it surely is this hub.
fn hub(lowering: &mut Lowering<AtSpokes>, resource: &Resource) -> (String, Origin, Doubt, bool) {
    let at = Attribute::of(resource, "hub");
    let found = lowering.resources(at, HUB);
    match found.first() {
        Some(id) => {
            let own = &lowering.graph.resources[id];
            let rest = if own.mode == Mode::Managed {
                found.doubt()
            } else {
                not_all(lowering, &own.address, &own.origin)
            };
            let sure = found.certain().is_some();
            (lowering.name(id), own.origin.clone(), rest, sure)
        }
        None => {
            let name = at
                .value
                .text()
                .map_or_else(|| "hubs that cannot be resolved".to_owned(), str::to_owned);
            let rest = not_all(lowering, &name, &resource.origin);
            let sure = at.value.text().is_some();
            (name, resource.origin.clone(), rest, sure)
        }
    }
}

fn not_all(lowering: &mut Lowering<AtSpokes>, name: &str, origin: &Origin) -> Doubt {
    let what = format!("the spokes of `{name}` are known only as far as the input holds them");
    lowering
        .world
        .doubt(GapKind::NotInInput, what, Some(origin.clone()))
}

/// The network that a spoke is; where it cannot be resolved, any of the input.
fn spoke_networks(
    lowering: &mut Lowering<AtSpokes>,
    resource: &Resource,
) -> Vec<(Id<Network>, Doubt)> {
    let at = Attribute::of(resource, "linked_vpc_network.uri");
    if !is_set(at.value) {
        return Vec::new();
    }
    lowering.networks(at).items
}

/// Tunnels and attachments that are spokes.
fn borders(lowering: &mut Lowering<AtSpokes>, resource: &Resource) -> Vec<(Id<Border>, Doubt)> {
    let own = |lowering: &Lowering<AtSpokes>, target: &Attributed| {
        lowering.lowered.border_of(target.resource)
    };
    let all = HYBRID.iter().flat_map(|path| {
        lowering
            .find(Attribute::of(resource, path), own, |_, _, _| None)
            .items
    });
    all.collect()
}

fn enter(lowering: &mut Lowering<AtSpokes>, name: String, hub: &Hub) {
    let what = format!("what `{name}` exchanges between its spokes is not judged");
    let doubt = lowering
        .world
        .doubt(GapKind::NotJudged, what, Some(hub.origin.clone()));
    let state = "exchanges routes as its topology says, which is not judged".to_owned();
    let border = Border {
        name: name.clone(),
        kind: "connectivity hub",
        legs: Vec::new(),
        state,
        origin: Some(hub.origin.clone()),
    };
    let border = lowering.world.borders.push(border);
    lowering
        .lowered
        .made
        .of
        .extend(hub.spokes.iter().map(|spoke| (*spoke, border)));
    for (number, (one, a)) in hub.networks.iter().enumerate() {
        for (other, b) in hub
            .networks
            .iter()
            .skip(number + 1)
            .filter(|(other, _)| other != one)
        {
            let ends = [*one, *other].map(|id| lowering.world.networks[id].addresses.clone());
            let doubt = doubt.and(a).and(b);
            let [here, there] = &ends;
            lowering.join(border, (*one, here), (*other, there), &doubt);
            lead(lowering, border, *one, there, &doubt, &hub.origin);
            lead(lowering, border, *other, here, &doubt, &hub.origin);
        }
        beyond(lowering, border, (*one, &doubt.and(a)), hub);
        if !hub.rest.is_certain() {
            let far = lowering.lowered.on_demand.outer.enter(
                lowering.world,
                &name,
                Some(&hub.origin),
                None,
            );
            outward(
                lowering,
                border,
                (*one, &doubt.and(a).and(&hub.rest)),
                far,
                &hub.origin,
            );
        }
    }
}

/// The ways from a spoke to what stands behind the hub's tunnels and attachments.
fn beyond(
    lowering: &mut Lowering<AtSpokes>,
    border: Id<Border>,
    (near, doubt): (Id<Network>, &Doubt),
    hub: &Hub,
) {
    for (hybrid, why) in &hub.hybrid {
        lowering.lowered.on_demand.outer.goes_on(border, *hybrid);
        let far: Vec<Id<Network>> = lowering.world.borders[*hybrid]
            .legs
            .iter()
            .filter(|leg| leg.from != near)
            .map(|leg| leg.to)
            .collect();
        let far: Vec<Id<Network>> = far
            .into_iter()
            .filter(|far| *far != near && !lowering.lowered.on_demand.tables.contains_key(far))
            .collect();
        for far in far {
            outward(lowering, border, (near, &doubt.and(why)), far, &hub.origin);
        }
    }
}

fn outward(
    lowering: &mut Lowering<AtSpokes>,
    border: Id<Border>,
    (near, doubt): (Id<Network>, &Doubt),
    far: Id<Network>,
    origin: &Origin,
) {
    let [here, there] = [near, far].map(|id| lowering.world.networks[id].addresses.clone());
    let there = there.difference(&here);
    let doubt = doubt.and(&lowering.world.networks[far].doubt);
    lowering.join(border, (near, &here), (far, &there), &doubt);
    let route = CustomRoute {
        destination: None,
        target: Target::Border(border),
        priority: 0,
        exported: false,
        doubt,
        origin: Some(origin.clone()),
    };
    lowering
        .lowered
        .made
        .custom_routes
        .entry(near)
        .or_default()
        .push(route);
}

/// The routes that a spoke gets to another's addresses.
fn lead(
    lowering: &mut Lowering<AtSpokes>,
    border: Id<Border>,
    from: Id<Network>,
    to: &AddressSet,
    doubt: &Doubt,
    origin: &Origin,
) {
    let route = |destination: IpNet| CustomRoute {
        destination: Some(destination),
        target: Target::Border(border),
        priority: 0,
        exported: false,
        doubt: doubt.clone(),
        origin: Some(origin.clone()),
    };
    lowering
        .lowered
        .made
        .custom_routes
        .entry(from)
        .or_default()
        .extend(to.blocks().into_iter().map(route));
}
