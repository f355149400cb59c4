//! Ways into a cluster other than by a pod's own address: node ports, and load balancers that controllers make of Services,
//! Ingresses and Gateways or that Terraform makes and a TargetGroupBinding fills.
//! Source: EKS user guide, "Route TCP and UDP traffic with Network Load Balancers", "Route application and HTTP traffic with
//! Application Load Balancers"; Kubernetes documentation, "Service".

mod balancer;
mod gateway;
mod ingress;
mod load_balancer;
mod node_port;
mod nodes;
mod registered;
mod target_group;

use super::facts::Facts;
use super::pool::Pool;
use crate::ingest::Settings;
use crate::ingest::aws::Lowering;
use crate::ingest::kubernetes::{Object, service};
use crate::ingest::terraform::Resource;
use crate::model::{AddressSet, Attachment, Cluster, Door, DoorTarget, Enforced, GapKind, Id, Note, Protocol, Relay, Workload};

/// What the ways in are found in.
pub struct Doorway<'a, 'l, 'g> {
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
}

/// Ports from which the API server chooses those of nodes. Kubernetes documentation, "Service", "type: NodePort".
const NODE_PORTS: (u16, u16) = (30000, 32767);

/// Every port.
const ANY_PORT: (u16, u16) = (1, 65535);

/// Adds all ways in, in the order of the objects.
pub fn lower(doorway: &mut Doorway) {
    for object in doorway.objects {
        match (object.group.as_str(), object.kind.as_str()) {
            ("", "Service") => {
                node_port::lower(doorway, object);
                load_balancer::lower(doorway, object);
            }
            ("networking.k8s.io", "Ingress") => ingress::lower(doorway, object),
            ("elbv2.k8s.aws" | "eks.amazonaws.com", "TargetGroupBinding") => target_group::lower(doorway, object),
            _ => {}
        }
    }
    gateway::lower(doorway);
    registered::lower(doorway);
}

impl Doorway<'_, '_, '_> {
    /// Adds a way in, unless it leads to no pods of the input.
    fn open(&mut self, door: Door) {
        if !door.workloads.is_empty() {
            self.lowering.world.doors.push(door);
        }
    }

    /// Adds a way in of which the input does not tell where it stands, or where it leads: it may stand anywhere in the
    /// cluster's network, listen on any port and lead to any port of these pods.
    fn undecided(&mut self, object: &Object, name: &str, kind: GapKind, what: &str, workloads: Vec<Id<Workload>>) {
        let what = format!("{} {what}: what comes to pods that way is not known", object.title());
        let doubt = self.lowering.world.doubt(kind, what, Some(object.origin.clone()));
        let somewhere = Attachment {
            network: self.facts.network,
            subnet: None,
            addresses: self.lowering.world.networks[self.facts.network].addresses.clone(),
            filters: Vec::new(),
            doubt: doubt.clone(),
            origin: Some(object.origin.clone()),
        };
        for protocol in [Protocol::TCP, Protocol::UDP] {
            let relay = Relay {
                name: "something that the input does not hold".to_owned(),
                attachments: vec![somewhere.clone()],
                ports: ANY_PORT,
                doubt: doubt.clone(),
                keeps_client: false,
                sends: Note { text: "a load balancer calls with its own address".to_owned(), origin: None, assumed: true },
                admitted: Some(Note { text: "what filters it is not known".to_owned(), origin: None, assumed: true }),
                own_pods: None,
            };
            self.open(Door {
                name: name.to_owned(),
                kind: "load balancer",
                relays: vec![relay],
                protocol,
                clients: AddressSet::all(),
                workloads: workloads.clone(),
                target: DoorTarget::Unknown,
                doubt: doubt.clone(),
                origin: object.origin.clone(),
            });
        }
    }

    /// The pods that a Service selects.
    fn behind(&self, service: &Object) -> Vec<Id<Workload>> {
        service::behind(self.lowering.world, self.cluster, self.settings, service)
    }

    /// The Service of a name in a namespace.
    fn service(&self, namespace: &str, name: &str) -> Option<&Object> {
        service::service(self.objects, self.settings, namespace, name)
    }

    /// The pods of a namespace: those that a Service which is not in the input may select.
    fn in_namespace(&self, namespace: &str) -> Vec<Id<Workload>> {
        let world = &self.lowering.world;
        let here =
            world.workloads.iter().filter(|(_, own)| own.cluster == self.cluster && world.namespaces[own.namespace].name == namespace);
        here.map(|(id, _)| id).collect()
    }
}

/// The name of a way in, for the trail.
fn by_load_balancer(object: &Object) -> String {
    format!("{} by its load balancer", object.title())
}
