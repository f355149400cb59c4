//! What facts are made of: one world, and what the rules leave out of it.

use super::subject::Subject;
use crate::model::{Cluster, Enforced, Id, Namespace, Workload, World};
use crate::reach::{Engine, NamespaceStanding};
use std::cell::OnceCell;
use std::sync::Arc;

/// A world as rules look at it. What several kinds of facts need is computed once.
pub(super) struct Judged<'a, 'w> {
    /// The world and what reaches what in it.
    pub engine: &'a Engine<'w>,
    /// Namespaces that rules about namespaces and policies leave out.
    pub exempt: &'a [String],
    /// Whether a rule looks at the hops of crossings, of which there are many.
    pub hops: bool,
    standings: OnceCell<Vec<Stood>>,
    /// Every workload, in the order of the world.
    subjects: OnceCell<Vec<Arc<Subject>>>,
}

/// A namespace that is declared or holds workloads, with how it stands.
pub(super) struct Stood {
    pub id: Id<Namespace>,
    /// Its standing.
    pub standing: NamespaceStanding,
}

impl<'a, 'w> Judged<'a, 'w> {
    pub fn new(engine: &'a Engine<'w>, exempt: &'a [String], hops: bool) -> Self {
        Judged {
            engine,
            exempt,
            hops,
            standings: OnceCell::new(),
            subjects: OnceCell::new(),
        }
    }

    /// Every namespace that is declared or holds workloads.
    pub fn standings(&self) -> &[Stood] {
        self.standings.get_or_init(|| {
            let world = self.engine.world();
            let holds = |id: Id<Namespace>| {
                let mut workloads = world.workloads.iter();
                workloads.any(|(_, workload)| workload.namespace == id)
            };
            let ids = world
                .namespaces
                .iter()
                .filter(|(id, namespace)| namespace.declared || holds(*id));
            ids.map(|(id, _)| Stood {
                id,
                standing: self.engine.namespace_standing(id),
            })
            .collect()
        })
    }

    /// Workloads as what facts are about.
    pub fn subjects(&self, workloads: &[Id<Workload>]) -> Vec<Arc<Subject>> {
        let world = self.engine.world();
        let all = || {
            let ids = world.workloads.ids();
            ids.map(|id| Subject::of_workload(id, world)).collect()
        };
        let all = self.subjects.get_or_init(all);
        let own = workloads.iter().filter_map(|id| all.get(id.index()));
        own.cloned().collect()
    }

    /// Whether rules about namespaces leave one of that name out.
    pub fn is_exempt(&self, namespace: &str) -> bool {
        self.exempt.iter().any(|name| name == namespace)
    }
}

/// The word for whether a cluster enforces policies.
pub(super) fn enforcement(cluster: Id<Cluster>, world: &World) -> &'static str {
    match world.clusters[cluster].enforced {
        Enforced::Yes(_) => "enforced",
        Enforced::No(_) => "not-enforced",
        Enforced::Unknown(..) => "unknown",
    }
}
