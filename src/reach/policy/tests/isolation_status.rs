//! Isolated or open: the definitions of the checks for missing policies.

use crate::model::{Id, Namespace, World};
use crate::reach::policy::PolicyEvaluator;
use crate::reach::{DirectionIsolation, NamespaceIsolation, fixture};

/// One line for a namespace: `no-policy`, then each direction with what is open or nullified.
fn check(text: &str, namespace: &str, expected: &str) {
    let world = fixture::world(text);
    let evaluator = PolicyEvaluator::new(&world);
    let id: Id<Namespace> = world
        .namespaces
        .iter()
        .find(|(_, own)| own.name == namespace)
        .unwrap()
        .0;
    assert_eq!(
        words(&world, &evaluator.namespace_isolation(id)),
        expected,
        "{text}"
    );
}

fn words(world: &World, isolation_status: &NamespaceIsolation) -> String {
    let mut out = Vec::new();
    if isolation_status.policies.is_empty() {
        out.push("no-policy".to_owned());
    }
    for (direction, side) in [
        ("ingress", &isolation_status.ingress),
        ("egress", &isolation_status.egress),
    ] {
        out.push(format!(
            "{direction} {}",
            side_words(world, side, isolation_status.empty)
        ));
        out.extend(side.nullified.iter().map(|own| {
            format!(
                "{direction} nullified by {}",
                world.policies[own.policy].name
            )
        }));
    }
    out.extend(
        isolation_status
            .host_network
            .iter()
            .map(|id| format!("hostNetwork {}", world.workloads[*id].name)),
    );
    out.join("; ")
}

fn side_words(world: &World, side: &DirectionIsolation, empty: bool) -> String {
    let names = |ids: &[Id<_>]| {
        ids.iter()
            .map(|id: &Id<crate::model::Workload>| world.workloads[*id].name.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let new = &side.new_pods_isolated;
    match () {
        () if empty => if new.must {
            "isolated*"
        } else if new.may {
            "uncertain*"
        } else {
            "open*"
        }
        .to_owned(),
        () if !side.open.is_empty() => format!("open: {}", names(&side.open)),
        () if !side.uncertain.is_empty() => format!("uncertain: {}", names(&side.uncertain)),
        () if !new.must => "isolated, new pods open".to_owned(),
        () => "isolated".to_owned(),
    }
}

#[test]
fn a_policy_that_selects_nothing_is_no_policy() {
    check(
        "pod a/x app=x\npolicy NetworkPolicy a/p for app=y\n ingress isolates",
        "a",
        "no-policy; ingress open: x; egress open: x",
    );
    check(
        "namespace a\npolicy NetworkPolicy a/p for app=y\n ingress isolates",
        "a",
        "no-policy; ingress open*; egress open*",
    );
    check(
        "pod a/x app=x\npolicy NetworkPolicy a/p inert\n ingress isolates",
        "a",
        "no-policy; ingress open: x; egress open: x",
    );
    check(
        "pod a/x app=x\npolicy NetworkPolicy b/p\n ingress isolates",
        "a",
        "no-policy; ingress open: x; egress open: x",
    );
}

#[test]
fn directions_are_apart_and_new_pods_are_asked_about() {
    check(
        "pod a/x app=x\npolicy NetworkPolicy a/p for app=x\n ingress isolates",
        "a",
        "ingress isolated, new pods open; egress open: x",
    );
    check(
        "pod a/x app=x\npolicy NetworkPolicy a/p\n ingress isolates\n egress isolates",
        "a",
        "ingress isolated; egress isolated",
    );
    check(
        "namespace a\npolicy NetworkPolicy a/p\n egress isolates",
        "a",
        "ingress open*; egress isolated*",
    );
    let three = "pod a/x app=x\npod a/y app=y\npolicy NetworkPolicy a/p for app=x\n egress isolates\npolicy NetworkPolicy a/q for app=y\n egress isolates";
    check(
        three,
        "a",
        "ingress open: x, y; egress isolated, new pods open",
    );
}

#[test]
fn pods_on_the_host_network_are_apart() {
    check(
        "pod a/x host\npolicy NetworkPolicy a/p for app\n ingress isolates",
        "a",
        "no-policy; ingress open*; egress open*; hostNetwork x",
    );
    check(
        "pod a/x host\npod a/y\npolicy NetworkPolicy a/p\n ingress isolates",
        "a",
        "ingress isolated; egress open: y; hostNetwork x",
    );
}

#[test]
fn a_rule_for_anyone_nullifies() {
    let with = |rule: &str| {
        format!(
            "pod a/x\npolicy NetworkPolicy a/deny\n ingress isolates\npolicy NetworkPolicy a/open\n ingress isolates\n {rule}"
        )
    };
    let nullified = "ingress isolated; ingress nullified by open; egress open: x";
    check(&with("ingress allow anyone all"), "a", nullified);
    check(&with("ingress allow block(0.0.0.0/0) all"), "a", nullified);
    check(
        &with("ingress allow block(0.0.0.0/0)+pods(*) tcp udp sctp"),
        "a",
        nullified,
    );
    check(
        &with("ingress allow block(0.0.0.0/1)+block(128.0.0.0/1) all"),
        "a",
        nullified,
    );
    check(
        &with("ingress allow anyone tcp\n ingress allow anyone udp sctp"),
        "a",
        nullified,
    );
    let kept = "ingress isolated; egress open: x";
    check(&with("ingress allow anyone tcp/8080"), "a", kept);
    check(&with("ingress allow pods(*) all"), "a", kept);
    check(&with("ingress allow block(0.0.0.0/1) all"), "a", kept);
    check(&with("ingress allow block(::/0) all"), "a", kept);
    check(&with("ingress allow anyone all doubt"), "a", kept);
    check(
        &format!(
            "{}\npolicy Admin x tier:1\n ingress deny anyone all",
            with("ingress allow anyone all")
        ),
        "a",
        kept,
    );
}

#[test]
fn deny_rules_of_other_tiers_isolate_where_they_leave_nothing() {
    let baseline = |rules: &str| format!("pod a/x\npolicy Baseline default tier:9000000\n {rules}");
    check(
        &baseline("ingress deny anyone all"),
        "a",
        "ingress isolated; egress open: x",
    );
    check(
        &baseline("ingress deny pods(*)+block(0.0.0.0/0) all"),
        "a",
        "ingress isolated; egress open: x",
    );
    check(
        &baseline("ingress deny pods(*) all"),
        "a",
        "ingress open: x; egress open: x",
    );
    check(
        &baseline("ingress deny anyone tcp"),
        "a",
        "ingress open: x; egress open: x",
    );
    check(
        &baseline("ingress allow anyone tcp/80\n ingress deny anyone all"),
        "a",
        "ingress isolated; egress open: x",
    );
    check(
        &baseline("ingress allow anyone all\n ingress deny anyone all"),
        "a",
        "ingress open: x; egress open: x",
    );
    check(
        &baseline("ingress deny anyone all doubt"),
        "a",
        "ingress uncertain: x; egress open: x",
    );
    let passed = "policy Admin x tier:1\n ingress pass anyone all\n ingress deny anyone all\n";
    check(
        &format!("pod a/x\n{passed}"),
        "a",
        "ingress open: x; egress open: x",
    );
}

#[test]
fn a_policy_that_is_not_understood_leaves_both_directions_uncertain() {
    check(
        "pod a/x\npolicy NetworkPolicy a/p doubt",
        "a",
        "ingress uncertain: x; egress uncertain: x",
    );
}

#[test]
fn what_is_no_policy_object_counts_only_where_it_isolates() {
    check(
        "pod a/x\npolicy default firewall tier:1000\n ingress deny anyone all doubt\n",
        "a",
        "no-policy; ingress open: x; egress open: x",
    );
    check(
        "pod a/x\npolicy default always tier:1000\n ingress isolates\n",
        "a",
        "ingress isolated; egress open: x",
    );
}
