//! A plan or state as Terraform would make it once the sources have changed: what the sources say literally counts.

use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const LISTS: [&str; 4] = [
    "/planned_values/root_module/resources",
    "/values/root_module/resources",
    "/resource_changes",
    "/configuration/root_module/resources",
];

/// Attributes that say whom a rule is about: blocks of one rule differ in them before and after.
const ENDS: [&str; 7] = [
    "cidr_blocks",
    "ipv6_cidr_blocks",
    "cidr_block",
    "source_address_prefix",
    "source_address_prefixes",
    "destination_address_prefix",
    "destination_address_prefixes",
];

/// The resources of the root module's sources: those of `infra`, `tf`, or the folder itself.
fn sources(folder: &Path) -> Vec<Block> {
    let folders = [folder.join("infra"), folder.join("tf"), folder.to_owned()];
    let files = folders
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten());
    let files: Vec<PathBuf> = files.map(|own| own.unwrap().path()).collect();
    let mut out = Vec::new();
    for path in files
        .iter()
        .filter(|path| path.extension().is_some_and(|own| own == "tf"))
    {
        let body: Body = std::fs::read_to_string(path).unwrap().parse().unwrap();
        let own = body
            .into_blocks()
            .filter(|block| block.ident.as_str() == "resource");
        out.extend(own);
    }
    out
}

fn label(block: &Block, at: usize) -> String {
    block.labels[at].as_str().to_owned()
}

/// What an expression says, where it is a literal.
fn literal(value: &Expression) -> Option<Value> {
    match value {
        Expression::String(own) => Some(own.as_str().into()),
        Expression::Bool(own) => Some((**own).into()),
        Expression::Number(own) => serde_json::from_str(&own.value().to_string()).ok(),
        Expression::Array(list) => list
            .iter()
            .map(literal)
            .collect::<Option<Vec<_>>>()
            .map(Value::from),
        _ => None,
    }
}

fn literals(block: &Block) -> Vec<(String, Value)> {
    let all = block.body.attributes();
    all.filter_map(|own| Some((own.key.as_str().to_owned(), literal(&own.value)?)))
        .collect()
}

/// Values that are the same to a provider: numbers as text, lists in any order.
fn is_same(one: &Value, other: &Value) -> bool {
    let text = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().all(|own| other.contains(own))
        }
        _ => text(one) == text(other),
    }
}

/// Gives values what a block says: its attributes, and blocks in it as elements of lists that are there.
fn say(values: &mut Map<String, Value>, block: &Block) {
    for (name, value) in literals(block) {
        values.insert(name, value);
    }
    let kinds: BTreeSet<&str> = block.body.blocks().map(|own| own.ident.as_str()).collect();
    let lists = ["ingress", "egress", "security_rule"].into_iter();
    for kind in lists {
        if !values.get(kind).is_some_and(Value::is_array) {
            continue;
        }
        if !kinds.contains(kind) && block.body.has_blocks("dynamic") {
            continue;
        }
        let list = values[kind].as_array_mut().unwrap();
        let before = std::mem::take(list);
        for own in block.body.blocks().filter(|own| own.ident.as_str() == kind) {
            let said = literals(own);
            let others = said
                .iter()
                .filter(|(name, _)| !ENDS.contains(&name.as_str()));
            let others: Vec<&(String, Value)> = others.collect();
            let is_it = |element: &&Value| {
                others
                    .iter()
                    .all(|(name, value)| is_same(&element[name.as_str()], value))
            };
            for element in before.iter().filter(is_it).take(1) {
                let mut element = element.clone();
                let map = element.as_object_mut().unwrap();
                // A list takes the place of a word.
                for (name, _) in &said {
                    if let Some(word) = name.strip_suffix("es").filter(|_| name.contains("_prefix"))
                    {
                        map.insert(word.to_owned(), Value::Null);
                    }
                }
                map.extend(said.clone());
                list.push(element);
            }
        }
    }
}

fn is_root(resource: &Value) -> bool {
    resource.get("module_address").is_none() && resource["mode"] == "managed"
}

/// Makes the document anew. Resources that no source declares are gone; those that it does not have are copies of one of almost their name.
pub fn replan(folder: &Path, document: &mut Value) {
    let sources = sources(folder);
    let declared: BTreeSet<(String, String)> = sources
        .iter()
        .map(|own| (label(own, 0), label(own, 1)))
        .collect();
    for list in LISTS {
        let Some(list) = document.pointer_mut(list).and_then(Value::as_array_mut) else {
            continue;
        };
        let name = |own: &Value| {
            let text = |key: &str| own[key].as_str().unwrap().to_owned();
            (text("type"), text("name"))
        };
        list.retain(|own| !is_root(own) || declared.contains(&name(own)));
        for block in &sources {
            let (kind, own) = (label(block, 0), label(block, 1));
            if list
                .iter()
                .any(|one| is_root(one) && name(one) == (kind.clone(), own.clone()))
            {
                continue;
            }
            let stem = own.rsplit_once('_').map_or("", |(stem, _)| stem);
            let like = list
                .iter()
                .find(|one| is_root(one) && name(one) == (kind.clone(), stem.to_owned()));
            let Some(mut copy) = like.cloned() else {
                continue;
            };
            copy["address"] = format!("{kind}.{own}").into();
            copy["name"] = own.into();
            list.push(copy);
        }
        for resource in list.iter_mut().filter(|own| is_root(own)) {
            let own = name(resource);
            let block = sources
                .iter()
                .find(|one| (label(one, 0), label(one, 1)) == own)
                .unwrap();
            if block.body.has_attribute("for_each") || block.body.has_attribute("count") {
                continue;
            }
            for path in ["/values", "/change/after"] {
                if let Some(values) = resource.pointer_mut(path).and_then(Value::as_object_mut) {
                    say(values, block);
                }
            }
            if resource["change"]["actions"] == json!(["no-op"]) {
                resource["change"]["actions"] = json!(["update"]);
            }
            if let Some(expressions) = resource
                .get_mut("expressions")
                .and_then(Value::as_object_mut)
            {
                for (name, value) in literals(block) {
                    expressions.insert(name, json!({"constant_value": value}));
                }
            }
        }
    }
}
