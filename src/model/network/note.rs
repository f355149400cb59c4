//! What a trail says that no line of the input may have said.

use crate::model::Origin;

/// A sentence of a trail about something that no line of the input may have said.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Note {
    /// The sentence, without a full stop.
    pub text: String,
    /// The line that says so; none where it is a default.
    pub origin: Option<Origin>,
    /// Whether it is a provider's default that the input does not mention.
    pub assumed: bool,
}
