//! The packets that a rule of a security group or network ACL matches. Source: EC2 API, `IpPermission` and
//! `NetworkAclEntry`; VPC user guide, "Security group rules" and "Network ACL rules".

use super::lowering::{At, Attribute, Lowering, is_set};
use crate::ingest::terraform::Value;
use crate::model::{Doubt, GapKind, Protocol, Traffic};

/// Protocol names that Terraform takes for network ACLs beside those that everything takes.
const NAMES: &[(&str, u8)] = &[
    ("igmp", 2),
    ("ipv4", 4),
    ("egp", 8),
    ("gre", 47),
    ("esp", 50),
    ("ah", 51),
    ("ospf", 89),
    ("l2tp", 115),
];

/// The words of one rule.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    /// Protocol: `-1`, `all`, a name or a number.
    pub protocol: &'a Value,
    /// First port.
    pub from: &'a Value,
    /// Last port.
    pub to: &'a Value,
    /// ICMP type; in a security group the first port.
    pub icmp_type: &'a Value,
    /// ICMP code; in a security group the last port.
    pub icmp_code: &'a Value,
}

impl<B, M> Lowering<'_, At<B, M>> {
    /// What the words mean. Where one of them is not known: all that it could mean, and a doubt.
    pub fn packets(&mut self, at: Attribute, words: Words) -> (Traffic, Doubt) {
        let number = words.protocol.integer().map(|number| number.to_string());
        let Some(text) = words.protocol.text().map(str::to_owned).or(number) else {
            return (Traffic::all(), self.unknown(at));
        };
        if text == "-1" || text.eq_ignore_ascii_case("all") {
            return (Traffic::all(), Doubt::none());
        }
        let named = || {
            NAMES
                .iter()
                .find(|(name, _)| text.eq_ignore_ascii_case(name))
                .map(|(_, number)| Protocol(*number))
        };
        let Some(protocol) = Protocol::parse(&text).or_else(named) else {
            let what = format!(
                "protocol `{text}` of `{}` is no name or number of a protocol",
                at.resource.address
            );
            return (
                Traffic::all(),
                self.world.doubt(
                    GapKind::Unreadable,
                    what,
                    Some(at.resource.origin_of(at.path)),
                ),
            );
        };
        if protocol.is_icmp() {
            return self.messages(at, protocol, words);
        }
        // AWS looks at the ports of TCP and UDP only: a rule for any other protocol takes all of it.
        if protocol != Protocol::TCP && protocol != Protocol::UDP {
            return (Traffic::protocol(protocol), Doubt::none());
        }
        if is_open(words.from) || is_open(words.to) {
            return (Traffic::protocol(protocol), self.unknown(at));
        }
        match (words.from.integer(), words.to.integer()) {
            (Some(-1), _) | (None, None) => (Traffic::protocol(protocol), Doubt::none()),
            (from, to) => {
                let (low, high) = (
                    from.or(to).unwrap_or_default(),
                    to.or(from).unwrap_or_default(),
                );
                (
                    Traffic::ports(protocol, port(low), port(high)),
                    Doubt::none(),
                )
            }
        }
    }

    fn messages(&mut self, at: Attribute, protocol: Protocol, words: Words) -> (Traffic, Doubt) {
        if is_open(words.icmp_type) || is_open(words.icmp_code) {
            return (Traffic::protocol(protocol), self.unknown(at));
        }
        let any = |value: &Value| !is_set(value) || value.integer() == Some(-1);
        let byte = |value: &Value| value.integer().and_then(|number| u8::try_from(number).ok());
        match (byte(words.icmp_type), byte(words.icmp_code)) {
            (Some(kind), Some(code)) => (Traffic::icmp(protocol, kind, Some(code)), Doubt::none()),
            (Some(kind), None) if any(words.icmp_code) => {
                (Traffic::icmp(protocol, kind, None), Doubt::none())
            }
            (None, _) if any(words.icmp_type) => (Traffic::protocol(protocol), Doubt::none()),
            _ => (Traffic::protocol(protocol), self.unknown(at)),
        }
    }
}

/// Whether a port or message is not known. The provider chooses none by itself.
fn is_open(value: &Value) -> bool {
    value.is_unknown() || matches!(value, Value::Computed)
}

fn port(number: i64) -> u16 {
    u16::try_from(number.clamp(0, i64::from(u16::MAX))).unwrap_or_default()
}
