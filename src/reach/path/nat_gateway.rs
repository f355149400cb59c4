//! Ways over a NAT gateway (private NAT gateways): the packet goes by the source's route table to the
//! NAT gateway, leaves it with the NAT gateway's own address, and goes on by the table of the NAT gateway's subnet.
//!
//! References to members of a filter do not hold across it. The reply comes back to the NAT gateway, and from there to
//! the source.

use super::fabric::Fabric;
use super::policy::Guard;
use super::region::Region;
use super::spot::{Owner, Spot, Standing};
use super::walk::{self, Passage, Walk};
use super::way::{PathKind, Way, borders};
use crate::model::{AddressSet, Border, Bounds, Endpoint, Id, Target, Traffic};

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

/// The walks from one standing to another over each NAT gateway that something comes to; `narrow` is applied to what leaves
/// the NAT gateway.
pub(super) fn walks(
    fabric: &Fabric<'_>,
    guard: &dyn Guard,
    from: &Standing<'_>,
    to: &Standing<'_>,
    traffic: &Traffic,
    narrow: impl Fn(Bounds<Region>) -> Bounds<Region>,
) -> Vec<Walk> {
    let mut out = Vec::new();
    for half in halves(fabric, &from.spot, &to.spot) {
        let first = Way {
            fabric,
            guard,
            from,
            to: &half.arrival,
            border: PathKind::Into(half.nat_gateway),
        };
        let came = walk::pass(&first, walk::start(from, &half.arrival, traffic), |_| true);
        if came.arrives.may.is_empty() {
            out.push(walk::told(&first, came));
            continue;
        }
        for border in borders(fabric, &half.departure.spot, &to.spot) {
            let second = Way {
                fabric,
                guard,
                from: &half.departure,
                to,
                border,
            };
            let went = walk::pass(
                &second,
                narrow(translated(&came.arrives, &half.departure.spot)),
                |_| true,
            );
            out.push(joined((&first, &came), (&second, went)));
        }
    }
    out
}

fn joined(
    (first, came): (&Way<'_, '_>, &Passage),
    (second, went): (&Way<'_, '_>, Passage),
) -> Walk {
    let witness = went.packet();
    let sent = witness.and_then(|packet| {
        came.arrives
            .must
            .sent_like(&packet)
            .or_else(|| came.arrives.may.sent_like(&packet))
    });
    let mut hops = sent
        .map(|packet| walk::hops(first, came, &packet))
        .unwrap_or_default();
    hops.extend(
        witness
            .map(|packet| walk::hops(second, &went, &packet))
            .unwrap_or_default(),
    );
    let ends = (walk::end(first.from), walk::end(second.to));
    Walk {
        progress: went.progress().saturating_add(AHEAD),
        arrives: went.arrives,
        witness,
        hops,
        ends,
        inward: None,
    }
}

/// What the network lets pass from one spot to another over NAT gateways, as seen behind them.
pub(super) fn stretches(
    fabric: &Fabric<'_>,
    guard: &dyn Guard,
    from: &Standing<'_>,
    to: &Standing<'_>,
    start: &Bounds<Region>,
) -> Vec<(Option<Id<Border>>, Bounds<Region>)> {
    let mut out = Vec::new();
    for half in halves(fabric, &from.spot, &to.spot) {
        let first = Way {
            fabric,
            guard,
            from,
            to: &half.arrival,
            border: PathKind::Into(half.nat_gateway),
        };
        let mut came = walk::through_network(&first, start.clone());
        if !half.departure.spot.doubt.is_certain() {
            came.must = Region::none();
        }
        for border in borders(fabric, &half.departure.spot, &to.spot) {
            let second = Way {
                fabric,
                guard,
                from: &half.departure,
                to,
                border,
            };
            out.push((
                border.link(),
                walk::through_network(&second, translated(&came, &half.departure.spot)),
            ));
        }
    }
    out
}
