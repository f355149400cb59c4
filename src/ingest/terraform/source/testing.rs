//! Trees from small texts.

use super::SourceTree;
use crate::ingest::{File, InputError, Kind};
use std::sync::Arc;

pub(super) fn source(path: &str, text: &str) -> File {
    File {
        path: Arc::from(path),
        bytes: text.as_bytes().to_vec(),
        kind: Some(Kind::Sources),
        named: true,
        cluster: None,
        root: Some(Arc::from(".")),
    }
}

/// The tree of files given as path and text, with the current directory as root, and what could not be read.
pub(super) fn tree(files: &[(&str, &str)]) -> (SourceTree, Vec<InputError>) {
    let files: Vec<File> = files.iter().map(|(path, text)| source(path, text)).collect();
    let mut errors = Vec::new();
    let mut trees = SourceTree::read(&files.iter().collect::<Vec<_>>(), &mut errors);
    assert_eq!(trees.len(), 1, "one root");
    (trees.remove(0), errors)
}
