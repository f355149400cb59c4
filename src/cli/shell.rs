//! `completions` and `man`.

use super::CommandOutcome;
use super::arguments::Arguments;
use super::console::Console;
use super::error::CliError;
use crate::report::Medium;
use clap::CommandFactory;

/// Prints a shell's completion script.
pub(super) fn completions(
    shell: clap_complete::Shell,
    console: &mut Console,
) -> Result<CommandOutcome, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "crosspeer", &mut script);
    console.report(&String::from_utf8_lossy(&script), Medium::Text)?;
    Ok(CommandOutcome::Quiet)
}

/// Prints the manual: one page for the command, then one for each of its subcommands.
pub(super) fn manual(console: &mut Console) -> Result<CommandOutcome, CliError> {
    let mut pages = Vec::new();
    let command = Arguments::command();
    clap_mangen::Man::new(command.clone())
        .render(&mut pages)
        .map_err(CliError::Output)?;
    for part in command.get_subcommands() {
        let name = format!("crosspeer-{}", part.get_name());
        clap_mangen::Man::new(part.clone())
            .title(name)
            .render(&mut pages)
            .map_err(CliError::Output)?;
    }
    console.report(&String::from_utf8_lossy(&pages), Medium::Text)?;
    Ok(CommandOutcome::Quiet)
}
