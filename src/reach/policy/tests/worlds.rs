//! Random small worlds, as the text of a fixture, and the packets that can tell their rules apart.

use crate::model::Protocol;
use proptest::prelude::*;
use proptest::sample::select;
use std::net::IpAddr;

/// Packets inside and outside of every range that a random rule names.
pub(super) fn packets() -> Vec<(Protocol, u16)> {
    let tcp = (1..=5).map(|port| (Protocol::TCP, port));
    tcp.chain([
        (Protocol::UDP, 2),
        (Protocol::SCTP, 9),
        (Protocol::ICMP, 0),
        (Protocol(47), 0),
    ])
    .collect()
}

/// Addresses inside and outside of every block that a random rule names.
pub(super) fn addresses() -> Vec<IpAddr> {
    [
        "10.0.0.1",
        "10.0.0.5",
        "10.0.0.9",
        "10.1.0.1",
        "192.168.0.1",
        "fd00::1",
    ]
    .iter()
    .map(|text| text.parse().unwrap())
    .collect()
}

fn one(words: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    select(words)
}

const PLACES: &[&str] = &[
    "",
    "",
    "",
    "\nplace yes at:10.0.0.0/30",
    "\nplace no at:10.0.0.4/30",
    "\nplace yes at:10.0.0.0/29 doubt",
    "\nplace unknown at:10.1.0.0/24 node:10.0.0.9",
];

fn pod(name: usize) -> impl Strategy<Value = String> {
    let labels = one(&["", "app=x", "app=y", "app=y tier=z", "tier=z"]);
    let ports = one(&[
        "",
        "",
        "web:tcp/2",
        "web:tcp/3 web:udp/2",
        "db:tcp/4 web:tcp/1",
    ]);
    let rest = one(&[
        "",
        "",
        "",
        "host",
        "at:10.0.0.1",
        "at:10.0.0.4-10.0.0.7",
        "host at:10.0.0.9",
    ]);
    (
        one(&["a", "b"]),
        labels,
        ports,
        rest,
        one(PLACES),
        one(PLACES),
    )
        .prop_map(move |(space, labels, ports, rest, first, second)| {
            format!("pod {space}/p{name} {labels} {ports} {rest}{first}{second}\n")
        })
}

/// Services that lead to pods by the same port, another one or a name, with and without addresses.
fn service(name: usize) -> impl Strategy<Value = String> {
    let selector = one(&["", "app=x", "app=y", "tier=z", "app=y tier=z"]);
    let address = one(&[
        "",
        "at:10.0.0.9",
        "at:10.1.0.7",
        "at:10.0.0.0/29",
        "at:10.0.0.1 at:fd00::1",
    ]);
    let ports = one(&[
        "tcp/2:2",
        "tcp/5:1",
        "tcp/4:web",
        "tcp/1:3 tcp/2:db",
        "udp/2:2 tcp/9:4",
    ]);
    let doubt = one(&["", "", "", "doubt"]);
    (one(&["a", "b"]), selector, address, ports, doubt).prop_map(
        move |(space, selector, address, ports, doubt)| {
            format!("service {space}/s{name} {selector} {address} {ports} {doubt}\n")
        },
    )
}

/// Worlds whose policies see the addresses of Services.
pub(super) fn served() -> impl Strategy<Value = String> {
    let services = prop::collection::vec(service(1), 1..4);
    let cluster = one(&["seen", "seen", "unknown"]);
    (cluster, services, texts()).prop_map(|(seen, services, text)| {
        let text = text.replacen("cluster main", &format!("cluster main services:{seen}"), 1);
        text + &services.concat()
    })
}

const SELECTORS: &[&str] = &[
    "*",
    "*",
    "app=x",
    "app=x|y",
    "!app=x",
    "app",
    "tier,app",
    "in:a",
    "ns.team=red",
    "!in:b,app=y",
];

fn simple_peer() -> impl Strategy<Value = String> {
    let block = || {
        one(&[
            "10.0.0.0/30",
            "10.0.0.0/29",
            "10.0.0.4/31,10.1.0.0/16",
            "0.0.0.0/0",
            "::/0",
        ])
    };
    prop_oneof![
        3 => one(SELECTORS).prop_map(|selector| format!("pods({selector})")),
        2 => block().prop_map(|block| format!("block({block})")),
        1 => block().prop_map(|block| format!("address({block})")),
        1 => one(&["*", "role=db"]).prop_map(|selector| format!("nodes({selector})")),
        1 => one(&["*", "role=db", "ns.team=red"]).prop_map(|selector| format!("hosts({selector})")),
        2 => Just("anyone".to_owned()),
        1 => Just("world".to_owned()),
    ]
}

fn peer() -> impl Strategy<Value = String> {
    (
        simple_peer(),
        simple_peer(),
        one(&["", "", "", "", "!"]),
        one(&["", "", "", "+", "&"]),
    )
        .prop_map(|(one, other, not, join)| {
            if join.is_empty() {
                format!("{not}{one}")
            } else {
                format!("{not}{one}{join}{other}")
            }
        })
}

fn rule() -> impl Strategy<Value = String> {
    let traffic = one(&[
        "all",
        "tcp",
        "tcp/1-3",
        "tcp/3-4 udp/2",
        "icmp",
        "named:web",
        "named:db tcp/5",
    ]);
    let order = one(&["", "", "order:1", "order:2"]);
    let subject = one(&["", "", "", "for app=x"]);
    let action = one(&["allow", "allow", "allow", "deny", "pass"]);
    (
        one(&["ingress", "egress"]),
        action,
        peer(),
        traffic,
        order,
        one(&["", "", "", "doubt"]),
        subject,
    )
        .prop_map(
            |(direction, action, peer, traffic, order, doubt, subject)| {
                format!("  {direction} {action} {peer} {traffic} {order} {doubt} {subject}\n")
            },
        )
}

fn policy(name: usize) -> impl Strategy<Value = String> {
    let tier = one(&["tier:1 by-mesh", "tier:5", "tier:5", "tier:9"]);
    let state = one(&["", "", "", "", "", "", "doubt", "inert"]);
    let isolates = one(&[
        "",
        "  ingress isolates\n",
        "  egress isolates\n",
        "  ingress isolates\n  egress isolates\n",
    ]);
    let rules = prop::collection::vec(rule(), 0..5);
    (
        one(&["", "a/", "b/"]),
        tier,
        one(&["", "order:1"]),
        state,
        one(SELECTORS),
        isolates,
        rules,
    )
        .prop_map(
            move |(space, tier, order, state, selector, isolates, rules)| {
                format!(
                    "policy P {space}n{name} {tier} {order} {state} for {selector}\n{isolates}{}",
                    rules.concat()
                )
            },
        )
}

/// The rules of one policy of a layered world: what is denied or passed on first, then what is allowed, then anything.
fn layer() -> impl Strategy<Value = String> {
    let traffic = || {
        one(&[
            "all",
            "tcp",
            "tcp/1-3",
            "tcp/3-4 udp/2",
            "icmp",
            "named:web",
        ])
    };
    let rule = |actions: &'static [&'static str]| {
        let parts = (
            one(&["ingress", "egress"]),
            one(actions),
            peer(),
            traffic(),
            one(&["", "", "", "", "doubt"]),
            one(&["", "", "for app=x"]),
        );
        let text = parts.prop_map(|(side, action, peer, traffic, doubt, subject)| {
            format!("  {side} {action} {peer} {traffic} {doubt} {subject}\n")
        });
        prop::collection::vec(text, 0..3)
    };
    (
        rule(&["deny", "pass"]),
        rule(&["allow"]),
        rule(&["allow", "deny", "pass"]),
    )
        .prop_map(|(first, then, last)| [first, then, last].concat().concat())
}

/// Several tiers, each of which denies or passes on what none of its rules matches, with policies in orders before, at and after that of
/// namespaced ones: as engines with tiers and orders have it.
pub(super) fn layered() -> impl Strategy<Value = String> {
    let sides = one(&["i", "e", "ie", "ie"]);
    let policy = (
        0usize..4,
        one(&["-2", "0", "7", "1000", "1001"]),
        one(&["", "", "a/", "b/"]),
        one(SELECTORS),
        sides,
        layer(),
    );
    let pods = (pod(1), pod(2), pod(3)).prop_map(|(a, b, c)| a + &b + &c);
    let closed = prop::array::uniform4(any::<bool>());
    (pods, closed, prop::collection::vec(policy, 1..7)).prop_map(|(pods, closed, policies)| {
        let text = policies.into_iter().enumerate().map(
            |(name, (tier, order, space, selector, sides, rules))| {
                let isolates = |side: &str, word: &str| {
                    if closed[tier] && sides.contains(side) {
                        format!("  {word} isolates\n")
                    } else {
                        String::new()
                    }
                };
                let kept = |line: &&str| {
                    sides.contains(if line.trim_start().starts_with("ingress") {
                        "i"
                    } else {
                        "e"
                    })
                };
                let rules: String = rules
                    .lines()
                    .filter(kept)
                    .map(|line| format!("{line}\n"))
                    .collect();
                let head =
                    format!("policy P {space}n{name} tier:{tier} order:{order} for {selector}\n");
                head + &isolates("i", "ingress") + &isolates("e", "egress") + &rules
            },
        );
        format!(
            "cluster main\nnamespace a team=red\n{pods}{}",
            text.collect::<String>()
        )
    })
}

/// Texts for [`crate::reach::fixture::world`].
pub(super) fn texts() -> impl Strategy<Value = String> {
    let cluster = (
        one(&["", "blocks:outside"]),
        one(&["", "", "enforced:unknown", "enforced:no"]),
        one(&["", "own-node:no", "own-node:unknown"]),
    );
    let cluster = cluster.prop_map(|(blocks, enforced, own_node)| {
        format!("cluster main {blocks} {enforced} {own_node}\nnamespace a team=red\n")
    });
    let pods = (pod(1), pod(2), pod(3)).prop_map(|(a, b, c)| a + &b + &c);
    let policies =
        (policy(1), policy(2), policy(3), policy(4)).prop_map(|(a, b, c, d)| vec![a, b, c, d]);
    (cluster, pods, policies, 0usize..=4).prop_map(|(cluster, pods, policies, count)| {
        let some: String = policies.into_iter().take(count).collect();
        format!("{cluster}{pods}{some}")
    })
}
