//! Subnets: managed, default, read one by one or in bulk, and only named. Their route tables and network ACLs are set by
//! the families of those. Source: VPC user guide, "Subnets for your VPC".

use super::lowering::{Attribute, Found, Lowering};
use crate::ingest::terraform::{Mode, Resource, Target, Value};
use crate::model::{GapKind, Id, Network, Subnet};

const KINDS: &[&str] = &["aws_subnet", "aws_default_subnet"];
const LISTS: &[&str] = &["aws_subnets", "aws_subnet_ids"];

/// Lowers subnets without their route tables and network ACLs.
pub fn lower(lowering: &mut Lowering) {
    let graph = lowering.graph;
    let all = || KINDS.iter().flat_map(|kind| graph.of(kind));
    for wanted in [Mode::Managed, Mode::Data] {
        for (id, resource) in all().filter(|(_, resource)| resource.mode == wanted) {
            let twin = lowering.twin(resource, |lowering, id| lowering.lowered.subnets.get(&id).copied());
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
    let ipv6 = lowering.blocks(Attribute::of(resource, "ipv6_cidr_block"));
    if blocks.addresses.is_empty() && blocks.rest.is_certain() && resource.values.get("ipv6_native").boolean() != Some(true) {
        blocks.rest = lowering.unknown(Attribute::of(resource, "cidr_block"));
    }
    let (addresses, doubt) = blocks.or(whole);
    let mut doubt = doubt.and(&networks.doubt());
    if resource.mode == Mode::Data {
        let what =
            format!("`{}` is only read: its route table and network ACL are known only as far as the input holds them", resource.address);
        doubt = doubt.and(&lowering.world.doubt(GapKind::NotInInput, what, Some(resource.origin.clone())));
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
fn network_of(lowering: &mut Lowering, resource: &Resource, networks: Found<Id<Network>>) -> Option<Id<Network>> {
    let addresses = lowering.blocks(Attribute::of(resource, "cidr_block")).addresses;
    let holds = |network: &Id<Network>| addresses.is_subset(&lowering.world.networks[*network].addresses);
    if let Some(network) = networks.all().find(holds).or(networks.first()) {
        return Some(network);
    }
    let at = Attribute::of(resource, "vpc_id");
    Some(lowering.foreign_network(at, &format!("the VPC of {}", resource.address)))
}

fn zone(lowering: &mut Lowering, subnet: Id<Subnet>, resource: &Resource) {
    let text = |path: &str| resource.values.get(path).text().filter(|text| !text.is_empty()).map(str::to_owned);
    let (name, id) = (text("availability_zone"), text("availability_zone_id"));
    if name.is_some() || id.is_some() {
        let own = lowering.lowered.zones.entry(subnet).or_default();
        (own.name, own.id) = (own.name.take().or(name), own.id.take().or(id));
    }
}

impl Lowering<'_> {
    /// The subnets that an attribute names; those that the input only names by id are added to the world.
    pub fn subnets(&mut self, at: Attribute) -> Found<Id<Subnet>> {
        let own = |lowering: &Self, target: &Target| match target.attribute.as_str() {
            "id" | "arn" | "" => lowering.lowered.subnets.get(&target.resource).copied(),
            _ => None,
        };
        self.find(at, own, |lowering, at, id| Some(lowering.foreign_subnet(at, id)))
    }

    /// The subnet with a known id that is not in the input, in the network that a list of subnets was read for.
    pub fn foreign_subnet(&mut self, at: Attribute, id: &str) -> Id<Subnet> {
        if let Some(subnet) = self.lowered.foreign.subnets.get(id) {
            return *subnet;
        }
        let network = self.network_of_listed(id).unwrap_or_else(|| self.foreign_network(at, &format!("the VPC of {id}")));
        let doubt = self.not_in_input(at, id);
        let addresses = self.world.networks[network].addresses.clone();
        let origin = Some(at.resource.origin_of(at.path));
        let subnet = Subnet {
            name: id.to_owned(),
            network,
            addresses,
            tables: Vec::new(),
            filters: Vec::new(),
            filters_inside: false,
            doubt,
            origin,
        };
        let subnet = self.world.subnets.push(subnet);
        self.lowered.foreign.subnets.insert(id.to_owned(), subnet);
        subnet
    }

    /// The network that a data source of subnets with that id in its answer was asked about.
    fn network_of_listed(&mut self, id: &str) -> Option<Id<Network>> {
        let graph = self.graph;
        let lists = LISTS.iter().flat_map(|kind| graph.of(kind)).map(|(_, resource)| resource);
        let list = lists.into_iter().find(|list| list.values.get("ids").items().iter().any(|own| own.text() == Some(id)))?;
        let filters = list.values.get("filter").items().iter().filter(|filter| filter.get("name").text() == Some("vpc-id"));
        let value: &Value = filters.map(|filter| filter.get("values")).next().unwrap_or(list.values.get("vpc_id"));
        let networks = self.networks(Attribute { resource: list, path: "vpc_id", value });
        networks.certain()
    }
}
