//! Random worlds of Cilium policies, from manifest to verdict, against a reading that knows nothing of the engine: one packet at a time, by the
//! labels that Cilium gives everyone (user guide, "Layer 3 Policies", "Layer 4 Policies", "Deny Policies", "Policy Enforcement Modes").

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first thing that is not as expected")]

use crosspeer::ingest::{File, Kind, Moment, Settings, ingest};
use crosspeer::model::{AddressSet, Protocol, Traffic, Verdict, World};
use crosspeer::reach::{Engine, Party};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const NAMESPACE: &str = "io.kubernetes.pod.namespace";
const ACCOUNT: &str = "io.cilium.k8s.policy.serviceaccount";
const TEAM: &str = "io.cilium.k8s.namespace.labels.team";
const CLUSTER: &str = "io.cilium.k8s.policy.cluster";
const OUTSIDE: [&str; 4] = ["10.0.0.9", "10.9.0.1", "192.0.2.1", "fd00::1"];
const PACKETS: [(Protocol, u16); 5] =
    [(Protocol::TCP, 80), (Protocol::TCP, 81), (Protocol::UDP, 80), (Protocol::SCTP, 90), (Protocol::ICMP, 2048)];

type Labels = BTreeMap<String, String>;
type Text = &'static str;

#[derive(Clone, Debug)]
struct Pod {
    namespace: Text,
    app: Text,
    account: Text,
    host: bool,
}

/// `matchLabels`, and expressions with their values.
#[derive(Clone, Debug, Default)]
struct Selector {
    labels: Vec<(Text, Text)>,
    expressions: Vec<(Text, Text, Vec<Text>)>,
}

#[derive(Clone, Debug)]
enum End {
    Absent,
    Endpoints(Vec<Selector>),
    Entities(Vec<Text>),
    Blocks(Vec<(Text, Vec<Text>)>),
}

#[derive(Clone, Debug)]
struct Rule {
    end: End,
    /// Protocol, port, last port.
    ports: Vec<(Text, Text, u16)>,
}

#[derive(Clone, Debug, Default)]
struct Side {
    allow: Option<Vec<Rule>>,
    deny: Option<Vec<Rule>>,
    switch: Option<bool>,
}

#[derive(Clone, Debug)]
struct Policy {
    /// None: of the whole cluster.
    namespace: Option<Text>,
    subject: Selector,
    /// To the pods, from the pods.
    sides: [Side; 2],
}

/// A NetworkPolicy: its namespace, app of its pods, direction, and app of the pods of its namespace or block that is allowed.
#[derive(Clone, Debug)]
struct Plain {
    namespace: Text,
    ingress: bool,
    app: Option<Text>,
    block: Option<Text>,
}

#[derive(Clone, Debug)]
struct Case {
    pods: Vec<Pod>,
    policies: Vec<Policy>,
    plain: Vec<Plain>,
}

// ---- as manifests

impl Selector {
    fn json(&self) -> Value {
        let labels: serde_json::Map<_, _> = self.labels.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect();
        let expression = |(key, operator, values): &(Text, Text, Vec<Text>)| match values.is_empty() {
            true => json!({"key": key, "operator": operator}),
            false => json!({"key": key, "operator": operator, "values": values}),
        };
        json!({"matchLabels": labels, "matchExpressions": self.expressions.iter().map(expression).collect::<Vec<_>>()})
    }
}

impl Rule {
    fn json(&self, ingress: bool) -> Value {
        let mut out = serde_json::Map::new();
        let word = if ingress { "from" } else { "to" };
        let mut add = |field: &str, value: Value| out.insert(format!("{word}{field}"), value);
        match &self.end {
            End::Absent => None,
            End::Endpoints(all) => add("Endpoints", all.iter().map(Selector::json).collect::<Vec<_>>().into()),
            End::Entities(all) => add("Entities", json!(all)),
            End::Blocks(all) => {
                add("CIDRSet", all.iter().map(|(cidr, except)| json!({"cidr": cidr, "except": except})).collect::<Vec<_>>().into())
            }
        };
        if !self.ports.is_empty() {
            let port = |(protocol, port, end): &(Text, Text, u16)| match end {
                0 => json!({"protocol": protocol, "port": port}),
                end => json!({"protocol": protocol, "port": port, "endPort": end}),
            };
            out.insert("toPorts".to_owned(), json!([{"ports": self.ports.iter().map(port).collect::<Vec<_>>()}]));
        }
        out.into()
    }
}

impl Policy {
    fn json(&self, at: usize) -> Value {
        let mut spec = json!({"endpointSelector": self.subject.json(), "enableDefaultDeny": {}});
        for (side, (word, ingress)) in self.sides.iter().zip([("ingress", true), ("egress", false)]) {
            let list = |rules: &[Rule]| rules.iter().map(|rule| rule.json(ingress)).collect::<Vec<_>>();
            side.allow.iter().for_each(|rules| spec[word] = json!(list(rules)));
            side.deny.iter().for_each(|rules| spec[format!("{word}Deny")] = json!(list(rules)));
            side.switch.iter().for_each(|on| spec["enableDefaultDeny"][word] = json!(on));
        }
        let kind = if self.namespace.is_some() { "CiliumNetworkPolicy" } else { "CiliumClusterwideNetworkPolicy" };
        let mut metadata = json!({"name": format!("p{at}")});
        self.namespace.iter().for_each(|name| metadata["namespace"] = json!(name));
        json!({"apiVersion": "cilium.io/v2", "kind": kind, "metadata": metadata, "spec": spec})
    }
}

impl Plain {
    fn json(&self, at: usize) -> Value {
        let mut peers: Vec<Value> = self.app.iter().map(|app| json!({"podSelector": {"matchLabels": {"app": app}}})).collect();
        peers.extend(self.block.iter().map(|block| json!({"ipBlock": {"cidr": block}})));
        let (word, from, kind) = if self.ingress { ("ingress", "from", "Ingress") } else { ("egress", "to", "Egress") };
        let rules = if peers.is_empty() { json!([]) } else { json!([{from: peers}]) };
        let metadata = json!({"name": format!("n{at}"), "namespace": self.namespace});
        let spec = json!({"podSelector": {}, "policyTypes": [kind], word: rules});
        json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec})
    }
}

impl Case {
    fn manifests(&self) -> String {
        let mut items = vec![
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "cilium-config", "namespace": "kube-system"}, "data": {"cluster-name": "one"}}),
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a", "labels": {"team": "red"}}}),
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "b", "labels": {"team": "blue"}}}),
        ];
        items.extend(self.pods.iter().enumerate().map(|(at, pod)| {
            let metadata = json!({"name": format!("w{at}"), "namespace": pod.namespace, "labels": {"app": pod.app}});
            let status = json!({"podIPs": [{"ip": format!("10.0.0.{at}")}]});
            let spec = json!({"serviceAccountName": pod.account, "hostNetwork": pod.host, "containers": []});
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": status})
        }));
        items.extend(self.policies.iter().enumerate().map(|(at, policy)| policy.json(at)));
        items.extend(self.plain.iter().enumerate().map(|(at, policy)| policy.json(at)));
        json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string()
    }
}

// ---- as Cilium reads it

/// Someone, by the labels of its identity, and its address where it is outside.
#[derive(Clone, Debug)]
struct Identity {
    labels: Labels,
    outside: Option<std::net::IpAddr>,
}

impl Identity {
    fn of(pod: &Pod) -> Self {
        let team = if pod.namespace == "a" { "red" } else { "blue" };
        let all = [("app", pod.app), (NAMESPACE, pod.namespace), (ACCOUNT, pod.account), (TEAM, team), (CLUSTER, "one")];
        Identity { labels: all.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(), outside: None }
    }

    fn reserved(name: &str) -> Self {
        Identity { labels: [(format!("reserved:{name}"), String::new())].into(), outside: None }
    }

    fn at(address: &str) -> Self {
        Identity { outside: Some(address.parse().unwrap()), ..Self::reserved("world") }
    }

    fn is(&self, name: &str) -> bool {
        self.labels.contains_key(&format!("reserved:{name}"))
    }
}

impl Selector {
    fn bare(key: &str) -> &str {
        key.strip_prefix("k8s:").or(key.strip_prefix("any:")).unwrap_or(key)
    }

    fn names(&self, key: &str) -> bool {
        let keys = self.labels.iter().map(|(own, _)| own).chain(self.expressions.iter().map(|(own, ..)| own));
        keys.into_iter().any(|own| Self::bare(own) == key || own.starts_with(key) && key.ends_with(':'))
    }

    fn holds(&self, labels: &Labels) -> bool {
        let value = |key: &str| labels.get(Self::bare(key)).map(String::as_str);
        let expression = |(key, operator, values): &(Text, Text, Vec<Text>)| match *operator {
            "In" => value(key).is_some_and(|own| values.contains(&own)),
            "NotIn" => value(key).is_none_or(|own| !values.contains(&own)),
            "Exists" => value(key).is_some(),
            _ => value(key).is_none(),
        };
        self.labels.iter().all(|(key, wanted)| value(key) == Some(wanted)) && self.expressions.iter().all(expression)
    }

    /// As the other end: without a word about namespaces it is about the policy's own, or about pods only.
    fn holds_for_end(&self, namespace: Option<&str>, labels: &Labels) -> bool {
        let own = labels.get(NAMESPACE).map(String::as_str);
        let implied = match namespace {
            _ if self.names("reserved:") || self.names(NAMESPACE) => true,
            None => own.is_some(),
            Some(_) if self.names(TEAM) => true,
            Some(name) => own == Some(name),
        };
        implied && self.holds(labels)
    }
}

fn entity(name: &str, who: &Identity) -> bool {
    match name {
        "all" => true,
        "world" => who.is("world"),
        "world-ipv4" => who.outside.is_some_and(|address| address.is_ipv4()),
        "world-ipv6" => who.outside.is_some_and(|address| address.is_ipv6()),
        "cluster" => !who.is("world"),
        name => who.is(name),
    }
}

fn inside(block: &str, who: &Identity) -> bool {
    who.outside.is_some_and(|address| AddressSet::parse(block).unwrap().contains(address))
}

impl Rule {
    fn matches(&self, namespace: Option<&str>, who: &Identity, (protocol, number): (Protocol, u16)) -> bool {
        let end = match &self.end {
            // A rule that says nothing matches nothing.
            End::Absent => !self.ports.is_empty(),
            End::Endpoints(all) => all.iter().any(|one| one.holds_for_end(namespace, &who.labels)),
            End::Entities(all) => all.iter().any(|name| entity(name, who)),
            End::Blocks(all) => all.iter().any(|(block, except)| inside(block, who) && !except.iter().any(|own| inside(own, who))),
        };
        let port = |(word, low, high): &(Text, Text, u16)| {
            let known = [Protocol::TCP, Protocol::UDP, Protocol::SCTP];
            let meant = if *word == "ANY" { known.contains(&protocol) } else { Protocol::parse(word) == Some(protocol) };
            let low: u16 = low.parse().unwrap();
            meant && (low == 0 || (low..=low.max(*high)).contains(&number))
        };
        end && (self.ports.is_empty() || self.ports.iter().any(port))
    }
}

impl Case {
    /// Whether the policies of a pod let a packet pass between it and someone.
    fn passes(&self, own: &Pod, who: &Identity, ingress: bool, packet: (Protocol, u16)) -> bool {
        if own.host {
            return true;
        }
        let labels = Identity::of(own).labels;
        let (mut isolated, mut allowed, mut denied) = (false, false, false);
        for policy in
            self.policies.iter().filter(|policy| policy.namespace.is_none_or(|name| name == own.namespace) && policy.subject.holds(&labels))
        {
            let side = &policy.sides[usize::from(!ingress)];
            let any = |rules: &Option<Vec<Rule>>| rules.iter().flatten().any(|rule| rule.matches(policy.namespace, who, packet));
            let held = side.allow.iter().chain(&side.deny).any(|rules| !rules.is_empty());
            isolated |= side.switch.unwrap_or(held);
            allowed |= any(&side.allow);
            denied |= any(&side.deny);
        }
        for plain in self.plain.iter().filter(|plain| plain.ingress == ingress && plain.namespace == own.namespace) {
            let named = |app: &str| who.labels.get("app").is_some_and(|own| own == app);
            let near = who.labels.get(NAMESPACE).is_some_and(|name| name == plain.namespace);
            isolated = true;
            allowed |= plain.app.is_some_and(|app| near && named(app)) || plain.block.is_some_and(|block| inside(block, who));
        }
        !denied && (allowed || !isolated)
    }

    /// Who a pod may be to another: on the host network the other's own node, or another one.
    fn faces(&self, pod: &Pod) -> Vec<Identity> {
        if pod.host { vec![Identity::reserved("host"), Identity::reserved("remote-node")] } else { vec![Identity::of(pod)] }
    }

    fn between(&self, from: &Pod, to: &Pod, packet: (Protocol, u16)) -> bool {
        let out = self.faces(to).iter().any(|who| self.passes(from, who, false, packet));
        out && self.faces(from).iter().any(|who| self.passes(to, who, true, packet))
    }
}

// ---- the law

fn world(case: &Case) -> World {
    let bytes = case.manifests().into_bytes();
    let file =
        File { path: "world.json".into(), bytes, kind: Some(Kind::Manifests), named: true, cluster: None, root: None, rendering: None };
    let read = ingest(&[file], &Settings::default(), Moment::After).unwrap();
    assert_eq!(read.errors, [], "{}", case.manifests());
    read.world
}

fn agree(case: &Case) -> Result<(), TestCaseError> {
    let world = world(case);
    let engine = Engine::new(&world);
    let party = |at: usize| {
        let name = format!("{}/w{at}", case.pods[at].namespace);
        Party::Workload(world.workloads.ids().find(|id| world.workload_title(*id) == name).unwrap())
    };
    for packet in PACKETS {
        let traffic = match packet.0 {
            Protocol::ICMP => Traffic::icmp(Protocol::ICMP, 8, Some(0)),
            protocol => Traffic::ports(protocol, packet.1, packet.1),
        };
        let check = |from: &Party, to: &Party, expected: bool| {
            let verdict = engine.explain(from, to, &traffic).verdict;
            let wanted = if expected { Verdict::Reachable } else { Verdict::Blocked };
            prop_assert_eq!(verdict, wanted, "{:?} -> {:?} {:?}\n{}", from, to, packet, case.manifests());
            Ok(())
        };
        for (at, pod) in case.pods.iter().enumerate() {
            for (other, far) in case.pods.iter().enumerate().filter(|(other, _)| *other != at) {
                check(&party(at), &party(other), case.between(pod, far, packet))?;
            }
            for address in OUTSIDE {
                let (who, far) = (Identity::at(address), Party::Addresses(AddressSet::parse(address).unwrap()));
                check(&party(at), &far, case.passes(pod, &who, false, packet))?;
                check(&far, &party(at), case.passes(pod, &who, true, packet))?;
            }
        }
    }
    Ok(())
}

// ---- worlds

fn pods() -> impl Strategy<Value = Vec<Pod>> {
    let pod = (select(&["a", "b"][..]), select(&["x", "y", "z"][..]), select(&["default", "cart"][..]), prop::bool::weighted(0.2));
    prop::collection::vec(pod.prop_map(|(namespace, app, account, host)| Pod { namespace, app, account, host }), 2..5)
}

/// Selectors; `far` adds what only the other end may be selected by.
fn selector(far: bool) -> impl Strategy<Value = Selector> {
    let mut labels: Vec<(Text, Text)> =
        vec![("app", "x"), ("k8s:app", "y"), ("any:app", "z"), (ACCOUNT, "cart"), (CLUSTER, "one"), (CLUSTER, "two")];
    if far {
        labels.extend([
            (NAMESPACE, "a"),
            ("k8s:io.kubernetes.pod.namespace", "b"),
            (TEAM, "red"),
            ("reserved:world", ""),
            ("reserved:host", ""),
        ]);
    }
    let mut expressions: Vec<(Text, Text, Vec<Text>)> = vec![
        ("app", "In", vec!["x", "y"]),
        ("k8s:app", "NotIn", vec!["x"]),
        ("app", "Exists", vec![]),
        ("none", "DoesNotExist", vec![]),
        (CLUSTER, "Exists", vec![]),
    ];
    if far {
        expressions.extend([(NAMESPACE, "In", vec!["a", "b"]), (NAMESPACE, "Exists", vec![]), (TEAM, "In", vec!["blue"])]);
    }
    let one = prop::option::weighted(0.5, select(labels)).prop_map(|label| label.into_iter().collect());
    (one, subsequence(expressions, 0..2)).prop_map(|(labels, expressions)| Selector { labels, expressions })
}

fn end(deny: bool) -> impl Strategy<Value = End> {
    let mut entities: Vec<Text> = vec!["all", "world", "world-ipv4", "world-ipv6", "none", "init", "health"];
    if !deny {
        // Denying one sort of node leaves the other, which is for some placement only.
        entities.extend(["host", "remote-node"]);
    }
    let blocks: Vec<(Text, Vec<Text>)> = vec![
        ("10.0.0.0/8", vec![]),
        ("10.0.0.0/8", vec!["10.0.0.0/24"]),
        ("0.0.0.0/0", vec!["192.0.2.0/24", "10.9.0.0/16"]),
        ("::/0", vec![]),
    ];
    let reserved = move |all: &Vec<Selector>| !deny || all.iter().all(|one| !one.names("reserved:"));
    prop_oneof![
        1 => Just(End::Absent),
        4 => prop::collection::vec(selector(true), 0..3).prop_filter("a node is denied by all of its names", reserved).prop_map(End::Endpoints),
        3 => subsequence(entities, 0..3).prop_map(End::Entities),
        3 => subsequence(blocks, 0..3).prop_map(End::Blocks),
    ]
}

fn rules(deny: bool) -> impl Strategy<Value = Option<Vec<Rule>>> {
    let ports: Vec<(Text, Text, u16)> =
        vec![("TCP", "80", 0), ("TCP", "80", 81), ("UDP", "0", 0), ("ANY", "80", 90), ("SCTP", "90", 0), ("ICMP", "0", 0)];
    let ports = prop_oneof![Just(Vec::new()), subsequence(ports, 1..3)];
    let rule = (end(deny), ports).prop_map(|(end, ports)| Rule { end, ports });
    prop::option::weighted(if deny { 0.3 } else { 0.6 }, prop::collection::vec(rule, 0..3))
}

fn policy() -> impl Strategy<Value = Policy> {
    let side = || (rules(false), rules(true), select(&[None, None, None, Some(true), Some(false)][..]));
    let side = move || side().prop_map(|(allow, deny, switch)| Side { allow, deny, switch });
    (select(&[None, Some("a"), Some("b")][..]), selector(false), side(), side()).prop_map(|(namespace, subject, ingress, egress)| Policy {
        namespace,
        subject,
        sides: [ingress, egress],
    })
}

fn cases() -> impl Strategy<Value = Case> {
    let plain = (
        select(&["a", "b"][..]),
        any::<bool>(),
        prop::option::of(select(&["x", "y"][..])),
        prop::option::of(select(&["0.0.0.0/0", "10.0.0.0/24"][..])),
    );
    let plain = plain.prop_map(|(namespace, ingress, app, block)| Plain { namespace, ingress, app, block });
    (pods(), prop::collection::vec(policy(), 1..4), prop::collection::vec(plain, 0..2)).prop_map(|(pods, policies, plain)| Case {
        pods,
        policies,
        plain,
    })
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
        let file =
            File { path: "world.yaml".into(), bytes, kind: Some(Kind::Manifests), named: true, cluster: None, root: None, rendering: None };
        let world = ingest(&[file], &Settings::default(), Moment::After).unwrap().world;
        let (engine, inert) =
            (world.clusters.iter().next().unwrap().1.engine.clone(), world.policies.iter().any(|(_, one)| one.inert.is_some()));
        let far = Party::Addresses(AddressSet::parse("192.0.2.1").unwrap());
        let pod = Party::Workload(world.workloads.ids().next().unwrap());
        let verdict = Engine::new(&world).explain(&pod, &far, &Traffic::ports(Protocol::TCP, 80, 80)).verdict;
        format!("{engine}, {}{}", verdict.word(), if inert { ", inert" } else { "" })
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
