//! Attachments: of VPCs, VPN connections, Direct Connect gateways, Connect peers, and of other transit gateways.
//! Source: Transit Gateway guide, "Amazon VPC attachments", "Transit gateway peering attachments".

use super::hub::{self, Hubs};
use crate::ingest::aws::lowering::{Attribute, Found, Lowering, is_set};
use crate::ingest::terraform::{Resource, Target};
use crate::model::{Doubt, GapKind, Id, Link, Network, Subnet};

const VPC: &str = "aws_ec2_transit_gateway_vpc_attachment";
const VPC_ACCEPTER: &str = "aws_ec2_transit_gateway_vpc_attachment_accepter";
const PEERING: &str = "aws_ec2_transit_gateway_peering_attachment";
const PEERING_ACCEPTER: &str = "aws_ec2_transit_gateway_peering_attachment_accepter";

/// Types of attachments that lead to networks outside of AWS, each with the attributes that name the gateway and the far end.
const OUTER: &[(&str, &str, &str)] = &[
    ("aws_vpn_connection", "transit_gateway_id", ""),
    ("aws_ec2_transit_gateway_vpn_attachment", "transit_gateway_id", "vpn_connection_id"),
    ("aws_dx_gateway_association", "associated_gateway_id", "dx_gateway_id"),
    ("aws_ec2_transit_gateway_dx_gateway_attachment", "transit_gateway_id", "dx_gateway_id"),
    ("aws_ec2_transit_gateway_connect", "transit_gateway_id", ""),
];

/// What stands at the far end of an attachment.
#[derive(Clone, Debug)]
pub enum End {
    /// A VPC, by way of some of its subnets.
    Network(Id<Network>, Found<Id<Subnet>>),
    /// A network that is not in the input: it propagates blocks that are not known.
    Outer(Id<Network>),
    /// Another gateway, which has the same attachment as [`Joint::twin`].
    Hub,
}

/// One attachment, seen from one gateway. An attachment between two gateways is there twice, once from each.
#[derive(Clone, Debug)]
pub struct Joint {
    /// The gateway.
    pub link: Id<Link>,
    /// The attachment's resource.
    pub resource: Id<Resource>,
    /// What it leads to.
    pub end: End,
    /// For one between gateways: the same attachment as the other gateway sees it.
    pub twin: Option<usize>,
    /// Why it may not carry packets.
    pub doubt: Doubt,
    /// Whether it goes with the gateway's default association.
    pub associates: bool,
    /// Whether it goes with the gateway's default propagation.
    pub propagates: bool,
    /// Whether references to security groups hold across it.
    pub keeps_members: bool,
    /// Route tables that it is associated with; one is right.
    pub tables: Found<usize>,
}

/// Lowers all attachments.
pub fn lower(lowering: &mut Lowering, hubs: &mut Hubs) {
    let graph = lowering.graph;
    graph.of(VPC).for_each(|(id, resource)| vpc(lowering, hubs, id, resource));
    graph.of(VPC_ACCEPTER).for_each(|(id, resource)| same(lowering, hubs, id, resource, VPC));
    graph.of(PEERING).for_each(|(id, resource)| peering(lowering, hubs, id, resource));
    graph.of(PEERING_ACCEPTER).for_each(|(id, resource)| same(lowering, hubs, id, resource, PEERING));
    for (kind, gateway, far) in OUTER {
        graph.of(kind).for_each(|(id, resource)| outer(lowering, hubs, (id, resource), gateway, far));
    }
}

fn push(hubs: &mut Hubs, joint: Joint) -> usize {
    hubs.joints.push(joint);
    hubs.joints.len() - 1
}

fn vpc(lowering: &mut Lowering, hubs: &mut Hubs, id: Id<Resource>, resource: &Resource) {
    if let Some(joint) = lowering.twin(resource, |_, id| hubs.joint_of.get(&id).copied()) {
        hubs.joint_of.insert(id, joint);
        return;
    }
    let gateways = hub::named(lowering, hubs, Attribute::of(resource, "transit_gateway_id"));
    let networks = lowering.networks(Attribute::of(resource, "vpc_id"));
    let subnets = lowering.subnets(Attribute::of(resource, "subnet_ids"));
    let on = |path: &str| resource.values.get(path).boolean() != Some(false);
    let whole = gateways.rest.and(&networks.rest);
    for (link, link_doubt) in &gateways.items {
        let accepted = accepted(lowering, hubs, *link, resource);
        for (network, doubt) in &networks.items {
            let joint = Joint {
                link: *link,
                resource: id,
                end: End::Network(*network, subnets.clone()),
                twin: None,
                doubt: doubt.and(link_doubt).and(&whole).and(&accepted),
                associates: on("transit_gateway_default_route_table_association"),
                propagates: on("transit_gateway_default_route_table_propagation"),
                keeps_members: resource.values.get("security_group_referencing_support").text() != Some("disable"),
                tables: Found::default(),
            };
            let joint = push(hubs, joint);
            hubs.joint_of.insert(id, joint);
        }
    }
}

/// An attachment of another account waits for acceptance, unless the gateway accepts all.
fn accepted(lowering: &mut Lowering, hubs: &Hubs, link: Id<Link>, resource: &Resource) -> Doubt {
    let graph = lowering.graph;
    let hub = hubs.hubs.get(&link).copied().unwrap_or_default();
    let owner = |resource: &Resource, path: &str| resource.values.get(path).text().map(str::to_owned).or(resource.account.clone());
    let other = hub.resource.and_then(|id| owner(&graph.resources[id], "owner_id"));
    let own = owner(resource, "vpc_owner_id");
    let (Some(own), Some(other)) = (own, other) else { return Doubt::none() };
    let by_resource = graph.of(VPC_ACCEPTER).any(|(_, accepter)| {
        let links = graph.follow(accepter.values.get("transit_gateway_attachment_id"), &[VPC]);
        links.targets.iter().any(|target| graph.resources[target.resource].address == resource.address)
    });
    if own == other || hub.accepts || by_resource {
        return Doubt::none();
    }
    let what = format!("`{}` waits for acceptance by {other}", resource.address);
    lowering.world.doubt(GapKind::NotAccepted, what, Some(resource.origin.clone()))
}

/// An accepter is the attachment that it accepts. One whose attachment is not in the input says what it knows of it.
fn same(lowering: &mut Lowering, hubs: &mut Hubs, id: Id<Resource>, resource: &Resource, kind: &str) {
    let at = Attribute::of(resource, "transit_gateway_attachment_id");
    let links = lowering.graph.follow(at.value, &[kind]);
    let joint = links.targets.iter().find_map(|target| hubs.joint_of.get(&target.resource).copied());
    match joint {
        Some(joint) => {
            hubs.joint_of.insert(id, joint);
        }
        None if kind == VPC => vpc(lowering, hubs, id, resource),
        None => peering(lowering, hubs, id, resource),
    }
}

/// An attachment between two gateways: known routes are all static, and it must be accepted.
fn peering(lowering: &mut Lowering, hubs: &mut Hubs, id: Id<Resource>, resource: &Resource) {
    let graph = lowering.graph;
    let near = hub::named(lowering, hubs, Attribute::of(resource, "transit_gateway_id"));
    let far = hub::named(lowering, hubs, Attribute::of(resource, "peer_transit_gateway_id"));
    let by_resource = resource.kind == PEERING_ACCEPTER
        || graph.of(PEERING_ACCEPTER).any(|(_, accepter)| {
            let links = graph.follow(accepter.values.get("transit_gateway_attachment_id"), &[PEERING]);
            links.targets.iter().any(|target| target.resource == id)
        });
    let mut doubt = near.doubt().and(&far.doubt());
    if !by_resource && resource.values.get("state").text() != Some("available") {
        let what = format!("`{}` waits for acceptance by the other gateway's side", resource.address);
        doubt = doubt.and(&lowering.world.doubt(GapKind::NotAccepted, what, Some(resource.origin.clone())));
    }
    for (a, b) in near.all().flat_map(|a| far.all().map(move |b| (a, b))).collect::<Vec<_>>() {
        let number = hubs.joints.len();
        for (link, twin) in [(a, number + 1), (b, number)] {
            let joint = Joint {
                link,
                resource: id,
                end: End::Hub,
                twin: Some(twin),
                doubt: doubt.clone(),
                associates: true,
                propagates: false,
                keeps_members: false,
                tables: Found::default(),
            };
            push(hubs, joint);
        }
        hubs.joint_of.insert(id, number);
    }
}

fn outer(lowering: &mut Lowering, hubs: &mut Hubs, (id, resource): (Id<Resource>, &Resource), gateway: &str, far: &str) {
    if !is_set(resource.values.get(gateway)) {
        return;
    }
    let at = Attribute::of(resource, gateway);
    // `associated_gateway_id` may as well be a virtual private gateway.
    let other = lowering.graph.follow(at.value, &["aws_vpn_gateway"]);
    if !other.targets.is_empty() || at.value.text().is_some_and(|text| text.starts_with("vgw-")) {
        return;
    }
    let of_connection = lowering.graph.follow(resource.values.get("vpn_connection_id"), &["aws_vpn_connection"]);
    if let Some(joint) = of_connection.targets.iter().find_map(|target| hubs.joint_of.get(&target.resource).copied()) {
        hubs.joint_of.insert(id, joint);
        return;
    }
    let gateways = hub::named(lowering, hubs, at);
    let network = lowering.outer_network(resource, far);
    for (link, doubt) in gateways.items {
        let joint = Joint {
            link,
            resource: id,
            end: End::Outer(network),
            twin: None,
            doubt: doubt.and(&gateways.rest),
            associates: true,
            propagates: true,
            keeps_members: false,
            tables: Found::default(),
        };
        let joint = push(hubs, joint);
        hubs.joint_of.insert(id, joint);
    }
}

/// The attachments that an attribute names, from the side of one gateway.
pub fn named(lowering: &mut Lowering, hubs: &Hubs, at: Attribute, link: Id<Link>) -> Found<usize> {
    let own = |_: &Lowering, target: &Target| {
        let joint = *hubs.joint_of.get(&target.resource)?;
        let seen = |number: &usize| hubs.joints.get(*number).is_some_and(|joint| joint.link == link);
        let twin = hubs.joints.get(joint).and_then(|joint| joint.twin);
        [Some(joint), twin].into_iter().flatten().find(seen).or(Some(joint))
    };
    lowering.find(at, own, |_, _, _| None)
}
