//! Addresses outside of the cluster that every node takes for those of a Service (`externalIPs`): what comes to a node there goes to the pods
//! behind. Source: Kubernetes documentation, "Service", "External IPs".

use super::EntryPointContext;
use crate::ingest::kubernetes::Object;
use crate::ingest::kubernetes::service::ports;
use crate::model::{AddressSet, Attachment, Doubt, GapKind};

/// Adds the external addresses of a Service that a node may have. What is sent to others comes to a node only by ways that no cloud knows.
pub fn lower(entry_context: &mut EntryPointContext, service: &Object) {
    let written = service.node.get("spec.externalIPs").items();
    let addresses: AddressSet = written
        .iter()
        .filter_map(|node| node.text()?.parse().ok())
        .map(AddressSet::single)
        .collect();
    if addresses.is_empty() {
        return;
    }
    let origin = service.origin_at(service.node.get("spec.externalIPs").place());
    let behind = entry_context.behind(service);
    for port in ports(service) {
        let range = (port.port, port.port);
        let mut nodes = entry_context.nodes(service, range, Doubt::none());
        let held = nodes.attachments.iter();
        nodes.attachments = held.filter_map(|own| at(own, &addresses)).collect();
        if nodes.attachments.is_empty() {
            return;
        }
        let what = format!(
            "whether a node has an address of `externalIPs` of {} is not in the input",
            service.title()
        );
        let world = &mut *entry_context.lowering.world;
        nodes.doubt = world.doubt(GapKind::NotInInput, what, Some(origin.clone()));
        entry_context.open_on_nodes(
            (service, &port, &behind),
            ("its external address", "external address"),
            nodes,
            origin.clone(),
        );
    }
}

/// A node's interface at those of the addresses that it may have.
fn at(node: &Attachment, addresses: &AddressSet) -> Option<Attachment> {
    let addresses = node.addresses.intersection(addresses);
    (!addresses.is_empty()).then(|| Attachment {
        addresses,
        ..node.clone()
    })
}
