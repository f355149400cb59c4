//! The two sides of a peering: what each lets cross, and what of the networks takes part.
//! Source: "How to configure subnet peering"; azurerm provider, `azurerm_virtual_network_peering`.

use super::lowering::{Attribute, Lowering};
use super::stage::{AtPeerings, Subnets};
use crate::ingest::lowering::Flag;
use crate::ingest::terraform::{By, Resource, Value};
use crate::model::{AddressSet, Doubt, Id, Network, Subnet};

/// One of the two resources of a pair.
#[derive(Clone)]
pub(super) struct PeeringSide<'g> {
    pub(super) resource: &'g Resource,
    /// The network whose side it is.
    pub(super) from: Id<Network>,
    /// The other one.
    pub(super) to: Id<Network>,
    pub(super) doubt: Doubt,
    pub(super) switches: Switches,
}

/// What a side lets and narrows.
#[derive(Clone)]
pub(super) struct Switches {
    /// Whether all of both networks takes part.
    pub(super) complete: Flag,
    /// Whether IPv6 alone does.
    pub(super) only_six: Flag,
    /// Whether packets come in from addresses that are not the other network's.
    pub(super) forwarded: Flag,
    /// Whether it uses the other network's gateways.
    pub(super) uses_gateways: Flag,
    /// Whether it lets the other network use its own.
    pub(super) lends_gateways: Flag,
    /// Whether the far addresses are in the service tag `VirtualNetwork`.
    pub(super) tagged: Flag,
}

impl Switches {
    /// Any, in a doubt.
    pub(super) fn open(doubt: &Doubt) -> Self {
        let [on, off] = [true, false].map(|on| Flag {
            on,
            doubt: doubt.clone(),
        });
        Switches {
            complete: on.clone(),
            only_six: off,
            forwarded: on.clone(),
            uses_gateways: on.clone(),
            lends_gateways: on.clone(),
            tagged: on,
        }
    }
}

/// How much two sides let cross, where not all of their switches are known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    Least,
    Most,
}

impl Reading {
    /// Whether a switch is on that lets more cross.
    pub(super) fn widened(self, flag: &Flag) -> bool {
        if self == Reading::Least {
            flag.surely()
        } else {
            flag.possibly()
        }
    }

    /// Whether a switch is on that lets less cross.
    pub(super) fn narrowed(self, flag: &Flag) -> bool {
        if self == Reading::Least {
            flag.possibly()
        } else {
            flag.surely()
        }
    }
}

pub(super) fn switches(lowering: &mut Lowering<AtPeerings>, resource: &Resource) -> Switches {
    Switches {
        complete: lowering.flag(resource, "peer_complete_virtual_networks_enabled", true),
        only_six: lowering.flag(resource, "only_ipv6_peering_enabled", false),
        forwarded: lowering.flag(resource, "allow_forwarded_traffic", false),
        uses_gateways: lowering.flag(resource, "use_remote_gateways", false),
        lends_gateways: lowering.flag(resource, "allow_gateway_transit", false),
        tagged: lowering.flag(resource, "allow_virtual_network_access", true),
    }
}

/// Why the sides may let more cross than they surely do.
pub(super) fn open<'s, 'g: 's>(
    lowering: &mut Lowering<AtPeerings>,
    sides: impl Iterator<Item = &'s PeeringSide<'g>>,
) -> Doubt {
    let mut out = Doubt::none();
    for PeeringSide {
        resource,
        from,
        to,
        switches,
        ..
    } in sides
    {
        for flag in [&switches.complete, &switches.only_six, &switches.forwarded] {
            out = out.and(&flag.doubt);
        }
        for (path, network) in [("local_subnet_names", *from), ("remote_subnet_names", *to)] {
            let at = Attribute::of(resource, path);
            let listed = at.value.items().len();
            if switches.complete.surely()
                || listed > 0 && named(lowering, network, resource, path).len() == listed
            {
                continue;
            }
            let unknown = at.value.items().iter().any(Value::is_unknown);
            out = out.and(&if unknown {
                lowering.unknown(at)
            } else {
                lowering.unlinked(at, &[], By::Gap)
            });
        }
    }
    out
}

/// The subnets of a network whose names an attribute holds, as far as the input holds them.
pub(super) fn named(
    lowering: &Lowering<AtPeerings>,
    network: Id<Network>,
    resource: &Resource,
    path: &str,
) -> Vec<Id<Subnet>> {
    let names = resource
        .values
        .get(path)
        .items()
        .iter()
        .filter_map(Value::text);
    names
        .filter_map(|name| {
            lowering
                .seen::<Subnets>()
                .named
                .get(&(network, name.to_ascii_lowercase()))
                .copied()
        })
        .collect()
}

/// Networks with a block in common cannot be peered, unless only subnets of theirs are that the other network does not have
/// ("Subnet peering checks and limitations").
pub(super) fn overlap(
    lowering: &Lowering<AtPeerings>,
    (a, ab): (Id<Network>, Option<&PeeringSide>),
    (b, ba): (Id<Network>, Option<&PeeringSide>),
    reading: Reading,
) -> bool {
    let [one, other] = [a, b].map(|id| &lowering.world.networks[id]);
    let known = |network: &Network| network.known && network.doubt.is_certain();
    let (here, there) = (
        part(lowering, a, ab, ba, reading).0,
        part(lowering, b, ba, ab, reading).0,
    );
    known(one)
        && known(other)
        && !(here.is_disjoint(&other.addresses) && there.is_disjoint(&one.addresses))
}

/// What of a network takes part: all of it, or the subnets that one of the sides names. `own` is the network's side.
pub(super) fn part(
    lowering: &Lowering<AtPeerings>,
    network: Id<Network>,
    own: Option<&PeeringSide>,
    other: Option<&PeeringSide>,
    reading: Reading,
) -> (AddressSet, Option<Vec<Id<Subnet>>>) {
    let partial = |side: &&PeeringSide| !reading.widened(&side.switches.complete);
    let by = own.filter(partial).map(|side| (side, "local_subnet_names"));
    let by = by.or(other
        .filter(partial)
        .map(|side| (side, "remote_subnet_names")));
    let whole = lowering.world.networks[network].addresses.clone();
    let six = [own, other]
        .into_iter()
        .flatten()
        .any(|side| reading.narrowed(&side.switches.only_six));
    let family = if six {
        AddressSet::all_v6()
    } else {
        AddressSet::all()
    };
    let Some((side, path)) = by else {
        return (whole.intersection(&family), None);
    };
    let subnets = named(lowering, network, side.resource, path);
    // A subnet that the input does not hold: any part of the network may be meant.
    let all = !subnets.is_empty() && subnets.len() == side.resource.values.get(path).items().len();
    if reading == Reading::Most && !all {
        return (whole.intersection(&family), None);
    }
    let addresses: AddressSet = subnets
        .iter()
        .map(|subnet| lowering.world.subnets[*subnet].addresses.clone())
        .collect();
    (addresses.intersection(&family), Some(subnets))
}
