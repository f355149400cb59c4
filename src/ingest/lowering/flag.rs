//! Switches of resources, with those kept apart that are known only after apply.

use super::{Attribute, Lowering};
use crate::ingest::terraform::Resource;
use crate::model::Doubt;

/// A switch of a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flag {
    /// Whether it is on, as far as known.
    pub on: bool,
    /// Why it may be the other way.
    pub doubt: Doubt,
}

impl Flag {
    /// Whether it is on whatever is not known.
    #[must_use]
    pub fn surely(&self) -> bool {
        self.on && self.doubt.is_certain()
    }

    /// Whether it is on, or may be.
    #[must_use]
    pub fn possibly(&self) -> bool {
        self.on || !self.doubt.is_certain()
    }

    /// Whether two switches are both on: none where one surely is not, else the reason why they may not be.
    #[must_use]
    pub fn both(&self, other: &Flag) -> Option<Doubt> {
        (self.possibly() && other.possibly()).then(|| self.doubt.and(&other.doubt))
    }
}

impl<L> Lowering<'_, L> {
    /// A switch of a resource, with the doubt where it is known only after apply; `default` where it is not set.
    pub fn flag(&mut self, resource: &Resource, path: &str, default: bool) -> Flag {
        let at = Attribute::of(resource, path);
        let doubt = if at.value.is_unknown() {
            self.unknown(at)
        } else {
            Doubt::none()
        };
        Flag {
            on: at.value.boolean().unwrap_or(default),
            doubt,
        }
    }
}
