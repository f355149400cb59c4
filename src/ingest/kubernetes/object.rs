//! Kubernetes objects as they are written, with places.

use super::scope;
use crate::ingest::terraform::Applied;
use crate::ingest::yaml::{Comment, Node};
use crate::ingest::{InputError, Settings};
use crate::model::{Gap, Origin, Place};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// A Kubernetes object. A copy shares what it holds until one is changed: the same objects are looked at before and after a
/// plan.
#[derive(Clone, Debug)]
pub struct Object(Arc<ObjectParts>);

/// What an [`Object`] holds.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectParts {
    /// API group; empty for the core group.
    pub group: String,
    /// API version: `v1`.
    pub version: String,
    /// Kind.
    pub kind: String,
    /// Namespace as it is written; none where it is absent or empty.
    pub namespace: Option<String>,
    /// Name; that of `generateName` where there is no other, else empty.
    pub name: String,
    /// The object; its place is that of `metadata.name`'s value.
    pub origin: Origin,
    /// The whole object.
    pub node: Node,
    /// Cluster that the file is tied to.
    pub cluster: Option<String>,
    /// Path of the input that holds it: of a rendered object the directory of the chart or kustomization.
    pub input: Arc<str>,
    /// Whether a tool printed it: then its document stands in none of the files that its places name.
    pub rendered: bool,
    /// First and last line of its document.
    pub lines: (u32, u32),
    /// The pod template that it names where it stands in another object ([`super::resolve_templates`]); none where it holds its own.
    pub template: Option<Node>,
    /// Why its content is not known; then `node` is null. Only what may be a policy is kept so.
    pub unread: Option<String>,
    /// Paths of what is not known (only after apply, or once a template is rendered), without positions in lists; then they are absent in `node`.
    /// An empty path is the whole object.
    pub hidden: Vec<String>,
    /// Whether Terraform applies it.
    pub applied: bool,
    /// Why it may never be there, or not be so; none where what holds it makes it so.
    pub perhaps: Option<String>,
    /// Where no file ties it: addresses of the clusters that it may be of by what applies it; empty where nothing tells.
    pub clusters: Vec<String>,
    /// Where an application of another tool sends it, in words for a message: another cluster than that which the application lives in, or
    /// none for now; none where it goes there, or nothing says so.
    pub destination: Option<Arc<str>>,
}

impl Deref for Object {
    type Target = ObjectParts;

    fn deref(&self) -> &ObjectParts {
        &self.0
    }
}

impl DerefMut for Object {
    fn deref_mut(&mut self) -> &mut ObjectParts {
        Arc::make_mut(&mut self.0)
    }
}

impl From<ObjectParts> for Object {
    fn from(parts: ObjectParts) -> Self {
        Object(Arc::new(parts))
    }
}

/// Whether both hold the same, at the same places.
impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

/// What manifests hold.
#[derive(Clone, Debug, Default)]
pub struct Objects {
    /// The objects, by file and line.
    pub objects: Vec<Object>,
    /// What could not be read.
    pub errors: Vec<InputError>,
    /// What the cluster may not take as it is, though it can be read.
    pub notes: Vec<InputError>,
    /// What is not known because of that.
    pub gaps: Vec<Gap>,
    /// Comments that speak to this program (`# crosspeer: ignore[ID] reason`).
    pub remarks: Vec<Remark>,
}

/// A comment that speaks to this program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The file.
    pub file: Arc<str>,
    /// First and last line of the document that it stands in.
    pub lines: (u32, u32),
    /// Where that document was rendered: the objects in it, by [`Origin::address`]; else none.
    pub rendered: Option<Vec<Arc<str>>>,
    /// The comment, `crosspeer:` included.
    pub comment: Comment,
}

impl Object {
    /// Makes an object of what a JSON value holds, which stands at one place as a whole; none where it has no `apiVersion`, `kind`.
    #[must_use]
    pub fn from_json(value: &serde_json::Value, origin: Origin) -> Option<Object> {
        let node = Node::from_json(value, &origin.place);
        let mut object = Object::new(node, "", "", (origin.place.line, origin.place.line))?;
        object.origin = origin;
        Some(object)
    }

    /// Makes an object of what Terraform applies. A policy whose rules are not all known is kept without them, and so is what may be a policy
    /// since its `apiVersion` or `kind` is not known; none of what else has none.
    #[must_use]
    pub fn applied(applied: &Applied) -> Option<Object> {
        let place = &applied.origin.place;
        let mut object = Object::of(
            Node::from_json(&applied.object, place),
            "",
            "",
            (place.line, place.line),
        );
        object.origin = applied.origin.clone();
        // Each is applied by itself, so none of them is the last one of a file.
        object.input = applied.origin.address.clone();
        object.applied = true;
        object.perhaps.clone_from(&applied.perhaps);
        object.hidden.clone_from(&applied.hidden);
        object.clusters.clone_from(&applied.clusters);
        if object.known_group().is_none() || object.known_kind().is_none() {
            return object.without_content("which kind it is of is known only after apply");
        }
        let rules = |path: &&String| {
            ["metadata", "metadata.namespace"].contains(&path.as_str())
                || !["metadata", "status"]
                    .iter()
                    .any(|own| path.starts_with(own))
        };
        let lost = object.hidden.iter().find(rules).and_then(|path| {
            object.without_content(&format!("`{path}` is known only after apply"))
        });
        Some(lost.unwrap_or(object)).filter(Object::is_one)
    }

    /// Whether it has an `apiVersion` and a `kind`.
    fn is_one(&self) -> bool {
        !self.kind.is_empty() && !self.version.is_empty()
    }

    /// Makes an object of a node. The outer `apiVersion` and `kind` are those that a list gives its elements.
    pub(super) fn new(
        node: Node,
        api_version: &str,
        kind: &str,
        lines: (u32, u32),
    ) -> Option<Object> {
        Some(Object::of(node, api_version, kind, lines)).filter(Object::is_one)
    }

    fn of(node: Node, api_version: &str, kind: &str, lines: (u32, u32)) -> Object {
        let kind = node.get("kind").text().unwrap_or(kind).to_owned();
        let api_version = node
            .get("apiVersion")
            .text()
            .unwrap_or(api_version)
            .to_owned();
        let (group, version) = api_version.split_once('/').unwrap_or(("", &api_version));
        // The same objects, which the API server gives out in either group (deprecation guide, "Ingress", v1.22).
        let group = match (group, kind.as_str()) {
            ("extensions", "Ingress") => "networking.k8s.io",
            _ => group,
        };
        let written = |path: &str| {
            node.get(path)
                .written()
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        let namespace = written("metadata.namespace");
        let name = written("metadata.name")
            .or_else(|| written("metadata.generateName"))
            .unwrap_or_default();
        let place = node.get("metadata.name").place();
        let input = place.file.clone();
        let origin = Origin {
            place,
            inner: None,
            address: title(&kind, namespace.as_deref(), &name).into(),
            change: Default::default(),
        };
        Object::from(ObjectParts {
            group: group.to_owned(),
            version: version.to_owned(),
            kind,
            namespace,
            name,
            origin,
            node,
            cluster: None,
            input,
            rendered: false,
            lines,
            template: None,
            unread: None,
            hidden: Vec::new(),
            applied: false,
            perhaps: None,
            clusters: Vec::new(),
            destination: None,
        })
    }

    /// Whether a path is not known, by itself or as a part of what is not.
    #[must_use]
    pub fn hides(&self, path: &str) -> bool {
        let around = |hidden: &String| {
            hidden.is_empty()
                || path
                    .strip_prefix(hidden)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.hidden.iter().any(around)
    }

    /// Whether a path is not known, or something below it.
    #[must_use]
    pub fn hides_part(&self, path: &str) -> bool {
        let below = |hidden: &String| {
            let rest = hidden.strip_prefix(path);
            rest.is_some_and(|rest| rest.starts_with('.'))
        };
        self.hides(path) || self.hidden.iter().any(below)
    }

    /// Its API group; none where that is not known.
    #[must_use]
    pub fn known_group(&self) -> Option<&str> {
        Some(self.group.as_str()).filter(|_| !self.hides("apiVersion"))
    }

    /// Its kind; none where that is not known.
    #[must_use]
    pub fn known_kind(&self) -> Option<&str> {
        Some(self.kind.as_str()).filter(|_| !self.hides("kind"))
    }

    /// Whether it is of this group and kind.
    #[must_use]
    pub fn is(&self, group: &str, kind: &str) -> bool {
        self.group == group && self.kind == kind
    }

    /// Whether objects of its kind have no namespace.
    pub(super) fn is_cluster_scoped(&self) -> bool {
        scope::is_cluster_scoped(&self.group, &self.kind)
    }

    /// Its namespace, the default where none is written.
    #[must_use]
    pub fn namespace_in<'a>(&'a self, settings: &'a Settings) -> &'a str {
        self.namespace
            .as_deref()
            .unwrap_or(&settings.default_namespace)
    }

    /// The origin of a part of the object.
    #[must_use]
    pub fn origin_at(&self, place: Place) -> Origin {
        Origin {
            place,
            ..self.origin.clone()
        }
    }

    /// Enters the namespace that objects of its input are installed in where they name none.
    pub(super) fn installed_in(&mut self, namespace: &str) {
        if self.namespace.is_none() && !self.is_cluster_scoped() {
            self.namespace = Some(namespace.to_owned());
            self.origin.address = self.title().into();
        }
    }

    /// Enters the namespace that objects which name none are taken to be in.
    pub(in crate::ingest) fn by_default_in(&mut self, namespace: &str) {
        if self.namespace.is_none() && !self.is_cluster_scoped() {
            self.namespace = Some(namespace.to_owned());
        }
    }

    /// Enters a namespace, whichever it names; a namespace takes its name (kustomize documentation, "namespace").
    pub(super) fn moved_to(&mut self, namespace: &str) {
        if self.is("", "Namespace") {
            namespace.clone_into(&mut self.name);
        } else if !self.is_cluster_scoped() {
            self.namespace = Some(namespace.to_owned());
        }
        self.origin.address = self.title().into();
    }

    /// Words for a message: `NetworkPolicy shop/default-deny`.
    #[must_use]
    pub fn title(&self) -> String {
        if self.kind.is_empty() {
            return self.origin.address.to_string();
        }
        title(&self.kind, self.namespace.as_deref(), &self.name)
    }
}

fn title(kind: &str, namespace: Option<&str>, name: &str) -> String {
    match namespace {
        Some(namespace) => format!("{kind} {namespace}/{name}"),
        None => format!("{kind} {name}"),
    }
}
