//! VPC Lattice, PrivateLink and RDS Proxy: services that relay connections between VPCs. Sources: VPC Lattice user guide, "How VPC Lattice
//! works", "Resource gateways in VPC Lattice", "Resource configurations for VPC resources"; PrivateLink guide, "Create a
//! service powered by AWS PrivateLink", "Access a VPC resource through AWS PrivateLink"; RDS user guide, "Accessing a
//! database across VPCs".

use super::lowering::{At, Lowering};
use super::resource_gateway;
use crate::ingest::aws::stage::{AtRest, Endpoints, Networks, Subnets};
use crate::ingest::lowering::{Family, Located, OuterNetworks, Part, RelayService, Sees};
use crate::ingest::terraform::{NamedBy, Resource, ResourceFamily};
use crate::model::{Endpoint, Id, Network, Subnet};

const LATTICE: RelayService = RelayService {
    name: "VPC Lattice",
    may_bypass,
    parts: &[
        Part::new(
            "aws_vpclattice_service_network_vpc_association",
            &["vpc_identifier"],
            &[],
            &["service_network_identifier"],
        ),
        Part::new(
            "aws_vpc_endpoint",
            &["vpc_id"],
            &[],
            &["service_network_arn", "resource_configuration_arn"],
        ),
        Part::new(
            "aws_vpclattice_service_network_service_association",
            &[],
            &[],
            &["service_identifier", "service_network_identifier"],
        ),
        Part::new(
            "aws_vpclattice_service_network_resource_association",
            &[],
            &[],
            &[
                "resource_configuration_identifier",
                "service_network_identifier",
            ],
        ),
        Part::new(
            "aws_vpclattice_resource_configuration",
            &[],
            &[],
            &[
                "resource_gateway_identifier",
                "resource_configuration_group_id",
            ],
        ),
        Part::new(resource_gateway::KIND, &[], &["vpc_id", "subnet_ids"], &[]),
        Part::new(
            "aws_vpclattice_listener",
            &[],
            &[],
            &[
                "service_identifier",
                "service_arn",
                "default_action.forward.target_groups.target_group_identifier",
            ],
        ),
        Part::new(
            "aws_vpclattice_listener_rule",
            &[],
            &[],
            &[
                "service_identifier",
                "action.forward.target_groups.target_group_identifier",
            ],
        ),
        Part::new(
            "aws_vpclattice_target_group",
            &[],
            &["config.vpc_identifier"],
            &[],
        ),
        Part::new(
            "aws_vpclattice_target_group_attachment",
            &[],
            &[],
            &["target_group_identifier"],
        ),
    ],
};

const PRIVATE_LINK: RelayService = RelayService {
    name: "PrivateLink",
    may_bypass,
    parts: &[
        Part {
            is_part: leads_to_a_service,
            ..Part::new("aws_vpc_endpoint", &["vpc_id"], &[], &["service_name"])
        },
        Part::new(
            "aws_vpc_endpoint_service",
            &[],
            &["network_load_balancer_arns", "gateway_load_balancer_arns"],
            &[],
        ),
        Part::new(
            "aws_vpc_endpoint_connection_accepter",
            &[],
            &[],
            &["vpc_endpoint_service_id", "vpc_endpoint_id"],
        ),
        Part::new(
            "aws_msk_vpc_connection",
            &["vpc_id"],
            &["target_cluster_arn"],
            &[],
        ),
        Part::new(
            "aws_opensearch_vpc_endpoint",
            &["vpc_options.subnet_ids"],
            &["domain_arn"],
            &[],
        ),
        Part::new(
            "aws_elasticsearch_vpc_endpoint",
            &["vpc_options.subnet_ids"],
            &["domain_arn"],
            &[],
        ),
        Part::new(
            "aws_redshift_endpoint_access",
            &["subnet_group_name"],
            &["cluster_identifier"],
            &[],
        ),
        Part::new(
            "aws_redshiftserverless_endpoint_access",
            &["subnet_ids"],
            &["workgroup_name"],
            &[],
        ),
    ],
};

/// A proxy stands in the network of its databases; its endpoints may stand in others.
const DATABASE_PROXY: RelayService = RelayService {
    name: "RDS Proxy",
    may_bypass,
    parts: &[
        Part::new(
            "aws_db_proxy_endpoint",
            &["vpc_subnet_ids"],
            &[],
            &["db_proxy_name"],
        ),
        Part::new("aws_db_proxy", &[], &["vpc_subnet_ids"], &[]),
    ],
};

/// Whether clients of a service may reach it past its own groups. Those of a load balancer judge what PrivateLink brings unless it
/// says otherwise; of managed services (OpenSearch, Redshift, MSK, RDS Proxy) it is not told that theirs do. Source: Network
/// Load Balancers user guide, "Update the security groups for your Network Load Balancer".
fn may_bypass(server: &Resource) -> bool {
    let judged = server
        .values
        .get("enforce_security_group_inbound_rules_on_private_link_traffic");
    match server.kind.as_str() {
        "aws_lb" | "aws_alb" => judged.is_unknown() || judged.text() == Some("off"),
        _ => true,
    }
}

/// Whether an endpoint leads to a service that is not AWS's own.
fn leads_to_a_service(endpoint: &Resource) -> bool {
    let own = |name: &str| !name.contains(".vpce.") && !name.contains("vpce-svc-");
    let kind = endpoint.values.get("vpc_endpoint_type").text();
    matches!(kind, None | Some("Interface" | "GatewayLoadBalancer"))
        && !endpoint.values.get("service_name").text().is_some_and(own)
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

/// VPC Lattice, PrivateLink and RDS Proxy.
#[must_use]
pub fn family() -> Family<AtRest> {
    Family {
        resources: ResourceFamily {
            references: vec![
                NamedBy::new(
                    &["aws_vpclattice_service_network"],
                    &["service_network_identifier", "service_network_arn"],
                ),
                NamedBy::new(&["aws_vpclattice_service"], &["service_identifier"]),
                NamedBy::new(
                    &["aws_vpclattice_target_group"],
                    &["target_group_identifier"],
                ),
                NamedBy::new(
                    &["aws_vpclattice_resource_gateway"],
                    &["resource_gateway_identifier"],
                ),
                NamedBy::new(
                    &["aws_vpclattice_resource_configuration"],
                    &[
                        "resource_configuration_identifier",
                        "resource_configuration_group_id",
                        "resource_configuration_arn",
                    ],
                ),
                NamedBy::new(&["aws_db_proxy"], &["db_proxy_name"]),
                NamedBy::new(
                    &["aws_msk_cluster", "aws_msk_serverless_cluster"],
                    &["target_cluster_arn"],
                ),
                NamedBy::new(
                    &["aws_opensearch_domain", "aws_elasticsearch_domain"],
                    &["domain_arn"],
                ),
            ],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers the services.
fn lower(lowering: &mut Lowering<AtRest>) {
    lowering.relay_service(&LATTICE);
    lowering.relay_service(&PRIVATE_LINK);
    lowering.relay_service(&DATABASE_PROXY);
}
