//! Selectors and peers of rules, each looked up once for all classes of pods.

use super::bits::{BitSet, Marks};
use super::pods::Pods;
use super::selector_index::SelectorIndex;
use super::services::Services;
use crate::model::{AddressSet, Bounds, Policy, PolicyPeer, Selected, Selector, World};
use rustc_hash::FxHashMap;

/// Which of some samples each selector holds for, as positions among them.
pub(super) struct Selection<'w> {
    samples: SelectorIndex<'w>,
    known: FxHashMap<&'w Selector, BitSet>,
}

impl<'w> Selection<'w> {
    /// Nothing is looked up yet.
    fn new(samples: Vec<Selected<'w>>) -> Self {
        Selection {
            samples: SelectorIndex::new(samples),
            known: FxHashMap::default(),
        }
    }

    /// Over the positions of [`Pods::traits`].
    pub(super) fn of_pods(world: &'w World, pods: &Pods) -> Self {
        let samples = pods.traits.iter().map(|(_, id)| world.selected(*id));
        Self::new(samples.collect())
    }

    /// Over the classes of Services, by their own selectors.
    pub(super) fn of_services(world: &'w World, services: &Services) -> Self {
        let samples = services.samples.iter().map(|id| &world.services[*id]);
        Self::new(
            samples
                .map(|service| world.selected_service(service))
                .collect(),
        )
    }

    /// The samples that the selector holds for.
    pub(super) fn of(&mut self, selector: &'w Selector) -> BitSet {
        if let Some(known) = self.known.get(selector) {
            return known.clone();
        }
        let length = self.samples.len();
        let out = match selector {
            Selector::Everything => BitSet::all(length),
            Selector::Not(inner) => self.of(inner).complement(),
            Selector::All(parts) if self.samples.near(selector).is_none() => {
                parts.iter().fold(BitSet::all(length), |sum, part| {
                    sum.intersection(&self.of(part))
                })
            }
            Selector::Any(parts) if self.samples.near(selector).is_none() => parts
                .iter()
                .fold(BitSet::none(length), |sum, part| sum.union(&self.of(part))),
            _ => {
                let mut out = BitSet::none(length);
                let chosen = self.samples.chosen(selector);
                chosen.for_each(|at| out.insert(at));
                out
            }
        };
        self.known.insert(selector, out.clone());
        out
    }
}

/// The one namespace that a selector holds in, where it names it as a whole or as a part that must hold.
pub(super) fn namespace_of(selector: &Selector) -> Option<&str> {
    match selector {
        Selector::InNamespace(name) => Some(name),
        Selector::All(parts) => parts.iter().find_map(namespace_of),
        _ => None,
    }
}

/// Who a peer is, for every class of pods and for addresses outside.
#[derive(Debug)]
pub(super) struct Peer<'w> {
    /// As the rule has it.
    pub(super) written: &'w PolicyPeer,
    /// The classes of pods that it holds for.
    pub(super) pods: Marks,
    /// The classes of Services that it holds for, where policies see them.
    pub(super) services: Marks,
    /// The addresses of neither pod nor node that it holds for.
    pub(super) outside: AddressSet,
}

/// The distinct peers of a cluster's rules.
#[derive(Debug, Default)]
pub(super) struct Peers<'w> {
    /// The peers.
    pub(super) all: Vec<Peer<'w>>,
    positions: FxHashMap<&'w PolicyPeer, usize>,
}

/// What a peer is looked up against.
pub(super) struct Register<'w, 'p> {
    /// The classes.
    pub(super) pods: &'p Pods,
    /// The selectors.
    pub(super) selection: Selection<'w>,
    /// The Services that policies see.
    pub(super) services: &'p Services,
    /// The selectors, as Services' own selectors are compared with them.
    pub(super) of_services: Selection<'w>,
    /// The address sets that some rule names, in the order of [`Pods::of`].
    pub(super) blocks: &'p FxHashMap<&'w AddressSet, usize>,
    /// Whether address blocks match pods.
    pub(super) blocks_match_pods: bool,
}

impl<'w> Peers<'w> {
    /// The position of a peer in [`Peers::all`].
    pub(super) fn position(
        &mut self,
        peer: &'w PolicyPeer,
        register: &mut Register<'w, '_>,
    ) -> usize {
        if let Some(known) = self.positions.get(peer) {
            return *known;
        }
        self.all.push(Peer {
            written: peer,
            pods: register.marks(peer),
            services: register.service_marks(peer),
            outside: outside(peer),
        });
        self.positions.insert(peer, self.all.len() - 1);
        self.all.len() - 1
    }
}

impl<'w> Register<'w, '_> {
    fn classes(&self, test: impl Fn(&super::pods::PodClass, bool) -> bool) -> BitSet {
        BitSet::where_true(self.pods.classes.len(), |at| {
            self.pods
                .classes
                .get(at)
                .is_some_and(|class| test(class, self.pods.is_on_host(class)))
        })
    }

    /// The classes whose addresses are in the set; those whose address is not known as `unresolved` has it for pods on the host network, or others.
    fn among(&self, set: &AddressSet, unresolved: impl Fn(bool) -> Bounds<bool>) -> Marks {
        let at = self.blocks.get(set).copied().unwrap_or(usize::MAX);
        let mut out = Marks::exact(BitSet::none(self.pods.classes.len()));
        for colocated in &self.pods.colocated {
            let held = if colocated.blocks.known {
                Bounds {
                    must: colocated.blocks.surely.contains(at),
                    may: colocated.blocks.possibly.contains(at),
                }
            } else {
                unresolved(colocated.on_host)
            };
            let enter =
                |into: &mut BitSet| colocated.classes.iter().for_each(|at| into.insert(*at));
            if held.must {
                enter(&mut out.must);
            }
            if held.may {
                enter(&mut out.may);
            }
        }
        out
    }

    /// The classes of Services that a peer holds for, by their address or their selector.
    fn service_marks(&mut self, peer: &'w PolicyPeer) -> Marks {
        let length = self.services.len();
        match peer {
            PolicyPeer::Anyone => Marks::exact(BitSet::all(length)),
            PolicyPeer::Pods(selector) => Marks::exact(self.of_services.of(selector)),
            PolicyPeer::Addresses(set) | PolicyPeer::AddressesOfPodsToo(set) => {
                let at = self.blocks.get(set).copied().unwrap_or(usize::MAX);
                Marks {
                    must: self.services.among(|own| own.surely.contains(at)),
                    may: self.services.among(|own| own.possibly.contains(at)),
                }
            }
            PolicyPeer::NodesOfPods(_) | PolicyPeer::Nodes(_) | PolicyPeer::World => {
                Marks::exact(BitSet::none(length))
            }
            PolicyPeer::Not(inner) => self.service_marks(inner).negated(),
            PolicyPeer::All(parts) => parts
                .iter()
                .fold(Marks::exact(BitSet::all(length)), |sum, part| {
                    sum.and(&self.service_marks(part))
                }),
            PolicyPeer::Any(parts) => parts
                .iter()
                .fold(Marks::exact(BitSet::none(length)), |sum, part| {
                    sum.or(&self.service_marks(part))
                }),
        }
    }

    fn marks(&mut self, peer: &'w PolicyPeer) -> Marks {
        let length = self.pods.classes.len();
        match peer {
            PolicyPeer::Anyone => Marks::exact(BitSet::all(length)),
            PolicyPeer::Pods(selector) => {
                let chosen = self.selection.of(selector);
                let mut out = BitSet::none(length);
                for traits in chosen.iter() {
                    self.pods
                        .off_host(traits)
                        .iter()
                        .for_each(|class| out.insert(*class));
                }
                Marks::exact(out)
            }
            PolicyPeer::NodesOfPods(selector) => {
                let chosen = self.selection.of(selector);
                let host = self.classes(|class, host| host && chosen.contains(class.traits));
                Marks::exact(self.pods.on_nodes_of(&host))
            }
            PolicyPeer::Nodes(selector) => {
                let must = self.classes(|_, host| host && *selector == Selector::Everything);
                Marks {
                    must,
                    may: self.classes(|_, host| host && *selector != Selector::Nothing),
                }
            }
            PolicyPeer::Addresses(_) if !self.blocks_match_pods => {
                Marks::exact(BitSet::none(length))
            }
            PolicyPeer::Addresses(set) => self.among(set, |_| Bounds::exact(false)),
            PolicyPeer::AddressesOfPodsToo(set) => self.among(set, |host| {
                if host {
                    anywhere(set)
                } else {
                    in_a_cluster(set)
                }
            }),
            PolicyPeer::World => Marks::exact(BitSet::none(length)),
            PolicyPeer::Not(inner) => self.marks(inner).negated(),
            PolicyPeer::All(parts) => parts
                .iter()
                .fold(Marks::exact(BitSet::all(length)), |sum, part| {
                    sum.and(&self.marks(part))
                }),
            PolicyPeer::Any(parts) => parts
                .iter()
                .fold(Marks::exact(BitSet::none(length)), |sum, part| {
                    sum.or(&self.marks(part))
                }),
        }
    }
}

/// Whether an address that is not known is in a set: surely only in the set of all addresses.
fn anywhere(set: &AddressSet) -> Bounds<bool> {
    Bounds {
        must: *set == AddressSet::all(),
        may: !set.is_empty(),
    }
}

/// The same of an address of a pod.
fn in_a_cluster(set: &AddressSet) -> Bounds<bool> {
    let usual = AddressSet::of_unresolved_pods();
    Bounds {
        must: usual.is_subset(set),
        may: !usual.is_disjoint(set),
    }
}

/// The addresses of neither pod nor node that a peer holds for.
pub(super) fn outside(peer: &PolicyPeer) -> AddressSet {
    match peer {
        PolicyPeer::Anyone | PolicyPeer::World => AddressSet::all(),
        PolicyPeer::Pods(_) | PolicyPeer::NodesOfPods(_) | PolicyPeer::Nodes(_) => {
            AddressSet::none()
        }
        PolicyPeer::Addresses(set) | PolicyPeer::AddressesOfPodsToo(set) => set.clone(),
        PolicyPeer::Not(inner) => AddressSet::all().difference(&outside(inner)),
        PolicyPeer::All(parts) => parts.iter().fold(AddressSet::all(), |sum, part| {
            sum.intersection(&outside(part))
        }),
        PolicyPeer::Any(parts) => parts.iter().map(outside).collect(),
    }
}

/// Whether a peer holds for a node of the cluster with one of the addresses: surely, and possibly.
pub(super) fn of_node(
    peer: &PolicyPeer,
    addresses: &AddressSet,
    blocks_match_nodes: bool,
) -> Bounds<bool> {
    let each = |parts: &[PolicyPeer]| {
        parts
            .iter()
            .map(|part| of_node(part, addresses, blocks_match_nodes))
            .collect::<Vec<_>>()
    };
    match peer {
        // Any node may be the one that the pod runs on: some placement is enough.
        PolicyPeer::Anyone | PolicyPeer::NodesOfPods(_) => Bounds::exact(true),
        PolicyPeer::Pods(_) | PolicyPeer::World => Bounds::exact(false),
        PolicyPeer::Nodes(selector) => Bounds {
            must: *selector == Selector::Everything,
            may: *selector != Selector::Nothing,
        },
        PolicyPeer::Addresses(_) if !blocks_match_nodes => Bounds::exact(false),
        PolicyPeer::AddressesOfPodsToo(set) if addresses.is_empty() => anywhere(set),
        PolicyPeer::Addresses(set) | PolicyPeer::AddressesOfPodsToo(set) => Bounds {
            must: !addresses.is_empty() && addresses.is_subset(set),
            may: !addresses.is_disjoint(set),
        },
        PolicyPeer::Not(inner) => {
            let inner = of_node(inner, addresses, blocks_match_nodes);
            Bounds {
                must: !inner.may,
                may: !inner.must,
            }
        }
        PolicyPeer::All(parts) => {
            let each = each(parts);
            Bounds {
                must: each.iter().all(|one| one.must),
                may: each.iter().all(|one| one.may),
            }
        }
        PolicyPeer::Any(parts) => {
            let each = each(parts);
            Bounds {
                must: each.iter().any(|one| one.must),
                may: each.iter().any(|one| one.may),
            }
        }
    }
}

/// The address sets that rules name, in the order of the policies.
pub(super) fn blocks<'w>(
    policies: impl Iterator<Item = &'w Policy>,
) -> FxHashMap<&'w AddressSet, usize> {
    fn gather<'w>(peer: &'w PolicyPeer, out: &mut FxHashMap<&'w AddressSet, usize>) {
        match peer {
            PolicyPeer::Addresses(set) | PolicyPeer::AddressesOfPodsToo(set) => {
                let next = out.len();
                out.entry(set).or_insert(next);
            }
            PolicyPeer::Not(inner) => gather(inner, out),
            PolicyPeer::All(parts) | PolicyPeer::Any(parts) => {
                parts.iter().for_each(|part| gather(part, out))
            }
            PolicyPeer::Anyone
            | PolicyPeer::Pods(_)
            | PolicyPeer::NodesOfPods(_)
            | PolicyPeer::Nodes(_)
            | PolicyPeer::World => {}
        }
    }
    let mut out = FxHashMap::default();
    for side in policies.flat_map(|policy| policy.ingress.iter().chain(&policy.egress)) {
        side.rules
            .iter()
            .for_each(|rule| gather(&rule.peer, &mut out));
    }
    out
}
