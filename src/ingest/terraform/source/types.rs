//! Type constraints of variables, and conversion to them (terraform docs, "Type constraints").

use super::evaluator::Evaluator;
use super::functions::text;
use super::scope::Scope;
use super::symbolic::{Failure, Invalid, Outcome, Symbolic};
use hcl_edit::expr::{Expression, FuncCall, ObjectKey};

/// A value as a variable of that type holds it: converted, without attributes that the type does not name, and with the
/// defaults of optional ones.
pub(super) fn convert(
    evaluator: &Evaluator<'_>,
    value: &Symbolic,
    constraint: &Expression,
) -> Outcome {
    evaluator.deeper(|| match (constraint, value) {
        (
            _,
            Symbolic::Null | Symbolic::Draft(_) | Symbolic::Attribute(_) | Symbolic::Unknown(_),
        ) => Ok(value.clone()),
        (Expression::Variable(name), _) => primitive(evaluator, name.as_str(), value),
        (Expression::FuncCall(call), _) => constructed(evaluator, value, call),
        _ => Ok(value.clone()),
    })
}

fn primitive(evaluator: &Evaluator<'_>, name: &str, value: &Symbolic) -> Outcome {
    match name {
        "string" => text(&evaluator.budget, value),
        "number" => value.number().map(Symbolic::Number).ok_or(Invalid),
        "bool" => value.bool().map(Symbolic::Bool).ok_or(Invalid),
        _ => Ok(value.clone()),
    }
}

fn constructed(evaluator: &Evaluator<'_>, value: &Symbolic, call: &FuncCall) -> Outcome {
    let Some(inner) = call.args.get(0) else {
        return Ok(value.clone());
    };
    match call.name.name.as_str() {
        "list" | "set" => {
            let items = value
                .items()
                .ok_or(Invalid)?
                .iter()
                .map(|item| convert(evaluator, item, inner));
            let budget = &evaluator.budget;
            if call.name.name.as_str() == "set" {
                let made = items.collect::<Result<Vec<_>, Failure>>()?;
                budget.set(made)
            } else {
                budget.try_sequence(items, value.ordered())
            }
        }
        "map" => {
            let whole = fields(evaluator, value)?;
            let Some(fields) = whole.as_ref().and_then(Symbolic::fields) else {
                return Ok(value.clone());
            };
            let converted = fields
                .iter()
                .map(|(key, item)| Ok((key, convert(evaluator, item, inner)?)));
            evaluator.budget.try_map(converted)
        }
        "tuple" => {
            let (Expression::Array(types), Some(items)) = (inner, value.items()) else {
                return Ok(value.clone());
            };
            let converted = types
                .iter()
                .zip(items)
                .map(|(own, item)| convert(evaluator, item, own));
            evaluator.budget.try_list(converted)
        }
        "object" => object(evaluator, value, inner),
        _ => Ok(value.clone()),
    }
}

fn fields(evaluator: &Evaluator<'_>, value: &Symbolic) -> Result<Option<Symbolic>, Failure> {
    Ok(match value {
        Symbolic::Map(_) => Some(value.clone()),
        Symbolic::Module(realm) => Some(evaluator.whole(*realm)?),
        Symbolic::Resource(_) => None,
        _ => return Err(Invalid),
    })
}

fn object(evaluator: &Evaluator<'_>, value: &Symbolic, constraint: &Expression) -> Outcome {
    let Expression::Object(attributes) = constraint else {
        return Ok(value.clone());
    };
    let mut out = Vec::new();
    for (key, own) in attributes {
        let name = match key {
            ObjectKey::Ident(name) => name.as_str(),
            ObjectKey::Expression(Expression::Variable(name)) => name.as_str(),
            ObjectKey::Expression(Expression::String(name)) => name.as_str(),
            ObjectKey::Expression(_) => continue,
        };
        let (constraint, default) = optional(own.expr());
        let given = match value {
            Symbolic::Map(fields) => fields.get(name).cloned(),
            _ => match evaluator.attribute(value, name) {
                Ok(value) => Some(value),
                Err(Invalid) => None,
                Err(Failure::Exhausted) => return Err(Failure::Exhausted),
            },
        };
        let given = match (given, default) {
            (None | Some(Symbolic::Null), Some(Some(default))) => {
                evaluator.eval(default, &Scope::module(0))?
            }
            (None, Some(None)) => Symbolic::Null,
            (given, _) => given.ok_or(Invalid)?,
        };
        out.push((name, convert(evaluator, &given, constraint)?));
    }
    evaluator.budget.map(out)
}

/// The type of an attribute; and where it is optional, its default if it has one.
fn optional(constraint: &Expression) -> (&Expression, Option<Option<&Expression>>) {
    match constraint {
        Expression::FuncCall(call) if call.name.name.as_str() == "optional" => {
            match call.args.get(0) {
                Some(inner) => (inner, Some(call.args.get(1))),
                None => (constraint, Some(None)),
            }
        }
        _ => (constraint, None),
    }
}
