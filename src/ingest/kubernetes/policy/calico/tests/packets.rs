//! The packets of a rule.

use super::{global, namespaced};
use crate::ingest::kubernetes::fixture::{fault, policy};
use crate::model::{PortName, Protocol};

fn rule(fields: &str) -> String {
    namespaced(&format!(
        "ingress:\n- action: Allow\n  {}",
        fields.replace('\n', "\n  ")
    ))
}

/// The packets by number, in words.
fn check(fields: &str, expected: &str) {
    let read = policy(&rule(fields)).ingress.unwrap().rules.remove(0);
    assert_eq!(read.traffic.to_string(), expected, "{fields}");
    assert!(read.doubt.is_certain(), "{fields}");
}

#[test]
fn protocols() {
    check("metadata: {annotations: {a: b}}", "all traffic");
    check("protocol: TCP", "tcp");
    check("protocol: tcp", "tcp");
    check("protocol: 17", "udp");
    check("protocol: SCTP", "sctp");
    check("protocol: UDPLite", "ip136");
    check("protocol: ICMPv6", "icmpv6");
    check("protocol: 47", "ip47");
    check("protocol: TCP\nnotProtocol: UDP", "tcp");
    check("protocol: TCP\nnotProtocol: TCP", "no traffic");
    let most = policy(&rule("notProtocol: TCP"))
        .ingress
        .unwrap()
        .rules
        .remove(0)
        .traffic;
    assert!(
        most.of(Protocol::TCP).is_empty()
            && !most.of(Protocol::UDP).is_empty()
            && !most.of(Protocol(47)).is_empty()
    );
}

#[test]
fn ports() {
    check(
        "protocol: TCP\ndestination: {ports: [80, '443', '8000:8080']}",
        "tcp 80, 443, 8000-8080",
    );
    check(
        "protocol: UDP\ndestination: {ports: ['1:100'], notPorts: [53, '60:70']}",
        "udp 1-52, 54-59, 71-100",
    );
    check(
        "protocol: TCP\ndestination: {notPorts: [22]}",
        "tcp 1-21, 23-65535",
    );
    check("protocol: TCP\ndestination: {ports: []}", "tcp");
}

#[test]
fn named_ports_are_those_of_the_destination() {
    let of = |fields: &str| policy(&rule(fields)).ingress.unwrap().rules.remove(0);
    let named = of("protocol: TCP\ndestination: {ports: [web, 80]}");
    assert_eq!(
        named.named_ports,
        [PortName {
            name: "web".to_owned(),
            protocol: Some(Protocol::TCP)
        }]
    );
    assert!(named.traffic.to_string() == "tcp 80" && named.doubt.is_certain());
    for unsure in [
        "protocol: TCP\ndestination: {notPorts: [web]}",
        "protocol: TCP\ndestination: {ports: [web], notPorts: [8080]}",
    ] {
        assert!(!of(unsure).doubt.is_certain(), "{unsure}");
    }
}

#[test]
fn icmp_messages() {
    check("protocol: ICMP\nicmp: {type: 8}", "icmp 2048-2303");
    check("protocol: ICMP\nicmp: {type: 3, code: 1}", "icmp 769");
    check("protocol: ICMP\nicmp: {}", "icmp");
    check("protocol: ICMPv6\nnotICMP: {type: 0}", "icmpv6 256-65535");
    check(
        "protocol: ICMP\nicmp: {type: 3}\nnotICMP: {type: 3, code: 0}",
        "icmp 769-1023",
    );
}

#[test]
fn conditions_that_are_not_judged_leave_the_rule_in_doubt() {
    for fields in [
        "protocol: TCP\nsource: {ports: [80]}",
        "protocol: TCP\nsource: {notPorts: [80]}",
        "http: {methods: [GET]}",
        "destination: {nets: [10.0.0.0/8]}",
        "destination: {notNets: [10.0.0.0/8]}",
    ] {
        let read = policy(&rule(fields));
        assert!(
            !read.ingress.unwrap().rules[0].doubt.is_certain() && read.doubt.is_certain(),
            "{fields}"
        );
    }
}

#[test]
fn what_the_api_refuses_is_a_fault() {
    for (fields, line, part) in [
        ("protocol: GRE", 8, "`protocol` is \"GRE\": expected TCP"),
        ("protocol: 0", 8, "`protocol` is 0: expected TCP"),
        (
            "destination: {ports: [80]}",
            8,
            "`ports` stands without a protocol",
        ),
        (
            "protocol: ICMP\ndestination: {notPorts: [80]}",
            9,
            "`notPorts` stands without a protocol",
        ),
        (
            "source: {ports: [80]}",
            8,
            "`ports` stands without a protocol",
        ),
        (
            "protocol: TCP\ndestination: {ports: [0]}",
            9,
            "`ports` is 0: expected a port number",
        ),
        (
            "protocol: TCP\ndestination: {ports: ['90:80']}",
            9,
            "`ports` is \"90:80\": expected a port number",
        ),
        (
            "protocol: TCP\ndestination: {ports: [70000]}",
            9,
            "`ports` is 70000: expected a port number",
        ),
        ("icmp: {type: 8}", 8, "`icmp` stands without its protocol"),
        (
            "protocol: ICMP\nicmp: {code: 1}",
            9,
            "`code` stands without `type`",
        ),
        (
            "protocol: ICMP\nicmp: {type: 255}",
            9,
            "`type` is 255: expected a number from 0 to 254",
        ),
        ("ipVersion: 5", 8, "`ipVersion` is 5: expected 4 or 6"),
        ("ports: [80]", 8, "`ports` is no field here"),
    ] {
        let (at, _, _, message) = fault(&rule(fields));
        assert!(
            at == line && message.contains(part),
            "{fields}: {at} {message}"
        );
    }
    let http = global("egress:\n- {action: Allow, http: {methods: [GET]}}");
    assert!(fault(&http).3.contains("ingress rules that allow only"));
    assert!(
        fault(&namespaced("ingress: [{action: Accept}]"))
            .3
            .contains("one of Allow, Deny, Pass, Log")
    );
}
