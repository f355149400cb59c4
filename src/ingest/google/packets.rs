//! The packets that a firewall rule matches: `allow` and `deny` blocks, and the `layer4_configs` of policies.
//! Source: cloud.google.com/firewall/docs/firewalls, "Protocols and ports".

use super::lowering::{At, Attribute, Lowering};
use crate::model::{Doubt, GapKind, Protocol, Traffic};

/// Protocol names beside those that everything takes.
const NAMES: &[(&str, u8)] = &[("esp", 50), ("ah", 51), ("ipip", 94)];

impl<B, M> Lowering<'_, At<B, M>> {
    /// What blocks mean together, each with a protocol under `protocol_key` and a list of `ports`. Where something is not
    /// known: all that it could mean, and a doubt.
    pub fn packets(&mut self, at: Attribute, protocol_key: &str) -> Vec<(Traffic, Doubt)> {
        let mut sure = Traffic::none();
        let mut out = Vec::new();
        for block in at.value.items() {
            let at = at.with(block);
            let (traffic, doubt) = if block.is_unknown() {
                (Traffic::all(), self.unknown(at))
            } else {
                self.block_of_packets(at, protocol_key)
            };
            if doubt.is_certain() {
                sure = sure.union(&traffic);
            } else {
                out.push((traffic, doubt));
            }
        }
        if !sure.is_empty() {
            out.insert(0, (sure, Doubt::none()));
        }
        out
    }

    fn block_of_packets(&mut self, at: Attribute, protocol_key: &str) -> (Traffic, Doubt) {
        let value = at.value.get(protocol_key);
        let Some(text) = value
            .text()
            .map(str::to_owned)
            .or_else(|| value.integer().map(|number| number.to_string()))
        else {
            return (Traffic::all(), self.unknown(at));
        };
        if text.eq_ignore_ascii_case("all") {
            return (Traffic::all(), Doubt::none());
        }
        let named = || {
            NAMES
                .iter()
                .find(|(name, _)| text.eq_ignore_ascii_case(name))
                .map(|(_, number)| Protocol(*number))
        };
        let Some(protocol) = Protocol::parse(&text).or_else(named) else {
            return (
                Traffic::all(),
                self.unreadable(
                    at,
                    &format!("protocol `{text}` is no name or number of a protocol"),
                ),
            );
        };
        let ports = at.value.get("ports");
        if ports.items().is_empty() || !protocol.has_ports() {
            return (Traffic::protocol(protocol), Doubt::none());
        }
        let mut sum = Traffic::none();
        for port in ports.items() {
            let number = port.integer().map(|number| number.to_string());
            match port
                .text()
                .map(str::to_owned)
                .or(number)
                .as_deref()
                .map(range)
            {
                Some(Some((low, high))) => sum = sum.union(&Traffic::ports(protocol, low, high)),
                Some(None) => {
                    return (
                        Traffic::protocol(protocol),
                        self.unreadable(at, "a port that is no number and no range"),
                    );
                }
                None => return (Traffic::protocol(protocol), self.unknown(at)),
            }
        }
        (sum, Doubt::none())
    }

    fn unreadable(&mut self, at: Attribute, what: &str) -> Doubt {
        let what = format!("`{}` of `{}`: {what}", at.path, at.resource.address);
        self.world.doubt(
            GapKind::Unreadable,
            what,
            Some(at.resource.origin_of(at.path)),
        )
    }
}

/// `80`, `8000-8080`.
fn range(text: &str) -> Option<(u16, u16)> {
    let (low, high) = text.split_once('-').unwrap_or((text, text));
    Some((low.trim().parse().ok()?, high.trim().parse().ok()?))
}
