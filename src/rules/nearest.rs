//! What somebody may have meant who misspelt a word.

/// ``: did you mean `border`?`` where one of the words is close, else the list of all.
pub(super) fn suggestion(word: &str, known: &[&str]) -> String {
    match nearest(word, known) {
        Some(other) => format!(
            "did you mean `{other}`? expected one of {}",
            known.join(", ")
        ),
        None => format!("expected one of {}", known.join(", ")),
    }
}

/// The closest of the words, where one is close.
pub(super) fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let close = known
        .iter()
        .map(|other| (distance(word, other), *other))
        .filter(|(distance, other)| *distance <= (other.len().max(6) / 3).min(other.len() / 2))
        .min();
    close.map(|(_, other)| other)
}

/// The number of characters to add, take away or replace (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, own) in a.chars().enumerate() {
        let mut before = at;
        let mut left = at + 1;
        for (other, cell) in b.iter().zip(row.iter_mut().skip(1)) {
            let replaced = before + usize::from(own != *other);
            before = *cell;
            left = replaced.min(left + 1).min(before + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = at + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_word_is_recognised() {
        for (a, b, expected) in [
            ("", "abc", 3),
            ("kitten", "sitting", 3),
            ("flaw", "lawn", 2),
            ("same", "same", 0),
        ] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
        let known = ["direction", "border", "far"];
        assert!(suggestion("boarder", &known).starts_with("did you mean `border`?"));
        assert!(suggestion("namespace", &known).starts_with("expected one of direction"));
        assert!(suggestion("fur", &known).starts_with("did you mean `far`?"));
    }
}
