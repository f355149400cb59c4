//! Templates of messages: text with `{field}` in it.
//!
//! `{one|many}` picks by whether the finding stands for one subject or several; `{who}` is the workload, or the
//! workloads counted and the first few named; `{count}` is their number. `{{` and `}}` stand for braces.

use super::field::Field;

/// A part of a template.
#[derive(Debug, PartialEq, Eq)]
enum Part<'a> {
    Text(&'a str),
    Field(&'a str),
    Choice(&'a str, &'a str),
}

/// Placeholders that every kind of fact has beside its fields.
const COMMON: [&str; 2] = ["who", "count"];

fn parts(template: &str) -> Vec<Part<'_>> {
    let mut out = Vec::new();
    let mut rest = template;
    while let Some((text, after)) = rest.split_once('{') {
        out.push(Part::Text(text));
        if let Some(after) = after.strip_prefix('{') {
            out.push(Part::Text("{"));
            rest = after;
            continue;
        }
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        out.push(
            name.split_once('|')
                .map_or(Part::Field(name), |(one, many)| Part::Choice(one, many)),
        );
        rest = after;
    }
    out.push(Part::Text(rest));
    out
}

/// The first placeholder that is none of the fields.
pub(super) fn unknown<'a>(template: &'a str, fields: &[Field]) -> Option<&'a str> {
    parts(template).into_iter().find_map(|part| match part {
        Part::Field(name)
            if !COMMON.contains(&name)
                && fields
                    .iter()
                    .all(|field| field.name != name || !field.is_printable()) =>
        {
            Some(name)
        }
        _ => None,
    })
}

/// The text with every placeholder filled by `value`; `many` chooses between `{one|many}`.
pub(super) fn fill(template: &str, many: bool, value: impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    for part in parts(template) {
        match part {
            Part::Text(text) => out.push_str(&text.replace("}}", "}")),
            Part::Field(name) => out.push_str(&value(name)),
            Part::Choice(one, other) => out.push_str(if many { other } else { one }),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_choices_and_braces() {
        let value = |name: &str| format!("<{name}>");
        assert_eq!(
            fill("{who} {reaches|reach} {far}", false, value),
            "<who> reaches <far>"
        );
        assert_eq!(fill("{who} {reaches|reach}", true, value), "<who> reach");
        assert_eq!(fill("podSelector: {{}}", false, value), "podSelector: {}");
        assert_eq!(unknown("{who} {what}", &[]), Some("what"));
    }
}
