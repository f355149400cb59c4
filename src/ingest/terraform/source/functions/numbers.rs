//! Functions of known numbers.

use super::{Family, all};
use crate::ingest::terraform::source::symbolic::{Budget, Invalid, Outcome, Symbolic};

pub(super) const FUNCTIONS: Family = &[
    all("abs", |_, numbers| of(numbers, f64::abs)),
    all("ceil", |_, numbers| of(numbers, f64::ceil)),
    all("floor", |_, numbers| of(numbers, f64::floor)),
    all("signum", |_, numbers| {
        of(
            numbers,
            |number| if number == 0.0 { 0.0 } else { number.signum() },
        )
    }),
    all("pow", |_, numbers| two(numbers, f64::powf)),
    all("log", |_, numbers| two(numbers, f64::log)),
    all("max", |_, numbers| fold(numbers, f64::max)),
    all("min", |_, numbers| fold(numbers, f64::min)),
    all("sum", |_, lists| match lists {
        [list] => fold(list.items().ok_or(Invalid)?, |a, b| a + b),
        _ => Err(Invalid),
    }),
    all("parseint", parseint),
];

fn finite(number: f64) -> Outcome {
    if number.is_finite() {
        Ok(Symbolic::Number(number))
    } else {
        Err(Invalid)
    }
}

fn of(arguments: &[Symbolic], make: impl FnOnce(f64) -> f64) -> Outcome {
    match arguments {
        [value] => finite(make(value.number().ok_or(Invalid)?)),
        _ => Err(Invalid),
    }
}

fn two(arguments: &[Symbolic], make: impl FnOnce(f64, f64) -> f64) -> Outcome {
    match arguments {
        [a, b] => finite(make(a.number().ok_or(Invalid)?, b.number().ok_or(Invalid)?)),
        _ => Err(Invalid),
    }
}

fn fold(values: &[Symbolic], make: impl Fn(f64, f64) -> f64) -> Outcome {
    let mut out: Option<f64> = None;
    for value in values {
        let number = value.number().ok_or(Invalid)?;
        out = Some(out.map_or(number, |so_far| make(so_far, number)));
    }
    out.map(Symbolic::Number).ok_or(Invalid)
}

fn parseint(_: &Budget, arguments: &[Symbolic]) -> Outcome {
    let [text, base] = arguments else {
        return Err(Invalid);
    };
    let base = base
        .integer()
        .and_then(|base| u32::try_from(base).ok())
        .filter(|base| (2..=36).contains(base))
        .ok_or(Invalid)?;
    let number = i64::from_str_radix(&text.string().ok_or(Invalid)?, base).map_err(|_| Invalid)?;
    #[expect(
        clippy::cast_precision_loss,
        reason = "numbers are held as floats throughout; above 2^53 they are rounded"
    )]
    Ok(Symbolic::Number(number as f64))
}
