//! Policies and rules that do not do what they say: what only the whole world can tell.

use super::Direction;
use crate::model::{Id, Origin, Policy};

/// One remark about a policy or one of its rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lint {
    /// What sort of remark it is.
    pub kind: LintKind,
    /// The policy.
    pub policy: Id<Policy>,
    /// The direction of the rule; none where the policy as a whole is meant.
    pub direction: Option<Direction>,
    /// Position of the rule in its direction, from 0; none where the policy as a whole is meant.
    pub rule: Option<usize>,
    /// One sentence without a full stop.
    pub because: String,
    /// The line: of the rule, else of the policy.
    pub origin: Origin,
    /// Lines of what it is about besides: the rule that shadows it, the pods that are meant.
    pub related: Vec<Origin>,
}

/// The sorts of [`Lint`]: a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LintKind {
    /// The policy has no effect, since its engine is not in the cluster.
    Inert,
    /// The policy is about pods, and the input holds none of them where they would have to be.
    SelectsNothing,
    /// The rule names pods, and the input holds none of them where they would have to be.
    MatchesNobody,
    /// The rule names pods that only another cluster has: labels do not cross clusters.
    OtherCluster,
    /// None of the pods that receive the packets has a port of the rule's names.
    UnknownPort,
    /// The rule's private addresses lie in no network of the input and behind no route.
    OutsideNetworks,
    /// The rule names addresses of pods whose packets arrive with their nodes' addresses.
    Translated,
    /// Other rules decide about every packet of the rule before it.
    Shadowed,
    /// Two policies of equal rank disagree, and which of them decides is not defined.
    Contradiction,
}

impl LintKind {
    /// The word for it in reports, in kebab case.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            LintKind::Inert => "inert",
            LintKind::SelectsNothing => "selects-nothing",
            LintKind::MatchesNobody => "matches-nobody",
            LintKind::OtherCluster => "other-cluster",
            LintKind::UnknownPort => "unknown-port",
            LintKind::OutsideNetworks => "outside-networks",
            LintKind::Translated => "translated",
            LintKind::Shadowed => "shadowed",
            LintKind::Contradiction => "contradiction",
        }
    }
}
