//! Where objects are brought from and where they go: what stands in one of several builds of the same workloads, or goes to another cluster than
//! they do, may not be beside them.

use super::object::Object;
use super::{policy, workload};
use crate::ingest::Settings;
use std::collections::{BTreeMap, BTreeSet};

/// The folders that the copies of an object stand in, and where they go.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Builds<'o> {
    folders: BTreeSet<&'o str>,
    destinations: BTreeSet<Option<&'o str>>,
}

/// Group, kind, namespace and name.
type Key<'o> = (&'o str, &'o str, &'o str, &'o str);

/// The builds of policies, and those of workloads with the first workload of each.
pub struct AllBuilds<'o> {
    policies: BTreeMap<Key<'o>, Builds<'o>>,
    workloads: BTreeMap<&'o str, BTreeMap<Builds<'o>, &'o Object>>,
}

fn key<'o>(object: &'o Object, settings: &'o Settings) -> Key<'o> {
    let namespace = if object.is_cluster_scoped() {
        ""
    } else {
        object.namespace_in(settings)
    };
    (&object.group, &object.kind, namespace, &object.name)
}

/// The folder that an object is brought from: that of its chart or kustomization, else that of its file.
fn folder(object: &Object) -> &str {
    if object.rendered {
        return &object.input;
    }
    object
        .input
        .rsplit_once('/')
        .map_or("", |(folder, _)| folder)
}

impl<'o> AllBuilds<'o> {
    /// Those of all objects of a cluster, copies included. What Terraform applies is brought by Terraform only.
    pub(super) fn of(objects: &'o [Object], settings: &'o Settings) -> Self {
        let mut all: BTreeMap<Key<'o>, (Builds<'o>, &'o Object)> = BTreeMap::new();
        let counts = |object: &&Object| object.rendered || !object.applied;
        for object in objects.iter().filter(counts) {
            let is_policy = policy::kind_of(object).is_some();
            if !is_policy && workload::kind_of(object).is_none() || object.name.is_empty() {
                continue;
            }
            let (own, _) = all
                .entry(key(object, settings))
                .or_insert_with(|| (Builds::default(), object));
            own.folders.insert(folder(object));
            own.destinations.insert(object.destination.as_deref());
        }
        let mut out = AllBuilds {
            policies: BTreeMap::new(),
            workloads: BTreeMap::new(),
        };
        for (key, (mut own, object)) in all {
            if policy::kind_of(object).is_some() {
                out.policies.insert(key, own);
                continue;
            }
            if own.folders.len() < 2 {
                own.folders.clear();
            }
            let here = out.workloads.entry(key.2).or_default();
            here.entry(own).or_insert(object);
        }
        out
    }

    /// The policies that may not be where workloads are that they may be about, by position, and why.
    pub(super) fn apart(
        &self,
        objects: &[&'o Object],
        settings: &'o Settings,
    ) -> BTreeMap<usize, String> {
        let all = objects.iter().enumerate();
        all.filter_map(|(at, object)| Some((at, self.why(object, settings)?)))
            .collect()
    }

    fn why(&self, object: &'o Object, settings: &'o Settings) -> Option<String> {
        let key = key(object, settings);
        let own = self.policies.get(&key)?;
        let near = match key.2 {
            "" => self.workloads.range::<&str, _>(..),
            namespace => self.workloads.range(namespace..=namespace),
        };
        near.flat_map(|(_, all)| all)
            .find_map(|(builds, workload)| own.apart_from(builds, object, workload))
    }
}

impl Builds<'_> {
    fn apart_from(&self, other: &Self, policy: &Object, workload: &Object) -> Option<String> {
        let (policy, workload) = (policy.title(), workload.title());
        let further = other.destinations.difference(&self.destinations).next();
        if let Some(further) = further {
            let to = |destination: &Option<&str>| {
                destination.map_or_else(
                    || "the cluster of what applies it".to_owned(),
                    str::to_owned,
                )
            };
            let own = self.destinations.first().map(to).unwrap_or_default();
            return Some(format!(
                "{policy} goes to {own}, and {workload} to {}: whether it holds there is not known",
                to(further)
            ));
        }
        let together = self.folders.intersection(&other.folders).next()?;
        let further = other.folders.difference(&self.folders).next()?;
        Some(format!(
            "{policy} stands in `{together}`, and {workload} in `{further}` as well: whether both folders are of one cluster is not known"
        ))
    }
}
