//! The functions of rules, with the names that CEL and Kubernetes give them.

use super::super::comparison::Comparison;
use super::super::nearest::suggestion;
use super::super::operand;
use super::super::value::Value;
use super::checking::{Checked, Checking, Mistake};
use super::expression::{Expression, TextTest, Type};
use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue};

/// Every function that may be called, as a method where it has a dot.
const KNOWN: [&str; 13] = [
    "size",
    "ip",
    "cidr",
    "startsWith",
    "endsWith",
    "contains",
    "matches",
    "containsIP",
    "containsCIDR",
    "within",
    "overlaps",
    "exists",
    "all",
];

/// Checks a call.
pub(super) fn check(checker: &mut impl Checking, one: &IdedExpr, call: &CallExpr) -> Checked {
    let name = call.func_name.as_str();
    match (name, call.target.as_deref(), call.args.as_slice()) {
        ("size", None, [list]) | ("size", Some(list), []) => size(checker, list),
        ("ip" | "cidr", None, [text]) => address(checker, name, text),
        ("matches", Some(text), [pattern]) | ("matches", None, [text, pattern]) => {
            let text = checker.typed(text, Type::Text)?;
            let pattern_text = literal(checker, pattern)?;
            let regex = operand::regex(pattern_text).map_err(|why| checker.wrong(pattern, why))?;
            Ok((
                Expression::Test(text, Comparison::Matches(regex)),
                Type::Flag,
            ))
        }
        ("startsWith", Some(a), [b]) => text(checker, TextTest::Begins, a, b),
        ("endsWith", Some(a), [b]) => text(checker, TextTest::Ends, a, b),
        ("contains", Some(a), [b]) => text(checker, TextTest::Holds, a, b),
        ("containsIP" | "containsCIDR", Some(outer), [inner]) => {
            let outer = addresses(checker, outer)?;
            let inner = addresses(checker, inner)?;
            Ok((Expression::Among(true, inner, outer), Type::Flag))
        }
        ("within" | "overlaps", Some(own), [other]) => among(checker, name == "within", own, other),
        (name, _, _) if KNOWN.contains(&name) => {
            let why =
                format!("`{name}` is called with something else: docs/writing-rules.md says how");
            Err(checker.wrong(one, why))
        }
        (name, _, _) if name.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            let meant = suggestion(name, &KNOWN);
            Err(checker.wrong(one, format!("`{name}` is no function here: {meant}")))
        }
        (name, _, _) => {
            let operator = name.replace('_', "");
            let why = format!("`{operator}` is no part of rules: facts are compared, not computed");
            Err(checker.wrong(one, why))
        }
    }
}

fn size(checker: &mut impl Checking, list: &IdedExpr) -> Checked {
    let (checked, own) = checker.check(list)?;
    if own.element().is_none() {
        let why = format!("`size` of {}: expected a list", own.name());
        return Err(checker.wrong(list, why));
    }
    Ok((Expression::Size(Box::new(checked)), Type::Number))
}

/// `ip('10.0.0.1')`, `cidr('10.0.0.0/16')`: their texts stand in the rule, so that they are checked before it runs.
fn address(checker: &mut impl Checking, name: &str, at: &IdedExpr) -> Checked {
    let text = literal(checker, at)?;
    let set = operand::block(text).map_err(|why| checker.wrong(at, why))?;
    if (name == "ip") == text.contains('/') {
        let expected = match name {
            "ip" => "one address, as 10.0.0.1",
            _ => "a block, as 10.0.0.0/16",
        };
        return Err(checker.wrong(at, format!("`{text}` in `{name}()`: expected {expected}")));
    }
    Ok((Expression::Constant(Value::Addresses(set)), Type::Addresses))
}

fn text(checker: &mut impl Checking, how: TextTest, a: &IdedExpr, b: &IdedExpr) -> Checked {
    let a = checker.typed(a, Type::Text)?;
    let b = checker.typed(b, Type::Text)?;
    Ok((Expression::Text(how, a, b), Type::Flag))
}

fn among(checker: &mut impl Checking, whole: bool, own: &IdedExpr, other: &IdedExpr) -> Checked {
    let (checked, kind) = checker.check(own)?;
    let checked = Box::new(checked);
    if kind == Type::Traffic {
        let named = literal(checker, other)?;
        let named = operand::packets(named).map_err(|why| checker.wrong(other, why))?;
        let test = if whole {
            Comparison::WithinTraffic(named)
        } else {
            Comparison::OverlapsTraffic(named)
        };
        return Ok((Expression::Test(checked, test), Type::Flag));
    }
    if kind != Type::Addresses {
        let why = format!("this is {}: expected addresses or traffic", kind.name());
        return Err(checker.wrong(own, why));
    }
    let other = addresses(checker, other)?;
    Ok((Expression::Among(whole, checked, other), Type::Flag))
}

/// Addresses: a field, `ip()`, `cidr()`, or a text that is one.
fn addresses(checker: &mut impl Checking, at: &IdedExpr) -> Result<Box<Expression>, Mistake> {
    if let Expr::Literal(LiteralValue::String(text)) = &at.expr {
        let set = operand::block(text.inner()).map_err(|why| checker.wrong(at, why))?;
        return Ok(Box::new(Expression::Constant(set.into())));
    }
    checker.typed(at, Type::Addresses)
}

/// A text that stands in the rule itself.
fn literal<'e>(checker: &impl Checking, at: &'e IdedExpr) -> Result<&'e str, Mistake> {
    match &at.expr {
        Expr::Literal(LiteralValue::String(text)) => Ok(text.inner()),
        _ => Err(checker.wrong(at, "expected a text in quotes")),
    }
}
