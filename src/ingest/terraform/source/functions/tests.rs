//! `expression => its value as JSON`, as `terraform console` gives it for `jsonencode(expression)`; `invalid` where it refuses.

mod bounds;
mod drafts;

use crate::ingest::terraform::source::testing::Fixture;

fn check(table: &str) {
    let fixture = Fixture::new(&[("main.tf", "")], &[]);
    let lines: Vec<_> = table
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let wrong: Vec<String> = lines
        .iter()
        .filter_map(|line| {
            let (expression, expected) = line
                .rsplit_once(" => ")
                .unwrap_or_else(|| panic!("no ` => ` in `{line}`"));
            let got = fixture.json(expression.trim());
            (got != expected.trim()).then(|| format!("{expression} => {got}, expected {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn collections() {
    check(include_str!("tests/collections.txt"));
}

#[test]
fn texts_and_numbers() {
    check(include_str!("tests/texts_and_numbers.txt"));
}

#[test]
fn networks_and_encodings() {
    check(include_str!("tests/networks_and_encodings.txt"));
}

#[test]
fn language() {
    check(include_str!("tests/language.txt"));
}
