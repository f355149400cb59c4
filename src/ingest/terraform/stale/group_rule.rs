//! Rules of a security group as its own blocks list them: all sources and destinations with the same ports in one element.

use super::same;
use crate::ingest::terraform::resource::{Members, Value};

/// Lists of an element with the attributes by which rule resources name what is in them.
const ENDS: &[(&str, &[&str])] = &[
    ("cidr_blocks", &["cidr_blocks", "cidr_ipv4"]),
    ("ipv6_cidr_blocks", &["ipv6_cidr_blocks", "cidr_ipv6"]),
    ("prefix_list_ids", &["prefix_list_ids", "prefix_list_id"]),
    (
        "security_groups",
        &["source_security_group_id", "referenced_security_group_id"],
    ),
];

/// Takes what a rule let pass out of an element; whether anything is left in it. `own`: the id of the group.
pub fn subtract(element: &mut Value, rule: &Value, own: Option<&str>) -> bool {
    let Value::Map(map) = element else {
        return true;
    };
    if !alike(map, rule) {
        return true;
    }
    for (list, names) in ENDS {
        let Some(Value::List(items)) = map.get_mut(*list) else {
            continue;
        };
        let taken = || names.iter().flat_map(|name| rule.get(name).items());
        items.retain(|item| !taken().any(|one| same(item, one)));
    }
    let group = rule.get("referenced_security_group_id").text();
    if rule.get("self").boolean() == Some(true) || (group.is_some() && group == own) {
        map.insert("self".into(), Value::Bool(false));
    }
    let left = ENDS
        .iter()
        .filter_map(|(list, _)| map.get(*list))
        .any(|list| !list.items().is_empty());
    left || map.get("self").and_then(Value::boolean) == Some(true)
}

/// Whether an element and a rule are about the same packets.
fn alike(element: &Members, rule: &Value) -> bool {
    let of = |name: &str| element.get(name).unwrap_or(&Value::Null);
    let named = protocol(rule.get("protocol")).or_else(|| protocol(rule.get("ip_protocol")));
    let port = |value: &Value| value.integer().unwrap_or_default();
    let same_port = |name: &str| port(of(name)) == port(rule.get(name));
    let own = protocol(of("protocol"));
    own == named && (own.as_deref() == Some("-1") || same_port("from_port") && same_port("to_port"))
}

/// A protocol in one spelling. Source: EC2 API, `IpPermission`: numbers, or the names of those with ports.
fn protocol(value: &Value) -> Option<String> {
    let text = match value {
        Value::Text(text) => text.to_ascii_lowercase(),
        Value::Number(_) => value.integer()?.to_string(),
        _ => return None,
    };
    Some(match text.as_str() {
        "all" => "-1".to_owned(),
        "tcp" => "6".to_owned(),
        "udp" => "17".to_owned(),
        "icmp" => "1".to_owned(),
        "icmpv6" => "58".to_owned(),
        _ => text,
    })
}
