//! Which lines of a file may be quoted: those of sources that parse, and of Kubernetes objects that can be read and hold no
//! secrets by their kind. Plans and states are never quoted, and neither is what could not be understood: a line of it may
//! be anything.

use super::text::decode;
use super::yaml::{self, Document, Node, Shape};
use super::{File, Kind, detect};

/// Lines of one file that may be quoted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quotable {
    /// The whole text, without a byte order mark.
    pub text: String,
    /// First and last lines of the parts that are not quoted.
    pub closed: Vec<(u32, u32)>,
}

/// Kinds whose objects are made to hold secrets.
const SECRET: &[&str] = &["Secret", "Config"];

/// What of a file may be quoted; none where nothing may.
#[must_use]
pub fn quotable(file: &File) -> Option<Quotable> {
    let text = decode(&file.bytes).ok()?.into_owned();
    match detect(file).ok()?? {
        Kind::Plan | Kind::State | Kind::BinaryPlan => None,
        Kind::Sources if file.path.ends_with(".json") => {
            let parses = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
            parses.then(|| open(text))
        }
        Kind::Sources => hcl_edit::parser::parse_body(&text)
            .is_ok()
            .then(|| open(text)),
        Kind::Manifests => {
            let closed = file
                .closed
                .get_or_init(|| closed(&yaml::read(&file.path, &text)));
            Some(Quotable {
                closed: closed.clone(),
                text,
            })
        }
    }
}

/// What of a chart's template may be quoted: all but the documents of secrets.
#[must_use]
pub fn quotable_template(text: &str) -> Quotable {
    let (mut closed, mut first, mut secret) = (Vec::new(), 1, false);
    for (number, line) in (1..).zip(text.lines()) {
        if line.starts_with("---") {
            closed.extend(secret.then_some((first, number)));
            (first, secret) = (number, false);
        }
        let kind = line.trim().strip_prefix("kind:").map(str::trim);
        secret |= kind.is_some_and(|kind| {
            SECRET
                .iter()
                .any(|own| kind.trim_matches(['"', '\'']) == *own)
        });
    }
    closed.extend(secret.then_some((first, u32::MAX)));
    Quotable {
        text: text.to_owned(),
        closed,
    }
}

fn open(text: String) -> Quotable {
    Quotable {
        text,
        closed: Vec::new(),
    }
}

/// First and last lines of the documents that may not be quoted.
pub fn closed(documents: &[Document]) -> Vec<(u32, u32)> {
    let closed = documents.iter().filter(|document| !is_open(document));
    closed.map(|document| document.lines).collect()
}

fn is_open(document: &Document) -> bool {
    document.content.as_ref().is_ok_and(is_open_object)
}

/// Whether what stands in an object may be quoted.
pub fn is_open_object(object: &Node) -> bool {
    let items = object.get("items");
    if items.shape() == Shape::List && items.items().iter().any(is_secret) {
        return false;
    }
    let kind = object.get("kind");
    let list_of_secrets = kind.text() == Some("SecretList");
    !list_of_secrets
        && object.get("apiVersion").text().is_some()
        && kind.text().is_some()
        && !is_secret(object)
}

fn is_secret(object: &Node) -> bool {
    object
        .get("kind")
        .text()
        .is_some_and(|kind| SECRET.contains(&kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_what_is_broken_are_closed() {
        let text = "apiVersion: v1\nkind: Secret\n---\napiVersion: v1\nkind: Pod\n---\na: [\n---\njust: values\n---\n\
                    apiVersion: v1\nkind: List\nitems: [{kind: Secret}]\n---\napiVersion: v1\nkind: SecretList\nitems: [{a: 1}]\n";
        let file = File {
            path: "a.yaml".into(),
            bytes: text.as_bytes().to_vec(),
            ..File::default()
        };
        let closed = quotable(&file).unwrap().closed;
        let starts: Vec<u32> = closed.iter().map(|(first, _)| *first).collect();
        assert_eq!(starts, [1, 6, 8, 10, 14]);
        let template =
            quotable_template("a: 1\n---\nkind: Secret\nb: {{ .Values.x }}\n---\nc: 1\n");
        assert_eq!(template.closed, [(2, 5)]);
    }

    #[test]
    fn plans_and_broken_sources_are_closed() {
        for (path, text, open) in [
            (
                "a.json",
                "{\"format_version\": \"1.2\", \"planned_values\": {}}",
                false,
            ),
            ("a.tf", "a = \"b", false),
            ("a.tf", "a = \"b\"\n", true),
            ("a.txt", "words", false),
        ] {
            let file = File {
                path: path.into(),
                bytes: text.as_bytes().to_vec(),
                ..File::default()
            };
            assert_eq!(quotable(&file).is_some(), open, "{path} {text}");
        }
    }
}
