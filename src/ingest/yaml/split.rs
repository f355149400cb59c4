//! Finds the documents of a file as kubectl does (k8s.io/apimachinery, `pkg/util/yaml/decoder.go`): by its `---` lines, or, where it
//! begins as JSON, one JSON value after the other.

use serde::de::IgnoredAny;

/// The text of one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chunk<'t> {
    /// The line it starts on, from 1.
    pub(super) first_line: u32,
    /// Number of characters that stand before it on that line.
    pub(super) before: u32,
    pub(super) text: &'t str,
    /// Why kubectl takes nothing of it, where its first line shows that.
    pub(super) refused: Option<&'static str>,
}

const SEPARATOR: &str = "---";
const GLUED: &str = "this line begins with the separator `---` and goes on, which kubectl refuses: expected the separator on a line of its own";
const DIRECTIVE: &str =
    "this is a YAML directive, which kubectl refuses: expected documents without any";

/// The documents of a text, in order.
pub(super) fn documents(text: &str) -> Vec<Chunk<'_>> {
    let mut out = Vec::new();
    let mut at = 0;
    if text.trim_start().starts_with('{') {
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
        while let Some(Ok(IgnoredAny)) = values.next() {
            let end = values.byte_offset();
            push_value(text, at, end, &mut out);
            at = end;
        }
    }
    let rest = text.get(at..).unwrap_or_default();
    match out.as_mut_slice() {
        [] => split(text, (1, 0), &mut out),
        // Nothing but one value: with the blanks around it, so that its lines are those of the file.
        [only] if rest.trim().is_empty() => *only = whole(text),
        _ if rest.trim().is_empty() => {}
        _ => split(rest, position(text, at), &mut out),
    }
    out
}

fn whole(text: &str) -> Chunk<'_> {
    Chunk {
        first_line: 1,
        before: 0,
        text,
        refused: None,
    }
}

/// A JSON value without the blanks before it.
fn push_value<'t>(text: &'t str, start: usize, end: usize, out: &mut Vec<Chunk<'t>>) {
    let value = text.get(start..end).unwrap_or_default();
    let blank = value.len() - value.trim_start().len();
    let (first_line, before) = position(text, start + blank);
    out.push(Chunk {
        first_line,
        before,
        text: value.trim_start(),
        refused: None,
    });
}

/// The line of an offset, from 1, and the number of characters before it on that line.
fn position(text: &str, at: usize) -> (u32, u32) {
    let front = text.get(..at).unwrap_or_default();
    let line = front.matches('\n').count() + 1;
    let before = front.rsplit('\n').next().unwrap_or_default();
    (number(line), number(before.chars().count()))
}

fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// Splits before every line that begins with `---`, whatever stands around it. `first` is the place of the text.
fn split<'t>(text: &'t str, first: (u32, u32), out: &mut Vec<Chunk<'t>>) {
    let (mut start, mut place, mut at, mut line) = (0, first, 0, first.0);
    for part in text.split_inclusive('\n') {
        if part.starts_with(SEPARATOR) && at > start {
            push(text.get(start..at).unwrap_or_default(), place, out);
            (start, place) = (at, (line, 0));
        }
        at += part.len();
        line += 1;
    }
    push(text.get(start..).unwrap_or_default(), place, out);
}

fn push<'t>(text: &'t str, (first_line, before): (u32, u32), out: &mut Vec<Chunk<'t>>) {
    let mut chunk = Chunk {
        first_line,
        before,
        ..whole(text)
    };
    if let Some(behind) = text.strip_prefix(SEPARATOR) {
        let (line, rest) = behind.split_once('\n').unwrap_or((behind, ""));
        if !line.trim().is_empty() && !line.trim_start().starts_with('#') {
            chunk = Chunk {
                refused: Some(GLUED),
                text: behind,
                ..chunk
            };
        }
        // Files that were put together bring a byte order mark each.
        if let Some(content) = rest.strip_prefix('\u{FEFF}') {
            (chunk.first_line, chunk.text) = (first_line.saturating_add(1), content);
        }
    }
    if is_directive(text) {
        chunk.refused = Some(DIRECTIVE);
    }
    out.push(chunk);
}

/// Whether it is nothing but directives: they stand before the `---` of the document that they are about.
fn is_directive(text: &str) -> bool {
    let empty = |line: &str| {
        line.trim().is_empty() || line.starts_with(['#', '%']) || line.trim_end() == "..."
    };
    text.lines().any(|line| line.starts_with('%')) && text.lines().all(empty)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_at_separator_lines_only() {
        let lines = |text| {
            documents(text)
                .iter()
                .map(|chunk| chunk.first_line)
                .collect::<Vec<_>>()
        };
        assert_eq!(lines("a: 1\n---\nb: 1\n--- # c\nc: 1\n"), [1, 2, 4]);
        assert_eq!(lines("---\na: |\n  ---\n  x\n"), [1]);
        assert_eq!(lines("a: 1\r\n---\r\nb: 2"), [1, 2]);
        assert_eq!(lines("a: 1\n---\n\u{FEFF}b: 1\n"), [1, 3]);
    }

    #[test]
    fn json_values_follow_each_other() {
        let found = |text| {
            documents(text)
                .iter()
                .map(|chunk| (chunk.first_line, chunk.before, chunk.text))
                .collect::<Vec<_>>()
        };
        assert_eq!(found("\n{}\n"), [(1, 0, "\n{}\n")]);
        assert_eq!(
            found("{}{\"ä\": 1} {}"),
            [(1, 0, "{}"), (1, 2, "{\"ä\": 1}"), (1, 11, "{}")]
        );
        assert_eq!(
            found("{}\n\n{\"a\":\n1}\n---\nb: 1\n"),
            [
                (1, 0, "{}"),
                (3, 0, "{\"a\":\n1}"),
                (4, 2, "\n"),
                (5, 0, "---\nb: 1\n")
            ]
        );
        // What is no JSON is read as YAML, from there on.
        assert_eq!(found("{a: 1}\n"), [(1, 0, "{a: 1}\n")]);
        assert_eq!(found("{} {a: 1"), [(1, 0, "{}"), (1, 2, " {a: 1")]);
    }

    #[test]
    fn what_kubectl_refuses_is_marked() {
        let refused = |text| {
            documents(text)
                .iter()
                .map(|chunk| chunk.refused.map(|_| (chunk.first_line, chunk.text)))
                .collect::<Vec<_>>()
        };
        assert_eq!(refused("a: 1\n---b: 1\n"), [None, Some((2, "b: 1\n"))]);
        assert_eq!(refused("--- b: 1\n"), [Some((1, " b: 1\n"))]);
        assert_eq!(refused("a: 1\n----\n"), [None, Some((2, "-\n"))]);
        assert_eq!(refused("--- #c\na: 1\n"), [None]);
        assert_eq!(
            refused("%YAML 1.2\n---\na: 1\n"),
            [Some((1, "%YAML 1.2\n")), None]
        );
    }
}
