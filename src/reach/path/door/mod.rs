//! Ways through a door ([`Door`]): over the network to what listens in front, from there to what that hands on to, and at
//! last to the pods.
//!
//! Each stretch is a way of its own with the hops of any other; what differs is the source. A relay that keeps the client's
//! address sends with that, and what it sends is not routed: the provider's network brings it to the target, and the replies
//! back to the relay. One that does not sends with its own. From a node to pods that run on it there is no network, only the
//! pods' policies.

mod gate;
mod inner;
mod stands;
mod walks;

pub(super) use gate::{own_pods, passes, reason, reason_of_own_pods};
pub(super) use stands::{DoorStand, DoorStands, stands};
pub(super) use walks::walks;

use super::fabric::Fabric;
use super::spot::{self, Owner, Spot, Standing};
use super::way::{Border, borders};
use crate::model::{AddressSet, Attachment, Door, DoorTarget, Id, IntervalSet, Traffic, Workload};
use crate::reach::Party;

/// One way through a door to pods: each relay in one of its places, then the pods in one of their ways.
#[derive(Clone)]
struct Passageway<'w> {
    id: Id<Door>,
    door: &'w Door,
    /// The relays in order, then the pods.
    stops: Vec<Standing<'w>>,
    /// How the packet gets from each stop to the next.
    borders: Vec<Border<'w>>,
    /// What the pods get it as.
    target: Traffic,
}

impl Passageway<'_> {
    /// What comes to a stop, by its position.
    fn traffic(&self, stop: usize) -> Traffic {
        self.door.relays.get(stop).map_or_else(
            || self.target.clone(),
            |relay| Traffic::ports(self.door.protocol, relay.ports.0, relay.ports.1),
        )
    }
}

/// All ways through the doors of a workload, in the order of the world.
fn passageways<'w>(fabric: &Fabric<'w>, workload: Id<Workload>) -> Vec<Passageway<'w>> {
    let pods = distinct(spot::destinations(fabric, &Party::Workload(workload)));
    let doors = fabric
        .doors(workload)
        .iter()
        .map(|id| (*id, &fabric.world.doors[*id]));
    doors
        .flat_map(|(id, door)| through(fabric, id, door, target(fabric, door, workload), &pods))
        .collect()
}

fn through<'w>(
    fabric: &Fabric<'w>,
    id: Id<Door>,
    door: &'w Door,
    target: Traffic,
    pods: &[Standing<'w>],
) -> Vec<Passageway<'w>> {
    if target.is_empty() || door.relays.is_empty() {
        return Vec::new();
    }
    let mut out = vec![Passageway {
        id,
        door,
        stops: Vec::new(),
        borders: Vec::new(),
        target,
    }];
    for (number, relay) in door.relays.iter().enumerate() {
        let stand = |at| Standing {
            owner: Owner::Relay(door, number),
            spot: Spot::attached(at),
            speaks_to: AddressSet::all(),
        };
        let places = distinct(relay.attachments.iter().map(stand).collect());
        out = out
            .iter()
            .flat_map(|so_far| {
                places
                    .iter()
                    .flat_map(|place| so_far.further(fabric, place))
            })
            .collect();
    }
    out.iter()
        .flat_map(|so_far| pods.iter().flat_map(|own| so_far.further(fabric, own)))
        .collect()
}

impl<'w> Passageway<'w> {
    /// This and one more stop, by each border between the last and that.
    fn further(&self, fabric: &Fabric<'w>, next: &Standing<'w>) -> Vec<Passageway<'w>> {
        let longer = |border: Option<Border<'w>>| {
            let mut out = self.clone();
            out.stops.push(next.clone());
            out.borders.extend(border);
            out
        };
        match self.stops.last() {
            None => vec![longer(None)],
            Some(last) => onwards(fabric, last, next)
                .into_iter()
                .map(|border| longer(Some(border)))
                .collect(),
        }
    }
}

/// How a relay reaches what it hands on to.
fn onwards<'w>(fabric: &Fabric<'w>, from: &Standing<'w>, to: &Standing<'w>) -> Vec<Border<'w>> {
    let Some(relay) = from.owner.relay() else {
        return Vec::new();
    };
    let (is_node, inside) = (
        relay.own_pods.is_some(),
        from.spot.network.is_some() && from.spot.network == to.spot.network,
    );
    let own = is_node && runs_on(to, &from.spot);
    let mut out = if own {
        vec![Border::WithinNode]
    } else {
        Vec::new()
    };
    match (relay.keeps_client, is_node) {
        // A node keeps the client's address only for pods of its own.
        (true, true) => {}
        (true, false) if inside => out.push(Border::Handed),
        (true, false) => {}
        (false, _) => out.extend(borders(fabric, &from.spot, &to.spot)),
    }
    out
}

/// Whether pods that stand so may run on a node that stands there.
fn runs_on(pods: &Standing<'_>, node: &Spot) -> bool {
    let same = |at: &Attachment| {
        Some(at.network) == node.network
            && at.subnet == node.subnet
            && Some(&at.filters) == node.filters.as_ref()
    };
    matches!(pods.owner, Owner::Pods(_, Some((_, footing))) if footing.node.as_ref().is_some_and(same))
}

/// The ports of a workload's pods that a door leads to.
fn target(fabric: &Fabric<'_>, door: &Door, workload: Id<Workload>) -> Traffic {
    match &door.target {
        DoorTarget::Number(port) => Traffic::ports(door.protocol, *port, *port),
        DoorTarget::Unknown => Traffic::protocol(door.protocol),
        DoorTarget::Name(name) => {
            let own = fabric.world.workloads[workload].named_ports.iter();
            let named = own
                .filter(|port| port.name == *name && port.protocol == door.protocol)
                .map(|port| (port.port, port.port));
            Traffic::detail(door.protocol, &IntervalSet::from_ranges(named))
        }
    }
}

/// The first of all that stand alike, whichever line says so.
fn distinct(all: Vec<Standing<'_>>) -> Vec<Standing<'_>> {
    let alike = |a: &Standing<'_>, b: &Standing<'_>| {
        let held = |standing: &Standing<'_>| match standing.owner {
            Owner::Pods(_, Some((_, footing))) => {
                Some((footing.enforced.clone(), footing.node.clone()))
            }
            _ => None,
        };
        Spot {
            origin: None,
            ..a.spot.clone()
        } == Spot {
            origin: None,
            ..b.spot.clone()
        } && held(a) == held(b)
    };
    let mut out: Vec<Standing<'_>> = Vec::new();
    for one in all {
        if !out.iter().any(|known| alike(known, &one)) {
            out.push(one);
        }
    }
    out
}
