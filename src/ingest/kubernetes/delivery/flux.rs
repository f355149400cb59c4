//! Flux. Source: Flux documentation, "HelmRelease", "Kustomization".

use super::{Asked, Destination, path, text};
use crate::ingest::kubernetes::Object;
use crate::ingest::rendering::{Folder, Request, Values};
use crate::ingest::yaml::Node;

/// Where what an object brings goes. Sources are not followed: what one of them holds may be other than what the input holds.
fn destination(object: &Object, source: &Node) -> Destination {
    let spec = object.node.get("spec");
    if !spec.get("kubeConfig").is_unset() {
        let secret = text(&spec, "kubeConfig.secretRef.name");
        let secret = secret.or_else(|| text(&spec, "kubeConfig.configMapRef.name"));
        let name = secret.unwrap_or_default();
        return Destination::Elsewhere(format!("the cluster of `kubeConfig` `{name}`"));
    }
    if spec.get("suspend").boolean() == Some(true) {
        let what = format!("no cluster while {} is suspended", object.title());
        return Destination::Perhaps(what);
    }
    let kind = text(source, "kind").filter(|kind| kind == "GitRepository");
    match kind.and_then(|_| text(source, "name")) {
        Some(name) => Destination::Perhaps(format!("where GitRepository `{name}` is applied")),
        None => Destination::Here,
    }
}

/// What a release asks for, and where it goes.
pub(super) fn release(object: &Object) -> (Vec<Asked>, Destination) {
    let spec = object.node.get("spec");
    let chart = spec.get("chart.spec");
    let name = text(&chart, "chart").unwrap_or_default();
    let by_path = matches!(
        text(&chart, "sourceRef.kind").as_deref(),
        Some("GitRepository" | "Bucket")
    );
    let asked = if !by_path {
        Err(format!(
            "chart `{name}` is not in this repository; render it with `helm template` and give what that prints"
        ))
    } else if !spec.get("valuesFrom").items().is_empty() {
        Err("its values are in objects of the cluster (`valuesFrom`); render it by hand and give what that prints".to_owned())
    } else if !spec.get("postRenderers").items().is_empty() {
        Err("`postRenderers` change what it brings, which is not followed; render it by hand and give what that prints".to_owned())
    } else {
        let target = text(&spec, "targetNamespace").filter(|name| !name.is_empty());
        let namespace = target.clone().or_else(|| object.namespace.clone());
        let default = target.map_or_else(
            || object.name.clone(),
            |target| format!("{target}-{}", object.name),
        );
        let mut values: Vec<Values> = chart
            .get("valuesFiles")
            .items()
            .iter()
            .filter_map(|file| file.text().map(|file| Values::InRepository(path(file))))
            .collect();
        let own = spec.get("values");
        values.extend((!own.is_unset()).then(|| Values::Text(own.json().to_string())));
        let release = text(&spec, "releaseName")
            .filter(|name| !name.is_empty())
            .or(Some(default));
        Ok(Request {
            paths: vec![path(&name)],
            in_repository: true,
            release,
            namespace,
            values,
            ..Request::default()
        })
    };
    (vec![asked], destination(object, &chart.get("sourceRef")))
}

/// What a kustomization asks for, and where it goes.
pub(super) fn kustomization(object: &Object) -> (Vec<Asked>, Destination) {
    let spec = object.node.get("spec");
    let folder = text(&spec, "path").unwrap_or_else(|| ".".to_owned());
    let more = [
        "patches",
        "patchesStrategicMerge",
        "patchesJson6902",
        "commonMetadata",
        "postBuild",
        "components",
        "namePrefix",
        "nameSuffix",
    ];
    let changed = more.into_iter().find(|key| !spec.get(key).is_unset());
    let asked = match (text(&spec, "sourceRef.kind").as_deref(), changed) {
        (Some("OCIRepository"), _) => Err(format!(
            "`{folder}` is in a registry; render it by hand and give what that prints"
        )),
        (_, Some(more)) => Err(format!(
            "`{more}` changes what `{folder}` brings, which is not followed; render it by hand and give what that prints"
        )),
        _ => {
            // Of a folder without a kustomization all manifests count, however deep.
            let all = Folder {
                recurse: true,
                ..Folder::default()
            };
            Ok(Request {
                paths: vec![path(&folder)],
                in_repository: true,
                folder: all,
                target_namespace: text(&spec, "targetNamespace").filter(|name| !name.is_empty()),
                ..Request::default()
            })
        }
    };
    (vec![asked], destination(object, &spec.get("sourceRef")))
}
