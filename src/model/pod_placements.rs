//! The placements of a workload's pods, shared by the workloads that have the same.

use super::network::PodPlacement;
use rustc_hash::FxHashSet;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// Ways in which the pods of a workload may stand in the network. A copy shares them until one is changed: most workloads of a
/// cluster stand in the same places.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PodPlacements(Arc<Vec<PodPlacement>>);

impl PodPlacements {
    /// Where the list is kept: equal for those that share one, and for no others of one world.
    #[must_use]
    pub fn identity(&self) -> *const PodPlacement {
        self.0.as_ptr()
    }
}

impl Deref for PodPlacements {
    type Target = Vec<PodPlacement>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for PodPlacements {
    fn deref_mut(&mut self) -> &mut Self::Target {
        Arc::make_mut(&mut self.0)
    }
}

impl From<Vec<PodPlacement>> for PodPlacements {
    fn from(placements: Vec<PodPlacement>) -> Self {
        PodPlacements(Arc::new(placements))
    }
}

impl<'a> IntoIterator for &'a PodPlacements {
    type Item = &'a PodPlacement;
    type IntoIter = std::slice::Iter<'a, PodPlacement>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a mut PodPlacements {
    type Item = &'a mut PodPlacement;
    type IntoIter = std::slice::IterMut<'a, PodPlacement>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

/// Lists of placements, each kept once.
#[derive(Debug, Default)]
pub struct DistinctPlacements(FxHashSet<PodPlacements>);

impl DistinctPlacements {
    /// The list that is like this one.
    pub fn shared(&mut self, placements: Vec<PodPlacement>) -> PodPlacements {
        let placements = PodPlacements::from(placements);
        if let Some(known) = self.0.get(&placements) {
            return known.clone();
        }
        self.0.insert(placements.clone());
        placements
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AddressSet, Attachment, Doubt, Enforced, Id, Note};

    fn placement(name: &str) -> PodPlacement {
        let note = Note {
            text: String::new(),
            origin: None,
            assumed: false,
        };
        PodPlacement {
            name: name.to_owned(),
            pool: None,
            pod: Attachment {
                network: Id::at(0),
                subnet: None,
                addresses: AddressSet::none(),
                filters: Vec::new(),
                interface: 0,
                doubt: Doubt::none(),
                origin: None,
            },
            node: None,
            translated: AddressSet::none(),
            source_address: note.clone(),
            enforced: Enforced::Yes(note),
            doubt: Doubt::none(),
        }
    }

    #[test]
    fn equal_lists_are_one_until_one_is_changed() {
        let mut distinct = DistinctPlacements::default();
        let one = distinct.shared(vec![placement("a")]);
        let mut other = distinct.shared(vec![placement("a")]);
        assert_eq!(one.identity(), other.identity());
        assert_ne!(
            one.identity(),
            distinct.shared(vec![placement("b")]).identity()
        );
        other.push(placement("c"));
        assert_ne!(one.identity(), other.identity());
        assert_eq!((one.len(), other.len()), (1, 2));
    }
}
