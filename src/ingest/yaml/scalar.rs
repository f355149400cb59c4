//! What a plain scalar means: YAML 1.1 as go.yaml.in/yaml v2 resolves it (resolve.go), which kubectl and Helm use.

/// What a scalar is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Meaning {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text,
}

/// The meaning of a scalar that is neither quoted nor a block.
pub(super) fn plain(text: &str) -> Meaning {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Meaning::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Meaning::Bool(true);
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Meaning::Bool(false);
        }
        _ => {}
    }
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
        return Meaning::Text;
    }
    number(text)
}

fn number(text: &str) -> Meaning {
    let bare = text.replace('_', "");
    if let Some(integer) = integer(&bare) {
        return match i64::try_from(integer) {
            Ok(integer) => Meaning::Integer(integer),
            #[expect(
                clippy::cast_precision_loss,
                reason = "beyond 64 bits only the size matters, to tell that it fits nothing"
            )]
            Err(_) => Meaning::Float(integer as f64),
        };
    }
    match text {
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Meaning::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Meaning::Float(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => Meaning::Float(f64::NAN),
        _ if is_decimal(&bare) => bare.parse().map_or(Meaning::Text, Meaning::Float),
        _ => Meaning::Text,
    }
}

/// Go's `strconv.ParseInt` with base 0: the prefix tells the base, and a leading zero means octal.
fn integer(text: &str) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_ascii_lowercase();
    let (digits, base) = match lower.as_str() {
        rest if rest.starts_with("0x") => (rest.get(2..)?, 16),
        rest if rest.starts_with("0b") => (rest.get(2..)?, 2),
        rest if rest.starts_with("0o") => (rest.get(2..)?, 8),
        rest if rest.starts_with('0') && rest.len() > 1 => (rest.get(1..)?, 8),
        rest => (rest, 10),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(base)) {
        return None;
    }
    i128::from_str_radix(digits, base)
        .ok()
        .map(|value| if negative { -value } else { value })
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = unsigned
        .split_once(['e', 'E'])
        .map_or((unsigned, None), |(mantissa, rest)| (mantissa, Some(rest)));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent_holds = exponent.is_none_or(|rest| {
        let rest = rest.strip_prefix(['-', '+']).unwrap_or(rest);
        !rest.is_empty() && digits(rest)
    });
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent_holds
}

#[cfg(test)]
mod tests {
    use super::{Meaning::*, *};

    #[test]
    fn table() {
        let cases = [
            ("yes", Bool(true)),
            ("Off", Bool(false)),
            ("y", Bool(true)),
            ("yEs", Text),
            ("tRue", Text),
            ("", Null),
            ("~", Null),
            ("NULL", Null),
            ("nULL", Text),
            ("80", Integer(80)),
            ("0777", Integer(511)),
            ("0o17", Integer(15)),
            ("0x1F", Integer(31)),
            ("0b11", Integer(3)),
            ("-0x10", Integer(-16)),
            ("+7", Integer(7)),
            ("1_000", Integer(1000)),
            ("089", Float(89.0)),
            ("0", Integer(0)),
            ("1.5", Float(1.5)),
            ("1e3", Float(1000.0)),
            (".5", Float(0.5)),
            ("5.", Float(5.0)),
            ("-.inf", Float(f64::NEG_INFINITY)),
            ("1.2.3", Text),
            ("10.0.0.0/8", Text),
            ("8o80", Text),
            ("-", Text),
            (".", Text),
            ("1e", Text),
            ("0x", Text),
            ("2001-01-01", Text),
            ("1:30", Text),
            ("99999999999999999999", Float(1e20)),
            ("+-1", Text),
        ];
        for (text, meaning) in cases {
            assert_eq!(plain(text), meaning, "{text}");
        }
    }
}
