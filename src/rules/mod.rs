//! Declarative rules: what they look at, when they fire, and the findings that follow. Knows no output format.
//!
//! A rule is a YAML file: it selects a kind of fact ([`FactKind`]), matches fields of it, says which facts one finding
//! stands for, and holds the words. One file declares a kind of fact, its fields and how they are filled; a rule that
//! names any other field is refused with its line.

mod builtin;
mod chain_fact;
mod cluster_fact;
mod condition;
mod crossing_fact;
mod fact;
mod fault;
mod field;
mod file;
mod finding;
mod grouping;
mod judge;
mod judged;
mod kind;
mod load;
mod namespace_fact;
mod nearest;
mod policy_fact;
mod remark_fact;
mod remark_sentence;
mod rule;
mod severity;
mod subject;
mod template;
#[cfg(test)]
mod tests;
mod traffic_words;
mod wording;
mod words;

pub use builtin::builtin;
pub use chain_fact::LONGEST_CHAIN;
pub use condition::{Condition, Negation, Scalar};
pub use crossing_fact::far_name;
pub use fault::yaml_fault;
pub use field::{Field, Holds};
pub use finding::{Certainty, Finding, Passage, Related, Remedy};
pub use judge::{Ignores, Judgement, Options, judge};
pub use kind::FactKind;
pub use load::{RuleError, load};
pub use rule::{Advice, Case, Example, Examples, Given, Reference, Rule};
pub use severity::{Precision, Severity};
#[cfg(test)]
pub(crate) use tests::values;
pub use traffic_words::{short_traffic, traffic_words};

/// The kinds of facts that rules may select.
pub const FACT_KINDS: &[&FactKind] = &[
    &crossing_fact::CROSSING,
    &chain_fact::CHAIN,
    &namespace_fact::NAMESPACE_KIND,
    &namespace_fact::ISOLATION,
    &policy_fact::POLICY_FACTS,
    &cluster_fact::CLUSTER_KIND,
    &remark_fact::REMARK,
];
