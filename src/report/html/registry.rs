//! Lists in which each thing stands once, so that it can be named by its place.

use indexmap::{Equivalent, IndexMap};
use rustc_hash::FxBuildHasher;
use std::hash::Hash;

/// Things by what tells them apart, in the order in which they came.
#[derive(Debug)]
pub(super) struct Registry<K, T>(IndexMap<K, T, FxBuildHasher>);

impl<K: Hash + Eq, T> Default for Registry<K, T> {
    fn default() -> Self {
        Registry(IndexMap::default())
    }
}

impl<K: Hash + Eq, T> Registry<K, T> {
    /// The place of a thing, which is made where it is new.
    pub fn place(&mut self, key: K, make: impl FnOnce() -> T) -> usize {
        let entry = self.0.entry(key);
        let at = entry.index();
        entry.or_insert_with(make);
        at
    }

    /// The place of a thing that is there.
    pub fn find<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<usize> {
        self.0.get_index_of(key)
    }

    /// How many things there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// A thing that is there.
    pub fn get<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<&T> {
        self.0.get(key)
    }

    /// Changes a thing that is there.
    pub fn change<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q, how: impl FnOnce(&mut T)) {
        if let Some(thing) = self.0.get_mut(key) {
            how(thing);
        }
    }

    /// All of them.
    pub fn list(self) -> Vec<T> {
        self.0.into_values().collect()
    }

    /// All of them, with what tells them apart.
    pub fn pairs(self) -> impl Iterator<Item = (K, T)> {
        self.0.into_iter()
    }
}
