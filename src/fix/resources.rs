//! What resources send each other: no pod takes part in it, and a change of the network may close it.

use super::opening::Guarded;
use super::permitted::Passing;
use super::proof::{Passes, Unproved};
use crate::model::{Amendment, Direction, Endpoint, Filter, Id, Network, Traffic, Verdict, World};
use crate::reach::{Engine, Party};
use std::collections::{BTreeMap, BTreeSet};

/// Most pairs of resources that are compared. A change that bears on more is not proved.
const MOST_PAIRS: usize = 10_000;

/// What passes between resources, of which one at least stands where a change of the network bears on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Between {
    rows: Vec<Row>,
}

/// What passes from one resource to another, surely or possibly.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    from: String,
    to: String,
    verdict: Verdict,
    traffic: Traffic,
}

impl Between {
    /// All that passes now; none where that are too many to compare.
    #[must_use]
    pub fn of(engine: &Engine<'_>, amendments: &[Amendment]) -> Option<Self> {
        let world = engine.world();
        let networks = touched(amendments, world);
        let is_near = |id: Id<Endpoint>| {
            let mut places = world.endpoints[id].attachments.iter();
            places.any(|own| networks.contains(&own.network))
        };
        let all: Vec<Id<Endpoint>> = world.endpoints.iter().map(|(id, _)| id).collect();
        let near: Vec<Id<Endpoint>> = all.iter().copied().filter(|id| is_near(*id)).collect();
        if near.len() * all.len() * 2 > MOST_PAIRS {
            return None;
        }
        let mut out = Between::default();
        for own in &near {
            for other in all.iter().filter(|other| *other != own) {
                out.add(*own, *other, engine);
                out.add(*other, *own, engine);
            }
        }
        Some(out)
    }

    fn add(&mut self, from: Id<Endpoint>, to: Id<Endpoint>, engine: &Engine<'_>) {
        let world = engine.world();
        let mut asked = Traffic::all();
        // What surely passes first, then what possibly does beyond it.
        while !asked.is_empty() {
            let (source, destination) = (Party::Endpoint(from), Party::Endpoint(to));
            let trail = engine.explain(&source, &destination, &asked);
            if trail.verdict == Verdict::Blocked {
                return;
            }
            asked = if trail.verdict == Verdict::Reachable {
                asked.difference(&trail.traffic)
            } else {
                Traffic::none()
            };
            self.rows.push(Row {
                from: world.endpoints[from].name.clone(),
                to: world.endpoints[to].name.clone(),
                verdict: trail.verdict,
                traffic: trail.traffic,
            });
        }
    }

    /// Whether all of it passes in another world as surely.
    ///
    /// # Errors
    /// [`Unproved::Closes`] with the first that does not.
    pub fn stays(&self, after: &Engine<'_>) -> Result<(), Unproved> {
        let world = after.world();
        let names: BTreeMap<&str, Id<Endpoint>> = world
            .endpoints
            .iter()
            .map(|(id, own)| (own.name.as_str(), id))
            .collect();
        for row in &self.rows {
            let end = |name: &str| names.get(name).map(|id| Party::Endpoint(*id));
            let now = end(&row.from).zip(end(&row.to)).and_then(|(from, to)| {
                let trail = after.explain(&from, &to, &row.traffic);
                (trail.verdict >= row.verdict).then_some(trail.traffic)
            });
            let lost = row.traffic.difference(&now.unwrap_or_else(Traffic::none));
            if !lost.is_empty() {
                let passing = Passing {
                    from: row.from.clone(),
                    to: row.to.clone(),
                    crosses: Vec::new(),
                };
                return Err(Unproved::Closes(Box::new(Passes {
                    passing,
                    traffic: lost,
                })));
            }
        }
        Ok(())
    }
}

/// The networks on whose resources some changes may bear.
fn touched(amendments: &[Amendment], world: &World) -> BTreeSet<Id<Network>> {
    let mut out = BTreeSet::new();
    for amendment in amendments {
        let origin = match amendment {
            Amendment::Remove(origin) => origin,
            Amendment::Restrict(own) => &own.origin,
            Amendment::Separate(_) | Amendment::Narrow(_) | Amendment::Enforce(_) => continue,
        };
        let has = |filter: &Filter| {
            let mut rules = Direction::BOTH.iter().flat_map(|own| filter.rules(*own));
            rules.any(|rule| rule.origin.as_ref() == Some(origin))
        };
        let filters = world
            .filters
            .iter()
            .filter(|(_, own)| has(own))
            .map(|(id, _)| id);
        out.extend(Guarded::by(&filters.collect(), world).networks);
        for (_, subnet) in world.subnets.iter() {
            let mut routes = subnet
                .tables
                .iter()
                .flat_map(|id| &world.route_tables[*id].routes);
            if routes.any(|route| route.origin.as_ref() == Some(origin)) {
                out.insert(subnet.network);
            }
        }
    }
    out
}
