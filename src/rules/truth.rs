//! Yes, no, or not known: what a condition says of a fact (Kleene's three values).

/// Whether a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Truth {
    /// It does not.
    No,
    /// It hangs on something that the input leaves unknown.
    Maybe,
    /// It does.
    Yes,
}

impl Truth {
    /// Whether both hold.
    pub fn and(self, other: Truth) -> Truth {
        self.min(other)
    }

    /// Whether one of them holds.
    pub fn or(self, other: Truth) -> Truth {
        self.max(other)
    }

    /// Whether all hold; yes where there are none.
    pub fn all(each: impl IntoIterator<Item = Truth>) -> Truth {
        each.into_iter().fold(Truth::Yes, Truth::and)
    }

    /// Whether one holds; no where there are none.
    pub fn any(each: impl IntoIterator<Item = Truth>) -> Truth {
        each.into_iter().fold(Truth::No, Truth::or)
    }
}

impl std::ops::Not for Truth {
    type Output = Truth;

    fn not(self) -> Truth {
        match self {
            Truth::No => Truth::Yes,
            Truth::Maybe => Truth::Maybe,
            Truth::Yes => Truth::No,
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Truth::Yes } else { Truth::No }
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{self, Maybe, No, Yes};

    #[test]
    fn what_is_not_known_decides_only_where_nothing_else_does() {
        for (a, b, both, one) in [
            (Yes, Maybe, Maybe, Yes),
            (No, Maybe, No, Maybe),
            (Maybe, Maybe, Maybe, Maybe),
            (Yes, No, No, Yes),
        ] {
            assert_eq!((a.and(b), b.and(a)), (both, both), "{a:?} and {b:?}");
            assert_eq!((a.or(b), b.or(a)), (one, one), "{a:?} or {b:?}");
        }
        assert_eq!([!Yes, !Maybe, !No], [No, Maybe, Yes]);
        assert_eq!((Truth::all([]), Truth::any([])), (Yes, No));
    }
}
