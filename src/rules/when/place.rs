//! Where a byte of an expression stands in the rule file.

/// Line and column, from 1, of a byte of an expression whose text begins at `(line, column)` of the file. Where YAML folds its
/// lines or spells its characters otherwise: the expression's own.
pub(in crate::rules) fn place(
    file: &str,
    (line, column): (u64, u64),
    expression: &str,
    offset: usize,
) -> (u64, u64) {
    let written = || {
        let before = expression.get(..offset)?;
        let above = before.matches('\n').count();
        let last = before.rsplit('\n').next()?;
        let row = usize::try_from(line).ok()?.checked_sub(1)? + above;
        let begins = usize::try_from(column).ok()?.checked_sub(1)?;
        let head: String = file.lines().nth(row)?.chars().skip(begins).collect();
        let quote = usize::from(above == 0 && head.starts_with(['"', '\'']));
        let text: String = head.chars().skip(quote).collect();
        let width = last.chars().count() + quote;
        let at = (line + above as u64, column + width as u64);
        text.starts_with(last).then_some(at)
    };
    written().unwrap_or((line, column))
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn a_byte_is_found_however_the_text_is_written() {
        let text = "a == 'ü' &&\n  b";
        for (file, at, expression, offset, expected) in [
            ("when: a == b\n", (1, 7), "a == b", 5, (1, 12)),
            ("when: \"a == b\"\n", (1, 7), "a == b", 5, (1, 13)),
            (
                "x: y\nwhen: |\n  a == 'ü' &&\n    b\n",
                (3, 3),
                text,
                10,
                (3, 12),
            ),
            (
                "x: y\nwhen: |\n  a == 'ü' &&\n    b\n",
                (3, 3),
                text,
                15,
                (4, 5),
            ),
            // Folded: the text is not what stands there.
            ("when: >\n  a\n  == b\n", (2, 3), "a == b\n", 5, (2, 3)),
            ("when: a\n", (9, 9), "a", 0, (9, 9)),
        ] {
            assert_eq!(place(file, at, expression, offset), expected, "{file}");
        }
    }
}
