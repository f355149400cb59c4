//! Network ACLs: inline and separate rules, associations, default ACLs. Source: VPC user guide, "Network ACLs".

use super::lowering::{Attribute, Lowering};
use super::packets::Words;
use super::resource_type::TYPES;
use super::template;
use crate::ingest::aws::stage::{AtFilters, Networks};
use crate::ingest::lowering::{Blocks, Family};
use crate::ingest::terraform::{NamedBy, Resource, ResourceFamily, Target, Value};
use crate::model::{
    AddressSet, Direction, Doubt, Filter, FilterAction, FilterPeer, FilterRule, Id, Network,
    Origin, Subnet, Traffic,
};
use std::collections::{BTreeMap, BTreeSet};

const KIND: &str = "network ACL";

/// Network ACLs.
#[must_use]
pub fn family() -> Family<AtFilters> {
    Family {
        resources: ResourceFamily {
            types: vec![
                "aws_default_network_acl",
                "aws_network_acl",
                "aws_network_acl_association",
                "aws_network_acl_rule",
            ],
            references: vec![
                NamedBy::new(
                    &[
                        "aws_network_acl",
                        "aws_default_network_acl",
                        "aws_network_acls",
                    ],
                    &["network_acl_id", "default_network_acl_id"],
                )
                .brought_by(&[("aws_vpc", "default_network_acl_id")]),
            ],
            required: &[
                ("aws_network_acl", &["vpc_id"]),
                ("aws_default_network_acl", &["default_network_acl_id"]),
                ("aws_network_acl_rule", &["network_acl_id"]),
                (
                    "aws_network_acl_association",
                    &["network_acl_id", "subnet_id"],
                ),
            ],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers ACLs and gives every subnet the one that holds for it.
fn lower(lowering: &mut Lowering<AtFilters>) {
    let graph = lowering.graph;
    let mut of_subnet = Associated::default();
    for (id, resource) in graph
        .of("aws_network_acl")
        .chain(graph.of("aws_default_network_acl"))
    {
        let filter = acl(lowering, resource.origin.clone().into(), lowering.name(id));
        lowering.lowered.made.of.insert(id, filter);
        if resource.kind == "aws_default_network_acl" {
            adopt(lowering, filter, resource);
        }
        inline(lowering, filter, resource);
        associate(
            lowering,
            &mut of_subnet,
            filter,
            Attribute::of(resource, "subnet_ids"),
        );
    }
    for network in lowering.world.networks.ids() {
        lowering.default_acl(network);
    }
    graph
        .of("aws_network_acl_rule")
        .for_each(|(_, resource)| separate(lowering, resource));
    unlisted(lowering);
    for (_, resource) in graph.of("aws_network_acl_association") {
        let acls = lowering.find(
            Attribute::of(resource, "network_acl_id"),
            Lowering::acl_of,
            |_, _, _| None,
        );
        let doubt = acls.doubt();
        for acl in acls.all() {
            associate(
                lowering,
                &mut of_subnet,
                acl,
                Attribute::of(resource, "subnet_id"),
            );
        }
        if !doubt.is_certain() {
            let subnets = lowering.subnets(Attribute::of(resource, "subnet_id"));
            subnets.all().for_each(|subnet| {
                of_subnet.candidates.entry(subnet).or_default().1 = doubt.clone()
            });
        }
    }
    let Associated {
        mut candidates,
        unresolved,
    } = of_subnet;
    spread(lowering, &mut candidates, unresolved);
    for subnet in lowering.world.subnets.ids() {
        let (acls, doubt) = candidates.remove(&subnet).unwrap_or_default();
        settle(lowering, subnet, &acls, &doubt);
    }
    template::acls(lowering);
}

/// What a type that is not modelled may add to an ACL that it names.
fn unlisted(lowering: &mut Lowering<AtFilters>) {
    let types = lowering.graph.types;
    for at in lowering.unlisted(&["network_acl_id"], |kind| TYPES.is_unlisted(types, kind)) {
        let doubt = lowering.may_add(at, "rules");
        let mut acls = lowering.find(at, Lowering::acl_of, |_, _, _| None);
        acls.or_any(lowering.lowered.made.of.values().copied());
        for acl in acls.all() {
            let own = &mut lowering.world.filters[acl].doubt;
            *own = own.and(&doubt);
        }
    }
}

/// ACLs that a subnet may have, and why that is not certain.
type Candidates = BTreeMap<Id<Subnet>, (Vec<Id<Filter>>, Doubt)>;

/// An ACL of which it is not known which subnets have it: the plan or state, the networks that it may be of, and why.
type UnresolvedAssociation = (Id<Filter>, usize, Vec<Id<Network>>, Doubt);

/// Which ACLs subnets have.
#[derive(Default)]
struct Associated {
    candidates: Candidates,
    /// ACLs that may be those of further subnets of a plan or state, in these networks, or in any where there are none.
    unresolved: Vec<UnresolvedAssociation>,
}

fn associate(
    lowering: &mut Lowering<AtFilters>,
    of_subnet: &mut Associated,
    acl: Id<Filter>,
    at: Attribute,
) {
    let subnets = lowering.subnets(at);
    for (subnet, doubt) in subnets.items {
        let (acls, why) = of_subnet.candidates.entry(subnet).or_default();
        *why = why.and(&doubt);
        if !acls.contains(&acl) {
            acls.push(acl);
        }
    }
    if !subnets.rest.is_certain() {
        let networks = lowering
            .networks(Attribute::of(at.resource, "vpc_id"))
            .all()
            .collect();
        of_subnet
            .unresolved
            .push((acl, at.resource.input, networks, subnets.rest));
    }
}

/// An ACL of which it is not known which subnets have it may be that of each which has no other for sure.
fn spread(
    lowering: &Lowering<AtFilters>,
    candidates: &mut Candidates,
    unresolved: Vec<UnresolvedAssociation>,
) {
    let sure = |(_, (acls, doubt)): &(&Id<Subnet>, &(Vec<_>, Doubt))| {
        !acls.is_empty() && doubt.is_certain()
    };
    let settled: BTreeSet<Id<Subnet>> = candidates
        .iter()
        .filter(sure)
        .map(|(subnet, _)| *subnet)
        .collect();
    for (acl, input, networks, doubt) in unresolved {
        let fits = |subnet: &Id<Subnet>| {
            networks.is_empty() || networks.contains(&lowering.world.subnets[*subnet].network)
        };
        for subnet in lowering
            .subnets_of_input(input)
            .into_iter()
            .filter(fits)
            .filter(|subnet| !settled.contains(subnet))
        {
            let (acls, why) = candidates.entry(subnet).or_default();
            acls.push(acl);
            *why = why.and(&doubt);
        }
    }
}

/// One ACL holds for a subnet. Where it is not known which, none is set and the subnet is in doubt, so that nothing is
/// taken to be stopped.
fn settle(
    lowering: &mut Lowering<AtFilters>,
    subnet: Id<Subnet>,
    acls: &[Id<Filter>],
    doubt: &Doubt,
) {
    let network = lowering.world.subnets[subnet].network;
    let default = lowering.default_acl(network);
    let own = &mut lowering.world.subnets[subnet];
    if !doubt.is_certain() {
        own.doubt = own.doubt.and(doubt);
        return;
    }
    own.filters = vec![acls.last().copied().unwrap_or(default)];
}

fn acl(lowering: &mut Lowering<AtFilters>, origin: Option<Origin>, name: String) -> Id<Filter> {
    let filter = Filter {
        name,
        kind: KIND,
        stateful: false,
        ingress: Vec::new(),
        egress: Vec::new(),
        doubt: Doubt::none(),
        origin,
    };
    lowering.world.filters.push(filter)
}

/// `aws_default_network_acl` names the default ACL that it adopts by its id.
fn adopt(lowering: &mut Lowering<AtFilters>, filter: Id<Filter>, resource: &Resource) {
    let own = |lowering: &Lowering<AtFilters>, target: &Target| {
        (target.attribute == "default_network_acl_id")
            .then(|| {
                lowering
                    .seen::<Networks>()
                    .of
                    .get(&target.resource)
                    .copied()
            })
            .flatten()
    };
    let named = lowering.find(
        Attribute::of(resource, "default_network_acl_id"),
        own,
        |_, _, _| None,
    );
    let networks = lowering.adopters(resource, named);
    lowering.world.filters[filter].doubt = networks.doubt();
    networks.give(filter, &mut lowering.lowered.made.defaults);
}

fn inline(lowering: &mut Lowering<AtFilters>, filter: Id<Filter>, resource: &Resource) {
    for (path, way) in [
        ("ingress", Direction::Ingress),
        ("egress", Direction::Egress),
    ] {
        for (n, block) in resource.values.get(path).items().iter().enumerate() {
            let path = format!("{path}[{n}]");
            let at = Attribute {
                resource,
                path: &path,
                value: block,
            };
            rule(
                lowering,
                filter,
                at,
                ("rule_no", "action"),
                way,
                &Doubt::none(),
                resource.origin_of(&path),
            );
        }
    }
}

fn separate(lowering: &mut Lowering<AtFilters>, resource: &Resource) {
    let acls = lowering.find(
        Attribute::of(resource, "network_acl_id"),
        Lowering::acl_of,
        |_, _, _| None,
    );
    let egress = resource.values.get("egress");
    let (ways, unsure): (&[Direction], Doubt) = match egress.boolean() {
        Some(true) => (&[Direction::Egress], Doubt::none()),
        // Its default is the provider's own, so that it leaves none to AWS.
        None if egress.is_unknown() || matches!(egress, Value::Computed) => (
            &[Direction::Ingress, Direction::Egress],
            lowering.unknown(Attribute::of(resource, "egress")),
        ),
        _ => (&[Direction::Ingress], Doubt::none()),
    };
    let mut acls = acls;
    let graph = lowering.graph;
    let same = |id: &Id<Resource>| graph.resources[*id].input == resource.input;
    let all = lowering.lowered.made.of.iter();
    let own = all.filter(|(id, _)| same(id)).map(|(_, acl)| *acl);
    acls.or_any(own.chain(lowering.lowered.made.defaults.values().copied()));
    for (acl, doubt) in acls.items {
        let at = Attribute {
            resource,
            path: "protocol",
            value: &resource.values,
        };
        for way in ways {
            rule(
                lowering,
                acl,
                at,
                ("rule_number", "rule_action"),
                *way,
                &doubt.and(&unsure),
                resource.origin.clone(),
            );
        }
    }
}

fn rule(
    lowering: &mut Lowering<AtFilters>,
    filter: Id<Filter>,
    at: Attribute,
    (number, action): (&str, &str),
    way: Direction,
    doubt: &Doubt,
    origin: Origin,
) {
    let Attribute {
        resource,
        value: block,
        ..
    } = at;
    let words = Words {
        protocol: block.get("protocol"),
        from: block.get("from_port"),
        to: block.get("to_port"),
        icmp_type: block.get("icmp_type"),
        icmp_code: block.get("icmp_code"),
    };
    let (traffic, mut doubt) = if block.is_unknown() {
        (Traffic::all(), lowering.unknown(at))
    } else {
        let (traffic, own) = lowering.packets(at, words);
        (traffic, own.and(doubt))
    };
    let (peer, own) = addresses(lowering, resource, block);
    doubt = doubt.and(&own);
    let order = block
        .get(number)
        .integer()
        .and_then(|number| u32::try_from(number).ok());
    if order.is_none() {
        doubt = doubt.and(&lowering.unknown(at));
    }
    let action_value = block.get(action);
    let deny = action_value
        .text()
        .is_some_and(|action| action.eq_ignore_ascii_case("deny"));
    if action_value.is_unknown() {
        doubt = doubt.and(&lowering.unknown(at));
    }
    let rule = FilterRule {
        order: order.unwrap_or_default(),
        action: if deny {
            FilterAction::Deny
        } else {
            FilterAction::Allow
        },
        peer: FilterPeer::Addresses(peer),
        own: FilterPeer::anyone(),
        traffic,
        doubt,
        origin: Some(origin),
    };
    enter(lowering, filter, way, rule, action_value.is_unknown());
}

/// The addresses that a rule is about. It has to name some, so where it seems to name none they are not known.
fn addresses(
    lowering: &mut Lowering<AtFilters>,
    resource: &Resource,
    block: &Value,
) -> (AddressSet, Doubt) {
    let mut at = |path| {
        let value = block.get(path);
        lowering.blocks(Attribute {
            resource,
            path,
            value,
        })
    };
    let (mut v4, v6) = (at("cidr_block"), at("ipv6_cidr_block"));
    let names_none = v4 == Blocks::default() && v6 == Blocks::default();
    if names_none && matches!(block.get("cidr_block"), Value::Computed) {
        v4.rest = lowering.unknown(Attribute {
            resource,
            path: "cidr_block",
            value: block.get("cidr_block"),
        });
    }
    let doubt = v4.rest.and(&v6.rest);
    let (v4, _) = v4.or(AddressSet::all_v4());
    let (v6, _) = v6.or(AddressSet::all_v6());
    (v4.union(&v6), doubt)
}

/// Enters a rule where its number puts it. `either`: its action is not known, so that both are in doubt.
fn enter(
    lowering: &mut Lowering<AtFilters>,
    filter: Id<Filter>,
    way: Direction,
    rule: FilterRule,
    either: bool,
) {
    let own = &mut lowering.world.filters[filter];
    let side = if way == Direction::Ingress {
        &mut own.ingress
    } else {
        &mut own.egress
    };
    // A number is unique within a direction: the separate rule is the block of the refreshed plan once more.
    side.retain(|old| old.order != rule.order || !rule.doubt.is_certain());
    side.extend(either.then(|| FilterRule {
        action: FilterAction::Deny,
        ..rule.clone()
    }));
    side.push(rule);
    side.sort_by_key(|rule| rule.order);
}

impl Lowering<'_, AtFilters> {
    /// What ACL an attribute of a resource is.
    #[must_use]
    pub fn acl_of(&self, target: &Target) -> Option<Id<Filter>> {
        if target.attribute == "default_network_acl_id"
            && let Some(network) = self.seen::<Networks>().of.get(&target.resource)
        {
            return self.lowered.made.defaults.get(network).copied();
        }
        self.lowered.made.of.get(&target.resource).copied()
    }

    /// The default ACL of a network: the one that the input adopts, else the one that AWS makes with it, which allows
    /// everything.
    pub fn default_acl(&mut self, network: Id<Network>) -> Id<Filter> {
        if let Some(acl) = self.lowered.made.defaults.get(&network) {
            return *acl;
        }
        let name = format!(
            "default network ACL of {}",
            self.world.networks[network].name
        );
        let filter = acl(self, None, name);
        let all = FilterRule {
            order: 100,
            action: FilterAction::Allow,
            peer: FilterPeer::anyone(),
            own: FilterPeer::anyone(),
            traffic: Traffic::all(),
            doubt: Doubt::none(),
            origin: None,
        };
        let owner = &self.world.networks[network];
        let doubt = if owner.known {
            Doubt::none()
        } else {
            owner.doubt.clone()
        };
        let own = &mut self.world.filters[filter];
        own.doubt = doubt;
        own.ingress.push(all.clone());
        own.egress.push(all);
        self.lowered.made.defaults.insert(network, filter);
        filter
    }
}
