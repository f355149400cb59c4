//! Functions that search known texts, by regular expressions or as they stand.

use super::strings::known;
use super::{Family, all};
use crate::ingest::terraform::source::symbolic::{Budget, Failure, Invalid, Outcome, Symbolic};
use regex::{Captures, Regex, RegexBuilder};

pub(super) const FUNCTIONS: Family = &[
    all("replace", replace),
    all("regex", |budget, texts| {
        let [pattern, text] = known(texts)?;
        let search = Search::new(budget, &pattern)?;
        let found = search.next(&text, 0)?.ok_or(Invalid)?;
        search.value(&found)
    }),
    all("regexall", |budget, texts| {
        let [pattern, text] = known(texts)?;
        let search = Search::new(budget, &pattern)?;
        let mut found = Vec::new();
        search.each(&text, |captures| {
            budget.hold(1, size_of::<Symbolic>())?;
            found.push(search.value(captures)?);
            Ok(())
        })?;
        budget.list(found)
    }),
];

/// Most bytes of a compiled pattern, and of what a search keeps.
const COMPILED: usize = 256 << 10;
/// Steps that it takes to compile a pattern.
const COMPILING: u64 = 2_000;

/// A pattern, and who pays for searches. A search takes time in proportion to the pattern and to the text that is left
/// (regex crate, "Untrusted input").
struct Search<'b> {
    budget: &'b Budget,
    regex: Regex,
    length: usize,
}

impl<'b> Search<'b> {
    fn new(budget: &'b Budget, pattern: &str) -> Result<Self, Failure> {
        budget.spend(COMPILING)?;
        let regex = RegexBuilder::new(pattern)
            .size_limit(COMPILED)
            .dfa_size_limit(COMPILED)
            .build()
            .map_err(|_| Invalid)?;
        Ok(Search {
            budget,
            regex,
            length: pattern.len(),
        })
    }

    fn next<'t>(&self, text: &'t str, from: usize) -> Result<Option<Captures<'t>>, Failure> {
        let left = text.len().saturating_sub(from) / 64 + 1;
        self.budget
            .visit(left.saturating_mul(self.length / 16 + 1))?;
        Ok(self.regex.captures_at(text, from))
    }

    /// Every match, from the left; one that is empty lets the next begin one character on.
    fn each(
        &self,
        text: &str,
        mut then: impl FnMut(&Captures<'_>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut from = 0;
        let mut last = None;
        while from <= text.len() {
            let Some(captures) = self.next(text, from)? else {
                break;
            };
            let Some(whole) = captures.get(0) else { break };
            let is_empty = whole.is_empty();
            if !(is_empty && last == Some(whole.end())) {
                then(&captures)?;
            }
            last = Some(whole.end());
            from = whole.end();
            if is_empty {
                let rest = text.get(from..).and_then(|rest| rest.chars().next());
                from += rest.map_or(1, char::len_utf8);
            }
        }
        Ok(())
    }

    /// A match: a text without groups, a list of groups, or a map of named groups.
    fn value(&self, found: &Captures<'_>) -> Outcome {
        let group = |n: usize| match found.get(n) {
            Some(group) => self.budget.text(group.as_str()),
            None => Ok(Symbolic::Null),
        };
        let names: Vec<Option<&str>> = self.regex.capture_names().skip(1).collect();
        if names.is_empty() {
            return group(0);
        }
        if names.iter().all(Option::is_some) {
            let named = names.iter().flatten().enumerate();
            return self
                .budget
                .try_map(named.map(|(n, name)| Ok((name, group(n + 1)?))));
        }
        self.budget.try_list((1..=names.len()).map(group))
    }
}

/// A pattern between slashes is a regular expression; in its replacement `$1` and `${name}` mean groups.
fn replace(budget: &Budget, texts: &[Symbolic]) -> Outcome {
    let [text, from, to] = known(texts)?;
    let inner = from.strip_prefix('/');
    match inner.and_then(|inner| inner.strip_suffix('/')) {
        Some(pattern) => replace_matches(budget, &text, pattern, &to),
        None => {
            let mut out = budget.writer();
            let mut rest = 0;
            for (at, found) in text.match_indices(&*from) {
                out.push(text.get(rest..at).unwrap_or_default())?;
                out.push(&to)?;
                rest = at + found.len();
            }
            out.push(text.get(rest..).unwrap_or_default())?;
            Ok(out.text())
        }
    }
}

fn replace_matches(budget: &Budget, text: &str, pattern: &str, to: &str) -> Outcome {
    let search = Search::new(budget, pattern)?;
    let mut out = budget.writer();
    let mut rest = 0;
    search.each(text, |captures| {
        let Some(whole) = captures.get(0) else {
            return Ok(());
        };
        out.push(text.get(rest..whole.start()).unwrap_or_default())?;
        rest = whole.end();
        // A group takes two letters to name, and is no longer than the match.
        let most = to
            .len()
            .saturating_add((to.len() / 2).saturating_mul(whole.len()));
        budget.hold(0, if to.contains('$') { most } else { 0 })?;
        let mut expanded = String::new();
        captures.expand(to, &mut expanded);
        out.push(&expanded)
    })?;
    out.push(text.get(rest..).unwrap_or_default())?;
    Ok(out.text())
}
