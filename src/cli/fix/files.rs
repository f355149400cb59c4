//! What differs between files before and after, and how it comes to disk.

use super::super::boundary::stays;
use super::super::error::CliError;
use crate::ingest::{File, Kind, detect, quotable};
use crate::report::FileChange;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

/// The files that differ, by path. Left out is what a tool makes anew of the others: what it printed, plans and states.
pub(super) fn changes(before: &[File], after: &[File]) -> Vec<FileChange> {
    let on_disk = |files: &[File]| -> BTreeMap<Arc<str>, File> {
        let made = |file: &File| matches!(detect(file), Ok(Some(Kind::Plan | Kind::State)));
        let own = files
            .iter()
            .filter(|file| file.rendering.is_none() && !made(file));
        own.map(|file| (file.path.clone(), file.clone())).collect()
    };
    let (before, after) = (on_disk(before), on_disk(after));
    let changed = after.iter().filter_map(|(path, file)| {
        let old = before.get(path);
        if old.is_some_and(|old| old.bytes == file.bytes) {
            return None;
        }
        let text = std::str::from_utf8(&file.bytes).ok()?;
        let old_text = old.and_then(|old| std::str::from_utf8(&old.bytes).ok());
        let closed = old.and_then(quotable).map(|own| own.closed);
        Some(FileChange::new(
            path,
            old_text,
            text,
            closed.unwrap_or_default(),
        ))
    });
    changed.collect()
}

/// Writes the changes, after it is sure that each can be written: a file that changed since it was read, and one in the place of a new one,
/// stop all of them.
pub(super) fn write(changes: &[FileChange]) -> Result<(), CliError> {
    for change in changes {
        let path = Path::new(&change.path);
        stays(path).map_err(|refusal| failed(path, std::io::Error::other(refusal.to_string())))?;
        let found = std::fs::read(path);
        let is_same = match (&change.before, &found) {
            (Some(before), Ok(found)) => before.as_bytes() == found,
            (None, Err(why)) => why.kind() == std::io::ErrorKind::NotFound,
            _ => false,
        };
        if !is_same {
            let why = "it is not what was read; nothing is written";
            return Err(failed(path, std::io::Error::other(why)));
        }
    }
    changes.iter().try_for_each(save)
}

fn save(change: &FileChange) -> Result<(), CliError> {
    let path = Path::new(&change.path);
    let mut options = std::fs::OpenOptions::new();
    let file = match change.before {
        Some(_) => options.write(true).truncate(true).open(path),
        None => options.write(true).create_new(true).open(path),
    };
    let mut file = file.map_err(|why| failed(path, why))?;
    file.write_all(change.after.as_bytes())
        .map_err(|why| failed(path, why))
}

fn failed(path: &Path, why: std::io::Error) -> CliError {
    CliError::Write {
        path: path.to_owned(),
        why,
    }
}
