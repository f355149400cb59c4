//! VPC firewall rules: who they are for, in which order, and what comes last.

use super::check;

const NET: &str = r#"google_compute_network.a {"name": "a", "auto_create_subnetworks": false}
    google_compute_subnetwork.s {"name": "s", "network": "@google_compute_network.a.id", "ip_cidr_range": "10.0.0.0/24", "region": "r1"}
    google_service_account.app {"account_id": "app", "project": "p"}
    google_compute_instance.web {"network_interface": [{"subnetwork": "s"}], "tags": ["web"], "zone": "r1-b"}
    google_compute_instance.db {"network_interface": [{"subnetwork": "s", "network_ip": "10.0.0.9"}], "service_account": [{"email": "@google_service_account.app.email"}], "zone": "r1-b"}
"#;

const WEB: &str = "filter firewall of google_compute_network.a for tag web";
const DB: &str = "filter firewall of google_compute_network.a for app@p.iam.gserviceaccount.com";
const LAST_IN: &str = "in 4294967295 deny all traffic, any address";
const LAST_OUT: &str = "out 4294967295 all traffic, any address";

#[test]
fn nothing_comes_in_and_everything_leaves_by_the_implied_rules() {
    check(
        NET,
        &["filter", "endpoint", "gap"],
        &format!(
            "{WEB}\n{LAST_IN}\n{LAST_OUT}\n{DB}\n{LAST_IN}\n{LAST_OUT}
             endpoint google_compute_instance.web instance
               google_compute_subnetwork.s 10.0.0.0/24 [firewall of google_compute_network.a for tag web]
             endpoint google_compute_instance.db instance
               google_compute_subnetwork.s 10.0.0.9 [firewall of google_compute_network.a for app@p.iam.gserviceaccount.com]"
        ),
    );
}

/// The rules of web and db beside the implied ones.
fn rules(more: &str, web: &str, db: &str) {
    let inside = |text: &str| {
        let out: Vec<&str> = text
            .lines()
            .filter(|line| line.trim().starts_with("out"))
            .collect();
        let inwards: Vec<&str> = text
            .lines()
            .filter(|line| !line.trim().starts_with("out"))
            .collect();
        format!(
            "{}\n{LAST_IN}\n{}\n{LAST_OUT}",
            inwards.join("\n"),
            out.join("\n")
        )
    };
    check(
        &format!("{NET}{more}"),
        &["filter"],
        &format!("{WEB}\n{}\n{DB}\n{}", inside(web), inside(db)),
    );
}

#[test]
fn a_rule_whose_network_is_not_known_may_be_of_each() {
    rules(
        r#"google_compute_firewall.f {"network": "?", "allow": [{"protocol": "tcp", "ports": ["443"]}], "source_ranges": ["10.1.0.0/16"]}"#,
        "in tcp 443, 10.1.0.0/16 ?",
        "in tcp 443, 10.1.0.0/16 ?",
    );
}

#[test]
fn an_account_of_a_project_that_is_not_known_may_be_the_one_that_a_rule_writes_out() {
    let net = r#"google_compute_network.a {"name": "a", "auto_create_subnetworks": false}
    google_compute_subnetwork.s {"name": "s", "network": "@google_compute_network.a.id", "ip_cidr_range": "10.0.0.0/24"}
    google_service_account.app {"account_id": "app"}
    google_compute_instance.db {"network_interface": [{"subnetwork": "s"}], "service_account": [{"email": "@google_service_account.app.email"}]}
"#;
    let rule = |account: &str| {
        format!(
            r#"google_compute_firewall.f {{"network": "a", "allow": [{{"protocol": "tcp"}}], "source_ranges": ["10.1.0.0/16"], "target_service_accounts": ["{account}@p.iam.gserviceaccount.com"]}}"#
        )
    };
    let of = "filter firewall of google_compute_network.a for google_service_account.app";
    check(
        &format!("{net}{}", rule("app")),
        &["filter"],
        &format!("{of}\nin tcp, 10.1.0.0/16 ?\n{LAST_IN}\n{LAST_OUT}"),
    );
    check(
        &format!("{net}{}", rule("other")),
        &["filter"],
        &format!("{of}\n{LAST_IN}\n{LAST_OUT}"),
    );
}

#[test]
fn an_account_that_is_not_known_may_be_the_one_that_a_rule_names() {
    let graph = |account: &str| {
        format!(
            r#"google_compute_network.a {{"name": "a", "auto_create_subnetworks": false}}
            google_compute_subnetwork.s {{"name": "s", "network": "@google_compute_network.a.id", "ip_cidr_range": "10.0.0.0/24"}}
            google_compute_instance.db {{"network_interface": [{{"subnetwork": "s"}}], "service_account": [{{"email": "{account}"}}]}}
            google_compute_firewall.f {{"network": "a", "allow": [{{"protocol": "tcp"}}], "source_ranges": ["10.1.0.0/16"], "target_service_accounts": ["app@p.iam.gserviceaccount.com"]}}"#
        )
    };
    let rules = |account: &str| {
        let drawn = super::drawn(&graph(account));
        let own = drawn.lines().map(str::trim);
        own.filter(|line| line.contains("10.1.0.0/16"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        rules("app@p.iam.gserviceaccount.com"),
        ["in tcp, 10.1.0.0/16"]
    );
    assert_eq!(rules("other@p.iam.gserviceaccount.com"), [""; 0]);
    assert_eq!(rules("?"), ["in tcp, 10.1.0.0/16 ?"]);
}

#[test]
fn rules_are_for_their_targets() {
    rules(
        r#"google_compute_firewall.f {"network": "a", "allow": [{"protocol": "tcp", "ports": ["443", "8000-8080"]}], "source_ranges": ["10.1.0.0/16"], "target_tags": ["web", "x"]}"#,
        "in tcp 443, 8000-8080, 10.1.0.0/16",
        "",
    );
    rules(
        r#"google_compute_firewall.f {"network": "a", "allow": [{"protocol": "icmp"}], "source_ranges": ["10.1.0.0/16"], "target_service_accounts": ["app@p.iam.gserviceaccount.com"]}"#,
        "",
        "in icmp, 10.1.0.0/16",
    );
    rules(
        r#"google_compute_firewall.f {"network": "a", "direction": "EGRESS", "deny": [{"protocol": "all"}]}"#,
        "out deny all traffic, 0.0.0.0/0",
        "out deny all traffic, 0.0.0.0/0",
    );
    rules(
        r#"google_compute_firewall.f {"network": "a", "allow": [{"protocol": "tcp"}], "disabled": true, "source_ranges": ["0.0.0.0/0"]}"#,
        "",
        "",
    );
    rules(
        r#"google_compute_firewall.f {"network": "a", "allow": [{"protocol": "tcp"}], "target_tags": "?", "source_ranges": ["10.9.0.0/16"]}"#,
        "in tcp, 10.9.0.0/16 ?",
        "in tcp, 10.9.0.0/16 ?",
    );
}

#[test]
fn a_rule_may_be_about_some_addresses_of_its_targets() {
    rules(
        r#"google_compute_firewall.f {"network": "a", "allow": [{"protocol": "tcp"}], "source_ranges": ["10.9.0.0/16"], "destination_ranges": ["10.0.0.0/30"], "target_tags": ["web"]}"#,
        "in tcp, 10.9.0.0/16 to 10.0.0.0/30",
        "",
    );
}

#[test]
fn the_lower_priority_number_comes_first() {
    let deny = r#"google_compute_firewall.d {"network": "a", "priority": 900, "deny": [{"protocol": "tcp"}], "source_ranges": ["10.1.0.0/16"], "target_tags": ["web"]}"#;
    let allow = r#"google_compute_firewall.a {"network": "a", "allow": [{"protocol": "all"}], "target_tags": ["web"]}"#;
    rules(
        &format!("{allow}\n{deny}"),
        "in deny tcp, 10.1.0.0/16
         in 1 all traffic, 0.0.0.0/0",
        "",
    );
}

#[test]
fn source_tags_and_accounts_mean_interfaces_of_the_same_network() {
    rules(
        r#"google_compute_firewall.f {"network": "a", "allow": [{"protocol": "tcp", "ports": ["5432"]}], "source_tags": ["web"], "target_service_accounts": ["@google_service_account.app.email"]}"#,
        "",
        "in tcp 5432, members of firewall of google_compute_network.a for tag web",
    );
}

#[test]
fn a_network_that_is_only_read_may_have_other_rules() {
    check(
        r#"google_compute_instance.i {"network_interface": [{"network": "default"}], "project": "p"}"#,
        &["filter"],
        &format!(
            "filter firewall of projects/p/global/networks/default ?
             in icmp; tcp; udp, 10.128.0.0/9 ?
             in tcp 22, 0.0.0.0/0 ?
             in tcp 3389, 0.0.0.0/0 ?
             in icmp, 0.0.0.0/0 ?
             {}
             {LAST_OUT}",
            LAST_IN
        ),
    );
}

/// It may come before any other rule, and be for either way.
#[test]
fn a_rule_whose_place_or_way_is_not_known_is_there_for_each_reading() {
    let deny = r#"google_compute_firewall.f {"network": "a", "priority": 900, "deny": [{"protocol": "tcp"}], "source_ranges": ["10.1.0.0/16"]}
    "#;
    let unknown = |what: &str| {
        format!(
            r#"{deny}google_compute_firewall.g {{"network": "a", {what}, "allow": [{{"protocol": "tcp"}}], "source_ranges": ["10.1.0.0/16"], "destination_ranges": ["10.2.0.0/16"]}}"#
        )
    };
    let inward = "tcp, 10.1.0.0/16 to 10.2.0.0/16 ?";
    let first = format!("in {inward}\nin 1 deny tcp, 10.1.0.0/16");
    rules(&unknown(r#""priority": "?""#), &first, &first);
    let both =
        format!("in deny tcp, 10.1.0.0/16\nin 1 {inward}\nout tcp, 10.2.0.0/16 to 10.1.0.0/16 ?");
    rules(&unknown(r#""direction": "?""#), &both, &both);
}
