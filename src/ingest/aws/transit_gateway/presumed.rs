//! Attachments that must be there and of which the input does not tell what they join: named by an id that it does not hold,
//! with ends that are known only after apply, or made beside a gateway that it does not manage. Each may be to any network,
//! or other gateway, that the input does not surely attach by another; all of them are in doubt.
//! Source: Transit Gateway guide, "Amazon VPC attachments": a VPC is attached to a transit gateway once.

use super::hubs::{End, Far, Hubs, Joint, Untold};
use super::switch::Switch;
use crate::ingest::aws::lowering::{Found, Lowering};
use crate::ingest::aws::stage::{AtBorders, Networks};
use crate::model::{Border, Id, Network};
use std::collections::BTreeSet;

/// The attachments that one which is not told may be.
pub fn joints(lowering: &Lowering<AtBorders>, hubs: &mut Hubs, unresolved: &Untold) -> Vec<usize> {
    let every: Vec<Id<Border>> = hubs.hubs.keys().copied().collect();
    let near = if unresolved.links.is_empty() {
        every.clone()
    } else {
        unresolved.links.clone()
    };
    let mut out = Vec::new();
    for link in near {
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
                .filter_map(|network| to_network(hubs, link, network, unresolved)),
        );
        out.extend(
            far.into_iter()
                .filter(|far| *far != link)
                .flat_map(|far| between(hubs, (link, far), unresolved)),
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
    link: Id<Border>,
    network: Id<Network>,
    unresolved: &Untold,
) -> Option<usize> {
    if hubs
        .joints
        .iter()
        .any(|joint| joint.link == link && joint.settled && joint.network() == Some(network))
    {
        return None;
    }
    if let Some(known) = hubs.presumed.get(&(link, network)) {
        return Some(*known);
    }
    let end = End::Network(
        network,
        Found {
            items: Vec::new(),
            rest: unresolved.doubt.clone(),
        },
    );
    hubs.joints.push(joint(link, end, None, unresolved));
    let number = hubs.joints.len() - 1;
    hubs.presumed.insert((link, network), number);
    Some(number)
}

fn between(
    hubs: &mut Hubs,
    (near, far): (Id<Border>, Id<Border>),
    unresolved: &Untold,
) -> Vec<usize> {
    let link_of = |number: usize| hubs.joints.get(number).map(|joint| joint.link);
    let mut joined = hubs
        .joints
        .iter()
        .enumerate()
        .filter(|(_, joint)| joint.link == near && joint.twin.and_then(link_of) == Some(far));
    if let Some((number, known)) = joined.next() {
        return if known.settled {
            Vec::new()
        } else {
            [Some(number), known.twin].into_iter().flatten().collect()
        };
    }
    let number = hubs.joints.len();
    for (link, twin) in [(near, number + 1), (far, number)] {
        hubs.joints
            .push(joint(link, End::Hub, Some(twin), unresolved));
    }
    vec![number, number + 1]
}

fn joint(link: Id<Border>, end: End, twin: Option<usize>, unresolved: &Untold) -> Joint {
    Joint {
        link,
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
