//! Distinct places in the network, each with a number.

use super::location::NetworkLocation;
use crate::model::{Id, Network};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;

/// The number of a location among those of a [`Locations`].
pub(super) type LocationNumber = usize;

/// Distinct locations, by number.
#[derive(Default)]
pub(super) struct Locations {
    all: RefCell<Vec<Rc<NetworkLocation>>>,
    numbers: RefCell<FxHashMap<Rc<NetworkLocation>, LocationNumber>>,
}

impl Locations {
    /// The number of a location, whichever line says that it is one.
    pub fn number(&self, location: NetworkLocation) -> LocationNumber {
        let location = Rc::new(NetworkLocation {
            origin: None,
            ..location
        });
        let mut all = self.all.borrow_mut();
        let next = all.len();
        let mut numbers = self.numbers.borrow_mut();
        *numbers.entry(location).or_insert_with_key(|location| {
            all.push(Rc::clone(location));
            next
        })
    }

    /// The location of a number.
    pub fn get(&self, number: LocationNumber) -> Option<Rc<NetworkLocation>> {
        self.all.borrow().get(number).cloned()
    }

    /// The network of a location.
    pub fn network(&self, number: LocationNumber) -> Option<Id<Network>> {
        self.all.borrow().get(number)?.network
    }
}
