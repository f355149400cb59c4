//! Private Link services: a private endpoint in one network leads to the load balancer of another. Source: "What is Azure
//! Private Link service?" (private-link/private-link-service-overview).

use super::lowering::{Lowered, Lowering};
use crate::ingest::lowering::{Family, Located, Part, RelayService};
use crate::ingest::terraform::Resource;
use crate::model::{Endpoint, Id, Network, Subnet};

const PRIVATE_LINK: RelayService = RelayService {
    name: "Private Link",
    parts: &[
        Part {
            is_part: leads_to_a_service,
            ..Part::new(
                "azurerm_private_endpoint",
                &["subnet_id"],
                &[],
                &["private_service_connection.private_connection_resource_id"],
            )
        },
        Part::new(
            "azurerm_private_link_service",
            &[],
            &["nat_ip_configuration.subnet_id"],
            &[],
        ),
    ],
};

/// An endpoint of Microsoft's own services names which part of the resource it leads to; one of a Private Link service has
/// none (provider, `subresource_names`).
fn leads_to_a_service(endpoint: &Resource) -> bool {
    let connection = endpoint.values.get("private_service_connection");
    connection
        .items()
        .iter()
        .any(|block| block.get("subresource_names").items().is_empty())
}

impl Located for Lowered {
    fn network_of(&self, resource: Id<Resource>) -> Option<Id<Network>> {
        self.networks.get(&resource).copied()
    }

    fn subnet_of(&self, resource: Id<Resource>) -> Option<Id<Subnet>> {
        self.subnets.get(&resource).copied()
    }

    fn endpoint_of(&self, resource: Id<Resource>) -> Option<Id<Endpoint>> {
        self.endpoints.get(&resource).copied()
    }
}

/// Private Link services.
#[must_use]
pub fn family() -> Family<Lowered> {
    Family::without_types(lower)
}

/// Lowers the service.
fn lower(lowering: &mut Lowering) {
    lowering.relay_service(&PRIVATE_LINK);
}
