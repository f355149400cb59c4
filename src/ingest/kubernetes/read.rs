//! Files into objects.

use super::fault::{fault, mismatch};
use super::half_read::{TEMPLATE, half_read};
use super::object::{Object, Objects, Remark};
use super::placeholder::{is_placeholder, open_paths};
use super::{builtin, fields, policy, workload};
use crate::ingest::quotable::{closed, is_open_object};
use crate::ingest::rendering::{Requested, SourceMap};
use crate::ingest::yaml::{self, Document, Node, Shape};
use crate::ingest::{File, InputError, Settings, text};
use crate::model::{Gap, GapKind, Origin, Place};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

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
        let source_map = file
            .rendering
            .as_deref()
            .map(|rendering| SourceMap::new(rendering, &content));
        let documents = read.next().unwrap_or_default();
        file.closed.get_or_init(|| closed(&documents));
        out.empty(file, &documents);
        for document in documents {
            let document = match &source_map {
                Some(source_map) => source_map.lead(document),
                None => document,
            };
            out.document(file, document);
        }
    }
    out.open_namespaces();
    out
}

/// Reads what was rendered for a request: its objects are of the cluster of whoever asked.
#[must_use]
pub fn read_requested(file: &File, requested: &Requested, settings: &Settings) -> Objects {
    let mut out = read(&[file], settings);
    for object in &mut out.objects {
        object.cluster.clone_from(&requested.cluster);
        object.clusters.clone_from(&requested.clusters);
        object.destination = requested.destination.as_deref().map(Arc::from);
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

    /// A namespace that something puts in place of a mark may be any of those that others name. Where all name the same mark, it is one.
    fn open_namespaces(&mut self) {
        let matters = |object: &Object| {
            let judged = policy::kind_of(object).is_some() || workload::kind_of(object).is_some();
            judged && !object.is_cluster_scoped()
        };
        let own = self.objects.iter().filter(|object| matters(object));
        let named: BTreeSet<Option<&str>> = own.map(|object| object.namespace.as_deref()).collect();
        if named.len() < 2 || !named.iter().flatten().any(|name| is_placeholder(name)) {
            return;
        }
        for object in std::mem::take(&mut self.objects) {
            let is_open = object.namespace.as_deref().is_some_and(is_placeholder);
            if !(is_open && matters(&object)) || object.hides("metadata.namespace") {
                self.objects.push(object);
                continue;
            }
            let what = "`metadata.namespace` holds a placeholder that something replaces before it is applied: which namespace it is is not known";
            self.note(fault(&object.node.get("metadata.namespace").place(), what));
            self.objects.push(of_any_namespace(object));
        }
    }

    fn document(&mut self, file: &File, document: Document) {
        let (lines, before) = (document.lines, self.objects.len());
        self.errors.extend(odd_keys(&document));
        let mut place = file.path.clone();
        match document.content {
            Ok(node) => {
                place = node.place().file;
                self.node(file, node, ("", ""), lines);
                for object in self.objects.iter_mut().skip(before) {
                    twice(object, &document.problems);
                }
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
        if let Some((place, why)) = workload::lacking(&object) {
            self.note(fault(&place, why));
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
        let nameless = object.name.is_empty() && !object.hides("metadata.name");
        if nameless && misplaced.is_empty() && builtin::needs_name(&object) {
            return object
                .without_content("`metadata.name` is missing")
                .unwrap_or(object);
        }
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
        object.perhaps = workload::refused(&object);
        if is_way_in(&object) {
            let open = open_paths(&object.node.get("spec"), "spec");
            object.hidden.extend(open);
        }
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

/// Whether an object leads to pods: what of it a mark stands for is not known.
fn is_way_in(object: &Object) -> bool {
    object.is("", "Service") || object.is("networking.k8s.io", "Ingress")
}

/// An object whose namespace is a template, and so not known.
fn of_any_namespace(mut object: Object) -> Object {
    object.hidden.push("metadata.namespace".to_owned());
    object
        .without_content("`metadata.namespace` holds an unrendered template")
        .unwrap_or(object)
}

/// Takes what a document says twice from an object of it: of a policy nothing is known, of what has labels none of those.
fn twice(object: &mut Object, problems: &[InputError]) {
    if problems.is_empty() {
        return;
    }
    if let Some(lost) = object.without_content("a key is set twice, and kubectl refuses the object")
    {
        *object = lost;
        return;
    }
    let template = workload::kind_of(object).map_or("", |kind| kind.template);
    let labels = [template, "metadata.labels"]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(".");
    // Each part of the path, and each label.
    let mut on_the_way: Vec<Node> = labels
        .match_indices('.')
        .filter_map(|(at, _)| Some(object.node.get(labels.get(..at)?)))
        .collect();
    let own = object.node.get(&labels);
    on_the_way.extend(own.entries().into_iter().map(|(_, value)| value));
    on_the_way.push(own);
    let is_twice = |node: &Node| {
        let place = node.key_place();
        problems
            .iter()
            .any(|problem| (problem.line, problem.column) == (place.line, place.column))
    };
    if on_the_way.iter().any(is_twice) {
        object.hidden.push(labels);
    }
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
