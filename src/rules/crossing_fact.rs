//! Crossings as facts: one for each exposure.

use super::crossing_part::narrowed;
use super::fact::{Fact, Passes, certainty, named};
use super::far_side::{
    FAR_SIDES, addresses as far_addresses, block, far_kind, far_name, has_other_owner, is_refused,
    owners, peopled, rank, single,
};
use super::field::{
    CERTAINTY, CLUSTER, DIRECTION, ENFORCEMENT, NAMESPACE, POLICY, POLICY_KIND, PRIVILEGES, REASON,
    WORKLOAD, addresses, fields, flag, items, name, names, phrase, term, traffic, word,
};
use super::finding::Related;
use super::intent::Part;
use super::judged::{Judged, enforcement};
use super::kind::FactKind;
use super::subject::by_namespace;
use super::value::{Value, Values};
use crate::model::{
    AddressSet, Border, Change, Direction, Hop, Id, Namespace, Origin, Policy, PolicyPeer, Verdict,
    Workload, World,
};
use crate::reach::{ExposureGroup, Party, Permission, Proof};
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
    Crossing of subjects (workload: WORKLOAD, privileges: PRIVILEGES) {
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
        far_kind: word(
            &["resource", "kubernetes-api", "pods", "addresses"],
            "what the far side is: a resource, the control plane of a cluster, pods of a cluster of the input, or bare addresses",
        ),
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
        by_exception: flag("whether the deciding rule names all addresses but some"),
        far_addresses: addresses("the addresses of the far side"),
        far_owners: names("accounts and regions of the networks that the far side stands in, as `account/region`; unknown where the input does not say one"),
        other_owner: flag("whether the far side stands in another account or region than the workload; unknown where the input does not say"),
        hops: items(HopFields::FIELDS, "the steps of the path that is shown"),
        refused: flag("whether only addresses are reached, and all that the input knows in their network refuse"),
        intent: word(
            &["undeclared", "intended", "beyond"],
            "whether `allow:` of the configuration wants it: there is no such list, an entry does, none does; of a crossing that is wanted in part, both parts are facts",
        ),
        traffic: traffic("protocols and ports"),
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

fields! {
    /// A step of a path.
    HopFields {
        hop: term("what decides: `policy-egress`, `route`, `interface-filter-ingress`"),
        certain: flag("whether it lets pass as far as the input says"),
        assumed: flag("whether it is a provider's default that the input does not mention"),
        change: word(&["none", "added", "updated"], "what the plan does with the line that decides"),
    }
}

fn crossings(judged: &Judged<'_, '_>) -> Vec<Fact> {
    let world = judged.engine.world();
    let peopled = peopled(world);
    let mut out = Vec::new();
    for exposure in judged.crossings() {
        let refused = is_refused(exposure, &peopled);
        let (direction, traffic) = (exposure.proof.direction, &exposure.proof.traffic);
        for members in by_namespace(&exposure.workloads, world) {
            let parted = judged.parted(&members, direction, (&exposure.far, traffic));
            for (members, part) in each(&parted) {
                let mut fact = fact(exposure, (members, part), refused, judged);
                if let Some(fact) = fact.as_mut().filter(|_| judged.hops) {
                    tell_hops(fact);
                }
                out.extend(fact);
            }
        }
    }
    out
}

/// Fills in the hops of the first workload, which are alike for all.
fn tell_hops(fact: &mut Fact) {
    let hops = fact.instances().next().map(|first| first.hops());
    let hops: Vec<Values> = hops.unwrap_or_default().iter().map(hop).collect();
    let own = fact.values.iter_mut().find(|(name, _)| *name == "hops");
    own.into_iter()
        .for_each(|(_, value)| *value = hops.clone().into());
}

fn hop(hop: &Hop) -> Values {
    let change = hop.origin.as_ref().map_or(Change::None, |own| own.change);
    HopFields {
        hop: hop.kind.word().into(),
        certain: (hop.verdict == Verdict::Reachable).into(),
        assumed: hop.assumed.into(),
        change: match change {
            Change::None => "none",
            Change::Added => "added",
            Change::Updated => "updated",
        }
        .into(),
    }
    .values()
}

/// Each part with those whom it is a part for.
fn each(
    parted: &[(Vec<Id<Workload>>, Vec<Part>)],
) -> impl Iterator<Item = (&[Id<Workload>], &Part)> {
    parted.iter().flat_map(|(members, parts)| {
        let parts = parts.iter();
        parts.map(|part| (members.as_slice(), part))
    })
}

/// The fact about some workloads of one namespace and a part of what crosses.
fn fact(
    exposure: &ExposureGroup,
    (members, part): (&[Id<Workload>], &Part),
    refused: bool,
    judged: &Judged<'_, '_>,
) -> Option<Fact> {
    let workload = *members.first()?;
    let world = judged.engine.world();
    let (own, path) = narrowed(exposure, part, workload, judged.engine);
    let (exposure, proof) = (&own, &own.proof);
    let certain = proof.verdict == Verdict::Reachable;
    let intent = match (&judged.coverage, part.entries.is_empty()) {
        (None, _) => "undeclared",
        (Some(_), true) => "beyond",
        (Some(_), false) => "intended",
    };
    Some(Fact {
        values: Crossing {
            intent: intent.into(),
            ..values(exposure, workload, refused, world)
        }
        .values(),
        subjects: judged.subjects(members),
        rank: u8::from(!certain) * FAR_SIDES + rank(&exposure.far, refused, world),
        borders: border_list(&proof.borders, world),
        cause: cause(proof, workload, world),
        path,
        gaps: proof.gaps.clone(),
        passes: Some(Passes {
            far: far_name(&exposure.far, world).into(),
            certain,
            traffic: Arc::clone(&proof.traffic),
        }),
        wanted_by: part.entries.clone(),
        related: related(exposure, world),
    })
}

fn values(exposure: &ExposureGroup, id: Id<Workload>, refused: bool, world: &World) -> Crossing {
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
        far_kind: far_kind(&exposure.far, world).into(),
        far_network: networks.join(", ").into(),
        border: border_names(&proof.borders, world).into(),
        border_kind: border_kinds(&proof.borders, world).into(),
        permission: permission(&proof.permission).into(),
        enforcement: enforcement(workload.cluster, world).into(),
        breadth: breadth(proof, world).into(),
        by_exception: is_by_exception(proof, world).into(),
        far_addresses: far_addresses(&exposure.far, world).into(),
        far_owners: Value::known(owners(&proof.networks.iter().copied().collect(), world)),
        other_owner: Value::known(has_other_owner(exposure, id, world)),
        hops: Value::Items(Vec::new()),
        refused: refused.into(),
        intent: Value::Word(String::new()),
        traffic: (*proof.traffic).clone().into(),
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

/// The addresses that the deciding rule names; none where no rule names the far side.
fn named_addresses(proof: &Proof, world: &World) -> Option<AddressSet> {
    let Permission::Named { policy, origin } = &proof.permission else {
        return None;
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
    Some(rules.map(|rule| surely_named(&rule.peer)).collect())
}

/// Whether the deciding rule names both ends of the public addresses, and not all private ones: everything but some blocks.
fn is_by_exception(proof: &Proof, world: &World) -> bool {
    let ends = ["1.0.0.0/8", "223.0.0.0/8"].map(AddressSet::parse);
    named_addresses(proof, world).is_some_and(|named| {
        let open = ends.iter().flatten().all(|block| block.is_subset(&named));
        open && !AddressSet::private().is_subset(&named)
    })
}

/// How much of the far network the deciding rule names.
fn breadth(proof: &Proof, world: &World) -> &'static str {
    let Some(named) = named_addresses(proof, world) else {
        return "unnamed";
    };
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
fn surely_named(peer: &PolicyPeer) -> AddressSet {
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
            .map(surely_named)
            .fold(AddressSet::all(), |sum, one| sum.intersection(&one)),
        PolicyPeer::Any(parts) => parts.iter().map(surely_named).collect(),
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
    let borders = exposure.proof.borders.iter().filter_map(|border| {
        let border = &world.borders[*border];
        Some((
            border.origin.clone()?,
            format!("{} `{}`", border.kind, border.name),
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
