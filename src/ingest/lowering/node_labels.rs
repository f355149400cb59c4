//! Labels that the nodes of a pool carry, as far as the input says.

use crate::ingest::terraform::Value;
use crate::model::Labels;
use std::collections::BTreeSet;

/// Labels of nodes that are alike.
#[derive(Clone, Debug, Default)]
pub struct NodeLabels {
    own: Labels,
    /// Whether there may be more beside those of well-known domains.
    open: bool,
    /// Labels that they carry, with values that are not known.
    unsettled: BTreeSet<String>,
}

impl NodeLabels {
    /// Those of an attribute that maps names to values. What is not known of it leaves them open.
    #[must_use]
    pub fn of(value: &Value) -> Self {
        let mut out = NodeLabels {
            open: value.is_unknown(),
            ..NodeLabels::default()
        };
        if let Value::Map(map) = value {
            for (key, value) in map {
                match value.text() {
                    Some(value) => out.insert(key, value),
                    None => out.leave_open(key),
                }
            }
        }
        out
    }

    /// Labels of which nothing is known.
    #[must_use]
    pub fn unknown() -> Self {
        NodeLabels {
            open: true,
            ..NodeLabels::default()
        }
    }

    /// Adds a label.
    pub fn insert(&mut self, key: &str, value: &str) {
        self.own.insert(key.to_owned(), value.to_owned());
    }

    /// Adds a label whose value is not known.
    pub fn leave_open(&mut self, key: &str) {
        self.unsettled.insert(key.to_owned());
    }

    /// Whether some of the labels are such that nodes may carry or not.
    #[must_use]
    pub fn leaves_open(&self, asked: &Labels, well_known: &[&str]) -> bool {
        asked.keys().any(|key| {
            self.unsettled.contains(key)
                || self.open && !self.own.contains_key(key) && !is_of(key, well_known)
        })
    }

    /// Whether nodes may carry all of the labels. `well_known`: ends of the domains of labels that every node has, or whose
    /// values the input does not say.
    #[must_use]
    pub fn may_wear(&self, asked: &Labels, well_known: &[&str]) -> bool {
        asked.iter().all(|(key, value)| match self.own.get(key) {
            Some(own) => own == value,
            None => self.open || self.unsettled.contains(key) || is_of(key, well_known),
        })
    }
}

/// Whether the domain of a label ends in one of these.
fn is_of(key: &str, domains: &[&str]) -> bool {
    let domain = key
        .split_once('/')
        .map(|(domain, _)| domain)
        .unwrap_or_default();
    domains.iter().any(|known| domain.ends_with(known))
}
