//! Objects as a file of facts holds them: with what lowering reads of each, and without the rest, secrets among it.

use super::object::{Object, ObjectParts};
use super::{catalogue, policy, workload};
use crate::ingest::cut::Cut;
use crate::ingest::terraform::recorded::renamed;
use crate::ingest::yaml::{Node, Packed};
use crate::model::{Origin, Place};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What is recorded of an object beside its kind, namespace, name and place.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecordedObject {
    /// Its group; empty for the core group.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub group: String,
    /// Its version.
    pub version: String,
    /// How it is called in messages, where that is not its kind, namespace and name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Column and length of its place.
    #[serde(skip_serializing_if = "is_nowhere")]
    pub column: [u32; 2],
    /// The place inside of what a call leads to: file, line, column, length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inner: Option<(String, [u32; 3])>,
    /// The input that holds it, where that is not its file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// Whether a tool printed it.
    #[serde(skip_serializing_if = "is_false")]
    pub rendered: bool,
    /// First and last line of its document.
    pub lines: (u32, u32),
    /// What it holds, as far as that is read.
    #[serde(skip_serializing_if = "Json::is_null")]
    pub node: Json,
    /// The file that its content stands in, where that is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Where its parts stand, as [`Packed::at`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub at: Vec<i64>,
    /// Why its content is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
    /// Paths of what is not known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<String>,
    /// Whether Terraform applies it.
    #[serde(skip_serializing_if = "is_false")]
    pub applied: bool,
    /// Why it may never be there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub perhaps: Option<String>,
    /// The number of the resource that is its cluster, where that is one of the same repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home: Option<u32>,
    /// Address or name of the cluster that it is tied to, where that is of another repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tie: Option<String>,
}

fn is_false(own: &bool) -> bool {
    !*own
}

fn is_nowhere(column: &[u32; 2]) -> bool {
    *column == [0, 0]
}

/// What files of facts hold of a pod's containers.
const OF_CONTAINERS: &[&str] = &["name", "ports", "restartPolicy", "securityContext"];
/// What they hold besides, of the agents of networks and engines: their settings stand there.
const OF_AGENTS: &[&str] = &["args", "command", "env", "image"];
/// The agents.
const AGENTS: &[&str] = &[
    "aws-node",
    "azure-ip-masq-agent",
    "calico-node",
    "canal",
    "cilium",
    "cilium-operator",
    "ip-masq-agent",
];
/// Lists of containers.
const CONTAINERS: &[&str] = &["containers", "initContainers", "ephemeralContainers"];
/// What of the specification of pods no lowering reads.
const NOT_OF_PODS: &[&str] = &[
    "hostAliases",
    "imagePullSecrets",
    "resourceClaims",
    "terminationGracePeriodSeconds",
    "topologySpreadConstraints",
    "volumeClaimTemplates",
    "volumes",
];
/// What of `metadata` is read.
const OF_METADATA: &[&str] = &[
    "annotations",
    "generateName",
    "labels",
    "name",
    "namespace",
    "ownerReferences",
];
/// What of objects is not read, or has a column of its own.
const NOT_OF_OBJECTS: &[&str] = &["apiVersion", "binaryData", "kind", "stringData"];

/// Which objects a file of facts holds: those that bear on reachability or are a gap, and of the others the first one of each
/// namespace, which says that there is the namespace.
#[derive(Debug, Default)]
pub struct Needed(BTreeSet<(Option<String>, String)>);

impl Needed {
    /// Whether the file holds an object; they are asked about by place.
    pub fn takes(&mut self, object: &Object) -> bool {
        if object.bears() || catalogue::unjudged(object).is_some() {
            return true;
        }
        let cluster = object.cluster.clone();
        let first = |namespace| self.0.insert((cluster, namespace));
        object.namespace.clone().is_some_and(first) && !object.is_cluster_scoped()
    }
}

/// Records an object. `front`: what its paths are called; `marks`: by which numbers its texts name resources.
#[must_use]
pub fn record(
    object: &Object,
    cut: &Cut,
    marks: &dyn Fn(&str) -> Option<String>,
) -> RecordedObject {
    let secret = secret_paths(&object.node, cut);
    let lost = secret.iter().find(|path| !path.starts_with("metadata"));
    let without = lost.and_then(|path| {
        object.without_content(&format!("`{path}` is sensitive, and not in the facts"))
    });
    let object = without.as_ref().unwrap_or(object);
    let mut packed = Packed::of(&object.node, &|before, key| {
        keeps(object, before, key) && !secret.contains(&dotted(before, key))
    });
    let mut unread = object.unread.clone();
    if packed.is_none() {
        unread = unread.or(Some("it is too large for the facts".to_owned()));
    }
    let packed = packed.take().unwrap_or_default();
    let place = &object.origin.place;
    let file = object.node.place().file;
    let hidden = object.hidden.iter().cloned().chain(secret);
    RecordedObject {
        group: object.group.clone(),
        version: object.version.clone(),
        title: (*object.origin.address != *object.title())
            .then(|| object.origin.address.to_string()),
        column: [place.column, place.length],
        inner: object.origin.inner.as_ref().map(|inner| {
            let at = [inner.line, inner.column, inner.length];
            (inner.file.to_string(), at)
        }),
        input: (object.input != place.file).then(|| object.input.to_string()),
        rendered: object.rendered,
        lines: object.lines,
        node: marked(packed.content, marks),
        file: (file != place.file).then(|| file.to_string()),
        at: packed.at,
        unread,
        hidden: hidden.collect(),
        applied: object.applied,
        perhaps: object.perhaps.clone(),
        home: None,
        tie: object.cluster.clone(),
    }
}

impl RecordedObject {
    /// The object again. `of`: its kind, namespace, name, file and line.
    #[must_use]
    pub fn object(
        self,
        of: (String, Option<String>, String, Arc<str>, u32),
        marks: &dyn Fn(&str) -> Option<String>,
    ) -> Object {
        let (kind, namespace, name, file, line) = of;
        let [column, length] = self.column;
        let place = Place {
            file: Arc::clone(&file),
            line,
            column,
            length,
        };
        let packed = Packed {
            content: marked(self.node, marks),
            at: self.at,
        };
        let text = self.file.map_or_else(|| Arc::clone(&file), Arc::from);
        let node = packed.node(&text);
        let whole = node.is_some();
        let node = node.unwrap_or_else(|| Node::from_json(&Json::Null, &place));
        let inner = self.inner.map(|(file, [line, column, length])| Place {
            file: file.into(),
            line,
            column,
            length,
        });
        let mut object = Object::from(ObjectParts {
            group: self.group,
            version: self.version,
            kind,
            namespace,
            name,
            origin: Origin {
                place,
                inner,
                address: Arc::from(""),
                change: Default::default(),
            },
            node,
            cluster: self.tie,
            input: self.input.map_or(file, Arc::from),
            rendered: self.rendered,
            lines: self.lines,
            template: None,
            unread: self.unread,
            hidden: self.hidden,
            applied: self.applied,
            perhaps: self.perhaps,
            clusters: Vec::new(),
            destination: None,
        });
        let title = self.title.unwrap_or_else(|| object.title());
        object.origin.address = title.into();
        if whole {
            return object;
        }
        let lost = object.without_content("what the facts tell of it is malformed");
        lost.unwrap_or(object)
    }
}

/// A JSON value in whose texts resources are called otherwise.
fn marked(json: Json, marks: &dyn Fn(&str) -> Option<String>) -> Json {
    match json {
        Json::String(text) => Json::String(renamed(&text, marks)),
        Json::Array(items) => items.into_iter().map(|item| marked(item, marks)).collect(),
        Json::Object(map) => {
            let own = map.into_iter();
            Json::Object(
                own.map(|(name, inner)| (name, marked(inner, marks)))
                    .collect(),
            )
        }
        other => other,
    }
}

fn dotted(before: &[&str], key: &str) -> String {
    let all: Vec<&str> = before.iter().copied().chain([key]).collect();
    all.join(".")
}

/// Whether a member is kept: `before` are the keys that lead to its map.
fn keeps(object: &Object, before: &[&str], key: &str) -> bool {
    if !object.bears() {
        return false;
    }
    let inside = |list: &[&str]| before.last().is_some_and(|last| list.contains(last));
    match before {
        [] => !NOT_OF_OBJECTS.contains(&key),
        ["metadata"] => OF_METADATA.contains(&key),
        [.., "metadata", "annotations"] => {
            !key.starts_with("checksum/")
                && key != "kubectl.kubernetes.io/last-applied-configuration"
        }
        _ if !workload::is_known(&object.group, &object.kind) => true,
        [.., "spec"] => !NOT_OF_PODS.contains(&key),
        _ if inside(CONTAINERS) => {
            OF_CONTAINERS.contains(&key)
                || AGENTS.contains(&object.name.as_str()) && OF_AGENTS.contains(&key)
        }
        _ => true,
    }
}

/// Dotted paths, without positions in lists, of sensitive values of an object that is read.
fn secret_paths(node: &Node, cut: &Cut) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    if !cut.is_empty() {
        secrets(node, "", cut, &mut out);
    }
    out
}

fn secrets(node: &Node, path: &str, cut: &Cut, out: &mut BTreeSet<String>) {
    if node.written().is_some_and(|text| cut.hides(text)) {
        out.insert(path.to_owned());
    }
    node.items()
        .iter()
        .for_each(|item| secrets(item, path, cut, out));
    for (key, inner) in node.entries() {
        let below = match path {
            "" => key.clone(),
            _ => format!("{path}.{key}"),
        };
        if cut.hides(&key) {
            out.insert(below);
        } else {
            secrets(&inner, &below, cut, out);
        }
    }
}

/// What an object is, as the model calls it.
#[must_use]
pub fn noun(object: &Object) -> &'static str {
    if workload::is_known(&object.group, &object.kind) {
        "workload"
    } else if policy::may_be(object.known_group(), object.known_kind()) {
        "policy"
    } else if object.is("", "Namespace") {
        "namespace"
    } else if object.is("", "Service") {
        "service"
    } else {
        "object"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::kubernetes::read;
    use crate::ingest::{File, Settings};
    use crate::model::Confidential;

    fn objects(text: &str) -> Vec<Object> {
        let file = File {
            path: "a.yaml".into(),
            bytes: text.as_bytes().to_vec(),
            ..File::default()
        };
        read(&[&file], &Settings::default()).objects
    }

    fn back(object: &Object, cut: &Cut) -> (String, Object) {
        let recorded = record(object, cut, &|_| None);
        let text = serde_json::to_string(&recorded).unwrap();
        let read: RecordedObject = serde_json::from_str(&text).unwrap();
        let of = (
            object.kind.clone(),
            object.namespace.clone(),
            object.name.clone(),
            object.origin.place.file.clone(),
            object.origin.place.line,
        );
        (text, read.object(of, &|_| None))
    }

    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  namespace: n\n  labels: {app: a}\nspec:\n  hostNetwork: true\n  \
        volumes: [{name: token}]\n  containers:\n  - name: c\n    image: i\n    env: [{name: A, value: b}]\n    ports: [{containerPort: 80}]\n";

    #[test]
    fn a_workload_keeps_what_is_read_of_it() {
        let object = &objects(POD)[0];
        let (_, own) = back(object, &Cut::default());
        assert_eq!(own.origin, object.origin);
        assert_eq!((own.title(), own.lines), (object.title(), object.lines));
        let container = |own: &Object| own.node.get("spec.containers").items()[0].clone();
        let port = |own: &Object| {
            container(own).get("ports").items()[0]
                .get("containerPort")
                .place()
        };
        assert_eq!(port(&own), port(object));
        assert_eq!(own.node.get("spec.hostNetwork").boolean(), Some(true));
        for gone in ["image", "env"] {
            assert!(container(&own).get(gone).is_absent(), "{gone}");
        }
        assert!(own.node.get("spec.volumes").is_absent());
    }

    #[test]
    fn the_agents_of_engines_keep_their_settings() {
        let text = POD.replace("name: p\n", "name: aws-node\n");
        let (_, own) = back(&objects(&text)[0], &Cut::default());
        assert!(
            !own.node.get("spec.containers").items()[0]
                .get("env")
                .is_absent()
        );
    }

    #[test]
    fn of_a_secret_nothing_but_its_name_is_there() {
        let text = "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: n, annotations: {a: CANARY}}\nstringData: {p: CANARY}\ndata: {q: CANARY}\n";
        let (json, _) = back(&objects(text)[0], &Cut::default());
        assert!(!json.contains("CANARY"), "{json}");
    }

    #[test]
    fn what_is_sensitive_is_not_known_where_it_is_read() {
        let mut confidential = Confidential::default();
        confidential.add_text("10.9.0.0/16");
        let cut = Cut::new(confidential);
        let policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: x, namespace: n}\nspec:\n  podSelector: {}\n  \
            egress: [{to: [{ipBlock: {cidr: 10.9.0.0/16}}]}]\n";
        let (json, own) = back(&objects(policy)[0], &cut);
        assert!(!json.contains("10.9.0.0"), "{json}");
        assert!(own.unread.is_some());
    }

    #[test]
    fn of_objects_that_bear_on_nothing_one_stands_for_its_namespace() {
        let map = |name: &str| {
            format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: n}}\n---\n"
            )
        };
        let role =
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\n";
        let all = objects(&format!("{}{}{role}", map("a"), map("b")));
        let mut needed = Needed::default();
        let taken: Vec<bool> = all.iter().map(|object| needed.takes(object)).collect();
        assert_eq!(taken, [true, false, false]);
    }
}
