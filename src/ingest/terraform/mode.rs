//! Whether Terraform manages a resource or only reads it.

/// Whether Terraform manages a resource or only reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// A `resource` block.
    Managed,
    /// A `data` block.
    Data,
}
