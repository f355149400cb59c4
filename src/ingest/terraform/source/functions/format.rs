//! `format` and `formatlist` (terraform docs, "format Function").

use super::{Family, all, open};
use crate::ingest::terraform::source::symbolic::{
    Budget, Failure, Invalid, Outcome, Symbolic, Writer,
};
use std::fmt::Write as _;

pub(super) const FUNCTIONS: Family = &[
    all("format", |budget, arguments| {
        let (template, values) = arguments.split_first().ok_or(Invalid)?;
        format(budget, template, &values.iter().collect::<Vec<_>>())
    }),
    all("formatlist", formatlist),
];

/// Lists advance together; other values repeat.
fn formatlist(budget: &Budget, arguments: &[Symbolic]) -> Outcome {
    let (template, values) = arguments.split_first().ok_or(Invalid)?;
    let is_list = |value: &Symbolic| value.items().is_some() || value.string().is_some();
    if !values.iter().all(|value| is_list(value) && value.ordered()) {
        return open(budget, arguments);
    }
    let lists = values.iter().filter_map(Symbolic::items);
    let length = lists.map(<[_]>::len).max().unwrap_or(1);
    let row = |n: usize| {
        budget.read(template)?;
        budget.visit(values.len())?;
        let cell = |value| match Symbolic::items(value) {
            Some(items) => items.get(n).ok_or(Invalid),
            None => Ok(value),
        };
        let cells = values.iter().map(cell).collect::<Result<Vec<_>, _>>()?;
        format(budget, template, &cells)
    };
    budget.try_list((0..length).map(row))
}

/// One verb: `%[flags][width][.precision][[index]]letter`.
#[derive(Default)]
struct Verb {
    zero: bool,
    left: bool,
    plus: bool,
    sharp: bool,
    width: Option<usize>,
    precision: Option<usize>,
}

/// A template with verbs. Those that are rare make the whole unknown.
fn format(budget: &Budget, template: &Symbolic, values: &[&Symbolic]) -> Outcome {
    let Some(text) = template.string() else {
        return open(budget, values.iter().copied().chain([template]));
    };
    let mut out = budget.drafter();
    let mut rest = text.chars().peekable();
    let mut next = 0;
    while let Some(c) = rest.next() {
        if c != '%' {
            out.writer().chars([c])?;
            continue;
        }
        if rest.next_if_eq(&'%').is_some() {
            out.push("%")?;
            continue;
        }
        let verb = Verb::read(&mut rest);
        if rest.next_if_eq(&'[').is_some() {
            next = digits(&mut rest)
                .and_then(|n| n.checked_sub(1))
                .ok_or(Invalid)?;
            rest.next_if_eq(&']').ok_or(Invalid)?;
        }
        let letter = rest.next().ok_or(Invalid)?;
        let value = values.get(next).ok_or(Invalid)?;
        next += 1;
        if !value.is_known() && letter == 's' && verb.is_plain() {
            out.value(value)?;
        } else if !value.is_known() || !verb.write(letter, value, out.writer())? {
            return Ok(budget.some_of(values.iter().copied()));
        }
    }
    Ok(out.text_or_attribute())
}

fn digits(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<usize> {
    let mut out = None;
    while let Some(digit) = rest.peek().and_then(|c| c.to_digit(10)) {
        rest.next();
        out = Some((out.unwrap_or(0) * 10 + digit as usize).min(4096));
    }
    out
}

impl Verb {
    /// Flags, width and precision.
    fn read(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Verb {
        let mut verb = Verb::default();
        while let Some(flag) = rest.next_if(|c| "0-+#".contains(*c)) {
            match flag {
                '0' => verb.zero = true,
                '-' => verb.left = true,
                '+' => verb.plus = true,
                _ => verb.sharp = true,
            }
        }
        verb.width = digits(rest);
        if rest.next_if_eq(&'.').is_some() {
            verb.precision = Some(digits(rest).unwrap_or(0));
        }
        verb
    }

    /// Whether it writes a text as it stands.
    fn is_plain(&self) -> bool {
        self.width.is_none() && self.precision.is_none()
    }

    /// False for a verb that is not known here.
    fn write(&self, letter: char, value: &Symbolic, out: &mut Writer<'_>) -> Result<bool, Failure> {
        if matches!(letter, 's' | 'v') {
            let Some(text) = value.string() else {
                return if self.sharp { Ok(false) } else { Err(Invalid) };
            };
            let most = self.precision.unwrap_or(usize::MAX);
            let end = text
                .char_indices()
                .nth(most)
                .map_or(text.len(), |(at, _)| at);
            self.pad(text.get(..end).unwrap_or_default(), false, out)?;
            return Ok(true);
        }
        let text = match letter {
            'd' => value.number().ok_or(Invalid)?.trunc().to_string(),
            't' => value.bool().ok_or(Invalid)?.to_string(),
            'q' => return self.quoted(&value.string().ok_or(Invalid)?, out),
            'f' => {
                let precision = self.precision.unwrap_or(6);
                format!("{:.*}", precision, value.number().ok_or(Invalid)?)
            }
            'x' => format!("{:x}", value.integer().ok_or(Invalid)?),
            'X' => format!("{:X}", value.integer().ok_or(Invalid)?),
            'o' => format!("{:o}", value.integer().ok_or(Invalid)?),
            'b' => format!("{:b}", value.integer().ok_or(Invalid)?),
            _ => return Ok(false),
        };
        let numeric = letter != 't';
        let sign = if self.plus && numeric && !text.starts_with('-') {
            "+"
        } else {
            ""
        };
        self.pad(&format!("{sign}{text}"), numeric, out)?;
        Ok(true)
    }

    fn quoted(&self, text: &str, out: &mut Writer<'_>) -> Result<bool, Failure> {
        let mut quoted = out.another();
        write!(quoted, "{}", serde_json::Value::from(text)).map_err(|_| Failure::Exhausted)?;
        self.pad(quoted.written(), false, out)?;
        Ok(true)
    }

    fn pad(&self, text: &str, numeric: bool, out: &mut Writer<'_>) -> Result<(), Failure> {
        let width = self.width.unwrap_or(0);
        let missing = match width {
            0 => 0,
            width => width.saturating_sub(text.chars().count()),
        };
        if self.left {
            out.push(text)?;
            return out.repeat(" ", missing);
        }
        if self.zero && numeric {
            let sign = text.strip_prefix(['-', '+']).map_or(0, |_| 1);
            let (sign, number) = text.split_at_checked(sign).unwrap_or(("", text));
            out.push(sign)?;
            out.repeat("0", missing)?;
            return out.push(number);
        }
        out.repeat(" ", missing)?;
        out.push(text)
    }
}
