//! `format` and `formatlist` (terraform docs, "format Function").

use crate::ingest::terraform::source::symbolic::{Invalid, Outcome, Symbolic};

pub(super) fn call(name: &str, arguments: &[Symbolic]) -> Option<Outcome> {
    let (template, values) = arguments.split_first()?;
    Some(match name {
        "format" => format(template, &values.iter().collect::<Vec<_>>()),
        "formatlist" => formatlist(template, values),
        _ => return None,
    })
}

/// Lists advance together; other values repeat.
fn formatlist(template: &Symbolic, values: &[Symbolic]) -> Outcome {
    let length = values
        .iter()
        .filter_map(Symbolic::items)
        .map(<[_]>::len)
        .max()
        .unwrap_or(1);
    let row = |n: usize| {
        let cell = |value| match Symbolic::items(value) {
            Some(items) => items.get(n).ok_or(Invalid),
            None => Ok(value),
        };
        format(
            template,
            &values.iter().map(cell).collect::<Result<Vec<_>, _>>()?,
        )
    };
    (0..length)
        .map(row)
        .collect::<Result<_, _>>()
        .map(Symbolic::list)
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
fn format(template: &Symbolic, values: &[&Symbolic]) -> Outcome {
    let template = template.string().ok_or(Invalid)?;
    let mut out = String::new();
    let mut rest = template.chars().peekable();
    let mut next = 0;
    while let Some(c) = rest.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        if rest.next_if_eq(&'%').is_some() {
            out.push('%');
            continue;
        }
        let mut verb = Verb::default();
        while let Some(flag) = rest.next_if(|c| "0-+#".contains(*c)) {
            match flag {
                '0' => verb.zero = true,
                '-' => verb.left = true,
                '+' => verb.plus = true,
                _ => verb.sharp = true,
            }
        }
        verb.width = digits(&mut rest);
        if rest.next_if_eq(&'.').is_some() {
            verb.precision = Some(digits(&mut rest).unwrap_or(0));
        }
        if rest.next_if_eq(&'[').is_some() {
            next = digits(&mut rest)
                .and_then(|n| n.checked_sub(1))
                .ok_or(Invalid)?;
            rest.next_if_eq(&']').ok_or(Invalid)?;
        }
        let letter = rest.next().ok_or(Invalid)?;
        let value = values.get(next).ok_or(Invalid)?;
        next += 1;
        match verb.write(letter, value)? {
            Some(text) => out.push_str(&text),
            None => return Ok(Symbolic::unknown()),
        }
    }
    Ok(Symbolic::text(out))
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
    /// None for a verb that is not known here.
    fn write(&self, letter: char, value: &Symbolic) -> Result<Option<String>, Invalid> {
        let text = match letter {
            's' | 'v' if self.sharp && value.string().is_none() => return Ok(None),
            's' | 'v' => value.string().ok_or(Invalid)?.to_string(),
            'd' => value.number().ok_or(Invalid)?.trunc().to_string(),
            't' => value.bool().ok_or(Invalid)?.to_string(),
            'q' => serde_json::Value::from(&*value.string().ok_or(Invalid)?).to_string(),
            'f' => format!(
                "{:.*}",
                self.precision.unwrap_or(6),
                value.number().ok_or(Invalid)?
            ),
            'x' => format!("{:x}", value.integer().ok_or(Invalid)?),
            'X' => format!("{:X}", value.integer().ok_or(Invalid)?),
            'o' => format!("{:o}", value.integer().ok_or(Invalid)?),
            'b' => format!("{:b}", value.integer().ok_or(Invalid)?),
            _ => return Ok(None),
        };
        let numeric = matches!(letter, 'd' | 'f' | 'x' | 'X' | 'o' | 'b');
        let text = if self.plus && numeric && !text.starts_with('-') {
            format!("+{text}")
        } else {
            text
        };
        let text = match self.precision {
            Some(most) if matches!(letter, 's' | 'v') => text.chars().take(most).collect(),
            _ => text,
        };
        Ok(Some(self.pad(text, numeric)))
    }

    fn pad(&self, text: String, numeric: bool) -> String {
        let missing = self.width.unwrap_or(0).saturating_sub(text.chars().count());
        if self.left {
            return text + &" ".repeat(missing);
        }
        if self.zero && numeric {
            let sign = text.strip_prefix(['-', '+']).map_or(0, |_| 1);
            let (sign, number) = text.split_at_checked(sign).unwrap_or(("", &text));
            return format!("{sign}{}{number}", "0".repeat(missing));
        }
        " ".repeat(missing) + &text
    }
}
