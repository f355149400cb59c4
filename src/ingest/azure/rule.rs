//! Security rules and groups, as they are kept until it is known what surrounds the subnets that they are used in.

use crate::model::{AddressSet, Direction, Doubt, Filter, FilterAction, Id, Origin, Traffic};

/// A rule as its group holds it, whatever subnet the group is used in.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its direction.
    pub way: Direction,
    /// Its priority: the lowest number decides first.
    pub order: u32,
    /// What it does.
    pub action: FilterAction,
    /// The end where packets come from.
    pub source: Vec<RuleEnd>,
    /// The end where packets go to.
    pub destination: Vec<RuleEnd>,
    /// The packets.
    pub traffic: Traffic,
    /// Why it may be absent, or match less.
    pub doubt: Doubt,
    /// The line; none for one of Azure's own.
    pub origin: Option<Origin>,
}

/// One end, as a rule names it.
#[derive(Clone, Debug)]
pub enum RuleEnd {
    /// Addresses.
    Addresses(AddressSet),
    /// A service tag.
    Tag(String),
    /// Members of an application security group.
    Members(Id<Filter>),
    /// What is not known.
    Unknown(Doubt),
}

/// A group before it is known what surrounds it.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// Its rules, Azure's own not among them.
    pub rules: Vec<Rule>,
    /// Why there may be others.
    pub doubt: Doubt,
}

/// What `VirtualNetwork` holds, seen from a subnet.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Surroundings {
    /// Addresses that it surely holds.
    pub surely: AddressSet,
    /// Addresses that it may hold besides.
    pub perhaps: AddressSet,
    /// Why these are not certain.
    pub doubt: Doubt,
}
