//! Gateways of the Gateway API and the routes that hang on them: HTTPRoute, GRPCRoute, TCPRoute, TLSRoute, UDPRoute.
//! Source: gateway-api.sigs.k8s.io, "API Overview", "Attaching Routes to Gateways"; AWS Load Balancer Controller documentation,
//! "Gateway API"; AWS Gateway API Controller documentation (VPC Lattice).

use super::balancer::{Asked, Balancer, anyone, callers, subnet_term};
use super::ingress::is_wanted;
use super::{BalancerListener, EntryPointContext, by_load_balancer};
use crate::ingest::kubernetes::Object;
use crate::ingest::kubernetes::service::ports;
use crate::ingest::lowering::Blocks;
use crate::ingest::yaml::Node;
use crate::model::{Doubt, GapKind, Id, Note, Protocol, Workload};

/// Group of the API.
const GROUP: &str = "gateway.networking.k8s.io";

/// The kinds of route.
const ROUTES: [&str; 5] = ["HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute"];

/// What makes a Gateway real.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Maker {
    /// An application load balancer.
    LayerSeven,
    /// A network load balancer.
    LayerFour,
    /// A service of VPC Lattice.
    Lattice,
    /// Something that the input does not hold.
    Other,
}

/// Adds what the routes of all Gateways lead to. Call once.
pub fn lower(entry_context: &mut EntryPointContext) {
    let gateways: Vec<&Object> = entry_context
        .objects
        .iter()
        .filter(|object| object.is(GROUP, "Gateway"))
        .collect();
    let routes: Vec<&Object> = entry_context
        .objects
        .iter()
        .filter(|object| object.group == GROUP && ROUTES.contains(&object.kind.as_str()))
        .collect();
    for gateway in &gateways {
        let own: Vec<&Object> = routes
            .iter()
            .copied()
            .filter(|route| {
                parents(entry_context, route).contains(&identity(entry_context, gateway))
            })
            .collect();
        if !own.is_empty() {
            one(entry_context, gateway, &own);
        }
    }
    let known: Vec<(String, String)> = gateways
        .iter()
        .map(|gateway| identity(entry_context, gateway))
        .collect();
    for route in routes {
        if let Some((namespace, name)) = parents(entry_context, route)
            .into_iter()
            .find(|parent| !known.contains(parent))
        {
            let pods = backends(entry_context, route);
            let what = format!("hangs on Gateway `{namespace}/{name}`, which is not in the input");
            entry_context.undecided(
                route,
                &format!("{} by its gateway", route.title()),
                GapKind::NotInInput,
                &what,
                pods,
            );
        }
    }
}

fn identity(entry_context: &EntryPointContext, object: &Object) -> (String, String) {
    (
        object.namespace_in(entry_context.settings).to_owned(),
        object.name.clone(),
    )
}

/// The Gateways that a route hangs on.
fn parents(entry_context: &EntryPointContext, route: &Object) -> Vec<(String, String)> {
    let own = route.namespace_in(entry_context.settings);
    let parents = route.node.get("spec.parentRefs").items();
    let gateways = parents.iter().filter(|parent| {
        parent
            .get("kind")
            .text()
            .is_none_or(|kind| kind == "Gateway")
    });
    gateways
        .filter_map(|parent| {
            Some((
                parent.get("namespace").text().unwrap_or(own).to_owned(),
                parent.get("name").text()?.to_owned(),
            ))
        })
        .collect()
}

fn maker(entry_context: &EntryPointContext, gateway: &Object) -> Maker {
    let class = gateway
        .node
        .get("spec.gatewayClassName")
        .text()
        .unwrap_or_default()
        .to_owned();
    let object = entry_context
        .objects
        .iter()
        .find(|object| object.is(GROUP, "GatewayClass") && object.name == class);
    let controller = object.and_then(|object| {
        object
            .node
            .get("spec.controllerName")
            .text()
            .map(str::to_owned)
    });
    match (controller.as_deref(), class.as_str()) {
        (Some("gateway.k8s.aws/alb"), _) => Maker::LayerSeven,
        (Some("gateway.k8s.aws/nlb"), _) => Maker::LayerFour,
        (Some("application-networking.k8s.aws/gateway-api-controller"), _)
        | (None, "amazon-vpc-lattice") => Maker::Lattice,
        _ => Maker::Other,
    }
}

/// The Services that routes lead to, each with its port and the protocol of the route.
fn services(
    entry_context: &EntryPointContext,
    routes: &[&Object],
) -> Vec<(Object, String, Protocol)> {
    let mut out = Vec::new();
    for route in routes {
        for (namespace, name, port) in references(entry_context, route) {
            if let Some(service) = entry_context.service(&namespace, &name) {
                out.push((service.clone(), port, protocol(route)));
            }
        }
    }
    out
}

fn one(entry_context: &mut EntryPointContext, gateway: &Object, routes: &[&Object]) {
    let maker = maker(entry_context, gateway);
    let unjudged = match maker {
        Maker::LayerSeven | Maker::LayerFour => None,
        Maker::Lattice => Some((
            GapKind::NotJudged,
            "is a service of VPC Lattice, whose associations and policies are not judged",
        )),
        Maker::Other => Some((
            GapKind::NotJudged,
            "is made real by a controller whose load balancers and proxies are not judged",
        )),
    };
    if let Some((kind, what)) = unjudged {
        let mut pods: Vec<Id<Workload>> = routes
            .iter()
            .flat_map(|route| backends(entry_context, route))
            .collect();
        pods.sort_unstable();
        pods.dedup();
        entry_context.undecided(
            gateway,
            &format!("{} by its gateway", gateway.title()),
            kind,
            what,
            pods,
        );
        return;
    }
    let listeners = listeners(gateway);
    let parameters = parameters(entry_context, gateway);
    for by_address in [true, false] {
        let meant = |service: &Object| targets_are_addresses(entry_context, service) == by_address;
        let mut led = services(entry_context, routes);
        led.retain(|(service, ..)| meant(service));
        if led.is_empty() {
            continue;
        }
        let clients = clients(entry_context, gateway, parameters.as_ref());
        let asked = asked(gateway, parameters.as_ref(), &listeners, clients);
        let balancer = entry_context.balancer(&asked);
        for (service, wanted, protocol) in led {
            let keeps = maker == Maker::LayerFour && (!by_address || protocol == Protocol::UDP);
            open(
                entry_context,
                &asked,
                &balancer,
                (by_address, keeps),
                (&service, &wanted, protocol),
            );
        }
    }
    absent_services(entry_context, gateway, routes);
}

/// Services that routes name and the input does not hold: some pod of their namespace may be reached.
fn absent_services(entry_context: &mut EntryPointContext, gateway: &Object, routes: &[&Object]) {
    for route in routes {
        for (namespace, name, _) in references(entry_context, route) {
            if entry_context.service(&namespace, &name).is_none() {
                let pods = entry_context.in_namespace(&namespace);
                let what = format!("forwards to Service `{name}`, which is not in the input");
                entry_context.undecided(
                    route,
                    &by_load_balancer(gateway),
                    GapKind::NotInInput,
                    &what,
                    pods,
                );
            }
        }
    }
}

fn open(
    entry_context: &mut EntryPointContext,
    asked: &Asked,
    balancer: &Balancer,
    (by_address, keeps): (bool, bool),
    (service, wanted, protocol): (&Object, &str, Protocol),
) {
    let text = if keeps {
        "the load balancer keeps the client's address"
    } else {
        "the load balancer calls with its own address"
    };
    let sends = Note {
        text: text.to_owned(),
        origin: None,
        assumed: true,
    };
    for port in ports(service)
        .into_iter()
        .filter(|port| is_wanted(port, wanted))
    {
        for (_, listener) in asked.listeners.iter().filter(|(own, _)| *own == protocol) {
            let way = BalancerListener {
                name: by_load_balancer(asked.object),
                first: balancer.on(
                    (*listener, *listener),
                    (keeps, sends.clone()),
                    Doubt::none(),
                ),
                by_address,
                protocol,
                clients: callers(&asked.clients),
                origin: asked.object.origin.clone(),
            };
            entry_context.lead(way, service, &port);
        }
    }
}

fn asked<'a>(
    gateway: &'a Object,
    parameters: Option<&Object>,
    listeners: &[(Protocol, u16)],
    clients: Blocks,
) -> Asked<'a> {
    let list = |path: &str, key: &str| {
        let items = parameters
            .map(|object| object.node.get(path).items())
            .unwrap_or_default();
        let text = |item: &Node| item.text().or(item.get(key).text()).map(str::to_owned);
        items.iter().filter_map(text).collect::<Vec<String>>()
    };
    let scheme =
        parameters.and_then(|object| object.node.get("spec.scheme").text().map(str::to_owned));
    Asked {
        object: gateway,
        internal: scheme.is_none_or(|scheme| scheme == "internal"),
        subnets: list("spec.loadBalancerSubnets", "identifier")
            .iter()
            .map(|name| subnet_term(name))
            .collect(),
        groups: list("spec.securityGroups", ""),
        manages: parameters.is_some_and(|object| {
            object
                .node
                .get("spec.manageBackendSecurityGroupRules")
                .boolean()
                == Some(true)
        }),
        clients,
        listeners: listeners.to_vec(),
    }
}

/// Who may call; groups that the parameters name say that instead of blocks.
fn clients(
    entry_context: &mut EntryPointContext,
    gateway: &Object,
    parameters: Option<&Object>,
) -> Blocks {
    let items = |path: &str| {
        parameters
            .map(|object| object.node.get(path).items())
            .unwrap_or_default()
    };
    let texts = |path: &str| {
        items(path)
            .iter()
            .filter_map(|item| item.text().map(str::to_owned))
            .collect::<Vec<String>>()
    };
    if !items("spec.securityGroups").is_empty() {
        return anyone();
    }
    entry_context.clients(
        &texts("spec.sourceRanges"),
        &texts("spec.securityGroupPrefixes"),
        &parameters.unwrap_or(gateway).origin,
    )
}

/// The object that a Gateway, or its class, takes the settings of its load balancer from.
fn parameters(entry_context: &EntryPointContext, gateway: &Object) -> Option<Object> {
    let class = gateway
        .node
        .get("spec.gatewayClassName")
        .text()
        .unwrap_or_default()
        .to_owned();
    let of_class = entry_context
        .objects
        .iter()
        .find(|object| object.is(GROUP, "GatewayClass") && object.name == class);
    let own = gateway
        .node
        .get("spec.infrastructure.parametersRef.name")
        .text()
        .map(str::to_owned);
    let named = own.or_else(|| {
        of_class.and_then(|class| {
            class
                .node
                .get("spec.parametersRef.name")
                .text()
                .map(str::to_owned)
        })
    })?;
    entry_context
        .objects
        .iter()
        .find(|object| object.kind == "LoadBalancerConfiguration" && object.name == named)
        .cloned()
}

/// Whether the targets of a Service are its pods' addresses: what a TargetGroupConfiguration says; nodes by default.
fn targets_are_addresses(entry_context: &EntryPointContext, service: &Object) -> bool {
    let namespace = |object: &Object| object.namespace_in(entry_context.settings).to_owned();
    let configurations = entry_context
        .objects
        .iter()
        .filter(|object| object.kind == "TargetGroupConfiguration");
    let mut own = configurations.filter(|object| {
        object.node.get("spec.targetReference.name").text() == Some(&service.name)
            && namespace(object) == namespace(service)
    });
    own.any(|object| {
        object
            .node
            .get("spec.defaultConfiguration.targetType")
            .text()
            == Some("ip")
    })
}

/// Protocols and ports that a Gateway listens on.
fn listeners(gateway: &Object) -> Vec<(Protocol, u16)> {
    let listener = |node: &Node| {
        let port = node
            .get("port")
            .integer()
            .and_then(|port| u16::try_from(port).ok())?;
        let udp = node.get("protocol").text() == Some("UDP");
        Some((if udp { Protocol::UDP } else { Protocol::TCP }, port))
    };
    gateway
        .node
        .get("spec.listeners")
        .items()
        .iter()
        .filter_map(listener)
        .collect()
}

fn protocol(route: &Object) -> Protocol {
    if route.kind == "UDPRoute" {
        Protocol::UDP
    } else {
        Protocol::TCP
    }
}

/// Namespaces, names and ports of the Services that a route leads to.
fn references(entry_context: &EntryPointContext, route: &Object) -> Vec<(String, String, String)> {
    let own = route.namespace_in(entry_context.settings);
    let rules = route.node.get("spec.rules").items();
    let backends = rules
        .iter()
        .flat_map(|rule| rule.get("backendRefs").items());
    let services =
        backends.filter(|one| one.get("kind").text().is_none_or(|kind| kind == "Service"));
    let reference = |one: Node| {
        let namespace = one.get("namespace").text().unwrap_or(own).to_owned();
        Some((
            namespace,
            one.get("name").text()?.to_owned(),
            one.get("port").written()?.to_owned(),
        ))
    };
    services.filter_map(reference).collect()
}

/// The pods that a route leads to: those behind its Services; for one that is not in the input, those of its namespace.
fn backends(entry_context: &EntryPointContext, route: &Object) -> Vec<Id<Workload>> {
    let of = |(namespace, name, _): (String, String, String)| match entry_context
        .service(&namespace, &name)
    {
        Some(service) => entry_context.behind(service).workloads,
        None => entry_context.in_namespace(&namespace),
    };
    references(entry_context, route)
        .into_iter()
        .flat_map(of)
        .collect()
}
