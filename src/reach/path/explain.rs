//! One verdict with its proof: the best of all ways.

use super::entry_point;
use super::fabric::Fabric;
use super::nat_gateway;
use super::policy::Guard;
use super::region::Region;
use super::spot::{self, Standing};
use super::walk::{self, Walk};
use super::way::{Way, borders};
use crate::model::{Bounds, Hop, Traffic, Trail, Verdict};
use crate::reach::Party;
use std::cmp::Reverse;

/// Whether `from` can send any of `traffic` to `to`, by the network between them and the policies of both.
pub(in crate::reach) fn explain(
    fabric: &Fabric<'_>,
    guard: &dyn Guard,
    from: &Party,
    to: &Party,
    traffic: &Traffic,
) -> Trail {
    let walks = ways(fabric, guard, from, to, traffic);
    let verdict = walks
        .iter()
        .map(Walk::verdict)
        .max()
        .unwrap_or(Verdict::Blocked);
    let passing: Traffic = walks
        .iter()
        .map(|walk| {
            if verdict == Verdict::Reachable {
                walk.arrives.must.traffic()
            } else {
                walk.arrives.may.traffic()
            }
        })
        .collect();
    let best = walks
        .into_iter()
        .enumerate()
        .min_by_key(|(number, walk)| (Reverse(walk.verdict()), Reverse(walk.progress), *number));
    let hops = best.map(|(_, walk)| walk.hops).unwrap_or_default();
    trail(verdict, passing, hops)
}

/// All walks, in the order of the standings and borders.
pub(super) fn ways(
    fabric: &Fabric<'_>,
    guard: &dyn Guard,
    from: &Party,
    to: &Party,
    traffic: &Traffic,
) -> Vec<Walk> {
    let (sources, destinations) = (spot::sources(fabric, from), spot::destinations(fabric, to));
    let mut out = Vec::new();
    for from in &sources {
        for to in &destinations {
            if !walk::start(from, to, traffic).may.is_empty() {
                out.extend(between(fabric, guard, from, to, traffic, |region| region));
            }
        }
        if let Party::Workload(workload) = to {
            out.extend(entry_point::walks(fabric, guard, from, *workload, traffic));
        }
    }
    out
}

/// The walks from one standing to another, over every border and NAT gateway; `narrow` is applied to what starts on the last
/// stretch.
pub(super) fn between(
    fabric: &Fabric<'_>,
    guard: &dyn Guard,
    from: &Standing<'_>,
    to: &Standing<'_>,
    traffic: &Traffic,
    narrow: impl Fn(Bounds<Region>) -> Bounds<Region>,
) -> Vec<Walk> {
    let direct = borders(fabric, &from.spot, &to.spot)
        .into_iter()
        .map(|border| {
            let way = Way {
                fabric,
                guard,
                from,
                to,
                border,
            };
            walk::told(
                &way,
                walk::pass(&way, narrow(walk::start(from, to, traffic)), |_| true),
            )
        });
    let mut out: Vec<Walk> = direct.collect();
    out.extend(nat_gateway::walks(fabric, guard, from, to, traffic, narrow));
    out
}

/// A trail of hops; its gaps are those of the hops.
pub(super) fn trail(verdict: Verdict, traffic: Traffic, hops: Vec<Hop>) -> Trail {
    let mut gaps: Vec<_> = hops
        .iter()
        .flat_map(|hop| hop.gaps.iter().copied())
        .collect();
    gaps.sort_unstable();
    gaps.dedup();
    if verdict != Verdict::Possible {
        gaps.clear();
    }
    Trail {
        verdict,
        traffic,
        hops,
        gaps,
    }
}
