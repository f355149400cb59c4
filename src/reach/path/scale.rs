//! Cost grows with distinct behaviours: 10,000 workloads of 1,000 shapes against 50 resources. Run by hand, in release:
//! `cargo nextest run --release --run-ignored only scale --no-capture`.

use super::scene::{Scene, block, traffic};
use crate::model::*;
use crate::reach::{Engine, Scope};
use std::fmt::Write;
use std::time::Instant;

const SHAPES: usize = 1000;
const WORKLOADS: usize = 10_000;

fn world() -> World {
    let mut text = String::from(
        "network app 10.20.0.0/16
        network data 10.40.0.0/16
        link pcx app data
        route ta 10.20.0.0/16 local
        route ta 10.40.0.0/16 link:pcx
        route td 10.40.0.0/16 local
        route td 10.20.0.0/16 link:pcx
        subnet nodes app 10.20.0.0/20 table=ta acl=acl
        subnet db data 10.40.0.0/20 table=td acl=acl
        rule acl ingress allow all any 0.0.0.0/0
        rule acl egress allow all any 0.0.0.0/0
        rule nodes egress allow all any 0.0.0.0/0
        rule nodes ingress allow tcp 8080 10.40.0.0/16\n",
    );
    for number in 0..50 {
        writeln!(
            text,
            "rule g{number} ingress allow tcp {} members:nodes",
            5000 + number
        )
        .unwrap();
        writeln!(text, "endpoint e{number} db 10.40.0.{number} g{number}").unwrap();
    }
    writeln!(
        text,
        "pods w nodes 10.20.0.0/20 nodes\nnode w nodes 10.20.0.0/20 nodes 10.40.0.0/16"
    )
    .unwrap();
    let mut world = Scene::read(&text).world;
    let (id, first) = world
        .workloads
        .iter()
        .map(|(id, own)| (id, own.clone()))
        .next()
        .unwrap();
    for number in 0..WORKLOADS {
        let mut workload = Workload {
            name: format!("w{number}"),
            ..first.clone()
        };
        workload
            .labels
            .insert("app".to_owned(), format!("s{}", number % SHAPES));
        if number == 0 {
            world.workloads[id] = workload
        } else {
            world.workloads.push(workload);
        }
    }
    for shape in 0..SHAPES {
        world.policies.push(policy(&first, shape));
    }
    world
}

/// Lets the pods of a shape send to the far network on a port range of their own.
fn policy(like: &Workload, shape: usize) -> Policy {
    let origin = like.origin.clone();
    let high = 5000 + u16::try_from(shape).unwrap();
    let rule = PolicyRule {
        order: 0,
        action: PolicyAction::Allow,
        subject: Selector::Everything,
        peer: PolicyPeer::Addresses(block("10.40.0.0/16")),
        traffic: traffic("tcp", &format!("1-{high}")),
        named_ports: Vec::new(),
        doubt: Doubt::none(),
        origin: origin.clone(),
    };
    Policy {
        cluster: like.cluster,
        kind: "NetworkPolicy",
        name: format!("p{shape}"),
        namespace: Some(like.namespace),
        tier: Tier::namespaced(),
        order: 0,
        subject: Selector::In(LabelsOf::Pod, "app".to_owned(), vec![format!("s{shape}")]),
        ingress: None,
        egress: Some(PolicySide {
            isolates: true,
            rules: vec![rule],
            origin: origin.clone(),
        }),
        inert: None,
        order_doubt: Doubt::none(),
        doubt: Doubt::none(),
        origin,
    }
}

#[test]
#[ignore = "a measurement"]
fn scale() {
    let world = world();
    let start = Instant::now();
    let engine = Engine::new(&world);
    println!("engine {:?}", start.elapsed());
    let start = Instant::now();
    let flows = engine.flows(Scope::Border);
    println!("{} flows {:?}", flows.len(), start.elapsed());
    let start = Instant::now();
    let exposures = engine.exposures();
    println!("{} exposures {:?}", exposures.len(), start.elapsed());
    let start = Instant::now();
    println!(
        "{} stepping stones {:?}",
        engine.stepping_stones(4).len(),
        start.elapsed()
    );
    // Each workload reaches the resources whose port its policy lets through, and the network itself; and is reached from it.
    assert!(flows.len() > 50 * WORKLOADS && exposures.len() > 50 * WORKLOADS);
}
