//! What a resource became in the model, and how a family finds what its attributes point at.

use crate::ingest::lowering::{self, Alternatives, Blocks, OuterNetworks};
use crate::ingest::terraform::Resource;
use crate::model::{Border, Doubt, Endpoint, Filter, Id, Network, RouteTable, Subnet};
use std::collections::{BTreeMap, BTreeSet};

/// Which resource, or which attribute of a resource, became what in the [`World`](crate::model::World).
///
/// Several resources may have become one thing: a VPC that one root manages and another reads.
#[derive(Clone, Debug, Default)]
pub struct Lowered {
    /// VPCs: managed, default and read ones.
    pub networks: BTreeMap<Id<Resource>, Id<Network>>,
    /// Subnets, likewise: the first of several that may be it.
    pub subnets: BTreeMap<Id<Resource>, Id<Subnet>>,
    /// Subnets of which it is not known which network they are of, those included that the input only names.
    pub alternatives: Alternatives,
    /// Resources that name a subnet by its known id.
    pub users_of_subnets: BTreeMap<String, Vec<Id<Resource>>>,
    /// Availability zone of a subnet, where its name or its id is known.
    pub zones: BTreeMap<Id<Subnet>, Zone>,
    /// Route tables by resource.
    pub route_tables: BTreeMap<Id<Resource>, Id<RouteTable>>,
    /// What prefix lists hold, by resource.
    pub prefix_lists: BTreeMap<Id<Resource>, Blocks>,
    /// Security groups by resource. Those that come with another resource are in [`Lowered::groups_of_clusters`] and
    /// [`Lowered::default_groups`].
    pub groups: BTreeMap<Id<Resource>, Id<Filter>>,
    /// The security group that EKS makes for each cluster, by `aws_eks_cluster`.
    pub groups_of_clusters: BTreeMap<Id<Resource>, Id<Filter>>,
    /// Network ACLs by resource.
    pub network_acls: BTreeMap<Id<Resource>, Id<Filter>>,
    /// Peering connections, transit gateways and further borders by resource.
    pub links: BTreeMap<Id<Resource>, Id<Border>>,
    /// Borders of which it cannot be resolved what they join; they have no legs.
    pub loose_links: BTreeSet<Id<Border>>,
    /// Networks behind tunnels and gateways.
    pub outer: OuterNetworks,
    /// Endpoints by resource.
    pub endpoints: BTreeMap<Id<Resource>, Id<Endpoint>>,
    /// The default security group of every network.
    pub default_groups: BTreeMap<Id<Network>, Id<Filter>>,
    /// The default network ACL of every network.
    pub default_acls: BTreeMap<Id<Network>, Id<Filter>>,
    /// The main route table of every network.
    pub main_tables: BTreeMap<Id<Network>, Id<RouteTable>>,
    /// The route table that came with every network.
    pub default_tables: BTreeMap<Id<Network>, Id<RouteTable>>,
    /// Tables that an association in doubt may have made a network's main table.
    pub main_candidates: BTreeMap<Id<Network>, Found<Id<RouteTable>>>,
    /// The network of a route table, where known.
    pub network_of_table: BTreeMap<Id<RouteTable>, Id<Network>>,
    /// The networks that a route table may be of, where that is not known.
    pub networks_of_loose_table: BTreeMap<Id<RouteTable>, Found<Id<Network>>>,
    /// Stand-ins for security groups that cannot be resolved, by the reason.
    pub unknown_groups: BTreeMap<Doubt, Id<Filter>>,
    /// The network that a security group is of, where known.
    pub network_of_group: BTreeMap<Id<Filter>, Id<Network>>,
    /// What the input only names by id: `vpc-…`, `subnet-…`, `sg-…`, `rtb-…`, `pcx-…`.
    pub foreign: Foreign,
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

/// Things that are only named by their ids.
#[derive(Clone, Debug, Default)]
pub struct Foreign {
    /// VPCs.
    pub networks: BTreeMap<String, Id<Network>>,
    /// Subnets: the first of those in [`Foreign::subnets_of`].
    pub subnets: BTreeMap<String, Id<Subnet>>,
    /// Subnets in each network that may be theirs.
    pub subnets_of: BTreeMap<String, Vec<Id<Subnet>>>,
    /// Security groups.
    pub groups: BTreeMap<String, Id<Filter>>,
    /// Route tables.
    pub route_tables: BTreeMap<String, Id<RouteTable>>,
    /// Borders.
    pub links: BTreeMap<String, Id<Border>>,
    /// NAT gateways, by the network whose tables lead to them.
    pub nat_gateways: BTreeMap<(String, Id<Network>), Id<Endpoint>>,
}

pub use lowering::{Attribute, Found, MANY, is_set};

/// A run of the families over one graph.
pub type Lowering<'a> = lowering::Lowering<'a, Lowered>;
