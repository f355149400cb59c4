//! What a node pool says of its own pods. Source: Google Cloud, "Add Pod IP address ranges": a pool's own range goes before the
//! cluster's; provider documentation, `google_container_node_pool`, `network_config`.

use super::tests::pod_placements;

/// A length alone leaves it to Google which part of the cluster's range it is.
#[test]
fn a_block_that_is_written_out_is_the_pools_own_range() {
    let of = |block: &str, addresses: &str| {
        let pool = format!(
            r#"
            google_container_node_pool.q {{"name": "q", "cluster": "c", "network_config": [{{"pod_ipv4_cidr_block": "{block}"}}]}}"#
        );
        let cluster = r#""ip_allocation_policy": [{"cluster_secondary_range_name": "pods"}], "remove_default_node_pool": true"#;
        let placed = format!("{addresses} by 10.0.0.0/24 keeps 10.9.9.9 100.64.0.1");
        pod_placements(cluster, &pool, &[], &[&placed]);
    };
    of("10.60.0.0/20", "10.60.0.0/20");
    of("/20", "10.4.0.0/16");
}
