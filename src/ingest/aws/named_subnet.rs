//! Subnets that the input only names by their ids, as a root does that takes its network's ids as variables. Which network they
//! are of is known from what stands in them; else each network may be theirs.
//! Source: VPC user guide, "Subnets for your VPC": an interface's groups, and all subnets of a cluster, are of one VPC.

use super::lowering::{At, Attribute, Lowering, is_set};
use crate::ingest::aws::stage::{AtSubnets, Networks, Subnets};
use crate::ingest::lowering::Sees;
use crate::ingest::terraform::{Resource, Value};
use crate::model::{AddressSet, Doubt, Id, Network, Subnet};
use std::collections::BTreeSet;

const LISTS: &[&str] = &["aws_subnets", "aws_subnet_ids"];
/// Attributes that name the VPC of a resource, and so of the subnets that it names.
const VPCS: &[&str] = &["vpc_id", "vpc_config.vpc_id"];
/// Attributes that name something else of the same VPC.
const TOLD_BY: &[&str] = &[
    "route_table_id",
    "cluster_name",
    "vpc_security_group_ids",
    "security_groups",
    "security_group_ids",
    "vpc_config.security_group_ids",
    "network_configuration.security_groups",
];
/// Attributes that hold its address.
const ADDRESSES: &[&str] = &["private_ip", "private_ips", "ip_address"];

/// Notes which resources name which subnets.
pub fn note_users(lowering: &mut Lowering<AtSubnets>) {
    let graph = lowering.graph;
    for (id, resource) in graph.resources.iter() {
        let mut named = BTreeSet::new();
        ids_in(&resource.values, &mut named);
        for subnet in named {
            lowering
                .lowered
                .made
                .users
                .entry(subnet.to_owned())
                .or_default()
                .push(id);
        }
    }
}

fn ids_in<'v>(value: &'v Value, out: &mut BTreeSet<&'v str>) {
    match value {
        Value::Text(text) if text.starts_with("subnet-") => _ = out.insert(text),
        Value::List(items) => items.iter().for_each(|item| ids_in(item, out)),
        Value::Map(map) => map.values().for_each(|item| ids_in(item, out)),
        _ => {}
    }
}

impl<B: Sees<Networks> + Sees<Subnets>, M> Lowering<'_, At<B, M>> {
    /// The subnet with a known id that is not in the input, in each network that may be its own: one, where something tells.
    pub fn foreign_subnets(&mut self, at: Attribute, id: &str) -> Vec<Id<Subnet>> {
        if let Some(subnets) = self.lowered.on_demand.subnets_of.get(id) {
            return subnets.clone();
        }
        let doubt = self.not_in_input(at, id);
        self.subnets_anywhere(at, id, &doubt)
    }

    /// A subnet of which no more is known than its name, in each network that may be its own.
    pub fn subnets_anywhere(&mut self, at: Attribute, id: &str, doubt: &Doubt) -> Vec<Id<Subnet>> {
        if let Some(subnets) = self.lowered.on_demand.subnets_of.get(id) {
            return subnets.clone();
        }
        let known = self.network_of_listed(id).map_or_else(
            || self.networks_by_use(id),
            |network| BTreeSet::from([network]),
        );
        let networks = if known.is_empty() {
            self.any_network(at, id)
        } else {
            known
        };
        let several = networks.len() > 1;
        let subnets: Vec<Id<Subnet>> = networks
            .into_iter()
            .map(|network| self.named_subnet(at, (id, several), network, doubt))
            .collect();
        if let Some(first) = subnets.first() {
            self.lowered.on_demand.subnets.insert(id.to_owned(), *first);
            self.lowered.on_demand.alternatives.enter(&subnets, doubt);
        }
        self.lowered
            .on_demand
            .subnets_of
            .insert(id.to_owned(), subnets.clone());
        subnets
    }

    fn named_subnet(
        &mut self,
        at: Attribute,
        (id, several): (&str, bool),
        network: Id<Network>,
        doubt: &Doubt,
    ) -> Id<Subnet> {
        let own = &self.world.networks[network];
        let name = if several {
            format!("{id} in {}", own.name)
        } else {
            id.to_owned()
        };
        let subnet = Subnet {
            name,
            network,
            addresses: own.addresses.clone(),
            tables: Vec::new(),
            filters: Vec::new(),
            filters_inside: false,
            doubt: doubt.clone(),
            origin: Some(at.resource.origin_of(at.path)),
        };
        self.world.subnets.push(subnet)
    }

    /// Every network of the input, and one that is not in it.
    fn any_network(&mut self, at: Attribute, id: &str) -> BTreeSet<Id<Network>> {
        let beyond = self.foreign_network(at, &format!("the VPC of {id}"));
        self.seen::<Networks>()
            .of
            .values()
            .copied()
            .chain([beyond])
            .collect()
    }

    /// The networks that follow from what names the subnet: by its VPC, route table, cluster or groups, by the other subnets
    /// that it names, or by its address.
    fn networks_by_use(&mut self, id: &str) -> BTreeSet<Id<Network>> {
        let graph = self.graph;
        let users: Vec<&Resource> = self
            .seen::<Subnets>()
            .users
            .get(id)
            .into_iter()
            .flatten()
            .map(|user| &graph.resources[*user])
            .collect();
        let mut out = BTreeSet::new();
        for user in &users {
            out.extend(self.networks_of_user(user));
            for path in TOLD_BY.iter().filter(|path| is_set(user.values.get(path))) {
                let found = graph.follow(
                    user.values.get(path),
                    &["aws_route_table", "aws_security_group", "aws_eks_cluster"],
                );
                for target in found.targets {
                    out.extend(self.networks_of_user(&graph.resources[target.resource]));
                }
            }
        }
        if out.is_empty() {
            let known: AddressSet = users
                .iter()
                .map(|user| self.addresses_at(user, ADDRESSES).addresses)
                .collect();
            let holding = |network: &&Id<Network>| {
                !self.world.networks[**network].addresses.is_disjoint(&known)
            };
            out.extend(self.seen::<Networks>().of.values().filter(holding));
        }
        out
    }

    /// The networks of a resource by what it says of its VPC, and by the subnets of the input that it names.
    fn networks_of_user(&mut self, user: &Resource) -> BTreeSet<Id<Network>> {
        let mut named = BTreeSet::new();
        ids_in(&user.values, &mut named);
        let held = named
            .into_iter()
            .flat_map(|id| self.graph.holding(id))
            .filter(|target| target.attribute == "id");
        let subnets = held.filter_map(|target| self.seen::<Subnets>().of.get(&target.resource));
        let subnets = self.lowered.on_demand.alternatives.of_all(subnets.copied());
        let mut out: BTreeSet<Id<Network>> = subnets
            .into_iter()
            .map(|subnet| self.world.subnets[subnet].network)
            .collect();
        VPCS.iter()
            .for_each(|path| out.extend(self.networks_at(Attribute::of(user, path))));
        out
    }

    /// The networks that an attribute surely or perhaps names; none where it leaves that open.
    fn networks_at(&mut self, at: Attribute) -> BTreeSet<Id<Network>> {
        if !is_set(at.value) {
            return BTreeSet::new();
        }
        let found = self.networks(at);
        if found.rest.is_certain() {
            found.all().collect()
        } else {
            BTreeSet::new()
        }
    }

    /// The network that a data source of subnets with that id in its answer was asked about.
    fn network_of_listed(&mut self, id: &str) -> Option<Id<Network>> {
        let graph = self.graph;
        let lists = LISTS
            .iter()
            .flat_map(|kind| graph.of(kind))
            .map(|(_, resource)| resource);
        let list = lists.into_iter().find(|list| {
            list.values
                .get("ids")
                .items()
                .iter()
                .any(|own| own.text() == Some(id))
        })?;
        let filters = list
            .values
            .get("filter")
            .items()
            .iter()
            .filter(|filter| filter.get("name").text() == Some("vpc-id"));
        let value: &Value = filters
            .map(|filter| filter.get("values"))
            .next()
            .unwrap_or(list.values.get("vpc_id"));
        let networks = self.networks(Attribute {
            resource: list,
            path: "vpc_id",
            value,
        });
        networks.certain()
    }
}
