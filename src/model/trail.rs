//! Verdicts and their proof.

use super::{Gap, GapKind, Id, Ledger, Origin, Reason, Traffic};

/// The answer to "can this flow happen?". A closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Neither of the others; the last hop of the trail is what stops it.
    Blocked,
    /// Not reachable, but it would be for some value of what the input leaves unknown; the gaps are named.
    Possible,
    /// For some placement, address and source port every hop passes, as far as the input says.
    Reachable,
}

impl Verdict {
    /// The word for it in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Blocked => "blocked",
            Verdict::Possible => "possible",
            Verdict::Reachable => "reachable",
        }
    }
}

/// The kinds of [`Hop`], in the order in which a packet meets them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HopKind {
    /// Policies of the source pod.
    PolicyEgress,
    /// Which address and interface the packet leaves with.
    SourceAddress,
    /// Filters of the source's interface.
    InterfaceFilterEgress,
    /// Filters at the edge of the source's subnet.
    SubnetFilterEgress,
    /// The route there.
    Route,
    /// The border.
    Border,
    /// Filters at the edge of the destination's subnet.
    SubnetFilterIngress,
    /// Filters of the destination's interface.
    InterfaceFilterIngress,
    /// A load balancer or node port that forwards.
    EntryPoint,
    /// Policies of the destination pod.
    PolicyIngress,
    /// The destination itself.
    Endpoint,
    /// The route back.
    ReturnRoute,
    /// Stateless filters on the way back.
    ReturnFilter,
}

impl HopKind {
    /// The word for it in JSON, as the command-line contract spells it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            HopKind::PolicyEgress => "policy-egress",
            HopKind::SourceAddress => "source-address",
            HopKind::InterfaceFilterEgress => "interface-filter-egress",
            HopKind::SubnetFilterEgress => "subnet-filter-egress",
            HopKind::Route => "route",
            HopKind::Border => "border",
            HopKind::SubnetFilterIngress => "subnet-filter-ingress",
            HopKind::InterfaceFilterIngress => "interface-filter-ingress",
            HopKind::EntryPoint => "entry-point",
            HopKind::PolicyIngress => "policy-ingress",
            HopKind::Endpoint => "endpoint",
            HopKind::ReturnRoute => "return-route",
            HopKind::ReturnFilter => "return-filter",
        }
    }
}

/// One step of a trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// What it is.
    pub kind: HopKind,
    /// How it answers: reachable (passes), possible (passes for some value of an unknown), blocked (stops here).
    pub verdict: Verdict,
    /// Why it answers so; its sentence is made by `report`.
    pub reason: Reason,
    /// The line that decides.
    pub origin: Option<Origin>,
    /// Whether the reason is a provider's default that the input does not mention.
    pub assumed: bool,
    /// The gaps that make it uncertain.
    pub gaps: Vec<Id<Gap>>,
}

impl Hop {
    /// Whether something of it is no fact of the input: a default, or a link that is assumed. `ledger` is that of its world.
    #[must_use]
    pub fn rests_on_assumption(&self, ledger: &Ledger) -> bool {
        self.assumed
            || self
                .gaps
                .iter()
                .any(|gap| ledger[*gap].kind == GapKind::AssumedLink)
    }
}

/// A verdict with its proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trail {
    /// The answer.
    pub verdict: Verdict,
    /// What of the traffic asked about passes (may pass, where the verdict is possible).
    pub traffic: Traffic,
    /// The hops; the last one of a blocked flow is what stops it.
    pub hops: Vec<Hop>,
    /// All gaps that stand between, ascending.
    pub gaps: Vec<Id<Gap>>,
}
