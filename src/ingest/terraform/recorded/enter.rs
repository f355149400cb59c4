//! From what is recorded of resources back into a graph, beside what was read of plans and states themselves.

use super::value::Reader;
use super::{CHANGES, PRESENCES, Rest, Stand, meaning};
use crate::ingest::terraform::address::Address;
use crate::ingest::terraform::graph::Graph;
use crate::ingest::terraform::input::{Holds, Input};
use crate::ingest::terraform::mode::Mode;
use crate::ingest::terraform::resource::{Draft, Presence, Reference, Resource, Target, Value};
use crate::ingest::terraform::source::DeclaredPlace;
use crate::ingest::terraform::undeclared::Undeclared;
use crate::ingest::{PlanPhase, parallel};
use crate::model::{Arena, Change, Gap, GapKind, Id, Origin, Place};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A plan or state that a repository has recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedInput {
    /// Path of its file, with the repository in front.
    pub path: Arc<str>,
    /// Whether it is a state, and no plan.
    pub is_state: bool,
}

/// One resource that a repository has recorded.
#[derive(Clone, Debug, Default)]
pub struct RecordedRow {
    /// Its number.
    pub number: u32,
    /// Whether it is so after, and before the plan.
    pub at: (bool, bool),
    /// Which plan or state of its repository it is of.
    pub input: usize,
    /// Whether it surely is so: a word, empty where it is.
    pub presence: String,
    /// Its address.
    pub address: String,
    /// Its account, where known.
    pub account: Option<String>,
    /// Its region, where known.
    pub region: Option<String>,
    /// The file that declares it, with the repository in front.
    pub file: Arc<str>,
    /// The line there.
    pub line: u32,
    /// The rest: a [`Rest`] in JSON.
    pub body: String,
    /// Words that stand before each file that the body names.
    pub front: Arc<str>,
}

/// What one repository has recorded.
#[derive(Clone, Debug, Default)]
pub struct RecordedPart {
    /// Its plans and states, by their numbers.
    pub inputs: Vec<RecordedInput>,
    /// Its resources, ascending by number.
    pub rows: Vec<RecordedRow>,
}

/// The resource of each number, for each part.
pub type Entered = Vec<FxHashMap<u32, Id<Resource>>>;

/// Enters all resources of a moment, by the paths of their inputs and their numbers, and appends the inputs. Call
/// [`Graph::index`] afterwards.
pub fn enter(
    graph: &mut Graph,
    inputs: &mut Vec<Input>,
    parts: &[RecordedPart],
    moment: PlanPhase,
) -> Entered {
    let order = order(parts, inputs.len());
    let chosen = chosen(parts, &order, moment);
    let mut entered: Entered = parts.iter().map(|_| FxHashMap::default()).collect();
    let first = graph.resources.len();
    for (at, (part, row, _)) in chosen.iter().enumerate() {
        if let Some(known) = entered.get_mut(*part) {
            known.insert(row.number, Id::at(first + at));
        }
    }
    let read = parallel::map(
        &chosen,
        |(_, row, _)| row.body.len(),
        |(part, row, input)| read(row, *input, entered.get(*part)),
    );
    let mut undeclared: FxHashMap<usize, Undeclared> = FxHashMap::default();
    for One {
        resource,
        undeclared: names,
        gap,
    } in read
    {
        if !names.is_empty() {
            let own = undeclared.entry(resource.input).or_default();
            own.insert(&resource.address, names);
        }
        graph.gaps.extend(gap);
        graph.add(resource);
    }
    let mut numbered: Vec<_> = order.into_iter().collect();
    numbered.sort_by_key(|(_, number)| *number);
    inputs.extend(numbered.into_iter().filter_map(|((part, at), number)| {
        let own = parts.get(part)?.inputs.get(at)?;
        let undeclared = undeclared.remove(&number).unwrap_or_default();
        Some(input(own, number, undeclared))
    }));
    only_once(graph, first, &mut entered);
    entered
}

fn input(own: &RecordedInput, number: usize, undeclared: Undeclared) -> Input {
    Input {
        number,
        path: Arc::clone(&own.path),
        is_state: own.is_state,
        configuration: None,
        variables: Arc::default(),
        holds: Holds::All,
        recorded: Some(undeclared),
    }
}

/// The number of each input, by part and place in it: ascending by path.
fn order(parts: &[RecordedPart], first: usize) -> BTreeMap<(usize, usize), usize> {
    let mut all: Vec<(&Arc<str>, usize, usize)> = Vec::new();
    for (part, own) in parts.iter().enumerate() {
        let inputs = own.inputs.iter().enumerate();
        all.extend(inputs.map(|(at, input)| (&input.path, part, at)));
    }
    all.sort();
    let keys = all.into_iter().map(|(_, part, at)| (part, at));
    keys.zip(first..).collect()
}

/// The part that a row is of, the row, and the number of its input.
type Chosen<'p> = (usize, &'p RecordedRow, usize);

/// The rows of a moment in the order in which their plans and states would be read; what those leave out comes last.
fn chosen<'p>(
    parts: &'p [RecordedPart],
    order: &BTreeMap<(usize, usize), usize>,
    moment: PlanPhase,
) -> Vec<Chosen<'p>> {
    let mut out: Vec<(bool, usize, u32, Chosen<'p>)> = Vec::new();
    for (part, own) in parts.iter().enumerate() {
        for row in &own.rows {
            let (after, before) = row.at;
            let is_there = match moment {
                PlanPhase::After => after,
                PlanPhase::Before => before,
            };
            let input = order.get(&(part, row.input)).copied();
            if let Some(input) = input.filter(|_| is_there) {
                let missing = is_missing(row);
                out.push((missing, input, row.number, (part, row, input)));
            }
        }
    }
    out.sort_by_key(|(missing, input, number, _)| (*missing, *input, *number));
    out.into_iter().map(|(.., chosen)| chosen).collect()
}

fn presence(row: &RecordedRow) -> Presence {
    meaning(&PRESENCES, &row.presence).unwrap_or(Presence::Missing)
}

fn is_missing(row: &RecordedRow) -> bool {
    presence(row) == Presence::Missing
}

/// One row read.
struct One {
    resource: Resource,
    undeclared: BTreeSet<String>,
    gap: Option<Gap>,
}

fn read(row: &RecordedRow, input: usize, known: Option<&FxHashMap<u32, Id<Resource>>>) -> One {
    let parsed = serde_json::from_str::<Rest>(&row.body);
    let address = Address::parse(&row.address);
    let lost = parsed.is_err() || address.is_none();
    let rest = parsed.unwrap_or_default();
    let resource = |number: u64| known?.get(&u32::try_from(number).ok()?).copied();
    let reader = Reader {
        resource: &resource,
    };
    let origin = origin(row, &rest);
    let lines = rest.lines.iter();
    let lines: BTreeMap<String, DeclaredPlace> = lines
        .map(|(path, stand)| (path.clone(), spot(row, stand)))
        .collect();
    let (module, kind, name, mode) = match address {
        Some(own) => (own.module.to_string(), own.kind, own.name, own.mode),
        None => (String::new(), String::new(), String::new(), Mode::Data),
    };
    let gap = lost.then(|| Gap {
        kind: GapKind::Unreadable,
        what: format!(
            "what the facts tell of `{}` is malformed, so nothing else of it is known; write the facts again",
            row.address
        ),
        origin: Some(origin.clone()),
    });
    let resource = Resource {
        address: row.address.clone(),
        module,
        kind,
        name,
        mode,
        input,
        values: if lost {
            Value::Unknown
        } else {
            reader.value(rest.values)
        },
        kept: rest.kept,
        region: row.region.clone(),
        account: row.account.clone(),
        provider: rest.provider,
        presence: presence(row),
        origin,
        lines: Arc::new(lines),
    };
    One {
        resource,
        undeclared: rest.undeclared,
        gap,
    }
}

fn origin(row: &RecordedRow, rest: &Rest) -> Origin {
    let [column, length] = rest.column;
    Origin {
        place: Place {
            file: Arc::clone(&row.file),
            line: row.line,
            column,
            length,
        },
        inner: rest.inner.as_ref().map(|inner| place(row, inner)),
        address: row.address.as_str().into(),
        change: meaning(&CHANGES, &rest.change).unwrap_or(Change::None),
    }
}

fn spot(row: &RecordedRow, stand: &Stand) -> DeclaredPlace {
    DeclaredPlace {
        place: place(row, stand),
        inner: stand.inner.as_ref().map(|inner| place(row, inner)),
    }
}

fn place(row: &RecordedRow, stand: &Stand) -> Place {
    let [line, column, length] = stand.at;
    let file = match &stand.file {
        Some(file) => format!("{}{file}", row.front).into(),
        None => Arc::clone(&row.file),
    };
    Place {
        file,
        line,
        column,
        length,
    }
}

/// Takes out resources from `first` on that are there already: one that two repositories manage counts where it was read first.
fn only_once(graph: &mut Graph, first: usize, entered: &mut Entered) {
    let twice = super::super::deduplicate::twice(graph, first);
    if twice.is_empty() {
        return;
    }
    let mut kept = Arena::default();
    let mut moved: FxHashMap<Id<Resource>, Id<Resource>> = FxHashMap::default();
    for (id, resource) in graph.resources.iter() {
        if !twice.contains_key(&id) {
            moved.insert(id, kept.push(resource.clone()));
        }
    }
    for (id, original) in &twice {
        if let Some(own) = moved.get(original).copied() {
            moved.insert(*id, own);
        }
    }
    let ids: Vec<Id<Resource>> = kept.ids().collect();
    for id in ids {
        let resource: &mut Resource = &mut kept[id];
        lead(&mut resource.values, &moved);
    }
    graph.resources = kept;
    for id in entered.iter_mut().flat_map(FxHashMap::values_mut) {
        *id = moved.get(id).copied().unwrap_or(*id);
    }
}

/// Lets references lead to where resources have moved.
fn lead(value: &mut Value, moved: &FxHashMap<Id<Resource>, Id<Resource>>) {
    let own = |target: &Target| Target {
        resource: moved
            .get(&target.resource)
            .copied()
            .unwrap_or(target.resource),
        attribute: target.attribute.clone(),
    };
    match value {
        Value::Reference(Reference { targets, .. }) => {
            *targets = targets.iter().map(own).collect();
        }
        Value::Draft(Draft { targets, text, .. }) => {
            *targets = targets.iter().map(own).collect();
            *text = super::value::renamed(text, &|number| {
                let id = Id::at(number.parse().ok()?);
                Some(moved.get(&id).copied().unwrap_or(id).index().to_string())
            });
        }
        Value::List(items) => items.iter_mut().for_each(|item| lead(item, moved)),
        Value::Map(map) => map.values_mut().for_each(|item| lead(item, moved)),
        _ => {}
    }
}
