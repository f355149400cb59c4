//! Names from the input, made safe to print.

use std::borrow::Cow;
use std::fmt::Write;

/// The text without characters that steer a terminal or reorder what a reader sees: control characters (C0, C1, DEL),
/// line and paragraph separators, Unicode's bidirectional overrides and isolates (Unicode standard annex 9; "Trojan
/// Source"), and characters that show nothing stand as `\u{…}`. Names in plans and manifests are an attacker's to choose.
#[must_use]
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if steers(c) {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// The same for text of several lines: its own line breaks stay.
pub(super) fn plain_lines(text: &str) -> String {
    let lines = text
        .split('\n')
        .map(|line| plain(line.strip_suffix('\r').unwrap_or(line)));
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether a character is none that a reader sees: it steers a terminal, changes the order, or shows nothing.
pub(super) fn steers(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{061c}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_spelled_out() {
        assert_eq!(plain("shop/web"), "shop/web");
        assert_eq!(plain("a\u{1b}[31mb\n"), "a\\u{1b}[31mb\\u{a}");
        assert_eq!(plain("a\u{202e}b\u{9b}"), "a\\u{202e}b\\u{9b}");
        assert_eq!(plain("Zürich ✓"), "Zürich ✓");
    }
}
