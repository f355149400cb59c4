//! Internal load balancers: forwarding rules with an address in a subnet.
//! Source: cloud.google.com/load-balancing/docs/forwarding-rule-concepts; cloud.google.com/load-balancing/docs/internal,
//! "Firewall rules": a passthrough load balancer has no firewall of its own, the rules of its backends count.

use super::listener::listener;
use super::lowering::{Attribute, Lowering};
use super::stage::AtMachines;
use crate::ingest::lowering::Family;
use crate::ingest::terraform::{Mode, NamedBy, Resource, ResourceFamily};
use crate::model::{AddressSet, Attachment, Doubt, GapKind, Id, PivotRisk};

/// Internal load balancers with their addresses.
#[must_use]
pub fn family() -> Family<AtMachines> {
    Family {
        resources: ResourceFamily {
            types: vec!["google_compute_address", "google_compute_forwarding_rule"],
            references: vec![
                NamedBy::new(
                    &["google_compute_forwarding_rule"],
                    &["next_hop_ilb", "target_service"],
                ),
                NamedBy::new(
                    &[
                        "google_compute_backend_service",
                        "google_compute_region_backend_service",
                    ],
                    &["backend_service", "default_service"],
                ),
            ],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers internal forwarding rules.
fn lower(lowering: &mut Lowering<AtMachines>) {
    let graph = lowering.graph;
    for (id, resource) in graph
        .of("google_compute_forwarding_rule")
        .filter(|(_, resource)| resource.mode == Mode::Managed)
    {
        match resource.values.get("load_balancing_scheme").text() {
            Some("INTERNAL") => balancer(lowering, id, resource, true),
            Some("INTERNAL_MANAGED") => balancer(lowering, id, resource, false),
            _ => {}
        }
    }
}

fn balancer(
    lowering: &mut Lowering<AtMachines>,
    id: Id<Resource>,
    resource: &Resource,
    passthrough: bool,
) {
    let subnets = lowering.standing_in(resource, "", &resource.values);
    let own = addresses(lowering, resource);
    let doubt = if passthrough {
        backends(lowering, resource)
    } else {
        Doubt::none()
    };
    let filters = vec![listener(lowering, id, resource)];
    let mut attachments = Vec::new();
    for (subnet, unsure) in &subnets.items {
        let network = lowering.world.subnets[*subnet].network;
        let addresses = if own.is_empty() {
            lowering.primary(*subnet)
        } else {
            own.clone()
        };
        let doubt = doubt.and(unsure).and(&subnets.rest);
        let origin = Some(resource.origin.clone());
        attachments.push(Attachment {
            network,
            subnet: Some(*subnet),
            addresses,
            filters: filters.clone(),
            interface: 0,
            doubt,
            origin,
        });
    }
    lowering.enter_endpoint(
        id,
        resource,
        "load balancer",
        attachments,
        true,
        PivotRisk::Never,
    );
}

/// The address of a rule: its own, or that of the address resource which it names.
fn addresses(lowering: &mut Lowering<AtMachines>, resource: &Resource) -> AddressSet {
    let value = resource.values.get("ip_address");
    if let Some(text) = value.text() {
        return AddressSet::parse(text).unwrap_or_default();
    }
    let targets = lowering
        .graph
        .follow(value, &["google_compute_address"])
        .targets;
    let named = targets
        .iter()
        .map(|target| &lowering.graph.resources[target.resource])
        .collect::<Vec<_>>();
    let text = |own: &&Resource| {
        own.values
            .get("address")
            .text()
            .and_then(|text| AddressSet::parse(text).ok())
    };
    named.iter().filter_map(text).collect()
}

/// Packets come to the backends as they were sent, so that the firewall of those decides.
fn backends(lowering: &mut Lowering<AtMachines>, resource: &Resource) -> Doubt {
    let at = Attribute::of(resource, "backend_service");
    let what = format!(
        "the firewall of the backends of `{}` decides what it takes, which is not judged",
        resource.address
    );
    lowering.world.doubt(
        GapKind::NotJudged,
        what,
        Some(at.resource.origin_of(at.path)),
    )
}
