//! Every flow that crosses a border.

use super::classes::{Class, Spots, classes};
use super::crossing::{Crossing, Crossings};
use super::explain;
use super::fabric::Fabric;
use super::far::{self, Far};
use super::policy::Guard;
use super::region::Region;
use crate::model::{Border, Direction, Gap, Id, Traffic, Verdict, Workload};
use crate::reach::{Flow, Party};

/// What crosses a border between a workload and a far side, one row for each certainty: per workload in the order of the
/// world, first what it sends, then what it gets.
pub(in crate::reach) fn flows(fabric: &Fabric<'_>, guard: &dyn Guard) -> Vec<Flow> {
    let mut spots = Spots::default();
    let classes = classes(fabric, guard, &mut spots);
    let fars = far::all(fabric, guard, &mut spots);
    let crossings = Crossings::new(fabric, guard, &spots);
    let mut rows: Vec<(Id<Workload>, Direction, usize, Flow)> = Vec::new();
    for class in &classes {
        for (number, far) in fars.iter().enumerate() {
            for direction in Direction::BOTH {
                let found = with_far(&crossings, class, far, direction);
                rows.extend(spread(class, direction, number, &found));
            }
        }
        for (number, other) in classes
            .iter()
            .enumerate()
            .filter(|(_, other)| other.cluster != class.cluster)
        {
            rows.extend(with_pods(&crossings, class, other, fars.len() + number));
        }
    }
    rows.sort_by_key(|(workload, direction, number, _)| {
        (*workload, *direction == Direction::Ingress, *number)
    });
    rows.into_iter().map(|(.., flow)| flow).collect()
}

/// One row before it is known which workload it is about.
struct Row {
    far: Party,
    traffic: Traffic,
    verdict: Verdict,
    crosses: Vec<Id<Border>>,
    gaps: Vec<Id<Gap>>,
}

fn with_far(
    crossings: &Crossings<'_, '_>,
    class: &Class,
    far: &Far,
    direction: Direction,
) -> Vec<Row> {
    let crossing = match direction {
        Direction::Egress => crossings.between(&class.presence, &far.presence),
        Direction::Ingress => crossings.between(&far.presence, &class.presence),
    };
    if crossing.bounds.may.is_empty() {
        return Vec::new();
    }
    let Some(first) = class.members.first().map(|id| Party::Workload(*id)) else {
        return Vec::new();
    };
    match far.network {
        Some(_) => by_address(crossings, &first, &crossing, direction),
        None => {
            let (must, may) = (
                crossing.bounds.must.traffic(),
                crossing.bounds.may.traffic(),
            );
            by_certainty(
                crossings,
                &first,
                &crossing,
                direction,
                (far.party.clone(), must, may),
            )
        }
    }
}

/// Rows for bare addresses: each distinct traffic with the addresses that have it.
fn by_address(
    crossings: &Crossings<'_, '_>,
    near: &Party,
    crossing: &Crossing,
    direction: Direction,
) -> Vec<Row> {
    let project = |region: &Region| {
        if direction == Direction::Egress {
            region.by_destination()
        } else {
            region.by_source()
        }
    };
    let (must, may) = (
        project(&crossing.bounds.must),
        project(&crossing.bounds.may),
    );
    let perhaps = may.difference(&must);
    let surely = must
        .parts()
        .iter()
        .map(|(at, traffic)| (at, traffic.clone(), Traffic::none()));
    let possibly = perhaps
        .parts()
        .iter()
        .map(|(at, traffic)| (at, Traffic::none(), traffic.clone()));
    let rows = surely
        .chain(possibly)
        .map(|(at, must, may)| (Party::Addresses(at.clone()), must.clone(), must.union(&may)));
    rows.flat_map(|row| by_certainty(crossings, near, crossing, direction, row))
        .collect()
}

fn by_certainty(
    crossings: &Crossings<'_, '_>,
    near: &Party,
    crossing: &Crossing,
    direction: Direction,
    (far, must, may): (Party, Traffic, Traffic),
) -> Vec<Row> {
    let perhaps = may.difference(&must);
    let mut out = Vec::new();
    if !perhaps.is_empty() {
        let (from, to) = if direction == Direction::Egress {
            (near, &far)
        } else {
            (&far, near)
        };
        let gaps = explain::explain(crossings.fabric, crossings.guard, from, to, &perhaps).gaps;
        let crosses = crossing.possibly_over.clone();
        out.push(Row {
            far: far.clone(),
            traffic: perhaps,
            verdict: Verdict::Possible,
            crosses,
            gaps,
        });
    }
    if !must.is_empty() {
        out.push(Row {
            far,
            traffic: must,
            verdict: Verdict::Reachable,
            crosses: crossing.surely_over.clone(),
            gaps: Vec::new(),
        });
    }
    out
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

/// From pods of one cluster to pods of another.
fn with_pods(
    crossings: &Crossings<'_, '_>,
    class: &Class,
    other: &Class,
    number: usize,
) -> Vec<(Id<Workload>, Direction, usize, Flow)> {
    let crossing = crossings.between(&class.presence, &other.presence);
    let ends = class
        .members
        .first()
        .zip(other.members.first())
        .filter(|_| !crossing.bounds.may.is_empty());
    let Some((near, far)) = ends else {
        return Vec::new();
    };
    let sums = (
        Party::Workload(*far),
        crossing.bounds.must.traffic(),
        crossing.bounds.may.traffic(),
    );
    let rows = by_certainty(
        crossings,
        &Party::Workload(*near),
        &crossing,
        Direction::Egress,
        sums,
    );
    let towards = |id: &Id<Workload>| {
        let rows = rows.iter().map(|row| Row {
            far: Party::Workload(*id),
            traffic: row.traffic.clone(),
            crosses: row.crosses.clone(),
            gaps: row.gaps.clone(),
            verdict: row.verdict,
        });
        spread(class, Direction::Egress, number, &rows.collect::<Vec<_>>())
    };
    other.members.iter().flat_map(towards).collect()
}
