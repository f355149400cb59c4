//! Workloads that the network and policies towards it cannot tell apart are one class: what crosses a border is computed
//! once for each.

use super::entry_point::{self, EntryPointFronts};
use super::location::{EndCandidate, Owner};
use super::locations::{LocationNumber, Locations};
use super::network_index::NetworkIndex;
use super::places;
use super::pod_policies::PodPolicies;
use crate::model::{
    AddressSet, Bounds, Cluster, Direction, Doubt, FlowSet, Id, Origin, PodPlacement, Workload,
};
use crate::reach::Party;
use crate::reach::policy::Judged;
use rustc_hash::FxHashMap;

/// One place of a party in the network, with what policies let pass there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct JudgedLocation {
    pub location: LocationNumber,
    /// Destinations towards which its packets leave from there.
    pub destinations: AddressSet,
    /// What policies let pass, by the address of the other end; none where no policy is asked.
    pub policy: Option<Bounds<FlowSet>>,
    /// Why the place, or what policies let pass, is not certain.
    pub doubt: Doubt,
    /// The line that places it there; none where no line does.
    pub origin: Option<Origin>,
}

/// What a party is to the network, as a source and as a destination.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Presence {
    pub sources: Vec<JudgedLocation>,
    pub destinations: Vec<JudgedLocation>,
    /// Where entry points lead to it from.
    pub entry_points: EntryPointFronts,
}

/// Workloads of one cluster with the same presence.
pub(super) struct Class {
    pub cluster: Id<Cluster>,
    pub presence: Presence,
    /// The members, ascending; never empty.
    pub members: Vec<Id<Workload>>,
}

/// The presence of any party. Of a party that only answers there are no sources, of one that only opens connections no
/// destinations.
pub(super) fn presence(
    index: &NetworkIndex<'_>,
    evaluator: &dyn PodPolicies,
    locations: &Locations,
    party: &Party,
) -> Presence {
    let endpoint = match party {
        Party::Endpoint(id) => Some(&index.world.endpoints[*id]),
        _ => None,
    };
    let sources = if endpoint.is_some_and(|own| own.answers_only) {
        Vec::new()
    } else {
        places::sources(index, party)
    };
    let stands = |all: Vec<EndCandidate<'_>>, direction| {
        all.into_iter()
            .map(|one| stand(evaluator, locations, one, direction))
            .collect()
    };
    let sources = stands(sources, Direction::Egress);
    let destinations = if endpoint.is_some_and(|own| own.opens_only) {
        Vec::new()
    } else {
        places::destinations(index, party)
    };
    let destinations = stands(destinations, Direction::Ingress);
    let entry_points = if let Party::Workload(id) = party {
        entry_point::fronts(index, evaluator, locations, *id)
    } else {
        Vec::new()
    };
    Presence {
        sources,
        destinations,
        entry_points,
    }
}

fn stand(
    evaluator: &dyn PodPolicies,
    locations: &Locations,
    place: EndCandidate<'_>,
    direction: Direction,
) -> JudgedLocation {
    let judged = match place.owner {
        Owner::Pods(id, pod_placement) => {
            Some(evaluator.outside(id, direction, pod_placement.map(|(number, _)| number)))
        }
        _ => None,
    };
    let (policy, doubt) = match judged {
        Some(Judged { bounds, doubt }) => (Some(bounds), doubt),
        None => (None, Doubt::none()),
    };
    let doubt = doubt.and(&place.location.doubt);
    // Resources that differ in nothing but their lines are one far side; their hops are shown with the line of each.
    let origin = match place.owner {
        Owner::Resource(_) => None,
        _ => place.location.origin.clone(),
    };
    JudgedLocation {
        origin,
        location: locations.number(place.location),
        destinations: place.destinations,
        policy,
        doubt,
    }
}

/// What tells the presences of workloads apart, of those that no entry point leads to and that are like others to policies: their
/// cluster, kind, placements, and addresses.
type Likeness<'w> = (
    Id<Cluster>,
    usize,
    *const PodPlacement,
    bool,
    &'w AddressSet,
);

fn likeness<'w>(
    index: &NetworkIndex<'w>,
    evaluator: &dyn PodPolicies,
    id: Id<Workload>,
    workload: &'w Workload,
) -> Option<Likeness<'w>> {
    let kind = evaluator.kind(id);
    let kind = kind.filter(|_| index.entry_points(id).is_empty())?;
    Some((
        workload.cluster,
        kind,
        workload.pod_placements.identity(),
        workload.host_network,
        &workload.addresses,
    ))
}

/// The classes of all workloads that stand somewhere in the network, in the order of their first members.
pub(super) fn classes(
    index: &NetworkIndex<'_>,
    evaluator: &dyn PodPolicies,
    locations: &Locations,
) -> Vec<Class> {
    let mut out: Vec<Class> = Vec::new();
    let mut numbers: FxHashMap<(Id<Cluster>, Presence), usize> = FxHashMap::default();
    let mut alike: FxHashMap<Likeness<'_>, usize> = FxHashMap::default();
    let workloads = index.world.workloads.iter();
    for (id, workload) in workloads.filter(|(_, own)| !own.pod_placements.is_empty()) {
        let likeness = likeness(index, evaluator, id, workload);
        let known = likeness.and_then(|own| alike.get(&own).copied());
        let number = known.unwrap_or_else(|| {
            let presence = presence(index, evaluator, locations, &Party::Workload(id));
            let next = out.len();
            let key = (workload.cluster, presence);
            *numbers
                .entry(key)
                .or_insert_with_key(|(cluster, presence)| {
                    out.push(Class {
                        cluster: *cluster,
                        presence: presence.clone(),
                        members: Vec::new(),
                    });
                    next
                })
        });
        alike.extend(likeness.map(|own| (own, number)));
        if let Some(class) = out.get_mut(number) {
            class.members.push(id);
        }
    }
    out
}
