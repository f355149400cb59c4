//! What is known of the configuration of resources that are recorded elsewhere and not read here.

use super::resource::Resource;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// Attributes that the configuration leaves to the provider, by address of the resource.
#[derive(Clone, Debug, Default)]
pub struct Undeclared(FxHashMap<String, BTreeSet<String>>);

impl Undeclared {
    /// Enters those of a resource.
    pub fn insert(&mut self, address: &str, names: BTreeSet<String>) {
        self.0.insert(address.to_owned(), names);
    }

    /// Those of a resource.
    #[must_use]
    pub fn undeclared(&self, own: &Resource) -> BTreeSet<String> {
        self.0.get(&own.address).cloned().unwrap_or_default()
    }

    /// Whether one is of a resource.
    #[must_use]
    pub fn holds(&self, own: &Resource, attribute: &str) -> bool {
        let names = self.0.get(&own.address);
        names.is_some_and(|names| names.contains(attribute))
    }
}
