//! Charts and kustomizations that stand in a folder: rendered once, with findings at the lines they were made from.

use super::*;

#[test]
fn a_chart_is_rendered_as_helm_is_told_to() {
    if !has(&["helm"]) {
        return;
    }
    let here = root().join("testdata/rendering");
    // The web's policy isolates it for ingress alone, the sub-chart's pod is isolated by nothing.
    let asked = "--chart chart --release r --namespace shop --exclude base --exclude overlays";
    let open = scan(&here, &asked.split(' ').collect::<Vec<_>>());
    assert_eq!(
        findings(&open),
        [
            "CP202 shop chart/charts/queue/templates/queue.yaml:4",
            "CP203 shop chart/charts/queue/templates/queue.yaml:4"
        ]
    );
    assert!(
        open["findings"][1]["message"]
            .as_str()
            .unwrap()
            .contains("`r-queue` and `r-web`"),
        "{}",
        open["findings"][1]
    );
    // One deployment, one pod, one policy.
    assert_eq!(
        inputs(&open),
        [("chart (r)".to_owned(), "chart".to_owned(), 3)]
    );
    let isolated = scan(
        &here,
        &[
            "chart",
            "--release",
            "r",
            "--namespace",
            "shop",
            "--values",
            "chart/isolated.yaml",
        ],
    );
    assert_eq!(findings(&isolated), [""; 0]);
}

#[test]
fn findings_lead_back_to_the_lines_of_templates_and_bases() {
    if !has(&["helm", "kubectl"]) {
        return;
    }
    let here = root().join("testdata/rendering");
    let explain = |from: &str, to: &str, arguments: &[&str]| {
        let all: Vec<&str> = [
            "explain",
            "--no-config",
            "--format",
            "json",
            "--from",
            from,
            "--to",
            to,
        ]
        .into_iter()
        .chain(arguments.iter().copied())
        .collect();
        let output = crosspeer(&here, path(), &all);
        let trail: Value = output.json();
        let places = trail["hops"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|hop| hop.get("origin"));
        places
            .map(|at| format!("{}:{}", at["file"].as_str().unwrap(), at["line"]))
            .collect::<Vec<_>>()
    };
    // `isolated` keeps the queue from sending. It has no `egress` whose line could be told: its `spec` begins there, between actions.
    let chart = ["chart", "--release", "r", "--values", "chart/isolated.yaml"];
    assert_eq!(
        explain("default/r-queue", "default/r-web", &chart),
        ["chart/templates/policies.yaml:8"]
    );
    // The overlay puts the web on the host network: its name stands in the base, the patched line nowhere in it.
    let report = scan(&here, &["overlays/prod"]);
    assert_eq!(
        findings(&report),
        [
            "CP301 prod/prod-isolated base/policies.yaml:5",
            "CP301 prod/prod-web base/policies.yaml:13"
        ]
    );
}

#[test]
fn a_walked_directory_renders_each_thing_once() {
    if !has(&["helm", "kubectl"]) {
        return;
    }
    let here = folder("walked");
    let copied = Command::new("cp")
        .args(["-r"])
        .arg(root().join("testdata/rendering"))
        .arg(here.join("apps"))
        .status()
        .unwrap();
    assert!(copied.success());
    write(
        &here,
        &[
            (
                "plain.yaml",
                "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: plain\n",
            ),
            (
                "common/Chart.yaml",
                "apiVersion: v2\nname: common\ntype: library\nversion: 1.0.0\n",
            ),
            ("common/templates/_x.tpl", "{{ define \"x\" }}{{ end }}\n"),
            (
                "flux/kustomization.yaml",
                "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: apps\n",
            ),
        ],
    );
    let row = |path: &str, kind: &str, resources| (path.to_owned(), kind.to_owned(), resources);
    assert_eq!(
        inputs(&scan(&here, &[])),
        [
            row("apps/chart", "chart", 3),
            row("apps/overlays/prod", "kustomization", 3),
            row("flux/kustomization.yaml", "manifests", 1),
            row("plain.yaml", "manifests", 1),
        ]
    );
    // Named beside its overlay, the base is still a part of it.
    assert_eq!(
        inputs(&scan(&here, &["apps/base", "apps/overlays/prod"])),
        [row("apps/overlays/prod", "kustomization", 3)]
    );
    assert_eq!(
        inputs(&scan(&here, &["apps/base"])),
        [row("apps/base", "kustomization", 3)]
    );
}

/// A state with a cluster of the name `main`.
const CLUSTER: &str = r#"{"format_version": "1.0", "values": {"root_module": {"resources": [{"address": "aws_eks_cluster.this",
"mode": "managed", "type": "aws_eks_cluster", "name": "this", "provider_name": "registry.terraform.io/hashicorp/aws",
"values": {"name": "main"}}]}}}"#;

#[test]
fn a_kustomization_without_a_kind_is_built_where_manifests_are_named() {
    if !has(&["kubectl"]) {
        return;
    }
    let here = folder("named-kustomization");
    write(
        &here,
        &[
            (
                "shop/kustomization.yaml",
                "resources: [pod.yaml]\nnamespace: shop\n",
            ),
            ("shop/pod.yaml", POD),
            ("plan.json", CLUSTER),
        ],
    );
    // It is no manifest, whatever the directory is said to hold.
    let row = ("shop".to_owned(), "kustomization".to_owned(), 1);
    for arguments in [&["--manifests", "shop"], &["--cluster", "main=shop"]] {
        let rows = inputs(&scan(&here, arguments));
        assert_eq!(rows.last(), Some(&row), "{arguments:?}");
        assert_eq!(rows.len(), 2, "{arguments:?}: {rows:?}");
    }
}

#[test]
fn charts_of_the_configuration_are_rendered_as_it_says() {
    if !has(&["helm"]) {
        return;
    }
    let here = folder("configured");
    write(&here, CHART);
    let two = "charts:\n  - {path: charts/web, name: a, namespace: one, values: [a.yaml]}\n  - {path: charts/web, name: b, namespace: two, values: [a.yaml]}\n";
    write(
        &here,
        &[
            ("crosspeer.yaml", two),
            ("a.yaml", "suffix: s\n"),
            (".git/config", ""),
        ],
    );
    let output = crosspeer(
        &here,
        path(),
        &[
            "scan",
            "--fail-on",
            "none",
            "--format",
            "json",
            "--select",
            "CP201",
        ],
    );
    let report: Value = output.json();
    let said = report["findings"].to_string();
    assert!(
        said.contains("`a-s`") && said.contains("`b-s`") && !said.contains("release-name"),
        "{said}"
    );
    write(&here, &[("crosspeer.yaml", "charts: [{path: charts}]\n")]);
    let output = crosspeer(&here, path(), &["scan"]);
    assert_eq!(output.code, 2);
    assert!(
        output
            .err
            .contains("`charts` names `charts`, which is no chart")
    );
}
