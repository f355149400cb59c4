//! `confirm`: what analysers answered to exported tests, beside the verdicts.

use super::CommandOutcome;
use super::arguments::{self, Plain};
use super::console::Console;
use super::error::CliError;
use super::own_file;
use crate::ingest::analyser::{self, Answer, Answered, Standing};
use crate::report::{Confirmation, ConfirmationRow, Medium, json, text};

/// Runs `confirm`.
pub(super) fn run(
    arguments: &arguments::Confirm,
    console: &mut Console,
) -> Result<CommandOutcome, CliError> {
    let mut rows = Vec::new();
    for path in &arguments.results {
        let read = own_file::text(path)?;
        let (by, answers) = analyser::read(&read).ok_or_else(|| {
            let names: Vec<&str> = analyser::ANALYSERS.iter().map(|own| own.name).collect();
            let why = format!(
                "the answers of none of {}: expected what the head of the exported file says how to get",
                names.join(", ")
            );
            CliError::Malformed { path: path.clone(), line: 0, column: 0, why }
        })?;
        rows.extend(answers.iter().map(|own| row(by.name, own)));
    }
    let confirmation = Confirmation::new(rows);
    match arguments.answer.format {
        Plain::Json => {
            console.report(&format!("{}\n", json::confirm(&confirmation)), Medium::Json)?
        }
        Plain::Text => console.report(&text::confirm(&confirmation), Medium::Text)?,
    }
    Ok(match () {
        () if confirmation.differs() > 0 => CommandOutcome::Found,
        () if arguments.strict && confirmation.agrees() < confirmation.rows.len() => {
            CommandOutcome::Incomplete
        }
        () => CommandOutcome::Quiet,
    })
}

fn row(by: &'static str, answer: &Answer) -> ConfirmationRow {
    let standing = match answer.standing() {
        Standing::Differs => "differs",
        Standing::Open => "open",
        Standing::Decided => "decided",
        Standing::Agrees => "agrees",
    };
    let answered = match &answer.answered {
        Answered::Passes => "passes".to_owned(),
        Answered::Stopped => "stopped".to_owned(),
        Answered::Open(why) => format!("no answer: {why}"),
    };
    ConfirmationRow {
        standing,
        test: answer.name.clone(),
        about: answer.about.clone(),
        expected: answer.expected.word(),
        answered,
        by,
    }
}
