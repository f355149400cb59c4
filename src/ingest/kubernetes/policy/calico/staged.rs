//! Staged policies (projectcalico/calico `stagednetworkpolicy.go` and its siblings): they show what they would do, and hold nothing.

use super::super::super::label::label_selector;
use super::super::super::object::Object;
use super::super::{Reading, blank, both, network, side};
use super::{subject, types};
use crate::model::{LabelsOf, Policy, Tier};

/// Why staged policies have no effect.
pub(in crate::ingest::kubernetes::policy) const STAGED: &str =
    "it is staged, and nothing enforces a staged policy";

/// Reads a staged policy of one namespace.
pub(in crate::ingest::kubernetes::policy) fn read(
    object: &Object,
    reading: &mut Reading<'_, '_>,
) -> Vec<Policy> {
    let own = object.namespace_in(reading.lowering.settings).to_owned();
    vec![calico(object, "StagedNetworkPolicy", Some(&own), reading)]
}

/// Reads a staged policy of all namespaces.
pub(in crate::ingest::kubernetes::policy) fn read_global(
    object: &Object,
    reading: &mut Reading<'_, '_>,
) -> Vec<Policy> {
    vec![calico(object, "StagedGlobalNetworkPolicy", None, reading)]
}

/// Reads a staged policy of Kubernetes' own form.
pub(in crate::ingest::kubernetes::policy) fn read_kubernetes(
    object: &Object,
    reading: &mut Reading<'_, '_>,
) -> Vec<Policy> {
    let spec = object.node.get("spec");
    let types = network::types(&spec, &mut reading.faults);
    let mut policy = inert(object, "StagedKubernetesNetworkPolicy", types, reading);
    if let Some(pods) = reading
        .faults
        .keep(label_selector(&spec.get("podSelector"), LabelsOf::Pod))
    {
        policy.subject = both(policy.subject, pods);
    }
    vec![policy]
}

fn calico(
    object: &Object,
    kind: &'static str,
    own: Option<&str>,
    reading: &mut Reading<'_, '_>,
) -> Policy {
    let spec = object.node.get("spec");
    let types = types(object, &spec, reading);
    let subject = subject(&spec, own, reading).pods(reading.lowering);
    Policy {
        subject,
        ..inert(object, kind, types, reading)
    }
}

/// A policy with its directions and without rules, which nothing would act on.
fn inert(
    object: &Object,
    kind: &'static str,
    types: (bool, bool),
    reading: &Reading<'_, '_>,
) -> Policy {
    let mut policy = blank(object, kind, Tier::namespaced(), reading);
    let direction = |field: &str| side(object, &object.node.get("spec").child(field), true);
    policy.ingress = types.0.then(|| direction("ingress"));
    policy.egress = types.1.then(|| direction("egress"));
    policy.inert = Some(STAGED.to_owned());
    policy
}
