//! Ways over a NAT gateway (private NAT gateways): the packet goes by the source's route table to the
//! NAT gateway, leaves it with the NAT gateway's own address, and goes on by the table of the NAT gateway's subnet.
//!
//! References to members of a filter do not hold across it. The reply comes back to the NAT gateway, and from there to
//! the source.

use super::fabric::Fabric;
use super::policy::Guard;
use super::region::Region;
use super::spot::{Owner, Spot, Standing};
use super::traversal::{Sent, Stretch, Transit, Traversal};
use super::walk;
use super::way::{PathKind, Way, borders};
use crate::model::{AddressSet, Bounds, Endpoint, Id, Target};

/// How far a way over a NAT gateway stands before one that never came to it.
const AHEAD: usize = 100;

/// A NAT gateway as the end of the first half, and as the start of the second.
struct Halves<'w> {
    nat_gateway: Id<Endpoint>,
    arrival: Standing<'w>,
    departure: Standing<'w>,
}

/// The NAT gateways that the tables of a spot's subnet name.
fn halves<'w>(fabric: &Fabric<'w>, from: &Spot, to: &Spot) -> Vec<Halves<'w>> {
    let world = fabric.world;
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
        let spot = Spot::attached(at);
        // Seen from the source the packet is on its way to its destination all the while.
        let passing = Spot {
            addresses: to.addresses.clone(),
            filters: Some(Vec::new()),
            ..spot.clone()
        };
        let stand = |spot| Standing {
            owner: Owner::NatGateway(nat_gateway),
            spot,
            destinations: AddressSet::all(),
        };
        Halves {
            nat_gateway,
            arrival: stand(passing),
            departure: stand(spot),
        }
    })
    .collect()
}

/// What leaves the NAT gateway of what came to it.
fn translated(came: &Bounds<Region>, nat_gateway: &Spot) -> Bounds<Region> {
    let out = |region: &Region| {
        let by_destination = region.by_destination();
        let parts = by_destination.parts().iter();
        parts.fold(Region::none(), |sum, (at, traffic)| {
            sum.union(&Region::between(&nat_gateway.addresses, at, traffic))
        })
    };
    came.map(out)
}

/// The transits from one spot to another over each NAT gateway.
pub(super) fn transits<'w>(fabric: &Fabric<'w>, from: &Spot, to: &Spot) -> Vec<Transit<'w>> {
    let halves = halves(fabric, from, to);
    let numbered = halves.iter().enumerate();
    let on = numbered.flat_map(|(number, half)| {
        borders(fabric, &half.departure.spot, to)
            .into_iter()
            .map(move |border| Transit::OverNatGateway(number, border))
    });
    on.collect()
}

/// Sends packets over the NAT gateway of a position and, where something comes to it, on over a border.
pub(super) fn traverse<'w>(
    (fabric, guard): (&Fabric<'w>, &dyn Guard),
    (from, to): (&Standing<'w>, &Standing<'w>),
    (number, border): (usize, PathKind<'w>),
    sent: Sent<'_>,
) -> Traversal<'w> {
    let all = |_: &walk::Gate| true;
    let Some(half) = halves(fabric, &from.spot, &to.spot).into_iter().nth(number) else {
        let ends = (from.clone(), to.clone());
        let nothing = Bounds::default();
        let stretch = Stretch::pass((fabric, guard), ends, border, nothing, all);
        return Traversal::of(None, stretch);
    };
    let start = walk::start(from, &half.arrival, sent.traffic);
    let into = PathKind::Into(half.nat_gateway);
    let ends = (from.clone(), half.arrival);
    let mut came = Stretch::pass((fabric, guard), ends, into, start, all);
    if came.passage.arrives.may.is_empty() {
        return Traversal::of(None, came);
    }
    let start = (sent.narrow)(translated(&came.passage.arrives, &half.departure.spot));
    let ends = (half.departure, to.clone());
    let went = Stretch::pass((fabric, guard), ends, border, start, all);
    let arrived = &came.passage.arrives;
    came.packet = went.passage.packet().and_then(|packet| {
        let like = |region: &Region| region.sent_like(&packet);
        like(&arrived.must).or_else(|| like(&arrived.may))
    });
    let mut out = Traversal::of(Some(came), went);
    out.progress = out.progress.saturating_add(AHEAD);
    out
}

/// What the network lets pass from one spot to another over NAT gateways, as seen behind them.
pub(super) fn stretches<'w>(
    fabric: &Fabric<'w>,
    guard: &dyn Guard,
    (from, to): (&Standing<'w>, &Standing<'w>),
    start: &Bounds<Region>,
) -> Vec<(Transit<'w>, Bounds<Region>)> {
    let mut out = Vec::new();
    for (number, half) in halves(fabric, &from.spot, &to.spot).iter().enumerate() {
        let way = |from, to, border| Way {
            fabric,
            guard,
            from,
            to,
            border,
        };
        let first = way(from, &half.arrival, PathKind::Into(half.nat_gateway));
        let mut came = walk::through_network(&first, start.clone());
        if !half.departure.spot.doubt.is_certain() {
            came.must = Region::none();
        }
        let leaves = translated(&came, &half.departure.spot);
        for border in borders(fabric, &half.departure.spot, &to.spot) {
            let passes = walk::through_network(&way(&half.departure, to, border), leaves.clone());
            out.push((Transit::OverNatGateway(number, border), passes));
        }
    }
    out
}
