//! NAT gateways, public and private: both replace the source address with one of their own, and forward by the route table
//! of their subnet. Source: VPC user guide, "NAT gateway basics".

use super::attachment::{Groups, Stand};
use super::lowering::{Attribute, Lowering};
use crate::ingest::terraform::Mode;
use crate::model::{Endpoint, Onward};

/// Lowers `aws_nat_gateway`; security groups do not apply to it.
pub fn lower(lowering: &mut Lowering) {
    let graph = lowering.graph;
    for (id, resource) in graph.of("aws_nat_gateway").filter(|(_, resource)| resource.mode == Mode::Managed) {
        let subnets = lowering.subnets(Attribute::of(resource, "subnet_id"));
        let addresses = lowering.addresses_at(resource, &["private_ip", "secondary_private_ip_addresses"]);
        let stand = Stand { resource, path: "subnet_id", subnets, groups: Groups::None, addresses };
        let attachments = lowering.attachments(&stand);
        let origin = Some(resource.origin.clone());
        let name = lowering.name(id);
        let endpoint = Endpoint { name, kind: "NAT gateway", attachments, answers_only: false, onward: Onward::Never, origin };
        let endpoint = lowering.world.endpoints.push(endpoint);
        lowering.lowered.endpoints.insert(id, endpoint);
    }
}
