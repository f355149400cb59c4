//! Workloads by cluster and namespace: most selectors hold only within one namespace, and are compared with its pods alone.

use super::selector_index::SelectorIndex;
use crate::model::{Cluster, Id, LabelsOf, Selector, Workload, World};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// The workloads of a world.
pub(super) struct WorkloadIndex<'w> {
    /// By cluster and name of the namespace, in the order of the world.
    in_namespace: FxHashMap<Id<Cluster>, FxHashMap<&'w str, Vec<Id<Workload>>>>,
    /// By cluster, in the order of the world, and by what selectors ask of them.
    of_cluster: FxHashMap<Id<Cluster>, (Vec<Id<Workload>>, SelectorIndex<'w>)>,
}

impl<'w> WorkloadIndex<'w> {
    /// That of a world.
    pub(super) fn new(world: &'w World) -> Self {
        let mut out = WorkloadIndex {
            in_namespace: FxHashMap::default(),
            of_cluster: FxHashMap::default(),
        };
        let mut of_cluster: FxHashMap<_, Vec<Id<Workload>>> = FxHashMap::default();
        for (id, workload) in world.workloads.iter() {
            let name = world.namespaces[workload.namespace].name.as_str();
            let near = out.in_namespace.entry(workload.cluster).or_default();
            near.entry(name).or_default().push(id);
            of_cluster.entry(workload.cluster).or_default().push(id);
        }
        let index = |ids: &[Id<Workload>]| {
            let pods = ids.iter().map(|id| world.selected(*id));
            SelectorIndex::new(pods.collect())
        };
        for (id, own) in of_cluster {
            let index = index(&own);
            out.of_cluster.insert(id, (own, index));
        }
        out
    }

    /// Those of a namespace.
    pub(super) fn within(&self, cluster: Id<Cluster>, namespace: &str) -> &[Id<Workload>] {
        let known = self.in_namespace.get(&cluster);
        known
            .and_then(|near| near.get(namespace))
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// Those of a cluster, in the order of the world.
    pub(super) fn of(&self, cluster: Id<Cluster>) -> &[Id<Workload>] {
        let known = self.of_cluster.get(&cluster);
        known.map(|(ids, _)| ids.as_slice()).unwrap_or_default()
    }

    /// Those of a cluster that a selector holds for, in the order of the world.
    pub(super) fn chosen<'i>(
        &'i self,
        cluster: Id<Cluster>,
        selector: &'i Selector,
    ) -> impl Iterator<Item = Id<Workload>> + 'i {
        let own = self.of_cluster.get(&cluster);
        own.into_iter().flat_map(|(ids, index)| {
            let chosen = index.chosen(selector);
            chosen.filter_map(|at| ids.get(at).copied())
        })
    }

    /// Whether the input holds pods of every namespace that the selector is confined to, so that it can tell that none is meant; whatever it
    /// holds, where the selector holds for nobody.
    pub(super) fn can_tell(&self, cluster: Id<Cluster>, selector: &Selector) -> bool {
        if *selector == Selector::Nothing {
            return true;
        }
        let Some(names) = confined(selector).filter(|names| !names.is_empty()) else {
            return false;
        };
        names
            .into_iter()
            .all(|name| !self.within(cluster, name).is_empty())
    }
}

/// Names of the namespaces that a pod must be in for the selector to hold; none where it may be in any.
fn confined(selector: &Selector) -> Option<BTreeSet<&str>> {
    match selector {
        Selector::InNamespace(name) => Some([name.as_str()].into()),
        Selector::In(LabelsOf::Namespace, key, values) if key == "kubernetes.io/metadata.name" => {
            Some(values.iter().map(String::as_str).collect())
        }
        Selector::All(parts) => parts
            .iter()
            .filter_map(confined)
            .reduce(|a, b| a.intersection(&b).copied().collect()),
        Selector::Any(parts) => {
            let each: Option<Vec<_>> = parts.iter().map(confined).collect();
            each.map(|sets| sets.into_iter().flatten().collect())
        }
        _ => None,
    }
}
