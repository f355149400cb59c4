//! The rules that come with the program, embedded when it is built.

use super::load::{RuleError, load};
use super::rule::Rule;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$((concat!("rules/", $name, ".yaml"), include_str!(concat!("../../rules/", $name, ".yaml")))),*]
    };
}

/// Every file of `rules/`; a test holds the list against the folder.
const FILES: &[(&str, &str)] = files![
    "CP101-pod-egress-across-border",
    "CP102-pod-ingress-across-border",
    "CP103-host-network-across-border",
    "CP104-whole-peer-network",
    "CP105-pod-behind-entry-point-across-border",
    "CP106-pod-comes-to-border-by-others",
    "CP107-everything-but-some-blocks",
    "CP108-api-of-another-cluster",
    "CP109-node-credentials-open-to-pods",
    "CP110-nodes-shared-with-pods-that-cross",
    "CP121-privileged-pod-across-border",
    "CP122-pod-with-more-than-it-needs-across-border",
    "CP201-namespace-without-policy",
    "CP202-namespace-open-ingress",
    "CP203-namespace-open-egress",
    "CP204-policy-nullified",
    "CP205-policies-not-enforced",
    "CP206-policy-without-effect",
    "CP208-egress-without-dns",
    "CP301-policy-selects-nothing",
    "CP302-rule-matches-nothing",
    "CP303-rule-addresses-do-not-fit",
    "CP304-rule-shadowed",
    "CP305-policies-contradict",
    "CP306-label-of-every-namespace",
    "CP401-route-drops-packets",
    "CP402-one-way-border",
    "CP403-ranges-overlap",
    "CP404-route-unused",
    "CP405-route-wider-than-peer",
    "CP406-border-without-routes",
    "CP407-route-into-pending-border",
    "CP408-public-subnet-beside-border",
    "CP409-border-into-another-account",
    "CP410-border-into-another-region",
    "CP411-default-route-into-border",
    "CP501-rule-admits-whole-peer-network",
    "CP502-rule-admits-anyone",
    "CP503-acl-filters-nothing",
    "CP504-security-group-unused",
    "CP505-database-port-open-to-anyone",
    "CP601-crossing-beyond-intent",
    "CP602-intended-flow-blocked",
    "CP603-intent-expired",
    "CP604-intent-unused",
    "CP605-intent-not-reviewed",
];

/// The built-in rules, by id.
///
/// # Errors
/// [`RuleError`] where one is malformed: a test makes sure that none is.
pub fn builtin() -> Result<Vec<Rule>, RuleError> {
    FILES.iter().map(|(path, text)| load(path, text)).collect()
}

/// The same with no examples in them, for whoever only judges: three quarters of the time that the files take to read go to
/// examples.
///
/// # Errors
/// As [`builtin`].
pub fn builtin_without_examples() -> Result<Vec<Rule>, RuleError> {
    let rule = |(path, text): &(&str, &str)| match text.split_once(EXAMPLES) {
        Some((rule, _)) => load(
            path,
            &[rule, EXAMPLES, " {fires: [], silent: []}\n"].concat(),
        ),
        None => load(path, text),
    };
    FILES.iter().map(rule).collect()
}

/// The key of the examples, which stand last in every built-in file.
const EXAMPLES: &str = "\nexamples:";

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_file_is_listed_loads_and_is_named_after_its_rule() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/rules");
        let there: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| format!("rules/{}", entry.unwrap().file_name().to_string_lossy()))
            .collect();
        let listed: BTreeSet<String> = FILES.iter().map(|(path, _)| (*path).to_owned()).collect();
        assert_eq!(there, listed);
        for rule in builtin().unwrap() {
            assert!(
                rule.path.starts_with(&format!("rules/{}-", rule.id)),
                "{} is in {}",
                rule.id,
                rule.path
            );
            assert!(
                !rule.examples.fires.is_empty() && !rule.examples.silent.is_empty(),
                "{} lacks examples",
                rule.id
            );
            assert!(
                rule.tags.len() < 9,
                "{}: code scanning shows ten tags, one of which is `security`",
                rule.id
            );
        }
    }

    #[test]
    fn rules_differ_by_their_examples_only_where_those_are_left_out() {
        let mut whole = builtin().unwrap();
        for rule in &mut whole {
            rule.examples = Default::default();
        }
        let judging = builtin_without_examples().unwrap();
        assert_eq!(format!("{judging:?}"), format!("{whole:?}"));
    }
}
