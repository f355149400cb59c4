//! Which networks stand below a folder or organization, as far as projects and folders of the input tell.
//! Source: cloud.google.com/resource-manager/docs/cloud-platform-resource-hierarchy, "Resource hierarchy".

use super::lowering::{Attribute, Lowering};
use super::rule::Layer;
use super::stage::AtRest;
use crate::ingest::terraform::{Resource, Value};
use crate::model::{Doubt, GapKind, Id, Network};
use std::collections::BTreeSet;

/// Longest chain of folders that is followed: Google allows ten.
const DEEPEST: usize = 12;

/// A folder or organization: by its path (`folders/1`), or as the resource that makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum HierarchyNode {
    Path(String),
    Resource(Id<Resource>),
}

/// The networks below what an attribute names, each with its layer and the doubt whether it is below.
pub fn below(lowering: &mut Lowering<AtRest>, at: Attribute) -> Vec<(Id<Network>, Layer, Doubt)> {
    let Some(place) = place(lowering, at.value, "") else {
        return unknown(lowering, at);
    };
    let depth =
        u32::try_from(chain(lowering, &place).0.len().saturating_sub(1)).unwrap_or_default();
    let depth = if is_organization(lowering, &place) {
        0
    } else {
        depth.max(1)
    };
    let mut out = Vec::new();
    for network in guarded(lowering) {
        if let Some(doubt) = stands_below(lowering, at, network, &place) {
            out.push((network, Layer::Hierarchical(depth), doubt));
        }
    }
    out
}

fn unknown(lowering: &mut Lowering<AtRest>, at: Attribute) -> Vec<(Id<Network>, Layer, Doubt)> {
    let doubt = lowering.unknown(at);
    guarded(lowering)
        .into_iter()
        .map(|network| (network, Layer::Hierarchical(1), doubt.clone()))
        .collect()
}

/// The networks with interfaces that a firewall guards.
fn guarded(lowering: &Lowering<AtRest>) -> BTreeSet<Id<Network>> {
    lowering
        .lowered
        .on_demand
        .classes
        .keys()
        .map(|class| class.network)
        .collect()
}

fn is_organization(lowering: &Lowering<AtRest>, place: &HierarchyNode) -> bool {
    match place {
        HierarchyNode::Path(path) => path.starts_with("organizations/"),
        HierarchyNode::Resource(id) => lowering.graph.resources[*id].kind == "google_organization",
    }
}

/// Whether a network stands below: none where it surely does not.
fn stands_below(
    lowering: &mut Lowering<AtRest>,
    at: Attribute,
    network: Id<Network>,
    place: &HierarchyNode,
) -> Option<Doubt> {
    let graph = lowering.graph;
    let own = lowering.world.networks[network].clone();
    let project = graph.of("google_project").find(|(_, project)| {
        project.values.get("project_id").text() == own.owner.account.as_deref()
    });
    let parent = project
        .filter(|_| own.owner.account.is_some())
        .and_then(|(_, project)| parent(lowering, project));
    let (above, complete) = parent
        .map(|parent| chain(lowering, &parent))
        .unwrap_or_default();
    if above.contains(place) {
        return Some(Doubt::none());
    }
    if complete {
        return None;
    }
    let what = format!(
        "whether `{}` stands below what `{}` is attached to is not in the input",
        own.name, at.resource.address
    );
    Some(lowering.world.doubt(
        GapKind::NotInInput,
        what,
        Some(at.resource.origin_of(at.path)),
    ))
}

/// A place and all above it, and whether that ends at an organization.
fn chain(lowering: &Lowering<AtRest>, place: &HierarchyNode) -> (Vec<HierarchyNode>, bool) {
    let mut out = vec![place.clone()];
    while let Some(last) = out.last().filter(|_| out.len() < DEEPEST) {
        if is_organization(lowering, last) {
            return (out, true);
        }
        let HierarchyNode::Resource(id) = last else {
            break;
        };
        let Some(next) = parent(lowering, &lowering.graph.resources[*id]) else {
            break;
        };
        out.push(next);
    }
    (out, false)
}

fn parent(lowering: &Lowering<AtRest>, resource: &Resource) -> Option<HierarchyNode> {
    let fronts = [
        ("parent", ""),
        ("folder_id", "folders/"),
        ("org_id", "organizations/"),
        ("folder", ""),
        ("organization", ""),
    ];
    fronts
        .iter()
        .find_map(|(path, front)| place(lowering, resource.values.get(path), front))
}

fn place(lowering: &Lowering<AtRest>, value: &Value, front: &str) -> Option<HierarchyNode> {
    let kinds = ["google_folder", "google_organization"];
    let links = lowering.graph.follow(value, &kinds);
    if let Some(target) = links.targets.first() {
        // One of several is as good as none.
        return links
            .exact
            .then_some(HierarchyNode::Resource(target.resource));
    }
    let text = value.text().filter(|text| !text.is_empty())?;
    let text = text.rsplit("googleapis.com/").next().unwrap_or(text);
    Some(HierarchyNode::Path(if text.contains('/') {
        text.to_owned()
    } else {
        format!("{front}{text}")
    }))
}
