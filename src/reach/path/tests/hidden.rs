//! Packets that something which is not judged carries from one network to another: it may put its own address in place of the source.

use super::super::explain;
use super::super::scene::{Scene, shown, traffic};

/// Two networks without a border; the one sends what is for the other to something unknown, and the other has no route back.
fn check(more: &str, question: &str, verdict: &str, stop: &str) {
    let scene = format!(
        "network app 10.20.0.0/16
        network data 10.40.0.0/16
        route ta 10.20.0.0/16 local
        route ta 10.40.0.0/16 unknown ?
        route td 10.40.0.0/16 local
        subnet pods app 10.20.0.0/24 table=ta acl=near
        subnet db data 10.40.0.0/24 table=td acl=far
        rule near egress allow all any 0.0.0.0/0
        rule near ingress allow all any 0.0.0.0/0
        rule far egress allow all any 0.0.0.0/0
        rule far ingress allow all any 0.0.0.0/0
        pods web pods 10.20.0.0/28 podgroup
        rule podgroup egress allow all any 0.0.0.0/0
        endpoint orders db 10.40.0.9 db
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
    let last = told.lines().last().unwrap_or_default();
    assert!(last.contains(stop), "{question}\n{told}");
}

#[test]
fn an_appliance_may_call_with_an_address_that_the_far_side_lets_in() {
    let ask = |rule: &str, question: &str, verdict: &str, stop: &str| {
        check(&format!("rule db ingress {rule}"), question, verdict, stop);
    };
    let orders = "web orders tcp 5432";
    ask("allow tcp 5432 10.20.0.0/16", orders, "possible", "");
    // The group lets in some other address alone, which the appliance may have.
    ask("allow tcp 5432 10.40.0.0/24", orders, "possible", "");
    // A port that nobody may call is closed to whatever it calls with.
    ask(
        "allow tcp 443 10.40.0.0/24",
        orders,
        "blocked",
        "interface-filter-ingress",
    );
}

#[test]
fn without_a_route_into_the_unknown_nothing_is_carried() {
    check(
        "rule db ingress allow all any 0.0.0.0/0
        rule db egress allow all any 0.0.0.0/0",
        "orders web tcp 80",
        "blocked",
        "route",
    );
}

/// Filters at an edge judge what enters and leaves the subnet (docs/soundness.md, "subnet filter"): an appliance may be inside of either.
#[test]
fn no_filter_at_the_edge_of_a_subnet_judges_an_appliance_inside_of_it() {
    let ask = |more: &str, verdict: &str, stop: &str| {
        check(more, "web orders tcp 5432", verdict, stop);
    };
    let open = "rule db ingress allow tcp 5432 10.40.0.0/24";
    let [near, far] = ["near egress", "far ingress"].map(|edge| {
        let denies = format!("rule {edge} deny all any 0.0.0.0/0");
        format!("{open}\n{denies}")
    });
    ask(&near, "possible", "");
    ask(&far, "possible", "");
}
