//! Charts and kustomizations, rendered by the real tools where they are on the machine. `.ci/run` installs them.

use serde_json::Value;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The path of programs, with the tools that `.ci/run` installs in front.
fn path() -> OsString {
    let own = ["helm", "kubectl"].map(|tool| root().join("target/tools").join(tool));
    let all = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(own.into_iter().chain(std::env::split_paths(&all))).unwrap()
}

/// Whether the programs are there; says that the test is skipped where they are not.
fn has(programs: &[&str]) -> bool {
    let folders: Vec<PathBuf> = std::env::split_paths(&path()).collect();
    let missing: Vec<&&str> = programs
        .iter()
        .filter(|program| !folders.iter().any(|folder| folder.join(program).is_file()))
        .collect();
    if !missing.is_empty() {
        eprintln!("skipped: {missing:?} not on the PATH and not in target/tools");
    }
    missing.is_empty()
}

fn crosspeer(here: &Path, path: OsString, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crosspeer"));
    command
        .env("PATH", path)
        .env("KUBECONFIG", "/no/such/file")
        .current_dir(here)
        .args(arguments)
        .output()
        .unwrap()
}

/// A scan's report as JSON.
fn scan(here: &Path, arguments: &[&str]) -> Value {
    let all: Vec<&str> = [
        "scan",
        "--no-config",
        "--fail-on",
        "none",
        "--format",
        "json",
    ]
    .into_iter()
    .chain(arguments.iter().copied())
    .collect();
    let output = crosspeer(here, path(), &all);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// `rule subject file:line` of each finding.
fn findings(report: &Value) -> Vec<String> {
    let said = |finding: &Value| {
        let at = &finding["location"];
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        format!(
            "{} {} {}:{}",
            text(&finding["rule"]),
            text(&finding["subject"]),
            text(&at["file"]),
            at["line"]
        )
    };
    report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(said)
        .collect()
}

fn inputs(report: &Value) -> Vec<(String, String, u64)> {
    let row = |row: &Value| {
        (
            row["path"].as_str().unwrap().to_owned(),
            row["kind"].as_str().unwrap().to_owned(),
            row["resources"].as_u64().unwrap(),
        )
    };
    report["inputs"]
        .as_array()
        .unwrap()
        .iter()
        .map(row)
        .collect()
}

/// A folder of its own for one test.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

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
        let trail: Value = serde_json::from_slice(&output.stdout).unwrap();
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
fn what_a_tool_refuses_is_told_in_its_words() {
    if !has(&["helm", "kubectl"]) {
        return;
    }
    let here = folder("refused");
    write(
        &here,
        &[
            (
                "web/Chart.yaml",
                "apiVersion: v2\nname: web\nversion: 1.0.0\n",
            ),
            (
                "web/templates/a.yaml",
                "{{ required \"the port is needed\" .Values.port }}\n",
            ),
            (
                "remote/kustomization.yaml",
                "resources:\n  - https://example.com/base.yaml\n",
            ),
            (
                "git/kustomization.yaml",
                "resources:\n  - github.com/example/base?ref=v1\n",
            ),
        ],
    );
    let run = |arguments: &[&str]| {
        let output = crosspeer(&here, path(), arguments);
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    let (code, said) = run(&["scan", "--no-config", "--chart", "web"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(
        said.contains("the port is needed") && said.contains("helm template web > rendered.yaml"),
        "{said}"
    );
    // Nothing is fetched, neither by http nor by git.
    for folder in ["remote", "git"] {
        let (code, said) = run(&["scan", "--no-config", folder]);
        assert_eq!(code, Some(2), "{said}");
        assert!(
            said.contains("is not in this repository and is not fetched"),
            "{said}"
        );
    }
    // Found and not asked for: the rest is analysed, and what was left out is said.
    let (code, said) = run(&["scan", "--no-config"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(said.matches("was not analysed").count(), 3, "{said}");
    assert_eq!(run(&["scan", "--no-config", "--strict"]).0, Some(3));
}

#[test]
fn without_a_tool_it_is_said_how_to_render_by_hand() {
    let here = root().join("testdata/rendering");
    let run = |arguments: &[&str]| {
        let output = crosspeer(&here, OsString::new(), arguments);
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    let (code, out, err) = run(&[
        "scan",
        "--no-config",
        "chart",
        "overlays/prod",
        "--release",
        "r",
        "--verbose",
    ]);
    assert_eq!(code, Some(0), "{err}");
    assert!(
        err.contains("there is no `helm` on the PATH")
            && err.contains("helm template r chart > rendered.yaml"),
        "{err}"
    );
    assert!(
        err.contains("there is neither `kustomize` nor `kubectl` on the PATH"),
        "{err}"
    );
    assert!(
        err.contains("kubectl kustomize overlays/prod > rendered.yaml"),
        "{err}"
    );
    assert!(
        out.contains("was not analysed"),
        "it stands in the ledger: {out}"
    );
    assert_eq!(
        run(&["scan", "--no-config", "chart", "--strict"]).0,
        Some(3)
    );
    assert_eq!(
        run(&["scan", "--no-config", "--chart", "base"]).0,
        Some(2),
        "no chart"
    );
}

/// A plan with one release of a chart: `change` holds its actions and values.
fn release(change: &str) -> String {
    format!(
        r#"{{"format_version":"1.2","planned_values":{{}},"resource_changes":[{{"address":"helm_release.web","mode":"managed","type":"helm_release","name":"web","change":{change}}}]}}"#
    )
}

const CHART: &[(&str, &str)] = &[
    (
        "charts/web/Chart.yaml",
        "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    ),
    (
        "charts/web/templates/web.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}-{{ .Values.suffix }}\nspec:\n  containers: [{name: a, image: a}]\n",
    ),
];

#[test]
fn a_release_in_a_plan_is_rendered_as_the_plan_installs_it() {
    if !has(&["helm"]) {
        return;
    }
    let here = folder("release");
    write(&here, CHART);
    let after = r#"{"name":"web","namespace":"shop","chart":"../charts/web","values":["suffix: a"],"set":[{"name":"suffix","value":"b","type":""}]}"#;
    let plan = |change: &str| {
        write(
            &here,
            &[
                ("infra/plan.json", &release(change)),
                (
                    "infra/main.tf",
                    "resource \"helm_release\" \"web\" {\n  values = [data.http.values.body]\n}\n",
                ),
            ],
        )
    };
    let subjects = |more: &[&str]| {
        let report = scan(&here, &[&["--select", "CP201"], more].concat());
        let found = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| finding["message"].as_str().unwrap().to_owned());
        (
            found.collect::<Vec<_>>().join("\n"),
            report["gaps"].to_string(),
        )
    };
    // The chart is found as well, and counts once: as the release that the plan makes.
    plan(&format!(
        r#"{{"actions":["create"],"before":null,"after":{after},"after_unknown":{{"id":true}}}}"#
    ));
    let (found, gaps) = subjects(&["."]);
    assert!(
        found.contains("namespace `shop`")
            && found.contains("`web-b`")
            && !found.contains("default"),
        "{found}"
    );
    assert_eq!(gaps, "[]");
    // Nothing is left of it once it is deleted, though the chart still lies there.
    plan(&format!(
        r#"{{"actions":["delete"],"before":{after},"after":null}}"#
    ));
    assert_eq!(subjects(&["."]).0, "");
    assert!(subjects(&[".", "--before"]).0.contains("`web-b`"));
    // Values that are not known yet, and charts of elsewhere, are named.
    plan(&format!(
        r#"{{"actions":["create"],"after":{after},"after_unknown":{{"values":true}}}}"#
    ));
    assert!(
        subjects(&["infra"])
            .1
            .contains("its `values` are known only after apply"),
        "{}",
        subjects(&["infra"]).1
    );
    plan(
        r#"{"actions":["create"],"after":{"name":"r","chart":"redis","repository":"https://charts.example.com"},"after_unknown":{}}"#,
    );
    assert!(
        subjects(&["infra"])
            .1
            .contains("`redis` is no chart of this repository")
    );
    plan(
        r#"{"actions":["create"],"after":{"name":"r","chart":"../charts/gone","values":[]},"after_unknown":{}}"#,
    );
    assert!(
        subjects(&["infra"])
            .1
            .contains("../charts/gone` are not analysed"),
        "{}",
        subjects(&["infra"]).1
    );
}

#[test]
fn an_application_brings_what_it_points_at() {
    if !has(&["helm"]) {
        return;
    }
    let here = folder("application");
    write(&here, CHART);
    let application = |name: &str, source: &str| {
        let head = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  namespace: argocd\n  name:";
        format!("{head} {name}\nspec:\n  destination: {{namespace: shop}}\n  source: {source}\n")
    };
    let ours = "https://example.com/our/repository";
    write(
        &here,
        &[
            (
                ".git/config",
                "[remote \"origin\"]\n\turl = git@example.com:our/repository.git\n",
            ),
            (
                "apps/web.yaml",
                &application(
                    "web",
                    &format!(
                        "{{repoURL: {ours}, path: charts/web, helm: {{values: 'suffix: x'}}}}"
                    ),
                ),
            ),
            (
                "apps/other.yaml",
                &application(
                    "other",
                    "{repoURL: 'https://example.com/other', path: charts/web}",
                ),
            ),
            (
                "apps/redis.yaml",
                &application(
                    "redis",
                    "{repoURL: 'https://charts.example.com', chart: redis}",
                ),
            ),
            (
                "apps/plain.yaml",
                &application("plain", &format!("{{repoURL: {ours}, path: plain}}")),
            ),
            (
                "plain/n.yaml",
                "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: plain\n",
            ),
        ],
    );
    let report = scan(&here, &["--select", "CP201"]);
    let said = report["findings"].to_string();
    assert!(
        said.contains("`web-x`")
            && said.contains("namespace `plain`")
            && !said.contains("release-name"),
        "{said}"
    );
    let gaps: Vec<&str> = report["gaps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|gap| gap["what"].as_str().unwrap())
        .collect();
    assert_eq!(gaps.len(), 2, "{gaps:#?}");
    assert!(gaps.iter().any(|gap| gap.contains("Application argocd/other") && gap.contains("not in the input")), "{gaps:#?}");
    assert!(
        gaps.iter()
            .any(|gap| gap.contains("Application argocd/redis") && gap.contains("chart `redis`")),
        "{gaps:#?}"
    );
}

const POD: &str =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: c, image: i}]}\n";
const DENY: &str = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny}\nspec: {podSelector: {}, policyTypes: [Ingress, Egress]}\n";

/// An application that installs a folder of this repository in a namespace.
fn folder_of(name: &str, namespace: &str, source: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}, namespace: argocd}}\n\
         spec: {{destination: {{namespace: {namespace}}}, source: {{{source}}}}}\n"
    )
}

/// Namespaces without policies, ascending, and the gaps.
fn open_namespaces(here: &Path) -> (Vec<String>, String) {
    let report = &scan(here, &["--select", "CP201"]);
    let named = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["subject"].as_str().unwrap().to_owned());
    let mut named: Vec<String> = named.collect();
    named.sort();
    (named, report["gaps"].to_string())
}

#[test]
fn a_plain_folder_goes_to_the_namespace_of_its_application() {
    let here = folder("plain-namespace");
    write(
        &here,
        &[
            (".git/config", ""),
            ("apps/shop.yaml", &folder_of("shop", "shop", "path: shop")),
            ("apps/pay.yaml", &folder_of("pay", "pay", "path: pay")),
            ("shop/pod.yaml", POD),
            ("pay/pod.yaml", POD),
            ("pay/deny.yaml", DENY),
        ],
    );
    // The policy of one application is none of the other's: all of them in `default`, it would isolate both.
    assert_eq!(
        open_namespaces(&here),
        (vec!["shop".to_owned()], "[]".to_owned())
    );
    // One folder for two applications is installed twice.
    write(
        &here,
        &[("apps/dev.yaml", &folder_of("dev", "dev", "path: shop"))],
    );
    assert_eq!(
        open_namespaces(&here),
        (vec!["dev".to_owned(), "shop".to_owned()], "[]".to_owned())
    );
}

#[test]
fn files_that_an_application_leaves_out_are_not_taken_for_applied() {
    let here = folder("plain-left-out");
    write(
        &here,
        &[
            (".git/config", ""),
            ("shop/pod.yaml", POD),
            ("shop/sub/deny.yaml", DENY),
        ],
    );
    // Folders below are left out by default, and files that a pattern names: whether the deny is there is not known.
    for source in [
        "path: shop",
        "path: shop, directory: {recurse: true, exclude: 'sub/*'}",
        "path: shop, directory: {include: 'pod.*'}",
    ] {
        write(
            &here,
            &[("apps/shop.yaml", &folder_of("shop", "default", source))],
        );
        let (_, gaps) = open_namespaces(&here);
        assert!(
            gaps.contains("leaves out `shop/sub/deny.yaml`"),
            "{source}: {gaps}"
        );
        let asked = [
            "explain",
            "--no-config",
            ".",
            "--from",
            "8.8.8.8",
            "--to",
            "default/web",
            "--format",
            "json",
        ];
        let trail: Value =
            serde_json::from_slice(&crosspeer(&here, path(), &asked).stdout).unwrap();
        assert_eq!(trail["verdict"], "possible", "{source}: {trail}");
    }
    write(
        &here,
        &[(
            "apps/shop.yaml",
            &folder_of("shop", "default", "path: shop, directory: {recurse: true}"),
        )],
    );
    assert_eq!(open_namespaces(&here), (vec![], "[]".to_owned()));
    // Nothing of the folder is meant: what it brings is not in the input.
    write(
        &here,
        &[(
            "apps/shop.yaml",
            &folder_of(
                "shop",
                "default",
                "path: shop, directory: {include: other.yaml}",
            ),
        )],
    );
    assert!(
        open_namespaces(&here)
            .1
            .contains("`Application argocd/shop` brings from `shop` are not analysed")
    );
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
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let said = report["findings"].to_string();
    assert!(
        said.contains("`a-s`") && said.contains("`b-s`") && !said.contains("release-name"),
        "{said}"
    );
    write(&here, &[("crosspeer.yaml", "charts: [{path: charts}]\n")]);
    let output = crosspeer(&here, path(), &["scan"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&output.stderr)
            .contains("`charts` names `charts`, which is no chart")
    );
}
