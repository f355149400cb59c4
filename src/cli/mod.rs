//! The front door: arguments, settings, reading and writing, exit codes. The only room that touches the outside.

mod analyser_arguments;
mod analysis;
mod answer;
mod arguments;
mod base;
mod baseline;
mod boundary;
mod config;
mod confirm;
mod console;
#[cfg(feature = "facts")]
mod contribute;
mod counted;
mod diff;
mod endpoint;
mod error;
mod evidence;
mod exclusion;
mod explain;
mod export;
#[cfg(feature = "facts")]
mod fact_arguments;
#[cfg(feature = "facts")]
mod facts;
mod fix;
mod gather;
mod intent;
mod judging_arguments;
mod listing;
#[cfg(feature = "mcp")]
mod mcp;
mod naming;
mod own_file;
pub mod own_texts;
mod paths;
mod progress;
mod reach;
mod render;
mod repository;
mod rule_set;
mod rule_template;
mod rule_test;
mod rulebook;
mod rules;
mod scan;
mod shell;
mod sides;
mod terminal;
mod terraform_sources;
mod usage;
mod walk;
mod writing;

use crate::report::plain;
use arguments::Command;
use console::Console;
use error::CliError;
use std::process::ExitCode;

/// How a command ended, where nothing stopped it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CommandOutcome {
    /// Nothing to report: 0.
    Quiet,
    /// Findings, a gain, a failed example, a blocked flow: 1.
    Found,
    /// A part of the input is unreadable, or a file is refused; the rest was analysed: 2.
    Refused,
    /// `--strict` and something was not understood: 3.
    Incomplete,
}

/// Reads the arguments, runs the command and says how it went: 0 to 3, as the command-line contract has it.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = match usage::arguments() {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    let mut console = Console::new(&arguments.verbosity);
    match run(arguments.command, &mut console) {
        Ok(CommandOutcome::Quiet) => ExitCode::SUCCESS,
        Ok(CommandOutcome::Found) => ExitCode::from(1),
        Ok(CommandOutcome::Refused) => ExitCode::from(2),
        Ok(CommandOutcome::Incomplete) => ExitCode::from(3),
        Err(CliError::Output(why)) if why.kind() == std::io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(error) => {
            console.error(&error.to_string());
            if let CliError::Ingest(error) = &error {
                for line in error.remedy() {
                    console.complain(&format!("{}\n", plain(&line)));
                }
            }
            ExitCode::from(2)
        }
    }
}

fn run(command: Command, console: &mut Console) -> Result<CommandOutcome, CliError> {
    match command {
        Command::Scan(arguments) => scan::run(&arguments, console),
        Command::Intent(arguments) => intent::run(&arguments, console),
        Command::Rules(arguments) => rules::run(&arguments, console),
        Command::Reach(arguments) => reach::run(&arguments, console),
        Command::Explain(arguments) => explain::run(&arguments, console),
        Command::Diff(arguments) => diff::run(&arguments, console),
        #[cfg(feature = "facts")]
        Command::Facts(arguments) => contribute::run(&arguments, console),
        Command::Fix(arguments) => fix::run(&arguments, console),
        Command::Export(arguments) => export::run(&arguments, console),
        Command::Confirm(arguments) => confirm::run(&arguments, console),
        Command::Completions { shell } => shell::completions(shell, console),
        Command::Man => shell::manual(console),
        #[cfg(feature = "mcp")]
        Command::Mcp => mcp::run(),
    }
}
