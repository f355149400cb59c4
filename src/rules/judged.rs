//! What facts are made of: one world, and what the rules leave out of it.

use super::intent::{Coverage, Intent, Part};
use super::subject::Subject;
use crate::model::{Cluster, Direction, Enforced, Id, Namespace, Traffic, Workload, World};
use crate::reach::{Engine, ExposureGroup, NamespaceIsolation, Party};
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A world as rules look at it. What several kinds of facts need is computed once.
pub(super) struct Judged<'a, 'w> {
    /// The world and what reaches what in it.
    pub engine: &'a Engine<'w>,
    /// Namespaces that rules about namespaces and policies leave out.
    pub exempt: &'a [String],
    /// Whether a rule looks at the hops of crossings, of which there are many.
    pub hops: bool,
    /// What the configuration wants; none where it does not say.
    pub coverage: Option<Coverage<'a>>,
    crossings: OnceCell<Vec<ExposureGroup>>,
    isolation_statuses: OnceCell<Vec<NamespaceStatus>>,
    /// The workloads of each namespace that has some, in the order of the world.
    members: OnceCell<BTreeMap<Id<Namespace>, Vec<Id<Workload>>>>,
    /// Every workload, in the order of the world.
    subjects: OnceCell<Vec<Arc<Subject>>>,
}

/// A namespace that is declared or holds workloads, with how it stands.
pub(super) struct NamespaceStatus {
    pub id: Id<Namespace>,
    /// Its standing.
    pub isolation_status: NamespaceIsolation,
}

impl<'a, 'w> Judged<'a, 'w> {
    pub fn new(engine: &'a Engine<'w>, exempt: &'a [String], hops: bool) -> Self {
        Judged {
            engine,
            exempt,
            hops,
            coverage: None,
            crossings: OnceCell::new(),
            isolation_statuses: OnceCell::new(),
            members: OnceCell::new(),
            subjects: OnceCell::new(),
        }
    }

    /// The same where the configuration says what is wanted.
    pub fn intending(self, intent: Option<&'a Intent>) -> Self {
        Judged {
            coverage: intent.map(|intent| Coverage::new(intent, self.engine)),
            ..self
        }
    }

    /// What crosses a border, workloads that are alike together.
    pub fn crossings(&self) -> &[ExposureGroup] {
        self.crossings.get_or_init(|| self.engine.exposure_groups())
    }

    /// Workloads that the configuration says the same of, each with the parts of a crossing that it wants and that it does not.
    pub fn parted(
        &self,
        workloads: &[Id<Workload>],
        direction: Direction,
        (far, traffic): (&Party, &Arc<Traffic>),
    ) -> Vec<(Vec<Id<Workload>>, Vec<Part>)> {
        let Some(coverage) = &self.coverage else {
            let whole = Part {
                far: far.clone(),
                traffic: Arc::clone(traffic),
                entries: Vec::new(),
            };
            return vec![(workloads.to_vec(), vec![whole])];
        };
        coverage.parted(workloads, direction, (far, traffic))
    }

    /// Every namespace that is declared or holds workloads.
    pub fn isolation_statuses(&self) -> &[NamespaceStatus] {
        self.isolation_statuses.get_or_init(|| {
            let world = self.engine.world();
            let ids = world
                .namespaces
                .iter()
                .filter(|(id, namespace)| namespace.declared || !self.members(*id).is_empty());
            ids.map(|(id, _)| NamespaceStatus {
                id,
                isolation_status: self.engine.namespace_isolation(id),
            })
            .collect()
        })
    }

    /// The workloads of a namespace, in the order of the world.
    pub fn members(&self, namespace: Id<Namespace>) -> &[Id<Workload>] {
        let all = self.members.get_or_init(|| {
            let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
            for (id, workload) in self.engine.world().workloads.iter() {
                all.entry(workload.namespace).or_default().push(id);
            }
            all
        });
        all.get(&namespace).map_or(&[], Vec::as_slice)
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
