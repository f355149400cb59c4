//! The resources of one input completed by its sources: references for what the plan leaves open, and lines of the blocks that
//! each instance has.

use super::evaluator::Evaluator;
use super::place::DeclaredPlace;
use super::symbolic::Limit;
use super::tree::SourceTree;
use crate::ingest::terraform::graph::Graph;
use crate::ingest::terraform::instances::Instances;
use crate::ingest::terraform::resource::Resource;
use crate::ingest::terraform::resource::Value;
use crate::model::Id;
use std::collections::BTreeMap;

/// What the sources add to a resource.
#[derive(Clone, Debug)]
pub struct Completed {
    /// The resource.
    pub resource: Id<Resource>,
    /// Its values, completed.
    pub values: Value,
    /// Lines of nested blocks by path with the position in the plan (`ingress[1]`, `ingress[1].cidr_blocks`).
    pub lines: BTreeMap<String, DeclaredPlace>,
    /// Attribute paths at which the sources give another value than the plan.
    pub contradictions: Vec<String>,
    /// The limit that an expression would go beyond, so that its value is unknown.
    pub cut: Option<Limit>,
}

/// Evaluates the sources of all resources of an input. The graph is left as it is.
#[must_use]
pub fn complete(
    graph: &Graph,
    input: usize,
    tree: &SourceTree,
    instances: &Instances<'_>,
) -> Vec<Completed> {
    let evaluator = Evaluator::new(tree, instances);
    let own = graph
        .resources
        .iter()
        .filter(|(_, resource)| resource.input == input && graph.types.is_read(&resource.kind));
    let completed = own.filter_map(|(id, resource)| {
        let evaluated = evaluator.evaluate(&resource.address)?;
        let mut values = resource.values.clone();
        let merged = evaluator.merge(&mut values, &evaluated);
        Some(Completed {
            resource: id,
            values,
            lines: merged.lines,
            contradictions: merged.contradictions,
            cut: evaluated.cut.or(merged.cut),
        })
    });
    completed.collect()
}
