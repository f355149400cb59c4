//! Values of the input that nobody may read in a report.

use super::AddressSet;
use std::collections::BTreeSet;

/// What the input marks as sensitive. It counts in every computation as it is written; whatever is printed shows
/// `(sensitive)` in its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confidential {
    /// Texts, as they are written: ids, names, blocks, whole documents.
    pub texts: BTreeSet<String>,
    /// Address blocks, each by itself: what is inside of one, and where it begins and ends, is not printed either.
    pub blocks: BTreeSet<AddressSet>,
    /// Numbers above [`Confidential::SMALLEST`], as of ports.
    pub numbers: BTreeSet<u64>,
    /// Names that anybody may read though a sensitive text is part of them: resource addresses, paths of files.
    pub names: BTreeSet<String>,
}

impl Confidential {
    /// Numbers below are not sensitive: they say nothing, and hiding them would hide every count and well-known port.
    pub const SMALLEST: u64 = 1024;
    /// Characters of the shortest text that is sensitive: a shorter one is part of too many words to say anything.
    pub const SHORTEST: usize = 3;

    /// Whether the input marks nothing as sensitive.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.blocks.is_empty() && self.numbers.is_empty()
    }

    /// Adds one text: also the blocks and the number that it may be.
    pub fn add_text(&mut self, text: &str) {
        let text = text.trim();
        if let Ok(number) = text.parse() {
            return self.add_number(number);
        }
        match AddressSet::parse(text) {
            Ok(block) if is_whole_family(&block) => {}
            Ok(block) => {
                self.blocks.insert(block);
                self.texts.insert(text.to_owned());
            }
            Err(_) if text.chars().count() >= Self::SHORTEST => {
                self.texts.insert(text.to_owned());
            }
            Err(_) => {}
        }
    }

    /// Adds a number.
    pub fn add_number(&mut self, number: u64) {
        if number >= Self::SMALLEST {
            self.numbers.insert(number);
        }
    }

    /// Adds all that another input marks.
    pub fn extend(&mut self, other: Confidential) {
        self.texts.extend(other.texts);
        self.blocks.extend(other.blocks);
        self.numbers.extend(other.numbers);
        self.names.extend(other.names);
    }
}

/// Every address says no more than "anywhere".
fn is_whole_family(block: &AddressSet) -> bool {
    AddressSet::all_v4().is_subset(block) || AddressSet::all_v6().is_subset(block)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_sorted_by_what_they_are() {
        let mut values = Confidential::default();
        for text in ["10.213.0.0/16", "0.0.0.0/0", "61234", "443", "ab", "net-1"] {
            values.add_text(text);
        }
        assert_eq!(Vec::from_iter(&values.texts), ["10.213.0.0/16", "net-1"]);
        assert_eq!(Vec::from_iter(&values.numbers), [&61234]);
        assert_eq!(values.blocks.len(), 1);
    }
}
