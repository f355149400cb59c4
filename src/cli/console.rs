//! Where output goes: reports to standard output or their file, everything else to standard error. The one place that prints,
//! so the one place that hides what is sensitive and keeps names of the input from being commands.

use super::arguments::{Color, Verbosity};
use super::boundary::stays;
use super::error::CliError;
use super::progress::Progress;
use super::terminal::page;
use crate::model::Confidential;
use crate::report::{Concealment, Medium, Page, fit, plain};
use anstream::{AutoStream, ColorChoice};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The streams, and how much may be said.
pub(super) struct Console {
    choice: ColorChoice,
    quiet: bool,
    /// Whether groups are unfolded and what was not understood is listed.
    pub verbose: bool,
    confidential: Confidential,
    concealment: Concealment,
    /// What was read as input, without links: no report replaces it.
    inputs: BTreeSet<PathBuf>,
    /// Until the first report is written; none where nobody would see it.
    progress: Option<Progress>,
}

impl Console {
    pub fn new(verbosity: &Verbosity) -> Self {
        let choice = match verbosity.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Console {
            choice,
            quiet: verbosity.quiet,
            verbose: verbosity.verbose,
            confidential: Confidential::default(),
            concealment: Concealment::default(),
            inputs: BTreeSet::new(),
            progress: (!verbosity.quiet).then(Progress::on_terminal).flatten(),
        }
    }

    /// Says what is being done from now on, should it take long.
    pub fn step(&self, step: &'static str) {
        if let Some(progress) = &self.progress {
            progress.step(step);
        }
    }

    /// Keeps files that were read as input from being replaced by a report.
    pub fn protect<'p>(&mut self, inputs: impl IntoIterator<Item = &'p str>) {
        let real = |path: &str| Path::new(path).canonicalize().ok();
        self.inputs.extend(inputs.into_iter().filter_map(real));
    }

    /// Refuses a file that was read as input.
    fn replaces_no_input(&self, path: &Path) -> Result<(), CliError> {
        let real = path.canonicalize();
        if !real.is_ok_and(|real| self.inputs.contains(&real)) {
            return Ok(());
        }
        Err(CliError::Usage(format!(
            "`{}` is an input of this run, and writing there would replace it: name another file",
            path.display()
        )))
    }

    /// Hides from now on, in everything that is printed, what an input marks as sensitive.
    pub fn conceal(&mut self, confidential: Confidential) {
        self.confidential.extend(confidential);
        self.concealment = Concealment::new(&self.confidential);
    }

    /// Writes a report to standard output.
    pub fn report(&mut self, text: &str, medium: Medium) -> Result<(), CliError> {
        self.report_parts(std::iter::once(text), medium)
    }

    /// Writes a report, part by part, to standard output; colours go where the terminal or the user does not want them.
    pub fn report_parts(
        &mut self,
        parts: impl IntoIterator<Item = impl AsRef<str>>,
        medium: Medium,
    ) -> Result<(), CliError> {
        self.progress = None;
        let out = std::io::stdout().lock();
        if medium == Medium::Json {
            // It holds no control character, so there is no colour to look for.
            return self.write(out, parts, medium);
        }
        self.write(AutoStream::new(out, self.choice), parts, medium)
    }

    fn write(
        &self,
        mut out: impl Write,
        parts: impl IntoIterator<Item = impl AsRef<str>>,
        medium: Medium,
    ) -> Result<(), CliError> {
        for part in parts {
            let text = self.finished(part.as_ref(), medium);
            out.write_all(text.as_bytes()).map_err(CliError::Output)?;
        }
        out.flush().map_err(CliError::Output)
    }

    /// Writes a report, part by part, to a file, without colours unless they are asked for by name.
    pub fn file(
        &mut self,
        path: &Path,
        parts: impl IntoIterator<Item = impl AsRef<str>>,
        medium: Medium,
    ) -> Result<(), CliError> {
        let failed = |why| CliError::Write {
            path: path.to_owned(),
            why,
        };
        stays(path).map_err(|refusal| failed(std::io::Error::other(refusal.to_string())))?;
        self.replaces_no_input(path)?;
        let file = std::fs::File::create(path).map_err(failed)?;
        let mut out = std::io::BufWriter::new(file);
        for part in parts {
            let mut text = self.finished(part.as_ref(), medium);
            // JSON spells escapes out, so it holds no colours.
            if self.choice != ColorChoice::Always && medium != Medium::Json {
                text = anstream::adapter::strip_str(&text).to_string();
            }
            out.write_all(text.as_bytes()).map_err(failed)?;
        }
        out.flush().map_err(failed)
    }

    /// Writes bytes to a file. Who makes them has left out what is sensitive.
    #[cfg(feature = "facts")]
    pub fn bytes(&mut self, path: &Path, bytes: &[u8]) -> Result<(), CliError> {
        let failed = |why| CliError::Write {
            path: path.to_owned(),
            why,
        };
        stays(path).map_err(|refusal| failed(std::io::Error::other(refusal.to_string())))?;
        self.replaces_no_input(path)?;
        std::fs::write(path, bytes).map_err(failed)
    }

    /// What standard output is read on.
    pub fn page(&self) -> Page {
        Page {
            concealment: self.concealment.clone(),
            ..page(self.choice)
        }
    }

    /// A text as it is written: nothing sensitive is in it, and no character that starts a line of a log.
    pub fn finished(&self, text: &str, medium: Medium) -> String {
        let hidden = match medium {
            Medium::Json => self.concealment.json(text),
            Medium::Page if text.starts_with('{') => self.concealment.json(text),
            Medium::Page => text.into(),
            Medium::Text | Medium::Commands => self.concealment.text(text),
        };
        fit(&hidden, medium).into_owned()
    }

    /// Says something beside the report, on one line, unless the user wants quiet.
    pub fn note(&mut self, text: &str) {
        if !self.quiet {
            self.line(&format!("= {}", plain(text)));
        }
    }

    /// Says what was left out, on one line, unless the user wants quiet.
    pub fn warning(&mut self, text: &str) {
        let yellow = anstyle::AnsiColor::Yellow.on_default().bold();
        if !self.quiet {
            self.line(&format!("{yellow}warning{yellow:#}: {}", plain(text)));
        }
    }

    /// Says what stops the command, on one line.
    pub fn error(&mut self, text: &str) {
        let red = anstyle::AnsiColor::Red.on_default().bold();
        self.line(&format!("{red}error{red:#}: {}", plain(text)));
    }

    fn line(&mut self, text: &str) {
        self.complain(&format!("{text}\n"));
    }

    /// Writes lines to standard error in which names of the input stand [`plain`] already. Where even that fails there is
    /// nobody left to tell.
    pub fn complain(&mut self, text: &str) {
        let text = self.finished(text, Medium::Text);
        let print = || {
            let mut err = AutoStream::new(std::io::stderr().lock(), self.choice);
            let _ = err.write_all(text.as_bytes());
        };
        match &self.progress {
            Some(progress) => progress.aside(print),
            None => print(),
        }
    }
}
