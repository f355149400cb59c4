//! Instances, network interfaces and groups of instances. Source: EC2 user guide, "Elastic network interfaces".

use super::attachment::{AttachmentSpec, Groups};
use super::launch_template;
use super::lowering::{Attribute, Found, Lowering, is_set};
use crate::ingest::aws::stage::AtEndpoints;
use crate::ingest::lowering::{Blocks, Family};
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
                "aws_ec2_instance_metadata_defaults",
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
                    "aws_network_interface_attachment",
                    &["instance_id", "network_interface_id"],
                ),
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
        interface: 0,
    })
}

fn instance(lowering: &mut Lowering<AtEndpoints>, resource: &Resource) -> Vec<Attachment> {
    let out = taken(lowering, resource);
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
            interface: 0,
        },
    )
}

/// The interfaces that an instance takes instead of one of its own.
fn taken(lowering: &mut Lowering<AtEndpoints>, resource: &Resource) -> Vec<Attachment> {
    let mut out = Vec::new();
    let mut interface = 0;
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
            let at = Attribute {
                resource,
                path,
                value: element.get("network_interface_id"),
            };
            out.extend(named(lowering, at, interface));
            interface += 1;
        }
    }
    out
}

/// Where the interface stands that an attribute names: one that the input does not hold, or that is not known, anywhere.
fn named(lowering: &mut Lowering<AtEndpoints>, at: Attribute, interface: usize) -> Vec<Attachment> {
    let found = lowering.resources(at, INTERFACE);
    let mut out = Vec::new();
    for (id, doubt) in &found.items {
        out.extend(own(lowering, *id).into_iter().map(|own| Attachment {
            interface,
            doubt: own.doubt.and(doubt).and(&found.rest),
            ..own
        }));
    }
    if !found.rest.is_certain() {
        out.extend(lowering.attachments(&AttachmentSpec {
            resource: at.resource,
            path: at.path,
            subnets: Found {
                items: Vec::new(),
                rest: found.rest.clone(),
            },
            groups: Groups::Named(Found {
                items: Vec::new(),
                rest: found.rest.clone(),
            }),
            addresses: Blocks::default(),
            interface,
        }));
    }
    out
}

/// The places of something that is started from templates: each of them says what the resource leaves out, and what further
/// interfaces there are.
fn started(lowering: &mut Lowering<AtEndpoints>, mut spec: AttachmentSpec) -> Vec<Attachment> {
    let own = spec.subnets.clone();
    let placed = own != Found::default();
    let grouped = matches!(&spec.groups, Groups::Named(groups) if *groups != Found::default());
    let templates = launch_template::templates(lowering, spec.resource);
    let is_whole = templates.is_empty() || (placed && grouped);
    let mut out = Vec::new();
    if is_whole {
        out = lowering.attachments(&spec);
    }
    for template in templates {
        if !grouped {
            spec.groups = Groups::Named(template.groups.unwrap_or_default());
        }
        let mut interfaces = template.interfaces.into_iter();
        let first = interfaces.next().unwrap_or_default();
        let first = if placed { own.clone() } else { first };
        let all = std::iter::once(first).chain(interfaces).enumerate();
        for (number, subnets) in all.skip(usize::from(is_whole)) {
            let addresses = match number {
                0 => spec.addresses.clone(),
                _ => Blocks::default(),
            };
            let here = lowering.attachments(&AttachmentSpec {
                subnets,
                addresses,
                interface: number,
                groups: spec.groups.clone(),
                ..spec
            });
            let here = here.into_iter().map(|one| Attachment {
                doubt: one.doubt.and(&template.doubt),
                ..one
            });
            // Templates may differ in what is not asked here.
            let new: Vec<Attachment> = here.filter(|one| !out.contains(one)).collect();
            out.extend(new);
        }
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
            interface: 0,
        },
    )
}

/// `aws_network_interface_attachment`: a further interface of an instance; of any, where it is not known of which.
fn attach(lowering: &mut Lowering<AtEndpoints>, resource: &Resource) {
    let graph = lowering.graph;
    let at = Attribute::of(resource, "instance_id");
    let mut instances = lowering.resources(at, "aws_instance");
    if at.value.text().is_none() {
        let any = graph.of("aws_instance");
        instances.or_any(
            any.filter(|(_, own)| own.input == resource.input)
                .map(|(id, _)| id),
        );
    }
    let more = named(lowering, Attribute::of(resource, "network_interface_id"), 0);
    for (instance, doubt) in &instances.items {
        let Some(endpoint) = lowering.lowered.made.of.get(instance).copied() else {
            continue;
        };
        let attachments = &mut lowering.world.endpoints[endpoint].attachments;
        let interface = attachments.iter().map(|own| own.interface + 1).max();
        for own in &more {
            let further = |interface| Attachment {
                interface,
                doubt: own.doubt.and(doubt).and(&instances.rest),
                ..own.clone()
            };
            // A refreshed plan lists the interface in the instance as well.
            let is_new = attachments.iter().all(|old| *old != further(old.interface));
            if is_new {
                attachments.push(further(interface.unwrap_or_default()));
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
