//! The ends of a rule: whom it is from, whom it is to, and what it says of the policy's own pods.

use super::{both, calico, global, inside, namespaced, pod, set};
use crate::ingest::kubernetes::fixture::{fault, policy, world};
use crate::model::{PolicyPeer, PolicyRule, PortName, Protocol, Selector, Traffic};

/// The first rule of the only policy of a text.
fn first(text: &str) -> PolicyRule {
    let (world, errors) = world(text);
    assert_eq!(errors, [], "{text}");
    let policy = world.policies.iter().next().unwrap().1.clone();
    policy
        .ingress
        .into_iter()
        .chain(policy.egress)
        .find_map(|side| side.rules.into_iter().next())
        .unwrap()
}

/// The other end of an ingress rule of a policy in `default`, and of the same rule in a policy of all namespaces.
fn check(source: &str, namespaced_peer: &PolicyPeer, global_peer: &PolicyPeer) {
    let spec = format!("ingress:\n- {{action: Deny, source: {{{source}}}}}");
    assert_eq!(&first(&namespaced(&spec)).peer, namespaced_peer, "{source}");
    assert_eq!(&first(&global(&spec)).peer, global_peer, "{source}");
}

fn not(peer: PolicyPeer) -> PolicyPeer {
    PolicyPeer::Not(Box::new(peer))
}

#[test]
fn selectors_stay_in_the_policys_namespace_unless_they_name_others() {
    let (web, own) = (pod("app", "web"), inside("default"));
    let everywhere = Selector::Exists(
        crate::model::LabelsOf::Namespace,
        "kubernetes.io/metadata.name".to_owned(),
    );
    let pods = PolicyPeer::Pods;
    check("", &PolicyPeer::Anyone, &PolicyPeer::Anyone);
    check("selector: ''", &PolicyPeer::Anyone, &PolicyPeer::Anyone);
    check(
        "serviceAccounts: {}",
        &PolicyPeer::Anyone,
        &PolicyPeer::Anyone,
    );
    check(
        "selector: app == 'web'",
        &pods(both(own.clone(), web.clone())),
        &pods(web.clone()),
    );
    check(
        "selector: all()",
        &pods(both(own.clone(), Selector::Everything)),
        &pods(Selector::Everything),
    );
    let wide = pods(both(everywhere.clone(), web));
    check(
        "selector: app == 'web', namespaceSelector: all()",
        &wide,
        &wide,
    );
    check(
        "namespaceSelector: all()",
        &pods(everywhere.clone()),
        &pods(everywhere.clone()),
    );
    let outside = pods(Selector::Not(Box::new(everywhere)));
    check("namespaceSelector: global()", &outside, &outside);
    let bot = Selector::Any(vec![Selector::HasServiceAccount("bot".to_owned())]);
    check(
        "serviceAccounts: {names: [bot]}",
        &pods(both(own, bot.clone())),
        &pods(bot),
    );
}

#[test]
fn a_negated_selector_lets_strangers_in_unless_a_namespace_confines_it() {
    let negated = not(PolicyPeer::Pods(pod("app", "web")));
    let own = PolicyPeer::Pods(inside("default"));
    check(
        "notSelector: app == 'web'",
        &PolicyPeer::All(vec![own, negated.clone()]),
        &negated,
    );
}

#[test]
fn nets_match_pods_too() {
    let (wide, hole) = (
        PolicyPeer::AddressesOfPodsToo(set("10.0.0.0/8,192.168.0.7")),
        PolicyPeer::AddressesOfPodsToo(set("10.1.0.0/16")),
    );
    let expected = PolicyPeer::All(vec![wide, not(hole)]);
    check(
        "nets: [10.0.0.0/8, 192.168.0.7], notNets: [10.1.2.3/16]",
        &expected,
        &expected,
    );
    check("nets: []", &PolicyPeer::Anyone, &PolicyPeer::Anyone);
    let rule = |nets: &str| {
        namespaced(&format!(
            "ingress:\n- {{action: Deny, source: {{nets: [{nets}]}}}}"
        ))
    };
    assert!(
        fault(&rule("10.0.0.0/33"))
            .3
            .contains("expected an address block")
    );
    assert!(
        fault(&rule("10.0.0.1-10.0.0.2"))
            .3
            .contains("expected an address block")
    );
}

#[test]
fn the_policys_own_end_narrows_its_subject() {
    let rule = |ends: &str| {
        first(&namespaced(&format!(
            "egress:\n- {{action: Allow, {ends}}}"
        )))
    };
    let read = rule(
        "source: {selector: app == 'web', notSelector: has(old)}, destination: {selector: app == 'api'}",
    );
    let old = Selector::Exists(crate::model::LabelsOf::Pod, "old".to_owned());
    assert_eq!(
        read.subject,
        both(
            both(inside("default"), pod("app", "web")),
            Selector::Not(Box::new(old))
        )
    );
    assert_eq!(
        read.peer,
        PolicyPeer::Pods(both(inside("default"), pod("app", "api")))
    );
    assert_eq!(
        rule("destination: {nets: [10.0.0.0/8]}").subject,
        Selector::Everything
    );
}

#[test]
fn network_sets_and_host_endpoints_are_chosen_by_their_labels() {
    let sets = [
        calico("GlobalNetworkSet", "partners", "nets: [198.51.100.0/24]").replace(
            "name: partners",
            "name: partners\n  labels: {role: partner}",
        ),
        calico("NetworkSet", "own", "nets: [203.0.113.0/24]").replace(
            "name: own",
            "name: own\n  namespace: shop\n  labels: {role: partner}",
        ),
        calico("HostEndpoint", "node", "node: a\nexpectedIPs: [10.0.0.9]")
            .replace("name: node", "name: node\n  labels: {role: node}"),
        calico("HostEndpoint", "wild", "node: b\ninterfaceName: eth0")
            .replace("name: wild", "name: wild\n  labels: {role: wild}"),
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: a}}\n".to_owned(),
    ];
    let peer = |source: &str, policy: fn(&str) -> String| {
        first(&format!(
            "{}---\n{}",
            policy(&format!(
                "ingress:\n- {{action: Deny, source: {{{source}}}}}"
            )),
            sets.join("---\n")
        ))
        .peer
    };
    let beside = |source: &str, blocks: &str| match peer(source, global) {
        PolicyPeer::Any(parts) => assert_eq!(
            parts.last(),
            Some(&PolicyPeer::AddressesOfPodsToo(set(blocks))),
            "{source}"
        ),
        other => assert!(blocks.is_empty(), "{source}: {other:?}"),
    };
    beside(
        "selector: role == 'partner'",
        "198.51.100.0/24,203.0.113.0/24",
    );
    beside(
        "selector: role == 'partner', namespaceSelector: global()",
        "198.51.100.0/24",
    );
    beside(
        "selector: role == 'partner', namespaceSelector: team == 'a'",
        "203.0.113.0/24",
    );
    beside(
        "selector: role == 'partner' && projectcalico.org/namespace == 'shop'",
        "203.0.113.0/24",
    );
    beside("selector: role == 'node'", "10.0.0.9");
    beside("selector: all()", "10.0.0.9,198.51.100.0/24,203.0.113.0/24");
    assert!(
        matches!(peer("selector: role == 'wild'", global), PolicyPeer::Any(parts) if matches!(parts[1], PolicyPeer::Nodes(_)))
    );
    assert!(
        matches!(
            peer("selector: role == 'partner'", namespaced),
            PolicyPeer::Pods(_)
        ),
        "not of the policy's namespace"
    );
    let negated = peer("notSelector: role == 'partner'", global);
    assert!(matches!(negated, PolicyPeer::Not(inner) if matches!(*inner, PolicyPeer::Any(_))));
}

#[test]
fn own_pods_chosen_by_a_network_set_are_in_doubt() {
    let pods = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web}}\nspec: {containers: []}\n";
    let sets = calico("GlobalNetworkSet", "s", "nets: [10.0.0.0/8]")
        .replace("name: s", "name: s\n  labels: {role: own}");
    let rules = |end: &str, status: &str| {
        let text = format!(
            "{}{pods}{status}---\n{sets}",
            global(&format!(
                "ingress: [{{action: Deny, destination: {{{end}}}}}]"
            ))
        );
        let (world, errors) = world(&text);
        assert_eq!(errors, [], "{text}");
        let rules = world
            .policies
            .iter()
            .next()
            .unwrap()
            .1
            .ingress
            .clone()
            .unwrap()
            .rules;
        rules
            .iter()
            .map(|rule| rule.doubt.is_certain())
            .collect::<Vec<_>>()
    };
    assert_eq!(rules("selector: app == 'web'", ""), [true]);
    assert_eq!(
        rules("selector: app == 'web' || role == 'own'", ""),
        [true, false]
    );
    assert_eq!(
        rules("selector: app == 'web', notSelector: role == 'own'", ""),
        [false]
    );
    let elsewhere = "status: {podIPs: [{ip: 192.168.0.1}]}\n";
    assert_eq!(
        rules("selector: app == 'web' || role == 'own'", elsewhere),
        [true]
    );
    assert_eq!(
        rules(
            "selector: app == 'web' || role == 'own'",
            "status: {podIPs: [{ip: 10.0.0.1}]}\n"
        ),
        [true, false]
    );
}

const SERVICE: &str = "---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: data}
spec:
  selector: {app: db}
  ports: [{port: 5432}, {port: 80, targetPort: web}, {port: 53, protocol: UDP, targetPort: 5353}]
---
apiVersion: v1
kind: Service
metadata: {name: far, namespace: data}
spec: {type: ExternalName, externalName: db.example.com}
";

#[test]
fn services_are_the_pods_behind_them_with_their_ports() {
    let rule = |direction: &str, end: &str, service: &str| {
        first(&format!(
            "{}{SERVICE}",
            global(&format!(
                "{direction}:\n- {{action: Allow, {end}: {{services: {service}}}}}"
            ))
        ))
    };
    let behind = PolicyPeer::Pods(both(
        Selector::InNamespace("data".to_owned()),
        pod("app", "db"),
    ));
    let out = rule("egress", "destination", "{name: db, namespace: data}");
    assert_eq!(
        (&out.peer, out.traffic.to_string().as_str()),
        (&behind, "tcp 5432; udp 5353")
    );
    assert_eq!(
        out.named_ports,
        [PortName {
            name: "web".to_owned(),
            protocol: Some(Protocol::TCP)
        }]
    );
    let back = rule("ingress", "source", "{name: db, namespace: data}");
    assert!(back.peer == behind && back.traffic == Traffic::all() && back.doubt.is_certain());
    assert_eq!(
        rule("egress", "destination", "{name: far, namespace: data}").peer,
        PolicyPeer::Any(Vec::new())
    );
    let unknown = rule("egress", "destination", "{name: none, namespace: data}");
    assert!(unknown.peer == PolicyPeer::Anyone && !unknown.doubt.is_certain());
    assert!(
        fault(&global(
            "egress: [{action: Allow, destination: {services: {name: db}}}]"
        ))
        .3
        .contains("the namespace of the Service")
    );
    assert!(
        fault(&global(
            "egress: [{action: Allow, source: {services: {name: db, namespace: data}}}]"
        ))
        .3
        .contains("other end")
    );
    let beside = "egress: [{action: Allow, destination: {services: {name: db, namespace: data}, nets: [10.0.0.0/8]}}]";
    assert!(
        fault(&global(beside))
            .3
            .contains("expected `services` alone")
    );
}

#[test]
fn one_family_of_addresses_narrows_the_other_end() {
    let read = policy(&namespaced("ingress: [{action: Deny, ipVersion: 6}]"))
        .ingress
        .unwrap()
        .rules;
    assert_eq!((read.len(), read[0].doubt.is_certain()), (1, true));
    assert_eq!(
        read[0].peer,
        PolicyPeer::All(vec![
            PolicyPeer::AddressesOfPodsToo(set("::/0")),
            PolicyPeer::Anyone
        ])
    );
}

#[test]
fn selectors_that_cannot_be_read_are_faults_at_their_place() {
    let rule = |source: &str| {
        namespaced(&format!(
            "ingress:\n- action: Allow\n  source:\n    {source}"
        ))
    };
    let (line, column, _, message) = fault(&rule("selector: app = 'web'"));
    assert_eq!((line, column), (9, 17));
    assert!(
        message.starts_with("`selector` is no selector: expected `==`"),
        "{message}"
    );
    assert!(
        fault(&rule("selector: global()"))
            .3
            .contains("expected it alone")
    );
    assert!(
        fault(&rule("namespaceSelector: global() && has(a)"))
            .3
            .contains("expected it alone")
    );
    assert!(
        fault(&rule("selector: 7"))
            .3
            .contains("a selector as a string")
    );
    assert!(
        fault(&rule("serviceAccounts: {labels: {}}"))
            .3
            .contains("no field here")
    );
    assert!(
        fault(&global("namespaceSelector: global()"))
            .3
            .contains("expected it alone")
    );
}
