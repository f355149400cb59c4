//! Attachments: of VPCs, VPN connections, Direct Connect gateways, Connect peers, and of other transit gateways.
//! Source: Transit Gateway guide, "Amazon VPC attachments", "Transit gateway peering attachments".

use super::hub;
use super::hubs::{AttachmentTarget, Far, HubAttachment, Hubs, UnresolvedAttachment};
use super::presumed;
use super::switch::Switch;
use crate::ingest::aws::lowering::{Attribute, Found, Lowering, is_set};
use crate::ingest::aws::owner::{Common, Owner};
use crate::ingest::aws::stage::AtBorders;
use crate::ingest::terraform::{Resource, Target};
use crate::model::{Border, Doubt, GapKind, Id};

const VPC: &str = "aws_ec2_transit_gateway_vpc_attachment";
const VPC_ACCEPTER: &str = "aws_ec2_transit_gateway_vpc_attachment_accepter";
const PEERING: &str = "aws_ec2_transit_gateway_peering_attachment";
const PEERING_ACCEPTER: &str = "aws_ec2_transit_gateway_peering_attachment_accepter";

/// Types of attachments that lead to networks outside of AWS, each with the attributes that name the gateway and the far end.
const OUTER: &[(&str, &str, &str)] = &[
    ("aws_vpn_connection", "transit_gateway_id", ""),
    (
        "aws_ec2_transit_gateway_vpn_attachment",
        "transit_gateway_id",
        "vpn_connection_id",
    ),
    (
        "aws_dx_gateway_association",
        "associated_gateway_id",
        "dx_gateway_id",
    ),
    (
        "aws_ec2_transit_gateway_dx_gateway_attachment",
        "transit_gateway_id",
        "dx_gateway_id",
    ),
    ("aws_ec2_transit_gateway_connect", "transit_gateway_id", ""),
];

/// Lowers all attachments.
pub fn lower(lowering: &mut Lowering<AtBorders>, hubs: &mut Hubs) {
    let graph = lowering.graph;
    graph
        .of(VPC)
        .for_each(|(id, resource)| vpc(lowering, hubs, id, resource));
    graph
        .of(VPC_ACCEPTER)
        .for_each(|(id, resource)| same(lowering, hubs, id, resource, VPC));
    graph
        .of(PEERING)
        .for_each(|(id, resource)| peering(lowering, hubs, id, resource));
    graph
        .of(PEERING_ACCEPTER)
        .for_each(|(id, resource)| same(lowering, hubs, id, resource, PEERING));
    for (kind, gateway, far) in OUTER {
        graph
            .of(kind)
            .for_each(|(id, resource)| outer(lowering, hubs, (id, resource), gateway, far));
    }
    for unresolved in std::mem::take(&mut hubs.unresolved) {
        let hub_attachments = presumed::hub_attachments(lowering, hubs, &unresolved);
        unresolved.resource.into_iter().for_each(|id| {
            hubs.joints_of
                .entry(id)
                .or_default()
                .extend(&hub_attachments)
        });
    }
    beside_others(lowering, hubs);
}

/// A gateway that the input does not manage may have attachments that are not in it; two of them may be joined.
fn beside_others(lowering: &mut Lowering<AtBorders>, hubs: &mut Hubs) {
    let others: Vec<Id<Border>> = hubs
        .hubs
        .iter()
        .filter(|(_, hub)| !hub.managed)
        .map(|(border, _)| *border)
        .collect();
    for border in others.clone() {
        let doubt = lowering.doubt_of_hub(border);
        let far: Vec<Id<Border>> = others
            .iter()
            .copied()
            .filter(|far| *far != border)
            .collect();
        let mut ends = vec![Far::Networks(Vec::new())];
        ends.extend((!far.is_empty()).then_some(Far::Hubs(far)));
        for end in ends {
            presumed::hub_attachments(
                lowering,
                hubs,
                &UnresolvedAttachment {
                    resource: None,
                    borders: vec![border],
                    end,
                    doubt: doubt.clone(),
                },
            );
        }
    }
}

fn push(hubs: &mut Hubs, hub_attachment: HubAttachment) {
    hub_attachment.resource.into_iter().for_each(|id| {
        hubs.joints_of
            .entry(id)
            .or_default()
            .push(hubs.hub_attachments.len())
    });
    hubs.hub_attachments.push(hub_attachment);
}

/// Whether an attribute leaves things open, and why.
fn open<T: Copy + Ord>(
    lowering: &mut Lowering<AtBorders>,
    at: Attribute,
    found: &Found<T>,
) -> Option<Doubt> {
    match (found.items.is_empty(), found.rest.is_certain()) {
        (true, true) => Some(lowering.unknown(at)),
        (_, false) => Some(found.rest.clone()),
        (false, true) => None,
    }
}

/// Notes an attachment of which it is not known for sure which gateway it is of, or what it leads to.
fn note_unresolved<T: Copy + Ord>(
    lowering: &mut Lowering<AtBorders>,
    hubs: &mut Hubs,
    id: Id<Resource>,
    (gateway, gateways): (Attribute, &Found<Id<Border>>),
    (end, ends): (Attribute, &Found<T>),
    far: fn(Vec<T>) -> Far,
) {
    let unsure = [open(lowering, gateway, gateways), open(lowering, end, ends)];
    let all = unsure.iter().flatten().cloned();
    let Some(doubt) = all.reduce(|sum, doubt| sum.and(&doubt)) else {
        return;
    };
    let [no_gateway, no_end] = unsure.map(|doubt| doubt.is_some());
    hubs.unresolved.push(UnresolvedAttachment {
        resource: Some(id),
        borders: all_unless(no_gateway, gateways),
        end: far(all_unless(no_end, ends)),
        doubt,
    });
}

/// All that was found; nothing where it may be others.
fn all_unless<T: Copy + Ord>(unsure: bool, found: &Found<T>) -> Vec<T> {
    if unsure {
        Vec::new()
    } else {
        found.all().collect()
    }
}

fn vpc(lowering: &mut Lowering<AtBorders>, hubs: &mut Hubs, id: Id<Resource>, resource: &Resource) {
    if let Some(hub_attachments) = lowering.twin(resource, |_, id| hubs.joints_of.get(&id).cloned())
    {
        hubs.joints_of.insert(id, hub_attachments);
        return;
    }
    let [gateway, network] =
        ["transit_gateway_id", "vpc_id"].map(|path| Attribute::of(resource, path));
    let gateways = hub::named(lowering, hubs, gateway);
    let networks = lowering.networks(network);
    note_unresolved(
        lowering,
        hubs,
        id,
        (gateway, &gateways),
        (network, &networks),
        Far::Networks,
    );
    let subnets = lowering.subnets(Attribute::of(resource, "subnet_ids"));
    let mut switch =
        |path: &str, default| Switch::read(lowering, Attribute::of(resource, path), default);
    let associates = switch("transit_gateway_default_route_table_association", true);
    let propagates = switch("transit_gateway_default_route_table_propagation", true);
    let keeps_members = switch("security_group_referencing_support", true);
    let dual = networks
        .all()
        .any(|network| !lowering.world.networks[network].addresses.v6.is_empty());
    let carries_v6 = if dual {
        v6(lowering, resource)
    } else {
        Switch::known(true)
    };
    let whole = gateways.rest.and(&networks.rest);
    for (border, link_doubt) in &gateways.items {
        let accepted = accepted(lowering, hubs, *border, resource);
        for (network, doubt) in &networks.items {
            let unsure = doubt.and(link_doubt).and(&whole);
            let hub_attachment = HubAttachment {
                border: *border,
                resource: Some(id),
                end: AttachmentTarget::Network(*network, subnets.clone()),
                twin: None,
                settled: unsure.is_certain(),
                doubt: unsure.and(&accepted),
                associates: associates.clone(),
                propagates: propagates.clone(),
                keeps_members: keeps_members.clone(),
                carries_v6: carries_v6.clone(),
                tables: Found::default(),
            };
            push(hubs, hub_attachment);
        }
    }
}

/// What an attachment without IPv6 support does with IPv6 packets that static routes lead to it is not documented.
fn v6(lowering: &mut Lowering<AtBorders>, resource: &Resource) -> Switch {
    let at = Attribute::of(resource, "ipv6_support");
    let support = Switch::read(lowering, at, false);
    if support.on {
        return support;
    }
    let what = format!(
        "`{}` has no IPv6 support: whether it carries IPv6 is not judged",
        resource.address
    );
    Switch {
        on: true,
        doubt: lowering
            .world
            .doubt(GapKind::NotJudged, what, Some(resource.origin_of(at.path))),
    }
}

/// An attachment of another account waits for acceptance, unless the gateway accepts all.
fn accepted(
    lowering: &mut Lowering<AtBorders>,
    hubs: &Hubs,
    border: Id<Border>,
    resource: &Resource,
) -> Doubt {
    let graph = lowering.graph;
    let Some(hub) = hubs.hubs.get(&border).cloned() else {
        return Doubt::none();
    };
    let Some(gateway) = hub.resource.map(|id| &graph.resources[id]) else {
        return Doubt::none();
    };
    let common = Owner::Account.common(gateway, resource);
    let by_resource = graph.of(VPC_ACCEPTER).any(|(_, accepter)| {
        let borders = graph.follow(accepter.values.get("transit_gateway_attachment_id"), &[VPC]);
        borders
            .targets
            .iter()
            .any(|target| graph.resources[target.resource].address == resource.address)
    });
    if common == Common::Yes || by_resource {
        return Doubt::none();
    }
    if hub.accepts.on {
        return hub.accepts.doubt;
    }
    let what = match common {
        Common::Unknown => format!(
            "whether `{}` and `{}` are of one account is not known: else it waits for acceptance",
            resource.address, gateway.address
        ),
        _ => format!(
            "`{}` waits for acceptance by the account of `{}`",
            resource.address, gateway.address
        ),
    };
    lowering
        .world
        .doubt(GapKind::NotAccepted, what, Some(resource.origin.clone()))
}

/// An accepter is the attachment that it accepts. One whose attachment is not in the input says what it knows of it.
fn same(
    lowering: &mut Lowering<AtBorders>,
    hubs: &mut Hubs,
    id: Id<Resource>,
    resource: &Resource,
    kind: &str,
) {
    let at = Attribute::of(resource, "transit_gateway_attachment_id");
    let borders = lowering.graph.follow(at.value, &[kind]);
    let hub_attachments = borders
        .targets
        .iter()
        .find_map(|target| hubs.joints_of.get(&target.resource).cloned());
    match hub_attachments {
        Some(hub_attachments) => {
            hubs.joints_of.insert(id, hub_attachments);
        }
        None if kind == VPC => vpc(lowering, hubs, id, resource),
        None => peering(lowering, hubs, id, resource),
    }
}

/// An attachment between two gateways: known routes are all static, and it must be accepted.
fn peering(
    lowering: &mut Lowering<AtBorders>,
    hubs: &mut Hubs,
    id: Id<Resource>,
    resource: &Resource,
) {
    let graph = lowering.graph;
    let ends =
        ["transit_gateway_id", "peer_transit_gateway_id"].map(|path| Attribute::of(resource, path));
    let [near, far] = ends.map(|at| hub::named(lowering, hubs, at));
    note_unresolved(
        lowering,
        hubs,
        id,
        (ends[0], &near),
        (ends[1], &far),
        Far::Hubs,
    );
    let by_resource = resource.kind == PEERING_ACCEPTER
        || graph.of(PEERING_ACCEPTER).any(|(_, accepter)| {
            let borders = graph.follow(
                accepter.values.get("transit_gateway_attachment_id"),
                &[PEERING],
            );
            borders.targets.iter().any(|target| target.resource == id)
        });
    let mut doubt = near.doubt().and(&far.doubt());
    let settled = doubt.is_certain();
    if !by_resource && resource.values.get("state").text() != Some("available") {
        let what = format!(
            "`{}` waits for acceptance by the other gateway's side",
            resource.address
        );
        doubt = doubt.and(&lowering.world.doubt(
            GapKind::NotAccepted,
            what,
            Some(resource.origin.clone()),
        ));
    }
    let pairs = near
        .all()
        .flat_map(|a| far.all().map(move |b| (a, b)))
        .filter(|(a, b)| a != b);
    twins(hubs, id, pairs.collect(), settled, &doubt);
}

/// Joins hubs in pairs, each end with its twin.
fn twins(
    hubs: &mut Hubs,
    id: Id<Resource>,
    pairs: Vec<(Id<Border>, Id<Border>)>,
    settled: bool,
    doubt: &Doubt,
) {
    for (a, b) in pairs {
        let number = hubs.hub_attachments.len();
        for (border, twin) in [(a, number + 1), (b, number)] {
            let hub_attachment = HubAttachment {
                border,
                resource: Some(id),
                end: AttachmentTarget::Hub,
                twin: Some(twin),
                settled,
                doubt: doubt.clone(),
                associates: Switch::known(true),
                propagates: Switch::known(false),
                keeps_members: Switch::known(false),
                carries_v6: Switch::known(true),
                tables: Found::default(),
            };
            push(hubs, hub_attachment);
        }
    }
}

fn outer(
    lowering: &mut Lowering<AtBorders>,
    hubs: &mut Hubs,
    (id, resource): (Id<Resource>, &Resource),
    gateway: &str,
    far: &str,
) {
    if !is_set(resource.values.get(gateway)) {
        return;
    }
    let at = Attribute::of(resource, gateway);
    // `associated_gateway_id` may as well be a virtual private gateway.
    let other = lowering.graph.follow(at.value, &["aws_vpn_gateway"]);
    if !other.targets.is_empty() || at.value.text().is_some_and(|text| text.starts_with("vgw-")) {
        return;
    }
    let of_connection = lowering.graph.follow(
        resource.values.get("vpn_connection_id"),
        &["aws_vpn_connection"],
    );
    if let Some(hub_attachments) = of_connection
        .targets
        .iter()
        .find_map(|target| hubs.joints_of.get(&target.resource).cloned())
    {
        hubs.joints_of.insert(id, hub_attachments);
        return;
    }
    let gateways = hub::named(lowering, hubs, at);
    let network = lowering.outer_network(resource, far);
    for (border, doubt) in gateways.items {
        let hub_attachment = HubAttachment {
            border,
            resource: Some(id),
            end: AttachmentTarget::Outer(network),
            twin: None,
            settled: true,
            doubt: doubt.and(&gateways.rest),
            associates: Switch::known(true),
            propagates: Switch::known(true),
            keeps_members: Switch::known(false),
            carries_v6: Switch::known(true),
            tables: Found::default(),
        };
        push(hubs, hub_attachment);
    }
}

/// The attachments that an attribute names, from the side of one gateway. One that is not in the input may be any that the
/// input does not tell; one that is not known may as well be any other of the gateway.
pub fn named(
    lowering: &mut Lowering<AtBorders>,
    hubs: &mut Hubs,
    at: Attribute,
    border: Id<Border>,
) -> Found<usize> {
    let view: &Hubs = hubs;
    let own = |_: &Lowering<AtBorders>, target: &Target| {
        view.joints_of
            .contains_key(&target.resource)
            .then_some(target.resource)
    };
    let found = lowering.find(at, own, |_, _, _| None);
    let mut out = Found {
        items: Vec::new(),
        rest: found.rest.clone(),
    };
    let here = |hubs: &Hubs, number: &usize| {
        hubs.hub_attachments
            .get(*number)
            .is_some_and(|hub_attachment| hub_attachment.border == border)
    };
    for (resource, doubt) in &found.items {
        let hub_attachments = hubs.joints_of.get(resource).into_iter().flatten().copied();
        hub_attachments
            .filter(|number| here(hubs, number))
            .for_each(|number| out.add(number, doubt.clone()));
    }
    if at.value.text().is_none() {
        out.or_any((0..hubs.hub_attachments.len()).filter(|number| here(hubs, number)));
    }
    if found.items.is_empty() && !found.rest.is_certain() {
        let unresolved = UnresolvedAttachment {
            resource: None,
            borders: vec![border],
            end: Far::Anything,
            doubt: found.rest.clone(),
        };
        presumed::hub_attachments(lowering, hubs, &unresolved)
            .into_iter()
            .filter(|number| here(hubs, number))
            .for_each(|number| out.add(number, found.rest.clone()));
    }
    out
}
