//! Remarks about policies and rules, each drawn at the end of the line that it must point at.

use crate::model::{AddressSet, Border, Doubt, Id, Leg, Network, World};
use crate::reach::policy::PolicyEvaluator;
use crate::reach::{Remark, fixture};

/// The remarks must be exactly those written as `#! kind, kind` at the end of their lines.
fn check(text: &str) {
    let world = fixture::world(text);
    let remarks = PolicyEvaluator::new(&world).remarks();
    let mut found: Vec<(u32, &str)> = remarks
        .iter()
        .map(|remark| (remark.origin.place.line, remark.kind.word()))
        .collect();
    found.sort_unstable();
    let lines = text
        .lines()
        .zip(1..)
        .filter_map(|(line, number)| Some((number, line.split_once("#! ")?.1)));
    let expected: Vec<(u32, &str)> = lines
        .flat_map(|(number, kinds)| kinds.split(", ").map(move |kind| (number, kind)))
        .collect();
    assert_eq!(found, expected, "{remarks:#?}");
}

#[test]
fn policies_about_nothing() {
    check(
        "pod a/x app=x
         pod a/y app=y host
         policy NetworkPolicy a/wrong for app=z                        #! selects-nothing
         policy NetworkPolicy a/host for app=y                         #! selects-nothing
         policy NetworkPolicy a/fine for app=x
         policy NetworkPolicy elsewhere/unknown for app=z
         policy NetworkPolicy a/idle inert for app=z                   #! inert",
    );
}

#[test]
fn rules_that_match_nobody() {
    check(
        "pod a/x app=x web:tcp/80
         pod b/y app=y
         policy NetworkPolicy a/p
           ingress isolates
           ingress allow pods(in:b,app=z) tcp                          #! matches-nobody
           ingress allow pods(in:kube-system,app=dns) tcp
           ingress allow pods(app=z) tcp
           ingress allow pods(in:b,app=z)+block(10.0.0.0/8) udp
           ingress allow pods(in:b) named:web
           ingress allow pods(nobody) sctp                             #! matches-nobody
           ingress allow pods(in:b) named:db                           #! unknown-port
           egress allow pods(in:b) named:web                           #! unknown-port
           egress allow pods(in:b) named:web tcp/1
           egress allow anyone named:web",
    );
}

#[test]
fn labels_do_not_cross_clusters() {
    check(
        "cluster one
         pod a/x app=x
           place yes at:10.0.0.0/24
         cluster two
         pod b/y app=y
           place yes at:10.1.0.0/24
         policy NetworkPolicy b/p
           ingress allow pods(app=x) tcp                               #! other-cluster
           ingress allow pods(app=w) tcp",
    );
}

/// What stands beside a cluster in the input, and is not joined with it, changes nothing of what is said about its policies.
#[test]
fn remarks_look_no_farther_than_borders_lead() {
    let text = "cluster one
         pod a/x app=x
           place yes at:10.0.0.0/24 node:10.0.9.9 translated:10.1.0.0/16
         cluster two
         pod b/y app=y
           place yes at:10.1.0.0/24
         policy NetworkPolicy b/p
           ingress allow pods(app=x) tcp
           ingress allow block(10.0.0.0/24) tcp/1
           ingress allow block(10.200.0.0/16) tcp/4";
    let mut world = fixture::world(text);
    let said = |world: &World| -> Vec<(u32, &'static str)> {
        let remarks = PolicyEvaluator::new(world).remarks();
        let line = |remark: &Remark| (remark.origin.place.line, remark.kind.word());
        remarks.iter().map(line).collect()
    };
    // In one network: pods of another cluster may come, and the last block is the network's.
    assert_eq!(said(&world), [(8, "other-cluster"), (9, "translated")]);
    let near = world.networks.ids().next().unwrap();
    world.networks[near].addresses = AddressSet::parse("10.1.0.0/16").unwrap();
    let far = Network {
        name: "far".to_owned(),
        addresses: AddressSet::parse("10.200.0.0/16").unwrap(),
        ..world.networks[near].clone()
    };
    let far = world.networks.push(far);
    let first = world.workloads.ids().next().unwrap();
    let place = &mut world.workloads[first].pod_placements[0];
    place.pod.network = far;
    place.node.as_mut().unwrap().network = far;
    assert_eq!(
        said(&world),
        [(9, "outside-networks"), (10, "outside-networks")]
    );
    // Over a third network, by two borders.
    let middle = world.networks.push(world.networks[near].clone());
    for (from, to) in [(far, middle), (near, middle)] {
        world.borders.push(border(from, to));
    }
    assert_eq!(said(&world), [(8, "other-cluster"), (9, "translated")]);
}

fn border(from: Id<Network>, to: Id<Network>) -> Border {
    let leg = Leg {
        from,
        entry: None,
        to,
        sources: AddressSet::all(),
        destinations: AddressSet::all(),
        filters: Vec::new(),
        unjudged: Vec::new(),
        may_bypass: Vec::new(),
        keeps_members: Vec::new(),
        relay: None,
        doubt: Doubt::none(),
        because: Vec::new(),
    };
    Border {
        name: format!("border {}", from.index()),
        kind: "peering",
        legs: vec![leg],
        state: String::new(),
        origin: None,
    }
}

#[test]
fn rules_that_others_decide_for() {
    check(
        "pod a/x app=x
         pod a/y app=y
         policy AdminNetworkPolicy adm tier:1
           ingress deny pods(app=y) tcp/1-100
           ingress allow pods(app=y) tcp/22                            #! shadowed
           ingress allow pods(app=y) tcp/22-200
           ingress deny world all
         policy NetworkPolicy a/np
           ingress isolates
           ingress allow pods(app=y) tcp/50                            #! shadowed
           ingress allow pods(app=y) tcp/50-300
           ingress allow pods(app=y) tcp/60 doubt
           ingress allow block(0.0.0.0/0) tcp                          #! shadowed",
    );
}

#[test]
fn two_policies_with_one_doubt_contradict() {
    let mut world = fixture::world(
        "pod a/x\npolicy AdminNetworkPolicy one tier:1 doubt\npolicy AdminNetworkPolicy two tier:1 doubt\n",
    );
    assert!(PolicyEvaluator::new(&world).remarks().is_empty());
    let ids: Vec<_> = world.policies.ids().collect();
    world.policies[ids[1]].doubt = world.policies[ids[0]].doubt.clone();
    let remarks = PolicyEvaluator::new(&world).remarks();
    assert_eq!(
        remarks
            .iter()
            .map(|remark| (remark.kind.word(), remark.origin.place.line))
            .collect::<Vec<_>>(),
        [("contradiction", 3)]
    );
    world.policies[ids[1]].origin = world.policies[ids[0]].origin.clone();
    assert!(
        PolicyEvaluator::new(&world).remarks().is_empty(),
        "parts of one object"
    );
}

#[test]
fn addresses_that_do_not_fit_the_network() {
    check(
        "cluster one
         pod a/x app=x
           place yes at:10.0.0.0/24 node:10.0.9.9 translated:10.1.0.0/16
         cluster two
         pod b/y app=y
           place yes at:10.1.0.0/24
         policy NetworkPolicy b/p
           ingress allow block(10.0.0.0/24) tcp/1                      #! translated
           ingress allow block(10.0.0.0/16) tcp/2
           egress allow block(10.0.0.0/24) tcp/3
           ingress allow block(192.168.7.0/24) tcp/4                   #! outside-networks
           ingress allow block(203.0.113.0/24) tcp/5
           ingress allow world&block(192.168.8.0/24) tcp/7             #! outside-networks
           ingress allow world&block(203.0.113.0/24) tcp/8
           egress allow block(10.0.77.0/24) tcp/6
         cluster three
         pod c/z app=z
           place yes at:10.2.0.0/24
         policy NetworkPolicy c/own-addresses-come-here
           ingress allow block(10.0.0.0/24) tcp/9",
    );
}
