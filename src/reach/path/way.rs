//! One combination of a source's standing, a destination's standing and a border between them.

use super::fabric::Fabric;
use super::policy::Guard;
use super::relay;
use super::screen::Ends;
use super::spot::{Spot, Standing};
use crate::model::{Border, Direction, Doubt, Endpoint, Id, Leg, Note, Origin, Reason, Relay};

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
    pub fn link(&self) -> Option<Id<Border>> {
        if let PathKind::Over(link, ..) = self {
            Some(*link)
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
pub(super) struct Way<'a, 'w> {
    pub fabric: &'a Fabric<'w>,
    pub guard: &'a dyn Guard,
    pub from: &'a Standing<'w>,
    pub to: &'a Standing<'w>,
    pub border: PathKind<'w>,
}

impl Way<'_, '_> {
    /// Whether both ends stand in one subnet, so that nothing at a subnet's edge is between them.
    pub fn same_subnet(&self) -> bool {
        self.from.spot.subnet.is_some() && self.from.spot.subnet == self.to.spot.subnet
    }

    /// Both ends as the filters of one of them see them: of the end that packets leave from, or of that where they arrive.
    pub fn ends(&self, crossing: Direction) -> Ends {
        let (from, to) = (&self.from.spot, &self.to.spot);
        let (own, other) = if crossing == Direction::Egress {
            (from, to)
        } else {
            (to, from)
        };
        if self.border.relay().is_some() {
            return self.fabric.ends(own, &relay::stranger(own), true);
        }
        self.fabric
            .ends(own, other, self.border.keeps_members(crossing))
    }
}

/// The ways from one spot to another, those over borders first.
pub(super) fn borders<'w>(fabric: &Fabric<'w>, from: &Spot, to: &Spot) -> Vec<PathKind<'w>> {
    match (from.network, to.network) {
        (Some(a), Some(b)) if a == b => vec![PathKind::Inside],
        (Some(a), Some(b)) => {
            let over = fabric
                .legs(a, b)
                .iter()
                .map(|&(link, number, leg)| PathKind::Over(link, number, leg));
            over.chain([PathKind::Unmodelled]).collect()
        }
        _ => vec![PathKind::Unmodelled],
    }
}

/// Why a hop answers as it does, with the line that decides.
#[derive(Clone, Debug)]
pub(in crate::reach) struct Evidence {
    /// The reason.
    pub reason: Reason,
    /// The line that decides.
    pub origin: Option<Origin>,
    /// Whether it is a provider's default that the input does not mention.
    pub assumed: bool,
    /// What makes it uncertain.
    pub doubt: Doubt,
}

impl Evidence {
    /// A reason that no line decides.
    pub fn new(reason: Reason) -> Self {
        Evidence {
            reason,
            origin: None,
            assumed: false,
            doubt: Doubt::none(),
        }
    }

    /// With the line that decides.
    pub fn at(mut self, origin: Option<&Origin>) -> Self {
        self.origin = origin.cloned();
        self
    }

    /// With what makes it uncertain.
    pub fn unless(mut self, doubt: &Doubt) -> Self {
        self.doubt = self.doubt.and(doubt);
        self
    }

    /// What a note of the model says, as a reason of some kind.
    pub fn noted(note: &Note, reason: impl FnOnce(Note) -> Reason) -> Self {
        Evidence {
            reason: reason(note.clone()),
            origin: note.origin.clone(),
            assumed: note.assumed,
            doubt: Doubt::none(),
        }
    }
}
