//! What facts are about.

use super::value::{Value, Values};
use crate::model::{Id, Namespace, Origin, PodPrivileges, Workload, World};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What a fact is about.
#[derive(Clone, Debug, Default)]
pub(super) struct Subject {
    /// Its name, then what it stands in: the workload, its namespace.
    pub titles: Vec<Arc<str>>,
    /// What it is in words: ``namespace `shop` ``; for a workload its bare name.
    pub who: Arc<str>,
    /// Where to look.
    pub origin: Option<Origin>,
    /// The workload, where it is one.
    pub workload: Option<Id<Workload>>,
    /// Fields that it has of its own.
    pub values: Values,
}

impl Subject {
    /// One that is no workload, and that nothing is alike to.
    pub fn alone(title: &str, who: &str, origin: Option<Origin>) -> Vec<Arc<Self>> {
        vec![Arc::new(Subject {
            titles: vec![title.into()],
            who: who.into(),
            origin,
            ..Subject::default()
        })]
    }

    /// A workload.
    pub fn of_workload(id: Id<Workload>, world: &World) -> Arc<Self> {
        let title: Arc<str> = world.workload_title(id).into();
        let workload = &world.workloads[id];
        Arc::new(Subject {
            values: vec![
                ("workload", (*title).into()),
                ("privileges", privileges(&workload.privileges)),
            ],
            titles: vec![title, namespace_title(id, world).into()],
            who: workload.name.as_str().into(),
            origin: Some(workload.origin.clone()),
            workload: Some(id),
        })
    }
}

fn privileges(own: &PodPrivileges) -> Value {
    if !own.doubt.is_certain() {
        return Value::Unknown(own.doubt.clone());
    }
    let words = own.asked.iter().map(|one| one.word().to_owned());
    words.collect::<Vec<_>>().into()
}

/// The namespace, with `CLUSTER:` in front where there are several clusters.
fn namespace_title(workload: Id<Workload>, world: &World) -> String {
    let workload = &world.workloads[workload];
    let front = if world.has_clusters() {
        format!("{}:", world.clusters[workload.cluster].name)
    } else {
        String::new()
    };
    format!("{front}{}", world.namespaces[workload.namespace].name)
}

/// Workloads by namespace, each in order: what is said of a namespace is said of each by itself.
pub(super) fn by_namespace(workloads: &[Id<Workload>], world: &World) -> Vec<Vec<Id<Workload>>> {
    let mut out: Vec<Vec<Id<Workload>>> = Vec::new();
    let mut known: FxHashMap<Id<Namespace>, usize> = FxHashMap::default();
    for id in workloads {
        let next = out.len();
        let at = *known.entry(world.workloads[*id].namespace).or_insert(next);
        match out.get_mut(at) {
            Some(own) => own.push(*id),
            None => out.push(vec![*id]),
        }
    }
    out
}
