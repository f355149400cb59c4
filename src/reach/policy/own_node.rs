//! A pod's own node: what comes from it, policies of the cluster's engine always let in (kubernetes.io "Network Policies": traffic from the
//! node where a pod runs is allowed, whatever the policies say). Pods on the host network may be there, and some placement is enough.
//!
//! Some engines let a rule that denies hold for the own node as well. Rules do not tell a pod's own node from others here, so there it is judged as
//! let in: too open, never too safe.

use super::cluster::ClusterPolicies;
use super::pods::ClassPlacement;
use crate::model::Enforced;

impl ClusterPolicies<'_> {
    /// Whether what `from` sends to `to` may come from the node that `to` runs on.
    pub(super) fn may_share_node(&self, from: &ClassPlacement, to: &ClassPlacement) -> bool {
        self.may_be_on_host(from) && from.node_pools.meets(to.node_pools)
    }

    /// Whether policies hold, of pods of the class `from`, for what they send to the node that they run on, and `to` may be there on the host
    /// network; none where they hold as for everything else.
    pub(super) fn to_own_node(
        &self,
        from: &ClassPlacement,
        to: &ClassPlacement,
    ) -> Option<&Enforced> {
        let own = self.world.clusters[self.cluster].to_own_node.as_ref()?;
        (self.may_be_on_host(to) && from.node_pools.meets(to.node_pools)).then_some(own)
    }

    /// Whether some pods are on the host network, or may be.
    pub(super) fn has_host_network(&self) -> bool {
        let mut placements = self.kinds.iter().flatten();
        placements.any(|placement| self.may_be_on_host(placement))
    }

    fn may_be_on_host(&self, placement: &ClassPlacement) -> bool {
        let class = self.pods.classes.get(placement.class);
        class.is_some_and(|own| self.pods.is_on_host(own)) || !placement.outside.is_certain()
    }
}
