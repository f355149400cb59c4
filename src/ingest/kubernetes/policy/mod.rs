//! Policy kinds: one file for each family, and one line for each kind in [`KINDS`].

mod admin;
mod alike;
mod application;
mod asked;
pub(super) mod calico;
mod cilium;
mod cluster;
mod enforcement;
mod generated;
mod hidden;
mod host_network;
mod istio;
mod network;
mod outside;
mod overlap;
mod shared_names;
mod tiered;
mod undeclared;
mod unknown;

#[cfg(test)]
mod tests;

pub use hidden::Hidden;
pub(super) use unknown::may_be;

use super::fault::Faults;
use super::lower::Lowering;
use super::object::Object;
use crate::ingest::yaml::Node;
use crate::model::{Doubt, GapKind, Policy, PolicySide, Selector, Tier};

/// A kind of policy.
#[derive(Debug)]
pub struct PolicyKind {
    /// API group.
    pub group: &'static str,
    /// Versions of it that are read.
    pub versions: &'static [&'static str],
    /// Kind.
    pub kind: &'static str,
    /// Engines that enforce it, by their word in [`crate::model::Cluster::engine`]; empty means that every engine does.
    pub engines: &'static [&'static str],
    /// Engines of which some versions enforce it.
    pub partly: &'static [&'static str],
    /// The first rank that a policy of the kind can have.
    pub first: u32,
    /// Reads an object into policies (several where one object holds several).
    pub read: fn(&Object, &mut Reading<'_, '_>) -> Vec<Policy>,
}

const UPSTREAM: &str = "policy.networking.k8s.io";
const AWS: &str = "networking.k8s.aws";
const CILIUM: &str = "cilium.io";
const CNI: &[&str] = &["vpc-cni"];
const CALICO: &[&str] = &["calico"];
const V3: &[&str] = &["v3"];
const ISTIO: &[&str] = &["v1", "v1beta1", "v1alpha3"];
const NAMESPACED: u32 = Tier::NAMESPACED;
const SOME: &[&str] = &["calico", "cilium"];

const fn kind(
    group: &'static str,
    versions: &'static [&'static str],
    kind: &'static str,
    engines: &'static [&'static str],
    partly: &'static [&'static str],
    first: u32,
    read: fn(&Object, &mut Reading<'_, '_>) -> Vec<Policy>,
) -> PolicyKind {
    PolicyKind {
        group,
        versions,
        kind,
        engines,
        partly,
        first,
        read,
    }
}

/// All kinds that are read: group, versions, kind, engines that enforce it, engines of which some versions do, first rank, reader.
pub const KINDS: &[PolicyKind] = &[
    kind(
        "networking.k8s.io",
        &["v1"],
        "NetworkPolicy",
        &[],
        &[],
        NAMESPACED,
        network::read,
    ),
    kind(
        "extensions",
        &["v1beta1"],
        "NetworkPolicy",
        &[],
        &[],
        NAMESPACED,
        network::read_removed,
    ),
    kind(
        UPSTREAM,
        &["v1alpha1"],
        "AdminNetworkPolicy",
        &["ovn-kubernetes"],
        SOME,
        ADMIN,
        admin::read,
    ),
    kind(
        UPSTREAM,
        &["v1alpha1"],
        "BaselineAdminNetworkPolicy",
        &["ovn-kubernetes"],
        SOME,
        BASELINE,
        admin::read_baseline,
    ),
    kind(
        UPSTREAM,
        &["v1alpha2", "v1beta1"],
        "ClusterNetworkPolicy",
        &["kube-network-policies"],
        SOME,
        ADMIN,
        cluster::read,
    ),
    kind(
        AWS,
        &["v1alpha1"],
        "ClusterNetworkPolicy",
        CNI,
        &[],
        ADMIN,
        cluster::read_aws,
    ),
    kind(
        AWS,
        &["v1alpha1"],
        "ApplicationNetworkPolicy",
        CNI,
        &[],
        NAMESPACED,
        application::read,
    ),
    kind(
        CILIUM,
        &["v2"],
        "CiliumNetworkPolicy",
        &["cilium"],
        &[],
        NAMESPACED,
        cilium::read,
    ),
    kind(
        CILIUM,
        &["v2"],
        "CiliumClusterwideNetworkPolicy",
        &["cilium"],
        &["gke-dataplane-v2"],
        NAMESPACED,
        cilium::read_clusterwide,
    ),
    kind(
        "security.istio.io",
        ISTIO,
        "AuthorizationPolicy",
        &[],
        &[],
        MESH,
        istio::read_authorization,
    ),
    kind(
        "security.istio.io",
        ISTIO,
        "PeerAuthentication",
        &[],
        &[],
        MESH,
        istio::read_peers,
    ),
    kind(
        "networking.istio.io",
        ISTIO,
        "Sidecar",
        &[],
        &[],
        MESH,
        istio::read_sidecar,
    ),
    kind(
        calico::GROUP,
        V3,
        "NetworkPolicy",
        CALICO,
        &[],
        calico::FIRST,
        calico::read,
    ),
    kind(
        calico::GROUP,
        V3,
        "GlobalNetworkPolicy",
        CALICO,
        &[],
        calico::FIRST,
        calico::read_global,
    ),
    kind(
        calico::GROUP,
        V3,
        "StagedNetworkPolicy",
        CALICO,
        &[],
        calico::FIRST,
        calico::read_staged,
    ),
    kind(
        calico::GROUP,
        V3,
        "StagedGlobalNetworkPolicy",
        CALICO,
        &[],
        calico::FIRST,
        calico::read_staged_global,
    ),
    kind(
        calico::GROUP,
        V3,
        "StagedKubernetesNetworkPolicy",
        CALICO,
        &[],
        calico::FIRST,
        calico::read_staged_kubernetes,
    ),
    kind(
        calico::STORED,
        &["v1"],
        "NetworkPolicy",
        CALICO,
        &[],
        calico::FIRST,
        calico::read,
    ),
    kind(
        calico::STORED,
        &["v1"],
        "GlobalNetworkPolicy",
        CALICO,
        &[],
        calico::FIRST,
        calico::read_global,
    ),
    kind(
        calico::STORED,
        &["v1"],
        "StagedNetworkPolicy",
        CALICO,
        &[],
        calico::FIRST,
        calico::read_staged,
    ),
    kind(
        calico::STORED,
        &["v1"],
        "StagedGlobalNetworkPolicy",
        CALICO,
        &[],
        calico::FIRST,
        calico::read_staged_global,
    ),
    kind(
        calico::STORED,
        &["v1"],
        "StagedKubernetesNetworkPolicy",
        CALICO,
        &[],
        calico::FIRST,
        calico::read_staged_kubernetes,
    ),
];

/// The rank of what a service mesh decides, besides all other policies: what it lets pass goes on to them.
pub const MESH: u32 = 0;
/// The rank of cluster-wide policies that decide before NetworkPolicy; Calico keeps its tiers by the same numbers.
pub const ADMIN: u32 = 1_000;
/// The rank of cluster-wide policies that decide after NetworkPolicy.
pub const BASELINE: u32 = 10_000_000;
/// The place of NetworkPolicy among the policies of its tier (Calico's order for it).
pub const NETWORK_POLICY_ORDER: i64 = sortable(1_000.0);
/// [`crate::model::PolicyRule::order`] of rules of a tier in which every deny beats every allow.
pub const DENY_FIRST: u32 = 0;
/// [`crate::model::PolicyRule::order`] of all other rules.
pub const ALLOW: u32 = 1;

/// An order that may be fractional as a whole number that sorts the same way.
#[must_use]
pub const fn sortable(order: f64) -> i64 {
    let bits = (order + 0.0).to_bits().cast_signed();
    if bits < 0 { bits ^ i64::MAX } else { bits }
}

/// What reading one policy object works on.
pub struct Reading<'a, 'w> {
    /// What the API server would refuse; a policy with faults is not understood as a whole.
    pub faults: Faults,
    /// The cluster's lowering.
    pub lowering: &'a mut Lowering<'w>,
}

/// The row of an object's kind.
pub(super) fn kind_of(object: &Object) -> Option<&'static PolicyKind> {
    KINDS.iter().find(|known| {
        object.is(known.group, known.kind) && known.versions.contains(&object.version.as_str())
    })
}

/// Enters all policies, by place.
pub(super) fn lower(lowering: &mut Lowering<'_>) {
    let engine = lowering.world.clusters[lowering.cluster].engine.clone();
    let mut policies = Vec::new();
    for object in lowering.objects {
        let Some(kind) = kind_of(object).filter(|_| object.unread.is_none()) else {
            policies.extend(unknown::read(object, &engine, lowering));
            continue;
        };
        let mut read = one(object, kind, lowering);
        if lowering.is_contested(object) {
            let what = format!(
                "{} is defined more than once with different content",
                object.title()
            );
            let doubt = lowering
                .world
                .doubt(GapKind::NotJudged, what, Some(object.origin.clone()));
            read.iter_mut()
                .for_each(|policy| policy.doubt = policy.doubt.and(&doubt));
        }
        host_network::peers((kind.group, kind.kind), &mut read, lowering);
        shared_names::ports((kind.group, kind.kind), &mut read, lowering);
        enforcement::judge(kind, object, &engine, &mut read, lowering);
        policies.extend(read);
    }
    policies.extend(
        cilium::always(lowering).filter(|_| engine == "cilium" || engine.starts_with("unknown")),
    );
    overlap::doubt(&mut policies, lowering);
    calico::doubt_ties(&mut policies, lowering);
    calico::default_passes(&mut policies, lowering);
    undeclared::split(&mut policies, lowering);
    outside::split(&mut policies, lowering);
    for policy in policies {
        lowering.world.policies.push(policy);
    }
}

fn one(object: &Object, kind: &PolicyKind, lowering: &mut Lowering<'_>) -> Vec<Policy> {
    let mut reading = Reading {
        faults: Faults::default(),
        lowering,
    };
    ["spec", "specs"]
        .iter()
        .for_each(|part| markers(&object.node.get(part), &mut reading.faults));
    let mut policies = (kind.read)(object, &mut reading);
    let Reading {
        mut faults,
        lowering,
    } = reading;
    faults.one_a_place();
    if let Some(first) = faults.0.first() {
        let what = format!(
            "{} would be refused as it stands: {}",
            object.title(),
            first.message
        );
        let place = crate::model::Place {
            file: first.file.clone(),
            line: first.line,
            column: first.column,
            length: first.length,
        };
        let doubt = lowering
            .world
            .doubt(GapKind::NotJudged, what, Some(object.origin_at(place)));
        policies
            .iter_mut()
            .for_each(|policy| policy.doubt = policy.doubt.and(&doubt));
    }
    lowering.errors.extend(faults.0);
    for policy in &mut policies {
        generated::doubt(policy, lowering);
        hidden::doubt(policy, lowering);
    }
    policies
}

/// A policy of the object's namespace (of every pod, where the kind has none) that says nothing yet.
pub fn blank(object: &Object, kind: &'static str, tier: Tier, reading: &Reading<'_, '_>) -> Policy {
    named(object, kind, tier, reading.lowering)
}

fn named(object: &Object, kind: &'static str, tier: Tier, lowering: &Lowering<'_>) -> Policy {
    let namespaced = !object.is_cluster_scoped();
    let name = namespaced.then(|| object.namespace_in(lowering.settings));
    Policy {
        cluster: lowering.cluster,
        kind,
        name: object.name.clone(),
        namespace: name.and_then(|name| super::namespace::id(name, lowering)),
        tier,
        order: NETWORK_POLICY_ORDER,
        subject: name.map_or(Selector::Everything, |name| {
            Selector::InNamespace(name.to_owned())
        }),
        ingress: None,
        egress: None,
        inert: None,
        order_doubt: Doubt::none(),
        doubt: Doubt::none(),
        origin: object.origin.clone(),
    }
}

/// A tier that the cluster's engine enforces.
#[must_use]
pub fn tier(name: &str, rank: u32) -> Tier {
    Tier {
        rank,
        name: name.to_owned(),
        apart: false,
    }
}

/// Both selectors together.
#[must_use]
pub fn both(a: Selector, b: Selector) -> Selector {
    match (a, b) {
        (Selector::Everything, other) | (other, Selector::Everything) => other,
        (a, b) => Selector::All(vec![a, b]),
    }
}

/// Faults for strings that hold template markers.
fn markers(node: &Node, faults: &mut Faults) {
    if node.text().is_some_and(|text| text.contains("{{")) {
        faults.add(
            &node.place(),
            "this string holds an unrendered template: render it first with `helm template`",
        );
    }
    node.items().iter().for_each(|item| markers(item, faults));
    node.entries()
        .iter()
        .for_each(|(_, value)| markers(value, faults));
}

/// A side without rules.
#[must_use]
pub fn side(object: &Object, node: &Node, isolates: bool) -> PolicySide {
    PolicySide {
        isolates,
        rules: Vec::new(),
        origin: object.origin_at(node.key_place()),
    }
}
