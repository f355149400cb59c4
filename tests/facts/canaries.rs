//! Nothing that the input marks as sensitive is in a file of facts, or in a table of what a scan finds.

use crate::planting::{PLANS, alone, mark};
use crate::{folder, said, texts, write};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

#[test]
fn nothing_sensitive_is_in_the_file() {
    let here = folder("secrets");
    let change = json!({"address": "aws_instance.a", "mode": "managed", "type": "aws_instance", "name": "a", "change": {
        "actions": ["create"],
        "after": {"user_data": "CANARY-1-q", "private_ip": "10.213.7.9", "tags": {"Name": "CANARY-2-q", "open": "visible"}},
        "after_unknown": {},
        "after_sensitive": {"user_data": true, "private_ip": true, "tags": {"Name": true}}}});
    let release = json!({"address": "helm_release.a", "mode": "managed", "type": "helm_release", "name": "a", "change": {
        "actions": ["create"], "after": {"chart": "x", "set_sensitive": [{"name": "a", "value": "CANARY-3-q"}]}, "after_unknown": {},
        "after_sensitive": {"set_sensitive": [{"value": true}]}}});
    let plan = json!({"format_version": "1.2", "planned_values": {}, "resource_changes": [change, release]});
    write(&here.join("plan.json"), &plan.to_string());
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: shop}\nstringData: {password: CANARY-4-q}\ndata: {b: Q0FOQVJZ}\n---\n\
        apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: shop}\ndata: {a: CANARY-5-q}\n---\n\
        apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\nspec: {containers: [{name: c, env: [{name: A, value: CANARY-6-q}], args: [CANARY-7-q]}]}\n";
    write(&here.join("k8s.yaml"), secret);
    let output = here.join("f.parquet").display().to_string();
    said(
        &here,
        &[
            "facts",
            ".",
            "--quiet",
            "--no-config",
            "--repository",
            "r",
            "--output",
            &output,
        ],
    );
    let all = texts(&output);
    assert!(
        all.contains("visible") && all.contains("aws_instance.a"),
        "{all}"
    );
    for secret in ["CANARY", "Q0FOQVJZ", "10.213."] {
        assert!(!all.contains(secret), "{secret} is in {all}");
    }
}

/// The plans whose every value is marked, with canaries in them: neither a file of facts nor a table of findings holds one.
#[test]
fn no_canary_of_a_plan_is_in_a_file() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let mut count = 0;
    for (name, plan, manifests) in PLANS {
        let here = folder(&format!("canaries-{name}"));
        let text = std::fs::read_to_string(root.join(plan)).unwrap();
        let (mut planted, mut blocks) = (BTreeMap::new(), BTreeSet::new());
        let mut document: Value = serde_json::from_str(&text).unwrap();
        mark(&mut document, &mut planted, &mut blocks);
        write(&here.join("plan.json"), &document.to_string());
        let manifests = root.join(manifests).display().to_string();
        let inputs = ["--quiet", "--no-config", "--plan", "plan.json", &manifests];
        let facts = ["facts", "--repository", "r", "--output", "f.parquet"];
        said(&here, &[&facts[..], &inputs].concat());
        let scan = ["scan", "--fail-on", "none", "--parquet", "out"];
        said(&here, &[&scan[..], &inputs].concat());
        for file in ["f.parquet", "out/findings.parquet", "out/crossings.parquet"] {
            let all = texts(&here.join(file).display().to_string());
            assert!(!all.contains("CANARY"), "{name}: {file}: {all}");
            for block in &blocks {
                assert!(!alone(&all, block), "{name}: {file}: {block} is in {all}");
            }
        }
        let facts = texts(&here.join("f.parquet").display().to_string());
        assert!(facts.contains("\"network\"") && facts.contains("workload"));
        count += planted.len();
    }
    assert!(count > 100, "only {count} canaries were planted");
}
