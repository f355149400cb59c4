//! Connectivity configurations of a network manager: meshes, in which the networks of a group reach each other, and hubs with
//! spokes. Whether one is deployed, and which networks policies add to its groups, is not judged.
//! Source: "Connectivity configuration" (virtual-network-manager/concept-connectivity-configuration); azurerm provider,
//! `azurerm_network_manager_connectivity_configuration`, `azurerm_network_manager_static_member`.

use super::lowering::{Attribute, Found, Lowering};
use super::stage::{AtPeerings, Networks};
use crate::ingest::lowering::Family;
use crate::ingest::terraform::{Mode, Resource, ResourceFamily, Value};
use crate::model::{Border, Doubt, GapKind, Id, Network};
use std::collections::BTreeSet;

const TYPE: &str = "azurerm_network_manager_connectivity_configuration";
const GROUP: &str = "azurerm_network_manager_network_group";

/// Connected groups of a network manager.
#[must_use]
pub fn family() -> Family<AtPeerings> {
    Family {
        resources: ResourceFamily {
            types: vec![
                "azurerm_network_manager_connectivity_configuration",
                "azurerm_network_manager_static_member",
            ],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers the configurations, each to one border.
fn lower(lowering: &mut Lowering<AtPeerings>) {
    let graph = lowering.graph;
    for (id, resource) in graph
        .of(TYPE)
        .filter(|(_, resource)| resource.mode == Mode::Managed)
    {
        let what = format!(
            "whether `{}` is deployed, and which networks its groups have then, is not judged",
            resource.address
        );
        let doubt = lowering
            .world
            .doubt(GapKind::NotJudged, what, Some(resource.origin.clone()));
        let (name, origin) = (lowering.name(id), Some(resource.origin.clone()));
        let state = "connects its groups once deployed".to_owned();
        let border = lowering.world.borders.push(Border {
            name,
            kind: "connected group",
            legs: Vec::new(),
            state,
            origin,
        });
        configure(lowering, resource, border, &doubt);
    }
}

fn configure(
    lowering: &mut Lowering<AtPeerings>,
    resource: &Resource,
    border: Id<Border>,
    doubt: &Doubt,
) {
    let hubs = at_hub(lowering, resource);
    let spokes = resource.values.get("connectivity_topology").text() == Some("HubAndSpoke");
    let mut mesh: BTreeSet<Id<Network>> = BTreeSet::new();
    let mut pairs: BTreeSet<(Id<Network>, Id<Network>)> = BTreeSet::new();
    for block in resource.values.get("applies_to_group").items() {
        let members = members(
            lowering,
            Attribute {
                resource,
                path: "applies_to_group.network_group_id",
                value: block.get("network_group_id"),
            },
        );
        for hub in &hubs {
            let away = members.iter().filter(|member| *member != hub);
            pairs.extend(
                away.clone()
                    .map(|member| (*hub.min(member), *hub.max(member))),
            );
            if block.get("use_hub_gateway").boolean() != Some(false) {
                lowering
                    .lowered
                    .made
                    .transit
                    .extend(away.map(|member| (*member, *hub, doubt.clone())));
            }
        }
        if !spokes || block.get("group_connectivity").text() != Some("None") {
            mesh.extend(members);
        }
    }
    pairs.extend(
        mesh.iter()
            .flat_map(|one| mesh.range(*one..).skip(1).map(move |other| (*one, *other))),
    );
    for (one, other) in pairs {
        lowering.meet(border, one, other, doubt, false);
    }
}

fn at_hub(lowering: &mut Lowering<AtPeerings>, resource: &Resource) -> BTreeSet<Id<Network>> {
    let mut out = BTreeSet::new();
    for hub in resource.values.get("hub").items() {
        out.extend(
            lowering
                .networks(Attribute {
                    resource,
                    path: "hub.resource_id",
                    value: hub.get("resource_id"),
                })
                .all(),
        );
    }
    out
}

/// The networks that the input puts into a group; any of the input's where it puts none there, since policies may.
fn members(lowering: &mut Lowering<AtPeerings>, group: Attribute) -> BTreeSet<Id<Network>> {
    let graph = lowering.graph;
    let same = |lowering: &mut Lowering<AtPeerings>, at: Attribute| match (at.value, group.value) {
        (Value::Text(one), Value::Text(other)) => super::lowering::same(one, other),
        _ => {
            let [one, other]: [Found<Id<Resource>>; 2] =
                [at, group].map(|at| lowering.resources(at, GROUP));
            one.items.is_empty()
                || other.items.is_empty()
                || one.all().any(|id| other.all().any(|other| other == id))
        }
    };
    let mut out = BTreeSet::new();
    for (_, member) in graph.of("azurerm_network_manager_static_member") {
        if same(lowering, Attribute::of(member, "network_group_id")) {
            out.extend(
                lowering
                    .networks(Attribute::of(member, "target_virtual_network_id"))
                    .all(),
            );
        }
    }
    if out.is_empty() {
        lowering.seen::<Networks>().of.values().copied().collect()
    } else {
        out
    }
}
