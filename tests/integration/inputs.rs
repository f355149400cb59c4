//! What is read, what is passed over, and which cluster it is of: from outside.

#![expect(
    clippy::unwrap_used,
    reason = "a test may stop at the first thing that is not there"
)]

use crate::binary::{Ran, repository, run};
use serde_json::{Value, json};
use std::path::Path;

/// The workloads that `reach` and `scan` speak of.
fn workloads(here: &Path, arguments: &[&str]) -> Vec<String> {
    let whole = [&["reach", "--scope", "all", "--format", "json"], arguments].concat();
    let Ran { code, out, err } = run(here, &whole);
    assert_eq!(code, 0, "{err}");
    let report: Value = serde_json::from_str(&out).unwrap();
    let mut names: Vec<String> = report["flows"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|flow| [&flow["from"], &flow["to"]])
        .map(|end| end.as_str().unwrap().to_owned())
        .filter(|end| end.ends_with(']'))
        .collect();
    names.sort();
    names.dedup();
    names
}

fn pod(name: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: ns}}\nspec: {{containers: []}}\n"
    )
}

/// A plan that makes EKS clusters with these keys.
fn plan(keys: &[&str]) -> String {
    let resource = |key: &&str| {
        json!({
            "address": format!("aws_eks_cluster.this[\"{key}\"]"), "mode": "managed", "type": "aws_eks_cluster", "name": "this",
            "index": key, "provider_name": "registry.terraform.io/hashicorp/aws", "values": {"name": format!("eks-{key}")},
        })
    };
    let change = |key: &&str| {
        let mut row = resource(key);
        row["change"] = json!({"actions": ["create"], "before": null, "after": row["values"], "after_unknown": {"id": true}});
        row
    };
    let resources: Vec<Value> = keys.iter().map(resource).collect();
    let changes: Vec<Value> = keys.iter().map(change).collect();
    json!({
        "format_version": "1.2", "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": resources}}, "resource_changes": changes,
        "configuration": {"root_module": {}},
    })
    .to_string()
}

#[test]
fn excluded_files_are_left_out_and_counted() {
    let (a, b, c) = (pod("a"), pod("b"), pod("c"));
    let here = repository(
        "inputs/excluded",
        &[
            ("a.yaml", &a),
            ("tests/b.yaml", &b),
            ("deep/x/gen.c.yaml", &c),
        ],
    );
    assert_eq!(workloads(&here, &[]).len(), 3);
    let flags = ["--exclude", "tests/", "--exclude", "gen.*"];
    assert_eq!(workloads(&here, &flags), ["ns/a[Pod]"]);
    std::fs::write(
        here.join("crosspeer.yaml"),
        "exclude: [/tests, '*.c.yaml']\n",
    )
    .unwrap();
    assert_eq!(workloads(&here, &[]), ["ns/a[Pod]"]);
    // Patterns of the configuration hold from its directory; what is named is read.
    assert_eq!(
        workloads(&here.join("deep"), &["x/gen.c.yaml"]),
        ["ns/c[Pod]"]
    );
    let Ran { err, .. } = run(&here, &["scan", "-v"]);
    assert!(err.contains("skipped `tests/b.yaml`, excluded"), "{err}");
    let Ran { code, err, .. } = run(&here, &["scan", "--exclude", "[z-a]"]);
    assert_eq!(code, 2);
    assert!(err.contains("`--exclude`: `[z-a]` is no pattern"), "{err}");
}

#[test]
fn what_is_passed_over_is_listed() {
    let p = pod("p");
    let here = repository(
        "inputs/passed-over",
        &[
            ("seen.yaml", &p),
            (".deploy/hidden.yaml", &p),
            ("ignored/i.yaml", &p),
            ("notes.txt", "text"),
            ("values.yaml", "replicas: 1\n"),
            ("package.json", "{\"name\": \"x\"}"),
            ("node_modules/x/m.yaml", &p),
            (".gitignore", "ignored/\n"),
            ("crosspeer.yaml", "strict: false\n"),
            ("team/.crosspeer.yaml", "strict: false\n"),
            ("settings.yaml", "strict: false\n"),
        ],
    );
    let configured = [
        "scan",
        "--config",
        "settings.yaml",
        "-v",
        "--fail-on",
        "none",
    ];
    let Ran { code, out, err } = run(&here, &configured);
    assert_eq!(code, 0, "{err}");
    for line in [
        "skipped `.deploy/hidden.yaml`, hidden",
        "skipped `ignored/i.yaml`, ignored by .gitignore",
        "skipped `notes.txt`, none of the kinds",
        "skipped `values.yaml`, none of the kinds",
        "skipped `package.json`, none of the kinds",
    ] {
        assert!(err.contains(line), "{line}: {err}");
    }
    assert!(!err.contains("node_modules"), "{err}");
    // `.gitignore` itself is hidden. Configurations are none of them, and the one in use is not, however it is called.
    assert!(
        !err.contains("crosspeer.yaml") && !err.contains("settings.yaml"),
        "{err}"
    );
    assert!(out.contains("6 other files skipped"), "{out}");
    let Ran { err, .. } = run(&here, &["scan", "--fail-on", "none"]);
    assert!(!err.contains("skipped"), "{err}");
}

#[test]
fn a_named_folder_that_is_ignored_as_a_whole_is_read() {
    let p = pod("p");
    let here = repository(
        "inputs/named",
        &[
            ("out/o.yaml", &p),
            (".hidden/h.yaml", &p),
            (".gitignore", "out/*\n"),
        ],
    );
    assert_eq!(workloads(&here, &["out"]), ["ns/p[Pod]"]);
    assert_eq!(workloads(&here, &["--manifests", "out"]), ["ns/p[Pod]"]);
    assert_eq!(workloads(&here, &[".hidden"]), ["ns/p[Pod]"]);
    assert!(workloads(&here, &["."]).is_empty());
    // Where it holds more than what is ignored, the ignored files stay out.
    std::fs::write(here.join(".gitignore"), "o.yaml\n").unwrap();
    std::fs::write(here.join("out/q.yaml"), pod("q")).unwrap();
    assert_eq!(workloads(&here, &["out"]), ["ns/q[Pod]"]);
}

#[test]
fn a_plan_is_read_wherever_it_stands() {
    let p = pod("p");
    let plan = plan(&["a"]);
    for (name, path) in [
        ("ignored", "build/plan.json"),
        ("hidden", ".plans/tf.json"),
        ("both", ".plan.json"),
    ] {
        let here = repository(
            &format!("inputs/plan-{name}"),
            &[("p.yaml", &p), (path, &plan), (".gitignore", "build/\n")],
        );
        let Ran { out, err, .. } = run(&here, &["scan", "--format", "json"]);
        let report: Value = serde_json::from_str(&out).unwrap();
        let inputs = report["inputs"].to_string();
        assert!(inputs.contains(path), "{inputs} {err}");
        let left_out = run(&here, &["scan", "--format", "json", "--exclude", "*.json"]).out;
        assert!(!left_out.contains(path), "{left_out}");
    }
}

/// What a walk meets by the names that people give to plans, and what it says of it.
#[test]
fn names_of_plans_are_looked_into() {
    let plan = plan(&["a"]);
    for name in ["tfplan", "build/plan.out", "Plan.txt"] {
        let here = repository(
            &format!("inputs/named-{}", name.replace('/', "-")),
            &[(name, &plan), (".gitignore", "build/\n")],
        );
        let report: Value =
            serde_json::from_str(&run(&here, &["scan", "--format", "json"]).out).unwrap();
        assert!(report["inputs"].to_string().contains(name), "{name}");
    }
    for (name, told) in [
        ("plan.json.gz", true),
        ("pods.yaml.gz", true),
        ("data.json.gz", false),
    ] {
        let files = [(name, ""), ("pod.yaml", &pod("a"))];
        let here = repository(&format!("inputs/packed-{name}"), &files);
        std::fs::write(here.join(name), b"\x1f\x8b\x08\0packed").unwrap();
        let Ran { code, err, .. } = run(&here, &["scan", "--strict"]);
        assert_eq!((code == 3, err.contains("gunzip")), (told, told), "{err}");
    }
}

#[test]
fn options_add_to_the_working_directory() {
    let (p, q) = (pod("p"), pod("q"));
    let (own, other) = (plan(&["a"]), plan(&["b"]));
    let files = [
        ("work/k8s/p.yaml", p.as_str()),
        ("work/plan.json", &own),
        ("work/old.json", &other),
        ("elsewhere/q.yaml", &q),
        ("elsewhere/plan.json", &own),
    ];
    let here = repository("inputs/options", &files).join("work");
    // The plan that is named is the plan; the manifests are found.
    assert_eq!(workloads(&here, &["--plan", "plan.json"]), ["ns/p[Pod]"]);
    let Ran { err, .. } = run(
        &here,
        &["scan", "-v", "--plan", "plan.json", "--fail-on", "none"],
    );
    assert!(
        err.contains("skipped `old.json`, the command line names other plans"),
        "{err}"
    );
    // Both sides are named: nothing else counts.
    let both = ["--plan", "plan.json", "--manifests", "../elsewhere/q.yaml"];
    assert_eq!(workloads(&here, &both), ["ns/q[Pod]"]);
    // What is named lies elsewhere: the working directory may be any one, and a note says that it is not read.
    let Ran { out, err, .. } = run(
        &here,
        &[
            "scan",
            "--plan",
            "../elsewhere/plan.json",
            "--format",
            "json",
        ],
    );
    assert!(!out.contains("p.yaml"), "{out}");
    assert!(err.contains("the working directory is not read"), "{err}");
    // An input that is named is all there is.
    assert_eq!(
        workloads(&here, &["../elsewhere", "--exclude", "plan.json"]),
        ["ns/q[Pod]"]
    );
}

const GATEWAY: &str = "aws_eks_cluster.this[\"gateway\"]";
const BACKEND: &str = "aws_eks_cluster.this[\"backend\"]";

fn in_gateway(pod: &str) -> String {
    format!("{GATEWAY}:ns/{pod}[Pod]")
}

fn in_backend(pod: &str) -> String {
    format!("{BACKEND}:ns/{pod}[Pod]")
}

#[test]
fn ties_do_not_turn_off_the_working_directory() {
    let (p, q, plan) = (pod("p"), pod("q"), plan(&["gateway", "backend"]));
    let here = repository(
        "inputs/ties",
        &[
            ("k8s/gateway/p.yaml", &p),
            ("k8s/backend/q.yaml", &q),
            ("plan.json", &plan),
        ],
    );
    let ties = [
        format!("{GATEWAY}=k8s/gateway"),
        format!("{BACKEND}=k8s/backend"),
    ];
    let flags = ["--cluster", &ties[0], "--cluster", &ties[1]];
    let Ran { code, out, err } = run(
        &here,
        &[
            &["scan", "--format", "json", "--fail-on", "none"],
            flags.as_slice(),
        ]
        .concat(),
    );
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("plan.json"), "{out}");
    let found = workloads(&here, &flags);
    assert_eq!(found, [in_backend("q"), in_gateway("p")]);
    // A tie to what is in no input is an error, whether other clusters were read or none.
    for more in [&["k8s"][..], &["."]] {
        let unknown = [
            "scan",
            "--cluster",
            "aws_eks_cluster.gone=k8s/gateway",
            "--cluster",
            &ties[1],
        ];
        let Ran { code, err, .. } = run(&here, &[&unknown, more].concat());
        assert_eq!(code, 2, "{err}");
        assert!(err.contains("` is no cluster of the input"), "{err}");
    }
    // Before the plan is applied none of the clusters is there.
    let before = [&["reach", "--before", "--scope", "all"], flags.as_slice()].concat();
    assert_eq!(run(&here, &before).code, 0);
}

#[test]
fn one_folder_in_two_clusters_is_in_each() {
    let (p, plan) = (pod("p"), plan(&["gateway", "backend"]));
    let both = "clusters:\n- {address: eks-gateway, manifests: [k8s]}\n- {address: eks-backend, manifests: [k8s/p.yaml]}\n";
    let here = repository(
        "inputs/twice-tied",
        &[
            ("k8s/p.yaml", &p),
            ("plan.json", &plan),
            ("crosspeer.yaml", both),
        ],
    );
    let each = [in_backend("p"), in_gateway("p")];
    assert_eq!(workloads(&here, &[]), each);
    let ties = [
        "--no-config",
        "--cluster",
        "eks-gateway=k8s",
        "--cluster",
        "eks-backend=k8s",
    ];
    assert_eq!(workloads(&here, &ties), each);
    let Ran { out, .. } = run(&here, &["scan", "--format", "json"]);
    let report: Value = serde_json::from_str(&out).unwrap();
    let rows = report["inputs"].as_array().unwrap();
    let own: Vec<_> = rows
        .iter()
        .filter(|row| row["path"] == "k8s/p.yaml")
        .collect();
    assert_eq!(own.len(), 1, "{rows:?}");
    assert_eq!(own[0]["resources"], 1);
}

#[test]
fn what_changes_no_verdict_needs_no_tie() {
    let (p, plan) = (pod("p"), plan(&["gateway", "backend"]));
    let object = |version: &str, kind: &str| {
        format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: x}}\n")
    };
    let quiet = [
        object("cert-manager.io/v1", "ClusterIssuer"),
        object("v1", "ConfigMap"),
        object("v1", "Secret"),
        object("rbac.authorization.k8s.io/v1", "ClusterRole"),
        object("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
        object("storage.k8s.io/v1", "StorageClass"),
    ]
    .join("---\n");
    let config = "clusters:\n- {address: eks-gateway, manifests: [k8s/p.yaml]}\n";
    let here = repository(
        "inputs/quiet",
        &[
            ("k8s/p.yaml", &p),
            ("other/x.yaml", &quiet),
            ("plan.json", &plan),
            ("crosspeer.yaml", config),
        ],
    );
    assert_eq!(workloads(&here, &[]), [in_gateway("p")]);
    for (version, kind) in [
        ("v1", "Namespace"),
        ("v1", "Service"),
        ("apps/v1", "Deployment"),
        ("networking.k8s.io/v1", "NetworkPolicy"),
        ("networking.k8s.io/v1", "Ingress"),
        ("argoproj.io/v1alpha1", "Application"),
    ] {
        std::fs::write(here.join("other/x.yaml"), object(version, kind)).unwrap();
        let Ran { code, err, .. } = run(&here, &["scan"]);
        assert_eq!(code, 2, "{kind}: {err}");
        assert!(err.contains("other/x.yaml"), "{kind}: {err}");
    }
}

#[test]
fn the_first_run_proposes_both_ties() {
    let (p, q, plan) = (pod("p"), pod("q"), plan(&["gateway", "backend"]));
    let here = repository(
        "inputs/first-run",
        &[
            ("k8s/gateway/p.yaml", &p),
            ("k8s/backend/q.yaml", &q),
            ("plan.json", &plan),
        ],
    );
    let Ran { code, err, .. } = run(&here, &["scan"]);
    assert_eq!(code, 2);
    let options = err
        .lines()
        .find(|line| line.contains("--cluster '"))
        .unwrap();
    let flags: Vec<&str> = options.split('\'').skip(1).step_by(2).collect();
    let ties: Vec<&str> = flags.iter().flat_map(|tie| ["--cluster", tie]).collect();
    assert_eq!(workloads(&here, &ties), [in_backend("q"), in_gateway("p")]);
    let yaml: String = err
        .lines()
        .skip_while(|line| !line.contains("clusters:"))
        .map(|line| format!("{line}\n"))
        .collect();
    std::fs::write(here.join("crosspeer.yaml"), yaml).unwrap();
    assert_eq!(workloads(&here, &[]), [in_backend("q"), in_gateway("p")]);
}

#[test]
fn an_input_that_holds_nothing_is_no_clean_answer() {
    let here = repository("inputs/nothing", &[("notes.yaml", "hello: world\n")]);
    let quiet = run(&here, &["scan", "--format", "sarif", "--output", "o.sarif"]);
    assert_eq!(quiet.code, 0, "{}", quiet.err);
    let expected = "warning: nothing was found to judge: expected a plan or state as JSON";
    assert!(quiet.err.contains(expected), "{}", quiet.err);
    let strict = run(&here, &["scan", "--strict"]);
    assert_eq!(strict.code, 3, "{}", strict.err);
}

#[test]
fn a_cluster_without_pods_is_a_gap_until_its_manifests_are_given() {
    let (plan, pod) = (plan(&["one"]), pod("a"));
    let here = repository("inputs/without-pods", &[("plan.json", plan.as_str())]);
    let told = run(&here, &["scan"]);
    let expected =
        "no manifest of the input makes pods of aws_eks_cluster.this[\"one\"]: what they could";
    assert!(told.out.contains(expected), "{}", told.out);
    std::fs::write(here.join("a.yaml"), pod).unwrap();
    let told = run(&here, &["scan"]);
    assert!(!told.out.contains("no manifest"), "{}", told.out);
}
