//! Functions of known texts.

use super::{Family, all};
use crate::ingest::terraform::source::symbolic::{
    Budget, Failure, Invalid, Outcome, Symbolic, Text,
};

pub(super) const FUNCTIONS: Family = &[
    all("lower", |budget, texts| {
        spelled(budget, texts, |text| {
            text.chars().flat_map(char::to_lowercase)
        })
    }),
    all("upper", |budget, texts| {
        spelled(budget, texts, |text| {
            text.chars().flat_map(char::to_uppercase)
        })
    }),
    all("strrev", |budget, texts| {
        spelled(budget, texts, |text| text.chars().rev())
    }),
    all("title", title),
    all("trimspace", |budget, texts| part(budget, texts, str::trim)),
    all("chomp", |budget, texts| {
        part(budget, texts, |text| text.trim_end_matches(['\r', '\n']))
    }),
    all("basename", |budget, texts| {
        part(budget, texts, |text| {
            let text = text.trim_end_matches('/');
            text.rsplit('/').next().unwrap_or_default()
        })
    }),
    all("dirname", |budget, texts| {
        part(budget, texts, |text| {
            text.rsplit_once('/')
                .map_or(".", |(directory, _)| directory)
        })
    }),
    all("trimprefix", |budget, texts| {
        let [text, cut] = known(texts)?;
        budget.text(text.strip_prefix(&*cut).unwrap_or(&text))
    }),
    all("trimsuffix", |budget, texts| {
        let [text, cut] = known(texts)?;
        budget.text(text.strip_suffix(&*cut).unwrap_or(&text))
    }),
    all("trim", trim),
    all("startswith", |_, texts| {
        let [text, part] = known(texts)?;
        Ok(Symbolic::Bool(text.starts_with(&*part)))
    }),
    all("endswith", |_, texts| {
        let [text, part] = known(texts)?;
        Ok(Symbolic::Bool(text.ends_with(&*part)))
    }),
    all("strcontains", |_, texts| {
        let [text, part] = known(texts)?;
        Ok(Symbolic::Bool(text.contains(&*part)))
    }),
    all("split", split),
    all("substr", substr),
    all("indent", indent),
];

/// The arguments as texts.
pub(super) fn known<const N: usize>(arguments: &[Symbolic]) -> Result<[Text; N], Failure> {
    let texts = arguments
        .iter()
        .map(|argument| argument.string().ok_or(Invalid));
    let texts = texts.collect::<Result<Vec<_>, _>>()?;
    texts.try_into().map_err(|_| Invalid)
}

/// A text of characters that are made from those of another.
fn spelled<'t, I: Iterator<Item = char>>(
    budget: &Budget,
    texts: &'t [Symbolic],
    make: impl FnOnce(&'t str) -> I,
) -> Outcome {
    let mut out = budget.writer();
    match texts {
        [Symbolic::Text(text)] => out.chars(make(text))?,
        // Numbers and booleans are short, and lower case already.
        [other] => out.push(&other.string().ok_or(Invalid)?)?,
        _ => return Err(Invalid),
    }
    Ok(out.text())
}

/// A part of a text.
fn part(budget: &Budget, texts: &[Symbolic], cut: impl FnOnce(&str) -> &str) -> Outcome {
    let [text] = known(texts)?;
    budget.text(cut(&text))
}

fn title(budget: &Budget, texts: &[Symbolic]) -> Outcome {
    let [text] = known(texts)?;
    let mut out = budget.writer();
    let mut start = true;
    for c in text.chars() {
        if std::mem::replace(&mut start, !c.is_alphanumeric()) {
            out.chars(c.to_uppercase())?;
        } else {
            out.chars([c])?;
        }
    }
    Ok(out.text())
}

fn trim(budget: &Budget, texts: &[Symbolic]) -> Outcome {
    let [text, set] = known(texts)?;
    budget.visit(text.len().saturating_mul(set.len()) / 64)?;
    budget.text(text.trim_matches(|c| set.contains(c)))
}

fn split(budget: &Budget, texts: &[Symbolic]) -> Outcome {
    let [separator, text] = known(texts)?;
    if separator.is_empty() {
        let mut buffer = [0; 4];
        let letters = text
            .chars()
            .map(|c| budget.text(c.encode_utf8(&mut buffer)));
        return budget.try_list(letters);
    }
    budget.try_list(text.split(&*separator).map(|part| budget.text(part)))
}

/// A part by offset and length in characters; a negative offset counts from the end, the length -1 means the rest.
fn substr(budget: &Budget, arguments: &[Symbolic]) -> Outcome {
    let [text, offset, length] = arguments else {
        return Err(Invalid);
    };
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
    let mut out = budget.writer();
    let start = usize::try_from(start).unwrap_or(0);
    out.chars(text.chars().skip(start).take(take))?;
    Ok(out.text())
}

fn indent(budget: &Budget, arguments: &[Symbolic]) -> Outcome {
    let [spaces, text] = arguments else {
        return Err(Invalid);
    };
    let (spaces, text) = (spaces.size().ok_or(Invalid)?, text.string().ok_or(Invalid)?);
    let mut out = budget.writer();
    for (n, line) in text.split('\n').enumerate() {
        if n > 0 {
            out.push("\n")?;
            out.repeat(" ", spaces)?;
        }
        out.push(line)?;
    }
    Ok(out.text())
}
