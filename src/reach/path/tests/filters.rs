//! Filters of interfaces and subnets, and what they do to replies.

use super::check;

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
