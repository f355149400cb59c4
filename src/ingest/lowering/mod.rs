//! What the lowering of every cloud has in common: attributes, what they point at, blocks of addresses, and the gaps that
//! are left. What a cloud remembers of its resources is its own affair.

mod address_target;
mod alternatives;
mod attribute;
mod blocks;
mod channel;
mod flag;
mod found;
mod gate;
pub mod host_service;
mod legs;
pub mod multi_homed;
mod node_labels;
mod outer_network;
mod relay_service;
mod shared;
mod stage;
mod template;
mod type_coverage;
mod unlisted;

pub use address_target::{AddressTargets, listens, target_address};
pub use alternatives::{Alternatives, holding};
pub use attribute::{Attribute, by_user, is_set};
pub use blocks::Blocks;
pub use channel::Channel;
pub use flag::Flag;
pub use found::{Found, MANY};
pub use node_labels::NodeLabels;
pub use outer_network::{Learned, OuterNetworks, known_addresses};
pub use relay_service::{Located, Part, RelayService};
pub use shared::SharedLowered;
pub use stage::{After, At, Output, Sees, stage};
pub(in crate::ingest) use stage::{joined_by_fields, stages};
pub use template::{Template, TemplateType, Templates};
pub use type_coverage::{TypeCoverage, TypeLists};

#[cfg(test)]
pub mod fixture;
#[cfg(test)]
mod tests;

use crate::ingest::terraform::{
    By, Graph, Presence, Resource, ResourceFamily, Target, Value, is_open,
};
use crate::model::{Doubt, GapKind, Id, Origin, World};
use std::collections::BTreeSet;

/// A run of the families of one cloud over a graph; `L` is what that cloud remembers of it.
pub struct Lowering<'a, L> {
    /// The resources.
    pub graph: &'a Graph,
    /// What is being built.
    pub world: &'a mut World,
    /// What has been built so far.
    pub lowered: L,
}

/// How far an attribute that copies an attribute of another resource is followed.
const CHASE: usize = 6;

/// A resource family of a cloud.
pub struct Family<L> {
    /// What it tells of its resource types.
    pub resources: ResourceFamily,
    /// Lowers all its resources; may use what the families before it have lowered.
    pub lower: for<'a, 'b> fn(&'a mut Lowering<'b, L>),
}

impl<L> Family<L> {
    /// One that models no types of its own: it looks at those of others, or at what the types before it became.
    pub fn without_types(lower: for<'a, 'b> fn(&'a mut Lowering<'b, L>)) -> Family<L> {
        Family {
            resources: ResourceFamily::default(),
            lower,
        }
    }
}

impl<L> Lowering<'_, L> {
    /// A name for the resource that is unique in the world: its address, and its file where several roots share the address.
    #[must_use]
    pub fn name(&self, id: Id<Resource>) -> String {
        self.graph.title(id)
    }

    /// Why a resource may not be as it stands in the graph; none where it surely is so.
    fn uncertain(&mut self, resource: &Resource) -> Option<Doubt> {
        let why = match resource.presence {
            Presence::Sure => return None,
            Presence::Deferred => "its change is deferred to a later plan",
            Presence::Unplanned => "the plan failed half way, before its change was planned",
            Presence::Wiped => "the plan updates what it belongs to, whose own blocks leave it out",
            Presence::Missing => {
                "the configuration declares it and the incomplete plan leaves it out"
            }
        };
        let what = format!(
            "whether `{}` will be so is not known: {why}",
            resource.address
        );
        let origin = Some(resource.origin.clone());
        Some(self.world.doubt(GapKind::IncompletePlan, what, origin))
    }

    /// Notes that an attribute is known only after apply.
    pub fn unknown(&mut self, at: Attribute) -> Doubt {
        if let Some(doubt) = self.uncertain(at.resource) {
            return doubt;
        }
        let what = format!(
            "`{}` of `{}` is known only after apply",
            at.path, at.resource.address
        );
        self.world.doubt(
            GapKind::UnknownValue,
            what,
            Some(at.resource.origin_of(at.path)),
        )
    }

    /// Notes that an attribute names something that cannot be resolved, and what is assumed or may be meant instead.
    pub fn unlinked(&mut self, at: Attribute, candidates: &[&str], by: By) -> Doubt {
        if let Some(doubt) = self.uncertain(at.resource) {
            return doubt;
        }
        let (kind, which) = match (candidates, by) {
            ([], _) => (
                GapKind::Unlinked,
                "no resource could be found for it".to_owned(),
            ),
            (all, By::Assumed) => (
                GapKind::AssumedLink,
                format!("{} is assumed", listed(all, "and")),
            ),
            (all, _) => (GapKind::Unlinked, listed(all, "or")),
        };
        let what = format!(
            "what `{}` of `{}` points at cannot be resolved: {which}",
            at.path, at.resource.address
        );
        self.world
            .doubt(kind, what, Some(at.resource.origin_of(at.path)))
    }

    /// Notes that something only named by its id is not in the input.
    pub fn not_in_input(&mut self, at: Attribute, id: &str) -> Doubt {
        self.absent(id, at.resource.origin_of(at.path))
    }

    /// As [`Lowering::not_in_input`], where no attribute of a resource names it.
    pub fn absent(&mut self, id: &str, origin: Origin) -> Doubt {
        if is_open(id) {
            let what = format!("{} is known only after apply", self.named_later(id));
            return self.world.doubt(GapKind::UnknownValue, what, Some(origin));
        }
        let what = format!("`{id}` is not in the input: add the plan or state that holds it");
        self.world.doubt(GapKind::NotInInput, what, Some(origin))
    }

    /// What a part of a text will be that is known only after apply, in words.
    pub fn named_later(&self, id: &str) -> String {
        match self.graph.holding(id).first() {
            Some(Target {
                resource,
                attribute,
            }) => {
                let address = &self.graph.resources[*resource].address;
                format!("`{attribute}` of `{address}`")
            }
            None => "an id".to_owned(),
        }
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
        let links = graph.follow_fitting(at.value, &|target| own(self, target).is_some());
        let known = at.value.text().is_some();
        let (mut seen, mut candidates) = (BTreeSet::new(), Vec::new());
        for target in &links.targets {
            let before = out.items.len();
            if let Some(item) = own(self, target) {
                out.add(item, Doubt::none());
            } else if !known && steps > 0 && seen.insert(target) {
                let value = graph.resources[target.resource]
                    .values
                    .get(&target.attribute);
                for item in value
                    .items()
                    .iter()
                    .filter(|item| !matches!(item, Value::Unknown))
                {
                    out.extend(self.find_one(at.with(item), own, foreign, steps - 1));
                }
            }
            if out.items.len() > before {
                candidates.push(graph.resources[target.resource].address.as_str());
            }
        }
        if let (true, Some(text)) = (out.items.is_empty() && known, at.value.text()) {
            match foreign(self, at, text) {
                Some(item) => out.add(item, Doubt::none()),
                None => out.rest = out.rest.and(&self.not_in_input(at, text)),
            }
        } else if out.items.is_empty() && out.rest.is_certain() {
            out.rest = self.unlinked(at, &[], links.by);
        } else if !links.exact {
            let doubt = self.unlinked(at, &candidates, links.by);
            out.items
                .iter_mut()
                .for_each(|(_, own)| *own = own.and(&doubt));
            if !links.closed {
                out.rest = out.rest.and(&doubt);
            }
        }
        out
    }

    /// What another resource with the same known id became already, or the one that a data source is assumed to read.
    pub fn twin<T>(
        &self,
        resource: &Resource,
        own: impl Fn(&Self, Id<Resource>) -> Option<T>,
    ) -> Option<T> {
        if let Value::Reference(found) = resource.values.get("id") {
            return found
                .targets
                .iter()
                .find_map(|target| own(self, target.resource));
        }
        let id = resource
            .values
            .get("id")
            .text()
            .filter(|id| !id.is_empty())?;
        // The id of some types is a name, which another account or region may give again.
        let may_be = |target: &&Target| resource.may_be(&self.graph.resources[target.resource]);
        let same = self
            .graph
            .holding(id)
            .iter()
            .filter(|target| target.attribute == "id")
            .filter(may_be);
        same.filter_map(|target| own(self, target.resource)).next()
    }

    /// The resources of a type that an attribute names by id, ARN or name; of the same input, where several have the name.
    pub fn resources(&mut self, at: Attribute, kind: &str) -> Found<Id<Resource>> {
        let graph = self.graph;
        let own = |_: &Self, target: &Target| {
            let resource = &graph.resources[target.resource];
            (resource.kind == kind).then_some(target.resource)
        };
        let mut found = self.find(at, own, |_, _, _| None);
        let same = |id: Id<Resource>| graph.resources[id].input == at.resource.input;
        if found.items.len() > 1 && at.value.text().is_some() && found.all().any(same) {
            found.items.retain(|(id, _)| same(*id));
        }
        found
    }
}

/// Candidates as a person lists them, three at most by name.
fn listed(candidates: &[&str], joint: &str) -> String {
    let mut words: Vec<String> = candidates
        .iter()
        .take(3)
        .map(|own| format!("`{own}`"))
        .collect();
    if candidates.len() > words.len() {
        words.push(format!("{} more", candidates.len() - words.len()));
    }
    let last = words.pop().unwrap_or_default();
    if words.is_empty() {
        last
    } else {
        format!("{} {joint} {last}", words.join(", "))
    }
}
