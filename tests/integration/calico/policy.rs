//! Policies: how they are written, and what they mean for one packet.

use super::choice::*;
use super::people::*;
use crosspeer::model::AddressSet;
use std::fmt::Write;
use std::net::IpAddr;

/// One end of a rule.
#[derive(Clone, Default)]
pub struct End {
    pub selector: Option<Said>,
    pub not_selector: Option<Said>,
    pub spaces: Option<Said>,
    pub names: Vec<&'static str>,
    pub accounts: Option<Said>,
    pub nets: Vec<&'static str>,
    pub not_nets: Vec<&'static str>,
    /// Of TCP or UDP.
    pub ports: Vec<&'static str>,
    pub not_ports: Vec<&'static str>,
}

pub struct Rule {
    pub action: &'static str,
    pub protocol: Option<&'static str>,
    pub not_protocol: Option<&'static str>,
    pub icmp: Option<u8>,
    pub version: Option<u8>,
    pub source: End,
    pub destination: End,
}

pub struct Policy {
    pub name: usize,
    pub space: Option<&'static str>,
    pub tier: &'static str,
    pub order: Option<&'static str>,
    pub selector: Option<Said>,
    pub spaces: Option<Said>,
    pub accounts: Option<Said>,
    pub types: Vec<&'static str>,
    pub ingress: Vec<Rule>,
    pub egress: Vec<Rule>,
}

pub fn some<T>(dice: &mut Dice, sides: usize, make: impl FnOnce(&mut Dice) -> T) -> Option<T> {
    if dice.once_in(sides) {
        Some(make(dice))
    } else {
        None
    }
}

impl End {
    /// An end; `near`: that of the policy's own pods, of which addresses are not asked.
    pub fn of(dice: &mut Dice, near: bool) -> End {
        if near && !dice.once_in(4) {
            return End::default();
        }
        let spaces = some(dice, 3, |dice| {
            if dice.once_in(4) {
                Said::Global
            } else {
                Said::of(dice, &SPACES, 1)
            }
        });
        let nets = |dice: &mut Dice, sides| {
            some(dice, sides, |dice| vec![dice.one(&NETS), dice.one(&NETS)]).unwrap_or_default()
        };
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

    pub fn written(&self) -> String {
        let mut parts = Vec::new();
        let quoted = |said: &Said| format!("\"{}\"", said.written());
        let list = |items: &[&str]| {
            format!(
                "[{}]",
                items
                    .iter()
                    .map(|item| format!("'{item}'"))
                    .collect::<Vec<_>>()
                    .join(", ")
            )
        };
        parts.extend(
            self.selector
                .as_ref()
                .map(|said| format!("selector: {}", quoted(said))),
        );
        parts.extend(
            self.not_selector
                .as_ref()
                .map(|said| format!("notSelector: {}", quoted(said))),
        );
        parts.extend(
            self.spaces
                .as_ref()
                .map(|said| format!("namespaceSelector: {}", quoted(said))),
        );
        let mut accounts = Vec::new();
        accounts.extend(
            self.accounts
                .as_ref()
                .map(|said| format!("selector: {}", quoted(said))),
        );
        accounts.extend((!self.names.is_empty()).then(|| format!("names: {}", list(&self.names))));
        parts.extend(
            (!accounts.is_empty()).then(|| format!("serviceAccounts: {{{}}}", accounts.join(", "))),
        );
        for (field, items) in [
            ("nets", &self.nets),
            ("notNets", &self.not_nets),
            ("ports", &self.ports),
            ("notPorts", &self.not_ports),
        ] {
            parts.extend((!items.is_empty()).then(|| format!("{field}: {}", list(items))));
        }
        parts.join(", ")
    }

    /// Whether the address is at this end, for a policy of that namespace.
    pub fn matches(&self, address: &str, own: Option<&str>, world: &[Known]) -> bool {
        let inside = |nets: &[&str]| {
            nets.iter().any(|net| {
                AddressSet::parse(net)
                    .unwrap()
                    .contains(address.parse::<IpAddr>().unwrap())
            })
        };
        let here = || world.iter().filter(|one| one.address == address);
        let unbound = own.is_none()
            && End {
                not_selector: None,
                ..self.clone()
            }
            .asks();
        let chosen =
            !(unbound || own.is_some() && self.asks()) || here().any(|one| self.chooses(one, own));
        let negated = self
            .not_selector
            .as_ref()
            .is_some_and(|said| here().any(|one| said.holds(&one.labels)));
        let listed = self.nets.is_empty() || inside(&self.nets);
        chosen && !negated && listed && !inside(&self.not_nets)
    }

    /// Whether it chooses by selectors.
    pub fn asks(&self) -> bool {
        self.selector.is_some()
            || self.not_selector.is_some()
            || self.spaces.is_some()
            || self.accounts.is_some()
            || !self.names.is_empty()
    }

    pub fn chooses(&self, one: &Known, own: Option<&str>) -> bool {
        let space = one.namespace.as_ref();
        let scoped = match (&self.spaces, own) {
            (Some(Said::Global), _) => space.is_none(),
            (Some(said), _) => in_space(said, space),
            (None, Some(own)) => space.is_some_and(|(name, _)| *name == own),
            (None, None) => true,
        };
        let named = self.names.is_empty()
            || one
                .account
                .as_ref()
                .is_some_and(|(name, _)| self.names.contains(name));
        let none = Labels::new();
        let account = one.account.as_ref().map_or(&none, |(_, labels)| labels);
        let by_label = self
            .accounts
            .as_ref()
            .is_none_or(|said| said.holds(account));
        scoped
            && named
            && by_label
            && self
                .selector
                .as_ref()
                .is_none_or(|said| said.holds(&one.labels))
    }
}

/// A selector of namespaces: `all()` in it is everyone who has a namespace.
pub fn in_space(said: &Said, space: Option<&(&str, Labels)>) -> bool {
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
    pub fn of(dice: &mut Dice, ingress: bool) -> Rule {
        let protocol = some(dice, 2, |dice| dice.one(&["TCP", "UDP", "ICMP", "SCTP"]));
        let mut rule = Rule {
            action: dice.one(&["Allow", "Deny", "Pass", "Log"]),
            protocol,
            not_protocol: some(dice, 6, |dice| dice.one(&["TCP", "UDP"])),
            icmp: if protocol == Some("ICMP") {
                some(dice, 2, |dice| dice.one(&[8, 3]))
            } else {
                None
            },
            version: some(dice, 8, |dice| {
                if protocol == Some("ICMP") {
                    4
                } else {
                    dice.one(&[4, 6])
                }
            }),
            source: End::of(dice, !ingress),
            destination: End::of(dice, ingress),
        };
        if matches!(protocol, Some("TCP" | "UDP")) {
            const PORTS: [&str; 5] = ["80", "8080", "1:100", "53", "http"];
            rule.destination.ports =
                some(dice, 2, |dice| vec![dice.one(&PORTS), dice.one(&PORTS)]).unwrap_or_default();
            let plain = !rule.destination.ports.contains(&"http");
            rule.destination.not_ports = some(dice, 3, |dice| vec![dice.one(&["80", "50:60"])])
                .filter(|_| plain)
                .unwrap_or_default();
        }
        rule
    }

    pub fn written(&self) -> String {
        let mut out = format!("action: {}", self.action);
        let mut add = |field: &str, value: Option<String>| {
            value
                .iter()
                .for_each(|value| write!(out, ", {field}: {value}").unwrap())
        };
        add("protocol", self.protocol.map(str::to_owned));
        add("notProtocol", self.not_protocol.map(str::to_owned));
        add("icmp", self.icmp.map(|kind| format!("{{type: {kind}}}")));
        add("ipVersion", self.version.map(|version| version.to_string()));
        for (field, end) in [
            ("source", self.source.written()),
            ("destination", self.destination.written()),
        ] {
            add(field, (!end.is_empty()).then(|| format!("{{{end}}}")));
        }
        format!("{{{out}}}")
    }

    pub fn matches(&self, packet: &Packet<'_>, own: Option<&str>, world: &[Known]) -> bool {
        let (protocol, detail) = packet.what;
        let named = |text: &str| {
            let at = world
                .iter()
                .find(|one| one.address == packet.to && one.pod.is_some());
            let port = at
                .and_then(|one| one.port)
                .filter(|(name, _)| *name == text && protocol == "TCP");
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

pub const TYPES: [&[&str]; 4] = [&[], &["Ingress"], &["Egress"], &["Ingress", "Egress"]];

/// Orders, each for one policy at most: which of two equal ones decides is not at issue here.
pub const ORDERS: [Option<&str>; 6] = [
    Some("1.5"),
    Some("-3"),
    Some("999"),
    None,
    Some("1000.25"),
    Some("0"),
];

impl Policy {
    pub fn of(dice: &mut Dice, name: usize) -> Policy {
        let rules = |dice: &mut Dice, ingress| {
            let count = dice.below(4);
            (0..count)
                .map(|_| Rule::of(dice, ingress))
                .collect::<Vec<_>>()
        };
        let space = dice.one(&[None, Some("shop"), Some("data")]);
        Policy {
            name,
            space,
            tier: dice.one(&["default", "default", "early", "between", "later", "last"]),
            order: ORDERS[name],
            selector: some(dice, 2, |dice| Said::of(dice, &OWN, 0)),
            spaces: if space.is_none() {
                some(dice, 4, |dice| Said::of(dice, &SPACES, 1))
            } else {
                None
            },
            accounts: some(dice, 6, |dice| Said::of(dice, &ACCOUNTS, 1)),
            types: dice.one(&TYPES).to_vec(),
            ingress: rules(dice, true),
            egress: rules(dice, false),
        }
    }

    pub fn written(&self) -> String {
        let (kind, place) = match self.space {
            Some(space) => ("NetworkPolicy", format!(", namespace: {space}")),
            None => ("GlobalNetworkPolicy", String::new()),
        };
        let mut out = format!(
            "apiVersion: projectcalico.org/v3\nkind: {kind}\nmetadata: {{name: p{}{place}}}\nspec:\n  tier: {}\n",
            self.name, self.tier
        );
        let fields = [
            ("selector", &self.selector),
            ("namespaceSelector", &self.spaces),
            ("serviceAccountSelector", &self.accounts),
        ];
        for (field, said) in fields {
            said.iter()
                .for_each(|said| writeln!(out, "  {field}: \"{}\"", said.written()).unwrap());
        }
        self.order
            .iter()
            .for_each(|order| writeln!(out, "  order: {order}").unwrap());
        if !self.types.is_empty() {
            writeln!(out, "  types: [{}]", self.types.join(", ")).unwrap();
        }
        for (field, rules) in [("ingress", &self.ingress), ("egress", &self.egress)] {
            if !rules.is_empty() {
                let rules: String = rules
                    .iter()
                    .map(|rule| format!("  - {}\n", rule.written()))
                    .collect();
                write!(out, "  {field}:\n{rules}").unwrap();
            }
        }
        out
    }

    pub fn governs(&self, pod: &Known, ingress: bool) -> bool {
        let spoken = match (self.types.as_slice(), ingress) {
            ([], true) => !self.ingress.is_empty() || self.egress.is_empty(),
            ([], false) => !self.egress.is_empty(),
            (types, true) => types.contains(&"Ingress"),
            (types, false) => types.contains(&"Egress"),
        };
        let space = pod.namespace.as_ref();
        spoken
            && self
                .space
                .is_none_or(|own| space.is_some_and(|(name, _)| *name == own))
            && self
                .selector
                .as_ref()
                .is_none_or(|said| said.holds(&pod.labels))
            && self
                .spaces
                .as_ref()
                .is_none_or(|said| in_space(said, space))
            && self
                .accounts
                .as_ref()
                .is_none_or(|said| said.holds(&pod.account.as_ref().unwrap().1))
    }
}

/// A packet: addresses, protocol, and port or ICMP type and code.
pub struct Packet<'a> {
    pub from: &'a str,
    pub to: &'a str,
    pub what: (&'a str, u16),
}
