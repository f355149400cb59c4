//! Functions of known numbers.

use crate::ingest::terraform::source::symbolic::{Invalid, Outcome, Symbolic};

pub(super) fn call(name: &str, arguments: &[Symbolic]) -> Option<Outcome> {
    Some(match (name, arguments) {
        ("abs", [number]) => of(number, f64::abs),
        ("ceil", [number]) => of(number, f64::ceil),
        ("floor", [number]) => of(number, f64::floor),
        ("signum", [number]) => of(
            number,
            |number| if number == 0.0 { 0.0 } else { number.signum() },
        ),
        ("pow", [base, exponent]) => exponent
            .number()
            .ok_or(Invalid)
            .and_then(|exponent| of(base, |base| base.powf(exponent))),
        ("log", [number, base]) => base
            .number()
            .ok_or(Invalid)
            .and_then(|base| of(number, |number| number.log(base))),
        ("max", numbers) => fold(numbers, f64::max),
        ("min", numbers) => fold(numbers, f64::min),
        ("sum", [list]) => list
            .items()
            .ok_or(Invalid)
            .and_then(|items| fold(items, |a, b| a + b)),
        ("parseint", [text, base]) => parseint(text, base),
        _ => return None,
    })
}

fn of(value: &Symbolic, make: impl FnOnce(f64) -> f64) -> Outcome {
    value
        .number()
        .map(make)
        .filter(|number| number.is_finite())
        .map(Symbolic::Number)
        .ok_or(Invalid)
}

fn fold(values: &[Symbolic], make: impl Fn(f64, f64) -> f64) -> Outcome {
    let numbers: Vec<f64> = values
        .iter()
        .map(|value| value.number().ok_or(Invalid))
        .collect::<Result<_, _>>()?;
    numbers
        .into_iter()
        .reduce(make)
        .map(Symbolic::Number)
        .ok_or(Invalid)
}

fn parseint(text: &Symbolic, base: &Symbolic) -> Outcome {
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
