//! Addresses that every host answers itself: policies alone stand before them.

use super::{BLOCKED, POSSIBLE, REACHABLE, answer, world};

/// A cluster in a network whose groups let nothing out, and a policy that lets out one port to link-local addresses.
const STATE: &str = r#"{"format_version": "1.0", "terraform_version": "1.9.0", "values": {"root_module": {"resources": [
 {"address": "aws_vpc.a", "mode": "managed", "type": "aws_vpc", "name": "a", "values": {"id": "vpc-a", "cidr_block": "10.7.0.0/16", "owner_id": "111122223333"}},
 {"address": "aws_subnet.a", "mode": "managed", "type": "aws_subnet", "name": "a", "values": {"id": "subnet-a", "vpc_id": "vpc-a", "cidr_block": "10.7.1.0/24"}},
 {"address": "aws_security_group.shut", "mode": "managed", "type": "aws_security_group", "name": "shut", "values": {"id": "sg-shut", "vpc_id": "vpc-a", "ingress": [], "egress": []}},
 {"address": "aws_eks_cluster.c", "mode": "managed", "type": "aws_eks_cluster", "name": "c", "values": {"id": "c", "name": "c", "vpc_config": [{"vpc_id": "vpc-a", "subnet_ids": ["subnet-a"], "security_group_ids": [], "cluster_security_group_id": "sg-shut"}]}},
 {"address": "aws_eks_node_group.n", "mode": "managed", "type": "aws_eks_node_group", "name": "n", "values": {"id": "c:n", "cluster_name": "c", "subnet_ids": ["subnet-a"], "launch_template": []}},
 {"address": "aws_eks_addon.cni", "mode": "managed", "type": "aws_eks_addon", "name": "cni", "values": {"cluster_name": "c", "addon_name": "vpc-cni", "configuration_values": "{\"enableNetworkPolicy\":\"true\"}"}}
]}}}"#;

const PODS: &str = "apiVersion: v1
kind: Namespace
metadata: {name: out}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: open, namespace: out}
spec: {selector: {matchLabels: {app: open}}, template: {metadata: {labels: {app: open}}, spec: {containers: [{name: c, image: x}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: held, namespace: out}
spec: {selector: {matchLabels: {app: held}}, template: {metadata: {labels: {app: held}}, spec: {containers: [{name: c, image: x}]}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: out}
spec: {podSelector: {matchLabels: {app: held}}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 169.254.0.0/16}}], ports: [{port: 80}]}]}
";

#[test]
fn no_filter_stands_before_what_the_host_answers() {
    let world = world(&[STATE, PODS], None);
    for address in [
        "169.254.169.254",
        "169.254.169.253",
        "169.254.169.123",
        "169.254.170.23",
        "169.254.170.2",
        "10.7.0.2",
        "fd00:ec2::254",
    ] {
        assert_eq!(
            answer(&world, "open", address, 80).0,
            REACHABLE,
            "{address}"
        );
        let link_local = address.starts_with("169.254.");
        let held = if link_local { REACHABLE } else { BLOCKED };
        assert_eq!(answer(&world, "held", address, 80).0, held, "{address}");
        assert_eq!(answer(&world, "held", address, 443).0, BLOCKED, "{address}");
    }
    // Nobody else answers there.
    for address in ["169.254.169.252", "169.254.169.192/27", "168.63.129.16"] {
        assert_eq!(answer(&world, "open", address, 80).0, BLOCKED, "{address}");
    }
    // Of these some are answered.
    for address in ["169.254.169.0/24", "169.254.0.0/16"] {
        assert_eq!(
            answer(&world, "open", address, 80).0,
            REACHABLE,
            "{address}"
        );
        assert_eq!(answer(&world, "held", address, 443).0, BLOCKED, "{address}");
    }
    assert_ne!(answer(&world, "open", "169.254.169.254", 80).0, POSSIBLE);
    // An address of the network beside the resolver's is one like any other: of no known subnet, so not certain.
    assert_eq!(answer(&world, "open", "10.7.0.3", 80).0, POSSIBLE);
}
