//! Resource gateways of VPC Lattice: servers see their addresses and groups. Source: VPC Lattice user guide, "Resource gateways
//! in VPC Lattice".

use super::attachment::{AttachmentSpec, Groups};
use super::lowering::{Attribute, Lowering};
use super::stage::AtEndpoints;
use crate::ingest::lowering::Family;
use crate::ingest::terraform::Mode;
use crate::model::{Endpoint, PivotRisk};

/// The type.
pub const KIND: &str = "aws_vpclattice_resource_gateway";

/// Resource gateways; what they join is read by [`super::relay_service`].
#[must_use]
pub fn family() -> Family<AtEndpoints> {
    Family::without_types(lower)
}

/// Lowers managed gateways.
fn lower(lowering: &mut Lowering<AtEndpoints>) {
    let graph = lowering.graph;
    for (id, resource) in graph
        .of(KIND)
        .filter(|(_, resource)| resource.mode == Mode::Managed)
    {
        let spec = AttachmentSpec {
            resource,
            path: "subnet_ids",
            subnets: lowering.subnets(Attribute::of(resource, "subnet_ids")),
            groups: Groups::Named(lowering.groups_at(resource, &["security_group_ids"])),
            addresses: Default::default(),
            interface: 0,
        };
        let attachments = lowering.attachments(&spec);
        let endpoint = lowering.world.endpoints.push(Endpoint {
            name: lowering.name(id),
            kind: "resource gateway",
            attachments,
            answers_only: false,
            opens_only: false,
            pivot_risk: PivotRisk::Never,
            origin: Some(resource.origin.clone()),
        });
        lowering.lowered.made.of.insert(id, endpoint);
    }
}
