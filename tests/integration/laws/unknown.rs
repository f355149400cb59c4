//! The law behind everything: knowing less never makes an answer surer. Values of plans become unknown, one or some at once.
//! What surely passes then passed surely before, and what may pass before may pass then: so a value that becomes unknown turns
//! nothing reachable into blocked, and one that becomes known turns nothing blocked into reachable.

use super::case::{Case, of_objects, with_networks};
use super::chance::{Chance, TimeBox, smallest};
use super::peers::of_peers;
use super::planned::planned;
use crate::connectivity::Connectivity;
use serde_json::{Value, json};

/// A step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    At(usize),
}

/// A value of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Leaf {
    /// The plan.
    pub(super) document: usize,
    /// The resource among its changes.
    pub(super) change: usize,
    pub(super) path: Vec<Step>,
}

impl Leaf {
    pub(super) fn told(&self, case: &Case) -> String {
        let change = &case.documents[self.document].2["resource_changes"][self.change];
        let steps = self.path.iter().map(|step| match step {
            Step::Key(key) => format!(".{key}"),
            Step::At(at) => format!("[{at}]"),
        });
        format!(
            "{}{}",
            change["address"].as_str().unwrap(),
            steps.collect::<String>()
        )
    }
}

/// Whether a value of a resource may be left out of a plan's knowledge. The names of workloads are those of the answers, and what
/// decides how a whole object is read must be known to its provider.
fn may_be_unknown(kind: &str, object: &str, path: &[Step]) -> bool {
    let keys: Vec<&str> = path
        .iter()
        .filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::At(_) => None,
        })
        .collect();
    let is_pods = !object.ends_with("Policy") && object != "Namespace";
    match (kind, keys.as_slice()) {
        ("kubernetes_manifest", ["manifest", "apiVersion" | "kind", ..]) => false,
        (
            "kubernetes_manifest",
            [
                "manifest",
                "metadata",
                "name" | "namespace" | "ownerReferences",
                ..,
            ],
        ) => !is_pods,
        ("kubernetes_manifest", ["manifest", "metadata" | "spec" | "status"]) => !is_pods,
        ("kubernetes_manifest", ["manifest"]) => false,
        (_, ["timeouts" | "tags" | "tags_all", ..]) => false,
        // Where a cluster does not say where it stands its nodes do, who may say less than the subnets that are assumed.
        ("aws_eks_cluster", ["vpc_config"]) => false,
        _ => true,
    }
}

/// All values of a case's plans that may be unknown, those of whole lists and objects as well.
pub(super) fn leaves(case: &Case) -> Vec<Leaf> {
    let mut out = Vec::new();
    for (document, (_, _, plan)) in case.documents.iter().enumerate() {
        let changes = plan["resource_changes"].as_array().into_iter().flatten();
        for (change, row) in changes.enumerate().filter(|(_, row)| row["mode"] != "data") {
            let mut paths = Vec::new();
            below(&row["change"]["after"], &mut Vec::new(), &mut paths);
            let kind = row["type"].as_str().unwrap();
            let object = row["change"]["after"]["manifest"]["kind"]
                .as_str()
                .unwrap_or_default();
            paths.retain(|path| may_be_unknown(kind, object, path));
            out.extend(paths.into_iter().map(|path| Leaf {
                document,
                change,
                path,
            }));
        }
    }
    out
}

fn below(value: &Value, at: &mut Vec<Step>, out: &mut Vec<Vec<Step>>) {
    if value.is_null() {
        return;
    }
    if !at.is_empty() {
        out.push(at.clone());
    }
    let mut go = |step, inner: &Value| {
        at.push(step);
        below(inner, at, out);
        at.pop();
    };
    match value {
        Value::Object(map) => map
            .iter()
            .for_each(|(key, inner)| go(Step::Key(key.clone()), inner)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(n, inner)| go(Step::At(n), inner)),
        _ => {}
    }
}

/// The case with these values unknown: left out of what is planned, marked, and given by an expression of which nothing is known.
/// What other resources take of them is not known either, and their expressions say so.
fn without(case: &Case, leaves: &[Leaf]) -> Case {
    let mut out = case.clone();
    for leaf in leaves.iter().flat_map(|leaf| dependents(case, leaf)) {
        let change = &mut out.documents[leaf.document].2["resource_changes"][leaf.change]["change"];
        let shape = change["after"].clone();
        forget(&mut change["after"], &leaf.path);
        mark(&mut change["after_unknown"], &shape, &leaf.path);
    }
    for leaf in leaves {
        let plan = &mut out.documents[leaf.document].2;
        let change = &mut plan["resource_changes"][leaf.change];
        let address = change["address"].as_str().unwrap().to_owned();
        let shape = change["change"]["after"].clone();
        forget(&mut change["change"]["after"], &leaf.path);
        mark(&mut change["change"]["after_unknown"], &shape, &leaf.path);
        if let Some(values) = planned_values(&mut plan["planned_values"]["root_module"], &address) {
            forget(values, &leaf.path);
        }
        if let Some(block) = block(&mut plan["configuration"]["root_module"], &address) {
            obscure(&mut block["expressions"], &leaf.path);
        }
    }
    out
}

/// The attributes of other resources that the configuration takes of the one that a value is of.
fn dependents(case: &Case, leaf: &Leaf) -> Vec<Leaf> {
    let plan = &case.documents[leaf.document].2;
    let changes = plan["resource_changes"].as_array().unwrap();
    let (own, attribute) = (&changes[leaf.change], &leaf.path[0]);
    let (Step::Key(attribute), Some(bare)) = (attribute, own["address"].as_str()) else {
        return Vec::new();
    };
    let bare = bare.split('[').next().unwrap();
    let taken = |expression: &Value| {
        let references = expression["references"].as_array().into_iter().flatten();
        let own = references.filter_map(|own| own.as_str()?.strip_prefix(bare));
        let own: Vec<&str> = own.collect();
        // By a key that is no constant only the resource itself is told, and any attribute of it may be meant.
        own == [""]
            || own
                .iter()
                .any(|rest| rest.ends_with(&format!(".{attribute}")))
    };
    let blocks = plan["configuration"]["root_module"]["resources"].as_array();
    let mut out = Vec::new();
    for block in blocks.into_iter().flatten() {
        let expressions = block["expressions"].as_object().into_iter().flatten();
        for (name, _) in expressions.filter(|(_, own)| taken(own)) {
            let is = |change: &Value| {
                let address = change["address"].as_str().unwrap();
                address.split('[').next() == block["address"].as_str()
            };
            let each = changes.iter().enumerate().filter(|(_, change)| is(change));
            out.extend(each.map(|(change, _)| Leaf {
                document: leaf.document,
                change,
                path: vec![Step::Key(name.clone())],
            }));
        }
    }
    out
}

/// Takes a value away: out of an object, or out of the place that it has in a list.
fn forget(value: &mut Value, path: &[Step]) {
    match (path, value) {
        ([Step::Key(key)], Value::Object(map)) => _ = map.remove(key),
        ([Step::At(at)], Value::Array(items)) => {
            items
                .get_mut(*at)
                .into_iter()
                .for_each(|own| *own = Value::Null);
        }
        ([Step::Key(key), rest @ ..], Value::Object(map)) => {
            map.get_mut(key)
                .into_iter()
                .for_each(|own| forget(own, rest));
        }
        ([Step::At(at), rest @ ..], Value::Array(items)) => {
            items
                .get_mut(*at)
                .into_iter()
                .for_each(|own| forget(own, rest));
        }
        _ => {}
    }
}

/// Marks a value as unknown, in the shape that Terraform gives to these marks.
fn mark(unknown: &mut Value, shape: &Value, path: &[Step]) {
    if *unknown == true {
        return;
    }
    match path {
        [] => *unknown = json!(true),
        [Step::Key(key), rest @ ..] => {
            if !unknown.is_object() {
                *unknown = json!({});
            }
            mark(&mut unknown[key.as_str()], &shape[key.as_str()], rest);
        }
        [Step::At(at), rest @ ..] => {
            if !unknown.is_array() {
                *unknown = json!([]);
            }
            let items = shape.as_array().cloned().unwrap_or_default();
            let own = unknown.as_array_mut().unwrap();
            let nothing = |item: &Value| match item {
                Value::Object(_) => json!({}),
                Value::Array(_) => json!([]),
                _ => json!(false),
            };
            own.extend(items.iter().skip(own.len()).map(nothing));
            mark(&mut own[*at], &items[*at], rest);
        }
    }
}

fn planned_values<'p>(module: &'p mut Value, address: &str) -> Option<&'p mut Value> {
    let module = module.as_object_mut()?;
    let [mut own, mut inner] = [None, None];
    for (key, value) in module.iter_mut() {
        match key.as_str() {
            "resources" => own = value.as_array_mut(),
            "child_modules" => inner = value.as_array_mut(),
            _ => {}
        }
    }
    let found = own
        .into_iter()
        .flatten()
        .find(|own| own["address"] == address);
    found.map(|own| &mut own["values"]).or_else(|| {
        inner
            .into_iter()
            .flatten()
            .find_map(|own| planned_values(own, address))
    })
}

/// The block of the root module that makes a resource.
fn block<'p>(module: &'p mut Value, address: &str) -> Option<&'p mut Value> {
    let bare = address.split('[').next()?;
    let blocks = module.get_mut("resources")?.as_array_mut()?;
    blocks.iter_mut().find(|own| own["address"] == bare)
}

/// Replaces the expression that sets a value by one of which nothing is known.
fn obscure(expressions: &mut Value, path: &[Step]) {
    match (path, expressions) {
        ([Step::Key(key), rest @ ..], Value::Object(map))
            if !map.contains_key("references") && !map.contains_key("constant_value") =>
        {
            map.get_mut(key)
                .into_iter()
                .for_each(|own| obscure(own, rest));
        }
        ([Step::At(at), rest @ ..], Value::Array(items)) if *at < items.len() => {
            obscure(&mut items[*at], rest)
        }
        (_, expression) => {
            *expression = json!({"references": ["data.external.law.result", "data.external.law"]});
        }
    }
}

/// What is surer with these values unknown.
pub(super) fn surer(known: &Connectivity, case: &Case, leaves: &[Leaf]) -> Vec<String> {
    let less = without(case, leaves).flows();
    known.surer(&less)
}

/// Tries some values of an input at once; the fewest of them that break the law, and how.
fn hold(
    case: &Case,
    known: &Connectivity,
    all: &[Leaf],
    most: usize,
    chance: &mut Chance,
) -> Option<String> {
    let some = chance.some(all, most);
    if surer(known, case, &some).is_empty() {
        return None;
    }
    let fewest = smallest(&some, |own| !surer(known, case, own).is_empty());
    let told: Vec<String> = fewest.iter().map(|leaf| leaf.told(case)).collect();
    let said = surer(known, case, &fewest);
    let said: Vec<&str> = said.iter().take(3).map(String::as_str).collect();
    Some(format!(
        "{}: {}: {}",
        case.name,
        told.join(" and "),
        said.join(", ")
    ))
}

fn law(cases: Vec<Case>, test: &str, times: usize) {
    let (mut chance, mut time) = (Chance::of(test), TimeBox::of(times));
    let own: Vec<_> = cases
        .into_iter()
        .map(|case| (case.flows(), leaves(&case), case))
        .filter(|(_, leaves, _)| !leaves.is_empty())
        .collect();
    let (mut found, mut count) = (Vec::new(), 0);
    while time.goes_on() && found.len() < 10 {
        let (known, leaves, case) = chance.one(&own);
        let most = *chance.one(&[1, 1, 2, 6]);
        found.extend(hold(case, known, leaves, most, &mut chance));
        count += 1;
    }
    eprintln!("{test}: {count} inputs with values unknown");
    found.sort();
    found.dedup();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn an_unknown_value_of_a_network_makes_nothing_surer() {
    let cases = with_networks().iter().map(Case::without_sources).collect();
    law(
        cases,
        "an_unknown_value_of_a_network_makes_nothing_surer",
        40,
    );
}

#[test]
fn an_unknown_value_of_an_object_makes_nothing_surer() {
    let cases = of_objects(2).iter().map(planned).collect();
    law(
        cases,
        "an_unknown_value_of_an_object_makes_nothing_surer",
        150,
    );
}

/// Whether a value is a list or an object of one value, which may be left unknown itself.
fn holds_one(case: &Case, leaf: &Leaf) -> bool {
    let change = &case.documents[leaf.document].2["resource_changes"][leaf.change];
    let steps = leaf.path.iter();
    let value = steps.fold(&change["change"]["after"], |value, step| match step {
        Step::Key(key) => &value[key.as_str()],
        Step::At(at) => &value[*at],
    });
    let length = value.as_object().map(serde_json::Map::len);
    length.or_else(|| value.as_array().map(Vec::len)) == Some(1)
}

/// Every value of an input by itself.
fn each(cases: Vec<Case>, counts: fn(&Case, &Leaf) -> bool) {
    let only = std::env::var("CROSSPEER_CASE").unwrap_or_default();
    let mut found = Vec::new();
    for case in cases.iter().filter(|case| case.name.contains(&only)) {
        let known = case.flows();
        for leaf in leaves(case).iter().filter(|leaf| counts(case, leaf)) {
            let wrong = surer(&known, case, std::slice::from_ref(leaf));
            if let Some(first) = wrong.first() {
                eprintln!(
                    "{}: {}: {} such as {first}",
                    case.name,
                    leaf.told(case),
                    wrong.len()
                );
                found.push(leaf.told(case));
            }
        }
    }
    assert!(found.is_empty(), "{} values", found.len());
}

#[test]
fn no_value_of_a_peer_makes_anything_surer_by_being_unknown() {
    let cases = of_peers().iter().map(planned).collect();
    each(cases, |case, leaf| !holds_one(case, leaf));
}

#[test]
#[ignore = "takes long: every value of every network"]
fn no_value_of_a_network_makes_anything_surer_by_being_unknown() {
    let cases = with_networks().iter().map(Case::without_sources).collect();
    each(cases, |_, _| true);
}

#[test]
#[ignore = "takes long: every value of every object"]
fn no_value_of_an_object_makes_anything_surer_by_being_unknown() {
    each(of_objects(1).iter().map(planned).collect(), |_, _| true);
}
