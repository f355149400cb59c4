//! VPC Network Peering. Each network configures its side; the peering is active once both have.
//! Source: cloud.google.com/vpc/docs/vpc-peering, "VPC Network Peering"; cloud.google.com/vpc/docs/using-vpc-peering,
//! "Create a peering configuration"; Terraform provider, `google_compute_network_peering`.

use super::lowering::{Attribute, Lowering};
use super::peered::{Peering, PeeringEnd};
use super::stage::AtPeerings;
use crate::ingest::lowering::{Family, Flag};
use crate::ingest::terraform::{Graph, Mode, Resource, ResourceFamily, Value};
use crate::model::{AddressSet, Border, Doubt, GapKind, Id, Leg, Network, Origin};
use std::collections::BTreeMap;

const KIND: &str = "VPC network peering";
const PEERING: &str = "google_compute_network_peering";
/// Changes what a peering exports and imports that another resource has made.
const ROUTES_CONFIG: &str = "google_compute_network_peering_routes_config";

/// One side of a peering.
struct PeeringSide<'r> {
    id: Id<Resource>,
    resource: &'r Resource,
    network: Id<Network>,
    peer: Id<Network>,
    doubt: Doubt,
}

/// Peerings of networks.
#[must_use]
pub fn family() -> Family<AtPeerings> {
    Family {
        resources: ResourceFamily {
            types: vec![
                "google_compute_network_peering",
                "google_compute_network_peering_routes_config",
            ],
            required: &[(
                "google_compute_network_peering",
                &["network", "peer_network"],
            )],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers peerings: the two sides of a pair of networks are one border.
fn lower(lowering: &mut Lowering<AtPeerings>) {
    let mut pairs: BTreeMap<(Id<Network>, Id<Network>), Vec<PeeringSide>> = BTreeMap::new();
    for side in sides(lowering) {
        let pair = (side.network.min(side.peer), side.network.max(side.peer));
        pairs.entry(pair).or_default().push(side);
    }
    for mut sides in pairs.into_values() {
        sides.sort_by_key(|side| !side.doubt.is_certain());
        pair(lowering, &sides);
    }
}

fn sides<'g>(lowering: &mut Lowering<'g, AtPeerings>) -> Vec<PeeringSide<'g>> {
    let graph = lowering.graph;
    let mut out = Vec::new();
    for (id, resource) in graph
        .of(PEERING)
        .filter(|(_, resource)| resource.mode == Mode::Managed)
    {
        let at = Attribute::of(resource, "network");
        let own = lowering.networks_or(at, &format!("the network of {}", resource.address));
        let at = Attribute::of(resource, "peer_network");
        let peers = lowering.networks_or(at, &format!("the peer of {}", resource.address));
        let rest = own.rest.and(&peers.rest);
        for (network, doubt) in &own.items {
            for (peer, of_peer) in peers.items.iter().filter(|(peer, _)| peer != network) {
                out.push(PeeringSide {
                    id,
                    resource,
                    network: *network,
                    peer: *peer,
                    doubt: rest.and(doubt).and(of_peer),
                });
            }
        }
    }
    for (id, resource) in graph
        .of(ROUTES_CONFIG)
        .filter(|(_, own)| is_of_unseen(graph, own))
    {
        let own = lowering.networks(Attribute::of(resource, "network"));
        let at = Attribute {
            resource,
            path: "peering",
            value: &Value::Unknown,
        };
        let peers = lowering.networks_or(at, &format!("the peer of {}", resource.address));
        let rest = own.rest.and(&peers.rest);
        for (network, doubt) in &own.items {
            let others = peers.items.iter().filter(|(peer, _)| peer != network);
            out.extend(others.map(|(peer, of_peer)| PeeringSide {
                id,
                resource,
                network: *network,
                peer: *peer,
                doubt: rest.and(doubt).and(of_peer),
            }));
        }
    }
    out
}

/// What the names of peerings begin with that Google's services make.
/// Source: cloud.google.com/vpc/docs/private-services-access; cloud.google.com/kubernetes-engine/docs/how-to/private-clusters.
const OF_SERVICES: [&str; 4] = ["servicenetworking", "gke-", "cloudsql", "redis-peer"];

/// Whether a resource changes a peering that is not in the input, so that there is one with a network that is not told.
fn is_of_unseen(graph: &Graph, resource: &Resource) -> bool {
    let value = resource.values.get("peering");
    let is_service = |name: &str| OF_SERVICES.iter().any(|front| name.starts_with(front));
    let named = |name: &str| {
        let mut all = graph.of(PEERING);
        all.any(|(_, own)| own.values.get("name").text().is_none_or(|own| own == name))
    };
    let linked = !graph.follow(value, &[]).targets.is_empty();
    let known = value
        .text()
        .is_some_and(|name| is_service(name) || named(name));
    resource.mode == Mode::Managed && !linked && !known
}

fn pair(lowering: &mut Lowering<AtPeerings>, sides: &[PeeringSide]) {
    let Some(first) = sides.first() else { return };
    let back = sides.iter().find(|side| side.network == first.peer);
    let (state, doubt) = state(lowering, first, back);
    let of_back = back.map_or(Doubt::none(), |back| back.doubt.clone());
    let doubt = doubt.and(&first.doubt).and(&of_back);
    let ends = [first.network, first.peer];
    let fails = overlap(lowering, ends);
    if fails && !doubt.is_certain() {
        return;
    }
    let origin = Some(first.resource.origin.clone());
    let because: Vec<(String, Option<Origin>)> = back
        .iter()
        .map(|back| {
            (
                format!("the far side's `{}`", back.resource.address),
                Some(back.resource.origin.clone()),
            )
        })
        .collect();
    let legs = if fails {
        Vec::new()
    } else {
        legs(lowering, ends, &doubt, &because)
    };
    let state = if fails {
        "fails: subnet ranges of the two networks overlap".to_owned()
    } else {
        state
    };
    let border = lowering.world.borders.push(Border {
        name: lowering.name(first.id),
        kind: KIND,
        legs,
        state,
        origin,
    });
    lowering
        .lowered
        .made
        .of
        .extend(sides.iter().map(|side| (side.id, border)));
    if !fails {
        let ends = ends.map(|network| {
            let mut own = sides.iter().filter(|side| side.network == network);
            match (own.next(), own.next()) {
                (Some(side), Some(_)) if !side.doubt.is_certain() => {
                    PeeringEnd::unknown(network, &side.doubt)
                }
                (side, _) => end(lowering, network, side.map(|side| side.resource)),
            }
        });
        lowering.lowered.made.peerings.push(Peering {
            border,
            ends,
            doubt,
        });
    }
}

/// Whether both sides are configured, and the words for it.
fn state(
    lowering: &mut Lowering<AtPeerings>,
    side: &PeeringSide,
    back: Option<&PeeringSide>,
) -> (String, Doubt) {
    if back.is_some() {
        return (
            "active once applied, configured in both networks".to_owned(),
            Doubt::none(),
        );
    }
    if side.resource.values.get("state").text() == Some("ACTIVE") {
        return ("active".to_owned(), Doubt::none());
    }
    let far = lowering.world.networks[side.peer].name.clone();
    if !side.doubt.is_certain() {
        let state = format!("whether it joins `{far}` is not known");
        return (state, Doubt::none());
    }
    let what = format!(
        "`{}` waits for a peering of `{far}` back: it carries nothing until both networks have one",
        side.resource.address
    );
    let doubt = lowering.world.doubt(
        GapKind::NotAccepted,
        what,
        Some(side.resource.origin.clone()),
    );
    (format!("waits for a peering of `{far}` back"), doubt)
}

/// Networks whose subnet ranges overlap cannot peer; two auto mode networks always do.
fn overlap(lowering: &Lowering<AtPeerings>, ends: [Id<Network>; 2]) -> bool {
    let [one, other] = ends.map(|id| &lowering.world.networks[id]);
    let certain = |network: &Network| network.known && network.doubt.is_certain();
    // Ranges that Google has yet to choose never overlap.
    let chosen: AddressSet = lowering
        .lowered
        .on_demand
        .shapes
        .values()
        .filter_map(|shape| Some(shape.six.as_ref()?.0.clone()))
        .collect();
    certain(one)
        && certain(other)
        && !one
            .addresses
            .difference(&chosen)
            .is_disjoint(&other.addresses)
}

/// The ways across, both ways. Tags and accounts of one network mean nothing in the other's firewall.
pub fn legs<L>(
    lowering: &Lowering<'_, L>,
    ends: [Id<Network>; 2],
    doubt: &Doubt,
    because: &[(String, Option<Origin>)],
) -> Vec<Leg> {
    let leg = |from: Id<Network>, to: Id<Network>| {
        let [source, target] = [from, to].map(|id| &lowering.world.networks[id]);
        // Ranges of peers never overlap, so a far side that is not known has none of the near side's addresses.
        let without = |own: &Network, other: &Network| {
            if own.known || !other.known {
                own.addresses.clone()
            } else {
                own.addresses.difference(&other.addresses)
            }
        };
        Leg {
            relay: None,
            from,
            entry: None,
            to,
            sources: without(source, target),
            destinations: without(target, source),
            filters: Vec::new(),
            unjudged: Vec::new(),
            may_bypass: Vec::new(),
            keeps_members: Vec::new(),
            doubt: doubt.and(&source.doubt).and(&target.doubt),
            because: because.to_vec(),
        }
    };
    let [one, other] = ends;
    vec![leg(one, other), leg(other, one)]
}

/// What an end exports and imports; what its side of the peering does not tell, where that is not in the input, is not known.
fn end(
    lowering: &mut Lowering<AtPeerings>,
    network: Id<Network>,
    resource: Option<&Resource>,
) -> PeeringEnd {
    let Some(resource) = resource else {
        let what = format!(
            "what the peering of `{}` exports and imports is not in the input",
            lowering.world.networks[network].name
        );
        let origin = lowering.world.networks[network].origin.clone();
        let doubt = lowering.world.doubt(GapKind::NotInInput, what, origin);
        return PeeringEnd {
            network,
            ..PeeringEnd::unknown(network, &doubt)
        };
    };
    let config = config(lowering, resource);
    let open = lowering
        .graph
        .of(ROUTES_CONFIG)
        .map(|(_, config)| Attribute::of(config, "peering"))
        .find(|at| {
            at.value.is_unknown() && lowering.graph.follow(at.value, &[]).targets.is_empty()
        });
    if let (None, Some(at)) = (config, open) {
        return PeeringEnd::unknown(network, &lowering.unknown(at));
    }
    let mut flag = |path: &str, default: bool| {
        let by = config
            .filter(|config| !config.values.get(path).is_unset())
            .unwrap_or(resource);
        lowering.flag(by, path, default)
    };
    PeeringEnd {
        network,
        exports_custom: flag("export_custom_routes", false),
        imports_custom: flag("import_custom_routes", false),
        exports_public: flag("export_subnet_routes_with_public_ip", true),
        imports_public: flag("import_subnet_routes_with_public_ip", false),
        six: stack(lowering, resource),
    }
}

fn stack(lowering: &mut Lowering<AtPeerings>, resource: &Resource) -> Flag {
    let at = Attribute::of(resource, "stack_type");
    let doubt = if at.value.is_unknown() {
        lowering.unknown(at)
    } else {
        Doubt::none()
    };
    Flag {
        on: at.value.text().is_some_and(|text| text.contains("IPV6")),
        doubt,
    }
}

fn config<'g>(lowering: &Lowering<'g, AtPeerings>, resource: &Resource) -> Option<&'g Resource> {
    let graph = lowering.graph;
    let name = resource.values.get("name").text();
    let meant = |config: &Resource| {
        let at = config.values.get("peering");
        let followed = graph.follow(at, &[&resource.kind]);
        let by_name =
            at.text().is_some_and(|text| Some(text) == name) && config.input == resource.input;
        by_name
            || followed
                .targets
                .iter()
                .any(|target| graph.resources[target.resource].address == resource.address)
    };
    graph
        .of(ROUTES_CONFIG)
        .map(|(_, config)| config)
        .find(|config| meant(config))
}

/// The configuration of routes for a peering that another resource makes, by the resource's address.
pub fn config_of<'g, L>(lowering: &Lowering<'g, L>, id: Id<Resource>) -> Option<&'g Resource> {
    let graph = lowering.graph;
    let configs = graph.of(ROUTES_CONFIG).map(|(_, config)| config);
    configs.into_iter().find(|config| {
        graph
            .follow(config.values.get("peering"), &[])
            .targets
            .iter()
            .any(|target| target.resource == id)
    })
}
