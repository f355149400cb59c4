//! Which engine, and whether it enforces: every way in which the input may say so.

use super::{CLUSTER, NETWORK, WEB, WORKERS, world};
use crate::ingest::Settings;
use crate::model::*;

/// The engine, `yes`, `no` or `unknown`, and whether that is an assumption.
fn said(resources: &str, manifests: &str, policy_engine: Option<&str>) -> String {
    let settings = Settings {
        policy_engine: policy_engine.map(str::to_owned),
        ..Settings::default()
    };
    let world = world(
        &format!("{NETWORK}{CLUSTER}{resources}"),
        &format!("{WEB}---\n{manifests}"),
        &settings,
    );
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
    format!(
        r#"aws_eks_addon.cni {{"cluster_name": "prod", "addon_name": "vpc-cni", "configuration_values": {configuration}}}"#
    )
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
        // What is known of a text of which parts are not.
        (cni(r#""~{\"enableNetworkPolicy\":\"true\",\"env\":{\"A\":\"<?>\"}}""#), "vpc-cni yes"),
        (cni(r#""~{\"eniConfig\":{\"create\":true,\"subnets\":{\"a\":{\"id\":\"<aws_subnet.a.id>\"}}}}""#), "vpc-cni no by default"),
        (cni(r#""~{\"enableNetworkPolicy\":\"<?>\"}""#), "vpc-cni unknown"),
        (cni(r#""~{\"enableNetworkPolicy\":\"true\",\"env\":\"<?>\"}""#), "vpc-cni yes"),
        (cni(r#""~{\"<?>\":\"true\"}""#), "vpc-cni unknown"),
        (cni(r#""~<*>\nenv: {}""#), "vpc-cni unknown"),
        (cni(r#""[what""#), "vpc-cni unknown"),
        // Which add-on it is may be known only after apply.
        (cni(r#""{\"enableNetworkPolicy\":\"true\"}""#).replace("\"vpc-cni\"", "\"?\""), "vpc-cni unknown"),
        (cni(r#""{\"enableNetworkPolicy\":\"true\"}""#).replace("\"prod\"", "\"other\""), "vpc-cni no by default"),
        (r#"helm_release.c {"chart": "cilium", "values": []}"#.to_owned(), "cilium yes"),
        (r#"helm_release.c {"chart": "cilium", "values": ["policyEnforcementMode: never"]}"#.to_owned(), "cilium no"),
        (r#"helm_release.c {"chart": "cilium", "values": ["policyAuditMode: true"]}"#.to_owned(), "cilium no"),
        (r#"helm_release.c {"chart": "cilium", "values": ["extraConfig: {policy-audit-mode: 'true'}"]}"#.to_owned(), "cilium no"),
        (r#"helm_release.c {"chart": "cilium", "values": ["policyAuditMode: false"]}"#.to_owned(), "cilium yes"),
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
    let off =
        r#"helm_release.c {"chart": "aws-vpc-cni", "values": ["enableNetworkPolicy: false"]}"#;
    assert_eq!(
        said(&format!("{on}\n{off}"), &aws_node("false"), None),
        "vpc-cni yes"
    );
    assert_eq!(
        said(
            off,
            &format!("{}---\n{}", aws_node("true"), CONTROLLER),
            None
        ),
        "vpc-cni no"
    );
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
fn the_flag_of_the_agent_is_off_where_it_is_absent() {
    let with = |args: &str| {
        let flag = "--enable-ipv6=false, --enable-network-policy=true";
        format!("{}---{CONTROLLER}", aws_node("true").replace(flag, args))
    };
    for (args, expected) in [
        ("--enable-ipv6=false", "vpc-cni no by default"),
        ("--enable-network-policy", "vpc-cni yes"),
        ("-enable-network-policy=1", "vpc-cni yes"),
        (
            "--enable-network-policy=true, --enable-network-policy=false",
            "vpc-cni no",
        ),
        ("--enable-network-policy=$(ENABLED)", "vpc-cni unknown"),
        ("--enable-network-policy-logs=true", "vpc-cni no by default"),
    ] {
        assert_eq!(said("", &with(args), None), expected, "{args}");
    }
    // Without an agent nothing enforces either.
    let agent = "      - { name: aws-eks-nodeagent, image: agent, args: [--enable-ipv6=false, --enable-network-policy=true] }\n";
    let without = aws_node("true").replace(agent, "");
    assert_eq!(
        said("", &format!("{without}---{CONTROLLER}"), None),
        "vpc-cni no by default"
    );
    // The add-on says what its own agent is started with.
    let on = cni(r#""{\"enableNetworkPolicy\":\"true\"}""#);
    assert_eq!(said(&on, &with("--enable-ipv6=false"), None), "vpc-cni yes");
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
        let settings = Settings {
            policy_engine: Some(engine.to_owned()),
            ..Settings::default()
        };
        let world = world(&format!("{NETWORK}{CLUSTER}{WORKERS}"), WEB, &settings);
        assert_eq!(
            world.clusters.iter().next().unwrap().1.blocks_match_pods,
            matches,
            "{engine}"
        );
    }
}

/// Of pods with an engine that enforces, those for which policies hold nevertheless not.
#[test]
fn where_no_engine_reaches() {
    let on = r#"aws_eks_addon.cni {"cluster_name": "prod", "addon_name": "vpc-cni", "configuration_values": "{\"enableNetworkPolicy\":\"true\",\"env\":{\"ENABLE_POD_ENI\":\"true\"}}"}"#;
    let windows = WORKERS.replace(
        r#""node_group_name""#,
        r#""ami_type": "WINDOWS_FULL_2022_x86_64", "node_group_name""#,
    );
    let fargate = r#"aws_eks_fargate_profile.f {"cluster_name": "prod", "fargate_profile_name": "f", "subnet_ids": ["subnet-a"], "selector": [{"namespace": "shop"}]}"#;
    let host = WEB.replace(
        "spec: { containers",
        "spec: { hostNetwork: true, containers",
    );
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
        (
            format!("{WORKERS}{}\n{calico}", on.replace("ENABLE_POD_ENI", "X")),
            own,
            "yes",
        ),
    ] {
        let world = world(
            &format!("{NETWORK}{CLUSTER}{resources}"),
            &manifests,
            &Settings::default(),
        );
        let pod_placements = &world.workloads.iter().next().unwrap().1.pod_placements;
        assert_eq!(pod_placements.len(), 1, "{resources}\n{manifests}");
        assert_eq!(
            word(&pod_placements[0].enforced),
            expected,
            "{resources}\n{manifests}"
        );
    }
}

/// In strict mode a pod that no policy selects is closed: a policy of its own stands for that.
#[test]
fn strict_mode_closes_pods_without_policies() {
    let strict = |policy: &str, mode: &str| {
        let configuration = format!(
            r#""{{\"enableNetworkPolicy\":\"{policy}\",\"env\":{{\"NETWORK_POLICY_ENFORCING_MODE\":\"{mode}\"}}}}""#
        );
        let world = world(
            &format!("{NETWORK}{CLUSTER}{WORKERS}{}", cni(&configuration)),
            WEB,
            &Settings::default(),
        );
        world
            .policies
            .iter()
            .filter(|(_, policy)| {
                policy
                    .ingress
                    .as_ref()
                    .is_some_and(|side| side.isolates && side.rules.is_empty())
            })
            .count()
    };
    assert_eq!(strict("true", "strict"), 1);
    assert_eq!(strict("true", "standard"), 0);
    assert_eq!(
        strict("false", "strict"),
        0,
        "the mode says nothing where policies are off"
    );
}

/// What the VPC CNI does not surely enforce as it is written: each rule's peer and `?`, then the gaps.
fn rules(manifests: &str) -> String {
    rules_by(manifests, None)
}

/// The same where another engine may be named.
fn rules_by(manifests: &str, engine: Option<&str>) -> String {
    let on = cni(r#""{\"enableNetworkPolicy\":\"true\"}""#);
    let settings = Settings {
        policy_engine: engine.map(str::to_owned),
        ..Settings::default()
    };
    let world = world(
        &format!("{NETWORK}{CLUSTER}{WORKERS}{on}"),
        &format!("{WEB}---\n{manifests}"),
        &settings,
    );
    let sides = world
        .policies
        .iter()
        .flat_map(|(_, policy)| policy.ingress.iter().chain(&policy.egress));
    let mut lines: Vec<String> = Vec::new();
    for rule in sides.flat_map(|side| &side.rules) {
        let peer = match &rule.peer {
            PolicyPeer::AddressesOfPodsToo(addresses) => addresses.to_string(),
            PolicyPeer::All(parts) => match parts.as_slice() {
                [PolicyPeer::AddressesOfPodsToo(own), PolicyPeer::Not(out)] => match &**out {
                    PolicyPeer::AddressesOfPodsToo(out) => own.difference(out).to_string(),
                    other => format!("{other:?}"),
                },
                other => format!("{other:?}"),
            },
            other => format!("{other:?}"),
        };
        lines.push(format!(
            "{peer}{}",
            if rule.doubt.is_certain() { "" } else { " ?" }
        ));
    }
    lines.extend(
        world
            .gaps
            .iter()
            .map(|(_, gap)| format!("gap {}", gap.what)),
    );
    lines.join("\n")
}

fn policy(name: &str, app: &str, rule: &str) -> String {
    format!(
        "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{ name: {name}, namespace: shop }}\nspec: {{ podSelector: {{ matchLabels: {{ app: {app} }} }}, ingress: [{rule}] }}\n"
    )
}

#[test]
fn a_rule_with_more_ports_than_the_vpc_cni_takes_is_in_doubt() {
    let rule = |count: u16, protocol: &str| {
        let ports: Vec<String> = (1..=count)
            .map(|port| {
                format!(
                    "{{ protocol: {}, port: {port} }}",
                    if port > 20 { protocol } else { "TCP" }
                )
            })
            .collect();
        format!(
            "{{ from: [{{ ipBlock: {{ cidr: 10.40.0.0/16 }} }}], ports: [{}] }}",
            ports.join(", ")
        )
    };
    assert_eq!(rules(&policy("p", "web", &rule(24, "TCP"))), "10.40.0.0/16");
    assert_eq!(rules(&policy("p", "web", &rule(25, "UDP"))), "10.40.0.0/16");
    assert_eq!(
        rules(&policy("p", "web", &rule(25, "TCP"))),
        "10.40.0.0/16 ?\ngap a rule of NetworkPolicy shop/p names more than 24 ports of one protocol: whether the VPC CNI enforces all of them is not judged"
    );
    // Other engines have no such limit.
    let many = policy("p", "web", &rule(25, "TCP"));
    assert_eq!(rules_by(&many, Some("calico")), "10.40.0.0/16");
}

/// 10.0.0.0/9 but for 10.0.0.0/10 in one policy and 10.64.0.0/10 in the other: nothing is left for sure.
#[test]
fn parts_left_out_of_one_block_by_two_rules_may_be_left_out_of_both() {
    let rule = |except: &str| {
        format!("{{ from: [{{ ipBlock: {{ cidr: 10.0.0.0/8, except: [{except}] }} }}] }}")
    };
    let both = |app: &str| {
        rules(&format!(
            "{}{}",
            policy("p", "web", &rule("10.0.0.0/9")),
            policy("q", app, &rule("10.0.0.0/9, 10.128.0.0/10"))
        ))
    };
    let gap = |one: &str, other: &str| {
        format!(
            "gap NetworkPolicy shop/{one} and NetworkPolicy shop/{other} leave out different parts of 10.0.0.0/8 for the same pods: the VPC CNI may leave out all of them, which is not judged"
        )
    };
    assert_eq!(both("other"), "10.128.0.0/9\n10.192.0.0/10");
    assert_eq!(
        both("web"),
        format!(
            "10.128.0.0/9 ?\n10.192.0.0/10\n10.192.0.0/10 ?\n10.192.0.0/10\n{}\n{}",
            gap("p", "q"),
            gap("q", "p")
        )
    );
    let same = format!(
        "{}{}",
        policy("p", "web", &rule("10.0.0.0/9")),
        policy("q", "web", &rule("10.0.0.0/9"))
    );
    assert_eq!(rules(&same), "10.128.0.0/9\n10.128.0.0/9");
}

#[test]
fn policies_may_not_hold_for_pods_without_an_owner() {
    let on = cni(r#""{\"enableNetworkPolicy\":\"true\"}""#);
    let alone = "apiVersion: v1\nkind: Pod\nmetadata: { name: alone, namespace: shop }\nspec: { containers: [{ name: web, image: web }] }\n";
    let world = world(
        &format!("{NETWORK}{CLUSTER}{WORKERS}{on}"),
        &format!("{WEB}---\n{alone}"),
        &Settings::default(),
    );
    let of = |name: &str| {
        world
            .workloads
            .iter()
            .find(|(_, own)| own.name == name)
            .map(|(_, own)| word(&own.pod_placements[0].enforced))
    };
    assert_eq!((of("web"), of("alone")), (Some("yes"), Some("unknown")));
}
