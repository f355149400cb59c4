//! Virtual network gateways (VPN and ExpressRoute): each joins its network, and peered ones that use it, with what stands
//! behind its connections. Source: "Virtual network traffic routing" (virtual-networks-udr-overview), "Optional default
//! routes"; "Configure VPN gateway transit for virtual network peering"; azurerm provider,
//! `azurerm_virtual_network_gateway_connection`, `azurerm_local_network_gateway`.

use super::lowering::{At, Attribute, Found, Lowering, is_set, same};
use super::stage::{AtGateways, Joins, Neighbour, Peerings, Subnets};
use crate::ingest::lowering::{Family, Flag};
use crate::ingest::terraform::{Mode, NamedBy, Resource, ResourceFamily};
use crate::model::{AddressSet, Border, Doubt, GapKind, Id, Network, Origin, Subnet};
use std::collections::BTreeMap;

const KIND: &str = "virtual network gateway";
const TYPE: &str = "azurerm_virtual_network_gateway";

/// What stands behind a gateway: a network, addresses that routes lead to, and why that is not certain.
pub type Behind = (Id<Network>, AddressSet, Doubt);

/// Gateways with their connections.
#[must_use]
pub fn family() -> Family<AtGateways> {
    Family {
        resources: ResourceFamily {
            types: vec![
                "azurerm_local_network_gateway",
                "azurerm_virtual_network_gateway",
                "azurerm_virtual_network_gateway_connection",
            ],
            references: vec![
                NamedBy::new(
                    &["azurerm_virtual_network_gateway"],
                    &[
                        "virtual_network_gateway_id",
                        "peer_virtual_network_gateway_id",
                    ],
                ),
                NamedBy::new(
                    &["azurerm_local_network_gateway"],
                    &["local_network_gateway_id"],
                ),
            ],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers gateways with their connections.
fn lower(lowering: &mut Lowering<AtGateways>) {
    let graph = lowering.graph;
    let mut own: BTreeMap<Id<Resource>, Vec<(Id<Network>, Doubt)>> = BTreeMap::new();
    for (id, resource) in graph.of(TYPE) {
        let (name, origin) = (lowering.name(id), Some(resource.origin.clone()));
        let border = Border {
            name,
            kind: KIND,
            legs: Vec::new(),
            state: "active once applied".to_owned(),
            origin,
        };
        let border = lowering.world.borders.push(border);
        lowering.lowered.made.of.insert(id, border);
        own.insert(id, networks(lowering, resource));
    }
    let mut behind: BTreeMap<Id<Resource>, Vec<Behind>> = BTreeMap::new();
    let mut back: BTreeMap<Id<Resource>, Vec<Behind>> = BTreeMap::new();
    for (_, resource) in graph
        .of("azurerm_virtual_network_gateway_connection")
        .filter(|(_, own)| own.mode == Mode::Managed)
    {
        let at = Attribute::of(resource, "virtual_network_gateway_id");
        let mut gateways = lowering.resources(at, TYPE);
        gateways.or_any(own.keys().copied());
        for (gateway, doubt) in gateways.items {
            let near = own.get(&gateway).map_or(&[][..], Vec::as_slice);
            for (peer, unsure) in peers(lowering, resource).items {
                let behind = behind_gateway(lowering, resource, near, &unsure.and(&doubt));
                back.entry(peer).or_default().extend(behind);
            }
            let far = far_side(lowering, resource, &own).into_iter();
            let far = far.map(|(network, addresses, why)| (network, addresses, why.and(&doubt)));
            behind.entry(gateway).or_default().extend(far);
        }
    }
    for (gateway, networks) in own {
        let resource = &graph.resources[gateway];
        let mut far = behind
            .remove(&gateway)
            .unwrap_or_else(|| vec![unseen(lowering, resource)]);
        // The other side's connection may be in another root.
        let others = back.remove(&gateway).unwrap_or_default().into_iter();
        let is_new = |(network, ..): &Behind| !far.iter().any(|(own, ..)| own == network);
        let others: Vec<Behind> = others.filter(is_new).collect();
        far.extend(others);
        far.extend(clients(lowering, resource));
        let Some(border) = lowering.lowered.made.of.get(&gateway).copied() else {
            continue;
        };
        let users = users(lowering, &networks);
        for (near, doubt) in &users {
            lowering
                .lowered
                .made
                .at
                .entry(*near)
                .or_default()
                .push((border, doubt.clone()));
        }
        join(lowering, border, &users, &far);
        let others = users.get(networks.len()..).unwrap_or_default();
        turn_back(lowering, resource, border, others);
    }
}

/// At the edge of a circuit packets may come back by the gateway by which they went there: into another one of the peered networks that
/// use it, where a route announced to the gateway holds that. Source: Microsoft, "ExpressRoute MSEE hairpin design considerations". A VPN gateway has no
/// such edge.
fn turn_back(
    lowering: &mut Lowering<AtGateways>,
    gateway: &Resource,
    border: Id<Border>,
    users: &[(Id<Network>, Doubt)],
) {
    let kind = gateway.values.get("type");
    if users.len() < 2 || kind.text().is_some_and(|kind| same(kind, "Vpn")) {
        return;
    }
    let what = format!(
        "whether packets come back by `{}` from the edge of its circuit is not judged",
        gateway.address
    );
    let origin = Some(gateway.origin.clone());
    let doubt = lowering.world.doubt(GapKind::NotJudged, what, origin);
    for (number, (one, a)) in users.iter().enumerate() {
        for (other, b) in users.iter().skip(number + 1) {
            if one != other {
                lowering.meet(border, *one, *other, &doubt.and(a).and(b), true);
            }
        }
    }
}

/// The networks at a border, and those that use it over a peering.
pub fn users(
    lowering: &Lowering<AtGateways>,
    networks: &[(Id<Network>, Doubt)],
) -> Vec<(Id<Network>, Doubt)> {
    let mut out = networks.to_vec();
    for (user, owner, doubt) in &lowering.seen::<Peerings>().transit {
        let here = networks.iter().find(|(network, _)| network == owner);
        out.extend(here.map(|(_, own)| (*user, doubt.and(own))));
    }
    out
}

/// The addresses that a gateway gives to single machines that dial in.
fn clients(lowering: &mut Lowering<AtGateways>, resource: &Resource) -> Option<Behind> {
    let path = "vpn_client_configuration.address_space";
    let at = Attribute::of(resource, path);
    if !is_set(at.value) {
        return None;
    }
    let blocks = lowering.blocks(at);
    let known = blocks.rest.is_certain().then(|| blocks.addresses.clone());
    let (network, doubt) = outer(
        lowering,
        &format!("clients of {}", resource.address),
        &resource.origin_of(path),
        known,
    );
    Some((
        network,
        lowering.world.networks[network].addresses.clone(),
        doubt,
    ))
}

/// The network in whose `GatewaySubnet` a gateway stands.
fn networks(lowering: &mut Lowering<AtGateways>, resource: &Resource) -> Vec<(Id<Network>, Doubt)> {
    let mut out = Vec::new();
    for block in resource.values.get("ip_configuration").items() {
        let mut subnets = lowering.subnets(Attribute {
            resource,
            path: "ip_configuration.subnet_id",
            value: block.get("subnet_id"),
        });
        subnets.or_any(lowering.gateway_subnets());
        for (subnet, doubt) in subnets.items {
            let network = lowering.world.subnets[subnet].network;
            if !out.iter().any(|(own, _)| *own == network) {
                out.push((network, doubt));
            }
        }
    }
    out
}

/// What a connection leads to: a site with known prefixes, an ExpressRoute circuit, or the network of another gateway. Each that
/// may be meant, and anything where others may be.
fn far_side(
    lowering: &mut Lowering<AtGateways>,
    resource: &Resource,
    own: &BTreeMap<Id<Resource>, Vec<(Id<Network>, Doubt)>>,
) -> Vec<Behind> {
    let graph = lowering.graph;
    let sites = lowering.resources(
        Attribute::of(resource, "local_network_gateway_id"),
        "azurerm_local_network_gateway",
    );
    let mut out = Vec::new();
    for (site, doubt) in &sites.items {
        out.extend(behind_site(lowering, &graph.resources[*site], doubt));
    }
    if !out.is_empty() && sites.rest.is_certain() {
        return out;
    }
    let peers = peers(lowering, resource);
    for (peer, unsure) in &peers.items {
        let networks = own.get(peer).map_or(&[][..], Vec::as_slice);
        out.extend(behind_gateway(lowering, resource, networks, unsure));
    }
    if !out.is_empty() && sites.rest.is_certain() && peers.rest.is_certain() {
        return out;
    }
    let (network, doubt) = outer(lowering, &resource.address, &resource.origin, None);
    let anything = lowering.world.networks[network].addresses.clone();
    out.push((network, anything, doubt));
    out
}

/// The gateways that a connection joins its own with.
fn peers(lowering: &mut Lowering<AtGateways>, resource: &Resource) -> Found<Id<Resource>> {
    let at = Attribute::of(resource, "peer_virtual_network_gateway_id");
    lowering.resources(at, TYPE)
}

/// A site with the prefixes that its resource lists, and with any other where it learns prefixes.
fn behind_site(
    lowering: &mut Lowering<AtGateways>,
    site: &Resource,
    unsure: &Doubt,
) -> Vec<Behind> {
    let blocks = lowering.blocks(Attribute::of(site, "address_space"));
    let dynamic =
        !site.values.get("bgp_settings").items().is_empty() || blocks.addresses.is_empty();
    let all = (!dynamic && blocks.rest.is_certain()).then(|| blocks.addresses.clone());
    let (network, doubt) = outer(lowering, &site.address, &site.origin, all);
    let doubt = doubt.and(unsure);
    let mut out = Vec::new();
    if !blocks.addresses.is_empty() {
        out.push((network, blocks.addresses.clone(), doubt.clone()));
    }
    if dynamic || !blocks.rest.is_certain() {
        let whole = &lowering.world.networks[network].addresses;
        out.push((network, whole.difference(&blocks.addresses), doubt));
    }
    out
}

/// The networks of another gateway, and what that may tell.
fn behind_gateway(
    lowering: &mut Lowering<AtGateways>,
    resource: &Resource,
    networks: &[(Id<Network>, Doubt)],
    unsure: &Doubt,
) -> Vec<Behind> {
    if networks.is_empty() {
        return Vec::new();
    }
    let what = format!(
        "`{}` joins two networks by their gateways: whether both sides let it is not judged",
        resource.address
    );
    let origin = Some(resource.origin.clone());
    let doubt = lowering.world.doubt(GapKind::NotJudged, what, origin);
    let doubt = doubt.and(unsure);
    let far = |(network, own): &(Id<Network>, Doubt)| {
        let addresses = lowering.world.networks[*network].addresses.clone();
        (*network, addresses, doubt.and(own))
    };
    let mut out: Vec<Behind> = networks.iter().map(far).collect();
    out.extend(learned_by_gateways(lowering, resource, networks, &doubt));
    out
}

/// What gateways that exchange routes may tell each other beyond their own networks: the networks that use the far one, and
/// what it is connected with.
fn learned_by_gateways(
    lowering: &mut Lowering<AtGateways>,
    connection: &Resource,
    networks: &[(Id<Network>, Doubt)],
    doubt: &Doubt,
) -> Vec<Behind> {
    let flags = ["enable_bgp", "bgp_enabled"].map(|path| lowering.flag(connection, path, false));
    if !flags.iter().any(Flag::possibly) {
        return Vec::new();
    }
    let far = users(lowering, networks).into_iter().skip(networks.len());
    let mut out: Vec<Behind> = far
        .map(|(network, own)| {
            (
                network,
                lowering.world.networks[network].addresses.clone(),
                doubt.and(&own),
            )
        })
        .collect();
    let (network, why) = outer(lowering, &connection.address, &connection.origin, None);
    out.push((
        network,
        lowering.world.networks[network].addresses.clone(),
        doubt.and(&why),
    ));
    out
}

/// What stands behind a gateway of which the input holds no connection.
pub fn unseen(lowering: &mut Lowering<AtGateways>, gateway: &Resource) -> Behind {
    let (network, doubt) = outer(lowering, &gateway.address, &gateway.origin, None);
    (
        network,
        lowering.world.networks[network].addresses.clone(),
        doubt,
    )
}

/// The network behind something, with its addresses where they are all known.
pub fn outer(
    lowering: &mut Lowering<AtGateways>,
    name: &str,
    origin: &Origin,
    addresses: Option<AddressSet>,
) -> (Id<Network>, Doubt) {
    let network =
        lowering
            .lowered
            .on_demand
            .outer
            .enter(lowering.world, name, Some(origin), addresses);
    (network, lowering.world.networks[network].doubt.clone())
}

/// Legs and routes between what stands behind a border and the networks that use it.
pub fn join(
    lowering: &mut Lowering<AtGateways>,
    border: Id<Border>,
    users: &[(Id<Network>, Doubt)],
    far: &[Behind],
) {
    let known = lowering.known_addresses();
    for (near, own) in users {
        for (end, addresses, why) in far.iter().filter(|(end, ..)| end != near) {
            let doubt = own.and(why);
            lowering.open(border, *near, *end, addresses, &doubt);
            for addresses in [addresses.difference(&known), addresses.intersection(&known)]
                .into_iter()
                .filter(|part| !part.is_empty())
            {
                let (doubt, tag_doubt) = (doubt.clone(), doubt.clone());
                let neighbour = Neighbour {
                    border,
                    addresses,
                    tagged: true,
                    propagated: true,
                    doubt,
                    tag_doubt,
                };
                lowering
                    .lowered
                    .made
                    .neighbours
                    .entry(*near)
                    .or_default()
                    .push(neighbour);
            }
        }
    }
}

impl Lowering<'_, AtGateways> {
    /// The subnets in which a gateway may stand: those of that name; where the input holds none, any.
    fn gateway_subnets(&self) -> Vec<Id<Subnet>> {
        let named = self.seen::<Subnets>().named.iter();
        let named: Vec<Id<Subnet>> = named
            .filter(|((_, name), _)| name == "gatewaysubnet")
            .map(|(_, subnet)| *subnet)
            .collect();
        if named.is_empty() {
            self.declared_subnets().into_iter().collect()
        } else {
            named
        }
    }
}

impl<B, M: Joins> Lowering<'_, At<B, M>> {
    /// Adds legs both ways between a network and addresses of another one.
    pub fn open(
        &mut self,
        border: Id<Border>,
        near: Id<Network>,
        far: Id<Network>,
        there: &AddressSet,
        doubt: &Doubt,
    ) {
        let here = self.world.networks[near].addresses.clone();
        self.join(border, (near, &here), (far, there), doubt);
    }

    /// Adds legs and routes both ways between two networks. `propagated`: whether the routes come from a gateway.
    pub fn meet(
        &mut self,
        border: Id<Border>,
        one: Id<Network>,
        other: Id<Network>,
        doubt: &Doubt,
        propagated: bool,
    ) {
        let there = self.world.networks[other].addresses.clone();
        self.open(border, one, other, &there, doubt);
        for (near, far) in [(one, other), (other, one)] {
            let addresses = self.world.networks[far].addresses.clone();
            let (doubt, tag_doubt) = (doubt.clone(), doubt.clone());
            let neighbour = Neighbour {
                border,
                addresses,
                tagged: true,
                propagated,
                doubt,
                tag_doubt,
            };
            self.lowered
                .made
                .neighbours()
                .entry(near)
                .or_default()
                .push(neighbour);
        }
    }
}
