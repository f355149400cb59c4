//! Whether pods get the credentials of their nodes. Source: cloud.google.com/kubernetes-engine/docs/how-to/workload-identity.

use super::tests::world;
use crate::model::ToPods;

#[test]
fn pods_get_the_credentials_of_nodes_unless_the_gke_metadata_server_answers() {
    let identity = r#", "workload_identity_config": [{"workload_pool": "p.svc.id.goog"}]"#;
    let mode = |mode: &str| {
        format!(r#""node_config": [{{"workload_metadata_config": [{{"mode": "{mode}"}}]}}]"#)
    };
    for (cluster, pool, expected) in [
        ("", r#""node_config": []"#.to_owned(), "given"),
        ("", mode("GCE_METADATA"), "given"),
        ("", mode("GKE_METADATA"), "withheld"),
        ("", mode("?"), "unknown"),
        // A pool that says nothing follows its cluster; one that says something does not.
        (identity, r#""node_config": []"#.to_owned(), "withheld"),
        (identity, mode("GCE_METADATA"), "given"),
        (identity, mode("MODE_UNSPECIFIED"), "withheld"),
        (
            r#", "workload_identity_config": [{"workload_pool": "?"}]"#,
            r#""node_config": []"#.to_owned(),
            "unknown",
        ),
        (
            r#", "enable_autopilot": true"#,
            mode("GCE_METADATA"),
            "withheld",
        ),
    ] {
        let more = format!(
            "\ngoogle_container_node_pool.w {{\"name\": \"w\", \"cluster\": \"@google_container_cluster.c.id\", {pool}}}"
        );
        let cluster = format!(r#""remove_default_node_pool": true{cluster}"#);
        let world = world(&cluster, &more, &[]);
        let placements = world
            .workloads
            .iter()
            .flat_map(|(_, own)| &own.pod_placements);
        let pools = placements.filter_map(|own| own.pool);
        let words: Vec<&str> = pools
            .map(|id| match world.node_pools[id].credentials.to_pods {
                ToPods::Given => "given",
                ToPods::Withheld => "withheld",
                ToPods::Unknown(_) => "unknown",
            })
            .collect();
        assert!(
            !words.is_empty() && words.iter().all(|word| *word == expected),
            "{cluster} {pool}: {words:?}"
        );
    }
}
