//! Why a hop answers as it does.

use crate::model::{Doubt, Note, Origin, Reason};

/// Why a hop answers as it does, with the line that decides.
#[derive(Clone, Debug)]
pub(in crate::reach) struct Evidence {
    /// The reason.
    pub reason: Reason,
    /// The line that decides.
    pub origin: Option<Origin>,
    /// Whether it is a provider's default that the input does not mention.
    pub assumed: bool,
    /// What makes it uncertain.
    pub doubt: Doubt,
}

impl Evidence {
    /// A reason that no line decides.
    pub fn new(reason: Reason) -> Self {
        Evidence {
            reason,
            origin: None,
            assumed: false,
            doubt: Doubt::none(),
        }
    }

    /// With the line that decides.
    pub fn at(mut self, origin: Option<&Origin>) -> Self {
        self.origin = origin.cloned();
        self
    }

    /// With what makes it uncertain.
    pub fn unless(mut self, doubt: &Doubt) -> Self {
        self.doubt = self.doubt.and(doubt);
        self
    }

    /// What a note of the model says, as a reason of some kind.
    pub fn noted(note: &Note, reason: impl FnOnce(Note) -> Reason) -> Self {
        Evidence {
            reason: reason(note.clone()),
            origin: note.origin.clone(),
            assumed: note.assumed,
            doubt: Doubt::none(),
        }
    }
}
