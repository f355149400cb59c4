//! Why a command cannot do its work: every one of these ends with exit code 2.

use crate::ingest::IngestError;
use std::path::PathBuf;

/// What stops a command.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    /// A file or directory that could not be read.
    #[error("`{}`: cannot be read: {why}", path.display())]
    Read { path: PathBuf, why: std::io::Error },
    /// A report or baseline that could not be written.
    #[error("`{}`: cannot be written: {why}", path.display())]
    Write { path: PathBuf, why: std::io::Error },
    /// Standard output is closed or full.
    #[error("standard output: cannot be written: {0}")]
    Output(std::io::Error),
    /// Arguments that clap lets pass and that make no sense together; the text says what to do.
    #[error("{0}")]
    Usage(String),
    /// A file in one of our own formats is wrong. Line and column from 1; 0 where the file as a whole is meant.
    #[error("`{}{}`: {why}", path.display(), place(*line, *column))]
    Malformed {
        path: PathBuf,
        line: u64,
        column: u64,
        why: String,
    },
    /// Input that cannot be tied to a cluster.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// A rule file is wrong.
    #[error(transparent)]
    Rule(#[from] crate::rules::RuleError),
    /// An endpoint that the input does not hold.
    #[error(transparent)]
    Endpoint(#[from] super::endpoint::EndpointError),
}

fn place(line: u64, column: u64) -> String {
    match line {
        0 => String::new(),
        line => format!(":{line}:{column}"),
    }
}
