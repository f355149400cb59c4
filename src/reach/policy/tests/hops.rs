//! What hops say of policies: the line that decides, and every policy that stops a flow.

use super::judge::shown;
use crate::model::{AddressSet, Direction, Doubt, GapKind, Hop, Protocol, Traffic, Verdict, World};
use crate::reach::policy::{Far, PolicyEvaluator};
use crate::reach::{Party, Permission, fixture};

const TIERS: &str = "pod a/x app=x
         pod a/y app=y
         policy AdminNetworkPolicy adm tier:1
           ingress pass anyone tcp/80-90
         policy NetworkPolicy a/deny for app=y
           ingress isolates
           ingress allow pods(app=x) tcp/80
           ingress allow block(0.0.0.0/0) tcp/81
         policy NetworkPolicy a/other for app=x
           egress isolates
           egress allow anyone all";

#[test]
fn hops_name_the_line_that_decides() {
    let world = fixture::world(TIERS);
    let evaluator = PolicyEvaluator::new(&world);
    let (x, y) = (
        fixture::workload(&world, "a/x"),
        fixture::workload(&world, "a/y"),
    );
    let port = |port| Traffic::ports(Protocol::TCP, port, port);
    let trail = evaluator
        .explain(&Party::Workload(x), &Party::Workload(y), &port(80))
        .unwrap();
    let said = |hop: &Hop| {
        (
            hop.verdict,
            shown(&hop.reason, &world),
            hop.origin.as_ref().unwrap().place.line,
        )
    };
    assert_eq!(
        trail.hops.iter().map(said).collect::<Vec<_>>(),
        [
            (Verdict::Reachable, "policy-allows a/other".to_owned(), 11),
            (
                Verdict::Reachable,
                "policy-passes adm; policy-allows a/deny".to_owned(),
                7
            ),
        ]
    );
    let blocked = evaluator
        .explain(&Party::Workload(x), &Party::Workload(y), &port(22))
        .unwrap();
    let last = said(blocked.hops.last().unwrap());
    assert_eq!(last, (Verdict::Blocked, "isolated a/deny".to_owned(), 6));
}

#[test]
fn what_lets_everything_pass_is_named() {
    let world = fixture::world(TIERS);
    let evaluator = PolicyEvaluator::new(&world);
    let (x, y) = (
        fixture::workload(&world, "a/x"),
        fixture::workload(&world, "a/y"),
    );
    let port = |port| Traffic::ports(Protocol::TCP, port, port);
    let far = AddressSet::parse("10.0.0.1").unwrap();
    let permission = |workload, direction, port| {
        evaluator.permission(workload, direction, None, Far::Outside(&far), &port)
    };
    let policy = |at: usize| world.policies.ids().nth(at).unwrap();
    let origin = |line: usize| {
        world
            .policies
            .iter()
            .flat_map(|(_, own)| own.ingress.iter().chain(&own.egress))
            .flat_map(|side| &side.rules)
            .map(|rule| rule.origin.clone())
            .find(|origin| origin.place.line == u32::try_from(line).unwrap())
            .unwrap()
    };
    assert_eq!(
        permission(y, Direction::Ingress, port(81)),
        Some(Permission::Everything {
            policy: policy(1),
            origin: origin(8)
        })
    );
    assert_eq!(permission(y, Direction::Ingress, port(80)), None);
    assert_eq!(
        permission(x, Direction::Ingress, port(80)),
        Some(Permission::NoPolicy)
    );
}

/// A policy that cannot be read may let anything pass: that is no permission that somebody wrote down.
#[test]
fn what_is_not_understood_names_nobody() {
    let world = fixture::world(
        "pod a/x
         policy NetworkPolicy a/deny
           egress isolates
         policy NetworkPolicy a/torn doubt",
    );
    let (evaluator, far) = (
        PolicyEvaluator::new(&world),
        AddressSet::parse("10.0.0.1").unwrap(),
    );
    let x = fixture::workload(&world, "a/x");
    let (policy, torn) = world.policies.iter().last().unwrap();
    let permission = evaluator.permission(
        x,
        Direction::Egress,
        None,
        Far::Outside(&far),
        &Traffic::ports(Protocol::TCP, 80, 80),
    );
    assert_eq!(
        permission,
        Some(Permission::Unclear {
            policy,
            origin: torn.origin.clone()
        })
    );
}

/// Egress lets one port pass and ingress another: the second hop is what stops the flow.
#[test]
fn the_second_hop_is_asked_about_what_the_first_let_pass() {
    let world = fixture::world(
        "pod a/x app=x
         pod a/y app=y
         policy NetworkPolicy a/out for app=x
           egress isolates
           egress allow anyone tcp/1
         policy NetworkPolicy a/in for app=y
           ingress isolates
           ingress allow anyone tcp/2",
    );
    let (x, y) = (
        fixture::workload(&world, "a/x"),
        fixture::workload(&world, "a/y"),
    );
    let trail = PolicyEvaluator::new(&world)
        .explain(&Party::Workload(x), &Party::Workload(y), &Traffic::all())
        .unwrap();
    assert_eq!(trail.verdict, Verdict::Blocked);
    assert_eq!(
        trail.hops.iter().map(|hop| hop.verdict).collect::<Vec<_>>(),
        [Verdict::Reachable, Verdict::Blocked]
    );
}

/// What of every policy is told: all that isolate, and a denial that is in doubt as one.
#[test]
fn every_policy_that_stops_a_flow_is_told() {
    let world = fixture::world(
        "pod a/x app=x
         policy AdminNetworkPolicy adm tier:1
           ingress deny anyone tcp/22 doubt
         policy NetworkPolicy a/one
           ingress isolates
         policy OtherPolicy a/two
           ingress isolates",
    );
    let (pod, far) = (
        Party::Workload(fixture::workload(&world, "a/x")),
        Party::Addresses(AddressSet::parse("10.0.0.1").unwrap()),
    );
    let said = |port| {
        let trail = PolicyEvaluator::new(&world)
            .explain(&far, &pod, &Traffic::ports(Protocol::TCP, port, port))
            .unwrap();
        let hop = trail.hops.last().unwrap();
        (
            hop.verdict,
            shown(&hop.reason, &world),
            hop.origin.as_ref().unwrap().place.line,
        )
    };
    let isolated = "isolated a/one, a/two";
    assert_eq!(said(80), (Verdict::Blocked, isolated.to_owned(), 5));
    assert_eq!(
        said(22),
        (
            Verdict::Blocked,
            format!("policy-denies adm; {isolated}"),
            5
        )
    );
}

/// The doubts of a rule, and of its cluster about addresses of pods, stand for what they leave open, and for nothing else.
#[test]
fn a_possible_verdict_names_the_gap_that_it_depends_on() {
    let asked = |rules: &str| -> (World, Doubt, Doubt) {
        let mut world = fixture::world(&format!(
            "pod a/x app=x
             pod a/y app=y
             policy NetworkPolicy a/out for app=x
               egress isolates
               {rules}"
        ));
        let unresolved = world.doubt(GapKind::UnknownValue, "addresses of pods", None);
        let cluster = world.clusters.ids().next().unwrap();
        world.clusters[cluster].unresolved = unresolved.clone();
        let [x, y] = ["a/x", "a/y"].map(|title| fixture::workload(&world, title));
        let found = PolicyEvaluator::new(&world).between(x, y).doubt;
        (world, found, unresolved)
    };
    // Whether the pod has such an address is not known; what a label surely holds for is.
    let (_, found, unresolved) = asked("egress allow address(10.0.0.0/8) tcp/1");
    assert_eq!(found, unresolved);
    let (world, found, _) = asked(
        "egress allow pods(app=y) tcp/1
         egress allow pods(app=y) tcp/2 doubt",
    );
    let [gap] = found.gaps() else {
        panic!("the gap of the rule alone: {found:?}");
    };
    assert!(world.gaps[*gap].what.ends_with("doubt"), "{found:?}");
}

/// What policies stop passes all the same where the pod is on the host network after all.
#[test]
fn what_policies_stop_may_pass_where_a_pod_may_be_on_the_host_network() {
    let mut world = fixture::world(
        "pod a/web app=web\npod a/db app=db\npolicy NetworkPolicy a/p for app=db\n ingress isolates\n ingress allow anyone tcp/1",
    );
    let [web, db] = ["a/web", "a/db"].map(|name| fixture::workload(&world, name));
    let what = "whether `a/db` is on the host network is not known".to_owned();
    world.workloads[db].outside = world.doubt(GapKind::NotJudged, what, None);
    let evaluator = PolicyEvaluator::new(&world);
    let hop = |port: &str| {
        let traffic = fixture::traffic(port).unwrap();
        evaluator.hop(db, Direction::Ingress, None, Far::Workload(web), &traffic)
    };
    assert_eq!(hop("tcp/1").verdict, Verdict::Reachable);
    let stopped = hop("tcp/2");
    assert_eq!(
        (stopped.verdict, stopped.gaps.len()),
        (Verdict::Possible, 1)
    );
    assert!(!stopped.reason.stops(), "{:?}", stopped.reason);
}
