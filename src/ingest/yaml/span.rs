//! Where a node of a text begins and ends, for who edits the text.

use super::split;
use granit_parser::{Event, Parser, StructureStyle};
use std::ops::Range;

/// A node as it stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its bytes, without what follows it on its last line.
    pub bytes: Range<usize>,
    /// Whether it stands between brackets or braces of another.
    pub in_flow: bool,
}

/// A collection whose end has not come.
struct Open {
    flow: bool,
    /// Whether it is the node that is looked for, and where it begins.
    start: Option<usize>,
}

/// The outermost node that begins at a line and column, in characters from 1. None where there is none, where its document is JSON or no
/// YAML, and where it has aliases: what an alias stands for is written elsewhere.
#[must_use]
pub fn written(text: &str, line: u32, column: u32) -> Option<Written> {
    if text.contains("\n\u{feff}") || text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let chunks = split::documents(text);
    let chunk = chunks.iter().rfind(|chunk| chunk.first_line <= line)?;
    let offset = byte_of_line(text, chunk.first_line)?;
    let wanted = (
        usize::try_from(line - chunk.first_line).ok()? + 1,
        usize::try_from(column).ok()?.checked_sub(1)?,
    );
    let found = find(chunk.text, wanted)?;
    let byte = |index: usize| {
        let at = chunk.text.char_indices().nth(index);
        offset + at.map_or(chunk.text.len(), |(at, _)| at)
    };
    Some(Written {
        bytes: byte(found.bytes.start)..byte(found.bytes.end),
        in_flow: found.in_flow,
    })
}

/// The same in the text of one document, in characters.
fn find(text: &str, wanted: (usize, usize)) -> Option<Written> {
    let mut open: Vec<Open> = Vec::new();
    let mut last = 0;
    let mut found = None;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.ok()?;
        let is_it = (span.start.line(), span.start.col()) == wanted
            && found.is_none()
            && open.iter().all(|own| own.start.is_none());
        let inside = |open: &[Open]| open.iter().any(|own| own.flow);
        match event {
            Event::Alias(_) => return None,
            Event::Scalar(..) => {
                last = span.end.index();
                if is_it {
                    found = Some(Written {
                        bytes: span.start.index()..last,
                        in_flow: inside(&open),
                    });
                }
            }
            Event::SequenceStart(style, ..) | Event::MappingStart(style, ..) => open.push(Open {
                flow: style == StructureStyle::Flow,
                start: is_it.then(|| span.start.index()),
            }),
            Event::SequenceEnd | Event::MappingEnd => {
                let own = open.pop()?;
                if own.flow {
                    last = span.end.index();
                }
                if let Some(start) = own.start {
                    found = Some(Written {
                        bytes: start..last,
                        in_flow: inside(&open),
                    });
                }
            }
            _ => {}
        }
    }
    found
}

/// The byte at which a line begins, from 1.
fn byte_of_line(text: &str, line: u32) -> Option<usize> {
    let before = usize::try_from(line).ok()?.checked_sub(1)?;
    let lines = text.split_inclusive('\n').take(before);
    Some(lines.map(str::len).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a: 1\n---\n# ä\negress:\n  - {} # all\n  - ports:\n      - port: 53\n\n# next\ningress: [{from: [{x: é}]}, {}]\n";

    #[test]
    fn a_node_is_found_by_where_it_begins() {
        for (line, column, expected, in_flow) in [
            (1, 4, "1", false),
            (5, 5, "{}", false),
            (5, 3, "- {} # all\n  - ports:\n      - port: 53", false),
            (6, 5, "ports:\n      - port: 53", false),
            (10, 11, "{from: [{x: é}]}", true),
            (10, 29, "{}", true),
            (10, 10, "[{from: [{x: é}]}, {}]", false),
        ] {
            let found = written(TEXT, line, column).unwrap();
            assert_eq!(
                (TEXT.get(found.bytes), found.in_flow),
                (Some(expected), in_flow),
                "{line}:{column}"
            );
        }
        assert_eq!(written(TEXT, 5, 4), None);
        assert_eq!(written("a: &x {}\nb: *x\n", 1, 7), None, "an alias");
        assert_eq!(written("{\"a\": 1}", 1, 7), None, "JSON");
    }
}
