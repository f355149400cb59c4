//! Declarative rules: what they look at, when they fire, and the findings that follow. Knows no output format.
//!
//! A rule is a YAML file: it selects a kind of fact ([`FactKind`]), says under which condition on its fields it fires and
//! which facts one finding stands for, and holds the words. A condition that hangs on something unknown makes the finding
//! possible. One file declares a kind of fact, its fields and how they are filled; a rule that
//! names any other field is refused with its line.

mod border_fact;
mod builtin;
mod chain_fact;
mod cluster_fact;
mod comparison;
mod condition;
mod crossing_fact;
mod crossing_part;
mod dns_need;
mod fact;
mod fact_kinds;
mod far_side;
mod fault;
mod field;
mod file;
mod filter_fact;
mod finding;
mod grouping;
#[cfg(test)]
mod hostile_tests;
mod intended;
mod intent;
mod intent_fact;
mod judge;
mod judged;
mod kind;
mod load;
mod matching;
mod namespace_fact;
mod nearest;
mod node;
mod node_pool_fact;
mod operand;
mod place;
mod policy_fact;
mod policy_rule_fact;
mod remark_fact;
mod remark_sentence;
mod route_fact;
mod rule;
mod rule_content;
mod schema;
mod severity;
mod shared_nodes_fact;
mod source_block;
mod subject;
mod template;
#[cfg(test)]
mod tests;
mod traffic_words;
mod truth;
mod value;
mod when;
mod wording;
mod words;

pub use builtin::{builtin, builtin_without_examples};
pub use chain_fact::LONGEST_CHAIN;
pub use fact_kinds::FACT_KINDS;
pub use far_side::far_name;
pub use fault::yaml_fault;
pub use field::{Field, Holds};
pub use finding::{Certainty, Finding, Related, Remedy, WorkloadCrossing};
pub use intended::{Intended, IntendedCrossing};
pub use intent::{AllowEntry, Allowance, Coverage, Day, Intent, IntentError};
pub use judge::{Ignores, Judgement, Options, judge};
pub use kind::FactKind;
pub use load::{RuleError, RuleText, load, load_any};
pub use rule::{Advice, Case, Example, Examples, Given, Grade, Override, Reference, Rule};
pub use schema::schema;
pub use severity::{Precision, Severity};
#[cfg(test)]
pub(crate) use tests::values;
pub use traffic_words::{short_traffic, traffic_words};
