//! Marks in `.tf` sources: defaults and set values of sensitive variables, and what `sensitive()` is called with.

use super::plan::member;
use super::value::{everything, text};
use crate::ingest::File;
use crate::ingest::text::decode;
use crate::model::Confidential;
use hcl_edit::expr::{Expression, FuncCall};
use hcl_edit::structure::{Block, Body};
use hcl_edit::visit::{Visit, visit_block, visit_func_call};
use hcl_edit::{Decorated, Formatted, Number, Spanned};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Names of sensitive variables, by directory.
type Names = BTreeMap<String, BTreeSet<String>>;

/// Adds what the sources among the files mark.
pub fn collect(files: &[File], out: &mut Confidential) {
    let mut names = Names::new();
    for file in files {
        let ends = |end: &str| file.path.ends_with(end);
        if ends(".tf") || ends(".tofu") {
            if let Some(body) = body(file, "sensitive") {
                let mut marks = Marks {
                    out,
                    names: BTreeSet::new(),
                };
                marks.visit_body(&body);
                names
                    .entry(directory(file))
                    .or_default()
                    .extend(marks.names);
            }
        } else if ends(".tf.json") || ends(".tofu.json") {
            json(file, &mut names, out);
        }
    }
    for file in files {
        let own = names.get(&directory(file)).filter(|own| !own.is_empty());
        if let Some(own) = own.filter(|_| file.path.ends_with(".tfvars")) {
            settings(file, own, out);
        } else if let Some(own) = own.filter(|_| file.path.ends_with(".tfvars.json")) {
            let values: Value = serde_json::from_slice(&file.bytes).unwrap_or_default();
            own.iter()
                .for_each(|name| everything(member(&values, &[name.as_str()]), out));
        }
    }
}

fn directory(file: &File) -> String {
    file.path
        .rsplit_once('/')
        .map_or("", |(directory, _)| directory)
        .to_owned()
}

/// The body of a file that holds a word.
fn body(file: &File, word: &str) -> Option<Body> {
    let text = decode(&file.bytes).ok()?;
    text.contains(word)
        .then(|| hcl_edit::parser::parse_body(&text).ok())
        .flatten()
}

fn json(file: &File, names: &mut Names, out: &mut Confidential) {
    let document: Value = serde_json::from_slice(&file.bytes).unwrap_or_default();
    let variables = member(&document, &["variable"]).as_object();
    for (name, variable) in variables.into_iter().flatten() {
        if variable["sensitive"] == Value::Bool(true) {
            everything(&variable["default"], out);
            names
                .entry(directory(file))
                .or_default()
                .insert(name.clone());
        }
    }
}

fn settings(file: &File, names: &BTreeSet<String>, out: &mut Confidential) {
    for attribute in body(file, "=").iter().flat_map(Body::attributes) {
        if names.contains(attribute.key.as_str()) {
            Leaves(out).visit_expr(&attribute.value);
        }
    }
}

/// Looks for sensitive variables and calls of `sensitive()`.
struct Marks<'o> {
    out: &'o mut Confidential,
    names: BTreeSet<String>,
}

impl Visit for Marks<'_> {
    fn visit_block(&mut self, block: &Block) {
        let mark = block.body.get_attribute("sensitive").map(|own| &own.value);
        let marked = matches!(mark, Some(Expression::Bool(value)) if *value.value());
        let name = block
            .labels
            .first()
            .filter(|_| marked && block.ident.as_str() == "variable");
        if let Some(name) = name {
            self.names.insert(name.as_str().to_owned());
            if let Some(default) = block.body.get_attribute("default") {
                Leaves(self.out).visit_expr(&default.value);
            }
        }
        visit_block(self, block);
    }

    fn visit_func_call(&mut self, call: &FuncCall) {
        if call.name.name.as_str() == "sensitive" {
            call.args
                .iter()
                .filter(|value| is_literal(value))
                .for_each(|value| Leaves(self.out).visit_expr(value));
        }
        visit_func_call(self, call);
    }
}

/// Whether an expression is written out: what is computed holds literals that are no values of it.
fn is_literal(expression: &Expression) -> bool {
    matches!(
        expression,
        Expression::String(_)
            | Expression::Number(_)
            | Expression::Array(_)
            | Expression::Object(_)
            | Expression::StringTemplate(_)
            | Expression::HeredocTemplate(_)
    )
}

/// Adds every literal of an expression.
struct Leaves<'o>(&'o mut Confidential);

impl Visit for Leaves<'_> {
    fn visit_string(&mut self, node: &Decorated<String>) {
        text(node, 3, self.0);
    }

    fn visit_literal(&mut self, node: &Spanned<String>) {
        text(node, 3, self.0);
    }

    fn visit_number(&mut self, node: &Formatted<Number>) {
        node.as_u64()
            .into_iter()
            .for_each(|number| self.0.add_number(number));
    }
}
