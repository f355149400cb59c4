//! The slow twin of entry points: one packet, one forwarder and one address at a time.

use super::super::crossing::Extent;
use super::super::scene::Scene;
use super::{CHOSEN, PacketEnd, compare, distinct, engine, line, packets};
use crate::model::*;
use crate::reach::Party;
use proptest::prelude::*;
use std::net::IpAddr;

impl Scene {
    /// Whether the packet, sent to what listens, comes through one of the entry points, and is answered.
    pub(super) fn enters(&self, from: &Party, to: &Party, packet: &Witness) -> bool {
        let Party::Workload(pods) = to else {
            return false;
        };
        let entry_points = self
            .world
            .entry_points
            .iter()
            .map(|(_, entry_point)| entry_point);
        entry_points
            .filter(|entry_point| {
                entry_point.workloads.contains(pods)
                    && entry_point.protocol == packet.protocol
                    && entry_point.clients.contains(packet.source)
            })
            .any(|entry_point| {
                let Some(front) = entry_point
                    .forwarders
                    .first()
                    .filter(|front| front.ports.0 == packet.port)
                else {
                    return false;
                };
                let places = front
                    .attachments
                    .iter()
                    .filter(|at| at.addresses.contains(packet.destination));
                let mut places = places.map(PacketEnd::of);
                places.any(|place| {
                    self.stands(from, packet, true)
                        .iter()
                        .any(|source| self.sent(from, source, &place, packet))
                        && self.handed_on(entry_point, 0, &place, packet, *pods)
                })
            })
    }

    /// The first stretch: from the client to the front.
    fn sent(&self, from: &Party, source: &PacketEnd, front: &PacketEnd, packet: &Witness) -> bool {
        self.policy_passes(from, Direction::Egress, packet.destination, packet)
            && self.carried(source, front, packet)
    }

    /// Whether a packet that goes on to that port gets from a forwarder to pods of its own node.
    fn within_node(
        &self,
        forwarder: &Forwarder,
        at: &PacketEnd,
        (source, target): (IpAddr, u16),
        came: &Witness,
        pods: Id<Workload>,
    ) -> bool {
        let pod_placements = self.world.workloads[pods]
            .pod_placements
            .iter()
            .filter_map(|pod_placement| pod_placement.node.as_ref());
        let mut hosts = pod_placements.map(PacketEnd::of);
        let packet = Witness {
            source,
            port: target,
            ..*came
        };
        let exempt = matches!(forwarder.own_pods, Some(Enforced::No(_))) && !forwarder.keeps_client;
        forwarder.own_pods.is_some()
            && hosts.any(|host| host.subnet == at.subnet && host.groups == at.groups)
            && (exempt
                || self.policy_passes(&Party::Workload(pods), Direction::Ingress, source, &packet))
    }

    /// What a forwarder makes of what came to it, address by address.
    fn handed_on(
        &self,
        entry_point: &EntryPoint,
        number: usize,
        at: &PacketEnd,
        came: &Witness,
        pods: Id<Workload>,
    ) -> bool {
        let forwarder = &entry_point.forwarders[number];
        let EntryPointTarget::Number(target) = entry_point.target else {
            return false;
        };
        let own: Vec<IpAddr> = forwarder.attachments[0]
            .addresses
            .ranges()
            .flat_map(|(low, high)| [low, high])
            .collect();
        let sources = if forwarder.keeps_client {
            vec![came.source]
        } else {
            own
        };
        let next = entry_point.forwarders.get(number + 1);
        sources.into_iter().any(|source| {
            let over = |to: &Attachment, called: &AddressSet, port: u16, pods_at_end: bool| {
                let called = if called.is_empty() {
                    &to.addresses
                } else {
                    called
                };
                let ends = called.ranges().flat_map(|(low, high)| [low, high]);
                ends.into_iter().any(|destination| {
                    let (packet, there) = (
                        Witness {
                            source,
                            destination,
                            port,
                            ..*came
                        },
                        PacketEnd::of(to),
                    );
                    let policy = !pods_at_end
                        || self.policy_passes(
                            &Party::Workload(pods),
                            Direction::Ingress,
                            source,
                            &packet,
                        );
                    policy
                        && self.relayed(forwarder, at, &there, &packet)
                        && (pods_at_end
                            || self.handed_on(entry_point, number + 1, &there, &packet, pods))
                })
            };
            match next {
                Some(next) => next
                    .attachments
                    .iter()
                    .any(|to| over(to, &next.destinations, next.ports.0, false)),
                None => {
                    self.within_node(forwarder, at, (source, target), came, pods)
                        || self.world.workloads[pods]
                            .pod_placements
                            .iter()
                            .any(|pod_placement| {
                                over(&pod_placement.pod, &AddressSet::none(), target, true)
                            })
                }
            }
        })
    }

    /// Whether a packet gets from a forwarder over the network to the next place, and its reply back.
    fn relayed(
        &self,
        forwarder: &Forwarder,
        at: &PacketEnd,
        to: &PacketEnd,
        packet: &Witness,
    ) -> bool {
        let over = match (forwarder.keeps_client, forwarder.own_pods.is_some()) {
            (true, true) => None,
            // With the client's address the network carries it as an encapsulated one, past all routes.
            (true, false) => (at.network == to.network).then_some(None),
            (false, _) => self.forwarded(at, to, packet.source, packet.destination),
        };
        let Some(over) = over else { return false };
        let reply = |port: u16| Witness {
            source: packet.destination,
            destination: packet.source,
            port,
            ..*packet
        };
        let answered = || match forwarder.keeps_client {
            true => CHOSEN
                .iter()
                .any(|port| self.edges_pass(to, at, None, &reply(*port), true)),
            false => self.replied(at, to, packet),
        };
        (forwarder.admitted.is_some() || self.groups_pass(to, at, over, false, packet))
            && self.groups_pass(at, to, over, true, packet)
            && self.edges_pass(at, to, over, packet, false)
            && answered()
    }
}

/// Clients stand in networks `a` and `c`; entry points in `b` lead to pods on nodes of `b`; one entry point stands in `a` itself.
const FIXED: &[&str] = &[
    "network a 10.0.0.0/28",
    "network b 10.0.1.0/28",
    "network c 10.0.2.0/28",
    "link ab a b",
    "link bc b c",
    "route ta 10.0.0.0/28 local",
    "route tb 10.0.1.0/28 local",
    "route tc 10.0.2.0/28 local",
    "subnet a1 a 10.0.0.0/30 table=ta",
    "subnet a2 a 10.0.0.4/30 table=ta",
    "subnet b1 b 10.0.1.0/30 table=tb acl=aclb",
    "subnet b2 b 10.0.1.4/30 table=tb acl=aclc",
    "subnet c1 c 10.0.2.0/30 table=tc",
    "endpoint one a1 10.0.0.1 g1",
    "endpoint two c1 10.0.2.2 g2",
    "pods v b2 10.0.1.6/31 g3",
    "node v b1 10.0.1.2/31 g2 10.0.0.0/24",
    "pods w a1 10.0.0.2/31 g1",
    "door nodes tcp 3000 v 0.0.0.0/0",
    "relay nodes b1 10.0.1.2/31 80 g2 node",
    "door own tcp 3000 v 10.0.0.0/24",
    "relay own b1 10.0.1.2/31 80 g2 node keeps",
    "door direct tcp 3000 v 10.0.0.0/28",
    "relay direct b1 10.0.1.0/31 80 g1",
    "door kept tcp 80 v 0.0.0.0/0",
    "relay kept b1 10.0.1.0/31 3000 g1 keeps",
    "door far tcp 3000 v 0.0.0.0/0",
    "relay far a2 10.0.0.5 80 g1",
];

/// Entry points of which some stand in a scene.
const ENTRY_POINTS: &[&[&str]] = &[
    &[
        "door two tcp 3000 v 0.0.0.0/0",
        "relay two b2 10.0.1.4/31 3000 g1 keeps admitted",
        "relay two b1 10.0.1.2/31 80 g2 node",
    ],
    &[
        "door three tcp 80 v 0.0.0.0/0",
        "relay three b2 10.0.1.4/31 3000 g1",
        "relay three b1 10.0.1.2/31 3000 g2 node keeps exempt",
    ],
    &[
        "door four tcp 80 v 0.0.0.0/0",
        "relay four b1 10.0.1.2/31 3000 g2 node exempt",
    ],
    &[
        "door six tcp 3000 v 0.0.0.0/0",
        "relay six b2 10.0.1.4/31 3000 g1 keeps",
        "relay six b1 10.0.1.2/31 3000 g2 node as=10.0.1.4/31",
    ],
    &[
        "door five tcp 80 v 0.0.0.0/0",
        "relay five b2 10.0.1.4/31 80 g1 keeps",
        "relay five b1 10.0.1.2/31 3000 g2 node keeps",
    ],
];

const OPEN: &[&str] = &[
    "route ta 10.0.1.0/28 link:ab",
    "route tb 10.0.0.0/28 link:ab",
    "route tb 10.0.2.0/28 link:bc",
    "route tc 10.0.1.0/28 link:bc",
    "rule g1 egress allow all any 0.0.0.0/0",
    "rule g1 ingress allow tcp any 0.0.0.0/0",
    "rule g2 egress allow all any 0.0.0.0/0",
    "rule g2 ingress allow tcp any 10.0.0.0/16",
    "rule g3 egress allow all any 0.0.0.0/0",
    "rule g3 ingress allow all any 10.0.1.0/28",
    "rule aclb egress allow all any 0.0.0.0/0 @9",
    "rule aclb ingress allow all any 0.0.0.0/0 @9",
    "rule aclc egress allow all any 0.0.0.0/0 @9",
    "rule aclc ingress allow all any 0.0.0.0/0 @9",
];

/// What crosses a border, computed without the proof, holds the same packets as the walks do.
fn sums_agree(lines: &[String], from: &str, to: &str) -> Result<(), TestCaseError> {
    let scene = Scene::read(&lines.join("\n"));
    let (from, to) = (scene.party(from), scene.party(to));
    let sum = scene.ask(|table| {
        let (source, destination) = (table.presence(&from), table.presence(&to));
        table.sum(&source, &destination, Extent::Crossing).bounds
    });
    let walked = engine(&scene, &from, &to);
    for packet in packets(&scene, &from, &to) {
        let crosses = scene
            .stands(&from, &packet, true)
            .iter()
            .all(|at| scene.world.networks[at.network].name != "b");
        let (found, proved) = (
            sum.map(|packets| packets.contains(&packet)),
            walked.map(|packets| packets.contains(&packet)),
        );
        prop_assert!(
            !crosses || found == proved,
            "{packet:?}: {found:?} by sums, {proved:?} by walks\n{}",
            lines.join("\n")
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(twin::round(32))]
    fn round(
        random in prop::collection::vec((line(), prop::bool::weighted(0.3)), 0..8),
        open in prop::collection::vec(prop::bool::weighted(0.93), OPEN.len()),
        entry_points in prop::collection::vec(any::<bool>(), ENTRY_POINTS.len()),
        from in prop::sample::select(&["w", "one", "two", "10.0.2.1"][..]),
    ) {
        let mut doubts = 2;
        let mut doubt = |line: String, doubtful: bool| {
            let doubtful = doubtful && doubts > 0;
            doubts -= i32::from(doubtful);
            if doubtful { format!("{line} ?") } else { line }
        };
        let fits = |line: &String| !(line.starts_with("node") || line.contains("acla") || from.contains('.') && line.contains("members"));
        let more = ENTRY_POINTS.iter().zip(entry_points).filter(|(_, stands)| *stands).flat_map(|(lines, _)| lines.iter());
        let fixed = FIXED.iter().chain(more).map(|line| (*line).to_owned()).collect::<Vec<_>>();
        let random: Vec<String> = random.into_iter().filter(|(line, _)| fits(line)).map(|(line, flag)| doubt(line, flag)).collect();
        let opened = OPEN.iter().zip(open).filter(|(_, open)| *open).map(|(line, _)| (*line).to_owned());
        let lines = distinct(fixed.into_iter().chain(random).chain(opened).collect());
        compare(&lines, from, "v")?;
        sums_agree(&lines, from, "v")?;
    }
}

/// A round of this twin.
pub(super) const ROUND: fn() = round;

#[test]
fn the_engine_agrees_with_the_twin_about_entry_points() {
    twin::hold("the_engine_agrees_with_the_twin_about_entry_points", round);
}

#[test]
#[ignore = "takes ten minutes"]
fn the_engine_agrees_with_the_twin_about_entry_points_for_long() {
    twin::hold_for_long("the_engine_agrees_with_the_twin_about_entry_points", round);
}
