//! What an attribute of a resource turned out to point at.

use crate::model::Doubt;

/// What an attribute points at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<T> {
    /// The things, each with the reason why it may be wrong; ascending, without repetition.
    pub items: Vec<(T, Doubt)>,
    /// Why there may be others.
    pub rest: Doubt,
}

impl<T> Default for Found<T> {
    fn default() -> Self {
        Found {
            items: Vec::new(),
            rest: Doubt::none(),
        }
    }
}

/// More candidates than this are not entered one by one: what holds for all of them together is.
pub const MANY: usize = 8;

impl<T: Copy + Ord> Found<T> {
    /// Whether there are so many candidates that each of them says next to nothing.
    #[must_use]
    pub fn is_crowd(&self) -> bool {
        self.items.len() > MANY && self.items.iter().all(|(_, doubt)| !doubt.is_certain())
    }

    /// The things without their doubts.
    pub fn all(&self) -> impl Iterator<Item = T> + '_ {
        self.items.iter().map(|(item, _)| *item)
    }

    /// The first thing.
    #[must_use]
    pub fn first(&self) -> Option<T> {
        self.items.first().map(|(item, _)| *item)
    }

    /// All doubts together: certain means that the things are all there is and all of them right.
    #[must_use]
    pub fn doubt(&self) -> Doubt {
        self.items
            .iter()
            .fold(self.rest.clone(), |sum, (_, doubt)| sum.and(doubt))
    }

    /// The only thing, where there is exactly one and no doubt.
    #[must_use]
    pub fn certain(&self) -> Option<T> {
        match self.items.as_slice() {
            [(item, doubt)] if doubt.is_certain() && self.rest.is_certain() => Some(*item),
            _ => None,
        }
    }

    /// Adds a thing; one that stands there already keeps the lesser doubt.
    pub fn add(&mut self, item: T, doubt: Doubt) {
        // Most things come in their order.
        if self.items.last().is_none_or(|(last, _)| *last < item) {
            return self.items.push((item, doubt));
        }
        match self.items.binary_search_by_key(&item, |(own, _)| *own) {
            Ok(at) => {
                if let Some((_, own)) = self.items.get_mut(at).filter(|_| doubt.is_certain()) {
                    *own = doubt;
                }
            }
            Err(at) => self.items.insert(at, (item, doubt)),
        }
    }

    /// The same, each thing in a further doubt.
    #[must_use]
    pub fn in_doubt(mut self, doubt: &Doubt) -> Self {
        self.items
            .iter_mut()
            .for_each(|(_, own)| *own = own.and(doubt));
        self
    }

    /// Adds each of some candidates in the doubt that there may be others; nothing where there is none.
    pub fn or_any(&mut self, candidates: impl IntoIterator<Item = T>) {
        let doubt = self.rest.clone();
        if !doubt.is_certain() {
            candidates
                .into_iter()
                .for_each(|item| self.add(item, doubt.clone()));
        }
    }

    /// Gives each of the things what is said of it: for sure, or perhaps where nothing is said for sure.
    pub fn give<V: Copy>(&self, value: V, given: &mut std::collections::BTreeMap<T, V>) {
        for (item, doubt) in &self.items {
            if doubt.is_certain() && self.rest.is_certain() {
                given.insert(*item, value);
            } else {
                given.entry(*item).or_insert(value);
            }
        }
    }

    /// Adds all that another holds.
    pub fn extend(&mut self, other: Found<T>) {
        self.rest = self.rest.and(&other.rest);
        if self.items.is_empty() {
            self.items = other.items;
            return;
        }
        other
            .items
            .into_iter()
            .for_each(|(item, doubt)| self.add(item, doubt));
    }
}
