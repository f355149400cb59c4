//! Functions of known texts.

use crate::ingest::terraform::source::symbolic::{Invalid, Outcome, Symbolic};
use regex::{Captures, Regex};
use std::rc::Rc;

pub(super) fn call(name: &str, arguments: &[Symbolic]) -> Option<Outcome> {
    Some(match (name, arguments) {
        ("lower", [text]) => of(text, |text| text.to_lowercase()),
        ("upper", [text]) => of(text, |text| text.to_uppercase()),
        ("title", [text]) => of(text, title),
        ("strrev", [text]) => of(text, |text| text.chars().rev().collect()),
        ("trimspace", [text]) => of(text, |text| text.trim().to_owned()),
        ("chomp", [text]) => of(text, |text| text.trim_end_matches(['\r', '\n']).to_owned()),
        ("trimprefix", [text, cut]) => two(text, cut, |text, cut| {
            Symbolic::text(text.strip_prefix(cut).unwrap_or(text))
        }),
        ("trimsuffix", [text, cut]) => two(text, cut, |text, cut| {
            Symbolic::text(text.strip_suffix(cut).unwrap_or(text))
        }),
        ("trim", [text, set]) => two(text, set, |text, set| {
            Symbolic::text(text.trim_matches(|c| set.contains(c)))
        }),
        ("startswith", [text, part]) => two(text, part, |text, part| {
            Symbolic::Bool(text.starts_with(part))
        }),
        ("endswith", [text, part]) => two(text, part, |text, part| {
            Symbolic::Bool(text.ends_with(part))
        }),
        ("strcontains", [text, part]) => {
            two(text, part, |text, part| Symbolic::Bool(text.contains(part)))
        }
        ("basename", [text]) => of(text, |text| {
            text.trim_end_matches('/')
                .rsplit('/')
                .next()
                .unwrap_or_default()
                .to_owned()
        }),
        ("dirname", [text]) => of(text, |text| {
            text.rsplit_once('/')
                .map_or(".", |(directory, _)| directory)
                .to_owned()
        }),
        ("split", [separator, text]) => two(separator, text, split),
        ("join", [separator, lists @ ..]) => join(separator, lists),
        ("substr", [text, offset, length]) => substr(text, offset, length),
        ("replace", [text, from, to]) => replace(text, from, to),
        ("indent", [spaces, text]) => indent(spaces, text),
        ("regex", [pattern, text]) => {
            matches(pattern, text).and_then(|found| found.into_iter().next().ok_or(Invalid))
        }
        ("regexall", [pattern, text]) => matches(pattern, text).map(Symbolic::list),
        _ => return None,
    })
}

fn of(value: &Symbolic, make: impl FnOnce(&str) -> String) -> Outcome {
    value
        .string()
        .map(|text| Symbolic::text(make(&text)))
        .ok_or(Invalid)
}

fn two(a: &Symbolic, b: &Symbolic, make: impl FnOnce(&str, &str) -> Symbolic) -> Outcome {
    Ok(make(
        &a.string().ok_or(Invalid)?,
        &b.string().ok_or(Invalid)?,
    ))
}

fn title(text: &str) -> String {
    let mut start = true;
    let letter = |c: char| {
        let upper = std::mem::replace(&mut start, !c.is_alphanumeric());
        if upper {
            c.to_uppercase().collect::<String>()
        } else {
            c.to_string()
        }
    };
    text.chars().map(letter).collect()
}

fn split(separator: &str, text: &str) -> Symbolic {
    if separator.is_empty() {
        return Symbolic::list(
            text.chars()
                .map(|c| Symbolic::text(c.to_string()))
                .collect(),
        );
    }
    Symbolic::list(text.split(separator).map(Symbolic::text).collect())
}

fn join(separator: &Symbolic, lists: &[Symbolic]) -> Outcome {
    let mut parts: Vec<Rc<str>> = Vec::new();
    for list in lists {
        for item in list.items().ok_or(Invalid)? {
            parts.push(item.string().ok_or(Invalid)?);
        }
    }
    Ok(Symbolic::text(
        parts.join(&*separator.string().ok_or(Invalid)?),
    ))
}

/// A part by offset and length in characters; a negative offset counts from the end, the length -1 means the rest.
fn substr(text: &Symbolic, offset: &Symbolic, length: &Symbolic) -> Outcome {
    let (text, offset, length) = (
        text.string().ok_or(Invalid)?,
        offset.integer().ok_or(Invalid)?,
        length.integer().ok_or(Invalid)?,
    );
    let all = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let start = if offset < 0 {
        (all + offset).max(0)
    } else {
        offset
    };
    let take = usize::try_from(length).unwrap_or(usize::MAX);
    Ok(Symbolic::text(
        text.chars()
            .skip(usize::try_from(start).unwrap_or(0))
            .take(take)
            .collect::<String>(),
    ))
}

/// A pattern between slashes is a regular expression; in its replacement `$1` and `${name}` mean groups.
fn replace(text: &Symbolic, from: &Symbolic, to: &Symbolic) -> Outcome {
    let (text, from, to) = (
        text.string().ok_or(Invalid)?,
        from.string().ok_or(Invalid)?,
        to.string().ok_or(Invalid)?,
    );
    let pattern = from
        .strip_prefix('/')
        .and_then(|inner| inner.strip_suffix('/'));
    match pattern {
        Some(pattern) => Ok(Symbolic::text(
            Regex::new(pattern)
                .map_err(|_| Invalid)?
                .replace_all(&text, &*to),
        )),
        None if from.is_empty() && text.len().saturating_mul(to.len()) > 1 << 20 => {
            Ok(Symbolic::unknown())
        }
        None => Ok(Symbolic::text(text.replace(&*from, &to))),
    }
}

fn indent(spaces: &Symbolic, text: &Symbolic) -> Outcome {
    let (spaces, text) = (
        spaces.size().filter(|count| *count <= 256).ok_or(Invalid)?,
        text.string().ok_or(Invalid)?,
    );
    Ok(Symbolic::text(
        text.replace('\n', &format!("\n{}", " ".repeat(spaces))),
    ))
}

/// All matches: texts without groups, lists of groups, or maps of named groups.
fn matches(pattern: &Symbolic, text: &Symbolic) -> Result<Vec<Symbolic>, Invalid> {
    let (pattern, text) = (
        pattern.string().ok_or(Invalid)?,
        text.string().ok_or(Invalid)?,
    );
    let regex = Regex::new(&pattern).map_err(|_| Invalid)?;
    let group = |found: &Captures<'_>, n: usize| {
        found
            .get(n)
            .map_or(Symbolic::Null, |group| Symbolic::text(group.as_str()))
    };
    let names: Vec<Option<&str>> = regex.capture_names().skip(1).collect();
    let value = |found: Captures<'_>| {
        if names.is_empty() {
            return group(&found, 0);
        }
        if names.iter().all(Option::is_some) {
            return Symbolic::map(
                names
                    .iter()
                    .enumerate()
                    .filter_map(|(n, name)| Some(((*name)?.to_owned(), group(&found, n + 1))))
                    .collect(),
            );
        }
        Symbolic::list((1..=names.len()).map(|n| group(&found, n)).collect())
    };
    Ok(regex.captures_iter(&text).map(value).collect())
}
