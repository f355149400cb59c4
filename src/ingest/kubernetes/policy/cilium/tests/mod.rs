//! What each line of a policy means, drawn as text beside it.

mod corpus;
mod draw;
mod ends;
mod packets;
mod sides;

use crate::ingest::InputError;
use crate::ingest::kubernetes::fixture::{world, world_of};
use crate::model::World;

/// An object of `cilium.io/v2` named `p`, its parts indented by two more.
fn object(kind: &str, namespace: &str, spec: &str) -> String {
    let body: String = spec.lines().map(|line| format!("  {line}\n")).collect();
    format!(
        "apiVersion: cilium.io/v2\nkind: {kind}\nmetadata: {{name: p{namespace}}}\nspec:\n{body}"
    )
}

/// A policy of the namespace `shop` about all of its pods.
fn namespaced(rules: &str) -> String {
    object(
        "CiliumNetworkPolicy",
        ", namespace: shop",
        &format!("endpointSelector: {{}}\n{rules}"),
    )
}

/// A policy of the cluster about all pods.
fn clusterwide(rules: &str) -> String {
    object(
        "CiliumClusterwideNetworkPolicy",
        "",
        &format!("endpointSelector: {{}}\n{rules}"),
    )
}

/// Reads a text that must be without faults.
fn read(text: &str) -> World {
    let (world, errors) = world(text);
    assert_eq!(errors, [], "{text}");
    world
}

/// The only rule of a side that holds one policy.
fn drawn(text: &str) -> String {
    let world = read(text);
    assert_eq!(world.policies.len(), 1, "{text}");
    draw::policy(&world, world.policies.ids().next().unwrap())
}

/// The rules of `ingress: [{…}]`, or `egress`, in a policy of the namespace `shop`, without its isolation.
fn rule(direction: &str, text: &str) -> String {
    rules_of(&drawn(&namespaced(&format!("{direction}: [{text}]"))))
}

fn rules_of(drawn: &str) -> String {
    let rules: Vec<&str> = drawn.split("; ").skip(1).collect();
    rules.join("; ")
}

/// What is wrong with a text, which must be doubted for it.
fn faults(text: &str) -> Vec<InputError> {
    let (world, errors) = world(text);
    assert!(!errors.is_empty(), "{text}");
    assert!(
        world
            .policies
            .iter()
            .all(|(_, policy)| !policy.doubt.is_certain()),
        "{text}"
    );
    errors
}

/// The texts of all gaps.
fn gaps(world: &World) -> Vec<String> {
    world.gaps.iter().map(|(_, gap)| gap.what.clone()).collect()
}

/// The ConfigMap of the agent with these lines of data.
fn config(data: &str) -> String {
    format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: cilium-config, namespace: kube-system}}\ndata: {{{data}}}\n---\n"
    )
}

#[test]
fn pods_of_every_mode() {
    let closed = |data: &str| {
        let (world, errors) = world_of(&[&config(data)], "cilium");
        assert_eq!(errors, []);
        world
            .policies
            .iter()
            .filter(|(_, policy)| policy.ingress.as_ref().is_some_and(|side| side.isolates))
            .count()
    };
    assert_eq!(
        (
            closed("enable-policy: always"),
            closed("enable-policy: default"),
            closed("enable-policy: never")
        ),
        (1, 0, 0)
    );
}

#[test]
fn policies_of_another_engine_are_inert() {
    let inert = |engine: &str| {
        world_of(&[&namespaced("ingress: [{}]")], engine)
            .0
            .policies
            .iter()
            .all(|(_, policy)| policy.inert.is_some())
    };
    assert!(inert("vpc-cni") && inert("calico") && !inert("cilium") && !inert("unknown engine"));
}
