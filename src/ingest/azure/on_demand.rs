//! What is entered when it is first named, whatever the stage: things that the input only names by id, and stand-ins.

use super::rule::Surroundings;
use crate::ingest::lowering::{self, Alternatives, OuterNetworks};
use crate::ingest::terraform::Resource;
use crate::model::{Doubt, Filter, Id, Network, Subnet};
use std::collections::BTreeMap;

/// What is entered when it is first named, whatever the stage.
#[derive(Clone, Debug, Default)]
pub struct OnDemand {
    /// How many subnets stood in the world before: those of other clouds.
    pub foreign_subnets: usize,
    /// What the input only names by id or name.
    pub foreign: Foreign,
    /// Subnets of which it is not known which network they are of.
    pub alternatives: Alternatives,
    /// For subnets whose filters do not judge packets to private endpoints: the same place without them.
    pub open_sides: BTreeMap<Id<Subnet>, Id<Subnet>>,
    /// Filters made of network security groups, by what surrounds the subnet in which they are used.
    pub filters: BTreeMap<(Id<Resource>, Surroundings), Id<Filter>>,
    /// Stand-ins for groups that cannot be resolved, by the reason.
    pub unknown_groups: BTreeMap<Doubt, Id<Filter>>,
    /// Networks behind tunnels and gateways.
    pub outer: OuterNetworks,
}

/// Things that are only named.
#[derive(Clone, Debug, Default)]
pub struct Foreign {
    /// Virtual networks, by id or name.
    pub networks: BTreeMap<String, Id<Network>>,
    /// Subnets by id.
    pub subnets: BTreeMap<String, Id<Subnet>>,
}

/// Where a lowering stands; [`mod@super::stage`] has the stages.
pub type At<B, M> = lowering::At<OnDemand, B, M>;
