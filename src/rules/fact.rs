//! What rules look at: one fact is a set of field values with its place and its proof, and those of whom it holds.

use super::finding::{Related, WorkloadCrossing};
use super::subject::Subject;
use super::value::{Fields, Value, Values};
use crate::model::{Gap, Hop, Id, Origin, Traffic, Workload, World};
use crate::reach::ExposureGroup;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A fact of some sort. It holds of one subject, or alike of several.
#[derive(Clone, Debug, Default)]
pub(super) struct Fact {
    /// Field → value; every field of the sort is there, or each subject has it.
    pub values: Values,
    /// What it is about; never empty.
    pub subjects: Vec<Arc<Subject>>,
    /// Lower ranks speak first for their group.
    pub rank: u8,
    /// Names of the borders that it crosses, in order; empty where it crosses none.
    pub borders: Vec<String>,
    /// The line that decides it, such as the rule of a policy; none where no line does.
    pub cause: Option<Origin>,
    /// The proof.
    pub path: Path,
    /// The gaps that make it no more than possible.
    pub gaps: Vec<Id<Gap>>,
    /// What passes between each subject and a far side; none where it is no path.
    pub passes: Option<Passes>,
    /// The entries of the configuration that want it, by number; empty where none does.
    pub wanted_by: Vec<usize>,
    /// Other places that bear on it.
    pub related: Vec<Related>,
}

/// What passes towards a far side.
#[derive(Clone, Debug)]
pub(super) struct Passes {
    /// The far side.
    pub far: Arc<str>,
    pub certain: bool,
    pub traffic: Arc<Traffic>,
}

/// A proof, hop by hop.
#[derive(Clone, Debug, Default)]
pub(super) enum Path {
    /// There is none.
    #[default]
    None,
    /// That of a crossing, made when it is asked for.
    Crossing(ExposureGroup),
    /// Hops, those about pods as of the first subject.
    Hops(Vec<Hop>),
}

impl Fact {
    /// The fact as it holds of each of its subjects.
    pub fn instances(&self) -> impl Iterator<Item = Instance<'_>> {
        let subjects = self.subjects.iter();
        subjects.map(|subject| Instance {
            fact: self,
            subject,
        })
    }

    /// The fields that each subject has of its own.
    pub fn own(&self) -> impl Iterator<Item = &'static str> + '_ {
        let first = self.subjects.first().into_iter();
        first
            .flat_map(|subject| &subject.values)
            .map(|(name, _)| *name)
    }

    /// Whether each subject has the field of its own.
    pub fn is_own(&self, field: &str) -> bool {
        self.own().any(|name| name == field)
    }

    fn first_workload(&self) -> Option<Id<Workload>> {
        self.subjects.first()?.workload
    }
}

/// A fact as it holds of one of its subjects.
#[derive(Clone, Copy, Debug)]
pub(super) struct Instance<'f> {
    pub fact: &'f Fact,
    pub subject: &'f Subject,
}

impl<'f> Instance<'f> {
    /// All fields.
    pub fn fields(&self) -> Fields<'f> {
        Fields::new(&self.subject.values, &self.fact.values)
    }

    /// The value of a field.
    pub fn value(&self, field: &str) -> Option<&'f Value> {
        self.fields().find(field)
    }

    /// The value of a field as text; empty where it has none.
    pub fn text(&self, field: &str) -> String {
        self.value(field).map_or_else(String::new, Value::text)
    }

    /// Whether it is certain.
    pub fn is_certain(&self) -> bool {
        matches!(self.value("certainty"), Some(Value::Word(word)) if word == "certain")
    }

    /// The proof, hop by hop; empty where there is no path.
    pub fn hops(&self) -> Vec<Hop> {
        match &self.fact.path {
            Path::None => Vec::new(),
            Path::Crossing(exposure) => match self.subject.workload {
                Some(workload) => exposure.of(workload).hops(),
                None => Vec::new(),
            },
            Path::Hops(hops) => match self.fact.first_workload().zip(self.subject.workload) {
                Some((told, of)) if told != of => {
                    let about = |hop: &Hop| Hop {
                        reason: hop.reason.about(told, of),
                        ..hop.clone()
                    };
                    hops.iter().map(about).collect()
                }
                _ => hops.clone(),
            },
        }
    }

    /// What passes.
    pub fn passage(&self) -> Option<WorkloadCrossing> {
        let Passes {
            far,
            certain,
            traffic,
        } = self.fact.passes.as_ref()?;
        Some(WorkloadCrossing {
            workload: Arc::clone(self.subject.titles.first()?),
            far: Arc::clone(far),
            certain: *certain,
            traffic: Arc::clone(traffic),
        })
    }
}

/// The word for whether a fact is certain.
pub(super) fn certainty(certain: bool) -> Value {
    if certain { "certain" } else { "possible" }.into()
}

/// Names between backticks, `shown` at most, the rest counted.
pub(super) fn named(names: &[String], shown: usize) -> String {
    let mut out: Vec<String> = names
        .iter()
        .take(shown)
        .map(|name| format!("`{name}`"))
        .collect();
    if names.len() > shown {
        out.push(format!("{} more", names.len() - shown));
    }
    match out.split_last() {
        Some((last, first)) if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => out.join(""),
    }
}

/// Workloads by name and kind, each once: pods of one owner may differ in what selectors see, and stand for it together.
pub(super) fn owners<'w>(
    ids: &[Id<Workload>],
    world: &'w World,
) -> impl Iterator<Item = (Id<Workload>, &'w Workload)> {
    let mut seen = BTreeSet::new();
    let all = ids.iter().map(|id| (*id, &world.workloads[*id]));
    all.filter(move |(_, own)| seen.insert((own.namespace, &own.name, &own.kind)))
}

/// `1 workload (`a`)`, `3 workloads (`a`, `b` and `c`)`; "no workloads".
pub(super) fn workloads(names: &[String]) -> String {
    match names.len() {
        0 => "no workloads".to_owned(),
        1 => format!("1 workload ({})", named(names, 3)),
        several => format!("{several} workloads ({})", named(names, 3)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_few_are_named() {
        let names: Vec<String> = ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec();
        assert_eq!(named(&names, 3), "`a`, `b`, `c` and 2 more");
        assert_eq!(named(&names[..2], 3), "`a` and `b`");
        assert_eq!(workloads(&names[..1]), "1 workload (`a`)");
        assert_eq!(workloads(&[]), "no workloads");
    }
}
