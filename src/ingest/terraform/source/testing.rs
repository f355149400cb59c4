//! Trees from small texts, plans from lists of addresses, and values drawn as text.

use super::symbolic::{Failure, Outcome, Piece, Symbolic};
use super::{Evaluator, SourceTree};
use crate::ingest::terraform::address::Address;
use crate::ingest::terraform::graph::Graph;
use crate::ingest::terraform::instances::Instances;
use crate::ingest::terraform::resource::Resource;
use crate::ingest::terraform::resource::{Members, Target, Value};
use crate::ingest::terraform::source::scope::Scope;
use crate::ingest::{File, InputError, Kind, resource_types};
use crate::model::{Change, Origin, Place};
use std::sync::Arc;

pub(super) fn source(path: &str, text: &str) -> File {
    let root = Some(Arc::from("."));
    File {
        path: Arc::from(path),
        bytes: text.as_bytes().to_vec(),
        kind: Some(Kind::Sources),
        named: true,
        root,
        ..File::default()
    }
}

/// The tree of files given as path and text, with the current directory as root, and what could not be read.
pub(super) fn tree(files: &[(&str, &str)]) -> (SourceTree, Vec<InputError>) {
    let files: Vec<File> = files
        .iter()
        .map(|(path, text)| source(path, text))
        .collect();
    let mut errors = Vec::new();
    let mut trees = SourceTree::read(&files.iter().collect::<Vec<_>>(), &mut errors);
    assert_eq!(trees.len(), 1, "one root");
    (trees.remove(0), errors)
}

/// Sources and a plan.
pub(super) struct Fixture {
    pub tree: SourceTree,
    pub graph: Graph,
    pub variables: Members,
}

impl Fixture {
    /// `planned`: an address, then what the plan knows as JSON; `"?"` stands for what is known only after apply.
    pub fn new(files: &[(&str, &str)], planned: &[&str]) -> Fixture {
        let (tree, errors) = tree(files);
        assert_eq!(errors, []);
        let mut graph = Graph::new(resource_types());
        for line in planned {
            let (address, values) = line
                .split_once(" {")
                .map_or((*line, String::new()), |(address, rest)| {
                    (address, format!("{{{rest}"))
                });
            graph.add(resource(address, &values));
        }
        graph.index();
        Fixture {
            tree,
            graph,
            variables: Members::default(),
        }
    }

    /// The value of an expression in the root module, drawn.
    pub fn value(&self, expression: &str) -> String {
        let instances = Instances::of_input(&self.graph, 0, &self.variables);
        let evaluator = Evaluator::new(&self.tree, &instances);
        let parsed = hcl_edit::parser::parse_expr(expression)
            .unwrap_or_else(|error| panic!("{expression}: {error}"));
        self.draw_outcome(&evaluator.eval(&parsed, &Scope::module(0)))
    }

    /// The value of a known expression as Terraform's `jsonencode` writes it, or `invalid`.
    pub fn json(&self, expression: &str) -> String {
        let instances = Instances::of_input(&self.graph, 0, &self.variables);
        let evaluator = Evaluator::new(&self.tree, &instances);
        let parsed = hcl_edit::parser::parse_expr(expression)
            .unwrap_or_else(|error| panic!("{expression}: {error}"));
        match evaluator
            .eval(&parsed, &Scope::module(0))
            .and_then(|value| super::functions::call("jsonencode", &[value], &evaluator.budget))
        {
            Ok(Symbolic::Text(text)) => text.to_string(),
            Ok(other) => self.draw(&other),
            Err(failure) => failed(failure).to_owned(),
        }
    }

    /// The body of a resource instance, drawn.
    pub fn body(&self, address: &str) -> String {
        let instances = Instances::of_input(&self.graph, 0, &self.variables);
        let evaluator = Evaluator::new(&self.tree, &instances);
        evaluator.evaluate(address).map_or_else(
            || "none".to_owned(),
            |evaluated| self.draw_outcome(&evaluated.body.symbolic(&evaluator.budget)),
        )
    }

    pub fn draw_outcome(&self, outcome: &Outcome) -> String {
        outcome.as_ref().map_or_else(
            |failure| failed(*failure).to_owned(),
            |value| self.draw(value),
        )
    }

    /// A value as text: symbols as `address.attribute`, sets and lists of unknown order in `set[]`, what is not known as `?(candidates)`.
    pub fn draw(&self, value: &Symbolic) -> String {
        let join = |items: &[Symbolic]| {
            items
                .iter()
                .map(|item| self.draw(item))
                .collect::<Vec<_>>()
                .join(", ")
        };
        match value {
            Symbolic::Null => "null".to_owned(),
            Symbolic::Bool(value) => value.to_string(),
            Symbolic::Number(number) => number.to_string(),
            Symbolic::Text(text) => format!("{:?}", &**text),
            Symbolic::List(items) => format!("[{}]", join(items)),
            Symbolic::Set(items) => format!("set[{}]", join(items)),
            Symbolic::Map(fields) => {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|(name, value)| format!("{name} = {}", self.draw(value)))
                    .collect();
                format!("{{{}}}", fields.join(", "))
            }
            Symbolic::Draft(draft) => {
                let pieces = draft.pieces().iter().map(|piece| match piece {
                    Piece::Known(text) => text.to_string(),
                    Piece::Open { value, one } => {
                        let value = self.draw(value);
                        if *one {
                            format!("${{{value}}}")
                        } else {
                            format!("${{{value}...}}")
                        }
                    }
                });
                let text = format!("{:?}", pieces.collect::<String>());
                if draft.is_base64() {
                    format!("base64({text})")
                } else {
                    text
                }
            }
            Symbolic::Attribute(target) => self.target(target),
            Symbolic::Resource(resource) => self.graph.resources[*resource].address.clone(),
            Symbolic::Module(_) => "module".to_owned(),
            Symbolic::Unknown(candidates) => {
                format!(
                    "?({})",
                    candidates
                        .iter()
                        .map(|target| self.target(target))
                        .collect::<Vec<_>>()
                        .join(" | ")
                )
            }
        }
    }

    pub fn target(&self, target: &Target) -> String {
        format!(
            "{}.{}",
            self.graph.resources[target.resource].address, target.attribute
        )
        .trim_end_matches('.')
        .to_owned()
    }
}

fn failed(failure: Failure) -> &'static str {
    match failure {
        Failure::Invalid => "invalid",
        Failure::Exhausted => "exhausted",
    }
}

pub(super) fn resource(text: &str, values: &str) -> Resource {
    let address = Address::parse(text).unwrap_or_else(|| panic!("`{text}` is an address"));
    let place = Place {
        file: Arc::from("plan.json"),
        line: 1,
        column: 1,
        length: 0,
    };
    let values = if values.is_empty() {
        Value::Map(Members::default())
    } else {
        value(&serde_json::from_str(values).unwrap())
    };
    Resource {
        address: text.to_owned(),
        module: address.module.to_string(),
        kind: address.kind,
        name: address.name,
        mode: address.mode,
        input: 0,
        values,
        region: None,
        account: None,
        provider: None,
        kept: Default::default(),
        presence: crate::ingest::terraform::Presence::Sure,
        origin: Origin {
            place,
            inner: None,
            address: Arc::from(text),
            change: Change::None,
        },
        lines: Arc::default(),
    }
}

/// A value from JSON, in which `"?"` is unknown.
pub(super) fn value(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Bool(*value),
        serde_json::Value::Number(number) => Value::Number(number.as_f64().unwrap()),
        serde_json::Value::String(text) if text == "?" => Value::Unknown,
        serde_json::Value::String(text) => Value::Text(text.clone()),
        serde_json::Value::Array(items) => Value::List(items.iter().map(value).collect()),
        serde_json::Value::Object(map) => Value::Map(
            map.iter()
                .map(|(key, inner)| (key.as_str().into(), value(inner)))
                .collect(),
        ),
    }
}
