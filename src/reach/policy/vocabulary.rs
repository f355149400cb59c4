//! The words that selectors of a cluster mention, and pods reduced to them.
//!
//! Two pods that differ only in what no selector, port name or rule mentions cannot be told apart by any policy.

use crate::model::{
    EntryPointTarget, Labels, LabelsOf, NamedPort, Policy, PolicyPeer, PolicyRule, Selected,
    Selector, Service, Workload,
};
use std::collections::{BTreeMap, BTreeSet};

/// What is asked of the value of a label.
#[derive(Debug, Default)]
struct Asked {
    /// Values that are compared with.
    values: BTreeSet<String>,
    /// Whether parts of the value are looked at.
    parts: bool,
}

/// Everything that the policies of a cluster can ask of a pod.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    labels: BTreeMap<(LabelsOf, String), Asked>,
    namespaces: BTreeSet<String>,
    service_accounts: BTreeSet<String>,
    ports: BTreeSet<String>,
}

/// Labels as far as they are mentioned: none stands for a value that nothing is compared with.
type Reduced = Vec<(String, Option<String>)>;

/// A pod reduced to what can be asked of it: pods with equal traits are matched by the same policies and rules.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Traits {
    namespace: Option<String>,
    service_account: Option<String>,
    labels: [Reduced; 3],
    /// Named ports that some rule names, ascending, without repetition.
    pub(super) ports: Vec<NamedPort>,
    /// Whether it is on the host network.
    pub(super) host_network: bool,
    /// The classes of Services that lead to it, as far as policies see them.
    pub(super) services: Vec<usize>,
}

impl Vocabulary {
    /// The words of the policies.
    pub(super) fn of<'p>(policies: impl Iterator<Item = &'p Policy>) -> Self {
        let mut out = Self::default();
        for policy in policies {
            out.selector(&policy.subject);
            policy
                .ingress
                .iter()
                .chain(&policy.egress)
                .flat_map(|side| &side.rules)
                .for_each(|rule| out.rule(rule));
        }
        out
    }

    /// Adds the ports that Services lead to by name.
    pub(super) fn add_ports<'p>(&mut self, services: impl Iterator<Item = &'p Service>) {
        let ports = services.flat_map(|service| &service.ports);
        let names = ports.filter_map(|port| match &port.target {
            EntryPointTarget::Name(name) => Some(name.clone()),
            _ => None,
        });
        self.ports.extend(names);
    }

    fn rule(&mut self, rule: &PolicyRule) {
        self.selector(&rule.subject);
        self.peer(&rule.peer);
        self.ports
            .extend(rule.named_ports.iter().map(|port| port.name.clone()));
    }

    fn peer(&mut self, peer: &PolicyPeer) {
        match peer {
            PolicyPeer::Pods(selector) | PolicyPeer::NodesOfPods(selector) => {
                self.selector(selector)
            }
            PolicyPeer::Not(inner) => self.peer(inner),
            PolicyPeer::All(parts) | PolicyPeer::Any(parts) => {
                parts.iter().for_each(|part| self.peer(part))
            }
            PolicyPeer::Anyone
            | PolicyPeer::Nodes(_)
            | PolicyPeer::Addresses(_)
            | PolicyPeer::AddressesOfPodsToo(_)
            | PolicyPeer::World => {}
        }
    }

    fn asked(&mut self, of: LabelsOf, key: &str) -> &mut Asked {
        self.labels.entry((of, key.to_owned())).or_default()
    }

    fn selector(&mut self, selector: &Selector) {
        match selector {
            Selector::Everything | Selector::Nothing => {}
            Selector::InNamespace(name) => self.namespaces.extend([name.clone()]),
            Selector::HasServiceAccount(name) => self.service_accounts.extend([name.clone()]),
            Selector::In(of, key, values) => {
                self.asked(*of, key).values.extend(values.iter().cloned())
            }
            Selector::Exists(of, key) => {
                self.asked(*of, key);
            }
            Selector::Contains(of, key, _)
            | Selector::StartsWith(of, key, _)
            | Selector::EndsWith(of, key, _) => {
                self.asked(*of, key).parts = true;
            }
            Selector::Not(inner) => self.selector(inner),
            Selector::All(parts) | Selector::Any(parts) => {
                parts.iter().for_each(|part| self.selector(part))
            }
        }
    }

    fn reduced(&self, of: LabelsOf, labels: &Labels) -> Reduced {
        let known = labels.iter().filter_map(|(key, value)| {
            self.labels
                .get(&(of, key.clone()))
                .map(|asked| (key, value, asked))
        });
        known
            .map(|(key, value, asked)| {
                (
                    key.clone(),
                    (asked.parts || asked.values.contains(value)).then(|| value.clone()),
                )
            })
            .collect()
    }

    /// A Service, reduced to what can be asked of its selector.
    pub(super) fn service(&self, service: Selected<'_>) -> Traits {
        self.reduced_traits(service)
    }

    /// The pods of a workload, reduced. `services`: the classes of Services that lead to them, ascending.
    pub(super) fn traits(
        &self,
        pod: Selected<'_>,
        workload: &Workload,
        services: Vec<usize>,
    ) -> Traits {
        let mut ports: Vec<_> = workload
            .named_ports
            .iter()
            .filter(|port| self.ports.contains(&port.name))
            .cloned()
            .collect();
        ports.sort_unstable();
        ports.dedup();
        Traits {
            ports,
            host_network: workload.host_network,
            services,
            ..self.reduced_traits(pod)
        }
    }

    fn reduced_traits(&self, pod: Selected<'_>) -> Traits {
        let named = |set: &BTreeSet<String>, name: &str| set.get(name).cloned();
        Traits {
            namespace: named(&self.namespaces, pod.namespace),
            service_account: named(&self.service_accounts, pod.service_account),
            labels: [
                self.reduced(LabelsOf::Pod, pod.pod),
                self.reduced(LabelsOf::Namespace, pod.namespace_labels),
                self.reduced(LabelsOf::ServiceAccount, pod.service_account_labels),
            ],
            ports: Vec::new(),
            host_network: false,
            services: Vec::new(),
        }
    }
}
