//! Network policies of the pods at either end: what they say of an address outside their cluster.

use super::region::Region;
use super::spot::{Owner, Standing};
use super::way::{Reason, Way};
use crate::model::{Bounds, FlowSet, Id, Verdict, Workload};
use crate::reach::policy::{Judge, Judged};
use crate::reach::{Direction, Witness};

/// Who judges pods by network policy. ([`Judge`]; tests put something simpler in its place.)
pub(super) trait Guard {
    /// What passes between pods and addresses outside their cluster, by the address; where the pods stand in the way of
    /// that position among [`Workload::footings`], or in some.
    fn outside(&self, workload: Id<Workload>, direction: Direction, footing: Option<usize>) -> Judged<FlowSet>;

    /// Why a packet from or to such an address passes or does not.
    fn reason(&self, workload: Id<Workload>, direction: Direction, footing: Option<usize>, packet: &Witness) -> Reason;
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
