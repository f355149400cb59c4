//! What policies look at and the input does not say.

use crate::model::{Doubt, LabelsOf, Origin};
use std::collections::BTreeMap;

/// Labels that are not known of the pods that an object makes.
#[derive(Clone, Debug)]
pub(super) struct HiddenLabels {
    /// The object.
    pub(super) origin: Origin,
    /// Its namespace.
    pub(super) namespace: String,
    /// The label; none stands for each.
    pub(super) key: Option<String>,
    /// Why it is not known.
    pub(super) doubt: Doubt,
}

impl HiddenLabels {
    /// Whether a selector asks for one of the labels.
    pub(super) fn is_asked(&self, keys: &[(LabelsOf, String)]) -> bool {
        keys.iter()
            .any(|(of, key)| *of == LabelsOf::Pod && self.key.as_ref().is_none_or(|own| own == key))
    }
}

/// What is not known of pods, namespaces and service accounts.
#[derive(Clone, Debug, Default)]
pub struct Hidden {
    /// Labels of pods.
    pub(super) pods: Vec<HiddenLabels>,
    /// Why the labels of a key may be others, for each key: those of namespaces and service accounts.
    pub(super) keys: BTreeMap<String, Doubt>,
    /// Why any label of those, or the namespace of some pods, may be another one.
    pub(super) any: Doubt,
    /// Why some pods may be in another namespace, where a placeholder stands for it.
    pub(super) namespaces: Doubt,
    /// Why the service account of some pods may be another one.
    pub(super) accounts: Doubt,
    /// Why named ports of some pods may be others.
    pub(super) ports: Doubt,
}
