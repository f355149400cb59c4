//! Firewall rules of every form, and the ordered lists that they become.
//!
//! The rules of one layer are asked by priority, the lowest number first, a deny before an allow of the same priority; what
//! no rule of a layer matches, or a rule leaves to the next layer, that one decides. Layers: hierarchical policies from the
//! organization down, then VPC firewall rules, the global and the regional network policies, or the latter two first.
//! Last come the implied rules: nothing comes in, everything may leave.
//! Source: cloud.google.com/firewall/docs/firewall-policies-overview, "Policy and rule evaluation order";
//! cloud.google.com/firewall/docs/firewalls, "Implied rules", "Priority".

use super::class::{Class, Named};
use super::lowering::Lowering;
use super::{firewall, firewall_policy, gke};
use crate::model::{
    AddressSet, Direction, Doubt, Filter, FilterAction, FilterPeer, FilterRule, Id, Network,
    Origin, Traffic,
};
use std::collections::BTreeMap;

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
    fn applies(&self, class: &Class) -> Option<Doubt> {
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

    fn stage(&self, policies_first: bool) -> u32 {
        match (&self.layer, policies_first) {
            (Layer::Hierarchical(depth), _) => (*depth).min(1000),
            (Layer::Classic, false) => 2000,
            (Layer::Global, _) => 2001,
            (Layer::Regional(..), _) => 2002,
            (Layer::Classic, true) => 2003,
        }
    }
}

/// Enters the rules of all networks into the filter of every class.
pub fn lower(lowering: &mut Lowering) {
    let mut rules = firewall::rules(lowering);
    rules.extend(firewall_policy::rules(lowering));
    rules.extend(gke::rules(lowering));
    let policies_first = firewall_policy::before_classic(lowering);
    enter(lowering, &rules, &policies_first);
}

fn enter(lowering: &mut Lowering, rules: &[Rule], policies_first: &BTreeMap<Id<Network>, Doubt>) {
    let classes: Vec<(Class, Id<Filter>)> = lowering
        .lowered
        .classes
        .iter()
        .map(|(class, filter)| (class.clone(), *filter))
        .collect();
    for (class, filter) in &classes {
        let first = policies_first.get(&class.network);
        for way in [Direction::Ingress, Direction::Egress] {
            let list = list(rules, class, way, first, &classes);
            let own = &mut lowering.world.filters[*filter];
            match way {
                Direction::Ingress => own.ingress = list,
                Direction::Egress => own.egress = list,
            }
        }
        let network = &lowering.world.networks[class.network];
        let doubt = if network.known {
            Doubt::none()
        } else {
            network.doubt.clone()
        };
        lowering.world.filters[*filter].doubt = doubt;
    }
}

/// The rules of one way that apply to a class, in order, the implied one last. `first`: whether policies come before VPC
/// firewall rules; where that is in doubt, each of both may be left unasked, so that all of them are in doubt.
fn list(
    rules: &[Rule],
    class: &Class,
    way: Direction,
    first: Option<&Doubt>,
    classes: &[(Class, Id<Filter>)],
) -> Vec<FilterRule> {
    let unsettled = |rule: &Rule| match (&rule.layer, first) {
        (Layer::Hierarchical(_), _) | (_, None) => Doubt::none(),
        (_, Some(doubt)) => doubt.clone(),
    };
    let applying = rules.iter().filter(|rule| rule.way == way);
    let applying =
        applying.filter_map(|rule| Some((rule, rule.applies(class)?.and(&unsettled(rule)))));
    let mut sorted: Vec<(&Rule, Doubt)> = applying.collect();
    let place = |rule: &Rule| (rule.stage(first.is_some()), rule.priority);
    sorted.sort_by_key(|(rule, _)| place(rule));
    let mut places: Vec<(u32, u32)> = sorted.iter().map(|(rule, _)| place(rule)).collect();
    places.dedup();
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX - 1);
    let mut out = Vec::new();
    for (rule, doubt) in &sorted {
        let own = place(rule);
        let order = number(places.partition_point(|other| *other < own));
        let action = match rule.action {
            Action::Allow => FilterAction::Allow,
            Action::Deny => FilterAction::Deny,
            Action::Next => {
                FilterAction::Skip(number(places.partition_point(|other| other.0 <= own.0)))
            }
        };
        for (peer, unsure) in peers(rule, classes) {
            let line = |(traffic, of_packets): &(Traffic, Doubt)| FilterRule {
                order,
                action,
                peer: peer.clone(),
                own: FilterPeer::Addresses(rule.own.clone()),
                traffic: traffic.clone(),
                doubt: doubt.and(&unsure).and(of_packets),
                origin: rule.origin.clone(),
            };
            out.extend(rule.packets.iter().map(line));
        }
    }
    out.push(implied(way));
    out
}

/// The other ends of a rule. Tags and accounts name interfaces of the rule's own network by their primary addresses.
fn peers(rule: &Rule, classes: &[(Class, Id<Filter>)]) -> Vec<(FilterPeer, Doubt)> {
    let blocks = rule
        .blocks
        .iter()
        .map(|(addresses, doubt)| (FilterPeer::Addresses(addresses.clone()), doubt.clone()));
    let here = classes.iter().filter(|(class, _)| {
        class.network == rule.network && !class.alias && !rule.peers.is_empty()
    });
    let members = here.filter_map(|(class, filter)| {
        Some((FilterPeer::Members(*filter), rule.peers.means(class)?))
    });
    let unknown = (!rule.peers.rest.is_certain()).then(|| {
        (
            FilterPeer::Addresses(AddressSet::all()),
            rule.peers.rest.clone(),
        )
    });
    blocks.chain(members).chain(unknown).collect()
}

fn implied(way: Direction) -> FilterRule {
    let action = if way == Direction::Ingress {
        FilterAction::Deny
    } else {
        FilterAction::Allow
    };
    let (peer, own) = (FilterPeer::anyone(), FilterPeer::anyone());
    FilterRule {
        order: u32::MAX,
        action,
        peer,
        own,
        traffic: Traffic::all(),
        doubt: Doubt::none(),
        origin: None,
    }
}
