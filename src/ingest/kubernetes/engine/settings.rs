//! Differences between engines that are judged by the module that reads the setting or the field: they are only written down here, for
//! `docs/engines.md`.

use super::CILIUM;
use super::behaviour::{
    AGENTS, Behaviour, CALICO, FELIX, Judged::AsIs, Judged::InDoubt, Question::Further, row,
};

/// Rows beside those that verdicts ask for.
pub(super) const READ_ELSEWHERE: &[Behaviour] = &[
    row(
        (CALICO, FELIX),
        (Further, true),
        AsIs,
        "an object of `crd.projectcalico.org/v1` without `types` is about both directions",
        "projectcalico/calico `felix/calc`; projectcalico/calico#3860",
    ),
    row(
        (CALICO, FELIX),
        (Further, true),
        InDoubt,
        "which of two policies of one order decides has changed between versions",
        "projectcalico/calico `felix/calc/policy_sorter.go`",
    ),
    row(
        (CILIUM, AGENTS),
        (Further, true),
        AsIs,
        "an empty rule of `ingress` or `egress` isolates and allows nobody; an empty list says nothing",
        "Cilium documentation, Layer 3 Policies",
    ),
    row(
        (CILIUM, "all with the setting"),
        (Further, true),
        AsIs,
        "nothing is enforced where `policy-audit-mode` is `true` or `enable-policy` is `never`",
        "Cilium documentation, Creating Policies from Verdicts; Policy Enforcement Modes",
    ),
    row(
        (CILIUM, "all with the setting"),
        (Further, true),
        AsIs,
        "a kind of policy that `enable-k8s-networkpolicy`, `enable-cilium-network-policy` or `enable-cilium-clusterwide-network-policy` switches off is not looked at",
        "Cilium documentation, Command Reference, cilium-agent",
    ),
    row(
        (CILIUM, "since 1.16"),
        (Further, true),
        AsIs,
        "`enableDefaultDeny` isolates no direction that holds no rule",
        "cilium/cilium `pkg/policy/repository.go` (`computePolicyEnforcementAndRules`), `pkg/policy/utils` (`RulesToPolicyEntries`)",
    ),
    row(
        (CILIUM, AGENTS),
        (Further, true),
        InDoubt,
        "a label that makes no part of a pod's identity, by default or by the setting `labels`, is found by no selector, also of NetworkPolicy",
        "Cilium documentation, Limiting Identity-Relevant Labels",
    ),
];
