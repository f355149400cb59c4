//! Every flow that crosses a border.

use super::classes::Class;
use super::crossing::Crossing;
use super::explain;
use super::far::{Actor, Far};
use super::packet_set::PacketSet;
use super::table::{Crossings, Side};
use super::traversal::Sent;
use crate::model::{AddressSet, Border, Bounds, Direction, Gap, Id, Traffic, Verdict, Workload};
use crate::reach::{Flow, Party};

/// What crosses a border between a workload and a far side, one row for each certainty: per workload in the order of the
/// world, first what it sends, then what it gets.
pub(in crate::reach) fn flows(crossings: &Crossings<'_, '_>) -> Vec<Flow> {
    let (classes, fars) = (crossings.classes(), crossings.fars());
    let mut rows: Vec<(Id<Workload>, Direction, usize, Flow)> = Vec::new();
    for (at, class) in classes.iter().enumerate() {
        for (number, far) in fars.iter().enumerate() {
            for direction in Direction::BOTH {
                let found = with_far(crossings, (at, class), (number, far), direction);
                let each = far.parties.iter().flat_map(|party| {
                    let as_meant = |row: &Row| match far.network {
                        Some(_) => row.clone(),
                        None => row.about(party),
                    };
                    found.iter().map(as_meant)
                });
                let each: Vec<Row> = each.collect();
                rows.extend(spread(class, direction, number, &each));
            }
        }
        for (number, other) in classes
            .iter()
            .enumerate()
            .filter(|(_, other)| other.cluster != class.cluster)
        {
            rows.extend(with_pods(
                crossings,
                (at, class),
                (number, other),
                fars.len(),
            ));
        }
    }
    rows.sort_by_key(|(workload, direction, number, _)| {
        (*workload, *direction == Direction::Ingress, *number)
    });
    rows.into_iter().map(|(.., flow)| flow).collect()
}

/// One row before it is known which workload it is about.
#[derive(Clone)]
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
    sides: (Side, Side),
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
    let near = (Side::Class(at), Actor::Party(&first));
    let other = (Side::Far(number), far.actor(party));
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

/// The rows of a class for each of its members.
fn spread(
    class: &Class,
    direction: Direction,
    number: usize,
    rows: &[Row],
) -> Vec<(Id<Workload>, Direction, usize, Flow)> {
    let each = |id: Id<Workload>| {
        rows.iter().map(move |row| {
            (
                id,
                direction,
                number,
                row.flow(Party::Workload(id), direction),
            )
        })
    };
    class.members.iter().flat_map(|id| each(*id)).collect()
}

impl Row {
    /// The same about another far side that is alike.
    fn about(&self, far: &Party) -> Row {
        Row {
            far: far.clone(),
            ..self.clone()
        }
    }

    fn flow(&self, near: Party, direction: Direction) -> Flow {
        let (from, to) = if direction == Direction::Egress {
            (near, self.far.clone())
        } else {
            (self.far.clone(), near)
        };
        let (traffic, crosses, gaps) = (
            self.traffic.clone(),
            self.crosses.clone(),
            self.gaps.clone(),
        );
        Flow {
            from,
            to,
            traffic,
            verdict: self.verdict,
            crosses,
            gaps,
        }
    }
}

/// From pods of one cluster to pods of another; `before`: the number of far sides that come first.
fn with_pods(
    crossings: &Crossings<'_, '_>,
    (at, class): (usize, &Class),
    (number, other): (usize, &Class),
    before: usize,
) -> Vec<(Id<Workload>, Direction, usize, Flow)> {
    let Some((near, far)) = class.members.first().zip(other.members.first()) else {
        return Vec::new();
    };
    let (near, far) = (Party::Workload(*near), Party::Workload(*far));
    let sides = (Side::Class(at), Side::Class(number));
    let pair = Pair {
        crossings,
        sides,
        actors: (Actor::Party(&near), Actor::Party(&far)),
        direction: Direction::Egress,
        crossing: crossings.whole(sides.0, sides.1),
    };
    let rows = pair.as_one(&far);
    let towards = |id: &Id<Workload>| {
        let rows = rows.iter().map(|row| row.about(&Party::Workload(*id)));
        spread(
            class,
            Direction::Egress,
            before + number,
            &rows.collect::<Vec<_>>(),
        )
    };
    other.members.iter().flat_map(towards).collect()
}
