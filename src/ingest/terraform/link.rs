//! Links between resources whose values are known only after apply: found from the references in the plan's
//! configuration and, where they are given, from the sources.

mod allotment;
mod choice;
mod fill;
mod memo;
mod rows;
mod settle;
mod trace;
mod uncertain;

#[cfg(test)]
mod tests;

pub use rows::rows;
pub use trace::{Frame, Traced, Tracer, Want};

use super::graph::Graph;
use super::input::Input;
use super::instances::Instances;
use super::resource::Resource;
use super::resource::Value;
use super::source::{Limit, SourceTree, complete};
use super::{cross_state_links, mocked};
use crate::ingest::Decoded;
use crate::model::{Gap, GapKind, Id};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Replaces unknown values by what they will be, as far as each input tells by itself: references to resources, or values that
/// the provider decides.
pub fn link_apart(graph: &mut Graph, inputs: &[Input], trees: &[Option<&SourceTree>]) {
    trace(graph, inputs, trees);
    mocked::uncover(graph);
}

/// Joins inputs that are linked each by itself. `files` are all that the input was read from: what they write tells whether
/// blocks that are chosen later can be told apart. None where not all of it is here, so that they cannot.
pub fn link_together(
    graph: &mut Graph,
    inputs: &[Input],
    trees: &[Option<&SourceTree>],
    files: Option<&[Decoded<'_>]>,
) {
    cross_state_links::join(graph);
    let settled = settle::settle(graph);
    enter(graph, settled);
    if files.is_some_and(|files| allotment::allot(graph, files)) {
        // What is made of the blocks follows from them; what there is to say of the sources is said.
        let said = graph.gaps.len();
        trace(graph, inputs, trees);
        graph.gaps.truncate(said);
        let settled = settle::settle(graph);
        enter(graph, settled);
    }
    let loosened = uncertain::loosen(graph);
    enter(graph, loosened);
}

fn trace(graph: &mut Graph, inputs: &[Input], trees: &[Option<&SourceTree>]) {
    for (n, input) in inputs.iter().enumerate() {
        if let Some(tree) = trees.get(n).copied().flatten() {
            by_sources(graph, input, tree);
        }
        let found = filled(graph, input);
        enter(graph, found);
    }
    graph.index();
}

/// Enters what the sources tell: the links, and the lines of nested blocks.
fn by_sources(graph: &mut Graph, input: &Input, tree: &SourceTree) {
    let instances = Instances::of_input(graph, input.number, &input.variables);
    let completed = complete(graph, input.number, tree, &instances);
    let cut: Vec<_> = completed
        .iter()
        .filter_map(|own| Some((own.resource, own.cut?)))
        .collect();
    graph.gaps.extend(cut_short(graph, &cut));
    for completed in completed {
        let resource = &mut graph.resources[completed.resource];
        resource.values = completed.values;
        if !completed.lines.is_empty() {
            Arc::make_mut(&mut resource.lines).extend(completed.lines);
        }
        if let Some(path) = completed.contradictions.first() {
            let gap = contradiction(resource, path);
            graph.gaps.push(gap);
        }
    }
}

/// Says once for each limit what went beyond it.
fn cut_short(graph: &Graph, cut: &[(Id<Resource>, Limit)]) -> Vec<Gap> {
    let mut by_limit: BTreeMap<Limit, Vec<Id<Resource>>> = BTreeMap::new();
    for (resource, limit) in cut {
        by_limit.entry(*limit).or_default().push(*resource);
    }
    let gap = |(limit, resources): (Limit, Vec<Id<Resource>>)| {
        let resource = &graph.resources[*resources.first()?];
        let others = match resources.len() {
            1 => String::new(),
            2 => " and of another resource".to_owned(),
            count => format!(" and of {} other resources", count - 1),
        };
        let what = format!(
            "an expression of `{}`{others} is not evaluated: {limit}; what it gives is unknown",
            resource.address
        );
        Some(Gap {
            kind: GapKind::Unlinked,
            what,
            origin: Some(resource.origin.clone()),
        })
    };
    by_limit.into_iter().filter_map(gap).collect()
}

fn contradiction(resource: &Resource, path: &str) -> Gap {
    let address = &resource.address;
    let what = format!(
        "the sources give `{path}` of `{address}` another value than the plan, so they are not what was planned; plan again"
    );
    Gap {
        kind: GapKind::Unlinked,
        what,
        origin: Some(resource.origin.clone()),
    }
}

/// New values of attributes of a resource, by their places among its members.
type Attributes = Vec<(usize, Value)>;

fn filled(graph: &Graph, input: &Input) -> Vec<(Id<Resource>, Attributes)> {
    let Some(configuration) = &input.configuration else {
        return Vec::new();
    };
    let instances = Instances::of_input(graph, input.number, &input.variables);
    fill::fill(graph, input.number, configuration, &instances)
}

fn enter(graph: &mut Graph, found: Vec<(Id<Resource>, Attributes)>) {
    for (id, attributes) in found {
        let Value::Map(members) = &mut graph.resources[id].values else {
            continue;
        };
        for (place, value) in attributes {
            if let Some((_, own)) = members.get_index_mut(place) {
                *own = value;
            }
        }
    }
}

/// New values of the attributes for which `holds` is true.
fn renewed(
    resource: &Resource,
    holds: impl Fn(&Value) -> bool,
    renew: impl Fn(&Value, &str) -> Value,
) -> Attributes {
    let Value::Map(members) = &resource.values else {
        return Vec::new();
    };
    let all = members.iter().enumerate();
    all.filter(|(_, (_, value))| holds(value))
        .map(|(place, (name, value))| (place, renew(value, name)))
        .collect()
}
