//! Texts in our own formats without the files that hold them, for whoever tries what such a text may hold.

use super::error::CliError;
use super::own_file::is_yaml;
use super::{config, explain};
use crate::model::Trail;
use crate::reach::Engine;
use std::path::Path;

fn said(error: CliError) -> String {
    error.to_string()
}

/// Reads the text of a configuration; its paths are not looked at.
///
/// # Errors
/// What is wrong with it, as the command line says it.
pub fn configuration(text: &str) -> Result<(), String> {
    let path = Path::new("crosspeer.yaml");
    is_yaml(path, text).map_err(said)?;
    config::of_text(path, text).map(|_| ()).map_err(said)
}

/// The answers to the queries of a batch, one a line, each with its proof or why it cannot be answered.
///
/// # Errors
/// What is wrong with the text, as the command line says it.
pub fn answers(text: &str, engine: &Engine<'_>) -> Result<Vec<Result<Trail, String>>, String> {
    let queries = explain::of_text(Path::new("queries.jsonl"), text).map_err(said)?;
    let answers = queries
        .iter()
        .map(|query| query.answer(engine, engine.world()).map_err(said));
    Ok(answers.collect())
}
