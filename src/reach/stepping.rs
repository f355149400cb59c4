//! Chains by which a workload reaches across a border through other pods and resources.

use super::Party;
use crate::model::{Border, Bounds, Id, Protocol, Traffic, Verdict, Workload};

/// Far sides that workloads cannot send to themselves, but that they come to by way of others on its side of the border: pods,
/// or resources from which one can go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SteppingStones {
    /// Where it may start: workloads that policies and the network do not tell apart, ascending; never empty.
    pub starts: Vec<Id<Workload>>,
    /// Who stands in between, in order, workloads and resources; never empty. Each can open a connection to the next, the
    /// last one to the far side.
    pub through: Vec<Party>,
    /// The far sides, alike to the network: resources, or the addresses of one network; never empty.
    pub fars: Vec<Party>,
    /// Borders of the last step; ascending.
    pub borders: Vec<Id<Border>>,
    /// What passes on the last step.
    pub traffic: Traffic,
    /// That of the weakest step: reachable where every one is and each in between surely lets go on, else possible.
    pub verdict: Verdict,
}

impl SteppingStones {
    /// Each start with each far side.
    pub fn pairs(&self) -> impl Iterator<Item = (Id<Workload>, &Party)> {
        let of = |start: &Id<Workload>| {
            let start = *start;
            self.fars.iter().map(move |far| (start, far))
        };
        self.starts.iter().flat_map(of)
    }

    /// How surely what passes lets a connection be opened.
    #[must_use]
    pub fn connects(passes: &Bounds<Traffic>) -> Verdict {
        let connections = Self::connections();
        let some = |traffic: &Traffic| !traffic.intersection(&connections).is_empty();
        match (some(&passes.must), some(&passes.may)) {
            (true, _) => Verdict::Reachable,
            (false, true) => Verdict::Possible,
            (false, false) => Verdict::Blocked,
        }
    }

    /// What gets one into what stands in between: everything but ICMP, whose messages carry nothing to go on with.
    #[must_use]
    pub fn connections() -> Traffic {
        let messages = [Protocol::ICMP, Protocol::ICMPV6].map(Traffic::protocol);
        messages
            .iter()
            .fold(Traffic::all(), |sum, one| sum.difference(one))
    }
}
