//! What is entered when it is first named, whatever the stage: things that the input only names by id, and stand-ins.

use crate::ingest::lowering::{self, Alternatives, OuterNetworks};
use crate::model::{Border, Doubt, Endpoint, Filter, Id, Network, RouteTable, Subnet};
use std::collections::BTreeMap;

/// What is entered when it is first named, whatever the stage.
#[derive(Clone, Debug, Default)]
pub struct OnDemand {
    /// VPCs that the input only names by id.
    pub networks: BTreeMap<String, Id<Network>>,
    /// Subnets that it only names by id: the first of those in [`OnDemand::subnets_of`].
    pub subnets: BTreeMap<String, Id<Subnet>>,
    /// Subnets in each network that may be theirs.
    pub subnets_of: BTreeMap<String, Vec<Id<Subnet>>>,
    /// Security groups that it only names by id.
    pub groups: BTreeMap<String, Id<Filter>>,
    /// Route tables that it only names by id.
    pub route_tables: BTreeMap<String, Id<RouteTable>>,
    /// Borders that it only names by id.
    pub borders: BTreeMap<String, Id<Border>>,
    /// NAT gateways that it only names by id, by the network whose tables lead to them.
    pub nat_gateways: BTreeMap<(String, Id<Network>), Id<Endpoint>>,
    /// The default security group of networks that were entered later than security groups were lowered.
    pub default_groups: BTreeMap<Id<Network>, Id<Filter>>,
    /// The networks of those.
    pub network_of_group: BTreeMap<Id<Filter>, Id<Network>>,
    /// Stand-ins for security groups that cannot be resolved, by the reason.
    pub unknown_groups: BTreeMap<Doubt, Id<Filter>>,
    /// Subnets of which it is not known which network they are of, those included that the input only names.
    pub alternatives: Alternatives,
    /// Networks behind tunnels and gateways.
    pub outer: OuterNetworks,
}

/// Where a lowering stands; [`mod@super::stage`] has the stages.
pub type At<B, M> = lowering::At<OnDemand, B, M>;
