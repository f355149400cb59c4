//! CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy of `cilium.io/v2` (cilium `pkg/policy/api`, `pkg/k8s/apis/cilium.io/utils`; user
//! guide, "Network Policy").
//!
//! They stand beside NetworkPolicy: what one of them allows is allowed, unless a deny rule of any of them matches. An empty rule (`{}`) allows
//! nothing and isolates, other than in NetworkPolicy.

mod agent;
mod block;
mod config_map;
mod context;
mod entity;
mod group;
mod icmp;
mod identity;
mod peer;
mod port;
mod rule;
mod selector;
mod service;
mod switch;
#[cfg(test)]
mod tests;

use super::super::object::Object;
use super::{Reading, blank, both, side};
use crate::ingest::yaml::Node;
use crate::model::{GapKind, Policy, PolicyAction, PolicySide, Tier};
use agent::Agent;
use context::Context;

pub(super) use agent::always;
pub(super) use identity::hide_left_out;
pub(super) use switch::Switches;

/// Reads the policies of a namespace: one for `spec`, and one for each element of `specs`.
pub(super) fn read(object: &Object, reading: &mut Reading<'_, '_>) -> Vec<Policy> {
    let namespace = object.namespace_in(reading.lowering.settings).to_owned();
    specs(object, "CiliumNetworkPolicy", Some(&namespace), reading)
}

/// Reads policies of the whole cluster, likewise.
pub(super) fn read_clusterwide(object: &Object, reading: &mut Reading<'_, '_>) -> Vec<Policy> {
    specs(object, "CiliumClusterwideNetworkPolicy", None, reading)
}

fn specs(
    object: &Object,
    kind: &'static str,
    namespace: Option<&str>,
    reading: &mut Reading<'_, '_>,
) -> Vec<Policy> {
    reading.faults.only(
        &object.node,
        &["apiVersion", "kind", "metadata", "spec", "specs", "status"],
    );
    let (one, many) = (object.node.get("spec"), object.node.get("specs"));
    let mut all = reading.faults.list(&many, "specs");
    if !one.is_unset() {
        all.insert(0, one);
    }
    if all.is_empty() {
        reading.faults.mismatch(
            &object.node.get("spec"),
            "spec",
            "a rule in `spec`, or a list of them in `specs`",
        );
    }
    let agent = Agent::of(reading.lowering);
    all.iter()
        .filter_map(|spec| policy(object, kind, spec, namespace, &agent, reading))
        .collect()
}

fn policy(
    object: &Object,
    kind: &'static str,
    spec: &Node,
    namespace: Option<&str>,
    agent: &Agent,
    reading: &mut Reading<'_, '_>,
) -> Option<Policy> {
    const FIELDS: &[&str] = &[
        "endpointSelector",
        "nodeSelector",
        "ingress",
        "ingressDeny",
        "egress",
        "egressDeny",
        "enableDefaultDeny",
        "labels",
        "description",
        "log",
    ];
    reading.faults.only(spec, FIELDS);
    reading
        .faults
        .only(&spec.get("enableDefaultDeny"), &["ingress", "egress"]);
    let mut policy = blank(object, kind, Tier::namespaced(), reading);
    let (pods, nodes) = (spec.get("endpointSelector"), spec.get("nodeSelector"));
    if pods.is_unset() == nodes.is_unset() {
        reading.faults.mismatch(
            &spec.get("endpointSelector"),
            "endpointSelector",
            "either `endpointSelector` or `nodeSelector`",
        );
    } else if pods.is_unset() {
        return host_policy(object, &nodes, namespace, reading);
    }
    without_rules(spec, reading);
    let subject = selector::subject(object, &pods, namespace, agent, reading);
    policy.subject = both(policy.subject, subject.selector);
    policy.doubt = policy.doubt.and(&subject.doubt);
    for ingress in [true, false] {
        let side = direction(object, spec, ingress, namespace, agent, reading);
        if requires(spec, ingress, reading) {
            let what = format!(
                "{} requires labels of everyone by `{}`, which Cilium dropped in 1.19 and which narrows rules of other policies",
                object.title(),
                if ingress {
                    "fromRequires"
                } else {
                    "toRequires"
                }
            );
            policy.doubt = policy.doubt.and(&reading.lowering.world.doubt(
                GapKind::NotJudged,
                what,
                Some(object.origin_at(spec.place())),
            ));
        }
        if ingress {
            policy.ingress = side
        } else {
            policy.egress = side
        }
    }
    Some(policy)
}

/// A fault where a policy without any rule would isolate: the agent refuses it (cilium `pkg/policy/api/rule_validation.go`).
fn without_rules(spec: &Node, reading: &mut Reading<'_, '_>) {
    let switches = spec.get("enableDefaultDeny");
    let on = ["ingress", "egress"]
        .iter()
        .any(|side| switches.get(side).boolean() == Some(true));
    if on
        && ["ingress", "ingressDeny", "egress", "egressDeny"]
            .iter()
            .all(|list| spec.get(list).items().is_empty())
    {
        let what = "`enableDefaultDeny` stands without any rule, which the agent refuses: expected a rule, `{}` at least, in ingress or egress";
        reading.faults.add(&switches.key_place(), what);
    }
}

/// A policy about nodes restricts what the model takes as open: nodes, and pods on the host network. That is a gap.
fn host_policy(
    object: &Object,
    nodes: &Node,
    namespace: Option<&str>,
    reading: &mut Reading<'_, '_>,
) -> Option<Policy> {
    if namespace.is_some() {
        reading.faults.add(&nodes.key_place(), "`nodeSelector` is for CiliumClusterwideNetworkPolicy only: expected `endpointSelector`");
    }
    let what = format!(
        "{} is about nodes: how far it closes nodes and pods on the host network is not judged",
        object.title()
    );
    reading.lowering.world.doubt(
        GapKind::NotJudged,
        what,
        Some(object.origin_at(nodes.key_place())),
    );
    None
}

fn requires(spec: &Node, ingress: bool, reading: &mut Reading<'_, '_>) -> bool {
    let (lists, field) = if ingress {
        (["ingress", "ingressDeny"], "fromRequires")
    } else {
        (["egress", "egressDeny"], "toRequires")
    };
    let mut found = false;
    for written in lists
        .iter()
        .flat_map(|list| spec.get(list).items())
        .map(|rule| rule.get(field))
    {
        for item in reading.faults.list(&written, field) {
            found = true;
            selector::checked(&item, reading);
        }
    }
    found
}

/// One direction; none where it neither isolates nor holds a rule.
fn direction(
    object: &Object,
    spec: &Node,
    ingress: bool,
    namespace: Option<&str>,
    agent: &Agent,
    reading: &mut Reading<'_, '_>,
) -> Option<PolicySide> {
    let [allow, deny] = if ingress {
        ["ingress", "ingressDeny"]
    } else {
        ["egress", "egressDeny"]
    };
    let (allows, denies) = (
        reading.faults.list(&spec.get(allow), allow),
        reading.faults.list(&spec.get(deny), deny),
    );
    let held = !allows.is_empty() || !denies.is_empty();
    let switch = spec
        .get("enableDefaultDeny")
        .child(if ingress { "ingress" } else { "egress" });
    if !switch.is_unset() && switch.boolean().is_none() {
        reading
            .faults
            .mismatch(&switch, "enableDefaultDeny", "true or false");
    }
    // Without a rule of the direction the switch does nothing (cilium `pkg/policy/repository.go`, `computePolicyEnforcementAndRules`).
    let isolates = held && !(agent.may_leave_open && switch.boolean() == Some(false));
    let opening = [allow, deny]
        .into_iter()
        .map(|field| spec.get(field))
        .find(|node| !node.items().is_empty());
    let mut out = side(object, &opening?, isolates);
    for (rules, action) in [(denies, PolicyAction::Deny), (allows, PolicyAction::Allow)] {
        for written in &rules {
            out.rules.extend(
                Context {
                    object,
                    namespace,
                    agent,
                    ingress,
                    action,
                }
                .rules(written, reading),
            );
        }
    }
    Some(out)
}
