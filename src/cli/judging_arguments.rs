//! The part of the command line that is about rules and what of their findings counts. Its doc comments are the help texts.

use crate::rules::Day;
use clap::{Args, ValueEnum};
use serde::Deserialize;
use std::path::PathBuf;

/// Which rules judge, and what of it counts.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct Judging {
    /// Directory of further rules
    #[arg(long, env = "CROSSPEER_RULES", value_name = "DIR")]
    pub rules: Vec<PathBuf>,
    /// Only these rules
    #[arg(
        long,
        env = "CROSSPEER_SELECT",
        value_name = "ID",
        value_delimiter = ','
    )]
    pub select: Vec<String>,
    /// Not these rules
    #[arg(
        long,
        env = "CROSSPEER_IGNORE",
        value_name = "ID",
        value_delimiter = ','
    )]
    pub ignore: Vec<String>,
    /// The day on which entries of `allow:` are judged, in place of today (UTC)
    #[arg(long, env = "CROSSPEER_TODAY", value_name = "YYYY-MM-DD", value_parser = Day::parse)]
    pub today: Option<Day>,
    /// Only findings from this severity on, in every report and for the exit code
    #[arg(long, env = "CROSSPEER_MIN_SEVERITY", value_name = "SEVERITY")]
    pub min_severity: Option<Level>,
}

/// A severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    Low,
    Medium,
    High,
    Critical,
}

/// A severity, or none at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Threshold {
    Low,
    Medium,
    High,
    Critical,
    None,
}
