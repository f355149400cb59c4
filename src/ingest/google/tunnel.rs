//! Ways out of Google Cloud, or to another network over VPN: tunnels and interconnect attachments. What stands behind them
//! is a named far end, and what their routers learn is not in the input.
//! Source: cloud.google.com/network-connectivity/docs/vpn/concepts/overview, "Cloud VPN overview";
//! cloud.google.com/network-connectivity/docs/router/concepts/overview, "Cloud Router overview".

use super::lowering::{Attribute, Found, Lowering, is_set};
use super::peering::legs;
use super::stage::{AtTunnels, CustomRoute};
use crate::ingest::lowering::Family;
use crate::ingest::terraform::{Mode, NamedBy, Resource, ResourceFamily, Target as Attributed};
use crate::model::{Border, Doubt, GapKind, Id, Network, Target};

/// Type, what it is, and the attributes that lead to the gateway or router which names the network.
const KINDS: &[(&str, &str, &[&str])] = &[
    (
        "google_compute_vpn_tunnel",
        "VPN tunnel",
        &["vpn_gateway", "target_vpn_gateway", "router"],
    ),
    (
        "google_compute_interconnect_attachment",
        "interconnect attachment",
        &["router"],
    ),
];
/// Types that an end of a tunnel may be, each with its `network`.
const GATEWAYS: &[&str] = &[
    "google_compute_ha_vpn_gateway",
    "google_compute_vpn_gateway",
    "google_compute_router",
];

/// VPN tunnels and interconnect attachments, with their routers and gateways.
#[must_use]
pub fn family() -> Family<AtTunnels> {
    Family {
        resources: ResourceFamily {
            types: vec![
                "google_compute_external_vpn_gateway",
                "google_compute_ha_vpn_gateway",
                "google_compute_interconnect_attachment",
                "google_compute_router",
                "google_compute_vpn_gateway",
                "google_compute_vpn_tunnel",
            ],
            references: vec![
                NamedBy::new(&["google_compute_router"], &["router"]),
                NamedBy::new(
                    &["google_compute_vpn_tunnel"],
                    &["next_hop_vpn_tunnel", "vpn_tunnel"],
                ),
                NamedBy::new(
                    &[
                        "google_compute_ha_vpn_gateway",
                        "google_compute_vpn_gateway",
                    ],
                    &["vpn_gateway", "target_vpn_gateway", "peer_gcp_gateway"],
                ),
            ],
            required: &[("google_compute_router", &["network"])],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers tunnels and attachments.
fn lower(lowering: &mut Lowering<AtTunnels>) {
    let graph = lowering.graph;
    let mut joined: Vec<Joined> = Vec::new();
    for (kind, noun, near) in KINDS {
        for (id, resource) in graph
            .of(kind)
            .filter(|(_, resource)| resource.mode == Mode::Managed)
        {
            let networks = near_ends(lowering, resource, near);
            let far = far_ends(lowering, resource);
            let mut border = Border {
                name: lowering.name(id),
                kind: noun,
                legs: Vec::new(),
                state: "active once applied".to_owned(),
                origin: None,
            };
            border.origin = Some(resource.origin.clone());
            let border = lowering.world.borders.push(border);
            lowering.lowered.made.of.insert(id, border);
            for (network, doubt) in networks {
                for (far, why) in far.iter().filter(|(far, _)| *far != network) {
                    join(lowering, resource, border, network, *far, &doubt.and(why));
                    joined.push((network, *far, border, resource));
                }
            }
        }
    }
    one_sided(lowering, &joined);
}

/// The near and the far network of a tunnel, what it became, and its resource.
type Joined<'r> = (Id<Network>, Id<Network>, Id<Border>, &'r Resource);

/// A tunnel has another one at its far end, which has its own routes. Where no tunnel of the input leads back, another root may hold
/// it: what the far network sends may take it.
/// Source: cloud.google.com/network-connectivity/docs/vpn/how-to/creating-ha-vpn2, tunnels are made on both gateways.
fn one_sided(lowering: &mut Lowering<AtTunnels>, joined: &[Joined]) {
    for (near, far, border, resource) in joined {
        let is_back = |(own, other, ..): &Joined| own == far && other == near;
        let here = lowering.lowered.on_demand.tables.contains_key(far);
        if !here || joined.iter().any(is_back) {
            continue;
        }
        let what = format!(
            "the tunnel that leads back from the far end of `{}` is not in the input",
            resource.address
        );
        let origin = Some(resource.origin.clone());
        let doubt = lowering
            .world
            .doubt(GapKind::NotInInput, what, origin.clone());
        let routes = &mut lowering.lowered.made.custom_routes;
        routes.entry(*far).or_default().push(CustomRoute {
            destination: None,
            target: Target::Border(*border),
            priority: 0,
            exported: true,
            doubt,
            origin,
        });
    }
}

fn join(
    lowering: &mut Lowering<AtTunnels>,
    resource: &Resource,
    border: Id<Border>,
    network: Id<Network>,
    far: Id<Network>,
    doubt: &Doubt,
) {
    let doubt = doubt.and(&lowering.world.networks[far].doubt);
    let more = legs(lowering, [network, far], &doubt, &[]);
    lowering.world.borders[border].legs.extend(more);
    if is_set(resource.values.get("router")) {
        let name = &lowering.world.networks[network].name;
        let what = format!(
            "what `{}` learns for `{name}` by BGP is not in the input",
            resource.address
        );
        let learned = lowering.world.doubt(
            GapKind::NotInInput,
            what,
            Some(resource.origin_of("router")),
        );
        let (target, origin) = (Target::Border(border), Some(resource.origin.clone()));
        let route = CustomRoute {
            destination: None,
            target,
            priority: 0,
            exported: true,
            doubt: doubt.and(&learned),
            origin,
        };
        lowering
            .lowered
            .made
            .custom_routes
            .entry(network)
            .or_default()
            .push(route);
    }
}

/// The networks that a tunnel may start in: that of its gateway or router; where neither is in the input, any that the
/// input holds of its project.
fn near_ends(
    lowering: &mut Lowering<AtTunnels>,
    resource: &Resource,
    paths: &[&str],
) -> Vec<(Id<Network>, Doubt)> {
    let mut rest = Doubt::none();
    for path in paths {
        let found = network_of(lowering, Attribute::of(resource, path));
        rest = rest.and(&found.rest);
        if !found.items.is_empty() && found.rest.is_certain() {
            return found.items;
        }
    }
    let what = format!(
        "the network in which `{}` starts is not in the input: any of its project may be",
        resource.address
    );
    let doubt = rest.and(&lowering.world.doubt(
        GapKind::NotInInput,
        what,
        Some(resource.origin.clone()),
    ));
    let project = lowering.project(resource);
    let of_project = |network: &Network| match (&network.owner.account, project) {
        (Some(owner), Some(project)) => owner == project,
        _ => true,
    };
    let networks = lowering.world.networks.iter().filter(|(id, network)| {
        network.known && lowering.lowered.on_demand.tables.contains_key(id) && of_project(network)
    });
    networks.map(|(id, _)| (id, doubt.clone())).collect()
}

/// The network of the gateway or router that an attribute names.
fn network_of(lowering: &mut Lowering<AtTunnels>, at: Attribute) -> Found<Id<Network>> {
    let graph = lowering.graph;
    let is = |lowering: &Lowering<AtTunnels>, target: &Attributed| {
        GATEWAYS
            .contains(&lowering.graph.resources[target.resource].kind.as_str())
            .then_some(target.resource)
    };
    let gateways = lowering.find(at, is, |_, _, _| None);
    let mut out = Found {
        items: Vec::new(),
        rest: gateways.rest.clone(),
    };
    for (gateway, doubt) in gateways.items {
        let networks = lowering.networks(Attribute::of(&graph.resources[gateway], "network"));
        out.rest = out.rest.and(&networks.rest);
        networks
            .items
            .into_iter()
            .for_each(|(network, own)| out.add(network, own.and(&doubt)));
    }
    out
}

/// The networks that the far end may be in: that of the other Google gateway, else one that is named after the peer.
fn far_ends(lowering: &mut Lowering<AtTunnels>, resource: &Resource) -> Vec<(Id<Network>, Doubt)> {
    let at = Attribute::of(resource, "peer_gcp_gateway");
    if is_set(at.value) {
        let found = network_of(lowering, at);
        if !found.items.is_empty() && found.rest.is_certain() {
            return found.items;
        }
    }
    let peer = resource.values.get("peer_external_gateway");
    let end = lowering
        .graph
        .follow(peer, &["google_compute_external_vpn_gateway"])
        .targets
        .into_iter()
        .next();
    let (name, origin) = match end {
        Some(target) => (
            lowering.name(target.resource),
            lowering.graph.resources[target.resource].origin.clone(),
        ),
        None => (
            format!("far end of {}", resource.address),
            resource.origin.clone(),
        ),
    };
    let outer = &mut lowering.lowered.on_demand.outer;
    let far = outer.enter(lowering.world, &name, Some(&origin), None);
    vec![(far, Doubt::none())]
}
