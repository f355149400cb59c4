//! Firewall policies: their place in the order, and what they are attached to.

use super::check;

const NET: &str = r#"google_compute_subnetwork.s {"name": "s", "network": "@google_compute_network.a.id", "ip_cidr_range": "10.0.0.0/24", "region": "r1"}
    google_compute_instance.i {"network_interface": [{"subnetwork": "s"}], "zone": "r1-b"}
    google_compute_firewall.classic {"network": "a", "allow": [{"protocol": "tcp"}], "source_ranges": ["10.1.0.0/16"]}
"#;
const LAST: &str =
    "in 4294967295 deny all traffic, any address\nout 4294967295 all traffic, any address";

fn rules(network: &str, more: &str, region: &str, expected: &str) {
    let network = format!(
        r#"google_compute_network.a {{"name": "a", "project": "p", "auto_create_subnetworks": false{network}}}"#
    );
    let name = format!("filter firewall of google_compute_network.a{region}");
    check(
        &format!("{network}\n{NET}{more}"),
        &["filter"],
        &format!("{name}\n{expected}\n{LAST}"),
    );
}

fn global(action: &str) -> String {
    format!(
        r#"google_compute_network_firewall_policy.g {{"name": "g"}}
           google_compute_network_firewall_policy_association.g {{"firewall_policy": "@google_compute_network_firewall_policy.g.id", "attachment_target": "@google_compute_network.a.id"}}
           google_compute_network_firewall_policy_rule.r {{"firewall_policy": "@google_compute_network_firewall_policy.g.name", "priority": 5, "direction": "INGRESS", "action": "{action}", "match": [{{"src_ip_ranges": ["10.1.0.0/24"], "layer4_configs": [{{"ip_protocol": "tcp", "ports": ["22"]}}]}}]}}"#
    )
}

#[test]
fn network_policies_come_after_vpc_rules_or_before() {
    rules(
        "",
        &global("deny"),
        "",
        "in tcp, 10.1.0.0/16\nin 1 deny tcp 22, 10.1.0.0/24",
    );
    rules(
        r#", "network_firewall_policy_enforcement_order": "BEFORE_CLASSIC_FIREWALL""#,
        &global("deny"),
        "",
        "in deny tcp 22, 10.1.0.0/24\nin 1 tcp, 10.1.0.0/16",
    );
}

fn hierarchical(action: &str, target: &str) -> String {
    format!(
        r#"google_compute_firewall_policy.h {{"parent": "organizations/1", "short_name": "h"}}
           google_compute_firewall_policy_association.h {{"firewall_policy": "@google_compute_firewall_policy.h.id", "attachment_target": "{target}"}}
           google_compute_firewall_policy_rule.r {{"firewall_policy": "@google_compute_firewall_policy.h.id", "priority": 2147483000, "direction": "INGRESS", "action": "{action}", "match": [{{"src_ip_ranges": ["10.1.0.0/24"], "layer4_configs": [{{"ip_protocol": "all"}}]}}]}}
           google_compute_firewall_policy_rule.s {{"firewall_policy": "@google_compute_firewall_policy.h.id", "priority": 2147483001, "direction": "INGRESS", "action": "deny", "match": [{{"src_ip_ranges": ["10.1.0.0/16"], "layer4_configs": [{{"ip_protocol": "tcp", "ports": ["22"]}}]}}]}}
"#
    )
}

#[test]
fn hierarchical_policies_come_first_and_may_leave_it_to_the_next() {
    let project = r#"google_project.p {"project_id": "p", "folder_id": "@google_folder.f.name"}
        google_folder.f {"parent": "organizations/1"}"#;
    rules(
        "",
        &format!("{}{project}", hierarchical("goto_next", "organizations/1")),
        "",
        "in skip to 2 all traffic, 10.1.0.0/24\nin 1 deny tcp 22, 10.1.0.0/16\nin 2 tcp, 10.1.0.0/16",
    );
    rules(
        "",
        &format!("{}{project}", hierarchical("deny", "organizations/2")),
        "",
        "in tcp, 10.1.0.0/16",
    );
    rules(
        "",
        &format!("{}{project}", hierarchical("deny", "@google_folder.f.name")),
        "",
        "in deny all traffic, 10.1.0.0/24\nin 1 deny tcp 22, 10.1.0.0/16\nin 2 tcp, 10.1.0.0/16",
    );
}

#[test]
fn whether_a_project_is_below_a_folder_may_not_be_known() {
    rules(
        "",
        &hierarchical("deny", "organizations/1"),
        "",
        "in deny all traffic, 10.1.0.0/24 ?\nin 1 deny tcp 22, 10.1.0.0/16 ?\nin 2 tcp, 10.1.0.0/16",
    );
}

/// Of two folders one is right: neither surely is not.
#[test]
fn a_policy_of_one_of_two_folders_may_hold_below_each() {
    let folders = r#"google_project.p {"project_id": "p", "folder_id": "@google_folder.g.name"}
        google_folder.f {"parent": "organizations/1"}
        google_folder.g {"parent": "organizations/1"}"#;
    let one_of = hierarchical("deny", "@google_folder.f.name|google_folder.g.name");
    rules(
        "",
        &format!("{one_of}{folders}"),
        "",
        "in deny all traffic, 10.1.0.0/24 ?\nin 1 deny tcp 22, 10.1.0.0/16 ?\nin 2 tcp, 10.1.0.0/16",
    );
}

#[test]
fn regional_policies_are_for_their_region() {
    let regional = |region: &str| {
        format!(
            r#"google_compute_region_network_firewall_policy_with_rules.g {{"name": "g", "region": "{region}", "rule": [{{"priority": 7, "direction": "EGRESS", "action": "deny", "match": [{{"dest_ip_ranges": ["10.2.0.0/16"], "layer4_config": [{{"ip_protocol": "udp"}}]}}]}}]}}
               google_compute_region_network_firewall_policy_association.g {{"region": "{region}", "firewall_policy": "g", "attachment_target": "@google_compute_network.a.id"}}"#
        )
    };
    let name = "filter firewall of google_compute_network.a for r1\nin tcp, 10.1.0.0/16\nin 4294967295 deny all traffic, any address";
    let last = "out 4294967295 all traffic, any address";
    let network = r#"google_compute_network.a {"name": "a", "auto_create_subnetworks": false}"#;
    check(
        &format!("{network}\n{NET}{}", regional("r1")),
        &["filter"],
        &format!("{name}\nout deny udp, 10.2.0.0/16\n{last}"),
    );
    let unknown = regional("r1").replace(r#""region": "r1""#, r#""region": "?""#);
    check(
        &format!("{network}\n{NET}{unknown}"),
        &["filter"],
        &format!("{}\nout deny udp, 10.2.0.0/16 ?\n{last}", name),
    );
    check(
        &format!("{network}\n{NET}{}", regional("r2")),
        &["filter"],
        &format!("{name}\n{last}"),
    );
}

#[test]
fn a_policy_that_is_not_in_the_input_may_say_anything() {
    let network = r#"google_compute_network.a {"name": "a", "auto_create_subnetworks": false}"#;
    let association = r#"google_compute_network_firewall_policy_association.g {"firewall_policy": "elsewhere", "attachment_target": "@google_compute_network.a.id"}"#;
    check(
        &format!("{network}\n{NET}{association}"),
        &["filter"],
        "filter firewall of google_compute_network.a
         in tcp, 10.1.0.0/16
         in 1 all traffic, any address ?
         in 1 deny all traffic, any address ?
         in 4294967295 deny all traffic, any address
         out all traffic, any address ?
         out deny all traffic, any address ?
         out 4294967295 all traffic, any address",
    );
}

/// Either may be asked first, so that neither surely decides.
#[test]
fn an_order_of_evaluation_that_is_not_known_leaves_both_lists_in_doubt() {
    rules(
        r#", "network_firewall_policy_enforcement_order": "?""#,
        &global("deny"),
        "",
        "in deny tcp 22, 10.1.0.0/24 ?\nin 1 tcp, 10.1.0.0/16 ?",
    );
}

/// What may allow or deny, come in or go out, is there once for each reading, before all rules where its place is not known.
#[test]
fn a_policy_rule_that_is_not_known_is_there_once_for_each_reading() {
    let packets = "tcp 22, 10.1.0.0/24 ?";
    rules(
        "",
        &global("?"),
        "",
        &format!("in tcp, 10.1.0.0/16\nin 1 {packets}\nin 1 deny {packets}"),
    );
    rules(
        "",
        &global("apply_security_profile_group"),
        "",
        &format!("in tcp, 10.1.0.0/16\nin 1 {packets}\nin 1 deny {packets}"),
    );
    let either_way = global("deny").replace(r#""INGRESS""#, r#""?""#);
    let network = r#"google_compute_network.a {"name": "a", "project": "p", "auto_create_subnetworks": false}"#;
    let last: Vec<&str> = LAST.lines().collect();
    check(
        &format!("{network}\n{NET}{either_way}"),
        &["filter"],
        &format!(
            "filter firewall of google_compute_network.a\nin tcp, 10.1.0.0/16\nin 1 deny {packets}\n{}\nout deny tcp 22, any address to 10.1.0.0/24 ?\n{}",
            last[0], last[1]
        ),
    );
}

#[test]
fn a_rule_whose_policy_is_not_known_may_be_of_each() {
    let network = r#"google_compute_network.a {"name": "a", "auto_create_subnetworks": false}"#;
    let policy = r#"google_compute_network_firewall_policy.g {"name": "g"}
    google_compute_network_firewall_policy_association.g {"firewall_policy": "@google_compute_network_firewall_policy.g.id", "attachment_target": "@google_compute_network.a.id"}
    google_compute_network_firewall_policy_rule.r {"firewall_policy": "?", "priority": 7, "direction": "EGRESS", "action": "deny", "match": [{"dest_ip_ranges": ["10.2.0.0/16"], "layer4_configs": [{"ip_protocol": "udp"}]}]}"#;
    check(
        &format!("{network}\n{NET}{policy}"),
        &["filter"],
        "filter firewall of google_compute_network.a
         in tcp, 10.1.0.0/16
         in 4294967295 deny all traffic, any address
         out deny udp, 10.2.0.0/16 ?
         out 4294967295 all traffic, any address",
    );
}
