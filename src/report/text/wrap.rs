//! Lines of at most a width, broken between words.

/// Words after `first` on the first line and after as many spaces as it is wide on the others. Colours take no width; a word
/// wider than a line stands alone; a no-break space (U+00A0) becomes a space at which no line ends.
pub(super) fn wrap(first: &str, text: &str, width: usize) -> Vec<String> {
    let indent = wide(first);
    let mut lines = Vec::new();
    let (mut line, mut used) = (first.to_owned(), indent);
    let mut is_empty = true;
    for word in text.split(' ') {
        let own = wide(word);
        if !is_empty && used + 1 + own > width {
            lines.push(line);
            (line, used, is_empty) = (" ".repeat(indent), indent, true);
        }
        if !is_empty {
            line.push(' ');
            used += 1;
        }
        line.push_str(&word.replace('\u{a0}', " "));
        used += own;
        is_empty = false;
    }
    lines.push(line);
    lines
}

/// The number of columns that a text takes, colours and links left out.
pub(super) fn wide(text: &str) -> usize {
    if text.contains('\u{1b}') {
        let bare = anstream::adapter::strip_str(text).to_string();
        bare.chars().count()
    } else {
        text.chars().count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_whole_and_lines_within_the_width() {
        assert_eq!(wrap("  a ", "bb cc dd", 9), ["  a bb cc", "    dd"]);
        assert_eq!(wrap("", "longer than that", 3), ["longer", "than", "that"]);
        assert_eq!(wrap("x ", "", 9), ["x "]);
        assert_eq!(wrap("", "aa →\u{a0}+\u{a0}bb", 7), ["aa", "→ + bb"]);
        let red = "\u{1b}[31mbb\u{1b}[0m";
        assert_eq!(wrap("a ", &format!("{red} c"), 6), [format!("a {red} c")]);
    }
}
