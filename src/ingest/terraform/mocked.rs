//! Ids that stand in for ones not known yet: Terragrunt plans a unit with mocked outputs of the units that it depends on.

use super::graph::Graph;
use super::resource::Value;
use crate::model::{Gap, GapKind};

/// Makes mocked ids unknown, unless a resource of the input has that id, and enters a gap for each.
pub fn uncover(graph: &mut Graph) {
    let mut found = Vec::new();
    for (id, resource) in graph
        .resources
        .iter()
        .filter(|(_, resource)| holds_mock(&resource.values))
    {
        let mut values = resource.values.clone();
        let mut mocks = Vec::new();
        replace(graph, &resource.kind, &mut values, "", &mut mocks);
        if !mocks.is_empty() {
            found.push((id, values, mocks));
        }
    }
    for (id, values, mocks) in found {
        graph.resources[id].values = values;
        for path in mocks {
            let resource = &graph.resources[id];
            let what = format!(
                "`{path}` of `{}` is a mocked output of another unit; apply that unit, or give its plan or state as well",
                resource.address
            );
            graph.gaps.push(Gap {
                kind: GapKind::Unlinked,
                what,
                origin: Some(resource.origin_of(&path)),
            });
        }
    }
}

fn holds_mock(value: &Value) -> bool {
    match value {
        Value::Text(text) => is_mocked(text),
        Value::List(items) => items.iter().any(holds_mock),
        Value::Map(map) => map.values().any(holds_mock),
        _ => false,
    }
}

fn replace(graph: &Graph, kind: &str, value: &mut Value, path: &str, mocks: &mut Vec<String>) {
    match value {
        Value::Text(text)
            if is_mocked(text)
                && graph.types.named_by(kind, path).is_some()
                && graph.holding(text).is_empty() =>
        {
            *value = Value::Unknown;
            mocks.push(path.to_owned());
        }
        Value::List(items) => items
            .iter_mut()
            .for_each(|item| replace(graph, kind, item, path, mocks)),
        Value::Map(map) => {
            for (name, inner) in map {
                let below = if path.is_empty() {
                    name.to_string()
                } else {
                    format!("{path}.{name}")
                };
                replace(graph, kind, inner, &below, mocks);
            }
        }
        _ => {}
    }
}

const WORDS: &[&str] = &["mock", "fake", "dummy", "placeholder"];

/// Whether an id is made up: it holds such a word, or its digits are one character over and over or counted up.
#[must_use]
pub fn is_mocked(id: &str) -> bool {
    let lower = id.to_ascii_lowercase();
    if lower.split(['-', '_']).any(|part| WORDS.contains(&part)) {
        return true;
    }
    let Some((front, digits)) = lower.rsplit_once('-') else {
        return false;
    };
    let made_up = digits.chars().all(|c| digits.starts_with(c)) || "1234567890".starts_with(digits);
    digits.len() >= 4 && made_up && front.chars().all(|c| c.is_ascii_lowercase() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::terraform::testing::read_changes;

    #[test]
    fn made_up_ids_are_told() {
        for id in [
            "vpc-00000000",
            "mock",
            "vpc-mock",
            "mock-vpc-id",
            "fake_subnet_1",
            "subnet-1234",
            "sg-aaaaaaaa",
            "vpc-12345678",
        ] {
            assert!(is_mocked(id), "{id}");
        }
        for id in ["vpc-0a1b2c3d", "main", "prod-0", "eu-west-1", "hammock", ""] {
            assert!(!is_mocked(id), "{id}");
        }
    }

    #[test]
    fn a_mocked_id_is_unknown_and_in_the_ledger() {
        let read = read_changes(
            r#"[{"address":"aws_subnet.a","type":"aws_subnet","change":{"actions":["create"],"after":{"vpc_id":"vpc-00000000","cidr_block":"10.0.0.0/24"}}}]"#,
        );
        let subnet = &read.graph.resources[read.graph.at("aws_subnet.a")[0]];
        assert_eq!(subnet.values.get("vpc_id"), &Value::Unknown);
        assert_eq!(read.graph.gaps.len(), 1);
        assert_eq!(
            (read.links[0].to.len(), read.links[0].by.word()),
            (0, "gap")
        );
    }
}
