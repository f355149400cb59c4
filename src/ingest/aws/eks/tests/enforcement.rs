//! Which engine, and whether it enforces: every way in which the input may say so.

use super::{CLUSTER, NETWORK, WEB, WORKERS, world};
use crate::ingest::Settings;
use crate::model::*;

/// The engine, `yes`, `no` or `unknown`, and whether that is an assumption.
fn said(resources: &str, manifests: &str, policy_engine: Option<&str>) -> String {
    let settings = Settings { policy_engine: policy_engine.map(str::to_owned), ..Settings::default() };
    let world = world(&format!("{NETWORK}{CLUSTER}{resources}"), &format!("{WEB}---\n{manifests}"), &settings);
    let cluster = world.clusters.iter().next().unwrap().1;
    format!("{} {}", cluster.engine, word(&cluster.enforced))
}

fn word(enforced: &Enforced) -> &'static str {
    match enforced {
        Enforced::Yes(note) if note.assumed => "yes by default",
        Enforced::Yes(_) => "yes",
        Enforced::No(note) if note.assumed => "no by default",
        Enforced::No(_) => "no",
        Enforced::Unknown(_, doubt) => {
            assert!(!doubt.is_certain());
            "unknown"
        }
    }
}

fn cni(configuration: &str) -> String {
    format!(r#"aws_eks_addon.cni {{"cluster_name": "prod", "addon_name": "vpc-cni", "configuration_values": {configuration}}}"#)
}

#[test]
fn terraform_says() {
    for (resources, expected) in [
        (String::new(), "vpc-cni no by default"),
        (cni("null"), "vpc-cni no by default"),
        (cni(r#""{\"enableNetworkPolicy\":\"true\"}""#), "vpc-cni yes"),
        (cni(r#""{\"enableNetworkPolicy\":true}""#), "vpc-cni yes"),
        (cni(r#""enableNetworkPolicy: \"true\"\n""#), "vpc-cni yes"),
        (cni(r#""{\"enableNetworkPolicy\":\"false\"}""#), "vpc-cni no"),
        (cni(r#""?""#), "vpc-cni unknown"),
        (cni(r#""[what""#), "vpc-cni unknown"),
        (cni(r#""{\"enableNetworkPolicy\":\"true\"}""#).replace("\"prod\"", "\"other\""), "vpc-cni no by default"),
        (r#"helm_release.c {"chart": "cilium", "values": []}"#.to_owned(), "cilium yes"),
        (r#"helm_release.c {"chart": "cilium", "values": ["policyEnforcementMode: never"]}"#.to_owned(), "cilium no"),
        (r#"helm_release.c {"chart": "tigera-operator"}"#.to_owned(), "calico yes"),
        (r#"helm_release.c {"chart": "aws-vpc-cni", "set": [{"name": "enableNetworkPolicy", "value": "true"}]}"#.to_owned(), "vpc-cni yes"),
        (r#"helm_release.c {"chart": "aws-vpc-cni", "values": ["enableNetworkPolicy: true"]}"#.to_owned(), "vpc-cni yes"),
        (r#"helm_release.c {"chart": "aws-vpc-cni", "values": ["?"]}"#.to_owned(), "vpc-cni unknown"),
    ] {
        assert_eq!(said(&resources, "", None), expected, "{resources}");
    }
}

#[test]
fn the_add_on_goes_before_a_helm_release_and_both_before_manifests() {
    let on = cni(r#""{\"enableNetworkPolicy\":\"true\"}""#);
    let off = r#"helm_release.c {"chart": "aws-vpc-cni", "values": ["enableNetworkPolicy: false"]}"#;
    assert_eq!(said(&format!("{on}\n{off}"), &aws_node("false"), None), "vpc-cni yes");
    assert_eq!(said(off, &format!("{}---\n{}", aws_node("true"), CONTROLLER), None), "vpc-cni no");
}

const CONTROLLER: &str = "
apiVersion: v1
kind: ConfigMap
metadata: { name: amazon-vpc-cni, namespace: kube-system }
data: { enable-network-policy-controller: 'true' }
";

fn aws_node(on: &str) -> String {
    format!(
        "
apiVersion: apps/v1
kind: DaemonSet
metadata: {{ name: aws-node, namespace: kube-system }}
spec:
  selector: {{ matchLabels: {{ k8s-app: aws-node }} }}
  template:
    metadata: {{ labels: {{ k8s-app: aws-node }} }}
    spec:
      hostNetwork: true
      containers:
      - {{ name: aws-node, image: cni, env: [{{ name: ENABLE_POD_ENI, value: 'true' }}] }}
      - {{ name: aws-eks-nodeagent, image: agent, args: [--enable-ipv6=false, --enable-network-policy={on}] }}
"
    )
}

#[test]
fn manifests_say() {
    let cilium = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: { name: cilium, namespace: kube-system }\nspec:\n  selector: { matchLabels: { k8s-app: cilium } }\n  template: { metadata: { labels: { k8s-app: cilium } }, spec: { containers: [{ name: a, image: a }] } }\n";
    let never = format!(
        "{cilium}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: cilium-config, namespace: kube-system }}\ndata: {{ enable-policy: never }}\n"
    );
    for (manifests, expected) in [
        (aws_node("true"), "vpc-cni unknown"),
        (CONTROLLER.to_owned(), "vpc-cni unknown"),
        (format!("{}---{CONTROLLER}", aws_node("true")), "vpc-cni yes"),
        (format!("{}---{CONTROLLER}", aws_node("false")), "vpc-cni no"),
        (format!("{}---{}", aws_node("true"), CONTROLLER.replace("'true'", "'false'")), "vpc-cni no"),
        (cilium.to_owned(), "cilium yes"),
        (never, "cilium no"),
        ("apiVersion: operator.tigera.io/v1\nkind: Installation\nmetadata: { name: default }\nspec: {}\n".to_owned(), "calico yes"),
    ] {
        assert_eq!(said("", &manifests, None), expected, "{manifests}");
    }
}

#[test]
fn the_configuration_goes_before_everything() {
    let on = cni(r#""{\"enableNetworkPolicy\":\"true\"}""#);
    assert_eq!(said(&on, "", Some("none")), "none no");
    assert_eq!(said("", "", Some("calico")), "calico yes");
    assert_eq!(said("", "", Some("vpc-cni")), "vpc-cni yes");
}

#[test]
fn only_cilium_does_not_match_pods_by_block() {
    for (engine, matches) in [("cilium", false), ("calico", true), ("vpc-cni", true)] {
        let settings = Settings { policy_engine: Some(engine.to_owned()), ..Settings::default() };
        let world = world(&format!("{NETWORK}{CLUSTER}{WORKERS}"), WEB, &settings);
        assert_eq!(world.clusters.iter().next().unwrap().1.blocks_match_pods, matches, "{engine}");
    }
}

/// Of pods with an engine that enforces, those for which policies hold nevertheless not.
#[test]
fn where_no_engine_reaches() {
    let on = r#"aws_eks_addon.cni {"cluster_name": "prod", "addon_name": "vpc-cni", "configuration_values": "{\"enableNetworkPolicy\":\"true\",\"env\":{\"ENABLE_POD_ENI\":\"true\"}}"}"#;
    let windows = WORKERS.replace(r#""node_group_name""#, r#""ami_type": "WINDOWS_FULL_2022_x86_64", "node_group_name""#);
    let fargate = r#"aws_eks_fargate_profile.f {"cluster_name": "prod", "fargate_profile_name": "f", "subnet_ids": ["subnet-a"], "selector": [{"namespace": "shop"}]}"#;
    let host = WEB.replace("spec: { containers", "spec: { hostNetwork: true, containers");
    let own = format!(
        "{WEB}---\napiVersion: vpcresources.k8s.aws/v1beta1\nkind: SecurityGroupPolicy\nmetadata: {{ name: own, namespace: shop }}\nspec: {{ podSelector: {{}}, securityGroups: {{ groupIds: [sg-o] }} }}\n"
    );
    let calico = r#"helm_release.c {"chart": "tigera-operator"}"#;
    for (resources, manifests, expected) in [
        (format!("{WORKERS}{on}"), WEB.to_owned(), "yes"),
        (format!("{windows}{on}"), WEB.to_owned(), "no"),
        (format!("{WORKERS}{on}\n{fargate}"), WEB.to_owned(), "no"),
        (format!("{WORKERS}{on}"), host, "no"),
        (format!("{WORKERS}{on}"), own.clone(), "yes"),
        (format!("{WORKERS}{on}\n{calico}"), own.clone(), "no"),
        (format!("{WORKERS}{}\n{calico}", on.replace("ENABLE_POD_ENI", "X")), own, "yes"),
    ] {
        let world = world(&format!("{NETWORK}{CLUSTER}{resources}"), &manifests, &Settings::default());
        let footings = &world.workloads.iter().next().unwrap().1.footings;
        assert_eq!(footings.len(), 1, "{resources}\n{manifests}");
        assert_eq!(word(&footings[0].enforced), expected, "{resources}\n{manifests}");
    }
}

/// In strict mode a pod that no policy selects is closed: a policy of its own stands for that.
#[test]
fn strict_mode_closes_pods_without_policies() {
    let strict = |policy: &str, mode: &str| {
        let configuration =
            format!(r#""{{\"enableNetworkPolicy\":\"{policy}\",\"env\":{{\"NETWORK_POLICY_ENFORCING_MODE\":\"{mode}\"}}}}""#);
        let world = world(&format!("{NETWORK}{CLUSTER}{WORKERS}{}", cni(&configuration)), WEB, &Settings::default());
        world
            .policies
            .iter()
            .filter(|(_, policy)| policy.ingress.as_ref().is_some_and(|side| side.isolates && side.rules.is_empty()))
            .count()
    };
    assert_eq!(strict("true", "strict"), 1);
    assert_eq!(strict("true", "standard"), 0);
    assert_eq!(strict("false", "strict"), 0, "the mode says nothing where policies are off");
}
