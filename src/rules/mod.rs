//! Declarative rules: what they look at, when they fire, and the findings that follow. Knows no output format.
//!
//! A rule is a YAML file: it selects a sort of fact ([`Select`]), matches fields of it, says which facts one finding
//! stands for, and holds the words. The fields of each sort of fact are a table in [`field`]; a rule that names any other
//! is refused with its line.

mod builtin;
mod chain_fact;
mod cluster_fact;
mod condition;
mod crossing_fact;
mod fact;
mod fault;
pub mod field;
mod file;
mod finding;
mod judge;
mod load;
mod namespace_fact;
mod policy_fact;
mod remark_fact;
mod remark_sentence;
mod rule;
mod template;
mod words;

pub use builtin::builtin;
pub use chain_fact::LONGEST_CHAIN;
pub use condition::{Condition, Negation, Scalar};
pub use fault::yaml_fault;
pub use file::{Example, Examples, Given, Reference};
pub use finding::{Certainty, Finding, Passage, Related, Remedy};
pub use judge::{Ignores, Judgement, Options, judge};
pub use load::{RuleError, load};
pub use rule::{Precision, Rule, Select, Severity};
