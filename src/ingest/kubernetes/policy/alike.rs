//! Selectors that hold for some pods by all that is known of them, and so for no others but those that are like them.

use super::super::manifest_lowering::ManifestLowering;
use crate::model::{Id, LabelsOf, Selector, Workload, World};
use std::collections::{BTreeMap, BTreeSet};

/// More pods of a namespace than this are named by their namespace alone: a selector for each would cost more than it is worth.
const MANY: usize = 32;

/// The pods of a cluster by namespace.
pub(super) struct Alike<'w> {
    world: &'w World,
    near: BTreeMap<&'w str, Near<'w>>,
}

#[derive(Default)]
struct Near<'w> {
    pods: Vec<Id<Workload>>,
    /// The labels that some of them have.
    keys: BTreeSet<&'w String>,
}

impl<'w> Alike<'w> {
    /// Those of the cluster that is lowered.
    pub(super) fn of(lowering: &'w ManifestLowering<'_>) -> Self {
        let world = &*lowering.world;
        let mut near: BTreeMap<&str, Near<'_>> = BTreeMap::new();
        for (id, own) in world.workloads.iter() {
            if own.cluster == lowering.cluster {
                let namespace = &world.namespaces[own.namespace].name;
                let here = near.entry(namespace).or_default();
                here.pods.push(id);
                here.keys.extend(own.labels.keys());
            }
        }
        Alike { world, near }
    }

    /// All pods of a namespace.
    pub(super) fn pods(&self, namespace: &str) -> &[Id<Workload>] {
        self.near.get(namespace).map_or(&[], |near| &near.pods)
    }

    /// Holds for some pods of a namespace.
    pub(super) fn selector(&self, namespace: &str, pods: &[Id<Workload>]) -> Selector {
        let whole = || Selector::InNamespace(namespace.to_owned());
        let Some(near) = self.near.get(namespace).filter(|_| pods.len() <= MANY) else {
            return whole();
        };
        let each: BTreeSet<Selector> = pods
            .iter()
            .map(|id| {
                let parts = self.labels(*id, near);
                Selector::All(std::iter::once(whole()).chain(parts).collect())
            })
            .collect();
        Selector::Any(each.into_iter().collect())
    }

    /// That a pod has the labels of one, and none that only others of the namespace have.
    fn labels(&self, pods: Id<Workload>, near: &Near<'_>) -> Vec<Selector> {
        let own = &self.world.workloads[pods].labels;
        let same = own
            .iter()
            .map(|(key, value)| Selector::In(LabelsOf::Pod, key.clone(), vec![value.clone()]));
        let others = near.keys.iter().filter(|key| !own.contains_key(**key));
        let lacking = others
            .map(|key| Selector::Not(Box::new(Selector::Exists(LabelsOf::Pod, (*key).clone()))));
        same.chain(lacking).collect()
    }
}
