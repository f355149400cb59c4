//! Ways to a border by way of others as facts: one for each workload and far side that it does not reach itself.

use super::crossing_fact::far_name;
use super::fact::{Fact, certainty, named, word};
use super::finding::{Passage, Related};
use crate::model::{
    Hop, HopKind, Id, Occupant, Origin, PivotRisk, Reason, Verdict, Workload, World,
};
use crate::reach::{Engine, Party, SteppingStones};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

/// Longest chain that is looked for, in steps; the last one crosses the border.
pub const LONGEST_CHAIN: usize = 4;

/// Hops that several chains share.
#[derive(Default)]
struct Known {
    /// From a workload to the first who stands in between, whatever the far side.
    first: BTreeMap<(Id<Workload>, Party), Vec<Hop>>,
    /// From there to the far side, wherever the chain starts.
    rest: BTreeMap<(Vec<Party>, Party), Vec<Hop>>,
}

/// All chains of a world.
pub(super) fn chains(engine: &Engine<'_>) -> Vec<Fact> {
    let mut known = Known::default();
    engine
        .stepping_stones(LONGEST_CHAIN)
        .iter()
        .map(|chain| fact(chain, engine, &mut known))
        .collect()
}

fn fact(chain: &SteppingStones, engine: &Engine<'_>, known: &mut Known) -> Fact {
    let world = engine.world();
    let workload = &world.workloads[chain.from];
    let namespace = &world.namespaces[workload.namespace].name;
    let title = world.workload_title(chain.from);
    let certain = chain.verdict == Verdict::Reachable;
    let far = far_name(&chain.far, world);
    let through: Vec<String> = chain
        .through
        .iter()
        .map(|stone| far_name(stone, world))
        .collect();
    let names = |say: &dyn Fn(&crate::model::Border) -> String| {
        let mut words: Vec<String> = chain
            .links
            .iter()
            .map(|link| say(&world.borders[*link]))
            .collect();
        words.dedup();
        words.join(", ")
    };
    let path = path(chain, engine, known);
    let front = if world.clusters.len() > 1 {
        format!("{}:", world.clusters[workload.cluster].name)
    } else {
        String::new()
    };
    Fact {
        values: vec![
            ("certainty", certainty(certain)),
            ("cluster", word(&world.clusters[workload.cluster].name)),
            ("namespace", word(namespace)),
            ("workload", word(&title)),
            ("through", word(through.join(", "))),
            ("steps", word((chain.through.len() + 1).to_string())),
            ("far", word(&far)),
            ("border", word(names(&|link| link.name.clone()))),
            ("border_kind", word(names(&|link| link.kind.to_owned()))),
            ("traffic", word(chain.traffic.to_string())),
        ],
        subjects: vec![title.clone(), format!("{front}{namespace}")],
        who: workload.name.clone(),
        rank: u8::from(!certain) * 2 + u8::from(matches!(chain.far, Party::Addresses(_))),
        origin: Some(workload.origin.clone()),
        gaps: path
            .iter()
            .flat_map(|hop| hop.gaps.iter().copied())
            .collect(),
        path,
        passages: vec![Passage {
            workload: title,
            far,
            certain,
            traffic: chain.traffic.clone(),
        }],
        related: related(chain, world),
    }
}

/// The hops of all steps, and between two steps the one who takes the first and goes on with the second.
fn path(chain: &SteppingStones, engine: &Engine<'_>, known: &mut Known) -> Vec<Hop> {
    let connections = SteppingStones::connections();
    let Some(first) = chain.through.first() else {
        return Vec::new();
    };
    let explained = || {
        engine
            .explain(&Party::Workload(chain.from), first, &connections)
            .hops
    };
    let mut out = known
        .first
        .entry((chain.from, first.clone()))
        .or_insert_with(explained)
        .clone();
    let rest = known
        .rest
        .entry((chain.through.clone(), chain.far.clone()))
        .or_insert_with(|| {
            let steps = chain
                .through
                .windows(2)
                .filter_map(|pair| Some((pair.first()?, pair.last()?, &connections)));
            let last = chain
                .through
                .last()
                .map(|last| (last, &chain.far, &chain.traffic));
            let hops = steps.chain(last).map(|(from, to, traffic)| {
                (
                    stone(from, engine.world()),
                    engine.explain(from, to, traffic).hops,
                )
            });
            hops.flat_map(|(stone, hops)| std::iter::once(stone).chain(hops))
                .collect()
        });
    out.extend(rest.iter().cloned());
    out
}

/// The hop of one who stands in between.
fn stone(party: &Party, world: &World) -> Hop {
    let (occupant, certain) = match party {
        Party::Workload(id) => (Occupant::Workload(*id), true),
        Party::Endpoint(id) => {
            let risk = world.endpoints[*id].pivot_risk;
            (Occupant::Endpoint(*id), risk == PivotRisk::Freely)
        }
        Party::Addresses(addresses) => {
            let first = addresses
                .first()
                .unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
            (Occupant::Address(first), false)
        }
    };
    Hop {
        kind: HopKind::Endpoint,
        verdict: if certain {
            Verdict::Reachable
        } else {
            Verdict::Possible
        },
        reason: Reason::Pivot { occupant, certain },
        origin: origin(party, world).cloned(),
        assumed: false,
        gaps: Vec::new(),
    }
}

fn origin<'w>(party: &Party, world: &'w World) -> Option<&'w Origin> {
    match party {
        Party::Workload(id) => Some(&world.workloads[*id].origin),
        Party::Endpoint(id) => world.endpoints[*id].origin.as_ref(),
        Party::Addresses(_) => None,
    }
}

fn related(chain: &SteppingStones, world: &World) -> Vec<Related> {
    let stones = chain.through.iter().filter_map(|stone| {
        let what = format!("by way of {}", named(&[far_name(stone, world)], 1));
        Some(Related {
            place: origin(stone, world)?.place.clone(),
            what,
        })
    });
    let borders = chain.links.iter().filter_map(|link| {
        let link = &world.borders[*link];
        Some(Related {
            place: link.origin.clone()?.place,
            what: format!("{} `{}`", link.kind, link.name),
        })
    });
    stones.chain(borders).collect()
}
