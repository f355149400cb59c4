//! Rules of security groups: inline blocks, `aws_security_group_rule`, `aws_vpc_security_group_{ingress,egress}_rule`.
//!
//! Terraform removes the rule with which AWS lets everything out of a new group: what is not declared is not allowed.
//! A state or refreshed plan lists separate rules in the group's blocks once more; such copies are dropped, so that
//! the line of the separate rule is shown. Source: VPC user guide, "Security group rules".

use super::lowering::{Attribute, Found, Lowering, is_set};
use super::packets::Words;
use super::resource_type::TYPES;
use super::template;
use crate::ingest::aws::stage::{AtFilters, SecurityGroups};
use crate::ingest::lowering::{Family, MANY};
use crate::ingest::terraform::{Mode, Resource, ResourceFamily, Value};
use crate::model::{
    AddressSet, Direction, Doubt, Filter, FilterAction, FilterPeer, FilterRule, GapKind, Id,
    Origin, Traffic,
};
use std::collections::{BTreeMap, BTreeSet};

/// Rules of security groups.
#[must_use]
pub fn family() -> Family<AtFilters> {
    Family {
        resources: ResourceFamily {
            types: vec![
                "aws_security_group_rule",
                "aws_vpc_security_group_egress_rule",
                "aws_vpc_security_group_ingress_rule",
            ],
            exclusive: &[
                (
                    "aws_security_group_rule",
                    &[
                        "cidr_blocks",
                        "ipv6_cidr_blocks",
                        "prefix_list_ids",
                        "self",
                        "source_security_group_id",
                    ],
                ),
                (
                    "aws_vpc_security_group_ingress_rule",
                    &[
                        "cidr_ipv4",
                        "cidr_ipv6",
                        "prefix_list_id",
                        "referenced_security_group_id",
                    ],
                ),
                (
                    "aws_vpc_security_group_egress_rule",
                    &[
                        "cidr_ipv4",
                        "cidr_ipv6",
                        "prefix_list_id",
                        "referenced_security_group_id",
                    ],
                ),
            ],
            required: &[
                ("aws_security_group_rule", &["security_group_id"]),
                (
                    "aws_vpc_security_group_ingress_rule",
                    &["security_group_id"],
                ),
                ("aws_vpc_security_group_egress_rule", &["security_group_id"]),
            ],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Groups that may have any of very many rules.
#[derive(Default)]
struct Open {
    groups: BTreeSet<Id<Filter>>,
    /// Inputs all of whose groups are such.
    inputs: BTreeSet<usize>,
    /// All groups of the inputs that were asked for them, each list ascending.
    of_inputs: BTreeMap<usize, Vec<Id<Filter>>>,
}

impl Open {
    /// All of them.
    fn all(mut self) -> BTreeSet<Id<Filter>> {
        let whole = self.inputs.iter().filter_map(|own| self.of_inputs.get(own));
        self.groups.extend(whole.flatten());
        self.groups
    }
}

/// Adds all declared rules to their groups.
fn lower(lowering: &mut Lowering<AtFilters>) {
    let graph = lowering.graph;
    let mut open = Open::default();
    for (_, resource) in graph.of("aws_security_group_rule") {
        classic(lowering, resource, &mut open);
    }
    for (kind, way) in [
        ("aws_vpc_security_group_ingress_rule", Direction::Ingress),
        ("aws_vpc_security_group_egress_rule", Direction::Egress),
    ] {
        graph
            .of(kind)
            .filter(|(_, resource)| resource.mode == Mode::Managed)
            .for_each(|(_, resource)| single(lowering, resource, way, &mut open));
    }
    for group in open.all() {
        loose(lowering, group);
    }
    for kind in ["aws_security_group", "aws_default_security_group"] {
        for (id, resource) in graph
            .of(kind)
            .filter(|(_, resource)| resource.mode == Mode::Managed)
        {
            let group = lowering.seen::<SecurityGroups>().of.get(&id).copied();
            group
                .into_iter()
                .for_each(|group| inline(lowering, group, resource));
        }
    }
    unlisted(lowering);
    template::groups(lowering);
}

/// What a type that is not modelled may add to the one group that it names. One that names a list of groups stands in them.
fn unlisted(lowering: &mut Lowering<AtFilters>) {
    let types = lowering.graph.types;
    let mut all = lowering.unlisted(&["security_group_id"], |kind| {
        TYPES.is_unlisted(types, kind)
    });
    all.extend(lowering.unlisted(&["group_id"], |kind| {
        kind.contains("security_group") && TYPES.is_unlisted(types, kind)
    }));
    for at in all {
        let doubt = lowering.may_add(at, "rules");
        let mut groups = lowering.groups(at);
        groups.or_any(lowering.seen::<SecurityGroups>().of.values().copied());
        for group in groups.all() {
            let own = &mut lowering.world.filters[group].doubt;
            *own = own.and(&doubt);
        }
    }
}

/// The other ends that a rule names, under the names that its form of rule has for them.
struct PeerAttributes<'a> {
    v4: (&'a str, &'a Value),
    v6: (&'a str, &'a Value),
    lists: (&'a str, &'a Value),
    groups: (&'a str, &'a Value),
    itself: bool,
}

/// Peers of one rule, each with its doubt. `own` is the group that the rule is in.
fn peers(
    lowering: &mut Lowering<AtFilters>,
    resource: &Resource,
    ends: &PeerAttributes,
    own: Id<Filter>,
) -> Vec<(FilterPeer, Doubt)> {
    let at = |(path, value)| Attribute {
        resource,
        path,
        value,
    };
    let mut out = Vec::new();
    let mut known = AddressSet::none();
    let v4 = (lowering.blocks(at(ends.v4)), AddressSet::all_v4());
    let v6 = (lowering.blocks(at(ends.v6)), AddressSet::all_v6());
    let lists = (lowering.prefix_lists(at(ends.lists)), AddressSet::all());
    for (blocks, all) in [v4, v6, lists] {
        known = known.union(&blocks.addresses);
        if !blocks.rest.is_certain() {
            out.push((FilterPeer::Addresses(all), blocks.rest));
        }
    }
    if !known.is_empty() {
        out.insert(0, (FilterPeer::Addresses(known), Doubt::none()));
    }
    let groups = lowering.groups(at(ends.groups));
    out.extend(
        groups
            .items
            .into_iter()
            .map(|(group, doubt)| (FilterPeer::Members(group), doubt)),
    );
    if !groups.rest.is_certain() {
        out.push((FilterPeer::Addresses(AddressSet::all()), groups.rest));
    }
    if ends.itself {
        out.push((FilterPeer::Members(own), Doubt::none()));
    }
    // A rule has to name somebody, so where it seems to name nobody something of it is not known.
    let all = [ends.v4, ends.v6, ends.lists, ends.groups];
    if let Some(end) = all
        .into_iter()
        .find(|(_, value)| matches!(value, Value::Computed))
        .filter(|_| out.is_empty())
    {
        let doubt = lowering.unknown(at(end));
        out.push((FilterPeer::Addresses(AddressSet::all()), doubt));
    }
    out
}

fn rules(
    peers: Vec<(FilterPeer, Doubt)>,
    traffic: &Traffic,
    doubt: &Doubt,
    origin: &Origin,
) -> Vec<FilterRule> {
    let rule = |(peer, own): (FilterPeer, Doubt)| FilterRule {
        order: 0,
        action: FilterAction::Allow,
        peer,
        own: FilterPeer::anyone(),
        traffic: traffic.clone(),
        doubt: own.and(doubt),
        origin: Some(origin.clone()),
    };
    peers.into_iter().map(rule).collect()
}

fn side(filter: &mut Filter, way: Direction) -> &mut Vec<FilterRule> {
    match way {
        Direction::Ingress => &mut filter.ingress,
        Direction::Egress => &mut filter.egress,
    }
}

/// The groups that a separate rule is part of: where that is not known, every group of the same input, in doubt. None where
/// these are so many that they are open instead.
fn groups_of_rule(
    lowering: &mut Lowering<AtFilters>,
    resource: &Resource,
    open: &mut Open,
) -> Option<Found<Id<Filter>>> {
    let mut found = lowering.groups(Attribute::of(resource, "security_group_id"));
    if !found.rest.is_certain() {
        let of_input = open.of_inputs.entry(resource.input);
        let all = of_input.or_insert_with(|| groups_of_input(lowering, resource.input));
        // The same as below, without a list of all of them for each rule.
        if all.len() > MANY && found.items.iter().all(|(_, doubt)| !doubt.is_certain()) {
            open.groups.extend(found.all());
            open.inputs.insert(resource.input);
            return None;
        }
        found.or_any(all.iter().copied());
    }
    if found.is_crowd() {
        open.groups.extend(found.all());
        return None;
    }
    Some(found)
}

/// All groups of an input, those that AWS makes with networks and clusters among them; ascending.
fn groups_of_input(lowering: &mut Lowering<AtFilters>, input: usize) -> Vec<Id<Filter>> {
    let graph = lowering.graph;
    let same = |id: &Id<Resource>| graph.resources[*id].input == input;
    let made = lowering.seen::<SecurityGroups>().of.iter();
    let brought = lowering.seen::<SecurityGroups>().of_clusters.iter();
    let own = made.chain(brought).filter(|(id, _)| same(id));
    let mut all: Vec<Id<Filter>> = own.map(|(_, group)| *group).collect();
    let networks = lowering.networks_of_input(input).into_iter();
    all.extend(networks.map(|network| lowering.default_group(network)));
    all.sort_unstable();
    all.dedup();
    all
}

fn classic(lowering: &mut Lowering<AtFilters>, resource: &Resource, open: &mut Open) {
    let values = &resource.values;
    let words = Words {
        protocol: values.get("protocol"),
        from: values.get("from_port"),
        to: values.get("to_port"),
        icmp_type: values.get("from_port"),
        icmp_code: values.get("to_port"),
    };
    let (traffic, mut doubt) = lowering.packets(Attribute::of(resource, "protocol"), words);
    let itself = values.get("self").boolean() == Some(true);
    // The provider marks the group as known after apply even where blocks or `self` are given, which exclude it.
    let excluded =
        itself || is_set(values.get("cidr_blocks")) || is_set(values.get("ipv6_cidr_blocks"));
    let group = values.get("source_security_group_id");
    let ends = PeerAttributes {
        v4: ("cidr_blocks", values.get("cidr_blocks")),
        v6: ("ipv6_cidr_blocks", values.get("ipv6_cidr_blocks")),
        lists: ("prefix_list_ids", values.get("prefix_list_ids")),
        groups: (
            "source_security_group_id",
            if excluded && group.is_unknown() {
                &Value::Null
            } else {
                group
            },
        ),
        itself,
    };
    let ways: &[Direction] = match values.get("type").text() {
        Some("ingress") => &[Direction::Ingress],
        Some("egress") => &[Direction::Egress],
        _ => {
            doubt = doubt.and(&lowering.unknown(Attribute::of(resource, "type")));
            &[Direction::Ingress, Direction::Egress]
        }
    };
    let rule = Rule {
        ends,
        traffic,
        doubt,
    };
    separate(lowering, resource, ways, &rule, open);
}

fn single(
    lowering: &mut Lowering<AtFilters>,
    resource: &Resource,
    way: Direction,
    open: &mut Open,
) {
    let values = &resource.values;
    let words = Words {
        protocol: values.get("ip_protocol"),
        from: values.get("from_port"),
        to: values.get("to_port"),
        icmp_type: values.get("from_port"),
        icmp_code: values.get("to_port"),
    };
    let (traffic, doubt) = lowering.packets(Attribute::of(resource, "ip_protocol"), words);
    let ends = PeerAttributes {
        v4: ("cidr_ipv4", values.get("cidr_ipv4")),
        v6: ("cidr_ipv6", values.get("cidr_ipv6")),
        lists: ("prefix_list_id", values.get("prefix_list_id")),
        groups: (
            "referenced_security_group_id",
            values.get("referenced_security_group_id"),
        ),
        itself: false,
    };
    let rule = Rule {
        ends,
        traffic,
        doubt,
    };
    separate(lowering, resource, &[way], &rule, open);
}

/// What a separate rule says.
struct Rule<'a> {
    ends: PeerAttributes<'a>,
    traffic: Traffic,
    doubt: Doubt,
}

fn separate(
    lowering: &mut Lowering<AtFilters>,
    resource: &Resource,
    ways: &[Direction],
    rule: &Rule,
    open: &mut Open,
) {
    let Some(groups) = groups_of_rule(lowering, resource, open) else {
        return;
    };
    for (group, own) in groups.items {
        let peers = peers(lowering, resource, &rule.ends, group);
        let doubt = rule.doubt.and(&own);
        let rules = rules(peers, &rule.traffic, &doubt, &resource.origin);
        for way in ways {
            side(&mut lowering.world.filters[group], *way).extend(rules.iter().cloned());
        }
    }
}

/// A group that may have any of very many rules: it is not known what it allows.
fn loose(lowering: &mut Lowering<AtFilters>, group: Id<Filter>) {
    let filter = &lowering.world.filters[group];
    let what = format!(
        "which separate rules `{}` has cannot be resolved",
        filter.name
    );
    let origin = filter.origin.clone();
    let doubt = lowering.world.doubt(GapKind::Unlinked, what, origin);
    let filter = &mut lowering.world.filters[group];
    filter.doubt = filter.doubt.and(&doubt);
}

fn inline(lowering: &mut Lowering<AtFilters>, group: Id<Filter>, resource: &Resource) {
    for (path, way) in [
        ("ingress", Direction::Ingress),
        ("egress", Direction::Egress),
    ] {
        for (n, block) in resource.values.get(path).items().iter().enumerate() {
            let rules = block_rules(
                lowering,
                group,
                Attribute {
                    resource,
                    path: &format!("{path}[{n}]"),
                    value: block,
                },
            );
            let own = side(&mut lowering.world.filters[group], way);
            let fresh: Vec<_> = rules
                .into_iter()
                .filter_map(|rule| less(rule, own))
                .collect();
            own.extend(fresh);
        }
    }
}

fn block_rules(
    lowering: &mut Lowering<AtFilters>,
    group: Id<Filter>,
    at: Attribute,
) -> Vec<FilterRule> {
    let Attribute {
        resource,
        value: block,
        path,
    } = at;
    let origin = resource.origin_of(path);
    if block.is_unknown() {
        let all = vec![(FilterPeer::Addresses(AddressSet::all()), Doubt::none())];
        return rules(all, &Traffic::all(), &lowering.unknown(at), &origin);
    }
    let words = Words {
        protocol: block.get("protocol"),
        from: block.get("from_port"),
        to: block.get("to_port"),
        icmp_type: block.get("from_port"),
        icmp_code: block.get("to_port"),
    };
    let (traffic, doubt) = lowering.packets(at, words);
    let ends = PeerAttributes {
        v4: ("cidr_blocks", block.get("cidr_blocks")),
        v6: ("ipv6_cidr_blocks", block.get("ipv6_cidr_blocks")),
        lists: ("prefix_list_ids", block.get("prefix_list_ids")),
        groups: ("security_groups", block.get("security_groups")),
        itself: block.get("self").boolean() == Some(true),
    };
    let peers = peers(lowering, resource, &ends, group);
    rules(peers, &traffic, &doubt, &origin)
}

/// What of a rule no certain rule in the list already says; none where that is nothing.
fn less(mut rule: FilterRule, others: &[FilterRule]) -> Option<FilterRule> {
    let same =
        |other: &&FilterRule| other.doubt.is_certain() && rule.traffic.is_subset(&other.traffic);
    for other in others.iter().filter(same) {
        match (&mut rule.peer, &other.peer) {
            (FilterPeer::Addresses(own), FilterPeer::Addresses(theirs))
                if rule.doubt.is_certain() =>
            {
                *own = own.difference(theirs)
            }
            (FilterPeer::Members(own), FilterPeer::Members(theirs)) if own == theirs => {
                return None;
            }
            _ => {}
        }
    }
    (rule.peer != FilterPeer::Addresses(AddressSet::none())).then_some(rule)
}
