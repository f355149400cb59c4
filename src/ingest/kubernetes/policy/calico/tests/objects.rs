//! Objects: groups, kinds that hold nothing, kinds that are gaps, and engines that do not know them.

use super::{calico, global, namespaced};
use crate::ingest::kubernetes::fixture::{fault, policy, world, world_of};
use crate::model::{
    GapKind, Policy, PolicyAction, PolicyPeer, PolicySide, Selector, Traffic, World,
};

fn gaps(text: &str) -> Vec<String> {
    let (world, errors) = world(text);
    assert_eq!(errors, [], "{text}");
    world.gaps.iter().map(|(_, gap)| gap.what.clone()).collect()
}

fn inert(world: &World) -> Vec<Option<&str>> {
    world
        .policies
        .iter()
        .map(|(_, policy)| policy.inert.as_deref())
        .collect()
}

#[test]
fn both_groups_are_read_and_named_apart_from_kubernetes() {
    for text in [
        namespaced("types: [Ingress]"),
        namespaced("types: [Ingress]").replace("projectcalico.org/v3", "crd.projectcalico.org/v1"),
    ] {
        let read = policy(&text);
        assert_eq!(
            (
                read.kind,
                read.origin.address.as_ref(),
                read.origin.place.line
            ),
            ("Calico NetworkPolicy", "NetworkPolicy p", 4)
        );
        assert!(read.namespace.is_some() && read.inert.is_none());
    }
    let read = policy(&global("types: [Ingress]"));
    assert!(
        read.kind == "GlobalNetworkPolicy"
            && read.namespace.is_none()
            && read.subject == Selector::Everything
    );
    assert!(
        gaps(&namespaced("").replace("projectcalico.org/v3", "projectcalico.org/v4"))[0]
            .contains("version `v4` of NetworkPolicy")
    );
}

#[test]
fn what_is_written_past_the_api_server_has_both_directions_unless_it_lists_them() {
    let directions = |spec: &str| {
        let stored = global(spec).replace("projectcalico.org/v3", "crd.projectcalico.org/v1");
        [global(spec), stored].map(|text| {
            let own = policy(&text);
            (own.ingress.is_some(), own.egress.is_some())
        })
    };
    for (spec, filled_in, stored) in [
        ("selector: all()", (true, false), (true, true)),
        ("ingress: [{action: Allow}]", (true, false), (true, true)),
        ("egress: [{action: Allow}]", (false, true), (true, true)),
        ("types: [Egress]", (false, true), (false, true)),
        (
            "types: [Ingress]\negress: [{action: Allow}]",
            (true, false),
            (true, false),
        ),
    ] {
        assert_eq!(directions(spec), [filled_in, stored], "{spec}");
    }
}

#[test]
fn staged_policies_hold_nothing() {
    let kinds = [
        "StagedNetworkPolicy",
        "StagedGlobalNetworkPolicy",
        "StagedKubernetesNetworkPolicy",
    ];
    for kind in kinds {
        let read = policy(&calico(
            kind,
            "s",
            "stagedAction: Set\ningress: [{action: Deny}]",
        ));
        assert_eq!(
            (read.kind, read.inert.as_deref()),
            (
                kind,
                Some("it is staged, and nothing enforces a staged policy")
            )
        );
    }
}

/// The directions in which a policy may deny, and whether only what comes from outside of the cluster's pods.
fn may_deny(world: &World) -> Vec<(bool, bool, bool)> {
    let deny = |side: &Option<PolicySide>| {
        side.iter().flat_map(|side| &side.rules).any(|rule| {
            rule.action == PolicyAction::Deny
                && rule.traffic == Traffic::all()
                && !rule.doubt.is_certain()
        })
    };
    let far = |policy: &Policy| {
        let mut sides = policy.ingress.iter().chain(&policy.egress);
        sides.all(|side| matches!(side.rules[0].peer, PolicyPeer::Not(_)))
    };
    world
        .policies
        .iter()
        .map(|(_, policy)| (deny(&policy.ingress), deny(&policy.egress), far(policy)))
        .collect()
}

#[test]
fn what_is_said_of_host_endpoints_may_deny() {
    for (field, egress) in [("doNotTrack", true), ("preDNAT", false)] {
        let text = global(&format!(
            "{field}: true\napplyOnForward: true\ningress: [{{action: Deny}}]"
        ));
        let (world, errors) = world(&text);
        assert_eq!(errors, [], "{field}");
        assert_eq!(may_deny(&world), [(true, egress, true)], "{field}");
        assert!(
            world
                .gaps
                .iter()
                .any(|(_, gap)| gap.kind == GapKind::NotJudged
                    && gap.what.contains("host endpoints only"))
        );
    }
    let forward = global("applyOnForward: true\ningress: [{action: Deny}]");
    let host = calico("HostEndpoint", "h", "node: a\ninterfaceName: '*'");
    assert!(gaps(&forward).is_empty());
    let both = format!("{forward}---\n{host}");
    let with = gaps(&both);
    assert!(
        with.iter().any(|what| what.contains("forward to pods"))
            && with.iter().any(|what| what.starts_with("HostEndpoint")),
        "{with:?}"
    );
    // What it says of pods is not in doubt.
    assert_eq!(
        may_deny(&world(&both).0),
        [(true, true, false), (false, false, false)]
    );
    assert!(
        fault(&global("doNotTrack: 'yes'"))
            .3
            .contains("true or false")
    );
    assert!(
        fault(&namespaced("doNotTrack: true"))
            .3
            .contains("no field here")
    );
}

#[test]
fn other_kinds_are_quiet_or_gaps_by_name() {
    for kind in [
        "Tier",
        "GlobalNetworkSet",
        "NetworkSet",
        "BGPConfiguration",
        "ClusterInformation",
    ] {
        assert!(gaps(&calico(kind, "x", "{}")).is_empty(), "{kind}");
    }
    for kind in [
        "HostEndpoint",
        "FelixConfiguration",
        "IPPool",
        "Profile",
        "Whatever",
    ] {
        assert!(
            gaps(&calico(kind, "x", "{}"))[0].starts_with(kind),
            "{kind}"
        );
    }
    let controllers = |auto: &str| {
        gaps(&calico(
            "KubeControllersConfiguration",
            "default",
            &format!("controllers: {{node: {{hostEndpoint: {{autoCreate: {auto}}}}}}}"),
        ))
    };
    assert!(
        controllers("Disabled").is_empty()
            && controllers("Enabled")[0].contains("host endpoint of every node")
    );
}

#[test]
fn a_cluster_without_calico_does_not_enforce_them() {
    let text = format!(
        "{}---\n{}",
        namespaced("types: [Ingress]"),
        global("types: [Egress]")
    );
    let (other, errors) = world_of(&[&text], "vpc-cni");
    assert_eq!(errors, []);
    let why =
        "GlobalNetworkPolicy is enforced by calico and the cluster's policy engine is vpc-cni";
    assert!(
        inert(&other).contains(&Some(why)) && inert(&other).iter().all(Option::is_some),
        "{:?}",
        inert(&other)
    );
    assert_eq!(inert(&world_of(&[&text], "calico").0), [None, None]);
    assert_eq!(inert(&world_of(&[&text], "unknown engine").0), [None, None]);
}
