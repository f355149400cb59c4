//! Ports as policies and containers write them.

use super::fault::{Faults, fault, mismatch};
use crate::ingest::InputError;
use crate::ingest::yaml::Node;
use crate::model::{NamedPort, PortName, Protocol, Traffic};

/// What a port list says: traffic by number, and ports by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ports {
    /// By number.
    pub traffic: Traffic,
    /// By name.
    pub named: Vec<PortName>,
}

impl Ports {
    /// Every protocol and port.
    #[must_use]
    pub fn all() -> Self {
        Ports {
            traffic: Traffic::all(),
            named: Vec::new(),
        }
    }

    /// Adds closed ranges of ports.
    pub fn add(&mut self, protocol: Protocol, low: u16, high: u16) {
        self.traffic = self.traffic.union(&Traffic::ports(protocol, low, high));
    }
}

/// The protocol of a port; TCP where it says none.
///
/// # Errors
/// Anything but `TCP`, `UDP` and `SCTP`.
pub fn protocol(node: &Node) -> Result<Protocol, InputError> {
    match node.text() {
        None if node.is_unset() => Ok(Protocol::TCP),
        Some("TCP") => Ok(Protocol::TCP),
        Some("UDP") => Ok(Protocol::UDP),
        Some("SCTP") => Ok(Protocol::SCTP),
        _ => Err(mismatch(node, "protocol", "TCP, UDP or SCTP")),
    }
}

/// A port number.
///
/// # Errors
/// Anything but a number from 1 to 65535.
pub fn number(node: &Node, field: &str) -> Result<u16, InputError> {
    let port = node
        .integer()
        .and_then(|number| u16::try_from(number).ok())
        .filter(|port| *port > 0);
    port.ok_or_else(|| mismatch(node, field, "a port number from 1 to 65535"))
}

/// A port name (kubernetes/apimachinery `validation.IsValidPortName`).
///
/// # Errors
/// Anything else.
pub fn name(node: &Node, field: &str, expected: &str) -> Result<String, InputError> {
    let holds = |text: &&str| {
        let letters = text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        let dashes = !text.starts_with('-') && !text.ends_with('-') && !text.contains("--");
        (1..=15).contains(&text.len())
            && letters
            && dashes
            && text.contains(|c: char| c.is_ascii_lowercase())
    };
    node.text()
        .filter(holds)
        .map(str::to_owned)
        .ok_or_else(|| mismatch(node, field, expected))
}

/// One entry of `ports` of a NetworkPolicy: `protocol`, `port` (a number or a name), `endPort`.
pub fn entry(node: &Node, ports: &mut Ports, faults: &mut Faults) {
    const PORT: &str = "a number or a port name (letters, digits and '-', at least one letter, at most 15 characters)";
    faults.only(node, &["protocol", "port", "endPort"]);
    let Some(protocol) = faults.keep(protocol(&node.get("protocol"))) else {
        return;
    };
    let (port, end) = (node.get("port"), node.get("endPort"));
    if !end.is_unset() && port.integer().is_none() {
        return faults.add(&end.place(), "`endPort` stands without a numeric `port`: expected `port` to be the first number of the range");
    }
    if port.is_unset() {
        ports.add(protocol, 1, u16::MAX);
    } else if port.integer().is_some() {
        let Some(low) = faults.keep(number(&port, "port")) else {
            return;
        };
        let high = if end.is_unset() {
            Some(low)
        } else {
            faults.keep(number(&end, "endPort"))
        };
        match high {
            Some(high) if high < low => faults.add(
                &end.place(),
                format!("`endPort` is {high}: expected a number not below `port`, which is {low}"),
            ),
            Some(high) => ports.add(protocol, low, high),
            None => {}
        }
    } else if let Some(name) = faults.keep(name(&port, "port", PORT)) {
        ports.named.push(PortName {
            name,
            protocol: Some(protocol),
        });
    }
}

/// Named ports of a pod: of all containers and of init containers that keep running beside them (`restartPolicy: Always`).
pub fn of_pod(spec: &Node, faults: &mut Faults) -> Vec<NamedPort> {
    let sidecar = |container: &Node| container.get("restartPolicy").text() == Some("Always");
    let mut containers = spec.get("containers").items();
    containers.extend(
        spec.get("initContainers")
            .items()
            .into_iter()
            .filter(sidecar),
    );
    let mut out = Vec::new();
    for port in containers
        .iter()
        .flat_map(|container| container.get("ports").items())
    {
        let Some(name) = port.get("name").text().map(str::to_owned) else {
            continue;
        };
        let (protocol, number) = (
            faults.keep(protocol(&port.get("protocol"))),
            faults.keep(number(&port.get("containerPort"), "containerPort")),
        );
        if let (Some(protocol), Some(port)) = (protocol, number) {
            out.push(NamedPort {
                name,
                protocol,
                port,
            });
        }
    }
    out.sort();
    out.dedup();
    out
}

/// A closed range of ports with `start` and `end`.
///
/// # Errors
/// Numbers that are no ports, or that fall.
pub fn range(node: &Node) -> Result<(u16, u16), InputError> {
    let (low, high) = (
        number(&node.get("start"), "start")?,
        number(&node.get("end"), "end")?,
    );
    if high < low {
        return Err(fault(
            &node.get("end").place(),
            format!("`end` is {high}: expected a number not below `start`, which is {low}"),
        ));
    }
    Ok((low, high))
}
