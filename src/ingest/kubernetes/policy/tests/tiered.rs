//! AdminNetworkPolicy, BaselineAdminNetworkPolicy, ClusterNetworkPolicy of both groups, and ApplicationNetworkPolicy.

use crate::ingest::kubernetes::fixture::{fault, policy, world, world_of};
use crate::ingest::kubernetes::policy::{ADMIN, BASELINE};
use crate::model::{
    AddressSet, Policy, PolicyAction, PolicyPeer, PortName, Protocol, Selector, Tier, Traffic,
    World,
};

fn object(api: &str, kind: &str, name: &str, spec: &str) -> String {
    let body: String = spec.lines().map(|line| format!("  {line}\n")).collect();
    format!("apiVersion: {api}\nkind: {kind}\nmetadata:\n  name: {name}\nspec:\n{body}")
}

/// An AdminNetworkPolicy of priority 10 about all namespaces; its rules begin on line 8.
fn admin(rules: &str) -> String {
    object(
        "policy.networking.k8s.io/v1alpha1",
        "AdminNetworkPolicy",
        "a",
        &format!("priority: 10\nsubject: {{namespaces: {{}}}}\n{rules}"),
    )
}

fn cluster(tier: &str, rules: &str) -> String {
    let spec = format!("tier: {tier}\npriority: 7\nsubject: {{namespaces: {{}}}}\n{rules}");
    object(
        "policy.networking.k8s.io/v1alpha2",
        "ClusterNetworkPolicy",
        "c",
        &spec,
    )
}

fn baseline(name: &str, rules: &str) -> String {
    let spec = format!("subject: {{namespaces: {{}}}}\n{rules}");
    object(
        "policy.networking.k8s.io/v1alpha1",
        "BaselineAdminNetworkPolicy",
        name,
        &spec,
    )
}

fn only(world: &World) -> &Policy {
    assert_eq!(world.policies.len(), 1);
    world.policies.iter().next().unwrap().1
}

#[test]
fn tiers_orders_and_no_isolation() {
    let rules = "ingress:\n- {action: Deny, from: [{namespaces: {}}]}\n- {action: Pass, from: [{namespaces: {}}]}";
    let read = policy(&admin(rules));
    let ingress = read.ingress.unwrap();
    assert_eq!(
        (read.tier.rank, read.order, ingress.isolates),
        (ADMIN, 10, false)
    );
    let actions: Vec<PolicyAction> = ingress.rules.iter().map(|rule| rule.action).collect();
    assert_eq!(actions, [PolicyAction::Deny, PolicyAction::Pass]);
    assert!(
        read.egress.is_none()
            && read.namespace.is_none()
            && ADMIN < Tier::NAMESPACED
            && Tier::NAMESPACED < BASELINE
    );
    let base = policy(&baseline(
        "default",
        "ingress: [{action: Allow, from: [{namespaces: {}}]}]",
    ));
    assert_eq!(
        (base.tier.rank, base.ingress.unwrap().isolates),
        (BASELINE, false)
    );
    for (tier, rank) in [("Admin", ADMIN), ("Baseline", BASELINE)] {
        let read = policy(&cluster(
            tier,
            "egress: [{action: Pass, to: [{namespaces: {}}]}]",
        ));
        assert_eq!(
            (
                read.tier.rank,
                read.order,
                read.egress.unwrap().rules[0].action
            ),
            (rank, 7, PolicyAction::Pass)
        );
    }
}

#[test]
fn no_rules_have_no_effect() {
    for rules in ["", "ingress: []", "ingress:\negress: []"] {
        let read = policy(&admin(rules));
        assert!(read.ingress.is_none() && read.egress.is_none(), "{rules}");
    }
}

#[test]
fn peers_of_both_directions() {
    let peer = |item: &str| {
        policy(&admin(&format!("egress: [{{action: Deny, to: [{item}]}}]")))
            .egress
            .unwrap()
            .rules
            .remove(0)
            .peer
    };
    let pods =
        "{pods: {namespaceSelector: {matchLabels: {a: b}}, podSelector: {matchLabels: {c: d}}}}";
    let label =
        |of, key: &str, value: &str| Selector::In(of, key.to_owned(), vec![value.to_owned()]);
    use crate::model::LabelsOf::{Namespace, Pod};
    assert_eq!(
        peer(pods),
        PolicyPeer::Pods(Selector::All(vec![
            label(Namespace, "a", "b"),
            label(Pod, "c", "d")
        ]))
    );
    assert_eq!(
        peer("{namespaces: {matchLabels: {a: b}}}"),
        PolicyPeer::Pods(label(Namespace, "a", "b"))
    );
    assert_eq!(peer("{nodes: {}}"), PolicyPeer::Nodes(Selector::Everything));
    assert_eq!(
        peer("{nodes: {matchLabels: {kubernetes.io/os: linux}}}"),
        PolicyPeer::Nodes(Selector::Everything)
    );
    assert_eq!(
        peer("{nodes: {matchLabels: {zone: a}}}"),
        PolicyPeer::Nodes(label(Pod, "zone", "a"))
    );
    let both = AddressSet::parse("10.0.0.0/8")
        .unwrap()
        .union(&AddressSet::all_v6());
    assert_eq!(
        peer("{networks: [10.0.0.0/8, '::/0']}"),
        PolicyPeer::AddressesOfPodsToo(both)
    );
}

#[test]
fn ports_of_admin_policies() {
    let ports = |list: &str| {
        let rule = policy(&admin(&format!(
            "ingress: [{{action: Deny, from: [{{namespaces: {{}}}}], ports: {list}}}]"
        )))
        .ingress
        .unwrap()
        .rules
        .remove(0);
        (rule.traffic, rule.named_ports)
    };
    assert_eq!(ports("[]").0, Traffic::all());
    assert_eq!(
        ports("[{portNumber: {port: 80}}]").0,
        Traffic::ports(Protocol::TCP, 80, 80)
    );
    assert_eq!(
        ports("[{portNumber: {protocol: UDP, port: 53}}, {portRange: {protocol: SCTP, start: 1, end: 9}}]").0.to_string(),
        "udp 53; sctp 1-9"
    );
    assert_eq!(
        ports("[{namedPort: web}]"),
        (
            Traffic::none(),
            vec![PortName {
                name: "web".to_owned(),
                protocol: None
            }]
        )
    );
}

#[test]
fn protocols_of_cluster_policies() {
    let ports = |list: &str| {
        let rules = format!(
            "ingress: [{{action: Accept, from: [{{namespaces: {{}}}}], protocols: {list}}}]"
        );
        let rule = policy(&cluster("Admin", &rules))
            .ingress
            .unwrap()
            .rules
            .remove(0);
        (rule.traffic.to_string(), rule.named_ports.len())
    };
    assert_eq!(
        ports("[{tcp: {destinationPort: {number: 80}}}]"),
        ("tcp 80".to_owned(), 0)
    );
    assert_eq!(
        ports("[{udp: {destinationPort: {range: {start: 5, end: 9}}}}, {sctp: {}}]"),
        ("udp 5-9; sctp".to_owned(), 0)
    );
    assert_eq!(
        ports("[{destinationNamedPort: web}]"),
        ("no traffic".to_owned(), 1)
    );
}

#[test]
fn what_is_refused_has_its_place() {
    let egress = |rule: &str| admin(&format!("egress:\n- {rule}"));
    let cases = [
        (
            egress("{action: Accept, to: [{namespaces: {}}]}"),
            (9, 14),
            "`action` is \"Accept\": expected one of Allow, Deny, Pass",
        ),
        (
            egress("{action: Deny}"),
            (9, 5),
            "`to` is missing: expected at least one peer",
        ),
        (
            egress("{action: Deny, to: [{}]}"),
            (9, 25),
            "`to` is a map: expected a peer with one of namespaces, pods, nodes, networks, domainNames",
        ),
        (
            egress("{action: Deny, to: [{sameLabels: [x]}]}"),
            (9, 26),
            "`sameLabels` is no field here",
        ),
        (
            egress("{action: Deny, to: [{networks: [10.0.0.1]}]}"),
            (9, 37),
            "`networks` is \"10.0.0.1\"",
        ),
        (
            admin("").replace("10", "1001"),
            (6, 13),
            "`priority` is 1001: expected a whole number from 0 to 1000",
        ),
        (
            admin("").replace("{namespaces: {}}", "{}"),
            (7, 12),
            "`subject` is a map: expected `namespaces` or `pods`",
        ),
        (baseline("other", ""), (4, 9), "expected `default`"),
        (
            baseline(
                "default",
                "ingress: [{action: Pass, from: [{namespaces: {}}]}]",
            ),
            (7, 22),
            "expected one of Allow, Deny",
        ),
        (
            cluster("admin", ""),
            (6, 9),
            "`tier` is \"admin\": expected Admin or Baseline",
        ),
    ];
    for (text, place, message) in cases {
        let (line, column, _, found) = fault(&text);
        assert!(found.contains(message), "{found}");
        assert_eq!((line, column), place, "{text}");
    }
}

#[test]
fn unknown_peers_fail_closed() {
    let rules = |action: &str| {
        world(&admin(&format!(
            "egress:\n- {{action: {action}, to: [{{}}]}}"
        )))
        .0
    };
    let (allow, pass) = (rules("Allow"), rules("Pass"));
    assert!(only(&allow).egress.as_ref().unwrap().rules.is_empty());
    let rule = &only(&pass).egress.as_ref().unwrap().rules[0];
    assert_eq!(
        (rule.action, &rule.peer),
        (PolicyAction::Deny, &PolicyPeer::Anyone)
    );
}

#[test]
fn domain_names_are_in_doubt_and_only_allow() {
    let read = policy(&admin(
        "egress: [{action: Allow, to: [{domainNames: ['*.example.com']}]}]",
    ));
    let rule = &read.egress.unwrap().rules[0];
    assert!(!rule.doubt.is_certain() && read.doubt.is_certain() && rule.peer == PolicyPeer::World);
    assert!(
        fault(&admin(
            "egress: [{action: Deny, to: [{domainNames: [a.b]}]}]"
        ))
        .3
        .contains("allow only")
    );
}

#[test]
fn equal_priorities_are_in_doubt_where_they_meet_and_disagree() {
    let pods = "apiVersion: v1\nkind: Namespace\nmetadata: {name: default}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: a}}\nspec: {containers: []}\n---\n";
    let other = |rules: &str| admin(rules).replace("name: a", "name: b");
    let (deny, allow) = (
        "ingress: [{action: Deny, from: [{namespaces: {}}]}]",
        "ingress: [{action: Allow, from: [{namespaces: {}}]}]",
    );
    let doubts = |second: String| {
        let (world, errors) = world(&format!("{pods}{}---\n{second}", admin(deny)));
        assert_eq!(errors, []);
        world
            .policies
            .iter()
            .filter(|(_, policy)| {
                // Only which of them is first is open, not what each says.
                assert!(policy.doubt.is_certain(), "{policy:?}");
                !policy.order_doubt.is_certain()
            })
            .count()
    };
    assert_eq!(doubts(other(allow)), 2);
    assert_eq!(doubts(other(deny)), 0);
    assert_eq!(
        doubts(other(allow).replace("priority: 10", "priority: 11")),
        0
    );
    assert_eq!(
        doubts(other(
            &allow.replace("ingress", "egress").replace("from", "to")
        )),
        0
    );
    assert_eq!(
        doubts(other(allow).replace(
            "{namespaces: {}}\n",
            "{namespaces: {matchLabels: {none: such}}}\n"
        )),
        0
    );
}

#[test]
fn kinds_that_the_engine_does_not_know_are_inert() {
    let allow = "egress: [{action: Accept, to: [{namespaces: {}}]}]";
    let upstream = cluster("Admin", allow);
    let aws = upstream.replace(
        "policy.networking.k8s.io/v1alpha2",
        "networking.k8s.aws/v1alpha1",
    );
    let state = |text: &str, engine: &str| {
        let (world, errors) = world_of(&[text], engine);
        assert_eq!(errors, []);
        // It holds as it stands or not at all: each of its rules is in doubt, and nothing beyond them.
        let own = only(&world);
        assert!(own.doubt.is_certain());
        (
            own.inert.is_some(),
            own.egress
                .as_ref()
                .unwrap()
                .rules
                .iter()
                .all(|rule| !rule.doubt.is_certain()),
        )
    };
    assert_eq!(state(&upstream, "unknown engine"), (false, false));
    assert_eq!(state(&upstream, "vpc-cni"), (true, false));
    assert_eq!(state(&upstream, "cilium"), (false, true));
    assert_eq!(state(&aws, "vpc-cni"), (false, false));
    assert_eq!(state(&aws, "calico"), (true, false));
    // Whether these enforce it depends on their version and settings.
    for engine in ["antrea", "ovn-kubernetes", "gke-dataplane-v2", "kube-ovn"] {
        assert_eq!(state(&upstream, engine), (false, true), "{engine}");
        let admin = object(
            "policy.networking.k8s.io/v1alpha1",
            "AdminNetworkPolicy",
            "a",
            "priority: 1\nsubject: {namespaces: {}}\negress: [{action: Allow, to: [{namespaces: {}}]}]",
        );
        assert_eq!(state(&admin, engine), (false, true), "{engine}");
    }
    assert_eq!(state(&upstream, "azure-npm"), (true, false));
}

#[test]
fn a_kind_of_policy_that_no_table_names_is_doubt_and_never_nothing() {
    let policies = |version: &str, kind: &str, engine: &str| {
        let (world, errors) = world_of(&[&object(version, kind, "x", "any: {}")], engine);
        assert_eq!(errors, []);
        let own = world.policies.iter().map(|(_, own)| own);
        let own: Vec<_> = own.filter(|own| own.name == "x").collect();
        own.iter()
            .all(|own| own.inert.is_none() && !own.doubt.is_certain())
            && own.len() == 1
    };
    for engine in ["antrea", "ovn-kubernetes", "calico", "unknown engine"] {
        let upstream = "policy.networking.k8s.io/v1beta9";
        assert!(policies(upstream, "NodeNetworkPolicy", engine), "{engine}");
        assert!(policies(upstream, "AdminRule", engine), "{engine}");
        assert!(
            policies("networking.gke.io/v1alpha1", "FQDNNetworkPolicy", engine),
            "{engine}"
        );
    }
    // These are about further interfaces of pods, or no policies at all.
    assert!(!policies(
        "k8s.cni.cncf.io/v1beta2",
        "MultiNetworkPolicy",
        "calico"
    ));
    assert!(!policies(
        "networking.gke.io/v1",
        "ManagedCertificate",
        "calico"
    ));
}

#[test]
fn application_policies_add_domain_names_to_network_policies() {
    let spec = "podSelector: {matchLabels: {app: backend}}\npolicyTypes: [Egress]\negress:\n- to: [{ipBlock: {cidr: 10.100.0.10/32}}]\n  ports: [{protocol: UDP, port: 53}]\n- to: [{domainNames: [api.example.com]}]\n  ports: [{port: 443}]";
    let read = policy(&object(
        "networking.k8s.aws/v1alpha1",
        "ApplicationNetworkPolicy",
        "a",
        spec,
    ));
    let egress = read.egress.unwrap();
    assert_eq!(
        (read.tier.rank, egress.isolates, read.ingress.is_none()),
        (Tier::NAMESPACED, true, true)
    );
    assert!(egress.rules[0].doubt.is_certain() && egress.rules[0].traffic.to_string() == "udp 53");
    assert!(!egress.rules[1].doubt.is_certain() && egress.rules[1].peer == PolicyPeer::World);
}
