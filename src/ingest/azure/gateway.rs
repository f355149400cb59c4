//! Virtual network gateways (VPN and ExpressRoute): each joins its network, and peered ones that use it, with what stands
//! behind its connections. Source: "Virtual network traffic routing" (virtual-networks-udr-overview), "Optional default
//! routes"; "Configure VPN gateway transit for virtual network peering"; azurerm provider,
//! `azurerm_virtual_network_gateway_connection`, `azurerm_local_network_gateway`.

use super::lowering::{Attribute, Lowering, Neighbour};
use crate::ingest::terraform::{Mode, Resource};
use crate::model::{AddressSet, Doubt, GapKind, Id, Link, Network, Origin};
use std::collections::BTreeMap;

const KIND: &str = "virtual network gateway";
const TYPE: &str = "azurerm_virtual_network_gateway";

/// What stands behind a gateway: a network, addresses that routes lead to, and why that is not certain.
type Behind = (Id<Network>, AddressSet, Doubt);

/// Lowers gateways with their connections.
pub fn lower(lowering: &mut Lowering) {
    let graph = lowering.graph;
    let mut own: BTreeMap<Id<Resource>, Vec<(Id<Network>, Doubt)>> = BTreeMap::new();
    for (id, resource) in graph.of(TYPE) {
        let (name, origin) = (lowering.name(id), Some(resource.origin.clone()));
        let link = Link { name, kind: KIND, legs: Vec::new(), state: "active once applied".to_owned(), origin };
        let link = lowering.world.links.push(link);
        lowering.lowered.links.insert(id, link);
        own.insert(id, networks(lowering, resource));
    }
    let mut behind: BTreeMap<Id<Resource>, Vec<Behind>> = BTreeMap::new();
    for (_, resource) in graph.of("azurerm_virtual_network_gateway_connection").filter(|(_, own)| own.mode == Mode::Managed) {
        for gateway in lowering.resources(Attribute::of(resource, "virtual_network_gateway_id"), TYPE).all() {
            let far = far_side(lowering, resource, &own);
            behind.entry(gateway).or_default().extend(far);
        }
    }
    for (gateway, networks) in own {
        let far = behind.remove(&gateway).unwrap_or_else(|| vec![unseen(lowering, &graph.resources[gateway])]);
        join(lowering, gateway, &networks, &far);
    }
}

/// The network in whose `GatewaySubnet` a gateway stands.
fn networks(lowering: &mut Lowering, resource: &Resource) -> Vec<(Id<Network>, Doubt)> {
    let mut out = Vec::new();
    for block in resource.values.get("ip_configuration").items() {
        let subnets = lowering.subnets(Attribute { resource, path: "ip_configuration.subnet_id", value: block.get("subnet_id") });
        for (subnet, doubt) in subnets.items {
            let network = lowering.world.subnets[subnet].network;
            if !out.iter().any(|(own, _)| *own == network) {
                out.push((network, doubt));
            }
        }
    }
    out
}

/// What a connection leads to: a site with known prefixes, an ExpressRoute circuit, or the network of another gateway.
fn far_side(lowering: &mut Lowering, resource: &Resource, own: &BTreeMap<Id<Resource>, Vec<(Id<Network>, Doubt)>>) -> Vec<Behind> {
    let graph = lowering.graph;
    let sites = lowering.resources(Attribute::of(resource, "local_network_gateway_id"), "azurerm_local_network_gateway");
    if let Some(site) = sites.first() {
        let site = &graph.resources[site];
        let blocks = lowering.blocks(Attribute::of(site, "address_space"));
        let dynamic = !site.values.get("bgp_settings").items().is_empty() || blocks.addresses.is_empty();
        let all = (!dynamic && blocks.rest.is_certain()).then(|| blocks.addresses.clone());
        let (network, doubt) = outer(lowering, &site.address, &site.origin, all);
        let mut out = Vec::new();
        if !blocks.addresses.is_empty() {
            out.push((network, blocks.addresses.clone(), doubt.clone()));
        }
        if dynamic || !blocks.rest.is_certain() {
            out.push((network, lowering.world.networks[network].addresses.difference(&blocks.addresses), doubt));
        }
        return out;
    }
    let peers = lowering.resources(Attribute::of(resource, "peer_virtual_network_gateway_id"), TYPE);
    if let Some(networks) = peers.first().and_then(|peer| own.get(&peer)).filter(|networks| !networks.is_empty()) {
        let what = format!("`{}` joins two networks by their gateways: whether both sides let it is not judged", resource.address);
        let doubt = lowering.world.doubt(GapKind::NotJudged, what, Some(resource.origin.clone()));
        let far = |(network, own): &(Id<Network>, Doubt)| (*network, lowering.world.networks[*network].addresses.clone(), doubt.and(own));
        return networks.iter().map(far).collect();
    }
    let (network, doubt) = outer(lowering, &resource.address, &resource.origin, None);
    vec![(network, lowering.world.networks[network].addresses.clone(), doubt)]
}

/// What stands behind a gateway of which the input holds no connection.
fn unseen(lowering: &mut Lowering, gateway: &Resource) -> Behind {
    let (network, doubt) = outer(lowering, &gateway.address, &gateway.origin, None);
    (network, lowering.world.networks[network].addresses.clone(), doubt)
}

/// The network behind something, with its addresses where they are all known.
fn outer(lowering: &mut Lowering, name: &str, origin: &Origin, addresses: Option<AddressSet>) -> (Id<Network>, Doubt) {
    let network = lowering.lowered.outer.enter(lowering.world, name, Some(origin), addresses);
    (network, lowering.world.networks[network].doubt.clone())
}

/// Legs and routes between what stands behind a gateway and the networks that use it.
fn join(lowering: &mut Lowering, gateway: Id<Resource>, networks: &[(Id<Network>, Doubt)], far: &[Behind]) {
    let Some(link) = lowering.lowered.links.get(&gateway).copied() else { return };
    let mut users: Vec<(Id<Network>, Doubt)> = networks.to_vec();
    for (user, owner, doubt) in lowering.lowered.transit.clone() {
        let here = networks.iter().find(|(network, _)| *network == owner);
        users.extend(here.map(|(_, own)| (user, doubt.and(own))));
    }
    let known = lowering.known_addresses();
    for (near, own) in &users {
        lowering.lowered.gateways.entry(*near).or_default().push((link, own.clone()));
        for (end, addresses, why) in far.iter().filter(|(end, ..)| end != near) {
            let doubt = own.and(why);
            lowering.open(link, *near, *end, addresses, &doubt);
            for addresses in [addresses.difference(&known), addresses.intersection(&known)].into_iter().filter(|part| !part.is_empty()) {
                let (doubt, tag_doubt) = (doubt.clone(), doubt.clone());
                let neighbour = Neighbour { link, addresses, tagged: true, propagated: true, doubt, tag_doubt };
                lowering.lowered.neighbours.entry(*near).or_default().push(neighbour);
            }
        }
    }
}

impl Lowering<'_> {
    /// Adds legs both ways between a network and addresses of another one.
    pub fn open(&mut self, link: Id<Link>, near: Id<Network>, far: Id<Network>, there: &AddressSet, doubt: &Doubt) {
        let here = self.world.networks[near].addresses.clone();
        self.join(link, (near, &here), (far, there), doubt);
    }
}
