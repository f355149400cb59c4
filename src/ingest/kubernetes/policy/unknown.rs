//! Policies of which nothing is known: objects that are surely one, or may be one, and cannot be read.

use super::super::manifest_lowering::ManifestLowering;
use super::super::object::Object;
use super::super::scope::is_cluster_scoped;
use super::calico::STAGED;
use super::enforcement::{Enforcing, enforcing};
use super::unread;
use super::{ADMIN, KINDS, MESH, PolicyKind, UPSTREAM, named, tier};
use crate::ingest::yaml::Node;
use crate::model::{GapKind, Policy, Selector, Tier};
use std::collections::BTreeSet;

/// Kinds of policies that are not read at all and may allow what others deny: group, kind, and the first rank that one of them can have.
const UNREAD: &[(&str, &str, u32)] = &[
    ("crd.antrea.io", "NetworkPolicy", ADMIN),
    ("crd.antrea.io", "ClusterNetworkPolicy", ADMIN),
    // VMware NSX, "SecurityPolicy CRD": decides before NetworkPolicy, either way.
    ("crd.nsx.vmware.com", "SecurityPolicy", ADMIN),
    ("nsx.vmware.com", "SecurityPolicy", ADMIN),
];

/// Groups all of whose kinds are policies, those that are newer than this program as well.
const GROUPS: &[&str] = &[UPSTREAM];

/// What the kinds of policies of all engines end with, also those of engines that no table here names.
const ENDING: &str = "NetworkPolicy";

/// Kinds that end so and have no say in who reaches whom over the cluster's network: they are about further interfaces of pods.
/// Source: k8snetworkplumbingwg/multi-networkpolicy README.
const ELSEWHERE: &[(&str, &str)] = &[("k8s.cni.cncf.io", "MultiNetworkPolicy")];

/// A kind that an object may be of.
struct Candidate {
    /// In one word; none for a kind that no table names.
    kind: Option<&'static str>,
    first: u32,
    row: Option<&'static PolicyKind>,
    /// Whether it may be about the pods of any namespace.
    wide: bool,
}

/// Whether a kind that no table names is a kind of policy, by its group or its name.
fn sounds_like_policy(group: &str, kind: &str) -> bool {
    let known = !candidates(Some(group), Some(kind)).is_empty();
    // Groups of Kubernetes itself have no kinds but those that are known.
    let is_custom = group.contains('.') && !group.ends_with(".k8s.io");
    let like = GROUPS.contains(&group) || is_custom && kind.ends_with(ENDING);
    let is_elsewhere = ELSEWHERE.contains(&(group, kind)) || unread::is_listed(group, kind);
    !known && like && !is_elsewhere
}

/// The kinds of policies that an object may be of by what is known of its group and kind, whatever its version.
fn candidates(group: Option<&str>, kind: Option<&str>) -> Vec<Candidate> {
    let holds = |own: (&str, &str)| {
        group.is_none_or(|group| group == own.0) && kind.is_none_or(|kind| kind == own.1)
    };
    let read = KINDS.iter().filter(|row| holds((row.group, row.kind)));
    let unread = UNREAD.iter().filter(|row| holds((row.0, row.1)));
    read.map(|row| Candidate {
        kind: Some(row.kind),
        first: row.first,
        row: Some(row),
        wide: is_cluster_scoped(row.group, row.kind),
    })
    .chain(unread.map(|row| Candidate {
        kind: Some(row.1),
        first: row.2,
        row: None,
        wide: is_cluster_scoped(row.0, row.1),
    }))
    .collect()
}

/// As [`candidates`], with the kinds that no table names.
fn all_candidates(group: Option<&str>, kind: Option<&str>) -> Vec<Candidate> {
    let mut out = candidates(group, kind);
    if group
        .zip(kind)
        .is_some_and(|(group, kind)| sounds_like_policy(group, kind))
    {
        out.push(Candidate {
            kind: None,
            first: ADMIN,
            row: None,
            wide: true,
        });
    }
    out
}

/// Whether an object may be a policy; none stands for a group or kind that is not known.
pub(in crate::ingest::kubernetes) fn may_be(group: Option<&str>, kind: Option<&str>) -> bool {
    !all_candidates(group, kind).is_empty()
}

impl Object {
    /// The object without its content, for a reason; none of what is surely no policy.
    #[must_use]
    pub fn without_content(&self, reason: &str) -> Option<Object> {
        may_be(self.known_group(), self.known_kind()).then(|| {
            let mut lost = self.clone();
            lost.node = Node::from_json(&serde_json::Value::Null, &self.origin.place);
            lost.unread = Some(reason.to_owned());
            lost
        })
    }
}

/// The policy that an object is, or may be, of which nothing is known: it may decide anything, for whom it may be about, from the first place
/// that its kind can have. None where it is surely no policy, or none that the engine enforces.
pub(super) fn read(
    object: &Object,
    engine: &str,
    lowering: &mut ManifestLowering<'_>,
) -> Option<Policy> {
    let all = all_candidates(object.known_group(), object.known_kind());
    let inert = all
        .iter()
        .map(|one| without_effect(one, engine))
        .collect::<Option<Vec<_>>>()
        .and_then(|all| all.into_iter().next());
    let enforced = || {
        all.iter()
            .filter(|one| inert.is_some() || without_effect(one, engine).is_none())
    };
    // What may be of a mesh or not decides where the others do: there it may deny as well.
    let (mesh, others): (Vec<u32>, Vec<u32>) = enforced()
        .map(|one| one.first)
        .partition(|first| *first == MESH);
    let first = others.into_iter().min().or(mesh.first().copied())?;
    let kinds: BTreeSet<&'static str> = enforced().filter_map(|one| one.kind).collect();
    let place = match first {
        Tier::NAMESPACED => Tier::namespaced(),
        rank => Tier {
            enforced_by_mesh: rank == MESH,
            ..tier("unknown", rank)
        },
    };
    let kind = kinds
        .first()
        .filter(|_| kinds.len() == 1)
        .copied()
        .unwrap_or("object");
    let mut policy = named(object, kind, place, lowering);
    policy.order = i64::MIN;
    let wide = all.iter().any(|one| one.wide);
    if wide || object.hides("metadata.namespace") {
        // It may be about the pods of any namespace.
        policy.namespace = None;
        policy.subject = Selector::Everything;
    }
    policy.inert = inert;
    let (title, version) = (object.title(), &object.version);
    let (what, why) = match &object.unread {
        Some(reason) => (
            GapKind::Unreadable,
            format!("{title} could not be read: {reason}"),
        ),
        None if all.iter().any(|one| one.row.is_some()) => (
            GapKind::NotModelled,
            format!(
                "version `{version}` of {} ({}) is not known: {title} may allow or deny anything",
                object.kind, object.group
            ),
        ),
        None => (
            GapKind::NotModelled,
            format!(
                "{} ({}) is not modelled: {title} may allow or deny anything",
                object.kind, object.group
            ),
        ),
    };
    policy.doubt = lowering.world.doubt(what, why, Some(object.origin.clone()));
    Some(policy)
}

/// Why a policy of the kind has no effect in the cluster; none where it may have one.
fn without_effect(candidate: &Candidate, engine: &str) -> Option<String> {
    if candidate
        .kind
        .is_some_and(|kind| kind.starts_with("Staged"))
    {
        return Some(STAGED.to_owned());
    }
    match enforcing(candidate.row?, engine) {
        Enforcing::No(why) => Some(why),
        Enforcing::Yes | Enforcing::Perhaps(_) => None,
    }
}
