//! Subnets: with a resource of their own, as blocks inside their network, read, and only named. Their route tables and
//! network security groups are set by the families of those.
//! Source: azurerm provider, `azurerm_subnet`, `azurerm_virtual_network` (`subnet`).

use super::lowering::{At, Attribute, Found, Lowering};
use super::stage::{AtSubnets, Inline, Networks, Subnets};
use crate::ingest::lowering::{Family, Flag, Sees, holding};
use crate::ingest::terraform::{Mode, NamedBy, Resource, ResourceFamily, Target, Value};
use crate::model::{Doubt, GapKind, Id, Network, Origin, Subnet};
use std::collections::BTreeSet;

const KIND: &str = "azurerm_subnet";
/// What decides whether a subnet's network security group and routes hold for private endpoints in it: by default they do
/// not. Source: azurerm provider, `azurerm_subnet` (`private_endpoint_network_policies`); "Manage network policies for
/// private endpoints".
const POLICIES: &str = "private_endpoint_network_policies";

/// Subnets.
#[must_use]
pub fn family() -> Family<AtSubnets> {
    Family {
        resources: ResourceFamily {
            types: vec!["azurerm_subnet"],
            references: vec![
                NamedBy::new(
                    &["azurerm_subnet"],
                    &[
                        "subnet_id",
                        "subnet_ids",
                        "vnet_subnet_id",
                        "pod_subnet_id",
                        "virtual_network_subnet_ids",
                        "delegated_subnet_id",
                        "virtual_network_subnet_id",
                    ],
                ),
                NamedBy::new(&["azurerm_nat_gateway"], &["nat_gateway_id"]),
            ],
            required: &[("azurerm_subnet", &["virtual_network_name"])],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers subnets without their route tables and filters.
fn lower(lowering: &mut Lowering<AtSubnets>) {
    let graph = lowering.graph;
    for (id, resource) in graph
        .of("azurerm_virtual_network")
        .filter(|(_, resource)| resource.mode == Mode::Managed)
    {
        inline(lowering, id, resource);
    }
    for wanted in [Mode::Managed, Mode::Data] {
        for (id, resource) in graph
            .of(KIND)
            .filter(|(_, resource)| resource.mode == wanted)
        {
            let twin = lowering.twin(resource, |lowering, id| {
                lowering.lowered.made.of.get(&id).copied()
            });
            let subnet = twin.or_else(|| separate(lowering, id, resource));
            lowering
                .lowered
                .made
                .of
                .extend(subnet.map(|subnet| (id, subnet)));
        }
    }
}

/// Blocks inside a network. A refreshed plan lists subnets with resources of their own there as well: these are recognised by their name.
fn inline(lowering: &mut Lowering<AtSubnets>, id: Id<Resource>, resource: &Resource) {
    let graph = lowering.graph;
    let Some(network) = lowering.seen::<Networks>().of.get(&id).copied() else {
        return;
    };
    let separate = |block: &Value| {
        let same_id = |own: &Resource| {
            block
                .get("id")
                .text()
                .zip(own.values.get("id").text())
                .is_some_and(|(one, other)| super::lowering::same(one, other))
        };
        let same_name = |own: &Resource| {
            let at = |path: &str| own.values.get(path).text();
            at("name") == block.get("name").text()
                && at("virtual_network_name") == resource.values.get("name").text()
        };
        graph.of(KIND).any(|(_, own)| {
            own.input == resource.input
                && own.mode == Mode::Managed
                && (same_id(own) || same_name(own))
        })
    };
    for (number, block) in resource
        .values
        .get("subnet")
        .items()
        .iter()
        .enumerate()
        .filter(|(_, block)| !separate(block))
    {
        let name = block
            .get("name")
            .text()
            .map_or_else(|| number.to_string(), |name| format!("\"{name}\""));
        let path = format!("subnet[{number}]");
        let at = Attribute {
            resource,
            path: &path,
            value: block,
        };
        let named = format!("{}.subnet[{name}]", lowering.name(id));
        let subnet = subnet(
            lowering,
            named,
            network,
            at,
            &Doubt::none(),
            resource.origin_of(&path),
        );
        lowering.lowered.made.inline.push(Inline {
            resource: id,
            number,
            subnet,
        });
        if let Some(id) = block.get("id").text() {
            lowering
                .lowered
                .on_demand
                .foreign
                .subnets
                .insert(id.to_ascii_lowercase(), subnet);
        }
    }
}

/// The subnet of a resource, in each network that may be its own: the first of them.
fn separate(
    lowering: &mut Lowering<AtSubnets>,
    id: Id<Resource>,
    resource: &Resource,
) -> Option<Id<Subnet>> {
    let networks = networks_of(lowering, resource);
    let mut doubt = networks.doubt();
    if resource.mode == Mode::Data {
        let what = format!(
            "`{}` is only read: its routes and filters are known only as far as the input holds them",
            resource.address
        );
        doubt = doubt.and(&lowering.world.doubt(
            GapKind::NotInInput,
            what,
            Some(resource.origin.clone()),
        ));
    }
    let name = lowering.name(id);
    let at = Attribute {
        resource,
        path: "address_prefixes",
        value: &resource.values,
    };
    let mut all = Vec::new();
    for network in networks.all() {
        let name = if networks.items.len() > 1 {
            format!("{name} in {}", lowering.world.networks[network].name)
        } else {
            name.clone()
        };
        let origin = resource.origin.clone();
        all.push(subnet(lowering, name, network, at, &doubt, origin));
    }
    lowering.lowered.on_demand.alternatives.enter(&all, &doubt);
    all.first().copied()
}

/// The networks of which one is the subnet's: the one that it names; where that is open, each that may hold its addresses.
fn networks_of(lowering: &mut Lowering<AtSubnets>, resource: &Resource) -> Found<Id<Network>> {
    let path = if resource.values.get("virtual_network_id").is_unset() {
        "virtual_network_name"
    } else {
        "virtual_network_id"
    };
    let at = Attribute::of(resource, path);
    let mut networks = if path == "virtual_network_id" {
        lowering.networks(at)
    } else {
        lowering.networks_named(at)
    };
    let beyond = format!("the virtual network of {}", resource.address);
    lowering.or_beyond(at, &mut networks, &beyond);
    if !networks.doubt().is_certain() {
        let mut blocks = lowering.blocks(Attribute::of(resource, "address_prefixes"));
        blocks.add(&lowering.blocks(Attribute::of(resource, "address_prefix")));
        let fitting = holding(lowering.world, networks.all(), &blocks.addresses);
        if !fitting.is_empty() {
            networks.items.retain(|(one, _)| fitting.contains(one));
        }
    }
    networks
}

/// A subnet by its block, or by the attributes of its resource.
fn subnet(
    lowering: &mut Lowering<AtSubnets>,
    name: String,
    network: Id<Network>,
    at: Attribute,
    doubt: &Doubt,
    origin: Origin,
) -> Id<Subnet> {
    let block = at.value;
    let mut blocks = lowering.blocks(at.with(block.get("address_prefixes")));
    blocks.add(&lowering.blocks(at.with(block.get("address_prefix"))));
    if blocks.addresses.is_empty() && blocks.rest.is_certain() {
        blocks.rest = lowering.unknown(at);
    }
    let (addresses, why) = blocks.or(lowering.world.networks[network].addresses.clone());
    let (tables, filters) = (Vec::new(), Vec::new());
    let doubt = doubt.and(&why);
    let own = Subnet {
        name,
        network,
        addresses,
        tables,
        filters,
        filters_inside: true,
        doubt,
        origin: Some(origin),
    };
    let subnet = lowering.world.subnets.push(own);
    let judged = judges_private_endpoints(lowering, at);
    lowering
        .lowered
        .made
        .judged_endpoints
        .insert(subnet, judged);
    if let Some(name) = block.get("name").text() {
        lowering
            .lowered
            .made
            .named
            .insert((network, name.to_ascii_lowercase()), subnet);
    }
    subnet
}

/// Whether the network security group holds for private endpoints: by default it does not.
fn judges_private_endpoints(lowering: &mut Lowering<AtSubnets>, at: Attribute) -> Flag {
    let older = [
        "private_endpoint_network_policies_enabled",
        "enforce_private_link_endpoint_network_policies",
    ];
    let [policies, enabled, enforced] =
        [POLICIES, older[0], older[1]].map(|path| at.value.get(path));
    let on = match (policies.text(), enabled.boolean(), enforced.boolean()) {
        (Some(word), ..) => word == "Enabled" || word == "NetworkSecurityGroupEnabled",
        (None, Some(enabled), _) => enabled,
        (None, None, Some(enforced)) => !enforced,
        (None, None, None) => false,
    };
    let unknown = [policies, enabled, enforced]
        .into_iter()
        .find(|value| value.is_unknown());
    let doubt = unknown
        .map(|value| {
            lowering.unknown(Attribute {
                path: POLICIES,
                value,
                ..at
            })
        })
        .unwrap_or_default();
    Flag { on, doubt }
}

impl<B: Sees<Networks> + Sees<Subnets>, M> Lowering<'_, At<B, M>> {
    /// The subnets that an attribute names; those that the input only names by id are added to the world.
    pub fn subnets(&mut self, at: Attribute) -> Found<Id<Subnet>> {
        let own = |lowering: &Self, target: &Target| match target.attribute.as_str() {
            "id" | "" => lowering.seen::<Subnets>().of.get(&target.resource).copied(),
            path if path.starts_with("subnet") => lowering.only_inline(target.resource),
            _ => None,
        };
        let found = self.find(at, own, |lowering, at, id| {
            Some(lowering.foreign_subnet(at, id))
        });
        self.lowered.on_demand.alternatives.extend(found)
    }

    /// The subnets that the input declares, in each network that may be theirs.
    pub fn declared_subnets(&self) -> BTreeSet<Id<Subnet>> {
        let separate = self.seen::<Subnets>().of.values().copied();
        let inline = self
            .seen::<Subnets>()
            .inline
            .iter()
            .map(|inline| inline.subnet);
        self.lowered
            .on_demand
            .alternatives
            .of_all(separate.chain(inline))
    }

    /// The subnet inside a network, where it has one only.
    fn only_inline(&self, network: Id<Resource>) -> Option<Id<Subnet>> {
        let mut own = self
            .seen::<Subnets>()
            .inline
            .iter()
            .filter(|inline| inline.resource == network);
        own.next()
            .filter(|_| own.next().is_none())
            .map(|inline| inline.subnet)
    }

    /// The subnet with a known id that is not in the input, in the network that the id names.
    fn foreign_subnet(&mut self, at: Attribute, id: &str) -> Id<Subnet> {
        let key = id.to_ascii_lowercase();
        if let Some(subnet) = self.lowered.on_demand.foreign.subnets.get(&key) {
            return *subnet;
        }
        let network = self.network_of(at, id);
        if let Some(name) = key.rsplit('/').next().map(str::to_owned)
            && let Some(subnet) = self.seen::<Subnets>().named.get(&(network, name))
        {
            return *subnet;
        }
        let doubt = self.not_in_input(at, id);
        let addresses = self.world.networks[network].addresses.clone();
        let origin = Some(at.resource.origin_of(at.path));
        let (tables, filters) = (Vec::new(), Vec::new());
        let subnet = Subnet {
            name: id.to_owned(),
            network,
            addresses,
            tables,
            filters,
            filters_inside: true,
            doubt,
            origin,
        };
        let subnet = self.world.subnets.push(subnet);
        self.lowered.on_demand.foreign.subnets.insert(key, subnet);
        subnet
    }

    /// A subnet that a service makes in a network of its own, of which nothing is known.
    pub fn made_subnet(&mut self, at: Attribute, name: &str) -> (Id<Subnet>, Doubt) {
        let network = self.foreign_network(at, &format!("the network of {name}"));
        let doubt = self.world.networks[network].doubt.clone();
        let key = name.to_ascii_lowercase();
        if let Some(subnet) = self.lowered.on_demand.foreign.subnets.get(&key) {
            return (*subnet, doubt);
        }
        let addresses = self.world.networks[network].addresses.clone();
        let (tables, filters, origin) =
            (Vec::new(), Vec::new(), Some(at.resource.origin_of(at.path)));
        let own = Subnet {
            name: name.to_owned(),
            network,
            addresses,
            tables,
            filters,
            filters_inside: true,
            doubt: doubt.clone(),
            origin,
        };
        let subnet = self.world.subnets.push(own);
        self.lowered.on_demand.foreign.subnets.insert(key, subnet);
        (subnet, doubt)
    }

    /// The network in the id of a subnet: one of the input where it has that id.
    fn network_of(&mut self, at: Attribute, id: &str) -> Id<Network> {
        let front = id
            .to_ascii_lowercase()
            .find("/subnets/")
            .and_then(|end| id.get(..end))
            .unwrap_or(id)
            .to_owned();
        let held = self.seen::<Networks>().of.iter().find(|(resource, _)| {
            self.graph.resources[**resource]
                .values
                .get("id")
                .text()
                .is_some_and(|own| super::lowering::same(own, &front))
        });
        let held = held.map(|(_, network)| *network);
        held.unwrap_or_else(|| {
            let name = if front == id {
                format!("the virtual network of {id}")
            } else {
                front
            };
            self.foreign_network(at, &name)
        })
    }
}
