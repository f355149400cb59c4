//! Borders: what joins one network to another. Every kind of border lowers into this one shape.

use super::{Network, Subnet};
use crate::model::{AddressSet, Direction, Doubt, Filter, Id, Origin};

/// A border between networks, as directed legs.
#[derive(Clone, Debug)]
pub struct Border {
    /// Name to print, unique in the world: the Terraform address of the border.
    pub name: String,
    /// What it is, as its provider calls it: `peering`, `transit gateway`.
    pub kind: &'static str,
    /// The ways across, one for each direction and pair of networks.
    pub legs: Vec<Leg>,
    /// What the trail says of the border's state: `active once applied`, `waits for acceptance by 444455556666`.
    pub state: String,
    /// Where it is declared.
    pub origin: Option<Origin>,
}

/// One way across a [`Border`].
#[derive(Clone, Debug)]
pub struct Leg {
    /// The network that packets come from.
    pub from: Id<Network>,
    /// Subnets of `from` whose packets may enter; none named means every subnet.
    pub entry: Option<Vec<Id<Subnet>>>,
    /// The network that packets arrive in.
    pub to: Id<Network>,
    /// Source addresses that may cross.
    pub sources: AddressSet,
    /// Destinations that this leg carries.
    pub destinations: AddressSet,
    /// Filters between the border and the far subnet, and between the near subnet and the border, each of which must let pass.
    pub filters: Vec<(Id<Filter>, Direction)>,
    /// Subnets of `to` whose own filters do not judge what this leg delivers into them, because the border stands inside
    /// them.
    pub unjudged: Vec<Id<Subnet>>,
    /// Filters on interfaces of `to` that may not judge what this leg delivers, nor may those of their subnets: whoever has
    /// them is reached by connections of its service's own.
    pub may_bypass: Vec<Id<Filter>>,
    /// In rules of which directions a filter's reference to members of another filter holds across (security group
    /// referencing). None: in no rule.
    pub keeps_members: Vec<Direction>,
    /// What takes connections up and opens them anew on the far side; none where packets are routed across.
    pub relay: Option<Relay>,
    /// Why the leg is not certain: not accepted, not linked, far side unknown.
    pub doubt: Doubt,
    /// Further lines that make the leg, such as the gateway's own route: text and origin, in the order of the packet.
    pub because: Vec<(String, Option<Origin>)>,
}

impl Leg {
    /// A leg on which it is not known what passes, nor which addresses either end sees; each end with its addresses that may
    /// take part.
    #[must_use]
    pub fn unknown(
        (from, sources): (Id<Network>, AddressSet),
        (to, destinations): (Id<Network>, AddressSet),
        doubt: Doubt,
    ) -> Self {
        Leg {
            from,
            entry: None,
            to,
            sources,
            destinations,
            filters: Vec::new(),
            unjudged: Vec::new(),
            may_bypass: Vec::new(),
            keeps_members: Vec::new(),
            relay: Some(Relay {
                listens: AddressSet::all(),
                sends: AddressSet::all(),
            }),
            doubt,
            because: Vec::new(),
        }
    }
}

/// A service that takes connections up on the near side of a border and opens them anew on the far side (an endpoint that
/// answers for a service of another network, a service mesh of the provider): no route leads across, and neither side sees
/// the addresses of the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relay {
    /// Addresses at which it takes connections up: the destinations that routes, filters and policies of the near side see.
    /// All addresses where they are not known.
    pub listens: AddressSet,
    /// Addresses with which it opens them: the sources that filters and policies of the far side see. All addresses where
    /// they are not known.
    pub sends: AddressSet,
}
