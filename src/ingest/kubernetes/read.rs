//! Files into objects.

use super::catalogue;
use super::fault::{fault, mismatch};
use super::object::{Object, Objects, Remark};
use crate::ingest::rendering::{Requested, WayBack};
use crate::ingest::yaml::{self, Document, Node, Shape, Unread};
use crate::ingest::{File, InputError, Settings, text};
use crate::model::{Gap, GapKind, Origin, Place};

/// Reads the objects of all files, by path and line whatever the order of `files`. Lists are flattened, documents that are empty or only
/// comments skipped. What cannot be read is reported, and the rest goes on.
#[must_use]
pub fn read(files: &[&File], _settings: &Settings) -> Objects {
    let mut sorted = files.to_vec();
    sorted.sort_by(|a, b| (&a.path, &a.cluster).cmp(&(&b.path, &b.cluster)));
    let mut out = Objects::default();
    for file in sorted {
        out.not_rendered(file);
        match text::decode(&file.bytes) {
            Ok(content) => {
                let way_back = file.rendering.as_deref().map(|rendering| WayBack::new(rendering, &content));
                for document in yaml::read(&file.path, &content) {
                    out.document(file, if let Some(way_back) = &way_back { way_back.lead(document) } else { document });
                }
            }
            Err(wrong) => {
                let place = Place { file: file.path.clone(), line: wrong.line, column: wrong.column, length: 0 };
                out.lost(InputError { refused: true, ..fault(&place, wrong.message) });
            }
        }
    }
    out
}

/// Reads what was rendered for a request: its objects are of the cluster of whoever asked.
#[must_use]
pub fn read_requested(file: &File, requested: &Requested, settings: &Settings) -> Objects {
    let mut out = read(&[file], settings);
    for object in &mut out.objects {
        object.cluster.clone_from(&requested.cluster);
        object.clusters.clone_from(&requested.clusters);
        object.applied = !requested.here || !requested.clusters.is_empty();
    }
    out
}

impl Objects {
    /// Adds what another file holds.
    pub fn extend(&mut self, more: Objects) {
        self.objects.extend(more.objects);
        self.errors.extend(more.errors);
        self.gaps.extend(more.gaps);
        self.remarks.extend(more.remarks);
    }

    fn document(&mut self, file: &File, document: Document) {
        let (lines, before) = (document.lines, self.objects.len());
        self.errors.extend(document.problems);
        let mut place = file.path.clone();
        match document.content {
            Ok(node) => {
                place = node.place().file;
                self.node(file, node, ("", ""), lines);
            }
            Err(unread) => {
                if let Some(object) = half_read(file, &unread, lines) {
                    self.keep(file, object);
                }
                self.lost(unread.error);
            }
        }
        let own = self.objects.iter().skip(before);
        let rendered = file.rendering.is_some().then(|| own.map(|object| object.origin.address.clone()).collect::<Vec<_>>());
        let spoken = document.comments.into_iter().filter(|comment| comment.text.starts_with("crosspeer:"));
        self.remarks.extend(spoken.map(|comment| Remark { file: place.clone(), lines, rendered: rendered.clone(), comment }));
    }

    /// What no tool has rendered: a gap, and an error where the command line asked for it and the tool refused it.
    fn not_rendered(&mut self, file: &File) {
        let Some((rendering, failure)) = file.rendering.as_ref().and_then(|own| Some((own, own.failure.as_ref()?))) else { return };
        let place = Place { file: rendering.main.clone(), line: 0, column: 0, length: 0 };
        let (what, address) = (format!("`{}`: {}", file.path, failure.what), format!("{} {}", rendering.tool.renders(), file.path));
        let origin = Origin { place: place.clone(), inner: None, address: address.into(), change: Default::default() };
        self.gaps.push(Gap { kind: GapKind::Unreadable, what: what.clone(), origin: Some(origin) });
        if failure.refused {
            self.errors.push(InputError { refused: true, ..fault(&place, failure.what.clone()) });
        }
    }

    /// A part of the input that is lost: an error, and a gap.
    fn lost(&mut self, error: InputError) {
        let InputError { file, line, column, length, .. } = error.clone();
        let origin =
            Origin { place: Place { file: file.clone(), line, column, length }, inner: None, address: file, change: Default::default() };
        self.gaps.push(Gap { kind: GapKind::Unreadable, what: error.message.clone(), origin: Some(origin) });
        self.errors.push(error);
    }

    /// `outer` holds `apiVersion` and `kind` that a list gives its elements.
    fn node(&mut self, file: &File, node: Node, outer: (&str, &str), lines: (u32, u32)) {
        if node.shape() == Shape::Null {
            return;
        }
        let Some(object) = Object::new(node.clone(), outer.0, outer.1, lines) else {
            let missing = if node.shape() == Shape::Map {
                "`apiVersion` or `kind` is missing".to_owned()
            } else {
                format!("it is {}", node.shape().words())
            };
            return self.lost(fault(
                &node.place(),
                format!("this is no Kubernetes object, {missing}: expected a map with `apiVersion`, `kind`, `metadata`"),
            ));
        };
        if let Some(element) = object.kind.strip_suffix("List").filter(|_| !node.get("items").is_absent()) {
            let version = node.get("apiVersion").text().unwrap_or_default().to_owned();
            let outer = if element.is_empty() { ("", "") } else { (version.as_str(), element) };
            return node.get("items").items().into_iter().for_each(|item| self.node(file, item, outer, lines));
        }
        self.odd_names(&object);
        self.keep(file, object);
    }

    fn keep(&mut self, file: &File, mut object: Object) {
        object.cluster.clone_from(&file.cluster);
        object.input.clone_from(&file.path);
        object.rendered = file.rendering.is_some();
        if let Some(namespace) = file.rendering.as_ref().and_then(|rendering| rendering.namespace.as_deref()) {
            object.installed_in(namespace);
        }
        self.objects.push(object);
    }

    /// Names that are missing or hold template markers: the object is not the one that will be applied.
    fn odd_names(&mut self, object: &Object) {
        if object.name.is_empty() {
            let place = object.node.get("metadata").place();
            self.errors.push(fault(&place, format!("`metadata.name` is missing: expected the name of this {}", object.kind)));
        }
        for field in ["metadata.name", "metadata.namespace"] {
            let node = object.node.get(field);
            if !node.is_unset() && node.text().is_none() {
                self.errors.push(mismatch(&node, field, "a string; write it in quotes"));
            }
            if node.written().is_some_and(|text| text.contains("{{")) {
                self.lost(fault(&node.place(), format!("`{field}` holds an unrendered template: render it first with `helm template`")));
            }
        }
    }
}

/// A policy whose document cannot be read, as far as single lines of it tell: it still is about the pods of its namespace.
fn half_read(file: &File, unread: &Unread, lines: (u32, u32)) -> Option<Object> {
    let value = |key: &str| {
        let mut lines = unread.text.lines().filter_map(|line| line.trim_start().strip_prefix(key)?.strip_prefix(':'));
        lines.next().map(|rest| rest.split(" #").next().unwrap_or(rest).trim().trim_matches(['"', '\'']).to_owned())
    };
    let api_version = value("apiVersion")?;
    let (group, version) = api_version.split_once('/').unwrap_or(("", &api_version));
    let kind = value("kind").filter(|kind| catalogue::is_policy(group, kind))?;
    let plain = |text: &String| !text.is_empty() && !text.contains(['{', '[']);
    let name = value("name").filter(plain).unwrap_or_default();
    let namespace = value("namespace").filter(plain);
    let InputError { line, column, length, .. } = unread.error;
    let place = Place { file: unread.error.file.clone(), line, column, length };
    let address = format!("{kind} {name}").into();
    let origin = Origin { place: place.clone(), inner: None, address, change: Default::default() };
    Some(Object {
        group: group.to_owned(),
        version: version.to_owned(),
        kind,
        namespace,
        name,
        origin,
        node: Node::from_json(&serde_json::Value::Null, &place),
        cluster: None,
        input: file.path.clone(),
        rendered: false,
        lines,
        unread: Some(unread.error.message.clone()),
        hidden: Vec::new(),
        applied: false,
        clusters: Vec::new(),
    })
}
