//! Firewall rules of every form, and the ordered lists that they become.
//!
//! The rules of one layer are asked by priority, the lowest number first, a deny before an allow of the same priority; what
//! no rule of a layer matches, or a rule leaves to the next layer, that one decides. Layers: hierarchical policies from the
//! organization down, then VPC firewall rules, the global and the regional network policies, or the latter two first.
//! Last come the implied rules: nothing comes in, everything may leave.
//! Source: cloud.google.com/firewall/docs/firewall-policies-overview, "Policy and rule evaluation order";
//! cloud.google.com/firewall/docs/firewalls, "Implied rules", "Priority".

use super::class::Class;
use super::lowering::Lowering;
use super::resource_type::TYPES;
use super::rule::{Action, Layer, Rule};
use super::stage::{AtRest, Networks};
use super::{firewall, firewall_policy, gke, template};
use crate::ingest::lowering::Family;
use crate::ingest::terraform::{NamedBy, ResourceFamily};
use crate::model::{
    AddressSet, Direction, Doubt, Filter, FilterAction, FilterPeer, FilterRule, Id, Network,
    Traffic,
};
use std::collections::BTreeMap;

/// Firewall rules, firewall policies, and the folders and projects that policies are associated with.
#[must_use]
pub fn family() -> Family<AtRest> {
    Family {
        resources: ResourceFamily {
            types: vec![
                "google_compute_firewall",
                "google_compute_firewall_policy",
                "google_compute_firewall_policy_association",
                "google_compute_firewall_policy_rule",
                "google_compute_firewall_policy_with_rules",
                "google_compute_network_firewall_policy",
                "google_compute_network_firewall_policy_association",
                "google_compute_network_firewall_policy_rule",
                "google_compute_network_firewall_policy_with_rules",
                "google_compute_region_network_firewall_policy",
                "google_compute_region_network_firewall_policy_association",
                "google_compute_region_network_firewall_policy_rule",
                "google_compute_region_network_firewall_policy_with_rules",
                "google_folder",
                "google_organization",
                "google_project",
            ],
            references: vec![NamedBy::new(
                &[
                    "google_compute_firewall_policy",
                    "google_compute_network_firewall_policy",
                ],
                &["firewall_policy"],
            )],
            required: &[("google_compute_firewall", &["network"])],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Enters the rules of all networks into the filter of every class.
fn lower(lowering: &mut Lowering<AtRest>) {
    let mut rules = firewall::rules(lowering);
    rules.extend(firewall_policy::rules(lowering));
    rules.extend(gke::rules(lowering));
    let policies_first = firewall_policy::before_classic(lowering);
    enter(lowering, &rules, &policies_first);
    unlisted(lowering);
    template::rules(lowering);
}

/// What a type that is not modelled may add to the firewall of a network that it names, or to a policy of whatever network.
fn unlisted(lowering: &mut Lowering<AtRest>) {
    let types = lowering.graph.types;
    let is_rule = |kind: &str| kind.contains("firewall") && TYPES.is_unlisted(types, kind);
    for at in lowering.unlisted(&["network", "firewall_policy"], is_rule) {
        let doubt = lowering.may_add(at, "rules");
        let networks = match at.path {
            "network" => lowering.networks(at).all().collect(),
            _ => lowering
                .seen::<Networks>()
                .of
                .values()
                .copied()
                .collect::<Vec<_>>(),
        };
        for (class, filter) in &lowering.lowered.on_demand.classes {
            if networks.contains(&class.network) {
                let own = &mut lowering.world.filters[*filter].doubt;
                *own = own.and(&doubt);
            }
        }
    }
}

fn enter(
    lowering: &mut Lowering<AtRest>,
    rules: &[Rule],
    policies_first: &BTreeMap<Id<Network>, Doubt>,
) {
    let classes: Vec<(Class, Id<Filter>)> = lowering
        .lowered
        .on_demand
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
