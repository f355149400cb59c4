//! What several workloads of one cluster ask of their nodes.

use super::WEB;
use super::nodes::{of, plain};

/// Workloads of one cluster that ask for other nodes do not share their placements.
#[test]
fn each_workload_stands_on_the_nodes_that_it_asks_for() {
    let groups = r#"
        aws_eks_node_group.one {"cluster_name": "prod", "node_group_name": "one", "subnet_ids": ["subnet-a"], "labels": {"disk": "fast"}}
        aws_eks_node_group.two {"cluster_name": "prod", "node_group_name": "two", "subnet_ids": ["subnet-b"], "labels": {"disk": "slow"}}
    "#;
    let named = |name: &str, asked: &str| {
        let own = WEB.replace(
            "{ name: web, namespace",
            &format!("{{ name: {name}, namespace"),
        );
        let asked = format!("spec: {{ {asked}containers");
        own.replace("spec: { containers", &asked)
    };
    let manifests = [
        named("any", ""),
        named("fast", "nodeSelector: { disk: fast }, "),
        named("nowhere", "nodeSelector: { disk: none }, "),
        named("other", ""),
        named("slow", "nodeSelector: { disk: slow }, "),
    ];
    let on = |workload: &str, name: &str, subnet: &str, doubt: &str| {
        format!(
            "shop/{workload} on node group `aws_eks_node_group.{name}`: pod {subnet} [cluster security group of aws_eks_cluster.prod]{doubt}\n"
        )
    };
    let both = |workload: &str, doubt: &str| {
        on(workload, "one", "a", doubt) + &on(workload, "two", "b", doubt)
    };
    let expected = [
        both("any", ""),
        on("fast", "one", "a", ""),
        both("nowhere", " ?"),
        both("other", ""),
        on("slow", "two", "b", ""),
    ];
    of(
        &format!("{groups}{}", plain()),
        &manifests.join("---"),
        &expected.concat(),
    );
}
