//! Services under engines that judge egress before the address of a Service becomes that of a pod: a rule may hold for the one and not for the
//! other, and it is enough that one way to a pod is open. The policies of the pod itself see the sender, as ever.
//!
//! Services that no rule can tell apart are one class. The controller of such an engine enters a Service for a peer that selects pods where
//! the Service's own selector is matched, by the port whose pods' port the rule names.

use super::bits::BitSet;
use super::membership::{Membership, membership};
use super::vocabulary::{Traits, Vocabulary};
use crate::model::{AddressSet, Cluster, Doubt, Id, Service, ServicePort, Workload, World};
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// Services at one of their addresses that no rule can tell apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct View {
    traits: Traits,
    blocks: Rc<Membership>,
    pub(super) ports: Vec<ServicePort>,
    pub(super) doubt: Doubt,
}

/// The Services of a cluster whose policies see them; empty where policies see the pods behind.
#[derive(Debug, Default)]
pub(super) struct Services {
    pub(super) views: Vec<View>,
    /// One Service of each class.
    pub(super) samples: Vec<Id<Service>>,
    /// The Services that lead to a workload, each with its class.
    pub(super) of: FxHashMap<Id<Workload>, Vec<(Id<Service>, usize)>>,
    /// Why a rule by address may hold for some of them.
    pub(super) unresolved: Doubt,
}

impl Services {
    /// The Services of a cluster that lead to pods. `blocks`: the address sets that some rule names.
    pub(super) fn of(
        world: &World,
        cluster: Id<Cluster>,
        vocabulary: &Vocabulary,
        blocks: &[&AddressSet],
    ) -> Self {
        let Some(addressing) = world.service_addressing.get(&cluster) else {
            return Self::default();
        };
        let mut out = Services {
            unresolved: addressing.unresolved.clone(),
            ..Self::default()
        };
        let mut positions: FxHashMap<View, usize> = FxHashMap::default();
        for (id, service) in world.services.iter() {
            if service.cluster != cluster || service.workloads.is_empty() {
                continue;
            }
            for address in &service.addresses {
                let view = View {
                    traits: vocabulary.service(world.selected_service(service)),
                    blocks: Rc::new(membership(address, blocks)),
                    ports: service.ports.clone(),
                    doubt: service.doubt.and(&addressing.doubt),
                };
                let next = positions.len();
                let at = *positions.entry(view).or_insert_with_key(|view| {
                    out.views.push(view.clone());
                    out.samples.push(id);
                    next
                });
                for workload in &service.workloads {
                    out.of.entry(*workload).or_default().push((id, at));
                }
            }
        }
        out
    }

    /// How many classes there are.
    pub(super) fn len(&self) -> usize {
        self.views.len()
    }

    /// The classes of the Services that lead to a workload, ascending.
    pub(super) fn classes(&self, workload: Id<Workload>) -> Vec<usize> {
        let own = self.of.get(&workload).into_iter().flatten();
        let mut out: Vec<usize> = own.map(|(_, at)| *at).collect();
        out.sort_unstable();
        out.dedup();
        out
    }

    /// The classes for whose address a condition on the blocks holds.
    pub(super) fn among(&self, test: impl Fn(&Membership) -> bool) -> BitSet {
        BitSet::where_true(self.len(), |at| {
            self.views.get(at).is_some_and(|view| test(&view.blocks))
        })
    }
}
