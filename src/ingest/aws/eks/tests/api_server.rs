//! The API server as an endpoint: interfaces of the control plane, with the groups that the cluster gives them.

use super::{NETWORK, WORKERS, world};
use crate::ingest::Settings;

/// The API server's places, as `SUBNET [GROUPS]`, of a cluster with this `vpc_config`.
fn check(configuration: &str, expected: &str) {
    let cluster =
        format!(r#"aws_eks_cluster.prod {{"name": "prod", "vpc_config": [{configuration}]}}"#);
    let world = world(
        &format!("{NETWORK}{cluster}\n{WORKERS}"),
        super::WEB,
        &Settings::default(),
    );
    let id = world
        .clusters
        .iter()
        .find_map(|(_, cluster)| cluster.api_server)
        .unwrap();
    let endpoint = &world.endpoints[id];
    assert_eq!(
        (endpoint.name.as_str(), endpoint.kind),
        ("aws_eks_cluster.prod", "Kubernetes API server")
    );
    let places: Vec<String> = endpoint
        .attachments
        .iter()
        .map(|one| super::attachment(&world, one))
        .collect();
    assert_eq!(places.join(", "), expected, "{configuration}");
}

#[test]
fn the_control_plane_has_an_interface_in_each_of_its_subnets() {
    let group = "cluster security group of aws_eks_cluster.prod";
    check(
        r#"{"subnet_ids": ["subnet-a", "subnet-b"]}"#,
        &format!("a [{group}], b [{group}]"),
    );
    check(
        r#"{"subnet_ids": ["subnet-a"], "security_group_ids": ["sg-o"]}"#,
        &format!("a [{group}, own]"),
    );
}

#[test]
fn whichever_endpoint_has_a_name_its_interfaces_answer_in_the_network() {
    let group = "cluster security group of aws_eks_cluster.prod";
    for access in [
        r#""endpoint_private_access": true, "endpoint_public_access": false"#,
        r#""endpoint_private_access": false, "endpoint_public_access": true, "public_access_cidrs": ["203.0.113.0/24"]"#,
    ] {
        check(
            &format!(r#"{{"subnet_ids": ["subnet-a"], {access}}}"#),
            &format!("a [{group}]"),
        );
    }
}
