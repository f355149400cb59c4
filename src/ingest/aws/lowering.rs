//! What a resource became in the model, and how a family finds what its attributes point at.

use super::addresses::Blocks;
use crate::ingest::terraform::{Graph, Resource, Target, Value};
use crate::model::{Doubt, Endpoint, Filter, GapKind, Id, Link, Network, RouteTable, Subnet, World};
use std::collections::{BTreeMap, BTreeSet};

/// Which resource, or which attribute of a resource, became what in the [`World`].
///
/// Several resources may have become one thing: a VPC that one root manages and another reads.
#[derive(Clone, Debug, Default)]
pub struct Lowered {
    /// VPCs: managed, default and read ones.
    pub networks: BTreeMap<Id<Resource>, Id<Network>>,
    /// Subnets, likewise.
    pub subnets: BTreeMap<Id<Resource>, Id<Subnet>>,
    /// Availability zone of a subnet, where known: its name, or else its id.
    pub zones: BTreeMap<Id<Subnet>, String>,
    /// Route tables by resource.
    pub route_tables: BTreeMap<Id<Resource>, Id<RouteTable>>,
    /// What prefix lists hold, by resource.
    pub prefix_lists: BTreeMap<Id<Resource>, Blocks>,
    /// Security groups by resource. Those that come with another resource are in [`Lowered::groups_of_clusters`] and
    /// [`Lowered::default_groups`].
    pub groups: BTreeMap<Id<Resource>, Id<Filter>>,
    /// The security group that EKS makes for each cluster, by `aws_eks_cluster`.
    pub groups_of_clusters: BTreeMap<Id<Resource>, Id<Filter>>,
    /// Network ACLs by resource.
    pub network_acls: BTreeMap<Id<Resource>, Id<Filter>>,
    /// Peering connections, transit gateways and further borders by resource.
    pub links: BTreeMap<Id<Resource>, Id<Link>>,
    /// Borders of which it could not be told what they join; they have no legs.
    pub loose_links: BTreeSet<Id<Link>>,
    /// Endpoints by resource.
    pub endpoints: BTreeMap<Id<Resource>, Id<Endpoint>>,
    /// The default security group of every network.
    pub default_groups: BTreeMap<Id<Network>, Id<Filter>>,
    /// The default network ACL of every network.
    pub default_acls: BTreeMap<Id<Network>, Id<Filter>>,
    /// The main route table of every network.
    pub main_tables: BTreeMap<Id<Network>, Id<RouteTable>>,
    /// The route table that came with every network.
    pub default_tables: BTreeMap<Id<Network>, Id<RouteTable>>,
    /// Tables that an association in doubt may have made a network's main table.
    pub main_candidates: BTreeMap<Id<Network>, Vec<Id<RouteTable>>>,
    /// The network of a route table, where known.
    pub network_of_table: BTreeMap<Id<RouteTable>, Id<Network>>,
    /// Stand-ins for security groups that could not be told, by the reason.
    pub unknown_groups: BTreeMap<Doubt, Id<Filter>>,
    /// The network that a security group is of, where known.
    pub network_of_group: BTreeMap<Id<Filter>, Id<Network>>,
    /// What the input only names by id: `vpc-…`, `subnet-…`, `sg-…`, `rtb-…`, `pcx-…`.
    pub foreign: Foreign,
}

/// Things that are only named by their ids.
#[derive(Clone, Debug, Default)]
pub struct Foreign {
    /// VPCs.
    pub networks: BTreeMap<String, Id<Network>>,
    /// Subnets.
    pub subnets: BTreeMap<String, Id<Subnet>>,
    /// Security groups.
    pub groups: BTreeMap<String, Id<Filter>>,
    /// Route tables.
    pub route_tables: BTreeMap<String, Id<RouteTable>>,
    /// Borders.
    pub links: BTreeMap<String, Id<Link>>,
}

/// A run of the families over one graph.
pub struct Lowering<'a> {
    /// The resources.
    pub graph: &'a Graph,
    /// What is being built.
    pub world: &'a mut World,
    /// What has been built so far.
    pub lowered: Lowered,
}

/// What an attribute points at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<T> {
    /// The things, each with the reason why it may be wrong; ascending, without repetition.
    pub items: Vec<(T, Doubt)>,
    /// Why there may be others.
    pub rest: Doubt,
}

impl<T> Default for Found<T> {
    fn default() -> Self {
        Found { items: Vec::new(), rest: Doubt::none() }
    }
}

/// More candidates than this are not entered one by one: what holds for all of them together is.
pub const MANY: usize = 8;

impl<T: Copy + Ord> Found<T> {
    /// Whether there are so many candidates that each of them says next to nothing.
    #[must_use]
    pub fn is_crowd(&self) -> bool {
        self.items.len() > MANY && self.items.iter().all(|(_, doubt)| !doubt.is_certain())
    }

    /// The things without their doubts.
    pub fn all(&self) -> impl Iterator<Item = T> + '_ {
        self.items.iter().map(|(item, _)| *item)
    }

    /// The first thing.
    #[must_use]
    pub fn first(&self) -> Option<T> {
        self.items.first().map(|(item, _)| *item)
    }

    /// All doubts together: certain means that the things are all there is and all of them right.
    #[must_use]
    pub fn doubt(&self) -> Doubt {
        self.items.iter().fold(self.rest.clone(), |sum, (_, doubt)| sum.and(doubt))
    }

    /// The only thing, where there is exactly one and no doubt.
    #[must_use]
    pub fn certain(&self) -> Option<T> {
        match self.items.as_slice() {
            [(item, doubt)] if doubt.is_certain() && self.rest.is_certain() => Some(*item),
            _ => None,
        }
    }

    /// Adds a thing; one that stands there already keeps the lesser doubt.
    pub fn add(&mut self, item: T, doubt: Doubt) {
        match self.items.binary_search_by_key(&item, |(own, _)| *own) {
            Ok(at) => {
                if let Some((_, own)) = self.items.get_mut(at).filter(|_| doubt.is_certain()) {
                    *own = doubt;
                }
            }
            Err(at) => self.items.insert(at, (item, doubt)),
        }
    }

    /// Adds all that another holds.
    pub fn extend(&mut self, other: Found<T>) {
        self.rest = self.rest.and(&other.rest);
        other.items.into_iter().for_each(|(item, doubt)| self.add(item, doubt));
    }
}

/// An attribute of a resource: what a family reads, and what a gap names.
#[derive(Clone, Copy)]
pub struct Attribute<'a> {
    /// The resource.
    pub resource: &'a Resource,
    /// Dotted path without indexes, for the line and the gap.
    pub path: &'a str,
    /// Its value, or one element of it.
    pub value: &'a Value,
}

impl<'a> Attribute<'a> {
    /// The attribute of a resource at a dotted path.
    #[must_use]
    pub fn of(resource: &'a Resource, path: &'a str) -> Self {
        Attribute { resource, path, value: resource.values.get(path) }
    }

    /// The same attribute with another value: an element of a repeated block.
    #[must_use]
    pub fn with(self, value: &'a Value) -> Self {
        Attribute { value, ..self }
    }
}

/// Whether a value is set at all: an empty string is what the provider writes for an unset attribute of a block.
#[must_use]
pub fn is_set(value: &Value) -> bool {
    !value.is_unset() && value.text() != Some("")
}

/// How far an attribute that copies an attribute of another resource is followed.
const CHASE: usize = 6;

impl Lowering<'_> {
    /// A name for the resource that is unique in the world: its address, and its file where several roots share the address.
    #[must_use]
    pub fn name(&self, id: Id<Resource>) -> String {
        let resource = &self.graph.resources[id];
        match self.graph.at(&resource.address) {
            [first, _, ..] if *first != id => {
                format!("{} ({}, input {})", resource.address, resource.origin.place.file, resource.input + 1)
            }
            _ => resource.address.clone(),
        }
    }

    /// Notes that an attribute is known only after apply.
    pub fn unknown(&mut self, at: Attribute) -> Doubt {
        let what = format!("`{}` of `{}` is known only after apply", at.path, at.resource.address);
        self.world.doubt(GapKind::UnknownValue, what, Some(at.resource.origin_of(at.path)))
    }

    /// Notes that an attribute names something that could not be told.
    pub fn unlinked(&mut self, at: Attribute, candidates: usize) -> Doubt {
        let which = if candidates == 0 { "no resource could be found for it".to_owned() } else { format!("{candidates} candidates") };
        let what = format!("what `{}` of `{}` points at could not be told: {which}", at.path, at.resource.address);
        self.world.doubt(GapKind::Unlinked, what, Some(at.resource.origin_of(at.path)))
    }

    /// Notes that something only named by its id is not in the input.
    pub fn not_in_input(&mut self, at: Attribute, id: &str) -> Doubt {
        let what = format!("`{id}` is not in the input: add the plan or state that holds it");
        self.world.doubt(GapKind::NotInInput, what, Some(at.resource.origin_of(at.path)))
    }

    /// What an attribute points at, element by element: `own` tells what a resource's attribute became, `foreign` makes
    /// something of a known id that no resource of the input has. References that copy another resource's attribute
    /// are followed through it.
    pub fn find<T: Copy + Ord>(
        &mut self,
        at: Attribute,
        own: impl Fn(&Self, &Target) -> Option<T> + Copy,
        foreign: impl Fn(&mut Self, Attribute, &str) -> Option<T> + Copy,
    ) -> Found<T> {
        let mut out = Found::default();
        for item in at.value.items() {
            out.extend(self.find_one(at.with(item), own, foreign, CHASE));
        }
        out
    }

    fn find_one<T: Copy + Ord>(
        &mut self,
        at: Attribute,
        own: impl Fn(&Self, &Target) -> Option<T> + Copy,
        foreign: impl Fn(&mut Self, Attribute, &str) -> Option<T> + Copy,
        steps: usize,
    ) -> Found<T> {
        let graph = self.graph;
        let mut out = Found::default();
        if !is_set(at.value) {
            return out;
        }
        let links = graph.follow(at.value, &[]);
        let known = at.value.text().is_some();
        let mut seen = BTreeSet::new();
        for target in &links.targets {
            if let Some(item) = own(self, target) {
                out.add(item, Doubt::none());
            } else if !known && steps > 0 && seen.insert(target) {
                let value = graph.resources[target.resource].values.get(&target.attribute);
                for item in value.items().iter().filter(|item| !matches!(item, Value::Unknown)) {
                    out.extend(self.find_one(at.with(item), own, foreign, steps - 1));
                }
            }
        }
        if let (true, Some(text)) = (out.items.is_empty() && known, at.value.text()) {
            match foreign(self, at, text) {
                Some(item) => out.add(item, Doubt::none()),
                None => out.rest = out.rest.and(&self.not_in_input(at, text)),
            }
        } else if out.items.is_empty() && out.rest.is_certain() {
            out.rest = self.unlinked(at, 0);
        } else if !links.exact {
            let doubt = self.unlinked(at, out.items.len());
            out.items.iter_mut().for_each(|(_, own)| *own = own.and(&doubt));
        }
        out
    }
}
