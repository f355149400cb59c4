//! The pods of a cluster in classes that no policy can tell apart.

use super::bits::BitSet;
use super::ground::{Ground, Pools};
use super::membership::{Membership, membership};
use super::services::Services;
use super::vocabulary::{Traits, Vocabulary};
use crate::model::{AddressSet, Doubt, Enforced, Id, PodPlacement, Workload, World};
use rustc_hash::FxHashMap;
use std::hash::Hash;
use std::rc::Rc;

/// Whether policies hold: [`Enforced`] without its words.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Hold {
    /// They do.
    Yes,
    /// They do not.
    No,
    /// They may.
    Unknown(Doubt),
}

impl From<&Enforced> for Hold {
    fn from(enforced: &Enforced) -> Self {
        match enforced {
            Enforced::Yes(_) => Hold::Yes,
            Enforced::No(_) => Hold::No,
            Enforced::Unknown(_, doubt) => Hold::Unknown(doubt.clone()),
        }
    }
}

impl Hold {
    /// The same for pods that are outside of policy for some reason; a certain doubt stands for none.
    fn unless(self, outside: &Doubt) -> Self {
        match self {
            Hold::Yes if !outside.is_certain() => Hold::Unknown(outside.clone()),
            Hold::Unknown(doubt) => Hold::Unknown(doubt.and(outside)),
            hold => hold,
        }
    }
}

/// A class of pods: what they are and where they stand.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Stand {
    /// Position of what they are in [`Pods::traits`].
    pub(super) traits: usize,
    /// The blocks that hold their addresses.
    pub(super) blocks: Rc<Membership>,
    /// Whether policies hold for them.
    pub(super) hold: Hold,
    /// On which nodes, of pods on the host network; any for others, whose nodes no peer asks for.
    pub(super) ground: Ground,
}

/// One of the ways in which a workload's pods may stand.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    /// Position in [`Pods::stands`].
    pub(super) stand: usize,
    /// On which nodes.
    pub(super) ground: Ground,
    /// Why they may be on the host network after all; none where that is told.
    pub(super) outside: Doubt,
    /// Why it is not certain.
    pub(super) doubt: Doubt,
}

/// Classes of pods that the same address blocks hold.
#[derive(Debug)]
pub(super) struct Near {
    pub(super) blocks: Rc<Membership>,
    /// Whether they are on the host network.
    pub(super) on_host: bool,
    /// Their positions in [`Pods::stands`], ascending.
    pub(super) stands: Vec<usize>,
}

/// All pods of a cluster.
#[derive(Debug, Default)]
pub(super) struct Pods {
    /// What pods can be, each with a workload that is so.
    pub(super) traits: Vec<(Traits, Id<Workload>)>,
    /// The classes.
    pub(super) stands: Vec<Stand>,
    /// For each of `traits` its classes, where it is not on the host network.
    off_host: Vec<Vec<usize>>,
    /// The classes by where they stand.
    pub(super) near: Vec<Near>,
    /// For each workload a place for each placement, or one where there is no placement.
    pub(super) places: FxHashMap<Id<Workload>, Vec<Place>>,
}

/// Gives equal values the same position.
struct Interner<T>(FxHashMap<T, usize>);

impl<T: Hash + Eq> Interner<T> {
    fn position(&mut self, value: T) -> usize {
        let next = self.0.len();
        *self.0.entry(value).or_insert(next)
    }
}

impl Pods {
    /// Sorts the workloads into classes. `blocks`: the address sets that some rule names.
    pub(super) fn of<'w>(
        world: &'w World,
        workloads: &[Id<Workload>],
        vocabulary: &Vocabulary,
        blocks: &[&AddressSet],
        services: &Services,
    ) -> Self {
        let mut out = Self::default();
        let mut kinds: FxHashMap<Traits, usize> = FxHashMap::default();
        let mut stands = Interner(FxHashMap::default());
        let mut pools = Pools::of(workloads.iter().map(|id| &world.workloads[*id]));
        let mut memberships: FxHashMap<AddressSet, Rc<Membership>> = FxHashMap::default();
        for &id in workloads {
            let workload = &world.workloads[id];
            let traits = vocabulary.traits(world.selected(id), workload, services.classes(id));
            let next = kinds.len();
            let kind = *kinds.entry(traits).or_insert_with_key(|traits| {
                out.traits.push((traits.clone(), id));
                next
            });
            let mut place = |pod_placement: Option<&'w PodPlacement>| {
                let addresses = addresses(workload, pod_placement);
                let known = memberships
                    .entry(addresses)
                    .or_insert_with_key(|addresses| Rc::new(membership(addresses, blocks)));
                let enforced = pod_placement.map_or(
                    &world.clusters[workload.cluster].enforced,
                    |pod_placement| &pod_placement.enforced,
                );
                let hold = Hold::from(enforced).unless(&workload.outside);
                let ground = pools.ground(pod_placement);
                let stand = Stand {
                    traits: kind,
                    blocks: Rc::clone(known),
                    hold,
                    ground: if workload.host_network {
                        ground
                    } else {
                        Ground::Any
                    },
                };
                let doubt = pod_placement
                    .map(|pod_placement| pod_placement.doubt.clone())
                    .unwrap_or_default();
                Place {
                    stand: stands.position(stand),
                    ground,
                    outside: workload.outside.clone(),
                    doubt,
                }
            };
            let places: Vec<Place> = workload
                .pod_placements
                .iter()
                .map(|pod_placement| place(Some(pod_placement)))
                .collect();
            let places = if places.is_empty() {
                vec![place(None)]
            } else {
                places
            };
            out.places.insert(id, places);
        }
        let mut ordered: Vec<_> = stands.0.into_iter().collect();
        ordered.sort_unstable_by_key(|(_, at)| *at);
        out.stands = ordered.into_iter().map(|(stand, _)| stand).collect();
        out.sort_stands();
        out
    }

    /// Lists the classes by what they are, and by where they stand.
    fn sort_stands(&mut self) {
        self.off_host = vec![Vec::new(); self.traits.len()];
        let mut numbers: FxHashMap<(Rc<Membership>, bool), usize> = FxHashMap::default();
        for (at, stand) in self.stands.iter().enumerate() {
            let on_host = self.is_on_host(stand);
            if let Some(own) = self.off_host.get_mut(stand.traits).filter(|_| !on_host) {
                own.push(at);
            }
            let next = numbers.len();
            let number = numbers.entry((Rc::clone(&stand.blocks), on_host));
            match self.near.get_mut(*number.or_insert(next)) {
                Some(near) => near.stands.push(at),
                None => self.near.push(Near {
                    blocks: Rc::clone(&stand.blocks),
                    on_host,
                    stands: vec![at],
                }),
            }
        }
    }

    /// Whether a class of pods is on the host network.
    pub(super) fn is_on_host(&self, stand: &Stand) -> bool {
        let traits = self.traits.get(stand.traits);
        traits.is_some_and(|(traits, _)| traits.host_network)
    }
}

impl Pods {
    /// The classes of pods on the host network that may be on one node with some class of a set, that set itself among them.
    pub(super) fn on_nodes_of(&self, hosts: &BitSet) -> BitSet {
        let ground = |at: usize| self.stands.get(at).map(|stand| stand.ground);
        let all = || 0..self.stands.len();
        let grounds: Vec<Ground> = all()
            .filter(|at| hosts.contains(*at))
            .filter_map(ground)
            .collect();
        BitSet::where_true(self.stands.len(), |at| {
            let on_host = self.stands.get(at).is_some_and(|own| self.is_on_host(own));
            let near = |own: Ground| grounds.iter().any(|other| other.meets(own));
            hosts.contains(at) || on_host && ground(at).is_some_and(near)
        })
    }

    /// The classes of pods that are so and not on the host network.
    pub(super) fn off_host(&self, traits: usize) -> &[usize] {
        self.off_host
            .get(traits)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// What the pods of a workload are.
    pub(super) fn traits_of(&self, workload: Id<Workload>) -> Option<usize> {
        let place = self.places.get(&workload)?.first()?;
        self.stands.get(place.stand).map(|stand| stand.traits)
    }
}

/// Where the pods' addresses lie as far as the input tells; none where it tells nothing.
fn addresses(workload: &Workload, pod_placement: Option<&PodPlacement>) -> AddressSet {
    if !workload.addresses.is_empty() {
        return workload.addresses.clone();
    }
    let Some(pod_placement) = pod_placement else {
        return AddressSet::none();
    };
    let own = if workload.host_network {
        pod_placement.node.as_ref().unwrap_or(&pod_placement.pod)
    } else {
        &pod_placement.pod
    };
    own.addresses.clone()
}
