//! Where policies stand: tiers, orders, ties, directions.

use super::{calico, global, namespaced};
use crate::ingest::kubernetes::fixture::{fault, policy, world};
use crate::ingest::kubernetes::policy::{ADMIN, BASELINE, MESH, NETWORK_POLICY_ORDER};
use crate::model::{Policy, PolicyAction, Tier, World};

/// The policies of a text without faults, in the order of the world.
fn read(text: &str) -> (World, Vec<Policy>) {
    let (world, errors) = world(text);
    assert_eq!(errors, [], "{text}");
    let policies = world
        .policies
        .iter()
        .map(|(_, policy)| policy.clone())
        .collect();
    (world, policies)
}

#[test]
fn types_default_by_the_rules_that_are_there() {
    let (ingress, egress) = ("ingress: [{action: Allow}]", "egress: [{action: Allow}]");
    for (spec, expected) in [
        (String::new(), (true, false)),
        (ingress.to_owned(), (true, false)),
        (egress.to_owned(), (false, true)),
        (format!("{ingress}\n{egress}"), (true, true)),
        (format!("types: []\n{egress}"), (false, true)),
        (format!("types: [Ingress]\n{egress}"), (true, false)),
        ("types: [Egress, Ingress]".to_owned(), (true, true)),
        ("ingress: []\negress: []".to_owned(), (true, false)),
    ] {
        let read = policy(&namespaced(&format!("selector: all()\n{spec}")));
        assert_eq!(
            (read.ingress.is_some(), read.egress.is_some()),
            expected,
            "{spec}"
        );
        assert!(
            [read.ingress, read.egress]
                .into_iter()
                .flatten()
                .all(|side| side.isolates),
            "{spec}"
        );
    }
    assert!(
        fault(&namespaced("types: [Both]"))
            .3
            .contains("Ingress or Egress")
    );
    assert!(
        fault(&namespaced("types: [Ingress, Ingress]"))
            .3
            .contains("each once")
    );
}

#[test]
fn orders_may_be_fractional_and_stand_around_kubernetes_policies() {
    let order = |text: &str| policy(&namespaced(&format!("selector: all()\n{text}"))).order;
    let ascending = [
        "order: -10.5",
        "order: -10",
        "order: -0.25",
        "order: 0",
        "order: 0.001",
        "order: 999.5",
        "order: 1000",
    ];
    let finite: Vec<i64> = ascending.iter().map(|text| order(text)).collect();
    assert!(finite.is_sorted() && finite.windows(2).all(|pair| pair[0] != pair[1]));
    assert_eq!(order("order: 1000"), NETWORK_POLICY_ORDER);
    assert!(order("order: 1e300") < order("") && order("order: null") == order(""));
    assert!(fault(&namespaced("order: '10'")).3.contains("a number"));
}

#[test]
fn actions_in_order_and_log_decides_nothing() {
    let rules = "ingress:\n- {action: Log}\n- {action: Deny, protocol: TCP}\n- {action: Pass}\n- {action: Allow}";
    let ingress = policy(&global(rules)).ingress.unwrap();
    let actions: Vec<PolicyAction> = ingress.rules.iter().map(|rule| rule.action).collect();
    assert_eq!(
        actions,
        [PolicyAction::Deny, PolicyAction::Pass, PolicyAction::Allow]
    );
    assert!(ingress.rules.is_sorted_by_key(|rule| rule.order));
}

#[test]
fn tiers_stand_by_order_then_name_around_those_that_are_fixed() {
    let tiers = [
        ("late", ""),
        ("b", "order: 50"),
        ("a", "order: 50"),
        ("mid", "order: 5000.5"),
        ("end", "order: 20000000"),
        ("first", "order: -1"),
    ];
    let declared: Vec<String> = tiers
        .iter()
        .map(|(name, spec)| calico("Tier", name, spec))
        .collect();
    let rank = |name: &str| {
        let (_, policies) = read(&format!(
            "{}---\n{}",
            global(&format!("tier: {name}")),
            declared.join("---\n")
        ));
        assert!(policies[0].doubt.is_certain(), "{name}");
        policies[0].tier.rank
    };
    let names = [
        "first",
        "a",
        "b",
        "kube-admin",
        "mid",
        "default",
        "kube-baseline",
        "end",
        "late",
    ];
    let ranks: Vec<u32> = names.iter().map(|name| rank(name)).collect();
    assert!(ranks.windows(2).all(|pair| pair[0] < pair[1]), "{ranks:?}");
    assert_eq!(
        (rank("kube-admin"), rank("default"), rank("kube-baseline")),
        (ADMIN, Tier::NAMESPACED, BASELINE)
    );
}

#[test]
fn what_a_tier_leaves_over_is_denied_unless_it_passes_on() {
    let isolates = |tier: &str| {
        let (_, policies) = read(&format!(
            "{}---\n{}",
            global("tier: t"),
            calico("Tier", "t", tier)
        ));
        policies[0].ingress.as_ref().unwrap().isolates
    };
    assert!(
        isolates("order: 1")
            && isolates("order: 1\ndefaultAction: Deny")
            && !isolates("order: 1\ndefaultAction: Pass")
    );
    let kubernetes = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web}\nspec: {podSelector: {}}\n";
    let beside = |tier: &str| {
        read(&format!(
            "{kubernetes}---\n{}",
            calico("Tier", "default", tier)
        ))
        .1[0]
            .ingress
            .as_ref()
            .unwrap()
            .isolates
    };
    assert!(beside("order: 1000000") && !beside("order: 1000000\ndefaultAction: Pass"));
}

#[test]
fn a_tier_that_is_not_told_may_stand_anywhere() {
    let (_, missing) = read(&global("tier: gone"));
    assert!(missing[0].tier.rank == MESH + 1 && !missing[0].doubt.is_certain());
    let two = format!(
        "{}---\n{}---\n{}",
        global("tier: t"),
        calico("Tier", "t", "order: 1"),
        calico("Tier", "t", "order: 2")
    );
    assert!(!read(&two).1[0].doubt.is_certain());
    assert!(
        !fault(&format!(
            "{}---\n{}",
            global("tier: t"),
            calico("Tier", "t", "order: soon")
        ))
        .3
        .is_empty()
    );
}

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec: {containers: []}\n---\n";

/// How many of two policies are in doubt.
fn doubted(one: &str, two: &str) -> usize {
    read(&format!("{POD}{one}---\n{two}"))
        .1
        .iter()
        .filter(|policy| !policy.doubt.and(&policy.order_doubt).is_certain())
        .count()
}

#[test]
fn equal_orders_are_in_doubt_where_versions_differ_and_it_matters() {
    let (allow, deny) = (
        "order: 5\ningress: [{action: Allow}]",
        "order: 5\ningress: [{action: Deny}]",
    );
    let own = |name: &str, spec: &str| {
        calico("NetworkPolicy", name, spec).replace(
            &format!("name: {name}"),
            &format!("name: {name}\n  namespace: shop"),
        )
    };
    let wide = |name: &str, spec: &str| calico("GlobalNetworkPolicy", name, spec);
    assert_eq!(doubted(&own("a", allow), &own("b", deny)), 0);
    assert_eq!(doubted(&wide("a", allow), &wide("b", deny)), 0);
    assert_eq!(
        doubted(&own("web", allow), &own("web-a", deny)),
        2,
        "`/` behind the name stands after `-`"
    );
    assert_eq!(
        doubted(&wide("z", allow), &own("a", deny)),
        2,
        "`default.z` before `shop/default.a`, `a` before `z`"
    );
    assert_eq!(doubted(&wide("z", allow), &own("a", allow)), 0);
    assert_eq!(
        doubted(&wide("z", allow), &own("a", &deny.replace('5', "6"))),
        0
    );
    assert_eq!(doubted(&wide("a", allow), &own("z", deny)), 0);
    assert_eq!(
        doubted(
            &wide("z", &format!("selector: has(none)\n{allow}")),
            &own("a", deny)
        ),
        0
    );
}

#[test]
fn kubernetes_policies_stand_at_order_1000() {
    let kubernetes = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web, namespace: shop}\nspec: {podSelector: {}, ingress: [{}]}\n";
    let deny = |order: u32| {
        calico(
            "GlobalNetworkPolicy",
            "z",
            &format!("order: {order}\ningress: [{{action: Deny}}]"),
        )
    };
    assert_eq!(
        (
            doubted(kubernetes, &deny(999)),
            doubted(kubernetes, &deny(1000)),
            doubted(kubernetes, &deny(1001))
        ),
        (0, 2, 0)
    );
}
