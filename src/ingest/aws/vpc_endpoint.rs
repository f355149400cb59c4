//! VPC endpoints and the services behind them (PrivateLink): a way between networks beside any route. Source: PrivateLink
//! guide, "Access an AWS service using an interface VPC endpoint": connections go from the consumer to the service only.

use super::attachment::{AttachmentSpec, Groups};
use super::lowering::{Attribute, Lowering, is_set};
use crate::ingest::aws::stage::AtEndpoints;
use crate::ingest::lowering::Family;
use crate::ingest::terraform::{Mode, NamedBy, Resource, ResourceFamily};
use crate::model::{Endpoint, GapKind, Id, PivotRisk};

/// VPC endpoints and the services behind them.
#[must_use]
pub fn family() -> Family<AtEndpoints> {
    Family {
        resources: ResourceFamily {
            types: vec![
                "aws_vpc_endpoint",
                "aws_vpc_endpoint_security_group_association",
                "aws_vpc_endpoint_service",
                "aws_vpc_endpoint_subnet_association",
            ],
            references: vec![
                NamedBy::new(&["aws_vpc_endpoint"], &["vpc_endpoint_id"]),
                NamedBy::new(
                    &["aws_vpc_endpoint_service"],
                    &["service_name", "vpc_endpoint_service_id"],
                )
                .brought_by(&[("aws_vpc_endpoint_service", "service_name")]),
            ],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers interface endpoints; gateway endpoints hold no address.
fn lower(lowering: &mut Lowering<AtEndpoints>) {
    let graph = lowering.graph;
    for (id, resource) in graph
        .of("aws_vpc_endpoint")
        .filter(|(_, resource)| resource.mode == Mode::Managed)
    {
        let kind = resource.values.get("vpc_endpoint_type");
        if is_set(kind) && kind.text() != Some("Gateway") {
            interface(lowering, id, resource);
        }
        channel(lowering, resource);
    }
    for (_, resource) in graph
        .of("aws_vpc_endpoint_service")
        .filter(|(_, resource)| resource.mode == Mode::Managed)
    {
        let what = format!(
            "`{}` offers what stands behind its load balancers to other networks (PrivateLink): another channel across the border, \
             whose consumers are not judged",
            resource.address
        );
        lowering
            .world
            .doubt(GapKind::NotJudged, what, Some(resource.origin.clone()));
    }
}

fn interface(lowering: &mut Lowering<AtEndpoints>, id: Id<Resource>, resource: &Resource) {
    let mut subnets = lowering.subnets(Attribute::of(resource, "subnet_ids"));
    for block in resource.values.get("subnet_configuration").items() {
        let at = Attribute {
            resource,
            path: "subnet_configuration.subnet_id",
            value: block.get("subnet_id"),
        };
        if is_set(at.value) {
            subnets.extend(lowering.subnets(at));
        }
    }
    let gateway = resource.values.get("vpc_endpoint_type").text() == Some("GatewayLoadBalancer");
    let mut groups = lowering.groups_at(resource, &["security_group_ids"]);
    for association in associations(lowering, id, "aws_vpc_endpoint_subnet_association") {
        subnets.extend(lowering.subnets(Attribute::of(association, "subnet_id")));
    }
    for association in associations(lowering, id, "aws_vpc_endpoint_security_group_association") {
        groups.extend(lowering.groups_at(association, &["security_group_id"]));
    }
    let groups = if gateway {
        Groups::None
    } else {
        Groups::Named(groups)
    };
    let addresses = lowering.addresses_at(
        resource,
        &["subnet_configuration.ipv4", "subnet_configuration.ipv6"],
    );
    let mut attachments = lowering.attachments(&AttachmentSpec {
        resource,
        path: "subnet_ids",
        subnets,
        groups,
        addresses,
        interface: 0,
    });
    let networks: Vec<_> = lowering
        .networks(Attribute::of(resource, "vpc_id"))
        .all()
        .collect();
    if !networks.is_empty() {
        attachments.retain(|attachment| networks.contains(&attachment.network));
    }
    let origin = Some(resource.origin.clone());
    let name = lowering.name(id);
    let endpoint = Endpoint {
        name,
        kind: "interface endpoint",
        attachments,
        answers_only: true,
        opens_only: false,
        pivot_risk: PivotRisk::Never,
        origin,
    };
    let endpoint = lowering.world.endpoints.push(endpoint);
    lowering.lowered.made.of.insert(id, endpoint);
}

/// Separate resources that give an endpoint a subnet or a group.
fn associations<'g>(
    lowering: &Lowering<'g, AtEndpoints>,
    endpoint: Id<Resource>,
    kind: &str,
) -> Vec<&'g Resource> {
    let graph = lowering.graph;
    let of_endpoint = |resource: &&Resource| {
        let links = graph.follow(
            resource.values.get("vpc_endpoint_id"),
            &["aws_vpc_endpoint"],
        );
        links
            .targets
            .iter()
            .any(|target| target.resource == endpoint)
    };
    graph
        .of(kind)
        .map(|(_, resource)| resource)
        .filter(of_endpoint)
        .collect()
}

/// An endpoint of a service that is not AWS's own leads into another network.
fn channel(lowering: &mut Lowering<AtEndpoints>, resource: &Resource) {
    let service = resource.values.get("service_name");
    let own = service
        .text()
        .is_some_and(|name| !name.contains(".vpce.") && !name.contains("vpce-svc-"));
    if own || resource.values.get("vpc_endpoint_type").text() == Some("Gateway") {
        return;
    }
    let name = service
        .text()
        .map_or("a service known only after apply".to_owned(), |name| {
            format!("service `{name}`")
        });
    let what = format!(
        "`{}` leads to {name} in another network (PrivateLink): another channel across the border, judged up to the endpoint",
        resource.address
    );
    lowering.world.doubt(
        GapKind::NotJudged,
        what,
        Some(resource.origin_of("service_name")),
    );
}
