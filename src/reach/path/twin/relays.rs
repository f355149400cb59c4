//! The slow twin of relays: a client opens a connection to one of the addresses at which the relay listens, by whatever protocol
//! and port; the relay opens another one from one of its own addresses to the server. Each side judges the connection that it
//! sees. What may go past the filters of its server does so or does not, which makes two worlds.

use super::super::scene::Scene;
use super::packet::PacketEnd;
use super::{compare, engine, group_rule, packets, ports};
use crate::model::*;
use crate::reach::Party;
use proptest::prelude::*;
use std::net::IpAddr;

/// One packet for each set of packets that the lines of these tests tell apart.
const OPENED: [(Protocol, u16); 6] = [
    (Protocol::TCP, 80),
    (Protocol::TCP, 1500),
    (Protocol::TCP, 3000),
    (Protocol::UDP, 80),
    (Protocol::ICMP, 8 << 8),
    (Protocol(47), 0),
];

fn each(addresses: &AddressSet) -> Vec<IpAddr> {
    let every = (0..3u8).flat_map(|third| (0..8u8).map(move |last| [10, 0, third, last]));
    let every = every.map(IpAddr::from);
    every
        .filter(|address| addresses.contains(*address))
        .collect()
}

/// What stands in place of an end that a relay hides: something of its subnet of which no group is known.
fn stranger(scene: &Scene, network: Id<Network>, at: IpAddr) -> PacketEnd {
    let mut subnets = scene.world.subnets.iter();
    let held = subnets.find(|(_, own)| own.network == network && own.addresses.contains(at));
    PacketEnd {
        network,
        subnet: held.unwrap().0,
        groups: None,
    }
}

/// A connection over a relay, and what of it is asked.
struct Relayed<'a> {
    scene: &'a Scene,
    leg: &'a Leg,
    relay: &'a Relay,
    ends: (&'a Party, &'a PacketEnd, &'a Party, &'a PacketEnd),
    packet: &'a Witness,
}

impl Relayed<'_> {
    /// The connections that the client may open to the relay.
    fn near(&self) -> Vec<Witness> {
        let listens = each(&self.relay.listens).into_iter();
        let opened = listens.flat_map(|destination| {
            OPENED.map(|(protocol, port)| Witness {
                source: self.packet.source,
                destination,
                protocol,
                port,
            })
        });
        opened.collect()
    }

    /// The connections that the relay may open to the server.
    fn far(&self) -> Vec<Witness> {
        let sends = each(&self.relay.sends).into_iter();
        let opened = sends.map(|source| Witness {
            source,
            ..*self.packet
        });
        opened.collect()
    }

    /// What the edge of an end's own subnet lets pass; nothing judges packets inside of a subnet but where it says so. What the
    /// edge of the relay's own subnet says is left open, as all that a relay itself lets pass.
    fn edge_passes(
        &self,
        outwards: bool,
        (own, other): (&PacketEnd, &PacketEnd),
        packet: &Witness,
    ) -> bool {
        let subnet = &self.scene.world.subnets[own.subnet];
        let mut filters = subnet.filters.iter();
        own.subnet == other.subnet && !subnet.filters_inside
            || filters.all(|filter| {
                self.scene
                    .filter_passes(*filter, outwards, (own, other), true, packet)
            })
    }

    /// Whether each thing that stands before the relay lets a connection of the client pass.
    fn sent(&self, near: &Witness) -> [bool; 4] {
        let (client, at, ..) = self.ends;
        let listener = stranger(self.scene, self.leg.from, near.destination);
        let mut gates = self.leg.filters.iter();
        [
            self.scene
                .policy_passes(client, Direction::Egress, near.destination, near),
            self.scene.groups_pass(at, &listener, None, true, near),
            self.edge_passes(true, (at, &listener), near),
            gates.all(|(gate, _)| {
                self.scene
                    .filter_passes(*gate, false, (&listener, at), true, near)
            }),
        ]
    }

    /// Whether each thing that stands behind the relay lets its connection pass.
    fn delivered(&self, far: &Witness) -> [bool; 3] {
        let (.., server, at) = self.ends;
        let sender = stranger(self.scene, self.leg.to, far.source);
        let mut groups = at.groups.iter().flatten();
        let past = groups.any(|group| self.leg.may_bypass.contains(group));
        [
            past || self.edge_passes(false, (at, &sender), far),
            past || self.scene.groups_pass(at, &sender, None, false, far),
            self.scene
                .policy_passes(server, Direction::Ingress, far.source, far),
        ]
    }

    /// Whether one connection before the relay and one behind it pass everything.
    fn passes(&self) -> bool {
        let all = |own: &[bool]| own.iter().all(|passes| *passes);
        self.near().iter().any(|near| all(&self.sent(near)))
            && self.far().iter().any(|far| all(&self.delivered(far)))
    }

    /// Whether nothing on the way stops every connection.
    fn may_pass(&self) -> bool {
        let near: Vec<_> = self.near().iter().map(|near| self.sent(near)).collect();
        let far: Vec<_> = self.far().iter().map(|far| self.delivered(far)).collect();
        (0..4).all(|at| near.iter().any(|own| own[at]))
            && (0..3).all(|at| far.iter().any(|own| own[at]))
    }
}

impl Scene {
    /// Whether the packet gets from one party to the other over a relay.
    pub(super) fn passes_relayed(&self, from: &Party, to: &Party, packet: &Witness) -> bool {
        self.relayed_ways(from, to, packet, |own: &Relayed<'_>| own.passes())
    }

    fn relayed_ways(
        &self,
        from: &Party,
        to: &Party,
        packet: &Witness,
        holds: impl Fn(&Relayed<'_>) -> bool,
    ) -> bool {
        let borders = self.world.borders.iter();
        let legs = borders.flat_map(|(_, border)| &border.legs);
        let mut relays = legs.filter_map(|leg| Some((leg, leg.relay.as_ref()?)));
        relays.any(|(leg, relay)| {
            let sources = self.stands(from, packet, true);
            sources.iter().any(|source| {
                let destinations = self.stands(to, packet, false);
                destinations.iter().any(|destination| {
                    let joins = leg.from == source.network
                        && leg.to == destination.network
                        && leg.sources.contains(packet.source)
                        && leg.destinations.contains(packet.destination);
                    joins
                        && holds(&Relayed {
                            scene: self,
                            leg,
                            relay,
                            ends: (from, source, to, destination),
                            packet,
                        })
                })
            })
        })
    }
}

/// Clients stand in network `a`, servers in `b`; the relay alone joins them.
const FIXED: &[&str] = &[
    "network a 10.0.0.0/28",
    "network b 10.0.1.0/28",
    "route ta 10.0.0.0/28 local",
    "route tb 10.0.1.0/28 local",
    "subnet a1 a 10.0.0.0/30 table=ta acl=acla",
    "subnet a2 a 10.0.0.4/30 table=ta",
    "subnet b1 b 10.0.1.0/30 table=tb acl=aclb",
    "subnet b2 b 10.0.1.4/30 table=tb acl=aclb",
    "endpoint one b1 10.0.1.1 g2",
    "endpoint two b1 10.0.1.2 g2 g3",
    "pods v b2 10.0.1.6/31 g3",
    "pods w a1 10.0.0.0/31 g1",
    "pods u a2 10.0.0.6/31 g1",
];

const LINKS: &[&str] = &[
    "listens=10.0.0.2 sends=10.0.1.3",
    "listens=10.0.0.4/31 sends=10.0.1.4/31",
    "listens=10.0.0.5 sends=10.0.1.3",
    "listens=10.0.0.2 sends=10.0.1.4/31",
];

const OPEN: &[&str] = &[
    "rule g1 egress allow all any 0.0.0.0/0",
    "rule g2 ingress allow all any 10.0.1.0/28",
    "rule g3 ingress allow tcp any 10.0.1.0/28",
    "rule gate ingress allow tcp any 10.0.0.0/28",
    "rule acla egress allow all any 0.0.0.0/0 @9",
    "rule aclb ingress allow all any 0.0.0.0/0 @9",
];

fn block() -> impl Strategy<Value = &'static str> {
    super::one(&[
        "0.0.0.0/0",
        "10.0.0.0/28",
        "10.0.1.0/28",
        "10.0.0.2/32",
        "10.0.0.4/31",
        "10.0.1.3/32",
    ])
}

/// A line about what either side lets pass.
fn line() -> impl Strategy<Value = String> {
    let filter = super::one(&["acla egress", "aclb ingress", "g2 ingress", "gate ingress"]);
    let rule = (filter, super::action(), ports(), block(), 0..6);
    let rule = rule.prop_map(|(a, b, c, d, order)| format!("rule {a} {b} {c} {d} @{order}"));
    let sides = super::one(&["w egress", "u egress", "v ingress"]);
    let lets = (sides, ports(), block()).prop_map(|(a, b, c)| format!("lets {a} {b} {c}"));
    prop_oneof![3 => rule, 2 => group_rule(), 1 => lets]
}

/// Something on the way stops what the engine says cannot pass, and nothing on the way stops everything of what it says may.
fn is_stopped_somewhere(lines: &[String], from: &str, to: &str) -> Result<(), TestCaseError> {
    let scene = Scene::read(&lines.join("\n"));
    let (from, to) = (scene.party(from), scene.party(to));
    let may = engine(&scene, &from, &to).may;
    for packet in packets(&scene, &from, &to) {
        prop_assert_eq!(
            may.contains(&packet),
            scene.relayed_ways(&from, &to, &packet, |own: &Relayed<'_>| own.may_pass()),
            "{:?}\n{}",
            packet,
            lines.join("\n")
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(twin::round(64))]
    fn round(
        random in prop::collection::vec((line(), prop::bool::weighted(0.2)), 0..6),
        open in prop::collection::vec(prop::bool::weighted(0.8), OPEN.len()),
        link in prop::sample::select(LINKS),
        more in super::one(&["", "", "into=gate", "past=g2", "past=g3", "into=gate past=g2"]),
        inside in prop::bool::weighted(0.2),
        from in super::one(&["w", "u"]),
        to in super::one(&["one", "two", "v", "10.0.1.2"]),
    ) {
        let bare = to.contains('.');
        let mut doubts = 2;
        let mut doubt = |(line, doubtful): (String, bool)| {
            let doubtful = doubtful && doubts > 0;
            doubts -= i32::from(doubtful);
            if doubtful { format!("{line} ?") } else { line }
        };
        let fixed = FIXED.iter().map(|line| match line.starts_with("subnet") && inside {
            true => format!("{line} inside"),
            false => (*line).to_owned(),
        });
        // What joins networks by a relay is never certain.
        let link = format!("link mesh a b {link} {more} ?");
        let opened = OPEN.iter().zip(open).filter(|(_, open)| *open).map(|(line, _)| (*line).to_owned());
        let random: Vec<_> = random.into_iter().filter(|(line, _)| !bare || !line.contains("members")).collect();
        let certain = fixed.clone().chain([link.clone()]).chain(random.iter().map(|(line, _)| line.clone())).chain(opened.clone());
        is_stopped_somewhere(&certain.collect::<Vec<_>>(), from, to)?;
        let lines = fixed.chain([link]).chain(random.into_iter().map(&mut doubt)).chain(opened);
        compare(&lines.collect::<Vec<_>>(), from, to)?;
    }
}

/// A round of this twin.
pub(super) const ROUND: fn() = round;

#[test]
fn the_engine_agrees_with_the_twin_about_relays() {
    twin::hold("the_engine_agrees_with_the_twin_about_relays", round);
}

#[test]
#[ignore = "takes ten minutes"]
fn the_engine_agrees_with_the_twin_about_relays_for_long() {
    twin::hold_for_long("the_engine_agrees_with_the_twin_about_relays", round);
}
