//! Words of reports that once lacked one, or named one thing as another.

use crate::binary::{self, run};
use serde_json::{Value, json};

/// The resources of two networks that a peering joins, one instance in the far one; `app` and `data` tell their names.
fn resources(app: &str, data: &str) -> Vec<(String, Value)> {
    let of = |kind: &str, name: &str, values: Value| (format!("{kind}.{name}"), values);
    let owner = "111122223333";
    let vpc = |n: u32, cidr: &str| {
        json!({"id": format!("vpc-{n}"), "cidr_block": cidr, "owner_id": owner, "main_route_table_id": format!("rtb-m{n}"),
            "default_security_group_id": format!("sg-d{n}"), "default_network_acl_id": format!("acl-{n}")})
    };
    let route = |cidr: &str| json!([{"cidr_block": cidr, "vpc_peering_connection_id": "pcx-1"}]);
    vec![
        of("aws_vpc", app, vpc(1, "10.20.0.0/16")),
        of("aws_vpc", data, vpc(2, "10.40.0.0/16")),
        of(
            "aws_subnet",
            app,
            json!({"id": "subnet-1", "vpc_id": "vpc-1", "cidr_block": "10.20.0.0/20"}),
        ),
        of(
            "aws_subnet",
            data,
            json!({"id": "subnet-2", "vpc_id": "vpc-2", "cidr_block": "10.40.0.0/24"}),
        ),
        of(
            "aws_route_table",
            app,
            json!({"id": "rtb-m1", "vpc_id": "vpc-1", "route": route("10.40.0.0/16")}),
        ),
        of(
            "aws_route_table",
            data,
            json!({"id": "rtb-m2", "vpc_id": "vpc-2", "route": route("10.20.0.0/16")}),
        ),
        of(
            "aws_vpc_peering_connection",
            "p",
            json!({"id": "pcx-1", "vpc_id": "vpc-1", "peer_vpc_id": "vpc-2", "peer_owner_id": owner, "accept_status": "active"}),
        ),
        of(
            "aws_security_group",
            data,
            json!({"id": "sg-2", "vpc_id": "vpc-2", "egress": [], "ingress": [{"protocol": "-1", "from_port": 0, "to_port": 0,
                "cidr_blocks": ["10.20.0.0/16"], "self": false}]}),
        ),
        of(
            "aws_eks_cluster",
            "main",
            cluster("subnet-1", "sg-c1", "main", &[]),
        ),
    ]
}

fn cluster(subnet: &str, group: &str, name: &str, more: &[&str]) -> Value {
    json!({"id": name, "name": name, "arn": format!("arn:aws:eks:eu-west-1:111122223333:cluster/{name}"),
        "vpc_config": [{"subnet_ids": [subnet], "cluster_security_group_id": group, "security_group_ids": more,
            "endpoint_private_access": true, "endpoint_public_access": false}]})
}

/// The state of some resources.
fn state(resources: &[(String, Value)]) -> String {
    let one = |(address, values): &(String, Value)| {
        let (kind, name) = address.split_once('.').unwrap();
        json!({"address": address, "mode": "managed", "type": kind, "name": name, "values": values})
    };
    let all: Vec<Value> = resources.iter().map(one).collect();
    json!({"format_version": "1.0", "values": {"root_module": {"resources": all}}}).to_string()
}

const PODS: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  namespace: store
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec: {containers: [{name: api, image: 'api:1'}]}
";

#[test]
fn the_control_plane_is_named_as_the_api_and_not_as_the_cluster() {
    let mut all = resources("app", "data");
    all.push((
        "aws_eks_cluster.other".to_owned(),
        cluster("subnet-2", "sg-c2", "other", &["sg-2"]),
    ));
    let here = binary::folder(
        "words/control-plane",
        &[("state.json", &state(&all)), ("pods.yaml", PODS)],
    );
    let ran = run(
        &here,
        &[
            "scan",
            "--no-config",
            "--state",
            "state.json",
            "--cluster",
            "aws_eks_cluster.main=pods.yaml",
            "--format",
            "json",
        ],
    );
    let report = ran.json();
    let findings = report["findings"].as_array().unwrap();
    let messages = findings.iter().filter(|own| own["rule"] == "CP108");
    let messages: Vec<&str> = messages
        .map(|own| own["message"].as_str().unwrap())
        .collect();
    assert!(!messages.is_empty(), "{}", ran.out);
    for message in messages {
        assert!(message.contains("Kubernetes API of "), "{message}");
    }
}

#[test]
fn an_excerpt_of_a_file_in_utf_16_is_not_blank() {
    let mut all = resources("app", "data");
    all.push((
        "aws_instance.db".to_owned(),
        json!({"id": "i-1", "subnet_id": "subnet-2", "private_ip": "10.40.0.9", "vpc_security_group_ids": ["sg-2"]}),
    ));
    let here = binary::folder("words/utf-16", &[("state.json", &state(&all))]);
    for (name, swap) in [("little", false), ("big", true)] {
        let units = std::iter::once(0xFEFF).chain(PODS.encode_utf16());
        let bytes = units.flat_map(|unit| match swap {
            true => unit.to_be_bytes(),
            false => unit.to_le_bytes(),
        });
        std::fs::write(here.join("pods.yaml"), bytes.collect::<Vec<u8>>()).unwrap();
        let ran = run(&here, &["scan", "--no-config", "-v"]);
        assert_eq!(ran.code, 1, "{name}: {}", ran.err);
        assert!(
            ran.out.contains("pods.yaml:4") && ran.out.contains("|   name: api"),
            "{name}: {}",
            ran.out
        );
    }
}

#[test]
fn two_roots_with_one_address_are_told_apart() {
    let mut near = resources("this", "data");
    near.retain(|(address, _)| !address.ends_with(".data"));
    let mut far = resources("app", "this");
    far.retain(|(address, _)| address.ends_with(".this"));
    far.push((
        "aws_instance.db".to_owned(),
        json!({"id": "i-1", "subnet_id": "subnet-2", "private_ip": "10.40.0.9", "vpc_security_group_ids": ["sg-2"]}),
    ));
    let here = binary::folder(
        "words/two-roots",
        &[
            ("near.json", &state(&near)),
            ("far.json", &state(&far)),
            ("pods.yaml", PODS),
        ],
    );
    let ran = run(
        &here,
        &[
            "explain",
            "--no-config",
            "--from",
            "store/api",
            "--to",
            "aws_instance.db",
            "--format",
            "json",
        ],
    );
    let told = ran.json();
    assert_ne!(told["verdict"], "blocked", "{}", ran.out);
    let hops = told["hops"].as_array().unwrap();
    let said: Vec<&str> = hops
        .iter()
        .map(|hop| hop["because"].as_str().unwrap())
        .collect();
    let said = said.join("; ");
    // Both networks are `aws_vpc.this`: the one that is read second has its file with it.
    let [one, other] = ["of aws_vpc.this`", "of aws_vpc.this (near.json, input 2)`"];
    assert!(said.contains(one) && said.contains(other), "{said}");
}
