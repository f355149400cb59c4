//! Point questions over small worlds, the expectation drawn beside each.

use super::scene::{Scene, apart, shown, traffic};
use super::{CrossingTable, Crossings, NetworkIndex, explain, flows};
use crate::model::{Id, Verdict, Workload};
use crate::reach::{Flow, Party};

/// Two networks that peer: pods behind nodes in one, a database in the other.
const PEERED: &str = "
    network app 10.20.0.0/16
    network data 10.40.0.0/16
    link pcx app data
    route ta 10.20.0.0/16 local
    route ta 10.40.0.0/16 link:pcx
    route td 10.40.0.0/16 local
    route td 10.20.0.0/16 link:pcx
    subnet nodes app 10.20.0.0/24 table=ta
    subnet pods app 10.20.1.0/24 table=ta
    subnet db data 10.40.0.0/24 table=td
    rule nodes egress allow tcp any 0.0.0.0/0
    rule nodes egress allow udp any 0.0.0.0/0
    rule nodes ingress allow tcp 8080 10.40.0.0/16
    rule db ingress allow tcp 5432 members:nodes
    rule db ingress allow tcp 9000 10.20.1.0/24
    endpoint orders db 10.40.0.9 db
    pods web pods 10.20.1.0/24 podgroup
    node web nodes 10.20.0.0/24 nodes 10.40.0.0/16
    rule podgroup ingress allow tcp 8080 0.0.0.0/0
    rule podgroup egress allow all any 0.0.0.0/0
";

/// Asks for `FROM TO PROTOCOL PORT` and holds the verdict, and a hop with its reason (as [`shown`] writes it).
fn check(more: &str, question: &str, verdict: &str, hop: &str, because: &str) {
    let scene = Scene::read(&format!("{PEERED}{more}"));
    let words: Vec<&str> = question.split_whitespace().collect();
    let trail = scene.ask(|asked| {
        explain(
            asked,
            &scene.party(words[0]),
            &scene.party(words[1]),
            &traffic(words[2], words[3]),
        )
    });
    let told: Vec<String> = trail
        .hops
        .iter()
        .map(|hop| shown(hop, &scene.world))
        .collect();
    assert_eq!(
        trail.verdict.word(),
        verdict,
        "{question}\n{}",
        told.join("\n")
    );
    let said = |own: &String| own.split(' ').nth(1) == Some(hop) && own.contains(because);
    assert!(told.iter().any(said), "{question}\n{}", told.join("\n"));
    let stops = trail
        .hops
        .last()
        .is_some_and(|last| last.verdict.word() == "blocked");
    assert_eq!(
        stops,
        verdict == "blocked",
        "the last hop of a blocked flow stops it\n{}",
        told.join("\n")
    );
}

#[test]
fn the_node_speaks_for_the_pod_towards_peers() {
    check(
        "",
        "web orders tcp 5432",
        "reachable",
        "interface-filter-ingress",
        "rule-allows db: tcp 5432 members:nodes",
    );
    check(
        "",
        "web orders tcp 5432",
        "reachable",
        "route",
        "route ta: 10.40.0.0/16 to pcx",
    );
    check(
        "",
        "web orders tcp 5432",
        "reachable",
        "return-route",
        "route td: 10.20.0.0/16 to pcx",
    );
    check(
        "",
        "web orders tcp 9000",
        "blocked",
        "interface-filter-ingress",
        "no-rule db: tcp 9000 10.20.0.0",
    );
}

#[test]
fn packets_to_pods_meet_the_pods_own_filters() {
    check(
        "",
        "10.40.0.9 web tcp 8080",
        "reachable",
        "interface-filter-ingress",
        "rule-allows podgroup: tcp 8080",
    );
    check(
        "",
        "orders web tcp 8080",
        "blocked",
        "interface-filter-egress",
        "no-rule db: tcp 8080",
    );
    check(
        "lets web ingress tcp 80 0.0.0.0/0",
        "10.40.0.9 web tcp 8080",
        "blocked",
        "policy-ingress",
        "isolated",
    );
}

/// A border that stands in the source's subnet hands it replies without crossing the subnet's edge.
#[test]
fn a_reply_from_inside_a_subnet_is_not_judged_at_its_edge() {
    let edge = |stands: &str| {
        format!(
            "subnet edge app 10.20.2.0/24 table=ta acl=aclout
             rule aclout egress allow all any 0.0.0.0/0
             endpoint box edge 10.20.2.5 nodes
             link hub app data {stands}
             route ta 10.40.0.0/24 link:hub
             route td 10.20.2.0/24 link:hub"
        )
    };
    check(
        &edge(""),
        "box orders tcp 5432",
        "blocked",
        "return-filter",
        "no-rule acl",
    );
    check(
        &edge("stands=edge"),
        "box orders tcp 5432",
        "reachable",
        "return-route",
        "route td: 10.20.2.0/24 to hub",
    );
}

/// Of two ways back the trail shows the one that lets the reply pass, and where none does the filter that drops it.
#[test]
fn the_trail_shows_the_way_back_that_passes() {
    let two = |other: &str| {
        format!(
            "link first app data outof=aclshut
             link second app data outof={other}
             rule aclshut ingress allow all any 0.0.0.0/0
             rule aclshut egress allow tcp 5432 10.40.0.0/16
             rule aclopen egress allow all any 0.0.0.0/0
             route ta 10.40.0.0/25 link:first
             route td 10.20.0.0/24 link:second"
        )
    };
    check(
        &two("aclopen"),
        "web orders tcp 5432",
        "reachable",
        "return-filter",
        "reachable return-filter rule-allows aclopen",
    );
    check(
        &two("aclshut"),
        "web orders tcp 5432",
        "blocked",
        "return-filter",
        "no-rule aclshut",
    );
}

#[test]
fn routes_lead_where_they_say() {
    check(
        "",
        "web 10.41.0.9 tcp 1",
        "blocked",
        "route",
        "no-route ta: 10.41.0.9",
    );
    check(
        "network third 10.41.0.0/16\nsubnet t third 10.41.0.0/24 table=tt",
        "web 10.41.0.9 tcp 1",
        "blocked",
        "route",
        "no-route",
    );
    check(
        "route ta 10.40.0.0/24 drop",
        "web orders tcp 5432",
        "blocked",
        "route",
        "route-elsewhere ta: 10.40.0.0/24 to Drop",
    );
    check(
        "route td 10.20.0.0/24 drop",
        "web orders tcp 5432",
        "blocked",
        "return-route",
        "route-elsewhere td: 10.20.0.0/24 to Drop",
    );
    check(
        "route ta 0.0.0.0/0 out",
        "web 8.8.8.8 tcp 53",
        "possible",
        "route",
        "route ta: 0.0.0.0/0 to Outside",
    );
}

#[test]
fn what_the_input_does_not_hold_is_at_most_possible() {
    check(
        "",
        "web 10.40.200.1 tcp 22",
        "possible",
        "endpoint",
        "destination data",
    );
    check(
        "route ta 10.40.0.0/24 unknown ?",
        "web orders tcp 5432",
        "possible",
        "route",
        "10.40.0.0/24 to Unknown",
    );
    check(
        "",
        "web 10.40.0.200 tcp 22",
        "reachable",
        "route",
        "10.40.0.0/16",
    );
}

#[test]
fn a_peering_carries_only_its_two_networks() {
    let third = "
        network third 10.60.0.0/16
        link pcx2 data third
        route ta 10.60.0.0/16 link:pcx
        route td 10.60.0.0/16 link:pcx2
        route tt 10.20.0.0/16 link:pcx2
        subnet far third 10.60.0.0/24 table=tt";
    check(
        third,
        "web 10.60.0.9 tcp 22",
        "blocked",
        "route",
        "route-elsewhere ta: 10.60.0.0/16 to pcx",
    );
}

#[test]
fn ordered_filters_of_an_interface_deny_and_leave_to_later_rules() {
    let ask = |port: &str, verdict: &str, because: &str| {
        let ordered = "
            endpoint walled db 10.40.0.17 wall
            rule wall ingress deny tcp 22 0.0.0.0/0 @1
            rule wall ingress skip:10 tcp 5432 10.20.0.0/16 @2
            rule wall ingress deny tcp 5432 0.0.0.0/0 @3
            rule wall ingress allow tcp 5433 0.0.0.0/0 @3
            rule wall ingress deny tcp 5433 0.0.0.0/0 @10
            rule wall ingress allow tcp 1-5432 0.0.0.0/0 @10
            rule wall ingress deny udp any 0.0.0.0/0 @4 ?
            rule wall ingress allow udp any 0.0.0.0/0 @10";
        check(
            ordered,
            &format!("web walled {port}"),
            verdict,
            "interface-filter-ingress",
            because,
        );
    };
    ask("tcp 22", "blocked", "rule-denies wall: tcp 22 0.0.0.0/0");
    ask("tcp 5432", "reachable", "rule-allows wall: tcp 1-5432");
    ask("tcp 5433", "reachable", "rule-allows wall: tcp 5433");
    ask("tcp 9000", "blocked", "no-rule wall: tcp 9000");
    ask("udp 53", "possible", "rule-allows wall: udp 0.0.0.0/0");
}

#[test]
fn a_rule_may_be_about_some_of_those_that_its_filter_guards() {
    let ask = |to: &str, verdict: &str, because: &str| {
        let partly = "
            endpoint low db 10.40.0.17 part
            endpoint high db 10.40.0.18 part mark
            endpoint either db 10.40.0.16/30 part
            rule part ingress deny tcp 22 0.0.0.0/0 @1 own:10.40.0.17
            rule part ingress allow tcp 22 10.20.0.0/16 @2
            rule part ingress allow tcp 80 10.20.0.0/16 @2 own:members:mark";
        check(
            partly,
            &format!("web {to}"),
            verdict,
            "interface-filter-ingress",
            because,
        );
    };
    ask(
        "low tcp 22",
        "blocked",
        "rule-denies part: tcp 22 0.0.0.0/0 at 10.40.0.17",
    );
    ask(
        "high tcp 22",
        "reachable",
        "rule-allows part: tcp 22 10.20.0.0/16",
    );
    ask(
        "either tcp 22",
        "reachable",
        "rule-allows part: tcp 22 10.20.0.0/16",
    );
    ask("low tcp 80", "blocked", "no-rule part: tcp 80");
    ask(
        "high tcp 80",
        "reachable",
        "rule-allows part: tcp 80 10.20.0.0/16 at members:mark",
    );
}

#[test]
fn a_subnet_may_filter_what_stays_inside_it() {
    let scene = |inside: &str| {
        format!(
            "subnet third data 10.40.9.0/24 table=td acl=third {inside}
            endpoint near third 10.40.9.5 open
            endpoint next third 10.40.9.6 open
            rule open egress allow all any 0.0.0.0/0
            rule open ingress allow all any 0.0.0.0/0
            rule third egress allow all any 0.0.0.0/0
            rule third ingress allow tcp 80 0.0.0.0/0"
        )
    };
    check(
        &scene(""),
        "near next tcp 22",
        "reachable",
        "interface-filter-ingress",
        "rule-allows open",
    );
    check(
        &scene("inside"),
        "near next tcp 22",
        "blocked",
        "subnet-filter-ingress",
        "no-rule third: tcp 22",
    );
    check(
        &scene("inside"),
        "near next tcp 80",
        "reachable",
        "subnet-filter-ingress",
        "rule-allows third: tcp 80",
    );
}

#[test]
fn stateless_filters_judge_the_reply() {
    let acl = "
        subnet cold data 10.40.1.0/24 table=td acl=aclcold
        rule aclcold ingress allow all any 0.0.0.0/0
        endpoint cold cold 10.40.1.9";
    check(
        &format!("{acl}\nrule aclcold egress allow tcp 443 0.0.0.0/0"),
        "web cold tcp 80",
        "blocked",
        "return-filter",
        "no-rule acl",
    );
    check(
        &format!("{acl}\nrule aclcold egress allow tcp 32768-40000 0.0.0.0/0"),
        "web cold tcp 80",
        "reachable",
        "return-filter",
        "32768-40000",
    );
    let deny = format!(
        "{acl}\nrule aclcold egress allow all any 0.0.0.0/0 @20\nrule aclcold egress deny tcp 1024-65535 10.20.0.0/16 @10"
    );
    check(
        &deny,
        "web cold tcp 80",
        "blocked",
        "return-filter",
        "rule-denies aclcold: tcp 1024-65535",
    );
    check(
        &deny,
        "web cold udp 80",
        "reachable",
        "subnet-filter-ingress",
        "rule-allows aclcold: all traffic",
    );
}

/// Holds the rows `FROM -> TO: TRAFFIC certainty over BORDERS`, in any order.
fn check_flows(more: &str, expected: &[&str]) {
    let scene = Scene::read(&format!("{PEERED}{more}"));
    let name = |party: &Party| match party {
        Party::Workload(id) => scene.world.workloads[*id].name.clone(),
        Party::Endpoint(id) => scene.world.endpoints[*id].name.clone(),
        Party::Addresses(addresses) => addresses.to_string(),
    };
    let row = |flow: Flow| {
        let over: Vec<&str> = flow
            .crosses
            .iter()
            .map(|link| scene.world.borders[*link].name.as_str())
            .collect();
        format!(
            "{} -> {}: {} {} over {}",
            name(&flow.from),
            name(&flow.to),
            flow.traffic,
            flow.verdict.word(),
            over.join(" ")
        )
    };
    let mut found: Vec<String> = scene.ask(flows).into_iter().map(row).collect();
    let mut expected: Vec<String> = expected.iter().map(ToString::to_string).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn flows_over_a_border() {
    let rest = "10.40.1.0/24, 10.40.2.0/23, 10.40.4.0/22, 10.40.8.0/21, 10.40.16.0/20, 10.40.32.0/19, 10.40.64.0/18, 10.40.128.0/17";
    check_flows(
        "lets web egress all any 10.40.0.0/16",
        &[
            "web -> orders: tcp 5432 reachable over pcx",
            "web -> 10.40.0.0/24: tcp; udp reachable over pcx",
            &format!("web -> {rest}: tcp; udp possible over pcx"),
            "10.40.0.0/24 -> web: tcp 8080 reachable over pcx",
            &format!("{rest} -> web: tcp 8080 possible over pcx"),
        ],
    );
    check_flows(
        "lets web egress tcp 1-9 10.40.0.0/25\nlets web ingress udp 1 0.0.0.0/0",
        &["web -> 10.40.0.0/25: tcp 1-9 reachable over pcx"],
    );
}

#[test]
fn a_border_in_doubt_makes_flows_possible() {
    let lines: Vec<&str> = PEERED.lines().collect();
    let doubted = lines
        .join("\n")
        .replace("link pcx app data", "link pcx app data ?");
    let scene = Scene::read(&doubted);
    let found = scene.ask(flows);
    assert!(!found.is_empty());
    assert!(
        found
            .iter()
            .all(|flow| flow.verdict == Verdict::Possible && !flow.gaps.is_empty()),
        "{found:#?}"
    );
}

#[test]
fn a_nat_gateway_speaks_for_whom_it_serves() {
    let private = "
        subnet inner app 10.20.8.0/24 table=ti
        subnet door app 10.20.9.0/24 table=ta
        endpoint nat door 10.20.9.9
        route ti 10.20.0.0/16 local
        route ti 0.0.0.0/0 nat:nat
        endpoint job inner 10.20.8.8
        rule db ingress allow tcp 7000 10.20.9.9
        rule db ingress allow tcp 7001 10.20.8.0/24";
    check(
        private,
        "job orders tcp 7000",
        "reachable",
        "source-address",
        "nat-gateway nat",
    );
    check(
        private,
        "job orders tcp 7001",
        "blocked",
        "interface-filter-ingress",
        "no-rule db: tcp 7001 10.20.9.9",
    );
    check(
        private,
        "job orders tcp 5432",
        "blocked",
        "interface-filter-ingress",
        "no-rule db",
    );
    let back = private.replace("route ti 10.20.0.0/16 local", "").replace(
        "subnet door app 10.20.9.0/24 table=ta",
        "subnet door app 10.20.9.0/24 table=tn",
    );
    let deaf = format!("{back}\nroute tn 10.40.0.0/16 link:pcx\nroute tn 10.20.9.0/24 local");
    check(
        &deaf,
        "job orders tcp 7000",
        "blocked",
        "return-route",
        "no-route tn: 10.20.8.8",
    );
}

#[test]
fn pods_that_cannot_cross_go_by_those_that_can() {
    let idle = "pods idle pods 10.20.1.0/24 mute\nrule mute ingress allow all any 10.20.0.0/16\npods other pods 10.20.1.0/24 mute";
    let scene = Scene::read(&format!("{PEERED}{idle}"));
    let judge = crate::reach::policy::Judge::new(&scene.world);
    let chains = |longest| {
        let found = {
            let (index, table) = (NetworkIndex::new(&scene.world), CrossingTable::default());
            super::stepping_stones(&Crossings::new(&index, &judge, &table), longest)
        };
        let name = |id: &Id<Workload>| scene.world.workloads[*id].name.clone();
        let stone = |party: &Party| {
            if let Party::Workload(id) = party {
                name(id)
            } else {
                panic!("no pods: {party:?}")
            }
        };
        let to_resource = apart(&found)
            .into_iter()
            .filter(|chain| matches!(chain.fars[0], Party::Endpoint(_)));
        to_resource
            .map(|chain| {
                let through: Vec<String> = chain.through.iter().map(stone).collect();
                format!(
                    "{} by {}: {} {}",
                    name(&chain.starts[0]),
                    through.join(", "),
                    chain.traffic,
                    chain.verdict.word()
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(
        chains(4),
        [
            "idle by web: tcp 5432 reachable",
            "other by web: tcp 5432 reachable"
        ]
    );
    assert!(chains(1).is_empty(), "one step is the crossing itself");
}

/// The answer to an echo request is an echo reply, and to no other message of ICMP.
#[test]
fn an_echo_request_needs_an_echo_reply() {
    let acl = |reply: &str| {
        format!(
            "subnet cold data 10.40.1.0/24 table=td acl=aclcold
             rule aclcold ingress allow all any 0.0.0.0/0
             rule aclcold egress allow icmp {reply} 0.0.0.0/0
             rule nodes egress allow icmp any 0.0.0.0/0
             rule open ingress allow icmp any 0.0.0.0/0
             endpoint ice cold 10.40.1.9 open"
        )
    };
    // Types times 256, and their codes.
    check(
        &acl("0-255"),
        "web ice icmp 2048-2303",
        "reachable",
        "return-filter",
        "aclcold",
    );
    check(
        &acl("2048-2303"),
        "web ice icmp 2048-2303",
        "blocked",
        "return-filter",
        "aclcold",
    );
    check(
        &acl("any"),
        "web ice icmp 2048-2303",
        "reachable",
        "return-filter",
        "aclcold",
    );
    // What nobody answers needs no answer.
    check(
        &acl("2048-2303"),
        "web ice icmp 768-1023",
        "reachable",
        "return-filter",
        "aclcold",
    );
}

/// Two networks of the same addresses with a relay between them: an endpoint in the one, a gateway in the other.
fn check_relayed(more: &str, question: &str, verdict: &str, hop: &str, because: &str) {
    let scene = format!(
        "network app 10.20.0.0/16
        network data 10.40.0.0/16
        link relay app data listens=10.20.0.9 sends=10.40.0.8 ?
        route ta 10.20.0.0/16 local
        route td 10.40.0.0/16 local
        subnet pods app 10.20.0.0/24 table=ta acl=near
        subnet db data 10.40.0.0/24 table=td acl=far
        rule near egress allow all any 0.0.0.0/0
        rule far ingress allow all any 0.0.0.0/0
        pods web pods 10.20.0.0/28 podgroup
        endpoint orders db 10.40.0.9 db
        endpoint check db 10.40.0.8 check
        {more}"
    );
    let scene = Scene::read(&scene);
    let words: Vec<&str> = question.split_whitespace().collect();
    let parties = [words[0], words[1]].map(|name| scene.party(name));
    let asked = traffic(words[2], words[3]);
    let trail = scene.ask(|table| explain(table, &parties[0], &parties[1], &asked));
    let hops = trail.hops.iter();
    let told: Vec<String> = hops.map(|hop| shown(hop, &scene.world)).collect();
    let told = told.join("\n");
    assert_eq!(trail.verdict.word(), verdict, "{question}\n{told}");
    let said = |line: &&str| line.split(' ').nth(1) == Some(hop) && line.contains(because);
    assert!(told.lines().any(|line| said(&line)), "{question}\n{told}");
}

const OPEN_ENDS: &str = "rule podgroup egress allow all any 10.20.0.9
        rule db ingress allow tcp 5432 members:check";

#[test]
fn what_a_relay_joins_is_possible_without_a_route() {
    let ask = |more: &str, verdict, hop, because| {
        let more = format!("{OPEN_ENDS}\n{more}");
        check_relayed(&more, "web orders tcp 5432", verdict, hop, because);
    };
    ask("", "possible", "border", "");
    // Filters see the relay: the near side where it listens, the far side what it sends with.
    ask("", "possible", "interface-filter-egress", "10.20.0.9");
    ask("", "possible", "interface-filter-ingress", "members:gate");
    // Policies of the pods likewise.
    ask(
        "lets web egress tcp 5432 10.20.0.9/32",
        "possible",
        "border",
        "",
    );
    ask(
        "lets web egress tcp 5432 10.40.0.0/16",
        "blocked",
        "policy-egress",
        "",
    );
}

#[test]
fn what_filters_stop_no_relay_carries() {
    let question = "web orders tcp 5432";
    check_relayed(
        "rule podgroup egress allow all any 10.40.0.0/16
        rule db ingress allow tcp 5432 members:check",
        question,
        "blocked",
        "route",
        "ta",
    );
    check_relayed(
        "rule podgroup egress allow all any 10.20.0.9
        rule db ingress allow tcp 5432 10.20.0.0/16",
        question,
        "blocked",
        "interface-filter-ingress",
        "no-rule db",
    );
    check_relayed(
        OPEN_ENDS,
        "web orders tcp 22",
        "blocked",
        "interface-filter-ingress",
        "no-rule db",
    );
}

#[test]
fn no_reply_of_another_border_goes_over_a_relay() {
    check_relayed(
        "link pcx app data
        route ta 10.40.0.0/16 link:pcx
        rule podgroup egress allow all any 10.40.0.0/16
        rule db ingress allow tcp 5432 10.20.0.0/16",
        "web orders tcp 5432",
        "blocked",
        "return-route",
        "td",
    );
}

#[test]
fn flows_over_a_relay_are_those_that_are_explained() {
    let scene = Scene::read(&format!(
        "network app 10.20.0.0/16
        network data 10.40.0.0/16
        link relay app data listens=10.20.0.9 sends=10.40.0.8 ?
        route ta 10.20.0.0/16 local
        route td 10.40.0.0/16 local
        subnet pods app 10.20.0.0/24 table=ta
        subnet db data 10.40.0.0/24 table=td
        pods web pods 10.20.0.0/28 podgroup
        endpoint orders db 10.40.0.9 db
        endpoint check db 10.40.0.8 check
        lets web egress tcp 5000-6000 10.20.0.9/32
        {OPEN_ENDS}"
    ));
    let to = scene.party("orders");
    let found = scene.ask(flows);
    let own: Vec<&Flow> = found.iter().filter(|flow| flow.to == to).collect();
    let [flow] = own.as_slice() else {
        panic!("one flow to the database: {own:?}");
    };
    assert_eq!(flow.traffic, traffic("tcp", "5432"));
    assert!(!flow.gaps.is_empty() || flow.verdict == Verdict::Possible);
}
