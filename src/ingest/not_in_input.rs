//! What a scan expects and the input does not hold: pods of a cluster, or anything at all. Without a gap an empty answer
//! would read as if nothing could cross.

use super::InputRow;
use crate::model::{Cluster, GapKind, Id, Origin, World};
use std::collections::BTreeSet;

/// Told where no file of the input is of a known kind.
pub const NOTHING_TO_JUDGE: &str = "nothing was found to judge: expected a plan or state as JSON (`terraform show -json`), Kubernetes manifests, a chart or a kustomization";

/// Enters a gap for each cluster of a plan or state that has no pods, and one where the input holds nothing.
pub(super) fn lower(inputs: &[InputRow], world: &mut World) {
    if inputs.is_empty() {
        world.doubt(GapKind::NotInInput, NOTHING_TO_JUDGE, None);
    }
    for (title, origin) in without_pods(world) {
        let what = format!(
            "no manifest of the input makes pods of {title}: what they could reach is not judged; give the manifests, charts or kustomizations that are applied to it"
        );
        world.doubt(GapKind::NotInInput, what, Some(origin));
    }
}

/// Clusters of a plan or state without pods, as a sentence names them, each with its line.
fn without_pods(world: &World) -> Vec<(String, Origin)> {
    let workloads = world.workloads.iter();
    let peopled: BTreeSet<Id<Cluster>> = workloads.map(|(_, own)| own.cluster).collect();
    let clusters = world.clusters.iter();
    clusters
        .filter(|(id, _)| !peopled.contains(id))
        .filter_map(|(_, cluster)| {
            let origin = cluster.origin.clone()?;
            Some((format!("`{}`", origin.address), origin))
        })
        .collect()
}
