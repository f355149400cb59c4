//! Packets to addresses that the machine under every host answers itself: judged by the policies of the source alone.

use super::Party;
use super::policy::PolicyEvaluator;
use crate::model::{
    AddressSet, Attachment, Doubt, Hop, HopKind, HostService, Reason, Traffic, Trail, Verdict,
    World,
};

/// A service that hosts of a network answer at some of the addresses that are asked about.
pub(super) struct Answer<'w> {
    service: &'w HostService,
    /// Those of its addresses.
    pub at: AddressSet,
    /// Why it may not answer: the service's own doubt, and that of the source's standing in its network.
    doubt: Doubt,
}

/// The services that some of the addresses belong to, one for each place in their networks where the source may stand.
pub(super) fn of<'w>(world: &'w World, from: &Party, to: &AddressSet) -> Vec<Answer<'w>> {
    let mut out = Vec::new();
    for (place, placed) in places(world, from) {
        let near = world.host_services.iter();
        for service in near.filter(|own| own.network == place.network) {
            let at = service.addresses.intersection(to);
            let doubt = service.doubt.and(&place.doubt).and(placed);
            out.extend((!at.is_empty()).then_some(Answer { service, at, doubt }));
        }
    }
    out
}

/// Where a party may stand when it opens connections, and why it may not. A resource that opens none stands nowhere.
fn places<'w>(world: &'w World, from: &Party) -> Vec<(&'w Attachment, &'w Doubt)> {
    match from {
        Party::Workload(id) => {
            let placements = world.workloads[*id].pod_placements.iter();
            let each = placements.flat_map(|own| {
                let places = [Some(&own.pod), own.node.as_ref()];
                places.map(|place| place.map(|place| (place, &own.doubt)))
            });
            each.flatten().collect()
        }
        Party::Endpoint(id) if !world.endpoints[*id].answers_only => {
            let places = world.endpoints[*id].attachments.iter();
            places.map(|place| (place, &place.doubt)).collect()
        }
        Party::Endpoint(_) | Party::Addresses(_) => Vec::new(),
    }
}

/// Whether `from` can send any of `traffic` to one of such services: the best of what is said of each.
pub(super) fn explain(
    evaluator: &PolicyEvaluator<'_>,
    from: &Party,
    answers: &[Answer<'_>],
    traffic: &Traffic,
) -> Option<Trail> {
    let mut best: Option<Trail> = None;
    for answer in answers {
        let trail = one(evaluator, from, answer, traffic);
        if best
            .as_ref()
            .is_none_or(|best| trail.verdict > best.verdict)
        {
            best = Some(trail);
        }
    }
    best
}

fn one(
    evaluator: &PolicyEvaluator<'_>,
    from: &Party,
    answer: &Answer<'_>,
    traffic: &Traffic,
) -> Trail {
    let far = Party::Addresses(answer.at.clone());
    let mut trail = evaluator.explain(from, &far, traffic).unwrap_or(Trail {
        verdict: Verdict::Reachable,
        traffic: traffic.clone(),
        hops: Vec::new(),
        gaps: Vec::new(),
    });
    if trail.verdict == Verdict::Blocked {
        return trail;
    }
    let doubt = &answer.doubt;
    let verdict = if doubt.is_certain() {
        Verdict::Reachable
    } else {
        Verdict::Possible
    };
    trail.verdict = trail.verdict.min(verdict);
    trail.gaps.extend(doubt.gaps().iter().copied());
    trail.gaps.sort_unstable();
    trail.gaps.dedup();
    trail.hops.push(Hop {
        kind: HopKind::Endpoint,
        verdict,
        reason: Reason::HostService(vec![answer.service.title], answer.at.clone()),
        origin: None,
        assumed: true,
        gaps: doubt.gaps().to_vec(),
    });
    trail
}
