//! Subnets: managed, default, read one by one or in bulk, and only named. Their route tables and network ACLs are set by
//! the families of those. Source: VPC user guide, "Subnets for your VPC".

use super::lowering::{Attribute, Found, Lowering};
use super::named_subnet;
use crate::ingest::terraform::{Mode, Resource, Target};
use crate::model::{AddressSet, GapKind, Id, Network, Subnet};
use std::collections::BTreeSet;

const KINDS: &[&str] = &["aws_subnet", "aws_default_subnet"];

/// Lowers subnets without their route tables and network ACLs.
pub fn lower(lowering: &mut Lowering) {
    let graph = lowering.graph;
    named_subnet::note_users(lowering);
    let all = || KINDS.iter().flat_map(|kind| graph.of(kind));
    for wanted in [Mode::Managed, Mode::Data] {
        for (id, resource) in all().filter(|(_, resource)| resource.mode == wanted) {
            let twin = lowering.twin(resource, |lowering, id| {
                lowering.lowered.subnets.get(&id).copied()
            });
            let subnet = twin.or_else(|| subnet(lowering, id, resource));
            if let Some(subnet) = subnet {
                lowering.lowered.subnets.insert(id, subnet);
                zone(lowering, subnet, resource);
            }
        }
    }
}

fn subnet(lowering: &mut Lowering, id: Id<Resource>, resource: &Resource) -> Option<Id<Subnet>> {
    let networks = lowering.networks(Attribute::of(resource, "vpc_id"));
    let network = network_of(lowering, resource, networks.clone())?;
    let whole = lowering.world.networks[network].addresses.clone();
    let mut blocks = lowering.blocks(Attribute::of(resource, "cidr_block"));
    let mut ipv6 = lowering.blocks(Attribute::of(resource, "ipv6_cidr_block"));
    if !ipv6.rest.is_certain() {
        if lowering.world.networks[network].addresses.v6.is_empty()
            || !lowering.world.doubt_of_v6(network).is_certain()
        {
            lowering.unsettle_v6(network, &ipv6.rest);
        } else {
            // Any of the known blocks of its network.
            lowering
                .world
                .unsettled_v6
                .insert(network, ipv6.rest.clone());
        }
        ipv6.addresses = lowering.world.networks[network]
            .addresses
            .intersection(&AddressSet::all_v6());
    }
    if blocks.addresses.is_empty()
        && blocks.rest.is_certain()
        && resource.values.get("ipv6_native").boolean() != Some(true)
    {
        blocks.rest = lowering.unknown(Attribute::of(resource, "cidr_block"));
    }
    let (addresses, doubt) = blocks.or(whole.intersection(&AddressSet::all_v4()));
    let mut doubt = doubt.and(&networks.doubt());
    if resource.mode == Mode::Data {
        let what = format!(
            "`{}` is only read: its route table and network ACL are known only as far as the input holds them",
            resource.address
        );
        doubt = doubt.and(&lowering.world.doubt(
            GapKind::NotInInput,
            what,
            Some(resource.origin.clone()),
        ));
    }
    let subnet = Subnet {
        name: lowering.name(id),
        network,
        addresses: addresses.union(&ipv6.addresses),
        tables: Vec::new(),
        filters: Vec::new(),
        filters_inside: false,
        doubt,
        origin: Some(resource.origin.clone()),
    };
    Some(lowering.world.subnets.push(subnet))
}

/// The network of a subnet: the first candidate whose addresses hold the subnet's, else one of its own that is not known.
fn network_of(
    lowering: &mut Lowering,
    resource: &Resource,
    networks: Found<Id<Network>>,
) -> Option<Id<Network>> {
    let addresses = lowering
        .blocks(Attribute::of(resource, "cidr_block"))
        .addresses;
    let holds =
        |network: &Id<Network>| addresses.is_subset(&lowering.world.networks[*network].addresses);
    if let Some(network) = networks.all().find(holds).or(networks.first()) {
        return Some(network);
    }
    let at = Attribute::of(resource, "vpc_id");
    Some(lowering.foreign_network(at, &format!("the VPC of {}", resource.address)))
}

fn zone(lowering: &mut Lowering, subnet: Id<Subnet>, resource: &Resource) {
    let text = |path: &str| {
        resource
            .values
            .get(path)
            .text()
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let (name, id) = (text("availability_zone"), text("availability_zone_id"));
    if name.is_some() || id.is_some() {
        let own = lowering.lowered.zones.entry(subnet).or_default();
        (own.name, own.id) = (own.name.take().or(name), own.id.take().or(id));
    }
}

impl Lowering<'_> {
    /// Whether the input makes a subnet, so that what else it has is in the input too.
    #[must_use]
    pub fn makes(&self, subnet: Id<Subnet>) -> bool {
        let own = self
            .lowered
            .subnets
            .iter()
            .filter(|(_, own)| **own == subnet)
            .map(|(id, _)| &self.graph.resources[*id]);
        own.into_iter()
            .any(|resource| resource.mode == Mode::Managed)
    }

    /// The subnets that the resources of one plan or state became.
    pub fn subnets_of_input(&self, input: usize) -> BTreeSet<Id<Subnet>> {
        let own = self
            .lowered
            .subnets
            .iter()
            .filter(|(id, _)| self.graph.resources[**id].input == input);
        own.map(|(_, subnet)| *subnet).collect()
    }

    /// The subnets that an attribute names; those that the input only names by id are added to the world, in each network
    /// that may be theirs.
    pub fn subnets(&mut self, at: Attribute) -> Found<Id<Subnet>> {
        let own = |lowering: &Self, target: &Target| match target.attribute.as_str() {
            "id" | "arn" | "" => lowering.lowered.subnets.get(&target.resource).copied(),
            _ => None,
        };
        let mut found = self.find(at, own, |lowering, at, id| {
            lowering.foreign_subnets(at, id).first().copied()
        });
        for (subnet, _) in found.items.clone() {
            let Some((all, doubt)) = self
                .lowered
                .foreign
                .siblings
                .get(&subnet)
                .filter(|(all, _)| all.len() > 1)
            else {
                continue;
            };
            found
                .items
                .iter_mut()
                .filter(|(own, _)| *own == subnet)
                .for_each(|(_, own)| *own = own.and(doubt));
            all.iter().for_each(|one| found.add(*one, doubt.clone()));
        }
        found
    }
}
