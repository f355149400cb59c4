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
    /// A page for a browser: parts that begin with `{` are its data, all others its own text.
    Page,
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
        Medium::Page if text.starts_with('{') => Cow::Owned(island(text)),
        Medium::Page => Cow::Borrowed(text),
    }
}

fn json(text: &str) -> Cow<'_, str> {
    let odd = |c: char| c != '\n' && steers(c);
    // Most reports are plain ASCII, which is recognised many bytes at a time.
    let is_plain = |byte: &u8| *byte == b'\n' || (b' '..0x7f).contains(byte);
    let all_plain = |part: &[u8]| part.iter().fold(true, |all, byte| all & is_plain(byte));
    let plain = text.as_bytes().chunks(64).all(all_plain);
    if (plain || !text.contains(odd)) && !text.contains("##") {
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

/// JSON that may stand in a page: no character of it ends or opens an element (HTML, "Restrictions for contents of script
/// elements"), and what a browser would not show, or show in another order, is spelled out.
fn island(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + json.len() / 64);
    let mut rest = json.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => escape(&mut rest, &mut out),
            '<' | '>' | '&' => push_unit(c, &mut out),
            c if c != '\n' && steers(c) => spell(u32::from(c), &mut out),
            c => out.push(c),
        }
    }
    without_brackets(&out, "\\u0023$1").into_owned()
}

/// Copies an escape of JSON; a control character, other than a tab or the end of a line, is spelled out.
fn escape(rest: &mut std::str::Chars<'_>, out: &mut String) {
    match rest.next() {
        Some('u') => {
            let digits: String = rest.by_ref().take(4).collect();
            match u32::from_str_radix(&digits, 16) {
                Ok(code) if char::from_u32(code).is_some_and(steers) => spell(code, out),
                _ => out.push_str(&format!("\\u{digits}")),
            }
        }
        Some(c @ ('b' | 'f' | 'r')) => spell(
            if c == 'b' {
                8
            } else if c == 'f' {
                12
            } else {
                13
            },
            out,
        ),
        Some(c) => {
            out.push('\\');
            out.push(c);
        }
        None => {}
    }
}

fn push_unit(c: char, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = write!(out, "\\u{:04x}", u32::from(c));
}

/// Writes a character as the text `\u{…}`, within a text of JSON.
fn spell(code: u32, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = write!(out, "\\\\u{{{code:x}}}");
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
    fn data_of_a_page_are_text_and_nothing_else() {
        let hostile =
            "</script><!--&amp; \u{202e}\u{2028}\u{1b}[0m\r\t\n\"\\u0041\\ ##[x]\u{e0001}é";
        let json = serde_json::to_string(&[hostile]).unwrap();
        let data = format!("{{\"a\":{json}}}\n");
        let fitted = fit(&data, Medium::Page);
        assert!(
            !fitted.contains(['<', '>', '&', '\u{202e}', '\u{2028}']),
            "{fitted}"
        );
        assert!(!fitted.contains("##["), "{fitted}");
        let read: serde_json::Value = serde_json::from_str(&fitted).unwrap();
        assert_eq!(
            read["a"][0],
            "</script><!--&amp; \\u{202e}\\u{2028}\\u{1b}[0m\\u{d}\t\n\"\\u0041\\ ##[x]\\u{e0001}é"
        );
        let own = "<p>&amp;</p>";
        assert_eq!(fit(own, Medium::Page), own);
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
