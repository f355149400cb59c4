//! Gateways of the Gateway API and the routes that hang on them: HTTPRoute, GRPCRoute, TCPRoute, TLSRoute, UDPRoute.
//! Source: gateway-api.sigs.k8s.io, "API Overview", "Attaching Routes to Gateways"; AWS Load Balancer Controller documentation,
//! "Gateway API"; AWS Gateway API Controller documentation (VPC Lattice).

use super::balancer::{Asked, Balancer, anyone, callers, subnet_term};
use super::ingress::is_wanted;
use super::{Doorway, Way, by_load_balancer};
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
    /// Something that the input does not tell.
    Other,
}

/// Adds what the routes of all Gateways lead to. Call once.
pub fn lower(doorway: &mut Doorway) {
    let gateways: Vec<&Object> = doorway
        .objects
        .iter()
        .filter(|object| object.is(GROUP, "Gateway"))
        .collect();
    let routes: Vec<&Object> = doorway
        .objects
        .iter()
        .filter(|object| object.group == GROUP && ROUTES.contains(&object.kind.as_str()))
        .collect();
    for gateway in &gateways {
        let own: Vec<&Object> = routes
            .iter()
            .copied()
            .filter(|route| parents(doorway, route).contains(&identity(doorway, gateway)))
            .collect();
        if !own.is_empty() {
            one(doorway, gateway, &own);
        }
    }
    let known: Vec<(String, String)> = gateways
        .iter()
        .map(|gateway| identity(doorway, gateway))
        .collect();
    for route in routes {
        if let Some((namespace, name)) = parents(doorway, route)
            .into_iter()
            .find(|parent| !known.contains(parent))
        {
            let pods = backends(doorway, route);
            let what = format!("hangs on Gateway `{namespace}/{name}`, which is not in the input");
            doorway.undecided(
                route,
                &format!("{} by its gateway", route.title()),
                GapKind::NotInInput,
                &what,
                pods,
            );
        }
    }
}

fn identity(doorway: &Doorway, object: &Object) -> (String, String) {
    (
        object.namespace_in(doorway.settings).to_owned(),
        object.name.clone(),
    )
}

/// The Gateways that a route hangs on.
fn parents(doorway: &Doorway, route: &Object) -> Vec<(String, String)> {
    let own = route.namespace_in(doorway.settings);
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

fn maker(doorway: &Doorway, gateway: &Object) -> Maker {
    let class = gateway
        .node
        .get("spec.gatewayClassName")
        .text()
        .unwrap_or_default()
        .to_owned();
    let object = doorway
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

fn one(doorway: &mut Doorway, gateway: &Object, routes: &[&Object]) {
    let maker = maker(doorway, gateway);
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
            .flat_map(|route| backends(doorway, route))
            .collect();
        pods.sort_unstable();
        pods.dedup();
        doorway.undecided(
            gateway,
            &format!("{} by its gateway", gateway.title()),
            kind,
            what,
            pods,
        );
        return;
    }
    let listeners = listeners(gateway);
    let parameters = parameters(doorway, gateway);
    for by_address in [true, false] {
        let meant = |service: &Object| targets_are_addresses(doorway, service) == by_address;
        let led: Vec<(Object, String, Protocol)> = routes
            .iter()
            .flat_map(|route| {
                references(doorway, route)
                    .into_iter()
                    .map(move |reference| (protocol(route), reference))
            })
            .filter_map(|(protocol, (namespace, name, port))| {
                Some((doorway.service(&namespace, &name).cloned()?, port, protocol))
            })
            .filter(|(service, ..)| meant(service))
            .collect();
        if led.is_empty() {
            continue;
        }
        let clients = clients(doorway, gateway, parameters.as_ref());
        let asked = asked(gateway, parameters.as_ref(), &listeners, clients);
        let balancer = doorway.balancer(&asked);
        for (service, wanted, protocol) in led {
            let keeps = maker == Maker::LayerFour && (!by_address || protocol == Protocol::UDP);
            open(
                doorway,
                &asked,
                &balancer,
                (by_address, keeps),
                (&service, &wanted, protocol),
            );
        }
    }
    for route in routes {
        for (namespace, name, _) in references(doorway, route) {
            if doorway.service(&namespace, &name).is_none() {
                let pods = doorway.in_namespace(&namespace);
                let what = format!("forwards to Service `{name}`, which is not in the input");
                doorway.undecided(
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
    doorway: &mut Doorway,
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
            let way = Way {
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
            doorway.lead(way, service, &port);
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
fn clients(doorway: &mut Doorway, gateway: &Object, parameters: Option<&Object>) -> Blocks {
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
    doorway.clients(
        &texts("spec.sourceRanges"),
        &texts("spec.securityGroupPrefixes"),
        &parameters.unwrap_or(gateway).origin,
    )
}

/// The object that a Gateway, or its class, takes the settings of its load balancer from.
fn parameters(doorway: &Doorway, gateway: &Object) -> Option<Object> {
    let class = gateway
        .node
        .get("spec.gatewayClassName")
        .text()
        .unwrap_or_default()
        .to_owned();
    let of_class = doorway
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
    doorway
        .objects
        .iter()
        .find(|object| object.kind == "LoadBalancerConfiguration" && object.name == named)
        .cloned()
}

/// Whether the targets of a Service are its pods' addresses: what a TargetGroupConfiguration says; nodes by default.
fn targets_are_addresses(doorway: &Doorway, service: &Object) -> bool {
    let namespace = |object: &Object| object.namespace_in(doorway.settings).to_owned();
    let configurations = doorway
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
fn references(doorway: &Doorway, route: &Object) -> Vec<(String, String, String)> {
    let own = route.namespace_in(doorway.settings);
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
fn backends(doorway: &Doorway, route: &Object) -> Vec<Id<Workload>> {
    let of =
        |(namespace, name, _): (String, String, String)| match doorway.service(&namespace, &name) {
            Some(service) => doorway.behind(service),
            None => doorway.in_namespace(&namespace),
        };
    references(doorway, route)
        .into_iter()
        .flat_map(of)
        .collect()
}
