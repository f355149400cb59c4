//! Random Calico policies, written as YAML, read, lowered and judged: every packet is decided as a direct reading of the
//! policies decides it. The reading knows no sets and no lowering: it asks of one packet at a time.

mod choice;
mod people;
mod policy;

use choice::*;
use crosspeer::ingest::{File, PlanPhase, Settings, ingest};
use crosspeer::model::{AddressSet, Protocol, Traffic, Verdict};
use crosspeer::reach::{Engine, Party};
use people::*;
use policy::*;
use proptest::prelude::*;

/// Whether the policies of the pod at one end let a packet pass.
fn passes(
    policies: &[Policy],
    pod: &Known,
    ingress: bool,
    packet: &Packet<'_>,
    world: &[Known],
) -> bool {
    'tiers: for (tier, passes_on) in TIERS {
        let mut own: Vec<&Policy> = policies
            .iter()
            .filter(|policy| policy.tier == tier && policy.governs(pod, ingress))
            .collect();
        let order = |policy: &Policy| {
            policy
                .order
                .map_or(f64::INFINITY, |order| order.parse().unwrap())
        };
        own.sort_by(|a, b| order(a).total_cmp(&order(b)));
        if own.is_empty() {
            continue;
        }
        for policy in own {
            for rule in if ingress {
                &policy.ingress
            } else {
                &policy.egress
            } {
                match rule.action {
                    "Log" => {}
                    _ if !rule.matches(packet, policy.space, world) => {}
                    "Allow" => return true,
                    "Deny" => return false,
                    _ => continue 'tiers,
                }
            }
        }
        if !passes_on {
            return false;
        }
    }
    true
}

/// Protocols and ports, or types of ICMP, that are asked about.
const PACKETS: [(&str, u16); 6] = [
    ("TCP", 80),
    ("TCP", 8080),
    ("UDP", 53),
    ("UDP", 80),
    ("ICMP", 8 << 8),
    ("SCTP", 53),
];

/// One end of a packet, and the pod that it is, where it is one.
type PacketEnd<'k> = (&'k str, Option<&'k Known>);

/// The verdict by the definitions.
fn expected(
    (policies, people): (&[Policy], &[Known]),
    (from, source): PacketEnd<'_>,
    (to, destination): PacketEnd<'_>,
    what: (&'static str, u16),
) -> Verdict {
    let address = |end, known: Option<&Known>| known.map_or(end, |one| one.address);
    let packet = Packet {
        from: address(from, source),
        to: address(to, destination),
        what,
    };
    let out = source.is_none_or(|pod| passes(policies, pod, false, &packet, people));
    let inward = destination.is_none_or(|pod| passes(policies, pod, true, &packet, people));
    if out && inward {
        Verdict::Reachable
    } else {
        Verdict::Blocked
    }
}

/// The world with these policies; `apart`: without the network set that holds the address of a pod.
fn file(apart: bool, policies: &str) -> File {
    let sets = if apart {
        WORLD.replace(", 10.2.0.2/32", "")
    } else {
        WORLD.to_owned()
    };
    File {
        path: "world.yaml".into(),
        bytes: format!("{sets}---\n{policies}").into_bytes(),
        ..File::default()
    }
}

fn agree(row: Vec<u16>) -> Result<(), TestCaseError> {
    let mut dice = Dice { row, at: 0 };
    let count = 1 + dice.below(5);
    let policies: Vec<Policy> = (0..count).map(|name| Policy::of(&mut dice, name)).collect();
    let text = policies
        .iter()
        .map(Policy::written)
        .collect::<Vec<_>>()
        .join("---\n");
    // A network set holds the address of one pod, unless policies choose their own pods by selectors: what that means for them is left open.
    let near = |policy: &Policy| {
        policy.ingress.iter().any(|rule| rule.destination.asks())
            || policy.egress.iter().any(|rule| rule.source.asks())
    };
    let apart = policies.iter().any(near);
    let read = ingest(
        &[file(apart, &text)],
        &Settings::default(),
        PlanPhase::After,
    )
    .unwrap();
    prop_assert!(read.errors.is_empty(), "{:?}\n{text}", read.errors);
    let (world, engine, mut people) = (&read.world, Engine::new(&read.world), everyone());
    people.truncate(if apart {
        people.len() - 1
    } else {
        people.len()
    });
    let party = |end: &str| match world
        .workloads
        .ids()
        .find(|id| world.workload_title(*id) == end)
    {
        Some(id) => Party::Workload(id),
        None => Party::Addresses(AddressSet::parse(end).unwrap()),
    };
    let ends: Vec<(&str, Option<&Known>)> = people
        .iter()
        .filter_map(|one| Some((one.pod?, Some(one))))
        .collect();
    let all: Vec<(&str, Option<&Known>)> = ends
        .iter()
        .copied()
        .chain(STRANGERS.map(|address| (address, None)))
        .collect();
    for &one in &all {
        for &other in &all {
            if one.0 != other.0 && (one.1.is_some() || other.1.is_some()) {
                for what in PACKETS {
                    let judged = (&policies[..], &people[..]);
                    let expected = expected(judged, one, other, what);
                    let protocol = Protocol::parse(what.0).unwrap();
                    let traffic = Traffic::ports(protocol, what.1, what.1);
                    let trail = engine.explain(&party(one.0), &party(other.0), &traffic);
                    prop_assert_eq!(
                        trail.verdict,
                        expected,
                        "{} -> {} {:?}\n{}\n{:?}",
                        one.0,
                        other.0,
                        what,
                        text,
                        trail.hops
                    );
                }
            }
        }
    }
    Ok(())
}

/// Standings of the namespace `shop`: whether pods of it are open for ingress and egress, and whether new ones are isolated.
fn standing(policies: &str) -> [(bool, bool); 2] {
    let text = format!("{WORLD}---\n{policies}");
    let file = File {
        path: "world.yaml".into(),
        bytes: text.into_bytes(),
        ..File::default()
    };
    let world = ingest(&[file], &Settings::default(), PlanPhase::After)
        .unwrap()
        .world;
    let shop = world
        .namespaces
        .iter()
        .find(|(_, namespace)| namespace.name == "shop")
        .unwrap()
        .0;
    let standing = Engine::new(&world).namespace_isolation(shop);
    [&standing.ingress, &standing.egress]
        .map(|side| (!side.open.is_empty(), side.new_pods_isolated.must))
}

#[test]
fn a_namespace_that_a_global_policy_isolates_is_covered() {
    let global = |spec: &str| {
        format!(
            "{{apiVersion: projectcalico.org/v3, kind: GlobalNetworkPolicy, metadata: {{name: deny}}, spec: {{{spec}}}}}\n"
        )
    };
    let (open, covered) = ((true, false), (false, true));
    assert_eq!(standing(""), [open, open]);
    assert_eq!(
        standing(&global("types: [Ingress, Egress]")),
        [covered, covered]
    );
    assert_eq!(standing(&global("types: [Ingress]")), [covered, open]);
    assert_eq!(
        standing(&global("namespaceSelector: team == 'a', types: [Egress]")),
        [open, covered]
    );
    assert_eq!(
        standing(&global("namespaceSelector: team == 'b', types: [Egress]")),
        [open, open]
    );
    assert_eq!(
        standing(&global("selector: has(app), types: [Ingress]")),
        [(false, false), open]
    );
    assert_eq!(
        standing(&global("tier: between, types: [Ingress]")),
        [open, open],
        "what the tier leaves over goes on"
    );
    assert_eq!(
        standing(&global("tier: between, ingress: [{action: Deny}]")),
        [covered, open]
    );
    assert_eq!(
        standing(&global("order: 1, ingress: [{action: Pass}]")),
        [covered, open]
    );
    assert_eq!(
        standing(&global(
            "doNotTrack: true, applyOnForward: true, ingress: [{action: Deny}]"
        )),
        [open, open]
    );
    assert_eq!(
        standing(
            &global("types: [Ingress]").replace("GlobalNetworkPolicy", "StagedGlobalNetworkPolicy")
        ),
        [open, open]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn what_is_read_decides_as_calico_does(row in prop::collection::vec(any::<u16>(), 1..300)) {
        agree(row)?;
    }
}
