//! Whether pods get the credentials of their nodes: the GKE metadata server answers pods in place of the machine's own.
//! Source: cloud.google.com/kubernetes-engine/docs/concepts/workload-identity, "GKE metadata server"; Terraform provider,
//! `workload_metadata_config`, and its older name `node_metadata`; "Use Workload Identity Federation for GKE": new node pools of a cluster
//! that has it run the server, older ones do once they are told to; Autopilot always does.

use crate::ingest::google::lowering::{Attribute, Lowering};
use crate::ingest::google::stage::AtMachines;
use crate::ingest::lowering::is_set;
use crate::ingest::terraform::{Resource, Value};
use crate::model::{CredentialsControl, NodeCredentials, Note, ToPods};

/// Where a cluster says that it has workload identity; newer and older names.
const OF_CLUSTER: &[&str] = &[
    "workload_identity_config.workload_pool",
    "workload_identity_config.identity_namespace",
];

/// Of the nodes of a pool, by the block that says how they are made.
pub fn of_pool(
    lowering: &mut Lowering<AtMachines>,
    resource: &Resource,
    cluster: &Resource,
    (path, config): (&str, &Value),
) -> NodeCredentials {
    let own = format!("{path}.workload_metadata_config");
    let block = config.get("workload_metadata_config");
    let mode = ["mode", "node_metadata"].map(|name| block.get(name));
    let mode = mode.into_iter().find(|value| is_set(value));
    let autopilot = cluster.values.get("enable_autopilot").boolean() == Some(true);
    let (to_pods, text, assumed) = match mode.map(|value| (value, value.text())) {
        _ if autopilot => (
            ToPods::Withheld,
            "Autopilot nodes run the GKE metadata server",
            true,
        ),
        Some((_, Some("GKE_METADATA" | "GKE_METADATA_SERVER" | "SECURE"))) => (
            ToPods::Withheld,
            "pods are answered by the GKE metadata server",
            false,
        ),
        Some((_, Some("MODE_UNSPECIFIED" | "UNSPECIFIED"))) | None if !block.is_unknown() => {
            by_cluster(lowering, cluster)
        }
        Some((_, Some(_))) => (
            ToPods::Given,
            "`workload_metadata_config` leaves the machine's own metadata server to pods",
            false,
        ),
        _ => {
            let at = Attribute {
                resource,
                path: &own,
                value: block,
            };
            (
                ToPods::Unknown(lowering.unknown(at)),
                "which metadata server answers pods is known only after apply",
                false,
            )
        }
    };
    NodeCredentials {
        to_pods,
        control: CredentialsControl::NodeProxy,
        note: Note {
            text: text.to_owned(),
            origin: Some(resource.origin_of(if assumed { path } else { &own })),
            assumed,
        },
    }
}

/// What holds for pools that say nothing.
fn by_cluster(
    lowering: &mut Lowering<AtMachines>,
    cluster: &Resource,
) -> (ToPods, &'static str, bool) {
    let set = |path: &&&str| is_set(cluster.values.get(path));
    let Some(path) = OF_CLUSTER.iter().find(set) else {
        let text =
            "the cluster has no workload identity, and pods get the machine's own metadata server";
        return (ToPods::Given, text, true);
    };
    if cluster.values.get(path).is_unknown() && cluster.values.get(path).draft().is_none() {
        let doubt = lowering.unknown(Attribute::of(cluster, path));
        let text = "whether the cluster has workload identity is known only after apply";
        return (ToPods::Unknown(doubt), text, true);
    }
    let text = "the cluster has workload identity, and its node pools run the GKE metadata server";
    (ToPods::Withheld, text, true)
}
