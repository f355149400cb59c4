//! The part of the command line that is about tests for analysers. Its doc comments are the help texts.

use crate::ingest::analyser::ANALYSERS;
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};
use std::path::PathBuf;

/// What `export` writes, and for whom.
#[derive(Args, Debug)]
pub(super) struct Tests {
    /// Who shall answer
    #[arg(long, env = "CROSSPEER_EXPORT_TO", value_name = "ANALYSER", value_parser = analyser_parser())]
    pub to: String,
    /// Most tests that are written: those of what passes first
    #[arg(
        long,
        env = "CROSSPEER_LIMIT",
        value_name = "COUNT",
        default_value_t = 50
    )]
    pub limit: usize,
    /// File for the tests, instead of standard output
    #[arg(short, long, env = "CROSSPEER_OUTPUT", value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Reads the word of an analyser.
fn analyser_parser() -> PossibleValuesParser {
    let words = ANALYSERS
        .iter()
        .map(|own| PossibleValue::new(own.name).help(own.about));
    PossibleValuesParser::new(words)
}
