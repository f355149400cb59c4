//! Ways to a border by way of others as facts: one for each workload and far side that it does not reach itself.

use super::crossing_fact::{border_kinds, border_list, border_names};
use super::fact::{Fact, Passes, Path, certainty, named};
use super::far_side::far_name;
use super::field::{CERTAINTY, CLUSTER, NAMESPACE, WORKLOAD, fields, name, number, phrase};
use super::finding::Related;
use super::intent::Part;
use super::judged::Judged;
use super::kind::FactKind;
use super::subject::{Subject, by_namespace};
use super::traffic_words::traffic_words;
use crate::model::{
    Direction, Hop, HopKind, Id, Occupant, Origin, PivotRisk, Reason, Verdict, Workload, World,
};
use crate::reach::{Engine, Party, SteppingStones};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

/// Longest chain that is looked for, in steps; the last one crosses the border.
pub const LONGEST_CHAIN: usize = 4;

/// Chains: one fact for each far side and the workloads that come to it alike.
pub(super) const CHAIN: FactKind = FactKind {
    name: "chain",
    about: "a path to a far side beyond a border by way of other pods or resources, where a workload does not reach it itself",
    fields: Chain::FIELDS,
    crossing: false,
    facts: chains,
};

fields! {
    /// A path across a border by way of others.
    Chain of subjects (workload: WORKLOAD) {
        certainty: CERTAINTY,
        cluster: CLUSTER,
        namespace: NAMESPACE,
        through: name("the pods and resources in between, in order; the last of them crosses the border"),
        steps: number("number of connections one after the other, at least 2"),
        far: name("the far side: a resource, or the addresses of a network"),
        border: name("the borders of the last step"),
        border_kind: phrase("what the border is, as its provider calls it: peering, transit gateway"),
        traffic: phrase("protocols and ports of the last step"),
    }
}

/// Hops that several chains share.
#[derive(Default)]
struct Known {
    /// From a workload to the first who stands in between, whatever the far side.
    first: BTreeMap<(Id<Workload>, Party), Vec<Hop>>,
    /// From there to the far side, wherever the chain starts.
    rest: BTreeMap<(Vec<Party>, Party), Vec<Hop>>,
}

fn chains(judged: &Judged<'_, '_>) -> Vec<Fact> {
    let engine = judged.engine;
    let mut known = Known::default();
    let mut out = Vec::new();
    for chain in engine.stepping_stones(LONGEST_CHAIN) {
        for members in by_namespace(&chain.starts, engine.world()) {
            let Some(start) = members.first() else {
                continue;
            };
            for far in &chain.fars {
                let whole = (far, &Arc::new(chain.traffic.clone()));
                for (own, parts) in judged.parted(&members, Direction::Egress, whole) {
                    let pair = Pair {
                        chain: &chain,
                        start: own.first().copied().unwrap_or(*start),
                        far,
                        wanted_by: wanted_by(&parts),
                    };
                    let subjects = judged.subjects(&own);
                    out.push(fact(&pair, subjects, engine, &mut known));
                }
            }
        }
    }
    out
}

/// The first of the starts of one namespace, and one far side of a chain.
struct Pair<'c> {
    chain: &'c SteppingStones,
    start: Id<Workload>,
    far: &'c Party,
    /// The entries of the configuration that want all of it; empty where they do not.
    wanted_by: Vec<usize>,
}

/// Who wants a chain: it is no part of intent where some of it is not wanted.
fn wanted_by(parts: &[Part]) -> Vec<usize> {
    if parts.iter().any(|part| part.entries.is_empty()) {
        return Vec::new();
    }
    let entries: BTreeSet<usize> = parts.iter().flat_map(|own| own.entries.clone()).collect();
    entries.into_iter().collect()
}

fn fact(
    pair: &Pair<'_>,
    subjects: Vec<Arc<Subject>>,
    engine: &Engine<'_>,
    known: &mut Known,
) -> Fact {
    let (chain, world) = (pair.chain, engine.world());
    let certain = chain.verdict == Verdict::Reachable;
    let path = path(pair, engine, known);
    let gaps = path.iter().flat_map(|hop| hop.gaps.iter().copied());
    Fact {
        values: values(pair, world).values(),
        subjects,
        rank: u8::from(!certain) * 2 + u8::from(matches!(pair.far, Party::Addresses(_))),
        borders: border_list(&chain.borders, world),
        cause: None,
        gaps: gaps.collect(),
        path: Path::Hops(path),
        passes: Some(Passes {
            far: far_name(pair.far, world).into(),
            certain,
            traffic: Arc::new(chain.traffic.clone()),
        }),
        wanted_by: pair.wanted_by.clone(),
        related: related(chain, world),
    }
}

fn values(pair: &Pair<'_>, world: &World) -> Chain {
    let chain = pair.chain;
    let workload = &world.workloads[pair.start];
    let through: Vec<String> = chain
        .through
        .iter()
        .map(|stone| far_name(stone, world))
        .collect();
    Chain {
        certainty: certainty(chain.verdict == Verdict::Reachable),
        cluster: world.clusters[workload.cluster].name.as_str().into(),
        namespace: world.namespaces[workload.namespace].name.as_str().into(),
        through: through.join(", ").into(),
        steps: (chain.through.len() + 1).into(),
        far: far_name(pair.far, world).into(),
        border: border_names(&chain.borders, world).into(),
        border_kind: border_kinds(&chain.borders, world).into(),
        traffic: traffic_words(&chain.traffic).into(),
    }
}

/// The hops of all steps, and between two steps the one who takes the first and goes on with the second.
fn path(pair: &Pair<'_>, engine: &Engine<'_>, known: &mut Known) -> Vec<Hop> {
    let chain = pair.chain;
    let connections = SteppingStones::connections();
    let Some((first, start)) = chain.through.first().zip(chain.starts.first()) else {
        return Vec::new();
    };
    let explained = || {
        let start = Party::Workload(*start);
        engine.explain(&start, first, &connections).hops
    };
    // All starts are alike: the first step of one is that of all, but for the name.
    let mut out = known
        .first
        .entry((*start, first.clone()))
        .or_insert_with(explained)
        .clone();
    for hop in &mut out {
        hop.reason = hop.reason.about(*start, pair.start);
    }
    let rest = known
        .rest
        .entry((chain.through.clone(), pair.far.clone()))
        .or_insert_with(|| {
            let steps = chain
                .through
                .windows(2)
                .filter_map(|pair| Some((pair.first()?, pair.last()?, &connections)));
            let last = chain
                .through
                .last()
                .map(|last| (last, pair.far, &chain.traffic));
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
    let borders = chain.borders.iter().filter_map(|border| {
        let border = &world.borders[*border];
        Some(Related {
            place: border.origin.clone()?.place,
            what: format!("{} `{}`", border.kind, border.name),
        })
    });
    stones.chain(borders).collect()
}
