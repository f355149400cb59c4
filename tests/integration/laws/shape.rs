//! How an input is written changes no verdict: order, files, names, further objects, replicas.

use super::case::{Case, Manifests, of_objects, with_networks};
use crate::connectivity::Connectivity;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// One way to write an input anew, and what its names become.
struct Edit {
    name: &'static str,
    edit: fn(&Case) -> Case,
    renamed: fn(&Case, &str) -> String,
}

fn as_it_was(_: &Case, name: &str) -> String {
    name.to_owned()
}

const fn kept(name: &'static str, edit: fn(&Case) -> Case) -> Edit {
    Edit {
        name,
        edit,
        renamed: as_it_was,
    }
}

const EDITS: &[Edit] = &[
    kept("everything the other way round", reversed),
    kept("a file for each object", split),
    kept("one list of all objects", merged),
    kept("further objects and resources", further),
    kept("more replicas", replicas),
    kept("other names of files", files_renamed),
    kept("explicit defaults", defaults),
    Edit {
        name: "other names of workloads",
        edit: workloads_renamed,
        renamed: |case, name| renamed_workload(case, name),
    },
    Edit {
        name: "other names of resources",
        edit: resources_renamed,
        renamed: |case, name| renamed_in(&blocks(case), name),
    },
];

/// Keys of plans and states whose lists have no order.
const UNORDERED: [&str; 3] = ["resource_changes", "resources", "child_modules"];

fn reversed(case: &Case) -> Case {
    let mut out = case.clone();
    out.manifests.reverse();
    out.sources.reverse();
    out.documents.reverse();
    for file in &mut out.manifests {
        file.objects.reverse();
        file.objects.iter_mut().for_each(keys_reversed);
    }
    for (_, _, document) in &mut out.documents {
        keys_reversed(document);
        rows_reversed(document);
    }
    out
}

fn keys_reversed(value: &mut Value) {
    match value {
        Value::Object(map) => {
            let all = std::mem::take(map);
            let mut turned: Vec<_> = all.into_iter().collect();
            turned.reverse();
            map.extend(turned);
            map.values_mut().for_each(keys_reversed);
        }
        Value::Array(items) => items.iter_mut().for_each(keys_reversed),
        _ => {}
    }
}

fn rows_reversed(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (key, own) in map.iter_mut() {
                if UNORDERED.contains(&key.as_str()) {
                    own.as_array_mut().into_iter().for_each(|own| own.reverse());
                }
                rows_reversed(own);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(rows_reversed),
        _ => {}
    }
}

fn split(case: &Case) -> Case {
    let mut out = case.clone();
    let each = case.manifests.iter().flat_map(|file| {
        file.objects
            .iter()
            .enumerate()
            .map(move |(n, own)| Manifests {
                path: format!("{}-{n}.yaml", file.path),
                objects: vec![own.clone()],
                cluster: file.cluster.clone(),
            })
    });
    out.manifests = each.collect();
    out
}

fn merged(case: &Case) -> Case {
    let mut out = case.clone();
    let clusters: BTreeSet<&Option<String>> =
        case.manifests.iter().map(|own| &own.cluster).collect();
    let list = |cluster: &Option<String>| {
        let own = case
            .manifests
            .iter()
            .filter(|file| file.cluster == *cluster);
        let items: Vec<Value> = own.flat_map(|file| file.objects.clone()).collect();
        Manifests {
            path: format!("all-{}.yaml", cluster.as_deref().unwrap_or_default()),
            cluster: cluster.clone(),
            objects: vec![json!({"apiVersion": "v1", "kind": "List", "items": items})],
        }
    };
    out.manifests = clusters.into_iter().map(list).collect();
    out
}

fn further(case: &Case) -> Case {
    let mut out = case.clone();
    if let Some(file) = out.manifests.first_mut() {
        file.objects.extend([
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "further", "namespace": "further"}, "data": {"a": "b"}}),
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "further", "labels": {"further": "yes"}}}),
            json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "further", "namespace": "further"}}),
        ]);
    }
    for (_, _, document) in &mut out.documents {
        for (kind, values) in [
            ("random_id", json!({"byte_length": 4})),
            ("aws_s3_bucket", json!({"bucket": "further"})),
            (
                "aws_vpc",
                json!({"cidr_block": "10.250.0.0/16", "id": "vpc-further"}),
            ),
        ] {
            add_resource(document, kind, values);
        }
    }
    out
}

/// Adds a resource that nothing names to a plan or a state.
fn add_resource(document: &mut Value, kind: &str, values: Value) {
    let resource = json!({"address": format!("{kind}.further"), "mode": "managed", "type": kind, "name": "further",
        "provider_name": "registry.terraform.io/hashicorp/aws", "values": values});
    for at in ["/planned_values/root_module", "/values/root_module"] {
        let module = document.pointer_mut(at).and_then(Value::as_object_mut);
        let list = module.map(|own| own.entry("resources").or_insert_with(|| json!([])));
        list.into_iter()
            .for_each(|own| own.as_array_mut().unwrap().push(resource.clone()));
    }
    if let Some(changes) = document["resource_changes"].as_array_mut() {
        let mut row = resource;
        let values = row.as_object_mut().unwrap().remove("values").unwrap();
        row["change"] =
            json!({"actions": ["no-op"], "before": values, "after": values, "after_unknown": {}});
        changes.push(row);
        let blocks = document.pointer_mut("/configuration/root_module/resources");
        blocks.into_iter().for_each(|own| {
            own.as_array_mut().unwrap().push(
                json!({"address": format!("{kind}.further"), "mode": "managed",
                "type": kind, "name": "further", "expressions": {}}),
            );
        });
    }
}

fn replicas(case: &Case) -> Case {
    let mut out = case.clone();
    for object in out.objects_mut() {
        if matches!(
            object["kind"].as_str(),
            Some("Deployment" | "StatefulSet" | "ReplicaSet")
        ) {
            let count = object["spec"]["replicas"].as_u64().unwrap_or(1);
            if count > 0 {
                object["spec"]["replicas"] = json!(count + 2);
            }
        }
    }
    out
}

fn files_renamed(case: &Case) -> Case {
    let mut out = case.clone();
    for (n, file) in out.manifests.iter_mut().enumerate() {
        file.path = format!("elsewhere/{}.yaml", 900 - n);
    }
    for (path, _, _) in &mut out.documents {
        *path = format!("other-{path}");
    }
    out
}

/// What Kubernetes takes where a manifest says nothing, said.
fn defaults(case: &Case) -> Case {
    let mut out = case.clone();
    for object in out.objects_mut() {
        let kind = object["kind"].as_str().unwrap_or_default().to_owned();
        if kind == "NetworkPolicy" && object["apiVersion"] == "networking.k8s.io/v1" {
            let spec = &mut object["spec"];
            if spec["policyTypes"].is_null() {
                let egress = spec["egress"].as_array().is_some_and(|own| !own.is_empty());
                let both = if egress {
                    json!(["Ingress", "Egress"])
                } else {
                    json!(["Ingress"])
                };
                spec["policyTypes"] = both;
            }
            for port in ["ingress", "egress"]
                .iter()
                .flat_map(|way| ports(object, way))
                .collect::<Vec<_>>()
            {
                let port = object.pointer_mut(&port).and_then(Value::as_object_mut);
                port.into_iter()
                    .for_each(|own| _ = own.entry("protocol").or_insert(json!("TCP")));
            }
        }
        let template = if kind == "Pod" {
            "/spec"
        } else {
            "/spec/template/spec"
        };
        if matches!(
            kind.as_str(),
            "Pod" | "Deployment" | "StatefulSet" | "DaemonSet"
        ) && let Some(spec) = object.pointer_mut(template).and_then(Value::as_object_mut)
        {
            spec.entry("hostNetwork").or_insert(json!(false));
            spec.entry("serviceAccountName").or_insert(json!("default"));
        }
    }
    out
}

/// Where the ports of an object's rules stand.
fn ports(object: &Value, way: &str) -> Vec<String> {
    let count = |value: &Value| value.as_array().map_or(0, Vec::len);
    let rules = &object["spec"][way];
    let each = (0..count(rules)).flat_map(|rule| {
        let ports = count(&rules[rule]["ports"]);
        (0..ports).map(move |port| format!("/spec/{way}/{rule}/ports/{port}"))
    });
    each.collect()
}

/// Kinds that others name by labels only.
const BY_LABELS: [&str; 3] = ["Deployment", "StatefulSet", "DaemonSet"];

/// Whether nothing names the workload of an object by its name.
fn is_nameless(case: &Case, object: &Value) -> bool {
    let kind = object["kind"].as_str().unwrap_or_default();
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    let owned = |other: &Value| {
        let owners = other["metadata"]["ownerReferences"]
            .as_array()
            .into_iter()
            .flatten();
        owners
            .into_iter()
            .any(|own| own["kind"] == kind && own["name"] == name)
    };
    BY_LABELS.contains(&kind) && !case.objects().any(owned)
}

fn workloads_renamed(case: &Case) -> Case {
    let mut out = case.clone();
    let nameless = |object: &Value| is_nameless(case, object);
    for object in out.objects_mut().filter(|own| nameless(own)) {
        let name = format!("{}-renamed", object["metadata"]["name"].as_str().unwrap());
        object["metadata"]["name"] = json!(name);
    }
    out
}

/// How the name of an object's workload ends in answers.
fn end_of_title(object: &Value) -> String {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    format!(
        "/{}[{}]",
        word(&object["metadata"]["name"]),
        word(&object["kind"])
    )
}

fn renamed_workload(case: &Case, title: &str) -> String {
    let named =
        |object: &&Value| title.ends_with(&end_of_title(object)) && is_nameless(case, object);
    match (case.objects().find(named), title.rsplit_once('[')) {
        (Some(_), Some((front, kind))) => format!("{front}-renamed[{kind}"),
        _ => title.to_owned(),
    }
}

/// Types and names of the blocks of a case's plans; none where there is a state, which has no configuration to go by.
fn blocks(case: &Case) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for (_, _, document) in &case.documents {
        blocks_of(&document["configuration"]["root_module"], &mut out);
    }
    out.sort();
    out.dedup();
    out
}

fn blocks_of(module: &Value, out: &mut Vec<(String, String)>) {
    for block in module["resources"].as_array().into_iter().flatten() {
        let text = |key: &str| block[key].as_str().unwrap().to_owned();
        out.push((text("type"), text("name")));
    }
    for call in module["module_calls"].as_object().into_iter().flatten() {
        blocks_of(&call.1["module"], out);
    }
}

fn resources_renamed(case: &Case) -> Case {
    let mut out = case.clone();
    let blocks = blocks(case);
    for (_, _, document) in &mut out.documents {
        rename(document, &blocks);
    }
    for file in &mut out.manifests {
        file.cluster = file.cluster.as_ref().map(|own| renamed_in(&blocks, own));
    }
    for (_, text) in &mut out.sources {
        for (kind, name) in &blocks {
            *text = text.replace(
                &format!("\"{kind}\" \"{name}\""),
                &format!("\"{kind}\" \"{name}_renamed\""),
            );
        }
        *text = renamed_in(&blocks, text);
    }
    out
}

fn rename(value: &mut Value, blocks: &[(String, String)]) {
    match value {
        Value::String(text) => *text = renamed_in(blocks, text),
        Value::Array(items) => items.iter_mut().for_each(|own| rename(own, blocks)),
        Value::Object(map) => {
            let own = |key: &str| map.get(key).and_then(Value::as_str).map(str::to_owned);
            if let (Some(_), Some(kind), Some(name)) = (own("mode"), own("type"), own("name"))
                && blocks.contains(&(kind, name.clone()))
            {
                map.insert("name".to_owned(), json!(format!("{name}_renamed")));
            }
            map.values_mut().for_each(|own| rename(own, blocks));
        }
        _ => {}
    }
}

/// A text with `type.name` renamed wherever it stands as a whole.
fn renamed_in(blocks: &[(String, String)], text: &str) -> String {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(part) {
        let (between, next) = rest.split_at(at);
        out.push_str(between);
        rest = next;
        let end = rest.find(|c| !part(c)).unwrap_or(rest.len());
        let (kind, after) = rest.split_at(end);
        out.push_str(kind);
        rest = after;
        let Some(after) = rest.strip_prefix('.') else {
            continue;
        };
        let end = after.find(|c| !part(c)).unwrap_or(after.len());
        let (name, next) = after.split_at(end);
        if blocks.iter().any(|(own, of)| own == kind && of == name) {
            out.push_str(&format!(".{name}_renamed"));
            rest = next;
        }
    }
    out + rest
}

/// Holds an input against what it is when written anew.
fn hold(case: &Case) -> Vec<String> {
    let known = case.flows();
    let mut wrong = Vec::new();
    for edit in EDITS {
        let renamed = known.renamed(|name| (edit.renamed)(case, name));
        let found: Connectivity = (edit.edit)(case).flows().among(&renamed);
        let differs = renamed.differs(&found);
        wrong.extend(
            differs
                .iter()
                .take(2)
                .map(|own| format!("{}: {}: {own}", case.name, edit.name)),
        );
    }
    wrong
}

#[test]
fn how_networks_are_written_changes_no_verdict() {
    let wrong: Vec<String> = with_networks().iter().flat_map(hold).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn how_objects_are_written_changes_no_verdict() {
    let wrong: Vec<String> = of_objects(3).iter().flat_map(hold).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
#[ignore = "takes minutes: every input of objects"]
fn how_any_objects_are_written_changes_no_verdict() {
    let wrong: Vec<String> = of_objects(1).iter().flat_map(hold).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// An input with a copy of each workload under a name of its own.
fn copied(case: &Case) -> Case {
    let mut out = case.clone();
    for file in &mut out.manifests {
        let own = file.objects.iter().filter(|own| is_nameless(case, own));
        let copies = own.map(|object| {
            let mut copy = object.clone();
            let name = format!("{}-copy", object["metadata"]["name"].as_str().unwrap());
            copy["metadata"]["name"] = json!(name);
            copy
        });
        let copies: Vec<Value> = copies.collect();
        file.objects.extend(copies);
    }
    out
}

#[test]
fn a_copy_of_a_workload_reaches_what_the_workload_reaches() {
    let mut wrong = Vec::new();
    for case in with_networks().iter().chain(&of_objects(6)) {
        let all = copied(case).flows();
        let nameless = case.objects().filter(|own| is_nameless(case, own));
        let ends: Vec<String> = nameless.map(end_of_title).collect();
        // The copies take the names, and the workloads that were copied stand aside.
        let copy = |name: &str| match name.replace("-copy[", "[") {
            original if original != name => original,
            _ if ends.iter().any(|end| name.ends_with(end)) => format!("{name} itself"),
            _ => name.to_owned(),
        };
        let known = case.flows();
        let copies = all.renamed(copy).among(&known);
        let differs = known.differs(&copies);
        wrong.extend(
            differs
                .iter()
                .take(2)
                .map(|own| format!("{}: {own}", case.name)),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
