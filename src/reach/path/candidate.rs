//! Candidate paths between two standings: enumerated, and sent through all hops.

use super::fabric::Fabric;
use super::nat_gateway;
use super::policy::Guard;
use super::spot::Standing;
use super::traversal::{Sent, Stretch, Transit, Traversal};
use super::walk;
use super::way::borders;
use crate::model::{EntryPoint, Id};

/// Where a candidate path ends.
#[derive(Clone, Copy, Debug)]
pub(super) enum Arrival {
    /// At the destination's own address, in the place of that position.
    Direct(usize),
    /// Through an entry point, by the passageway of that position.
    Through(Id<EntryPoint>, usize),
}

/// One candidate path between two parties, by the positions of their places.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate<'w> {
    /// The position of the source among the places that the sender has.
    pub source: usize,
    pub arrival: Arrival,
    /// From the source to the destination, or to the front of the entry point.
    pub transit: Transit<'w>,
}

/// Every transit between two standings: those over borders first, those over NAT gateways last.
pub(super) fn transits<'w>(
    fabric: &Fabric<'w>,
    from: &Standing<'_>,
    to: &Standing<'_>,
) -> Vec<Transit<'w>> {
    let direct = borders(fabric, &from.spot, &to.spot)
        .into_iter()
        .map(Transit::Direct);
    direct
        .chain(nat_gateway::transits(fabric, &from.spot, &to.spot))
        .collect()
}

/// Sends packets from one standing to another.
pub(super) fn traverse<'w>(
    (fabric, guard): (&Fabric<'w>, &dyn Guard),
    (from, to): (&Standing<'w>, &Standing<'w>),
    transit: Transit<'w>,
    sent: Sent<'_>,
) -> Traversal<'w> {
    match transit {
        Transit::Direct(border) => {
            let start = (sent.narrow)(walk::start(from, to, sent.traffic));
            let ends = (from.clone(), to.clone());
            let stretch = Stretch::pass((fabric, guard), ends, border, start, |_| true);
            Traversal::of(None, stretch)
        }
        Transit::OverNatGateway(number, border) => {
            nat_gateway::traverse((fabric, guard), (from, to), (number, border), sent)
        }
    }
}
