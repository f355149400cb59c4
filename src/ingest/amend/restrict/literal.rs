//! Literals in Terraform's sources: those of an attribute, or of the local value that it names and nothing else does.

use super::super::AmendError;
use super::super::text::text_of;
use super::is_source;
use crate::ingest::File;
use hcl_edit::Span;
use hcl_edit::expr::{Expression, TraversalOperator};
use hcl_edit::parser::parse_body;
use std::ops::Range;
use std::sync::Arc;

/// A literal, or a list of literals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Literal {
    /// The file that holds it.
    pub path: Arc<str>,
    /// Its bytes.
    pub bytes: Range<usize>,
    /// What it says.
    pub values: Vec<String>,
    /// Whether it stands in the attribute itself.
    pub own: bool,
}

/// The literal of an attribute of a file.
pub(super) fn literal(
    value: &Expression,
    (path, attribute): (&Arc<str>, &str),
    files: &[File],
) -> Result<Literal, AmendError> {
    let refused = || AmendError::NoLiteral(attribute.to_owned());
    if let Some((bytes, values)) = said(value) {
        return Ok(Literal {
            path: path.clone(),
            bytes,
            values,
            own: true,
        });
    }
    let name = local(value).ok_or_else(refused)?;
    of_local(&name, folder(path), files)?.ok_or_else(refused)
}

/// The bytes and values of an expression that holds nothing but literals.
fn said(value: &Expression) -> Option<(Range<usize>, Vec<String>)> {
    let values = match value {
        Expression::String(own) => vec![own.as_str().to_owned()],
        Expression::Array(list) => {
            let each = list.iter().map(|one| one.as_str().map(str::to_owned));
            each.collect::<Option<Vec<_>>>()?
        }
        _ => return None,
    };
    Some((value.span()?, values))
}

/// `x` of `local.x`.
fn local(value: &Expression) -> Option<String> {
    let Expression::Traversal(own) = value else {
        return None;
    };
    let is_local =
        matches!(&own.expr, Expression::Variable(variable) if variable.as_str() == "local");
    match own.operators.as_slice() {
        [one] if is_local => match one.value() {
            TraversalOperator::GetAttr(name) => Some(name.as_str().to_owned()),
            _ => None,
        },
        _ => None,
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The literal of a local value; none where it is something else.
fn of_local(name: &str, module: &str, files: &[File]) -> Result<Option<Literal>, AmendError> {
    let (mut uses, mut found) = (0, None);
    for file in files {
        if !is_source(file) || folder(&file.path) != module {
            continue;
        }
        let text = text_of(file)?;
        uses += uses_of(text, &format!("local.{name}"));
        let Ok(body) = parse_body(text) else {
            continue;
        };
        let own = body
            .blocks()
            .filter(|block| block.ident.as_str() == "locals")
            .find_map(|block| said(&block.body.get_attribute(name)?.value));
        found = found.or(own.map(|(bytes, values)| Literal {
            path: file.path.clone(),
            bytes,
            values,
            own: false,
        }));
    }
    if uses > 1 {
        return Err(AmendError::Shared(format!("local.{name}")));
    }
    Ok(found)
}

/// How often a text names a value; what stands in comments counts as well.
fn uses_of(text: &str, name: &str) -> usize {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let is_whole = |at: &usize| {
        let before = text.get(..*at).and_then(|front| front.chars().next_back());
        let after = text.get(at + name.len()..);
        let after = after.and_then(|rest| rest.chars().next());
        !before.is_some_and(|c| part(c) || c == '.') && !after.is_some_and(part)
    };
    let places = text.match_indices(name).map(|(at, _)| at);
    places.filter(is_whole).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Kind;

    fn file(path: &str, text: &str) -> File {
        File {
            path: path.into(),
            bytes: text.as_bytes().to_vec(),
            kind: Some(Kind::Sources),
            ..File::default()
        }
    }

    /// What `x` of the first file rests on: its text, or why nothing.
    fn check(files: &[(&str, &str)], expected: Result<&str, &str>) {
        let files: Vec<File> = files.iter().map(|(path, text)| file(path, text)).collect();
        let body = parse_body(text_of(&files[0]).unwrap()).unwrap();
        let value = &body.get_attribute("x").unwrap().value;
        let found = literal(value, (&files[0].path, "x"), &files);
        let found = found.map(|own| {
            let own_file = files.iter().find(|file| file.path == own.path).unwrap();
            let text = text_of(own_file).unwrap();
            text.get(own.bytes).unwrap().to_owned()
        });
        let found = found.map_err(|why| why.to_string());
        assert_eq!(found.as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn a_literal_is_its_own_or_that_of_a_local_of_one_use() {
        let none = Err(
            "`x` is neither a literal nor a local value that is one: what it comes from may serve others",
        );
        let shared = Err("`local.a` is used elsewhere as well");
        check(&[("m.tf", "x = \"a\"")], Ok("\"a\""));
        check(&[("m.tf", "x = [\"a\", \"b\"]")], Ok("[\"a\", \"b\"]"));
        check(&[("m.tf", "x = [\"a\", local.b]")], none);
        check(&[("m.tf", "x = \"${var.a}/8\"")], none);
        check(&[("m.tf", "x = var.a")], none);
        check(&[("m.tf", "x = local.a.b")], none);
        let locals = ("l.tf", "locals {\n  a = [\"c\"]\n}\n");
        check(&[("m.tf", "x = local.a"), locals], Ok("[\"c\"]"));
        check(
            &[("m.tf", "x = local.a"), ("l.tf", "locals {\n  a = f()\n}")],
            none,
        );
        check(&[("m.tf", "x = local.a\ny = local.a"), locals], shared);
        check(
            &[("m.tf", "x = local.a"), locals, ("o.tf", "z = local.a[0]")],
            shared,
        );
        // Another name, and another module.
        check(
            &[("m.tf", "x = local.a"), locals, ("o.tf", "z = local.ab")],
            Ok("[\"c\"]"),
        );
        check(
            &[("m.tf", "x = local.a"), locals, ("n/o.tf", "z = local.a")],
            Ok("[\"c\"]"),
        );
    }
}
