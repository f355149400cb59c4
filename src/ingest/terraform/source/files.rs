//! Files that expressions read (terraform docs, "file Function", "templatefile Function"). Those that the input does not hold
//! are not known.

use super::evaluator::Evaluator;
use super::paths::join;
use super::scope::Scope;
use super::symbolic::{Failure, Invalid, Outcome, Symbolic};
use hcl_edit::expr::FuncCall;
use hcl_edit::template::Template;
use std::sync::Arc;

/// Bytes that a parsed template may take for each byte of its text.
const PARSED: usize = 64;
/// Most variables of a template.
const VARIABLES: usize = 200;

impl Evaluator<'_> {
    /// `file(PATH)`: the text; `templatefile(PATH, VARIABLES)`: what the text gives with these names, and no others.
    pub(super) fn read_file(&self, call: &FuncCall, scope: &Scope<'_>) -> Outcome {
        let arguments = call.args.iter().map(|argument| self.eval(argument, scope));
        let arguments = arguments.collect::<Result<Vec<_>, Failure>>()?;
        let (path, variables) = match arguments.as_slice() {
            [path] => (path, None),
            [path, variables] => (path, Some(variables)),
            _ => return Err(Invalid),
        };
        let Some(text) = path.string().and_then(|path| self.text_at(&path)) else {
            return Ok(self.budget.some_of(&arguments));
        };
        let Some(variables) = variables else {
            return self.budget.text(&text);
        };
        let Some(fields) = variables.fields().filter(|own| own.len() <= VARIABLES) else {
            return Ok(self.budget.some_of(&arguments));
        };
        self.budget.hold(text.len(), PARSED)?;
        let Ok(template) = hcl_edit::parser::parse_template(&text) else {
            return Ok(self.budget.some_of(&arguments));
        };
        let fields: Vec<(&String, &Symbolic)> = fields.iter().collect();
        self.deeper(|| self.filled(&template, &fields, &Scope::module(scope.realm)))
    }

    /// A path is relative to the working directory, which for Terraform is the root module, or begins with that of a module.
    fn text_at(&self, path: &str) -> Option<Arc<str>> {
        let texts = &self.tree.texts;
        let found = texts.get(&join("", path));
        found
            .or_else(|| texts.get(&join(self.tree.root(), path)))
            .cloned()
    }

    fn filled(
        &self,
        template: &Template,
        fields: &[(&String, &Symbolic)],
        scope: &Scope<'_>,
    ) -> Outcome {
        match fields.split_first() {
            None => self.template(template, scope),
            Some(((name, value), rest)) => {
                let frame = scope.frame(name, (*value).clone());
                self.filled(template, rest, &scope.within(&frame))
            }
        }
    }
}
