//! Policies of Cilium that name security groups and tags: the verdicts of the binary over a state, and over a plan on top of it.

#![cfg(test)]

use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::Command;

/// A resource of a state or of planned values.
fn resource(address: &str, values: &Value) -> Value {
    let (kind, name) = address.split_once('.').unwrap();
    let provider = "registry.terraform.io/hashicorp/aws";
    json!({"address": address, "mode": "managed", "type": kind, "name": name, "provider_name": provider, "values": values})
}

/// The cluster's VPC and another one, joined by a peering with routes both ways; in the other one stand two instances, and no security
/// group keeps anything from passing.
fn network() -> Vec<Value> {
    let vpc = |name: &str, block: &str| {
        let arn = format!("arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-{name}");
        let values = json!({"id": format!("vpc-{name}"), "arn": arn, "owner_id": "111122223333", "cidr_block": block, "main_route_table_id": format!("rtb-{name}")});
        resource(&format!("aws_vpc.{name}"), &values)
    };
    let subnet = |name: &str, block: &str| {
        resource(
            &format!("aws_subnet.{name}"),
            &json!({"id": format!("subnet-{name}"), "vpc_id": format!("vpc-{name}"), "cidr_block": block}),
        )
    };
    let route = |name: &str, block: &str| {
        let values = json!({"id": format!("r-{name}"), "route_table_id": format!("rtb-{name}"), "destination_cidr_block": block, "vpc_peering_connection_id": "pcx-1"});
        resource(&format!("aws_route.{name}"), &values)
    };
    let group = |name: &str, vpc: &str| {
        let any =
            json!([{"from_port": 0, "to_port": 0, "protocol": "-1", "cidr_blocks": ["0.0.0.0/0"]}]);
        let values = json!({"id": format!("sg-{name}"), "name": name, "vpc_id": format!("vpc-{vpc}"), "ingress": any, "egress": any});
        resource(&format!("aws_security_group.{name}"), &values)
    };
    let instance = |name: &str, address: Value, group: &str| {
        let values = json!({"id": format!("i-{name}"), "subnet_id": "subnet-data", "private_ip": address, "vpc_security_group_ids": [group], "tags": {"role": name}});
        resource(&format!("aws_instance.{name}"), &values)
    };
    vec![
        vpc("app", "10.20.0.0/16"),
        vpc("data", "10.40.0.0/16"),
        subnet("app", "10.20.0.0/24"),
        subnet("data", "10.40.3.0/24"),
        resource(
            "aws_vpc_peering_connection.p",
            &json!({"id": "pcx-1", "vpc_id": "vpc-app", "peer_vpc_id": "vpc-data", "auto_accept": true, "accept_status": "active"}),
        ),
        route("app", "10.40.0.0/16"),
        route("data", "10.20.0.0/16"),
        group("db", "data"),
        group("other", "data"),
        instance("db", json!("10.40.3.7"), "sg-db"),
        instance("other", json!("10.40.3.8"), "sg-other"),
        resource(
            "aws_eks_cluster.prod",
            &json!({"id": "prod", "name": "prod", "vpc_config": [{"subnet_ids": ["subnet-app"], "cluster_security_group_id": "sg-cluster"}]}),
        ),
        resource(
            "aws_vpc_security_group_ingress_rule.in",
            &json!({"id": "sgr-1", "security_group_id": "sg-cluster", "ip_protocol": "-1", "cidr_ipv4": "0.0.0.0/0"}),
        ),
        resource(
            "aws_eks_node_group.nodes",
            &json!({"id": "prod:nodes", "cluster_name": "prod", "node_group_name": "nodes", "subnet_ids": ["subnet-app"]}),
        ),
    ]
}

fn manifests(rules: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: DaemonSet
metadata: {{name: cilium, namespace: kube-system}}
spec: {{selector: {{matchLabels: {{k8s-app: cilium}}}}, template: {{metadata: {{labels: {{k8s-app: cilium}}}}, spec: {{hostNetwork: true, containers: [{{name: agent, image: cilium}}]}}}}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: cilium-config, namespace: kube-system}}
data: {{ipam: eni, routing-mode: native, enable-ipv4-masquerade: 'false'}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: cilium-operator, namespace: kube-system}}
spec: {{selector: {{matchLabels: {{app: op}}}}, template: {{metadata: {{labels: {{app: op}}}}, spec: {{hostNetwork: true, containers: [{{name: cilium-operator, image: 'quay.io/cilium/operator-aws:v1.18.1'}}]}}}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, namespace: shop}}
spec: {{selector: {{matchLabels: {{app: web}}}}, template: {{metadata: {{labels: {{app: web}}}}, spec: {{containers: [{{name: web, image: web}}]}}}}}}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {{name: groups, namespace: shop}}
spec:
  endpointSelector: {{}}
  {rules}
"
    )
}

fn state() -> Value {
    json!({"format_version": "1.0", "terraform_version": "1.11.4", "values": {"root_module": {"resources": network()}}})
}

/// A plan that leaves what stands as it is, and makes a subnet and an instance with the group `db`, whose address is not known yet.
fn plan() -> Value {
    let change = |mut resource: Value, actions: &str, unknown: Value| {
        let values = resource.as_object_mut().unwrap().remove("values").unwrap();
        let before = if actions == "create" {
            Value::Null
        } else {
            values.clone()
        };
        resource["change"] = json!({"actions": [actions], "before": before, "after": values, "after_unknown": unknown});
        resource
    };
    let mut changes: Vec<Value> = network()
        .into_iter()
        .map(|resource| change(resource, "no-op", json!({})))
        .collect();
    let subnet = resource(
        "aws_subnet.late",
        &json!({"vpc_id": "vpc-data", "cidr_block": "10.40.4.0/24"}),
    );
    changes.push(change(subnet, "create", json!({"id": true})));
    let instance = resource(
        "aws_instance.late",
        &json!({"vpc_security_group_ids": ["sg-db"], "tags": {"role": "late"}}),
    );
    changes.push(change(
        instance,
        "create",
        json!({"id": true, "subnet_id": true, "private_ip": true}),
    ));
    let expressions =
        json!({"subnet_id": {"references": ["aws_subnet.late.id", "aws_subnet.late"]}});
    let late = json!({"address": "aws_instance.late", "mode": "managed", "type": "aws_instance", "name": "late", "expressions": expressions});
    let configuration = json!({"root_module": {"resources": [late]}});
    json!({"format_version": "1.2", "terraform_version": "1.11.4", "planned_values": {}, "resource_changes": changes, "configuration": configuration})
}

/// What `explain` says of a flow over an input, whose kind is its flag.
fn explained(
    (flag, input): (&str, &Value),
    name: &str,
    rules: &str,
    from: &str,
    to: &str,
) -> Value {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join("cloud_groups")
        .join(name);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("input.json"), input.to_string()).unwrap();
    std::fs::write(folder.join("manifests.yaml"), manifests(rules)).unwrap();
    let mut process = Command::new(env!("CARGO_BIN_EXE_crosspeer"));
    process
        .args(["explain", "--no-config", "--format", "json", flag])
        .arg(folder.join("input.json"));
    process
        .arg("--manifests")
        .arg(folder.join("manifests.yaml"));
    let output = process
        .args(["--from", from, "--to", to, "--port", "5432"])
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|wrong| panic!("{wrong}: {}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn pods_reach_whom_the_groups_name() {
    let by_id = "{aws: {securityGroupsIds: [sg-db]}}";
    let by_name = "{aws: {securityGroupsNames: [db]}}";
    let by_tag = "{aws: {labels: {role: db}}}";
    for (name, rules, db, other) in [
        ("id", format!("egress: [{{toGroups: [{by_id}]}}]"), "reachable", "blocked"),
        // Names and tags may be in any VPC, with the same addresses.
        ("name", format!("egress: [{{toGroups: [{by_name}]}}]"), "reachable", "possible"),
        ("tag", format!("egress: [{{toGroups: [{by_tag}]}}]"), "reachable", "possible"),
        ("gone", "egress: [{toGroups: [{aws: {securityGroupsIds: [sg-gone]}}]}]".to_owned(), "possible", "possible"),
        ("deny", format!("egressDeny: [{{toGroups: [{by_id}]}}]\n  egress: [{{toEntities: [all]}}]"), "blocked", "reachable"),
        ("deny-tag", format!("egressDeny: [{{toGroups: [{by_tag}]}}]\n  egress: [{{toEntities: [all]}}]"), "blocked", "possible"),
        (
            "deny-gone",
            "egressDeny: [{toGroups: [{aws: {securityGroupsIds: [sg-gone]}}]}]\n  egress: [{toEntities: [all]}]".to_owned(),
            "possible",
            "possible",
        ),
    ] {
        for (to, verdict) in [("aws_instance.db", db), ("aws_instance.other", other)] {
            let trail = explained(("--state", &state()), name, &rules, "shop/web", to);
            assert_eq!(trail["verdict"], verdict, "{name} to {to}: {trail:#}");
            let named = trail["gaps"].to_string().contains("names instances of AWS");
            assert_eq!(named, verdict == "possible", "{name} to {to}: {trail:#}");
        }
    }
}

#[test]
fn those_of_the_groups_reach_pods() {
    for (name, rules, db, other) in [
        (
            "in-id",
            "ingress: [{fromGroups: [{aws: {securityGroupsIds: [sg-db]}}]}]",
            "reachable",
            "blocked",
        ),
        (
            "in-deny",
            "ingressDeny: [{fromGroups: [{aws: {securityGroupsIds: [sg-db]}}]}]\n  ingress: [{fromEntities: [all]}]",
            "blocked",
            "reachable",
        ),
    ] {
        for (from, verdict) in [("aws_instance.db", db), ("aws_instance.other", other)] {
            let trail = explained(("--state", &state()), name, rules, from, "shop/web");
            assert_eq!(trail["verdict"], verdict, "{name} from {from}: {trail:#}");
        }
    }
}

#[test]
fn a_new_instance_of_the_group_is_possible_either_way() {
    for (name, rules, db, other) in [
        (
            "plan",
            "egress: [{toGroups: [{aws: {securityGroupsIds: [sg-db]}}]}]",
            "reachable",
            "blocked",
        ),
        (
            "plan-deny",
            "egressDeny: [{toGroups: [{aws: {securityGroupsIds: [sg-db]}}]}]\n  egress: [{toEntities: [all]}]",
            "blocked",
            "reachable",
        ),
    ] {
        for (to, verdict) in [
            ("aws_instance.db", db),
            ("aws_instance.other", other),
            ("aws_instance.late", "possible"),
        ] {
            let trail = explained(("--plan", &plan()), name, rules, "shop/web", to);
            assert_eq!(trail["verdict"], verdict, "{name} to {to}: {trail:#}");
            let named = trail["gaps"]
                .to_string()
                .contains("at which addresses, it finds `aws_instance.late`");
            assert_eq!(
                named,
                to == "aws_instance.late",
                "{name} to {to}: {trail:#}"
            );
        }
    }
}
