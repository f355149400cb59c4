//! Expressions over labels: what every policy kind's selectors lower into.

use super::cluster::Labels;

/// Whose labels a [`Selector`] looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LabelsOf {
    /// The pod.
    Pod,
    /// The pod's namespace.
    Namespace,
    /// The pod's service account.
    ServiceAccount,
}

/// A condition on a pod.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Selector {
    /// Every pod.
    Everything,
    /// No pod.
    Nothing,
    /// The pod's namespace has this name.
    InNamespace(String),
    /// The pod's service account has this name.
    HasServiceAccount(String),
    /// The key is there with one of the values.
    In(LabelsOf, String, Vec<String>),
    /// The key is there.
    Exists(LabelsOf, String),
    /// The key is there and its value contains the text.
    Contains(LabelsOf, String, String),
    /// The key is there and its value starts with the text.
    StartsWith(LabelsOf, String, String),
    /// The key is there and its value ends with the text.
    EndsWith(LabelsOf, String, String),
    /// The condition does not hold. (`NotIn` and `!=` of Kubernetes also hold where the key is absent: so does this.)
    Not(Box<Selector>),
    /// All of them hold; holds where there are none.
    All(Vec<Selector>),
    /// One of them holds; does not hold where there are none.
    Any(Vec<Selector>),
}

/// A pod as selectors see it.
#[derive(Clone, Copy, Debug)]
pub struct Selected<'a> {
    /// Labels of the pod.
    pub pod: &'a Labels,
    /// Name of its namespace.
    pub namespace: &'a str,
    /// Labels of its namespace.
    pub namespace_labels: &'a Labels,
    /// Name of its service account.
    pub service_account: &'a str,
    /// Labels of its service account.
    pub service_account_labels: &'a Labels,
}

impl Selected<'_> {
    fn value(&self, of: LabelsOf, key: &str) -> Option<&str> {
        let labels = match of {
            LabelsOf::Pod => self.pod,
            LabelsOf::Namespace => self.namespace_labels,
            LabelsOf::ServiceAccount => self.service_account_labels,
        };
        labels.get(key).map(String::as_str)
    }
}

impl Selector {
    /// Whether the condition holds for the pod.
    #[must_use]
    pub fn holds(&self, pod: Selected<'_>) -> bool {
        let value = |of: &LabelsOf, key: &str, test: &dyn Fn(&str) -> bool| {
            pod.value(*of, key).is_some_and(test)
        };
        match self {
            Selector::Everything => true,
            Selector::Nothing => false,
            Selector::InNamespace(name) => pod.namespace == name,
            Selector::HasServiceAccount(name) => pod.service_account == name,
            Selector::In(of, key, values) => {
                value(of, key, &|own| values.iter().any(|one| one == own))
            }
            Selector::Exists(of, key) => value(of, key, &|_| true),
            Selector::Contains(of, key, text) => value(of, key, &|own| own.contains(text.as_str())),
            Selector::StartsWith(of, key, text) => {
                value(of, key, &|own| own.starts_with(text.as_str()))
            }
            Selector::EndsWith(of, key, text) => {
                value(of, key, &|own| own.ends_with(text.as_str()))
            }
            Selector::Not(inner) => !inner.holds(pod),
            Selector::All(parts) => parts.iter().all(|part| part.holds(pod)),
            Selector::Any(parts) => parts.iter().any(|part| part.holds(pod)),
        }
    }
}
