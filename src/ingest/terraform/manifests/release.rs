//! `helm_release`: a chart that Terraform installs. Source: Terraform registry, hashicorp/helm, `helm_release`.

use super::convert::Hidden;
use super::{Found, yaml};
use crate::ingest::rendering::{Request, Values};
use crate::ingest::terraform::resource::Resource;
use crate::ingest::terraform::resource::Value;
use crate::model::GapKind;
use serde_json::Value as Json;

/// The objects that the plan tells of a release (helm provider, `experiments.manifest`), else the request to render its chart, where that
/// is in the repository. `folders` are those that paths in the configuration may be seen from.
pub(super) fn of(resource: &Resource, folders: &[String]) -> Found {
    let address = &resource.address;
    if let Value::Text(text) = resource.values.get("manifest") {
        return rendered(text, address);
    }
    let gap = |why: &str| {
        Found::gap(
            GapKind::NotInInput,
            format!(
                "the objects of the chart that `{address}` installs are not in the input: {why}"
            ),
        )
    };
    match request(&resource.values, folders) {
        Ok(request) => Found {
            request: Some(request),
            ..Found::default()
        },
        Err(why) => gap(&why),
    }
}

/// Objects by name, as JSON.
fn rendered(text: &str, address: &str) -> Found {
    let objects = match serde_json::from_str::<Json>(text) {
        Ok(Json::Object(map)) if map.contains_key("kind") => vec![Json::Object(map)],
        Ok(Json::Object(map)) => map
            .into_iter()
            .map(|(_, object)| object)
            .filter(Json::is_object)
            .collect(),
        _ => return yaml(text, "manifest", address),
    };
    Found {
        objects: objects
            .into_iter()
            .map(|object| (object, Hidden::default()))
            .collect(),
        ..Found::default()
    }
}

/// What to render; else why it cannot be.
fn request(values: &Value, folders: &[String]) -> Result<Request, String> {
    let text = |name: &str| values.get(name).text().filter(|text| !text.is_empty());
    let chart = text("chart").ok_or("its chart is known only after apply")?;
    if text("repository").is_some() || chart.contains("://") {
        return Err(format!(
            "`{chart}` is no chart of this repository; render it with `helm template` and give what that prints"
        ));
    }
    if !values.get("postrender").is_unset() && !values.get("postrender").items().is_empty() {
        return Err("a program changes what the chart prints (`postrender`); render it by hand and give what that prints".to_owned());
    }
    if let Some(hidden) = ["name", "namespace"]
        .iter()
        .find(|name| values.get(name).is_unknown())
    {
        return Err(format!("`{hidden}` is known only after apply"));
    }
    Ok(Request {
        paths: folders.iter().map(|folder| joined(folder, chart)).collect(),
        release: text("name").map(str::to_owned),
        namespace: Some(text("namespace").unwrap_or("default").to_owned()),
        values: values_of(values.get("values"))?,
        set: set(values)?,
        ..Request::default()
    })
}

fn joined(folder: &str, path: &str) -> String {
    if folder.is_empty() || path.starts_with('/') {
        path.to_owned()
    } else {
        format!("{folder}/{path}")
    }
}

fn values_of(value: &Value) -> Result<Vec<Values>, String> {
    let one = |item: &Value| match item {
        Value::Text(text) => Ok(Values::Text(text.clone())),
        _ => Err("its `values` are known only after apply".to_owned()),
    };
    value
        .items()
        .iter()
        .filter(|item| !item.is_unset())
        .map(one)
        .collect()
}

/// `set` and its kin: blocks in older versions of the provider, lists of objects in newer ones.
fn set(values: &Value) -> Result<Vec<(&'static str, String)>, String> {
    let mut out = Vec::new();
    for block in ["set", "set_list", "set_sensitive", "set_wo"] {
        for item in values.get(block).items() {
            let hidden = || format!("a value of `{block}` is known only after apply");
            let name = item.get("name").text().ok_or_else(hidden)?;
            let value = match item.get("value") {
                Value::Text(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                Value::Bool(value) => value.to_string(),
                Value::List(items) => {
                    let all: Option<Vec<&str>> = items.iter().map(Value::text).collect();
                    format!("{{{}}}", all.ok_or_else(hidden)?.join(","))
                }
                _ => return Err(hidden()),
            };
            let option = match item.get("type").text() {
                Some("string") => "--set-string",
                Some("literal") => "--set-literal",
                _ => "--set",
            };
            out.push((option, format!("{name}={value}")));
        }
    }
    Ok(out)
}
