//! Comments that ask to ignore findings, as they stand in one file; [`super::ignore`] says how they are written.

use crate::ingest::terraform::address::Key;
use hcl_edit::Span;
use hcl_edit::expr::Expression;
use hcl_edit::structure::Body;
use hcl_edit::visit::{Visit, visit_expr};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// A comment as it stands in one file.
#[derive(Clone, Debug)]
pub(super) struct Comment {
    /// Its line.
    pub line: u32,
    /// The line it speaks of: its own, or the first one after it that is no comment.
    pub about: u32,
    /// Rule ids, as written.
    pub ids: Vec<String>,
    /// The one instance meant; [`Key::None`] for all.
    pub key: Key,
    /// Why, as written; may be empty.
    pub reason: String,
}

#[expect(
    clippy::unwrap_used,
    reason = "a constant pattern, compiled by the tests"
)]
static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?m)(?:#|//)+[ \t]*crosspeer:[ \t]*ignore\[([^\]\r\n]*)\](?:\[(?:"([^"\r\n]*)"|(\d+))\])?[ \t:]*([^\r\n]*)"#).unwrap()
});

/// Finds the comments of a file, not those inside strings and heredocs.
pub(super) fn comments(text: &str, body: &Body) -> Vec<Comment> {
    if !PATTERN.is_match(text) {
        return Vec::new();
    }
    let mut strings = Strings::default();
    strings.visit_body(body);
    let lines: Vec<&str> = text.lines().collect();
    let mut out = Vec::new();
    for found in PATTERN.captures_iter(text) {
        let Some(whole) = found.get(0) else { continue };
        if strings.0.iter().any(|span| span.contains(&whole.start())) {
            continue;
        }
        let line = text
            .get(..whole.start())
            .unwrap_or_default()
            .matches('\n')
            .count();
        let group = |n: usize| found.get(n).map(|group| group.as_str().trim());
        let key = match (
            found.get(2),
            group(3).and_then(|number| number.parse().ok()),
        ) {
            (Some(name), _) => Key::Text(name.as_str().to_owned()),
            (None, Some(number)) => Key::Number(number),
            (None, None) => Key::None,
        };
        let ids = group(1)
            .unwrap_or_default()
            .split(',')
            .map(str::trim)
            .filter(|id| !id.is_empty())
            .map(str::to_owned)
            .collect();
        let reason = group(4).unwrap_or_default().to_owned();
        out.push(Comment {
            line: number(line),
            about: number(about(&lines, line)),
            ids,
            key,
            reason,
        });
    }
    out
}

/// The line from 0 that a comment on a line speaks of.
fn about(lines: &[&str], line: usize) -> usize {
    let is_comment =
        |text: &&str| text.trim_start().starts_with('#') || text.trim_start().starts_with("//");
    let after = lines
        .iter()
        .skip(line)
        .take_while(|text| is_comment(text))
        .count();
    line + after
}

fn number(line: usize) -> u32 {
    u32::try_from(line + 1).unwrap_or(u32::MAX)
}

#[derive(Default)]
struct Strings(Vec<Range<usize>>);

impl Visit for Strings {
    fn visit_expr(&mut self, node: &Expression) {
        match node {
            Expression::String(_)
            | Expression::StringTemplate(_)
            | Expression::HeredocTemplate(_) => self.0.extend(node.span()),
            _ => visit_expr(self, node),
        }
    }
}
