//! Objects that are not read and may refuse what policies let pass, or let pass what they deny.

use crate::ingest::kubernetes::fixture::world_of;
use crate::model::{Policy, PolicyPeer, PolicyRule, Protocol, Selector, Traffic};

/// What an object of a kind in `shop` may do in a cluster with that engine.
fn may(engine: &str, version: &str, kind: &str, spec: &str) -> String {
    may_in("shop", engine, version, kind, spec)
}

fn may_in(namespace: &str, engine: &str, version: &str, kind: &str, spec: &str) -> String {
    let text = format!(
        "apiVersion: {version}\nkind: {kind}\nmetadata: {{name: x, namespace: {namespace}}}\nspec: {{{spec}}}\n"
    );
    let (world, errors) = world_of(&[&text], engine);
    assert_eq!(errors, [], "{kind}");
    assert_eq!(world.gaps.len(), 1, "{kind}: {:?}", world.gaps);
    let each = world.policies.iter().map(|(_, policy)| drawn(policy));
    each.collect::<Vec<_>>().join("; ")
}

fn drawn(policy: &Policy) -> String {
    let whom = match &policy.subject {
        Selector::Everything => "all".to_owned(),
        Selector::InNamespace(name) => name.clone(),
        other => format!("{other:?}"),
    };
    let side = |side: &crate::model::PolicySide| {
        assert!(!side.isolates, "{policy:?}");
        side.rules.iter().map(rule).collect::<Vec<_>>().join(", ")
    };
    let ingress = policy
        .ingress
        .iter()
        .map(|own| format!(" in {}", side(own)));
    let egress = policy
        .egress
        .iter()
        .map(|own| format!(" out {}", side(own)));
    let by = if policy.tier.enforced_by_mesh {
        " beside the engine"
    } else {
        ""
    };
    let sides: String = ingress.chain(egress).collect();
    format!("{whom}{by}{sides}")
}

fn rule(rule: &PolicyRule) -> String {
    assert!(!rule.doubt.is_certain(), "{rule:?}");
    let outside = PolicyPeer::Not(Box::new(PolicyPeer::Pods(Selector::Everything)));
    let peer = match &rule.peer {
        PolicyPeer::Anyone => "",
        other if *other == outside => " but pods",
        other => panic!("{other:?}"),
    };
    let tcp = rule.traffic == Traffic::protocol(Protocol::TCP);
    let traffic = if tcp { " tcp" } else { "" };
    format!("{:?}{traffic}{peer}", rule.action).to_lowercase()
}

#[test]
fn what_only_refuses_leaves_in_doubt_what_passes() {
    for (version, kind, expected) in [
        ("k8s.ovn.org/v1", "EgressFirewall", "shop out deny but pods"),
        (
            "network.openshift.io/v1",
            "EgressNetworkPolicy",
            "shop out deny but pods",
        ),
        (
            "k8s.ovn.org/v1",
            "UserDefinedNetwork",
            "shop in deny out deny",
        ),
        (
            "k8s.ovn.org/v1",
            "ClusterUserDefinedNetwork",
            "all in deny out deny",
        ),
        ("kubeovn.io/v1", "Subnet", "all in deny out deny"),
        (
            "policy.linkerd.io/v1beta3",
            "Server",
            "shop beside the engine in deny tcp",
        ),
        (
            "kuma.io/v1alpha1",
            "MeshTrafficPermission",
            "all beside the engine in deny tcp",
        ),
        (
            "consul.hashicorp.com/v1alpha1",
            "ServiceIntentions",
            "all beside the engine in deny tcp",
        ),
        (
            "security.kubearmor.com/v1",
            "KubeArmorPolicy",
            "shop beside the engine out deny",
        ),
        (
            "networking.istio.io/v1alpha3",
            "EnvoyFilter",
            "shop beside the engine in deny tcp out deny tcp",
        ),
        // Only pods of the meshes ask whose they are.
        ("policy.linkerd.io/v1alpha1", "MeshTLSAuthentication", ""),
    ] {
        assert_eq!(may("unknown engine", version, kind, ""), expected, "{kind}");
    }
    let filter = ("networking.istio.io/v1alpha3", "EnvoyFilter");
    assert_eq!(
        may_in("istio-system", "cilium", filter.0, filter.1, ""),
        "all beside the engine in deny tcp out deny tcp"
    );
}

#[test]
fn what_another_engine_looks_at_does_nothing() {
    let firewall = |engine| may(engine, "k8s.ovn.org/v1", "EgressFirewall", "");
    assert_eq!(firewall("vpc-cni"), "");
    assert_eq!(firewall("ovn-kubernetes"), "shop out deny but pods");
}

#[test]
fn settings_that_switch_policies_off_may_let_anything_pass() {
    let node = |engine, spec| may(engine, "cilium.io/v2", "CiliumNodeConfig", spec);
    let all = "all in allow out allow";
    assert_eq!(node("cilium", "defaults: {enable-policy: never}"), all);
    assert_eq!(node("cilium", "defaults: {policy-audit-mode: 'true'}"), all);
    assert_eq!(node("cilium", "defaults: {mtu: '1400'}"), "");
    assert_eq!(node("calico", "defaults: {enable-policy: never}"), "");
    let felix = |spec| may("calico", "projectcalico.org/v3", "FelixConfiguration", spec);
    assert_eq!(felix("dropActionOverride: Accept"), all);
    assert_eq!(felix("dropActionOverride: Drop"), "");
    assert_eq!(felix(""), "");
}

#[test]
fn what_makes_or_changes_network_policies_may_let_anything_pass() {
    let kyverno = |rule: &str| {
        let spec = format!("rules: [{{name: r, {rule}}}]");
        may("cilium", "kyverno.io/v1", "ClusterPolicy", &spec)
    };
    let all = "all in allow out allow";
    assert_eq!(kyverno("generate: {kind: NetworkPolicy, name: open}"), all);
    assert_eq!(
        kyverno("match: {resources: {kinds: [NetworkPolicy]}}, mutate: {}"),
        all
    );
    assert_eq!(kyverno("generate: {kind: ConfigMap, name: x}"), "");
    assert_eq!(
        kyverno("match: {resources: {kinds: [NetworkPolicy]}}, validate: {}"),
        ""
    );
    let tenant = "networkPolicies: {items: []}";
    assert_eq!(
        may("cilium", "capsule.clastix.io/v1beta2", "Tenant", tenant),
        all
    );
}
