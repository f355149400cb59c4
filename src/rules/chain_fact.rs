//! Ways to a border by other pods as facts: one for each workload and far side that it does not reach itself.

use super::crossing_fact::far_name;
use super::fact::{Fact, certainty, named, word};
use super::finding::{Passage, Related};
use crate::model::{Hop, Id, Traffic, Verdict, Workload, World};
use crate::reach::{Engine, Party, SteppingStones};
use std::collections::BTreeMap;

/// Longest chain that is looked for, in steps; the last one crosses the border.
pub const LONGEST_CHAIN: usize = 4;

/// The hops from the first pod in between to the far side: the same for all chains that go on by it.
type Known = BTreeMap<(Vec<Id<Workload>>, Party), Vec<Hop>>;

/// All chains of a world.
pub(super) fn chains(engine: &Engine<'_>) -> Vec<Fact> {
    let mut known = Known::new();
    engine.stepping_stones(LONGEST_CHAIN).iter().map(|chain| fact(chain, engine, &mut known)).collect()
}

fn fact(chain: &SteppingStones, engine: &Engine<'_>, known: &mut Known) -> Fact {
    let world = engine.world();
    let workload = &world.workloads[chain.from];
    let namespace = &world.namespaces[workload.namespace].name;
    let title = world.workload_title(chain.from);
    let certain = chain.verdict == Verdict::Reachable;
    let far = far_name(&chain.far, world);
    let through: Vec<String> = chain.through.iter().map(|id| world.workload_title(*id)).collect();
    let names = |say: &dyn Fn(&crate::model::Link) -> String| {
        let mut words: Vec<String> = chain.links.iter().map(|link| say(&world.links[*link])).collect();
        words.dedup();
        words.join(", ")
    };
    let path = path(chain, engine, known);
    let front = if world.clusters.len() > 1 { format!("{}:", world.clusters[workload.cluster].name) } else { String::new() };
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
        gaps: path.iter().flat_map(|hop| hop.gaps.iter().copied()).collect(),
        path,
        passages: vec![Passage { workload: title, far, certain, traffic: chain.traffic.clone() }],
        related: related(chain, world),
    }
}

/// The hops of all steps: those between pods by policy, those of the last one over the border.
fn path(chain: &SteppingStones, engine: &Engine<'_>, known: &mut Known) -> Vec<Hop> {
    let everything = Traffic::all();
    let Some(first) = chain.through.first() else { return Vec::new() };
    let mut out = engine.explain(&Party::Workload(chain.from), &Party::Workload(*first), &everything).hops;
    let rest = known.entry((chain.through.clone(), chain.far.clone())).or_insert_with(|| {
        let steps = chain.through.windows(2).filter_map(|pair| Some((*pair.first()?, Party::Workload(*pair.last()?), &everything)));
        let last = chain.through.last().map(|last| (*last, chain.far.clone(), &chain.traffic));
        steps.chain(last).flat_map(|(from, to, traffic)| engine.explain(&Party::Workload(from), &to, traffic).hops).collect()
    });
    out.extend(rest.iter().cloned());
    out
}

fn related(chain: &SteppingStones, world: &World) -> Vec<Related> {
    let pods = chain.through.iter().map(|id| Related {
        place: world.workloads[*id].origin.place.clone(),
        what: format!("by way of {}", named(&[world.workload_title(*id)], 1)),
    });
    let borders = chain.links.iter().filter_map(|link| {
        let link = &world.links[*link];
        Some(Related { place: link.origin.clone()?.place, what: format!("{} `{}`", link.kind, link.name) })
    });
    pods.chain(borders).collect()
}
