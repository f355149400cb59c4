//! Every flow that crosses a border.

use super::classes::Class;
use super::crossing::Crossing;
use super::explain;
use super::far::{Actor, Far};
use super::packet_set::PacketSet;
use super::table::{Crossings, RowParty};
use super::traversal::Sent;
use crate::model::{AddressSet, Border, Bounds, Direction, Gap, Id, Traffic, Verdict};
use crate::reach::{FlowGroup, Party};
use std::rc::Rc;
use std::sync::Arc;

/// What crosses a border between workloads and far sides, one row for each certainty; those that the network and policies do
/// not tell apart together. By class in the order of its first member and by far side.
pub(in crate::reach) fn flow_groups(crossings: &Crossings<'_, '_>) -> Vec<FlowGroup> {
    let (classes, fars) = (crossings.classes(), crossings.fars());
    let members = classes.iter().map(|class| {
        let ids = class.members.iter().copied();
        ids.map(Party::Workload).collect()
    });
    let members: Vec<Parties> = members.collect();
    let resources: Vec<Parties> = fars
        .iter()
        .map(|far| far.parties.as_slice().into())
        .collect();
    let mut out = Vec::new();
    let listed = classes.iter().zip(&members).enumerate();
    for (at, (class, own)) in listed.filter(|(_, (class, _))| crossings.lists(class.cluster)) {
        let Some(near) = crossings.neighbourhoods().of_class(at) else {
            continue;
        };
        let others = near.fars.iter().copied();
        for (number, far, parties) in
            others.filter_map(|own| Some((own, fars.get(own)?, resources.get(own)?)))
        {
            for direction in Direction::BOTH {
                for row in with_far(crossings, (at, class), (number, far), direction) {
                    let other = match far.network {
                        Some(_) => [row.far.clone()].into(),
                        None => Rc::clone(parties),
                    };
                    out.push(row.group(own, &other, direction));
                }
            }
        }
        let others = crossings.neighbourhoods().elsewhere(class.cluster);
        let others = others.iter().copied();
        for (number, other, pods) in
            others.filter_map(|own| Some((own, classes.get(own)?, members.get(own)?)))
        {
            let rows = with_pods(crossings, (at, class), (number, other)).into_iter();
            out.extend(rows.map(|row| row.group(own, pods, Direction::Egress)));
        }
    }
    out
}

/// Parties on either side, as rows share them.
type Parties = Rc<[Party]>;

/// One row before it is known whom it is about.
struct Row {
    far: Party,
    traffic: Traffic,
    verdict: Verdict,
    crosses: Vec<Id<Border>>,
    gaps: Vec<Id<Gap>>,
}

/// What crosses between two sides, with what it takes to say why some of it is not certain.
struct Pair<'c, 'a, 'w, 't> {
    crossings: &'c Crossings<'a, 'w>,
    /// Sender and receiver.
    sides: (RowParty, RowParty),
    /// The members that speak for them.
    actors: (Actor<'t>, Actor<'t>),
    direction: Direction,
    crossing: Crossing<'w>,
}

fn with_far(
    crossings: &Crossings<'_, '_>,
    (at, class): (usize, &Class),
    (number, far): (usize, &Far),
    direction: Direction,
) -> Vec<Row> {
    let Some((first, party)) = class.members.first().zip(far.parties.first()) else {
        return Vec::new();
    };
    let first = Party::Workload(*first);
    let near = (RowParty::Class(at), Actor::Party(&first));
    let other = (RowParty::Far(number), far.actor(party));
    let (from, to) = match direction {
        Direction::Egress => (near, other),
        Direction::Ingress => (other, near),
    };
    let pair = Pair {
        crossings,
        sides: (from.0, to.0),
        actors: (from.1, to.1),
        direction,
        crossing: crossings.whole(from.0, to.0),
    };
    match far.network {
        Some(_) => pair.by_address(),
        None => pair.as_one(party),
    }
}

impl Pair<'_, '_, '_, '_> {
    /// Rows for a far side that is one party.
    fn as_one(&self, far: &Party) -> Vec<Row> {
        let bounds = self.crossing.bounds.map(PacketSet::traffic);
        self.by_certainty(far.clone(), bounds, &AddressSet::all())
    }

    /// Rows for bare addresses: each distinct traffic with the addresses that have it.
    fn by_address(&self) -> Vec<Row> {
        let bounds = self.crossing.bounds.map(|packets| match self.direction {
            Direction::Egress => packets.by_destination(),
            Direction::Ingress => packets.by_source(),
        });
        let perhaps = bounds.may.difference(&bounds.must);
        let surely = bounds.must.parts().iter();
        let surely = surely.map(|(at, traffic)| (at, Bounds::exact(traffic.clone())));
        let possibly = perhaps.parts().iter().map(|(at, traffic)| {
            let (must, may) = (Traffic::none(), traffic.clone());
            (at, Bounds { must, may })
        });
        surely
            .chain(possibly)
            .flat_map(|(at, bounds)| self.by_certainty(Party::Addresses(at.clone()), bounds, at))
            .collect()
    }

    /// The rows of one far side, which stands for these of the far addresses.
    fn by_certainty(&self, far: Party, bounds: Bounds<Traffic>, at: &AddressSet) -> Vec<Row> {
        let perhaps = bounds.may.difference(&bounds.must);
        let mut out = Vec::new();
        if !perhaps.is_empty() {
            out.push(Row {
                far: far.clone(),
                gaps: self.gaps(&perhaps, at),
                traffic: perhaps,
                verdict: Verdict::Possible,
                crosses: self.crossing.possibly_over.clone(),
            });
        }
        if !bounds.must.is_empty() {
            out.push(Row {
                far,
                traffic: bounds.must,
                verdict: Verdict::Reachable,
                crosses: self.crossing.surely_over.clone(),
                gaps: Vec::new(),
            });
        }
        out
    }

    /// The gaps of the first candidate that may carry some of the traffic to or from one of the far addresses.
    fn gaps(&self, traffic: &Traffic, at: &AddressSet) -> Vec<Id<Gap>> {
        let any = AddressSet::all();
        let asked = match self.direction {
            Direction::Egress => PacketSet::of(any, at.clone(), traffic.clone()),
            Direction::Ingress => PacketSet::of(at.clone(), any, traffic.clone()),
        };
        let narrow = |packets: Bounds<PacketSet>| packets.map(|own| own.intersection(&asked));
        let (index, evaluator) = (self.crossings.index, self.crossings.evaluator);
        let shown = self
            .crossings
            .first_of(self.sides, &asked)
            .and_then(|candidate| {
                let sent = Sent {
                    traffic,
                    narrow: &narrow,
                };
                self.crossings.traversal(self.actors, candidate, sent)
            });
        let hops = shown.map(|shown| shown.hops(index, evaluator));
        explain::trail(Verdict::Possible, Traffic::none(), hops.unwrap_or_default()).gaps
    }
}

impl Row {
    fn group(self, near: &Parties, far: &Parties, direction: Direction) -> FlowGroup {
        let (from, to) = match direction {
            Direction::Egress => (near, far),
            Direction::Ingress => (far, near),
        };
        FlowGroup {
            from: Rc::clone(from),
            to: Rc::clone(to),
            traffic: Arc::new(self.traffic),
            verdict: self.verdict,
            crosses: self.crosses.into(),
            gaps: self.gaps.into(),
        }
    }
}

/// From pods of one cluster to pods of another.
fn with_pods(
    crossings: &Crossings<'_, '_>,
    (at, class): (usize, &Class),
    (number, other): (usize, &Class),
) -> Vec<Row> {
    let Some((near, far)) = class.members.first().zip(other.members.first()) else {
        return Vec::new();
    };
    let (near, far) = (Party::Workload(*near), Party::Workload(*far));
    let sides = (RowParty::Class(at), RowParty::Class(number));
    let pair = Pair {
        crossings,
        sides,
        actors: (Actor::Party(&near), Actor::Party(&far)),
        direction: Direction::Egress,
        crossing: crossings.whole(sides.0, sides.1),
    };
    pair.as_one(&far)
}
