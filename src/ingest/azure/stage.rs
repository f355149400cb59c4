//! The stages in which Azure's resources are lowered, and what each hands on: networks, subnets, application security groups,
//! peerings, gateways, routes, admin rules, network security groups, endpoints, and what reads them all.

use super::on_demand::At;
use super::rule::{Group, Rule};
use crate::ingest::lowering::{Blocks, Flag, Output, Sees, joined_by_fields, stages};
use crate::ingest::terraform::Resource;
use crate::model::{AddressSet, Border, Doubt, Endpoint, Filter, Id, Network, RouteTable, Subnet};
use std::collections::BTreeMap;

/// Virtual networks: managed and read ones.
#[derive(Clone, Debug, Default)]
pub struct Networks {
    /// By resource.
    pub of: BTreeMap<Id<Resource>, Id<Network>>,
}

/// Subnets: with a resource of their own, and declared inside their network.
#[derive(Clone, Debug, Default)]
pub struct Subnets {
    /// Those with a resource of their own, by resource.
    pub of: BTreeMap<Id<Resource>, Id<Subnet>>,
    /// Those of each network by name in lower case, those declared inside the network included.
    pub named: BTreeMap<(Id<Network>, String), Id<Subnet>>,
    /// Those declared inside their network. Their block may name a security group and a route table.
    pub inline: Vec<Inline>,
    /// Whether the filters of a subnet judge packets to private endpoints; those of one that is not in it do not.
    pub judged_endpoints: BTreeMap<Id<Subnet>, Flag>,
}

/// What a subnet block inside a network names.
#[derive(Clone, Debug)]
pub struct Inline {
    /// The network's resource.
    pub resource: Id<Resource>,
    /// The position of the block.
    pub number: usize,
    /// The subnet.
    pub subnet: Id<Subnet>,
}

/// Application security groups, as filters that let nothing pass and only mark their members.
#[derive(Clone, Debug, Default)]
pub struct ApplicationGroups {
    /// By resource.
    pub of: BTreeMap<Id<Resource>, Id<Filter>>,
}

/// Something outside a network that its system routes lead to.
#[derive(Clone, Debug)]
pub struct Neighbour {
    /// The border.
    pub border: Id<Border>,
    /// Addresses that the routes lead to.
    pub addresses: AddressSet,
    /// Whether the service tag `VirtualNetwork` holds the addresses.
    pub tagged: bool,
    /// Whether the routes come from a gateway, so that a route table may refuse them.
    pub propagated: bool,
    /// Why there may be no such route.
    pub doubt: Doubt,
    /// Why the tag may not hold the addresses.
    pub tag_doubt: Doubt,
}

/// What each network reaches by itself over some borders, beside its own addresses.
pub type Neighbours = BTreeMap<Id<Network>, Vec<Neighbour>>;

/// Peerings of networks and connected groups.
#[derive(Clone, Debug, Default)]
pub struct Peerings {
    /// What networks reach over them.
    pub neighbours: Neighbours,
    /// Networks whose packets may go anywhere, since it cannot be resolved what they are joined with.
    pub loose: BTreeMap<Id<Network>, Doubt>,
    /// Networks that use the gateways of a peered one: the user, the owner, and the doubt.
    pub transit: Vec<(Id<Network>, Id<Network>, Doubt)>,
}

/// Gateways, route servers and hubs.
#[derive(Clone, Debug, Default)]
pub struct Gateways {
    /// Virtual network gateways by resource.
    pub of: BTreeMap<Id<Resource>, Id<Border>>,
    /// What networks reach over them.
    pub neighbours: Neighbours,
    /// Gateways that stand in a network, and those that it may use in a peered one.
    pub at: BTreeMap<Id<Network>, Vec<(Id<Border>, Doubt)>>,
}

/// Route tables.
#[derive(Clone, Debug, Default)]
pub struct Routes {
    /// By resource, and by the network in whose subnets they are used.
    pub of: BTreeMap<(Id<Resource>, Id<Network>), Id<RouteTable>>,
    /// The table of subnets without one of their own, by network.
    pub system: BTreeMap<Id<Network>, Id<RouteTable>>,
    /// Prefixes of user-defined routes that hold for a subnet.
    pub user_prefixes: BTreeMap<Id<Subnet>, Blocks>,
}

/// Rules that stand before those of all network security groups.
#[derive(Clone, Debug, Default)]
pub struct AdminRules {
    /// In the order of their resources.
    pub all: Vec<Rule>,
}

/// Network security groups.
#[derive(Clone, Debug, Default)]
pub struct SecurityGroups {
    /// With their rules, by resource.
    pub of: BTreeMap<Id<Resource>, Group>,
}

/// Endpoints.
#[derive(Clone, Debug, Default)]
pub struct Endpoints {
    /// By resource.
    pub of: BTreeMap<Id<Resource>, Id<Endpoint>>,
}

/// An output to which it is added what networks reach over a border.
pub trait Joins {
    /// What they reach.
    fn neighbours(&mut self) -> &mut Neighbours;
}

impl Joins for Peerings {
    fn neighbours(&mut self) -> &mut Neighbours {
        &mut self.neighbours
    }
}

impl Joins for Gateways {
    fn neighbours(&mut self) -> &mut Neighbours {
        &mut self.neighbours
    }
}

fn join(all: &mut Neighbours, more: Neighbours) {
    for (network, own) in more {
        all.entry(network).or_default().extend(own);
    }
}

joined_by_fields! {
    Networks: of;
    Subnets: of, named, inline, judged_endpoints;
    ApplicationGroups: of;
    Routes: of, system, user_prefixes;
    AdminRules: all;
    SecurityGroups: of;
    Endpoints: of;
}

impl Output for Peerings {
    fn join(&mut self, other: Self) {
        join(&mut self.neighbours, other.neighbours);
        self.loose.extend(other.loose);
        self.transit.extend(other.transit);
    }
}

impl Output for Gateways {
    fn join(&mut self, other: Self) {
        self.of.extend(other.of);
        join(&mut self.neighbours, other.neighbours);
        for (network, own) in other.at {
            self.at.entry(network).or_default().extend(own);
        }
    }
}

stages! {
    /// Virtual networks.
    networks: AtNetworks makes Networks;
    /// Subnets.
    subnets: AtSubnets makes Subnets;
    /// Application security groups.
    application_groups: AtApplicationGroups makes ApplicationGroups;
    /// Peerings; they tell who uses the gateways of a peered network.
    peerings: AtPeerings makes Peerings;
    /// Gateways.
    gateways: AtGateways makes Gateways;
    /// Route tables, with what networks reach by themselves.
    routes: AtRoutes makes Routes;
    /// Rules that stand before those of all groups.
    admin_rules: AtAdminRules makes AdminRules;
    /// Network security groups.
    security_groups: AtSecurityGroups makes SecurityGroups;
    /// Endpoints, and the groups of subnets and interfaces.
    endpoints: AtEndpoints makes Endpoints;
    /// What hands nothing on.
    rest: AtRest makes ();
    => AtClusters makes ();
}

/// A stage at which it is known what networks reach by themselves.
pub trait Joined: Sees<Peerings> + Sees<Gateways> {}

impl<B: Sees<Peerings> + Sees<Gateways>> Joined for B {}

impl<B: Joined, M> At<B, M> {
    /// What a network reaches by itself, beside its own addresses: over peerings, then over gateways.
    pub fn neighbours(&self, network: Id<Network>) -> impl Iterator<Item = &Neighbour> + Clone {
        let peerings = &self.seen::<Peerings>().neighbours;
        let gateways = &self.seen::<Gateways>().neighbours;
        let both = [peerings, gateways].into_iter();
        both.filter_map(move |all| all.get(&network)).flatten()
    }
}

/// A stage at which it can be said where something stands and what filters there.
pub trait Placing:
    Joined
    + Sees<Networks>
    + Sees<Subnets>
    + Sees<ApplicationGroups>
    + Sees<Routes>
    + Sees<AdminRules>
    + Sees<SecurityGroups>
{
}

impl<B> Placing for B where
    B: Joined
        + Sees<Networks>
        + Sees<Subnets>
        + Sees<ApplicationGroups>
        + Sees<Routes>
        + Sees<AdminRules>
        + Sees<SecurityGroups>
{
}
