//! An allow in a policy never closes, a deny never opens: random rules at random places of the policies of an input.
//!
//! Both follow from what the documentations of the APIs say: rules of a NetworkPolicy add up; rules of tiers and of Calico are
//! asked in order, and the first that matches decides; a deny of Cilium beats each allow.

use super::case::{Case, of_objects, with_networks};
use super::chance::{Chance, TimeBox, smallest};
use crate::connectivity::Connectivity;
use serde_json::{Value, json};

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Does {
    Allow,
    Deny,
}

/// A rule, and where it goes.
#[derive(Clone, Debug)]
struct Edit {
    /// The object, counted over all files.
    object: usize,
    /// The list of the object's `spec`.
    list: &'static str,
    /// Where in the list.
    at: usize,
    rule: Value,
}

/// Lists of rules that an edit may add to, with the peers' key, by kind of policy.
fn lists(object: &Value, does: Does) -> Vec<&'static str> {
    let (api, kind) = (
        object["apiVersion"].as_str().unwrap_or_default(),
        object["kind"].as_str().unwrap_or_default(),
    );
    let spec = &object["spec"];
    let has = |list: &&str| spec[*list].as_array().is_some_and(|own| !own.is_empty());
    let ways = ["ingress", "egress"];
    match (group(api), kind, does) {
        ("networking.k8s.io", "NetworkPolicy", Does::Allow) => {
            ways.into_iter().filter(has).collect()
        }
        ("policy.networking.k8s.io", _, _) => ways.into(),
        (
            "projectcalico.org" | "crd.projectcalico.org",
            "NetworkPolicy" | "GlobalNetworkPolicy",
            _,
        ) => ways.into_iter().filter(has).collect(),
        ("cilium.io", "CiliumNetworkPolicy" | "CiliumClusterwideNetworkPolicy", Does::Allow) => {
            ways.into_iter().filter(has).collect()
        }
        ("cilium.io", "CiliumNetworkPolicy" | "CiliumClusterwideNetworkPolicy", Does::Deny) => {
            vec!["ingressDeny", "egressDeny"]
        }
        _ => Vec::new(),
    }
}

fn group(api: &str) -> &str {
    api.split('/').next().unwrap_or_default()
}

/// A rule of the kind of an object.
fn rule(object: &Value, list: &str, does: Does, chance: &mut Chance) -> Value {
    let ingress = list.starts_with("ingress");
    let peers = if ingress { "from" } else { "to" };
    match group(object["apiVersion"].as_str().unwrap_or_default()) {
        "networking.k8s.io" => {
            let mut out = json!({});
            match chance.below(4) {
                0 => {}
                1 => out[peers] = json!([{"podSelector": {}}]),
                2 => out[peers] = json!([{"namespaceSelector": {}}]),
                _ => {
                    out[peers] =
                        json!([{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/9"]}}])
                }
            }
            if chance.below(2) == 0 {
                out["ports"] = json!([{"protocol": "TCP", "port": 80, "endPort": 9000}]);
            }
            out
        }
        "policy.networking.k8s.io" => {
            let action = format!("{does:?}");
            json!({"name": format!("law-{}", chance.below(1_000_000)), "action": action, peers: [{"namespaces": {}}]})
        }
        "cilium.io" => {
            let key = if ingress {
                "fromEntities"
            } else {
                "toEntities"
            };
            json!({key: [chance.one(&["all", "cluster", "world"])]})
        }
        _ => {
            let end = if ingress { "source" } else { "destination" };
            let mut out = json!({"action": format!("{does:?}")});
            match chance.below(3) {
                0 => {}
                1 => out[end] = json!({"nets": ["0.0.0.0/0"]}),
                _ => out[end] = json!({"namespaceSelector": "all()"}),
            }
            out
        }
    }
}

/// All places for a rule in an input.
fn edits(case: &Case, does: Does, chance: &mut Chance) -> Vec<Edit> {
    let mut out = Vec::new();
    for (object, own) in case.objects().enumerate() {
        for list in lists(own, does) {
            let length = own["spec"][list].as_array().map_or(0, Vec::len);
            let rule = rule(own, list, does, chance);
            let at = chance.below(length + 1);
            out.push(Edit {
                object,
                list,
                at,
                rule,
            });
        }
    }
    out
}

fn edited(case: &Case, edits: &[Edit]) -> Case {
    let mut out = case.clone();
    for (object, own) in out.objects_mut().enumerate() {
        for edit in edits.iter().filter(|edit| edit.object == object) {
            let list = &mut own["spec"][edit.list];
            if list.is_null() {
                *list = json!([]);
            }
            let list = list.as_array_mut().unwrap();
            list.insert(edit.at.min(list.len()), edit.rule.clone());
        }
    }
    out
}

/// What is wrong after some edits: what an allow takes away, or a deny gives.
fn wrong(known: &Connectivity, case: &Case, edits: &[Edit], does: Does) -> Vec<String> {
    let found = edited(case, edits).flows();
    match does {
        Does::Allow => known.beyond(&found),
        Does::Deny => found.beyond(known),
    }
}

fn hold(case: &Case, does: Does, chance: &mut Chance) -> Option<String> {
    let all = edits(case, does, chance);
    if all.is_empty() {
        return None;
    }
    let known = case.flows();
    let some = chance.some(&all, 4);
    if wrong(&known, case, &some, does).is_empty() {
        return None;
    }
    let fewest = smallest(&some, |own| !wrong(&known, case, own, does).is_empty());
    let said = wrong(&known, case, &fewest, does);
    Some(format!(
        "{}: {does:?} {fewest:?}: {}",
        case.name,
        said.join(", ")
    ))
}

/// Holds inputs for as long as there is time, each at least once.
fn law(does: Does, test: &str) {
    let (mut chance, mut time) = (Chance::of(test), TimeBox::of(60));
    let cases: Vec<Case> = of_objects(4).into_iter().chain(with_networks()).collect();
    let mut found: Vec<String> = cases
        .iter()
        .filter_map(|case| hold(case, does, &mut chance))
        .collect();
    while time.goes_on() && found.is_empty() {
        found.extend(hold(
            {
                let at = chance.below(cases.len());
                &cases[at]
            },
            does,
            &mut chance,
        ));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn an_allow_in_a_policy_closes_nothing() {
    law(Does::Allow, "an_allow_in_a_policy_closes_nothing");
}

#[test]
fn a_deny_in_a_policy_opens_nothing() {
    law(Does::Deny, "a_deny_in_a_policy_opens_nothing");
}

/// A policy without rules for all pods of a namespace.
fn closing(namespace: &str, ways: &Value) -> Value {
    json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "law-closes", "namespace": namespace},
        "spec": {"podSelector": {}, "policyTypes": ways}})
}

#[test]
fn a_policy_without_rules_opens_nothing() {
    let mut found = Vec::new();
    for case in of_objects(4).iter().chain(&with_networks()) {
        let known = case.flows();
        let named = case
            .objects()
            .filter_map(|own| own["metadata"]["namespace"].as_str());
        let mut namespaces: Vec<&str> = named.collect();
        namespaces.sort_unstable();
        namespaces.dedup();
        for ways in [json!(["Ingress"]), json!(["Egress"])] {
            let mut edited = case.clone();
            let all = namespaces.iter().map(|namespace| closing(namespace, &ways));
            edited.manifests[0].objects.extend(all);
            let more = edited.flows().beyond(&known);
            found.extend(
                more.iter()
                    .take(2)
                    .map(|own| format!("{}: {ways}: {own}", case.name)),
            );
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
