//! One way through gateways as legs: by the ACLs where packets enter and leave it, by address family, by what holds across it.
//! Source: Transit Gateway guide, "Network ACLs for transit gateways", "Security group referencing".

use super::acl_group::{AclGroup, acl_groups, entries, name, origin};
use super::hubs::{AttachmentTarget, HubAttachment, Hubs};
use super::switch::Switch;
use crate::ingest::aws::lowering::Lowering;
use crate::ingest::aws::stage::AtBorders;
use crate::model::{AddressSet, Border, Direction, Doubt, Filter, Id, Leg, Network, Origin};

/// Where a packet is headed, and what has led there.
#[derive(Clone)]
pub(super) struct TransitPath {
    pub destinations: AddressSet,
    pub doubt: Doubt,
    pub because: Vec<(String, Option<Origin>)>,
    /// Gateways in which it was not known where it goes.
    pub passed: Vec<Id<Border>>,
    /// Attachments by which it has come into gateways, in order. One that comes in by the same again goes round for ever.
    pub entered: Vec<usize>,
    pub keeps_members: Switch,
}

/// What the trail says of a way: how it is attached, what it goes through, what its ends are set to.
fn because(
    lowering: &Lowering<AtBorders>,
    hub_attachment: &HubAttachment,
    far: &HubAttachment,
    transit_path: &TransitPath,
) -> Vec<(String, Option<Origin>)> {
    let mut because = vec![(
        format!("attached by {}", name(lowering, hub_attachment)),
        origin(lowering, hub_attachment),
    )];
    because.extend(transit_path.because.iter().cloned());
    for side in [hub_attachment, far] {
        let mode = side.resource.and_then(|id| {
            lowering.graph.resources[id]
                .values
                .get("appliance_mode_support")
                .text()
        });
        if mode == Some("enable") {
            because.push((
                "appliance mode keeps both directions of a flow in one zone".to_owned(),
                origin(lowering, side),
            ));
        }
    }
    because
}

/// The legs of one way: one for each pair of ACLs at its two ends.
pub(super) fn legs(
    lowering: &mut Lowering<AtBorders>,
    hubs: &Hubs,
    (hub_attachment, from): (&HubAttachment, Id<Network>),
    to: usize,
    transit_path: &TransitPath,
) -> Vec<Leg> {
    let Some(far) = hubs.hub_attachments.get(to) else {
        return Vec::new();
    };
    let (AttachmentTarget::Network(target, _) | AttachmentTarget::Outer(target)) = far.end else {
        return Vec::new();
    };
    if target == from {
        return Vec::new();
    }
    let whole = whole(
        lowering,
        (hub_attachment, from),
        (far, target),
        transit_path,
    );
    let v6 = hub_attachment.carries_v6.doubt.and(&far.carries_v6.doubt);
    let mut out: Vec<Leg> = by_acl_groups(lowering, hub_attachment, far, &whole)
        .into_iter()
        .flat_map(|leg| by_family(leg, &v6))
        .flat_map(|leg| by_members(leg, &transit_path.keeps_members))
        .collect();
    out.retain(|leg| !leg.destinations.is_empty() && !leg.sources.is_empty());
    out
}

/// The leg of one way, before the ACLs at its ends.
fn whole(
    lowering: &Lowering<AtBorders>,
    (hub_attachment, from): (&HubAttachment, Id<Network>),
    (far, to): (&HubAttachment, Id<Network>),
    transit_path: &TransitPath,
) -> Leg {
    let [source, end] = [from, to].map(|id| &lowering.world.networks[id]);
    let [own, theirs] = [from, to].map(|id| lowering.world.settled_addresses(id));
    let sources = if source.known || !end.known {
        source.addresses.clone()
    } else {
        source.addresses.difference(&theirs)
    };
    let reached = if end.known || !source.known {
        end.addresses.clone()
    } else {
        end.addresses.difference(&own)
    };
    Leg {
        from,
        entry: None,
        to,
        sources,
        destinations: transit_path.destinations.intersection(&reached),
        filters: Vec::new(),
        unjudged: Vec::new(),
        may_bypass: Vec::new(),
        keeps_members: Vec::new(),
        relay: None,
        doubt: transit_path.doubt.and(&source.doubt).and(&end.doubt),
        because: because(lowering, hub_attachment, far, transit_path),
    }
}

/// A leg by the ACLs of the subnets by which packets enter and leave it.
fn by_acl_groups(
    lowering: &mut Lowering<AtBorders>,
    hub_attachment: &HubAttachment,
    far: &HubAttachment,
    whole: &Leg,
) -> Vec<Leg> {
    let near_acl_groups = acl_groups(lowering, hub_attachment);
    let far_acl_groups = acl_groups(lowering, far);
    let mut out = Vec::new();
    for near in &near_acl_groups {
        let filters: Vec<(Id<Filter>, Direction)> = near
            .acl
            .iter()
            .map(|acl| (*acl, Direction::Ingress))
            .collect();
        for (entry, unsure) in entries(lowering, whole.from, hub_attachment, &near_acl_groups, near)
        {
            let entered = Leg {
                entry,
                filters: filters.clone(),
                doubt: whole.doubt.and(&unsure).and(&near.doubt),
                ..whole.clone()
            };
            let left = far_acl_groups
                .iter()
                .flat_map(|acl_group| leaving(lowering, &entered, acl_group));
            out.extend(left);
        }
    }
    out
}

/// Into the attachment's own subnet no ACL is evaluated; into another, that of the attachment's subnet on the way out of it
/// comes first.
fn leaving(lowering: &Lowering<AtBorders>, leg: &Leg, acl_group: &AclGroup) -> Vec<Leg> {
    if !acl_group.doubt.is_certain() {
        let all = lowering.world.subnets.iter();
        let own = all.filter(|(_, subnet)| subnet.network == leg.to);
        return vec![Leg {
            unjudged: own.map(|(id, _)| id).collect(),
            doubt: leg.doubt.and(&acl_group.doubt),
            ..leg.clone()
        }];
    }
    let Some(acl) = acl_group.acl else {
        return vec![Leg {
            unjudged: acl_group.subnets.clone(),
            ..leg.clone()
        }];
    };
    let subnets = acl_group.subnets.iter();
    let inside: AddressSet = subnets
        .map(|subnet| lowering.world.subnets[*subnet].addresses.clone())
        .collect();
    let within = Leg {
        destinations: leg.destinations.intersection(&inside),
        unjudged: acl_group.subnets.clone(),
        ..leg.clone()
    };
    let mut beyond = Leg {
        destinations: leg.destinations.difference(&inside),
        ..leg.clone()
    };
    beyond.filters.push((acl, Direction::Egress));
    vec![within, beyond]
}

/// The families apart, where only IPv6 is in doubt.
fn by_family(leg: Leg, v6: &Doubt) -> Vec<Leg> {
    if v6.is_certain() {
        return vec![leg];
    }
    let part = |family: AddressSet, doubt: Doubt| Leg {
        destinations: leg.destinations.intersection(&family),
        doubt,
        ..leg.clone()
    };
    vec![
        part(AddressSet::all_v4(), leg.doubt.clone()),
        part(AddressSet::all_v6(), leg.doubt.and(v6)),
    ]
}

/// References to groups hold in inbound rules only; where it is not known whether they do, what does not need them stays
/// certain. Source: Transit Gateway guide, "Security group referencing".
fn by_members(leg: Leg, members: &Switch) -> Vec<Leg> {
    let keeping = Leg {
        keeps_members: vec![Direction::Ingress],
        doubt: leg.doubt.and(&members.doubt),
        ..leg.clone()
    };
    match (members.on, members.doubt.is_certain()) {
        (false, _) => vec![leg],
        (true, true) => vec![keeping],
        (true, false) => vec![leg, keeping],
    }
}
