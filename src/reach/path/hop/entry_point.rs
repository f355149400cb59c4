//! The entry point itself, as a hop: whom it lets in, and what policies say of a node's own pods.

use super::super::evidence::Evidence;
use super::super::location::Owner;
use super::super::packet_set::PacketSet;
use super::super::path_candidate::PathCandidate;
use crate::model::{
    AddressSet, Bounds, Doubt, Enforced, FlowSet, Reason, Traffic, Verdict, Witness,
};

/// Clients that the entry point admits at its front; everybody further inside.
pub(in crate::reach::path) fn passes(path: &PathCandidate<'_, '_>) -> Option<Bounds<PacketSet>> {
    let Owner::Forwarder(_, entry_point, number) = path.to.owner else {
        return None;
    };
    let clients = if number == 0 {
        entry_point.clients.clone()
    } else {
        AddressSet::all()
    };
    let may = PacketSet::of(clients, AddressSet::all(), Traffic::all());
    let must = if doubt(path).is_certain() {
        may.clone()
    } else {
        PacketSet::none()
    };
    Some(Bounds { must, may })
}

fn doubt(path: &PathCandidate<'_, '_>) -> Doubt {
    let Owner::Forwarder(_, entry_point, number) = path.to.owner else {
        return Doubt::none();
    };
    let own = entry_point
        .forwarders
        .get(number)
        .map(|forwarder| forwarder.doubt.clone())
        .unwrap_or_default();
    if number == 0 {
        own.and(&entry_point.doubt)
    } else {
        own
    }
}

/// What listens, and where it leads.
pub(in crate::reach::path) fn evidence(
    path: &PathCandidate<'_, '_>,
    packet: &Witness,
    verdict: Verdict,
) -> Evidence {
    let Owner::Forwarder(id, entry_point, number) = path.to.owner else {
        return Evidence::new(Reason::Unproved);
    };
    let reason = if verdict == Verdict::Blocked {
        Reason::ClientRefused {
            entry_point: id,
            client: packet.source,
        }
    } else {
        Reason::EntryPoint {
            entry_point: id,
            forwarder: number,
        }
    };
    Evidence::new(reason)
        .at(Some(&entry_point.origin))
        .unless(&doubt(path))
}

/// What policies let pass from a node to a pod that runs on it, where the node sends with its own address. `by_policy`: as
/// from any node; `by_address`: as from addresses outside of the cluster, by the address.
pub(in crate::reach::path) fn own_pods(
    held: &Enforced,
    by_policy: Bounds<PacketSet>,
    by_address: impl Fn() -> Bounds<FlowSet>,
) -> Bounds<PacketSet> {
    let everything = PacketSet::of(AddressSet::all(), AddressSet::all(), Traffic::all());
    match held {
        Enforced::Yes(_) => by_policy,
        Enforced::No(_) => Bounds::exact(everything),
        Enforced::Unknown(..) => {
            // The engine may judge by the client's address, whichever that is.
            let from_anyone = by_address()
                .must
                .parts()
                .iter()
                .filter(|(from, _)| AddressSet::all().is_subset(from))
                .map(|(_, traffic)| traffic.clone())
                .collect();
            let must = by_policy.must.intersection(&PacketSet::of(
                AddressSet::all(),
                AddressSet::all(),
                from_anyone,
            ));
            Bounds {
                must,
                may: everything,
            }
        }
    }
}

/// Why policies let such a packet pass.
pub(in crate::reach::path) fn evidence_of_own_pods(
    held: &Enforced,
    verdict: Verdict,
    by_policy: impl Fn() -> Evidence,
) -> Evidence {
    match held {
        Enforced::Yes(_) => by_policy(),
        Enforced::No(note) => Evidence::noted(note, Reason::Admitted),
        Enforced::Unknown(..) if verdict == Verdict::Reachable => by_policy(),
        Enforced::Unknown(note, doubt) => Evidence::noted(note, Reason::Admitted).unless(doubt),
    }
}
