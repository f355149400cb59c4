//! The packets of a Calico rule: protocol, ports, ICMP messages, and what their `not` fields take away.

use super::super::super::fault::Faults;
use super::super::super::port::Ports;
use crate::ingest::yaml::{Node, Shape};
use crate::model::{PortName, Protocol, Traffic};

/// The protocols that a rule may name (projectcalico/calico `numorstring/protocol.go`).
const NAMES: [(&str, Protocol); 6] = [
    ("tcp", Protocol::TCP),
    ("udp", Protocol::UDP),
    ("icmp", Protocol::ICMP),
    ("icmpv6", Protocol::ICMPV6),
    ("sctp", Protocol::SCTP),
    ("udplite", Protocol(136)),
];

/// What a rule says of packets.
pub(super) struct Packets {
    /// By number.
    pub(super) traffic: Traffic,
    /// By the name of the destination's port, added to those.
    pub(super) named: Vec<PortName>,
    /// Whether ports are left out by name, or from named ones: they still are in what is here.
    pub(super) too_many: bool,
}

/// Reads the packets of a rule; `destination` is that end of it.
pub(super) fn read(rule: &Node, destination: &Node, faults: &mut Faults) -> Packets {
    let only = protocol(&rule.get("protocol"), "protocol", faults);
    let mut out = only.map_or_else(Traffic::all, Traffic::protocol);
    if let Some(not) = protocol(&rule.get("notProtocol"), "notProtocol", faults) {
        out = out.difference(&Traffic::protocol(not));
    }
    if let Some(messages) = messages(&rule.get("icmp"), "icmp", only, faults) {
        out = out.intersection(&messages);
    }
    if let Some(messages) = messages(&rule.get("notICMP"), "notICMP", only, faults) {
        out = out.difference(&messages);
    }
    let excluded =
        ports(&destination.get("notPorts"), only, "notPorts", faults).unwrap_or_default();
    let listed = ports(&destination.get("ports"), only, "ports", faults);
    let (numbered, mut named) = listed.map_or((Traffic::all(), Vec::new()), |ports| {
        (ports.traffic, ports.named)
    });
    named.retain(|port| {
        port.protocol
            .is_some_and(|protocol| !out.of(protocol).is_empty())
    });
    let too_many = !excluded.named.is_empty() || !(named.is_empty() || excluded.traffic.is_empty());
    Packets {
        traffic: out.intersection(&numbered).difference(&excluded.traffic),
        named,
        too_many,
    }
}

fn protocol(node: &Node, field: &str, faults: &mut Faults) -> Option<Protocol> {
    if node.is_unset() {
        return None;
    }
    let by_name = node
        .text()
        .and_then(|text| {
            NAMES
                .iter()
                .find(|known| text.eq_ignore_ascii_case(known.0))
        })
        .map(|known| known.1);
    let by_number = node
        .integer()
        .and_then(|number| u8::try_from(number).ok())
        .filter(|number| *number > 0)
        .map(Protocol);
    if by_name.or(by_number).is_none() {
        faults.mismatch(
            node,
            field,
            "TCP, UDP, SCTP, ICMP, ICMPv6, UDPLite or a number from 1 to 255",
        );
    }
    by_name.or(by_number)
}

/// ICMP messages by type and code; both families' where the rule names no protocol.
fn messages(
    node: &Node,
    field: &str,
    only: Option<Protocol>,
    faults: &mut Faults,
) -> Option<Traffic> {
    if node.is_unset() {
        return None;
    }
    faults.only(node, &["type", "code"]);
    if field == "icmp" && !only.is_some_and(Protocol::is_icmp) {
        faults.add(
            &node.key_place(),
            "`icmp` stands without its protocol: expected `protocol` to be ICMP or ICMPv6",
        );
    }
    let mut number = |name: &str, most: u8| {
        let node = node.get(name);
        let found = node
            .integer()
            .and_then(|number| u8::try_from(number).ok())
            .filter(|number| *number <= most);
        if !node.is_unset() && found.is_none() {
            faults.mismatch(&node, name, &format!("a number from 0 to {most}"));
        }
        found
    };
    let (kind, code) = (number("type", 254), number("code", 255));
    if kind.is_none() && code.is_some() {
        faults.add(
            &node.get("code").key_place(),
            "`code` stands without `type`: expected both",
        );
    }
    let families = [Protocol::ICMP, Protocol::ICMPV6]
        .into_iter()
        .filter(|protocol| only.is_none_or(|only| only == *protocol));
    let of = |protocol| {
        kind.map_or_else(
            || Traffic::protocol(protocol),
            |kind| Traffic::icmp(protocol, kind, code),
        )
    };
    Some(families.map(of).collect())
}

/// Faults for the ports of a rule's source, which are not judged.
pub(super) fn check_source(rule: &Node, source: &Node, faults: &mut Faults) {
    let only = protocol(&rule.get("protocol"), "protocol", &mut Faults::default());
    for field in ["ports", "notPorts"] {
        ports(&source.get(field), only, field, faults);
    }
}

/// Numbers, ranges `a:b` and names; none where there are none. Ports need a protocol that has them.
fn ports(node: &Node, only: Option<Protocol>, field: &str, faults: &mut Faults) -> Option<Ports> {
    let items = faults.list(node, field);
    if items.is_empty() {
        return None;
    }
    let Some(protocol) = only.filter(|protocol| protocol.has_ports()) else {
        faults.add(
            &node.key_place(),
            format!(
                "`{field}` stands without a protocol: expected `protocol` to be TCP, UDP or SCTP"
            ),
        );
        return Some(Ports::default());
    };
    let mut out = Ports::default();
    for item in items {
        let text = item
            .written()
            .filter(|_| matches!(item.shape(), Shape::Text | Shape::Number))
            .unwrap_or_default();
        let (low, high) = text.split_once(':').unwrap_or((text, text));
        let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
        match (low.parse::<u16>(), high.parse::<u16>()) {
            (Ok(low), Ok(high)) if 0 < low && low <= high => out.add(protocol, low, high),
            (Err(_), _)
                if item.text().is_some()
                    && !text.is_empty()
                    && text.len() <= 128
                    && text.chars().all(named) =>
            {
                out.named.push(PortName {
                    name: text.to_owned(),
                    protocol: Some(protocol),
                });
            }
            _ => faults.mismatch(
                &item,
                field,
                "a port number, a range such as 8000:8080, or a port name",
            ),
        }
    }
    Some(out)
}
