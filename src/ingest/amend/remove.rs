//! Resources of Terraform that are one rule or one route, and that go.

use super::{AmendError, planned, text_of};
use crate::ingest::{File, Kind};
use crate::model::Origin;
use hcl_edit::Span;
use std::ops::Range;

/// Types of which each resource is one rule or one route.
const TYPES: &[&str] = &[
    "aws_route",
    "aws_security_group_rule",
    "aws_vpc_security_group_egress_rule",
    "aws_vpc_security_group_ingress_rule",
];

/// Takes a resource of the root module out of its sources, and out of the plan.
pub(super) fn remove(origin: &Origin, files: &mut [File]) -> Result<(), AmendError> {
    let refused = || AmendError::NotAlone(origin.address.clone());
    let (kind, name) = origin.address.split_once('.').ok_or_else(refused)?;
    if !TYPES.contains(&kind) || name.contains(['.', '[']) {
        return Err(refused());
    }
    let own = |file: &&File| file.kind == Some(Kind::Sources) && file.path.ends_with(".tf");
    let mut found = None;
    for file in files.iter().filter(own) {
        let text = text_of(file)?;
        if let Some(bytes) = block(text, kind, name) {
            found = Some((file.path.clone(), bytes));
        }
        if names(text, &origin.address) {
            return Err(refused());
        }
    }
    let (path, bytes) = found.ok_or_else(refused)?;
    for file in files.iter_mut().filter(|file| file.path == path) {
        let mut text = text_of(file)?.to_owned();
        text.replace_range(bytes.clone(), "");
        file.bytes = text.into_bytes();
    }
    planned::remove(files, kind, name);
    Ok(())
}

/// The lines of a resource that is no list of them, with the blank line before it.
fn block(text: &str, kind: &str, name: &str) -> Option<Range<usize>> {
    let body = hcl_edit::parser::parse_body(text).ok()?;
    let own = body.blocks().find(|block| {
        let labels: Vec<&str> = block.labels.iter().map(|label| label.as_str()).collect();
        block.ident.as_str() == "resource" && labels == [kind, name]
    })?;
    let repeats = ["for_each", "count"];
    if repeats.iter().any(|key| own.body.has_attribute(key)) {
        return None;
    }
    lines(text, own.span()?)
}

/// The lines of a block, with the blank line before it.
pub(super) fn lines(text: &str, whole: Range<usize>) -> Option<Range<usize>> {
    let start = text.get(..whole.start)?.rfind('\n').map_or(0, |at| at + 1);
    let start = if text.get(..start)?.ends_with("\n\n") {
        start - 1
    } else {
        start
    };
    let rest = text.get(whole.end..)?;
    let end = whole.end + rest.find('\n').map_or(rest.len(), |at| at + 1);
    Some(start..end)
}

/// Whether a text names a resource in an expression.
fn names(text: &str, address: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    text.match_indices(address).any(|(at, _)| {
        let before = text.get(..at).and_then(|front| front.chars().next_back());
        let after = text
            .get(at + address.len()..)
            .and_then(|rest| rest.chars().next());
        !before.is_some_and(part)
            && !after.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let left = block(text, "aws_route", "a").map(|bytes| {
            let mut text = text.to_owned();
            text.replace_range(bytes, "");
            text
        });
        assert_eq!(left.as_deref(), expected, "{text}");
    }

    #[test]
    fn a_resource_goes_with_its_lines() {
        let one = "resource \"aws_route\" \"a\" {\n  x = 1\n}\n";
        let other = "resource \"aws_route\" \"b\" {\n}\n";
        check(one, Some(""));
        check(
            &format!("{other}\n{one}\n{other}"),
            Some(&format!("{other}\n{other}")),
        );
        check(other, None);
        check("resource \"aws_route\" \"a\" {\n  count = 2\n}\n", None);
    }

    #[test]
    fn a_name_is_told_from_a_part_of_one() {
        for (text, expected) in [
            ("depends_on = [aws_route.a]", true),
            ("x = aws_route.a.id", true),
            ("x = aws_route.ab", false),
            ("x = data.aws_route.a", false),
            ("resource \"aws_route\" \"a\" {}", false),
        ] {
            assert_eq!(names(text, "aws_route.a"), expected, "{text}");
        }
    }
}
