//! What is wrong with the input, and the lines that reports quote.

use crate::model::Place;
use rustc_hash::FxHashMap;
use std::cell::OnceCell;

/// A part of the input that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where; line 0 means the file as a whole, column 0 the line as a whole.
    pub place: Place,
    /// What is wrong and what was expected, without a full stop.
    pub message: String,
    /// Whether the whole file is refused.
    pub refused: bool,
}

/// Lines of the input that may be quoted, by the shown path of their file.
#[derive(Clone, Debug, Default)]
pub struct Quotes(FxHashMap<String, (Quoted, LineStarts)>);

/// Where each line starts, in bytes, as soon as one is asked for.
type LineStarts = OnceCell<Vec<usize>>;

/// The lines of one file that may be quoted.
#[derive(Clone, Debug, Default)]
pub struct Quoted {
    /// The whole text.
    pub text: String,
    /// First and last lines of the parts that are not quoted: they may hold secrets.
    pub closed: Vec<(u32, u32)>,
}

/// Longest line that is quoted, in code points.
const LONGEST: usize = 160;

impl Quotes {
    /// The text of a line, without its end; none where it may not be quoted, the file has no such line, or the line is too
    /// long to be read by a person.
    #[must_use]
    pub fn line(&self, place: &Place) -> Option<String> {
        let (quoted, starts) = self.0.get(place.file.as_ref())?;
        let is_closed = |(first, last): &(u32, u32)| (*first..=*last).contains(&place.line);
        if quoted.closed.iter().any(is_closed) {
            return None;
        }
        let number = usize::try_from(place.line).ok()?.checked_sub(1)?;
        let starts = starts.get_or_init(|| line_starts(&quoted.text));
        let (start, end) = (*starts.get(number)?, starts.get(number + 1));
        let line = match end {
            Some(end) => quoted.text.get(start..end.saturating_sub(1))?,
            None => quoted.text.get(start..)?,
        };
        let line = line.strip_suffix('\r').unwrap_or(line);
        (line.chars().count() <= LONGEST && !line.contains('\0')).then(|| line.to_owned())
    }
}

/// Where each line of a text starts, in bytes: a file of many findings is walked once.
fn line_starts(text: &str) -> Vec<usize> {
    let ends = text.match_indices('\n').map(|(at, _)| at + 1);
    std::iter::once(0).chain(ends).collect()
}

impl FromIterator<(String, Quoted)> for Quotes {
    fn from_iter<I: IntoIterator<Item = (String, Quoted)>>(files: I) -> Self {
        let files = files.into_iter();
        Quotes(
            files
                .map(|(path, quoted)| (path, (quoted, OnceCell::new())))
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_quoted_without_its_end() {
        let quoted = Quoted {
            text: "one\r\ntwo\n\nfour".to_owned(),
            closed: vec![(2, 2)],
        };
        let quotes: Quotes = [("a.yaml".to_owned(), quoted)].into_iter().collect();
        let line = |line| {
            let file = "a.yaml".into();
            let (column, length) = (0, 0);
            quotes.line(&Place {
                file,
                line,
                column,
                length,
            })
        };
        assert_eq!(line(0), None);
        assert_eq!(line(1).as_deref(), Some("one"));
        assert_eq!(line(2), None, "it may hold a secret");
        assert_eq!(line(3).as_deref(), Some(""));
        assert_eq!(line(4).as_deref(), Some("four"));
        assert_eq!(line(5), None);
    }
}
