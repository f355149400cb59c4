//! Cost grows with what policies can tell apart, not with the number of pods.

use crate::reach::fixture;
use crate::reach::policy::PolicyEvaluator;
use std::fmt::Write;
use std::time::Instant;

/// Pods of `shapes` labels in 20 namespaces, and policies that each isolate one label and let two others in by name.
fn text(pods: usize, shapes: usize, policies: usize) -> String {
    let mut out = String::new();
    for pod in 0..pods {
        let shape = pod % shapes;
        writeln!(
            out,
            "pod ns{}/p{pod} app=s{shape} version=v{pod} web:tcp/{}",
            shape % 20,
            8000 + shape % 7
        )
        .unwrap();
    }
    for policy in 0..policies {
        let (own, space) = (policy % shapes, policy % shapes % 20);
        let (one, other) = ((policy * 7 + 1) % shapes, (policy * 13 + 5) % shapes);
        writeln!(out, "policy NetworkPolicy ns{space}/n{policy} for app=s{own}\n ingress isolates\n egress isolates").unwrap();
        writeln!(
            out,
            " ingress allow pods(app=s{one}|s{other}) tcp/{} named:web",
            80 + policy % 5
        )
        .unwrap();
        writeln!(
            out,
            " ingress allow block(10.{}.0.0/16) tcp/443",
            policy % 200
        )
        .unwrap();
        writeln!(out, " egress allow pods(ns.kubernetes.io/metadata.name=ns{}) tcp\n egress allow anyone udp/53", policy % 20).unwrap();
    }
    out
}

#[test]
fn pods_that_nothing_tells_apart_are_one_class() {
    let world = fixture::world(&text(200, 4, 4));
    let evaluator = PolicyEvaluator::new(&world);
    assert_eq!(evaluator.clusters[0].pods.classes.len(), 4);
    assert!(evaluator.clusters[0].pods.placements.len() == 200);
}

/// Run it with optimisation, and `--nocapture` to see the seconds.
#[test]
#[ignore = "measures time"]
fn a_thousand_classes_under_five_hundred_policies() {
    for pods in [1_000, 10_000] {
        let world = fixture::world(&text(pods, 1_000, 500));
        let start = Instant::now();
        let evaluator = PolicyEvaluator::new(&world);
        let sorted = start.elapsed();
        let answers = evaluator.clusters[0].pairs().len();
        let related = start.elapsed();
        let isolation_status = world
            .namespaces
            .ids()
            .filter(|id| evaluator.namespace_isolation(*id).ingress.open.is_empty())
            .count();
        eprintln!(
            "{pods} pods: sorted {sorted:?}, {answers} groups of pairs {related:?}, {isolation_status} namespaces {:?}",
            start.elapsed()
        );
        if pods == 1_000 {
            let rows = evaluator.flow_groups().len();
            eprintln!("{rows} rows {:?}", start.elapsed());
        }
    }
}
