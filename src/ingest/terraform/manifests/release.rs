//! `helm_release`: a chart that Terraform installs. Source: Terraform registry, hashicorp/helm, `helm_release`.

use super::convert::Hidden;
use super::{Found, yaml};
use crate::ingest::terraform::graph::Resource;
use crate::ingest::terraform::value::Value;
use crate::model::GapKind;
use serde_json::Value as Json;

/// The objects that the plan tells of a release (helm provider, `experiments.manifest`).
pub(super) fn of(resource: &Resource) -> Found {
    let address = &resource.address;
    match resource.values.get("manifest") {
        Value::Text(text) => rendered(text, address),
        _ => Found::gap(
            GapKind::NotModelled,
            format!(
                "the plan does not tell the objects of the chart that `{address}` installs; render it with `helm template` and give that"
            ),
        ),
    }
}

/// Objects by name, as JSON.
fn rendered(text: &str, address: &str) -> Found {
    let objects = match serde_json::from_str::<Json>(text) {
        Ok(Json::Object(map)) if map.contains_key("kind") => vec![Json::Object(map)],
        Ok(Json::Object(map)) => map.into_iter().map(|(_, object)| object).filter(Json::is_object).collect(),
        _ => return yaml(text, "manifest", address),
    };
    Found { objects: objects.into_iter().map(|object| (object, Hidden::default())).collect(), gaps: Vec::new() }
}
