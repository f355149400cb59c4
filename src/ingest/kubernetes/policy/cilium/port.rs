//! Ports, and what beyond them a proxy asks (user guide, "Layer 4 Policies", "Layer 7 Policies"; cilium `pkg/policy/api/l4.go`).

use super::super::Reading;
use super::context::Context;
use crate::ingest::kubernetes::fault::{Faults, mismatch};
use crate::ingest::kubernetes::port::Ports;
use crate::ingest::yaml::Node;
use crate::model::{Doubt, GapKind, PortName, Protocol, Traffic, World};

/// Packets that a rule is about.
#[derive(Clone, Debug)]
pub(super) struct Packets {
    pub(super) ports: Ports,
    pub(super) doubt: Doubt,
}

impl Packets {
    /// Every packet.
    pub(super) fn all() -> Self {
        Packets {
            ports: Ports::all(),
            doubt: Doubt::none(),
        }
    }
}

const WITH_PORTS: [Protocol; 3] = [Protocol::TCP, Protocol::UDP, Protocol::SCTP];
/// Fields of an entry that leave the decision to a proxy.
const PROXIED: [&str; 5] = [
    "rules",
    "listener",
    "serverNames",
    "terminatingTLS",
    "originatingTLS",
];

/// As many ports as an entry may hold.
const MOST_PORTS: usize = 40;

/// Kinds of rules above ports, of which an entry may hold one.
const KINDS: [&str; 4] = ["http", "kafka", "dns", "l7proto"];

/// Faults for rules above ports that the agent refuses (cilium `pkg/policy/api/rule_validation.go`).
fn refused(context: &Context<'_>, entry: &Node, ports: &[Node], faults: &mut Faults) {
    let (rules, listener) = (entry.get("rules"), entry.get("listener"));
    let says = |kind: &str| {
        !rules.get(kind).items().is_empty()
            || rules.get(kind).text().is_some_and(|text| !text.is_empty())
    };
    let kinds: Vec<&str> = KINDS.into_iter().filter(|kind| says(kind)).collect();
    if context.ingress && !listener.is_unset() {
        faults.add(
            &listener.key_place(),
            "`listener` stands in an ingress rule: expected it in egress rules only",
        );
    }
    let place = match kinds.as_slice() {
        [] => return,
        [_] => rules.key_place(),
        [_, second, ..] => {
            let place = rules.get(second).key_place();
            return faults.add(
                &place,
                format!(
                    "`{second}` stands beside another kind of rules: expected one kind in an entry"
                ),
            );
        }
    };
    let dns = kinds.contains(&"dns");
    if dns && context.ingress {
        faults.add(
            &place,
            "`dns` rules stand in an ingress rule: expected them in egress rules only",
        );
    }
    if !listener.is_unset() {
        faults.add(
            &listener.key_place(),
            "`listener` stands beside `rules`: expected one of them",
        );
    }
    let zero = |port: &&Node| {
        port.get("port")
            .text()
            .is_some_and(|text| text.parse::<u16>().is_ok_and(|number| number == 0))
    };
    if let Some(port) = ports.iter().find(zero) {
        faults.add(
            &port.place(),
            "`rules` stand beside port 0: expected a port of its own for rules above ports",
        );
    }
    if let Some(port) = ports
        .iter()
        .find(|port| !dns && port.get("protocol").text() != Some("TCP"))
    {
        faults.add(
            &port.place(),
            "`rules` stand beside a port that is not of TCP alone: expected `protocol: TCP`",
        );
    }
}

/// The packets of an entry of `toPorts`: those that surely are, and those that may be.
pub(super) fn packets(
    context: &Context<'_>,
    entry: &Node,
    reading: &mut Reading<'_, '_>,
) -> Vec<Packets> {
    let mut fields = vec!["ports"];
    fields.extend(PROXIED.into_iter().filter(|_| !context.denies()));
    reading.faults.only(entry, &fields);
    let proxied = proxied(context, entry, reading);
    let list = reading.faults.list(&entry.get("ports"), "ports");
    if list.len() > MOST_PORTS {
        reading.faults.add(
            &entry.get("ports").key_place(),
            format!(
                "there are {} ports here: expected at most {MOST_PORTS}",
                list.len()
            ),
        );
    }
    refused(context, entry, &list, &mut reading.faults);
    if list.is_empty() {
        let what =
            "names no port in an entry of `toPorts`: whether it means every port is not known";
        let doubt = context.doubt(GapKind::NotJudged, what, entry, reading);
        return vec![Packets {
            ports: Ports::all(),
            doubt: proxied.and(&doubt),
        }];
    }
    let (mut sure, mut every) = (Ports::default(), false);
    for item in &list {
        every |= port(item, &mut sure, &mut reading.faults);
    }
    let mut out = vec![Packets {
        ports: sure.clone(),
        doubt: proxied.clone(),
    }];
    if every {
        let what = "names port 0 of any protocol: whether it means protocols without ports too is not known";
        let doubt = context.doubt(GapKind::NotJudged, what, entry, reading);
        out.push(Packets {
            ports: Ports::all(),
            doubt: proxied.and(&doubt),
        });
    }
    if !context.ingress && !sure.named.is_empty() {
        let what = "names a port by a name for what leaves pods: Cilium takes the numbers that any pod gives it";
        let traffic = numbers(&sure.named, reading.lowering.world);
        if traffic.is_empty() {
            return out;
        }
        let doubt = context.doubt(GapKind::NotJudged, what, entry, reading);
        out.push(Packets {
            ports: Ports {
                traffic,
                named: Vec::new(),
            },
            doubt: proxied.and(&doubt),
        });
    }
    out
}

/// The numbers that any pod of the world gives the names.
fn numbers(names: &[PortName], world: &World) -> Traffic {
    let all = world
        .workloads
        .iter()
        .flat_map(|(_, workload)| &workload.named_ports);
    let meant = all.filter(|port| {
        names.iter().any(|name| {
            name.name == port.name && name.protocol.is_none_or(|own| own == port.protocol)
        })
    });
    meant
        .map(|port| Traffic::ports(port.protocol, port.port, port.port))
        .collect()
}

/// The doubt of an entry that leaves the decision to a proxy.
fn proxied(context: &Context<'_>, entry: &Node, reading: &mut Reading<'_, '_>) -> Doubt {
    let said = |node: &Node| {
        !node.is_unset()
            && (node.written().is_some() || !node.items().is_empty() || !node.entries().is_empty())
    };
    let mut out = Doubt::none();
    for field in PROXIED.into_iter().filter(|_| !context.denies()) {
        let node = entry.get(field);
        if !said(&node) {
            continue;
        }
        if field == "rules" {
            reading
                .faults
                .only(&node, &["http", "dns", "kafka", "l7proto", "l7"]);
        }
        let kinds: Vec<String> = node
            .entries()
            .into_iter()
            .map(|(key, _)| key)
            .filter(|_| field == "rules")
            .collect();
        let which = if kinds.is_empty() {
            format!("`{field}`")
        } else {
            format!("`{field}` ({})", kinds.join(", "))
        };
        let what = format!("leaves what passes to {which}, above ports: that is not judged");
        out = out.and(&context.doubt(GapKind::NotJudged, &what, entry, reading));
    }
    out
}

/// Adds an entry of `ports`. True where it names every port of any protocol.
fn port(node: &Node, ports: &mut Ports, faults: &mut Faults) -> bool {
    faults.only(node, &["port", "endPort", "protocol"]);
    let Some(protocols) = protocols(&node.get("protocol"), faults) else {
        return false;
    };
    let written = node.get("port");
    let Some(text) = written.text().filter(|text| !text.is_empty()) else {
        faults.mismatch(&written, "port", "a port number or name, in quotes");
        return false;
    };
    if text.chars().any(|c| c.is_ascii_alphabetic()) {
        let each = |protocol| PortName {
            name: text.to_ascii_lowercase(),
            protocol,
        };
        let any = protocols.len() > 1;
        ports.named.extend(if any {
            vec![each(None)]
        } else {
            protocols.into_iter().map(|one| each(Some(one))).collect()
        });
        return false;
    }
    let Some(low) = text.parse::<u16>().ok() else {
        faults.mismatch(&written, "port", "a port number from 0 to 65535, or a name");
        return false;
    };
    let Some((low, high)) = range(low, &node.get("endPort"), faults) else {
        return false;
    };
    protocols
        .iter()
        .for_each(|protocol| ports.traffic = ports.traffic.union(&of(*protocol, low, high)));
    low == 0 && high == u16::MAX && protocols.len() > 1
}

fn of(protocol: Protocol, low: u16, high: u16) -> Traffic {
    if WITH_PORTS.contains(&protocol) {
        Traffic::ports(protocol, low, high)
    } else {
        Traffic::protocol(protocol)
    }
}

/// The closed range; port 0 alone means every port.
fn range(low: u16, end: &Node, faults: &mut Faults) -> Option<(u16, u16)> {
    if low == 0 {
        return Some((0, u16::MAX));
    }
    if end.is_unset() || end.integer() == Some(0) {
        return Some((low, low));
    }
    let high = end
        .integer()
        .and_then(|number| u16::try_from(number).ok())
        .filter(|high| *high >= low);
    if high.is_none() {
        faults.0.push(mismatch(
            end,
            "endPort",
            &format!("a number from `port`, which is {low}, to 65535"),
        ));
    }
    high.map(|high| (low, high))
}

/// The protocols of a word; all that have ports where there is none or it is `ANY`.
fn protocols(node: &Node, faults: &mut Faults) -> Option<Vec<Protocol>> {
    let known = match node.text() {
        None if node.is_unset() => return Some(WITH_PORTS.to_vec()),
        Some("ANY" | "") => return Some(WITH_PORTS.to_vec()),
        Some("TCP") => Some(Protocol::TCP),
        Some("UDP") => Some(Protocol::UDP),
        Some("SCTP") => Some(Protocol::SCTP),
        Some("ICMP") => Some(Protocol::ICMP),
        Some("ICMPv6" | "ICMPV6") => Some(Protocol::ICMPV6),
        Some("VRRP") => Some(Protocol(112)),
        Some("IGMP") => Some(Protocol(2)),
        _ => None,
    };
    if known.is_none() {
        faults.mismatch(
            node,
            "protocol",
            "TCP, UDP, SCTP, ICMP, ICMPv6, VRRP, IGMP or ANY",
        );
    }
    known.map(|one| vec![one])
}
