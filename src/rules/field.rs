//! The fields of a kind of fact: what rules may match, group by and print.

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// One of these words.
    Word(&'static [&'static str]),
    /// `true` or `false`.
    Flag,
    /// A name from the input; printed between backticks.
    Name,
    /// A name that Kubernetes or the program gives, as a kind; printed as it is.
    Term,
    /// A count, from 0.
    Number,
    /// Names from the input, in order.
    Names,
    /// IP addresses.
    Addresses,
    /// Protocols and ports.
    Traffic,
    /// Things with fields of their own; cannot be printed.
    Items(&'static [Field]),
    /// Words for a person; cannot be matched.
    Phrase,
}

/// A field of a kind of fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name in rules.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// What it means.
    pub about: &'static str,
}

/// What a field holds and means.
#[derive(Clone, Copy)]
pub(super) struct Shape(pub Holds, pub &'static str);

pub(super) const fn word(words: &'static [&'static str], about: &'static str) -> Shape {
    Shape(Holds::Word(words), about)
}

pub(super) const fn flag(about: &'static str) -> Shape {
    Shape(Holds::Flag, about)
}

pub(super) const fn name(about: &'static str) -> Shape {
    Shape(Holds::Name, about)
}

pub(super) const fn term(about: &'static str) -> Shape {
    Shape(Holds::Term, about)
}

pub(super) const fn number(about: &'static str) -> Shape {
    Shape(Holds::Number, about)
}

pub(super) const fn names(about: &'static str) -> Shape {
    Shape(Holds::Names, about)
}

pub(super) const fn addresses(about: &'static str) -> Shape {
    Shape(Holds::Addresses, about)
}

pub(super) const fn traffic(about: &'static str) -> Shape {
    Shape(Holds::Traffic, about)
}

pub(super) const fn items(fields: &'static [Field], about: &'static str) -> Shape {
    Shape(Holds::Items(fields), about)
}

pub(super) const fn phrase(about: &'static str) -> Shape {
    Shape(Holds::Phrase, about)
}

pub(super) const fn field(name: &'static str, Shape(holds, about): Shape) -> Field {
    Field { name, holds, about }
}

/// Declares the fields of a kind of fact as one struct: `FIELDS` lists them, and `values` takes one value for each, so that
/// no field is declared and left unfilled, and none is filled that is not declared. `of subjects` lists the fields that each
/// of those whom a fact is about fills for itself.
macro_rules! fields {
    ($(#[$about:meta])* $name:ident $(of subjects ($($own:ident: $own_shape:expr),+))? { $($field:ident: $shape:expr,)* }) => {
        $(#[$about])*
        struct $name {
            $($field: $crate::rules::value::Value,)*
        }

        impl $name {
            const FIELDS: &'static [$crate::rules::field::Field] = &[
                $($($crate::rules::field::field(stringify!($own), $own_shape),)+)?
                $($crate::rules::field::field(stringify!($field), $shape),)*
            ];

            fn values(self) -> $crate::rules::value::Values {
                vec![$((stringify!($field), self.$field)),*]
            }
        }
    };
}
pub(super) use fields;

pub(super) const DIRECTION: Shape = word(
    &["ingress", "egress"],
    "which way connections are opened, seen from the pod",
);
pub(super) const CERTAINTY: Shape = word(
    &["certain", "possible"],
    "possible: it depends on something that the input leaves unknown",
);
pub(super) const CLUSTER: Shape =
    name("Terraform address of the cluster; empty where the input holds none");
pub(super) const WORKLOAD: Shape =
    name("the workload (of a chain: where it starts), as `namespace/name`");
pub(super) const PRIVILEGES: Shape = names(
    "what its pods ask for that most do without: `privileged`, `host-processes`, `network-capabilities`, `root`, `unconfined`; unknown where the input does not say",
);
pub(super) const NAMESPACE: Shape = name("name of the namespace");
pub(super) const EXEMPT: Shape = flag("whether the configuration exempts the namespace");
pub(super) const REASON: Shape = phrase("why it is so");
pub(super) const POLICY: Shape =
    name("the policy that decides, as `namespace/name`; empty where there is none");
pub(super) const POLICY_KIND: Shape = term("the kind of that policy");

pub(super) const ENFORCEMENT: Shape = word(
    &["enforced", "not-enforced", "unknown"],
    "whether the cluster enforces network policies",
);

impl Field {
    /// Whether messages may print it and findings be grouped by it.
    pub(super) fn is_printable(&self) -> bool {
        !matches!(self.holds, Holds::Items(_))
    }

    /// Whether rules may compare it.
    pub(super) fn is_comparable(&self) -> bool {
        self.holds != Holds::Phrase
    }
}
