//! Ways into a cluster other than by a pod's own address: node ports, external addresses, and load balancers that controllers make of Services,
//! Ingresses and Gateways or that Terraform makes and a TargetGroupBinding fills.
//! Source: EKS user guide, "Route TCP and UDP traffic with Network Load Balancers", "Route application and HTTP traffic with
//! Application Load Balancers"; Kubernetes documentation, "Service".

mod balancer;
mod controller;
mod external_address;
mod gateway;
mod host_port;
mod ingress;
mod load_balancer;
mod node_port;
mod nodes;
mod opened;
mod registered;
mod target_group;

pub use opened::Opened;

use super::facts::Facts;
use super::pool::Pool;
use crate::ingest::Settings;
use crate::ingest::aws::Lowering;
use crate::ingest::kubernetes::service::Port;
use crate::ingest::kubernetes::way_in::{self, Undecided};
use crate::ingest::kubernetes::{Object, service};
use crate::ingest::terraform::Resource;
use crate::model::{
    AddressSet, Cluster, Enforced, EntryPoint, Forwarder, GapKind, Id, Origin, Protocol,
    ServicePort, Traffic, Workload,
};

/// What the ways in are found in.
pub struct EntryPointContext<'a, 'l, 'g> {
    /// Terraform's resources, and the world.
    pub lowering: &'l mut Lowering<'g>,
    /// The cluster's resource.
    pub id: Id<Resource>,
    /// What Terraform says of the cluster.
    pub facts: &'a Facts,
    /// The cluster.
    pub cluster: Id<Cluster>,
    /// Its objects.
    pub objects: &'a [Object],
    /// Settings.
    pub settings: &'a Settings,
    /// The nodes that the input tells of.
    pub pools: Vec<Pool>,
    /// Whether policies hold for what a node sends to its own pods; none until it is asked for.
    pub own_pods: Option<Enforced>,
    /// What controllers open for the targets of load balancers, until it is added to them.
    pub opened: Vec<Opened>,
}

/// Ports from which the API server chooses those of nodes. Kubernetes documentation, "Service", "type: NodePort".
const NODE_PORTS: (u16, u16) = (30000, 32767);

/// Every port.
const ANY_PORT: (u16, u16) = (1, 65535);

/// Adds all ways in, in the order of the objects.
pub fn lower(entry_context: &mut EntryPointContext) {
    for object in entry_context.objects {
        match (object.group.as_str(), object.kind.as_str()) {
            ("", "Service") => {
                node_port::lower(entry_context, object);
                load_balancer::lower(entry_context, object);
                external_address::lower(entry_context, object);
            }
            ("networking.k8s.io", "Ingress") => ingress::lower(entry_context, object),
            ("elbv2.k8s.aws" | "eks.amazonaws.com", "TargetGroupBinding") => {
                target_group::lower(entry_context, object)
            }
            _ => {}
        }
    }
    gateway::lower(entry_context);
    registered::lower(entry_context);
    host_port::lower(entry_context);
    opened::lower(entry_context);
}

/// A load balancer that listens, as the way to a port of a Service.
struct BalancerListener {
    /// Name to print.
    name: String,
    /// The load balancer, on its port.
    first: Forwarder,
    /// Whether it calls pods by their addresses; else it calls node ports.
    by_address: bool,
    protocol: Protocol,
    /// Who may call.
    clients: AddressSet,
    /// The line that opens it.
    origin: Origin,
}

impl EntryPointContext<'_, '_, '_> {
    /// Adds the way to the pods behind a port of a Service.
    fn lead(&mut self, way: BalancerListener, service: &Object, port: &Port) {
        let mut forwarders = vec![way.first];
        if !way.by_address {
            let (range, doubt) = node_port::node_port(self, service, port, false);
            forwarders.push(self.nodes(service, range, doubt));
        }
        let behind = self.behind(service);
        self.open(EntryPoint {
            name: way.name,
            kind: "load balancer",
            forwarders,
            protocol: way.protocol,
            clients: way.clients,
            workloads: behind.workloads,
            target: port.target.clone(),
            doubt: behind.doubt,
            origin: way.origin,
        });
    }

    /// Opens a port of a Service on nodes: whoever gets there calls the pods behind. `by`: by what, for the name, and the
    /// kind of entry point.
    fn open_on_nodes(
        &mut self,
        (service, port, behind): (&Object, &Port, &service::Behind),
        (by, kind): (&str, &'static str),
        nodes: Forwarder,
        origin: Origin,
    ) {
        self.open(EntryPoint {
            name: format!("{} by {by}", service.title()),
            kind,
            forwarders: vec![nodes],
            protocol: port.protocol,
            clients: AddressSet::all(),
            workloads: behind.workloads.clone(),
            target: port.target.clone(),
            doubt: behind.doubt.clone(),
            origin,
        });
    }

    /// Adds a way in, unless it leads to no pods of the input.
    fn open(&mut self, entry_point: EntryPoint) {
        if !entry_point.workloads.is_empty() {
            self.lowering.world.entry_points.push(entry_point);
        }
    }

    /// Adds a way in of which the input does not say where it stands, or where it leads.
    fn undecided(
        &mut self,
        object: &Object,
        name: &str,
        kind: GapKind,
        what: &str,
        workloads: Vec<Id<Workload>>,
    ) {
        for network in &self.facts.networks {
            Undecided {
                object,
                network: Some(*network),
                name,
                kind,
                what,
                workloads: workloads.clone(),
            }
            .open(self.lowering.world);
        }
    }

    /// The pods behind a Service.
    fn behind(&self, service: &Object) -> service::Behind {
        service::behind(self.lowering.world, self.cluster, self.settings, service)
    }

    /// The ports of pods that a port of a Service leads to.
    fn target(&self, port: &Port, pods: &[Id<Workload>]) -> Traffic {
        let port = ServicePort {
            protocol: port.protocol,
            ports: (port.port, port.port),
            target: port.target.clone(),
        };
        let all = pods.iter().map(|id| &self.lowering.world.workloads[*id]);
        all.map(|own| port.pods(&own.named_ports)).collect()
    }

    /// The Service of a name in a namespace.
    fn service(&self, namespace: &str, name: &str) -> Option<&Object> {
        service::service(self.objects, self.settings, namespace, name)
    }

    /// The pods of a namespace: those that a Service which is not in the input may select.
    fn in_namespace(&self, namespace: &str) -> Vec<Id<Workload>> {
        way_in::in_namespace(self.lowering.world, self.cluster, namespace)
    }
}

/// The name of a way in, for the trail.
fn by_load_balancer(object: &Object) -> String {
    format!("{} by its load balancer", object.title())
}
