//! A line of the input with carets under what is meant.

use super::super::plain::plain;
use super::super::problem::{Problem, Quotes};
use super::style::{BOLD, ERROR, FRAME, paint};
use crate::model::Place;

/// `--> file:line:column`, the line, and carets with a label; only the place where the line cannot be quoted.
pub(super) fn quote(
    place: &Place,
    label: &str,
    quotes: &Quotes,
    style: anstyle::Style,
) -> Vec<String> {
    let number = place.line.to_string();
    let gutter = " ".repeat(number.len());
    let bar = paint(FRAME, '|');
    let mut out = vec![format!(
        "{gutter}{} {}",
        paint(FRAME, "-->"),
        plain(&written(place))
    )];
    match quotes.line(place) {
        Some(line) => {
            out.push(format!("{gutter} {bar}"));
            out.push(format!(
                "{} {bar} {}",
                paint(FRAME, number),
                plain(&line.replace('\t', "    "))
            ));
            out.push(format!(
                "{gutter} {bar} {}",
                carets(place, &line, label, style)
            ));
        }
        None if label.is_empty() => {}
        None => out.push(format!("{gutter} {bar} {}", paint(style, plain(label)))),
    }
    out
}

/// `file:line:column`, as far as it is known.
fn written(place: &Place) -> String {
    match (place.line, place.column) {
        (0, _) => place.file.to_string(),
        (line, 0) => format!("{}:{line}", place.file),
        (line, column) => format!("{}:{line}:{column}", place.file),
    }
}

fn carets(place: &Place, line: &str, label: &str, style: anstyle::Style) -> String {
    let lead = line.chars().take_while(|c| c.is_whitespace()).count();
    let column = if place.column == 0 {
        lead
    } else {
        place.column as usize - 1
    };
    let rest = line.chars().count().saturating_sub(column);
    let length = if place.column == 0 {
        rest
    } else {
        (place.length as usize).min(rest)
    }
    .max(1);
    let before: usize = line
        .chars()
        .take(column)
        .map(|c| if c == '\t' { 4 } else { 1 })
        .sum();
    let label = if label.is_empty() {
        String::new()
    } else {
        format!(" {}", plain(label))
    };
    format!(
        "{}{}",
        " ".repeat(before),
        paint(style, format!("{}{label}", "^".repeat(length)))
    )
}

/// A problem with the input, as it stands on standard error.
#[must_use]
pub fn problem(problem: &Problem, quotes: &Quotes) -> String {
    let place = plain(&written(&problem.place)).into_owned();
    let mut out = format!(
        "{}: `{place}`: {}\n",
        paint(ERROR, "error"),
        paint(BOLD, plain(&problem.message))
    );
    if problem.place.line > 0 && quotes.line(&problem.place).is_some() {
        let lines = quote(&problem.place, "", quotes, ERROR);
        for line in lines.iter().skip(1) {
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Quoted;

    fn check(source: &str, (line, column, length): (u32, u32, u32), expected: &str) {
        let quoted = Quoted {
            text: source.to_owned(),
            closed: vec![(9, 9)],
        };
        let quotes: Quotes = [("a.yaml".to_owned(), quoted)].into_iter().collect();
        let place = Place {
            file: "a.yaml".into(),
            line,
            column,
            length,
        };
        let problem = problem(
            &Problem {
                place,
                message: "no port".to_owned(),
                refused: false,
            },
            &quotes,
        );
        assert_eq!(anstream::adapter::strip_str(&problem).to_string(), expected);
    }

    #[test]
    fn carets_stand_under_what_is_meant() {
        check(
            "a: 1\n- port: 8o80!\n",
            (2, 9, 5),
            "error: `a.yaml:2:9`: no port\n  |\n2 | - port: 8o80!\n  |         ^^^^^\n",
        );
        check(
            "\tx: é1\r\n",
            (1, 6, 1),
            "error: `a.yaml:1:6`: no port\n  |\n1 |     x: é1\n  |         ^\n",
        );
        check(
            "  whole line\n",
            (1, 0, 0),
            "error: `a.yaml:1`: no port\n  |\n1 |   whole line\n  |   ^^^^^^^^^^\n",
        );
        check("", (0, 0, 0), "error: `a.yaml`: no port\n");
        check("one line\n", (7, 1, 1), "error: `a.yaml:7:1`: no port\n");
        let nine = "1\n2\n3\n4\n5\n6\n7\n8\npassword\n";
        check(nine, (9, 1, 1), "error: `a.yaml:9:1`: no port\n");
    }
}
