//! Virtual network peering: a pair of resources, one for each side.
//! Source: "Create, change, or delete a virtual network peering" (virtual-network-manage-peering), "How to configure subnet
//! peering"; azurerm provider, `azurerm_virtual_network_peering`.

use super::lowering::{Attribute, Found, Lowering, Neighbour, is_set};
use crate::ingest::terraform::Resource;
use crate::model::{AddressSet, Doubt, GapKind, Id, Leg, Link, Network, Origin, Subnet};
use std::collections::BTreeMap;

const KIND: &str = "virtual network peering";
const TYPE: &str = "azurerm_virtual_network_peering";

/// One of the two resources of a pair.
#[derive(Clone)]
struct Side<'g> {
    resource: &'g Resource,
    /// The network whose side it is.
    from: Id<Network>,
    /// The other one.
    to: Id<Network>,
    doubt: Doubt,
}

/// The sides that name a pair of networks, the smaller id first.
type Pairs<'g> = BTreeMap<(Id<Network>, Id<Network>), Vec<(Id<Resource>, Side<'g>)>>;

/// Lowers pairs, each to one border. A side without its other half is a border in doubt: nothing crosses a peering whose
/// state is `Initiated`.
pub fn lower(lowering: &mut Lowering) {
    let graph = lowering.graph;
    let mut pairs = Pairs::new();
    for (id, resource) in graph.of(TYPE) {
        let (near, far) = ends(lowering, resource);
        if near.items.len() * far.items.len() > crate::ingest::lowering::MANY {
            crowd(lowering, resource, &near, &far);
            continue;
        }
        for (from, a) in &near.items {
            for (to, b) in far.items.iter().filter(|(to, _)| to != from) {
                let side = Side { resource, from: *from, to: *to, doubt: a.and(b).and(&near.rest).and(&far.rest) };
                pairs.entry((*from.min(to), *from.max(to))).or_default().push((id, side));
            }
        }
    }
    for (ends, sides) in pairs {
        pair(lowering, ends, &sides);
    }
}

/// The networks of a side; one that could not be told becomes a network of which nothing is known.
fn ends(lowering: &mut Lowering, resource: &Resource) -> (Found<Id<Network>>, Found<Id<Network>>) {
    let by_name = Attribute::of(resource, "virtual_network_name");
    let by_id = Attribute::of(resource, "virtual_network_id");
    let mut near = if is_set(by_name.value) { lowering.networks_named(by_name) } else { lowering.networks(by_id) };
    let at = Attribute::of(resource, "remote_virtual_network_id");
    let mut far = lowering.networks(at);
    for (found, side) in [(&mut near, "own"), (&mut far, "remote")] {
        if found.items.is_empty() {
            let network = lowering.foreign_network(at, &format!("{side} virtual network of {}", resource.address));
            found.add(network, found.rest.clone());
        }
    }
    (near, far)
}

/// A side with so many candidates for its ends that routes of each of them may lead anywhere.
fn crowd(lowering: &mut Lowering, resource: &Resource, near: &Found<Id<Network>>, far: &Found<Id<Network>>) {
    let what = format!("what `{}` joins could not be told: packets of its networks may go anywhere", resource.address);
    let doubt = lowering.world.doubt(GapKind::Unlinked, what, Some(resource.origin.clone()));
    near.all().chain(far.all()).for_each(|network| _ = lowering.lowered.loose.insert(network, doubt.clone()));
}

fn pair(lowering: &mut Lowering, (a, b): (Id<Network>, Id<Network>), sides: &[(Id<Resource>, Side)]) {
    let Some((first, named)) = sides.first() else { return };
    let towards = |from: Id<Network>| sides.iter().map(|(_, side)| side).find(|side| side.from == from);
    let (ab, ba) = (towards(a), towards(b));
    let doubt = sides.iter().fold(Doubt::none(), |sum, (_, side)| sum.and(&side.doubt));
    let (state, why) = state(lowering, ab, ba);
    let doubt = doubt.and(&why).and(&lowering.world.networks[a].doubt).and(&lowering.world.networks[b].doubt);
    let (name, origin) = (lowering.name(*first), Some(named.resource.origin.clone()));
    let link = lowering.world.links.push(Link { name, kind: KIND, legs: Vec::new(), state, origin });
    sides.iter().for_each(|(id, _)| _ = lowering.lowered.links.insert(*id, link));
    if overlap(lowering, a, b) {
        lowering.world.links[link].state = "fails: address spaces of the two networks overlap".to_owned();
        return;
    }
    for (from, to, own, other) in [(a, b, ab, ba), (b, a, ba, ab)] {
        let (here, entry) = part(lowering, from, own, other);
        let (there, _) = part(lowering, to, other, own);
        let forwarded = other.is_some_and(|side| side.resource.values.get("allow_forwarded_traffic").boolean() == Some(true));
        let sources = if forwarded { AddressSet::all() } else { here };
        let because = further(named, own, other);
        let (filters, unjudged, keeps_members) = (Vec::new(), Vec::new(), Vec::new());
        let doubt_of_leg = doubt.clone();
        let destinations = there.clone();
        let leg = Leg { from, entry, to, sources, destinations, filters, unjudged, keeps_members, doubt: doubt_of_leg, because };
        lowering.world.links[link].legs.push(leg);
        neighbour(lowering, from, link, there, own, &doubt);
    }
    transit(lowering, (a, b), ab, ba, &doubt);
}

/// Both sides must be there: else the one that is there waits for the other.
fn state(lowering: &mut Lowering, ab: Option<&Side>, ba: Option<&Side>) -> (String, Doubt) {
    let (Some(_), Some(_)) = (ab, ba) else {
        let Some(side) = ab.or(ba) else { return (String::new(), Doubt::none()) };
        let far = lowering.world.networks[side.to].name.clone();
        let what = format!("`{}` stays `Initiated` until `{far}` has a peering back, which is not in the input", side.resource.address);
        let doubt = lowering.world.doubt(GapKind::NotAccepted, what, Some(side.resource.origin.clone()));
        return ("initiated, waits for the peering from the other side".to_owned(), doubt);
    };
    ("connected once both sides are applied".to_owned(), Doubt::none())
}

/// Networks with a block in common cannot be peered, unless only subnets of theirs are.
fn overlap(lowering: &Lowering, a: Id<Network>, b: Id<Network>) -> bool {
    let [a, b] = [a, b].map(|id| &lowering.world.networks[id]);
    a.known && b.known && a.doubt.is_certain() && b.doubt.is_certain() && !a.addresses.is_disjoint(&b.addresses)
}

/// What of a network takes part: all of it, or the subnets that one of the sides names. `own` is the network's side.
fn part(lowering: &Lowering, network: Id<Network>, own: Option<&Side>, other: Option<&Side>) -> (AddressSet, Option<Vec<Id<Subnet>>>) {
    let partial = |side: &&Side| side.resource.values.get("peer_complete_virtual_networks_enabled").boolean() == Some(false);
    let named = own.filter(partial).map(|side| (side, "local_subnet_names"));
    let named = named.or(other.filter(partial).map(|side| (side, "remote_subnet_names")));
    let whole = lowering.world.networks[network].addresses.clone();
    let six = [own, other].into_iter().flatten().any(|side| side.resource.values.get("only_ipv6_peering_enabled").boolean() == Some(true));
    let family = if six { AddressSet::all_v6() } else { AddressSet::all() };
    let Some((side, path)) = named else { return (whole.intersection(&family), None) };
    let names = side.resource.values.get(path).items();
    let subnet = |name: &str| lowering.lowered.named_subnets.get(&(network, name.to_ascii_lowercase())).copied();
    let found: Option<Vec<Id<Subnet>>> = names.iter().map(|name| subnet(name.text()?)).collect();
    match found {
        Some(subnets) if !subnets.is_empty() => {
            let addresses: AddressSet = subnets.iter().map(|subnet| lowering.world.subnets[*subnet].addresses.clone()).collect();
            (addresses.intersection(&family), Some(subnets))
        }
        // A subnet that the input does not hold: any part of the network may be meant.
        _ => (whole.intersection(&family), None),
    }
}

fn further(named: &Side, own: Option<&Side>, other: Option<&Side>) -> Vec<(String, Option<Origin>)> {
    let sides = own.into_iter().chain(other).filter(|side| side.resource.address != named.resource.address);
    sides.map(|side| (format!("the other side's `{}`", side.resource.address), Some(side.resource.origin.clone()))).collect()
}

/// The far address space is routed over the peering, and in the service tag `VirtualNetwork` unless the side says no:
/// `allow_virtual_network_access` changes the definition of that tag and does not stop packets by itself
/// (virtual-network-manage-peering, "Create a peering", "Allow … to access …").
fn neighbour(lowering: &mut Lowering, from: Id<Network>, link: Id<Link>, addresses: AddressSet, own: Option<&Side>, doubt: &Doubt) {
    let path = "allow_virtual_network_access";
    let access = own.map(|side| side.resource.values.get(path));
    let why = match (access, own) {
        (Some(value), Some(side)) if value.is_unknown() => lowering.unknown(Attribute::of(side.resource, path)),
        _ => Doubt::none(),
    };
    let tagged = access.is_none_or(|value| value.boolean() != Some(false));
    let neighbour = Neighbour { link, addresses, tagged, propagated: false, doubt: doubt.clone(), tag_doubt: doubt.and(&why) };
    lowering.lowered.neighbours.entry(from).or_default().push(neighbour);
}

/// A side that uses the gateways of the other one, if the other lets it.
fn transit(lowering: &mut Lowering, (a, b): (Id<Network>, Id<Network>), ab: Option<&Side>, ba: Option<&Side>, doubt: &Doubt) {
    let set = |side: Option<&Side>, path: &str| side.map(|side| side.resource.values.get(path).boolean() == Some(true));
    for (user, owner, own, other) in [(a, b, ab, ba), (b, a, ba, ab)] {
        if set(own, "use_remote_gateways") == Some(true) && set(other, "allow_gateway_transit") != Some(false) {
            lowering.lowered.transit.push((user, owner, doubt.clone()));
        }
    }
}
