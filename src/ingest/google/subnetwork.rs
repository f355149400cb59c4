//! Subnets with their primary and secondary ranges, and the subnets that an auto mode network has by itself.
//! Source: cloud.google.com/vpc/docs/subnets, "Subnets", "Subnet creation mode", "Subnet purpose".

use super::lowering::{At, Attribute, Found, Lowering, is_set};
use super::network;
use super::on_demand::Shape;
use super::stage::{AtSubnets, Networks, Subnets};
use crate::ingest::lowering::{Blocks, Family, Sees};
use crate::ingest::terraform::{Mode, NamedBy, Resource, ResourceFamily};
use crate::model::{AddressSet, Doubt, GapKind, Id, Network, Subnet};
use std::collections::BTreeMap;

const KIND: &str = "google_compute_subnetwork";
/// Where the subnets of an auto mode network lie, a /20 in each region.
const AUTOMATIC: &str = "10.128.0.0/9";
/// What Google chooses internal IPv6 ranges from, and external ones.
const INTERNAL_SIX: &str = "fd20::/20";
const EXTERNAL_SIX: &str = "2600:1900::/28";

/// Subnets.
#[must_use]
pub fn family() -> Family<AtSubnets> {
    Family {
        resources: ResourceFamily {
            types: vec!["google_compute_subnetwork"],
            references: vec![NamedBy::new(
                &["google_compute_subnetwork"],
                &["subnetwork", "subnetworks", "nat_subnets"],
            )],
            required: &[("google_compute_subnetwork", &["network"])],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers subnets, and enters their ranges into their networks.
fn lower(lowering: &mut Lowering<AtSubnets>) {
    let graph = lowering.graph;
    for (id, resource) in graph.of(network::KIND) {
        automatic(lowering, id, resource);
    }
    for wanted in [Mode::Managed, Mode::Data] {
        for (id, resource) in graph
            .of(KIND)
            .filter(|(_, resource)| resource.mode == wanted)
        {
            let same = lowering.same(resource, |at| &at.made.of);
            let subnet = same.or_else(|| subnet(lowering, id, resource));
            lowering
                .lowered
                .made
                .of
                .extend(subnet.map(|subnet| (id, subnet)));
        }
    }
}

fn subnets<B: Sees<Subnets>, M>(at: &At<B, M>) -> &BTreeMap<Id<Resource>, Id<Subnet>> {
    &at.seen::<Subnets>().of
}

/// A network whose `auto_create_subnetworks` is not switched off has a subnet in each region; together they are one here.
fn automatic(lowering: &mut Lowering<AtSubnets>, id: Id<Resource>, resource: &Resource) {
    let at = Attribute::of(resource, "auto_create_subnetworks");
    if resource.mode == Mode::Data || at.value.boolean() == Some(false) {
        return;
    }
    let doubt = if at.value.is_unknown() {
        lowering.unknown(at)
    } else {
        Doubt::none()
    };
    let Some(network) = lowering.seen::<Networks>().of.get(&id).copied() else {
        return;
    };
    let primary = AddressSet::parse(AUTOMATIC).unwrap_or_default();
    let name = format!(
        "automatic subnets of {}",
        lowering.world.networks[network].name
    );
    let own = Subnet {
        name,
        network,
        addresses: primary.clone(),
        tables: Vec::new(),
        filters: Vec::new(),
        filters_inside: false,
        doubt,
        origin: Some(resource.origin_of(at.path)),
    };
    lowering.enter_subnet(
        own,
        Shape {
            primary,
            ..Shape::default()
        },
    );
}

/// The ranges of a subnet, and why there may be others.
fn shape(
    lowering: &mut Lowering<AtSubnets>,
    resource: &Resource,
    primary: AddressSet,
) -> (Shape, Doubt) {
    let mut doubt = Doubt::none();
    let mut shape = Shape {
        primary,
        region: resource.region.clone(),
        ..Shape::default()
    };
    for path in [
        "ipv6_cidr_range",
        "internal_ipv6_prefix",
        "external_ipv6_prefix",
    ] {
        shape.primary = shape
            .primary
            .union(&lowering.blocks(Attribute::of(resource, path)).addresses);
    }
    if shape.primary.is_disjoint(&AddressSet::all_v6()) {
        shape.six = chosen_six(lowering, resource);
    }
    for range in resource.values.get("secondary_ip_range").items() {
        let path = "secondary_ip_range.ip_cidr_range";
        let blocks = lowering.blocks(Attribute {
            resource,
            path,
            value: range.get("ip_cidr_range"),
        });
        let (addresses, unsure) = blocks.or(AddressSet::all_v4());
        let name = range.get("range_name");
        let unnamed = match name.is_unknown() {
            true => lowering.unknown(Attribute {
                resource,
                path: "secondary_ip_range.range_name",
                value: name,
            }),
            false => Doubt::none(),
        };
        doubt = doubt.and(&unsure);
        let name = name.text().unwrap_or_default().to_owned();
        let own = shape.secondary.entry(name.clone()).or_default();
        *own = own.union(&addresses);
        let why = shape.unsettled.entry(name).or_default();
        *why = why.and(&unsure).and(&unnamed);
    }
    (shape, doubt)
}

/// The subnet of a resource, in each network that may be its own: the first of them.
fn subnet(
    lowering: &mut Lowering<AtSubnets>,
    id: Id<Resource>,
    resource: &Resource,
) -> Option<Id<Subnet>> {
    let at = Attribute::of(resource, "network");
    let networks = lowering.networks_or(at, &format!("the network of {}", resource.address));
    let doubt = networks.doubt();
    let name = lowering.name(id);
    let mut all = Vec::new();
    for network in networks.all() {
        let name = if networks.items.len() > 1 {
            format!("{name} in {}", lowering.world.networks[network].name)
        } else {
            name.clone()
        };
        all.push(subnet_in(lowering, resource, name, network, &doubt));
    }
    lowering.lowered.on_demand.alternatives.enter(&all, &doubt);
    all.first().copied()
}

/// The subnet in one network. `open`: why it may not be that network's, which has its ranges for no more sure then.
fn subnet_in(
    lowering: &mut Lowering<AtSubnets>,
    resource: &Resource,
    name: String,
    network: Id<Network>,
    open: &Doubt,
) -> Id<Subnet> {
    let mut doubt = open.clone();
    let mut blocks = lowering.blocks(Attribute::of(resource, "ip_cidr_range"));
    if blocks == Blocks::default() {
        blocks.rest = lowering.unknown(Attribute::of(resource, "ip_cidr_range"));
    }
    // A network has the addresses of its subnets and no others, so that they say nothing of this one.
    let (primary, unsure) = blocks.or(AddressSet::all_v4());
    doubt = doubt.and(&unsure).and(&purpose(lowering, resource));
    let (shape, secondary) = shape(lowering, resource, primary);
    doubt = doubt.and(&secondary);
    let own = &mut lowering.world.networks[network];
    own.doubt = own.doubt.and(&unsure).and(&secondary).and(open);
    if resource.mode == Mode::Data {
        let what = format!(
            "`{}` is only read: what filters and routes there is known only as far as the input holds it",
            resource.address
        );
        doubt = doubt.and(&lowering.world.doubt(
            GapKind::NotInInput,
            what,
            Some(resource.origin.clone()),
        ));
    }
    let mut addresses = shape
        .secondary
        .values()
        .fold(shape.primary.clone(), |sum, range| sum.union(range));
    if let Some((six, _)) = &shape.six {
        addresses = addresses.union(six);
    }
    let origin = Some(resource.origin.clone());
    lowering.enter_subnet(
        Subnet {
            name,
            network,
            addresses,
            tables: Vec::new(),
            filters: Vec::new(),
            filters_inside: false,
            doubt,
            origin,
        },
        shape,
    )
}

/// The IPv6 addresses of a subnet whose range Google chooses, as it does unless the configuration sets one: unique local addresses for internal
/// ones, its own public ones for external ones. Source: cloud.google.com/vpc/docs/subnets, "IPv6 subnet ranges".
fn chosen_six(
    lowering: &mut Lowering<AtSubnets>,
    resource: &Resource,
) -> Option<(AddressSet, Doubt)> {
    let stack = resource.values.get("stack_type");
    if !stack.is_unknown() && !stack.text().is_some_and(|text| text.contains("IPV6")) {
        return None;
    }
    let blocks: &[&str] = match resource.values.get("ipv6_access_type").text() {
        Some("INTERNAL") => &[INTERNAL_SIX],
        Some("EXTERNAL") => &[EXTERNAL_SIX],
        _ => &[INTERNAL_SIX, EXTERNAL_SIX],
    };
    let what = format!(
        "the IPv6 range of `{}` is known only after apply",
        resource.address
    );
    let doubt = lowering.world.doubt(
        GapKind::UnknownValue,
        what,
        Some(resource.origin_of("stack_type")),
    );
    Some((
        blocks
            .iter()
            .filter_map(|block| AddressSet::parse(block).ok())
            .collect(),
        doubt,
    ))
}

/// Subnets for proxies, for the translated addresses of published services and for private NAT hold nothing of the user's.
fn purpose(lowering: &mut Lowering<AtSubnets>, resource: &Resource) -> Doubt {
    let purpose = resource.values.get("purpose");
    match purpose.text() {
        None | Some("" | "PRIVATE" | "PRIVATE_RFC_1918" | "PEER_MIGRATION") => Doubt::none(),
        Some(purpose) => {
            let what = format!(
                "`{}` is reserved ({purpose}): what stands in it is not modelled",
                resource.address
            );
            lowering.world.doubt(
                GapKind::NotModelled,
                what,
                Some(resource.origin_of("purpose")),
            )
        }
    }
}

impl<B, M> Lowering<'_, At<B, M>> {
    /// Adds a subnet with its network's table, and its addresses to the network.
    pub fn enter_subnet(&mut self, mut subnet: Subnet, shape: Shape) -> Id<Subnet> {
        subnet.tables = self
            .lowered
            .on_demand
            .tables
            .get(&subnet.network)
            .copied()
            .into_iter()
            .collect();
        let network = &mut self.world.networks[subnet.network];
        network.addresses = network.addresses.union(&subnet.addresses);
        let id = self.world.subnets.push(subnet);
        self.lowered.on_demand.shapes.insert(id, shape);
        id
    }

    fn foreign_subnet(
        &mut self,
        at: Attribute,
        text: &str,
        network: Option<Id<Network>>,
    ) -> Id<Subnet> {
        let path = text
            .split("projects/")
            .nth(1)
            .filter(|path| path.contains("/subnetworks/"));
        let name = path.map_or(text.to_owned(), |path| format!("projects/{path}"));
        if let Some(subnet) = self.lowered.on_demand.foreign_subnets.get(&name) {
            return *subnet;
        }
        let network =
            network.unwrap_or_else(|| self.foreign_network(at, &format!("the network of {name}")));
        let doubt = self.not_in_input(at, &name);
        let own = &mut self.world.networks[network];
        if own.addresses.is_empty() {
            own.doubt = own.doubt.and(&doubt);
        }
        let primary = if own.addresses.is_empty() {
            AddressSet::all_v4()
        } else {
            own.addresses.clone()
        };
        let origin = Some(at.resource.origin_of(at.path));
        let subnet = Subnet {
            name: name.clone(),
            network,
            addresses: primary.clone(),
            tables: Vec::new(),
            filters: Vec::new(),
            filters_inside: false,
            doubt,
            origin,
        };
        let subnet = self.enter_subnet(
            subnet,
            Shape {
                primary,
                ..Shape::default()
            },
        );
        self.lowered.on_demand.foreign_subnets.insert(name, subnet);
        subnet
    }

    /// Adds a range to a subnet: one that a cluster makes for its pods.
    pub fn add_range(&mut self, subnet: Id<Subnet>, name: &str, addresses: &AddressSet) {
        let own = &mut self.world.subnets[subnet];
        own.addresses = own.addresses.union(addresses);
        let network = &mut self.world.networks[own.network];
        network.addresses = network.addresses.union(addresses);
        self.lowered
            .on_demand
            .shapes
            .entry(subnet)
            .or_default()
            .secondary
            .insert(name.to_owned(), addresses.clone());
    }

    /// Addresses of interfaces in a subnet.
    #[must_use]
    pub fn primary(&self, subnet: Id<Subnet>) -> AddressSet {
        self.lowered
            .on_demand
            .shapes
            .get(&subnet)
            .map(|shape| shape.primary.clone())
            .unwrap_or_default()
    }

    /// The secondary range of a name, else one whose name is not known, and why it may be another.
    #[must_use]
    pub fn range_named(&self, subnet: Id<Subnet>, name: &str) -> Option<(AddressSet, Doubt)> {
        let shape = self.lowered.on_demand.shapes.get(&subnet)?;
        let named = [name, ""].into_iter();
        let (name, range) = named
            .filter_map(|name| shape.secondary.get_key_value(name))
            .next()?;
        let why = shape.unsettled.get(name).cloned().unwrap_or_default();
        Some((range.clone(), why))
    }

    /// All secondary ranges of a subnet.
    #[must_use]
    pub fn secondary(&self, subnet: Id<Subnet>) -> AddressSet {
        self.lowered
            .on_demand
            .shapes
            .get(&subnet)
            .map(|shape| shape.secondary.values().cloned().collect())
            .unwrap_or_default()
    }

    /// The subnets of a network.
    #[must_use]
    pub fn subnets_of(&self, network: Id<Network>) -> Vec<Id<Subnet>> {
        self.world
            .subnets
            .iter()
            .filter(|(_, subnet)| subnet.network == network)
            .map(|(id, _)| id)
            .collect()
    }

    /// All subnets of networks; one of which nothing is known in a network without any.
    fn all_in(&mut self, at: Attribute, networks: &Found<Id<Network>>) -> Found<Id<Subnet>> {
        let mut out = Found {
            items: Vec::new(),
            rest: networks.rest.clone(),
        };
        for (network, doubt) in &networks.items {
            let mut subnets = self.subnets_of(*network);
            if subnets.is_empty() {
                let name = format!("subnets of {}", self.world.networks[*network].name);
                subnets.push(self.foreign_subnet(at, &name, Some(*network)));
            }
            subnets
                .into_iter()
                .for_each(|subnet| out.add(subnet, doubt.clone()));
        }
        out
    }
}

impl<B: Sees<Networks> + Sees<Subnets>, M> Lowering<'_, At<B, M>> {
    /// The subnets that an attribute names; those that the input only names are added to the world, in `network` where it
    /// is known.
    pub fn subnets(&mut self, at: Attribute, network: Option<Id<Network>>) -> Found<Id<Subnet>> {
        let found = self.things(at, subnets, |lowering, at, text| {
            Some(lowering.foreign_subnet(at, text, network))
        });
        self.lowered.on_demand.alternatives.extend(found)
    }

    /// The subnets that a resource says it stands in: by its subnetwork, else all of its network.
    pub fn standing_in(
        &mut self,
        resource: &Resource,
        block: &str,
        values: &crate::ingest::terraform::Value,
    ) -> Found<Id<Subnet>> {
        let network_path = format!("{block}network");
        let subnet_path = format!("{block}subnetwork");
        let at = Attribute {
            resource,
            path: &network_path,
            value: values.get("network"),
        };
        let networks = self.networks(at);
        let value = values.get("subnetwork");
        if is_set(value) {
            let at = Attribute {
                resource,
                path: &subnet_path,
                value,
            };
            let named = if networks.rest.is_certain() {
                networks.first()
            } else {
                None
            };
            let mut found = self.subnets(at, named);
            let here = |subnet: &Id<Subnet>| Some(self.world.subnets[*subnet].network) == named;
            if found.all().any(|subnet| here(&subnet)) {
                found.items.retain(|(subnet, _)| here(subnet));
            }
            if !found.rest.is_certain() {
                let any = self.all_in(at, &self.or_all(networks));
                found.or_any(any.all());
            }
            return found;
        }
        self.all_in(at, &networks)
    }

    /// The networks that something says it stands in; all of the input where it says none.
    fn or_all(&self, mut networks: Found<Id<Network>>) -> Found<Id<Network>> {
        if networks.items.is_empty() {
            let all = self.seen::<Networks>().of.values();
            all.for_each(|network| networks.add(*network, networks.rest.clone()));
        }
        networks
    }
}
