//! From the text of `when` to a checked program.

use super::super::field::Field;
use super::check::{Checker, NO_HAS};
use super::checking::{Checking, Mistake};
use super::evaluate::Program;
use super::expression::Type;
use cel::parser::{ParseErrors, Parser};

/// Longest expression, in bytes.
const LONGEST: usize = 4000;

/// How deep an expression may be nested.
const DEEPEST: u16 = 32;

/// Reads and checks an expression about facts with these fields.
pub(in crate::rules) fn read(text: &str, fields: &'static [Field]) -> Result<Program, Mistake> {
    if text.len() > LONGEST {
        let why = format!("the expression is longer than {LONGEST} bytes");
        return Err(Mistake::new(0, why));
    }
    let parser = Parser::new().max_recursion_depth(DEEPEST);
    let parsed = parser.parse_with_source_info(text);
    let (expression, source) = parsed.map_err(|errors| unreadable(text, &errors))?;
    let mut checker = Checker::new(fields, &source);
    let (checked, own) = checker.check(&expression)?;
    if own != Type::Flag {
        let why = format!(
            "the expression is {}: expected one that is true or false",
            own.name()
        );
        return Err(Mistake::new(checker.first(&expression), why));
    }
    Ok(Program::new(checked))
}

/// The parser's first complaint, in fewer words.
fn unreadable(text: &str, errors: &ParseErrors) -> Mistake {
    let Some(error) = errors.errors.first() else {
        return Mistake::new(0, "the expression is no CEL");
    };
    let said = error.msg.as_str();
    if said.contains("has()") {
        return Mistake::new(offset(text, error.pos), NO_HAS);
    }
    if said.contains("Recursion limit") {
        let why = format!("the expression is nested more than {DEEPEST} deep");
        return Mistake::new(0, why);
    }
    let said = said.trim_start_matches("Syntax error: ");
    let said = said.split(" expecting {").next().unwrap_or(said);
    let said = said.replace("'<EOF>'", "the end");
    let why = format!("the expression is no CEL: {said}");
    Mistake::new(offset(text, error.pos), why)
}

/// The byte at a line and column, both from 1.
fn offset(text: &str, (line, column): (isize, isize)) -> usize {
    let before = usize::try_from(line - 1).unwrap_or_default();
    let lines: usize = text.split_inclusive('\n').take(before).map(str::len).sum();
    lines + usize::try_from(column - 1).unwrap_or_default()
}
