//! What becomes of a resource type.

use super::{Lowering, is_set};
use crate::ingest::terraform::{Mode, Value};
use crate::model::GapKind;

/// What becomes of a resource type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TypeCoverage {
    /// It is lowered into the model, or another resource's lowering reads it.
    Modelled,
    /// It can carry or filter traffic, or stand in a subnet, and is not modelled: each one is a gap.
    Gap,
    /// It neither carries nor filters traffic between private addresses.
    Irrelevant,
}

impl TypeCoverage {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            TypeCoverage::Modelled => "modelled",
            TypeCoverage::Gap => "gap",
            TypeCoverage::Irrelevant => "irrelevant",
        }
    }
}

impl<L> Lowering<'_, L> {
    /// Enters a gap for each managed resource of a provider that no list knows and that names subnets, networks or groups: it
    /// stands in them, as far as its shape tells. `names`: attributes that name such things, at any depth.
    pub fn note_by_shape(
        &mut self,
        provider: &str,
        names: &[&str],
        is_listed: impl Fn(&str) -> bool,
    ) {
        let graph = self.graph;
        for (_, resource) in graph.resources.iter().filter(|(_, own)| {
            own.mode == Mode::Managed && own.kind.starts_with(provider) && !is_listed(&own.kind)
        }) {
            let Some(path) = naming(&resource.values, names, "") else {
                continue;
            };
            let what = format!(
                "`{}` names a part of a network in `{path}`, so it may stand there or filter there: `{}` is not modelled",
                resource.address, resource.kind
            );
            let origin = Some(resource.origin_of(&path));
            self.world.doubt(GapKind::NotModelled, what, origin);
        }
    }

    /// Enters a gap for each managed resource for whose type `is_gap` holds. `known`: what such types do, as far as that is
    /// told; any other may carry or filter traffic.
    pub fn note_not_modelled(&mut self, is_gap: impl Fn(&str) -> bool, known: &[(&str, &str)]) {
        let graph = self.graph;
        for (_, resource) in graph
            .resources
            .iter()
            .filter(|(_, own)| own.mode == Mode::Managed && is_gap(&own.kind))
        {
            let kind = resource.kind.as_str();
            let does = known
                .iter()
                .find(|(own, _)| *own == kind)
                .map_or("may carry or filter traffic", |(_, does)| does);
            let what = format!("`{}` {does}: `{kind}` is not modelled", resource.address);
            self.world
                .doubt(GapKind::NotModelled, what, Some(resource.origin.clone()));
        }
    }
}

/// The first attribute that is set and is called so, as a dotted path.
fn naming(value: &Value, names: &[&str], path: &str) -> Option<String> {
    match value {
        Value::Map(map) => map.iter().find_map(|(name, inner)| {
            let below = if path.is_empty() {
                name.to_string()
            } else {
                format!("{path}.{name}")
            };
            let holds = is_set(inner) && *inner != Value::List(Vec::new());
            if names.contains(&name.as_ref()) && holds {
                Some(below)
            } else {
                naming(inner, names, &below)
            }
        }),
        Value::List(items) => items.iter().find_map(|item| naming(item, names, path)),
        _ => None,
    }
}
