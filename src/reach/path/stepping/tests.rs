//! Chains over small worlds, the expectation drawn beside each.

use super::super::scene::{Scene, apart};
use super::super::stepping_stones;
use crate::reach::Party;

/// Pods, a subnet for machines beside them, and a database beyond the border. What the tools group lets in and out: ssh from
/// the own network, and tcp over the border.
const NEAR: &str = "
    network app 10.20.0.0/16
    network data 10.40.0.0/16
    link pcx app data
    route ta 10.20.0.0/16 local
    route ta 10.40.0.0/16 link:pcx
    route td 10.40.0.0/16 local
    route td 10.20.0.0/16 link:pcx
    subnet nodes app 10.20.0.0/24 table=ta
    subnet tools app 10.20.1.0/24 table=ta
    subnet db data 10.40.0.0/24 table=td
    rule open egress allow all any 0.0.0.0/0
    rule open ingress allow all any 0.0.0.0/0
    rule inner egress allow all any 10.20.0.0/16
    rule inner ingress allow all any 10.20.0.0/16
    rule tools egress allow tcp any 10.40.0.0/16
    rule tools ingress allow tcp 22 10.20.0.0/16
    rule db ingress allow tcp 5432 10.20.0.0/16
    endpoint orders db 10.40.0.9 db
    pods web nodes 10.20.0.0/25 open
";

/// The policy of `web`: its own network, as far as these tests use it.
const KEPT: &str = "lets web egress all any 10.20.0.0/16\n";
const BASTION: &str = "endpoint bastion tools 10.20.1.9 tools\n";

/// The chains of at most `longest` steps to resources, as `from > in between > to: traffic verdict over borders`.
fn chains(more: &str, longest: usize) -> Vec<String> {
    let scene = Scene::read(&format!("{NEAR}{more}"));
    let world = &scene.world;
    let name = |party: &Party| match party {
        Party::Workload(id) => world.workloads[*id].name.clone(),
        Party::Endpoint(id) => world.endpoints[*id].name.clone(),
        Party::Addresses(addresses) => addresses.to_string(),
    };
    let found = scene.ask(|table| stepping_stones(table, longest));
    let told = apart(&found)
        .into_iter()
        .filter(|chain| matches!(chain.fars[0], Party::Endpoint(_)))
        .map(|chain| {
            let borders: Vec<&str> = chain
                .borders
                .iter()
                .map(|border| world.borders[*border].name.as_str())
                .collect();
            let stones: Vec<String> = chain.through.iter().chain(&chain.fars).map(name).collect();
            let from = &world.workloads[chain.starts[0]].name;
            format!(
                "{from} > {}: {} {} over {}",
                stones.join(" > "),
                chain.traffic,
                chain.verdict.word(),
                borders.join(" ")
            )
        });
    told.collect()
}

fn check(more: &str, expected: &[&str]) {
    assert_eq!(chains(more, 4), expected, "{more}");
}

/// The same with the policy of `web`.
fn kept(more: &str, expected: &[&str]) {
    check(&format!("{KEPT}{more}"), expected);
}

const BY_BASTION: &str = "web > bastion > orders: tcp 5432 reachable over pcx";

#[test]
fn a_resource_that_crosses_is_a_stone() {
    kept("", &[]);
    kept(BASTION, &[BY_BASTION]);
    check(BASTION, &[]);
    assert!(
        chains(&format!("{KEPT}{BASTION}"), 1).is_empty(),
        "one step is the crossing itself"
    );
}

#[test]
fn every_step_must_pass() {
    check(
        &format!("{BASTION}lets web egress tcp 22 10.20.1.0/24"),
        &[BY_BASTION],
    );
    check(
        &format!("{BASTION}lets web egress tcp 23 10.20.1.0/24"),
        &[],
    );
    check(
        &format!("{BASTION}lets web egress tcp 22 10.20.2.0/24"),
        &[],
    );
    kept("endpoint bastion tools 10.20.1.9 inner", &[]);
    kept(&format!("{BASTION}route ta 10.40.0.0/24 drop"), &[]);
    kept(&format!("{BASTION}route td 10.20.1.0/24 drop"), &[]);
}

#[test]
fn messages_of_icmp_are_no_step() {
    let with = |ingress: &str| {
        format!(
            "endpoint bastion tools 10.20.1.9 ping\nrule ping egress allow tcp any 10.40.0.0/16\n{ingress}"
        )
    };
    kept(&with("rule ping ingress allow icmp any 10.20.0.0/16"), &[]);
    kept(
        &with("rule ping ingress allow udp 53 10.20.0.0/16"),
        &[BY_BASTION],
    );
}

#[test]
fn not_everything_lets_go_on() {
    kept("endpoint cache tools 10.20.1.9 tools onward:never", &[]);
    kept(
        "endpoint nic tools 10.20.1.9 tools onward:perhaps",
        &["web > nic > orders: tcp 5432 possible over pcx"],
    );
    // What is sure comes before what is short.
    let longer =
        "endpoint nic tools 10.20.1.9 tools onward:perhaps\nendpoint jump tools 10.20.1.10 inner\nendpoint bastion tools 10.20.1.11 deep
        rule deep ingress allow tcp 22 10.20.1.10\nrule deep egress allow all any 0.0.0.0/0";
    kept(
        longer,
        &["web > jump > bastion > orders: tcp 5432 reachable over pcx"],
    );
}

#[test]
fn the_weakest_step_decides() {
    let possible = "web > bastion > orders: tcp 5432 possible over pcx";
    kept("endpoint bastion tools 10.20.1.9 tools ?", &[possible]);
    kept(
        "endpoint bastion tools 10.20.1.9 doubted\nrule doubted egress allow all any 0.0.0.0/0\nrule doubted ingress allow tcp 22 10.20.0.0/16 ?",
        &[possible],
    );
    kept(
        "endpoint bastion tools 10.20.1.9 doubted\nrule doubted egress allow all any 0.0.0.0/0 ?\nrule doubted ingress allow tcp 22 10.20.0.0/16",
        &[possible],
    );
}

#[test]
fn pods_and_resources_take_turns() {
    // web calls cart only; cart goes to the machine only, and that one back to pods which cross.
    let mixed = "
        lets web egress tcp 1 10.99.0.0/24
        pods cart nodes 10.20.0.0/25 inner
        pods ship tools 10.20.1.128/25 ship
        rule ship ingress allow tcp 80 10.20.1.9
        rule ship egress allow all any 0.0.0.0/0
        endpoint bastion tools 10.20.1.9 inner
        calls web cart";
    check(
        mixed,
        &[
            "web > cart > bastion > ship > orders: tcp 5432 reachable over pcx",
            "cart > bastion > ship > orders: tcp 5432 reachable over pcx",
        ],
    );
    assert_eq!(
        chains(mixed, 3),
        ["cart > bastion > ship > orders: tcp 5432 reachable over pcx"]
    );
}

#[test]
fn of_equally_short_chains_the_one_by_pods_is_told() {
    let both = format!("{BASTION}pods cart nodes 10.20.0.0/25 open\ncalls web cart");
    kept(&both, &["web > cart > orders: tcp 5432 reachable over pcx"]);
}

#[test]
fn what_stands_beyond_the_border_is_no_stone() {
    let third = "
        network third 10.60.0.0/16
        link far data third
        route td 10.60.0.0/16 link:far
        route tt 10.40.0.0/16 link:far
        subnet t third 10.60.0.0/24 table=tt
        rule wide ingress allow all any 10.0.0.0/8
        rule wide egress allow all any 10.0.0.0/8
        endpoint hop db 10.40.0.20 wide
        endpoint vault t 10.60.0.9 wide";
    check(third, &[]);
}

#[test]
fn alike_resources_are_one_stone_unless_something_tells_them_apart() {
    let crowd: String = (10..20)
        .map(|last| format!("endpoint m{last} tools 10.20.1.{last} tools\n"))
        .collect();
    kept(&crowd, &["web > m10 > orders: tcp 5432 reachable over pcx"]);
    let told_apart = |fact: &str| {
        kept(
            &format!("{crowd}{fact}"),
            &["web > m15 > orders: tcp 5432 reachable over pcx"],
        )
    };
    // The far group lets in only one of them; the way back leads to one only; only one may be called.
    kept(
        &format!(
            "{crowd}rule wall ingress allow tcp 5432 10.20.1.15\nendpoint ledger db 10.40.0.10 wall"
        ),
        &[
            "web > m10 > orders: tcp 5432 reachable over pcx",
            "web > m15 > ledger: tcp 5432 reachable over pcx",
        ],
    );
    told_apart("route td 10.20.1.0/24 drop\nroute td 10.20.1.15/32 link:pcx");
    check(
        &format!("{crowd}lets web egress tcp 22 10.20.1.15"),
        &["web > m15 > orders: tcp 5432 reachable over pcx"],
    );
}
