//! Argo CD. Source: Argo CD documentation, "Application Specification Reference", "Directory", "Helm", "Multiple Sources for an
//! Application".

use super::{Asked, Destination, path, text};
use crate::ingest::rendering::{Folder, Request, Values};
use crate::ingest::yaml::Node;

/// The server that an application means by the cluster that it lives in.
const HERE: &str = "https://kubernetes.default.svc";

/// What an application asks for, and where it goes.
pub(super) fn application(spec: &Node, name: &str) -> (Vec<Asked>, Destination) {
    let server = text(spec, "destination.server").filter(|server| server != HERE);
    let cluster = text(spec, "destination.name").filter(|name| name != "in-cluster");
    let destination = server.or(cluster).map_or(Destination::Here, |cluster| {
        Destination::Elsewhere(format!("cluster `{cluster}`"))
    });
    let namespace = text(spec, "destination.namespace").filter(|name| !name.is_empty());
    let mut sources = spec.get("sources").items();
    if sources.is_empty() {
        sources.push(spec.get("source"));
    }
    // A source that only lends its files to others brings nothing.
    let lends = |source: &Node| {
        text(source, "ref").is_some()
            && source.get("path").is_unset()
            && source.get("chart").is_unset()
    };
    (
        sources
            .iter()
            .filter(|source| !lends(source))
            .map(|source| one(source, name, namespace.as_deref()))
            .collect(),
        destination,
    )
}

fn one(source: &Node, name: &str, namespace: Option<&str>) -> Asked {
    let url = text(source, "repoURL").unwrap_or_default();
    if let Some(chart) = text(source, "chart") {
        return Err(format!(
            "chart `{chart}` of `{url}` is not in this repository; render it with `helm template` and give what that prints"
        ));
    }
    let folder = text(source, "path").ok_or("it names no `path`")?;
    let helm = source.get("helm");
    let unknown = |text: &str| text.contains("{{");
    if [folder.as_str(), url.as_str()]
        .into_iter()
        .chain(namespace)
        .any(unknown)
    {
        return Err(format!(
            "`{folder}` comes from a generator when it runs; render it by hand and scan what that prints"
        ));
    }
    if let Some(more) = ["plugin", "kustomize", "directory.jsonnet"]
        .into_iter()
        .find(|key| !source.get(key).is_unset())
    {
        return Err(format!(
            "`{more}` changes what `{folder}` brings, which is not followed; render it by hand and give what that prints"
        ));
    }
    let release = text(&helm, "releaseName")
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| name.to_owned());
    Ok(Request {
        paths: vec![path(&folder)],
        in_repository: true,
        repository: Some(url).filter(|url| !url.is_empty()),
        release: Some(release).filter(|name| !name.is_empty() && !unknown(name)),
        namespace: namespace.map(str::to_owned),
        target_namespace: None,
        folder: files(&source.get("directory")),
        values: values(&helm)?,
        set: [parameters(&helm)?, capabilities(&helm)].concat(),
    })
}

/// Which files of a folder of plain manifests it means. An empty pattern is none.
fn files(directory: &Node) -> Folder {
    let pattern = |key: &str| text(directory, key).filter(|pattern| !pattern.is_empty());
    Folder {
        recurse: directory.get("recurse").boolean() == Some(true),
        include: pattern("include"),
        exclude: pattern("exclude"),
    }
}

fn values(helm: &Node) -> Result<Vec<Values>, String> {
    let mut out = Vec::new();
    for file in helm.get("valueFiles").items() {
        let name = file.text().unwrap_or_default().to_owned();
        if name.contains("://") || name.contains("{{") {
            return Err(format!("values file `{name}` is not in this repository"));
        }
        out.push(
            match name.strip_prefix('$').and_then(|rest| rest.split_once('/')) {
                Some((_, path)) => Values::InRepository(path.to_owned()),
                None => match name.strip_prefix('/') {
                    Some(path) => Values::InRepository(path.to_owned()),
                    None => Values::InChart(name.clone()),
                },
            },
        );
    }
    out.extend(text(helm, "values").map(Values::Text));
    let object = helm.get("valuesObject");
    out.extend((!object.is_unset()).then(|| Values::Text(object.json().to_string())));
    Ok(out)
}

/// What the cluster is said to offer.
fn capabilities(helm: &Node) -> Vec<(&'static str, String)> {
    let kube = text(helm, "kubeVersion").map(|version| ("--kube-version", version));
    let all = helm.get("apiVersions").items();
    let offered = all
        .iter()
        .filter_map(|version| Some(("--api-versions", version.text()?.to_owned())));
    kube.into_iter().chain(offered).collect()
}

fn parameters(helm: &Node) -> Result<Vec<(&'static str, String)>, String> {
    if !helm.get("fileParameters").items().is_empty() {
        return Err(
            "its `fileParameters` are not followed; render it by hand and give what that prints"
                .to_owned(),
        );
    }
    let one = |parameter: &Node| {
        let (name, value) = (
            text(parameter, "name")?,
            parameter.get("value").written()?.to_owned(),
        );
        let option = if parameter.get("forceString").boolean() == Some(true) {
            "--set-string"
        } else {
            "--set"
        };
        Some((option, format!("{name}={value}")))
    };
    Ok(helm
        .get("parameters")
        .items()
        .iter()
        .filter_map(one)
        .collect())
}
