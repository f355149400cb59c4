//! The pods of a cluster in classes that no policy can tell apart.

use super::bits::BitSet;
use super::membership::{Membership, membership};
use super::node_pools::{Pools, PossibleNodes};
use super::services::Services;
use super::vocabulary::{Traits, Vocabulary};
use crate::model::{AddressSet, Doubt, Enforced, Id, PodPlacement, Workload, World};
use rustc_hash::FxHashMap;
use std::hash::Hash;
use std::rc::Rc;

/// Whether policies hold: [`Enforced`] without its words.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum EnforcementStatus {
    /// They do.
    Yes,
    /// They do not.
    No,
    /// They may.
    Unknown(Doubt),
}

impl From<&Enforced> for EnforcementStatus {
    fn from(enforced: &Enforced) -> Self {
        match enforced {
            Enforced::Yes(_) => EnforcementStatus::Yes,
            Enforced::No(_) => EnforcementStatus::No,
            Enforced::Unknown(_, doubt) => EnforcementStatus::Unknown(doubt.clone()),
        }
    }
}

impl EnforcementStatus {
    /// The same for pods that are outside of policy for some reason; a certain doubt stands for none.
    fn unless(self, outside: &Doubt) -> Self {
        match self {
            EnforcementStatus::Yes if !outside.is_certain() => {
                EnforcementStatus::Unknown(outside.clone())
            }
            EnforcementStatus::Unknown(doubt) => EnforcementStatus::Unknown(doubt.and(outside)),
            enforcement => enforcement,
        }
    }
}

/// A class of pods that no policy can tell apart: their traits, and the address blocks that hold them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct PodClass {
    /// Position of what they are in [`Pods::traits`].
    pub(super) traits: usize,
    /// The blocks that hold their addresses.
    pub(super) blocks: Rc<Membership>,
    /// Whether policies hold for them.
    pub(super) enforcement: EnforcementStatus,
    /// On which nodes, of pods on the host network; any for others, whose nodes no peer asks for.
    pub(super) node_pools: PossibleNodes,
}

/// One of the placements that a workload's pods may have, as policies see it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct ClassPlacement {
    /// Position in [`Pods::classes`].
    pub(super) class: usize,
    /// On which nodes.
    pub(super) node_pools: PossibleNodes,
    /// Why they may be on the host network after all; certain where it is known whether they are.
    pub(super) outside: Doubt,
    /// Why it is not certain.
    pub(super) doubt: Doubt,
}

/// Classes of pods that the same address blocks hold.
#[derive(Debug)]
pub(super) struct ColocatedClasses {
    pub(super) blocks: Rc<Membership>,
    /// Whether they are on the host network.
    pub(super) on_host: bool,
    /// Their positions in [`Pods::classes`], ascending.
    pub(super) classes: Vec<usize>,
}

/// All pods of a cluster.
#[derive(Debug, Default)]
pub(super) struct Pods {
    /// What pods can be, each with a workload that is so.
    pub(super) traits: Vec<(Traits, Id<Workload>)>,
    /// The classes.
    pub(super) classes: Vec<PodClass>,
    /// For each of `traits` its classes, where it is not on the host network.
    off_host: Vec<Vec<usize>>,
    /// The classes by where they stand.
    pub(super) colocated: Vec<ColocatedClasses>,
    /// For each workload a place for each placement, or one where there is no placement.
    pub(super) placements: FxHashMap<Id<Workload>, Vec<ClassPlacement>>,
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
        let mut classes = Interner(FxHashMap::default());
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
            let mut placement = |pod_placement: Option<&'w PodPlacement>| {
                let addresses = addresses(workload, pod_placement);
                let known = memberships
                    .entry(addresses)
                    .or_insert_with_key(|addresses| Rc::new(membership(addresses, blocks)));
                let enforced = pod_placement.map_or(
                    &world.clusters[workload.cluster].enforced,
                    |pod_placement| &pod_placement.enforced,
                );
                let enforcement = EnforcementStatus::from(enforced).unless(&workload.outside);
                let node_pools = pools.node_pools(pod_placement);
                let class = PodClass {
                    traits: kind,
                    blocks: Rc::clone(known),
                    enforcement,
                    node_pools: if workload.host_network {
                        node_pools
                    } else {
                        PossibleNodes::Any
                    },
                };
                let doubt = pod_placement
                    .map(|pod_placement| pod_placement.doubt.clone())
                    .unwrap_or_default();
                ClassPlacement {
                    class: classes.position(class),
                    node_pools,
                    outside: workload.outside.clone(),
                    doubt,
                }
            };
            let placements: Vec<ClassPlacement> = workload
                .pod_placements
                .iter()
                .map(|pod_placement| placement(Some(pod_placement)))
                .collect();
            let placements = if placements.is_empty() {
                vec![placement(None)]
            } else {
                placements
            };
            out.placements.insert(id, placements);
        }
        let mut ordered: Vec<_> = classes.0.into_iter().collect();
        ordered.sort_unstable_by_key(|(_, at)| *at);
        out.classes = ordered.into_iter().map(|(class, _)| class).collect();
        out.sort_stands();
        out
    }

    /// Lists the classes by what they are, and by where they stand.
    fn sort_stands(&mut self) {
        self.off_host = vec![Vec::new(); self.traits.len()];
        let mut numbers: FxHashMap<(Rc<Membership>, bool), usize> = FxHashMap::default();
        for (at, class) in self.classes.iter().enumerate() {
            let on_host = self.is_on_host(class);
            if let Some(own) = self.off_host.get_mut(class.traits).filter(|_| !on_host) {
                own.push(at);
            }
            let next = numbers.len();
            let number = numbers.entry((Rc::clone(&class.blocks), on_host));
            match self.colocated.get_mut(*number.or_insert(next)) {
                Some(colocated) => colocated.classes.push(at),
                None => self.colocated.push(ColocatedClasses {
                    blocks: Rc::clone(&class.blocks),
                    on_host,
                    classes: vec![at],
                }),
            }
        }
    }

    /// Whether a class of pods is on the host network.
    pub(super) fn is_on_host(&self, class: &PodClass) -> bool {
        let traits = self.traits.get(class.traits);
        traits.is_some_and(|(traits, _)| traits.host_network)
    }
}

impl Pods {
    /// The classes of pods on the host network that may be on one node with some class of a set, that set itself among them.
    pub(super) fn on_nodes_of(&self, hosts: &BitSet) -> BitSet {
        let node_pools = |at: usize| self.classes.get(at).map(|class| class.node_pools);
        let all = || 0..self.classes.len();
        let grounds: Vec<PossibleNodes> = all()
            .filter(|at| hosts.contains(*at))
            .filter_map(node_pools)
            .collect();
        BitSet::where_true(self.classes.len(), |at| {
            let on_host = self.classes.get(at).is_some_and(|own| self.is_on_host(own));
            let colocated = |own: PossibleNodes| grounds.iter().any(|other| other.meets(own));
            hosts.contains(at) || on_host && node_pools(at).is_some_and(colocated)
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
        let placement = self.placements.get(&workload)?.first()?;
        self.classes.get(placement.class).map(|class| class.traits)
    }
}

/// Where the pods' addresses lie as far as the input says; none where it says nothing.
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
