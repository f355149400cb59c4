//! Subnets: managed, default, read one by one or in bulk, and only named. Their route tables and network ACLs are set by
//! the families of those. Source: VPC user guide, "Subnets for your VPC".

use super::lowering::{At, Attribute, Found, Lowering, is_set};
use super::named_subnet;
use crate::ingest::aws::stage::{AtSubnets, Networks, Subnets};
use crate::ingest::lowering::{Family, Sees, holding};
use crate::ingest::terraform::{Mode, NamedBy, Resource, ResourceFamily, Target};
use crate::model::{AddressSet, Doubt, GapKind, Id, Network, Subnet};
use std::collections::BTreeSet;

const KINDS: &[&str] = &["aws_subnet", "aws_default_subnet"];

/// Subnets.
#[must_use]
pub fn family() -> Family<AtSubnets> {
    Family {
        resources: ResourceFamily {
            types: vec![
                "aws_default_subnet",
                "aws_subnet",
                "aws_subnet_ids",
                "aws_subnets",
            ],
            references: vec![NamedBy::new(
                &[
                    "aws_subnet",
                    "aws_default_subnet",
                    "aws_subnets",
                    "aws_subnet_ids",
                ],
                &[
                    "subnet_id",
                    "subnet_ids",
                    "subnets",
                    "vpc_zone_identifier",
                    "private_subnet_ids",
                    "public_subnet_ids",
                    "client_subnets",
                    "subnet_arns",
                    "associated_subnet_ids",
                ],
            )],
            required: &[("aws_subnet", &["vpc_id"])],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers subnets without their route tables and network ACLs.
fn lower(lowering: &mut Lowering<AtSubnets>) {
    let graph = lowering.graph;
    named_subnet::note_users(lowering);
    let all = || KINDS.iter().flat_map(|kind| graph.of(kind));
    for wanted in [Mode::Managed, Mode::Data] {
        for (id, resource) in all().filter(|(_, resource)| resource.mode == wanted) {
            let twin = lowering.twin(resource, |lowering, id| {
                lowering.lowered.made.of.get(&id).copied()
            });
            let all = twin.map_or_else(|| subnets(lowering, id, resource), |twin| vec![twin]);
            if let Some(first) = all.first() {
                lowering.lowered.made.of.insert(id, *first);
            }
            for subnet in all {
                zone(lowering, subnet, resource);
            }
        }
    }
}

/// The subnet of a resource, in each network that may be its own.
fn subnets(
    lowering: &mut Lowering<AtSubnets>,
    id: Id<Resource>,
    resource: &Resource,
) -> Vec<Id<Subnet>> {
    let addresses = lowering
        .blocks(Attribute::of(resource, "cidr_block"))
        .addresses;
    let networks = networks_of(lowering, resource, &addresses);
    let several = networks.items.len() > 1;
    let doubt = networks.doubt();
    let all: Vec<Id<Subnet>> = networks
        .all()
        .map(|network| {
            let mut name = lowering.name(id);
            if several {
                name = format!("{name} in {}", lowering.world.networks[network].name);
            }
            subnet(lowering, resource, name, network, &doubt)
        })
        .collect();
    lowering.lowered.on_demand.alternatives.enter(&all, &doubt);
    all
}

fn subnet(
    lowering: &mut Lowering<AtSubnets>,
    resource: &Resource,
    name: String,
    network: Id<Network>,
    doubt: &Doubt,
) -> Id<Subnet> {
    let (addresses, own) = addresses_in(lowering, resource, network);
    let mut doubt = own.and(doubt);
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
    lowering.world.subnets.push(Subnet {
        name,
        network,
        addresses,
        tables: Vec::new(),
        filters: Vec::new(),
        filters_inside: false,
        doubt,
        origin: Some(resource.origin.clone()),
    })
}

/// The addresses of a subnet in its network, all of the network's where they are not known.
fn addresses_in(
    lowering: &mut Lowering<AtSubnets>,
    resource: &Resource,
    network: Id<Network>,
) -> (AddressSet, Doubt) {
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
    (addresses.union(&ipv6.addresses), doubt)
}

/// The networks of which one is the subnet's: those that it names; where that is open also each other one that may hold its
/// addresses, and one that the input does not hold.
fn networks_of(
    lowering: &mut Lowering<AtSubnets>,
    resource: &Resource,
    addresses: &AddressSet,
) -> Found<Id<Network>> {
    let mut named = named_networks(lowering, resource);
    let doubt = named.doubt();
    if doubt.is_certain() {
        return named;
    }
    let fitting = holding(lowering.world, named.all(), addresses);
    if !fitting.is_empty() {
        named.items.retain(|(network, _)| fitting.contains(network));
    }
    if !named.rest.is_certain() {
        let graph = lowering.graph;
        let all = lowering.seen::<Networks>().of.iter();
        let all: Vec<Id<Network>> = all
            .filter(|(id, _)| may_have(&graph.resources[**id], resource))
            .map(|(_, network)| *network)
            .collect();
        let at = Attribute::of(resource, "vpc_id");
        let beyond = lowering.foreign_network(at, &format!("the VPC of {}", resource.address));
        holding(lowering.world, all, addresses)
            .into_iter()
            .chain([beyond])
            .for_each(|network| named.add(network, doubt.clone()));
    }
    named
}

/// Whether a subnet may be of a VPC. A default subnet is of the default VPC of its region and account, which no `aws_vpc` makes.
/// Source: `aws_default_subnet`, `aws_default_vpc`.
fn may_have(vpc: &Resource, subnet: &Resource) -> bool {
    let default = || {
        let flag = vpc.values.get("default");
        vpc.kind == "aws_default_vpc"
            || flag.boolean() == Some(true)
            || vpc.mode == Mode::Data && flag.boolean().is_none()
    };
    vpc.is_near(subnet) && (subnet.kind != "aws_default_subnet" || default())
}

/// The networks that a subnet names; one that names none, as a default subnet does not before it is there, leaves that open.
fn named_networks(lowering: &mut Lowering<AtSubnets>, resource: &Resource) -> Found<Id<Network>> {
    let at = Attribute::of(resource, "vpc_id");
    if is_set(at.value) {
        return lowering.networks(at);
    }
    Found {
        rest: lowering.unknown(at),
        ..Found::default()
    }
}

fn zone(lowering: &mut Lowering<AtSubnets>, subnet: Id<Subnet>, resource: &Resource) {
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
        let own = lowering.lowered.made.zones.entry(subnet).or_default();
        (own.name, own.id) = (own.name.take().or(name), own.id.take().or(id));
    }
}

impl<B: Sees<Networks> + Sees<Subnets>, M> Lowering<'_, At<B, M>> {
    /// Whether the input makes a subnet, so that what else it has is in the input too.
    #[must_use]
    pub fn makes(&self, subnet: Id<Subnet>) -> bool {
        let own = self
            .seen::<Subnets>()
            .of
            .iter()
            .filter(|(_, own)| {
                self.lowered
                    .on_demand
                    .alternatives
                    .of(**own)
                    .any(|one| one == subnet)
            })
            .map(|(id, _)| &self.graph.resources[*id]);
        own.into_iter()
            .any(|resource| resource.mode == Mode::Managed)
    }

    /// The subnets that the resources of one plan or state became.
    pub fn subnets_of_input(&self, input: usize) -> BTreeSet<Id<Subnet>> {
        let own = self
            .seen::<Subnets>()
            .of
            .iter()
            .filter(|(id, _)| self.graph.resources[**id].input == input);
        self.lowered
            .on_demand
            .alternatives
            .of_all(own.map(|own| *own.1))
    }

    /// The subnets that an attribute names; those that the input only names by id are added to the world, in each network
    /// that may be theirs.
    pub fn subnets(&mut self, at: Attribute) -> Found<Id<Subnet>> {
        let own = |lowering: &Self, target: &Target| match target.attribute.as_str() {
            "id" | "arn" | "" => lowering.seen::<Subnets>().of.get(&target.resource).copied(),
            _ => None,
        };
        let found = self.find(at, own, |lowering, at, id| {
            lowering.foreign_subnets(at, id).first().copied()
        });
        self.lowered.on_demand.alternatives.extend(found)
    }
}
