//! From a graph whose inputs are linked each by itself to what is recorded of its resources.

use super::value::Writer;
use super::{CHANGES, PRESENCES, Rest, Stand, word};
use crate::ingest::cut::Cut;
use crate::ingest::terraform::address::Address;
use crate::ingest::terraform::graph::Graph;
use crate::ingest::terraform::input::Input;
use crate::ingest::terraform::mode::Mode;
use crate::ingest::terraform::resource::{Draft, Presence, Reference, Resource, Target, Value};
use crate::model::{Id, Origin};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};

/// What plans and states hold at one moment, linked each by itself.
#[derive(Clone, Debug, Default)]
pub struct Apart {
    /// The resources, linked within their inputs.
    pub graph: Graph,
    /// The inputs.
    pub inputs: Vec<Input>,
}

/// One resource recorded at one moment.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Its number in its repository: the same at both moments, ascending in the order of reading.
    pub number: u32,
    /// Its address.
    pub address: String,
    /// Its type.
    pub kind: String,
    /// Its account, where known.
    pub account: Option<String>,
    /// Its region, where known.
    pub region: Option<String>,
    /// Its own id, where known.
    pub id: Option<String>,
    /// Further texts by which others name it, ascending.
    pub aliases: BTreeSet<String>,
    /// Its name as the provider calls it, or its tag `Name`; where known.
    pub name: Option<String>,
    /// Blocks of addresses in its attributes, ascending.
    pub blocks: BTreeSet<String>,
    /// What its attributes name: known ids, and addresses of resources of the same repository; ascending.
    pub joins_to: BTreeSet<String>,
    /// The block that declares it.
    pub origin: Origin,
    /// Which plan or state of its repository it is of.
    pub input: usize,
    /// Whether it surely is so: a word, empty where it is.
    pub presence: &'static str,
    /// The rest.
    pub rest: Rest,
}

/// Where a resource stands in the order of reading: what plans leave out comes last.
type Key = (bool, usize, String, usize);

/// The numbers of resources of one repository.
#[derive(Debug, Default)]
pub struct Numbers(BTreeMap<Key, u32>);

impl Numbers {
    /// Of what is there at any of some moments.
    #[must_use]
    pub fn of(moments: &[&Apart]) -> Numbers {
        let all: BTreeSet<Key> = moments
            .iter()
            .flat_map(|apart| keys(&apart.graph))
            .map(|(_, key)| key)
            .collect();
        Numbers(all.into_iter().zip(0..).collect())
    }

    /// The number of each resource of a graph.
    #[must_use]
    pub fn in_graph(&self, graph: &Graph) -> FxHashMap<Id<Resource>, u32> {
        keys(graph)
            .filter_map(|(id, key)| Some((id, *self.0.get(&key)?)))
            .collect()
    }
}

fn keys(graph: &Graph) -> impl Iterator<Item = (Id<Resource>, Key)> + '_ {
    let mut seen: FxHashMap<(bool, usize, &str), usize> = FxHashMap::default();
    graph.resources.iter().map(move |(id, own)| {
        let missing = own.presence == Presence::Missing;
        let times = seen.entry((missing, own.input, &own.address)).or_default();
        *times += 1;
        (id, (missing, own.input, own.address.clone(), *times))
    })
}

/// Records the resources of one moment, ascending by number. What no family reads and nothing names is left out.
#[must_use]
pub fn record(apart: &Apart, numbers: &FxHashMap<Id<Resource>, u32>, cut: &Cut) -> Vec<Recorded> {
    let graph = &apart.graph;
    let kept = kept(graph);
    let number = |id: Id<Resource>| numbers.get(&id).copied().filter(|_| kept.contains(&id));
    let writer = Writer {
        number: &number,
        cut,
    };
    let one = |(id, own): (Id<Resource>, &Resource)| {
        let number = number(id)?;
        Some(recorded(graph, &apart.inputs, own, number, &writer))
    };
    let mut out: Vec<Recorded> = graph.resources.iter().filter_map(one).collect();
    out.sort_by_key(|own| own.number);
    out
}

/// What is read by any family, and what that names.
fn kept(graph: &Graph) -> FxHashSet<Id<Resource>> {
    let mut out: FxHashSet<Id<Resource>> = FxHashSet::default();
    for (id, own) in graph.resources.iter() {
        if graph.types.is_read(&own.kind) {
            out.insert(id);
            named(&own.values, &mut |target| _ = out.insert(target.resource));
        }
    }
    out
}

/// Calls for each target in a value.
fn named(value: &Value, found: &mut dyn FnMut(&Target)) {
    match value {
        Value::Reference(Reference { targets, .. }) => targets.iter().for_each(found),
        Value::Draft(Draft { targets, .. }) => targets.iter().for_each(found),
        Value::List(items) => items.iter().for_each(|item| named(item, found)),
        Value::Map(map) => map.values().for_each(|item| named(item, found)),
        _ => {}
    }
}

fn recorded(
    graph: &Graph,
    inputs: &[Input],
    own: &Resource,
    number: u32,
    writer: &Writer<'_>,
) -> Recorded {
    let mut facts = Facts {
        graph,
        own,
        cut: writer.cut,
        blocks: BTreeSet::new(),
        joins_to: BTreeSet::new(),
        aliases: BTreeSet::new(),
    };
    facts.look(&own.values, "");
    let text = |path: &str| {
        let text = own.values.get(path).text()?;
        (!text.is_empty() && !writer.cut.hides(text)).then(|| text.to_owned())
    };
    let id = text("id");
    let mut aliases = facts.aliases;
    id.iter().for_each(|id| _ = aliases.remove(id));
    Recorded {
        number,
        address: own.address.clone(),
        kind: own.kind.clone(),
        account: own.account.clone().filter(|own| !writer.cut.hides(own)),
        region: own.region.clone().filter(|own| !writer.cut.hides(own)),
        name: text("name").or_else(|| text("tags.Name")),
        id,
        aliases,
        blocks: facts.blocks,
        joins_to: facts.joins_to,
        origin: own.origin.clone(),
        input: own.input,
        presence: word(&PRESENCES, own.presence),
        rest: rest(graph, inputs, own, writer),
    }
}

fn rest(graph: &Graph, inputs: &[Input], own: &Resource, writer: &Writer<'_>) -> Rest {
    let place = &own.origin.place;
    let file = place.file.as_ref();
    let lines = own.lines.iter().map(|(path, spot)| {
        let stand = Stand::of(&spot.place, spot.inner.as_ref(), file);
        (path.clone(), stand)
    });
    let inner = own.origin.inner.as_ref();
    Rest {
        values: writer.json(&own.values),
        kept: own.kept.clone(),
        provider: own.provider.clone(),
        change: word(&CHANGES, own.origin.change).to_owned(),
        column: [place.column, place.length],
        inner: inner.map(|inner| Stand::of(inner, None, file)),
        lines: lines.collect(),
        undeclared: undeclared(graph, inputs, own),
    }
}

/// Attributes that name others and that no expression of the configuration sets; none without a configuration.
fn undeclared(graph: &Graph, inputs: &[Input], own: &Resource) -> BTreeSet<String> {
    let input = inputs.iter().find(|input| input.number == own.input);
    let Some(input) = input else {
        return BTreeSet::new();
    };
    if let Some(recorded) = &input.recorded {
        return recorded.undeclared(own);
    }
    let declared = || {
        let address = Address::parse(&own.address)?;
        let module = input.configuration.as_ref()?.module(&address.module)?;
        module
            .blocks
            .get(&(address.mode, address.kind, address.name))
    };
    let (Some(block), Value::Map(values)) = (declared(), &own.values) else {
        return BTreeSet::new();
    };
    let names = |name: &str, value: &Value| match value {
        Value::Null | Value::List(_) => false,
        Value::Map(_) => true,
        _ => graph.types.named_by(&own.kind, name).is_some(),
    };
    let open = values.iter().filter(|(name, value)| {
        !block.expressions.contains_key(name.as_ref()) && names(name, value)
    });
    open.map(|(name, _)| name.to_string())
        .filter(|_| own.mode == Mode::Managed)
        .collect()
}

/// What people ask of a resource, found in its attributes.
struct Facts<'g> {
    graph: &'g Graph,
    own: &'g Resource,
    cut: &'g Cut,
    blocks: BTreeSet<String>,
    joins_to: BTreeSet<String>,
    aliases: BTreeSet<String>,
}

impl Facts<'_> {
    fn look(&mut self, value: &Value, path: &str) {
        match value {
            Value::Map(map) => map.iter().for_each(|(name, inner)| {
                let below = match path {
                    "" => name.to_string(),
                    _ => format!("{path}.{name}"),
                };
                self.look(inner, &below);
            }),
            Value::List(items) => items.iter().for_each(|item| self.look(item, path)),
            Value::Text(text) if !text.is_empty() && !self.cut.hides(text) => self.text(text, path),
            Value::Reference(own) => self.targets(&own.targets),
            Value::Draft(own) => self.targets(&own.targets),
            _ => {}
        }
    }

    fn targets(&mut self, targets: &[Target]) {
        let graph = self.graph;
        let addresses = targets
            .iter()
            .map(|own| &graph.resources[own.resource].address);
        self.joins_to.extend(addresses.cloned());
    }

    fn text(&mut self, text: &str, path: &str) {
        let is_block = text.contains('/') && text.parse::<ipnet::IpNet>().is_ok();
        if is_block {
            self.blocks.insert(text.to_owned());
        } else if is_own(self.own, self.graph, path) {
            self.aliases.insert(text.to_owned());
        } else if self.graph.types.named_by(&self.own.kind, path).is_some() {
            self.joins_to.insert(text.to_owned());
        }
    }
}

/// Whether an attribute is one by which others name a resource, or what it brings along.
fn is_own(own: &Resource, graph: &Graph, path: &str) -> bool {
    ["id", "arn", "self_link"].contains(&path) || graph.types.is_brought(&own.kind, path)
}
