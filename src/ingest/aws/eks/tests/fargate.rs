//! Which pods a Fargate profile takes.

use super::nodes::{of, plain};
use super::{WEB, WORKERS};

#[test]
fn fargate_takes_what_its_selectors_match() {
    let profiles = r#"
        aws_eks_fargate_profile.z {"cluster_name": "prod", "fargate_profile_name": "z", "subnet_ids": ["subnet-a"], "selector": [{"namespace": "sh*"}]}
        aws_eks_fargate_profile.b {"cluster_name": "prod", "fargate_profile_name": "b", "subnet_ids": ["subnet-b"], "selector": [{"namespace": "shop", "labels": {"app": "w?b"}}]}
    "#;
    let all = format!("{WORKERS}{profiles}{}", plain());
    let on = |profile: &str, subnet: &str| {
        format!(
            "shop/web on Fargate profile `aws_eks_fargate_profile.{profile}`: pod {subnet} [cluster security group of aws_eks_cluster.prod]"
        )
    };
    let nodes = "shop/web on node group `aws_eks_node_group.workers`: pod a [nodes]";
    of(&all, WEB, &on("b", "b"));
    of(
        &all,
        &WEB.replace(
            "app: web } }\n    spec",
            "app: web, eks.amazonaws.com/fargate-profile: z } }\n    spec",
        ),
        &on("z", "a"),
    );
    of(
        &all,
        &WEB.replace(
            "metadata: { labels",
            "metadata: { annotations: { eks.amazonaws.com/compute-type: ec2 }, labels",
        ),
        nodes,
    );
    of(
        &all,
        &WEB.replace("kind: Deployment", "kind: DaemonSet"),
        nodes,
    );
    of(
        &all,
        &WEB.replace("namespace: shop", "namespace: pay"),
        &nodes.replace("shop/", "pay/"),
    );
    let open = r#"aws_eks_fargate_profile.z {"cluster_name": "prod", "fargate_profile_name": "z", "subnet_ids": ["subnet-b"], "selector": [{"namespace": "?"}]}"#;
    of(
        &format!("{WORKERS}{open}\n{}", plain()),
        WEB,
        &format!("{} ?\n{nodes} ?", on("z", "b")),
    );
    let of_some_cluster = open
        .replace("\"prod\"", "\"?\"")
        .replace("\"namespace\": \"?\"", "\"namespace\": \"shop\"");
    of(
        &format!("{WORKERS}{of_some_cluster}\n{}", plain()),
        WEB,
        &format!("{} ?\n{nodes} ?", on("z", "b")),
    );
}
