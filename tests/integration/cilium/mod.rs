//! Random worlds of Cilium policies, from manifest to verdict, against a reading that knows nothing of the engine: one packet at a time, by the
//! labels that Cilium gives everyone (user guide, "Layer 3 Policies", "Layer 4 Policies", "Deny Policies", "Policy Enforcement Modes").

mod case;
mod reading;
mod worlds;

use case::{Case, OUTSIDE, PACKETS};
use crosspeer::ingest::{File, Kind, PlanPhase, Settings, ingest};
use crosspeer::model::{AddressSet, Protocol, Traffic, Verdict, World};
use crosspeer::reach::{Engine, Party};
use proptest::prelude::*;
use reading::SourceAddress;
use worlds::cases;

fn world(case: &Case) -> World {
    let bytes = case.manifests().into_bytes();
    let file = File {
        path: "world.json".into(),
        bytes,
        kind: Some(Kind::Manifests),
        named: true,
        cluster: None,
        root: None,
        ..File::default()
    };
    let read = ingest(&[file], &Settings::default(), PlanPhase::After).unwrap();
    assert_eq!(read.errors, [], "{}", case.manifests());
    read.world
}

fn agree(case: &Case) -> Result<(), TestCaseError> {
    let world = world(case);
    let engine = Engine::new(&world);
    let party = |at: usize| {
        let name = format!("{}/w{at}", case.pods[at].namespace);
        Party::Workload(
            world
                .workloads
                .ids()
                .find(|id| world.workload_title(*id) == name)
                .unwrap(),
        )
    };
    for packet in PACKETS {
        let traffic = match packet.0 {
            Protocol::ICMP => Traffic::icmp(Protocol::ICMP, 8, Some(0)),
            protocol => Traffic::ports(protocol, packet.1, packet.1),
        };
        let check = |from: &Party, to: &Party, expected: bool| {
            let verdict = engine.explain(from, to, &traffic).verdict;
            let wanted = if expected {
                Verdict::Reachable
            } else {
                Verdict::Blocked
            };
            prop_assert_eq!(
                verdict,
                wanted,
                "{:?} -> {:?} {:?}\n{}",
                from,
                to,
                packet,
                case.manifests()
            );
            Ok(())
        };
        for (at, pod) in case.pods.iter().enumerate() {
            for (other, far) in case
                .pods
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != at)
            {
                if let Some(expected) = case.between(pod, far, packet) {
                    check(&party(at), &party(other), expected)?;
                }
            }
            for address in OUTSIDE {
                let (who, far) = (
                    SourceAddress::at(address),
                    Party::Addresses(AddressSet::parse(address).unwrap()),
                );
                check(&party(at), &far, case.passes(pod, &who, false, packet))?;
                check(&far, &party(at), case.passes(pod, &who, true, packet))?;
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn engine_and_reading_agree(case in cases()) {
        agree(&case)?;
    }
}

/// What bare manifests tell of who enforces: the engine, the verdict of a policy that denies, and whether it is inert.
#[test]
fn manifests_tell_their_engine() {
    let told = |more: &str| {
        let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: w, namespace: a}\nspec: {containers: []}\n---\n";
        let policy = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: p, namespace: a}\nspec: {endpointSelector: {}, egress: [{}]}\n---\n";
        let bytes = format!("{pod}{policy}{more}").into_bytes();
        let file = File {
            path: "world.yaml".into(),
            bytes,
            kind: Some(Kind::Manifests),
            named: true,
            cluster: None,
            root: None,
            ..File::default()
        };
        let world = ingest(&[file], &Settings::default(), PlanPhase::After)
            .unwrap()
            .world;
        let (engine, inert) = (
            world.clusters.iter().next().unwrap().1.engine.clone(),
            world.policies.iter().any(|(_, one)| one.inert.is_some()),
        );
        let far = Party::Addresses(AddressSet::parse("192.0.2.1").unwrap());
        let pod = Party::Workload(world.workloads.ids().next().unwrap());
        let verdict = Engine::new(&world)
            .explain(&pod, &far, &Traffic::ports(Protocol::TCP, 80, 80))
            .verdict;
        format!(
            "{engine}, {}{}",
            verdict.word(),
            if inert { ", inert" } else { "" }
        )
    };
    let config = |mode: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: cilium-config, namespace: kube-system}}\ndata: {{enable-policy: {mode}}}\n"
        )
    };
    let agent = |name: &str| {
        format!(
            "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {{name: {name}, namespace: kube-system}}\nspec: {{template: {{spec: {{hostNetwork: true, containers: []}}}}}}\n"
        )
    };
    assert_eq!(told(""), "unknown engine, blocked");
    assert_eq!(told(&config("default")), "cilium, blocked");
    assert_eq!(told(&agent("cilium")), "cilium, blocked");
    assert_eq!(told(&config("never")), "cilium, reachable");
    assert_eq!(told(&agent("calico-node")), "calico, reachable, inert");
    assert_eq!(told(&agent("anetd")), "gke-dataplane-v2, reachable, inert");
}

#[test]
fn an_egress_gateway_without_any_cloud_is_a_gap() {
    let bytes = b"apiVersion: cilium.io/v2\nkind: CiliumEgressGatewayPolicy\nmetadata: {name: e}\nspec: {}\n".to_vec();
    let file = File {
        path: "world.yaml".into(),
        bytes,
        kind: Some(Kind::Manifests),
        named: true,
        ..File::default()
    };
    let world = ingest(&[file], &Settings::default(), PlanPhase::After)
        .unwrap()
        .world;
    let gaps: Vec<&str> = world
        .gaps
        .iter()
        .map(|(_, gap)| gap.what.as_str())
        .collect();
    assert!(
        gaps.len() == 1 && gaps[0].contains("CiliumEgressGatewayPolicy"),
        "{gaps:?}"
    );
}
