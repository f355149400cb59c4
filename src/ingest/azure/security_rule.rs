//! The words of a rule of a network security group. Source: "Network security groups" (network-security-groups-overview),
//! "Security rules"; azurerm provider, `azurerm_network_security_rule`.

use super::lowering::{Attribute, Found, Lowering, is_set};
use super::rule::{Rule, RuleEnd};
use super::stage::AtSecurityGroups;
use crate::ingest::terraform::Value;
use crate::model::{
    AddressSet, Direction, Doubt, FilterAction, GapKind, Origin, Protocol, Traffic,
};

/// Reads a rule from its block or resource: as one rule for each reading, all of them in doubt, where its direction or action
/// is not known. One of unknown priority stands before all others.
pub fn read(
    lowering: &mut Lowering<AtSecurityGroups>,
    at: Attribute,
    doubt: &Doubt,
    origin: &Origin,
) -> Vec<Rule> {
    let block = at.value;
    let order = block
        .get("priority")
        .integer()
        .and_then(|number| u32::try_from(number).ok());
    let ways = ways(block);
    let actions = readings(
        block.get("access"),
        ("allow", FilterAction::Allow),
        ("deny", FilterAction::Deny),
    );
    let (traffic, why) = packets(lowering, at);
    let mut doubt = doubt.and(&why);
    if order.is_none() || ways.len() > 1 || actions.len() > 1 {
        doubt = doubt.and(&lowering.unknown(at));
    }
    let [source, destination] = ["source", "destination"].map(|side| ends(lowering, at, side));
    let mut out = Vec::new();
    for action in actions {
        let doubt = doubt.and(&source_ports(lowering, at, action == FilterAction::Deny));
        out.extend(ways.iter().map(|way| Rule {
            way: *way,
            order: order.unwrap_or_default(),
            action,
            source: source.clone(),
            destination: destination.clone(),
            traffic: traffic.clone(),
            doubt: doubt.clone(),
            origin: Some(origin.clone()),
        }));
    }
    out
}

/// The directions that a rule may be for.
pub fn ways(block: &Value) -> Vec<Direction> {
    readings(
        block.get("direction"),
        ("inbound", Direction::Ingress),
        ("outbound", Direction::Egress),
    )
}

/// What a value of two possible words means; both where it is neither.
fn readings<T: Copy>(value: &Value, (one, first): (&str, T), (other, second): (&str, T)) -> Vec<T> {
    match value.text() {
        Some(text) if text.eq_ignore_ascii_case(one) => vec![first],
        Some(text) if text.eq_ignore_ascii_case(other) => vec![second],
        _ => vec![first, second],
    }
}

/// The values of an attribute that comes as one word and as a list.
fn words<'v>(block: &'v Value, one: &str, many: &str) -> Vec<&'v Value> {
    let both = block.get(one).items().iter().chain(block.get(many).items());
    both.filter(|value| is_set(value)).collect()
}

/// The protocols and ports of a rule, with the doubt where they may be fewer.
pub fn packets<L>(lowering: &mut Lowering<'_, L>, at: Attribute) -> (Traffic, Doubt) {
    let block = at.value;
    let Some(name) = block.get("protocol").text() else {
        return (Traffic::all(), lowering.unknown(at));
    };
    let protocols = match name.to_ascii_lowercase().as_str() {
        "*" | "any" => vec![Protocol::TCP, Protocol::UDP],
        "tcp" => vec![Protocol::TCP],
        "udp" => vec![Protocol::UDP],
        "icmp" => {
            return (
                Traffic::protocol(Protocol::ICMP).union(&Traffic::protocol(Protocol::ICMPV6)),
                Doubt::none(),
            );
        }
        "esp" => return (Traffic::protocol(Protocol(50)), Doubt::none()),
        "ah" => return (Traffic::protocol(Protocol(51)), Doubt::none()),
        _ => {
            let what = format!(
                "protocol `{name}` of `{}` is none of `Tcp`, `Udp`, `Icmp`, `Esp`, `Ah` and `*`",
                at.resource.address
            );
            return (
                Traffic::all(),
                lowering.world.doubt(
                    GapKind::Unreadable,
                    what,
                    Some(at.resource.origin_of(at.path)),
                ),
            );
        }
    };
    let ranges = words(block, "destination_port_range", "destination_port_ranges");
    let any = name == "*" || name.eq_ignore_ascii_case("any");
    let whole = || {
        if any {
            Traffic::all()
        } else {
            protocols
                .iter()
                .map(|one| Traffic::protocol(*one))
                .collect()
        }
    };
    let mut out = Traffic::none();
    for range in &ranges {
        match range.text().and_then(ports) {
            Some((0, u16::MAX)) => return (whole(), Doubt::none()),
            Some((low, high)) => {
                out = protocols
                    .iter()
                    .fold(out, |sum, one| sum.union(&Traffic::ports(*one, low, high)))
            }
            None => return (whole(), lowering.unknown(at)),
        }
    }
    (if ranges.is_empty() { whole() } else { out }, Doubt::none())
}

/// `*`, `80`, `8000-8999`.
fn ports(text: &str) -> Option<(u16, u16)> {
    if text == "*" {
        return Some((0, u16::MAX));
    }
    let (low, high) = text.split_once('-').unwrap_or((text, text));
    Some((low.trim().parse().ok()?, high.trim().parse().ok()?))
}

/// Clients choose their ports: a rule for all of 49152-65535 lets every client pass; a denial stops one only if it is for all
/// ports. Other source ports are not judged.
pub fn source_ports<L>(lowering: &mut Lowering<'_, L>, at: Attribute, deny: bool) -> Doubt {
    let ranges = words(at.value, "source_port_range", "source_port_ranges");
    let parsed: Option<Vec<(u16, u16)>> = ranges.iter().map(|range| ports(range.text()?)).collect();
    let holds = |low: u16, high: u16| {
        parsed
            .iter()
            .flatten()
            .any(|range| range.0 <= low && range.1 >= high)
    };
    if ranges.is_empty() || holds(1, u16::MAX) || !deny && holds(49152, u16::MAX) {
        return Doubt::none();
    }
    let what = format!(
        "the source ports of a rule of `{}` are not judged",
        at.resource.address
    );
    lowering.world.doubt(
        GapKind::NotJudged,
        what,
        Some(at.resource.origin_of(at.path)),
    )
}

/// One end of a rule; `side` is `source` or `destination`.
fn ends(lowering: &mut Lowering<AtSecurityGroups>, at: Attribute, side: &str) -> Vec<RuleEnd> {
    let block = at.value;
    let mut out = Vec::new();
    for value in words(
        block,
        &format!("{side}_address_prefix"),
        &format!("{side}_address_prefixes"),
    ) {
        out.extend(end(lowering, at.with(value)));
    }
    let groups = format!("{side}_application_security_group_ids");
    if is_set(block.get(&groups)) {
        let Found { items, rest } = lowering.application_groups(at.with(block.get(&groups)));
        for (group, doubt) in items {
            out.push(if doubt.is_certain() {
                RuleEnd::Members(group)
            } else {
                RuleEnd::Unknown(doubt)
            });
        }
        if !rest.is_certain() {
            out.push(RuleEnd::Unknown(rest));
        }
    }
    if out.is_empty() {
        out.push(RuleEnd::Unknown(lowering.unknown(at)));
    }
    out
}

/// What one prefix of a rule names: addresses, or a service tag.
pub fn end<L>(lowering: &mut Lowering<'_, L>, at: Attribute) -> Vec<RuleEnd> {
    match at.value.text() {
        Some("*") => vec![RuleEnd::Addresses(AddressSet::all())],
        Some(text)
            if AddressSet::parse(text).is_err()
                && !text.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            vec![RuleEnd::Tag(text.to_owned())]
        }
        _ => {
            let blocks = lowering.blocks(at);
            let known =
                (!blocks.addresses.is_empty()).then_some(RuleEnd::Addresses(blocks.addresses));
            let unknown = (!blocks.rest.is_certain()).then_some(RuleEnd::Unknown(blocks.rest));
            known.into_iter().chain(unknown).collect()
        }
    }
}
