//! Ways into a cluster that are there, but of which the input does not say where they stand or where they lead.

use super::Object;
use crate::ingest::Settings;
use crate::model::{
    AddressSet, Attachment, Cluster, Doubt, EntryPoint, EntryPointTarget, Forwarder, GapKind, Id,
    Network, Note, Origin, Protocol, Workload, World,
};

/// Every port.
const ANY_PORT: (u16, u16) = (1, 65535);

/// A way in that is not known further: it may stand anywhere in the cluster's network, listen on any port and lead to any port
/// of its pods, so that nothing which may come through it is called blocked.
pub struct Undecided<'a> {
    /// The object that opens it.
    pub object: &'a Object,
    /// The network of the cluster's nodes; none where it is in no network of the input, so that nothing comes to its pods at all.
    pub network: Option<Id<Network>>,
    /// Name to print.
    pub name: &'a str,
    /// Why it is not known.
    pub kind: GapKind,
    /// The reason, after the object's title and before `: what comes to pods that way is not known`.
    pub what: &'a str,
    /// The pods behind; none where it leads to no pods of the input.
    pub workloads: Vec<Id<Workload>>,
}

impl Undecided<'_> {
    /// Enters the gap, and the way in for each protocol that Services carry.
    pub fn open(self, world: &mut World) {
        let what = format!(
            "{} {}: what comes to pods that way is not known",
            self.object.title(),
            self.what
        );
        let doubt = world.doubt(self.kind, what, Some(self.object.origin.clone()));
        let Some(network) = self.network.filter(|_| !self.workloads.is_empty()) else {
            return;
        };
        let addresses = world.networks[network].addresses.clone();
        for protocol in [Protocol::TCP, Protocol::UDP] {
            let entry_point = EntryPoint {
                name: self.name.to_owned(),
                kind: "load balancer",
                forwarders: vec![somewhere(
                    network,
                    addresses.clone(),
                    &doubt,
                    &self.object.origin,
                )],
                protocol,
                clients: AddressSet::all(),
                workloads: self.workloads.clone(),
                target: EntryPointTarget::Unknown,
                doubt: doubt.clone(),
                origin: self.object.origin.clone(),
            };
            world.entry_points.push(entry_point);
        }
    }
}

/// Something in a network that listens on any port.
fn somewhere(
    network: Id<Network>,
    addresses: AddressSet,
    doubt: &Doubt,
    origin: &Origin,
) -> Forwarder {
    let note = |text: &str| Note {
        text: text.to_owned(),
        origin: None,
        assumed: true,
    };
    let place = Attachment {
        network,
        subnet: None,
        addresses,
        filters: Vec::new(),
        interface: 0,
        doubt: doubt.clone(),
        origin: Some(origin.clone()),
    };
    Forwarder {
        name: "something that the input does not hold".to_owned(),
        attachments: vec![place],
        ports: ANY_PORT,
        destinations: AddressSet::none(),
        doubt: doubt.clone(),
        keeps_client: false,
        sends: note("a load balancer calls with its own address"),
        admitted: Some(note("what filters it is not known")),
        own_pods: None,
    }
}

/// The pods of an object's namespace: those that Services which an Ingress or Gateway names may select.
#[must_use]
pub fn in_namespace(world: &World, cluster: Id<Cluster>, namespace: &str) -> Vec<Id<Workload>> {
    let here = world.workloads.iter().filter(|(_, own)| {
        own.cluster == cluster && world.namespaces[own.namespace].name == namespace
    });
    here.map(|(id, _)| id).collect()
}

/// Whether an object opens a way into the cluster from outside, and to which pods: Services of the types `NodePort` and
/// `LoadBalancer`, Ingresses, and Gateways, whose routes may stand in any namespace. None where it opens none.
#[must_use]
pub fn opened(
    world: &World,
    cluster: Id<Cluster>,
    settings: &Settings,
    object: &Object,
) -> Option<Vec<Id<Workload>>> {
    match (object.group.as_str(), object.kind.as_str()) {
        ("", "Service") => {
            let opens = matches!(
                object.node.get("spec.type").text(),
                Some("NodePort" | "LoadBalancer")
            );
            opens.then(|| super::service::behind(world, cluster, settings, object).workloads)
        }
        ("networking.k8s.io", "Ingress") => {
            Some(in_namespace(world, cluster, object.namespace_in(settings)))
        }
        ("gateway.networking.k8s.io", "Gateway") => Some(
            world
                .workloads
                .iter()
                .filter(|(_, own)| own.cluster == cluster)
                .map(|(id, _)| id)
                .collect(),
        ),
        _ => None,
    }
}
