//! What becomes of packets behind the front of a door.

use super::super::fabric::Fabric;
use super::super::policy::Guard;
use super::super::region::Region;
use super::super::spot::{Spot, Standing};
use super::super::walk::{self, Gate, Passage};
use super::super::way::{Border, Way};
use super::Passageway;
use crate::model::{AddressSet, Bounds, Enforced, Hop, HopKind, Id, Link, Relay};
use crate::reach::{Inward, Witness};
use std::net::IpAddr;

/// One stretch behind the front.
struct Stretch<'w> {
    /// The relay as a source.
    from: Standing<'w>,
    /// The next stop, as packets come to it.
    to: Standing<'w>,
    /// Whether its packets have the address of the client at the front.
    of_client: bool,
    border: Border<'w>,
    passage: Passage,
}

/// The stretches behind the front of one way through a door.
pub(super) struct Inner<'p, 'w> {
    passageway: &'p Passageway<'w>,
    stretches: Vec<Stretch<'w>>,
    /// Clients whose packets come to the pods.
    pub clients: Bounds<AddressSet>,
}

/// Sends what clients with these addresses bring to the front on to the pods.
pub(super) fn inner<'p, 'w>(
    fabric: &Fabric<'w>,
    guard: &dyn Guard,
    passageway: &'p Passageway<'w>,
    clients: &Bounds<AddressSet>,
) -> Inner<'p, 'w> {
    let mut out = Inner {
        passageway,
        stretches: Vec::new(),
        clients: clients.clone(),
    };
    let mut seen = clients.clone();
    let mut of_client = true;
    for (number, (stops, border)) in passageway
        .stops
        .windows(2)
        .zip(&passageway.borders)
        .enumerate()
    {
        let ([stop, to], Some(relay)) = (stops, passageway.door.relays.get(number)) else {
            break;
        };
        if !relay.keeps_client {
            of_client = false;
            let own = |set: &AddressSet| {
                if set.is_empty() {
                    AddressSet::none()
                } else {
                    stop.spot.addresses.clone()
                }
            };
            seen = seen.map(own);
        }
        let from = Standing {
            spot: Spot {
                addresses: seen.may.clone(),
                ..stop.spot.clone()
            },
            ..stop.clone()
        };
        let traffic = passageway.traffic(number + 1);
        let to = called(to);
        let start = seen.map(|from| Region::between(from, &to.spot.addresses, &traffic));
        let way = Way {
            fabric,
            guard,
            from: &from,
            to: &to,
            border: *border,
        };
        let passage = walk::pass(&way, start, |gate| counts(gate, *border));
        seen = passage
            .arrives
            .map(|region| region.iter().map(|cell| cell.sources.clone()).collect());
        out.clients = out
            .clients
            .zip(&seen, |clients, seen| match (of_client, seen.is_empty()) {
                (true, _) => seen.clone(),
                (false, true) => AddressSet::none(),
                (false, false) => clients.clone(),
            });
        out.stretches.push(Stretch {
            from,
            to,
            of_client,
            border: *border,
            passage,
        });
        if out.clients.may.is_empty() {
            break;
        }
    }
    out
}

/// A stop with the addresses by which packets come to it.
fn called<'w>(stop: &Standing<'w>) -> Standing<'w> {
    let destinations = stop
        .owner
        .relay()
        .map(|relay| &relay.destinations)
        .filter(|destinations| !destinations.is_empty());
    let addresses = destinations.unwrap_or(&stop.spot.addresses).clone();
    Standing {
        spot: Spot {
            addresses,
            ..stop.spot.clone()
        },
        ..stop.clone()
    }
}

/// On a node itself there is no network.
fn counts(gate: &Gate, border: Border<'_>) -> bool {
    !matches!(border, Border::WithinNode)
        || matches!(gate.kind, HopKind::Identity | HopKind::PolicyIngress)
}

impl Inner<'_, '_> {
    /// The hops of what a client at this address sends.
    pub fn hops(&self, fabric: &Fabric<'_>, guard: &dyn Guard, client: IpAddr) -> Vec<Hop> {
        let mut out = Vec::new();
        for stretch in &self.stretches {
            let way = Way {
                fabric,
                guard,
                from: &stretch.from,
                to: &stretch.to,
                border: stretch.border,
            };
            let packet = stretch.packet(client);
            out.extend(
                packet
                    .map(|packet| walk::hops(&way, &stretch.passage, &packet))
                    .unwrap_or_default(),
            );
        }
        out
    }

    /// How far it comes: the number of the stretch and the kind of the hop that stops it.
    pub fn progress(&self) -> (usize, usize) {
        (
            self.stretches.len(),
            self.stretches
                .last()
                .map_or(0, |stretch| stretch.passage.progress()),
        )
    }

    /// The borders behind the front, ascending.
    pub fn links(&self) -> Vec<Id<Link>> {
        let mut out: Vec<Id<Link>> = self
            .passageway
            .borders
            .iter()
            .filter_map(Border::link)
            .collect();
        out.sort_unstable();
        out.dedup();
        out
    }

    /// The last stretch of what a client at this address sends.
    pub fn inward(&self, client: IpAddr) -> Inward {
        let last = self
            .stretches
            .last()
            .filter(|_| self.stretches.len() == self.passageway.borders.len());
        let relay = last.and_then(|stretch| stretch.from.owner.relay());
        let of_node = relay.is_some_and(|relay| relay.own_pods.is_some() && !relay.keeps_client);
        let within = last.is_some_and(|stretch| matches!(stretch.border, Border::WithinNode));
        let exempt = relay.filter(|_| of_node && within).and_then(exempt);
        Inward {
            door: self.passageway.id,
            packet: last.and_then(|stretch| stretch.packet(client)),
            of_node,
            exempt,
        }
    }
}

fn exempt(node: &Relay) -> Option<crate::model::Note> {
    match node.own_pods.as_ref()? {
        Enforced::Yes(_) => None,
        Enforced::No(note) | Enforced::Unknown(note, _) => Some(note.clone()),
    }
}

impl Stretch<'_> {
    fn packet(&self, client: IpAddr) -> Option<Witness> {
        if self.of_client {
            self.passage.packet_from(client)
        } else {
            self.passage.packet()
        }
    }
}
