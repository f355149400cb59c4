//! Network policies of a cluster, whatever their kind: tiers of ordered rules.
//!
//! How a direction of a pod is decided: tiers by ascending [`Tier::rank`]; within a tier the rules of all policies that
//! select the pod, by ([`Policy::order`], [`PolicyRule::order`], position); the first rule that matches decides, `Pass`
//! leaves the tier for the next. What no rule of a tier matches is denied there if one of the tier's policies isolates
//! the pod in that direction, else goes to the next tier. After the last tier everything is allowed.
//! (NetworkPolicy: one tier of allows that isolate. AdminNetworkPolicy: a tier that never isolates.)

use super::{
    AddressSet, Cluster, Direction, Doubt, Id, Namespace, Origin, Protocol, Selector, Traffic,
};

/// A stage of policy evaluation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tier {
    /// Lower ranks decide first. NetworkPolicy stands at [`Tier::NAMESPACED`].
    pub rank: u32,
    /// Name for the trail.
    pub name: String,
    /// Whether it holds where the cluster's engine enforces nothing, since something else enforces it. Tiers of one rank are alike in this.
    /// What such a tier lets pass still has to pass the others: no rule of it allows finally.
    pub enforced_by_mesh: bool,
}

impl Tier {
    /// Rank of NetworkPolicy and all that stands beside it.
    pub const NAMESPACED: u32 = 1_000_000;

    /// The tier of NetworkPolicy.
    #[must_use]
    pub fn namespaced() -> Self {
        Tier {
            rank: Self::NAMESPACED,
            name: "NetworkPolicy".to_owned(),
            enforced_by_mesh: false,
        }
    }
}

/// A policy object.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The cluster.
    pub cluster: Id<Cluster>,
    /// Kind of the object; [`Policy::NO_OBJECT`] where it is no policy.
    pub kind: &'static str,
    /// Name of the object.
    pub name: String,
    /// Namespace of the object; none where its kind has none.
    pub namespace: Option<Id<Namespace>>,
    /// The stage it belongs to.
    pub tier: Tier,
    /// Place among the policies of its tier: lower first, then by name.
    pub order: i64,
    /// Pods it is about, its own namespace included in the condition. Pods on the host network never are.
    pub subject: Selector,
    /// What it says of packets to the pods; none where it says nothing.
    pub ingress: Option<PolicySide>,
    /// What it says of packets from the pods; none where it says nothing.
    pub egress: Option<PolicySide>,
    /// Why it has no effect (its engine is not in the cluster); none where it has.
    pub inert: Option<String>,
    /// Why the policy is not understood as a whole: it may isolate, allow and deny anything for the pods it is about.
    pub doubt: Doubt,
    /// Why it is not certain where it stands among the policies of its order: those that share a gap of it may decide before it, or after it. None
    /// where its place is certain.
    pub order_doubt: Doubt,
    /// The object.
    pub origin: Origin,
}

impl Policy {
    /// The kind of what holds for pods though no policy object says it: a setting, or an object that is no policy.
    pub const NO_OBJECT: &str = "default";

    /// What it says of one direction; none where it says nothing.
    #[must_use]
    pub fn side(&self, direction: Direction) -> Option<&PolicySide> {
        match direction {
            Direction::Ingress => self.ingress.as_ref(),
            Direction::Egress => self.egress.as_ref(),
        }
    }
}

/// One direction of a [`Policy`].
#[derive(Clone, Debug)]
pub struct PolicySide {
    /// Whether what no rule of the tier matches is denied.
    pub isolates: bool,
    /// The rules, in the order of the object.
    pub rules: Vec<PolicyRule>,
    /// The line that opens the direction.
    pub origin: Origin,
}

/// What a policy rule does with what it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyAction {
    /// Lets pass, finally.
    Allow,
    /// Drops, finally.
    Deny,
    /// Leaves the tier.
    Pass,
}

/// One rule of a policy.
#[derive(Clone, Debug)]
pub struct PolicyRule {
    /// Place among all rules of the policies of equal [`Policy::order`] in the tier, before position (deny rules that beat every allow stand lower).
    pub order: u32,
    /// What it does.
    pub action: PolicyAction,
    /// Further condition on the pod that the policy is about.
    pub subject: Selector,
    /// The other end.
    pub peer: PolicyPeer,
    /// The packets: numbered.
    pub traffic: Traffic,
    /// The packets: destination ports by name, looked up in the destination pod. Added to `traffic`.
    pub named_ports: Vec<PortName>,
    /// Why it is not certain: it may match less or nothing (names resolved at run time, layer 7).
    pub doubt: Doubt,
    /// The line of the rule.
    pub origin: Origin,
}

/// A destination port by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortName {
    /// The name.
    pub name: String,
    /// Its protocol; none means any.
    pub protocol: Option<Protocol>,
}

/// A condition on the other end of a flow: a pod of the same cluster, a node, or an address outside.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyPeer {
    /// Anyone.
    Anyone,
    /// A pod of the cluster that is not on the host network, and that the selector holds for.
    Pods(Selector),
    /// A pod of the cluster on the host network that the selector holds for, by its node's address: and so whoever else has that
    /// address, the node itself and the other pods on the host network there. Some pod of the input is such a one.
    NodesOfPods(Selector),
    /// A node of the cluster (and so the pods on the host network) whose labels the selector holds for; labels of nodes
    /// are not in the input, so any selector but [`Selector::Everything`] holds for some.
    Nodes(Selector),
    /// Someone at one of the addresses. Pods are matched by address only where the cluster's engine does so.
    Addresses(AddressSet),
    /// Someone at one of the addresses, pods always matched by their address.
    AddressesOfPodsToo(AddressSet),
    /// Someone outside the cluster: neither pod nor node.
    World,
    /// The condition does not hold.
    Not(Box<PolicyPeer>),
    /// All of them hold; holds where there are none.
    All(Vec<PolicyPeer>),
    /// One of them holds; does not hold where there are none.
    Any(Vec<PolicyPeer>),
}
