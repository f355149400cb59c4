//! The few colours that there are.

use crate::model::Verdict;
use crate::rules::Severity;
use anstyle::{AnsiColor, Style};
use std::fmt::Display;

pub(super) const BOLD: Style = Style::new().bold();
pub(super) const FRAME: Style = AnsiColor::BrightBlue.on_default().bold();
pub(super) const FAINT: Style = Style::new().dimmed();
pub(super) const ERROR: Style = AnsiColor::Red.on_default().bold();
pub(super) const ADDED: Style = AnsiColor::Green.on_default().bold();

/// `text` in a style.
pub(super) fn paint(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// The colour of a verdict.
pub(super) fn verdict(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Blocked => AnsiColor::Green.on_default().bold(),
        Verdict::Possible => AnsiColor::Yellow.on_default().bold(),
        Verdict::Reachable => AnsiColor::Red.on_default().bold(),
    }
}

/// The colour of a severity.
pub(super) fn severity(severity: Severity) -> Style {
    match severity {
        Severity::Critical | Severity::High => ERROR,
        Severity::Medium => AnsiColor::Yellow.on_default().bold(),
        Severity::Low => AnsiColor::Cyan.on_default().bold(),
    }
}

/// A line that stands above others.
#[must_use]
pub fn heading(text: &str) -> String {
    paint(BOLD, text)
}
