//! Virtual network peering: a pair of resources, one for each side.
//! Source: "Create, change, or delete a virtual network peering" (virtual-network-manage-peering), "How to configure subnet
//! peering"; azurerm provider, `azurerm_virtual_network_peering`.

use super::lowering::{Attribute, Found, Lowering, is_set};
use super::peering_side::{PeeringSide, Reading, Switches, open, overlap, part, switches};
use super::stage::{AtPeerings, Neighbour};
use crate::ingest::lowering::{Family, Flag};
use crate::ingest::terraform::{Resource, ResourceFamily};
use crate::model::{AddressSet, Border, Doubt, GapKind, Id, Leg, Network, Origin};
use std::collections::BTreeMap;

/// What its borders are.
pub const KIND: &str = "virtual network peering";
const TYPE: &str = "azurerm_virtual_network_peering";

/// The sides that name a pair of networks, the smaller id first.
type Pairs<'g> = BTreeMap<(Id<Network>, Id<Network>), Vec<(Id<Resource>, PeeringSide<'g>)>>;

/// Peerings of virtual networks.
#[must_use]
pub fn family() -> Family<AtPeerings> {
    Family {
        resources: ResourceFamily {
            types: vec!["azurerm_virtual_network_peering"],
            required: &[(
                "azurerm_virtual_network_peering",
                &["virtual_network_name", "remote_virtual_network_id"],
            )],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers pairs, each to one border. A side without its other half is a border in doubt: nothing crosses a peering whose
/// state is `Initiated`.
fn lower(lowering: &mut Lowering<AtPeerings>) {
    let graph = lowering.graph;
    let mut pairs = Pairs::new();
    for (id, resource) in graph.of(TYPE) {
        let (near, far) = ends(lowering, resource);
        if near.items.len() * far.items.len() > crate::ingest::lowering::MANY {
            crowd(lowering, resource, &near, &far);
            continue;
        }
        let switches = switches(lowering, resource);
        for (from, a) in &near.items {
            for (to, b) in far.items.iter().filter(|(to, _)| to != from) {
                let doubt = a.and(b).and(&near.rest).and(&far.rest);
                let side = PeeringSide {
                    resource,
                    from: *from,
                    to: *to,
                    doubt,
                    switches: switches.clone(),
                };
                pairs
                    .entry((*from.min(to), *from.max(to)))
                    .or_default()
                    .push((id, side));
            }
        }
    }
    for (ends, mut sides) in pairs {
        sides.sort_by_key(|(_, side)| !side.doubt.is_certain());
        pair(lowering, ends, &sides);
    }
}

/// The networks of a side; where one cannot be resolved, each of the input may be meant, and one of which nothing is known.
fn ends(
    lowering: &mut Lowering<AtPeerings>,
    resource: &Resource,
) -> (Found<Id<Network>>, Found<Id<Network>>) {
    let by_name = Attribute::of(resource, "virtual_network_name");
    let by_id = Attribute::of(resource, "virtual_network_id");
    let mut near = if is_set(by_name.value) {
        lowering.networks_named(by_name)
    } else {
        lowering.networks(by_id)
    };
    let at = Attribute::of(resource, "remote_virtual_network_id");
    let mut far = lowering.networks(at);
    for (found, side) in [(&mut near, "own"), (&mut far, "remote")] {
        let beyond = format!("{side} virtual network of {}", resource.address);
        lowering.or_beyond(at, found, &beyond);
    }
    (near, far)
}

/// A side with so many candidates for its ends that routes of each of them may lead anywhere.
fn crowd(
    lowering: &mut Lowering<AtPeerings>,
    resource: &Resource,
    near: &Found<Id<Network>>,
    far: &Found<Id<Network>>,
) {
    let what = format!(
        "what `{}` joins cannot be resolved: packets of its networks may go anywhere",
        resource.address
    );
    let doubt = lowering
        .world
        .doubt(GapKind::Unlinked, what, Some(resource.origin.clone()));
    near.all()
        .chain(far.all())
        .for_each(|network| _ = lowering.lowered.made.loose.insert(network, doubt.clone()));
}

/// The side of a network; where it is open which of several it is, one that may let anything cross.
fn towards<'g>(
    sides: &[(Id<Resource>, PeeringSide<'g>)],
    from: Id<Network>,
) -> Option<PeeringSide<'g>> {
    let mut own = sides.iter().filter(|(_, side)| side.from == from);
    let (_, first) = own.next()?;
    let mut side = first.clone();
    if own.next().is_some() && !side.doubt.is_certain() {
        side.switches = Switches::open(&side.doubt);
    }
    Some(side)
}

fn pair(
    lowering: &mut Lowering<AtPeerings>,
    (a, b): (Id<Network>, Id<Network>),
    sides: &[(Id<Resource>, PeeringSide)],
) {
    let Some((first, named)) = sides.first() else {
        return;
    };
    let (ab, ba) = (towards(sides, a), towards(sides, b));
    let (ab, ba) = (ab.as_ref(), ba.as_ref());
    let doubt = ab
        .into_iter()
        .chain(ba)
        .fold(Doubt::none(), |sum, side| sum.and(&side.doubt));
    let fails = overlap(lowering, (a, ab), (b, ba), Reading::Least);
    if fails && !doubt.is_certain() {
        return;
    }
    let (state, why) = state(lowering, ab, ba);
    let doubt = doubt
        .and(&why)
        .and(&lowering.world.networks[a].doubt)
        .and(&lowering.world.networks[b].doubt);
    let (name, origin) = (lowering.name(*first), Some(named.resource.origin.clone()));
    let border = lowering.world.borders.push(Border {
        name,
        kind: KIND,
        legs: Vec::new(),
        state,
        origin,
    });
    let open = open(lowering, ab.into_iter().chain(ba));
    if fails {
        lowering.world.borders[border].state =
            "fails: address spaces of the two networks overlap".to_owned();
        return;
    }
    let fails = overlap(lowering, (a, ab), (b, ba), Reading::Most);
    let doubt = if fails { doubt.and(&open) } else { doubt };
    for (from, to, own, other) in [(a, b, ab, ba), (b, a, ba, ab)] {
        let because = further(named, own, other);
        let told = |reading| Leg {
            because: because.clone(),
            ..leg(lowering, (from, own), (to, other), reading)
        };
        let legs = [Reading::Least, Reading::Most].map(told);
        across(lowering, border, legs, own, [&doubt, &doubt.and(&open)]);
    }
    transit(lowering, (a, b), ab, ba, &doubt);
}

/// Enters what surely crosses from one network to the other, in the lesser doubt, and what may cross besides.
fn across(
    lowering: &mut Lowering<AtPeerings>,
    border: Id<Border>,
    [least, most]: [Leg; 2],
    own: Option<&PeeringSide>,
    [lesser, greater]: [&Doubt; 2],
) {
    let what = |leg: &Leg| {
        (
            leg.entry.clone(),
            leg.sources.clone(),
            leg.destinations.clone(),
        )
    };
    let further = (what(&least) != what(&most)).then_some((
        most.destinations.difference(&least.destinations),
        most,
        greater,
    ));
    let ways = [Some((least.destinations.clone(), least, lesser)), further];
    for (led, leg, doubt) in ways
        .into_iter()
        .flatten()
        .filter(|(_, leg, _)| !leg.sources.is_empty() && !leg.destinations.is_empty())
    {
        let from = leg.from;
        lowering.world.borders[border].legs.push(Leg {
            doubt: doubt.clone(),
            ..leg
        });
        if !led.is_empty() {
            neighbour(lowering, from, border, led, own, doubt);
        }
    }
}

/// The way from one network to the other, as far as a reading of the switches lets it. `own` and `other` are their sides.
fn leg(
    lowering: &Lowering<AtPeerings>,
    (from, own): (Id<Network>, Option<&PeeringSide>),
    (to, other): (Id<Network>, Option<&PeeringSide>),
    reading: Reading,
) -> Leg {
    let (here, entry) = part(lowering, from, own, other, reading);
    let (destinations, _) = part(lowering, to, other, own, reading);
    let forwarded = other.is_some_and(|side| reading.widened(&side.switches.forwarded));
    let sources = if forwarded && !here.is_empty() {
        AddressSet::all()
    } else {
        here
    };
    let (filters, unjudged, because, doubt) = (Vec::new(), Vec::new(), Vec::new(), Doubt::none());
    Leg {
        relay: None,
        from,
        entry,
        to,
        sources,
        destinations,
        filters,
        unjudged,
        may_bypass: Vec::new(),
        keeps_members: Vec::new(),
        doubt,
        because,
    }
}

/// Both sides must be there: else the one that is there waits for the other.
fn state(
    lowering: &mut Lowering<AtPeerings>,
    ab: Option<&PeeringSide>,
    ba: Option<&PeeringSide>,
) -> (String, Doubt) {
    let (Some(_), Some(_)) = (ab, ba) else {
        let Some(side) = ab.or(ba) else {
            return (String::new(), Doubt::none());
        };
        let far = lowering.world.networks[side.to].name.clone();
        if !side.doubt.is_certain() {
            let state = format!("whether it joins `{far}` is not known");
            return (state, Doubt::none());
        }
        let what = format!(
            "`{}` stays `Initiated` until `{far}` has a peering back, which is not in the input",
            side.resource.address
        );
        let doubt = lowering.world.doubt(
            GapKind::NotAccepted,
            what,
            Some(side.resource.origin.clone()),
        );
        return (
            "initiated, waits for the peering from the other side".to_owned(),
            doubt,
        );
    };
    (
        "connected once both sides are applied".to_owned(),
        Doubt::none(),
    )
}

fn further(
    named: &PeeringSide,
    own: Option<&PeeringSide>,
    other: Option<&PeeringSide>,
) -> Vec<(String, Option<Origin>)> {
    let sides = own
        .into_iter()
        .chain(other)
        .filter(|side| side.resource.address != named.resource.address);
    sides
        .map(|side| {
            (
                format!("the other side's `{}`", side.resource.address),
                Some(side.resource.origin.clone()),
            )
        })
        .collect()
}

/// The far address space is routed over the peering, and in the service tag `VirtualNetwork` unless the side says no:
/// `allow_virtual_network_access` changes the definition of that tag and does not stop packets by itself
/// (virtual-network-manage-peering, "Create a peering", "Allow … to access …").
fn neighbour(
    lowering: &mut Lowering<AtPeerings>,
    from: Id<Network>,
    border: Id<Border>,
    addresses: AddressSet,
    own: Option<&PeeringSide>,
    doubt: &Doubt,
) {
    let (tagged, why) = own.map_or((true, Doubt::none()), |side| {
        let tagged = &side.switches.tagged;
        (tagged.possibly(), tagged.doubt.clone())
    });
    let neighbour = Neighbour {
        border,
        addresses,
        tagged,
        propagated: false,
        doubt: doubt.clone(),
        tag_doubt: doubt.and(&why),
    };
    lowering
        .lowered
        .made
        .neighbours
        .entry(from)
        .or_default()
        .push(neighbour);
}

/// A side that uses the gateways of the other one, if the other lets it.
fn transit(
    lowering: &mut Lowering<AtPeerings>,
    (a, b): (Id<Network>, Id<Network>),
    ab: Option<&PeeringSide>,
    ba: Option<&PeeringSide>,
    doubt: &Doubt,
) {
    let any = Flag {
        on: true,
        doubt: Doubt::none(),
    };
    for (user, owner, own, other) in [(a, b, ab, ba), (b, a, ba, ab)] {
        let lends = other.map_or(&any, |side| &side.switches.lends_gateways);
        if let Some(why) = own.and_then(|side| side.switches.uses_gateways.both(lends)) {
            lowering
                .lowered
                .made
                .transit
                .push((user, owner, doubt.and(&why)));
        }
    }
}
