//! What a hop is, in a provider's own words: `security group`, `network ACL`, `VPC peering`.

use crate::model::{Hop, HopKind, Id, Occupant, Reason, World};

/// The provider's word for what decides at the hop; the neutral word where none is known.
#[must_use]
pub fn label<'w>(hop: &Hop, world: &'w World) -> &'w str {
    let filter = |id: Id<crate::model::Filter>| world.filters[id].kind;
    match &hop.reason {
        Reason::RuleAllows { filter: id, .. }
        | Reason::RuleDenies { filter: id, .. }
        | Reason::RulesUnknown(id) => filter(*id),
        Reason::NoRule { filters, .. } => filters.first().map_or("filter", |id| filter(*id)),
        Reason::Border(id)
        | Reason::BorderLine { border: id, .. }
        | Reason::BorderNotEntered { border: id, .. }
        | Reason::SourceNotCarried { border: id, .. }
        | Reason::DestinationNotCarried { border: id, .. }
        | Reason::NotCarried(id)
        | Reason::PastFilters(id) => world.borders[*id].kind,
        Reason::EntryPoint { entry_point, .. } | Reason::ClientRefused { entry_point, .. } => {
            world.entry_points[*entry_point].kind
        }
        Reason::Service(..) | Reason::NoServicePort(_) => "Service",
        Reason::Destination(Occupant::Endpoint(id), _) => world.endpoints[*id].kind,
        Reason::Destination(Occupant::Workload(id), _) => &world.workloads[*id].kind,
        _ => neutral(hop.kind),
    }
}

fn neutral(kind: HopKind) -> &'static str {
    match kind {
        HopKind::PolicyEgress | HopKind::PolicyIngress => "network policy",
        HopKind::SourceAddress => "source address",
        HopKind::InterfaceFilterEgress | HopKind::InterfaceFilterIngress => "interface filter",
        HopKind::SubnetFilterEgress | HopKind::SubnetFilterIngress | HopKind::ReturnFilter => {
            "subnet filter"
        }
        HopKind::Route | HopKind::ReturnRoute => "route",
        HopKind::Border => "border",
        HopKind::EntryPoint => "entry point",
        HopKind::Endpoint => "destination",
    }
}

/// The label with the way that the packet goes: `security group out`, `network ACL back`.
#[must_use]
pub fn heading(hop: &Hop, world: &World) -> String {
    let way = match hop.kind {
        HopKind::PolicyEgress | HopKind::InterfaceFilterEgress | HopKind::SubnetFilterEgress => {
            " out"
        }
        HopKind::PolicyIngress | HopKind::InterfaceFilterIngress | HopKind::SubnetFilterIngress => {
            " in"
        }
        HopKind::ReturnRoute | HopKind::ReturnFilter => " back",
        _ => "",
    };
    let label = match hop.kind {
        HopKind::PolicyEgress | HopKind::PolicyIngress => "policy",
        HopKind::Endpoint => "destination",
        _ => label(hop, world),
    };
    format!("{label}{way}")
}
