//! What is wrong with the input, and the lines that reports quote.

use crate::model::Place;
use rustc_hash::FxHashMap;

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
pub struct Quotes(FxHashMap<String, Quoted>);

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
        let quoted = self.0.get(place.file.as_ref())?;
        let is_closed = |(first, last): &(u32, u32)| (*first..=*last).contains(&place.line);
        if quoted.closed.iter().any(is_closed) {
            return None;
        }
        let number = usize::try_from(place.line).ok()?.checked_sub(1)?;
        let line = quoted.text.split('\n').nth(number)?;
        let line = line.strip_suffix('\r').unwrap_or(line);
        (line.chars().count() <= LONGEST && !line.contains('\0')).then(|| line.to_owned())
    }
}

impl FromIterator<(String, Quoted)> for Quotes {
    fn from_iter<I: IntoIterator<Item = (String, Quoted)>>(files: I) -> Self {
        Quotes(files.into_iter().collect())
    }
}
