//! Which packets a rule is about.

use super::{config, draw, faults, gaps, namespaced, read, rule};

fn ports(list: &str) -> String {
    rule("ingress", &format!("{{toPorts: [{{ports: [{list}]}}]}}"))
}

#[test]
fn ports_of_every_form() {
    for (list, expected) in [
        ("{port: '80', protocol: TCP}", "allow anyone tcp 80"),
        ("{port: '80'}", "allow anyone tcp 80 udp 80 sctp 80"),
        (
            "{port: '80', protocol: ANY}",
            "allow anyone tcp 80 udp 80 sctp 80",
        ),
        (
            "{port: '80', endPort: 90, protocol: UDP}",
            "allow anyone udp 80-90",
        ),
        ("{port: '0', protocol: TCP}", "allow anyone tcp"),
        ("{port: '0'}", "allow anyone tcp udp sctp; allow anyone?"),
        ("{port: http, protocol: TCP}", "allow anyone http/TCP"),
        (
            "{port: HTTP}, {port: '53', protocol: UDP}",
            "allow anyone udp 53 http",
        ),
        (
            "{port: http, endPort: 90, protocol: TCP}",
            "allow anyone http/TCP",
        ),
    ] {
        assert_eq!(ports(list), expected, "{list}");
    }
}

#[test]
fn ports_and_ends_multiply() {
    let text = "{toEntities: [world, host], toPorts: [{ports: [{port: '1', protocol: TCP}]}, {ports: [{port: '2', protocol: UDP}]}]}";
    assert_eq!(
        rule("egress", text),
        "allow world tcp 1; allow world udp 2; allow nodes tcp 1; allow nodes udp 2"
    );
    assert_eq!(
        rule("egress", "{toPorts: []}"),
        "",
        "an empty list is as if it were absent: the rule says nothing"
    );
    assert_eq!(
        rule(
            "egress",
            "{toEndpoints: [], toPorts: [{ports: [{port: '1', protocol: TCP}]}]}"
        ),
        ""
    );
    assert_eq!(
        rule(
            "egressDeny",
            "{toPorts: [{ports: [{port: '1', protocol: TCP}]}]}"
        ),
        "deny anyone tcp 1"
    );
    assert_eq!(rule("egress", "{toPorts: [{}]}"), "allow anyone?");
}

#[test]
fn names_of_what_leaves_pods_may_mean_the_number_of_any_pod() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: x}\nspec: {containers: [{name: c, ports: [{name: web, containerPort: 8080}]}]}\n---\n";
    let world = read(&format!(
        "{pod}{}",
        namespaced(
            "egress: [{toEntities: [world], toPorts: [{ports: [{port: web, protocol: TCP}]}]}]"
        )
    ));
    assert_eq!(
        draw::policy(&world, world.policies.ids().next().unwrap()),
        "isolates out; allow world web/TCP; allow world tcp 8080?"
    );
}

#[test]
fn messages() {
    for (fields, expected) in [
        ("{type: 8}", "allow anyone icmp echo"),
        (
            "{type: EchoRequest, family: IPv6}, {type: '3', family: IPv4}",
            "allow anyone",
        ),
    ] {
        let drawn = rule("ingress", &format!("{{icmps: [{{fields: [{fields}]}}]}}"));
        assert!(
            drawn.starts_with(expected.split(" icmp").next().unwrap()) && drawn.contains("icmp"),
            "{drawn}"
        );
    }
    let world = read(&namespaced(
        "ingress: [{fromEntities: [all], icmps: [{fields: [{type: Echo}, {type: 128, family: IPv6}]}]}]",
    ));
    let rule = &world
        .policies
        .iter()
        .next()
        .unwrap()
        .1
        .ingress
        .as_ref()
        .unwrap()
        .rules[0];
    use crate::model::{Protocol, Traffic};
    assert_eq!(
        rule.traffic,
        Traffic::icmp(Protocol::ICMP, 8, None).union(&Traffic::icmp(Protocol::ICMPV6, 128, None))
    );
    faults(&namespaced(
        "ingress: [{icmps: [{fields: [{type: Hello}]}]}]",
    ));
    faults(&namespaced(
        "ingress: [{icmps: [{fields: [{type: 8}]}], toPorts: [{ports: [{port: '1'}]}]}]",
    ));
}

#[test]
fn what_a_proxy_decides_depends() {
    let port = "ports: [{port: '80', protocol: TCP}]";
    for (extra, doubted) in [
        ("rules: {http: [{method: GET}]}", true),
        ("rules: {dns: [{matchPattern: '*'}]}", true),
        ("rules: {}", false),
        ("serverNames: [a.example]", true),
        ("listener: {envoyConfig: {name: a}, name: b}", true),
        ("terminatingTLS: {secret: {name: a}}", true),
    ] {
        let mark = if doubted { "?" } else { "" };
        assert_eq!(
            rule("egress", &format!("{{toPorts: [{{{port}, {extra}}}]}}")),
            format!("allow anyone tcp 80{mark}"),
            "{extra}"
        );
    }
    assert!(
        faults(&namespaced(&format!(
            "egressDeny: [{{toPorts: [{{{port}, rules: {{http: [{{}}]}}}}]}}]"
        )))[0]
            .message
            .contains("`rules` is no field here")
    );
}

#[test]
fn authentication_depends() {
    let of = |mode: &str| {
        rule(
            "ingress",
            &format!("{{fromEndpoints: [{{}}], authentication: {{mode: {mode}}}}}"),
        )
    };
    assert_eq!(
        (of("required"), of("disabled"), of("test-always-fail")),
        (
            "allow pods(in:shop)?".into(),
            "allow pods(in:shop)".into(),
            "allow pods(in:shop)?".into()
        )
    );
    assert!(
        gaps(&read(&namespaced(
            "egress: [{toEntities: [all], authentication: {mode: required}}]"
        )))[0]
            .contains("mutual authentication")
    );
    faults(&namespaced(
        "ingress: [{fromEndpoints: [{}], authentication: {mode: perhaps}}]",
    ));
    assert!(config("a: b").contains("cilium-config"));
}

#[test]
fn ports_that_would_be_refused() {
    for (list, expected) in [
        (
            "{port: 80}",
            "`port` is 80: expected a port number or name, in quotes",
        ),
        (
            "{port: '70000'}",
            "`port` is \"70000\": expected a port number from 0 to 65535, or a name",
        ),
        (
            "{port: '80', endPort: 70}",
            "`endPort` is 70: expected a number from `port`, which is 80, to 65535",
        ),
        (
            "{port: '80', protocol: tcp}",
            "`protocol` is \"tcp\": expected TCP, UDP, SCTP, ICMP, ICMPv6, VRRP, IGMP or ANY",
        ),
        ("{protocol: TCP}", "`port` is missing"),
    ] {
        let all = faults(&namespaced(&format!(
            "ingress: [{{toPorts: [{{ports: [{list}]}}]}}]"
        )));
        assert!(all[0].message.contains(expected), "{list}: {all:?}");
    }
}
