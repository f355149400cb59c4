//! A finding keeps its fingerprint where lists are put in another order, a rule is put before its own, lines move and files are
//! renamed; what a finding gains is new all the same.
#![cfg(test)]

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A rule that labels of every namespace meet, one that matches nobody, one that another decides before, and one whose block
/// is in no network.
const PODS: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop, labels: {app: web}}\n\
    spec: {containers: [{name: main, image: example}]}\n---\napiVersion: v1\nkind: Pod\n\
    metadata: {name: proxy, namespace: edge, labels: {app: proxy}}\nspec: {containers: [{name: main, image: example}]}\n---\n";
const HEAD: &str = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web, namespace: shop}\n\
    spec:\n  podSelector: {}\n  policyTypes: [Ingress]\n  ingress:\n";
const LABEL: &str = "  - from: [{namespaceSelector: {}, podSelector: {matchExpressions: [{key: app, operator: In, values: [proxy, web]}]}}]\n    ports: [{port: 80}, {port: 443}]\n";
const LABEL_REORDERED: &str = "  - ports: [{port: 443}, {port: 80}]\n    from: [{podSelector: {matchExpressions: [{key: app, operator: In, values: [web, proxy]}]}, namespaceSelector: {}}]\n";
const SHADOWED: &str = "  - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: edge}}, podSelector: {matchLabels: {app: proxy}}}]\n    ports: [{port: 443}]\n";
const NOBODY: &str = "  - from: [{podSelector: {matchLabels: {app: gone}}}]\n";
const OUTSIDE: &str =
    "  - from: [{ipBlock: {cidr: 172.20.7.0/24, except: [172.20.7.1/32, 172.20.7.2/32]}}]\n";
const OUTSIDE_REORDERED: &str =
    "  - from: [{ipBlock: {except: [172.20.7.2/32, 172.20.7.1/32], cidr: 172.20.7.0/24}}]\n";
const INNOCUOUS: &str =
    "  - from: [{podSelector: {matchLabels: {app: web}}}]\n    ports: [{port: 9100}]\n";

fn group(ingress: &[Value]) -> Value {
    json!({"id": "sg-b", "name": "db", "vpc_id": "vpc-b", "ingress": ingress, "egress": []})
}

fn ingress(port: u16, block: &str) -> Value {
    json!({"protocol": "tcp", "from_port": port, "to_port": port, "cidr_blocks": [block], "ipv6_cidr_blocks": [],
        "prefix_list_ids": [], "security_groups": [], "self": false})
}

/// Two joined networks, a cluster that enforces policies, and a database whose group has these rules.
fn state(rules: &[Value]) -> Value {
    let vpc = |letter: &str, block: &str| {
        json!({"id": format!("vpc-{letter}"), "cidr_block": block, "main_route_table_id": format!("rtb-{letter}"),
            "default_security_group_id": format!("sg-d{letter}"), "default_network_acl_id": format!("acl-{letter}")})
    };
    let all = [
        ("aws_vpc", "app", vpc("a", "10.20.0.0/16")),
        ("aws_vpc", "data", vpc("b", "10.40.0.0/16")),
        (
            "aws_subnet",
            "app",
            json!({"id": "subnet-a", "vpc_id": "vpc-a", "cidr_block": "10.20.0.0/20"}),
        ),
        (
            "aws_subnet",
            "data",
            json!({"id": "subnet-b", "vpc_id": "vpc-b", "cidr_block": "10.40.0.0/24"}),
        ),
        (
            "aws_vpc_peering_connection",
            "app_data",
            json!({"id": "pcx-1", "vpc_id": "vpc-a", "peer_vpc_id": "vpc-b", "auto_accept": true, "accept_status": "active"}),
        ),
        ("aws_security_group", "db", group(rules)),
        (
            "aws_instance",
            "db",
            json!({"id": "i-1", "subnet_id": "subnet-b", "private_ip": "10.40.0.10", "vpc_security_group_ids": ["sg-b"]}),
        ),
        (
            "aws_eks_cluster",
            "main",
            json!({"id": "main", "name": "main", "vpc_config": [{"vpc_id": "vpc-a", "subnet_ids": ["subnet-a"], "security_group_ids": [], "cluster_security_group_id": "sg-n"}]}),
        ),
        (
            "aws_eks_node_group",
            "main",
            json!({"id": "main:main", "cluster_name": "main", "node_group_name": "main", "subnet_ids": ["subnet-a"]}),
        ),
        (
            "aws_eks_addon",
            "cni",
            json!({"id": "main:vpc-cni", "cluster_name": "main", "addon_name": "vpc-cni", "configuration_values": "{\"enableNetworkPolicy\": \"true\"}"}),
        ),
    ];
    let resources: Vec<Value> = all
        .into_iter()
        .map(|(kind, name, values)| {
            json!({"address": format!("{kind}.{name}"), "mode": "managed", "type": kind, "name": name,
                "provider_name": "registry.terraform.io/hashicorp/aws", "values": values})
        })
        .collect();
    json!({"format_version": "1.0", "terraform_version": "1.11.4", "values": {"root_module": {"resources": resources}}})
}

/// A folder with a state and manifests.
fn folder(name: &str, manifests: (&str, &str), rules: &[Value]) -> PathBuf {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("fingerprints")
        .join(name);
    let _ = std::fs::remove_dir_all(&out);
    std::fs::create_dir_all(&out).unwrap();
    std::fs::write(out.join("state.json"), state(rules).to_string()).unwrap();
    std::fs::write(out.join(manifests.0), manifests.1).unwrap();
    out
}

fn scan(folder: &Path, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_crosspeer"))
        .args([
            "scan",
            ".",
            "--format",
            "json",
            "--fail-on",
            "none",
            "--no-config",
        ])
        .args(["--select", "CP302,CP303,CP304,CP306,CP501"])
        .args(more)
        .current_dir(folder)
        .output()
        .unwrap()
}

/// Fingerprints of the findings of some rules, with the rule in front.
fn fingerprints(folder: &Path, more: &[&str]) -> BTreeSet<String> {
    let output = scan(folder, more);
    let scan: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let findings = scan["findings"].as_array().unwrap().iter();
    let text = |finding: &Value, field: &str| finding[field].as_str().unwrap().to_owned();
    findings
        .map(|one| format!("{} {}", text(one, "rule"), text(one, "fingerprint")))
        .collect()
}

#[test]
fn fingerprints_outlive_order_lines_and_file_names() {
    let admitted = || ingress(5432, "10.20.0.0/16");
    let text = |rules: &[&str]| format!("{PODS}{HEAD}{}", rules.concat());
    let first = text(&[LABEL, SHADOWED, NOBODY, OUTSIDE]);
    let expected = fingerprints(&folder("first", ("world.yaml", &first), &[admitted()]), &[]);
    let rules: Vec<&str> = expected.iter().filter_map(|one| one.get(..5)).collect();
    assert_eq!(rules, ["CP302", "CP303", "CP304", "CP306", "CP501"]);
    let reordered = text(&[OUTSIDE_REORDERED, NOBODY, LABEL_REORDERED, SHADOWED]);
    let inserted = text(&[INNOCUOUS, LABEL, SHADOWED, NOBODY, OUTSIDE]);
    let moved = format!("# A line.\n\n{first}").replace("\n---\n", "\n---\n# Another.\n");
    for (name, file, manifests) in [
        ("reordered", "world.yaml", &reordered),
        ("inserted", "world.yaml", &inserted),
        ("moved", "world.yaml", &moved),
        ("renamed", "shop.yaml", &first),
    ] {
        let rules = [ingress(9100, "10.20.3.0/24"), admitted()];
        let own = folder(name, (file, manifests), &rules);
        assert_eq!(fingerprints(&own, &[]), expected, "{name}");
    }
}

#[test]
fn what_a_finding_gains_is_new() {
    let known = [ingress(5432, "10.20.0.0/16")];
    let more = [ingress(5432, "10.20.0.0/16"), ingress(6379, "10.20.0.0/16")];
    let pods = ("world.yaml", PODS);
    let base = folder("base", pods, &known);
    let expected = fingerprints(&base, &[]);
    assert_eq!(expected.len(), 1, "{expected:?}");
    let baseline = base.join("baseline.txt");
    let baseline = baseline.to_str().unwrap();
    scan(&base, &["--write-baseline", baseline]);
    let same = folder("same", pods, &known);
    let wider = folder("wider", pods, &more);
    assert_eq!(
        fingerprints(&wider, &[]),
        expected,
        "one group, one finding"
    );
    for known in [
        &["--baseline", baseline][..],
        &["--new-only", "--base", "../base"],
    ] {
        assert_eq!(fingerprints(&same, known), BTreeSet::new(), "{known:?}");
        assert_eq!(fingerprints(&wider, known), expected, "{known:?}");
    }
}
