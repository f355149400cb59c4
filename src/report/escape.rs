//! Text of the input as each format may hold it, so that no name becomes markup, a command or the end of a string. What is
//! hidden is looked for in each of these spellings.

use super::medium::without_brackets;
use super::plain::plain;

/// A text as every format may spell it.
pub(super) fn spellings(words: &str) -> Vec<String> {
    let quoted = markdown_code(words).trim_matches('`').to_owned();
    vec![
        markdown(words),
        markdown_cell(words),
        quoted,
        html(words),
        plain(words).into_owned(),
        mermaid(words),
        dot(words),
        command_data(words),
        command_property(words),
        without_links(words),
        xml(words),
        xml_attribute(words),
    ]
}

/// Text of the input in a table's cell.
pub(super) fn markdown_cell(words: &str) -> String {
    markdown(words).replace('|', "\\|")
}

/// Text of the input, so that no name of it becomes markup, a mention or a link. Backticks around names stay.
pub(super) fn markdown(words: &str) -> String {
    let mut out = String::new();
    for (at, part) in without_runs(&plain(words)).split('`').enumerate() {
        if at % 2 == 1 {
            out.push_str(&markdown_code(part));
        } else {
            out.push_str(&markdown_text(part));
        }
    }
    out
}

/// Several backticks in a row come from a name. They stand as other quotes: with them, code would end where another run of
/// as many does, and what is between would be markup (CommonMark, 6.1 "Code spans").
fn without_runs(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(at) = rest.find("``") {
        let (front, run) = rest.split_at(at);
        let after = run.trim_start_matches('`');
        out.push_str(front);
        out.extend(std::iter::repeat_n('\'', run.len() - after.len()));
        rest = after;
    }
    out + rest
}

/// Text outside of code. A backslash before a backtick would keep it from opening code, and a bare address is a link.
fn markdown_text(words: &str) -> String {
    html(words)
        .replace('\\', "\\\\")
        .replace('*', "\\*")
        .replace('_', "\\_")
        .replace('~', "\\~")
        .replace('[', "\\[")
        .replace('@', "&#64;")
        .replace("://", "&#58;//")
        .replace("www.", "www&#46;")
}

/// Text in which readers of SARIF look for links, `[text](address)` (SARIF 2.1.0, 3.11.6).
pub(super) fn without_links(words: &str) -> String {
    plain(words).replace("](", "] (")
}

/// Text of the input as code.
pub(super) fn markdown_code(words: &str) -> String {
    format!("`{}`", plain(words).replace('`', "'").replace('|', "¦"))
}

/// Text of the input inside of tags.
pub(super) fn html(words: &str) -> String {
    plain(words)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Text after `::`. Names of the input could otherwise start a command of their own, or one of the older kind (`##[`).
pub(super) fn command_data(text: &str) -> String {
    without_brackets(text, "\\u{23}$1")
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
        .chars()
        .map(visible)
        .collect()
}

/// Value of a property: no colon and comma either.
pub(super) fn command_property(text: &str) -> String {
    command_data(text).replace(':', "%3A").replace(',', "%2C")
}

fn visible(c: char) -> String {
    let mut buffer = [0; 4];
    plain(c.encode_utf8(&mut buffer)).into_owned()
}

/// Text between tags.
pub(super) fn xml(words: &str) -> String {
    let text = plain(words);
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    // Two code points that XML does not have are none that `plain` spells out (XML 1.0, 2.2).
    text.replace('>', "&gt;")
        .replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

/// Text of an attribute between double quotes.
pub(super) fn xml_attribute(words: &str) -> String {
    xml(words).replace('"', "&quot;")
}

/// Text of a quoted string: a backslash would start an escape (Graphviz, "escString").
pub(super) fn dot(words: &str) -> String {
    plain(words).replace('\\', "\\\\").replace('"', "\\\"")
}

/// Text of a box: quotes end it, and markup would be read.
pub(super) fn mermaid(words: &str) -> String {
    plain(words)
        .replace('"', "#quot;")
        .replace(['<', '>', '`'], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_names() {
        assert_eq!(
            markdown("pod `a|b` reaches <img> @all"),
            "pod `a¦b` reaches &lt;img&gt; &#64;all"
        );
        assert_eq!(markdown_cell("a|b"), "a\\|b");
    }

    #[test]
    fn backticks_of_a_name_open_no_markup() {
        for (name, expected) in [
            // Each name stands in a sentence as `name`.
            ("x``[a](https://b.c)<img>", "`x''[a](https://b.c)<img>`"),
            ("x`[a](b)", "`x`\\[a](b)``"),
            ("`x`", "''x''"),
            ("x\\` `[a](b)", "`x\\` `[a](b)`"),
            ("x` www.a.b @c `", "`x` www&#46;a.b &#64;c ''"),
            ("x` https://a.b `y", "`x` https&#58;//a.b `y`"),
        ] {
            assert_eq!(markdown(&format!("`{name}`")), expected, "{name}");
        }
        assert_eq!(without_links("`a](b)`"), "`a] (b)`");
    }

    #[test]
    fn names_cannot_start_a_command() {
        assert_eq!(
            command_data("a\n::set-output name=x::y"),
            "a%0A::set-output name=x::y"
        );
        assert_eq!(
            command_data("##[command]x%\u{1b}"),
            "\\u{23}#[command]x%25\\u{1b}"
        );
        assert_eq!(command_property("a:b,c"), "a%3Ab%2Cc");
    }
}
