//! Links between resources whose values are known only after apply: found from the references in the plan's
//! configuration and, where they are given, from the sources.

mod fill;
mod rows;
mod settle;
mod trace;

#[cfg(test)]
mod tests;

pub use rows::rows;

use super::graph::{Graph, Resource};
use super::input::Input;
use super::instances::Instances;
use super::source::SourceTree;
use super::value::Value;
use crate::model::Id;

/// Replaces unknown values by what they will be: references to resources, or values that the provider decides.
pub fn link(graph: &mut Graph, inputs: &[Input], trees: &[Option<&SourceTree>]) {
    let _ = trees;
    for input in inputs {
        let found = filled(graph, input);
        enter(graph, found);
    }
    graph.index();
    let settled = settle::settle(graph);
    enter(graph, settled);
}

fn filled(graph: &Graph, input: &Input) -> Vec<(Id<Resource>, Value)> {
    let Some(configuration) = &input.configuration else { return Vec::new() };
    let instances = Instances::of_input(graph, input.number, &input.variables);
    fill::fill(graph, input.number, configuration, &instances)
}

fn enter(graph: &mut Graph, values: Vec<(Id<Resource>, Value)>) {
    for (id, values) in values {
        graph.resources[id].values = values;
    }
}
