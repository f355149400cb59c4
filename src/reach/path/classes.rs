//! Workloads that the network and policies towards it cannot tell apart are one class: what crosses a border is computed
//! once for each.

use super::entry_point::{self, EntryPointStands};
use super::fabric::Fabric;
use super::policy::Guard;
use super::spot::{self, Owner, Spot, Standing};
use crate::model::{
    AddressSet, Bounds, Cluster, Direction, Doubt, FlowSet, Id, Network, Origin, Workload,
};
use crate::reach::Party;
use crate::reach::policy::Judged;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;

/// The number of a spot among those of a [`Spots`].
pub(super) type SpotNumber = usize;

/// Distinct spots, by number.
#[derive(Default)]
pub(super) struct Spots {
    all: RefCell<Vec<Rc<Spot>>>,
    numbers: RefCell<FxHashMap<Rc<Spot>, SpotNumber>>,
}

impl Spots {
    /// The number of a spot, whichever line says that it is one.
    pub fn number(&self, spot: Spot) -> SpotNumber {
        let spot = Rc::new(Spot {
            origin: None,
            ..spot
        });
        let mut all = self.all.borrow_mut();
        let next = all.len();
        let mut numbers = self.numbers.borrow_mut();
        *numbers.entry(spot).or_insert_with_key(|spot| {
            all.push(Rc::clone(spot));
            next
        })
    }

    /// The spot of a number.
    pub fn get(&self, number: SpotNumber) -> Option<Rc<Spot>> {
        self.all.borrow().get(number).cloned()
    }

    /// The network of a spot.
    pub fn network(&self, number: SpotNumber) -> Option<Id<Network>> {
        self.all.borrow().get(number)?.network
    }
}

/// One way in which a party stands, as far as it bears on what passes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Stand {
    pub spot: SpotNumber,
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
    pub sources: Vec<Stand>,
    pub destinations: Vec<Stand>,
    /// Where entry points lead to it from.
    pub entry_points: EntryPointStands,
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
    fabric: &Fabric<'_>,
    guard: &dyn Guard,
    spots: &Spots,
    party: &Party,
) -> Presence {
    let mute = matches!(party, Party::Endpoint(id) if fabric.world.endpoints[*id].answers_only);
    let sources = if mute {
        Vec::new()
    } else {
        spot::sources(fabric, party)
    };
    let stands = |all: Vec<Standing<'_>>, direction| {
        all.into_iter()
            .map(|one| stand(guard, spots, one, direction))
            .collect()
    };
    let sources = stands(sources, Direction::Egress);
    let destinations = stands(spot::destinations(fabric, party), Direction::Ingress);
    let entry_points = if let Party::Workload(id) = party {
        entry_point::stands(fabric, guard, spots, *id)
    } else {
        Vec::new()
    };
    Presence {
        sources,
        destinations,
        entry_points,
    }
}

fn stand(guard: &dyn Guard, spots: &Spots, standing: Standing<'_>, direction: Direction) -> Stand {
    let judged = match standing.owner {
        Owner::Pods(id, pod_placement) => {
            Some(guard.outside(id, direction, pod_placement.map(|(number, _)| number)))
        }
        _ => None,
    };
    let (policy, doubt) = match judged {
        Some(Judged { bounds, doubt }) => (Some(bounds), doubt),
        None => (None, Doubt::none()),
    };
    let doubt = doubt.and(&standing.spot.doubt);
    // Resources that differ in nothing but their lines are one far side; their hops are told with the line of each.
    let origin = match standing.owner {
        Owner::Resource(_) => None,
        _ => standing.spot.origin.clone(),
    };
    Stand {
        origin,
        spot: spots.number(standing.spot),
        destinations: standing.destinations,
        policy,
        doubt,
    }
}

/// The classes of all workloads that stand somewhere in the network, in the order of their first members.
pub(super) fn classes(fabric: &Fabric<'_>, guard: &dyn Guard, spots: &Spots) -> Vec<Class> {
    let mut out: Vec<Class> = Vec::new();
    let mut numbers: FxHashMap<(Id<Cluster>, Presence), usize> = FxHashMap::default();
    for (id, workload) in fabric
        .world
        .workloads
        .iter()
        .filter(|(_, workload)| !workload.pod_placements.is_empty())
    {
        let presence = presence(fabric, guard, spots, &Party::Workload(id));
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
