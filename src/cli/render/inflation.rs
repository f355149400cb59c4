//! `helmCharts` of a kustomization. Kustomize would start helm itself, with what it finds on the machine; here they are rendered as every other
//! chart is. Source: kustomize documentation, "helmCharts"; `HelmChartInflationGenerator` of its sources.

use super::Job;
use super::references::is_remote;
use crate::cli::paths::tidy;
use crate::ingest::yaml::Node;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

/// Where the charts of a kustomization stand, where they do.
pub(super) fn directories(kustomization: &Node, directory: &Path) -> Vec<PathBuf> {
    let home = home(kustomization, directory);
    let charts = kustomization.child("helmCharts").items();
    charts
        .iter()
        .flat_map(|chart| places(chart, &home))
        .collect()
}

/// What is to be rendered; else why it cannot be. `file` is that of the kustomization, as it is shown.
pub(super) fn charts(
    kustomization: &Node,
    directory: &Path,
    file: &str,
) -> Result<Vec<Job>, String> {
    let home = home(kustomization, directory);
    let charts = kustomization.child("helmCharts").items();
    charts
        .iter()
        .map(|chart| job(chart, directory, &home).map_err(|why| format!("`{file}`: {why}")))
        .collect()
}

/// The kustomization as JSON, with the files that its charts were rendered into in their place.
pub(super) fn without_charts(kustomization: &Node, rendered: &[String]) -> String {
    let mut map = match kustomization.json() {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    map.remove("helmCharts");
    map.remove("helmGlobals");
    let resources = map.entry("resources").or_insert_with(|| json!([]));
    if let Value::Array(resources) = resources {
        resources.extend(rendered.iter().map(|name| json!(name)));
    } else {
        *resources = json!(rendered);
    }
    Value::Object(map).to_string()
}

fn home(kustomization: &Node, directory: &Path) -> PathBuf {
    let globals = kustomization.child("helmGlobals");
    directory.join(globals.child("chartHome").text().unwrap_or("charts"))
}

fn text(node: &Node, key: &str) -> Option<String> {
    let text = node.child(key).text()?.to_owned();
    (!text.is_empty()).then_some(text)
}

/// Where kustomize looks for a chart before it fetches it, best first.
fn places(chart: &Node, home: &Path) -> Vec<PathBuf> {
    let Some(name) = text(chart, "name") else {
        return Vec::new();
    };
    let versioned = text(chart, "version").map(|version| format!("{name}-{version}/{name}"));
    versioned
        .into_iter()
        .chain([name])
        .map(|name| tidy(&home.join(name)))
        .collect()
}

fn job(chart: &Node, directory: &Path, home: &Path) -> Result<Job, String> {
    let name = text(chart, "name").ok_or("a chart of `helmCharts` has no `name`")?;
    let repository = text(chart, "repo").unwrap_or_else(|| "no repository".to_owned());
    let found = places(chart, home).into_iter().find(|path| path.is_dir());
    let path = found.ok_or_else(|| {
        format!(
            "`helmCharts` names chart `{name}` of `{repository}`, which is not in this repository and is not fetched; \
             build it where the network may be used, and give what that prints"
        )
    })?;
    if let Some(key) = ["nameTemplate", "postRenderer", "configHome"]
        .into_iter()
        .find(|key| !chart.child(key).is_unset())
    {
        return Err(format!("`{key}` of chart `{name}` is not followed"));
    }
    let own = chart.child("valuesFile").text().map(str::to_owned);
    let more = chart.child("additionalValuesFiles").items();
    let files: Vec<String> = own
        .into_iter()
        .chain(
            more.iter()
                .filter_map(|file| file.text().map(str::to_owned)),
        )
        .collect();
    if let Some(file) = files.iter().find(|file| is_remote(file)) {
        return Err(format!("values file `{file}` is not in this repository"));
    }
    let inline = chart.child("valuesInline");
    let texts = match (inline.is_unset(), text(chart, "valuesMerge").as_deref()) {
        (true, _) => Vec::new(),
        (false, None | Some("override")) => vec![inline.json().to_string()],
        (false, Some(how)) => {
            return Err(format!(
                "`valuesMerge: {how}` of chart `{name}` is not followed"
            ));
        }
    };
    let kube = text(chart, "kubeVersion").map(|version| ("--kube-version", version));
    let offered = chart.child("apiVersions").items();
    let offered = offered
        .iter()
        .filter_map(|version| Some(("--api-versions", version.text()?.to_owned())));
    Ok(Job {
        path,
        release: text(chart, "releaseName"),
        namespace: text(chart, "namespace"),
        values: files.iter().map(|file| directory.join(file)).collect(),
        texts,
        set: kube.into_iter().chain(offered).collect(),
        ..Job::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::yaml;

    fn read(text: &str) -> Node {
        let mut all = yaml::read(&"k".into(), text);
        all.remove(0).content.unwrap()
    }

    #[test]
    fn a_chart_of_a_kustomization_is_a_chart_like_others() {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(home.path().join("charts/web")).unwrap();
        let of = |text: &str| {
            charts(&read(&format!("helmCharts: [{text}]\n")), home.path(), "k")
                .map(|jobs| jobs[0].clone())
        };
        let job = of("{name: web, releaseName: r, namespace: ns, valuesFile: v, additionalValuesFiles: [w], valuesInline: {a: 1}, kubeVersion: '1.30', apiVersions: [x/v1]}").unwrap();
        assert_eq!(job.path, home.path().join("charts/web"));
        assert_eq!(
            (job.release.as_deref(), job.namespace.as_deref()),
            (Some("r"), Some("ns"))
        );
        assert_eq!(job.values, [home.path().join("v"), home.path().join("w")]);
        assert_eq!(job.texts, [r#"{"a":1}"#]);
        assert_eq!(
            job.set,
            [
                ("--kube-version", "1.30".to_owned()),
                ("--api-versions", "x/v1".to_owned())
            ]
        );
        for (text, why) in [
            (
                "{name: gone, repo: 'https://charts.example.com'}",
                "chart `gone` of `https://charts.example.com`",
            ),
            ("{releaseName: r}", "no `name`"),
            (
                "{name: web, valuesFile: 'http://127.0.0.1/x'}",
                "values file `http://127.0.0.1/x`",
            ),
            (
                "{name: web, valuesInline: {a: 1}, valuesMerge: merge}",
                "`valuesMerge: merge`",
            ),
            ("{name: web, nameTemplate: x}", "`nameTemplate`"),
        ] {
            let said = of(text).unwrap_err();
            assert!(said.contains(why), "{text}: {said}");
        }
    }

    #[test]
    fn what_was_rendered_takes_the_place_of_the_charts() {
        let node = read(
            "resources: [a]\nhelmCharts: [{name: web}]\nhelmGlobals: {chartHome: x}\nnamespace: ns\n",
        );
        let text = without_charts(&node, &["c".to_owned()]);
        assert_eq!(text, r#"{"resources":["a","c"],"namespace":"ns"}"#);
        assert_eq!(
            directories(&node, Path::new("k")),
            [PathBuf::from("k/x/web")]
        );
    }
}
