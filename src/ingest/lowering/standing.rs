//! What becomes of a resource type.

/// What becomes of a resource type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It is lowered into the model, or another resource's lowering reads it.
    Modelled,
    /// It can carry or filter traffic, or stand in a subnet, and is not modelled: each one is a gap.
    Gap,
    /// It neither carries nor filters traffic between private addresses.
    Irrelevant,
}

impl Standing {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Standing::Modelled => "modelled",
            Standing::Gap => "gap",
            Standing::Irrelevant => "irrelevant",
        }
    }
}
