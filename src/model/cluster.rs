//! Clusters, namespaces and workloads.

use super::{
    AddressSet, Doubt, Endpoint, Enforced, Id, Origin, PodPlacements, PodPrivileges, Protocol,
};
use std::collections::BTreeMap;

/// Labels of an object, by key.
pub type Labels = BTreeMap<String, String>;

/// A Kubernetes cluster.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// Terraform address, or empty where the input holds no cluster resource.
    pub name: String,
    /// The cluster's own name, where known.
    pub title: Option<String>,
    /// The policy engine by the one word that its makers use; `unknown engine` where manifests stand alone.
    pub engine: String,
    /// Whether the engine enforces, for pods that have no placement of their own to say otherwise.
    pub enforced: Enforced,
    /// Whether a policy's address blocks match pods by their addresses.
    pub blocks_match_pods: bool,
    /// Whether policies hold for what a pod sends to its own node, and so to pods on the host network there; none where they hold as for
    /// everything else.
    pub to_own_node: Option<Enforced>,
    /// Why rules by address may hold for pods and nodes of the cluster: the input does not say the addresses of all of them. None where it does,
    /// and where no rule asks.
    pub unresolved: Doubt,
    /// The API server as an endpoint, where the input tells.
    pub api_server: Option<Id<Endpoint>>,
    /// Where it is declared.
    pub origin: Option<Origin>,
}

/// A namespace of a cluster, declared or only named by another object.
#[derive(Clone, Debug)]
pub struct Namespace {
    /// The cluster.
    pub cluster: Id<Cluster>,
    /// Its name.
    pub name: String,
    /// Its labels, `kubernetes.io/metadata.name` always among them.
    pub labels: Labels,
    /// Annotations, by key.
    pub annotations: Labels,
    /// Whether a Namespace object stands in the input.
    pub declared: bool,
    /// The Namespace object, else the first object that names it.
    pub origin: Option<Origin>,
}

/// A named port of a pod.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NamedPort {
    /// Its name.
    pub name: String,
    /// Its protocol.
    pub protocol: Protocol,
    /// The container's port.
    pub port: u16,
}

/// Pods made from one template.
#[derive(Clone, Debug)]
pub struct Workload {
    /// The cluster.
    pub cluster: Id<Cluster>,
    /// The namespace.
    pub namespace: Id<Namespace>,
    /// Name of the object.
    pub name: String,
    /// Kind of the object: `Deployment`, `Pod`.
    pub kind: String,
    /// Labels of the pods, not of the object.
    pub labels: Labels,
    /// Annotations of the pods.
    pub annotations: Labels,
    /// Name of the service account (`default` where none is named).
    pub service_account: String,
    /// Labels of the ServiceAccount object; empty where it is not in the input.
    pub service_account_labels: Labels,
    /// Named ports of all containers, sidecars included; one name may stand for several.
    pub named_ports: Vec<NamedPort>,
    /// Whether the pods use their node's network.
    pub host_network: bool,
    /// Why the pods may be on the host network after all, outside of policy; none where the input tells.
    pub outside: Doubt,
    /// What the pods ask for that most do without.
    pub privileges: PodPrivileges,
    /// Addresses of the pods where the input tells (`status.podIPs`); else empty.
    pub addresses: AddressSet,
    /// Ways in which the pods may stand in the network; empty where no cloud input is tied to the cluster.
    pub pod_placements: PodPlacements,
    /// The object; its place is that of `metadata.name`'s value.
    pub origin: Origin,
}
