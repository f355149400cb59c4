//! VPCs: managed, default, read, and only named. Source: VPC user guide, "VPC CIDR blocks".

use super::lowering::{At, Attribute, Found, Lowering, is_set};
use crate::ingest::aws::stage::{AtNetworks, Networks};
use crate::ingest::lowering::{Family, Sees};
use crate::ingest::terraform::{Mode, NamedBy, Resource, ResourceFamily, Target};
use crate::model::{AddressSet, Doubt, GapKind, Id, Network, NetworkOwner};
use std::collections::BTreeSet;

const KINDS: &[&str] = &["aws_vpc", "aws_default_vpc"];

/// VPCs with their further blocks.
#[must_use]
pub fn family() -> Family<AtNetworks> {
    Family {
        resources: ResourceFamily {
            types: vec![
                "aws_default_vpc",
                "aws_vpc",
                "aws_vpc_ipv4_cidr_block_association",
                "aws_vpc_ipv6_cidr_block_association",
            ],
            references: vec![
                NamedBy::new(
                    &["aws_vpc", "aws_default_vpc", "aws_vpcs"],
                    &[
                        "vpc_id",
                        "peer_vpc_id",
                        "requester_vpc_id",
                        "accepter_vpc_id",
                        "vpc_identifier",
                        "vpc_arn",
                        "primary_vpc_id",
                    ],
                ),
                NamedBy::new(&["aws_vpc_dhcp_options"], &["dhcp_options_id"]),
            ],
            required: &[
                ("aws_vpc_ipv4_cidr_block_association", &["vpc_id"]),
                ("aws_vpc_ipv6_cidr_block_association", &["vpc_id"]),
            ],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers VPCs with all their blocks.
fn lower(lowering: &mut Lowering<AtNetworks>) {
    let graph = lowering.graph;
    let all = || KINDS.iter().flat_map(|kind| graph.of(kind));
    for wanted in [Mode::Managed, Mode::Data] {
        for (id, resource) in all().filter(|(_, resource)| resource.mode == wanted) {
            let twin = lowering.twin(resource, |lowering, id| {
                lowering.lowered.made.of.get(&id).copied()
            });
            let network = twin.unwrap_or_else(|| network(lowering, id, resource));
            lowering.lowered.made.of.insert(id, network);
        }
    }
    for kind in [
        "aws_vpc_ipv4_cidr_block_association",
        "aws_vpc_ipv6_cidr_block_association",
    ] {
        graph
            .of(kind)
            .for_each(|(_, resource)| secondary(lowering, resource));
    }
}

fn network(
    lowering: &mut Lowering<AtNetworks>,
    id: Id<Resource>,
    resource: &Resource,
) -> Id<Network> {
    let mut addresses = AddressSet::none();
    let mut doubt = Doubt::none();
    let mut blocks = lowering.blocks(Attribute::of(resource, "cidr_block"));
    for association in resource.values.get("cidr_block_associations").items() {
        let more = lowering.blocks(Attribute {
            resource,
            path: "cidr_block_associations.cidr_block",
            value: association.get("cidr_block"),
        });
        blocks.addresses = blocks.addresses.union(&more.addresses);
    }
    let unset = !is_set(resource.values.get("cidr_block"));
    if unset || !blocks.rest.is_certain() {
        addresses = AddressSet::all_v4();
        doubt = lowering.unknown(Attribute::of(resource, "cidr_block"));
    }
    let (v6, unsettled) = ipv6(lowering, resource);
    addresses = addresses.union(&blocks.addresses).union(&v6);
    if resource.mode == Mode::Data {
        let what = format!(
            "`{}` is only read: its route tables and filters are known only as far as the input holds them",
            resource.address
        );
        doubt = doubt.and(&lowering.world.doubt(
            GapKind::NotInInput,
            what,
            Some(resource.origin.clone()),
        ));
    }
    let name = lowering.name(id);
    let known = resource.mode == Mode::Managed;
    let network = Network {
        name,
        addresses,
        owner: owner(resource),
        known,
        doubt,
        origin: Some(resource.origin.clone()),
    };
    let network = lowering.world.networks.push(network);
    lowering.unsettle_v6(network, &unsettled);
    network
}

/// The IPv6 block, where it is known. One that AWS will choose may be any, which is no doubt about IPv4.
fn ipv6(lowering: &mut Lowering<AtNetworks>, resource: &Resource) -> (AddressSet, Doubt) {
    let values = &resource.values;
    let blocks = lowering.blocks(Attribute::of(resource, "ipv6_cidr_block"));
    let wanted = values.get("assign_generated_ipv6_cidr_block").boolean() == Some(true)
        || is_set(values.get("ipv6_ipam_pool_id"));
    let mut doubt = Doubt::none();
    if blocks.addresses.is_empty() && (wanted || !blocks.rest.is_certain()) {
        let what = format!(
            "the IPv6 block of `{}` is known only after apply: it may have any IPv6 address",
            resource.address
        );
        doubt = lowering.world.doubt(
            GapKind::UnknownValue,
            what,
            Some(resource.origin_of("assign_generated_ipv6_cidr_block")),
        );
    }
    (blocks.addresses, doubt)
}

fn owner(resource: &Resource) -> NetworkOwner {
    let account = resource
        .values
        .get("owner_id")
        .text()
        .or(resource.account.as_deref());
    NetworkOwner {
        account: account.map(str::to_owned),
        region: resource.region.clone(),
    }
}

fn secondary(lowering: &mut Lowering<AtNetworks>, resource: &Resource) {
    let path = if resource.kind.contains("ipv6") {
        "ipv6_cidr_block"
    } else {
        "cidr_block"
    };
    let networks = holders(lowering, resource);
    let blocks = lowering.blocks(Attribute::of(resource, path));
    let unset = !is_set(resource.values.get(path));
    let mut rest = blocks.rest.clone();
    if unset {
        rest = rest.and(&lowering.unknown(Attribute::of(resource, path)));
    }
    for (id, doubt) in networks.items {
        let network = &mut lowering.world.networks[id];
        network.addresses = network.addresses.union(&blocks.addresses);
        if path == "cidr_block" && !rest.is_certain() {
            network.addresses = network.addresses.union(&AddressSet::all_v4());
        }
        if path == "cidr_block" {
            network.doubt = network.doubt.and(&rest);
        }
        network.doubt = network.doubt.and(&doubt);
        if path == "ipv6_cidr_block" {
            lowering.unsettle_v6(id, &rest);
        }
    }
}

/// The networks that a further block may be of: those named, and any that may be where that is not known.
fn holders(lowering: &mut Lowering<AtNetworks>, resource: &Resource) -> Found<Id<Network>> {
    let at = Attribute::of(resource, "vpc_id");
    let mut found = lowering.networks_among(at, |lowering, id| {
        lowering.lowered.made.of.get(&id).copied()
    });
    if !is_set(at.value) {
        found.rest = lowering.unknown(at);
    }
    if !found.rest.is_certain() {
        let graph = lowering.graph;
        let all = lowering.lowered.made.of.iter();
        let near = all.filter(|(id, _)| graph.resources[**id].is_near(resource));
        let near: Vec<Id<Network>> = near.map(|(_, network)| *network).collect();
        let doubt = found.rest.clone();
        for network in near {
            if found.all().all(|own| own != network) {
                found.add(network, doubt.clone());
            }
        }
    }
    found
}

impl<B: Sees<Networks>, M> Lowering<'_, At<B, M>> {
    /// The networks that an attribute names; those that the input only names by id are added to the world.
    pub fn networks(&mut self, at: Attribute) -> Found<Id<Network>> {
        self.networks_among(at, |lowering, id| {
            lowering.seen::<Networks>().of.get(&id).copied()
        })
    }

    /// The networks that the resources of one plan or state became.
    #[must_use]
    pub fn networks_of_input(&self, input: usize) -> BTreeSet<Id<Network>> {
        let own = self
            .seen::<Networks>()
            .of
            .iter()
            .filter(|(id, _)| self.graph.resources[**id].input == input);
        own.map(|(_, network)| *network).collect()
    }

    /// The networks that a resource is of: those that it names, else those of its `vpc_id`, and any of the same input where
    /// there may be others.
    pub fn adopters(
        &mut self,
        resource: &Resource,
        named: Found<Id<Network>>,
    ) -> Found<Id<Network>> {
        let mut networks = named;
        if networks.items.is_empty() {
            let at = Attribute::of(resource, "vpc_id");
            networks = self.networks(at);
            if networks.items.is_empty() && networks.rest.is_certain() {
                networks.rest = self.unknown(at);
            }
        }
        networks.or_any(self.networks_of_input(resource.input));
        networks
    }
}

impl<B, M> Lowering<'_, At<B, M>> {
    /// As [`Lowering::networks`], where `own` tells which network a resource became.
    fn networks_among(
        &mut self,
        at: Attribute,
        own: impl Fn(&Self, Id<Resource>) -> Option<Id<Network>> + Copy,
    ) -> Found<Id<Network>> {
        let own = |lowering: &Self, target: &Target| match target.attribute.as_str() {
            "id" | "arn" | "" => own(lowering, target.resource),
            _ => None,
        };
        self.find(at, own, |lowering, at, id| {
            Some(lowering.foreign_network(at, id))
        })
    }

    /// Where there is a doubt, any IPv6 address may be the network's own.
    pub fn unsettle_v6(&mut self, network: Id<Network>, doubt: &Doubt) {
        if !doubt.is_certain() {
            let own = &mut self.world.networks[network];
            own.addresses = own.addresses.union(&AddressSet::all_v6());
            let known = self.world.unsettled_v6.entry(network).or_default();
            *known = known.and(doubt);
        }
    }

    /// The network with a known id that is not in the input.
    pub fn foreign_network(&mut self, at: Attribute, id: &str) -> Id<Network> {
        if let Some(network) = self.lowered.on_demand.networks.get(id) {
            return *network;
        }
        let doubt = self.not_in_input(at, id);
        let origin = Some(at.resource.origin_of(at.path));
        let network = Network {
            name: id.to_owned(),
            addresses: AddressSet::all(),
            owner: NetworkOwner::default(),
            known: false,
            doubt,
            origin,
        };
        let network = self.world.networks.push(network);
        self.lowered
            .on_demand
            .networks
            .insert(id.to_owned(), network);
        network
    }
}
