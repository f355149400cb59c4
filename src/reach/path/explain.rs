//! One verdict with its proof: candidates are compared by what passes, and only the best one gets hops.

use super::candidate;
use super::crossing::Extent;
use super::entry_point;
use super::evidence::Evidence;
use super::far::Actor;
use super::hop_check;
use super::network_index::NetworkIndex;
use super::packet_set::PacketSet;
use super::places;
use super::pod_policies::PodPolicies;
use super::table::Crossings;
use super::traversal::{Sent, Traversal, verdict};
use crate::model::{AddressSet, Bounds, Gap, Hop, HopKind, Id, Reason, Traffic, Trail, Verdict};
use crate::reach::Party;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Whether `from` can send any of `traffic` to `to`, by the network between them and the policies of both.
pub(in crate::reach) fn explain(
    crossings: &Crossings<'_, '_>,
    from: &Party,
    to: &Party,
    traffic: &Traffic,
) -> Trail {
    let (source, destination) = (crossings.presence(from), crossings.presence(to));
    let asked = PacketSet::of(AddressSet::all(), AddressSet::all(), traffic.clone());
    let asked = Bounds::exact(asked);
    let mut best = None;
    let mut answer = Verdict::Blocked;
    let mut passing = Vec::new();
    for found in crossings.candidates(&source, &destination, Extent::All) {
        let bounds = found.bounds.zip(&asked, PacketSet::intersection);
        let own = verdict(&bounds);
        if own > answer {
            (answer, best) = (own, Some(found.candidate));
            passing.clear();
        }
        if own == answer && own != Verdict::Blocked {
            let bound = if own == Verdict::Reachable {
                bounds.must
            } else {
                bounds.may
            };
            passing.push(bound.traffic());
        }
    }
    let (index, evaluator) = (crossings.index, crossings.evaluator);
    let actors = (Actor::Party(from), Actor::Party(to));
    let shown =
        best.and_then(|candidate| crossings.traversal(actors, candidate, Sent::all(traffic)));
    let Some(shown) = shown else {
        return stopped(
            furthest(index, evaluator, from, to, traffic),
            index,
            evaluator,
        );
    };
    let (answer, hops) = proved(answer, shown.verdict(), shown.hops(index, evaluator));
    trail(answer, passing.into_iter().collect(), hops)
}

/// The trail of the traversal that comes furthest.
fn stopped<'w>(
    shown: Option<Traversal<'w>>,
    index: &NetworkIndex<'w>,
    evaluator: &dyn PodPolicies,
) -> Trail {
    let Some(shown) = shown else {
        return trail(Verdict::Blocked, Traffic::none(), Vec::new());
    };
    let answer = shown.verdict();
    let bound = if answer == Verdict::Reachable {
        &shown.arrives.must
    } else {
        &shown.arrives.may
    };
    trail(answer, bound.traffic(), shown.hops(index, evaluator))
}

/// The verdict that hops prove of what candidates let pass: no surer than either. Where the hops stop what may pass all the
/// same, the verdict is possible, without a path.
pub(super) fn proved(answer: Verdict, shows: Verdict, mut hops: Vec<Hop>) -> (Verdict, Vec<Hop>) {
    if shows != Verdict::Blocked {
        return (answer.min(shows), hops);
    }
    hops.retain(|hop| hop.verdict != Verdict::Blocked);
    hops.push(hop_check::hop(
        HopKind::Endpoint,
        Verdict::Possible,
        Evidence::new(Reason::Unproved),
    ));
    (Verdict::Possible, hops)
}

/// The traversal that comes furthest, the first of several.
fn furthest<'w>(
    index: &NetworkIndex<'w>,
    evaluator: &dyn PodPolicies,
    from: &Party,
    to: &Party,
    traffic: &Traffic,
) -> Option<Traversal<'w>> {
    let all = traversals(index, evaluator, from, to, traffic).into_iter();
    all.enumerate()
        .min_by_key(|(number, traversal)| {
            (
                Reverse(traversal.verdict()),
                Reverse(traversal.progress),
                *number,
            )
        })
        .map(|(_, traversal)| traversal)
}

/// Every candidate sent through all hops, in the order of the places and borders.
pub(super) fn traversals<'w>(
    index: &NetworkIndex<'w>,
    evaluator: &dyn PodPolicies,
    from: &Party,
    to: &Party,
    traffic: &Traffic,
) -> Vec<Traversal<'w>> {
    let (sources, destinations) = (
        places::sources(index, from),
        places::destinations(index, to),
    );
    let sent = Sent::all(traffic);
    let mut out = Vec::new();
    for from in &sources {
        for to in &destinations {
            let transits = candidate::transits_of(index, from, to, traffic);
            out.extend(
                transits.map(|transit| {
                    candidate::traverse((index, evaluator), (from, to), transit, sent)
                }),
            );
        }
        if let Party::Workload(workload) = to {
            for id in index.entry_points(*workload) {
                for entry_point_path in entry_point::entry_point_paths(index, *workload, *id) {
                    let through = (from, &entry_point_path);
                    let transits = entry_point::transits(index, from, &entry_point_path, traffic);
                    out.extend(transits.into_iter().filter_map(|transit| {
                        entry_point::traverse((index, evaluator), through, transit, sent)
                    }));
                }
            }
        }
    }
    out
}

/// A trail of hops; its gaps are those of the hops.
pub(super) fn trail(verdict: Verdict, traffic: Traffic, hops: Vec<Hop>) -> Trail {
    Trail {
        verdict,
        traffic,
        gaps: gaps(verdict, &hops),
        hops,
    }
}

/// The gaps of hops, ascending, where they stand between the verdict and certainty.
pub(super) fn gaps(verdict: Verdict, hops: &[Hop]) -> Vec<Id<Gap>> {
    if verdict != Verdict::Possible {
        return Vec::new();
    }
    let gaps: BTreeSet<Id<Gap>> = hops
        .iter()
        .flat_map(|hop| hop.gaps.iter().copied())
        .collect();
    gaps.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Ledger;

    fn hop(verdict: Verdict) -> Hop {
        Hop {
            kind: HopKind::Route,
            verdict,
            reason: Reason::BeyondInput,
            origin: None,
            assumed: false,
            gaps: Vec::new(),
        }
    }

    #[test]
    fn what_hops_cannot_show_is_possible_and_is_not_dropped() {
        let hops = vec![hop(Verdict::Reachable), hop(Verdict::Blocked)];
        let (verdict, hops) = proved(Verdict::Reachable, Verdict::Blocked, hops);
        assert_eq!(verdict, Verdict::Possible);
        assert!(hops.iter().all(|hop| hop.verdict != Verdict::Blocked));
        let last = hops.last().unwrap();
        assert_eq!(last.reason, Reason::Unproved);
        assert_eq!(gaps(verdict, &hops), [Ledger::UNPROVED]);
    }

    #[test]
    fn hops_are_as_sure_as_what_they_show() {
        let (verdict, hops) = proved(Verdict::Reachable, Verdict::Possible, Vec::new());
        assert_eq!((verdict, hops.len()), (Verdict::Possible, 0));
    }
}
