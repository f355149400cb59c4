//! ICMP messages by number or name (cilium `pkg/policy/api/icmp.go`; IANA, "ICMP Type Numbers", "ICMPv6 Parameters").

use super::port::Packets;
use crate::ingest::kubernetes::fault::Faults;
use crate::ingest::kubernetes::port::Ports;
use crate::ingest::yaml::Node;
use crate::model::{Doubt, Protocol, Traffic};

const V4: &[(&str, u8)] = &[
    ("EchoReply", 0),
    ("DestinationUnreachable", 3),
    ("Redirect", 5),
    ("Echo", 8),
    ("EchoRequest", 8),
    ("RouterAdvertisement", 9),
    ("RouterSelection", 10),
    ("TimeExceeded", 11),
    ("ParameterProblem", 12),
    ("Timestamp", 13),
    ("TimestampReply", 14),
    ("Photuris", 40),
    ("ExtendedEcho Request", 42),
    ("ExtendedEchoRequest", 42),
    ("ExtendedEcho Reply", 43),
    ("ExtendedEchoReply", 43),
];

const V6: &[(&str, u8)] = &[
    ("DestinationUnreachable", 1),
    ("PacketTooBig", 2),
    ("TimeExceeded", 3),
    ("ParameterProblem", 4),
    ("EchoRequest", 128),
    ("EchoReply", 129),
    ("MulticastListenerQuery", 130),
    ("MulticastListenerReport", 131),
    ("MulticastListenerDone", 132),
    ("RouterSolicitation", 133),
    ("RouterAdvertisement", 134),
    ("NeighborSolicitation", 135),
    ("NeighborAdvertisement", 136),
    ("RedirectMessage", 137),
    ("RouterRenumbering", 138),
    ("ICMPNodeInformationQuery", 139),
    ("ICMPNodeInformationResponse", 140),
    ("InverseNeighborDiscoverySolicitation", 141),
    ("InverseNeighborDiscoveryAdvertisement", 142),
    ("HomeAgentAddressDiscoveryRequest", 144),
    ("HomeAgentAddressDiscoveryReply", 145),
    ("MobilePrefixSolicitation", 146),
    ("MobilePrefixAdvertisement", 147),
    ("DuplicateAddressRequestCodeSuffix", 157),
    ("DuplicateAddressConfirmationCodeSuffix", 158),
    ("ExtendedEchoRequest", 160),
    ("ExtendedEchoReply", 161),
];

/// As many message types as an entry may hold.
const MOST_FIELDS: usize = 40;

/// The messages of an entry of `icmps`.
pub(super) fn packets(entry: &Node, faults: &mut Faults) -> Packets {
    faults.only(entry, &["fields"]);
    let (mut traffic, fields) = (Traffic::none(), faults.list(&entry.get("fields"), "fields"));
    if fields.len() > MOST_FIELDS {
        faults.add(
            &entry.get("fields").key_place(),
            format!(
                "there are {} message types here: expected at most {MOST_FIELDS}",
                fields.len()
            ),
        );
    }
    for field in fields {
        faults.only(&field, &["family", "type"]);
        let written = field.get("family");
        let (protocol, names) = match written.text() {
            Some("IPv6") => (Protocol::ICMPV6, V6),
            Some("IPv4") => (Protocol::ICMP, V4),
            None if written.is_unset() => (Protocol::ICMP, V4),
            _ => {
                faults.mismatch(&written, "family", "IPv4 or IPv6");
                continue;
            }
        };
        match number(&field.get("type"), names) {
            Some(kind) => traffic = traffic.union(&Traffic::icmp(protocol, kind, None)),
            None => faults.mismatch(
                &field.get("type"),
                "type",
                "a message type from 0 to 255, or its name",
            ),
        }
    }
    Packets {
        ports: Ports {
            traffic,
            named: Vec::new(),
        },
        doubt: Doubt::none(),
    }
}

fn number(node: &Node, names: &[(&str, u8)]) -> Option<u8> {
    let named = |text: &str| {
        names
            .iter()
            .find(|(name, _)| *name == text)
            .map(|(_, number)| *number)
    };
    match node.text() {
        Some(text) => named(text).or_else(|| text.parse().ok()),
        None => node.integer().and_then(|number| u8::try_from(number).ok()),
    }
}
