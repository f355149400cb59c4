//! Random Calico policies, written as YAML, read, lowered and judged: every packet is decided as a direct reading of the
//! policies decides it. The reading knows no sets and no lowering: it asks of one packet at a time.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first thing that is not as expected")]

use crosspeer::ingest::{File, Moment, Settings, ingest};
use crosspeer::model::{AddressSet, Protocol, Traffic, Verdict};
use crosspeer::reach::{Engine, Party};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::IpAddr;

/// A finite row of choices: what is not there is the first of its kind, so that shorter rows are simpler worlds.
struct Dice {
    row: Vec<u16>,
    at: usize,
}

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.at += 1;
        usize::from(self.row.get(self.at - 1).copied().unwrap_or_default()) % sides
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// True once in so many.
    fn once_in(&mut self, sides: usize) -> bool {
        self.below(sides) == sides - 1
    }
}

type Labels = BTreeMap<String, String>;

/// An expression: how it is written, and whom it holds for.
#[derive(Clone)]
enum Said {
    All,
    Global,
    Has(&'static str),
    Is(&'static str, &'static str, &'static str),
    In(&'static str, Vec<&'static str>, bool),
    Not(Box<Said>),
    Both(Box<Said>, Box<Said>),
    Either(Box<Said>, Box<Said>),
}

const VALUES: [&str; 6] = ["web", "api", "db", "a", "bot", "partner"];

impl Said {
    fn of(dice: &mut Dice, keys: &[&'static str], depth: usize) -> Said {
        let inner = |dice: &mut Dice| Box::new(Said::of(dice, keys, depth + 1));
        match dice.below(if depth > 1 { 5 } else { 8 }) {
            0 => Said::Is(dice.one(keys), "==", dice.one(&VALUES)),
            1 => Said::Has(dice.one(keys)),
            2 => Said::Is(dice.one(keys), dice.one(&["!=", "contains", "starts with", "ends with"]), dice.one(&VALUES)),
            3 => Said::In(dice.one(keys), vec![dice.one(&VALUES), dice.one(&VALUES)], dice.once_in(2)),
            4 => Said::All,
            5 => Said::Not(inner(dice)),
            6 => Said::Both(inner(dice), inner(dice)),
            _ => Said::Either(inner(dice), inner(dice)),
        }
    }

    fn written(&self) -> String {
        match self {
            Said::All => "all()".to_owned(),
            Said::Global => "global()".to_owned(),
            Said::Has(key) => format!("has({key})"),
            Said::Is(key, operator, value) => format!("{key} {operator} '{value}'"),
            Said::In(key, values, not) => format!("{key} {}in {{'{}'}}", if *not { "not " } else { "" }, values.join("', '")),
            Said::Not(inner) => format!("!({})", inner.written()),
            Said::Both(a, b) => format!("({}) && ({})", a.written(), b.written()),
            Said::Either(a, b) => format!("({}) || ({})", a.written(), b.written()),
        }
    }

    fn holds(&self, labels: &Labels) -> bool {
        let value = |key: &str| labels.get(key).map(String::as_str);
        match self {
            Said::All => true,
            Said::Global => false,
            Said::Has(key) => value(key).is_some(),
            Said::Is(key, "!=", text) => value(key) != Some(text),
            Said::Is(key, operator, text) => value(key).is_some_and(|own| match *operator {
                "==" => own == *text,
                "contains" => own.contains(text),
                "starts with" => own.starts_with(text),
                _ => own.ends_with(text),
            }),
            Said::In(key, values, not) => value(key).is_some_and(|own| values.contains(&own)) != *not,
            Said::Not(inner) => !inner.holds(labels),
            Said::Both(a, b) => a.holds(labels) && b.holds(labels),
            Said::Either(a, b) => a.holds(labels) || b.holds(labels),
        }
    }
}

/// Someone with an address: a pod, or a member of a network set.
struct Known {
    address: &'static str,
    /// Own labels, and all others under Calico's keys.
    labels: Labels,
    /// The namespace with its labels; none for those of all namespaces.
    namespace: Option<(&'static str, Labels)>,
    account: Option<(&'static str, Labels)>,
    /// Name and port of TCP.
    port: Option<(&'static str, u16)>,
    pod: Option<&'static str>,
}

fn labels(pairs: &[(&str, &str)]) -> Labels {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn namespace(name: &'static str) -> (&'static str, Labels) {
    let team = if name == "shop" { "a" } else { "b" };
    (name, labels(&[("team", team), ("projectcalico.org/name", name), ("kubernetes.io/metadata.name", name)]))
}

fn known(
    address: &'static str,
    own: &[(&str, &str)],
    space: Option<&'static str>,
    account: Option<&'static str>,
    pod: Option<&'static str>,
) -> Known {
    let mut all = labels(own);
    let namespace = space.map(namespace);
    if let Some((name, labels)) = &namespace {
        all.insert("projectcalico.org/namespace".to_owned(), (*name).to_owned());
        all.extend(labels.iter().map(|(key, value)| (format!("pcns.{key}"), value.clone())));
    }
    let account = account.map(|name| {
        let role: &[(&str, &str)] =
            if name == "robot" { &[("role", "bot"), ("projectcalico.org/name", name)] } else { &[("projectcalico.org/name", name)] };
        (name, labels(role))
    });
    if let Some((name, labels)) = &account {
        all.insert("projectcalico.org/serviceaccount".to_owned(), (*name).to_owned());
        all.insert("projectcalico.org/orchestrator".to_owned(), "k8s".to_owned());
        all.extend(labels.iter().map(|(key, value)| (format!("pcsa.{key}"), value.clone())));
    }
    let port = match pod {
        Some("shop/web") => Some(("http", 80)),
        Some("shop/api") => Some(("http", 8080)),
        _ => None,
    };
    Known { address, labels: all, namespace, account, port, pod }
}

/// Everyone, as [`WORLD`] has them.
fn everyone() -> Vec<Known> {
    vec![
        known("10.1.0.1", &[("app", "web"), ("tier", "a")], Some("shop"), Some("robot"), Some("shop/web")),
        known("10.1.0.2", &[("app", "api")], Some("shop"), Some("default"), Some("shop/api")),
        known("10.2.0.1", &[("app", "db"), ("tier", "web-a")], Some("data"), Some("default"), Some("data/db")),
        known("10.2.0.2", &[("app", "web")], Some("data"), Some("default"), Some("data/web")),
        known("198.51.100.7", &[("role", "partner")], None, None, None),
        known("192.0.2.1", &[("role", "partner"), ("app", "web")], Some("data"), None, None),
        known("10.2.0.2", &[("role", "partner"), ("app", "web")], Some("data"), None, None),
    ]
}

const WORLD: &str = "apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: a}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: data, labels: {team: b}}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: robot, namespace: shop, labels: {role: bot}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web, tier: a}}, spec: {serviceAccountName: robot, containers: [{name: c, ports: [{name: http, containerPort: 80}]}]}, status: {podIPs: [{ip: 10.1.0.1}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: api, namespace: shop, labels: {app: api}}, spec: {containers: [{name: c, ports: [{name: http, containerPort: 8080}]}]}, status: {podIPs: [{ip: 10.1.0.2}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db, namespace: data, labels: {app: db, tier: web-a}}, spec: {containers: [{name: c}]}, status: {podIPs: [{ip: 10.2.0.1}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: data, labels: {app: web}}, spec: {containers: [{name: c}]}, status: {podIPs: [{ip: 10.2.0.2}]}}
---
{apiVersion: projectcalico.org/v3, kind: GlobalNetworkSet, metadata: {name: partners, labels: {role: partner}}, spec: {nets: [198.51.100.0/24]}}
---
{apiVersion: projectcalico.org/v3, kind: NetworkSet, metadata: {name: own, namespace: data, labels: {role: partner, app: web}}, spec: {nets: [192.0.2.1, 10.2.0.2/32]}}
---
{apiVersion: projectcalico.org/v3, kind: Tier, metadata: {name: early}, spec: {order: 50.5}}
---
{apiVersion: projectcalico.org/v3, kind: Tier, metadata: {name: between}, spec: {order: 50.5, defaultAction: Pass}}
---
{apiVersion: projectcalico.org/v3, kind: Tier, metadata: {name: later}, spec: {order: 2000000}}
---
{apiVersion: projectcalico.org/v3, kind: Tier, metadata: {name: last}, spec: {defaultAction: Pass}}
";

/// Tiers in the order in which they decide, and whether they pass on what no rule matches.
const TIERS: [(&str, bool); 5] = [("between", true), ("early", false), ("default", false), ("later", false), ("last", true)];

const STRANGERS: [&str; 4] = ["198.51.100.7", "192.0.2.1", "203.0.113.9", "10.1.0.99"];
const NETS: [&str; 6] = ["10.1.0.0/16", "10.1.0.1/32", "0.0.0.0/0", "198.51.100.0/24", "10.2.0.2/31", "203.0.113.9"];
const OWN: [&str; 8] =
    ["app", "tier", "role", "absent", "projectcalico.org/namespace", "pcns.team", "pcsa.role", "projectcalico.org/serviceaccount"];
const SPACES: [&str; 3] = ["team", "projectcalico.org/name", "kubernetes.io/metadata.name"];
const ACCOUNTS: [&str; 2] = ["role", "projectcalico.org/name"];

/// One end of a rule.
#[derive(Clone, Default)]
struct End {
    selector: Option<Said>,
    not_selector: Option<Said>,
    spaces: Option<Said>,
    names: Vec<&'static str>,
    accounts: Option<Said>,
    nets: Vec<&'static str>,
    not_nets: Vec<&'static str>,
    /// Of TCP or UDP.
    ports: Vec<&'static str>,
    not_ports: Vec<&'static str>,
}

struct Rule {
    action: &'static str,
    protocol: Option<&'static str>,
    not_protocol: Option<&'static str>,
    icmp: Option<u8>,
    version: Option<u8>,
    source: End,
    destination: End,
}

struct Policy {
    name: usize,
    space: Option<&'static str>,
    tier: &'static str,
    order: Option<&'static str>,
    selector: Option<Said>,
    spaces: Option<Said>,
    accounts: Option<Said>,
    types: Vec<&'static str>,
    ingress: Vec<Rule>,
    egress: Vec<Rule>,
}

fn some<T>(dice: &mut Dice, sides: usize, make: impl FnOnce(&mut Dice) -> T) -> Option<T> {
    if dice.once_in(sides) { Some(make(dice)) } else { None }
}

impl End {
    /// An end; `near`: that of the policy's own pods, of which addresses are not asked.
    fn of(dice: &mut Dice, near: bool) -> End {
        if near && !dice.once_in(4) {
            return End::default();
        }
        let spaces = some(dice, 3, |dice| if dice.once_in(4) { Said::Global } else { Said::of(dice, &SPACES, 1) });
        let nets = |dice: &mut Dice, sides| some(dice, sides, |dice| vec![dice.one(&NETS), dice.one(&NETS)]).unwrap_or_default();
        End {
            selector: some(dice, 2, |dice| Said::of(dice, &OWN, 0)),
            not_selector: some(dice, 5, |dice| Said::of(dice, &OWN, 0)),
            spaces,
            names: some(dice, 6, |dice| vec![dice.one(&["robot", "default"])]).unwrap_or_default(),
            accounts: some(dice, 6, |dice| Said::of(dice, &ACCOUNTS, 1)),
            nets: if near { Vec::new() } else { nets(dice, 4) },
            not_nets: if near { Vec::new() } else { nets(dice, 5) },
            ..End::default()
        }
    }

    fn written(&self) -> String {
        let mut parts = Vec::new();
        let quoted = |said: &Said| format!("\"{}\"", said.written());
        let list = |items: &[&str]| format!("[{}]", items.iter().map(|item| format!("'{item}'")).collect::<Vec<_>>().join(", "));
        parts.extend(self.selector.as_ref().map(|said| format!("selector: {}", quoted(said))));
        parts.extend(self.not_selector.as_ref().map(|said| format!("notSelector: {}", quoted(said))));
        parts.extend(self.spaces.as_ref().map(|said| format!("namespaceSelector: {}", quoted(said))));
        let mut accounts = Vec::new();
        accounts.extend(self.accounts.as_ref().map(|said| format!("selector: {}", quoted(said))));
        accounts.extend((!self.names.is_empty()).then(|| format!("names: {}", list(&self.names))));
        parts.extend((!accounts.is_empty()).then(|| format!("serviceAccounts: {{{}}}", accounts.join(", "))));
        for (field, items) in [("nets", &self.nets), ("notNets", &self.not_nets), ("ports", &self.ports), ("notPorts", &self.not_ports)] {
            parts.extend((!items.is_empty()).then(|| format!("{field}: {}", list(items))));
        }
        parts.join(", ")
    }

    /// Whether the address is at this end, for a policy of that namespace.
    fn matches(&self, address: &str, own: Option<&str>, world: &[Known]) -> bool {
        let inside = |nets: &[&str]| nets.iter().any(|net| AddressSet::parse(net).unwrap().contains(address.parse::<IpAddr>().unwrap()));
        let here = || world.iter().filter(|one| one.address == address);
        let unbound = own.is_none() && End { not_selector: None, ..self.clone() }.asks();
        let chosen = !(unbound || own.is_some() && self.asks()) || here().any(|one| self.chooses(one, own));
        let negated = self.not_selector.as_ref().is_some_and(|said| here().any(|one| said.holds(&one.labels)));
        let listed = self.nets.is_empty() || inside(&self.nets);
        chosen && !negated && listed && !inside(&self.not_nets)
    }

    /// Whether it chooses by selectors.
    fn asks(&self) -> bool {
        self.selector.is_some() || self.not_selector.is_some() || self.spaces.is_some() || self.accounts.is_some() || !self.names.is_empty()
    }

    fn chooses(&self, one: &Known, own: Option<&str>) -> bool {
        let space = one.namespace.as_ref();
        let scoped = match (&self.spaces, own) {
            (Some(Said::Global), _) => space.is_none(),
            (Some(said), _) => in_space(said, space),
            (None, Some(own)) => space.is_some_and(|(name, _)| *name == own),
            (None, None) => true,
        };
        let named = self.names.is_empty() || one.account.as_ref().is_some_and(|(name, _)| self.names.contains(name));
        let none = Labels::new();
        let account = one.account.as_ref().map_or(&none, |(_, labels)| labels);
        let by_label = self.accounts.as_ref().is_none_or(|said| said.holds(account));
        scoped && named && by_label && self.selector.as_ref().is_none_or(|said| said.holds(&one.labels))
    }
}

/// A selector of namespaces: `all()` in it is everyone who has a namespace.
fn in_space(said: &Said, space: Option<&(&str, Labels)>) -> bool {
    let none = Labels::new();
    match said {
        Said::All => space.is_some(),
        Said::Not(inner) => !in_space(inner, space),
        Said::Both(a, b) => in_space(a, space) && in_space(b, space),
        Said::Either(a, b) => in_space(a, space) || in_space(b, space),
        plain => plain.holds(space.map_or(&none, |(_, labels)| labels)),
    }
}

impl Rule {
    fn of(dice: &mut Dice, ingress: bool) -> Rule {
        let protocol = some(dice, 2, |dice| dice.one(&["TCP", "UDP", "ICMP", "SCTP"]));
        let mut rule = Rule {
            action: dice.one(&["Allow", "Deny", "Pass", "Log"]),
            protocol,
            not_protocol: some(dice, 6, |dice| dice.one(&["TCP", "UDP"])),
            icmp: if protocol == Some("ICMP") { some(dice, 2, |dice| dice.one(&[8, 3])) } else { None },
            version: some(dice, 8, |dice| if protocol == Some("ICMP") { 4 } else { dice.one(&[4, 6]) }),
            source: End::of(dice, !ingress),
            destination: End::of(dice, ingress),
        };
        if matches!(protocol, Some("TCP" | "UDP")) {
            const PORTS: [&str; 5] = ["80", "8080", "1:100", "53", "http"];
            rule.destination.ports = some(dice, 2, |dice| vec![dice.one(&PORTS), dice.one(&PORTS)]).unwrap_or_default();
            let plain = !rule.destination.ports.contains(&"http");
            rule.destination.not_ports = some(dice, 3, |dice| vec![dice.one(&["80", "50:60"])]).filter(|_| plain).unwrap_or_default();
        }
        rule
    }

    fn written(&self) -> String {
        let mut out = format!("action: {}", self.action);
        let mut add = |field: &str, value: Option<String>| value.iter().for_each(|value| write!(out, ", {field}: {value}").unwrap());
        add("protocol", self.protocol.map(str::to_owned));
        add("notProtocol", self.not_protocol.map(str::to_owned));
        add("icmp", self.icmp.map(|kind| format!("{{type: {kind}}}")));
        add("ipVersion", self.version.map(|version| version.to_string()));
        for (field, end) in [("source", self.source.written()), ("destination", self.destination.written())] {
            add(field, (!end.is_empty()).then(|| format!("{{{end}}}")));
        }
        format!("{{{out}}}")
    }

    fn matches(&self, packet: &Packet<'_>, own: Option<&str>, world: &[Known]) -> bool {
        let (protocol, detail) = packet.what;
        let named = |text: &str| {
            let at = world.iter().find(|one| one.address == packet.to && one.pod.is_some());
            let port = at.and_then(|one| one.port).filter(|(name, _)| *name == text && protocol == "TCP");
            port.map(|(_, port)| port)
        };
        let hits = |text: &&str| match text.split_once(':') {
            Some((low, high)) => (low.parse().unwrap()..=high.parse().unwrap()).contains(&detail),
            None => text.parse().ok().or_else(|| named(text)) == Some(detail),
        };
        let ports = &self.destination;
        self.protocol.is_none_or(|own| own == protocol)
            && self.not_protocol.is_none_or(|not| not != protocol)
            && self.icmp.is_none_or(|kind| detail >> 8 == u16::from(kind))
            && self.version.is_none_or(|version| version == 4)
            && (ports.ports.is_empty() || ports.ports.iter().any(hits))
            && !ports.not_ports.iter().any(hits)
            && self.source.matches(packet.from, own, world)
            && self.destination.matches(packet.to, own, world)
    }
}

const TYPES: [&[&str]; 4] = [&[], &["Ingress"], &["Egress"], &["Ingress", "Egress"]];

/// Orders, each for one policy at most: which of two equal ones decides is not at issue here.
const ORDERS: [Option<&str>; 6] = [Some("1.5"), Some("-3"), Some("999"), None, Some("1000.25"), Some("0")];

impl Policy {
    fn of(dice: &mut Dice, name: usize) -> Policy {
        let rules = |dice: &mut Dice, ingress| {
            let count = dice.below(4);
            (0..count).map(|_| Rule::of(dice, ingress)).collect::<Vec<_>>()
        };
        let space = dice.one(&[None, Some("shop"), Some("data")]);
        Policy {
            name,
            space,
            tier: dice.one(&["default", "default", "early", "between", "later", "last"]),
            order: ORDERS[name],
            selector: some(dice, 2, |dice| Said::of(dice, &OWN, 0)),
            spaces: if space.is_none() { some(dice, 4, |dice| Said::of(dice, &SPACES, 1)) } else { None },
            accounts: some(dice, 6, |dice| Said::of(dice, &ACCOUNTS, 1)),
            types: dice.one(&TYPES).to_vec(),
            ingress: rules(dice, true),
            egress: rules(dice, false),
        }
    }

    fn written(&self) -> String {
        let (kind, place) = match self.space {
            Some(space) => ("NetworkPolicy", format!(", namespace: {space}")),
            None => ("GlobalNetworkPolicy", String::new()),
        };
        let mut out = format!(
            "apiVersion: projectcalico.org/v3\nkind: {kind}\nmetadata: {{name: p{}{place}}}\nspec:\n  tier: {}\n",
            self.name, self.tier
        );
        let fields = [("selector", &self.selector), ("namespaceSelector", &self.spaces), ("serviceAccountSelector", &self.accounts)];
        for (field, said) in fields {
            said.iter().for_each(|said| writeln!(out, "  {field}: \"{}\"", said.written()).unwrap());
        }
        self.order.iter().for_each(|order| writeln!(out, "  order: {order}").unwrap());
        if !self.types.is_empty() {
            writeln!(out, "  types: [{}]", self.types.join(", ")).unwrap();
        }
        for (field, rules) in [("ingress", &self.ingress), ("egress", &self.egress)] {
            if !rules.is_empty() {
                let rules: String = rules.iter().map(|rule| format!("  - {}\n", rule.written())).collect();
                write!(out, "  {field}:\n{rules}").unwrap();
            }
        }
        out
    }

    fn governs(&self, pod: &Known, ingress: bool) -> bool {
        let spoken = match (self.types.as_slice(), ingress) {
            ([], true) => !self.ingress.is_empty() || self.egress.is_empty(),
            ([], false) => !self.egress.is_empty(),
            (types, true) => types.contains(&"Ingress"),
            (types, false) => types.contains(&"Egress"),
        };
        let space = pod.namespace.as_ref();
        spoken
            && self.space.is_none_or(|own| space.is_some_and(|(name, _)| *name == own))
            && self.selector.as_ref().is_none_or(|said| said.holds(&pod.labels))
            && self.spaces.as_ref().is_none_or(|said| in_space(said, space))
            && self.accounts.as_ref().is_none_or(|said| said.holds(&pod.account.as_ref().unwrap().1))
    }
}

/// A packet: addresses, protocol, and port or ICMP type and code.
struct Packet<'a> {
    from: &'a str,
    to: &'a str,
    what: (&'a str, u16),
}

/// Whether the policies of the pod at one end let a packet pass.
fn passes(policies: &[Policy], pod: &Known, ingress: bool, packet: &Packet<'_>, world: &[Known]) -> bool {
    'tiers: for (tier, passes_on) in TIERS {
        let mut own: Vec<&Policy> = policies.iter().filter(|policy| policy.tier == tier && policy.governs(pod, ingress)).collect();
        let order = |policy: &Policy| policy.order.map_or(f64::INFINITY, |order| order.parse().unwrap());
        own.sort_by(|a, b| order(a).total_cmp(&order(b)));
        if own.is_empty() {
            continue;
        }
        for policy in own {
            for rule in if ingress { &policy.ingress } else { &policy.egress } {
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

fn agree(row: Vec<u16>) -> Result<(), TestCaseError> {
    let mut dice = Dice { row, at: 0 };
    let count = 1 + dice.below(5);
    let policies: Vec<Policy> = (0..count).map(|name| Policy::of(&mut dice, name)).collect();
    let text = policies.iter().map(Policy::written).collect::<Vec<_>>().join("---\n");
    // A network set holds the address of one pod, unless policies choose their own pods by selectors: what that means for them is left open.
    let near =
        |policy: &Policy| policy.ingress.iter().any(|rule| rule.destination.asks()) || policy.egress.iter().any(|rule| rule.source.asks());
    let apart = policies.iter().any(near);
    let sets = if apart { WORLD.replace(", 10.2.0.2/32", "") } else { WORLD.to_owned() };
    let bytes = format!("{sets}---\n{text}").into_bytes();
    let file = File { path: "world.yaml".into(), bytes, ..File::default() };
    let read = ingest(&[file], &Settings::default(), Moment::After).unwrap();
    prop_assert!(read.errors.is_empty(), "{:?}\n{text}", read.errors);
    let (world, engine, mut people) = (&read.world, Engine::new(&read.world), everyone());
    people.truncate(if apart { people.len() - 1 } else { people.len() });
    let party = |end: &str| match world.workloads.ids().find(|id| world.workload_title(*id) == end) {
        Some(id) => Party::Workload(id),
        None => Party::Addresses(AddressSet::parse(end).unwrap()),
    };
    let ends: Vec<(&str, Option<&Known>)> = people.iter().filter_map(|one| Some((one.pod?, Some(one)))).collect();
    let all: Vec<(&str, Option<&Known>)> = ends.iter().copied().chain(STRANGERS.map(|address| (address, None))).collect();
    for &(from, source) in &all {
        for &(to, destination) in all.iter().filter(|(to, other)| *to != from && (source.is_some() || other.is_some())) {
            for what in [("TCP", 80), ("TCP", 8080), ("UDP", 53), ("UDP", 80), ("ICMP", 8 << 8), ("SCTP", 53)] {
                let address = |end, known: Option<&Known>| known.map_or(end, |one| one.address);
                let packet = Packet { from: address(from, source), to: address(to, destination), what };
                let out = source.is_none_or(|pod| passes(&policies, pod, false, &packet, &people));
                let inward = destination.is_none_or(|pod| passes(&policies, pod, true, &packet, &people));
                let expected = if out && inward { Verdict::Reachable } else { Verdict::Blocked };
                let protocol = Protocol::parse(what.0).unwrap();
                let trail = engine.explain(&party(from), &party(to), &Traffic::ports(protocol, what.1, what.1));
                prop_assert_eq!(trail.verdict, expected, "{} -> {} {:?}\n{}\n{:?}", from, to, what, text, trail.hops);
            }
        }
    }
    Ok(())
}

/// Standings of the namespace `shop`: whether pods of it are open for ingress and egress, and whether new ones are isolated.
fn standing(policies: &str) -> [(bool, bool); 2] {
    let text = format!("{WORLD}---\n{policies}");
    let file = File { path: "world.yaml".into(), bytes: text.into_bytes(), ..File::default() };
    let world = ingest(&[file], &Settings::default(), Moment::After).unwrap().world;
    let shop = world.namespaces.iter().find(|(_, namespace)| namespace.name == "shop").unwrap().0;
    let standing = Engine::new(&world).namespace_standing(shop);
    [&standing.ingress, &standing.egress].map(|side| (!side.open.is_empty(), side.new_pods_isolated.must))
}

#[test]
fn a_namespace_that_a_global_policy_isolates_is_covered() {
    let global = |spec: &str| {
        format!("{{apiVersion: projectcalico.org/v3, kind: GlobalNetworkPolicy, metadata: {{name: deny}}, spec: {{{spec}}}}}\n")
    };
    let (open, covered) = ((true, false), (false, true));
    assert_eq!(standing(""), [open, open]);
    assert_eq!(standing(&global("types: [Ingress, Egress]")), [covered, covered]);
    assert_eq!(standing(&global("types: [Ingress]")), [covered, open]);
    assert_eq!(standing(&global("namespaceSelector: team == 'a', types: [Egress]")), [open, covered]);
    assert_eq!(standing(&global("namespaceSelector: team == 'b', types: [Egress]")), [open, open]);
    assert_eq!(standing(&global("selector: has(app), types: [Ingress]")), [(false, false), open]);
    assert_eq!(standing(&global("tier: between, types: [Ingress]")), [open, open], "what the tier leaves over goes on");
    assert_eq!(standing(&global("tier: between, ingress: [{action: Deny}]")), [covered, open]);
    assert_eq!(standing(&global("order: 1, ingress: [{action: Pass}]")), [covered, open]);
    assert_eq!(standing(&global("doNotTrack: true, applyOnForward: true, ingress: [{action: Deny}]")), [open, open]);
    assert_eq!(standing(&global("types: [Ingress]").replace("GlobalNetworkPolicy", "StagedGlobalNetworkPolicy")), [open, open]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn what_is_read_decides_as_calico_does(row in prop::collection::vec(any::<u16>(), 1..300)) {
        agree(row)?;
    }
}
