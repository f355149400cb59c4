//! Candidate paths between two places: enumerated, and sent through all hops.

use super::hop_check;
use super::location::EndCandidate;
use super::nat_gateway;
use super::network_index::NetworkIndex;
use super::path_candidate::borders;
use super::pod_policies::PodPolicies;
use super::traversal::{Sent, Stretch, Transit, Traversal};
use crate::model::{EntryPoint, Id, Traffic};

/// Where a candidate path ends.
#[derive(Clone, Copy, Debug)]
pub(super) enum Arrival {
    /// At the destination's own address, in the place of that position.
    Direct(usize),
    /// Through an entry point, by the path of that position.
    Through(Id<EntryPoint>, usize),
}

/// One candidate path between two parties, by the positions of their places.
#[derive(Clone, Copy, Debug)]
pub(super) struct PathKey<'w> {
    /// The position of the source among the places that the sender has.
    pub source: usize,
    pub arrival: Arrival,
    /// From the source to the destination, or to the front of the entry point.
    pub transit: Transit<'w>,
}

/// Every transit between two places: those over borders first, those over NAT gateways last.
pub(super) fn transits<'w>(
    index: &NetworkIndex<'w>,
    from: &EndCandidate<'_>,
    to: &EndCandidate<'_>,
) -> Vec<Transit<'w>> {
    let direct = borders(index, &from.location, &to.location)
        .into_iter()
        .map(Transit::Direct);
    direct
        .chain(nat_gateway::transits(index, &from.location, &to.location))
        .collect()
}

/// The transits between two places on which there are packets of the traffic at all.
pub(super) fn transits_of<'w>(
    index: &NetworkIndex<'w>,
    from: &EndCandidate<'_>,
    to: &EndCandidate<'_>,
    traffic: &Traffic,
) -> impl Iterator<Item = Transit<'w>> {
    let is_meant = |transit: &Transit<'w>| {
        let relay = match transit {
            Transit::Direct(border) => border.relay(),
            Transit::OverNatGateway(..) => None,
        };
        !hop_check::start(from, to, relay, traffic).may.is_empty()
    };
    transits(index, from, to).into_iter().filter(is_meant)
}

/// Sends packets from one place to another.
pub(super) fn traverse<'w>(
    (index, evaluator): (&NetworkIndex<'w>, &dyn PodPolicies),
    (from, to): (&EndCandidate<'w>, &EndCandidate<'w>),
    transit: Transit<'w>,
    sent: Sent<'_>,
) -> Traversal<'w> {
    match transit {
        Transit::Direct(border) => {
            let start = hop_check::start(from, to, border.relay(), sent.traffic);
            let start = (sent.narrow)(start);
            let ends = (from.clone(), to.clone());
            let stretch = Stretch::pass((index, evaluator), ends, border, start, |_| true);
            Traversal::of(None, stretch)
        }
        Transit::OverNatGateway(number, border) => {
            nat_gateway::traverse((index, evaluator), (from, to), (number, border), sent)
        }
    }
}
