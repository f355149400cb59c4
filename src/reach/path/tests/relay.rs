//! Borders that take connections up and open them anew.

use super::super::explain;
use super::super::scene::{Scene, shown, traffic};
use super::all_flows;
use crate::model::Verdict;
use crate::reach::Flow;

/// Two networks of the same addresses with a relay between them: an endpoint in the one, a gateway in the other.
fn check_relayed(more: &str, question: &str, verdict: &str, hop: &str, because: &str) {
    let word = |rule: &str, word: &'static str| {
        let used = more.contains(rule).then_some(word);
        used.unwrap_or_default()
    };
    let (door, past) = (
        word("rule door", "into=door"),
        word("rule passed", "past=passed"),
    );
    let scene = format!(
        "network app 10.20.0.0/16
        network data 10.40.0.0/16
        link relay app data listens=10.20.0.9 sends=10.40.1.8 ? {door} {past}
        route ta 10.20.0.0/16 local
        route td 10.40.0.0/16 local
        subnet pods app 10.20.0.0/24 table=ta acl=near
        subnet db data 10.40.0.0/24 table=td acl=far
        subnet hub data 10.40.1.0/24 table=td
        rule near egress allow all any 0.0.0.0/0
        rule far ingress allow all any 0.0.0.0/0
        pods web pods 10.20.0.0/28 podgroup
        endpoint orders db 10.40.0.9 db
        endpoint gate hub 10.40.1.8 gate
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
        rule db ingress allow tcp 5432 members:gate";

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
        rule db ingress allow tcp 5432 members:gate",
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

/// A listener takes connections up on one port and goes on to its targets by another.
#[test]
fn a_relay_may_go_on_by_another_port_than_it_listens_on() {
    let ask = |more: &str, verdict, hop, because| {
        let more = format!("{OPEN_ENDS}\n{more}");
        check_relayed(&more, "web orders tcp 5432", verdict, hop, because);
    };
    let door = "rule door ingress allow tcp 443 ";
    ask(
        "lets web egress tcp 443 10.20.0.9/32",
        "possible",
        "policy-egress",
        "",
    );
    ask(&format!("{door}10.20.0.0/16"), "possible", "border", "");
    ask(&format!("{door}192.0.2.0/24"), "blocked", "border", "door");
}

/// Managed services are reached by connections of their own. What others stand behind is held against it.
#[test]
fn a_relay_may_deliver_past_the_filters_of_its_server() {
    let ask = |more: &str, question, verdict, hop, because| {
        let more = format!(
            "rule podgroup egress allow all any 10.20.0.9
            endpoint search db 10.40.0.10 passed
            rule passed ingress allow tcp 443 192.0.2.0/24
            {more}"
        );
        check_relayed(&more, question, verdict, hop, because);
    };
    let (search, orders) = ("web search tcp 5432", "web orders tcp 5432");
    let group = "interface-filter-ingress";
    ask("", search, "possible", group, "past-filters");
    ask("", orders, "blocked", group, "no-rule db");
    let edge = "rule far ingress deny tcp 5432 0.0.0.0/0";
    ask(edge, search, "possible", "subnet-filter-ingress", "");
    ask(edge, orders, "blocked", "subnet-filter-ingress", "");
}

/// Filters at an edge judge what enters and leaves the subnet (source: docs/soundness.md, "subnet filter").
#[test]
fn no_filter_at_the_edge_of_a_subnet_judges_a_relay_inside_of_it() {
    let ask = |listens: &str, sends: &str, inside: &str, verdict: &str| {
        let scene = Scene::read(&format!(
            "network app 10.20.0.0/16
            network data 10.40.0.0/16
            link relay app data listens={listens} sends={sends} ?
            route ta 10.20.0.0/16 local
            route td 10.40.0.0/16 local
            subnet pods app 10.20.0.0/24 table=ta acl=near {inside}
            subnet db data 10.40.0.0/24 table=td acl=far {inside}
            rule near egress deny all any 0.0.0.0/0
            rule far ingress deny all any 0.0.0.0/0
            pods web pods 10.20.0.0/28
            endpoint orders db 10.40.0.9"
        ));
        let parties = ["web", "orders"].map(|name| scene.party(name));
        let asked = traffic("tcp", "5432");
        let trail = scene.ask(|table| explain(table, &parties[0], &parties[1], &asked));
        assert_eq!(trail.verdict.word(), verdict, "{listens} {sends} {inside}");
    };
    let (near, far) = ("10.20.0.200", "10.40.0.200");
    ask(near, far, "", "possible");
    // Where it is not known where the relay stands it may be there.
    ask("0.0.0.0/0", "0.0.0.0/0", "", "possible");
    ask("10.20.1.1", far, "", "blocked");
    ask(near, "10.40.1.1", "", "blocked");
    // Some filters judge inside of their subnets as well.
    ask(near, far, "inside", "blocked");
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
        endpoint gate db 10.40.0.8 gate
        lets web egress tcp 5000-6000 10.20.0.9/32
        {OPEN_ENDS}"
    ));
    let to = scene.party("orders");
    let found = all_flows(&scene);
    let own: Vec<&Flow> = found.iter().filter(|flow| flow.to == to).collect();
    let [flow] = own.as_slice() else {
        panic!("one flow to the database: {own:?}");
    };
    assert_eq!(flow.traffic, traffic("tcp", "5432"));
    assert!(!flow.gaps.is_empty() || flow.verdict == Verdict::Possible);
}

/// Source: RFC 6146, "Stateful NAT64".
#[test]
fn a_relay_may_go_on_in_the_other_family_than_it_listens_in() {
    let ask = |listens: &str, sends: &str, verdict: &str| {
        let scene = format!(
            "network app 10.20.0.0/16,2001:db8:a::/56
            network data 10.40.0.0/16
            link relay app data listens={listens} sends={sends} ?
            route ta 10.20.0.0/16 local
            route ta 2001:db8:a::/56 local
            route td 10.40.0.0/16 local
            subnet six app 2001:db8:a::/64 table=ta
            subnet db data 10.40.0.0/24 table=td
            endpoint web six 2001:db8:a::9 web
            rule web egress allow all any ::/0
            endpoint orders db 10.40.0.9 db
            rule db ingress allow tcp 5432 10.20.0.0/16"
        );
        let scene = Scene::read(&scene);
        let parties = ["web", "orders"].map(|name| scene.party(name));
        let asked = traffic("tcp", "5432");
        let trail = scene.ask(|table| explain(table, &parties[0], &parties[1], &asked));
        assert_eq!(trail.verdict.word(), verdict, "{listens} {sends}");
    };
    ask("64:ff9b::/96", "10.20.0.8", "possible");
    ask("10.20.0.8", "10.20.0.8", "blocked");
    ask("64:ff9b::/96", "2001:db8:a::8", "blocked");
    ask("64:ff9b::/96", "192.0.2.8", "blocked");
}
