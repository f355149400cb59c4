//! Static routes, and the default route to the internet that a network is made with.
//! Source: cloud.google.com/vpc/docs/routes, "Static routes", "System-generated default routes"; Terraform provider,
//! `google_compute_route`.

use super::lowering::{Attribute, Lowering, is_set};
use super::network;
use super::resource_type::TYPES;
use super::stage::{AtRoutes, CustomRoute, Networks};
use super::template;
use crate::ingest::lowering::Family;
use crate::ingest::terraform::{Mode, Resource, ResourceFamily, Target as Attributed};
use crate::model::{Doubt, GapKind, Id, IpNet, Target};

/// Where routes to the internet lead.
const INTERNET: &str = "default internet gateway";
/// Priority of a route that says none.
const PRIORITY: u32 = 1000;

/// Static routes.
#[must_use]
pub fn family() -> Family<AtRoutes> {
    Family {
        resources: ResourceFamily {
            types: vec!["google_compute_route"],
            required: &[("google_compute_route", &["network"])],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Enters static routes; those of tunnels are entered with them.
fn lower(lowering: &mut Lowering<AtRoutes>) {
    let graph = lowering.graph;
    for (id, resource) in graph.of(network::KIND) {
        default_route(lowering, id, resource);
    }
    for (_, resource) in graph
        .of("google_compute_route")
        .filter(|(_, resource)| resource.mode == Mode::Managed)
    {
        let networks = lowering.networks(Attribute::of(resource, "network"));
        let route = route(lowering, resource);
        for (network, doubt) in &networks.items {
            let doubt = route.doubt.and(doubt).and(&networks.rest);
            lowering
                .lowered
                .made
                .custom_routes
                .entry(*network)
                .or_default()
                .push(CustomRoute {
                    doubt,
                    ..route.clone()
                });
        }
    }
    for (at, doubt) in further(lowering) {
        anywhere(lowering, at, &doubt);
    }
    template::routes(lowering);
}

/// What adds routes that the input does not tell, by the attribute that names the network: router appliances, which announce theirs, and
/// types that are not modelled. Source: cloud.google.com/network-connectivity/docs/network-connectivity-center/concepts/ra-overview.
fn further<'g>(lowering: &mut Lowering<'g, AtRoutes>) -> Vec<(Attribute<'g>, Doubt)> {
    let (graph, types) = (lowering.graph, lowering.graph.types);
    let mut out = Vec::new();
    let mut judge = |lowering: &mut Lowering<'g, AtRoutes>, at: Attribute<'g>, what: &str| {
        let (what, origin) = (
            format!("`{}` {what}", at.resource.address),
            at.resource.origin.clone(),
        );
        let doubt = lowering.world.doubt(GapKind::NotJudged, what, Some(origin));
        out.push((at, doubt));
    };
    for (_, resource) in graph.of("google_compute_router_peer") {
        if is_set(resource.values.get("router_appliance_instance")) {
            let routers = graph.follow(resource.values.get("router"), &["google_compute_router"]);
            for router in routers.targets {
                let at = Attribute::of(&graph.resources[router.resource], "network");
                judge(
                    lowering,
                    at,
                    "has an appliance, whose routes are not in the input",
                );
            }
        }
    }
    let is_route = |kind: &str| kind.contains("route") && TYPES.is_unlisted(types, kind);
    for at in lowering.unlisted(&["network"], is_route) {
        let doubt = lowering.may_add(at, "routes");
        out.push((at, doubt));
    }
    out
}

/// A route of a network that may lead any packet anywhere.
fn anywhere(lowering: &mut Lowering<AtRoutes>, at: Attribute, doubt: &Doubt) {
    for network in lowering.networks(at).all().collect::<Vec<_>>() {
        let routes = lowering
            .lowered
            .made
            .custom_routes
            .entry(network)
            .or_default();
        routes.push(CustomRoute {
            destination: None,
            target: Target::Unknown,
            priority: 0,
            exported: true,
            doubt: doubt.clone(),
            origin: Some(at.resource.origin.clone()),
        });
    }
}

/// Google makes it with the network unless `delete_default_routes_on_create` is set; a peer never gets it.
fn default_route(lowering: &mut Lowering<AtRoutes>, id: Id<Resource>, resource: &Resource) {
    let at = Attribute::of(resource, "delete_default_routes_on_create");
    let network = lowering.seen::<Networks>().of.get(&id).copied();
    let Some(network) = network.filter(|_| at.value.boolean() != Some(true)) else {
        return;
    };
    let own = &lowering.world.networks[network];
    let mut doubt = if own.known {
        Doubt::none()
    } else {
        own.doubt.clone()
    };
    if at.value.is_unknown() {
        doubt = doubt.and(&lowering.unknown(at));
    }
    let routes = lowering
        .lowered
        .made
        .custom_routes
        .entry(network)
        .or_default();
    let target = Target::Outside(INTERNET.to_owned());
    if routes.iter().all(|route| route.target != target) {
        let destination = "0.0.0.0/0".parse().ok();
        routes.push(CustomRoute {
            destination,
            target,
            priority: PRIORITY,
            exported: false,
            doubt,
            origin: Some(resource.origin.clone()),
        });
    }
}

fn route(lowering: &mut Lowering<AtRoutes>, resource: &Resource) -> CustomRoute {
    let values = &resource.values;
    let at = Attribute::of(resource, "dest_range");
    let destination = values
        .get("dest_range")
        .text()
        .and_then(|text| text.parse::<IpNet>().ok());
    let mut doubt = if destination.is_none() {
        lowering.unknown(at)
    } else {
        Doubt::none()
    };
    if values.get("priority").is_unknown() {
        doubt = doubt.and(&lowering.unknown(Attribute::of(resource, "priority")));
    }
    let tagged = !values.get("tags").items().is_empty();
    if tagged {
        let what = format!(
            "`{}` is a route for instances with its tags only: which those are is not judged",
            resource.address
        );
        doubt = doubt.and(&lowering.world.doubt(
            GapKind::NotJudged,
            what,
            Some(resource.origin_of("tags")),
        ));
    }
    let (target, unsure) = target(lowering, resource);
    CustomRoute {
        destination,
        exported: !tagged && !matches!(target, Target::Outside(_)),
        target,
        priority: values
            .get("priority")
            .integer()
            .and_then(|number| u32::try_from(number).ok())
            .unwrap_or(PRIORITY),
        doubt: doubt.and(&unsure),
        origin: Some(resource.origin.clone()),
    }
}

fn target(lowering: &mut Lowering<AtRoutes>, resource: &Resource) -> (Target, Doubt) {
    let gateway = Attribute::of(resource, "next_hop_gateway");
    if gateway.value.is_unknown() {
        return (Target::Unknown, lowering.unknown(gateway));
    }
    if is_set(gateway.value) {
        return (Target::Outside(INTERNET.to_owned()), Doubt::none());
    }
    let at = Attribute::of(resource, "next_hop_vpn_tunnel");
    if is_set(at.value) {
        let own = |lowering: &Lowering<AtRoutes>, target: &Attributed| {
            lowering.lowered.border_of(target.resource)
        };
        let links = lowering.find(at, own, |_, _, _| None);
        let target = match links.items.as_slice() {
            [(border, _)] if links.rest.is_certain() => Target::Border(*border),
            _ => Target::Unknown,
        };
        return (target, links.doubt());
    }
    let what = format!(
        "`{}` leads to an appliance: where that sends packets is not known",
        resource.address
    );
    (
        Target::Unknown,
        lowering
            .world
            .doubt(GapKind::NotJudged, what, Some(resource.origin.clone())),
    )
}
