//! Finds the documents of a file by its `---` lines.

/// The text of one document, with the line it starts on, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chunk<'t> {
    pub(super) first_line: u32,
    pub(super) text: &'t str,
}

/// Splits before every line that is `---` or begins with `---` and white space. In YAML such a line always separates, whatever
/// stands around it.
pub(super) fn documents(text: &str) -> Vec<Chunk<'_>> {
    let mut out = Vec::new();
    let (mut start, mut first_line, mut at, mut line) = (0, 1, 0, 1);
    for part in text.split_inclusive('\n') {
        if separates(part) && at > start {
            push(
                &mut out,
                text.get(start..at).unwrap_or_default(),
                first_line,
            );
            (start, first_line) = (at, line);
        }
        at += part.len();
        line += 1;
    }
    push(&mut out, text.get(start..).unwrap_or_default(), first_line);
    out
}

fn separates(line: &str) -> bool {
    line.strip_prefix("---")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

/// Directives stand before the `---` of the document that they are about: alone they are no document.
fn push<'t>(out: &mut Vec<Chunk<'t>>, text: &'t str, first_line: u32) {
    let empty = |line: &str| {
        line.trim().is_empty() || line.starts_with(['#', '%']) || line.trim_end() == "..."
    };
    let directives = text.lines().any(|line| line.starts_with('%')) && text.lines().all(empty);
    if !directives {
        out.push(Chunk { first_line, text });
    }
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
        assert_eq!(lines("---\na: |\n  ---\n  x\n----\n"), [1]);
        assert_eq!(lines("%YAML 1.2\n---\na: 1\n"), [2]);
        assert_eq!(lines("a: 1\r\n---\r\nb: 2"), [1, 2]);
    }
}
