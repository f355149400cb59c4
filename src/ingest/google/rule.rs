//! Firewall rules of every form, and what their words mean.

use super::class::{Class, Named};
use crate::ingest::lowering::Blocks;
use crate::ingest::terraform::Value;
use crate::model::{AddressSet, Direction, Doubt, Id, Network, Origin, Traffic};

/// Where in the order of evaluation a rule's list stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// A hierarchical policy, by how far below the organization it is attached.
    Hierarchical(u32),
    /// VPC firewall rules.
    Classic,
    /// A network firewall policy for all regions.
    Global,
    /// A network firewall policy for one region, and why what is of no known region may be of that one.
    Regional(String, Doubt),
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Lets pass.
    Allow,
    /// Drops.
    Deny,
    /// Leaves the decision to the next layer.
    Next,
}

/// A rule of one network.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The network.
    pub network: Id<Network>,
    /// Its list.
    pub layer: Layer,
    /// The lower is asked first.
    pub priority: u32,
    /// Towards or from the targets.
    pub way: Direction,
    /// What it does.
    pub action: Action,
    /// Addresses of the other end, each with its doubt.
    pub blocks: Vec<(AddressSet, Doubt)>,
    /// Addresses of the targets that the rule is about.
    pub own: AddressSet,
    /// Interfaces at the other end.
    pub peers: Named,
    /// Whom it applies to; everybody where nobody is named.
    pub targets: Named,
    /// Only nodes of this cluster.
    pub cluster: Option<Id<crate::ingest::terraform::Resource>>,
    /// The packets, each with their doubt.
    pub packets: Vec<(Traffic, Doubt)>,
    /// Why the rule is not certain.
    pub doubt: Doubt,
    /// The line that declares it; none for one that comes by itself.
    pub origin: Option<Origin>,
}

impl Rule {
    /// Whether it applies to a class: none where it does not, else the reason why it may not.
    pub fn applies(&self, class: &Class) -> Option<Doubt> {
        if self.network != class.network || self.cluster.is_some() && self.cluster != class.cluster
        {
            return None;
        }
        let region = match (&self.layer, &class.region) {
            (Layer::Regional(own, _), Some(region)) if own != region => return None,
            (Layer::Regional(_, unsure), None) => self.doubt.and(unsure),
            _ => self.doubt.clone(),
        };
        if self.targets.is_empty() {
            Some(region)
        } else {
            self.targets.means(class).map(|doubt| region.and(&doubt))
        }
    }

    /// Where its list is asked, with network policies before VPC firewall rules or behind them.
    pub fn stage(&self, policies_first: bool) -> u32 {
        match (&self.layer, policies_first) {
            (Layer::Hierarchical(depth), _) => (*depth).min(1000),
            (Layer::Classic, false) => 2000,
            (Layer::Global, _) => 2001,
            (Layer::Regional(..), _) => 2002,
            (Layer::Classic, true) => 2003,
        }
    }
}

/// The ways that a direction may mean: both where it is not known.
pub fn ways(direction: &Value) -> &'static [Direction] {
    match direction.text() {
        Some(text) if text.eq_ignore_ascii_case("egress") => &[Direction::Egress],
        None if direction.is_unknown() => &[Direction::Ingress, Direction::Egress],
        _ => &[Direction::Ingress],
    }
}

/// Where a rule stands: one whose priority is not known, and which is in doubt for that, stands before all others.
pub fn priority(value: &Value, default: u32) -> u32 {
    let known = value
        .integer()
        .and_then(|number| u32::try_from(number).ok());
    known.unwrap_or(if value.is_unknown() { 0 } else { default })
}

/// What blocks hold: the known addresses, and where there may be others, any address in doubt.
pub fn known(blocks: Blocks) -> Vec<(AddressSet, Doubt)> {
    let mut out = Vec::new();
    if !blocks.addresses.is_empty() {
        out.push((blocks.addresses, Doubt::none()));
    }
    if !blocks.rest.is_certain() {
        out.push((AddressSet::all(), blocks.rest));
    }
    out
}
