//! A pod's own node: what comes from it, policies of the cluster's engine always let in (kubernetes.io "Network Policies": traffic from the
//! node where a pod runs is allowed, whatever the policies say). Pods on the host network may be there, and some placement is enough.
//!
//! Some engines let a rule that denies hold for the own node as well. Rules do not tell a pod's own node from others here, so there it is judged as
//! let in: too open, never too safe.

use super::cluster::ClusterPolicies;
use super::fold::Judged;
use super::pods::Place;
use crate::model::{Attachment, Bounds, Enforced, PodPlacement, Traffic, Workload};
use rustc_hash::FxHashMap;

/// On which nodes pods may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Ground {
    /// On any, as far as the input tells.
    Any,
    /// On those of a pool, by number.
    Pool(usize),
    /// On none: the provider runs them without nodes.
    None,
}

impl Ground {
    /// Whether both may be on one node.
    pub(super) fn meets(self, other: Ground) -> bool {
        match (self, other) {
            (Ground::None, _) | (_, Ground::None) => false,
            (Ground::Pool(own), Ground::Pool(other)) => own == other,
            (Ground::Any, _) | (_, Ground::Any) => true,
        }
    }
}

/// Pools of nodes, by their name and place in the network.
#[derive(Debug, Default)]
pub(super) struct Pools<'w> {
    /// Whether it matters where pods run: some are on the host network.
    matter: bool,
    numbers: FxHashMap<(&'w str, &'w Attachment), usize>,
}

impl<'w> Pools<'w> {
    /// The pools of these workloads.
    pub(super) fn of(mut workloads: impl Iterator<Item = &'w Workload>) -> Self {
        Pools {
            matter: workloads
                .any(|workload| workload.host_network || !workload.outside.is_certain()),
            numbers: FxHashMap::default(),
        }
    }

    /// Where pods of a placement run.
    pub(super) fn ground(&mut self, pod_placement: Option<&'w PodPlacement>) -> Ground {
        let Some(pod_placement) = pod_placement.filter(|_| self.matter) else {
            return Ground::Any;
        };
        let Some(node) = &pod_placement.node else {
            return Ground::None;
        };
        let next = self.numbers.len();
        Ground::Pool(
            *self
                .numbers
                .entry((pod_placement.name.as_str(), node))
                .or_insert(next),
        )
    }
}

/// What passes if policies do not hold there: surely where they surely do not, nothing where they do.
pub(super) fn perhaps(near: Judged<Traffic>, hold: &Enforced) -> Judged<Traffic> {
    match hold {
        Enforced::No(_) => near,
        Enforced::Yes(_) => Judged::default(),
        Enforced::Unknown(_, doubt) => Judged {
            bounds: Bounds {
                must: Traffic::none(),
                may: near.bounds.may,
            },
            doubt: near.doubt.and(doubt),
        },
    }
}

impl ClusterPolicies<'_> {
    /// Whether what `from` sends to `to` may come from the node that `to` runs on.
    pub(super) fn may_share_node(&self, from: &Place, to: &Place) -> bool {
        self.may_be_on_host(from) && from.ground.meets(to.ground)
    }

    /// Whether policies hold, of pods of the class `from`, for what they send to the node that they run on, and `to` may be there on the host
    /// network; none where they hold as for everything else.
    pub(super) fn to_own_node(&self, from: &Place, to: &Place) -> Option<&Enforced> {
        let own = self.world.clusters[self.cluster].to_own_node.as_ref()?;
        (self.may_be_on_host(to) && from.ground.meets(to.ground)).then_some(own)
    }

    /// Whether some pods are on the host network, or may be.
    pub(super) fn has_host_network(&self) -> bool {
        let mut places = self.kinds.iter().flatten();
        places.any(|place| self.may_be_on_host(place))
    }

    fn may_be_on_host(&self, place: &Place) -> bool {
        let stand = self.pods.stands.get(place.stand);
        stand.is_some_and(|own| self.pods.is_on_host(own)) || !place.outside.is_certain()
    }
}
