//! What a release of a plan or an application brings from this repository.

use super::*;

/// A plan with one release of a chart: `change` holds its actions and values.
fn release(change: &str) -> String {
    format!(
        r#"{{"format_version":"1.2","planned_values":{{}},"resource_changes":[{{"address":"helm_release.web","mode":"managed","type":"helm_release","name":"web","change":{change}}}]}}"#
    )
}

/// What CP201 says, one finding a line, and the gaps.
fn subjects(here: &Path, more: &[&str]) -> (String, String) {
    let report = scan(here, &[&["--select", "CP201"], more].concat());
    let found = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["message"].as_str().unwrap().to_owned());
    (
        found.collect::<Vec<_>>().join("\n"),
        report["gaps"].to_string(),
    )
}

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
    let subjects = |more: &[&str]| subjects(&here, more);
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

/// An application that installs a source in the namespace `shop`.
fn application(name: &str, source: &str) -> String {
    let head = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  namespace: argocd\n  name:";
    format!("{head} {name}\nspec:\n  destination: {{namespace: shop}}\n  source: {source}\n")
}

#[test]
fn an_application_brings_what_it_points_at() {
    if !has(&["helm"]) {
        return;
    }
    let here = folder("application");
    write(&here, CHART);
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
fn an_application_points_into_its_own_repository_wherever_the_scan_begins() {
    let here = folder("repository-below");
    write(
        &here,
        &[
            ("shop/.git/config", ""),
            ("shop/apps/shop.yaml", &folder_of("shop", "shop", "path: m")),
            ("shop/m/pod.yaml", POD),
        ],
    );
    assert_eq!(
        open_namespaces(&here),
        (vec!["shop".to_owned()], "[]".to_owned())
    );
    // A second repository has such a folder as well, and which one is meant is not known.
    write(&here, &[("pay/.git/config", ""), ("pay/m/pod.yaml", POD)]);
    let (_, gaps) = open_namespaces(&here);
    assert!(gaps.contains("brings from `m` are not analysed"), "{gaps}");
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
        let trail: Value = crosspeer(&here, path(), &asked).json();
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
