//! Ways over a NAT gateway (private NAT gateways): the packet goes by the source's route table to the
//! NAT gateway, leaves it with the NAT gateway's own address, and goes on by the table of the NAT gateway's subnet.
//!
//! References to members of a filter do not hold across it. The reply comes back to the NAT gateway, and from there to
//! the source.

use super::hop_check;
use super::location::{EndCandidate, NetworkLocation, Owner};
use super::network_index::NetworkIndex;
use super::packet_set::PacketSet;
use super::path_candidate::{PathCandidate, PathKind, borders};
use super::pod_policies::PodPolicies;
use super::traversal::{Sent, Stretch, Transit, Traversal};
use crate::model::{AddressSet, Bounds, Endpoint, Id, Target};

/// How far a way over a NAT gateway stands before one that never came to it.
const AHEAD: usize = 100;

/// A NAT gateway as the end of the first half, and as the start of the second.
struct Halves<'w> {
    nat_gateway: Id<Endpoint>,
    arrival: EndCandidate<'w>,
    departure: EndCandidate<'w>,
}

/// The NAT gateways that the tables of a location's subnet name.
fn halves<'w>(
    index: &NetworkIndex<'w>,
    from: &NetworkLocation,
    to: &NetworkLocation,
) -> Vec<Halves<'w>> {
    let world = index.world;
    let tables = from
        .subnet
        .map(|subnet| world.subnets[subnet].tables.as_slice())
        .unwrap_or_default();
    let routes = tables
        .iter()
        .flat_map(|table| &world.route_tables[*table].routes);
    let mut named: Vec<Id<Endpoint>> = routes
        .filter_map(|route| {
            if let Target::NatGateway(id) = route.target {
                Some(id)
            } else {
                None
            }
        })
        .collect();
    named.sort_unstable();
    named.dedup();
    let attachments = named.into_iter().flat_map(|id| {
        world.endpoints[id]
            .attachments
            .iter()
            .map(move |at| (id, at))
    });
    let here = attachments.filter(|(_, at)| Some(at.network) == from.network);
    here.map(|(nat_gateway, at)| {
        let location = NetworkLocation::attached(at);
        // Seen from the source the packet is on its way to its destination all the while.
        let passing = NetworkLocation {
            addresses: to.addresses.clone(),
            filters: Some(Vec::new()),
            ..location.clone()
        };
        let stand = |location| EndCandidate {
            owner: Owner::NatGateway(nat_gateway),
            location,
            destinations: AddressSet::all(),
        };
        Halves {
            nat_gateway,
            arrival: stand(passing),
            departure: stand(location),
        }
    })
    .collect()
}

/// What leaves the NAT gateway of what came to it.
fn translated(came: &Bounds<PacketSet>, nat_gateway: &NetworkLocation) -> Bounds<PacketSet> {
    let out = |packets: &PacketSet| {
        let by_destination = packets.by_destination();
        let parts = by_destination.parts().iter();
        parts.fold(PacketSet::none(), |sum, (at, traffic)| {
            sum.union(&PacketSet::between(&nat_gateway.addresses, at, traffic))
        })
    };
    came.map(out)
}

/// The transits from one location to another over each NAT gateway.
pub(super) fn transits<'w>(
    index: &NetworkIndex<'w>,
    from: &NetworkLocation,
    to: &NetworkLocation,
) -> Vec<Transit<'w>> {
    let halves = halves(index, from, to);
    let numbered = halves.iter().enumerate();
    let on = numbered.flat_map(|(number, half)| {
        borders(index, &half.departure.location, to)
            .into_iter()
            .map(move |border| Transit::OverNatGateway(number, border))
    });
    on.collect()
}

/// Sends packets over the NAT gateway of a position and, where something comes to it, on over a border.
pub(super) fn traverse<'w>(
    (index, evaluator): (&NetworkIndex<'w>, &dyn PodPolicies),
    (from, to): (&EndCandidate<'w>, &EndCandidate<'w>),
    (number, border): (usize, PathKind<'w>),
    sent: Sent<'_>,
) -> Traversal<'w> {
    let all = |_: &hop_check::HopCheck| true;
    let Some(half) = halves(index, &from.location, &to.location)
        .into_iter()
        .nth(number)
    else {
        let ends = (from.clone(), to.clone());
        let nothing = Bounds::default();
        let stretch = Stretch::pass((index, evaluator), ends, border, nothing, all);
        return Traversal::of(None, stretch);
    };
    let start = hop_check::start(from, &half.arrival, None, sent.traffic);
    let into = PathKind::Into(half.nat_gateway);
    let ends = (from.clone(), half.arrival);
    let mut came = Stretch::pass((index, evaluator), ends, into, start, all);
    if came.results.arrives.may.is_empty() {
        return Traversal::of(None, came);
    }
    let start = (sent.narrow)(translated(&came.results.arrives, &half.departure.location));
    let ends = (half.departure, to.clone());
    let went = Stretch::pass((index, evaluator), ends, border, start, all);
    let arrived = &came.results.arrives;
    came.packet = went.results.packet().and_then(|packet| {
        let like = |packets: &PacketSet| packets.sent_like(&packet);
        like(&arrived.must).or_else(|| like(&arrived.may))
    });
    let mut out = Traversal::of(Some(came), went);
    out.progress = out.progress.saturating_add(AHEAD);
    out
}

/// What the network lets pass from one location to another over NAT gateways, as seen behind them.
pub(super) fn stretches<'w>(
    index: &NetworkIndex<'w>,
    evaluator: &dyn PodPolicies,
    (from, to): (&EndCandidate<'w>, &EndCandidate<'w>),
    start: &Bounds<PacketSet>,
) -> Vec<(Transit<'w>, Bounds<PacketSet>)> {
    let mut out = Vec::new();
    for (number, half) in halves(index, &from.location, &to.location)
        .iter()
        .enumerate()
    {
        let path = |from, to, border| PathCandidate {
            index,
            evaluator,
            from,
            to,
            border,
        };
        let first = path(from, &half.arrival, PathKind::Into(half.nat_gateway));
        let mut came = hop_check::through_network(&first, start.clone());
        if !half.departure.location.doubt.is_certain() {
            came.must = PacketSet::none();
        }
        let leaves = translated(&came, &half.departure.location);
        for border in borders(index, &half.departure.location, &to.location) {
            let passes =
                hop_check::through_network(&path(&half.departure, to, border), leaves.clone());
            out.push((Transit::OverNatGateway(number, border), passes));
        }
    }
    out
}
