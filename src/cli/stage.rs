//! Where output goes: reports to standard output or their file, everything else to standard error.

use super::arguments::{Color, Voice};
use super::error::CliError;
use anstream::{AutoStream, ColorChoice};
use std::io::Write;
use std::path::Path;

/// The streams, and how much may be said.
pub(super) struct Stage {
    choice: ColorChoice,
    quiet: bool,
    /// Whether groups are unfolded and what was not understood is listed.
    pub verbose: bool,
}

impl Stage {
    pub fn new(voice: &Voice) -> Self {
        let choice = match voice.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Stage {
            choice,
            quiet: voice.quiet,
            verbose: voice.verbose,
        }
    }

    /// Writes a report to standard output; colours go where the terminal or the user does not want them.
    pub fn report(&mut self, text: &str) -> Result<(), CliError> {
        let mut out = AutoStream::new(std::io::stdout().lock(), self.choice);
        out.write_all(text.as_bytes())
            .and_then(|()| out.flush())
            .map_err(CliError::Output)
    }

    /// Writes a report to a file, without colours unless they are asked for by name.
    pub fn file(&mut self, path: &Path, text: &str) -> Result<(), CliError> {
        let bare = self.choice != ColorChoice::Always;
        let text = if bare {
            anstream::adapter::strip_str(text).to_string()
        } else {
            text.to_owned()
        };
        std::fs::write(path, text).map_err(|why| CliError::Write {
            path: path.to_owned(),
            why,
        })
    }

    /// Says something beside the report, unless the user wants quiet.
    pub fn note(&mut self, text: &str) {
        if !self.quiet {
            self.complain(text);
        }
    }

    /// Says what was left out, unless the user wants quiet.
    pub fn warning(&mut self, text: &str) {
        let yellow = anstyle::AnsiColor::Yellow.on_default().bold();
        self.note(&format!("{yellow}warning{yellow:#}: {text}\n"));
    }

    /// Says what stops the command.
    pub fn error(&mut self, text: &str) {
        let red = anstyle::AnsiColor::Red.on_default().bold();
        self.complain(&format!("{red}error{red:#}: {text}\n"));
    }

    /// Writes to standard error. Where even that fails there is nobody left to tell.
    pub fn complain(&mut self, text: &str) {
        let mut err = AutoStream::new(std::io::stderr().lock(), self.choice);
        let _ = err.write_all(text.as_bytes());
    }
}
