//! How pods and namespaces stand: isolated by policies or open.

use crate::model::{Bounds, Doubt, Enforced, Id, Origin, Policy, Workload};

/// How one direction of a workload's pods stands under the policies of its cluster.
///
/// Whether anything enforces the policies is apart, in `enforced`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whether what no rule names is denied: surely, and possibly.
    pub isolated: Bounds<bool>,
    /// The policies that isolate; by kind and name.
    pub by: Vec<Id<Policy>>,
    /// The rule that lets everyone send everything all the same; none where isolation has an effect.
    pub nullified: Option<Nullified>,
    /// Whether policies hold, for each way in which the pods may stand, without repetition.
    pub enforced: Vec<Enforced>,
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

/// How a namespace stands: what the checks for missing policies ask (CIS Kubernetes benchmark 5.3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamespaceStanding {
    /// Effective policies of any kind that select pods of the namespace (where it has none: that would select a pod
    /// without labels); by kind and name. Empty: the namespace has no policy.
    pub policies: Vec<Id<Policy>>,
    /// Packets towards its pods.
    pub ingress: DirectionStanding,
    /// Packets from its pods.
    pub egress: DirectionStanding,
    /// Workloads on the host network, outside of policy; not judged above.
    pub host_network: Vec<Id<Workload>>,
    /// Whether the namespace has no workload that policies could hold for, so that a pod without labels stood for it.
    pub empty: bool,
}

/// One direction of a [`NamespaceStanding`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectionStanding {
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

impl DirectionStanding {
    /// Whether some pod of the namespace is surely open; `empty` as in [`NamespaceStanding::empty`].
    #[must_use]
    pub fn is_open(&self, empty: bool) -> bool {
        !self.open.is_empty() || empty && !self.new_pods_isolated.may
    }
}
