//! Writes values as YAML: in blocks with two blanks a level, as Kubernetes' own pages do, or in flow.

use super::scalar::{self, Meaning};
use serde_json::Value;

/// Longest list of scalars that is written on one line, in characters.
const SHORT: usize = 60;

/// A value in blocks. Its first line is not indented, those that follow stand at `indent`; no line break at the end.
#[must_use]
pub fn block(value: &Value, indent: usize) -> String {
    let margin = " ".repeat(indent);
    let lines: Vec<String> = match value {
        Value::Object(map) if !map.is_empty() => map
            .iter()
            .map(|(key, value)| format!("{}:{}", text(key), below(value, indent + 2)))
            .collect(),
        Value::Array(items) if !items.is_empty() => items
            .iter()
            .map(|item| format!("- {}", block(item, indent + 2)))
            .collect(),
        _ => vec![flow(value)],
    };
    lines.join(&format!("\n{margin}"))
}

/// What follows a key: on its line where it is short, else below it.
fn below(value: &Value, indent: usize) -> String {
    let short = match value {
        Value::Object(map) => map.is_empty(),
        Value::Array(items) => {
            let nested = items.iter().any(|item| item.is_object() || item.is_array());
            !nested && flow(value).len() <= SHORT
        }
        _ => true,
    };
    if short {
        format!(" {}", flow(value))
    } else {
        format!("\n{}{}", " ".repeat(indent), block(value, indent))
    }
}

/// A value on one line.
#[must_use]
pub fn flow(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let pairs = map
                .iter()
                .map(|(key, value)| format!("{}: {}", text(key), flow(value)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => {
            format!(
                "[{}]",
                items.iter().map(flow).collect::<Vec<_>>().join(", ")
            )
        }
        Value::String(own) => text(own),
        other => other.to_string(),
    }
}

/// A string, between quotes where it could be read as anything else.
fn text(own: &str) -> String {
    let mut chars = own.chars();
    let begins = chars.next().is_some_and(|c| c.is_ascii_alphanumeric());
    let plain = begins
        && own
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._/-".contains(c));
    if plain && matches!(scalar::plain(own), Meaning::Text) {
        own.to_owned()
    } else {
        Value::from(own).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_written_reads_back_the_same() {
        let value = json!({
            "kind": "NetworkPolicy",
            "on": "yes",
            "spec": {
                "podSelector": {},
                "policyTypes": ["Egress"],
                "egress": [
                    {"to": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}}, {"ipBlock": {"cidr": "::/0"}}]},
                    {"ports": [{"port": 53, "protocol": "UDP"}, {"port": "1e3"}]},
                    {}
                ],
            },
        });
        for written in [block(&value, 0), flow(&value)] {
            let read = super::super::read(&"x".into(), &written);
            let node = read.into_iter().next().unwrap().content.unwrap();
            assert_eq!(node.json(), value, "{written}");
        }
        let rule = &value["spec"]["egress"][0];
        assert_eq!(
            block(rule, 4),
            "to:\n      - ipBlock:\n          cidr: 0.0.0.0/0\n          except: [10.0.0.0/8]\n      - ipBlock:\n          cidr: \"::/0\""
        );
    }
}
