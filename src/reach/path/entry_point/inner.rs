//! What becomes of packets behind the front of an entry point.

use super::super::hop_check::HopCheck;
use super::super::location::{EndCandidate, NetworkLocation};
use super::super::network_index::NetworkIndex;
use super::super::packet_set::PacketSet;
use super::super::path_candidate::PathKind;
use super::super::pod_policies::PodPolicies;
use super::super::traversal::Stretch;
use super::EntryPointPath;
use crate::model::{AddressSet, Border, Bounds, Enforced, Forwarder, HopKind, Id};
use crate::reach::Inward;
use std::net::IpAddr;

/// The stretches behind the front of one way through an entry point.
pub(super) struct Inner<'p, 'w> {
    entry_point_path: &'p EntryPointPath<'w>,
    /// Each with whether its packets have the address of the client at the front.
    stretches: Vec<(Stretch<'w>, bool)>,
    /// Clients whose packets come to the pods.
    pub clients: Bounds<AddressSet>,
}

/// Sends what clients with these addresses bring to the front on to the pods.
pub(super) fn inner<'p, 'w>(
    index: &NetworkIndex<'w>,
    evaluator: &dyn PodPolicies,
    entry_point_path: &'p EntryPointPath<'w>,
    clients: &Bounds<AddressSet>,
) -> Inner<'p, 'w> {
    let mut out = Inner {
        entry_point_path,
        stretches: Vec::new(),
        clients: clients.clone(),
    };
    let mut seen = clients.clone();
    let mut of_client = true;
    for (number, (stops, border)) in entry_point_path
        .stops
        .windows(2)
        .zip(&entry_point_path.borders)
        .enumerate()
    {
        let ([stop, to], Some(forwarder)) =
            (stops, entry_point_path.entry_point.forwarders.get(number))
        else {
            break;
        };
        if !forwarder.keeps_client {
            of_client = false;
            let own = |set: &AddressSet| {
                if set.is_empty() {
                    AddressSet::none()
                } else {
                    stop.location.addresses.clone()
                }
            };
            seen = seen.map(own);
        }
        let from = EndCandidate {
            location: NetworkLocation {
                addresses: seen.may.clone(),
                ..stop.location.clone()
            },
            ..stop.clone()
        };
        let traffic = entry_point_path.traffic(number + 1);
        let to = called(to);
        let start = seen.map(|from| PacketSet::between(from, &to.location.addresses, &traffic));
        let stretch = Stretch::pass((index, evaluator), (from, to), *border, start, |check| {
            counts(check, *border)
        });
        let arrives = &stretch.results.arrives;
        seen = arrives.map(|packets| packets.iter().map(|cell| cell.sources.clone()).collect());
        out.clients = out
            .clients
            .zip(&seen, |clients, seen| match (of_client, seen.is_empty()) {
                (true, _) => seen.clone(),
                (false, true) => AddressSet::none(),
                (false, false) => clients.clone(),
            });
        out.stretches.push((stretch, of_client));
        if out.clients.may.is_empty() {
            break;
        }
    }
    out
}

/// A stop with the addresses by which packets come to it.
fn called<'w>(stop: &EndCandidate<'w>) -> EndCandidate<'w> {
    let destinations = stop
        .owner
        .forwarder()
        .map(|forwarder| &forwarder.destinations)
        .filter(|destinations| !destinations.is_empty());
    let addresses = destinations.unwrap_or(&stop.location.addresses).clone();
    EndCandidate {
        location: NetworkLocation {
            addresses,
            ..stop.location.clone()
        },
        ..stop.clone()
    }
}

/// On a node itself there is no network.
fn counts(check: &HopCheck, border: PathKind<'_>) -> bool {
    !matches!(border, PathKind::WithinNode)
        || matches!(check.kind, HopKind::SourceAddress | HopKind::PolicyIngress)
}

impl<'w> Inner<'_, 'w> {
    /// How far it comes: the number of the stretch and the kind of the hop that stops it.
    pub fn progress(&self) -> (usize, usize) {
        (
            self.stretches.len(),
            self.stretches
                .last()
                .map_or(0, |(stretch, _)| stretch.results.progress()),
        )
    }

    /// The borders behind the front, ascending.
    pub fn borders(&self) -> Vec<Id<Border>> {
        let mut out: Vec<Id<Border>> = self
            .entry_point_path
            .borders
            .iter()
            .filter_map(PathKind::border)
            .collect();
        out.sort_unstable();
        out.dedup();
        out
    }

    /// What a client at this address sends: the last stretch as pods see it, and all of them.
    pub fn explained(self, client: IpAddr) -> (Inward, Vec<Stretch<'w>>) {
        let through = self.stretches.len() == self.entry_point_path.borders.len();
        let named = self.stretches.into_iter().map(|(mut stretch, of_client)| {
            stretch.packet = if of_client {
                stretch.results.packet_from(client)
            } else {
                stretch.results.packet()
            };
            stretch
        });
        let stretches: Vec<Stretch<'w>> = named.collect();
        let last = stretches.last().filter(|_| through);
        let forwarder = last.and_then(|stretch| stretch.from.owner.forwarder());
        let of_node = forwarder
            .is_some_and(|forwarder| forwarder.own_pods.is_some() && !forwarder.keeps_client);
        let within = last.is_some_and(|stretch| matches!(stretch.border, PathKind::WithinNode));
        let exempt = forwarder.filter(|_| of_node && within).and_then(exempt);
        let inward = Inward {
            entry_point: self.entry_point_path.id,
            packet: last.and_then(|stretch| stretch.packet),
            of_node,
            exempt,
        };
        (inward, stretches)
    }
}

fn exempt(node: &Forwarder) -> Option<crate::model::Note> {
    match node.own_pods.as_ref()? {
        Enforced::Yes(_) => None,
        Enforced::No(note) | Enforced::Unknown(note, _) => Some(note.clone()),
    }
}
