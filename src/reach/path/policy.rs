//! Network policies of the pods at either end: what they say of an address outside their cluster.

use super::region::Region;
use super::spot::{Owner, Standing};
use super::way::{Reason, Way};
use crate::model::{AddressSet, Bounds, FlowSet, Id, Traffic, Verdict, Workload};
use crate::reach::policy::{Far, Judge, Judged};
use crate::reach::{Direction, Witness};

/// Who judges pods by network policy. ([`Judge`]; tests put something simpler in its place.)
pub(in crate::reach) trait Guard {
    /// What passes between pods and addresses outside their cluster, by the address; where the pods stand in the way of
    /// that position among [`Workload::footings`], or in some.
    fn outside(&self, workload: Id<Workload>, direction: Direction, footing: Option<usize>) -> Judged<FlowSet>;

    /// Why a packet from or to such an address passes or does not.
    fn reason(&self, workload: Id<Workload>, direction: Direction, footing: Option<usize>, packet: &Witness) -> Reason;
}

impl Guard for Judge<'_> {
    fn outside(&self, workload: Id<Workload>, direction: Direction, footing: Option<usize>) -> Judged<FlowSet> {
        Judge::outside(self, workload, direction, footing)
    }

    fn reason(&self, workload: Id<Workload>, direction: Direction, footing: Option<usize>, packet: &Witness) -> Reason {
        let far = AddressSet::single(if direction == Direction::Egress { packet.destination } else { packet.source });
        let traffic = Traffic::ports(packet.protocol, packet.port, packet.port);
        let hop = self.hop(workload, direction, footing, Far::Outside(&far), &traffic);
        Reason { text: hop.because, origin: hop.origin, assumed: hop.assumed, doubt: hop.gaps.into_iter().collect() }
    }
}

fn pods(standing: &Standing<'_>) -> Option<(Id<Workload>, Option<usize>)> {
    match standing.owner {
        Owner::Pods(id, footing) => Some((id, footing.map(|(number, _)| number))),
        _ => None,
    }
}

pub(super) fn passes_out(way: &Way<'_, '_>) -> Option<Bounds<Region>> {
    let (workload, footing) = pods(way.from)?;
    Some(way.guard.outside(workload, Direction::Egress, footing).bounds.map(Region::towards))
}

pub(super) fn passes_in(way: &Way<'_, '_>) -> Option<Bounds<Region>> {
    let (workload, footing) = pods(way.to)?;
    Some(way.guard.outside(workload, Direction::Ingress, footing).bounds.map(Region::from))
}

pub(super) fn reason_out(way: &Way<'_, '_>, packet: &Witness, _: Verdict) -> Reason {
    pods(way.from).map(|(workload, footing)| way.guard.reason(workload, Direction::Egress, footing, packet)).unwrap_or_default()
}

pub(super) fn reason_in(way: &Way<'_, '_>, packet: &Witness, _: Verdict) -> Reason {
    pods(way.to).map(|(workload, footing)| way.guard.reason(workload, Direction::Ingress, footing, packet)).unwrap_or_default()
}
