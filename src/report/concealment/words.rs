//! Finds sensitive texts, in every spelling that a format gives them.

use super::super::escape;
use super::super::plain::plain;
use super::super::uri::encoded;
use crate::model::Confidential;
use aho_corasick::{AhoCorasick, Input, MatchKind};
use std::collections::BTreeMap;
use std::ops::Range;

/// What a text that was found is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A name that is printed though a sensitive text is part of it.
    Open,
    /// A sensitive text.
    Secret {
        /// Whether it counts only as a word by itself.
        whole: bool,
    },
}

/// The texts to look for.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    automaton: Option<AhoCorasick>,
    meanings: Vec<Meaning>,
    /// Whether there were too many to look for: then every text is taken for sensitive.
    sealed: bool,
}

/// Words of the reports themselves: that one of them is printed says nothing about a value that is the same.
const OWN: &[&str] = &[
    "allow",
    "and",
    "any",
    "all",
    "are",
    "blocked",
    "certain",
    "critical",
    "deny",
    "egress",
    "error",
    "false",
    "for",
    "from",
    "high",
    "icmp",
    "ingress",
    "low",
    "medium",
    "new",
    "none",
    "not",
    "note",
    "null",
    "possible",
    "reachable",
    "sctp",
    "tcp",
    "the",
    "true",
    "udp",
    "warning",
];

/// From so many characters on a text counts also as a part of a word.
const LONG: usize = 6;

impl Words {
    /// The texts of `values`; `hits` says of a name whether something else of it would be hidden.
    pub fn new(values: &Confidential, hits: impl Fn(&str) -> bool) -> Self {
        let mut patterns: BTreeMap<String, Meaning> = BTreeMap::new();
        for text in values
            .texts
            .iter()
            .filter(|text| !OWN.contains(&text.as_str()))
        {
            for spelling in spellings(text) {
                let whole = is_word(&spelling);
                patterns.insert(spelling, Meaning::Secret { whole });
            }
        }
        let secrets = Words::of(&patterns);
        let open = |name: &&String| {
            !patterns.contains_key(*name) && (hits(name) || secrets.next(name, 0).is_some())
        };
        let names: Vec<&String> = values.names.iter().filter(open).collect();
        let spelled = names
            .into_iter()
            .flat_map(|name| [name.clone(), plain(name).into_owned(), encoded(name)])
            .map(|name| (name, Meaning::Open));
        let mut all: BTreeMap<String, Meaning> = spelled.collect();
        if all.is_empty() {
            return secrets;
        }
        all.extend(patterns);
        Words::of(&all)
    }

    fn of(patterns: &BTreeMap<String, Meaning>) -> Self {
        if patterns.is_empty() {
            return Words::default();
        }
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .build(patterns.keys());
        Words {
            sealed: automaton.is_err(),
            automaton: automaton.ok(),
            meanings: patterns.values().copied().collect(),
        }
    }

    /// The next text that is known, from an offset on.
    pub fn next(&self, text: &str, from: usize) -> Option<(Range<usize>, Meaning)> {
        if self.sealed && from < text.len() {
            return Some((from..text.len(), Meaning::Secret { whole: false }));
        }
        let automaton = self.automaton.as_ref()?;
        let mut at = from;
        while let Some(found) = automaton.find(Input::new(text).range(at..)) {
            let meaning = *self.meanings.get(found.pattern().as_usize())?;
            if meaning != (Meaning::Secret { whole: true }) || stands_alone(text, &found.range()) {
                return Some((found.range(), meaning));
            }
            at = found.start() + text.get(found.start()..)?.chars().next()?.len_utf8();
        }
        None
    }
}

/// Whether a text is short or could be a word of the language: then it is not looked for inside of other words.
fn is_word(text: &str) -> bool {
    text.chars().count() < LONG || text.chars().all(|c| c.is_ascii_lowercase())
}

fn stands_alone(text: &str, found: &Range<usize>) -> bool {
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let before = text
        .get(..found.start)
        .and_then(|text| text.chars().next_back());
    let after = text.get(found.end..).and_then(|text| text.chars().next());
    !joins(before) && !joins(after)
}

/// A text as formats spell it, as a whole and by its lines.
fn spellings(text: &str) -> Vec<String> {
    let parts = std::iter::once(text).chain(text.lines().map(str::trim));
    let mut out: Vec<String> = Vec::new();
    for part in parts.filter(|part| part.chars().count() >= Confidential::SHORTEST) {
        out.extend([part.to_owned(), part.replace('\t', "    "), encoded(part)]);
        out.extend(escape::spellings(part));
    }
    out
}
