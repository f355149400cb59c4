//! Files into objects.

use super::fault::{fault, mismatch};
use super::object::{Object, Objects, Remark};
use super::{builtin, fields};
use crate::ingest::quotable::{closed, is_open_object};
use crate::ingest::rendering::{Requested, WayBack};
use crate::ingest::yaml::{self, Document, Node, Shape, Unread};
use crate::ingest::{File, InputError, Settings, text};
use crate::model::{Gap, GapKind, Origin, Place};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Reads the objects of all files, by path and line whatever the order of `files`. Lists are flattened, documents that are empty or only
/// comments skipped. What cannot be read is reported, and the rest goes on.
#[must_use]
pub fn read(files: &[&File], _settings: &Settings) -> Objects {
    let mut sorted = files.to_vec();
    sorted.sort_by(|a, b| (&a.path, &a.cluster).cmp(&(&b.path, &b.cluster)));
    let texts = sorted.iter().map(|file| text::readable(&file.bytes));
    let texts: Vec<Option<Cow<'_, str>>> = texts.collect();
    let known = sorted.iter().zip(&texts);
    let known = known.filter_map(|(file, text)| Some((&file.path, text.as_deref()?)));
    let mut read = yaml::read_all(&known.collect::<Vec<_>>()).into_iter();
    let mut out = Objects::default();
    for (file, content) in sorted.into_iter().zip(texts) {
        out.not_rendered(file);
        out.odd_text(file);
        let Some(content) = content else {
            continue;
        };
        let way_back = file
            .rendering
            .as_deref()
            .map(|rendering| WayBack::new(rendering, &content));
        let documents = read.next().unwrap_or_default();
        file.closed.get_or_init(|| closed(&documents));
        out.empty(file, &documents);
        for document in documents {
            let document = match &way_back {
                Some(way_back) => way_back.lead(document),
                None => document,
            };
            out.document(file, document);
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
        self.notes.extend(more.notes);
        self.gaps.extend(more.gaps);
        self.remarks.extend(more.remarks);
    }

    fn document(&mut self, file: &File, document: Document) {
        let (lines, before) = (document.lines, self.objects.len());
        self.errors.extend(odd_keys(&document));
        let mut place = file.path.clone();
        match document.content {
            Ok(node) => {
                place = node.place().file;
                self.node(file, node, ("", ""), lines);
            }
            Err(unread) => {
                let lost = half_read(file, &unread, lines);
                let may_be = lost
                    .into_iter()
                    .filter_map(|object| object.without_content(&unread.error.message));
                may_be.for_each(|object| self.keep(file, object));
                self.lost(unread.error);
            }
        }
        let own = self.objects.iter().skip(before);
        let rendered = file.rendering.is_some().then(|| {
            own.map(|object| object.origin.address.clone())
                .collect::<Vec<_>>()
        });
        let spoken = document
            .comments
            .into_iter()
            .filter(|comment| comment.text.starts_with("crosspeer:"));
        self.remarks.extend(spoken.map(|comment| Remark {
            file: place.clone(),
            lines,
            rendered: rendered.clone(),
            comment,
        }));
    }

    /// A file that was named and holds no object: whoever named it expects one in it.
    fn empty(&mut self, file: &File, documents: &[Document]) {
        let is_empty = |document: &Document| {
            let content = document.content.as_ref();
            content.is_ok_and(|node| node.shape() == Shape::Null)
        };
        if file.named && file.rendering.is_none() && documents.iter().all(is_empty) {
            let place = Place {
                file: file.path.clone(),
                line: 0,
                column: 0,
                length: 0,
            };
            let what = "this file holds no Kubernetes object, it is empty or only comments: expected what `helm template` or \
                        `kustomize build` prints, or leave it out";
            self.lost(InputError {
                refused: true,
                ..fault(&place, what)
            });
        }
    }

    /// What no tool has rendered: a gap, and an error where the command line asked for it and the tool refused it.
    fn not_rendered(&mut self, file: &File) {
        let Some((rendering, failure)) = file
            .rendering
            .as_ref()
            .and_then(|own| Some((own, own.failure.as_ref()?)))
        else {
            return;
        };
        let place = Place {
            file: rendering.main.clone(),
            line: 0,
            column: 0,
            length: 0,
        };
        let (what, address) = (
            format!("`{}`: {}", file.path, failure.what),
            format!("{} {}", rendering.tool.renders(), file.path),
        );
        let origin = Origin {
            place: place.clone(),
            inner: None,
            address: address.into(),
            change: Default::default(),
        };
        self.gaps.push(Gap {
            kind: GapKind::Unreadable,
            what: what.clone(),
            origin: Some(origin),
        });
        if failure.refused {
            self.errors.push(InputError {
                refused: true,
                ..fault(&place, failure.what.clone())
            });
        }
    }

    /// What is odd of the text of a file: bytes that are no text at all are an error. kubectl takes what is not all UTF-8 and
    /// puts a mark for what it cannot read: so is done here, with a note.
    fn odd_text(&mut self, file: &File) {
        let Err(wrong) = text::decode(&file.bytes) else {
            return;
        };
        let place = Place {
            file: file.path.clone(),
            line: wrong.line,
            column: wrong.column,
            length: 0,
        };
        if text::lossy(&file.bytes).is_some() {
            self.note(fault(&place, wrong.message));
        } else {
            self.lost(InputError {
                refused: true,
                ..fault(&place, wrong.message)
            });
        }
    }

    /// A part of the input that is lost: an error, and a gap.
    fn lost(&mut self, error: InputError) {
        self.miss(&error);
        self.errors.push(error);
    }

    /// A part of the input that the cluster may not take as it is: a note, and a gap.
    fn note(&mut self, note: InputError) {
        self.miss(&note);
        self.notes.push(note);
    }

    fn miss(&mut self, error: &InputError) {
        let InputError {
            file,
            line,
            column,
            length,
            ..
        } = error.clone();
        let origin = Origin {
            place: Place {
                file: file.clone(),
                line,
                column,
                length,
            },
            inner: None,
            address: file,
            change: Default::default(),
        };
        self.gaps.push(Gap {
            kind: GapKind::Unreadable,
            what: error.message.clone(),
            origin: Some(origin),
        });
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
        if let Some(element) = object
            .kind
            .strip_suffix("List")
            .filter(|_| !node.get("items").is_absent())
        {
            let version = node.get("apiVersion").text().unwrap_or_default().to_owned();
            let items = node.get("items");
            if !items.is_unset() && items.shape() != Shape::List {
                let what = format!(
                    "`items` is {}: expected a list of objects",
                    items.shape().words()
                );
                return self.lost(fault(&items.place(), what));
            }
            let outer = if element.is_empty() {
                ("", "")
            } else {
                (version.as_str(), element)
            };
            return items
                .items()
                .into_iter()
                .for_each(|item| self.node(file, item, outer, lines));
        }
        self.odd_names(&object);
        if let Some(why) = builtin::unserved(&object) {
            self.note(fault(&object.node.get("kind").place(), why));
        }
        let object = self.strictly(object);
        let templated = object
            .namespace
            .as_deref()
            .is_some_and(|name| name.contains(TEMPLATE));
        self.keep(
            file,
            if templated {
                of_any_namespace(object)
            } else {
                object
            },
        );
    }

    /// The object without what it says in a wrong place: of a policy nothing is known then.
    fn strictly(&mut self, mut object: Object) -> Object {
        let misplaced = fields::misplaced(&object);
        let Some(first) = misplaced.first().map(|field| field.message.clone()) else {
            return object;
        };
        if misplaced.iter().any(|field| field.is_namespace) {
            object.hidden.push("metadata.namespace".to_owned());
        }
        self.errors.extend(
            misplaced
                .into_iter()
                .map(|field| fault(&field.place, field.message)),
        );
        object.without_content(&first).unwrap_or(object)
    }

    fn keep(&mut self, file: &File, mut object: Object) {
        object.cluster.clone_from(&file.cluster);
        object.input.clone_from(&file.path);
        object.rendered = file.rendering.is_some();
        if let Some(namespace) = file
            .rendering
            .as_ref()
            .and_then(|rendering| rendering.namespace.as_deref())
        {
            object.installed_in(namespace);
        }
        self.objects.push(object);
    }

    /// Names that are missing or hold template markers: the object is not the one that will be applied.
    fn odd_names(&mut self, object: &Object) {
        if object.name.is_empty() && builtin::needs_name(object) {
            let place = object.node.get("metadata").place();
            self.errors.push(fault(
                &place,
                format!(
                    "`metadata.name` is missing: expected the name of this {}",
                    object.kind
                ),
            ));
        }
        for field in ["metadata.name", "metadata.namespace"] {
            let node = object.node.get(field);
            if !node.is_unset() && node.text().is_none() {
                self.errors
                    .push(mismatch(&node, field, "a string; write it in quotes"));
            }
            if node.written().is_some_and(|text| text.contains("{{")) {
                self.lost(fault(&node.place(), format!("`{field}` holds an unrendered template: render it first with `helm template`")));
            }
        }
    }
}

/// An object whose namespace is a template, and so not known.
fn of_any_namespace(mut object: Object) -> Object {
    object.hidden.push("metadata.namespace".to_owned());
    object
        .without_content("`metadata.namespace` holds an unrendered template")
        .unwrap_or(object)
}

/// What may be policies in a document that cannot be read, as far as single words of it tell: they still are about the pods of their namespace.
/// Of a list each kind once, since which element has which namespace is not told.
fn half_read(file: &File, unread: &Unread, lines: (u32, u32)) -> Vec<Object> {
    let (versions, kinds) = (
        values(&unread.text, "apiVersion"),
        values(&unread.text, "kind"),
    );
    let (Some(version), Some(kind)) = (versions.first(), kinds.first()) else {
        return Vec::new();
    };
    if !kinds.iter().any(|kind| kind.ends_with("List")) {
        let (name, namespace) = (
            values(&unread.text, "name"),
            values(&unread.text, "namespace"),
        );
        let first = |values: Vec<String>| values.into_iter().next().filter(|text| !text.is_empty());
        return vec![lost(
            file,
            unread,
            lines,
            [version, kind],
            [
                first(name).unwrap_or_default(),
                first(namespace).unwrap_or_default(),
            ],
        )];
    }
    let elements: BTreeSet<&str> = kinds
        .iter()
        .map(|kind| kind.strip_suffix("List").unwrap_or(kind))
        .filter(|kind| !kind.is_empty())
        .collect();
    // Which of them a version belongs to is not told.
    elements
        .into_iter()
        .map(|kind| {
            lost(
                file,
                unread,
                lines,
                [TEMPLATE, kind],
                [String::new(), TEMPLATE.to_owned()],
            )
        })
        .collect()
}

/// What stands where something else will, once it is rendered.
const TEMPLATE: &str = "{{";

/// The values of a key wherever it stands in a text that is no YAML, comments left out.
fn values(text: &str, key: &str) -> Vec<String> {
    let value = |line: &str, at: usize| {
        let (before, after) = (line.get(..at)?, line.get(at + key.len()..)?);
        let is_key = before.chars().all(|c| c != '#')
            && !before
                .ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '/' | '_' | '-'));
        let rest = after
            .trim_start_matches(['"', '\''])
            .strip_prefix(':')
            .filter(|_| is_key)?
            .trim();
        let rest = rest.split(" #").next().unwrap_or(rest);
        let end = if rest.contains(TEMPLATE) {
            rest
        } else {
            rest.split([',', '}', ']']).next().unwrap_or(rest)
        };
        Some(end.trim().trim_matches(['"', '\'']).to_owned())
    };
    text.lines()
        .flat_map(|line| {
            line.match_indices(key)
                .filter_map(|(at, _)| value(line, at))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// What is odd in a document and was read nevertheless. Where nothing of it may be quoted no key is named.
fn odd_keys(document: &Document) -> Vec<InputError> {
    let open = document.content.as_ref().is_ok_and(is_open_object);
    let told = |problem: &InputError| InputError {
        message: "a key is set twice: the last one counts here, and kubectl refuses the object"
            .to_owned(),
        ..problem.clone()
    };
    let problems = document.problems.iter();
    problems
        .map(|problem| if open { problem.clone() } else { told(problem) })
        .collect()
}

/// An object of which a document that cannot be read tells no more than this; what of it is a template is not known.
fn lost(
    file: &File,
    unread: &Unread,
    lines: (u32, u32),
    [version, kind]: [&str; 2],
    [name, namespace]: [String; 2],
) -> Object {
    let plain = |text: &str| !text.is_empty() && !text.contains(['{', '[']);
    let hides = [
        ("apiVersion", version),
        ("kind", kind),
        ("metadata.namespace", &namespace),
    ];
    let hidden = hides
        .iter()
        .filter(|(_, text)| text.contains(TEMPLATE))
        .map(|(path, _)| (*path).to_owned())
        .collect();
    let (group, version) = version.split_once('/').unwrap_or(("", version));
    let InputError {
        line,
        column,
        length,
        ..
    } = unread.error;
    let place = Place {
        file: unread.error.file.clone(),
        line,
        column,
        length,
    };
    let name = Some(name).filter(|name| plain(name)).unwrap_or_default();
    let origin = Origin {
        place: place.clone(),
        inner: None,
        address: format!("{kind} {name}").into(),
        change: Default::default(),
    };
    Object {
        group: group.to_owned(),
        version: version.to_owned(),
        kind: kind.to_owned(),
        namespace: Some(namespace).filter(|namespace| plain(namespace)),
        name,
        origin,
        node: Node::from_json(&serde_json::Value::Null, &place),
        cluster: None,
        input: file.path.clone(),
        rendered: false,
        lines,
        template: None,
        unread: None,
        hidden,
        applied: false,
        clusters: Vec::new(),
    }
}
