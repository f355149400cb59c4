//! Random worlds.

use super::case::*;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

pub fn pods() -> impl Strategy<Value = Vec<Pod>> {
    let pod = (
        select(&["a", "b"][..]),
        select(&["x", "y", "z"][..]),
        select(&["default", "cart"][..]),
        prop::bool::weighted(0.2),
    );
    prop::collection::vec(
        pod.prop_map(|(namespace, app, account, host)| Pod {
            namespace,
            app,
            account,
            host,
        }),
        2..5,
    )
}

/// Selectors; `far` adds what only the other end may be selected by.
pub fn selector(far: bool) -> impl Strategy<Value = Selector> {
    let mut labels: Vec<(Text, Text)> = vec![
        ("app", "x"),
        ("k8s:app", "y"),
        ("any:app", "z"),
        (ACCOUNT, "cart"),
        (CLUSTER, "one"),
        (CLUSTER, "two"),
    ];
    if far {
        labels.extend([
            (NAMESPACE, "a"),
            ("k8s:io.kubernetes.pod.namespace", "b"),
            (TEAM, "red"),
            ("reserved:world", ""),
            ("reserved:host", ""),
        ]);
    }
    let mut expressions: Vec<(Text, Text, Vec<Text>)> = vec![
        ("app", "In", vec!["x", "y"]),
        ("k8s:app", "NotIn", vec!["x"]),
        ("app", "Exists", vec![]),
        ("none", "DoesNotExist", vec![]),
        (CLUSTER, "Exists", vec![]),
    ];
    if far {
        expressions.extend([
            (NAMESPACE, "In", vec!["a", "b"]),
            (NAMESPACE, "Exists", vec![]),
            (TEAM, "In", vec!["blue"]),
        ]);
    }
    let one =
        prop::option::weighted(0.5, select(labels)).prop_map(|label| label.into_iter().collect());
    (one, subsequence(expressions, 0..2)).prop_map(|(labels, expressions)| Selector {
        labels,
        expressions,
    })
}

pub fn end(deny: bool) -> impl Strategy<Value = End> {
    let mut entities: Vec<Text> = vec![
        "all",
        "world",
        "world-ipv4",
        "world-ipv6",
        "none",
        "init",
        "health",
    ];
    if !deny {
        // Denying one sort of node leaves the other, which is for some placement only.
        entities.extend(["host", "remote-node"]);
    }
    let blocks: Vec<(Text, Vec<Text>)> = vec![
        ("10.0.0.0/8", vec![]),
        ("10.0.0.0/8", vec!["10.0.0.0/24"]),
        ("0.0.0.0/0", vec!["192.0.2.0/24", "10.9.0.0/16"]),
        ("::/0", vec![]),
    ];
    let reserved =
        move |all: &Vec<Selector>| !deny || all.iter().all(|one| !one.names("reserved:"));
    prop_oneof![
        1 => Just(End::Absent),
        4 => prop::collection::vec(selector(true), 0..3).prop_filter("a node is denied by all of its names", reserved).prop_map(End::Endpoints),
        3 => subsequence(entities, 0..3).prop_map(End::Entities),
        3 => subsequence(blocks, 0..3).prop_map(End::Blocks),
    ]
}

pub fn rules(deny: bool) -> impl Strategy<Value = Option<Vec<Rule>>> {
    let ports: Vec<(Text, Text, u16)> = vec![
        ("TCP", "80", 0),
        ("TCP", "80", 81),
        ("UDP", "0", 0),
        ("ANY", "80", 90),
        ("SCTP", "90", 0),
        ("ICMP", "0", 0),
    ];
    let ports = prop_oneof![Just(Vec::new()), subsequence(ports, 1..3)];
    let rule = (end(deny), ports).prop_map(|(end, ports)| Rule { end, ports });
    prop::option::weighted(
        if deny { 0.3 } else { 0.6 },
        prop::collection::vec(rule, 0..3),
    )
}

pub fn policy() -> impl Strategy<Value = Policy> {
    let side = || {
        (
            rules(false),
            rules(true),
            select(&[None, None, None, Some(true), Some(false)][..]),
        )
    };
    let side = move || {
        side().prop_map(|(allow, deny, switch)| Side {
            allow,
            deny,
            switch,
        })
    };
    let policy = (
        select(&[None, Some("a"), Some("b")][..]),
        selector(false),
        side(),
        side(),
    );
    policy.prop_map(|(namespace, subject, ingress, egress)| {
        let mut sides = [ingress, egress];
        let empty = |rules: &Option<Vec<Rule>>| rules.as_ref().is_none_or(Vec::is_empty);
        if sides
            .iter()
            .all(|side| empty(&side.allow) && empty(&side.deny))
        {
            // A policy without any rule is refused where a switch would have it isolate.
            sides.iter_mut().for_each(|side| side.switch = None);
        }
        Policy {
            namespace,
            subject,
            sides,
        }
    })
}

pub fn cases() -> impl Strategy<Value = Case> {
    let plain = (
        select(&["a", "b"][..]),
        any::<bool>(),
        prop::option::of(select(&["x", "y"][..])),
        prop::option::of(select(&["0.0.0.0/0", "10.0.0.0/24"][..])),
    );
    let plain = plain.prop_map(|(namespace, ingress, app, block)| Plain {
        namespace,
        ingress,
        app,
        block,
    });
    (
        pods(),
        prop::collection::vec(policy(), 1..4),
        prop::collection::vec(plain, 0..2),
    )
        .prop_map(|(pods, policies, plain)| Case {
            pods,
            policies,
            plain,
        })
}
