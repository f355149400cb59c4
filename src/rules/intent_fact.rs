//! Entries of `allow:` as facts: one for each pair of ends that an entry names, and one for ports that nothing passes on.

use super::fact::{Fact, Path, certainty};
use super::field::{CERTAINTY, fields, flag, name, phrase, traffic, word};
use super::intent::{Allowance, Coverage, End, Named};
use super::judged::Judged;
use super::kind::FactKind;
use super::nearest::nearest;
use super::subject::Subject;
use super::value::Value;
use crate::model::{Change, Direction, Hop, HopKind, Origin, Traffic, Verdict, World};
use crate::reach::{Engine, ExposureGroup};
use std::collections::BTreeSet;

/// Most pairs of parties that are asked about for one pair of ends.
const MOST_ASKED: usize = 8;

/// Entries of the configuration's `allow:`.
pub(super) const INTENT: FactKind = FactKind {
    name: "intent",
    about: "two ends that an entry of `allow:` in the configuration names, or ports of one on which nothing passes",
    fields: IntentFields::FIELDS,
    crossing: false,
    facts: intents,
};

fields! {
    /// Two ends that an entry names.
    IntentFields {
        certainty: CERTAINTY,
        entry: name("the entry as one text: from, to and ports"),
        from: name("who opens the connection, as the entry says it"),
        to: name("whom it is opened to, as the entry says it"),
        traffic: traffic("protocols and ports of the entry; those that nothing passes on, where it is about them"),
        state: word(
            &["crosses", "blocked", "inside", "absent"],
            "what the input says to it: something of it crosses a border, or possibly does; nothing passes; it passes without crossing a border; one end names nothing of the input",
        ),
        reviewed: flag("whether somebody wrote its reason and owner in place of what stands there to be written"),
        expired: flag("whether its last day is over; unknown where nobody says which day it is"),
        owner: name("who answers for it"),
        until: name("its last day; empty where it has none"),
        reason: phrase("why nothing crosses because of it; empty where something does"),
    }
}

/// Which ends of an entry something crosses between, and on which ports.
#[derive(Clone, Debug, Default)]
struct Used {
    pairs: BTreeSet<(usize, usize)>,
    traffic: Vec<Traffic>,
}

/// Why nothing crosses between two ends.
struct Unused {
    state: &'static str,
    reason: String,
    hops: Vec<Hop>,
}

fn intents(judged: &Judged<'_, '_>) -> Vec<Fact> {
    let Some(coverage) = &judged.coverage else {
        return Vec::new();
    };
    let used = used(judged.crossings(), coverage);
    let mut out = Vec::new();
    for (entry, (allowance, used)) in coverage.intent.allowances.iter().zip(&used).enumerate() {
        let own = Entry {
            allowance,
            coverage,
            engine: judged.engine,
        };
        let Some([from, to]) = coverage.ends.get(entry) else {
            continue;
        };
        for (at, one) in allowance.from.iter().zip(from).enumerate() {
            for (other, two) in allowance.to.iter().zip(to).enumerate() {
                let unused = (!used.pairs.contains(&(at, other))).then(|| own.unused(one, two));
                out.push(own.fact((one.0, two.0), allowance.traffic(), unused));
            }
        }
        out.extend(own.dead_ports(used, [from, to]));
    }
    out
}

/// What crosses because of each entry.
fn used(groups: &[ExposureGroup], coverage: &Coverage<'_>) -> Vec<Used> {
    let allowances = &coverage.intent.allowances;
    let ports: Vec<Traffic> = allowances.iter().map(Allowance::traffic).collect();
    let mut out = vec![Used::default(); allowances.len()];
    for group in groups {
        let direction = group.proof.direction;
        let near = group.workloads.iter();
        let near = near.flat_map(|id| coverage.near(*id, direction).iter().copied());
        for (entry, own) in near.collect::<BTreeSet<_>>() {
            let passes = ports
                .get(entry)
                .map(|own| own.intersection(&group.proof.traffic));
            let (Some(passes), Some(used)) = (passes, out.get_mut(entry)) else {
                continue;
            };
            if passes.is_empty() {
                continue;
            }
            for far in coverage.naming(entry, direction, &group.far) {
                used.pairs.insert(match direction {
                    Direction::Egress => (own, far),
                    Direction::Ingress => (far, own),
                });
                if !used.traffic.contains(&passes) {
                    used.traffic.push(passes.clone());
                }
            }
        }
    }
    out
}

/// An entry in its world.
struct Entry<'a, 'w> {
    allowance: &'a Allowance,
    coverage: &'a Coverage<'a>,
    engine: &'a Engine<'w>,
}

impl Entry<'_, '_> {
    fn fact(&self, (from, to): (&End, &End), traffic: Traffic, unused: Option<Unused>) -> Fact {
        self.fact_of((from.written.clone(), to.written.clone()), traffic, unused)
    }

    fn fact_of(
        &self,
        (from, to): (String, String),
        traffic: Traffic,
        unused: Option<Unused>,
    ) -> Fact {
        let own = self.allowance;
        let unused = unused.unwrap_or(Unused {
            state: "crosses",
            reason: String::new(),
            hops: Vec::new(),
        });
        let entry = own.entry();
        let until = own.until.map(|day| day.to_string());
        let values = IntentFields {
            certainty: certainty(true),
            entry: entry.as_str().into(),
            from: from.into(),
            to: to.into(),
            traffic: traffic.into(),
            state: unused.state.into(),
            reviewed: own.is_reviewed().into(),
            expired: Value::known(own.is_expired(self.coverage.intent.today)),
            owner: own.owner.as_str().into(),
            until: until.unwrap_or_default().into(),
            reason: unused.reason.into(),
        };
        let origin = Origin {
            place: own.place.clone(),
            inner: None,
            address: "allow".into(),
            change: Change::None,
        };
        Fact {
            values: values.values(),
            subjects: Subject::alone(&entry, &format!("intended flow `{entry}`"), Some(origin)),
            path: match unused.hops.as_slice() {
                [] => Path::None,
                _ => Path::Hops(unused.hops),
            },
            ..Fact::default()
        }
    }

    /// Why nothing crosses between two ends.
    fn unused(&self, (one, from): (&End, &Named), (two, to): (&End, &Named)) -> Unused {
        let world = self.engine.world();
        let missing: Vec<String> = [(one, from), (two, to)]
            .into_iter()
            .filter(|(_, named)| named.is_empty())
            .map(|(end, _)| missing(end, world))
            .collect();
        if !missing.is_empty() {
            return Unused {
                state: "absent",
                reason: missing.join(", and "),
                hops: Vec::new(),
            };
        }
        if !one.is_of_pods() && !two.is_of_pods() {
            return Unused {
                state: "absent",
                reason: "no pod of the input has an address there".to_owned(),
                hops: Vec::new(),
            };
        }
        self.asked(from, to, &self.allowance.traffic())
    }

    /// What is said to a packet between the first of those whom two ends name.
    fn asked(&self, from: &Named, to: &Named, traffic: &Traffic) -> Unused {
        let mut stopped = Vec::new();
        for one in from.first(MOST_ASKED) {
            for two in to.first(MOST_ASKED) {
                if one == two {
                    continue;
                }
                let trail = self.engine.explain(&one, &two, traffic);
                if trail.verdict != Verdict::Blocked {
                    return Unused {
                        state: "inside",
                        reason: "it passes without crossing a border".to_owned(),
                        hops: Vec::new(),
                    };
                }
                if stopped.is_empty() {
                    stopped = trail.hops;
                }
            }
        }
        Unused {
            state: "blocked",
            reason: stopped_by(&stopped),
            hops: stopped,
        }
    }

    /// The listed ports on which nothing passes between any of its ends, where something passes on others.
    fn dead_ports(&self, used: &Used, [from, to]: [&Vec<Named>; 2]) -> Option<Fact> {
        if used.traffic.is_empty() {
            return None;
        }
        let passes: Traffic = used.traffic.iter().collect();
        let parts = self.allowance.parts.iter();
        let dead: Traffic = parts
            .filter(|part| part.intersection(&passes).is_empty())
            .collect();
        if dead.is_empty() {
            return None;
        }
        let (at, other) = *used.pairs.first()?;
        let (one, two) = (from.get(at)?, to.get(other)?);
        let unused = self.asked(one, two, &dead);
        (unused.state == "blocked").then(|| {
            let ends = (self.allowance.from_words(), self.allowance.to_words());
            self.fact_of(ends, dead, Some(unused))
        })
    }
}

/// That an end names nothing, and what may have been meant.
fn missing(end: &End, world: &World) -> String {
    let names = end.candidates(world);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let meant = nearest(&end.written, &names);
    let meant = meant.map_or_else(String::new, |name| format!(" (did you mean `{name}`?)"));
    format!("`{}` names nothing of the input{meant}", end.written)
}

/// What stops a packet, in a few words.
fn stopped_by(hops: &[Hop]) -> String {
    let Some(last) = hops.last() else {
        return "nothing leads there".to_owned();
    };
    let what = match last.kind {
        HopKind::PolicyEgress => "the policies of the sending pods stop it",
        HopKind::PolicyIngress => "the policies of the receiving pods stop it",
        HopKind::InterfaceFilterEgress | HopKind::SubnetFilterEgress => {
            "a filter of the sending side stops it"
        }
        HopKind::InterfaceFilterIngress | HopKind::SubnetFilterIngress => {
            "a filter of the receiving side stops it"
        }
        HopKind::Route => "no route leads there",
        HopKind::Border => "the border does not carry it",
        HopKind::ReturnRoute => "no route leads back",
        HopKind::ReturnFilter => "a filter stops the replies",
        HopKind::EntryPoint => "the entry point does not forward it",
        HopKind::SourceAddress | HopKind::Endpoint => "nothing answers there",
    };
    match &last.origin {
        Some(origin) => format!("{what} (`{}`)", origin.address),
        None => what.to_owned(),
    }
}
