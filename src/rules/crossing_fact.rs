//! Crossings as facts: one for each exposure.

use super::fact::{Fact, certainty, named, word};
use super::finding::{Passage, Related};
use crate::model::{
    AddressSet, Direction, Id, Network, Origin, Policy, PolicyPeer, Verdict, World,
};
use crate::reach::{Engine, Exposure, Party, Permission};
use std::collections::BTreeSet;

/// All crossings of a world.
pub(super) fn crossings(engine: &Engine<'_>) -> Vec<Fact> {
    let peopled = peopled(engine.world());
    engine
        .exposures()
        .iter()
        .map(|exposure| fact(exposure, engine.world(), &peopled))
        .collect()
}

fn fact(exposure: &Exposure, world: &World, peopled: &BTreeSet<Id<Network>>) -> Fact {
    let workload = &world.workloads[exposure.workload];
    let namespace = &world.namespaces[workload.namespace].name;
    let title = world.workload_title(exposure.workload);
    let far = far_name(&exposure.far, world);
    let certain = exposure.verdict == Verdict::Reachable;
    let policy = decides(&exposure.permission);
    let link = |say: &dyn Fn(&crate::model::Border) -> String| {
        let mut words: Vec<String> = exposure
            .links
            .iter()
            .map(|link| say(&world.borders[*link]))
            .collect();
        words.dedup();
        words.join(", ")
    };
    let entry_point = exposure
        .inward
        .as_ref()
        .map(|inward| &world.entry_points[inward.entry_point]);
    let seen = exposure
        .inward
        .as_ref()
        .and_then(|inward| inward.packet)
        .unwrap_or(exposure.witness);
    let networks: Vec<&str> = exposure
        .networks
        .iter()
        .map(|network| world.networks[*network].name.as_str())
        .collect();
    let values = vec![
        ("direction", word(exposure.direction.to_string())),
        ("certainty", certainty(certain)),
        ("cluster", word(&world.clusters[workload.cluster].name)),
        ("namespace", word(namespace)),
        ("reason", word(reason(exposure, world))),
        (
            "policy",
            word(
                policy
                    .map(|(id, _)| world.policy_name(id))
                    .unwrap_or_default(),
            ),
        ),
        (
            "policy_kind",
            word(policy.map_or("", |(id, _)| world.policies[id].kind)),
        ),
        ("workload", word(&title)),
        (
            "host_network",
            super::condition::Scalar::Flag(workload.host_network),
        ),
        ("far", word(&far)),
        ("far_network", word(networks.join(", "))),
        ("border", word(link(&|link| link.name.clone()))),
        ("border_kind", word(link(&|link| link.kind.to_owned()))),
        ("permission", word(permission(&exposure.permission))),
        ("breadth", word(breadth(exposure, world))),
        ("traffic", word(exposure.traffic.to_string())),
        ("block", word(block(exposure, world))),
        ("protocol", word(exposure.witness.protocol.to_string())),
        ("port", word(exposure.witness.port.to_string())),
        (
            "by_entry_point",
            super::condition::Scalar::Flag(entry_point.is_some()),
        ),
        (
            "entry_point",
            word(entry_point.map_or("", |entry_point| entry_point.name.as_str())),
        ),
        (
            "door_kind",
            word(entry_point.map_or("", |entry_point| entry_point.kind)),
        ),
        (
            "seen",
            word(
                AddressSet::single(seen.source)
                    .blocks()
                    .first()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
            ),
        ),
        ("pod_port", word(seen.port.to_string())),
    ];
    Fact {
        values,
        subjects: vec![title.clone(), namespace_title(exposure, world)],
        who: workload.name.clone(),
        rank: u8::from(!certain) * FAR_SIDES + rank(exposure, peopled),
        origin: Some(workload.origin.clone()),
        path: exposure.trail.hops.clone(),
        gaps: exposure.trail.gaps.clone(),
        passages: vec![Passage {
            workload: title,
            far,
            certain,
            traffic: exposure.traffic.clone(),
        }],
        related: related(exposure, world),
    }
}

/// The namespace, with `CLUSTER:` in front where there are several clusters.
fn namespace_title(exposure: &Exposure, world: &World) -> String {
    let workload = &world.workloads[exposure.workload];
    let front = if world.clusters.len() > 1 {
        format!("{}:", world.clusters[workload.cluster].name)
    } else {
        String::new()
    };
    format!("{front}{}", world.namespaces[workload.namespace].name)
}

/// How many sorts of far sides there are.
pub(super) const FAR_SIDES: u8 = 4;

/// Addresses of a network of which the input knows members: each of those that pass is a fact of its own, so that where
/// these addresses alone pass all known members refuse.
pub(super) const REFUSING: u8 = 3;

/// Which far sides speak first: resources, then pods, then bare addresses.
fn rank(exposure: &Exposure, peopled: &BTreeSet<Id<Network>>) -> u8 {
    match exposure.far {
        Party::Endpoint(_) => 0,
        Party::Workload(_) => 1,
        Party::Addresses(_) if exposure.networks.iter().all(|id| peopled.contains(id)) => REFUSING,
        Party::Addresses(_) => 2,
    }
}

/// The networks of the input in which it knows something that holds an address.
fn peopled(world: &World) -> BTreeSet<Id<Network>> {
    let resources = world.endpoints.iter();
    let resources = resources.flat_map(|(_, endpoint)| &endpoint.attachments);
    let workloads = world.workloads.iter();
    let pods = workloads.flat_map(|(_, workload)| &workload.pod_placements);
    let networks = resources
        .map(|attachment| attachment.network)
        .chain(pods.map(|placement| placement.pod.network));
    networks
        .filter(|network| world.networks[*network].known)
        .collect()
}

pub(super) fn far_name(far: &Party, world: &World) -> String {
    match far {
        Party::Workload(id) => world.workload_title(*id),
        Party::Endpoint(id) => world.endpoints[*id].name.clone(),
        Party::Addresses(addresses) => short(addresses),
    }
}

/// The first blocks of a set, the rest counted.
fn short(addresses: &AddressSet) -> String {
    let blocks: Vec<String> = addresses.blocks().iter().map(ToString::to_string).collect();
    let more = blocks.len().saturating_sub(3);
    let first: Vec<String> = blocks.into_iter().take(3).collect();
    if more == 0 {
        first.join(", ")
    } else {
        format!("{} and {more} more blocks", first.join(", "))
    }
}

/// The far side as the first CIDR block that a policy would name.
fn block(exposure: &Exposure, world: &World) -> String {
    let attached = |attachments: &[crate::model::Attachment]| {
        attachments
            .iter()
            .map(|one| one.addresses.clone())
            .collect::<AddressSet>()
    };
    let addresses = match &exposure.far {
        Party::Addresses(addresses) => addresses.clone(),
        Party::Endpoint(id) => attached(&world.endpoints[*id].attachments),
        Party::Workload(id) => world.workloads[*id]
            .pod_placements
            .iter()
            .map(|pod_placement| pod_placement.pod.addresses.clone())
            .collect(),
    };
    addresses
        .blocks()
        .first()
        .map_or_else(|| far_witness(exposure), ToString::to_string)
}

fn far_witness(exposure: &Exposure) -> String {
    let address = if exposure.direction == Direction::Egress {
        exposure.witness.destination
    } else {
        exposure.witness.source
    };
    AddressSet::single(address)
        .blocks()
        .first()
        .map(ToString::to_string)
        .unwrap_or_default()
}

fn permission(permission: &Permission) -> &'static str {
    match permission {
        Permission::NoPolicy => "no-policy",
        Permission::NotEnforced(_) => "not-enforced",
        Permission::HostNetwork => "host-network",
        Permission::Everything { .. } => "everything",
        Permission::Unclear { .. } => "unclear",
        Permission::Named { .. } => "named",
    }
}

/// The policy and the line of it that let pass.
fn decides(permission: &Permission) -> Option<(Id<Policy>, &Origin)> {
    match permission {
        Permission::Everything { policy, origin }
        | Permission::Unclear { policy, origin }
        | Permission::Named { policy, origin } => Some((*policy, origin)),
        Permission::NoPolicy | Permission::NotEnforced(_) | Permission::HostNetwork => None,
    }
}

fn reason(exposure: &Exposure, world: &World) -> String {
    let anyone = match exposure.direction {
        Direction::Egress => "lets it reach anyone",
        Direction::Ingress => "lets anyone reach it",
    };
    match &exposure.permission {
        Permission::NoPolicy => "no policy says it may".to_owned(),
        Permission::NotEnforced(note) => format!("policies do not hold: {}", note.text),
        Permission::HostNetwork => {
            "policies do not apply to pods on their node's network".to_owned()
        }
        Permission::Everything { policy, .. } => {
            format!("a rule of `{}` {anyone}", world.policy_name(*policy))
        }
        Permission::Unclear { policy, .. } => format!(
            "`{}` is not understood and may allow it",
            world.policy_name(*policy)
        ),
        Permission::Named { policy, .. } => format!("`{}` names it", world.policy_name(*policy)),
    }
}

/// How much of the far network the deciding rule names.
fn breadth(exposure: &Exposure, world: &World) -> &'static str {
    let Permission::Named { policy, origin } = &exposure.permission else {
        return "unnamed";
    };
    let policy = &world.policies[*policy];
    let side = match exposure.direction {
        Direction::Egress => &policy.egress,
        Direction::Ingress => &policy.ingress,
    };
    let rules = side
        .iter()
        .flat_map(|side| &side.rules)
        .filter(|rule| rule.origin == *origin);
    let named: AddressSet = rules.map(|rule| addresses(&rule.peer)).collect();
    let covers = |network: &AddressSet| {
        let v4 = !network.v4.is_empty() && network.v4.is_subset(&named.v4);
        v4 || !network.v6.is_empty() && network.v6.is_subset(&named.v6)
    };
    let whole = exposure
        .networks
        .iter()
        .any(|network| covers(&world.networks[*network].addresses));
    if whole { "whole-network" } else { "part" }
}

/// Addresses that a peer surely names.
fn addresses(peer: &PolicyPeer) -> AddressSet {
    match peer {
        PolicyPeer::Anyone | PolicyPeer::World => AddressSet::all(),
        PolicyPeer::Addresses(set) | PolicyPeer::AddressesOfPodsToo(set) => set.clone(),
        PolicyPeer::Pods(_) | PolicyPeer::NodesOfPods(_) | PolicyPeer::Nodes(_) => {
            AddressSet::none()
        }
        PolicyPeer::Not(inner) => match inner.as_ref() {
            PolicyPeer::Addresses(set) | PolicyPeer::AddressesOfPodsToo(set) => {
                AddressSet::all().difference(set)
            }
            PolicyPeer::Pods(_) | PolicyPeer::NodesOfPods(_) | PolicyPeer::Nodes(_) => {
                AddressSet::all()
            }
            _ => AddressSet::none(),
        },
        PolicyPeer::All(parts) => parts
            .iter()
            .map(addresses)
            .fold(AddressSet::all(), |sum, one| sum.intersection(&one)),
        PolicyPeer::Any(parts) => parts.iter().map(addresses).collect(),
    }
}

fn related(exposure: &Exposure, world: &World) -> Vec<Related> {
    let far = match &exposure.far {
        Party::Endpoint(id) => world.endpoints[*id]
            .origin
            .clone()
            .map(|origin| (origin, named(&[world.endpoints[*id].name.clone()], 1))),
        Party::Workload(id) => Some((
            world.workloads[*id].origin.clone(),
            named(&[world.workload_title(*id)], 1),
        )),
        Party::Addresses(_) => None,
    };
    let borders = exposure.links.iter().filter_map(|link| {
        let link = &world.borders[*link];
        Some((
            link.origin.clone()?,
            format!("{} `{}`", link.kind, link.name),
        ))
    });
    let entry_point = exposure.entry_point.map(|entry_point| {
        (
            world.entry_points[entry_point].origin.clone(),
            world.entry_points[entry_point].name.clone(),
        )
    });
    let rule = decides(&exposure.permission).map(|(id, origin)| {
        (
            origin.clone(),
            format!("rule of `{}`", world.policy_name(id)),
        )
    });
    far.into_iter()
        .chain(borders)
        .chain(entry_point)
        .chain(rule)
        .map(|(origin, what)| Related {
            place: origin.place,
            what,
        })
        .collect()
}
