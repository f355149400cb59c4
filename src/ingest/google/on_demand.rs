//! What is entered when it is first named, whatever the stage: things that the input only names, and what every network and
//! subnet brings along.

use super::class::Class;
use crate::ingest::lowering::{self, Alternatives, OuterNetworks};
use crate::model::{AddressSet, Doubt, Filter, Id, Network, RouteTable, Subnet};
use std::collections::BTreeMap;

/// What is entered when it is first named, whatever the stage.
#[derive(Clone, Debug, Default)]
pub struct OnDemand {
    /// Networks that the input only names.
    pub foreign_networks: BTreeMap<String, Id<Network>>,
    /// Likewise subnets.
    pub foreign_subnets: BTreeMap<String, Id<Subnet>>,
    /// The one route table that all subnets of a network share.
    pub tables: BTreeMap<Id<Network>, Id<RouteTable>>,
    /// What is known of each subnet beyond the model.
    pub shapes: BTreeMap<Id<Subnet>, Shape>,
    /// Subnets of which it is not known which network they are of.
    pub alternatives: Alternatives,
    /// What of the firewall applies to which sort of interface.
    pub classes: BTreeMap<Class, Id<Filter>>,
    /// Networks behind tunnels and gateways.
    pub outer: OuterNetworks,
}

/// Ranges of a subnet.
#[derive(Clone, Debug, Default)]
pub struct Shape {
    /// Addresses of interfaces: the primary range, and the IPv6 range.
    pub primary: AddressSet,
    /// IPv6 addresses of interfaces where Google chooses the range: all that it may choose from, and why they are not known.
    pub six: Option<(AddressSet, Doubt)>,
    /// Secondary ranges by name; the empty name for those whose names are not known.
    pub secondary: BTreeMap<String, AddressSet>,
    /// Why secondary ranges or their names are not certain, by the same names; none for those that are.
    pub unsettled: BTreeMap<String, Doubt>,
    /// Region, where known.
    pub region: Option<String>,
}

/// Where a lowering stands; [`mod@super::stage`] has the stages.
pub type At<B, M> = lowering::At<OnDemand, B, M>;
