//! Workloads that the network and policies towards it cannot tell apart are one class: what crosses a border is computed
//! once for each.

use super::entry_point::{self, EntryPointFronts};
use super::location::{EndCandidate, Owner};
use super::locations::{LocationNumber, Locations};
use super::network_index::NetworkIndex;
use super::places;
use super::policy_evaluator::PolicyEvaluator;
use crate::model::{AddressSet, Bounds, Cluster, Direction, Doubt, FlowSet, Id, Origin, Workload};
use crate::reach::Party;
use crate::reach::policy::Judged;
use rustc_hash::FxHashMap;

/// One way in which a party stands, as far as it bears on what passes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct JudgedLocation {
    pub location: LocationNumber,
    /// Destinations towards which it speaks from there.
    pub destinations: AddressSet,
    /// What policies let pass, by the address of the other end; none where no policy is asked.
    pub policy: Option<Bounds<FlowSet>>,
    /// Why the way, or what policies say, is not certain.
    pub doubt: Doubt,
    /// The line that says that it stands there; none where that is not told of this party.
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

/// The presence of any party. Of a party that only answers there are no sources.
pub(super) fn presence(
    index: &NetworkIndex<'_>,
    evaluator: &dyn PolicyEvaluator,
    locations: &Locations,
    party: &Party,
) -> Presence {
    let mute = matches!(party, Party::Endpoint(id) if index.world.endpoints[*id].answers_only);
    let sources = if mute {
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
    let destinations = stands(places::destinations(index, party), Direction::Ingress);
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
    evaluator: &dyn PolicyEvaluator,
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
    // Resources that differ in nothing but their lines are one far side; their hops are told with the line of each.
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

/// The classes of all workloads that stand somewhere in the network, in the order of their first members.
pub(super) fn classes(
    index: &NetworkIndex<'_>,
    evaluator: &dyn PolicyEvaluator,
    locations: &Locations,
) -> Vec<Class> {
    let mut out: Vec<Class> = Vec::new();
    let mut numbers: FxHashMap<(Id<Cluster>, Presence), usize> = FxHashMap::default();
    for (id, workload) in index
        .world
        .workloads
        .iter()
        .filter(|(_, workload)| !workload.pod_placements.is_empty())
    {
        let presence = presence(index, evaluator, locations, &Party::Workload(id));
        let next = out.len();
        let number = *numbers
            .entry((workload.cluster, presence))
            .or_insert_with_key(|(cluster, presence)| {
                out.push(Class {
                    cluster: *cluster,
                    presence: presence.clone(),
                    members: Vec::new(),
                });
                next
            });
        if let Some(class) = out.get_mut(number) {
            class.members.push(id);
        }
    }
    out
}
