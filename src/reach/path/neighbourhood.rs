//! Which sides can have to do with each other: a world of many networks is judged part by part, and no row is made, nor asked
//! for, between parts that neither a border nor a way that is not known can join.

use super::classes::{Class, Presence};
use super::crossing::targets;
use super::far::Far;
use super::locations::Locations;
use crate::model::{Cluster, Id, Network, World};
use crate::reach::joined_networks::JoinedNetworks;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// Classes and far sides of one part, by position, ascending.
#[derive(Default)]
pub(super) struct Neighbourhood {
    pub classes: Vec<usize>,
    pub fars: Vec<usize>,
}

/// All neighbourhoods. A side that stands in no known network is in none: nothing crosses to or from it.
#[derive(Default)]
pub(super) struct Neighbourhoods {
    pub all: Vec<Neighbourhood>,
    /// Which one each class is in.
    of_class: FxHashMap<usize, usize>,
    /// For each cluster, whose classes are all in one, the classes of others there.
    elsewhere: FxHashMap<Id<Cluster>, Vec<usize>>,
}

impl Neighbourhoods {
    /// Those of the classes and far sides of a table. Chains of pods and resources lead from one network of a cluster, or of a
    /// resource, to another, so these count as joined.
    pub fn of(world: &World, locations: &Locations, (classes, fars): (&[Class], &[Far])) -> Self {
        let mut joined = JoinedNetworks::by_any_way(world);
        for (_, endpoint) in world.endpoints.iter() {
            joined.join_all(endpoint.attachments.iter().map(|at| at.network));
        }
        let mut first: FxHashMap<Id<Cluster>, Id<Network>> = FxHashMap::default();
        for class in classes {
            for network in networks(locations, &class.presence) {
                let known = *first.entry(class.cluster).or_insert(network);
                joined.join(known, network);
            }
        }
        let mut parts: BTreeMap<usize, Neighbourhood> = BTreeMap::new();
        for (number, class) in classes.iter().enumerate() {
            if let Some(network) = first.get(&class.cluster) {
                let part = parts.entry(joined.part(*network)).or_default();
                part.classes.push(number);
            }
        }
        for (number, far) in fars.iter().enumerate() {
            if let Some(network) = network_of(locations, far) {
                let part = parts.entry(joined.part(network)).or_default();
                part.fars.push(number);
            }
        }
        let mut out = Neighbourhoods::default();
        for part in parts.into_values() {
            let number = out.all.len();
            let own = part.classes.iter().map(|class| (*class, number));
            out.of_class.extend(own);
            out.elsewhere.extend(elsewhere(&part.classes, classes));
            out.all.push(part);
        }
        out
    }

    /// That of a class.
    pub fn of_class(&self, class: usize) -> Option<&Neighbourhood> {
        self.all.get(self.number(class)?)
    }

    /// The position of that of a class.
    pub fn number(&self, class: usize) -> Option<usize> {
        self.of_class.get(&class).copied()
    }

    /// The classes of other clusters in the neighbourhood of a cluster's, ascending.
    pub fn elsewhere(&self, cluster: Id<Cluster>) -> &[usize] {
        let own = self.elsewhere.get(&cluster);
        own.map(Vec::as_slice).unwrap_or_default()
    }
}

/// For each cluster that some classes are of, those of others.
fn elsewhere(numbers: &[usize], classes: &[Class]) -> Vec<(Id<Cluster>, Vec<usize>)> {
    let cluster = |number: &usize| classes.get(*number).map(|class| class.cluster);
    let clusters: BTreeSet<Id<Cluster>> = numbers.iter().filter_map(cluster).collect();
    let others = |own: Id<Cluster>| {
        let others = numbers.iter().filter(|other| cluster(other) != Some(own));
        (own, others.copied().collect())
    };
    clusters.into_iter().map(others).collect()
}

/// The networks of all places at which packets leave or arrive, fronts of entry points included.
fn networks(locations: &Locations, presence: &Presence) -> Vec<Id<Network>> {
    let sources = presence.sources.iter().map(|own| own.location);
    let targets = targets(presence).map(|own| own.location);
    let all = sources.chain(targets);
    all.filter_map(|own| locations.network(own)).collect()
}

/// A network of a far side; the others are joined with it.
fn network_of(locations: &Locations, far: &Far) -> Option<Id<Network>> {
    far.network
        .or_else(|| networks(locations, &far.presence).first().copied())
}
