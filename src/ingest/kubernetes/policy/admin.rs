//! AdminNetworkPolicy and BaselineAdminNetworkPolicy of `policy.networking.k8s.io/v1alpha1`
//! (kubernetes-sigs/network-policy-api `apis/v1alpha1`).

use super::super::object::Object;
use super::tiered::{self, Dialect};
use super::{ADMIN, BASELINE, Reading, blank, tier};
use crate::model::{Policy, PolicyAction};

const ADMINS: Dialect = Dialect {
    actions: &[
        ("Allow", PolicyAction::Allow),
        ("Deny", PolicyAction::Deny),
        ("Pass", PolicyAction::Pass),
    ],
    ports: ("ports", tiered::admin_port),
};
const BASELINES: Dialect = Dialect {
    actions: &[("Allow", PolicyAction::Allow), ("Deny", PolicyAction::Deny)],
    ports: ("ports", tiered::admin_port),
};

/// Reads a policy that decides before NetworkPolicy.
pub(super) fn read(object: &Object, reading: &mut Reading<'_, '_>) -> Vec<Policy> {
    let mut policy = blank(
        object,
        "AdminNetworkPolicy",
        tier("AdminNetworkPolicy", ADMIN),
        reading,
    );
    let spec = object.node.get("spec");
    reading
        .faults
        .only(&spec, &["priority", "subject", "ingress", "egress"]);
    policy.order = tiered::priority(&spec, &mut reading.faults);
    policy.subject = tiered::subject(&spec, &mut reading.faults);
    policy.ingress = tiered::direction(object, "ingress", &ADMINS, reading);
    policy.egress = tiered::direction(object, "egress", &ADMINS, reading);
    vec![policy]
}

/// Reads the one policy that decides where no NetworkPolicy selects the pod in the direction. It is named `default`.
pub(super) fn read_baseline(object: &Object, reading: &mut Reading<'_, '_>) -> Vec<Policy> {
    let mut policy = blank(
        object,
        "BaselineAdminNetworkPolicy",
        tier("BaselineAdminNetworkPolicy", BASELINE),
        reading,
    );
    let spec = object.node.get("spec");
    reading
        .faults
        .only(&spec, &["subject", "ingress", "egress"]);
    if object.name != "default" {
        reading.faults.mismatch(
            &object.node.get("metadata.name"),
            "name",
            "`default`, the only name of a BaselineAdminNetworkPolicy",
        );
    }
    policy.order = 0;
    policy.subject = tiered::subject(&spec, &mut reading.faults);
    policy.ingress = tiered::direction(object, "ingress", &BASELINES, reading);
    policy.egress = tiered::direction(object, "egress", &BASELINES, reading);
    vec![policy]
}
