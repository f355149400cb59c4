//! What a selector of Calico says, and for whom it holds.
//!
//! Calico keeps one map of labels for whoever it knows: a pod carries those of its namespace and its service account as well, under prefixes,
//! and their names under keys of Calico's own (projectcalico/calico `libcalico-go/lib/backend/k8s/conversion`). Network sets and host
//! endpoints are chosen by the same expressions.

use super::super::super::manifest_lowering::ManifestLowering;
use super::super::super::namespace::NAME;
use crate::model::{Labels, LabelsOf, Selector};
use std::collections::BTreeSet;

/// The key under which whoever has a namespace carries its name.
pub(super) const NAMESPACE: &str = "projectcalico.org/namespace";
/// The key under which a pod carries the name of its service account.
pub(super) const ACCOUNT: &str = "projectcalico.org/serviceaccount";
const ORCHESTRATOR: &str = "projectcalico.org/orchestrator";
/// The key under which namespaces and service accounts carry their own names.
const OWN_NAME: &str = "projectcalico.org/name";
/// Prefix of the labels of the namespace.
pub(super) const OF_NAMESPACE: &str = "pcns.";
/// Prefix of the labels of the service account.
pub(super) const OF_ACCOUNT: &str = "pcsa.";

/// An expression over labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expression {
    /// `all()`
    All,
    /// `global()`: those that have no namespace. Only a rule's `namespaceSelector` may say so.
    Global,
    /// What is asked of the value under a key; does not hold where the key is absent.
    Label(String, Test),
    /// `!`, and `!=` and `not in`, which hold where the key is absent.
    Not(Box<Expression>),
    /// `&&`
    And(Vec<Expression>),
    /// `||`
    Or(Vec<Expression>),
}

/// What is asked of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Test {
    /// To be there.
    Exists,
    /// To be one of them.
    In(Vec<String>),
    /// To have it somewhere.
    Contains(String),
    /// To begin with it.
    StartsWith(String),
    /// To end with it.
    EndsWith(String),
}

impl Test {
    fn holds(&self, value: &str) -> bool {
        match self {
            Test::Exists => true,
            Test::In(values) => values.iter().any(|one| one == value),
            Test::Contains(text) => value.contains(text.as_str()),
            Test::StartsWith(text) => value.starts_with(text.as_str()),
            Test::EndsWith(text) => value.ends_with(text.as_str()),
        }
    }

    fn of(&self, of: LabelsOf, key: &str) -> Selector {
        let key = key.to_owned();
        match self.clone() {
            Test::Exists => Selector::Exists(of, key),
            Test::In(values) => Selector::In(of, key, values),
            Test::Contains(text) => Selector::Contains(of, key, text),
            Test::StartsWith(text) => Selector::StartsWith(of, key, text),
            Test::EndsWith(text) => Selector::EndsWith(of, key, text),
        }
    }

    /// Service accounts are selected by their whole name: other tests are put to every name that the input holds.
    fn of_account(&self, lowering: &ManifestLowering<'_>) -> Selector {
        let names: BTreeSet<String> = match self {
            Test::Exists => return Selector::Everything,
            Test::In(values) => values.iter().cloned().collect(),
            _ => {
                let used = lowering
                    .world
                    .workloads
                    .iter()
                    .map(|(_, workload)| workload.service_account.clone());
                let known = used
                    .chain(
                        lowering
                            .service_accounts
                            .keys()
                            .map(|(_, name)| name.clone()),
                    )
                    .chain(["default".to_owned()]);
                known.filter(|name| self.holds(name)).collect()
            }
        };
        Selector::Any(names.into_iter().map(Selector::HasServiceAccount).collect())
    }
}

impl Expression {
    /// The expression for one of these values under a key.
    pub(super) fn is_in(key: &str, values: Vec<String>) -> Self {
        Expression::Label(key.to_owned(), Test::In(values))
    }

    /// Both together.
    pub(super) fn and(self, other: Expression) -> Self {
        Expression::And(vec![self, other])
    }

    /// The same over keys under a prefix.
    pub(super) fn prefixed(self, prefix: &str) -> Self {
        let each = |parts: Vec<Self>| {
            parts
                .into_iter()
                .map(|part| part.prefixed(prefix))
                .collect()
        };
        match self {
            Expression::Label(key, test) => Expression::Label(format!("{prefix}{key}"), test),
            Expression::Not(inner) => Expression::Not(Box::new(inner.prefixed(prefix))),
            Expression::And(parts) => Expression::And(each(parts)),
            Expression::Or(parts) => Expression::Or(each(parts)),
            Expression::All | Expression::Global => self,
        }
    }

    /// A selector of namespaces as a condition on whoever may be in them: `all()` are all that have one, `global()` those that have none.
    pub(super) fn in_namespaces(self) -> Self {
        let each = |parts: Vec<Self>| parts.into_iter().map(Self::in_namespaces).collect();
        let namespaced = || Expression::Label(NAMESPACE.to_owned(), Test::Exists);
        match self {
            Expression::All => namespaced(),
            Expression::Global => Expression::Not(Box::new(namespaced())),
            Expression::Not(inner) => Expression::Not(Box::new(inner.in_namespaces())),
            Expression::And(parts) => Expression::And(each(parts)),
            Expression::Or(parts) => Expression::Or(each(parts)),
            label @ Expression::Label(..) => label.prefixed(OF_NAMESPACE),
        }
    }

    /// Whether `global()` is in it.
    pub(super) fn says_global(&self) -> bool {
        match self {
            Expression::Global => true,
            Expression::Not(inner) => inner.says_global(),
            Expression::And(parts) | Expression::Or(parts) => parts.iter().any(Self::says_global),
            Expression::All | Expression::Label(..) => false,
        }
    }

    /// The pods that it holds for.
    pub(super) fn pods(&self, lowering: &ManifestLowering<'_>) -> Selector {
        let each = |parts: &[Self]| parts.iter().map(|part| part.pods(lowering)).collect();
        match self {
            Expression::All | Expression::Global => Selector::Everything,
            Expression::Not(inner) => Selector::Not(Box::new(inner.pods(lowering))),
            Expression::And(parts) => Selector::All(each(parts)),
            Expression::Or(parts) => Selector::Any(each(parts)),
            Expression::Label(key, test) => of_pod(key, test, lowering),
        }
    }

    /// Whether it holds for someone with these labels.
    pub(super) fn holds(&self, labels: &Labels) -> bool {
        match self {
            Expression::All | Expression::Global => true,
            Expression::Not(inner) => !inner.holds(labels),
            Expression::And(parts) => parts.iter().all(|part| part.holds(labels)),
            Expression::Or(parts) => parts.iter().any(|part| part.holds(labels)),
            Expression::Label(key, test) => labels.get(key).is_some_and(|value| test.holds(value)),
        }
    }
}

/// The labels that the namespace of that name gives to whoever is in it.
pub(super) fn labels_of_namespace(name: &str, own: &Labels) -> Labels {
    let mut out: Labels = own
        .iter()
        .map(|(key, value)| (format!("{OF_NAMESPACE}{key}"), value.clone()))
        .collect();
    out.insert(format!("{OF_NAMESPACE}{OWN_NAME}"), name.to_owned());
    out.insert(NAMESPACE.to_owned(), name.to_owned());
    out
}

fn of_pod(key: &str, test: &Test, lowering: &ManifestLowering<'_>) -> Selector {
    match (
        key,
        key.strip_prefix(OF_NAMESPACE),
        key.strip_prefix(OF_ACCOUNT),
    ) {
        (NAMESPACE, ..) | (_, Some(OWN_NAME), _) => test.of(LabelsOf::Namespace, NAME),
        (ACCOUNT, ..) | (_, _, Some(OWN_NAME)) => test.of_account(lowering),
        (ORCHESTRATOR, ..) => {
            if test.holds("k8s") {
                Selector::Everything
            } else {
                Selector::Nothing
            }
        }
        (_, Some(own), _) => test.of(LabelsOf::Namespace, own),
        (_, _, Some(own)) => test.of(LabelsOf::ServiceAccount, own),
        _ => test.of(LabelsOf::Pod, key),
    }
}
