//! The slow twin: one packet at a time, one address at a time, over a world in which nothing is in doubt.
//!
//! A scene with doubtful lines is many worlds: each such line holds or does not. What the engine says must pass has to
//! pass in all of them, and what passes in one of them the engine must say may pass.

mod coverage;
mod entry_points;
mod host_services;
mod nat_gateway;
mod packet;
mod relays;
mod replies;
mod stepping;

use super::classes::Presence;
use super::crossing::Extent;
use super::scene::Scene;
use super::table::{Crossings, RowParty};
use super::{NetworkIndex, explain, packet_set::PacketSet};
use crate::model::*;
use crate::reach::Party;
use packet::{CHOSEN, PacketEnd};
use proptest::prelude::*;
use std::net::IpAddr;

/// The engine's answer for all packets at once.
fn engine(scene: &Scene, from: &Party, to: &Party) -> Bounds<PacketSet> {
    let index = NetworkIndex::new(&scene.world);
    let all = explain::traversals(&index, scene, from, to, &Traffic::all());
    for hop in all.iter().flat_map(|one| one.hops(&index, scene)) {
        coverage::met(&hop);
        let stops = hop.verdict == Verdict::Blocked;
        assert_eq!(stops, hop.reason.stops(), "{hop:?}");
    }
    all.iter().fold(Bounds::default(), |sum, one| {
        sum.zip(&one.arrives, PacketSet::union)
    })
}

const FIXED: &[&str] = &[
    "network a 10.0.0.0/28",
    "network b 10.0.1.0/28",
    "network c 10.0.2.0/28",
    "route ta 10.0.0.0/28 local",
    "route tb 10.0.1.0/28 local",
    "route tc 10.0.2.0/28 local",
    "subnet a1 a 10.0.0.0/30 table=ta acl=acla",
    "subnet a2 a 10.0.0.4/30 table=ta",
    "subnet a3 a 10.0.0.8/30 table=tn acl=acla",
    "route tn 10.0.0.0/28 local",
    "endpoint nat a3 10.0.0.9 opens:only",
    "subnet b1 b 10.0.1.0/30 table=tb acl=aclb",
    "subnet b2 b 10.0.1.4/30 table=tb acl=g2",
    "subnet c1 c 10.0.2.0/30 table=tc",
    "link ab a b",
    "link bc b c",
    "endpoint one b1 10.0.1.1 g1",
    "endpoint two c1 10.0.2.2 g2",
    "endpoint any b2 10.0.1.4/31 g1 g2",
    "endpoint opener b1 10.0.1.2 g1 opens:only",
    "pods w a1 10.0.0.0/31 g3",
    "pods v b2 10.0.1.6/31 g1",
];

/// What may stand behind some of the fixed lines.
const MORE: &[(&str, &[&str])] = &[
    ("subnet b1", &["", "inside"]),
    ("subnet b2", &["", "inside"]),
    (
        "link ab",
        &[
            "",
            "",
            "entry=a1",
            "entry=b2",
            "strict",
            "into=g3",
            "into=acla",
            "outof=aclb",
            "stands=b1",
            "stands=a1 strict",
        ],
    ),
    (
        "link bc",
        &["", "", "entry=b1", "strict", "outof=g1", "stands=b1"],
    ),
];

const PARTIES: [&str; 8] = [
    "w", "v", "one", "two", "any", "opener", "10.0.0.5", "10.0.1.2",
];

fn one(words: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(words)
}

fn ports() -> impl Strategy<Value = &'static str> {
    one(&[
        "all any",
        "tcp any",
        "tcp 80",
        "tcp 1-1023",
        "tcp 1024-65535",
        "tcp 1024-1999",
        "tcp 2000-65535",
        "udp any",
        "icmp any",
    ])
}

fn blocks() -> impl Strategy<Value = &'static str> {
    one(&[
        "0.0.0.0/0",
        "10.0.0.0/28",
        "10.0.1.0/28",
        "10.0.2.0/28",
        "10.0.0.0/31",
        "10.0.1.4/30",
        "10.0.1.1/32",
    ])
}

fn direction() -> impl Strategy<Value = &'static str> {
    one(&["ingress", "egress"])
}

fn action() -> impl Strategy<Value = &'static str> {
    one(&["allow", "allow", "deny", "skip:4"])
}

/// The addresses at the filter's own end that a rule is about.
fn own() -> impl Strategy<Value = &'static str> {
    one(&[
        "",
        "",
        "",
        " own:10.0.1.1/32",
        " own:10.0.0.0/31",
        " own:10.0.1.4/30",
        " own:members:g2",
    ])
}

/// A rule of an interface's filter.
fn group_rule() -> impl Strategy<Value = String> {
    let peers = prop_oneof![3 => blocks().prop_map(String::from), 1 => one(&["members:g1", "members:g2", "members:g3"]).prop_map(String::from)];
    (
        one(&["g1", "g2", "g3"]),
        direction(),
        action(),
        ports(),
        peers,
        0..6,
        own(),
    )
        .prop_map(|(a, b, action, c, d, order, own)| {
            format!("rule {a} {b} {action} {c} {d} @{order}{own}")
        })
}

/// A rule of a subnet's filter.
fn acl_rule() -> impl Strategy<Value = String> {
    let acl = (
        one(&["acla", "aclb"]),
        direction(),
        action(),
        ports(),
        blocks(),
        1..6,
        own(),
    );
    acl.prop_map(|(a, b, c, d, e, f, own)| format!("rule {a} {b} {c} {d} {e} @{f}{own}"))
}

/// A line that may stand in a random scene.
fn line() -> impl Strategy<Value = String> {
    let route = (
        one(&["ta", "tb", "tc"]),
        blocks(),
        one(&["link:ab", "link:ab", "link:bc", "drop", "local"]),
        one(&["", "", "@1"]),
    )
        .prop_map(|(a, b, c, rank)| format!("route {a} {b} {c} {rank}"));
    let (rule, acl) = (group_rule(), acl_rule());
    let lets = (
        one(&["w", "v"]),
        one(&["ingress", "egress"]),
        ports(),
        blocks(),
    )
        .prop_map(|(a, b, c, d)| format!("lets {a} {b} {c} {d}"));
    let node = one(&[
        "node w a2 10.0.0.6/31 g2 10.0.1.0/28",
        "node w a2 10.0.0.6/31 g1 10.0.0.0/16",
        "node v b1 10.0.1.2/31 g2 10.0.0.0/24",
    ]);
    prop_oneof![5 => route, 4 => rule, 6 => acl, 2 => lets, 1 => node.prop_map(String::from)]
}

/// A route to the NAT gateway, or of the table behind it.
fn nat_route() -> impl Strategy<Value = String> {
    let to = one(&["nat:nat", "nat:nat", "link:ab", "drop", "local"]);
    (one(&["ta", "tn"]), blocks(), to).prop_map(|(a, b, c)| format!("route {a} {b} {c}"))
}

/// Random lines, some of them in doubt.
fn lines() -> impl Strategy<Value = Vec<(String, bool)>> {
    let line = prop_oneof![9 => line(), 1 => nat_route()];
    prop::collection::vec((line, prop::bool::weighted(0.3)), 0..10)
}

/// Lines that make most of the network open, so that random ones decide something.
const OPEN: &[&str] = &[
    "route ta 10.0.1.0/28 link:ab",
    "route tn 10.0.1.0/28 link:ab",
    "route tb 10.0.0.0/28 link:ab",
    "route tb 10.0.2.0/28 link:bc",
    "route tc 10.0.1.0/28 link:bc",
    "rule g1 egress allow all any 0.0.0.0/0",
    "rule g1 ingress allow tcp any 0.0.0.0/0",
    "rule g2 egress allow all any 0.0.0.0/0",
    "rule g3 egress allow all any 0.0.0.0/0",
    "rule g3 ingress allow all any 10.0.1.0/28",
    "rule acla egress allow all any 0.0.0.0/0 @9",
    "rule acla ingress allow all any 0.0.0.0/0 @9",
    "rule aclb egress allow all any 0.0.0.0/0 @9",
    "rule aclb ingress allow all any 0.0.0.0/0 @9",
];

/// Two routes of one table and rank to one prefix cannot both be: the first stays.
fn distinct(lines: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    let key = |line: &String| {
        (
            line.split_whitespace()
                .take(3)
                .collect::<Vec<_>>()
                .join(" "),
            line.contains('@'),
        )
    };
    lines
        .into_iter()
        .filter(|line| !line.starts_with("route") || seen.insert(key(line)))
        .collect()
}

/// The worlds that a scene may turn out to be; lines in doubt end with `?`. What may go past filters does so in half of them.
fn resolutions(lines: &[String]) -> Vec<Scene> {
    let past = lines.iter().position(|line| line.contains(" past="));
    let Some(past) = past else {
        return resolved(lines);
    };
    let mut judged = lines.to_vec();
    let words = lines[past].split_whitespace();
    let words: Vec<&str> = words.filter(|word| !word.starts_with("past=")).collect();
    judged[past] = words.join(" ");
    resolved(lines)
        .into_iter()
        .chain(resolved(&judged))
        .collect()
}

fn resolved(lines: &[String]) -> Vec<Scene> {
    let doubtful: Vec<&String> = lines.iter().filter(|line| line.ends_with('?')).collect();
    let world = |bits: usize| {
        let absent = |line: &String| {
            doubtful
                .iter()
                .position(|own| std::ptr::eq(*own, line))
                .is_some_and(|at| bits >> at & 1 == 1)
        };
        let held = |line: &String| match line.split_whitespace().collect::<Vec<_>>()[..] {
            // Policies that isolate do so whether or not one of their rules holds.
            ["lets", pods, direction, ..] if absent(line) => {
                format!("lets {pods} {direction} tcp 0 0.0.0.0/0")
            }
            // Pods that do not stand there stand elsewhere.
            ["pods", pods, ..] if absent(line) => format!("pods {pods} elsewhere 10.0.3.0/31"),
            _ if absent(line) => String::new(),
            _ => line.trim_end_matches('?').to_owned(),
        };
        let text: Vec<String> = lines.iter().map(held).collect();
        Scene::read(&text.join("\n"))
    };
    (0..1usize << doubtful.len()).map(world).collect()
}

fn packets(scene: &Scene, from: &Party, to: &Party) -> Vec<Witness> {
    let last = |byte: u8, third: u8| IpAddr::from([10, 0, third, byte]);
    let all = |party: &Party| -> Vec<IpAddr> {
        let every = (0..3).flat_map(|third| (0..8).map(move |byte| last(byte, third)));
        let probe = |address: &IpAddr| {
            let packet = Witness {
                source: *address,
                destination: *address,
                protocol: Protocol::TCP,
                port: 80,
            };
            let own = if let Party::Addresses(own) = party {
                own.contains(*address)
            } else {
                true
            };
            own && (!scene.stands(party, &packet, true).is_empty()
                || !scene.stands(party, &packet, false).is_empty()
                || matches!(party, Party::Workload(_)))
        };
        every.filter(probe).collect()
    };
    let kinds = [
        (Protocol::TCP, 80),
        (Protocol::TCP, 3000),
        (Protocol::UDP, 80),
        (Protocol::ICMP, 8 << 8),
    ];
    // What a NAT gateway sends on has its address.
    let translated = scene.translated();
    let ends: Vec<(IpAddr, IpAddr)> = all(from)
        .into_iter()
        .chain(translated)
        .flat_map(|source| all(to).into_iter().map(move |to| (source, to)))
        .collect();
    let packet = |(source, destination)| {
        kinds.iter().map(move |&(protocol, port)| Witness {
            source,
            destination,
            protocol,
            port,
        })
    };
    ends.into_iter().flat_map(packet).collect()
}

/// Pairs of a class and a far side that the table says nothing of, though a candidate crosses between them.
fn passed_over(table: &Crossings<'_, '_>) -> Vec<(RowParty, RowParty)> {
    let classes = table.classes().iter().enumerate();
    let classes = classes.map(|(at, class)| (RowParty::Class(at), &class.presence));
    let fars = table.fars().iter().enumerate();
    let fars = fars.map(|(at, far)| (RowParty::Far(at), &far.presence));
    let pairs = classes.flat_map(|class| fars.clone().map(move |far| (class, far)));
    let ways = pairs.flat_map(|(class, far)| [(class, far), (far, class)]);
    let is_lost = |(from, to): &((RowParty, &Presence), (RowParty, &Presence))| {
        let mut found = table.candidates(from.1, to.1, Extent::Crossing);
        table.rows(from.0, to.0).is_empty() && found.next().is_some()
    };
    ways.filter(is_lost)
        .map(|(from, to)| (from.0, to.0))
        .collect()
}

fn compare(lines: &[String], from: &str, to: &str) -> Result<(), TestCaseError> {
    let scene = Scene::read(&lines.join("\n"));
    let worlds = resolutions(lines);
    let (from, to) = (scene.party(from), scene.party(to));
    let found = engine(&scene, &from, &to);
    if coverage::is_all_that_is_asked() {
        return Ok(());
    }
    let by_table = scene.ask(|table| {
        let (source, destination) = (table.presence(&from), table.presence(&to));
        table.sum(&source, &destination, Extent::All).bounds
    });
    let lost = scene.ask(passed_over);
    prop_assert!(lost.is_empty(), "{lost:?}\n{}", lines.join("\n"));
    for packet in packets(&scene, &from, &to) {
        for (summed, walked) in [(&by_table.must, &found.must), (&by_table.may, &found.may)] {
            prop_assert_eq!(
                summed.contains(&packet),
                walked.contains(&packet),
                "by the table and hop by hop: {:?}\n{}",
                packet,
                lines.join("\n")
            );
        }
        let truths: Vec<bool> = worlds
            .iter()
            .map(|world| world.passes(&from, &to, &packet))
            .collect();
        let (always, ever) = (
            truths.iter().all(|truth| *truth),
            truths.iter().any(|truth| *truth),
        );
        let (must, may) = (found.must.contains(&packet), found.may.contains(&packet));
        prop_assert!(
            !must || always,
            "must, but does not always pass: {packet:?}\n{}",
            lines.join("\n")
        );
        prop_assert!(
            may || !ever,
            "may not, but passes sometimes: {packet:?}\n{}",
            lines.join("\n")
        );
        if worlds.len() == 1 {
            prop_assert_eq!(
                (must, may),
                (always, ever),
                "{:?}\n{}",
                packet,
                lines.join("\n")
            );
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(twin::round(256))]
    fn round(
        random in lines(),
        open in prop::collection::vec(prop::bool::weighted(0.9), OPEN.len()),
        more in MORE.iter().map(|(_, words)| prop::sample::select(*words)).collect::<Vec<_>>(),
        doubtful_link in prop::bool::weighted(0.2),
        (from, to) in (prop::sample::select(&PARTIES[..]), prop::sample::select(&PARTIES[..])),
    ) {
        prop_assume!(from != to);
        let bare = from.contains('.') || to.contains('.');
        let mut doubts = 3;
        let mut doubt = |line: String, doubtful: bool| {
            let doubtful = doubtful && doubts > 0 && !line.starts_with("node");
            doubts -= i32::from(doubtful);
            if doubtful { format!("{line} ?") } else { line }
        };
        let with = |line: &str| {
            let words = MORE.iter().zip(&more).find(|((of, _), _)| line.starts_with(of)).map(|(_, words)| *words);
            format!("{line} {}", words.unwrap_or_default()).trim_end().to_owned()
        };
        let fixed = FIXED.iter().map(|line| doubt(with(line), line.starts_with("link ab") && doubtful_link)).collect::<Vec<_>>();
        let random: Vec<String> = random.into_iter().filter(|(line, _)| !bare || !line.contains("members")).map(|(line, flag)| doubt(line, flag)).collect();
        let opened = OPEN.iter().zip(open).filter(|(_, open)| *open).map(|(line, _)| (*line).to_owned());
        let lines = distinct(fixed.into_iter().chain(random).chain(opened).collect());
        compare(&lines, from, to)?;
    }
}

#[test]
fn the_engine_agrees_with_the_twin() {
    twin::hold("the_engine_agrees_with_the_twin", round);
}

#[test]
#[ignore = "takes ten minutes"]
fn the_engine_agrees_with_the_twin_for_long() {
    twin::hold_for_long("the_engine_agrees_with_the_twin", round);
}
