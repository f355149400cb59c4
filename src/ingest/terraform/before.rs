//! What an object that a plan keeps had before it.

use super::resource::Value;
use serde_json::value::RawValue;
use std::collections::BTreeSet;

/// Gives an object that is changed in place the id that it had, where the plan says that it is known only after apply: some
/// providers mark every computed attribute of a change so. What is written by that id elsewhere names it still. Other names,
/// such as an ARN, may follow from what is changed.
/// Source: Terraform, "Plan modification", `UseStateForUnknown`: computed attributes of an update are unknown unless the
/// provider says otherwise.
pub fn keep_id(values: &mut Value, was: Option<&RawValue>) {
    let Value::Map(map) = values else {
        return;
    };
    let own = map.get_mut("id").filter(|own| **own == Value::Unknown);
    let (Some(own), Some(was)) = (own, was) else {
        return;
    };
    let was: Value = serde_json::from_str(was.get()).unwrap_or(Value::Null);
    if let Value::Text(id) = was.get("id") {
        *own = Value::Text(id.clone());
    }
}

/// The attributes of a kept object that are known only after apply, and that it has a value for before it.
pub fn kept(values: &Value, was: Option<&RawValue>) -> BTreeSet<String> {
    let Value::Map(map) = values else {
        return BTreeSet::new();
    };
    let mut open = map
        .iter()
        .filter(|(_, value)| **value == Value::Unknown)
        .peekable();
    let was = match (open.peek(), was) {
        (Some(_), Some(was)) => serde_json::from_str(was.get()).unwrap_or(Value::Null),
        _ => return BTreeSet::new(),
    };
    let has = |name: &String| match was.get(name) {
        Value::Text(text) => !text.is_empty(),
        Value::List(items) => !items.is_empty(),
        Value::Map(map) => !map.is_empty(),
        value => !value.is_unset(),
    };
    open.map(|(name, _)| name.to_string()).filter(has).collect()
}

#[cfg(test)]
mod tests {
    use crate::ingest::terraform::testing::read_changes;

    /// How the peering that a plan changes is named, whose id it had before; `actions` are those of the plan.
    fn id(actions: &str) -> String {
        let changes = format!(
            r#"[{{"address":"aws_vpc_peering_connection.a","mode":"managed","type":"aws_vpc_peering_connection",
            "change":{{"actions":{actions},"before":{{"id":"pcx-1"}},"after":{{}},"after_unknown":{{"id":true}}}}}}]"#
        );
        let read = read_changes(&changes);
        let own = read.graph.resources.iter().next();
        let id = own.map(|(_, own)| own.values.get("id").text().map(str::to_owned));
        id.flatten().unwrap_or_else(|| "not known".to_owned())
    }

    #[test]
    fn an_object_that_is_changed_in_place_keeps_its_id() {
        assert_eq!(id(r#"["update"]"#), "pcx-1");
        assert_eq!(id(r#"["no-op"]"#), "pcx-1");
        assert_eq!(id(r#"["delete","create"]"#), "not known");
    }
}
