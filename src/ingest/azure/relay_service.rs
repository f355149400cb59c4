//! Private Link services: a private endpoint in one network leads to the load balancer of another. Source: "What is Azure
//! Private Link service?" (private-link/private-link-service-overview).

use super::lowering::{At, Lowering};
use super::stage::{AtRest, Endpoints, Networks, Subnets};
use crate::ingest::lowering::{Family, Located, OuterNetworks, Part, RelayService, Sees};
use crate::ingest::terraform::{NamedBy, Resource, ResourceFamily};
use crate::model::{Endpoint, Id, Network, Subnet};

const PRIVATE_LINK: RelayService = RelayService {
    name: "Private Link",
    may_bypass: |_| false,
    parts: &[
        Part {
            is_part: leads_to_a_service,
            ..Part::new(
                "azurerm_private_endpoint",
                &["subnet_id"],
                &[],
                &[
                    "private_service_connection.private_connection_resource_id",
                    "private_service_connection.private_connection_resource_alias",
                ],
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

impl<B, M> Located for At<B, M>
where
    B: Sees<Networks> + Sees<Subnets> + Sees<Endpoints>,
{
    fn network_of(&self, resource: Id<Resource>) -> Option<Id<Network>> {
        self.seen::<Networks>().of.get(&resource).copied()
    }

    fn subnet_of(&self, resource: Id<Resource>) -> Option<Id<Subnet>> {
        self.seen::<Subnets>().of.get(&resource).copied()
    }

    fn endpoint_of(&self, resource: Id<Resource>) -> Option<Id<Endpoint>> {
        self.seen::<Endpoints>().of.get(&resource).copied()
    }

    fn outer_networks(&mut self) -> &mut OuterNetworks {
        &mut self.on_demand.outer
    }
}

/// Private Link services.
#[must_use]
pub fn family() -> Family<AtRest> {
    Family {
        resources: ResourceFamily {
            references: vec![
                NamedBy::new(
                    &["azurerm_private_link_service"],
                    &["private_connection_resource_alias"],
                )
                .brought_by(&[("azurerm_private_link_service", "alias")]),
            ],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers the service.
fn lower(lowering: &mut Lowering<AtRest>) {
    lowering.relay_service(&PRIVATE_LINK);
}
