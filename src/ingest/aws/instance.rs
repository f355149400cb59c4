//! Instances, network interfaces and groups of instances. Source: EC2 user guide, "Elastic network interfaces".

use super::attachment::{AttachmentSpec, Groups};
use super::launch_template;
use super::lowering::{Attribute, Found, Lowering, is_set};
use crate::ingest::aws::stage::AtEndpoints;
use crate::ingest::lowering::Family;
use crate::ingest::terraform::{By, Mode, NamedBy, Resource, ResourceFamily};
use crate::model::{Attachment, Doubt, Endpoint, Id, PivotRisk};

const INTERFACE: &str = "aws_network_interface";
/// What a group can be attached to.
const HOLDERS: &[&str] = &[INTERFACE, "aws_instance"];
const GROUPS: &[&str] = &["vpc_security_group_ids", "security_groups"];

/// Instances, network interfaces, groups of instances, and the templates that they are made from.
#[must_use]
pub fn family() -> Family<AtEndpoints> {
    Family {
        resources: ResourceFamily {
            types: vec![
                "aws_autoscaling_group",
                "aws_instance",
                "aws_launch_configuration",
                "aws_launch_template",
                "aws_network_interface",
                "aws_network_interface_attachment",
                "aws_network_interface_sg_attachment",
            ],
            references: vec![
                NamedBy::new(
                    &["aws_network_interface", "aws_network_interfaces"],
                    &["network_interface_id", "network_interface_ids"],
                )
                .brought_by(&[
                    ("aws_instance", "primary_network_interface_id"),
                    ("aws_nat_gateway", "network_interface_id"),
                ]),
                NamedBy::new(
                    &["aws_instance", "aws_spot_instance_request", "aws_instances"],
                    &["instance_id"],
                ),
                NamedBy::new(
                    &["aws_launch_template"],
                    &[
                        "launch_template_id",
                        "launch_template.id",
                        "launch_template.name",
                        "launch_template_specification.launch_template_id",
                    ],
                ),
                NamedBy::new(&["aws_launch_configuration"], &["launch_configuration"]),
                NamedBy::new(&["aws_autoscaling_group"], &["autoscaling_group_name"]),
            ],
            required: &[
                ("aws_network_interface", &["subnet_id"]),
                (
                    "aws_network_interface_sg_attachment",
                    &["security_group_id", "network_interface_id"],
                ),
            ],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers interfaces first: an instance may be made of them.
fn lower(lowering: &mut Lowering<AtEndpoints>) {
    let graph = lowering.graph;
    let managed = |kind| {
        graph
            .of(kind)
            .filter(|(_, resource): &(_, &Resource)| resource.mode == Mode::Managed)
    };
    for (id, resource) in managed(INTERFACE) {
        let attachments = interface(lowering, resource);
        push(lowering, id, resource, "network interface", attachments);
    }
    for (id, resource) in managed("aws_instance") {
        let attachments = instance(lowering, resource);
        push(lowering, id, resource, "instance", attachments);
    }
    managed("aws_network_interface_attachment")
        .for_each(|(_, resource)| attach(lowering, resource));
    managed("aws_network_interface_sg_attachment")
        .for_each(|(_, resource)| attach_group(lowering, resource));
    for (id, resource) in managed("aws_autoscaling_group") {
        let attachments = scaling_group(lowering, resource);
        push(lowering, id, resource, "auto scaling group", attachments);
    }
}

/// What owns an interface the input may leave open; all others run their owner's programs.
fn push(
    lowering: &mut Lowering<AtEndpoints>,
    id: Id<Resource>,
    resource: &Resource,
    kind: &'static str,
    attachments: Vec<Attachment>,
) {
    let (name, origin) = (lowering.name(id), Some(resource.origin.clone()));
    let pivot_risk = if resource.kind == INTERFACE {
        PivotRisk::Perhaps
    } else {
        PivotRisk::Freely
    };
    let endpoint = Endpoint {
        name,
        kind,
        attachments,
        answers_only: false,
        opens_only: false,
        pivot_risk,
        origin,
    };
    let endpoint = lowering.world.endpoints.push(endpoint);
    lowering.lowered.made.of.insert(id, endpoint);
}

fn interface(lowering: &mut Lowering<AtEndpoints>, resource: &Resource) -> Vec<Attachment> {
    let subnets = lowering.subnets(Attribute::of(resource, "subnet_id"));
    let groups = Groups::Named(lowering.groups_at(resource, &["security_groups"]));
    let addresses = lowering.addresses_at(
        resource,
        &[
            "private_ip",
            "private_ips",
            "private_ip_list",
            "ipv6_addresses",
            "ipv6_address_list",
        ],
    );
    lowering.attachments(&AttachmentSpec {
        resource,
        path: "subnet_id",
        subnets,
        groups,
        addresses,
    })
}

fn instance(lowering: &mut Lowering<AtEndpoints>, resource: &Resource) -> Vec<Attachment> {
    let mut out = Vec::new();
    for (block, path) in [
        (
            "network_interface",
            "network_interface.network_interface_id",
        ),
        (
            "primary_network_interface",
            "primary_network_interface.network_interface_id",
        ),
    ] {
        for element in resource.values.get(block).items() {
            let value = element.get("network_interface_id");
            let interfaces = lowering.resources(
                Attribute {
                    resource,
                    path,
                    value,
                },
                "aws_network_interface",
            );
            out.extend(interfaces.all().flat_map(|id| own(lowering, id)));
        }
    }
    if !out.is_empty() {
        return out;
    }
    let subnets = lowering.subnets(Attribute::of(resource, "subnet_id"));
    let groups = lowering.groups_at(resource, GROUPS);
    let addresses = lowering.addresses_at(
        resource,
        &["private_ip", "secondary_private_ips", "ipv6_addresses"],
    );
    started(
        lowering,
        AttachmentSpec {
            resource,
            path: "subnet_id",
            subnets,
            groups: Groups::Named(groups),
            addresses,
        },
    )
}

/// The places of something that is started from templates: each of them says what the resource leaves out.
fn started(lowering: &mut Lowering<AtEndpoints>, mut spec: AttachmentSpec) -> Vec<Attachment> {
    let placed = spec.subnets != Found::default();
    let grouped = matches!(&spec.groups, Groups::Named(groups) if *groups != Found::default());
    let templates = launch_template::templates(lowering, spec.resource);
    if templates.is_empty() || (placed && grouped) {
        return lowering.attachments(&spec);
    }
    let mut out = Vec::new();
    for template in templates {
        if !placed {
            spec.subnets = template.subnets;
        }
        if !grouped {
            spec.groups = Groups::Named(template.groups.unwrap_or_default());
        }
        let here = lowering.attachments(&spec).into_iter();
        out.extend(here.map(|one| Attachment {
            doubt: one.doubt.and(&template.doubt),
            ..one
        }));
    }
    out
}

fn own(lowering: &Lowering<AtEndpoints>, id: Id<Resource>) -> Vec<Attachment> {
    let endpoint = lowering.lowered.made.of.get(&id);
    endpoint
        .map(|endpoint| lowering.world.endpoints[*endpoint].attachments.clone())
        .unwrap_or_default()
}

fn scaling_group(lowering: &mut Lowering<AtEndpoints>, resource: &Resource) -> Vec<Attachment> {
    let subnets = lowering.subnets(Attribute::of(resource, "vpc_zone_identifier"));
    let addresses = lowering.addresses_at(resource, &[]);
    started(
        lowering,
        AttachmentSpec {
            resource,
            path: "vpc_zone_identifier",
            subnets,
            groups: Groups::Named(Found::default()),
            addresses,
        },
    )
}

/// `aws_network_interface_attachment`: a further interface of an instance.
fn attach(lowering: &mut Lowering<AtEndpoints>, resource: &Resource) {
    let instances = lowering.resources(Attribute::of(resource, "instance_id"), "aws_instance");
    let interfaces = lowering.resources(
        Attribute::of(resource, "network_interface_id"),
        "aws_network_interface",
    );
    let doubt = instances.doubt().and(&interfaces.doubt());
    let more: Vec<Attachment> = interfaces.all().flat_map(|id| own(lowering, id)).collect();
    for endpoint in instances
        .all()
        .filter_map(|id| lowering.lowered.made.of.get(&id).copied())
        .collect::<Vec<_>>()
    {
        let attachments = &mut lowering.world.endpoints[endpoint].attachments;
        for attachment in more.iter().cloned().map(|own| Attachment {
            doubt: own.doubt.and(&doubt),
            ..own
        }) {
            if !attachments.contains(&attachment) {
                attachments.push(attachment);
            }
        }
    }
}

/// `aws_network_interface_sg_attachment`: a further group on an interface, which may be an instance's first one. Where it is not
/// known which interface, each of the input may have it, beside standing as it does without.
fn attach_group(lowering: &mut Lowering<AtEndpoints>, resource: &Resource) {
    let groups = lowering.groups_at(resource, &["security_group_id"]);
    let at = Attribute::of(resource, "network_interface_id");
    let mut holders = Found::default();
    for kind in HOLDERS {
        let links = lowering.graph.follow(at.value, &[kind]);
        if !links.targets.is_empty() {
            holders.extend(lowering.resources(at, kind));
        }
    }
    if holders.items.is_empty() && is_set(at.value) {
        let graph = lowering.graph;
        let doubt = if at.value.text().is_some() {
            Doubt::none()
        } else {
            lowering.unlinked(at, &[], By::Gap)
        };
        let same = HOLDERS
            .iter()
            .flat_map(|kind| graph.of(kind))
            .filter(|(_, own)| own.input == resource.input);
        let any = same.filter(|_| !doubt.is_certain());
        any.for_each(|(id, _)| holders.add(id, doubt.clone()));
    }
    let all = groups.doubt().and(&holders.rest);
    for (holder, doubt) in holders.items {
        let Some(endpoint) = lowering.lowered.made.of.get(&holder).copied() else {
            continue;
        };
        let doubt = doubt.and(&all);
        let attachments = &mut lowering.world.endpoints[endpoint].attachments;
        let with = |own: &Attachment| {
            let fresh = groups.all().filter(|group| !own.filters.contains(group));
            Attachment {
                filters: own.filters.iter().copied().chain(fresh).collect(),
                doubt: own.doubt.and(&doubt),
                ..own.clone()
            }
        };
        let extended: Vec<Attachment> = attachments.iter().map(with).collect();
        if doubt.is_certain() {
            *attachments = extended;
        } else {
            let changed = extended
                .into_iter()
                .zip(attachments.iter())
                .filter(|(new, old)| new.filters != old.filters);
            let changed: Vec<Attachment> = changed.map(|(new, _)| new).collect();
            attachments.extend(changed);
        }
    }
}
