//! The resources of all plans and states at one moment, linked with each other.

use super::mode::Mode;
use super::resource_types::{Class, ResourceTypes};
use super::source::Spot;
use super::value::{By, Draft, Reference, Target, Value};
use crate::model::{Arena, Gap, Id, Origin};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Whether a resource surely is as it stands in the graph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Presence {
    /// It is so.
    #[default]
    Sure,
    /// Its change is put off to a later plan: it may be so or not be.
    Deferred,
    /// It is as it was when planning failed: it may become something else.
    Unplanned,
    /// The plan updates its parent, whose own list leaves it out: it may be taken away.
    Wiped,
    /// The configuration declares it, and the plan is incomplete and leaves it out: it may be so or not be.
    Missing,
}

/// One instance of a resource at one moment (before or after the plan).
#[derive(Clone, Debug)]
pub struct Resource {
    /// Full address with module path and instance key: `module.net["a"].aws_subnet.this[0]`.
    pub address: String,
    /// Address of the module instance, empty for the root.
    pub module: String,
    /// Type: `aws_subnet`.
    pub kind: String,
    /// Name in the configuration: `this`.
    pub name: String,
    /// Managed or data.
    pub mode: Mode,
    /// Which plan or state it is of, from 0.
    pub input: usize,
    /// Attributes and blocks; a map.
    pub values: Value,
    /// Attributes that are known only after apply, of an object that is kept and has a value for them: nothing says that the
    /// plan takes it away.
    pub kept: BTreeSet<String>,
    /// Region, where known (the `region` attribute of the resource, else the provider's).
    pub region: Option<String>,
    /// Account, where known (from an ARN, `owner_id` or the provider's assumed role).
    pub account: Option<String>,
    /// Key of the provider that makes it; none where the input does not say.
    pub provider: Option<String>,
    /// Whether it surely is as it stands here.
    pub presence: Presence,
    /// The block that declares it.
    pub origin: Origin,
    /// Lines of attributes and blocks where the sources tell, by dotted path without indexes (`ingress.cidr_blocks`); where it
    /// is sure which of several blocks is meant, also with the position in the plan (`ingress[1].cidr_blocks`).
    pub lines: Arc<BTreeMap<String, Spot>>,
}

impl Resource {
    /// The line of an attribute, else that of the resource's block. In the path, blocks may carry their position
    /// (`ingress[1].cidr_blocks`): then it is that block's line where the sources tell, else the first one's.
    #[must_use]
    pub fn origin_of(&self, path: &str) -> Origin {
        let found = self
            .lines
            .get(path)
            .or_else(|| self.lines.get(block(path)?))
            .or_else(|| self.lines.get(&bare(path)));
        match found {
            Some(spot) => Origin {
                place: spot.place.clone(),
                inner: spot.inner.clone(),
                ..self.origin.clone()
            },
            None => self.origin.clone(),
        }
    }
}

impl Resource {
    /// Whether neither account, region nor ARN tell two resources of one type and name apart.
    #[must_use]
    pub fn may_be(&self, other: &Resource) -> bool {
        let [own, theirs] = [self, other].map(|one| one.values.get("arn").text());
        self.is_near(other) && alike(own, theirs)
    }

    /// Whether two resources may be of one account and region.
    #[must_use]
    pub fn is_near(&self, other: &Resource) -> bool {
        alike(self.account.as_deref(), other.account.as_deref())
            && alike(self.region.as_deref(), other.region.as_deref())
    }
}

/// Whether two words may be the same, where one that is not known may be any.
fn alike(a: Option<&str>, b: Option<&str>) -> bool {
    a.is_none() || b.is_none() || a == b
}

/// The block with a position that a path ends in or goes through.
fn block(path: &str) -> Option<&str> {
    path.rfind(']').and_then(|end| path.get(..=end))
}

/// A path without positions.
fn bare(path: &str) -> String {
    let mut inside = false;
    let keep = |c: &char| {
        let kept = !inside && *c != '[';
        inside = *c == '[' || inside && *c != ']';
        kept
    };
    path.chars().filter(keep).collect()
}

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
    by_kind: FxHashMap<String, Vec<Id<Resource>>>,
    by_address: FxHashMap<String, Vec<Id<Resource>>>,
    by_value: FxHashMap<String, Vec<Target>>,
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
            identifiers(&resource.values, "", &mut found);
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
        let mut out = Links {
            targets: Vec::new(),
            exact: true,
            closed: true,
            foreign: Vec::new(),
            by: By::Value,
        };
        self.follow_into(value, kinds, &mut out);
        out.targets.sort();
        out.targets.dedup();
        out
    }

    fn follow_into(&self, value: &Value, kinds: &[&str], out: &mut Links) {
        match value {
            Value::Text(text) if !text.is_empty() => {
                let wanted = |target: &&Target| {
                    kinds.is_empty()
                        || kinds.contains(&self.resources[target.resource].kind.as_str())
                };
                let found: Vec<&Target> = self.holding(text).iter().filter(wanted).collect();
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
                .for_each(|item| self.follow_into(item, kinds, out)),
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
fn identifiers(value: &Value, path: &str, out: &mut Vec<(String, String)>) {
    match value {
        Value::Map(map) => {
            for (key, inner) in map {
                let below = if path.is_empty() {
                    key.to_string()
                } else {
                    format!("{path}.{key}")
                };
                identifiers(inner, &below, out);
            }
        }
        Value::List(items) if items.len() == 1 => {
            items.iter().for_each(|item| identifiers(item, path, out))
        }
        Value::Text(text) if is_identifier(path) && !text.is_empty() => {
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
