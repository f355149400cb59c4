//! Settings of gateways and attachments that are on, off, or not known.

use crate::ingest::aws::lowering::{Attribute, Lowering};
use crate::ingest::aws::stage::AtBorders;
use crate::model::Doubt;

/// A setting. In doubt it may be either, and is held to be on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Switch {
    /// Whether it is on, or may be.
    pub on: bool,
    /// Why it may be off.
    pub doubt: Doubt,
}

impl Switch {
    /// One that is not in doubt.
    #[must_use]
    pub fn known(on: bool) -> Self {
        Switch {
            on,
            doubt: Doubt::none(),
        }
    }

    /// Reads `enable` and `disable`, or a boolean; `default` where it is left to the provider.
    pub fn read(lowering: &mut Lowering<AtBorders>, at: Attribute, default: bool) -> Self {
        match at.value.text().filter(|text| !text.is_empty()) {
            _ if at.value.is_unknown() => Switch {
                on: true,
                doubt: lowering.unknown(at),
            },
            Some("enable") => Switch::known(true),
            Some("disable") => Switch::known(false),
            _ => Switch::known(at.value.boolean().unwrap_or(default)),
        }
    }

    /// On where both are.
    #[must_use]
    pub fn and(&self, other: &Switch) -> Switch {
        if self.on && other.on {
            Switch {
                on: true,
                doubt: self.doubt.and(&other.doubt),
            }
        } else {
            Switch::known(false)
        }
    }
}
