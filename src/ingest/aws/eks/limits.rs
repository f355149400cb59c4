//! What the VPC CNI does not enforce of network policies as they are written.
//! Source: EKS user guide, "Limit Pod traffic with Kubernetes network policies", "Considerations"; aws-network-policy-agent, issue
//! "Multiple except clauses for the same CIDR".

use crate::ingest::kubernetes::Object;
use crate::ingest::yaml::Node;
use crate::model::{
    AddressSet, Cluster, Doubt, Enforced, GapKind, Id, Note, Origin, PodPlacement, Policy,
    PolicyPeer, PolicyRule, Selected, Workload, World,
};
use std::collections::{BTreeMap, BTreeSet};

/// As many ports of one protocol as a rule may name.
const PORTS: usize = 24;

/// A direction of a policy: the list of its rules, and the list of the other ends in a rule.
const DIRECTIONS: [(&str, &str); 2] = [("ingress", "from"), ("egress", "to")];

/// Puts those rules in doubt of which less may be enforced than they say.
pub fn policies(world: &mut World, cluster: Id<Cluster>, objects: &[Object]) {
    let own = &world.clusters[cluster];
    if own.engine != "vpc-cni" || matches!(own.enforced, Enforced::No(_)) {
        return;
    }
    let policies: BTreeMap<Origin, Id<Policy>> = world
        .policies
        .iter()
        .filter(|(_, own)| own.cluster == cluster)
        .map(|(id, own)| (own.origin.clone(), id))
        .collect();
    let mut blocks: BTreeMap<(&str, AddressSet), Vec<Block>> = BTreeMap::new();
    for object in objects
        .iter()
        .filter(|object| object.is("networking.k8s.io", "NetworkPolicy"))
    {
        let Some(policy) = policies.get(&object.origin).copied() else {
            continue;
        };
        for (rules, ends) in DIRECTIONS {
            for rule in object.node.get("spec").get(rules).items() {
                ports(world, object, policy, &rule, ends);
                for end in rule.get(ends).items() {
                    if let Some((cidr, except)) = block(&end) {
                        let origin = object.origin_at(end.place());
                        blocks.entry((rules, cidr)).or_default().push(Block {
                            policy,
                            except,
                            origin,
                            title: object.title(),
                        });
                    }
                }
            }
        }
    }
    for ((_, cidr), blocks) in blocks.into_iter().filter(|(_, blocks)| blocks.len() > 1) {
        excepts(world, &cidr, &blocks);
    }
}

/// Whether policies hold for a pod that no controller made: the documentation says that they do not, of versions it does not name.
pub fn alone(world: &mut World, workload: &Workload, pod_placements: &mut [PodPlacement]) {
    if workload.kind != "Pod" || workload.host_network {
        return;
    }
    for pod_placement in pod_placements {
        if let Enforced::Yes(note) = &pod_placement.enforced {
            let text = format!(
                "{} stands alone, and the VPC CNI may not enforce policies for pods without an owner",
                workload.origin.address
            );
            let doubt = world.doubt(
                GapKind::NotJudged,
                text.clone(),
                Some(workload.origin.clone()),
            );
            pod_placement.enforced = Enforced::Unknown(
                Note {
                    text,
                    origin: note.origin.clone(),
                    assumed: false,
                },
                doubt,
            );
        }
    }
}

/// A block of addresses in a rule.
struct Block {
    policy: Id<Policy>,
    /// What is left out of it.
    except: AddressSet,
    /// Origin of the rule of the model that it became.
    origin: Origin,
    title: String,
}

fn block(end: &Node) -> Option<(AddressSet, AddressSet)> {
    let parse = |node: &Node| node.text().and_then(|text| AddressSet::parse(text).ok());
    let except = end
        .get("ipBlock.except")
        .items()
        .iter()
        .filter_map(parse)
        .collect();
    Some((parse(&end.get("ipBlock.cidr"))?, except))
}

/// More ports of one protocol than a rule may name.
fn ports(world: &mut World, object: &Object, policy: Id<Policy>, rule: &Node, ends: &str) {
    let mut named: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    for port in rule.get("ports").items() {
        let text = |name: &str| port.get(name).written().unwrap_or_default().to_owned();
        let protocol = port.get("protocol").text().unwrap_or("TCP").to_owned();
        named
            .entry(protocol)
            .or_default()
            .insert((text("port"), text("endPort")));
    }
    if named.values().all(|ports| ports.len() <= PORTS) {
        return;
    }
    let what = format!(
        "a rule of {} names more than {PORTS} ports of one protocol: whether the VPC CNI enforces all of them is not judged",
        object.title()
    );
    let doubt = world.doubt(
        GapKind::NotJudged,
        what,
        Some(object.origin_at(rule.place())),
    );
    let places = rule
        .get(ends)
        .items()
        .iter()
        .map(Node::place)
        .collect::<Vec<_>>();
    let places = if places.is_empty() {
        vec![rule.place()]
    } else {
        places
    };
    for place in places {
        let origin = object.origin_at(place);
        rules(world, policy, &origin, |rule| {
            rule.doubt = rule.doubt.and(&doubt)
        });
    }
}

/// Rules for the same pods that leave out different parts of one block: the lists may be merged, so that what any of them leaves out is
/// left out. What none of them does stays certain.
fn excepts(world: &mut World, cidr: &AddressSet, blocks: &[Block]) {
    for own in blocks {
        let others = blocks.iter().filter(|other| {
            other.except != own.except && share_pods(world, own.policy, other.policy)
        });
        let others: Vec<&Block> = others.collect();
        let Some(first) = others.first() else {
            continue;
        };
        let out: AddressSet = others
            .iter()
            .map(|other| other.except.clone())
            .chain([own.except.clone()])
            .collect();
        let what = format!(
            "{} and {} leave out different parts of {cidr} for the same pods: the VPC CNI may leave out all of them, which is not judged",
            own.title, first.title
        );
        let doubt = world.doubt(GapKind::NotJudged, what, Some(own.origin.clone()));
        let mut certain: Vec<PolicyRule> = Vec::new();
        rules(world, own.policy, &own.origin, |rule| {
            let peer = PolicyPeer::All(vec![
                rule.peer.clone(),
                PolicyPeer::Not(Box::new(PolicyPeer::AddressesOfPodsToo(out.clone()))),
            ]);
            certain.push(PolicyRule {
                peer,
                ..rule.clone()
            });
            rule.doubt = rule.doubt.and(&doubt);
        });
        add(world, own.policy, certain);
    }
}

/// Changes the rules of a policy that one place of its object became.
fn rules(
    world: &mut World,
    policy: Id<Policy>,
    origin: &Origin,
    mut change: impl FnMut(&mut PolicyRule),
) {
    let policy = &mut world.policies[policy];
    let sides = policy.ingress.iter_mut().chain(policy.egress.iter_mut());
    sides
        .flat_map(|side| &mut side.rules)
        .filter(|rule| rule.origin == *origin && rule.doubt == Doubt::none())
        .for_each(&mut change);
}

/// Adds rules beside those of the same place.
fn add(world: &mut World, policy: Id<Policy>, more: Vec<PolicyRule>) {
    let policy = &mut world.policies[policy];
    for side in policy.ingress.iter_mut().chain(policy.egress.iter_mut()) {
        let own = more
            .iter()
            .filter(|rule| side.rules.iter().any(|own| own.origin == rule.origin))
            .cloned()
            .collect::<Vec<_>>();
        side.rules.extend(own);
    }
}

/// Whether some pods of the input are those of both policies.
fn share_pods(world: &World, one: Id<Policy>, other: Id<Policy>) -> bool {
    if one == other {
        return true;
    }
    let (one, other) = (&world.policies[one], &world.policies[other]);
    world
        .workloads
        .iter()
        .filter(|(_, own)| own.cluster == one.cluster)
        .any(|(_, own)| {
            let namespace = &world.namespaces[own.namespace];
            let pod = Selected {
                pod: &own.labels,
                namespace: &namespace.name,
                namespace_labels: &namespace.labels,
                service_account: &own.service_account,
                service_account_labels: &own.service_account_labels,
            };
            one.subject.holds(pod) && other.subject.holds(pod)
        })
}
