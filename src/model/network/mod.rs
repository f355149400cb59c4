//! Networks, what they are divided into, how they forward, what joins them, and what stands in them.

mod border;
mod endpoint;
mod note;
mod owner;

pub use border::{Border, Leg, Relay};
pub use endpoint::{Attachment, Endpoint, Enforced, PivotRisk, PodPlacement};
pub use note::Note;
pub use owner::NetworkOwner;

use super::{AddressSet, Doubt, Filter, Id, Origin};
use ipnet::IpNet;

/// An address domain that routes within itself: what providers call a virtual or private network.
#[derive(Clone, Debug)]
pub struct Network {
    /// Name to print, unique in the world: a Terraform address, or an id for one that the input only names.
    pub name: String,
    /// Every address it owns, secondary blocks included. All addresses where that is not known, with a doubt.
    pub addresses: AddressSet,
    /// Account and region, as far as the input says.
    pub owner: NetworkOwner,
    /// Whether the input holds the network itself; false for one that is only named by a border.
    pub known: bool,
    /// Why `addresses` is not certain.
    pub doubt: Doubt,
    /// Where it is declared.
    pub origin: Option<Origin>,
}

/// A part of a [`Network`] with its own forwarding and filters.
#[derive(Clone, Debug)]
pub struct Subnet {
    /// Name to print, unique in the world.
    pub name: String,
    /// The network it is part of.
    pub network: Id<Network>,
    /// Its addresses. The whole network's where they are not known, with a doubt.
    pub addresses: AddressSet,
    /// How packets that leave it are forwarded. Exactly one table is right; several are candidates.
    pub tables: Vec<Id<RouteTable>>,
    /// Filters that every packet crossing the subnet's edge must pass, each of them.
    pub filters: Vec<Id<Filter>>,
    /// Whether the filters also judge what stays inside the subnet, on its way out of the one end and into the other.
    pub filters_inside: bool,
    /// Why addresses, tables or filters are not certain.
    pub doubt: Doubt,
    /// Where it is declared.
    pub origin: Option<Origin>,
}

/// Routes that are chosen among by longest prefix.
#[derive(Clone, Debug)]
pub struct RouteTable {
    /// Name to print, unique in the world.
    pub name: String,
    /// The routes in any order, local ones included.
    pub routes: Vec<Route>,
    /// Where it is declared; none for a provider's default table.
    pub origin: Option<Origin>,
}

/// One line of a [`RouteTable`].
#[derive(Clone, Debug)]
pub struct Route {
    /// Destinations; none where they are not known, so that it may take any packet.
    pub destination: Option<IpNet>,
    /// Where packets go.
    pub target: Target,
    /// Between routes of equal prefix length the lower rank wins (static 0, propagated 1).
    pub rank: u32,
    /// Why the route is not certain. A doubtful route may be absent.
    pub doubt: Doubt,
    /// The line that declares it; none for local and other implied routes.
    pub origin: Option<Origin>,
}

/// Where a [`Route`] sends packets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Delivered inside the network.
    Local,
    /// Over a border.
    Border(Id<Border>),
    /// Dropped; the text says why (`blackhole`, `the peering was deleted`).
    Drop(String),
    /// Over a NAT gateway that replaces the source address with one of its own and forwards by the table of its own
    /// subnet (a private NAT gateway).
    NatGateway(Id<Endpoint>),
    /// Out of what is modelled; the text names the way (`internet gateway`, `virtual private gateway`).
    Outside(String),
    /// Not known.
    Unknown,
}
