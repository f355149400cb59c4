//! What standard output is: how wide, and whether whoever reads it follows links.

use crate::report::Page;
use anstream::ColorChoice;
use std::io::IsTerminal;

/// Widest line: longer ones are hard to read.
const WIDEST: usize = 160;

/// Narrowest line that is kept to.
const NARROWEST: usize = 60;

/// The terminal's width, or that which `COLUMNS` says; else that of a file. Links where the terminal is known to follow
/// them, and colours are not refused.
pub(super) fn page(choice: ColorChoice) -> Page {
    let asked = std::env::var("COLUMNS").ok();
    let asked = asked.and_then(|columns| columns.parse::<usize>().ok());
    let terminal =
        || terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| width.0.into());
    let is_terminal = std::io::stdout().is_terminal();
    let width = asked.or_else(|| is_terminal.then(terminal).flatten());
    let variable = |name: &str| std::env::var(name).ok();
    let follows = is_terminal && choice != ColorChoice::Never && follows_links(&variable);
    Page {
        width: width.map_or(Page::default().width, |own| own.clamp(NARROWEST, WIDEST)),
        links: follows.then(folder).flatten(),
        ..Page::default()
    }
}

/// Whether the terminal is one that is known to follow links (OSC 8).
fn follows_links(variable: &dyn Fn(&str) -> Option<String>) -> bool {
    if variable("NO_COLOR").is_some_and(|value| !value.is_empty()) || variable("CI").is_some() {
        return false;
    }
    let program = variable("TERM_PROGRAM").unwrap_or_default();
    let known = ["iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "rio"];
    let vte = variable("VTE_VERSION").and_then(|version| version.parse::<u32>().ok());
    known.contains(&program.as_str())
        || vte.is_some_and(|version| version >= 5_000)
        || [
            "KITTY_WINDOW_ID",
            "WT_SESSION",
            "KONSOLE_VERSION",
            "DOMTERM",
        ]
        .iter()
        .any(|name| variable(name).is_some())
}

/// The address of the current folder.
fn folder() -> Option<String> {
    let here = std::env::current_dir().ok()?;
    let path = here.to_str()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/".contains(c);
    let is_plain = path.starts_with('/') && path.chars().all(plain);
    is_plain.then(|| format!("file://{path}/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_go_only_where_they_are_followed() {
        let follows = |set: &[(&str, &str)]| {
            follows_links(&|name| {
                let own = set.iter().find(|(own, _)| *own == name);
                own.map(|(_, value)| (*value).to_owned())
            })
        };
        assert!(!follows(&[]));
        assert!(follows(&[("TERM_PROGRAM", "WezTerm")]));
        assert!(follows(&[("VTE_VERSION", "7600")]));
        assert!(!follows(&[("VTE_VERSION", "4600")]));
        assert!(!follows(&[("TERM_PROGRAM", "WezTerm"), ("NO_COLOR", "1")]));
        assert!(!follows(&[("TERM_PROGRAM", "vscode"), ("CI", "true")]));
    }
}
