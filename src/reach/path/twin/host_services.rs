//! The slow twin of what hosts answer themselves: one packet at a time. It is answered where its sender stands in a network whose
//! hosts answer at that address, past every route and filter, unless the policies of the pods that send it stop it.

use super::super::scene::Scene;
use super::{coverage, ports, resolutions};
use crate::model::*;
use crate::reach::{Engine, Party};
use proptest::prelude::*;
use std::net::IpAddr;

/// Packets that the lines of these tests tell apart.
const PACKETS: [(Protocol, u16); 5] = [
    (Protocol::TCP, 80),
    (Protocol::TCP, 1500),
    (Protocol::TCP, 3000),
    (Protocol::UDP, 80),
    (Protocol::ICMP, 8 << 8),
];

impl Scene {
    /// The networks in which a party may stand when it opens connections.
    fn near(&self, from: &Party) -> Vec<Id<Network>> {
        let at: Vec<&Attachment> = match from {
            Party::Workload(id) => {
                let placements = self.world.workloads[*id].pod_placements.iter();
                let each = placements.flat_map(|own| [Some(&own.pod), own.node.as_ref()]);
                each.flatten().collect()
            }
            Party::Endpoint(id) if self.world.endpoints[*id].answers_only => Vec::new(),
            Party::Endpoint(id) => self.world.endpoints[*id].attachments.iter().collect(),
            Party::Addresses(_) => Vec::new(),
        };
        at.into_iter().map(|at| at.network).collect()
    }

    /// Whether a host answers the packet that the party sends there. There is nothing else that would.
    fn is_answered(
        &self,
        from: &Party,
        destination: IpAddr,
        protocol: Protocol,
        port: u16,
    ) -> bool {
        let near = self.near(from);
        let services = self.world.host_services.iter();
        let mut services = services.filter(|own| near.contains(&own.network));
        let packet = Witness {
            source: destination,
            destination,
            protocol,
            port,
        };
        services.any(|own| own.addresses.contains(destination))
            && self.policy_passes(from, Direction::Egress, destination, &packet)
    }
}

/// The networks `c` and `d` have no hosts that answer, and none of these leads to another.
const FIXED: &[&str] = &[
    "network a 10.0.0.0/28",
    "network b 10.0.1.0/28",
    "network c 10.0.2.0/28",
    "network d 10.0.3.0/28",
    "route td 10.0.3.0/28 local",
    "route ta 10.0.0.0/28 local",
    "route tb 10.0.1.0/28 local",
    "route tc 10.0.2.0/28 local",
    "subnet a1 a 10.0.0.0/30 table=ta acl=acla",
    "subnet b1 b 10.0.1.0/30 table=tb",
    "subnet c1 c 10.0.2.0/30 table=tc",
    "subnet elsewhere d 10.0.3.0/30 table=td",
    "endpoint one a1 10.0.0.1 g1",
    "endpoint two c1 10.0.2.2 g1",
    "endpoint three b1 10.0.1.2 g1 answers:only",
    "endpoint four b1 10.0.1.1 g1",
];

/// What may be in doubt.
const LINES: &[&str] = &[
    "answers a 169.254.169.254",
    "answers a 169.254.169.253",
    "answers b 169.254.169.254",
    "pods w a1 10.0.0.0/31 g1",
    "pods v b1 10.0.1.0/31 g1",
    "pods v c1 10.0.2.0/31 g1",
];

/// Destinations that are asked for at once.
const ASKED: &[&str] = &[
    "169.254.169.254",
    "169.254.169.253",
    "169.254.169.253,169.254.169.254",
    "169.254.169.250,169.254.169.254",
    "10.0.2.1,169.254.169.254",
    "169.254.169.250",
];

fn lets() -> impl Strategy<Value = String> {
    let blocks = super::one(&[
        "0.0.0.0/0",
        "169.254.169.254/32",
        "169.254.0.0/16",
        "10.0.0.0/8",
    ]);
    let sides = super::one(&["w egress", "v egress", "v ingress"]);
    (sides, ports(), blocks).prop_map(|(a, b, c)| format!("lets {a} {b} {c}"))
}

/// The verdicts that hold where these are the answers of all worlds, one list for each packet.
fn check(answers: &[Vec<bool>], verdict: Verdict) -> bool {
    let surely = answers.iter().any(|worlds| worlds.iter().all(|own| *own));
    let ever = answers.iter().any(|worlds| worlds.contains(&true));
    match verdict {
        Verdict::Reachable => surely,
        Verdict::Possible => ever && !surely,
        Verdict::Blocked => !ever,
    }
}

fn agree(lines: &[String], from: &str, asked: &str) -> Result<(), TestCaseError> {
    let (scene, worlds) = (Scene::read(&lines.join("\n")), resolutions(lines));
    let world = scene.with_policies();
    let engine = Engine::new(&world);
    let (from, to) = (scene.party(from), scene.party(asked));
    let destinations = asked.split(',').map(|own| own.parse::<IpAddr>().unwrap());
    let destinations: Vec<IpAddr> = destinations.collect();
    for (protocol, port) in PACKETS {
        let trail = engine.explain(&from, &to, &Traffic::ports(protocol, port, port));
        trail.hops.iter().for_each(coverage::met);
        let answers = destinations.iter().map(|destination| {
            let own = |world: &Scene| world.is_answered(&from, *destination, protocol, port);
            worlds.iter().map(own).collect::<Vec<_>>()
        });
        let answers: Vec<Vec<bool>> = answers.collect();
        prop_assert!(
            check(&answers, trail.verdict),
            "{:?} {protocol} {port} {answers:?}\n{}",
            trail.verdict,
            lines.join("\n")
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(twin::round(256))]
    fn round(
        kept in prop::collection::vec((prop::bool::weighted(0.8), prop::bool::weighted(0.2)), LINES.len()),
        random in prop::collection::vec((lets(), prop::bool::weighted(0.3)), 0..3),
        from in super::one(&["w", "w", "v", "v", "one", "two", "three", "four"]),
        asked in prop::sample::select(ASKED),
    ) {
        let mut doubts = 4;
        let mut doubt = |line: &str, doubtful: bool| {
            let doubtful = doubtful && doubts > 0;
            doubts -= i32::from(doubtful);
            if doubtful { format!("{line} ?") } else { line.to_owned() }
        };
        let mut lines: Vec<String> = FIXED.iter().map(|line| (*line).to_owned()).collect();
        for (line, (kept, doubtful)) in LINES.iter().zip(kept) {
            if kept || line.starts_with("pods") {
                lines.push(doubt(line, doubtful));
            }
        }
        for (line, doubtful) in &random {
            lines.push(doubt(line, *doubtful));
        }
        agree(&lines, from, asked)?;
    }
}

/// A round of this twin.
pub(super) const ROUND: fn() = round;

#[test]
fn the_engine_agrees_with_the_twin_about_services_of_hosts() {
    twin::hold(
        "the_engine_agrees_with_the_twin_about_services_of_hosts",
        round,
    );
}

#[test]
#[ignore = "takes ten minutes"]
fn the_engine_agrees_with_the_twin_about_services_of_hosts_for_long() {
    twin::hold_for_long(
        "the_engine_agrees_with_the_twin_about_services_of_hosts",
        round,
    );
}
