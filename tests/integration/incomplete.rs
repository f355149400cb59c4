//! Plans that leave a resource out of their changes, and say that they are incomplete: what is reachable with it stays at
//! least possible, and what is blocked because of it is not certain.

use crate::connectivity::{Connectivity, Root, roots};
use serde_json::{Value, json};

/// Addresses of the managed resources that a plan creates or keeps.
fn managed(plan: &Value) -> Vec<String> {
    let changes = plan["resource_changes"].as_array().unwrap();
    let managed = changes.iter().filter(|change| change["mode"] == "managed");
    managed
        .map(|change| change["address"].as_str().unwrap().to_owned())
        .collect()
}

/// The plan without the change of a resource and without its prior state.
fn without(plan: &Value, address: &str) -> Value {
    let mut plan = plan.clone();
    let drop = |list: &mut Value| {
        if let Some(list) = list.as_array_mut() {
            list.retain(|own| own["address"] != address);
        }
    };
    drop(&mut plan["resource_changes"]);
    let mut modules: Vec<&mut Value> = plan
        .pointer_mut("/prior_state/values/root_module")
        .into_iter()
        .collect();
    while let Some(module) = modules.pop() {
        let Some(module) = module.as_object_mut() else {
            continue;
        };
        for (name, inner) in module {
            match (name.as_str(), inner) {
                ("resources", list) => drop(list),
                ("child_modules", Value::Array(below)) => modules.extend(below),
                _ => {}
            }
        }
    }
    plan["complete"] = json!(false);
    plan
}

/// Holds a root against plans that leave one resource out. `every`: how many of the resources are passed over for one.
fn hold(root: &Root, every: usize) -> Vec<String> {
    let known = Connectivity::of(&root.read(&root.plan).world);
    assert!(known.reachable() > 0, "{}: nothing is reachable", root.name);
    let mut wrong = Vec::new();
    for address in managed(&root.plan).into_iter().step_by(every) {
        // Instances of one block are told apart by their keys, which nothing says of one that is left out.
        if address.ends_with(']') && address.starts_with("aws_instance.") {
            continue;
        }
        let part = Connectivity::of(&root.read(&without(&root.plan, &address)).world);
        let said = |what: &str, ends: Vec<String>| -> Vec<String> {
            let all = ends.into_iter().take(3);
            all.map(|ends| format!("{} without {address}: {what}: {ends}", root.name))
                .collect()
        };
        wrong.extend(said("blocked", known.lost(&part)));
        wrong.extend(said("certain", part.lost(&known)));
    }
    wrong
}

/// Large roots take minutes.
#[test]
fn what_an_incomplete_plan_leaves_out_blocks_nothing() {
    let mut wrong = Vec::new();
    for root in roots().iter().filter(|root| !root.is_large()) {
        let every = if root.name.ends_with("demo") { 1 } else { 5 };
        wrong.extend(hold(root, every));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The first lines of each report say so.
#[test]
fn a_report_about_an_incomplete_plan_says_so_first() {
    let root = roots().remove(0);
    let folder = tempfile::tempdir().unwrap();
    let mut plan = root.plan.clone();
    plan["errored"] = json!(true);
    let path = folder.path().join("plan.json");
    std::fs::write(&path, serde_json::to_vec(&plan).unwrap()).unwrap();
    let report = |format: &str| {
        let run = std::process::Command::new(env!("CARGO_BIN_EXE_crosspeer"))
            .args(["scan", "--no-config", "--format", format, "--plan"])
            .arg(&path)
            .current_dir(folder.path())
            .output()
            .unwrap();
        String::from_utf8(run.stdout).unwrap()
    };
    for format in ["text", "markdown", "github"] {
        let report = report(format);
        let first: Vec<&str> = report.lines().take(3).collect();
        assert!(
            first.iter().any(|line| line.contains("failed half way")),
            "{format}: {first:?}"
        );
    }
    let json: Value = serde_json::from_str(&report("json")).unwrap();
    assert!(json["gaps"].to_string().contains("failed half way"));
    let sarif: Value = serde_json::from_str(&report("sarif")).unwrap();
    let said = &sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert!(said.to_string().contains("failed half way"), "{said}");
}

/// The names of objects that may be there after a plan that leaves these blocks out, and what is said of them.
fn left_out(kind: &str, expressions: &Value) -> (Vec<String>, String) {
    let block = json!({"address": format!("{kind}.x"), "mode": "managed", "type": kind, "name": "x", "expressions": expressions});
    let plan = json!({"format_version": "1.2", "planned_values": {}, "complete": false, "resource_changes": [],
        "configuration": {"root_module": {"resources": [block]}}});
    let root = Root {
        name: kind.to_owned(),
        plan: Value::Null,
    };
    let read = root.read(&plan);
    let workloads = read.world.workloads.iter();
    let policies = read.world.policies.iter();
    let mut names: Vec<String> = workloads
        .map(|(id, _)| read.world.workload_name(id))
        .collect();
    names.extend(policies.map(|(_, own)| format!("policy {}", own.doubt.is_certain())));
    names.retain(|name| name != "store/api[Deployment]");
    (names, format!("{:?}", read.world.gaps))
}

#[test]
fn kubernetes_objects_that_an_incomplete_plan_leaves_out_may_be_there() {
    let value = |value: Value| json!({"constant_value": value});
    let named = json!([{"name": value(json!("web")), "namespace": value(json!("shop"))}]);
    let container = json!([{"name": value(json!("c")), "image": value(json!("x"))}]);
    let template = json!([{"metadata": [{"labels": value(json!({"app": "web"}))}], "spec": [{"container": container}]}]);
    let selector = json!([{"match_labels": value(json!({"app": "web"}))}]);
    let deployment =
        json!({"metadata": named, "spec": [{"selector": selector, "template": template}]});
    for kind in ["kubernetes_deployment", "kubernetes_deployment_v1"] {
        let (names, gaps) = left_out(kind, &deployment);
        // That they may not be there is held as what may refuse everything.
        let expected = ["shop/web[Deployment]", "policy true"];
        assert_eq!(names, expected, "{kind}: {gaps}");
        assert!(gaps.contains(&format!("`{kind}.x`")), "{gaps}");
    }
    // What is in a chart may be a policy that decides anything.
    let release = json!({"name": value(json!("calico")), "chart": value(json!("tigera-operator")), "repository": value(json!("https://x.example"))});
    let (names, gaps) = left_out("helm_release", &release);
    assert_eq!(names, ["policy false"], "{gaps}");
    assert!(
        gaps.contains("an incomplete plan leaves out `helm_release.x`"),
        "{gaps}"
    );
    let policy = json!({"metadata": named, "spec": [{"pod_selector": [{}], "policy_types": value(json!(["Ingress"]))}]});
    let (names, gaps) = left_out("kubernetes_network_policy_v1", &policy);
    assert_eq!(names, ["policy false"], "{gaps}");
    // What tells of others is named, and nothing is taken from it.
    let (names, gaps) = left_out("kubernetes_config_map", &json!({"metadata": named}));
    assert_eq!(names, [""; 0], "{gaps}");
    assert!(gaps.contains("kubernetes_config_map.x"), "{gaps}");
}
