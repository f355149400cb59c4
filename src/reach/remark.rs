//! Policies and rules that do not do what they say: what only the whole world can tell.

use crate::model::{AddressSet, Direction, Id, Origin, Policy, Workload};

/// One remark about a policy or one of its rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// What sort of remark it is.
    pub kind: RemarkKind,
    /// The policy.
    pub policy: Id<Policy>,
    /// The direction of the rule; none where the policy as a whole is meant.
    pub direction: Option<Direction>,
    /// Position of the rule in its direction, from 0; none where the policy as a whole is meant.
    pub rule: Option<usize>,
    /// The line: of the rule, else of the policy.
    pub origin: Origin,
    /// Lines of what it is about besides: the rule that shadows it, the pods that are meant.
    pub related: Vec<Origin>,
}

/// The sorts of [`Remark`]: a closed list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RemarkKind {
    /// The policy has no effect, since its engine is not in the cluster.
    Inert,
    /// The policy is about pods, and the input holds none of them where they would have to be: none at all, or only pods on
    /// the host network.
    SelectsNothing {
        /// Whether it selects pods on the host network.
        host_network: bool,
    },
    /// The rule names pods, and the input holds none of them where they would have to be.
    MatchesNobody,
    /// The rule names pods that only another cluster has: labels do not cross clusters.
    OtherCluster {
        /// Such pods.
        workload: Id<Workload>,
    },
    /// None of the pods that receive the packets has a port of the rule's names.
    UnknownPort,
    /// The rule's private addresses lie in no network of the input and behind no route.
    OutsideNetworks {
        /// The addresses.
        addresses: AddressSet,
    },
    /// The rule names addresses of pods whose packets arrive with their nodes' addresses.
    Translated {
        /// Such pods.
        workload: Id<Workload>,
        /// Their nodes' addresses.
        nodes: AddressSet,
    },
    /// Other rules decide about every packet of the rule before it.
    Shadowed {
        /// The policy of the first of them.
        by: Id<Policy>,
        /// The position of that rule in its direction; none where the policy as a whole decides.
        rule: Option<usize>,
    },
    /// Two policies of equal rank disagree, and which of them decides is not defined.
    Contradiction {
        /// The other policy.
        other: Id<Policy>,
    },
}

impl RemarkKind {
    /// The word for it in reports, in kebab case.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            RemarkKind::Inert => "inert",
            RemarkKind::SelectsNothing { .. } => "selects-nothing",
            RemarkKind::MatchesNobody => "matches-nobody",
            RemarkKind::OtherCluster { .. } => "other-cluster",
            RemarkKind::UnknownPort => "unknown-port",
            RemarkKind::OutsideNetworks { .. } => "outside-networks",
            RemarkKind::Translated { .. } => "translated",
            RemarkKind::Shadowed { .. } => "shadowed",
            RemarkKind::Contradiction { .. } => "contradiction",
        }
    }
}
