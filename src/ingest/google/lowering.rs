//! The words that all families share, and how a family finds what its attributes point at.
//!
//! Resources are named by their id or self link (`projects/P/global/networks/N`, with or without the API's address in
//! front) or by their bare name, which counts within a project (Compute Engine documentation, "Resource names").

use super::stage::AtClusters;
use crate::ingest::lowering;
use crate::ingest::terraform::{By, Resource, Target};
use crate::model::Id;
use std::collections::BTreeMap;

pub use super::on_demand::At;
pub use lowering::{Attribute, Found, is_set};

/// What all resources became.
pub type Lowered = AtClusters;

/// A run of the families of a stage over one graph.
pub type Lowering<'a, S = Lowered> = lowering::Lowering<'a, S>;

/// What the resources of a sort became, by resource.
type Became<B, M, T> = fn(&At<B, M>) -> &BTreeMap<Id<Resource>, T>;

/// Whether an attribute is set by a block that is there.
#[must_use]
pub fn has(resource: &Resource, path: &str) -> bool {
    let value = resource.values.get(path);
    is_set(value) && !value.items().is_empty()
}

/// Whether two things are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Same {
    No,
    Perhaps,
    /// If there is one such thing only.
    UnlessOthers,
    Yes,
}

/// Project and name of a resource, as they stand in its path.
fn path(text: &str) -> Option<(&str, &str)> {
    let after = text.split("projects/").nth(1)?;
    let (project, rest) = after.split_once('/')?;
    Some((project, rest.rsplit('/').next()?))
}

impl<B, M> Lowering<'_, At<B, M>> {
    /// Project of a resource, where known.
    #[must_use]
    pub fn project<'r>(&self, resource: &'r Resource) -> Option<&'r str> {
        let id = ["self_link", "id"]
            .iter()
            .find_map(|name| path(resource.values.get(name).text()?));
        id.map(|(project, _)| project)
            .or(resource.values.get("project").text())
            .or(resource.account.as_deref())
    }

    /// Whether a resource is the one with that name or path, as an attribute of another resource says it. What is known of
    /// neither is taken from the same provider, where both are of one input.
    fn is_named(&self, resource: &Resource, text: &str, by: &Resource) -> Same {
        let name = resource.values.get("name");
        let (project, wanted) = match path(text) {
            Some((project, wanted)) => (Some(project), wanted),
            None => (self.project(by), text.rsplit('/').next().unwrap_or(text)),
        };
        match name.text() {
            Some(name) if name == wanted => {}
            // A name that is not known yet may be this one.
            None if name.is_unknown() => return Same::Perhaps,
            _ => return Same::No,
        }
        let project = match (project, self.project(resource)) {
            (Some(one), Some(other)) if one == other => Same::Yes,
            (Some(_), Some(_)) => Same::No,
            (None, None) if resource.input == by.input => Same::Yes,
            _ if path(text).is_none() && resource.input == by.input => Same::UnlessOthers,
            _ => Same::Perhaps,
        };
        project.min(same_region(resource, text, by))
    }

    /// The resources of a sort that a name may mean: those that it surely means, else those that it may mean.
    fn meant<T>(
        &self,
        text: &str,
        by: &Resource,
        own: &BTreeMap<Id<Resource>, T>,
    ) -> (Same, Vec<Id<Resource>>) {
        let grade = |id: &Id<Resource>| self.is_named(&self.graph.resources[*id], text, by);
        let best = own.keys().map(grade).max().unwrap_or(Same::No);
        let all: Vec<_> = own.keys().filter(|id| grade(id) == best).copied().collect();
        match (best, all.len()) {
            (Same::UnlessOthers, 1) => (Same::Yes, all),
            (Same::UnlessOthers, _) => (Same::Perhaps, all),
            _ => (best, all),
        }
    }

    /// What the resources of an attribute became: `own` lists all of that sort, `foreign` makes something of a name that no
    /// resource of the input has.
    pub fn things<T: Copy + Ord>(
        &mut self,
        at: Attribute,
        own: Became<B, M, T>,
        foreign: impl Fn(&mut Self, Attribute, &str) -> Option<T> + Copy,
    ) -> Found<T> {
        let graph = self.graph;
        let mut out = Found::default();
        for item in at.value.items() {
            let text = item.text().filter(|text| !text.is_empty());
            if let Some(text) = text
                && let (Same::Perhaps, all) = self.meant(text, at.resource, own(&self.lowered))
            {
                out.extend(self.perhaps(at.with(item), &all, own, foreign));
                continue;
            }
            let named = |lowering: &Self, id: Id<Resource>| {
                text.is_none_or(|text| {
                    lowering.is_named(&graph.resources[id], text, at.resource) != Same::No
                })
            };
            let take = |lowering: &Self, target: &Target| {
                let identity =
                    ["", "id", "self_link", "name", "email"].contains(&target.attribute.as_str());
                own(&lowering.lowered)
                    .get(&target.resource)
                    .copied()
                    .filter(|_| identity && named(lowering, target.resource))
            };
            let found = self.find(at.with(item), take, |lowering, at, text| {
                let all = own(&lowering.lowered);
                let same = match lowering.meant(text, at.resource, all) {
                    (Same::No, _) => None,
                    (_, ids) => ids.first().and_then(|id| all.get(id)).copied(),
                };
                same.or_else(|| foreign(lowering, at, text))
            });
            out.extend(found);
        }
        out
    }

    /// What resources became of which it is not known whether their name is meant, and what else may be.
    fn perhaps<T: Copy + Ord>(
        &mut self,
        at: Attribute,
        all: &[Id<Resource>],
        own: Became<B, M, T>,
        foreign: impl Fn(&mut Self, Attribute, &str) -> Option<T>,
    ) -> Found<T> {
        let graph = self.graph;
        let names = all.iter().map(|id| graph.resources[*id].address.as_str());
        let doubt = self.unlinked(at, &names.collect::<Vec<_>>(), By::Gap);
        let mut out = Found::default();
        let became = all.iter().filter_map(|id| own(&self.lowered).get(id));
        became.for_each(|thing| out.add(*thing, doubt.clone()));
        let text = at.value.text().unwrap_or_default();
        if let Some(other) = foreign(self, at, text) {
            out.add(other, doubt);
        }
        out
    }

    /// What another resource of the same project and name became already: a data source reads what another root manages.
    pub fn same<T: Copy>(&self, resource: &Resource, own: Became<B, M, T>) -> Option<T> {
        let name = resource.values.get("name").text()?;
        let project = self.project(resource)?;
        let text = format!("projects/{project}/{name}");
        let mut same = own(&self.lowered).iter().filter(|(id, _)| {
            let other = &self.graph.resources[**id];
            other.kind == resource.kind
                && self.project(other).is_some()
                && self.is_named(other, &text, resource) == Same::Yes
        });
        same.next().map(|(_, thing)| *thing)
    }
}

/// Names of regional resources count within a region: that of the path, else that of the resource which says the name.
fn same_region(resource: &Resource, text: &str, by: &Resource) -> Same {
    if !resource.kind.ends_with("_subnetwork") {
        return Same::Yes;
    }
    let of_path = text
        .split("regions/")
        .nth(1)
        .and_then(|rest| rest.split('/').next());
    let zone = by.values.get("zone").text().or(by.region.as_deref());
    match (resource.region.as_deref(), of_path.or(zone)) {
        (Some(own), Some(wanted)) => {
            let zone = |rest: &str| rest.starts_with('-') && rest.len() == 2;
            if wanted == own || wanted.strip_prefix(own).is_some_and(zone) {
                Same::Yes
            } else {
                Same::No
            }
        }
        (None, None) => Same::Yes,
        _ => Same::Perhaps,
    }
}
