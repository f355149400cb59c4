//! Clusters of which the engine lets pods send to their own node whatever policies say, or may do so (kubernetes.io "Network Policies").

use crate::ingest::kubernetes::engine::behaviour::{Question, holds};
use crate::ingest::kubernetes::engine::undecided;
use crate::model::{Cluster, Doubt, Enforced, GapKind, Id, Note, World};

/// Writes it down for each cluster, with a gap where it is not known and bears on something.
pub(super) fn lower(world: &mut World) {
    for cluster in world.clusters.ids().collect::<Vec<_>>() {
        let engine = &world.clusters[cluster].engine;
        let note = |text: &str| Note {
            text: text.to_owned(),
            origin: None,
            assumed: true,
        };
        let own = match holds(engine, Question::ToOwnNode) {
            Some(false) => None,
            Some(true) => Some(Enforced::No(note(
                "what a pod sends to its own node is always let out, and pods on the host network may run there",
            ))),
            None => gap(world, cluster).map(|doubt| {
                let text = "policy engines differ in whether they hold policies for what a pod sends to its own node, where pods on the host network may run";
                Enforced::Unknown(note(text), doubt)
            }),
        };
        world.clusters[cluster].to_own_node = own;
    }
}

/// The gap, where the cluster has pods that are or may be on the host network and policies that isolate others for egress.
fn gap(world: &mut World, cluster: Id<Cluster>) -> Option<Doubt> {
    let (_, pod) = world.workloads.iter().find(|(_, pod)| {
        let may_be_on_host = pod.host_network || !pod.outside.is_certain();
        pod.cluster == cluster && may_be_on_host
    })?;
    let origin = pod.origin.clone();
    let isolates = world.policies.iter().any(|(_, policy)| {
        let egress = policy.egress.as_ref();
        policy.cluster == cluster
            && policy.inert.is_none()
            && egress.is_some_and(|side| side.isolates)
    });
    let what = format!(
        "policy engines differ in whether a pod always reaches its own node, where pods on the host network may run, and {}",
        undecided(&world.clusters[cluster].engine)
    );
    isolates.then(|| world.doubt(GapKind::NotJudged, what, Some(origin)))
}
