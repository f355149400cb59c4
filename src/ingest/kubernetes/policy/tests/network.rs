//! NetworkPolicy, each line of its definition.

mod refused;

use crate::ingest::kubernetes::fixture::{policy, world, world_of};
use crate::model::{
    AddressSet, Labels, NamedPort, Policy, PolicyPeer, PolicySide, PortName, Protocol, Selected,
    Selector, Tier, Traffic,
};

/// A policy `shop/p` with this spec, each line indented by two more.
fn spec(lines: &str) -> String {
    let body: String = lines.lines().map(|line| format!("  {line}\n")).collect();
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: p\n  namespace: shop\nspec:\n{body}"
    )
}

fn read(lines: &str) -> Policy {
    policy(&spec(lines))
}

fn directions(lines: &str) -> (bool, bool) {
    let read = read(lines);
    (read.ingress.is_some(), read.egress.is_some())
}

/// Whether a selector holds for a pod `k=v` in a namespace with labels `team=…`.
fn holds(selector: &Selector, pod: &[(&str, &str)], namespace: &str, team: &str) -> bool {
    let labels = |pairs: &[(&str, &str)]| {
        pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect::<Labels>()
    };
    let none = Labels::new();
    let (pod, of) = (labels(pod), labels(&[("team", team)]));
    selector.holds(Selected {
        pod: &pod,
        namespace,
        namespace_labels: &of,
        service_account: "default",
        service_account_labels: &none,
    })
}

fn pods(side: &PolicySide, rule: usize) -> &Selector {
    match &side.rules[rule].peer {
        PolicyPeer::Pods(selector) => selector,
        other => panic!("{other:?} is no selector of pods"),
    }
}

#[test]
fn directions_by_policy_types_and_rules() {
    let cases = [
        ("podSelector: {}", (true, false)),
        ("podSelector: {}\npolicyTypes: []", (true, false)),
        ("podSelector: {}\npolicyTypes:", (true, false)),
        ("podSelector: {}\negress: []", (true, false)),
        ("podSelector: {}\negress: [{}]", (true, true)),
        (
            "podSelector: {}\npolicyTypes: [Egress]\ningress: [{}]",
            (false, true),
        ),
        (
            "podSelector: {}\npolicyTypes: [Ingress]\negress: [{}]",
            (true, false),
        ),
        (
            "podSelector: {}\npolicyTypes: [Ingress, Egress]",
            (true, true),
        ),
    ];
    for (lines, expected) in cases {
        assert_eq!(directions(lines), expected, "{lines}");
    }
}

#[test]
fn the_subject_is_in_the_policys_namespace() {
    for lines in ["podSelector: {}", "podSelector:", "policyTypes: [Ingress]"] {
        let subject = read(lines).subject;
        assert!(
            holds(&subject, &[], "shop", "x") && !holds(&subject, &[], "other", "x"),
            "{lines}"
        );
    }
    let subject = read("podSelector: {matchLabels: {app: web}, matchExpressions: [{key: tier, operator: In, values: [a, b]}]}").subject;
    assert!(holds(
        &subject,
        &[("app", "web"), ("tier", "b")],
        "shop",
        "x"
    ));
    assert!(!holds(&subject, &[("app", "web")], "shop", "x"));
}

#[test]
fn rules_absent_or_empty_deny_and_an_empty_rule_allows_all() {
    for lines in [
        "podSelector: {}",
        "podSelector: {}\ningress:",
        "podSelector: {}\ningress: []",
    ] {
        let ingress = read(lines).ingress.unwrap();
        assert!(ingress.isolates && ingress.rules.is_empty(), "{lines}");
    }
    for lines in [
        "ingress: [{}]",
        "ingress: [{from: [], ports: []}]",
        "ingress:\n- from:\n  ports:",
    ] {
        let ingress = read(lines).ingress.unwrap();
        assert_eq!(
            (&ingress.rules[0].peer, &ingress.rules[0].traffic),
            (&PolicyPeer::Anyone, &Traffic::all()),
            "{lines}"
        );
    }
    let read = read("podSelector: {}");
    assert_eq!(
        (
            read.tier.rank,
            read.origin.place.line,
            read.origin.address.as_ref()
        ),
        (Tier::NAMESPACED, 4, "NetworkPolicy shop/p")
    );
}

#[test]
fn ports_by_number_range_name_and_protocol() {
    let ports = |list: &str| {
        let rule = read(&format!("ingress:\n- ports: {list}"))
            .ingress
            .unwrap()
            .rules
            .remove(0);
        (rule.traffic, rule.named_ports)
    };
    let tcp = |low, high| Traffic::ports(Protocol::TCP, low, high);
    assert_eq!(ports("[{port: 80}]"), (tcp(80, 80), vec![]));
    assert_eq!(
        ports("[{protocol: UDP}]"),
        (Traffic::protocol(Protocol::UDP), vec![])
    );
    assert_eq!(ports("[{}]"), (Traffic::protocol(Protocol::TCP), vec![]));
    assert_eq!(
        ports("[{protocol: SCTP, port: 7}]"),
        (Traffic::ports(Protocol::SCTP, 7, 7), vec![])
    );
    assert_eq!(
        ports("[{port: 80, endPort: 90}, {port: 85, endPort: 95}]"),
        (tcp(80, 95), vec![])
    );
    let name = |protocol| {
        vec![PortName {
            name: "http".to_owned(),
            protocol: Some(protocol),
        }]
    };
    assert_eq!(
        ports("[{port: http}]"),
        (Traffic::none(), name(Protocol::TCP))
    );
    assert_eq!(
        ports("[{port: http, protocol: UDP}]"),
        (Traffic::none(), name(Protocol::UDP))
    );
}

#[test]
fn peers_one_item_is_and_two_items_are_or() {
    let side = |list: &str| read(&format!("ingress:\n- from: {list}")).ingress.unwrap();
    let own = side("[{podSelector: {matchLabels: {app: a}}}]");
    assert!(
        holds(pods(&own, 0), &[("app", "a")], "shop", "x")
            && !holds(pods(&own, 0), &[("app", "a")], "other", "x")
    );
    let whole = side("[{namespaceSelector: {matchLabels: {team: red}}}]");
    assert!(
        holds(pods(&whole, 0), &[], "other", "red") && !holds(pods(&whole, 0), &[], "shop", "blue")
    );
    let both = side(
        "[{namespaceSelector: {matchLabels: {team: red}}, podSelector: {matchLabels: {app: a}}}]",
    );
    assert!(
        holds(pods(&both, 0), &[("app", "a")], "other", "red")
            && !holds(pods(&both, 0), &[], "other", "red")
    );
    let either = side(
        "[{namespaceSelector: {matchLabels: {team: red}}}, {podSelector: {matchLabels: {app: a}}}]",
    );
    assert!(
        either.rules.len() == 2
            && holds(pods(&either, 0), &[], "other", "red")
            && holds(pods(&either, 1), &[("app", "a")], "shop", "x")
    );
    assert!(holds(
        pods(&side("[{namespaceSelector: {}}]"), 0),
        &[],
        "any",
        "x"
    ));
    let all_own = side("[{podSelector: {}}]");
    assert!(
        holds(pods(&all_own, 0), &[], "shop", "x") && !holds(pods(&all_own, 0), &[], "other", "x")
    );
    assert!(holds(
        pods(&side("[{podSelector: {}, namespaceSelector: {}}]"), 0),
        &[],
        "any",
        "x"
    ));
}

#[test]
fn negations_hold_where_the_key_is_absent() {
    let subject = |expression: &str| {
        read(&format!(
            "podSelector: {{matchExpressions: [{expression}]}}"
        ))
        .subject
    };
    let cases = [
        ("{key: a, operator: In, values: [x]}", [true, false, false]),
        (
            "{key: a, operator: NotIn, values: [x]}",
            [false, true, true],
        ),
        ("{key: a, operator: Exists}", [true, true, false]),
        (
            "{key: a, operator: DoesNotExist, values: []}",
            [false, false, true],
        ),
    ];
    for (expression, [x, y, absent]) in cases {
        let subject = subject(expression);
        let found = [[("a", "x")].as_slice(), &[("a", "y")], &[]]
            .map(|pod| holds(&subject, pod, "shop", "t"));
        assert_eq!(found, [x, y, absent], "{expression}");
    }
}

#[test]
fn blocks_are_masked_and_except_subtracts() {
    let block = |item: &str| match read(&format!("egress:\n- to: [{{ipBlock: {item}}}]"))
        .egress
        .unwrap()
        .rules
        .remove(0)
        .peer
    {
        PolicyPeer::Addresses(set) => set.to_string(),
        other => panic!("{other:?} is no block"),
    };
    assert_eq!(block("{cidr: 10.1.2.3/16}"), "10.1.0.0/16");
    assert_eq!(
        block("{cidr: 10.0.0.0/30, except: [10.0.0.0/31, 10.0.0.2/32]}"),
        "10.0.0.3"
    );
    assert_eq!(block("{cidr: '::/0'}"), AddressSet::all_v6().to_string());
}

#[test]
fn a_policy_that_is_no_yaml_is_in_doubt_for_its_namespace() {
    let text = spec("podSelector: {}\ningress: [\n")
        + "---\n"
        + &spec("podSelector: {}").replace("name: p", "name: q");
    let (world, errors) = world(&text);
    assert_eq!(errors.len(), 1);
    let found: Vec<(&str, bool)> = world
        .policies
        .iter()
        .map(|(_, policy)| (policy.name.as_str(), policy.doubt.is_certain()))
        .collect();
    assert_eq!(found, [("p", false), ("q", true)]);
    let (_, broken) = world.policies.iter().next().unwrap();
    assert_eq!(broken.subject, Selector::InNamespace("shop".to_owned()));
}

#[test]
fn the_removed_version_is_read_and_doubted() {
    let text = spec("podSelector: {}").replace("networking.k8s.io/v1", "extensions/v1beta1");
    let (world, errors) = world(&text);
    let (_, policy) = world.policies.iter().next().unwrap();
    assert!(errors.is_empty() && !policy.doubt.is_certain() && policy.ingress.is_some());
}

#[test]
fn kinds_of_other_groups_may_be_policies_and_are_no_network_policies() {
    let text = spec("podSelector: {}").replace("networking.k8s.io/v1", "example.com/v1");
    let (world, errors) = world(&text);
    assert!(errors.is_empty());
    let own: Vec<_> = world.policies.iter().map(|(_, own)| own).collect();
    // Whatever engine knows it may do anything with it.
    assert!(
        own.len() == 1
            && own
                .iter()
                .all(|own| !own.doubt.is_certain() && own.ingress.is_none())
    );
    assert_eq!(world.gaps.len(), 1);
    let later = spec("podSelector: {}").replace("networking.k8s.io/v1", "networking.k8s.io/v2");
    let (world, _) = world_of(&[&later], "unknown engine");
    assert!(
        world
            .policies
            .iter()
            .all(|(_, policy)| !policy.doubt.is_certain())
            && world.policies.len() == 1
    );
    assert!(
        world
            .gaps
            .iter()
            .next()
            .unwrap()
            .1
            .what
            .contains("version `v2` of NetworkPolicy")
    );
}

#[test]
fn two_files_that_differ_are_both_in_doubt() {
    let (a, b) = (
        spec("podSelector: {}"),
        spec("podSelector: {matchLabels: {a: b}}"),
    );
    let (world, errors) = world_of(&[&a, &b], "unknown engine");
    assert!(errors[0].message.contains("defined twice") && world.policies.len() == 2);
    assert!(
        world
            .policies
            .iter()
            .all(|(_, policy)| !policy.doubt.is_certain())
    );
    let (same, errors) = world_of(&[&a, &a], "unknown engine");
    assert!(errors.is_empty() && same.policies.len() == 1);
    let (last, errors) = world_of(&[&format!("{a}---\n{b}")], "unknown engine");
    assert_eq!((errors.len(), last.policies.len()), (1, 1));
    let (_, policy) = last.policies.iter().next().unwrap();
    assert!(policy.doubt.is_certain() && !holds(&policy.subject, &[], "shop", "x"));
}

#[test]
fn a_selector_by_a_label_that_controllers_set_is_in_doubt() {
    let set = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db, namespace: shop}\nspec: {template: {spec: {containers: []}}}\n---\n";
    let by_pod = spec("podSelector: {matchLabels: {statefulset.kubernetes.io/pod-name: db-0}}");
    let (world, errors) = world(&format!("{set}{by_pod}"));
    let (_, policy) = world.policies.iter().next().unwrap();
    assert!(errors.is_empty() && !policy.doubt.is_certain());
}

#[test]
fn named_ports_of_all_containers_that_keep_running() {
    let pod = "apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  initContainers:
  - {name: once, ports: [{name: http, containerPort: 1}]}
  - {name: sidecar, restartPolicy: Always, ports: [{name: http, containerPort: 15000}]}
  containers:
  - {name: main, ports: [{name: http, containerPort: 8080}, {containerPort: 9, protocol: UDP}, {name: dns, containerPort: 53, protocol: UDP}]}
";
    let (world, errors) = world(pod);
    assert_eq!(errors, []);
    let (_, workload) = world.workloads.iter().next().unwrap();
    let port = |name: &str, protocol, port| NamedPort {
        name: name.to_owned(),
        protocol,
        port,
    };
    let expected = [
        port("dns", Protocol::UDP, 53),
        port("http", Protocol::TCP, 8080),
        port("http", Protocol::TCP, 15000),
    ];
    assert_eq!(workload.named_ports, expected);
}

#[test]
fn a_namespace_in_two_files_is_in_doubt_only_where_a_selector_asks() {
    let plain = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n";
    let labelled = format!(
        "{plain}  labels:\n    pod-security.kubernetes.io/enforce: baseline\n    pod-security.kubernetes.io/warn: restricted\n    team: a\n"
    );
    let none = spec("podSelector: {}");
    let (world, errors) = world_of(&[plain, &labelled, &none], "unknown engine");
    assert_eq!((errors.len(), world.gaps.len()), (0, 0));
    let (_, policy) = world.policies.iter().next().unwrap();
    assert!(policy.doubt.is_certain());

    let by_team =
        spec("podSelector: {}\ningress:\n- from:\n  - namespaceSelector: {matchLabels: {team: a}}");
    let (world, errors) = world_of(&[plain, &labelled, &by_team], "unknown engine");
    assert_eq!(errors, []);
    let gaps: Vec<&str> = world
        .gaps
        .iter()
        .map(|(_, gap)| gap.what.as_str())
        .collect();
    assert_eq!(
        gaps,
        ["Namespace shop is defined more than once with other labels: `team`"]
    );
}
