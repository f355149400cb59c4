//! What pods ask for that most do without: `securityContext` of pods and containers, `hostPID`, `hostIPC`.

use super::kind::WorkloadKind;
use super::shape::{in_spec, pod};
use crate::ingest::kubernetes::Object;
use crate::ingest::kubernetes::manifest_lowering::ManifestLowering;
use crate::ingest::yaml::Node;
use crate::model::{Doubt, GapKind, PodPrivileges, Privilege};

/// Where containers stand in the specification of a pod.
const CONTAINERS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];

/// What of `securityContext` is looked at.
const CONTEXT: [&str; 5] = [
    "securityContext",
    "securityContext.privileged",
    "securityContext.capabilities.add",
    "securityContext.runAsUser",
    "securityContext.seccompProfile.type",
];

/// What the pods of an object ask for.
pub(super) fn privileges(
    object: &Object,
    kind: &WorkloadKind,
    lowering: &mut ManifestLowering<'_>,
) -> PodPrivileges {
    let spec = pod(object, kind.template).get("spec");
    let mut out = PodPrivileges::default();
    let is = |path: &str| spec.get(path).boolean() == Some(true);
    if is("hostPID") || is("hostIPC") {
        out.asked.insert(Privilege::HostProcesses);
    }
    let whole = spec.get("securityContext");
    for container in CONTAINERS.iter().flat_map(|list| spec.get(list).items()) {
        out.asked
            .extend(of_container(&container.get("securityContext"), &whole));
    }
    out.doubt = doubt(object, lowering);
    out
}

fn of_container(own: &Node, pod: &Node) -> Vec<Privilege> {
    let mut out = Vec::new();
    if own.get("privileged").boolean() == Some(true) {
        out.push(Privilege::Privileged);
    }
    let added = own.get("capabilities.add").items();
    if added.iter().any(|name| name.text().is_some_and(is_network)) {
        out.push(Privilege::NetworkCapabilities);
    }
    let user = own.get("runAsUser").integer();
    if user.or_else(|| pod.get("runAsUser").integer()) == Some(0) {
        out.push(Privilege::Root);
    }
    let profiles = [own, pod].map(|context| context.get("seccompProfile.type"));
    let profile = profiles.iter().find_map(|profile| profile.text());
    if profile == Some("Unconfined") {
        out.push(Privilege::Unconfined);
    }
    out
}

/// Whether a capability lets a container change or forge what its network sees.
fn is_network(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let name = name.strip_prefix("CAP_").unwrap_or(&name);
    ["ALL", "NET_ADMIN", "NET_RAW", "SYS_ADMIN"].contains(&name)
}

fn doubt(object: &Object, lowering: &mut ManifestLowering<'_>) -> Doubt {
    if object.hidden.is_empty() {
        return Doubt::none();
    }
    let lists = CONTAINERS.iter();
    let within = lists.flat_map(|list| CONTEXT.map(|field| format!("{list}.{field}")));
    let own = CONTEXT.iter().map(|field| (*field).to_owned());
    let own = own.chain(["hostPID", "hostIPC"].map(str::to_owned));
    let mut paths = own.chain(within).map(|field| in_spec(object, &field));
    let Some(path) = paths.find(|path| object.hides(path)) else {
        return Doubt::none();
    };
    let what = format!(
        "`{path}` of {} is not known yet: what its pods ask for is not known",
        object.title()
    );
    lowering
        .world
        .doubt(GapKind::UnknownValue, what, Some(object.origin.clone()))
}
