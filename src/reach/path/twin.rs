//! The slow twin: one packet at a time, one address at a time, over a world in which nothing is in doubt.
//!
//! A scene with doubtful lines is many worlds: each such line holds or does not. What the engine says must pass has to
//! pass in all of them, and what passes in one of them the engine must say may pass.

mod entry_points;
mod stepping;

use super::crossing::Extent;
use super::policy_evaluator::PolicyEvaluator;
use super::scene::Scene;
use super::{NetworkIndex, explain, packet_set::PacketSet};
use crate::model::*;
use crate::reach::Party;
use proptest::prelude::*;
use std::net::IpAddr;

/// Where one packet leaves or arrives.
struct JudgedLocation {
    network: Id<Network>,
    subnet: Id<Subnet>,
    groups: Option<Vec<Id<Filter>>>,
}

fn crossing(outwards: bool) -> Direction {
    if outwards {
        Direction::Egress
    } else {
        Direction::Ingress
    }
}

impl JudgedLocation {
    fn of(at: &Attachment) -> JudgedLocation {
        JudgedLocation {
            network: at.network,
            subnet: at.subnet.unwrap(),
            groups: Some(at.filters.clone()),
        }
    }
}

/// Ports that a client may choose; rules in these tests change at 1024 and 2000 only.
const CHOSEN: [u16; 3] = [1024, 2000, 65535];

impl Scene {
    fn stands(&self, party: &Party, packet: &Witness, source: bool) -> Vec<JudgedLocation> {
        let address = if source {
            packet.source
        } else {
            packet.destination
        };
        let here = |at: &&Attachment| at.addresses.contains(address);
        match party {
            Party::Workload(id) => {
                let pod_placements = self.world.workloads[*id].pod_placements.iter();
                let speaks = |pod_placement: &PodPlacement| match &pod_placement.node {
                    Some(node)
                        if source && pod_placement.translated.contains(packet.destination) =>
                    {
                        node.clone()
                    }
                    _ => pod_placement.pod.clone(),
                };
                pod_placements
                    .map(speaks)
                    .filter(|at| at.addresses.contains(address))
                    .map(|at| JudgedLocation::of(&at))
                    .collect()
            }
            Party::Endpoint(id) => self.world.endpoints[*id]
                .attachments
                .iter()
                .filter(here)
                .map(JudgedLocation::of)
                .collect(),
            Party::Addresses(_) => {
                let holds =
                    |(_, subnet): &(Id<Subnet>, &Subnet)| subnet.addresses.contains(address);
                let stand = |(id, subnet): (Id<Subnet>, &Subnet)| JudgedLocation {
                    network: subnet.network,
                    subnet: id,
                    groups: None,
                };
                self.world.subnets.iter().filter(holds).map(stand).collect()
            }
        }
    }

    /// `known`: whether what the other end is a member of is known here.
    fn filter_passes(
        &self,
        filter: Id<Filter>,
        outwards: bool,
        (own_stand, other): (&JudgedLocation, &JudgedLocation),
        known: bool,
        packet: &Witness,
    ) -> bool {
        let (near, far) = if outwards {
            (packet.source, packet.destination)
        } else {
            (packet.destination, packet.source)
        };
        let own = &self.world.filters[filter];
        let mut rules: Vec<&FilterRule> = if outwards { &own.egress } else { &own.ingress }
            .iter()
            .collect();
        rules.sort_by_key(|rule| (rule.order, std::cmp::Reverse(rule.action)));
        let is = |end: &FilterPeer, stand: &JudgedLocation, known: bool, address| match end {
            FilterPeer::Addresses(addresses) => addresses.contains(address),
            FilterPeer::Members(of) => {
                known
                    && stand
                        .groups
                        .as_ref()
                        .is_some_and(|groups| groups.contains(of))
            }
        };
        let names = |rule: &FilterRule| {
            is(&rule.peer, other, known, far) && is(&rule.own, own_stand, true, near)
        };
        let mut from = 0;
        for rule in rules
            .into_iter()
            .filter(|rule| names(rule) && rule.traffic.of(packet.protocol).contains(packet.port))
        {
            match rule.action {
                _ if rule.order < from => {}
                FilterAction::Skip(to) => from = to,
                action => return action == FilterAction::Allow,
            }
        }
        false
    }

    /// How a packet is forwarded: not at all, inside its network, or over a leg.
    fn forwarded(
        &self,
        from: &JudgedLocation,
        to: &JudgedLocation,
        source: IpAddr,
        destination: IpAddr,
    ) -> Option<Option<&Leg>> {
        if from.subnet == to.subnet {
            return Some(None);
        }
        let table = &self.world.route_tables[self.world.subnets[from.subnet].tables[0]];
        let holds =
            |route: &&Route| AddressSet::of(route.destination.unwrap()).contains(destination);
        let choice = |route: &&Route| {
            (
                route.destination.unwrap().prefix_len(),
                std::cmp::Reverse(route.rank),
            )
        };
        let carries = |leg: &&Leg| {
            let ends = leg.from == from.network && leg.to == to.network;
            let enters = leg
                .entry
                .as_ref()
                .is_none_or(|subnets| subnets.contains(&from.subnet));
            ends && enters && leg.sources.contains(source) && leg.destinations.contains(destination)
        };
        match table
            .routes
            .iter()
            .filter(holds)
            .max_by_key(choice)
            .map(|route| &route.target)
        {
            Some(Target::Local) if from.network == to.network => Some(None),
            Some(Target::Border(link)) => self.world.borders[*link]
                .legs
                .iter()
                .find(carries)
                .map(Some),
            _ => None,
        }
    }

    fn edges_pass(
        &self,
        from: &JudgedLocation,
        to: &JudgedLocation,
        over: Option<&Leg>,
        packet: &Witness,
        replies: bool,
    ) -> bool {
        let pass = |filter: Id<Filter>, outwards: bool| {
            let known = over.is_none_or(|leg| leg.keeps_members.contains(&crossing(outwards)));
            let stands = if outwards { (from, to) } else { (to, from) };
            replies && self.world.filters[filter].stateful
                || self.filter_passes(filter, outwards, stands, known, packet)
        };
        let edge = |stand: &JudgedLocation, outwards: bool| {
            let subnet = &self.world.subnets[stand.subnet];
            let crossed = from.subnet != to.subnet || subnet.filters_inside;
            let from_inside =
                !outwards && over.is_some_and(|leg| leg.unjudged.contains(&stand.subnet));
            !crossed || from_inside || subnet.filters.iter().all(|filter| pass(*filter, outwards))
        };
        let border = over.is_none_or(|leg| {
            leg.filters
                .iter()
                .all(|(filter, crossing)| pass(*filter, *crossing == Direction::Egress))
        });
        edge(from, true) && border && edge(to, false)
    }

    fn groups_pass(
        &self,
        own: &JudgedLocation,
        other: &JudgedLocation,
        over: Option<&Leg>,
        outwards: bool,
        packet: &Witness,
    ) -> bool {
        let known = over.is_none_or(|leg| leg.keeps_members.contains(&crossing(outwards)));
        let any = |groups: &Vec<Id<Filter>>| {
            groups.is_empty()
                || groups
                    .iter()
                    .any(|group| self.filter_passes(*group, outwards, (own, other), known, packet))
        };
        own.groups.as_ref().is_none_or(any)
    }

    /// Whether a packet is carried from one place to another, past all filters on the way, and answered.
    fn carried(&self, from: &JudgedLocation, to: &JudgedLocation, packet: &Witness) -> bool {
        let Some(over) = self.forwarded(from, to, packet.source, packet.destination) else {
            return false;
        };
        self.groups_pass(from, to, over, true, packet)
            && self.edges_pass(from, to, over, packet, false)
            && self.groups_pass(to, from, over, false, packet)
            && self.replied(from, to, packet)
    }

    fn policy_passes(
        &self,
        party: &Party,
        direction: Direction,
        address: IpAddr,
        packet: &Witness,
    ) -> bool {
        let Party::Workload(id) = party else {
            return true;
        };
        self.outside(*id, direction, None)
            .bounds
            .must
            .at(address)
            .of(packet.protocol)
            .contains(packet.port)
    }

    fn replied(&self, from: &JudgedLocation, to: &JudgedLocation, packet: &Witness) -> bool {
        let reply = |port: u16| Witness {
            source: packet.destination,
            destination: packet.source,
            port,
            ..*packet
        };
        let ports = if packet.protocol.has_ports() {
            CHOSEN.to_vec()
        } else {
            packet
                .protocol
                .details()
                .ranges()
                .iter()
                .map(|r| r.0)
                .collect()
        };
        let over = self.forwarded(to, from, packet.destination, packet.source);
        over.is_some_and(|over| {
            ports
                .into_iter()
                .any(|port| self.edges_pass(to, from, over, &reply(port), true))
        })
    }

    /// Whether the packet arrives and is answered.
    fn passes(&self, from: &Party, to: &Party, packet: &Witness) -> bool {
        self.enters(from, to, packet) || self.passes_where(from, to, packet, |_, _| true)
    }

    /// The same from and to those stands that count, by no entry point.
    fn passes_where(
        &self,
        from: &Party,
        to: &Party,
        packet: &Witness,
        counts: impl Fn(&JudgedLocation, &JudgedLocation) -> bool,
    ) -> bool {
        self.stands(from, packet, true).iter().any(|source| {
            self.stands(to, packet, false).iter().any(|destination| {
                counts(source, destination)
                    && self.policy_passes(from, Direction::Egress, packet.destination, packet)
                    && self.carried(source, destination, packet)
                    && self.policy_passes(to, Direction::Ingress, packet.source, packet)
            })
        })
    }
}

/// The engine's answer for all packets at once.
fn engine(scene: &Scene, from: &Party, to: &Party) -> Bounds<PacketSet> {
    let index = NetworkIndex::new(&scene.world);
    let all = explain::traversals(&index, scene, from, to, &Traffic::all());
    for hop in all.iter().flat_map(|one| one.hops(&index, scene)) {
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
    "subnet b1 b 10.0.1.0/30 table=tb acl=aclb",
    "subnet b2 b 10.0.1.4/30 table=tb acl=g2",
    "subnet c1 c 10.0.2.0/30 table=tc",
    "link ab a b",
    "link bc b c",
    "endpoint one b1 10.0.1.1 g1",
    "endpoint two c1 10.0.2.2 g2",
    "endpoint any b2 10.0.1.4/31 g1 g2",
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

const PARTIES: [&str; 7] = ["w", "v", "one", "two", "any", "10.0.0.5", "10.0.1.2"];

/// A line that may stand in a random scene.
fn line() -> impl Strategy<Value = String> {
    let one = |words: &'static [&'static str]| prop::sample::select(words);
    let ports = || {
        one(&[
            "all any",
            "tcp any",
            "tcp 80",
            "tcp 1-1023",
            "tcp 1024-65535",
            "tcp 2000-65535",
            "udp any",
            "icmp any",
        ])
    };
    let blocks = || {
        one(&[
            "0.0.0.0/0",
            "10.0.0.0/28",
            "10.0.1.0/28",
            "10.0.2.0/28",
            "10.0.0.0/31",
            "10.0.1.4/30",
            "10.0.1.1/32",
        ])
    };
    let route = (
        one(&["ta", "tb", "tc"]),
        blocks(),
        one(&["link:ab", "link:ab", "link:bc", "drop", "local"]),
        one(&["", "", "@1"]),
    )
        .prop_map(|(a, b, c, rank)| format!("route {a} {b} {c} {rank}"));
    let peers = prop_oneof![3 => blocks().prop_map(String::from), 1 => one(&["members:g1", "members:g2", "members:g3"]).prop_map(String::from)];
    let way = || one(&["ingress", "egress"]);
    let action = || one(&["allow", "allow", "deny", "skip:4"]);
    let own = || {
        one(&[
            "",
            "",
            "",
            " own:10.0.1.1/32",
            " own:10.0.0.0/31",
            " own:10.0.1.4/30",
            " own:members:g2",
        ])
    };
    let rule = (
        one(&["g1", "g2", "g3"]),
        way(),
        action(),
        ports(),
        peers,
        0..6,
        own(),
    )
        .prop_map(|(a, b, action, c, d, order, own)| {
            format!("rule {a} {b} {action} {c} {d} @{order}{own}")
        });
    let acl = (
        one(&["acla", "aclb"]),
        way(),
        action(),
        ports(),
        blocks(),
        1..6,
        own(),
    );
    let acl = acl.prop_map(|(a, b, c, d, e, f, own)| format!("rule {a} {b} {c} {d} {e} @{f}{own}"));
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

/// Lines that make most of the network open, so that random ones decide something.
const OPEN: &[&str] = &[
    "route ta 10.0.1.0/28 link:ab",
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

/// The worlds that a scene may turn out to be; lines in doubt end with `?`.
fn resolutions(lines: &[String]) -> Vec<Scene> {
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
    let ends: Vec<(IpAddr, IpAddr)> = all(from)
        .into_iter()
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

fn compare(lines: &[String], from: &str, to: &str) -> Result<(), TestCaseError> {
    let scene = Scene::read(&lines.join("\n"));
    let worlds = resolutions(lines);
    let (from, to) = (scene.party(from), scene.party(to));
    let found = engine(&scene, &from, &to);
    let by_table = scene.ask(|table| {
        let (source, destination) = (table.presence(&from), table.presence(&to));
        table.sum(&source, &destination, Extent::All).bounds
    });
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
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn the_engine_agrees_with_the_twin(
        random in prop::collection::vec((line(), prop::bool::weighted(0.3)), 0..10),
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
