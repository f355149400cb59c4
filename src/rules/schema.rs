//! The JSON schema of rule files, for editors: made from the structs that they are read into and from the kinds of facts.

use super::fact_kinds::FACT_KINDS;
use super::field::{Field, Holds};
use super::file::{OverrideFile, RuleFile};
use super::kind::FactKind;
use super::matching::operations;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// The JSON schema (draft 2020-12) of the files in a directory of rules: a rule, or an override of one.
#[must_use]
pub fn schema() -> Value {
    let generator = || SchemaSettings::draft2020_12().into_generator();
    let rule = generator().into_root_schema_for::<RuleFile>().to_value();
    let change = generator()
        .into_root_schema_for::<OverrideFile>()
        .to_value();
    let mut properties = of(&change, "properties");
    if let (Value::Object(all), Value::Object(own)) = (&mut properties, of(&rule, "properties")) {
        all.extend(own);
    }
    let kinds: Vec<&str> = FACT_KINDS.iter().map(|kind| kind.name).collect();
    let mut document = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "crosspeer rule",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "oneOf": [
            {
                "required": of(&rule, "required"),
                "anyOf": [{"required": ["match"]}, {"required": ["when"]}],
                "not": {"required": ["override"]},
            },
            {"required": of(&change, "required"), "not": {"required": ["id"]}},
        ],
        "allOf": FACT_KINDS.iter().map(|kind| branch(kind)).collect::<Vec<_>>(),
        "$defs": definitions(),
    });
    let select = json!({"description": "The kind of fact that the rule looks at.", "enum": kinds});
    set(&mut document, &["properties", "select"], select);
    document
}

fn of(schema: &Value, key: &str) -> Value {
    schema.get(key).cloned().unwrap_or_default()
}

/// The conditions on each kind of fact, by its name.
fn definitions() -> Map<String, Value> {
    let kinds = FACT_KINDS.iter();
    kinds
        .map(|kind| (kind.name.to_owned(), condition(kind.fields, kind.name)))
        .collect()
}

fn set(document: &mut Value, path: &[&str], value: Value) {
    let place = path.iter().try_fold(document, |at, key| match at {
        Value::Object(map) => Some(map.entry(*key).or_insert(Value::Null)),
        _ => None,
    });
    if let Some(place) = place {
        *place = value;
    }
}

/// What holds for rules that select this kind of fact.
fn branch(kind: &FactKind) -> Value {
    let matches = json!({"$ref": format!("#/$defs/{}", kind.name)});
    let printable = kind.fields.iter().filter(|field| field.is_printable());
    let printable: Vec<&str> = printable.map(|field| field.name).collect();
    let case = json!({"items": {"properties": {"match": matches}}});
    json!({
        "if": {"properties": {"select": {"const": kind.name}}},
        "then": {"properties": {
            "match": matches,
            "group": {"items": {"enum": printable}},
            "parts": {"items": {"enum": printable}},
            "severities": case,
            "remediation": {"properties": {"cases": case}},
        }},
    })
}

/// The schema of a condition on these fields; `own` is where it stands.
fn condition(fields: &[Field], own: &str) -> Value {
    let several =
        json!({"type": "array", "minItems": 1, "items": {"$ref": format!("#/$defs/{own}")}});
    let mut properties = Map::new();
    for joint in ["all", "any", "none"] {
        properties.insert(joint.to_owned(), several.clone());
    }
    for field in fields.iter().filter(|field| field.is_comparable()) {
        let mut one = test(field.holds);
        if let Value::Object(one) = &mut one {
            one.insert("description".to_owned(), field.about.into());
        }
        properties.insert(field.name.to_owned(), one);
    }
    json!({"type": "object", "additionalProperties": false, "properties": properties})
}

/// The schema of a test of one value.
fn test(holds: Holds) -> Value {
    let value = match holds {
        Holds::Word(words) => json!({"enum": words}),
        Holds::Flag => json!({"type": "boolean"}),
        Holds::Number => json!({"type": "integer", "minimum": 0}),
        _ => json!({"type": "string"}),
    };
    let several = json!({"type": "array", "minItems": 1, "items": value});
    let either = json!({"anyOf": [value, several]});
    let mut properties = Map::new();
    for operation in operations(holds) {
        let operand = match (*operation, holds) {
            ("is", _) => value.clone(),
            ("in", _) => several.clone(),
            ("exists", _) => json!({"type": "boolean"}),
            ("any_of" | "every", Holds::Items(fields)) => items(fields),
            ("any_of" | "every", _) => test(Holds::Name),
            ("not", _) => json!({}),
            _ => either.clone(),
        };
        properties.insert((*operation).to_owned(), operand);
    }
    let map = json!({"type": "object", "minProperties": 1, "additionalProperties": false, "properties": properties});
    if operations(holds).contains(&"is") {
        json!({"anyOf": [value, several, map]})
    } else {
        map
    }
}

/// The schema of a condition on the items of a list, in which joints stand without further depth.
fn items(fields: &[Field]) -> Value {
    let properties: Map<String, Value> = fields
        .iter()
        .filter(|field| field.is_comparable())
        .map(|field| (field.name.to_owned(), test(field.holds)))
        .collect();
    let mut properties = properties;
    for joint in ["all", "any", "none"] {
        properties.insert(joint.to_owned(), json!({"type": "array", "minItems": 1}));
    }
    json!({"type": "object", "additionalProperties": false, "properties": properties})
}
