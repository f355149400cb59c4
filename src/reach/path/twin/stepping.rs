//! The slow twin of stepping stones: whether each one can open a connection to each other is asked packet by packet, then
//! who comes how far by how many.

use super::super::crossing::Extent;
use super::super::scene::{Scene, apart};
use super::super::stepping_stones;
use super::{OPEN, distinct, line, resolutions};
use crate::model::*;
use crate::reach::{Party, SteppingStones};
use proptest::prelude::*;
use std::net::IpAddr;

const LONGEST: usize = 4;
const PODS: [&str; 3] = ["w", "v", "u"];
/// The last one lets go on only perhaps.
const RESOURCES: [&str; 3] = ["m", "n", "p"];
const FARS: [&str; 2] = ["one", "two"];

/// As in the twin of one flow; `m` and `n` are alike but for their address, and `k` is no stone.
const FIXED: &[&str] = &[
    "network a 10.0.0.0/28",
    "network b 10.0.1.0/28",
    "network c 10.0.2.0/28",
    "link ab a b",
    "link bc b c",
    "route ta 10.0.0.0/28 local",
    "route tb 10.0.1.0/28 local",
    "route tc 10.0.2.0/28 local",
    "subnet a1 a 10.0.0.0/30 table=ta acl=acla",
    "subnet a2 a 10.0.0.4/30 table=ta",
    "subnet b1 b 10.0.1.0/30 table=tb acl=aclb",
    "subnet b2 b 10.0.1.4/30 table=tb",
    "subnet c1 c 10.0.2.0/30 table=tc",
    "pods w a1 10.0.0.0/31 g3",
    "pods v a2 10.0.0.6/31 g1",
    "pods u a1 10.0.0.2/31 g3",
    "endpoint m a2 10.0.0.4 g2",
    "endpoint n a2 10.0.0.5 g2",
    "endpoint p a1 10.0.0.3 g1 onward:perhaps",
    "endpoint k a2 10.0.0.4/31 g2 onward:never",
    "endpoint one b1 10.0.1.1 g1",
    "endpoint two b2 10.0.1.6 g2",
];

/// Lines that keep the pods from crossing themselves, and let some of them call another.
const KEPT: &[&str] = &[
    "lets w egress all any 10.0.0.0/28",
    "lets u egress tcp any 10.0.0.4/30",
    "lets v egress tcp any 10.0.0.0/30",
    "calls u w",
    "rule g2 ingress allow tcp any 10.0.0.0/28",
];

/// One packet for each set of packets that the lines of these tests tell apart.
fn probes() -> Vec<(Protocol, u16)> {
    let ported = [0, 79, 80, 1500, 3000].map(|port| (Protocol::TCP, port));
    let others = [
        (Protocol::UDP, 80),
        (Protocol::SCTP, 80),
        (Protocol(47), 0),
        (Protocol::ICMP, 8 << 8),
    ];
    ported.into_iter().chain(others).collect()
}

fn addresses(scene: &Scene, party: &Party) -> Vec<IpAddr> {
    let attachments: Vec<&Attachment> = match party {
        Party::Workload(id) => scene.world.workloads[*id]
            .pod_placements
            .iter()
            .flat_map(|pod_placement| [&pod_placement.pod].into_iter().chain(&pod_placement.node))
            .collect(),
        Party::Endpoint(id) => scene.world.endpoints[*id].attachments.iter().collect(),
        Party::Addresses(_) => Vec::new(),
    };
    let every = (0..3).flat_map(|third| (0..8).map(move |last| IpAddr::from([10, 0, third, last])));
    every
        .filter(|address| attachments.iter().any(|at| at.addresses.contains(*address)))
        .collect()
}

impl Scene {
    /// Whether some packet passes: out of the network of the source, or else in it and more than a message of ICMP.
    fn opens(&self, from: &str, to: &str, apart: bool) -> bool {
        let (from, to) = (self.party(from), self.party(to));
        if let (Party::Workload(from), Party::Workload(to)) = (&from, &to) {
            return self.calls.contains_key(&(*from, *to));
        }
        let counts = |source: &super::PacketEnd, destination: &super::PacketEnd| {
            (source.network != destination.network) == apart
        };
        let (sources, destinations) = (addresses(self, &from), addresses(self, &to));
        let ends = sources.iter().flat_map(|source| {
            destinations
                .iter()
                .map(move |destination| (*source, *destination))
        });
        ends.into_iter().any(|(source, destination)| {
            probes()
                .into_iter()
                .filter(|(protocol, _)| apart || !protocol.is_icmp())
                .any(|(protocol, port)| {
                    let packet = Witness {
                        source,
                        destination,
                        protocol,
                        port,
                    };
                    self.passes_where(&from, &to, &packet, counts)
                })
        })
    }
}

/// What one of the worlds is like: who opens connections to whom, and who crosses to each far side.
struct Truth {
    steps: Vec<(String, String)>,
    crossings: Vec<(String, String)>,
    stones: Vec<&'static str>,
}

impl Truth {
    fn of(scene: &Scene, stones: &[&'static str]) -> Truth {
        let all: Vec<&'static str> = PODS.into_iter().chain(stones.iter().copied()).collect();
        let pairs = |ends: &[&'static str], apart| {
            let pairs = all
                .iter()
                .flat_map(|from| ends.iter().map(move |to| (*from, *to)))
                .filter(|(from, to)| from != to);
            pairs
                .filter(|(from, to)| scene.opens(from, to, apart))
                .map(|(from, to)| (from.to_owned(), to.to_owned()))
                .collect()
        };
        Truth {
            steps: pairs(&all, false),
            crossings: pairs(&FARS, true),
            stones: all.clone(),
        }
    }

    fn crosses(&self, from: &str, far: &str) -> bool {
        self.crossings
            .iter()
            .any(|(own, to)| own == from && to == far)
    }

    /// The number of steps of a shortest chain, 1 for who crosses itself.
    fn steps(&self, from: &str, far: &str) -> Option<usize> {
        let mut reach: Vec<&str> = vec![from];
        for steps in 1..=LONGEST {
            if reach.iter().any(|one| self.crosses(one, far)) {
                return Some(steps);
            }
            let next = |to: &&&str| {
                reach.iter().any(|one| {
                    self.steps
                        .iter()
                        .any(|(own, other)| own == one && other == *to)
                })
            };
            let more: Vec<&str> = self.stones.iter().filter(next).copied().collect();
            reach.extend(more);
        }
        None
    }

    /// Whether every step of a chain that was found passes.
    fn holds(&self, chain: &[String]) -> bool {
        let Some((far, stones)) = chain.split_last() else {
            return false;
        };
        let steps = stones
            .windows(2)
            .all(|pair| self.steps.contains(&(pair[0].clone(), pair[1].clone())));
        steps && stones.last().is_some_and(|last| self.crosses(last, far))
    }
}

/// The chain with both its ends, by names.
fn told(scene: &Scene, chain: &SteppingStones) -> Vec<String> {
    let name = |party: &Party| match party {
        Party::Workload(id) => scene.world.workloads[*id].name.clone(),
        Party::Endpoint(id) => scene.world.endpoints[*id].name.clone(),
        Party::Addresses(addresses) => addresses.to_string(),
    };
    [&Party::Workload(chain.starts[0])]
        .into_iter()
        .chain(&chain.through)
        .chain(&chain.fars)
        .map(name)
        .collect()
}

fn may_cross(scene: &Scene, from: &str, far: &str) -> bool {
    let [from, far] = [from, far].map(|name| scene.party(name));
    let bounds = scene.ask(|table| {
        let (source, destination) = (table.presence(&from), table.presence(&far));
        table.sum(&source, &destination, Extent::Crossing).bounds
    });
    !bounds.may.is_empty()
}

fn compare(lines: &[String]) -> Result<usize, TestCaseError> {
    let scene = Scene::read(&lines.join("\n"));
    let worlds = resolutions(lines);
    let of = |stones: &[&'static str]| {
        worlds
            .iter()
            .map(|world| Truth::of(world, stones))
            .collect::<Vec<_>>()
    };
    let (with, without) = (of(&RESOURCES), of(&RESOURCES[..2]));
    let found = apart(&scene.ask(|table| stepping_stones(table, LONGEST)));
    let mut by_resources = 0;
    for (from, far) in PODS
        .iter()
        .flat_map(|from| FARS.iter().map(move |far| (*from, *far)))
    {
        let (start, end) = (scene.party(from), scene.party(far));
        let mut own = found
            .iter()
            .filter(|chain| Party::Workload(chain.starts[0]) == start && chain.fars[0] == end);
        let chain = own.next();
        prop_assert!(
            own.next().is_none(),
            "one chain at most: {from} {far}\n{}",
            lines.join("\n")
        );
        let names = chain.map(|chain| told(&scene, chain));
        let answer = chain
            .zip(names.as_ref())
            .map(|(chain, names)| (chain.verdict, names.len() - 1));
        by_resources += usize::from(chain.is_some_and(|chain| {
            chain
                .through
                .iter()
                .any(|one| matches!(one, Party::Endpoint(_)))
        }));
        let text = || format!("{from} {far}: {names:?}\n{}", lines.join("\n"));
        if let (Some((Verdict::Reachable, _)), Some(names)) = (answer, &names) {
            prop_assert!(
                without.iter().all(|world| world.holds(names)),
                "sure, but not in each world: {}",
                text()
            );
        }
        let ever = with
            .iter()
            .any(|world| world.steps(from, far).is_some_and(|steps| steps > 1));
        if answer.is_none() && !may_cross(&scene, from, far) {
            prop_assert!(
                !ever,
                "none found, but there is one in some world: {}",
                text()
            );
        }
        if let ([with], [without]) = (&with[..], &without[..]) {
            let truly = match (with.steps(from, far), without.steps(from, far)) {
                (Some(1), _) | (None, _) => None,
                (_, Some(steps)) => Some((Verdict::Reachable, steps)),
                (Some(steps), None) => Some((Verdict::Possible, steps)),
            };
            prop_assert_eq!(answer, truly, "{}", text());
        }
    }
    Ok(by_resources)
}

proptest! {
    #![proptest_config(twin::round(64))]
    fn round(
        random in prop::collection::vec((line(), prop::bool::weighted(0.2)), 0..8),
        calls in prop::collection::vec((0..3usize, 0..3usize, prop::bool::weighted(0.3)), 0..3),
        open in prop::collection::vec(prop::bool::weighted(0.9), OPEN.len()),
        kept in prop::collection::vec(prop::bool::weighted(0.85), KEPT.len()),
    ) {
        let mut doubts = 2;
        let mut doubt = |line: String, doubtful: bool| {
            let doubtful = doubtful && doubts > 0 && !line.starts_with("node") && !line.starts_with("lets");
            doubts -= i32::from(doubtful);
            if doubtful { format!("{line} ?") } else { line }
        };
        let mut lines: Vec<String> = FIXED.iter().map(|line| (*line).to_owned()).collect();
        lines.extend(random.into_iter().map(|(line, doubtful)| doubt(line, doubtful)));
        for (from, to, doubtful) in calls.into_iter().filter(|(from, to, _)| from != to) {
            lines.push(doubt(format!("calls {} {}", PODS[from], PODS[to]), doubtful));
        }
        let some = |all: &[&str], which: Vec<bool>| {
            all.iter().zip(which).filter(|(_, here)| *here).map(|(line, _)| (*line).to_owned()).collect::<Vec<_>>()
        };
        // Of two lines about the same call the one in doubt must not hide the sure one.
        let kept: Vec<String> = some(KEPT, kept).into_iter().filter(|line| !lines.iter().any(|own| own.trim_end_matches(" ?") == line)).collect();
        lines.extend(some(OPEN, open));
        lines.extend(kept);
        let mut seen = std::collections::BTreeSet::new();
        lines.retain(|line| !line.starts_with("calls") || seen.insert(line.trim_end_matches(" ?").to_owned()));
        compare(&distinct(lines))?;
    }
}

#[test]
fn stones_agree_with_the_twin() {
    twin::hold("stones_agree_with_the_twin", round);
}

#[test]
#[ignore = "takes ten minutes"]
fn stones_agree_with_the_twin_for_long() {
    twin::hold_for_long("stones_agree_with_the_twin", round);
}

#[test]
fn the_usual_world_has_chains_by_resources() {
    let lines: Vec<String> = FIXED
        .iter()
        .chain(OPEN)
        .chain(KEPT)
        .map(|line| (*line).to_owned())
        .collect();
    // w and u go by m, and v by p, to each far side whose filters let these in.
    assert!(compare(&lines).unwrap() > 0);
}
