//! One combination of a source's place, a destination's place and a border between them.

use super::filter_outcome::FilterEnds;
use super::location::{EndCandidate, NetworkLocation};
use super::network_index::NetworkIndex;
use super::pod_policies::PodPolicies;
use crate::model::{Border, Direction, Doubt, Endpoint, Id, Leg, Relay};

/// How a packet gets from one network to another.
#[derive(Clone, Copy, Debug)]
pub(super) enum PathKind<'w> {
    /// It stays in its network.
    Inside,
    /// Over one leg of a border, with its position among the border's.
    Over(Id<Border>, usize, &'w Leg),
    /// Into a NAT gateway of the network, which sends on what it gets.
    Into(Id<Endpoint>),
    /// From a forwarder that keeps the client's address to what it hands on to, in one network: no table routes that, nor the
    /// replies, which come back to the forwarder.
    Handed,
    /// From a node to pods that run on it.
    WithinNode,
    /// By no border of the input.
    Unmodelled,
}

impl PathKind<'_> {
    /// The border of the input that it crosses.
    pub fn border(&self) -> Option<Id<Border>> {
        if let PathKind::Over(border, ..) = self {
            Some(*border)
        } else {
            None
        }
    }

    /// What takes connections up and opens them anew beyond the border.
    pub fn relay(&self) -> Option<&Relay> {
        match self {
            PathKind::Over(_, _, leg) => leg.relay.as_ref(),
            _ => None,
        }
    }

    /// Whether references to members of a filter hold across in rules of that direction.
    pub fn keeps_members(&self, crossing: Direction) -> bool {
        match self {
            PathKind::Inside | PathKind::Handed | PathKind::WithinNode => true,
            PathKind::Over(_, _, leg) => leg.keeps_members.contains(&crossing),
            PathKind::Into(_) => false,
            // Where nothing is known of the way, they may; no such way is more than possible.
            PathKind::Unmodelled => true,
        }
    }

    /// Whether it delivers into the subnet from inside, so that the subnet's edge is not crossed.
    pub fn stands_in(&self, subnet: Option<Id<crate::model::Subnet>>) -> bool {
        match self {
            PathKind::Over(_, _, leg) => {
                subnet.is_some_and(|subnet| leg.unjudged.contains(&subnet))
            }
            _ => false,
        }
    }
}

/// One way from a source to a destination; hops are asked about it one after the other.
pub(super) struct PathCandidate<'a, 'w> {
    pub index: &'a NetworkIndex<'w>,
    pub evaluator: &'a dyn PodPolicies,
    pub from: &'a EndCandidate<'w>,
    pub to: &'a EndCandidate<'w>,
    pub border: PathKind<'w>,
}

impl PathCandidate<'_, '_> {
    /// Whether something that is not judged carries packets from one network of the input to another (an appliance, a route that is
    /// not known): it may put its own address in place of the source.
    pub fn may_hide_source(&self) -> bool {
        let is_known = |at: &NetworkLocation| {
            let network = at.network.map(|id| &self.index.world.networks[id]);
            network.is_some_and(|network| network.known)
        };
        let ends = [&self.from.location, &self.to.location];
        matches!(self.border, PathKind::Unmodelled) && ends.into_iter().all(is_known)
    }

    /// The border, where it may deliver past the filters of its destination.
    pub fn may_bypass(&self) -> Option<(Id<Border>, &Doubt)> {
        let PathKind::Over(border, _, leg) = self.border else {
            return None;
        };
        let filters = self.to.location.filters.iter().flatten();
        let mut past = filters.filter(|filter| leg.may_bypass.contains(filter));
        past.next().map(|_| (border, &leg.doubt))
    }

    /// Whether both ends stand in one subnet, so that nothing at a subnet's edge is between them.
    pub fn same_subnet(&self) -> bool {
        self.from.location.subnet.is_some() && self.from.location.subnet == self.to.location.subnet
    }

    /// Both ends as the filters of one of them see them: of the end that packets leave from, or of that where they arrive.
    pub fn ends(&self, crossing: Direction) -> FilterEnds {
        let (from, to) = (&self.from.location, &self.to.location);
        let (own, other) = if crossing == Direction::Egress {
            (from, to)
        } else {
            (to, from)
        };
        if self.border.relay().is_some() {
            return self.index.ends(own, &stranger(own), true);
        }
        self.index
            .ends(own, other, self.border.keeps_members(crossing))
    }
}

/// The ways from one location to another, those over borders first.
pub(super) fn borders<'w>(
    index: &NetworkIndex<'w>,
    from: &NetworkLocation,
    to: &NetworkLocation,
) -> Vec<PathKind<'w>> {
    match (from.network, to.network) {
        (Some(a), Some(b)) if a == b => vec![PathKind::Inside],
        (Some(a), Some(b)) => {
            let over = index
                .legs(a, b)
                .iter()
                .map(|&(border, number, leg)| PathKind::Over(border, number, leg));
            over.chain([PathKind::Unmodelled]).collect()
        }
        _ => vec![PathKind::Unmodelled],
    }
}

/// The end that a filter sees in place of the other one: nobody that references tell, in the filter's own network.
fn stranger(own: &NetworkLocation) -> NetworkLocation {
    NetworkLocation {
        filters: None,
        ..own.clone()
    }
}
