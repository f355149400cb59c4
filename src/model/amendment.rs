//! Changes of the input that let less pass: what is to change, not how a file says it.

use super::{
    AddressSet, Cluster, Direction, FlowSet, Id, Namespace, Origin, Place, Policy, Workload,
};

/// A change of the input. Its ids are those of the world that it was proposed for.
#[derive(Clone, Debug)]
pub enum Amendment {
    /// A new policy.
    Separate(Separation),
    /// A rule of a policy lets less pass.
    Narrow(Narrowing),
    /// What should enforce policies in a cluster does.
    Enforce(Id<Cluster>),
    /// A rule of a filter or a route of a table is gone.
    Remove(Origin),
    /// A rule of a filter lets less pass.
    Restrict(Restriction),
}

/// A policy that keeps pods from addresses, and changes nothing else for them.
#[derive(Clone, Debug)]
pub struct Separation {
    /// Name of the policy, free in its namespace.
    pub name: String,
    /// The namespace.
    pub namespace: Id<Namespace>,
    /// The pods; none means every pod of the namespace, those that are still to come included.
    pub pods: Option<Id<Workload>>,
    /// Who opens the connections: pods (egress) or the addresses (ingress).
    pub direction: Direction,
    /// The addresses.
    pub addresses: AddressSet,
    /// What of it stays allowed.
    pub kept: FlowSet,
    /// Whether policies isolate the pods: then a policy that allows everything else would let more pass than before.
    pub isolated: bool,
}

/// A rule that no longer lets pass what goes to addresses, or comes from them.
#[derive(Clone, Debug)]
pub struct Narrowing {
    /// The policy.
    pub policy: Id<Policy>,
    /// Which of its sides.
    pub direction: Direction,
    /// Where the rule, or the peer of it, stands.
    pub rule: Place,
    /// The addresses.
    pub addresses: AddressSet,
    /// What of it stays allowed.
    pub kept: FlowSet,
}

/// A rule of a filter that is about fewer addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restriction {
    /// What declares the rule.
    pub origin: Origin,
    /// Which way the packets go, seen from what carries the filter.
    pub direction: Direction,
    /// The addresses of the other end that it was about.
    pub before: AddressSet,
    /// Those that it stays about; none where the rule goes.
    pub after: AddressSet,
}
