//! Network security groups with their rules, inline and separate, and the ones that Azure adds to each; to which subnets and
//! interfaces they belong. A packet must pass the group of the subnet and that of the interface, inside a subnet as well.
//! Source: "Network security groups" (network-security-groups-overview), "Security rules", "Default security rules";
//! "How network security groups filter network traffic" (network-security-group-how-it-works).

use super::lowering::{At, Attribute, Found, Lowering};
use super::resource_type::{TYPES, is_part};
use super::route_table;
use super::rule::{Group, Rule, RuleEnd, Surroundings};
use super::security_rule;
use super::service_tag::surroundings;
use super::stage::{AdminRules, AtEndpoints, AtSecurityGroups, Placing, SecurityGroups};
use super::template::{AZAPI, made_by_text};
use crate::ingest::lowering::Family;
use crate::ingest::terraform::{Mode, NamedBy, Resource, ResourceFamily};
use crate::model::{
    AddressSet, Direction, Doubt, Filter, FilterAction, FilterPeer, FilterRule, GapKind, Id,
    Origin, Subnet, Traffic,
};
use std::collections::BTreeMap;

const TYPE: &str = "azurerm_network_security_group";
const KIND: &str = "network security group";

/// Network security groups with their rules.
#[must_use]
pub fn family() -> Family<AtSecurityGroups> {
    Family {
        resources: ResourceFamily {
            types: vec![
                "azurerm_network_security_group",
                "azurerm_network_security_rule",
                "azurerm_subnet_network_security_group_association",
            ],
            references: vec![NamedBy::new(
                &["azurerm_network_security_group"],
                &[
                    "network_security_group_id",
                    "network_security_group_name",
                    "security_group",
                ],
            )],
            required: &[
                (
                    "azurerm_subnet_network_security_group_association",
                    &["subnet_id", "network_security_group_id"],
                ),
                (
                    "azurerm_network_security_rule",
                    &["network_security_group_name"],
                ),
            ],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Reads groups with their rules.
fn lower(lowering: &mut Lowering<AtSecurityGroups>) {
    let graph = lowering.graph;
    for (id, resource) in graph.of(TYPE) {
        let mut group = Group::default();
        if resource.mode == Mode::Data {
            let what = format!(
                "`{}` is only read: the rules that it has are not all in the input",
                resource.address
            );
            group.doubt =
                lowering
                    .world
                    .doubt(GapKind::NotInInput, what, Some(resource.origin.clone()));
        }
        lowering.lowered.made.of.insert(id, group);
    }
    for (_, resource) in graph
        .of("azurerm_network_security_rule")
        .filter(|(_, resource)| resource.mode == Mode::Managed)
    {
        separate(lowering, resource);
    }
    graph
        .of(TYPE)
        .for_each(|(id, resource)| inline(lowering, id, resource));
    unlisted(lowering);
}

/// What a type that is not modelled may add to a group that it names, also as a part of it by the type that is any resource.
fn unlisted(lowering: &mut Lowering<AtSecurityGroups>) {
    let types = lowering.graph.types;
    let names = &["network_security_group_id", "network_security_group_name"];
    let mut all = lowering.unlisted(names, |kind| TYPES.is_unlisted(types, kind));
    let parts = lowering.unlisted(&["parent_id"], |kind| kind == AZAPI);
    all.extend(
        parts
            .into_iter()
            .filter(|at| is_part(at.resource, "networkSecurityGroups")),
    );
    for template in made_by_text(lowering) {
        let doubt = lowering.may_make(&template);
        let groups = lowering.graph.of(TYPE).map(|(id, _)| id);
        for group in groups.filter(|id| template.may_change(*id)) {
            let own = &mut lowering.lowered.made.of.entry(group).or_default().doubt;
            *own = own.and(&doubt);
        }
    }
    for at in all {
        let doubt = lowering.may_add(at, "rules");
        let mut groups = match at.path {
            "network_security_group_name" => lowering.by_name(at, TYPE),
            _ => lowering.resources(at, TYPE),
        };
        groups.or_any(lowering.graph.of(TYPE).map(|(id, _)| id));
        for group in groups.all() {
            let own = &mut lowering.lowered.made.of.entry(group).or_default().doubt;
            *own = own.and(&doubt);
        }
    }
}

fn separate(lowering: &mut Lowering<AtSecurityGroups>, resource: &Resource) {
    let mut groups = lowering.by_name(Attribute::of(resource, "network_security_group_name"), TYPE);
    let here = lowering.graph.of(TYPE);
    let here = here.filter(|(_, own)| own.input == resource.input);
    groups.or_any(here.map(|(id, _)| id));
    for (group, doubt) in groups.items {
        let at = Attribute {
            resource,
            path: "priority",
            value: &resource.values,
        };
        let rules = security_rule::read(lowering, at, &doubt, &resource.origin);
        lowering
            .lowered
            .made
            .of
            .entry(group)
            .or_default()
            .rules
            .extend(rules);
    }
}

/// Blocks of a group. A refreshed plan lists separate rules there as well: a priority is unique within a direction.
fn inline(lowering: &mut Lowering<AtSecurityGroups>, id: Id<Resource>, resource: &Resource) {
    for (number, block) in resource
        .values
        .get("security_rule")
        .items()
        .iter()
        .enumerate()
    {
        let path = format!("security_rule[{number}]");
        let at = Attribute {
            resource,
            path: &path,
            value: block,
        };
        let rules = security_rule::read(lowering, at, &Doubt::none(), &resource.origin_of(&path));
        let group = lowering.lowered.made.of.entry(id).or_default();
        for rule in rules {
            let same = |old: &Rule| {
                old.way == rule.way && old.order == rule.order && old.doubt.is_certain()
            };
            if !rule.doubt.is_certain() || !group.rules.iter().any(same) {
                group.rules.push(rule);
            }
        }
    }
}

/// Gives every subnet its filters, once it is known what surrounds it.
#[must_use]
pub fn of_subnets() -> Family<AtEndpoints> {
    Family::without_types(subnets)
}

/// The group of every subnet, by an association, by its block in the network, or by a data source.
fn subnets(lowering: &mut Lowering<AtEndpoints>) {
    let graph = lowering.graph;
    let mut of_subnet: BTreeMap<Id<Subnet>, Found<Id<Resource>>> = BTreeMap::new();
    let mut loose = Doubt::none();
    let mut add = |subnet, found: Found<Id<Resource>>, doubt: &Doubt| {
        let own: &mut Found<Id<Resource>> = of_subnet.entry(subnet).or_default();
        own.rest = own.rest.and(&found.rest);
        found
            .items
            .into_iter()
            .for_each(|(group, why)| own.add(group, why.and(doubt)));
    };
    for (_, resource) in graph.of("azurerm_subnet_network_security_group_association") {
        let subnets = lowering.subnets(Attribute::of(resource, "subnet_id"));
        loose = loose.and(&subnets.rest);
        for (subnet, doubt) in subnets.items {
            add(
                subnet,
                lowering.resources(Attribute::of(resource, "network_security_group_id"), TYPE),
                &doubt,
            );
        }
    }
    for (subnet, at) in route_table::blocks(lowering, "security_group") {
        add(subnet, lowering.resources(at, TYPE), &Doubt::none());
    }
    for subnet in lowering.own_subnets() {
        let found = of_subnet.remove(&subnet).unwrap_or_default();
        settle(lowering, subnet, &found, &loose);
    }
}

/// One group holds for a subnet. Where it cannot be decided which, none is set and the subnet is in doubt, so that nothing is
/// taken to be stopped.
fn settle(
    lowering: &mut Lowering<AtEndpoints>,
    subnet: Id<Subnet>,
    found: &Found<Id<Resource>>,
    loose: &Doubt,
) {
    let doubt = found.doubt().and(if found.items.is_empty() {
        loose
    } else {
        &found.rest
    });
    if !doubt.is_certain() {
        let own = &mut lowering.world.subnets[subnet];
        own.doubt = own.doubt.and(&doubt);
        return;
    }
    let filter = match found.first() {
        Some(group) => lowering.filter(group, subnet),
        None if lowering
            .seen::<AdminRules>()
            .all
            .iter()
            .any(|rule| rule.action == FilterAction::Deny) =>
        {
            lowering.no_group(subnet)
        }
        None => return,
    };
    lowering.world.subnets[subnet].filters = vec![filter];
}

/// Azure's own rules, which stand behind all others.
fn default_rules() -> Vec<Rule> {
    let rule = |way, order, action, source: &str, destination: &str| {
        let end = |word: &str| {
            vec![if word == "*" {
                RuleEnd::Addresses(AddressSet::all())
            } else {
                RuleEnd::Tag(word.to_owned())
            }]
        };
        let (source, destination, traffic, doubt) =
            (end(source), end(destination), Traffic::all(), Doubt::none());
        Rule {
            way,
            order,
            action,
            source,
            destination,
            traffic,
            doubt,
            origin: None,
        }
    };
    vec![
        rule(
            Direction::Ingress,
            65000,
            FilterAction::Allow,
            "VirtualNetwork",
            "VirtualNetwork",
        ),
        rule(
            Direction::Ingress,
            65001,
            FilterAction::Allow,
            "AzureLoadBalancer",
            "*",
        ),
        rule(Direction::Ingress, 65500, FilterAction::Deny, "*", "*"),
        rule(
            Direction::Egress,
            65000,
            FilterAction::Allow,
            "VirtualNetwork",
            "VirtualNetwork",
        ),
        rule(
            Direction::Egress,
            65001,
            FilterAction::Allow,
            "*",
            "Internet",
        ),
        rule(Direction::Egress, 65500, FilterAction::Deny, "*", "*"),
    ]
}

impl<B: Placing, M> Lowering<'_, At<B, M>> {
    /// The filter that a group is in a subnet: what `VirtualNetwork` means differs from subnet to subnet.
    pub fn filter(&mut self, id: Id<Resource>, subnet: Id<Subnet>) -> Id<Filter> {
        let around = surroundings(self, subnet);
        if let Some(filter) = self.lowered.on_demand.filters.get(&(id, around.clone())) {
            return *filter;
        }
        let name = self.name(id);
        let used = self
            .lowered
            .on_demand
            .filters
            .keys()
            .any(|(own, _)| *own == id);
        let name = if used {
            format!("{name} in {}", self.world.subnets[subnet].name)
        } else {
            name
        };
        let group = self
            .seen::<SecurityGroups>()
            .of
            .get(&id)
            .cloned()
            .unwrap_or_default();
        let origin = Some(self.graph.resources[id].origin.clone());
        let filter = self.group(name, &group, &around, origin);
        self.lowered.on_demand.filters.insert((id, around), filter);
        filter
    }

    /// What stands for a subnet without a group where there are rules that stand before all groups.
    fn no_group(&mut self, subnet: Id<Subnet>) -> Id<Filter> {
        let around = surroundings(self, subnet);
        let anyone = || vec![RuleEnd::Addresses(AddressSet::all())];
        let (action, traffic, doubt) = (FilterAction::Allow, Traffic::all(), Doubt::none());
        let rule = |way| {
            let (source, destination, traffic, doubt) =
                (anyone(), anyone(), traffic.clone(), doubt.clone());
            Rule {
                way,
                order: 1,
                action,
                source,
                destination,
                traffic,
                doubt,
                origin: None,
            }
        };
        let group = Group {
            rules: [Direction::Ingress, Direction::Egress].map(rule).to_vec(),
            doubt: Doubt::none(),
        };
        let name = format!(
            "no network security group in {}",
            self.world.subnets[subnet].name
        );
        self.group(name, &group, &around, None)
    }

    /// A filter with the rules of a group and Azure's own.
    pub fn group(
        &mut self,
        name: String,
        group: &Group,
        around: &Surroundings,
        origin: Option<Origin>,
    ) -> Id<Filter> {
        let (mut ingress, mut egress) = (Vec::new(), Vec::new());
        let before = self.seen::<AdminRules>().all.clone();
        for rule in before.iter().chain(&group.rules).chain(&default_rules()) {
            let made = self.rules(rule, around);
            if rule.way == Direction::Ingress {
                ingress.extend(made)
            } else {
                egress.extend(made)
            }
        }
        for side in [&mut ingress, &mut egress] {
            side.sort_by_key(|rule: &FilterRule| rule.order);
        }
        self.world.filters.push(Filter {
            name,
            kind: KIND,
            stateful: true,
            ingress,
            egress,
            doubt: group.doubt.clone(),
            origin,
        })
    }

    fn rules(&mut self, rule: &Rule, around: &Surroundings) -> Vec<FilterRule> {
        let (own, other) = if rule.way == Direction::Ingress {
            (&rule.destination, &rule.source)
        } else {
            (&rule.source, &rule.destination)
        };
        let (own, other) = (
            self.peers(own, around, rule),
            self.peers(other, around, rule),
        );
        let pairs = own
            .iter()
            .flat_map(|own| other.iter().map(move |other| (own, other)));
        let make =
            |((own, a), (peer, b)): (&(FilterPeer, Doubt), &(FilterPeer, Doubt))| FilterRule {
                order: rule.order,
                action: rule.action,
                peer: peer.clone(),
                own: own.clone(),
                traffic: rule.traffic.clone(),
                doubt: rule.doubt.and(a).and(b),
                origin: rule.origin.clone(),
            };
        pairs.map(make).collect()
    }

    /// The ends of a rule: the addresses that are certain as one, then the rest.
    fn peers(
        &mut self,
        ends: &[RuleEnd],
        around: &Surroundings,
        rule: &Rule,
    ) -> Vec<(FilterPeer, Doubt)> {
        let (mut surely, mut out) = (AddressSet::none(), Vec::new());
        for end in ends {
            let parts = match end {
                RuleEnd::Addresses(addresses) => vec![(addresses.clone(), Doubt::none())],
                RuleEnd::Tag(tag) => around.tag(self, tag, rule.origin.as_ref()),
                RuleEnd::Unknown(doubt) => vec![(AddressSet::all(), doubt.clone())],
                RuleEnd::Members(group) => {
                    out.push((FilterPeer::Members(*group), Doubt::none()));
                    Vec::new()
                }
            };
            for (addresses, doubt) in parts {
                if doubt.is_certain() {
                    surely = surely.union(&addresses);
                } else {
                    out.push((FilterPeer::Addresses(addresses), doubt));
                }
            }
        }
        if !surely.is_empty() {
            out.insert(0, (FilterPeer::Addresses(surely), Doubt::none()));
        }
        out
    }
}
