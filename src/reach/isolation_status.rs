//! Whether pods and namespaces are isolated by policies or open.

use crate::model::{Bounds, Doubt, Id, Origin, Policy, Workload};

/// Whether the policies of a cluster isolate the pods of a workload in one direction.
///
/// Whether anything enforces these policies is told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IsolationStatus {
    /// Whether what no rule names is denied: surely, and possibly.
    pub isolated: Bounds<bool>,
    /// The policies that isolate; by kind and name.
    pub by: Vec<Id<Policy>>,
    /// A rule that allows everyone everything, so that the isolation has no effect; none where it has one.
    pub nullified: Option<Nullified>,
    /// Why `isolated` is not certain.
    pub doubt: Doubt,
}

/// A rule that makes an isolation empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nullified {
    /// Its policy.
    pub policy: Id<Policy>,
    /// Its line.
    pub origin: Origin,
}

/// Whether a namespace has policies and isolates its pods: what the checks for missing policies ask (CIS Kubernetes benchmark 5.3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamespaceIsolation {
    /// Effective policies of any kind that select pods of the namespace (where it has none: that would select a pod
    /// without labels); by kind and name. Empty: the namespace has no policy.
    pub policies: Vec<Id<Policy>>,
    /// Packets towards its pods.
    pub ingress: DirectionIsolation,
    /// Packets from its pods.
    pub egress: DirectionIsolation,
    /// Workloads on the host network, outside of policy; not judged above.
    pub host_network: Vec<Id<Workload>>,
    /// Whether the namespace has no workload that policies could hold for, so that a pod without labels stood for it.
    pub empty: bool,
}

/// One direction of a [`NamespaceIsolation`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectionIsolation {
    /// Workloads that are surely not isolated.
    pub open: Vec<Id<Workload>>,
    /// Workloads that may be isolated or not, because of `doubt`.
    pub uncertain: Vec<Id<Workload>>,
    /// Whether a new pod without labels would be isolated: surely, and possibly.
    pub new_pods_isolated: Bounds<bool>,
    /// Rules that make the isolation of some workload (where there is none: of a new pod) empty.
    pub nullified: Vec<Nullified>,
    /// Why some of it is not certain.
    pub doubt: Doubt,
}

impl DirectionIsolation {
    /// Whether some pod of the namespace is surely open; `empty` as in [`NamespaceIsolation::empty`].
    #[must_use]
    pub fn is_open(&self, empty: bool) -> bool {
        !self.open.is_empty() || empty && !self.new_pods_isolated.may
    }
}
