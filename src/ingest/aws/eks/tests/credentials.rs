//! Whether pods get the credentials of their nodes. Source: EC2 user guide, "Configure the Instance Metadata Service options"; EKS user
//! guide, "Upgrade from Amazon Linux 2 to Amazon Linux 2023"; Karpenter documentation, "v1 Migration".

use super::*;

/// `given`, `withheld` or `unknown` for each pool that pods may stand on.
fn told(cluster: &str, resources: &str, manifests: &str) -> String {
    let world = world(
        &format!("{NETWORK}{cluster}{resources}"),
        &format!("{WEB}{manifests}"),
        &Settings::default(),
    );
    let placements = world
        .workloads
        .iter()
        .flat_map(|(_, own)| &own.pod_placements);
    let mut used: Vec<_> = placements.filter_map(|place| place.pool).collect();
    used.dedup();
    let words = used
        .iter()
        .map(|pool| match &world.node_pools[*pool].credentials.to_pods {
            ToPods::Given => "given",
            ToPods::Withheld => "withheld",
            ToPods::Unknown(_) => "unknown",
        });
    words.collect::<Vec<_>>().join(" ")
}

fn group(more: &str) -> String {
    format!(
        r#"aws_eks_node_group.g {{"cluster_name": "prod", "subnet_ids": ["subnet-a"], {more}}}"#
    )
}

#[test]
fn templates_say_whether_answers_travel_as_far_as_pods() {
    for (options, image, expected) in [
        (
            r#"[{"http_tokens": "required", "http_put_response_hop_limit": 1}]"#,
            "AL2_x86_64",
            "withheld",
        ),
        (
            r#"[{"http_tokens": "required", "http_put_response_hop_limit": 2}]"#,
            "AL2023_x86_64_STANDARD",
            "given",
        ),
        (
            r#"[{"http_tokens": "optional", "http_put_response_hop_limit": 1}]"#,
            "AL2023_x86_64_STANDARD",
            "given",
        ),
        (
            r#"[{"http_endpoint": "disabled", "http_tokens": "optional", "http_put_response_hop_limit": 2}]"#,
            "AL2_x86_64",
            "withheld",
        ),
        // What the image says of the other one is not in the input.
        (
            r#"[{"http_tokens": "required"}]"#,
            "AL2023_x86_64_STANDARD",
            "unknown",
        ),
        (
            r#"[{"http_put_response_hop_limit": 1}]"#,
            "AL2023_x86_64_STANDARD",
            "unknown",
        ),
        // What a state writes where nothing is set.
        (
            r#"[{"http_tokens": "", "http_put_response_hop_limit": 0}]"#,
            "AL2_x86_64",
            "given",
        ),
        ("[]", "AL2_x86_64", "given"),
        // Whether EKS adds what it sets without a template is not said.
        ("[]", "AL2023_x86_64_STANDARD", "unknown"),
        (
            r#"[{"http_tokens": "?", "http_put_response_hop_limit": 1}]"#,
            "AL2_x86_64",
            "unknown",
        ),
    ] {
        let template = format!(
            "aws_launch_template.t {{\"id\": \"lt-1\", \"metadata_options\": {options}}}\n{}",
            group(&format!(
                r#""ami_type": "{image}", "launch_template": [{{"id": "lt-1"}}]"#
            ))
        );
        assert_eq!(told(CLUSTER, &template, ""), expected, "{options} {image}");
    }
}

#[test]
fn eks_keeps_credentials_from_pods_of_new_groups_without_a_template() {
    for (cluster, own, expected) in [
        ("", r#""ami_type": "AL2023_ARM_64_STANDARD""#, "withheld"),
        ("", r#""ami_type": "AL2_x86_64_GPU""#, "given"),
        ("", r#""ami_type": "BOTTLEROCKET_x86_64""#, "unknown"),
        // What a new group gets where it says nothing.
        ("", r#""disk_size": 20"#, "withheld"),
        (r#", "version": "1.30""#, r#""disk_size": 20"#, "withheld"),
        (r#", "version": "1.29""#, r#""disk_size": 20"#, "given"),
        (r#", "version": "?""#, r#""disk_size": 20"#, "unknown"),
        ("", r#""ami_type": "?""#, "unknown"),
    ] {
        let cluster = CLUSTER.replace(r#""name": "prod""#, &format!(r#""name": "prod"{cluster}"#));
        assert_eq!(told(&cluster, &group(own), ""), expected, "{cluster} {own}");
    }
}

#[test]
fn defaults_of_the_account_count_where_a_template_leaves_both_open() {
    let of_account = r#"aws_ec2_instance_metadata_defaults.d {"http_tokens": "required", "http_put_response_hop_limit": 1}"#;
    let template = format!(
        "aws_launch_template.t {{\"id\": \"lt-1\"}}\n{}",
        group(r#""ami_type": "AL2_x86_64", "launch_template": [{"id": "lt-1"}]"#)
    );
    assert_eq!(told(CLUSTER, &template, ""), "given");
    assert_eq!(
        told(CLUSTER, &format!("{template}\n{of_account}"), ""),
        "withheld"
    );
    let open = of_account
        .replace("required", "no-preference")
        .replace(": 1", ": -1");
    assert_eq!(told(CLUSTER, &format!("{template}\n{open}"), ""), "given");
    let other = of_account
        .replace(".d ", ".e ")
        .replace("required", "optional");
    assert_eq!(
        told(CLUSTER, &format!("{template}\n{of_account}\n{other}"), ""),
        "unknown"
    );
}

#[test]
fn node_classes_keep_credentials_from_pods_from_their_first_version_on() {
    for (version, options, expected) in [
        ("v1", "", "withheld"),
        (
            "v1",
            "metadataOptions: { httpPutResponseHopLimit: 2 }",
            "given",
        ),
        ("v1", "metadataOptions: { httpTokens: optional }", "given"),
        (
            "v1",
            "metadataOptions: { httpEndpoint: disabled, httpTokens: optional }",
            "withheld",
        ),
        ("v1beta1", "", "given"),
        (
            "v1beta1",
            "metadataOptions: { httpPutResponseHopLimit: 1 }",
            "withheld",
        ),
        (
            "v1",
            "metadataOptions: { httpTokens: \"${TOKENS}\" }",
            "unknown",
        ),
    ] {
        let class = format!(
            "---\napiVersion: karpenter.k8s.aws/{version}\nkind: EC2NodeClass\nmetadata: {{ name: d }}\nspec:\n  subnetSelectorTerms: [{{ id: subnet-a }}]\n  {options}\n"
        );
        assert_eq!(told(CLUSTER, "", &class), expected, "{version} {options}");
    }
}
