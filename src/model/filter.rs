//! Packet filters of the network: security groups, network ACLs, firewall rules and policies.

use super::{AddressSet, Direction, Doubt, Id, Origin, Traffic};

/// A list of rules for each direction; what no rule names is denied.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Name to print, unique in the world.
    pub name: String,
    /// What it is, as its provider calls it: `security group`, `network ACL`.
    pub kind: &'static str,
    /// Whether replies to what it let pass always pass.
    pub stateful: bool,
    /// Rules for packets towards the filtered side.
    pub ingress: Vec<FilterRule>,
    /// Rules for packets from the filtered side.
    pub egress: Vec<FilterRule>,
    /// Why the lists are not certain as a whole: rules may exist that are not in them.
    pub doubt: Doubt,
    /// Where it is declared; none for a provider's default that the input does not mention.
    pub origin: Option<Origin>,
}

impl Filter {
    /// The rules of one direction.
    #[must_use]
    pub fn rules(&self, direction: Direction) -> &[FilterRule] {
        match direction {
            Direction::Ingress => &self.ingress,
            Direction::Egress => &self.egress,
        }
    }
}

/// What a rule does with what it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FilterAction {
    /// Lets pass.
    Allow,
    /// Drops.
    Deny,
    /// Leaves the decision to the rules from this order on, which is above the rule's own: the rest of a policy is passed over
    /// in favour of the next one, or one list of rules must let pass before another is asked.
    Skip(u32),
}

/// One rule of a [`Filter`].
#[derive(Clone, Debug)]
pub struct FilterRule {
    /// The first matching rule by ascending order decides; at equal order a deny beats an allow. Where a filter only
    /// allows, order does not matter.
    pub order: u32,
    /// What it does.
    pub action: FilterAction,
    /// The other end.
    pub peer: FilterPeer,
    /// The end that the filter guards: [`FilterPeer::anyone`] where the rule is about all that it guards.
    pub own: FilterPeer,
    /// The packets.
    pub traffic: Traffic,
    /// Why the rule is not certain: it may be absent, or match less.
    pub doubt: Doubt,
    /// The line that declares it; none for a provider's default.
    pub origin: Option<Origin>,
}

/// One end of a flow, as a [`FilterRule`] names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilterPeer {
    /// Addresses, as seen on the wire.
    Addresses(AddressSet),
    /// Whatever carries this filter (a security group reference), seen with its own address.
    Members(Id<Filter>),
}

impl FilterPeer {
    /// Whoever it is, at any address.
    #[must_use]
    pub fn anyone() -> Self {
        FilterPeer::Addresses(AddressSet::all())
    }
}
