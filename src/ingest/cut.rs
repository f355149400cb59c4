//! What an input marks as sensitive, cut out of what is handed to others: a file of facts leaves the repository, so a value
//! that nobody may read is not in it, and counts as unknown where it is read.

use crate::model::{AddressSet, Confidential};
use aho_corasick::{AhoCorasick, Match, MatchKind};

/// Characters of a sensitive text from which on it is found inside of longer words as well.
const LONG: usize = 6;
/// What stands in the place of a sensitive text in a sentence.
const HIDDEN: &str = "(sensitive)";

/// Finds what is sensitive.
#[derive(Debug, Default)]
pub struct Cut {
    confidential: Confidential,
    texts: Option<AhoCorasick>,
    /// Whether there are too many texts to look for: then every text is taken for sensitive.
    sealed: bool,
}

impl Cut {
    /// Of what an input marks.
    #[must_use]
    pub fn new(confidential: Confidential) -> Cut {
        if confidential.texts.is_empty() {
            return Cut {
                confidential,
                ..Cut::default()
            };
        }
        let built = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&confidential.texts);
        Cut {
            sealed: built.is_err(),
            texts: built.ok(),
            confidential,
        }
    }

    /// Whether nothing is sensitive.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.confidential.is_empty()
    }

    /// Whether a value is sensitive, or holds something that is.
    #[must_use]
    pub fn hides(&self, text: &str) -> bool {
        self.sealed || self.first(text).is_some() || self.hides_block(text) || self.hides_word(text)
    }

    /// Whether a number is sensitive.
    #[must_use]
    pub fn hides_number(&self, number: f64) -> bool {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked to be whole, not negative and below 2^53"
        )]
        let whole =
            (number.fract() == 0.0 && (0.0..9e15).contains(&number)).then_some(number as u64);
        whole.is_some_and(|number| self.confidential.numbers.contains(&number))
    }

    /// A sentence without what is sensitive in it.
    #[must_use]
    pub fn told(&self, sentence: &str) -> String {
        if self.sealed {
            return HIDDEN.to_owned();
        }
        let (mut out, mut rest) = (String::new(), sentence);
        while let Some(found) = self.first(rest) {
            self.words(rest.get(..found.start()).unwrap_or_default(), &mut out);
            out.push_str(HIDDEN);
            rest = rest.get(found.end()..).unwrap_or_default();
        }
        self.words(rest, &mut out);
        out
    }

    /// Adds words without blocks and numbers that are sensitive.
    fn words(&self, text: &str, out: &mut String) {
        let ends = |c: char| !(c.is_alphanumeric() || "./:-_".contains(c));
        for word in text.split_inclusive(ends) {
            let bare = word.trim_end_matches(ends);
            if self.hides_block(bare) || self.hides_word(bare) {
                out.push_str(HIDDEN);
                out.push_str(word.get(bare.len()..).unwrap_or_default());
            } else {
                out.push_str(word);
            }
        }
    }

    /// The first sensitive text: a short one counts only where it is a word by itself.
    fn first(&self, text: &str) -> Option<Match> {
        let joins = |c: char| c.is_alphanumeric() || c == '_';
        let counts = |found: &Match| {
            let own = text.get(found.range()).unwrap_or_default();
            let before = text
                .get(..found.start())
                .and_then(|text| text.chars().next_back());
            let after = text.get(found.end()..).and_then(|text| text.chars().next());
            own.chars().count() >= LONG || !before.is_some_and(joins) && !after.is_some_and(joins)
        };
        self.texts.as_ref()?.find_iter(text).find(counts)
    }

    fn hides_block(&self, text: &str) -> bool {
        if self.confidential.blocks.is_empty() || !text.contains(['.', ':']) {
            return false;
        }
        AddressSet::parse(text).is_ok_and(|own| {
            let blocks = &self.confidential.blocks;
            blocks.contains(&own) || blocks.iter().any(|block| own.is_subset(block))
        })
    }

    fn hides_word(&self, text: &str) -> bool {
        text.parse()
            .is_ok_and(|number: u64| self.confidential.numbers.contains(&number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut() -> Cut {
        let mut confidential = Confidential::default();
        for text in ["secret-name", "abc", "10.9.0.0/16", "54321"] {
            confidential.add_text(text);
        }
        Cut::new(confidential)
    }

    #[test]
    fn what_is_sensitive_is_found_and_nothing_else() {
        let cut = cut();
        for text in [
            "secret-name",
            "a secret-name/b",
            "abc",
            "x.abc",
            "10.9.0.0/16",
            "10.9.4.0/24",
            "54321",
        ] {
            assert!(cut.hides(text), "{text}");
        }
        for text in ["abcd", "xabc", "10.10.0.0/16", "5432", "", "0.0.0.0/0"] {
            assert!(!cut.hides(text), "{text}");
        }
        assert!(cut.hides_number(54321.0) && !cut.hides_number(5432.0) && !cut.hides_number(0.5));
        assert!(!Cut::default().hides("secret-name"));
    }

    #[test]
    fn sentences_are_told_without_it() {
        let told = cut().told("`secret-name` of `10.9.1.0/24` in abcd is at port 54321, abc");
        assert_eq!(
            told,
            "`(sensitive)` of `(sensitive)` in abcd is at port (sensitive), (sensitive)"
        );
    }
}
