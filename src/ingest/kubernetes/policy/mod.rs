//! Policy kinds: one file for each family, and one line for each kind in [`KINDS`].

mod admin;
mod alike;
mod application;
mod asked;
pub(super) mod calico;
mod cilium;
mod cluster;
mod contested;
mod enforcement;
mod further_networks;
mod generated;
mod hidden;
mod hook;
mod host_network;
mod istio;
mod mutating;
mod network;
mod outside;
mod overlap;
mod perhaps;
mod pod_addresses;
mod reading;
mod rivals;
mod shared_names;
mod tiered;
mod undeclared;
mod unknown;
mod unread;

#[cfg(test)]
mod tests;

pub(super) use contested::is_setting;
use reading::named;
pub use reading::{
    ADMIN, ALLOW, BASELINE, DENY_FIRST, MESH, NETWORK_POLICY_ORDER, OWN_NODE, Reading, blank, both,
    side, sortable, tier,
};
pub(super) use unknown::may_be;
pub(super) use unread::unjudged as unread;

use super::fault::Faults;
use super::manifest_lowering::ManifestLowering;
use super::object::Object;
use super::placeholder::is_placeholder;
use crate::ingest::yaml::Node;
use crate::model::{GapKind, Policy, Tier};

/// A kind of policy.
#[derive(Debug)]
pub struct PolicyKind {
    /// API group.
    pub group: &'static str,
    /// Versions of it that are read.
    pub versions: &'static [&'static str],
    /// Kind.
    pub kind: &'static str,
    /// Engines that enforce it, by their word in [`crate::model::Cluster::engine`]; where these and those that partly do are empty,
    /// every engine does.
    pub engines: &'static [&'static str],
    /// Engines of which some versions or settings enforce it; [`ANY`] stands for all that the table does not name.
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

/// Stands for every engine of which it is not known that it enforces nothing of a kind: [`WITHOUT`].
pub const ANY: &str = "*";
/// Engines that are known to enforce no kind of the network policy working group.
/// Source: aws/amazon-network-policy-controller-k8s `api/v1alpha1` (kinds of `networking.k8s.aws` only);
/// Azure/azure-container-networking `npm/pkg/controlplane/controllers/v2` (NetworkPolicy only).
pub const WITHOUT: &[&str] = &["vpc-cni", "azure-npm", "none"];
/// Source: kubernetes-sigs/network-policy-api `site-src/implementations.md`, which lists Antrea, Kube-OVN and OVN-Kubernetes, each behind
/// a setting, and others as being worked on.
const SOME: &[&str] = &[ANY];

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
        &[],
        SOME,
        ADMIN,
        admin::read,
    ),
    kind(
        UPSTREAM,
        &["v1alpha1"],
        "BaselineAdminNetworkPolicy",
        &[],
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

/// The row of an object's kind.
pub(super) fn kind_of(object: &Object) -> Option<&'static PolicyKind> {
    KINDS.iter().find(|known| {
        object.is(known.group, known.kind) && known.versions.contains(&object.version.as_str())
    })
}

/// Enters all policies, by place.
pub(super) fn lower(lowering: &mut ManifestLowering<'_>) {
    let engine = lowering.world.clusters[lowering.cluster].engine.clone();
    let rivals = rivals::Rivals::of(lowering.objects, &engine);
    let switches = cilium::Switches::of(lowering.objects, &engine);
    let mut policies = Vec::new();
    for (at, object) in lowering.objects.iter().enumerate() {
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
        if let Some(why) = lowering.apart.get(&at).cloned() {
            let origin = Some(object.origin.clone());
            let doubt = lowering.world.doubt(GapKind::NotJudged, why, origin);
            read.iter_mut()
                .for_each(|policy| policy.doubt = policy.doubt.and(&doubt));
        }
        pod_addresses::blocks(&mut read, lowering);
        host_network::peers((kind.group, kind.kind), &mut read, lowering);
        shared_names::ports((kind.group, kind.kind), &mut read, lowering);
        enforcement::judge(kind, object, &engine, &mut read, lowering);
        rivals.doubt(kind, object, &mut read, lowering);
        switches.apply((kind.group, kind.kind), &mut read, lowering);
        policies.extend(read);
    }
    policies.extend(
        cilium::always(lowering).filter(|_| engine == "cilium" || engine.starts_with("unknown")),
    );
    overlap::doubt(&mut policies, lowering);
    calico::doubt_ties(&mut policies, lowering);
    calico::default_passes(&mut policies, lowering);
    policies.extend(further_networks::policy(lowering));
    policies.extend(unread::policies(lowering));
    policies.extend(perhaps::policies(lowering));
    contested::settings(&mut policies, lowering);
    cilium::hide_left_out(&mut policies, lowering);
    undeclared::split(&mut policies, lowering);
    outside::split(&mut policies, lowering);
    for policy in policies {
        lowering.world.policies.push(policy);
    }
}

fn one(object: &Object, kind: &PolicyKind, lowering: &mut ManifestLowering<'_>) -> Vec<Policy> {
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
    hook::doubt(object, &mut policies, lowering);
    for policy in &mut policies {
        generated::doubt(policy, lowering);
        generated::doubt_namespaces(policy, lowering);
        hidden::doubt(policy, lowering);
    }
    policies
}

/// Faults for strings that hold template markers.
fn markers(node: &Node, faults: &mut Faults) {
    if node.text().is_some_and(|text| text.contains("{{")) {
        faults.add(
            &node.place(),
            "this string holds an unrendered template: render it first with `helm template`",
        );
    } else if node.text().is_some_and(is_placeholder) {
        faults.add(
            &node.place(),
            "this string holds a placeholder that something replaces before it is applied: give what is applied",
        );
    }
    node.items().iter().for_each(|item| markers(item, faults));
    node.entries()
        .iter()
        .for_each(|(_, value)| markers(value, faults));
}
