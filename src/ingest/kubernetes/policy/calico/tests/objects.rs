//! Objects: groups, kinds that hold nothing, kinds that are gaps, and engines that do not know them.

use super::{calico, global, namespaced};
use crate::ingest::kubernetes::fixture::{fault, policy, world, world_of};
use crate::model::{GapKind, Selector, World};

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
fn types_are_not_filled_in_past_the_api_server() {
    let stored = |spec: &str| {
        gaps(&global(spec).replace("projectcalico.org/v3", "crd.projectcalico.org/v1"))
    };
    assert!(stored("ingress: [{action: Allow}]")[0].contains("may be about both directions"));
    assert!(stored("types: [Ingress]").is_empty() && gaps(&global("selector: all()")).is_empty());
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

#[test]
fn policies_for_host_endpoints_only_are_gaps() {
    for field in ["doNotTrack", "preDNAT"] {
        let text = global(&format!(
            "{field}: true\napplyOnForward: true\ningress: [{{action: Deny}}]"
        ));
        let (world, errors) = world(&text);
        assert!(errors.is_empty() && world.policies.is_empty(), "{field}");
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
    let with = gaps(&format!("{forward}---\n{host}"));
    assert!(
        with.iter().any(|what| what.contains("forward to pods"))
            && with.iter().any(|what| what.starts_with("HostEndpoint")),
        "{with:?}"
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
