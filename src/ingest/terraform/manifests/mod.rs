//! Kubernetes objects that a plan holds: manifests and typed resources given to Terraform to apply, and releases of charts.

mod cluster;
mod convert;
mod namespace;
mod release;
#[cfg(test)]
mod tests;
mod typed;

use super::graph::Graph;
use super::input::Input;
use super::mode::Mode;
use super::resource::{Draft, Value, is_id, is_open};
use super::resource::{Presence, Resource};
use crate::ingest::rendering::{Request, Requested};
use crate::model::{Gap, GapKind, Origin};
use cluster::Clusters;
use convert::{Hidden, below, verbatim};
use serde_json::Value as Json;

/// Words in the names of kinds that decide who reaches pods.
const POLICY_LIKE: [&str; 4] = ["Policy", "PeerAuthentication", "Sidecar", "NetworkSet"];

/// Kinds that make pods, or lead to them.
const REACHED: [&str; 10] = [
    "Pod",
    "Deployment",
    "DaemonSet",
    "StatefulSet",
    "ReplicaSet",
    "ReplicationController",
    "Job",
    "CronJob",
    "Service",
    "Ingress",
];

/// A Kubernetes object that Terraform applies.
#[derive(Clone, Debug, PartialEq)]
pub struct Applied {
    /// The object, without what is known only after apply.
    pub object: Json,
    /// Paths of what is known only after apply, without positions in lists: `spec.ingress.from`. An empty path is the whole object.
    pub hidden: Vec<String>,
    /// The block that declares it.
    pub origin: Origin,
    /// Why it may never be there, or not be so; none where the plan makes it so.
    pub perhaps: Option<String>,
    /// Addresses of the cluster resources that its provider is configured from; empty where that is not known.
    pub clusters: Vec<String>,
}

/// All of them in order of input and address. What of them is unknown, and charts whose objects the plan does not tell, go into the
/// ledger of gaps.
///
/// Also what it asks to be rendered. `roots` holds the folder of the sources of each input, where they are in the input.
pub fn manifests(
    graph: &mut Graph,
    inputs: &[Input],
    roots: &[Option<&str>],
) -> (Vec<Applied>, Vec<Requested>) {
    let mut gaps = Vec::new();
    let (mut out, mut requests) = (Vec::new(), Vec::new());
    let clusters_of: Vec<Clusters<'_>> = inputs
        .iter()
        .map(|input| Clusters::new(graph, input))
        .collect();
    for (_, resource) in graph
        .resources
        .iter()
        .filter(|(_, resource)| resource.mode == Mode::Managed)
    {
        // What is recorded of other repositories holds its objects by itself.
        let Some(input) = inputs.get(resource.input) else {
            continue;
        };
        let root = roots.get(resource.input).copied().flatten();
        let mut found = of(resource, &|| folders(&input.path, root));
        if found.objects.is_empty() && found.gaps.is_empty() && found.request.is_none() {
            continue;
        }
        let perhaps = perhaps(resource);
        if perhaps.is_some() {
            found = found.perhaps(resource);
        }
        let clusters = clusters_of.get(resource.input);
        let clusters = clusters.map(|own| own.of(resource)).unwrap_or_default();
        for (mut object, mut hidden) in found.objects {
            namespace::name(graph, input, resource, &mut object, &mut hidden);
            if found.gaps.is_empty() {
                found.gaps.extend(gap(&object, &hidden, &resource.address));
            }
            out.push(Applied {
                object,
                hidden: hidden.paths(),
                perhaps: perhaps.clone(),
                origin: resource.origin.clone(),
                clusters: clusters.clone(),
            });
        }
        let origin = resource.origin.clone();
        requests.extend(found.request.map(|request| Requested {
            request,
            origin,
            cluster: None,
            clusters,
            here: false,
            destination: None,
        }));
        gaps.extend(found.gaps.into_iter().map(|(kind, what)| Gap {
            kind,
            what,
            origin: Some(resource.origin.clone()),
        }));
    }
    graph.gaps.extend(gaps);
    (out, requests)
}

/// Why what a resource applies may never be there, or not be so; none where the plan makes it so.
fn perhaps(resource: &Resource) -> Option<String> {
    let why = match resource.presence {
        Presence::Sure => return None,
        Presence::Deferred => "is put off to a later plan",
        Presence::Unplanned => "was not planned, since planning failed",
        Presence::Wiped => "may be taken away by what holds it",
        Presence::Missing => "is left out by an incomplete plan",
    };
    Some(format!(
        "`{}` {why}: whether its pods will be there, and be so, is not known",
        resource.address
    ))
}

/// The folders that a path in the configuration may be seen from: that of the sources, else that of the plan and the one above.
fn folders(plan: &str, root: Option<&str>) -> Vec<String> {
    let own = plan.rsplit_once('/').map_or("", |(folder, _)| folder);
    let above = if own.is_empty() {
        "..".to_owned()
    } else {
        format!("{own}/..")
    };
    root.map(str::to_owned)
        .into_iter()
        .chain([own.to_owned(), above])
        .collect()
}

/// What a resource applies.
#[derive(Debug, Default)]
struct Found {
    objects: Vec<(Json, Hidden)>,
    request: Option<Request>,
    gaps: Vec<(GapKind, String)>,
}

impl Found {
    /// What may be there, or be something else: policies may decide anything, and so may what a chart holds that a plan leaves out.
    /// Pods and what leads to them are entered, so that nothing about them is missing; other objects are only named.
    fn perhaps(mut self, resource: &Resource) -> Found {
        let is_missing = resource.presence == Presence::Missing;
        if is_missing && resource.kind == "helm_release" && self.objects.is_empty() {
            let what = format!(
                "an incomplete plan leaves out `{}`: what its chart installs may be there",
                resource.address
            );
            return Found {
                gaps: vec![(GapKind::IncompletePlan, what)],
                ..Found::unknown(&resource.address)
            };
        }
        let may_be_policy = |(object, _): &(Json, Hidden)| {
            let kind = object.get("kind").and_then(Json::as_str);
            kind.is_none_or(|kind| POLICY_LIKE.iter().any(|word| kind.contains(word)))
        };
        let all = std::mem::take(&mut self.objects).into_iter();
        let (mut objects, others): (Vec<_>, Vec<_>) = all.partition(may_be_policy);
        objects
            .iter_mut()
            .for_each(|(_, hidden)| hidden.add("spec"));
        if !is_missing {
            objects.extend(others);
            return Found { objects, ..self };
        }
        let mut gaps = self.gaps;
        if !others.is_empty() {
            let what = format!(
                "an incomplete plan leaves out `{}`: whether it will be so is not known",
                resource.address
            );
            gaps.push((GapKind::IncompletePlan, what));
        }
        objects.extend(others.into_iter().filter(|(object, _)| {
            let kind = object.get("kind").and_then(Json::as_str);
            kind.is_some_and(|kind| REACHED.contains(&kind))
        }));
        Found {
            objects,
            request: None,
            gaps,
        }
    }

    fn gap(kind: GapKind, what: String) -> Found {
        Found {
            gaps: vec![(kind, what)],
            ..Found::default()
        }
    }

    /// An object of which nothing is known.
    fn unknown(address: &str) -> Found {
        let what = format!(
            "the object that `{address}` applies is known only after apply: which kind it is of is not known"
        );
        let mut hidden = Hidden::default();
        hidden.add("");
        Found {
            gaps: vec![(GapKind::UnknownValue, what)],
            ..Found::object(Json::Object(serde_json::Map::new()), hidden)
        }
    }

    fn object(object: Json, hidden: Hidden) -> Found {
        Found {
            objects: vec![(object, hidden)],
            ..Found::default()
        }
    }
}

/// What is not known of an object.
fn gap(object: &Json, hidden: &Hidden, address: &str) -> Option<(GapKind, String)> {
    let lacks = |key: &str| {
        object.get(key).and_then(Json::as_str).is_none() && !hidden.iter().any(|path| path == key)
    };
    if ["apiVersion", "kind"].iter().any(|key| lacks(key)) {
        return Some((
            GapKind::Unreadable,
            format!(
                "what `{address}` applies is no Kubernetes object: expected `apiVersion` and `kind`"
            ),
        ));
    }
    let telling: Vec<String> = hidden
        .iter()
        .filter(|path| tells(path))
        .map(|path| format!("`{path}`"))
        .collect();
    let what = || {
        format!(
            "{} of the object that `{address}` applies is known only after apply",
            telling.join(", ")
        )
    };
    (!telling.is_empty()).then(|| (GapKind::UnknownValue, what()))
}

/// Whether a part of an object bears on what it is: identifiers and versions that the API server gives do not.
fn tells(path: &str) -> bool {
    let given = [
        "uid",
        "resourceVersion",
        "generation",
        "selfLink",
        "creationTimestamp",
    ]
    .map(|name| format!("metadata.{name}"));
    !given
        .iter()
        .map(String::as_str)
        .chain(["status"])
        .any(|own| {
            path.strip_prefix(own)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
}

fn of(resource: &Resource, folders: &dyn Fn() -> Vec<String>) -> Found {
    let address = &resource.address;
    match resource.kind.as_str() {
        "kubernetes_manifest" => manifest(resource.values.get("manifest"), address),
        "kubectl_manifest" => match resource.values.get("yaml_body") {
            Value::Text(text) => yaml(text, "yaml_body", address),
            Value::Draft(draft) if !draft.is_loose() && !draft.base64 => {
                drafted(draft, "yaml_body", address)
            }
            Value::Null => Found::default(),
            _ => Found::unknown(address),
        },
        "helm_release" => release::of(resource, &folders()),
        _ => typed::of(resource),
    }
}

fn manifest(value: &Value, address: &str) -> Found {
    let mut hidden = Hidden::default();
    let named = value.get("apiVersion").text().is_some_and(names_by_id);
    let value = if named { &identified(value) } else { value };
    match verbatim(value, "", &mut hidden) {
        Some(object @ Json::Object(_)) => Found::object(object, hidden),
        Some(Json::Null) => Found::default(),
        _ => Found::unknown(address),
    }
}

/// Whether objects of a group and version name resources of the cloud by id: those of the AWS controllers.
fn names_by_id(version: &str) -> bool {
    let group = version.split('/').next().unwrap_or(version);
    [".k8s.aws", ".k8s.amazonaws.com", "eks.amazonaws.com"]
        .iter()
        .any(|end| group.ends_with(end))
}

/// An object in which markers stand for ids that are known only after apply. Those who look the ids up find the resources.
fn identified(value: &Value) -> Value {
    match value {
        Value::Reference(reference) => match reference.targets.as_ref() {
            [only] if reference.exact && ["id", "arn"].contains(&only.attribute.as_str()) => {
                Value::Text(only.marker())
            }
            _ => value.clone(),
        },
        Value::List(items) => Value::List(items.iter().map(identified).collect()),
        Value::Map(map) => Value::Map(
            map.iter()
                .map(|(name, inner)| (name.clone(), identified(inner)))
                .collect(),
        ),
        other => other.clone(),
    }
}

/// Objects of a text of which parts are known only after apply.
fn drafted(draft: &Draft, attribute: &str, address: &str) -> Found {
    let mut found = yaml(&draft.text, attribute, address);
    if !found.gaps.is_empty() {
        return Found::unknown(address);
    }
    for (object, hidden) in &mut found.objects {
        let version = object.get("apiVersion").and_then(Json::as_str);
        let named = version.is_some_and(names_by_id);
        hide(object, "", named, hidden);
    }
    found
}

/// Takes out what is known only after apply, but for ids that are to be looked up, where resources are `named` by them.
fn hide(json: &mut Json, path: &str, named: bool, hidden: &mut Hidden) {
    let is_hidden = |json: &Json| {
        let text = json.as_str().filter(|text| is_open(text));
        text.is_some_and(|text| !(named && is_id(text)))
    };
    match json {
        Json::Array(items) => {
            for item in items.iter_mut() {
                if is_hidden(item) {
                    hidden.add(path);
                }
                hide(item, path, named, hidden);
            }
            items.retain(|item| !is_hidden(item));
        }
        Json::Object(map) => {
            if map.keys().any(|name| is_open(name)) {
                hidden.add(path);
            }
            map.retain(|name, _| !is_open(name));
            for (name, inner) in map.iter_mut() {
                let path = below(path, name);
                if is_hidden(inner) {
                    hidden.add(&path);
                }
                hide(inner, &path, named, hidden);
            }
            map.retain(|_, inner| !is_hidden(inner));
        }
        _ => {}
    }
}

fn yaml(text: &str, attribute: &str, address: &str) -> Found {
    match serde_saphyr::from_multiple::<Json>(text) {
        Ok(objects) => {
            let objects = objects
                .into_iter()
                .filter(Json::is_object)
                .map(|object| (object, Hidden::default()));
            Found {
                objects: objects.collect(),
                ..Found::default()
            }
        }
        Err(_) => Found::gap(
            GapKind::Unreadable,
            format!("`{attribute}` of `{address}` is no valid YAML"),
        ),
    }
}
