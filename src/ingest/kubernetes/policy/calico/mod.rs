//! NetworkPolicy and GlobalNetworkPolicy of Calico, with its tiers, network sets and host endpoints
//! (projectcalico/calico `api/pkg/apis/projectcalico/v3`: `networkpolicy.go`, `globalnetworkpolicy.go`, `policy_common.go`, `tier.go`, and what
//! `libcalico-go/lib/validator/v3` refuses).
//!
//! What no policy of any tier selects, or what passes the last tier, is left to the profile of the pod's namespace, which allows everything.

mod entity;
mod expression;
mod known;
mod others;
mod packets;
mod rule;
mod selector;
mod service;
mod staged;
mod tier;
mod ties;

#[cfg(test)]
mod tests;

use super::super::object::Object;
use super::{Reading, blank, side};
use crate::ingest::yaml::Node;
use crate::model::{Policy, PolicySide};
use entity::expression;
use expression::{Expression, NAMESPACE, OF_ACCOUNT};

pub(in crate::ingest::kubernetes) use others::unjudged;
pub(super) use staged::{
    STAGED, read as read_staged, read_global as read_staged_global,
    read_kubernetes as read_staged_kubernetes,
};
pub(super) use tier::{FIRST, default_passes};
pub(super) use ties::doubt as doubt_ties;

/// Group of the objects as Calico's API server shows them.
pub(super) const GROUP: &str = "projectcalico.org";
/// Group in which the objects are stored.
pub(super) const STORED: &str = "crd.projectcalico.org";
/// The policies of one namespace, as they are told apart from those of Kubernetes.
const NAMESPACED: &str = "Calico NetworkPolicy";
const GLOBAL: &str = "GlobalNetworkPolicy";

/// Whether an object is one of Calico's.
fn is_calico(object: &Object) -> bool {
    matches!(object.group.as_str(), GROUP | STORED)
}

/// Whether a policy is one of Calico's own kinds.
fn is_own(policy: &Policy) -> bool {
    policy.kind == NAMESPACED || policy.kind == GLOBAL
}

/// Fields of a policy of one namespace.
const FIELDS: &[&str] = &[
    "tier",
    "order",
    "selector",
    "serviceAccountSelector",
    "types",
    "ingress",
    "egress",
    "performanceHints",
];
/// Further fields of a policy of all namespaces; all but the first bear on host endpoints only.
const GLOBAL_FIELDS: &[&str] = &[
    "namespaceSelector",
    "doNotTrack",
    "preDNAT",
    "applyOnForward",
];

/// Reads a policy of one namespace.
pub(super) fn read(object: &Object, reading: &mut Reading<'_, '_>) -> Vec<Policy> {
    reading.faults.only(&object.node.get("spec"), FIELDS);
    let own = object.namespace_in(reading.lowering.settings).to_owned();
    vec![one(object, NAMESPACED, Some(&own), reading)]
}

/// Reads a policy of all namespaces. What it says of host endpoints is a policy of its own.
pub(super) fn read_global(object: &Object, reading: &mut Reading<'_, '_>) -> Vec<Policy> {
    let spec = object.node.get("spec");
    reading
        .faults
        .only(&spec, &[FIELDS, GLOBAL_FIELDS].concat());
    let (only, of_hosts) = others::about_hosts(object, reading);
    let of_pods = (!only).then(|| one(object, GLOBAL, None, reading));
    of_hosts.into_iter().chain(of_pods).collect()
}

fn one(
    object: &Object,
    kind: &'static str,
    own: Option<&str>,
    reading: &mut Reading<'_, '_>,
) -> Policy {
    let spec = object.node.get("spec");
    let stage = tier::stage(object, &spec, reading);
    let mut policy = blank(object, kind, stage.tier, reading);
    policy.doubt = stage.doubt;
    policy.order = tier::order(&spec.get("order"), reading);
    policy.subject = subject(&spec, own, reading).pods(reading.lowering);
    let (ingress, egress) = types(object, &spec, reading);
    policy.ingress = ingress.then(|| direction(object, "ingress", own, stage.isolates, reading));
    policy.egress = egress.then(|| direction(object, "egress", own, stage.isolates, reading));
    policy
}

/// The pods a policy is about: by its selectors of pods, of their namespaces and service accounts, and by its own namespace.
fn subject(spec: &Node, own: Option<&str>, reading: &mut Reading<'_, '_>) -> Expression {
    let mut parts: Vec<Expression> = own
        .map(|own| Expression::is_in(NAMESPACE, vec![own.to_owned()]))
        .into_iter()
        .collect();
    parts.extend(expression(&spec.get("selector"), "selector", reading));
    if own.is_none() {
        parts.extend(
            expression(
                &spec.get("namespaceSelector"),
                "`namespaceSelector` of the policy",
                reading,
            )
            .map(Expression::in_namespaces),
        );
    }
    let accounts = expression(
        &spec.get("serviceAccountSelector"),
        "serviceAccountSelector",
        reading,
    );
    parts.extend(accounts.map(|found| found.prefixed(OF_ACCOUNT)));
    parts
        .into_iter()
        .reduce(Expression::and)
        .unwrap_or(Expression::All)
}

/// Directions: as listed; else egress where there are only egress rules, both where there are both, ingress otherwise. The defaults are filled
/// in by Calico's API server: past it, both directions are meant (projectcalico/calico `felix/calc`: a policy without types has both).
fn types(object: &Object, spec: &Node, reading: &mut Reading<'_, '_>) -> (bool, bool) {
    let listed = reading.faults.list(&spec.get("types"), "types");
    if listed.is_empty() {
        let has = |field: &str| !spec.get(field).items().is_empty();
        if object.group == STORED {
            return (true, true);
        }
        return (has("ingress") || !has("egress"), has("egress"));
    }
    let mut out = (false, false);
    for one in listed {
        match one.text() {
            Some("Ingress") if !out.0 => out.0 = true,
            Some("Egress") if !out.1 => out.1 = true,
            _ => reading
                .faults
                .mismatch(&one, "types", "Ingress or Egress, each once"),
        }
    }
    out
}

fn direction(
    object: &Object,
    field: &str,
    own: Option<&str>,
    isolates: bool,
    reading: &mut Reading<'_, '_>,
) -> PolicySide {
    let node = object.node.get("spec").child(field);
    let mut out = side(object, &node, isolates);
    for item in reading.faults.list(&node, field) {
        out.rules
            .extend(rule::read(object, &item, field == "ingress", own, reading));
    }
    out
}
