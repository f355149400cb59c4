//! The stages in which AWS resources are lowered, and what each hands on: networks, prefix lists, subnets, security groups,
//! filters, endpoints, borders, routes, and what reads them all.

use super::on_demand::At;
use crate::ingest::lowering::{Blocks, Found, Sees, joined_by_fields, stages};
use crate::ingest::terraform::Resource;
use crate::model::{Border, Endpoint, Filter, Id, Network, RouteTable, Subnet};
use std::collections::{BTreeMap, BTreeSet};

/// VPCs: managed, default and read ones. Several resources may have become one: a VPC that one root manages and another reads.
#[derive(Clone, Debug, Default)]
pub struct Networks {
    /// By resource.
    pub of: BTreeMap<Id<Resource>, Id<Network>>,
}

/// What prefix lists hold.
#[derive(Clone, Debug, Default)]
pub struct PrefixLists {
    /// By resource.
    pub of: BTreeMap<Id<Resource>, Blocks>,
}

/// Subnets: managed, default and read ones.
#[derive(Clone, Debug, Default)]
pub struct Subnets {
    /// By resource: the first of several that may be it.
    pub of: BTreeMap<Id<Resource>, Id<Subnet>>,
    /// Resources that name a subnet by its known id.
    pub users: BTreeMap<String, Vec<Id<Resource>>>,
    /// Availability zone, where its name or its id is known.
    pub zones: BTreeMap<Id<Subnet>, Zone>,
}

/// An availability zone: its name is the account's own, its id is everybody's. Source: EC2 user guide, "Availability Zones".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Zone {
    /// `us-east-1a`; none where it is not known.
    pub name: Option<String>,
    /// `use1-az1`; none where it is not known.
    pub id: Option<String>,
}

impl Zone {
    /// Whether both are one zone; none where the one has only a name and the other only an id.
    #[must_use]
    pub fn is(&self, other: &Zone) -> Option<bool> {
        let same = |a: &Option<String>, b: &Option<String>| Some(a.as_ref()? == b.as_ref()?);
        same(&self.id, &other.id).or_else(|| same(&self.name, &other.name))
    }
}

/// Security groups.
#[derive(Clone, Debug, Default)]
pub struct SecurityGroups {
    /// By resource, but for those that come with another resource.
    pub of: BTreeMap<Id<Resource>, Id<Filter>>,
    /// The one that EKS makes for each cluster, by `aws_eks_cluster`.
    pub of_clusters: BTreeMap<Id<Resource>, Id<Filter>>,
    /// The default one of every network.
    pub defaults: BTreeMap<Id<Network>, Id<Filter>>,
    /// The network that one is of, where known.
    pub network_of: BTreeMap<Id<Filter>, Id<Network>>,
}

/// Network ACLs; rules are in the filters of the world.
#[derive(Clone, Debug, Default)]
pub struct Filters {
    /// By resource.
    pub of: BTreeMap<Id<Resource>, Id<Filter>>,
    /// The default one of every network.
    pub defaults: BTreeMap<Id<Network>, Id<Filter>>,
}

/// Endpoints.
#[derive(Clone, Debug, Default)]
pub struct Endpoints {
    /// By resource.
    pub of: BTreeMap<Id<Resource>, Id<Endpoint>>,
}

/// Peering connections, transit gateways and further borders.
#[derive(Clone, Debug, Default)]
pub struct Borders {
    /// By resource.
    pub of: BTreeMap<Id<Resource>, Id<Border>>,
    /// Those of which it cannot be resolved what they join; they have no legs.
    pub loose: BTreeSet<Id<Border>>,
    /// Attributes of a route that name a border, with what it is.
    pub named_in_routes: Vec<(&'static str, &'static str)>,
}

/// Route tables.
#[derive(Clone, Debug, Default)]
pub struct Routes {
    /// By resource.
    pub of: BTreeMap<Id<Resource>, Id<RouteTable>>,
    /// The main table of every network.
    pub main: BTreeMap<Id<Network>, Id<RouteTable>>,
    /// The table that came with every network.
    pub defaults: BTreeMap<Id<Network>, Id<RouteTable>>,
    /// Tables that an association in doubt may have made a network's main table.
    pub candidates: BTreeMap<Id<Network>, Found<Id<RouteTable>>>,
    /// The network of a table, where known.
    pub network_of: BTreeMap<Id<RouteTable>, Id<Network>>,
    /// The networks that a table may be of, where that is not known.
    pub loose: BTreeMap<Id<RouteTable>, Found<Id<Network>>>,
}

/// The interfaces of the control planes of clusters.
#[derive(Clone, Debug, Default)]
pub struct ApiServers {
    /// By `aws_eks_cluster`.
    pub of: BTreeMap<Id<Resource>, Id<Endpoint>>,
}

joined_by_fields! {
    Networks: of;
    PrefixLists: of;
    Subnets: of, users, zones;
    SecurityGroups: of, of_clusters, defaults, network_of;
    Filters: of, defaults;
    Endpoints: of;
    Borders: of, loose, named_in_routes;
    Routes: of, main, defaults, candidates, network_of, loose;
}

stages! {
    /// VPCs.
    networks: AtNetworks makes Networks;
    /// Prefix lists.
    prefix_lists: AtPrefixLists makes PrefixLists;
    /// Subnets.
    subnets: AtSubnets makes Subnets;
    /// Security groups.
    security_groups: AtSecurityGroups makes SecurityGroups;
    /// Rules of security groups, and what filters at subnets.
    filters: AtFilters makes Filters;
    /// Endpoints.
    endpoints: AtEndpoints makes Endpoints;
    /// What joins networks.
    borders: AtBorders makes Borders;
    /// Route tables.
    routes: AtRoutes makes Routes;
    /// What hands nothing on.
    rest: AtRest makes ();
    => AtClusters makes ApiServers;
}

/// A stage at which it can be said where something stands and what filters there.
pub trait Placing: Sees<Networks> + Sees<Subnets> + Sees<SecurityGroups> {}

impl<B: Sees<Networks> + Sees<Subnets> + Sees<SecurityGroups>> Placing for B {}
