//! Last care for a finished text: no name of the input may start a command of whoever reads it.

use super::plain::steers;
use regex::Regex;
use std::borrow::Cow;
use std::fmt::Write;
use std::sync::LazyLock;

/// What a finished text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Medium {
    /// For people: lines of a log, Markdown.
    Text,
    /// JSON documents.
    Json,
    /// Workflow commands, one a line, each of them meant.
    Commands,
}

/// The older form of a workflow command, which counts anywhere on a line: `##[group]` (GitHub), `##vso[…]` (Azure Pipelines).
static BRACKET: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"#(#[A-Za-z]*\[)").ok());

/// The text as it may be printed in a job's log: no line of it is a workflow command (GitHub docs, "Workflow commands":
/// a line that begins with `::name`, white space before it not counted), unless commands are what it is made of. JSON keeps
/// its meaning, and shows what steers a terminal as escapes.
#[must_use]
pub fn fit(text: &str, medium: Medium) -> Cow<'_, str> {
    match medium {
        Medium::Commands => Cow::Borrowed(text),
        Medium::Json => json(text),
        Medium::Text => lines(text),
    }
}

fn json(text: &str) -> Cow<'_, str> {
    let odd = |c: char| c != '\n' && steers(c);
    if !text.contains(odd) && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if odd(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(without_brackets(&out, "\\u0023$1").into_owned())
}

fn lines(text: &str) -> Cow<'_, str> {
    if !text.contains("::") && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let lines = text.split_inclusive('\n').map(|line| {
        if is_command(line) {
            Cow::Owned(line.replacen("::", "\\u{3a}:", 1))
        } else {
            Cow::Borrowed(line)
        }
    });
    let text: String = lines.collect();
    Cow::Owned(without_brackets(&text, "\\u{23}$1").into_owned())
}

/// Whether a line is a command once colours are taken out: `::name`, and `::` again before the data.
fn is_command(line: &str) -> bool {
    let bare = anstream::adapter::strip_str(line).to_string();
    let command = bare.trim_start().strip_prefix("::");
    command.is_some_and(|rest| rest.starts_with(|c: char| c.is_alphabetic()) && rest.contains("::"))
}

/// The text with commands of the older form made visible.
pub(super) fn without_brackets<'t>(text: &'t str, instead: &str) -> Cow<'t, str> {
    match BRACKET.as_ref() {
        Some(regex) => regex.replace_all(text, instead),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_a_command() {
        for (text, expected) in [
            ("::add-mask::x\n", "\\u{3a}:add-mask::x\n"),
            ("a\n \u{1b}[1m ::error::x", "a\n \u{1b}[1m \\u{3a}:error::x"),
            ("a ##[group]x", "a \\u{23}#[group]x"),
            ("##vso[task.setvariable]x", "\\u{23}#vso[task.setvariable]x"),
            ("::/0 -> a", "::/0 -> a"),
            ("# heading [a]", "# heading [a]"),
        ] {
            assert_eq!(fit(text, Medium::Text), expected);
            assert_eq!(fit(text, Medium::Commands), text);
        }
    }

    #[test]
    fn json_keeps_its_meaning() {
        let text = "{\"a\": \"##[x]\u{202e}\u{7f}\u{e0001}\"}\n";
        let fitted = fit(text, Medium::Json);
        assert_eq!(
            fitted,
            "{\"a\": \"\\u0023#[x]\\u202e\\u007f\\udb40\\udc01\"}\n"
        );
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(read(&fitted), read(text));
    }
}
