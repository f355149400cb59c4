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

/// Input files that may be quoted, by shown path. Plans and states are not among them: they hold secrets in clear.
#[derive(Clone, Debug, Default)]
pub struct Quotes<'a>(FxHashMap<&'a str, &'a [u8]>);

/// Longest line that is quoted, in code points.
const LONGEST: usize = 160;

impl Quotes<'_> {
    /// The text of a line, without its end; none where the file may not be quoted, has no such line, or the line is too
    /// long to be read by a person.
    #[must_use]
    pub fn line(&self, place: &Place) -> Option<String> {
        let bytes = self.0.get(place.file.as_ref())?;
        let number = usize::try_from(place.line).ok()?.checked_sub(1)?;
        let line = bytes.split(|byte| *byte == b'\n').nth(number)?;
        let text = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).into_owned();
        let text = if number == 0 {
            text.trim_start_matches('\u{feff}').to_owned()
        } else {
            text
        };
        (text.chars().count() <= LONGEST && !text.contains('\0')).then_some(text)
    }
}

impl<'a> FromIterator<(&'a str, &'a [u8])> for Quotes<'a> {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a [u8])>>(files: I) -> Self {
        Quotes(files.into_iter().collect())
    }
}
