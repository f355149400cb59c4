//! Clusters as facts.

use super::fact::{Fact, certainty, owners, workloads};
use super::field::{CERTAINTY, CLUSTER, REASON, fields, flag, phrase, term, word};
use super::judged::Judged;
use super::kind::FactKind;
use super::subject::Subject;
use crate::model::{Cluster, Direction, Enforced, Id, Note, Workload, World};
use crate::reach::Engine;

/// Every cluster.
pub(super) const CLUSTER_KIND: FactKind = FactKind {
    name: "cluster",
    about: "a cluster",
    fields: ClusterFields::FIELDS,
    crossing: false,
    facts: clusters,
};

fields! {
    /// A cluster.
    ClusterFields {
        certainty: CERTAINTY,
        cluster: CLUSTER,
        reason: REASON,
        has_policies: flag("whether policies stand in it that isolate pods"),
        enforced: word(
            &["everywhere", "partly", "nowhere"],
            "where pods that policies isolate may run and something enforces them",
        ),
        engine: term("the policy engine"),
        unprotected: phrase("workloads whose policies are not enforced, counted and the first few named"),
    }
}

fn clusters(judged: &Judged<'_, '_>) -> Vec<Fact> {
    let ids = judged.engine.world().clusters.ids();
    ids.map(|id| fact(id, judged.engine)).collect()
}

/// What the pods that policies isolate stand on.
#[derive(Default)]
struct Tally {
    /// Workloads that policies isolate.
    isolated: usize,
    /// Those of them that may run where nothing enforces policies.
    open: Vec<Id<Workload>>,
    /// Those of them for which it is unknown.
    unsure: Vec<Id<Workload>>,
    /// Whether one of them may also run where policies hold.
    held: bool,
    /// Why nothing enforces, or it is unknown.
    note: Option<Note>,
    gaps: Vec<Id<crate::model::Gap>>,
}

impl Tally {
    fn enter(&mut self, workload: Id<Workload>, enforced: &Enforced) {
        match enforced {
            Enforced::Yes(_) => self.held = true,
            Enforced::No(note) => {
                self.note.get_or_insert_with(|| note.clone());
                self.open.push(workload);
            }
            Enforced::Unknown(note, doubt) => {
                self.note.get_or_insert_with(|| note.clone());
                self.unsure.push(workload);
                self.gaps.extend_from_slice(doubt.gaps());
            }
        }
    }
}

fn tally(cluster: Id<Cluster>, engine: &Engine<'_>) -> Tally {
    let world = engine.world();
    let mut out = Tally::default();
    for (id, _) in world
        .workloads
        .iter()
        .filter(|(_, workload)| workload.cluster == cluster && !workload.host_network)
    {
        let isolation_statuses =
            Direction::BOTH.map(|direction| engine.isolation_status(id, direction));
        if isolation_statuses.iter().all(|own| own.by.is_empty()) {
            continue;
        }
        out.isolated += 1;
        let enforcement = engine.enforcement(id);
        enforcement
            .into_iter()
            .for_each(|enforced| out.enter(id, enforced));
    }
    out.open.dedup();
    out.unsure.dedup();
    out.gaps.sort_unstable();
    out.gaps.dedup();
    out
}

fn fact(id: Id<Cluster>, engine: &Engine<'_>) -> Fact {
    let world = engine.world();
    let cluster = &world.clusters[id];
    let tally = tally(id, engine);
    let who = if tally.open.is_empty() {
        &tally.unsure
    } else {
        &tally.open
    };
    let names: Vec<String> = owners(who, world)
        .map(|(id, _)| world.workload_title(id))
        .collect();
    let title = if cluster.name.is_empty() {
        cluster.title.clone().unwrap_or_default()
    } else {
        cluster.name.clone()
    };
    let enforced = match (who.is_empty(), tally.held) {
        (true, _) => "everywhere",
        (false, true) => "partly",
        (false, false) => "nowhere",
    };
    let values = ClusterFields {
        certainty: certainty(!tally.open.is_empty() || tally.unsure.is_empty()),
        cluster: cluster.name.as_str().into(),
        has_policies: (tally.isolated > 0).into(),
        enforced: enforced.into(),
        engine: cluster.engine.as_str().into(),
        reason: tally
            .note
            .as_ref()
            .map_or("", |note| note.text.as_str())
            .into(),
        unprotected: workloads(&names).into(),
    };
    let who = if title.is_empty() {
        "the cluster".to_owned()
    } else {
        format!("cluster `{title}`")
    };
    let origin = tally
        .note
        .and_then(|note| note.origin)
        .or_else(|| cluster.origin.clone())
        .or_else(|| first_policy(id, world));
    Fact {
        values: values.values(),
        subjects: Subject::alone(&title, &who, origin),
        gaps: tally.gaps,
        ..Fact::default()
    }
}

fn first_policy(cluster: Id<Cluster>, world: &World) -> Option<crate::model::Origin> {
    world
        .policies
        .iter()
        .find(|(_, policy)| policy.cluster == cluster)
        .map(|(_, policy)| policy.origin.clone())
}
