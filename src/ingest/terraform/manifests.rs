//! Kubernetes objects that a plan holds: manifests given to Terraform to apply.

use super::graph::{Graph, Resource};
use super::value::Value;
use crate::model::{Gap, GapKind, Origin};
use serde_json::Value as Json;

/// All of them in order of input and address, with the block that declares each. What of them is unknown, and charts whose
/// objects the plan does not tell, go into the ledger of gaps.
pub fn manifests(graph: &mut Graph) -> Vec<(Json, Origin)> {
    let mut gaps = Vec::new();
    let mut out = Vec::new();
    for (_, resource) in graph.resources.iter() {
        match of(resource) {
            Found::None => {}
            Found::Gap(kind, what) => gaps.push(Gap { kind, what, origin: Some(resource.origin.clone()) }),
            Found::Objects(objects) => out.extend(objects.into_iter().map(|object| (object, resource.origin.clone()))),
        }
    }
    graph.gaps.extend(gaps);
    out
}

enum Found {
    None,
    Gap(GapKind, String),
    Objects(Vec<Json>),
}

fn of(resource: &Resource) -> Found {
    let address = &resource.address;
    let unknown = || Found::Gap(GapKind::UnknownValue, format!("parts of the object that `{address}` applies are known only after apply"));
    match resource.kind.as_str() {
        "kubernetes_manifest" => match json(resource.values.get("manifest")) {
            Some(Json::Null) => Found::None,
            Some(object) => Found::Objects(vec![object]),
            None => unknown(),
        },
        "kubectl_manifest" => match resource.values.get("yaml_body") {
            Value::Text(text) => yaml(text, address),
            Value::Null => Found::None,
            _ => unknown(),
        },
        "helm_release" => match resource.values.get("manifest") {
            Value::Text(text) => rendered(text, address),
            _ => Found::Gap(
                GapKind::NotModelled,
                format!(
                    "the plan does not tell the objects of the chart that `{address}` installs; render it with `helm template` and give that"
                ),
            ),
        },
        _ => Found::None,
    }
}

fn yaml(text: &str, address: &str) -> Found {
    match serde_saphyr::from_multiple::<Json>(text) {
        Ok(objects) => Found::Objects(objects.into_iter().filter(Json::is_object).collect()),
        Err(_) => Found::Gap(GapKind::Unreadable, format!("`yaml_body` of `{address}` is no valid YAML")),
    }
}

/// The `manifest` of a release: objects by name, as JSON (helm provider, `experiments.manifest`).
fn rendered(text: &str, address: &str) -> Found {
    match serde_json::from_str::<Json>(text) {
        Ok(Json::Object(map)) if map.contains_key("kind") => Found::Objects(vec![Json::Object(map)]),
        Ok(Json::Object(map)) => Found::Objects(map.into_iter().map(|(_, object)| object).filter(Json::is_object).collect()),
        _ => yaml(text, address),
    }
}

/// A value as JSON; none where part of it is unknown.
fn json(value: &Value) -> Option<Json> {
    Some(match value {
        Value::Null => Json::Null,
        Value::Computed | Value::Unknown | Value::Reference(_) => return None,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(number) => number_json(*number),
        Value::Text(text) => Json::String(text.clone()),
        Value::List(items) => Json::Array(items.iter().map(json).collect::<Option<_>>()?),
        Value::Map(map) => Json::Object(map.iter().map(|(name, inner)| Some((name.clone(), json(inner)?))).collect::<Option<_>>()?),
    })
}

/// Ports and counts are whole: `80` and not `80.0`.
fn number_json(number: f64) -> Json {
    #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and below 2^53")]
    if number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0 { Json::from(number as i64) } else { Json::from(number) }
}

#[cfg(test)]
mod tests {
    use crate::ingest::terraform::testing::read_changes;

    #[test]
    fn objects_come_out_of_three_kinds_of_resources() {
        let read = read_changes(
            r#"[{"address":"helm_release.c","type":"helm_release","change":{"actions":["create"],"after":{"name":"c"}}},
            {"address":"kubectl_manifest.b","type":"kubectl_manifest","change":{"actions":["create"],"after":{"yaml_body":"kind: Pod\nspec: {port: 80}\n"}}},
            {"address":"kubernetes_manifest.a","type":"kubernetes_manifest","change":{"actions":["create"],"after":{"manifest":{"kind":"Pod","n":8080}}}},
            {"address":"kubernetes_manifest.d","type":"kubernetes_manifest","change":{"actions":["create"],"after":{"manifest":{"kind":"Pod"}},
             "after_unknown":{"manifest":{"metadata":{"name":true}}}}}]"#,
        );
        let found: Vec<String> = read.manifests.iter().map(|(json, origin)| format!("{} {json}", origin.address)).collect();
        let expected = [r#"kubectl_manifest.b {"kind":"Pod","spec":{"port":80}}"#, r#"kubernetes_manifest.a {"kind":"Pod","n":8080}"#];
        assert_eq!(found, expected);
        let gaps: Vec<&str> = read.graph.gaps.iter().map(|gap| gap.origin.as_ref().unwrap().address.as_ref()).collect();
        assert_eq!(gaps, ["helm_release.c", "kubernetes_manifest.d"]);
    }
}
