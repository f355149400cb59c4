//! Azure: resources of a [`Graph`] lowered into networks, filters, borders and endpoints.
//!
//! One file for each resource family; `families` holds them in the order of their dependencies. Sources are Microsoft's
//! documentation (learn.microsoft.com/azure, by page) and the reference of the `azurerm` provider.

mod address_target;
mod admin_rule;
pub mod aks;
mod application_security_group;
mod attachment;
mod channel;
mod connected_group;
mod gateway;
mod host_service;
mod lowering;
mod network_interface;
mod network_security_group;
mod on_demand;
mod peering;
mod peering_side;
mod placement;
mod private_endpoint;
mod private_route;
mod relay_service;
mod resource_type;
mod route;
mod route_server;
mod route_table;
mod rule;
mod security_rule;
mod service_tag;
mod stage;
mod subnet;
mod template;
mod virtual_hub;
mod virtual_network;

pub use lowering::{Lowered, Lowering};
pub use resource_type::type_coverage;

#[cfg(test)]
mod tests;

use self::lowering::At;
use self::stage::{
    AtAdminRules, AtApplicationGroups, AtEndpoints, AtGateways, AtNetworks, AtPeerings, AtRest,
    AtRoutes, AtSecurityGroups, AtSubnets,
};
use crate::ingest::lowering::{Family, resource_families, stage};
use crate::ingest::terraform::{Graph, ProviderTypes};
use crate::model::World;

/// All families, by the stage to which they belong.
#[derive(Default)]
pub struct Families {
    networks: Vec<Family<AtNetworks>>,
    subnets: Vec<Family<AtSubnets>>,
    application_groups: Vec<Family<AtApplicationGroups>>,
    peerings: Vec<Family<AtPeerings>>,
    gateways: Vec<Family<AtGateways>>,
    routes: Vec<Family<AtRoutes>>,
    admin_rules: Vec<Family<AtAdminRules>>,
    security_groups: Vec<Family<AtSecurityGroups>>,
    endpoints: Vec<Family<AtEndpoints>>,
    rest: Vec<Family<AtRest>>,
}

fn families() -> Families {
    Families {
        networks: vec![virtual_network::family()],
        subnets: vec![subnet::family()],
        application_groups: vec![application_security_group::family()],
        peerings: vec![peering::family(), connected_group::family()],
        gateways: vec![
            gateway::family(),
            route_server::family(),
            virtual_hub::family(),
        ],
        routes: vec![route_table::family()],
        admin_rules: vec![admin_rule::family()],
        security_groups: vec![network_security_group::family()],
        endpoints: vec![
            network_security_group::of_subnets(),
            network_interface::family(),
            placement::family(),
            private_endpoint::family(),
        ],
        rest: vec![
            relay_service::family(),
            address_target::family(),
            private_route::family(),
            channel::family(),
            resource_type::family(),
            host_service::family(),
        ],
    }
}

/// Beginnings of types that have neither an address nor a say in who may reach one.
const LEFT_OUT: &[&str] = &[
    "azurerm_key_vault_secret",
    "azurerm_log",
    "azurerm_monitor",
    "azurerm_policy",
    "azurerm_role",
];

/// Azure's resource types, for the reader of plans.
#[must_use]
pub fn resource_types() -> ProviderTypes {
    families().resource_types()
}

/// Lowers every Azure resource of the graph into the world. Returns which resource became what.
pub fn lower(graph: &Graph, world: &mut World) -> Lowered {
    families().lower(graph, world)
}

impl Families {
    fn resource_types(self) -> ProviderTypes {
        let families = resource_families(self.networks)
            .chain(resource_families(self.subnets))
            .chain(resource_families(self.application_groups))
            .chain(resource_families(self.peerings))
            .chain(resource_families(self.gateways))
            .chain(resource_families(self.routes))
            .chain(resource_families(self.admin_rules))
            .chain(resource_families(self.security_groups))
            .chain(resource_families(self.endpoints))
            .chain(resource_families(self.rest))
            .chain([aks::resources()]);
        ProviderTypes {
            fronts: &["azurerm", "azapi"],
            left_out: LEFT_OUT,
            families: families.collect(),
        }
    }

    fn lower(&self, graph: &Graph, world: &mut World) -> Lowered {
        let mut at = At::<(), ()>::default();
        at.on_demand.foreign_subnets = world.subnets.len();
        let at = stage(graph, world, at, &self.networks);
        let at = stage(graph, world, at, &self.subnets);
        let at = stage(graph, world, at, &self.application_groups);
        let at = stage(graph, world, at, &self.peerings);
        let at = stage(graph, world, at, &self.gateways);
        let at = stage(graph, world, at, &self.routes);
        let at = stage(graph, world, at, &self.admin_rules);
        let at = stage(graph, world, at, &self.security_groups);
        let at = stage(graph, world, at, &self.endpoints);
        stage(graph, world, at, &self.rest)
    }
}
