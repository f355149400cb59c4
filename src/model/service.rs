//! Services: addresses inside a cluster that stand for pods.
//! Source: Kubernetes documentation, "Service", "Virtual IPs and Service Proxies".

use super::{
    AddressSet, Cluster, Doubt, EntryPointTarget, Id, Labels, NamedPort, Namespace, Origin,
    Protocol, Traffic, Workload,
};

/// Pods of a cluster by addresses of their own: what a pod sends to one of them goes to one of the pods instead.
#[derive(Clone, Debug)]
pub struct Service {
    /// The cluster.
    pub cluster: Id<Cluster>,
    /// The namespace.
    pub namespace: Id<Namespace>,
    /// Name of the object.
    pub name: String,
    /// The labels that its selector asks of pods; empty where it has no selector.
    pub selector: Labels,
    /// Its addresses, each as the set of those that it may be: of one where the input tells it. Empty: it has none (headless).
    pub addresses: Vec<AddressSet>,
    /// Its ports; what comes to another port goes nowhere.
    pub ports: Vec<ServicePort>,
    /// The pods behind it.
    pub workloads: Vec<Id<Workload>>,
    /// Why it is not certain that it is so.
    pub doubt: Doubt,
    /// The object.
    pub origin: Origin,
}

/// A port of a [`Service`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ServicePort {
    /// Protocol, of the Service and of the pods.
    pub protocol: Protocol,
    /// The port that clients send to, as a closed range: more than one where the input leaves open which one.
    pub ports: (u16, u16),
    /// The pods' port.
    pub target: EntryPointTarget,
}

impl ServicePort {
    /// What clients send to the port.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        Traffic::ports(self.protocol, self.ports.0, self.ports.1)
    }

    /// The ports of pods that it leads to; none where it is by a name that they do not have.
    #[must_use]
    pub fn pods(&self, named: &[NamedPort]) -> Traffic {
        match &self.target {
            EntryPointTarget::Number(number) => Traffic::ports(self.protocol, *number, *number),
            EntryPointTarget::Unknown => Traffic::protocol(self.protocol),
            EntryPointTarget::Name(name) => named
                .iter()
                .filter(|own| own.name == *name && own.protocol == self.protocol)
                .map(|own| Traffic::ports(own.protocol, own.port, own.port))
                .collect(),
        }
    }
}

/// Why a cluster's policies for egress may be judged by the address of a Service, before it becomes that of a pod.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceAddressing {
    /// Why it is not certain that the cluster's engine does so.
    pub doubt: Doubt,
    /// Why a rule by address may hold for a Service whose address the input does not say.
    pub unresolved: Doubt,
}
