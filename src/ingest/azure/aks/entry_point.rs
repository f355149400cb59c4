//! Ways into a cluster: node ports, and load balancers that AKS makes of Services.
//! Source: "Use an internal load balancer with AKS" (aks/internal-lb); cloud-provider-azure, "Load balancer annotations";
//! Kubernetes documentation, "Service".

use super::pool::Pool;
use crate::ingest::Settings;
use crate::ingest::azure::lowering::Lowering;
use crate::ingest::azure::private_endpoint::unfiltered;
use crate::ingest::azure::stage::Subnets;
use crate::ingest::kubernetes::service::{Port, annotation, behind, is_local, ports};
use crate::ingest::kubernetes::{Object, way_in};
use crate::model::{
    AddressSet, Attachment, Cluster, Doubt, Endpoint, EntryPoint, Forwarder, GapKind, Id, Note,
    PivotRisk,
};

const FRONT: &str = "service.beta.kubernetes.io/azure-load-balancer-";

/// Ports from which the API server chooses those of nodes.
const NODE_PORTS: (u16, u16) = (30000, 32767);

/// Adds the ways in, in the order of the objects.
pub fn lower(
    lowering: &mut Lowering,
    pools: &[Pool],
    cluster: Id<Cluster>,
    objects: &[Object],
    settings: &Settings,
) {
    for object in objects {
        match (object.group.as_str(), object.kind.as_str()) {
            ("", "Service") => service(lowering, pools, cluster, object, settings),
            ("networking.k8s.io", "Ingress") if is_gateway(object) => {
                let network = pools
                    .iter()
                    .flat_map(|pool| &pool.nodes)
                    .next()
                    .map(|node| node.network);
                let workloads =
                    way_in::opened(lowering.world, cluster, settings, object).unwrap_or_default();
                let name = format!("{} by its application gateway", object.title());
                let what =
                    "makes a way into the cluster by an application gateway, which is not judged";
                way_in::Undecided {
                    object,
                    network,
                    name: &name,
                    kind: GapKind::NotJudged,
                    what,
                    workloads,
                }
                .open(lowering.world);
            }
            _ => {}
        }
    }
}

/// Whether an Ingress is for the controller of application gateways.
fn is_gateway(object: &Object) -> bool {
    let class = object
        .node
        .get("spec.ingressClassName")
        .text()
        .map(str::to_owned)
        .or_else(|| annotation(object, "kubernetes.io/ingress.class"));
    class.is_some_and(|class| class.starts_with("azure"))
}

fn service(
    lowering: &mut Lowering,
    pools: &[Pool],
    cluster: Id<Cluster>,
    object: &Object,
    settings: &Settings,
) {
    let spec = object.node.get("spec");
    let balanced = spec.get("type").text() == Some("LoadBalancer");
    let open = spec.get("type").text() == Some("NodePort")
        || balanced && spec.get("allocateLoadBalancerNodePorts").boolean() != Some(false);
    let behind = behind(lowering.world, cluster, settings, object);
    if behind.workloads.is_empty() || !open && !balanced {
        return;
    }
    let internal =
        balanced && annotation(object, &format!("{FRONT}internal")).as_deref() == Some("true");
    let front = internal.then(|| balancer(lowering, pools, object));
    for port in ports(object) {
        let entry_point = |name: &str, kind, forwarders, clients| EntryPoint {
            name: format!("{} by {name}", object.title()),
            kind,
            forwarders,
            protocol: port.protocol,
            clients,
            workloads: behind.workloads.clone(),
            target: port.target.clone(),
            doubt: behind.doubt.clone(),
            origin: object.origin.clone(),
        };
        if open {
            let forwarders = vec![nodes(lowering, pools, object, (port.node_port, port.port))];
            lowering.world.entry_points.push(entry_point(
                "node port",
                "node port",
                forwarders,
                AddressSet::all(),
            ));
        }
        if let Some((name, attachments)) = &front {
            let first = forwarder(lowering, name, attachments, port.port);
            let forwarders = vec![
                first,
                behind_balancer(lowering, pools, object, &port, attachments),
            ];
            lowering.world.entry_points.push(entry_point(
                "its load balancer",
                "load balancer",
                forwarders,
                clients(object),
            ));
        }
    }
    if balanced && !internal {
        let what = format!(
            "{} asks for a load balancer that the internet reaches: what comes from there is not judged",
            object.title()
        );
        lowering
            .world
            .doubt(GapKind::NotJudged, what, Some(object.origin.clone()));
    }
}

/// `loadBalancerSourceRanges`, or the annotation of the same meaning.
fn clients(object: &Object) -> AddressSet {
    let mut blocks: Vec<String> = object
        .node
        .get("spec.loadBalancerSourceRanges")
        .items()
        .iter()
        .filter_map(|one| one.text().map(|text| text.trim().to_owned()))
        .collect();
    let said = annotation(object, "service.beta.kubernetes.io/azure-allowed-ip-ranges")
        .unwrap_or_default();
    blocks.extend(
        said.split(',')
            .map(|part| part.trim().to_owned())
            .filter(|part| !part.is_empty()),
    );
    let parsed: Option<Vec<AddressSet>> = blocks
        .iter()
        .map(|block| AddressSet::parse(block).ok())
        .collect();
    parsed
        .filter(|sets| !sets.is_empty())
        .map_or_else(AddressSet::all, |sets| sets.into_iter().collect())
}

/// The load balancer in the subnet that the Service names, else in the nodes' one.
fn balancer(lowering: &mut Lowering, pools: &[Pool], object: &Object) -> (String, Vec<Attachment>) {
    let named = annotation(object, &format!("{FRONT}internal-subnet"));
    let fixed = annotation(object, &format!("{FRONT}ipv4")).or_else(|| {
        object
            .node
            .get("spec.loadBalancerIP")
            .text()
            .map(str::to_owned)
    });
    let fixed = fixed.and_then(|text| AddressSet::parse(&text).ok());
    let mut out: Vec<Attachment> = Vec::new();
    for node in pools.iter().take(1).flat_map(|pool| &pool.nodes) {
        let name = named
            .as_ref()
            .map(|name| (node.network, name.to_ascii_lowercase()));
        let subnet = name
            .and_then(|key| lowering.seen::<Subnets>().named.get(&key).copied())
            .or(node.subnet);
        let whole = subnet.map_or_else(AddressSet::none, |subnet| {
            lowering.world.subnets[subnet].addresses.clone()
        });
        let own = fixed
            .as_ref()
            .map(|fixed| fixed.intersection(&whole))
            .filter(|own| !own.is_empty());
        let origin = Some(object.origin.clone());
        let addresses = own.unwrap_or(whole);
        out.push(Attachment {
            network: node.network,
            subnet,
            addresses,
            filters: Vec::new(),
            interface: 0,
            doubt: node.doubt.clone(),
            origin,
        });
    }
    let front = if lowering.graph.of(super::TYPE).count() > 1 {
        pools
            .first()
            .map(|pool| format!("{}:", pool.origin.address))
    } else {
        None
    };
    let name = format!(
        "{}load balancer of {}",
        front.unwrap_or_default(),
        object.title()
    );
    let (attachments, origin) = (out.clone(), Some(object.origin.clone()));
    let kind = "load balancer";
    let endpoint = Endpoint {
        name: name.clone(),
        kind,
        attachments,
        answers_only: true,
        opens_only: false,
        pivot_risk: PivotRisk::Never,
        origin,
    };
    lowering.world.endpoints.push(endpoint);
    (name, out)
}

/// The front. No network security group holds for it: the nodes' one judges what it hands on.
fn forwarder(
    lowering: &mut Lowering,
    name: &str,
    attachments: &[Attachment],
    port: u16,
) -> Forwarder {
    let note = |text: &str| Note {
        text: text.to_owned(),
        origin: None,
        assumed: true,
    };
    let mut attachments = attachments.to_vec();
    attachments
        .iter_mut()
        .for_each(|own| own.subnet = own.subnet.map(|subnet| unfiltered(lowering, subnet)));
    Forwarder {
        name: format!("the {name}"),
        attachments,
        ports: (port, port),
        destinations: AddressSet::none(),
        doubt: Doubt::none(),
        keeps_client: true,
        sends: note("the load balancer keeps the client's address"),
        admitted: Some(note(
            "AKS opens the group on its nodes' interfaces to the load balancer's clients",
        )),
        own_pods: None,
    }
}

/// The nodes behind a load balancer: what it hands on has its own address and port as the destination, unless an annotation
/// turns that off (cloud-provider-azure, "Load balancer annotations", floating IP).
fn behind_balancer(
    lowering: &mut Lowering,
    pools: &[Pool],
    object: &Object,
    port: &Port,
    front: &[Attachment],
) -> Forwarder {
    let off = annotation(
        object,
        "service.beta.kubernetes.io/azure-disable-load-balancer-floating-ip",
    );
    if off.is_some_and(|text| text.eq_ignore_ascii_case("true")) {
        return nodes(lowering, pools, object, (port.node_port, port.port));
    }
    let destinations = front.iter().map(|own| own.addresses.clone()).collect();
    Forwarder {
        destinations,
        ..nodes(lowering, pools, object, (Some(port.port), port.port))
    }
}

/// The nodes, as they take connections and hand them on: at the port, where it is known, that they open for one of a Service.
fn nodes(
    lowering: &mut Lowering,
    pools: &[Pool],
    object: &Object,
    (own, served): (Option<u16>, u16),
) -> Forwarder {
    let local = is_local(object);
    let text = if local {
        "the node keeps the client's address, since `externalTrafficPolicy` is `Local`"
    } else {
        "the node puts its own address in place of the client's, since `externalTrafficPolicy` is `Cluster`"
    };
    let assumed = object.node.get("spec.externalTrafficPolicy").is_unset();
    let doubt = match own {
        None => {
            let what = format!(
                "which port of {}-{} every node opens for port {} of {} is chosen when it is applied",
                NODE_PORTS.0,
                NODE_PORTS.1,
                served,
                object.title()
            );
            lowering
                .world
                .doubt(GapKind::UnknownValue, what, Some(object.origin.clone()))
        }
        Some(_) => Doubt::none(),
    };
    let text_own = "whether policies judge what a node forwards to its own pods by the client's address is not known";
    let why = lowering
        .world
        .doubt(GapKind::NotJudged, text_own, Some(object.origin.clone()));
    Forwarder {
        name: "a node".to_owned(),
        attachments: pools.iter().flat_map(|pool| pool.nodes.clone()).collect(),
        ports: own.map_or(NODE_PORTS, |number| (number, number)),
        destinations: AddressSet::none(),
        doubt,
        keeps_client: local,
        sends: Note {
            text: text.to_owned(),
            origin: (!assumed).then(|| object.origin.clone()),
            assumed,
        },
        admitted: None,
        own_pods: Some(crate::model::Enforced::Unknown(
            Note {
                text: text_own.to_owned(),
                origin: None,
                assumed: false,
            },
            why,
        )),
    }
}
