//! `helm`: names, values and files that the input chooses.

use super::{CHART, SCAN, Sandbox, said};
use std::os::unix::fs::symlink;

/// An application of Argo CD with a name, a namespace and what it says of the chart.
fn argo(name: &str, namespace: &str, helm: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: web, namespace: argocd}}\nspec:\n  \
         destination: {{namespace: '{namespace}'}}\n  source: {{repoURL: r, path: charts/web, helm: {{releaseName: '{name}'{helm}}}}}\n"
    )
}

fn flux(name: &str, namespace: &str) -> String {
    format!(
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: web, namespace: flux}}\nspec:\n  \
         releaseName: '{name}'\n  targetNamespace: '{namespace}'\n  chart: {{spec: {{chart: charts/web, sourceRef: {{kind: GitRepository}}}}}}\n"
    )
}

fn application_set(name: &str, namespace: &str) -> String {
    let one = argo(name, namespace, "");
    let spec = one
        .split_once("spec:\n")
        .unwrap()
        .1
        .replace("\n  ", "\n      ");
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: web, namespace: argocd}}\nspec:\n  template:\n    spec:\n      {}",
        spec.trim_start()
    )
}

fn terraform(name: &str, namespace: &str) -> String {
    format!(
        r#"{{"format_version":"1.2","planned_values":{{}},"resource_changes":[{{"address":"helm_release.web","mode":"managed","type":"helm_release","name":"web","change":{{"actions":["create"],"before":null,"after":{{"name":"{name}","namespace":"{namespace}","chart":"./charts/web"}},"after_unknown":{{}}}}}}]}}"#
    )
}

/// A file that installs the chart under a name in a namespace.
type Write<'w> = &'w dyn Fn(&str, &str) -> String;

const HOSTILE: &[&str] = &[
    "--post-renderer=./x.sh",
    "--output-dir=written",
    "-fevil.yaml",
    "--set-file=a=../outside",
    "a;b",
    "$(touch x)",
    "../../x",
    "https://example.com/x.tgz",
];

#[test]
fn names_that_are_options_are_refused_by_name_from_every_kind_of_file() {
    let place = Sandbox::new(CHART);
    place.tool("helm");
    let kinds: [(&str, Write<'_>); 4] = [
        ("in/app.yaml", &|name, namespace| argo(name, namespace, "")),
        ("in/app.yaml", &flux),
        ("in/app.yaml", &application_set),
        ("plan.json", &terraform),
    ];
    for (file, write) in kinds {
        for hostile in HOSTILE {
            for (name, namespace) in [(*hostile, "shop"), ("web", *hostile)] {
                place.write(&[(file, &write(name, namespace))]);
                let output = place.run(&[SCAN, &[file]].concat());
                let said = said(&output);
                assert_eq!(place.log("argument"), [""; 0], "{file} {name} {namespace}");
                assert!(
                    said.contains(&format!("`{hostile}` is refused")) && said.contains(file),
                    "{file} {hostile}: {said}"
                );
                assert!(
                    !said.contains("by hand with"),
                    "no command to paste: {said}"
                );
            }
        }
        // The same with plain names is rendered.
        place.write(&[(file, &write("web", "shop"))]);
        let said = said(&place.run(&[SCAN, &[file]].concat()));
        assert!(place.log("argument").contains(&"--".to_owned()), "{said}");
        assert!(
            said.contains("shop/rendered") || said.contains("`rendered`"),
            "{said}"
        );
        std::fs::remove_file(place.home.path().join("log")).unwrap();
        std::fs::remove_file(place.repository().join(file)).unwrap();
    }
}

#[test]
fn names_of_the_configuration_and_the_command_line_are_checked_as_well() {
    let place = Sandbox::new(CHART);
    place.tool("helm");
    for hostile in HOSTILE {
        for key in ["name", "namespace"] {
            let config = format!("charts: [{{path: charts/web, {key}: '{hostile}'}}]\n");
            place.write(&[("crosspeer.yaml", &config)]);
            let output = place.run(&["scan", "--fail-on", "none"]);
            let said = said(&output);
            assert_eq!(output.status.code(), Some(2), "{said}");
            assert!(
                said.contains("crosspeer.yaml")
                    && said.contains(&format!("`{hostile}` is refused")),
                "{said}"
            );
        }
        for option in ["--release", "--namespace", "--default-namespace"] {
            let named = format!("{option}={hostile}");
            let output = place.run(&["scan", "--no-config", "charts/web", &named]);
            assert_eq!(output.status.code(), Some(2), "{}", said(&output));
            assert!(said(&output).contains(&format!("`{hostile}` is refused")));
        }
    }
    assert_eq!(place.log("argument"), [""; 0]);
}

#[test]
fn helm_hears_options_first_and_sees_nothing_of_the_machine() {
    let place = Sandbox::new(CHART);
    place.tool("helm");
    let more = ", valueFiles: ['a,b.yaml', '-x.yaml'], kubeVersion: '--debug', apiVersions: ['--debug'], \
                parameters: [{name: '--set-file=a', value: '../outside'}], values: 'a: b'";
    place.write(&[
        ("in/app.yaml", &argo("web", "shop", more)),
        ("charts/web/a,b.yaml", "a: 1\n"),
        ("charts/web/-x.yaml", "a: 2\n"),
    ]);
    let said = said(&place.run(&[SCAN, &["in"]].concat()));
    let given = place.log("argument");
    let dashes = given.iter().position(|one| one == "--").expect(&said);
    let (options, names) = given.split_at(dashes);
    assert_eq!(names.len(), 3, "{given:#?}");
    assert_eq!(names[1], "web");
    for option in &options[1..] {
        let (name, _) = option.split_once('=').unwrap();
        assert!(
            [
                "--namespace",
                "--values",
                "--set",
                "--kube-version",
                "--api-versions"
            ]
            .contains(&name),
            "{option}"
        );
    }
    let values: Vec<&String> = options
        .iter()
        .filter(|one| one.starts_with("--values"))
        .collect();
    assert_eq!(values.len(), 3, "{options:#?}");
    for value in values {
        let repository = place.repository().display().to_string();
        assert!(
            !value.contains(&repository) && !value.contains(','),
            "{value}"
        );
    }
    let environment = place.log("environment").join("\n");
    assert!(!environment.contains("canary"), "{environment}");
    for name in [
        "HELM_PLUGINS",
        "HELM_CONFIG_HOME",
        "HELM_DATA_HOME",
        "HELM_REPOSITORY_CONFIG",
        "KUBECONFIG",
        "XDG_CONFIG_HOME",
        "HOME",
    ] {
        assert!(
            environment.contains(name),
            "{name} is not set: {environment}"
        );
    }
    let folder = place.log("folder");
    assert!(
        !folder[0].starts_with(&place.repository().display().to_string()),
        "{folder:?}"
    );
}

#[test]
fn value_files_outside_of_the_repository_are_not_read() {
    let place = Sandbox::new(CHART);
    place.tool("helm");
    std::fs::write(place.home.path().join("outside.json"), "{canary: value}").unwrap();
    place.write(&[(".git/config", "canary: value\n"), ("values/a", "")]);
    symlink(
        "../../outside.json",
        place.repository().join("values/link.yaml"),
    )
    .unwrap();
    symlink("/dev/zero", place.repository().join("values/device.yaml")).unwrap();
    for (file, named) in [
        ("../../../outside.json", "outside.json"),
        ("/../outside.json", "outside.json"),
        ("$v/../outside.json", "outside.json"),
        ("/.git/config", ".git/config"),
        ("../../.git/config", ".git/config"),
        ("/values/link.yaml", "link.yaml"),
        ("../../values/device.yaml", "device.yaml"),
    ] {
        let more = format!(", valueFiles: ['{file}']");
        place.write(&[("in/app.yaml", &argo("web", "shop", &more))]);
        let said = said(&place.run(&[SCAN, &["in"]].concat()));
        assert!(
            said.contains(named) && said.contains("is not read"),
            "{file}: {said}"
        );
        assert!(!said.contains("canary"), "{file}: {said}");
        assert_eq!(place.log("argument"), [""; 0], "{file}");
    }
    // The same from the configuration of the repository; what the command line names is read.
    let outside = place.home.path().join("outside.json").display().to_string();
    place.write(&[(
        "crosspeer.yaml",
        &format!("charts: [{{path: charts/web, values: ['{outside}']}}]\n"),
    )]);
    let output = place.run(&["scan", "--fail-on", "none", "charts"]);
    assert!(said(&output).contains("outside.json"), "{}", said(&output));
    assert_eq!(place.log("argument"), [""; 0]);
    let output = place.run(&[SCAN, &["charts/web", "--values", &outside]].concat());
    assert!(
        place.log("argument").contains(&"--".to_owned()),
        "{}",
        said(&output)
    );
}

#[test]
fn a_chart_with_a_link_out_of_the_repository_is_refused_by_name() {
    let place = Sandbox::new(CHART);
    place.tool("helm");
    std::fs::create_dir(place.home.path().join("elsewhere")).unwrap();
    std::fs::write(place.home.path().join("elsewhere/secret"), "canary").unwrap();
    let link = place.repository().join("charts/web/files");
    for target in [
        "../../../elsewhere",
        "/etc",
        "../../../elsewhere/secret",
        "/dev/zero",
    ] {
        symlink(target, &link).unwrap();
        for input in ["charts/web", "charts"] {
            let output = place.run(&[SCAN, &[input]].concat());
            let said = said(&output);
            assert!(
                said.contains("charts/web/files` leads out"),
                "{target}: {said}"
            );
            assert_eq!(place.log("argument"), [""; 0], "{target}");
            assert_eq!(
                output.status.code(),
                Some(if input == "charts" { 0 } else { 2 })
            );
        }
        std::fs::remove_file(&link).unwrap();
    }
    // A link inside of the repository is followed, as helm does.
    place.write(&[("shared/x", "x")]);
    symlink("../../shared", &link).unwrap();
    let output = place.run(&[SCAN, &["charts/web"]].concat());
    assert!(!place.log("argument").is_empty(), "{}", said(&output));
}

#[test]
fn charts_outside_of_the_repository_are_not_rendered() {
    let place = Sandbox::new(CHART);
    place.tool("helm");
    let outside = place.home.path().join("outside");
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(outside.join("Chart.yaml"), "name: x\n").unwrap();
    symlink(&outside, place.repository().join("charts/link")).unwrap();
    let plan = |chart: &str| terraform("web", "shop").replace("./charts/web", chart);
    for chart in ["../outside", outside.to_str().unwrap(), "./charts/link"] {
        place.write(&[("plan.json", &plan(chart))]);
        let said = said(&place.run(&[SCAN, &["plan.json"]].concat()));
        assert!(said.contains("leads out"), "{chart}: {said}");
        assert_eq!(place.log("argument"), [""; 0], "{chart}");
    }
    let app = argo("web", "shop", "").replace("path: charts/web", "path: ../outside");
    place.write(&[("in/app.yaml", &app)]);
    let said = said(&place.run(&[SCAN, &["in"]].concat()));
    assert!(said.contains("leads out"), "{said}");
    assert_eq!(place.log("argument"), [""; 0]);
}
