//! NAT gateways, public and private: both replace the source address with one of their own, and forward by the route table
//! of their subnet. Source: VPC user guide, "NAT gateway basics".

use super::attachment::{AttachmentSpec, Groups};
use super::lowering::{At, Attribute, Lowering};
use crate::ingest::aws::stage::AtEndpoints;
use crate::ingest::lowering::Family;
use crate::ingest::terraform::{Mode, NamedBy, Resource, ResourceFamily};
use crate::model::{Attachment, Doubt, Endpoint, Id, Network, PivotRisk};

pub(super) const KIND: &str = "NAT gateway";

/// NAT gateways.
#[must_use]
pub fn family() -> Family<AtEndpoints> {
    Family {
        resources: ResourceFamily {
            types: vec!["aws_nat_gateway"],
            references: vec![
                NamedBy::new(
                    &["aws_nat_gateway", "aws_nat_gateways"],
                    &["nat_gateway_id"],
                ),
                NamedBy::new(&["aws_eip"], &["allocation_id"]),
            ],
            required: &[("aws_nat_gateway", &["subnet_id"])],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers `aws_nat_gateway`, managed and read; security groups do not apply to it.
fn lower(lowering: &mut Lowering<AtEndpoints>) {
    let graph = lowering.graph;
    for wanted in [Mode::Managed, Mode::Data] {
        for (id, resource) in graph
            .of("aws_nat_gateway")
            .filter(|(_, resource)| resource.mode == wanted)
        {
            let twin = lowering.twin(resource, |lowering, id| {
                lowering.lowered.made.of.get(&id).copied()
            });
            let endpoint = twin.unwrap_or_else(|| gateway(lowering, id, resource));
            lowering.lowered.made.of.insert(id, endpoint);
        }
    }
}

fn gateway(
    lowering: &mut Lowering<AtEndpoints>,
    id: Id<Resource>,
    resource: &Resource,
) -> Id<Endpoint> {
    let subnets = lowering.subnets(Attribute::of(resource, "subnet_id"));
    let addresses =
        lowering.addresses_at(resource, &["private_ip", "secondary_private_ip_addresses"]);
    let spec = AttachmentSpec {
        resource,
        path: "subnet_id",
        subnets,
        groups: Groups::None,
        addresses,
        interface: 0,
    };
    let attachments = lowering.attachments(&spec);
    let origin = Some(resource.origin.clone());
    lowering.world.endpoints.push(Endpoint {
        name: lowering.name(id),
        kind: KIND,
        attachments,
        answers_only: false,
        opens_only: false,
        pivot_risk: PivotRisk::Never,
        origin,
    })
}

impl<B, M> Lowering<'_, At<B, M>> {
    /// A NAT gateway that the input only names: it stands anywhere in the network whose table leads to it, with any address.
    pub fn foreign_nat_gateway(
        &mut self,
        at: Attribute,
        id: &str,
        network: Id<Network>,
    ) -> Id<Endpoint> {
        let key = (id.to_owned(), network);
        if let Some(known) = self.lowered.on_demand.nat_gateways.get(&key) {
            return *known;
        }
        let doubt: Doubt = self.not_in_input(at, id);
        let origin = Some(at.resource.origin_of(at.path));
        let addresses = self.world.networks[network].addresses.clone();
        let attachment = Attachment {
            network,
            subnet: None,
            addresses,
            filters: Vec::new(),
            interface: 0,
            doubt,
            origin: origin.clone(),
        };
        let endpoint = Endpoint {
            name: id.to_owned(),
            kind: KIND,
            attachments: vec![attachment],
            answers_only: false,
            opens_only: false,
            pivot_risk: PivotRisk::Never,
            origin,
        };
        let endpoint = self.world.endpoints.push(endpoint);
        self.lowered.on_demand.nat_gateways.insert(key, endpoint);
        endpoint
    }
}
