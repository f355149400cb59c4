//! Files of facts: what repositories contribute to the world of their organisation.

pub mod judged;
pub mod origin;
pub mod rows;
pub mod table;

use super::boundary::read_regular;
use super::error::CliError;
use super::fact_arguments::Others;
use crate::ingest::facts::{Fact, Facts};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Largest file of facts, in bytes.
const LARGEST: u64 = 1 << 30;
/// How files of facts in folders are called.
const ENDING: &str = "parquet";

/// Reads the facts that options name, by file and by folder, but for those of the repository at hand.
pub(super) fn read(others: &Others) -> Result<Facts, CliError> {
    let mut paths = BTreeSet::new();
    for path in &others.facts {
        let found = files(path)?;
        if found.is_empty() {
            return Err(CliError::Usage(format!(
                "`{}` holds no file of facts: expected files whose names end in `.{ENDING}`, as `crosspeer facts` writes them",
                path.display()
            )));
        }
        paths.extend(found);
    }
    if paths.is_empty() {
        return Ok(Facts::default());
    }
    let paths: Vec<PathBuf> = paths.into_iter().collect();
    let read: Result<Vec<(String, Vec<Fact>)>, CliError> = decoded(&paths).into_iter().collect();
    let here = origin::repository(others.repository.as_deref());
    Facts::of(read?, here.as_deref()).map_err(|error| CliError::Usage(error.to_string()))
}

/// Reads files on all cores, in order.
fn decoded(paths: &[PathBuf]) -> Vec<Result<(String, Vec<Fact>), CliError>> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = paths.len().div_ceil(cores).max(1);
    std::thread::scope(|scope| {
        let parts = paths.chunks(share);
        let parts: Vec<_> = parts
            .map(|part| scope.spawn(|| part.iter().map(|path| one(path)).collect::<Vec<_>>()))
            .collect();
        let joined = parts.into_iter().flat_map(|part| match part.join() {
            Ok(read) => read,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.collect()
    })
}

fn one(path: &Path) -> Result<(String, Vec<Fact>), CliError> {
    let refused = |why: String| CliError::Malformed {
        path: path.to_owned(),
        line: 0,
        column: 0,
        why,
    };
    let bytes = read_regular(path, LARGEST).map_err(|why| CliError::Usage(why.to_string()))?;
    let rows = rows::decode(bytes).map_err(|why| {
        refused(format!(
            "this is no file of facts: {why}; expected what `crosspeer facts` writes"
        ))
    })?;
    Ok((path.display().to_string(), rows))
}

/// A file, or all files of facts below a folder; links are not followed.
fn files(path: &Path) -> Result<Vec<PathBuf>, CliError> {
    let failed = |why| CliError::Read {
        path: path.to_owned(),
        why,
    };
    if !std::fs::metadata(path).map_err(failed)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut out = Vec::new();
    let mut walk = ignore::WalkBuilder::new(path);
    for entry in walk.standard_filters(false).follow_links(false).build() {
        let entry = entry.map_err(|why| failed(std::io::Error::other(why.to_string())))?;
        let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
        if is_file
            && entry
                .path()
                .extension()
                .is_some_and(|ending| ending == ENDING)
        {
            out.push(entry.into_path());
        }
    }
    Ok(out)
}
