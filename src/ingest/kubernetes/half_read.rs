//! Documents that cannot be read: the policies that they may hold, by single words of their text.

use super::object::{Object, ObjectParts};
use crate::ingest::yaml::{Node, Unread};
use crate::ingest::{File, InputError};
use crate::model::{Origin, Place};
use std::collections::BTreeSet;

/// What may be policies in a document that cannot be read, as far as single words of it tell: they still are about the pods of their namespace.
/// Of a list each kind once, since which element has which namespace is not known.
pub(super) fn half_read(file: &File, unread: &Unread, lines: (u32, u32)) -> Vec<Object> {
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
    // Which of them a version belongs to is not known.
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
pub(super) const TEMPLATE: &str = "{{";

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

/// An object of which nothing but these words is known; which of them are templates is not known either.
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
    Object::from(ObjectParts {
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
        perhaps: None,
        clusters: Vec::new(),
        destination: None,
    })
}
