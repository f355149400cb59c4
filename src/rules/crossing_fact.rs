//! Crossings as facts: one for each exposure.

use super::fact::{Fact, Passes, Path, certainty, named};
use super::field::{
    CERTAINTY, CLUSTER, DIRECTION, ENFORCEMENT, NAMESPACE, POLICY, POLICY_KIND, REASON, WORKLOAD,
    fields, flag, name, phrase, word,
};
use super::finding::Related;
use super::judged::{Judged, enforcement};
use super::kind::FactKind;
use super::subject::{Subject, by_namespace};
use super::traffic_words::traffic_words;
use crate::model::{
    AddressSet, Border, Direction, Endpoint, Id, Namespace, Network, Origin, Policy, PolicyPeer,
    Verdict, Workload, World,
};
use crate::reach::{ExposureGroup, Party, Permission, Proof};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

/// Crossings: one fact for each exposure.
pub(super) const CROSSING: FactKind = FactKind {
    name: "crossing",
    about: "a flow across a border to or from a workload, one for each far side",
    fields: Crossing::FIELDS,
    crossing: true,
    facts: crossings,
};

fields! {
    /// A flow across a border.
    Crossing of subjects (workload: WORKLOAD) {
        direction: DIRECTION,
        can: phrase("`can reach`; for ingress `can be reached from`"),
        certainty: CERTAINTY,
        cluster: CLUSTER,
        namespace: NAMESPACE,
        reason: REASON,
        policy: POLICY,
        policy_kind: POLICY_KIND,
        host_network: flag("whether its pods use their node's network"),
        far: name("the far side: a resource, a workload of another cluster, or addresses"),
        far_network: name("the networks that the far side stands in"),
        border: name("the borders on the way"),
        border_kind: phrase("what the border is, as its provider calls it: peering, transit gateway"),
        permission: word(
            &["no-policy", "not-enforced", "host-network", "everything", "unclear", "named"],
            "what the policies on the workload's side say: none decides, they are not enforced, they do not apply, a rule lets anyone pass, one that is not understood may, a rule names the far side",
        ),
        enforcement: ENFORCEMENT,
        breadth: word(
            &["unnamed", "part", "whole-network"],
            "how much of the far network the deciding rule names; unnamed where no rule names any",
        ),
        traffic: phrase("protocols and ports"),
        block: phrase("the far side as a CIDR block"),
        protocol: phrase("protocol of the witness, in capitals"),
        port: phrase("port of the witness"),
        by_entry_point: flag("whether others come to the workload by a load balancer or a node port instead of its pods' own addresses"),
        entry_point: name("that way in; empty where they come to the pods' own addresses"),
        entry_point_kind: phrase("what it is: load balancer, node port"),
        seen: phrase("the witness's source as the workload's pods see it, as a CIDR block"),
        pod_port: phrase("port of the witness as the workload's pods see it"),
    }
}

fn crossings(judged: &Judged<'_, '_>) -> Vec<Fact> {
    let world = judged.engine.world();
    let peopled = peopled(world);
    let mut out = Vec::new();
    for exposure in judged.engine.exposure_groups() {
        let refused = is_refused(&exposure, &peopled);
        for members in by_namespace(&exposure.workloads, world) {
            let subjects = judged.subjects(&members);
            out.extend(fact(&exposure, &members, subjects, refused, world));
        }
    }
    out
}

/// The fact about some workloads of one namespace.
fn fact(
    exposure: &ExposureGroup,
    members: &[Id<Workload>],
    subjects: Vec<Arc<Subject>>,
    refused: bool,
    world: &World,
) -> Option<Fact> {
    let workload = *members.first()?;
    let proof = &exposure.proof;
    let certain = proof.verdict == Verdict::Reachable;
    Some(Fact {
        values: values(exposure, workload, world).values(),
        subjects,
        rank: u8::from(!certain) * FAR_SIDES + rank(&exposure.far, refused, world),
        refused,
        borders: border_list(&proof.links, world),
        cause: cause(proof, workload, world),
        path: Path::Crossing(exposure.clone()),
        gaps: proof.gaps.clone(),
        passes: Some(Passes {
            far: far_name(&exposure.far, world).into(),
            certain,
            traffic: Arc::clone(&proof.traffic),
        }),
        related: related(exposure, world),
    })
}

fn values(exposure: &ExposureGroup, id: Id<Workload>, world: &World) -> Crossing {
    let (proof, workload) = (&exposure.proof, &world.workloads[id]);
    let policy = decides(&proof.permission).map(|(id, _)| id);
    let inward = proof.inward.as_ref();
    let entry_point = inward.map(|inward| &world.entry_points[inward.entry_point]);
    let seen = inward
        .and_then(|inward| inward.packet)
        .unwrap_or(proof.witness);
    let networks = proof.networks.iter();
    let networks: Vec<&str> = networks
        .map(|network| world.networks[*network].name.as_str())
        .collect();
    Crossing {
        direction: proof.direction.to_string().into(),
        can: match proof.direction {
            Direction::Egress => "can reach",
            Direction::Ingress => "can be reached from",
        }
        .into(),
        certainty: certainty(proof.verdict == Verdict::Reachable),
        cluster: world.clusters[workload.cluster].name.as_str().into(),
        namespace: world.namespaces[workload.namespace].name.as_str().into(),
        reason: reason(proof, id, world).into(),
        policy: policy
            .map(|id| world.policy_name(id))
            .unwrap_or_default()
            .into(),
        policy_kind: policy.map_or("", |id| world.policies[id].kind).into(),
        host_network: workload.host_network.into(),
        far: far_name(&exposure.far, world).into(),
        far_network: networks.join(", ").into(),
        border: border_names(&proof.links, world).into(),
        border_kind: border_kinds(&proof.links, world).into(),
        permission: permission(&proof.permission).into(),
        enforcement: enforcement(workload.cluster, world).into(),
        breadth: breadth(proof, world).into(),
        traffic: traffic_words(&proof.traffic).into(),
        block: block(exposure, world).into(),
        protocol: proof.witness.protocol.to_string().into(),
        port: proof.witness.port.to_string().into(),
        by_entry_point: entry_point.is_some().into(),
        entry_point: entry_point.map_or("", |own| own.name.as_str()).into(),
        entry_point_kind: entry_point.map_or("", |own| own.kind).into(),
        seen: single(seen.source).into(),
        pod_port: seen.port.to_string().into(),
    }
}

/// Names of borders on one path, in order.
pub(super) fn border_list(borders: &[Id<Border>], world: &World) -> Vec<String> {
    let mut names: Vec<String> = borders
        .iter()
        .map(|id| world.borders[*id].name.clone())
        .collect();
    names.dedup();
    names
}

/// The same as one text.
pub(super) fn border_names(borders: &[Id<Border>], world: &World) -> String {
    border_list(borders, world).join(", ")
}

/// What they are, as their provider calls it.
pub(super) fn border_kinds(borders: &[Id<Border>], world: &World) -> String {
    joined(borders, |id| world.borders[id].kind)
}

fn joined<'w>(borders: &[Id<Border>], word: impl Fn(Id<Border>) -> &'w str) -> String {
    let mut words: Vec<&str> = borders.iter().map(|id| word(*id)).collect();
    words.dedup();
    words.join(", ")
}

/// How many ranks of far sides there are.
const FAR_SIDES: u8 = 5;

/// Which far sides speak first: resources, then pods, then control planes (which share the groups of their nodes), then bare
/// addresses, last those that all known holders refuse.
fn rank(far: &Party, refused: bool, world: &World) -> u8 {
    match far {
        Party::Endpoint(id) => 2 * u8::from(is_control_plane(*id, world)),
        Party::Workload(_) => 1,
        Party::Addresses(_) => 3 + u8::from(refused),
    }
}

fn is_control_plane(endpoint: Id<Endpoint>, world: &World) -> bool {
    let mut clusters = world.clusters.iter();
    clusters.any(|(_, cluster)| cluster.api_server == Some(endpoint))
}

/// Whether only addresses of networks are reached of which the input knows members: each of those that passes is a fact of
/// its own, so that where these addresses alone pass all known members refuse.
fn is_refused(exposure: &ExposureGroup, peopled: &BTreeSet<Id<Network>>) -> bool {
    matches!(exposure.far, Party::Addresses(_))
        && exposure
            .proof
            .networks
            .iter()
            .all(|id| peopled.contains(id))
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

/// The name of a far side in findings: of many blocks the first.
#[must_use]
pub fn far_name(far: &Party, world: &World) -> String {
    match far {
        Party::Workload(id) => world.workload_title(*id),
        Party::Endpoint(id) if is_control_plane(*id, world) => {
            format!("Kubernetes API of {}", world.endpoints[*id].name)
        }
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
fn block(exposure: &ExposureGroup, world: &World) -> String {
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

fn far_witness(exposure: &ExposureGroup) -> String {
    let proof = &exposure.proof;
    let address = if proof.direction == Direction::Egress {
        proof.witness.destination
    } else {
        proof.witness.source
    };
    single(address)
}

/// One address as a CIDR block.
fn single(address: IpAddr) -> String {
    let blocks = AddressSet::single(address).blocks();
    blocks.first().map(ToString::to_string).unwrap_or_default()
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

fn reason(proof: &Proof, workload: Id<Workload>, world: &World) -> String {
    let workload = &world.workloads[workload];
    let anyone = match proof.direction {
        Direction::Egress => "lets its pods reach anyone",
        Direction::Ingress => "lets anyone reach its pods",
    };
    match &proof.permission {
        Permission::NoPolicy if !has_policies(workload.namespace, world) => {
            let namespace = &world.namespaces[workload.namespace].name;
            format!("namespace `{namespace}` has no policy")
        }
        Permission::NoPolicy => format!("no policy selects its pods for {}", proof.direction),
        Permission::NotEnforced(note) => format!("policies are not enforced: {}", note.text),
        Permission::HostNetwork => {
            "policies do not apply to pods on their node's network".to_owned()
        }
        Permission::Everything { policy, .. } => {
            format!("a rule of `{}` {anyone}", world.policy_name(*policy))
        }
        Permission::Unclear { policy, .. } => format!(
            "`{}` cannot be resolved and may allow it",
            world.policy_name(*policy)
        ),
        Permission::Named { policy, .. } => {
            format!("a rule of `{}` allows it", world.policy_name(*policy))
        }
    }
}

/// Whether some policy is an object of the namespace.
fn has_policies(namespace: Id<Namespace>, world: &World) -> bool {
    let mut policies = world.policies.iter();
    policies.any(|(_, policy)| policy.namespace == Some(namespace))
}

/// The line that is to blame: a policy's, what says that none is enforced, the namespace that has none.
fn cause(proof: &Proof, workload: Id<Workload>, world: &World) -> Option<Origin> {
    let workload = &world.workloads[workload];
    match &proof.permission {
        Permission::NotEnforced(note) => note.origin.clone(),
        Permission::NoPolicy if !has_policies(workload.namespace, world) => {
            world.namespaces[workload.namespace].origin.clone()
        }
        permission => decides(permission).map(|(_, origin)| origin.clone()),
    }
}

/// How much of the far network the deciding rule names.
fn breadth(proof: &Proof, world: &World) -> &'static str {
    let Permission::Named { policy, origin } = &proof.permission else {
        return "unnamed";
    };
    let policy = &world.policies[*policy];
    let side = match proof.direction {
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
    let whole = proof
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

fn related(exposure: &ExposureGroup, world: &World) -> Vec<Related> {
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
    let borders = exposure.proof.links.iter().filter_map(|link| {
        let link = &world.borders[*link];
        Some((
            link.origin.clone()?,
            format!("{} `{}`", link.kind, link.name),
        ))
    });
    let entry_point = exposure.proof.entry_point.map(|entry_point| {
        (
            world.entry_points[entry_point].origin.clone(),
            world.entry_points[entry_point].name.clone(),
        )
    });
    let rule = decides(&exposure.proof.permission).map(|(id, origin)| {
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
