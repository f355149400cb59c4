//! Objects as resources of a plan: the same verdicts as of the same objects in files.

use super::case::{Case, of_objects};
use crosspeer::ingest::Kind;
use serde_json::{Value, json};

/// The address of the resource that makes an object.
pub fn address(number: usize) -> String {
    format!("kubernetes_manifest.o{number}")
}

/// An input of objects alone as a plan that makes them.
pub fn planned(case: &Case) -> Case {
    let mut objects: Vec<Value> = Vec::new();
    case.objects().for_each(|own| flat(own, &mut objects));
    let change = |(number, object): (usize, &Value)| {
        json!({"address": address(number), "mode": "managed", "type": "kubernetes_manifest", "name": format!("o{number}"),
            "provider_name": "registry.terraform.io/hashicorp/kubernetes",
            "change": {"actions": ["create"], "before": null, "after": {"manifest": object}, "after_unknown": {"object": true, "manifest": {}}}})
    };
    let block = |number: usize| {
        json!({"address": address(number), "mode": "managed", "type": "kubernetes_manifest", "name": format!("o{number}"),
            "expressions": {"manifest": {"references": ["local.objects"]}}})
    };
    let changes: Vec<Value> = objects.iter().enumerate().map(change).collect();
    let blocks: Vec<Value> = (0..objects.len()).map(block).collect();
    let plan = json!({"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {},
        "resource_changes": changes, "configuration": {"root_module": {"resources": blocks}}});
    Case {
        name: format!("{} as a plan", case.name),
        documents: vec![("plan.json".to_owned(), Kind::Plan, plan)],
        sources: Vec::new(),
        manifests: Vec::new(),
    }
}

/// The objects of lists, each by itself.
fn flat(object: &Value, out: &mut Vec<Value>) {
    let kind = object["kind"].as_str().unwrap_or_default();
    match object["items"]
        .as_array()
        .filter(|_| kind.ends_with("List"))
    {
        Some(items) => items.iter().for_each(|own| flat(own, out)),
        None => out.push(object.clone()),
    }
}

#[test]
fn objects_of_a_plan_are_judged_as_those_of_files() {
    let mut found = Vec::new();
    for case in of_objects(4) {
        let differs = case.flows().differs(&planned(&case).flows());
        found.extend(
            differs
                .iter()
                .take(2)
                .map(|own| format!("{}: {own}", case.name)),
        );
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
