//! IPv6 on every hop: routes, borders, filters of both kinds, references, entry points; and the two families never mixed.

use super::explain;
use super::scene::{Scene, traffic};
use super::tests::asked;

/// Two networks of IPv6 blocks that peer; pods keep their address, as they do in an IPv6 cluster.
const PEERED: &str = "
    network app 2001:db8:a::/56
    network data 2001:db8:b::/56
    link pcx app data
    route ta 2001:db8:a::/56 local
    route ta ::/0 link:pcx
    route td 2001:db8:b::/56 local
    route td 2001:db8:a::/64 link:pcx
    subnet nodes app 2001:db8:a::/64 table=ta acl=acla
    subnet db data 2001:db8:b::/64 table=td
    rule acla egress allow tcp 1-6000 2001:db8:b::/56 @1
    rule acla ingress allow tcp 1024-65535 2001:db8:b::/56 @1
    rule acla ingress allow tcp 80-90 ::/0 @2
    rule acla egress allow tcp 1024-65535 ::/0 @2
    rule nodes egress allow tcp any ::/0
    rule nodes ingress allow tcp any 0.0.0.0/0
    rule db ingress allow tcp 5432 members:nodes
    rule db ingress allow tcp 7000 2001:db8:a::/64
    rule db ingress allow tcp 9000 10.0.0.0/8
    endpoint orders db 2001:db8:b::9 db
    pods web nodes 2001:db8:a::/80 nodes
";

fn check(more: &str, question: &str, verdict: &str, hop: &str) {
    let (trail, hops) = asked(&format!("{PEERED}{more}"), question);
    let last = trail
        .hops
        .last()
        .map(|hop| hop.kind.word())
        .unwrap_or_default();
    assert_eq!(
        (trail.verdict.word(), last),
        (verdict, hop),
        "{question}\n{}",
        hops.join("\n")
    );
}

#[test]
fn ipv6_takes_the_same_hops() {
    check("", "web orders tcp 5432", "reachable", "return-filter");
    check("", "web orders tcp 7000", "reachable", "return-filter");
    check(
        "",
        "web orders tcp 9000",
        "blocked",
        "interface-filter-ingress",
    );
    check(
        "rule acla egress deny tcp any 2001:db8:b::/64 @0",
        "web orders tcp 5432",
        "blocked",
        "subnet-filter-egress",
    );
    check(
        "rule acla ingress deny tcp any 2001:db8:b::/64 @0",
        "web orders tcp 5432",
        "blocked",
        "return-filter",
    );
}

#[test]
fn a_default_route_reaches_the_peers_own_blocks_only() {
    check(
        "",
        "web 2001:db8:c::1 tcp 443",
        "blocked",
        "subnet-filter-egress",
    );
    check(
        "rule acla egress allow tcp any ::/0 @3",
        "web 2001:db8:c::1 tcp 443",
        "blocked",
        "route",
    );
    check(
        "route ta 2001:db8:b::/64 drop",
        "web orders tcp 5432",
        "blocked",
        "route",
    );
}

#[test]
fn a_rule_of_one_family_says_nothing_of_the_other() {
    check(
        "",
        "orders web tcp 80",
        "blocked",
        "interface-filter-egress",
    );
    check(
        "rule db egress allow tcp any 0.0.0.0/0",
        "orders web tcp 80",
        "blocked",
        "interface-filter-egress",
    );
    check(
        "rule db egress allow tcp any ::/0",
        "orders web tcp 80",
        "blocked",
        "interface-filter-ingress",
    );
    check(
        "rule db egress allow tcp any ::/0\nrule nodes ingress allow tcp 80 ::/0",
        "orders web tcp 80",
        "reachable",
        "return-filter",
    );
    check(
        "rule db egress allow tcp any ::/0\nrule nodes ingress allow tcp 80 ::/0",
        "orders web tcp 443",
        "blocked",
        "subnet-filter-ingress",
    );
}

#[test]
fn entry_points_listen_in_ipv6_too() {
    let open = "rule db egress allow tcp any ::/0\nrule nodes ingress allow tcp 81 2001:db8:a::/64\nrule edge ingress allow tcp 85 ::/0\nrule edge egress allow tcp any ::/0\n";
    let entry_point = |clients: &str| {
        format!("{open}door d tcp 81 web {clients}\nrelay d nodes 2001:db8:a::1:0/124 85 edge\n")
    };
    // From the forwarder to pods of its own subnet nothing is routed, and no edge is crossed.
    check(
        &entry_point("::/0"),
        "orders web tcp 85",
        "reachable",
        "policy-ingress",
    );
    check(
        &entry_point("2001:db8:b::/64"),
        "orders web tcp 85",
        "reachable",
        "policy-ingress",
    );
    check(
        &entry_point("0.0.0.0/0"),
        "orders web tcp 85",
        "blocked",
        "entry-point",
    );
    check(
        open,
        "orders web tcp 85",
        "blocked",
        "interface-filter-ingress",
    );
}

/// Of the network's own IPv6 addresses nothing is known, so nothing of IPv6 is certain, and all of IPv4 is.
#[test]
fn unsettled_ipv6_leaves_ipv4_certain() {
    let dual = "
        network app 10.20.0.0/16,::/0
        network data 10.40.0.0/16,2001:db8:b::/56
        link pcx app data
        route ta 10.40.0.0/16 link:pcx
        route ta 2001:db8:b::/56 link:pcx
        route td 10.20.0.0/16 link:pcx
        route td ::/0 link:pcx
        subnet nodes app 10.20.0.0/24,::/0 table=ta
        subnet db data 10.40.0.0/24,2001:db8:b::/64 table=td
        rule nodes egress allow tcp any 0.0.0.0/0,::/0
        rule db ingress allow tcp 5432 0.0.0.0/0,::/0
        endpoint four db 10.40.0.9 db
        endpoint six db 2001:db8:b::9 db
        pods web nodes 10.20.0.0/24,::/0 nodes
    ";
    let asked = |settled: bool, question: &str| {
        let mut scene = Scene::read(dual);
        let app = scene.world.networks.ids().next().unwrap();
        let doubt = scene
            .world
            .doubt(crate::model::GapKind::UnknownValue, "its IPv6 block", None);
        if !settled {
            scene.world.unsettled_v6.insert(app, doubt.clone());
        }
        let [from, to] = ["web", question].map(|name| scene.party(name));
        let trail = scene.ask(|asked| explain(asked, &from, &to, &traffic("tcp", "5432")));
        (
            trail.verdict.word(),
            trail.hops.iter().any(|hop| hop.gaps == doubt.gaps()),
        )
    };
    assert_eq!(asked(true, "six"), ("reachable", false));
    assert_eq!(asked(false, "six"), ("possible", true));
    assert_eq!(asked(false, "four"), ("reachable", false));
}
