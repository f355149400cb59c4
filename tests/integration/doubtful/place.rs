//! A policy that is not understood stands at the first place that its kind can have.

use super::{BLOCKED, CLOSED, DENIED, POSSIBLE, REACHABLE, each};

const UNREAD: &str = "\nspec:\n  {{- toYaml .Values.policy | nindent 2 }}\n";

fn unread(api: &str, kind: &str) -> String {
    format!("apiVersion: {api}\nkind: {kind}\nmetadata:\n  name: allow{UNREAD}")
}

fn global(name: &str, order: &str, action: &str) -> String {
    format!(
        "{{apiVersion: projectcalico.org/v3, kind: GlobalNetworkPolicy, metadata: {{name: {name}}}, \
         spec: {{{order}selector: all(), types: [Ingress], ingress: [{{action: {action}}}]}}}}"
    )
}

#[test]
fn an_unclear_policy_may_decide_before_a_certain_deny_of_its_own_kind() {
    let upstream = "policy.networking.k8s.io/v1alpha1";
    let aws = DENIED
        .replace(upstream, "networking.k8s.aws/v1alpha1")
        .replace("AdminNetworkPolicy", "ClusterNetworkPolicy");
    let aws = aws.replace("priority", "tier: Admin, priority");
    let deny = global("deny", "order: 10, ", "Deny");
    let after = |first: &str, then: &str| format!("{first}\n---\n{then}");
    each(&[
        (
            "admin",
            after(DENIED, &unread(upstream, "AdminNetworkPolicy")),
            POSSIBLE,
        ),
        (
            "admin of AWS",
            after(
                &aws,
                &unread("networking.k8s.aws/v1alpha1", "ClusterNetworkPolicy"),
            ),
            POSSIBLE,
        ),
        (
            "Calico",
            after(
                &deny,
                &unread("projectcalico.org/v3", "GlobalNetworkPolicy"),
            ),
            POSSIBLE,
        ),
        (
            "order that is a template",
            after(
                &deny,
                &global("allow", "order: \"{{ .Values.order }}\", ", "Allow"),
            ),
            POSSIBLE,
        ),
        (
            "tier that is no name",
            after(&deny, &global("allow", "tier: [1], order: 20, ", "Allow")),
            POSSIBLE,
        ),
        (
            "order that is not there is the last",
            after(&deny, &global("allow", "", "Allow")),
            BLOCKED,
        ),
        (
            "NetworkPolicy never overrides",
            after(DENIED, &unread("networking.k8s.io/v1", "NetworkPolicy")),
            BLOCKED,
        ),
        (
            "nor does a baseline",
            after(DENIED, &unread(upstream, "BaselineAdminNetworkPolicy")),
            BLOCKED,
        ),
        (
            "nor what decides after",
            after(CLOSED, &unread(upstream, "BaselineAdminNetworkPolicy")),
            BLOCKED,
        ),
    ]);
}

#[test]
fn what_a_mesh_lets_pass_still_has_to_pass_network_policies() {
    let mesh = unread("security.istio.io/v1", "AuthorizationPolicy")
        .replace("name: allow", "name: allow\n  namespace: a");
    let wrong = "{apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {name: m, namespace: a}, spec: {action: PERHAPS}}";
    each(&[
        ("closed besides", format!("{CLOSED}\n---\n{mesh}"), BLOCKED),
        ("nothing besides", mesh, POSSIBLE),
        (
            "closed, and an action that is none",
            format!("{CLOSED}\n---\n{wrong}"),
            BLOCKED,
        ),
        ("an action that is none", wrong.to_owned(), POSSIBLE),
        ("none at all", String::new(), REACHABLE),
    ]);
}
