//! What becomes of a resource type, and the gaps that types leave which no family models.

use super::{Channel, Located, Lowering, Templates, is_set};
use crate::ingest::terraform::{Mode, ResourceTypes, Value};
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

/// What a cloud says of the resource types that no family of it models. Each list may be empty.
pub struct TypeLists {
    /// Whether a type is one of this cloud's providers.
    pub is_own: fn(&str) -> bool,
    /// Types that may bear on reachability, each with what it does.
    pub gaps: &'static [(&'static str, &'static str)],
    /// Types that open ways which are not judged, and are told apart.
    pub channels: &'static [Channel],
    /// Types that make others by a text.
    pub templates: &'static Templates,
    /// Types whose names sound of networks and that carry and filter nothing between private addresses.
    pub harmless: &'static [&'static str],
    /// Parts of names that tell of networks: a type that is in none of the lists and has one of them is a gap.
    pub suspect: &'static [&'static str],
    /// Parts of names of types that say who may use a service, whatever else their names tell.
    pub access: &'static [&'static str],
    /// Beginnings of types that name networks for other ends than to carry packets: names, tests.
    pub naming: &'static [&'static str],
    /// Attributes that name subnets, networks or what filters there: a type that no list knows and that sets one is a gap.
    pub attributes: &'static [&'static str],
}

impl TypeLists {
    /// What becomes of a resource type; `types`: those that the families model.
    #[must_use]
    pub fn coverage(&self, types: &ResourceTypes, kind: &str) -> TypeCoverage {
        if types.is_modelled(kind) {
            TypeCoverage::Modelled
        } else if self.is_channel(kind) || self.is_gap(kind) {
            TypeCoverage::Gap
        } else {
            TypeCoverage::Irrelevant
        }
    }

    /// Whether a type is this cloud's and in none of the lists: what it adds to, only its attributes tell.
    #[must_use]
    pub fn is_unlisted(&self, types: &ResourceTypes, kind: &str) -> bool {
        let listed = types.is_modelled(kind)
            || self.harmless.contains(&kind)
            || self.is_channel(kind)
            || self.says(kind).is_some();
        let names = self.naming.iter().any(|front| kind.starts_with(front));
        (self.is_own)(kind) && !listed && !names && !holds(kind, self.access)
    }

    fn is_channel(&self, kind: &str) -> bool {
        self.channels.iter().any(|channel| channel.kind == kind)
    }

    /// Whether a type that is not modelled may bear on reachability; channels apart.
    fn is_gap(&self, kind: &str) -> bool {
        let sounds = (self.is_own)(kind) && holds(kind, self.suspect) && !holds(kind, self.access);
        !self.harmless.contains(&kind) && (self.says(kind).is_some() || sounds)
    }

    fn says(&self, kind: &str) -> Option<&'static str> {
        let own = self.gaps.iter().find(|(own, _)| *own == kind);
        own.map(|(_, does)| *does)
    }
}

fn holds(kind: &str, parts: &[&str]) -> bool {
    parts.iter().any(|part| kind.contains(part))
}

impl<L: Located> Lowering<'_, L> {
    /// Enters a gap for each managed resource that is not modelled and may bear on reachability, and what it may join.
    pub fn note_types(&mut self, lists: &TypeLists) {
        let types = self.graph.types;
        let is_gap =
            |kind: &str| !types.is_modelled(kind) && !lists.is_channel(kind) && lists.is_gap(kind);
        self.note_not_modelled(is_gap, lists);
        self.note_by_shape(lists);
        self.bridges(|kind| lists.is_unlisted(types, kind));
        self.template_bridges(lists.templates);
        self.half_known_peerings(is_gap);
    }

    /// Enters a gap for each managed resource of the cloud that no list knows and that names subnets, networks or groups: it
    /// stands in them, as far as its shape tells.
    fn note_by_shape(&mut self, lists: &TypeLists) {
        let graph = self.graph;
        let is_silent = |kind: &str| {
            (lists.is_own)(kind)
                && !lists.harmless.contains(&kind)
                && !holds(kind, lists.access)
                && lists.coverage(graph.types, kind) == TypeCoverage::Irrelevant
        };
        for (_, resource) in graph
            .resources
            .iter()
            .filter(|(_, own)| own.mode == Mode::Managed && is_silent(&own.kind))
        {
            let Some(path) = naming(&resource.values, lists.attributes, "") else {
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

    fn note_not_modelled(&mut self, is_gap: impl Fn(&str) -> bool, lists: &TypeLists) {
        let graph = self.graph;
        for (_, resource) in graph
            .resources
            .iter()
            .filter(|(_, own)| own.mode == Mode::Managed && is_gap(&own.kind))
        {
            let kind = resource.kind.as_str();
            let does = lists.says(kind).unwrap_or("may carry or filter traffic");
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
