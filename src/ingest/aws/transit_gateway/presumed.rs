//! Attachments that must be there and of which the input does not say what they join: named by an id that it does not hold,
//! with ends that are known only after apply, or made beside a gateway that it does not manage. Each may be to any network,
//! or other gateway, that the input does not surely attach by another; all of them are in doubt.
//! Source: Transit Gateway guide, "Amazon VPC attachments": a VPC is attached to a transit gateway once.

use super::hubs::{AttachmentTarget, Far, HubAttachment, Hubs, UnresolvedAttachment};
use super::switch::Switch;
use crate::ingest::aws::lowering::{Found, Lowering};
use crate::ingest::aws::stage::{AtBorders, Networks};
use crate::model::{Border, Id, Network};
use std::collections::BTreeSet;

/// The attachments that one which is not known may be.
pub fn hub_attachments(
    lowering: &Lowering<AtBorders>,
    hubs: &mut Hubs,
    unresolved: &UnresolvedAttachment,
) -> Vec<usize> {
    let every: Vec<Id<Border>> = hubs.hubs.keys().copied().collect();
    let near = if unresolved.borders.is_empty() {
        every.clone()
    } else {
        unresolved.borders.clone()
    };
    let mut out = Vec::new();
    for border in near {
        let (networks, far) = match &unresolved.end {
            Far::Networks(networks) if networks.is_empty() => (vpcs(lowering), Vec::new()),
            Far::Networks(networks) => (networks.clone(), Vec::new()),
            Far::Hubs(far) => (
                Vec::new(),
                if far.is_empty() {
                    every.clone()
                } else {
                    far.clone()
                },
            ),
            Far::Anything => (vpcs(lowering), every.clone()),
        };
        out.extend(
            networks
                .into_iter()
                .filter_map(|network| to_network(hubs, border, network, unresolved)),
        );
        out.extend(
            far.into_iter()
                .filter(|far| *far != border)
                .flat_map(|far| between(hubs, (border, far), unresolved)),
        );
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// The VPCs of the input, those that it only names among them.
fn vpcs(lowering: &Lowering<AtBorders>) -> Vec<Id<Network>> {
    let named = lowering
        .lowered
        .on_demand
        .networks
        .iter()
        .filter(|(id, _)| id.starts_with("vpc-"))
        .map(|(_, network)| *network);
    let all: BTreeSet<Id<Network>> = lowering
        .seen::<Networks>()
        .of
        .values()
        .copied()
        .chain(named)
        .collect();
    all.into_iter().collect()
}

fn to_network(
    hubs: &mut Hubs,
    border: Id<Border>,
    network: Id<Network>,
    unresolved: &UnresolvedAttachment,
) -> Option<usize> {
    if hubs.hub_attachments.iter().any(|hub_attachment| {
        hub_attachment.border == border
            && hub_attachment.settled
            && hub_attachment.network() == Some(network)
    }) {
        return None;
    }
    if let Some(known) = hubs.presumed.get(&(border, network)) {
        return Some(*known);
    }
    let end = AttachmentTarget::Network(
        network,
        Found {
            items: Vec::new(),
            rest: unresolved.doubt.clone(),
        },
    );
    hubs.hub_attachments
        .push(hub_attachment(border, end, None, unresolved));
    let number = hubs.hub_attachments.len() - 1;
    hubs.presumed.insert((border, network), number);
    Some(number)
}

fn between(
    hubs: &mut Hubs,
    (near, far): (Id<Border>, Id<Border>),
    unresolved: &UnresolvedAttachment,
) -> Vec<usize> {
    let border_of = |number: usize| {
        hubs.hub_attachments
            .get(number)
            .map(|hub_attachment| hub_attachment.border)
    };
    let mut joined = hubs
        .hub_attachments
        .iter()
        .enumerate()
        .filter(|(_, hub_attachment)| {
            hub_attachment.border == near && hub_attachment.twin.and_then(border_of) == Some(far)
        });
    if let Some((number, known)) = joined.next() {
        return if known.settled {
            Vec::new()
        } else {
            [Some(number), known.twin].into_iter().flatten().collect()
        };
    }
    let number = hubs.hub_attachments.len();
    for (border, twin) in [(near, number + 1), (far, number)] {
        hubs.hub_attachments.push(hub_attachment(
            border,
            AttachmentTarget::Hub,
            Some(twin),
            unresolved,
        ));
    }
    vec![number, number + 1]
}

fn hub_attachment(
    border: Id<Border>,
    end: AttachmentTarget,
    twin: Option<usize>,
    unresolved: &UnresolvedAttachment,
) -> HubAttachment {
    HubAttachment {
        border,
        resource: unresolved.resource,
        end,
        twin,
        settled: false,
        doubt: unresolved.doubt.clone(),
        associates: Switch {
            on: true,
            doubt: unresolved.doubt.clone(),
        },
        propagates: Switch {
            on: twin.is_none(),
            doubt: unresolved.doubt.clone(),
        },
        keeps_members: Switch::known(true),
        carries_v6: Switch::known(true),
        tables: Found::default(),
    }
}
