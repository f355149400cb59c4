//! What a file is, recognised by its content.

mod json;
mod words;

#[cfg(test)]
mod tests;

pub use json::{explain, json_start, place_of};

use super::file::{File, Kind};
use super::input_error::InputError;
use super::text::{NoText, decode, is_packed, lossy};
use std::borrow::Cow;

/// What a look at the content tells.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Content {
    /// One of the kinds that are read.
    Known(Kind),
    /// Something else: what it is, and what to do.
    Foreign(String),
    /// A plan or state in a form that is not read: what it is, and what to do.
    Meant(String),
    /// Damaged.
    Broken {
        line: u32,
        column: u32,
        message: String,
        /// Whether what can be read of it begins as a plan or state does.
        like_plan: bool,
    },
    /// Nothing that is known.
    Nothing,
}

/// What a file is. None: nothing known, in a directory where other things may stand as well.
///
/// The content is looked at only as far as it takes to tell; whether all of it is valid shows when it is read.
///
/// # Errors
/// A file that was named and is nothing known, or that is not what the command line says that it is: what it is instead,
/// and what to do. A file in a directory that begins as a plan and is damaged.
pub fn detect(file: &File) -> Result<Option<Kind>, InputError> {
    if file.unread.is_some() {
        return Ok(None);
    }
    if let Some(kind @ (Kind::Sources | Kind::BinaryPlan | Kind::Manifests)) = file.kind {
        return Ok(Some(kind));
    }
    if file.kind.is_none() && is_source(&file.path, file.named) {
        return Ok(Some(Kind::Sources));
    }
    match (look(&file.bytes), file.kind) {
        (Content::Known(Kind::BinaryPlan), None) if !file.named => Ok(Some(Kind::BinaryPlan)),
        (Content::Known(Kind::BinaryPlan), _) => Err(refuse(file, BINARY)),
        (Content::Known(found), None) => Ok(Some(found)),
        (Content::Known(found), Some(wanted)) if found == wanted => Ok(Some(found)),
        (Content::Known(found), Some(wanted)) => Err(refuse(
            file,
            &format!("expected {}, found {}", said(wanted), said(found)),
        )),
        (
            Content::Broken {
                line,
                column,
                message,
                like_plan,
            },
            kind,
        ) if file.named || kind.is_some() || like_plan => Err(InputError {
            line,
            column,
            ..refuse(file, &message)
        }),
        (Content::Foreign(what) | Content::Meant(what), kind) if file.named || kind.is_some() => {
            Err(refuse(file, &what))
        }
        (Content::Nothing, kind) if file.named || kind.is_some() => Err(refuse(file, UNKNOWN)),
        _ => Ok(None),
    }
}

/// What is wrong with a file that a directory holds and that is a plan or state in a form that is not read; none of
/// others.
pub fn meant(file: &File) -> Option<InputError> {
    match look(&file.bytes) {
        Content::Meant(what) => Some(InputError {
            refused: false,
            ..refuse(file, &what)
        }),
        _ => None,
    }
}

/// A file with its kind known and its text decoded: what both moments are read from.
pub struct Decoded<'f> {
    /// What it is.
    pub kind: Kind,
    /// The file.
    pub file: &'f File,
    /// Its text; an error where its bytes are no text.
    pub text: Result<Cow<'f, str>, NoText>,
}

/// All input files, decoded.
pub struct Input<'f> {
    /// Those whose kind is known, ascending by path.
    pub files: Vec<Decoded<'f>>,
    /// What is wrong with files that are refused.
    pub refused: Vec<InputError>,
    /// Those whose content is not known, ascending by path.
    pub unread: Vec<&'f File>,
    /// Files of a directory that are meant to be input and are in a form that is not read.
    pub passed: Vec<InputError>,
}

impl<'f> Input<'f> {
    /// Decodes files. Their order does not matter.
    #[must_use]
    pub fn of(files: impl IntoIterator<Item = &'f File>) -> Self {
        let mut sorted: Vec<&File> = files.into_iter().collect();
        sorted.sort_by(|a, b| (&a.path, &a.bytes).cmp(&(&b.path, &b.bytes)));
        let mut out = Input {
            files: Vec::new(),
            refused: Vec::new(),
            unread: Vec::new(),
            passed: Vec::new(),
        };
        for file in sorted {
            if file.unread.is_some() {
                out.unread.push(file);
            }
            match detect(file) {
                Ok(Some(kind)) => out.files.push(Decoded {
                    kind,
                    file,
                    text: decode(&file.bytes),
                }),
                Ok(None) => out.passed.extend(meant(file)),
                Err(error) => out.refused.push(error),
            }
        }
        out
    }
}

const BINARY: &str = "a binary plan; print it with `terraform show -json FILE` and give that, and this file beside it as `--plan-file` for its sources";
const UNKNOWN: &str = "no plan, no state, no Kubernetes object and no Terraform source; for a plan print it with `terraform show -json FILE`";

fn refuse(file: &File, message: &str) -> InputError {
    InputError {
        file: file.path.clone(),
        line: 1,
        column: 1,
        length: 0,
        message: message.to_owned(),
        refused: true,
    }
}

fn said(kind: Kind) -> &'static str {
    match kind {
        Kind::Plan => "plan JSON (`terraform show -json PLAN`; the option is `--plan`)",
        Kind::State => "state JSON (`terraform show -json`; the option is `--state`)",
        Kind::Manifests => "Kubernetes objects (the option is `--manifests`)",
        Kind::Sources => "Terraform sources (the option is `--tf`)",
        Kind::BinaryPlan => "a binary plan (the option is `--plan-file`)",
    }
}

/// Whether a path is that of a source. Configuration in JSON counts only where it was found among others: named alone it is
/// more likely meant to be a plan.
fn is_source(path: &str, named: bool) -> bool {
    let ends = |list: &[&str]| list.iter().any(|end| path.ends_with(end));
    ends(&[".tf", ".tofu", ".tfvars", ".terraform/modules/modules.json"])
        || !named && ends(&[".tf.json", ".tofu.json", ".tfvars.json"])
}

fn look(bytes: &[u8]) -> Content {
    if bytes.starts_with(b"PK\x03\x04") {
        let plan = bytes.windows(6).any(|part| part == b"tfplan");
        return if plan {
            Content::Known(Kind::BinaryPlan)
        } else {
            Content::Foreign("a zip archive that holds no plan".to_owned())
        };
    }
    match decode(bytes) {
        Err(wrong) if is_packed(bytes) => Content::Meant(wrong.message),
        Err(_) if lossy(bytes).is_some_and(|text| is_manifest(&text)) => {
            Content::Known(Kind::Manifests)
        }
        Err(wrong) => {
            let like_plan = bytes
                .get(..200)
                .unwrap_or(bytes)
                .windows(14)
                .any(|part| part == b"format_version");
            Content::Broken {
                line: wrong.line,
                column: wrong.column,
                message: wrong.message,
                like_plan,
            }
        }
        Ok(text) => {
            let start = json_start(&text);
            match text.get(start..).and_then(|rest| rest.chars().next()) {
                None => Content::Foreign(
                    "an empty file: nothing was written to it; make it again (a plan with `terraform show -json PLAN`)"
                        .to_owned(),
                ),
                Some('{') => json::look(&text, start),
                Some('[') => json::array(&text, start),
                Some(_) => without_object(&text),
            }
        }
    }
}

/// Whether a text that is not all UTF-8 holds Kubernetes objects: kubectl takes them.
fn is_manifest(text: &str) -> bool {
    let found = match text.trim_start().starts_with('{') {
        true => json::look(text, json_start(text)),
        false => without_object(text),
    };
    found == Content::Known(Kind::Manifests)
}

/// What a text is that begins with no object and no array of JSON.
fn without_object(text: &str) -> Content {
    json::scalar(text).unwrap_or_else(|| words::look(text))
}
