//! The resources of all plans and states at one moment, linked with each other.

use super::resource::{By, Draft, Reference, Resource, Target, Value};
use super::resource_types::{Class, ResourceTypes};
use crate::model::{Arena, Gap, Id};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

/// One row of `links` in `reach --format json`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinkRow {
    /// Address of the resource instance that holds the attribute.
    pub address: String,
    /// Attribute path without indexes.
    pub attribute: String,
    /// Addresses it points at, ascending. Instances of one block share them.
    pub to: Arc<[String]>,
    /// How it was made.
    pub by: By,
}

/// All resources at one moment.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// The resources, in order of address within each input.
    pub resources: Arena<Resource>,
    /// What could not be read or linked.
    pub gaps: Vec<Gap>,
    /// What the clouds tell of resource types.
    pub types: &'static ResourceTypes,
    /// What is recorded of other repositories, and not read here; none where nothing is.
    pub recorded: Option<Elsewhere>,
    by_kind: FxHashMap<String, Vec<Id<Resource>>>,
    by_address: FxHashMap<String, Vec<Id<Resource>>>,
    by_value: FxHashMap<String, Vec<Target>>,
}

/// Which resources of a graph are recorded, and what else is that the graph does not hold.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    /// The first of them: all behind it are recorded as well.
    pub first: Id<Resource>,
    /// Addresses of resources that are read elsewhere: names that would be theirs too carry their file.
    pub addresses: Arc<BTreeSet<String>>,
}

/// What a value points at.
#[derive(Clone, Debug, PartialEq)]
pub struct Links {
    /// Targets; candidates of which only some may be right, where not `exact`.
    pub targets: Vec<Target>,
    /// Whether the targets are all there is and all of them right.
    pub exact: bool,
    /// Whether the targets are all there is, of which some may be wrong.
    pub closed: bool,
    /// Known ids whose resource is not in the input.
    pub foreign: Vec<String>,
    /// How.
    pub by: By,
}

impl Graph {
    /// One without resources.
    #[must_use]
    pub fn new(types: &'static ResourceTypes) -> Graph {
        Graph {
            types,
            ..Graph::default()
        }
    }

    /// Adds a resource. Call [`Graph::index`] after the last.
    pub fn add(&mut self, resource: Resource) -> Id<Resource> {
        self.resources.push(resource)
    }

    /// Makes the indexes by type, address and known id, once all resources are in.
    pub fn index(&mut self) {
        let Graph {
            resources,
            by_kind,
            by_address,
            by_value,
            types,
            ..
        } = self;
        by_kind.clear();
        by_address.clear();
        by_value.clear();
        for (id, resource) in resources.iter() {
            by_address
                .entry(resource.address.clone())
                .or_default()
                .push(id);
            by_kind.entry(resource.kind.clone()).or_default().push(id);
            let mut parts = Vec::new();
            drafted(
                &resource.values,
                resource.kind == "kubernetes_manifest",
                &mut parts,
            );
            for target in parts {
                by_value.insert(target.marker(), vec![target]);
            }
            let mut found = Vec::new();
            let names = |path: &str| is_identifier(path) || types.is_brought(&resource.kind, path);
            identifiers(&resource.values, "", &names, &mut found);
            for (attribute, text) in found {
                by_value
                    .entry(folded(&text).into_owned())
                    .or_default()
                    .push(Target {
                        resource: id,
                        attribute: attribute.into(),
                    });
            }
        }
    }

    /// Managed and data resources of a type, in order.
    pub fn of(&self, kind: &str) -> impl Iterator<Item = (Id<Resource>, &Resource)> {
        self.by_kind
            .get(kind)
            .into_iter()
            .flatten()
            .map(|id| (*id, &self.resources[*id]))
    }

    /// The resources with that address: one in each input that holds it.
    #[must_use]
    pub fn at(&self, address: &str) -> &[Id<Resource>] {
        self.by_address.get(address).map_or(&[], Vec::as_slice)
    }

    /// A name for a resource that is unique in the world: its address, and its file where several roots share the address. Of
    /// what is recorded, all that share one carry their file, so that no name depends on which of them are read together.
    #[must_use]
    pub fn title(&self, id: Id<Resource>) -> String {
        let resource = &self.resources[id];
        let (address, file) = (&resource.address, &resource.origin.place.file);
        let alike = self.at(address);
        let recorded = self.recorded.as_ref().filter(|own| id >= own.first);
        if let Some(elsewhere) = recorded {
            let others = |other: &Id<Resource>| self.resources[*other].input != resource.input;
            if elsewhere.addresses.contains(address) || alike.iter().any(others) {
                return format!("{address} ({file})");
            }
        }
        match alike {
            [first, _, ..] if *first != id => {
                format!("{address} ({file}, input {})", resource.input + 1)
            }
            _ => address.clone(),
        }
    }

    /// Attributes that hold a known id, ARN or name, those named `id` and `arn` first.
    #[must_use]
    pub fn holding(&self, text: &str) -> &[Target] {
        self.by_value
            .get(folded(text).as_ref())
            .map_or(&[], Vec::as_slice)
    }

    /// What owns a known id, ARN or name, of a class of resources (any, where there is none): the resource itself before one
    /// that only stands for it (a connection before its accepter), a managed one before a data source that reads it.
    #[must_use]
    pub fn owners(&self, text: &str, class: Option<&Class>) -> Vec<Target> {
        let rank = |target: &Target| {
            let resource = &self.resources[target.resource];
            match class {
                Some(class) => class.rank(&resource.kind, resource.mode, &target.attribute),
                None => Some((
                    self.types.stand_in(&resource.kind).is_some(),
                    resource.mode,
                    0,
                )),
            }
        };
        best(self.holding(text), rank)
    }

    /// As [`Graph::owners`], but for the resource that holds the text: `default_route_table_id` of a default route table is its
    /// own id as well, and names the network that brought the table along.
    #[must_use]
    pub fn other_owners(&self, text: &str, class: &Class, own: Id<Resource>) -> Vec<Target> {
        best(self.holding(text), |target| {
            let resource = &self.resources[target.resource];
            class
                .rank(&resource.kind, resource.mode, &target.attribute)
                .filter(|_| target.resource != own)
        })
    }

    /// What a value points at: known ids by the resources that own them, references as they were traced, lists element by
    /// element. `kinds` are the types wanted (`aws_vpc`); a known id counts for a resource only if its own `id`, `arn`
    /// or a computed attribute of it (`main_route_table_id`) is that id. Empty `kinds` means any.
    #[must_use]
    pub fn follow(&self, value: &Value, kinds: &[&str]) -> Links {
        self.follow_to(value, kinds, &|_| true)
    }

    /// As [`Graph::follow`], of any type, where a known text counts only for what `fits`: another resource may have the same
    /// name, and one that names the same thing holds its id as well.
    #[must_use]
    pub fn follow_fitting(&self, value: &Value, fits: &dyn Fn(&Target) -> bool) -> Links {
        self.follow_to(value, &[], fits)
    }

    fn follow_to(&self, value: &Value, kinds: &[&str], fits: &dyn Fn(&Target) -> bool) -> Links {
        let mut out = Links {
            targets: Vec::new(),
            exact: true,
            closed: true,
            foreign: Vec::new(),
            by: By::Value,
        };
        self.follow_into(value, kinds, fits, &mut out);
        out.targets.sort();
        out.targets.dedup();
        out
    }

    fn follow_into(
        &self,
        value: &Value,
        kinds: &[&str],
        fits: &dyn Fn(&Target) -> bool,
        out: &mut Links,
    ) {
        match value {
            Value::Text(text) if !text.is_empty() => {
                let wanted = |target: &&Target| {
                    kinds.is_empty()
                        || kinds.contains(&self.resources[target.resource].kind.as_str())
                };
                let held = self.holding(text).iter().filter(wanted);
                let found: Vec<&Target> = held.filter(|target| fits(target)).collect();
                // A data source that reads a managed resource of the input is that resource.
                let rank = |target: &Target| {
                    (
                        self.types
                            .stand_in(&self.resources[target.resource].kind)
                            .is_some(),
                        self.resources[target.resource].mode,
                    )
                };
                let best = found.iter().map(|target| rank(target)).min();
                if found.is_empty() {
                    out.foreign.push(text.clone());
                }
                out.targets.extend(
                    found
                        .into_iter()
                        .filter(|target| Some(rank(target)) == best)
                        .cloned(),
                );
            }
            Value::Reference(Reference {
                targets,
                exact,
                closed,
                by,
            }) => {
                out.by = out.by.max(*by);
                out.exact &= *exact;
                out.closed &= *closed;
                let wanted = |target: &&Target| {
                    kinds.is_empty()
                        || kinds.contains(&self.resources[target.resource].kind.as_str())
                };
                out.targets.extend(targets.iter().filter(wanted).cloned());
            }
            Value::Draft(Draft { targets, .. }) => {
                out.by = out.by.max(By::Source);
                (out.exact, out.closed) = (false, false);
                let wanted = |target: &&Target| {
                    kinds.is_empty()
                        || kinds.contains(&self.resources[target.resource].kind.as_str())
                };
                out.targets.extend(targets.iter().filter(wanted).cloned());
            }
            Value::Unknown => {
                out.by = By::Gap;
                out.exact = false;
                out.closed = false;
            }
            Value::List(items) => items
                .iter()
                .for_each(|item| self.follow_into(item, kinds, fits, out)),
            _ => {}
        }
    }
}

/// A text as others may write it: the ids of Azure's resources do not tell capital letters from small ones ("Naming rules and
/// restrictions for Azure resources").
fn folded(text: &str) -> Cow<'_, str> {
    const FRONT: &str = "/subscriptions/";
    let is_id = text
        .get(..FRONT.len())
        .is_some_and(|front| front.eq_ignore_ascii_case(FRONT));
    if is_id {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

/// The targets of the lowest rank.
fn best<R: Ord + Copy>(targets: &[Target], rank: impl Fn(&Target) -> Option<R>) -> Vec<Target> {
    let ranked: Vec<_> = targets
        .iter()
        .filter_map(|target| Some((rank(target)?, target)))
        .collect();
    let best = ranked.iter().map(|(rank, _)| *rank).min();
    ranked
        .into_iter()
        .filter(|(rank, _)| Some(*rank) == best)
        .map(|(_, target)| target.clone())
        .collect()
}

/// Attributes that parts of texts, and of an `object` that becomes a text, will come from.
fn drafted(value: &Value, object: bool, out: &mut Vec<Target>) {
    match value {
        Value::Draft(draft) => out.extend(draft.targets.iter().cloned()),
        Value::Reference(reference) if object && reference.exact => {
            out.extend(reference.targets.iter().cloned())
        }
        Value::List(items) => items.iter().for_each(|item| drafted(item, object, out)),
        Value::Map(map) => map.values().for_each(|item| drafted(item, object, out)),
        _ => {}
    }
}

/// Attributes by which others name a resource: the id, the ARN, and computed ids of what it brings along.
fn identifiers(
    value: &Value,
    path: &str,
    names: &dyn Fn(&str) -> bool,
    out: &mut Vec<(String, String)>,
) {
    match value {
        Value::Map(map) => {
            for (key, inner) in map {
                let below = if path.is_empty() {
                    key.to_string()
                } else {
                    format!("{path}.{key}")
                };
                identifiers(inner, &below, names, out);
            }
        }
        Value::List(items) if items.len() == 1 => items
            .iter()
            .for_each(|item| identifiers(item, path, names, out)),
        Value::Text(text) if names(path) && !text.is_empty() => {
            out.push((path.to_owned(), text.clone()))
        }
        _ => {}
    }
}

const IDENTIFIERS: &[&str] = &[
    "id",
    "arn",
    "name",
    "default_security_group_id",
    "default_route_table_id",
    "default_network_acl_id",
    "main_route_table_id",
    "association_default_route_table_id",
    "propagation_default_route_table_id",
    "vpc_config.cluster_security_group_id",
    "primary_network_interface_id",
    "transit_gateway_attachment_id",
    "self_link",
];

fn is_identifier(path: &str) -> bool {
    IDENTIFIERS.contains(&path)
}
