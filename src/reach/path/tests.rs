//! Point questions over small worlds, the expectation drawn beside each.

mod filters;
mod hidden;
mod near;
mod relay;

use super::scene::{Scene, apart, shown, traffic};
use super::{CrossingTable, Crossings, NetworkIndex, explain, flow_groups};
use crate::model::{Id, Trail, Verdict, Workload};
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

/// The answer to `FROM TO PROTOCOL PORT` in a scene, with its hops as [`shown`] writes them.
pub(super) fn asked(scene: &str, question: &str) -> (Trail, Vec<String>) {
    let scene = Scene::read(scene);
    let words: Vec<&str> = question.split_whitespace().collect();
    let trail = scene.ask(|asked| {
        explain(
            asked,
            &scene.party(words[0]),
            &scene.party(words[1]),
            &traffic(words[2], words[3]),
        )
    });
    let hops = trail.hops.iter().map(|hop| shown(hop, &scene.world));
    let hops = hops.collect();
    (trail, hops)
}

/// Asks for `FROM TO PROTOCOL PORT` and holds the verdict, and a hop with its reason (as [`shown`] writes it).
fn check(more: &str, question: &str, verdict: &str, hop: &str, because: &str) {
    let (trail, hops) = asked(&format!("{PEERED}{more}"), question);
    assert_eq!(
        trail.verdict.word(),
        verdict,
        "{question}\n{}",
        hops.join("\n")
    );
    let said = |own: &String| own.split(' ').nth(1) == Some(hop) && own.contains(because);
    assert!(hops.iter().any(said), "{question}\n{}", hops.join("\n"));
    let stops = trail
        .hops
        .last()
        .is_some_and(|last| last.verdict.word() == "blocked");
    assert_eq!(
        stops,
        verdict == "blocked",
        "the last hop of a blocked flow stops it\n{}",
        hops.join("\n")
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

/// Pods may stand in either place, and only in the second one does anybody get in by this port.
#[test]
fn the_trail_meets_the_filters_of_the_place_that_is_reached() {
    check(
        "pods web pods 10.20.1.0/24 late
         rule late ingress allow tcp 8443 0.0.0.0/0",
        "10.40.0.9 web tcp 8443",
        "reachable",
        "interface-filter-ingress",
        "rule-allows late: tcp 8443",
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
fn a_reply_that_meets_no_filter_has_no_hop() {
    let (_, hops) = asked(PEERED, "web orders tcp 5432");
    let kinds: Vec<&str> = hops
        .iter()
        .filter_map(|hop| hop.split(' ').nth(1))
        .collect();
    assert!(kinds.contains(&"return-route"), "{hops:?}");
    assert!(!kinds.contains(&"return-filter"), "{hops:?}");
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

fn all_flows(scene: &Scene) -> Vec<Flow> {
    let groups = scene.ask(flow_groups);
    let flows = groups.iter().flat_map(|group| group.flows(&scene.world));
    flows.collect()
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
            .map(|border| scene.world.borders[*border].name.as_str())
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
    let mut found: Vec<String> = all_flows(&scene).into_iter().map(row).collect();
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
    let found = all_flows(&scene);
    assert!(!found.is_empty());
    assert!(
        found
            .iter()
            .all(|flow| flow.verdict == Verdict::Possible && !flow.gaps.is_empty()),
        "{found:#?}"
    );
}

#[test]
fn nobody_reaches_what_only_opens_connections() {
    let function = "
        endpoint f db 10.40.0.33 db opens:only";
    check(
        function,
        "web f tcp 5432",
        "blocked",
        "interface-filter-ingress",
        "only-opens",
    );
    let takes = function.replace(" opens:only", "");
    check(
        &takes,
        "web f tcp 5432",
        "reachable",
        "interface-filter-ingress",
        "members:nodes",
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
    let evaluator = crate::reach::policy::PolicyEvaluator::new(&scene.world);
    let chains = |longest| {
        let found = {
            let (index, table) = (NetworkIndex::new(&scene.world), CrossingTable::default());
            super::stepping_stones(&Crossings::new(&index, &evaluator, &table), longest)
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
