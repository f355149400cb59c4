//! Application, network and gateway load balancers. Source: Elastic Load Balancing user guides, "Security groups for your
//! Network Load Balancer": one that was made without a group never has one.

use super::attachment::{AttachmentSpec, Groups};
use super::lowering::{Attribute, Found, Lowering, is_set};
use crate::ingest::aws::stage::AtEndpoints;
use crate::ingest::lowering::Family;
use crate::ingest::terraform::{Mode, NamedBy, Resource, ResourceFamily};
use crate::model::{Endpoint, Id, PivotRisk};

/// Load balancers, with what listens and what is registered there, which entry points of clusters read.
#[must_use]
pub fn family() -> Family<AtEndpoints> {
    Family {
        resources: ResourceFamily {
            types: vec![
                "aws_alb",
                "aws_alb_listener",
                "aws_alb_listener_rule",
                "aws_alb_target_group",
                "aws_alb_target_group_attachment",
                "aws_autoscaling_attachment",
                "aws_autoscaling_traffic_source_attachment",
                "aws_elb_attachment",
                "aws_lb",
                "aws_lb_listener",
                "aws_lb_listener_rule",
                "aws_lb_target_group",
                "aws_lb_target_group_attachment",
            ],
            references: vec![
                NamedBy::new(
                    &["aws_lb", "aws_alb"],
                    &[
                        "load_balancer_arn",
                        "load_balancer_arns",
                        "network_load_balancer_arns",
                        "gateway_load_balancer_arns",
                    ],
                ),
                NamedBy::new(
                    &["aws_lb_target_group", "aws_alb_target_group"],
                    &[
                        "target_group_arn",
                        "target_group_arns",
                        "lb_target_group_arn",
                        "alb_target_group_arn",
                    ],
                ),
                NamedBy::new(
                    &["aws_lb_target_group", "aws_alb_target_group", "aws_elb"],
                    &["traffic_source.identifier"],
                ),
                NamedBy::new(&["aws_elb"], &["load_balancers", "elb"]),
                NamedBy::new(
                    &["aws_instance", "aws_lb", "aws_alb", "aws_lambda_function"],
                    &["target_id"],
                ),
            ],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers `aws_lb` and its older name `aws_alb`.
fn lower(lowering: &mut Lowering<AtEndpoints>) {
    let graph = lowering.graph;
    for (id, resource) in graph
        .of("aws_lb")
        .chain(graph.of("aws_alb"))
        .filter(|(_, resource)| resource.mode == Mode::Managed)
    {
        balancer(lowering, id, resource);
    }
}

fn balancer(lowering: &mut Lowering<AtEndpoints>, id: Id<Resource>, resource: &Resource) {
    let values = &resource.values;
    let mut subnets = Found::default();
    if is_set(values.get("subnets")) {
        subnets = lowering.subnets(Attribute::of(resource, "subnets"));
    }
    let mut addresses = lowering.addresses_at(resource, &[]);
    for mapping in values.get("subnet_mapping").items() {
        let at = |path, key| Attribute {
            resource,
            path,
            value: mapping.get(key),
        };
        let subnet = at("subnet_mapping.subnet_id", "subnet_id");
        subnets.extend(lowering.subnets(subnet));
        let address = at(
            "subnet_mapping.private_ipv4_address",
            "private_ipv4_address",
        );
        if !address.value.is_unknown() {
            addresses.add(&lowering.blocks(address));
        }
    }
    let layer4 = matches!(
        values.get("load_balancer_type").text(),
        Some("network" | "gateway")
    );
    let groups = if layer4 && values.get("security_groups").items().is_empty() {
        Groups::None
    } else {
        Groups::Named(lowering.groups_at(resource, &["security_groups"]))
    };
    let attachments = lowering.attachments(&AttachmentSpec {
        resource,
        path: "subnets",
        subnets,
        groups,
        addresses,
        interface: 0,
    });
    let origin = Some(resource.origin.clone());
    let name = lowering.name(id);
    let endpoint = Endpoint {
        name,
        kind: "load balancer",
        attachments,
        answers_only: false,
        opens_only: false,
        pivot_risk: PivotRisk::Never,
        origin,
    };
    let endpoint = lowering.world.endpoints.push(endpoint);
    lowering.lowered.made.of.insert(id, endpoint);
}
