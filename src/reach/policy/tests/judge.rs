//! The definitions, case by case.

use crate::model::{
    AddressSet, Bounds, Direction, Id, Policy, Protocol, Reason, Traffic, Verdict, World,
};
use crate::reach::policy::{Far, PolicyEvaluator};
use crate::reach::{Party, fixture};
use std::net::IpAddr;

/// Every pair that a line `#= from -> to: traffic` of the text names must have exactly that traffic; `may: …` after `;`
/// gives the upper bound where it differs. An end that is no workload is an address outside.
pub(super) fn check(text: &str) {
    let world = fixture::world(text);
    let evaluator = PolicyEvaluator::new(&world);
    let mut asked = 0;
    for line in text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("#= "))
    {
        let (pair, expected) = line.split_once(": ").unwrap();
        let (from, to) = pair.split_once(" -> ").unwrap();
        let (must, may) = expected
            .split_once("; may ")
            .unwrap_or((expected, expected));
        let bounds = bounds(&world, &evaluator, from, to);
        assert_eq!(
            (bounds.must.to_string(), bounds.may.to_string()),
            (must.to_owned(), may.to_owned()),
            "{line}"
        );
        asked += 1;
    }
    assert!(asked > 0, "the text asks nothing");
}

fn bounds(world: &World, evaluator: &PolicyEvaluator<'_>, from: &str, to: &str) -> Bounds<Traffic> {
    match (from.parse::<IpAddr>(), to.parse::<IpAddr>()) {
        (Ok(source), _) => evaluator
            .ingress(fixture::workload(world, to))
            .map(|flows| flows.at(source)),
        (_, Ok(destination)) => evaluator
            .egress(fixture::workload(world, from))
            .map(|flows| flows.at(destination)),
        _ => {
            evaluator
                .between(fixture::workload(world, from), fixture::workload(world, to))
                .bounds
        }
    }
}

#[test]
fn a_pod_always_reaches_itself() {
    let world = fixture::world(
        "pod a/x
         pod a/y
         policy NetworkPolicy a/shut
           ingress isolates
           egress isolates",
    );
    let party = |name| Party::Workload(fixture::workload(&world, name));
    let evaluator = PolicyEvaluator::new(&world);
    let asked = Traffic::ports(Protocol::TCP, 80, 80);
    let own = evaluator
        .explain(&party("a/x"), &party("a/x"), &asked)
        .unwrap();
    assert_eq!((own.verdict, &own.traffic), (Verdict::Reachable, &asked));
    let other = evaluator
        .explain(&party("a/x"), &party("a/y"), &asked)
        .unwrap();
    assert_eq!(other.verdict, Verdict::Blocked);
}

#[test]
fn without_policies_everything_passes() {
    check(
        "pod a/x
         pod b/y
         #= a/x -> b/y: all traffic
         #= 10.0.0.1 -> b/y: all traffic
         #= a/x -> ::1: all traffic",
    );
}

#[test]
fn network_policies_add_up_and_both_ends_must_agree() {
    check(
        "pod shop/web app=web
         pod shop/cart app=cart http:tcp/8080
         pod other/web app=web
         policy NetworkPolicy shop/deny
           ingress isolates
           egress isolates
         policy NetworkPolicy shop/in for app=cart
           ingress isolates
           ingress allow pods(in:shop,app=web) tcp/80 named:http
         policy NetworkPolicy shop/out for app=web
           egress isolates
           egress allow anyone tcp/1-8000 udp/53
           egress allow block(10.0.0.0/8) named:http tcp/9
         #= shop/web -> shop/cart: tcp 80
         #= other/web -> shop/cart: no traffic
         #= shop/web -> other/web: tcp 1-8000; udp 53
         #= shop/cart -> shop/web: no traffic
         #= shop/web -> 11.0.0.1: tcp 1-8000; udp 53
         #= other/web -> 11.0.0.1: all traffic",
    );
}

#[test]
fn a_named_port_is_looked_up_in_the_destination() {
    check(
        "pod a/x http:tcp/1
         pod a/y http:tcp/8080 http:udp/8081
         pod a/z
         policy NetworkPolicy a/p for !none
           egress isolates
           egress allow anyone named:http
         #= a/x -> a/y: tcp 8080; udp 8081
         #= a/y -> a/x: tcp 1
         #= a/x -> a/z: no traffic
         #= a/x -> 10.0.0.1: no traffic",
    );
}

#[test]
fn the_first_rule_of_the_first_tier_decides_and_pass_leaves_the_tier() {
    check(
        "pod a/x app=x
         pod b/y app=y
         policy AdminNetworkPolicy first tier:1 order:1
           ingress deny pods(app=x) tcp/22
           ingress pass pods(app=x) tcp/80
           ingress allow pods(app=x) tcp/1-100
         policy AdminNetworkPolicy second tier:1 order:2
           ingress deny anyone tcp/80
           ingress deny world tcp/99
         policy NetworkPolicy b/np
           ingress isolates
           ingress allow anyone tcp/80-81 tcp/443
         policy Baseline default tier:9000000
           ingress deny anyone all
         #= a/x -> b/y: tcp 1-21, 23-100, 443
         #= b/y -> a/x: no traffic
         #= 10.0.0.1 -> b/y: tcp 81, 443
         #= 10.0.0.1 -> a/x: no traffic",
    );
}

#[test]
fn deny_rules_of_lower_order_beat_the_allows_of_other_policies() {
    check(
        "pod a/x
         pod a/y
         policy Ordered a/allow
           ingress isolates
           ingress allow anyone tcp/1-10 order:2
         policy Ordered a/deny
           ingress deny pods(*) tcp/5 order:1
         #= a/x -> a/y: tcp 1-4, 6-10
         #= 10.0.0.1 -> a/y: tcp 1-10",
    );
}

#[test]
fn address_blocks_and_pods() {
    let pods = "pod a/x at:10.0.0.1
         pod a/y at:10.1.0.0-10.1.0.9
         pod a/z
         policy NetworkPolicy a/p
           egress isolates
           egress allow block(10.0.0.0/16,10.1.0.4/32) tcp/80
           egress allow address(10.0.0.0/16) tcp/90
         #= a/x -> 10.0.0.7: tcp 80, 90\n";
    check(&format!(
        "{pods}
         #= a/z -> a/x: tcp 80, 90
         #= a/x -> a/y: no traffic; may tcp 80
         #= a/x -> a/z: no traffic; may tcp 90"
    ));
    check(&format!(
        "cluster main blocks:outside
         {pods}
         #= a/z -> a/x: tcp 90
         #= a/x -> a/y: no traffic"
    ));
}

#[test]
fn pods_on_the_host_network_are_nodes() {
    check(
        "pod a/node host app=x at:10.0.0.9
         pod a/x app=x
         policy NetworkPolicy a/p
           ingress isolates
           egress isolates
           ingress allow pods(*) tcp/1
           ingress allow nodes(*) tcp/2
           ingress allow nodes(role=db) tcp/3
           ingress allow block(10.0.0.0/24) tcp/4
           ingress allow world tcp/5
         #= a/node -> a/x: all traffic
         #= a/x -> a/node: no traffic
         #= 10.0.0.1 -> a/node: all traffic
         #= 10.0.0.1 -> a/x: tcp 4-5",
    );
}

#[test]
fn doubt_widens_may_and_narrows_must() {
    check(
        "pod a/x app=x
         pod a/y app=y
         policy NetworkPolicy a/p for app=y
           ingress isolates
           ingress allow pods(app=x) tcp/80 doubt
           ingress allow pods(app=x) tcp/80-81
           ingress allow pods(app=x) tcp/90 doubt
         policy AdminNetworkPolicy adm tier:1 for app=x
           ingress deny anyone tcp/7 doubt
           ingress allow anyone tcp/7-8
           ingress deny anyone all
         #= a/x -> a/y: tcp 80-81; may tcp 80-81, 90
         #= a/y -> a/x: tcp 8; may tcp 7-8",
    );
}

#[test]
fn a_policy_that_is_not_understood_may_do_anything_within_what_comes_before() {
    let world = fixture::world(
        "pod a/x app=x
         pod a/y app=y
         policy AdminNetworkPolicy adm tier:1
           ingress allow anyone tcp/1
           ingress deny anyone tcp/2
         policy NetworkPolicy a/what doubt for app=y",
    );
    let evaluator = PolicyEvaluator::new(&world);
    let bounds = bounds(&world, &evaluator, "a/x", "a/y");
    let port = |port| Traffic::ports(Protocol::TCP, port, port);
    assert_eq!(bounds.must, port(1));
    assert_eq!(bounds.may, Traffic::all().difference(&port(2)));
    let to = evaluator.between(
        fixture::workload(&world, "a/x"),
        fixture::workload(&world, "a/y"),
    );
    assert_eq!(to.doubt, world.policies.iter().last().unwrap().1.doubt);
}

#[test]
fn policies_that_nothing_enforces_let_everything_pass() {
    let policy = "pod a/x
         policy NetworkPolicy a/deny
           ingress isolates\n";
    check(&format!(
        "cluster main enforced:no\n{policy} #= 10.0.0.1 -> a/x: all traffic"
    ));
    check(&format!(
        "cluster main enforced:unknown\n{policy} #= 10.0.0.1 -> a/x: no traffic; may all traffic"
    ));
    check(
        "pod a/x\npolicy NetworkPolicy a/deny inert\n ingress isolates\n#= 10.0.0.1 -> a/x: all traffic",
    );
}

/// What a proxy beside the pod refuses is refused whatever the cluster's engine does; what it leaves, the engine's policies judge, if it does.
#[test]
fn what_is_enforced_apart_from_the_engine_holds_without_it() {
    let policies = "pod a/x
         policy OtherPolicy a/proxy tier:1 by-mesh
           ingress deny anyone tcp/80
         policy NetworkPolicy a/deny
           ingress isolates
           ingress allow anyone tcp\n";
    let tcp = Traffic::protocol(Protocol::TCP);
    let left = |all: &Traffic| all.difference(&Traffic::ports(Protocol::TCP, 80, 80));
    let expected = [
        ("yes", &tcp, &tcp),
        ("no", &Traffic::all(), &Traffic::all()),
        ("unknown", &tcp, &Traffic::all()),
    ];
    for (enforced, must, may) in expected {
        let world = fixture::world(&format!("cluster main enforced:{enforced}\n{policies}"));
        let passes = bounds(&world, &PolicyEvaluator::new(&world), "10.0.0.1", "a/x");
        assert_eq!(
            passes,
            Bounds {
                must: left(must),
                may: left(may)
            },
            "{enforced}"
        );
    }
    let hop = |enforced: &str, port: u16| {
        let world = fixture::world(&format!("cluster main enforced:{enforced}\n{policies}"));
        let (far, traffic) = (
            AddressSet::parse("10.0.0.1").unwrap(),
            Traffic::ports(Protocol::TCP, port, port),
        );
        let hop = PolicyEvaluator::new(&world).hop(
            fixture::workload(&world, "a/x"),
            Direction::Ingress,
            None,
            Far::Outside(&far),
            &traffic,
        );
        (hop.verdict, shown(&hop.reason, &world))
    };
    for enforced in ["no", "unknown"] {
        assert_eq!(
            hop(enforced, 80),
            (Verdict::Blocked, "policy-denies a/proxy".to_owned())
        );
    }
    assert!(
        hop("no", 81).1.ends_with("idle a/deny"),
        "{}",
        hop("no", 81).1
    );
}

/// Two placements, one of which nothing enforces policies on: what may be placed there is reachable there.
#[test]
fn it_is_enough_that_something_passes_in_one_place() {
    let world = |doubt: &str| {
        fixture::world(&format!(
            "pod a/x
               place yes
               place no {doubt}
             policy NetworkPolicy a/deny
               egress isolates"
        ))
    };
    let passes = |world: &World, pod_placement| {
        let judged = PolicyEvaluator::new(world).outside(
            fixture::workload(world, "a/x"),
            Direction::Egress,
            pod_placement,
        );
        judged.bounds.map(|flows| !flows.is_empty())
    };
    assert_eq!(
        passes(&world(""), None),
        Bounds {
            must: true,
            may: true
        }
    );
    assert_eq!(
        passes(&world(""), Some(0)),
        Bounds {
            must: false,
            may: false
        }
    );
    assert_eq!(
        passes(&world("doubt"), None),
        Bounds {
            must: false,
            may: true
        }
    );
}

/// A reason for an assertion: its code and the policies that it names.
pub(super) fn shown(reason: &Reason, world: &World) -> String {
    let name = |id: &Id<Policy>| world.policy_name(*id);
    let facts = match reason {
        Reason::PolicyRule { policy, .. } => name(policy),
        Reason::Isolated { policies, .. } => {
            policies.iter().map(name).collect::<Vec<_>>().join(", ")
        }
        Reason::NotEnforced { idle, .. } => {
            idle.iter().map(|id| format!("idle {}", name(id))).collect()
        }
        Reason::Tiers { before, last } => {
            let parts = before.iter().chain([&**last]);
            let parts: Vec<String> = parts.map(|reason| shown(reason, world)).collect();
            return parts.join("; ");
        }
        _ => String::new(),
    };
    format!("{} {facts}", reason.code())
}
