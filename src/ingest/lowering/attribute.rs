//! Attributes of resources, as the families of every cloud read them.

use crate::ingest::terraform::{Resource, Value};

/// An attribute of a resource: what a family reads, and what a gap names.
#[derive(Clone, Copy)]
pub struct Attribute<'a> {
    /// The resource.
    pub resource: &'a Resource,
    /// Dotted path without indexes, for the line and the gap.
    pub path: &'a str,
    /// Its value, or one element of it.
    pub value: &'a Value,
}

impl<'a> Attribute<'a> {
    /// The attribute of a resource at a dotted path.
    #[must_use]
    pub fn of(resource: &'a Resource, path: &'a str) -> Self {
        Attribute {
            resource,
            path,
            value: resource.values.get(path),
        }
    }

    /// The same attribute with another value: an element of a repeated block.
    #[must_use]
    pub fn with(self, value: &'a Value) -> Self {
        Attribute { value, ..self }
    }
}

/// The value of an attribute that a provider never fills in by itself: where it is known only after apply, the configuration
/// sets it, shown or not.
#[must_use]
pub fn by_user(value: &Value) -> &Value {
    if matches!(value, Value::Computed) {
        &Value::Unknown
    } else {
        value
    }
}

/// Whether a value is set at all: an empty string is what the provider writes for an unset attribute of a block.
#[must_use]
pub fn is_set(value: &Value) -> bool {
    !value.is_unset() && value.text() != Some("")
}
