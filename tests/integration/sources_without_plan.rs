//! Terraform sources that no plan covers: what they declare is not judged, and every channel says so.

use crate::binary::{Ran, repository, run};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A folder of this module's.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    repository(&format!("sources_without_plan/{name}"), files)
}

/// A strict scan.
fn strict(here: &Path, arguments: &[&str]) -> Ran {
    let strict = ["scan", "--strict", "--fail-on", "none"];
    run(here, &[&strict, arguments].concat())
}

/// The gaps about sources without a plan: the address that each is shown at.
fn unplanned(here: &Path, arguments: &[&str]) -> Vec<String> {
    let arguments = [&["--format", "json"], arguments].concat();
    let Ran { out, err, .. } = strict(here, &arguments);
    let report: Value = serde_json::from_str(&out)
        .map_err(|_| format!("{out}{err}"))
        .unwrap();
    let gaps = report["gaps"].as_array().unwrap().iter();
    gaps.filter(|gap| gap["what"].as_str().unwrap().contains("no plan or state"))
        .map(|gap| gap["origin"]["address"].as_str().unwrap().to_owned())
        .collect()
}

const PEERING: &str = "resource \"aws_vpc\" \"a\" {\n  cidr_block = \"10.0.0.0/16\"\n}\nresource \"aws_vpc_peering_connection\" \"p\" {\n  vpc_id = aws_vpc.a.id\n  peer_vpc_id = \"vpc-1\"\n}\n";

/// A plan that makes these resources, and whose configuration holds them; `made` false: the plan destroys all.
fn plan(resources: &[(&str, &str, Value)], made: bool) -> String {
    let change = |(kind, name, values): &(&str, &str, Value)| {
        let (actions, before, after) = if made {
            ("create", Value::Null, values.clone())
        } else {
            ("delete", values.clone(), Value::Null)
        };
        json!({ "address": format!("{kind}.{name}"), "mode": "managed", "type": kind, "name": name,
                "change": { "actions": [actions], "before": before, "after": after, "after_unknown": { "id": made } } })
    };
    let block = |(kind, name, _): &(&str, &str, Value)| json!({ "address": format!("{kind}.{name}"), "mode": "managed", "type": kind, "name": name });
    json!({
        "format_version": "1.2", "terraform_version": "1.9.0",
        "resource_changes": resources.iter().map(change).collect::<Vec<_>>(),
        "configuration": { "root_module": { "resources": resources.iter().map(block).collect::<Vec<_>>() } },
    })
    .to_string()
}

fn peering_plan(made: bool) -> String {
    let resources = [
        ("aws_vpc", "a", json!({ "cidr_block": "10.0.0.0/16" })),
        (
            "aws_vpc_peering_connection",
            "p",
            json!({ "peer_vpc_id": "vpc-1" }),
        ),
    ];
    plan(&resources, made)
}

#[test]
fn sources_alone_are_a_gap_however_they_are_given() {
    let here = folder("alone", &[("infra/main.tf", PEERING)]);
    for arguments in [&[][..], &["infra"], &["infra/main.tf"], &["--tf", "infra"]] {
        let Ran { code, out, err } = strict(&here, arguments);
        assert_eq!(code, 3, "{arguments:?}: {out}{err}");
        for part in [
            "`infra/main.tf:4`: ",
            "the Terraform files of `infra` are not judged",
            "`terraform show -json plan.bin > plan.json`",
        ] {
            assert!(err.contains(part), "{arguments:?}: {part}: {err}");
        }
        let gaps = unplanned(&here, arguments);
        assert_eq!(gaps, ["aws_vpc_peering_connection.p"], "{arguments:?}");
    }
}

#[test]
fn each_border_and_cluster_needs_a_plan() {
    let kinds = [
        "aws_vpc_peering_connection_accepter",
        "aws_ec2_transit_gateway",
        "aws_ec2_transit_gateway_vpc_attachment",
        "aws_vpn_connection",
        "aws_dx_gateway_association",
        "aws_networkmanager_core_network",
        "aws_vpclattice_service_network",
        "aws_vpc_endpoint_service",
        "aws_eks_cluster",
        "azurerm_virtual_network_peering",
        "azurerm_virtual_hub_connection",
        "azurerm_virtual_wan",
        "azurerm_virtual_network_gateway_connection",
        "azurerm_private_endpoint",
        "azurerm_kubernetes_cluster",
        "google_compute_network_peering",
        "google_compute_vpn_tunnel",
        "google_compute_interconnect_attachment",
        "google_service_networking_connection",
        "google_network_connectivity_spoke",
        "google_container_cluster",
    ];
    for kind in kinds {
        let text = format!("resource \"{kind}\" \"it\" {{\n}}\n");
        let here = folder(kind, &[("main.tf", text.as_str())]);
        assert_eq!(unplanned(&here, &[]), [format!("{kind}.it")]);
    }
    let json = r#"{"resource":{"aws_vpc_peering_connection":{"p":{"vpc_id":"vpc-1"}}}}"#;
    let azapi = "resource \"azapi_resource\" \"p\" {\n  type = \"Microsoft.Network/virtualNetworks/virtualNetworkPeerings@2023-09-01\"\n}\n";
    let others = [
        ("main.tf.json", json, "aws_vpc_peering_connection.p"),
        ("main.tofu", PEERING, "aws_vpc_peering_connection.p"),
        ("main.tf", azapi, "azapi_resource.p"),
    ];
    for (path, text, address) in others {
        let here = folder(path, &[(path, text)]);
        assert_eq!(unplanned(&here, &[]), [address], "{path}");
    }
}

#[test]
fn sources_without_a_border_need_no_plan() {
    let bucket =
        "resource \"aws_s3_bucket\" \"b\" {\n}\nmodule \"own\" {\n  source = \"./own\"\n}\n";
    let data = "data \"aws_vpc_peering_connection\" \"p\" {\n}\n";
    let files = [("main.tf", bucket), ("own/main.tf", data)];
    let here = folder("bucket", &files);
    let Ran { code, err, .. } = strict(&here, &[]);
    assert_eq!(code, 0, "{err}");
    assert!(!err.contains("plan.json"), "{err}");
}

#[test]
fn a_module_is_told_with_the_root_that_calls_it() {
    let root = "module \"net\" {\n  source = \"../modules/net\"\n}\n";
    let files = [("live/main.tf", root), ("modules/net/main.tf", PEERING)];
    let here = folder("called", &files);
    assert_eq!(
        unplanned(&here, &[]),
        ["module.net.aws_vpc_peering_connection.p"]
    );
    let registry = "module \"eks\" {\n  source = \"terraform-aws-modules/eks/aws\"\n  version = \"20.0.0\"\n}\n";
    let here = folder("registry", &[("live/main.tf", registry)]);
    assert_eq!(unplanned(&here, &[]), ["module.eks"]);
}

#[test]
fn sources_beside_their_plan_are_silent() {
    for (name, made) in [("planned", true), ("destroyed", false)] {
        let plan = peering_plan(made);
        for path in ["infra/plan.json", "plan.json"] {
            let here = folder(name, &[("infra/main.tf", PEERING), (path, &plan)]);
            assert_eq!(unplanned(&here, &[]), [""; 0], "{name} {path}");
        }
    }
}

#[test]
fn of_roots_alike_only_those_with_a_plan_are_silent() {
    let plan = peering_plan(true);
    let roots = [("dev/main.tf", PEERING), ("prod/main.tf", PEERING)];
    let one = [&roots[..], &[("prod/plan.json", plan.as_str())]].concat();
    let here = folder("one_of_two", &one);
    let Ran { code, err, .. } = strict(&here, &[]);
    assert_eq!(code, 3, "{err}");
    assert!(err.contains("the Terraform files of `dev`"), "{err}");
    assert_eq!(unplanned(&here, &[]).len(), 1);
    let two = [
        &roots[..],
        &[
            ("plans/dev.json", plan.as_str()),
            ("plans/prod.json", &plan),
        ],
    ]
    .concat();
    let here = folder("two_of_two", &two);
    assert_eq!(unplanned(&here, &[]), [""; 0]);
}

#[test]
fn many_roots_are_one_note() {
    let files = [
        ("a/main.tf", PEERING),
        ("b/main.tf", PEERING),
        ("c/main.tf", PEERING),
    ];
    let here = folder("many", &files);
    let Ran { err, .. } = strict(&here, &[]);
    assert_eq!(err.matches("plan.bin > plan.json").count(), 1, "{err}");
    assert!(err.contains("so it is with 2 other folders"), "{err}");
    assert_eq!(unplanned(&here, &[]).len(), 3);
}
