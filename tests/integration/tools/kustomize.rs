//! `kustomize`, `kubectl kustomize`: what a kustomization names, copied before a tool hears of it.

use super::{SCAN, Sandbox, run, said};
use serde_json::Value;
use std::ffi::OsString;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Output;

const POD: &str =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: a}]}\n";

/// The path of programs, with what `.ci/run` installs in front; none, with a message, where a program is not there.
fn real(programs: &[&str]) -> Option<OsString> {
    let own = ["helm", "kubectl"].map(|tool| {
        PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("target/tools")
            .join(tool)
    });
    let all = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = own.into_iter().chain(std::env::split_paths(&all)).collect();
    let is_there = |program: &&str| folders.iter().any(|folder| folder.join(program).is_file());
    if programs.iter().all(is_there) {
        return Some(std::env::join_paths(folders).unwrap());
    }
    eprintln!("skipped: {programs:?} not on the PATH and not in target/tools");
    None
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic_of(output))
}

fn panic_of(output: &Output) -> Value {
    assert_eq!(said(output), "", "no report");
    Value::Null
}

const JSON: &[&str] = &[
    "scan",
    "--no-config",
    "--fail-on",
    "none",
    "--format",
    "json",
];

/// Namespaces of the workloads that a report says are without policies, and its inputs.
fn told(report: &Value) -> (Vec<String>, Vec<String>) {
    let texts = |list: &Value, key: &str| {
        let mut all: Vec<String> = list
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one[key].as_str().unwrap().to_owned())
            .collect();
        all.sort();
        all
    };
    (
        texts(&report["findings"], "subject"),
        texts(&report["inputs"], "path"),
    )
}

/// What of a kustomization names something outside of the folder, and the name that the message has.
const OUTSIDE: &[(&str, &str)] = &[
    (
        "resources: [https://example.com/x.yaml]",
        "https://example.com/x.yaml",
    ),
    (
        "resources: ['http://127.0.0.1:1/x']",
        "http://127.0.0.1:1/x",
    ),
    (
        "bases: [github.com/example/base?ref=v1]",
        "github.com/example/base?ref=v1",
    ),
    ("components: ['git@example.com:a/b']", "git@example.com:a/b"),
    ("resources: [../../base]", "../../base"),
    ("resources: [base]", "k/base"),
    ("components: [../../base]", "../../base"),
    ("resources: [../../outside]", "../../outside"),
    ("resources: [link.yaml]", "link.yaml"),
    ("resources: [device.yaml]", "device.yaml"),
    ("resources: [/etc/hostname]", "/etc/hostname"),
    ("patches: [{path: link.yaml}]", "link.yaml"),
    ("patchesStrategicMerge: [link.yaml]", "link.yaml"),
    ("patchesJson6902: [{path: ../../outside}]", "../../outside"),
    ("replacements: [{path: link.yaml}]", "link.yaml"),
    (
        "configMapGenerator: [{name: a, files: ['k=link.yaml']}]",
        "link.yaml",
    ),
    (
        "configMapGenerator: [{name: a, files: ['http://127.0.0.1:1/x']}]",
        "http://127.0.0.1:1/x",
    ),
    (
        "secretGenerator: [{name: a, envs: [../../outside]}]",
        "../../outside",
    ),
    (
        "configMapGenerator: [{name: a, files: [../.git/config]}]",
        ".git/config",
    ),
    ("generators: [link.yaml]", "link.yaml"),
    ("transformers: [transformer.yaml]", "../../outside"),
    ("openapi: {path: link.yaml}", "link.yaml"),
    ("crds: [link.yaml]", "link.yaml"),
    (
        "helmCharts: [{name: web, repo: 'https://charts.example.com'}]",
        "https://charts.example.com",
    ),
    ("resources: [missing.yaml]", "missing.yaml"),
];

#[test]
fn what_a_kustomization_names_outside_is_refused_before_a_tool_hears_of_it() {
    for tool in ["kustomize", "kubectl"] {
        let place = Sandbox::new(&[
            ("k/pod.yaml", POD),
            (
                "k/transformer.yaml",
                "kind: PatchTransformer\npath: ../../outside\n",
            ),
        ]);
        place.tool(tool);
        let outside = place.home.path().join("outside");
        std::fs::write(&outside, "canary: value\n").unwrap();
        std::fs::create_dir(place.home.path().join("base")).unwrap();
        std::fs::write(
            place.home.path().join("base/kustomization.yaml"),
            "resources: []\n",
        )
        .unwrap();
        symlink("../../outside", place.repository().join("k/link.yaml")).unwrap();
        symlink("/dev/zero", place.repository().join("k/device.yaml")).unwrap();
        symlink("../../base", place.repository().join("k/base")).unwrap();
        for (text, named) in OUTSIDE {
            place.write(&[
                ("k/kustomization.yaml", &format!("{text}\n")),
                (".git/config", "canary"),
            ]);
            let said = said(&place.run(&[SCAN, &["k"]].concat()));
            assert!(
                said.contains(named) && said.contains("was not analysed"),
                "{text}: {said}"
            );
            assert!(!said.contains("canary"), "{text}: {said}");
            assert_eq!(place.log("argument"), [""; 0], "{text}");
        }
        place.write(&[("k/kustomization.yaml", "resources: [pod.yaml]\n")]);
        let output = place.run(&[SCAN, &["k"]].concat());
        let given = place.log("argument");
        let verb = if tool == "kubectl" {
            "kustomize"
        } else {
            "build"
        };
        assert_eq!(
            given[..3],
            [verb, "--load-restrictor=LoadRestrictionsRootOnly", "--"],
            "{}",
            said(&output)
        );
        assert_eq!(given.len(), 4, "{given:?}");
        assert!(
            !given[3].starts_with(&place.repository().display().to_string()),
            "{given:?}"
        );
        assert!(!place.log("environment").join("\n").contains("canary"));
    }
}

#[test]
fn a_circle_of_kustomizations_is_told_and_counts_as_unknown() {
    let Some(path) = real(&["kubectl"]) else {
        return;
    };
    for files in [
        &[
            ("loop/a/kustomization.yaml", "resources: [../b]\n"),
            ("loop/b/kustomization.yaml", "resources: [../a]\n"),
        ][..],
        &[("loop/a/kustomization.yaml", "resources: [.]\n")],
        &[
            ("loop/a/kustomization.yaml", "resources: [../b]\n"),
            ("loop/b/kustomization.yaml", "components: [../c]\n"),
            (
                "loop/c/kustomization.yaml",
                "kind: Component\nresources: [../b]\n",
            ),
        ],
        &[
            ("loop/a/kustomization.yaml", "resources: [../b]\n"),
            ("loop/b/kustomization.yaml", "resources: [../c]\n"),
            ("loop/c/kustomization.yaml", "resources: [../b]\n"),
        ],
    ] {
        let place = Sandbox::new(files);
        let strict = [
            "scan",
            "--no-config",
            "--fail-on",
            "none",
            "--strict",
            "loop",
        ];
        let output = run(&place.repository(), &path, &strict);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(3), "{said}");
        let round = match files.len() {
            1 => "names itself",
            _ => "name each other in a circle",
        };
        assert!(said.contains(round) && said.contains("`loop/"), "{said}");
    }
    // Charts that depend on each other by their paths are not passed over either.
    let place = Sandbox::new(&[
        (
            "charts/a/Chart.yaml",
            "apiVersion: v2\nname: a\nversion: 1.0.0\ndependencies: [{name: b, version: 1.0.0, repository: 'file://../b'}]\n",
        ),
        (
            "charts/b/Chart.yaml",
            "apiVersion: v2\nname: b\nversion: 1.0.0\ndependencies: [{name: a, version: 1.0.0, repository: 'file://../a'}]\n",
        ),
    ]);
    let output = run(
        &place.repository(),
        &path,
        &["scan", "--no-config", "--strict", "charts"],
    );
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
}

#[test]
fn what_a_tool_says_is_the_same_twice_and_names_nothing_of_the_machine() {
    let Some(path) = real(&["kubectl", "helm"]) else {
        return;
    };
    let place = Sandbox::new(&[
        ("missing/kustomization.yaml", "resources: [missing.yaml]\n"),
        (
            "broken/kustomization.yaml",
            "resources: [a.yaml]\nbases: [../plain]\n",
        ),
        ("broken/a.yaml", "a: [\n"),
        (
            "above/kustomization.yaml",
            "resources: [../plain/pod.yaml]\n",
        ),
        (
            "plain/kustomization.yaml",
            "resources: [pod.yaml]\nnamePrefix: {a: b}\n",
        ),
        ("plain/pod.yaml", POD),
        (
            "chart/Chart.yaml",
            "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
        ),
        ("chart/templates/a.yaml", "{{ fail \"no\" }}\n"),
        (
            "values/Chart.yaml",
            "apiVersion: v2\nname: values\nversion: 1.0.0\n",
        ),
        ("values/values.yaml", "a: [\n"),
    ]);
    for input in ["missing", "broken", "above", "plain", "chart", "values"] {
        let once = || {
            let output = run(&place.repository(), &path, &[JSON, &[input]].concat());
            let text = said(&output);
            assert!(text.contains("was not analysed"), "{input}: {text}");
            text
        };
        let text = once();
        assert_eq!(text, once(), "{input}");
        for own in [
            "/tmp",
            "crosspeer-",
            &place.home.path().display().to_string(),
        ] {
            assert!(!text.contains(own), "{input} names `{own}`: {text}");
        }
    }
    let said = said(&run(
        &place.repository(),
        &path,
        &[JSON, &["missing"]].concat(),
    ));
    assert!(
        said.contains("`missing/kustomization.yaml` names `missing.yaml`, which is not there"),
        "{said}"
    );
}

#[test]
fn a_chart_of_a_kustomization_is_judged_once_where_it_goes() {
    let Some(path) = real(&["kubectl", "helm"]) else {
        return;
    };
    let chart = |home: &str| {
        vec![
            (format!("{home}/web/Chart.yaml"), "apiVersion: v2\nname: web\nversion: 1.0.0\n".to_owned()),
            (format!("{home}/web/templates/pod.yaml"), "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Release.Name }}-{{ .Values.a }}, namespace: {{ .Release.Namespace }}}\nspec: {containers: [{name: a}]}\n".to_owned()),
        ]
    };
    for (home, globals) in [
        ("k/charts", ""),
        ("k/deep/er", "helmGlobals: {chartHome: deep/er}\n"),
        ("shared", "helmGlobals: {chartHome: ../shared}\n"),
    ] {
        let place = Sandbox::new(&[("k/pod.yaml", POD)]);
        let files = chart(home);
        place.write(
            &files
                .iter()
                .map(|(name, text)| (name.as_str(), text.as_str()))
                .collect::<Vec<_>>(),
        );
        place.write(&[(
            "k/kustomization.yaml",
            &format!("resources: [pod.yaml]\n{globals}helmCharts:\n  - {{name: web, releaseName: r, namespace: shop, valuesInline: {{a: b}}}}\n"),
        )]);
        let report = json(&run(
            &place.repository(),
            &path,
            &[JSON, &["--select", "CP201", "."]].concat(),
        ));
        assert_eq!(report["summary"]["workloads"], 2, "{home}: {report:#}");
        let (subjects, inputs) = told(&report);
        assert_eq!(
            (subjects, inputs),
            (
                vec!["default".to_owned(), "shop".to_owned()],
                vec!["k".to_owned()]
            ),
            "{home}"
        );
        assert_eq!(
            report["gaps"].as_array().unwrap().len(),
            0,
            "{home}: {report:#}"
        );
        assert!(report["findings"].to_string().contains("r-b"), "{report:#}");
    }
}

#[test]
fn what_flux_moves_to_a_namespace_is_judged_there() {
    let Some(path) = real(&["kubectl"]) else {
        return;
    };
    let flux = |path: &str| {
        format!(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: apps, namespace: flux}}\n\
             spec: {{path: {path}, targetNamespace: shop, sourceRef: {{kind: GitRepository, name: r}}}}\n"
        )
    };
    let elsewhere = POD.replace("{name: web}", "{name: other, namespace: elsewhere}");
    for kustomization in [None, Some("resources: [pod.yaml, other.yaml]\n")] {
        let place = Sandbox::new(&[
            ("clusters/apps.yaml", &flux("./apps")),
            ("apps/pod.yaml", POD),
            ("apps/other.yaml", &elsewhere),
        ]);
        if let Some(text) = kustomization {
            place.write(&[("apps/kustomization.yaml", text)]);
        }
        let report = json(&run(
            &place.repository(),
            &path,
            &[JSON, &["--select", "CP201"]].concat(),
        ));
        assert_eq!(report["summary"]["workloads"], 2, "{report:#}");
        assert_eq!(told(&report).0, ["shop"], "{kustomization:?}: {report:#}");
        assert_eq!(report["gaps"].as_array().unwrap().len(), 0, "{report:#}");
    }
    let place = Sandbox::new(&[
        ("clusters/apps.yaml", &flux("./apps").replace("shop", "--x")),
        ("apps/kustomization.yaml", "resources: [pod.yaml]\n"),
        ("apps/pod.yaml", POD),
    ]);
    let said = said(&run(&place.repository(), &path, SCAN));
    assert!(said.contains("namespace `--x` is refused"), "{said}");
}
