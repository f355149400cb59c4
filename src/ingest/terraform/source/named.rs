//! Named values: variables, locals, modules and resources (terraform docs, "References to named values").

use super::evaluator::{Evaluator, Question};
use super::scope::Scope;
use super::symbolic::{Invalid, Outcome, Symbolic};
use super::types;
use crate::ingest::terraform::address::Key;
use crate::ingest::terraform::graph::Mode;
use crate::ingest::terraform::value::{Target, Value};
use hcl_edit::Decorated;
use hcl_edit::expr::TraversalOperator;
use hcl_edit::structure::Block;
use std::collections::BTreeMap;

type Step = Decorated<TraversalOperator>;

impl Evaluator<'_> {
    /// What the first names of a traversal mean, and the steps that are left.
    pub(super) fn named<'s>(
        &self,
        head: &str,
        steps: &'s [Step],
        scope: &Scope<'_>,
    ) -> Result<(Symbolic, &'s [Step]), Invalid> {
        let (first, rest) = name(steps)?;
        let value = match head {
            "var" => self.variable(scope.realm, first)?,
            "local" => self.local(scope.realm, first)?,
            "module" => self.once(Question::Called(scope.realm, first.to_owned()), |_| {
                self.called(scope.realm, first)
            })?,
            "count" => match scope.key {
                #[expect(clippy::cast_precision_loss, reason = "no count is that high")]
                Key::Number(number) => Symbolic::Number(number as f64),
                _ => Symbolic::unknown(),
            },
            "each" => self.each(first, scope)?,
            "path" => match first {
                "module" => self
                    .module(scope.realm)
                    .map_or_else(Symbolic::unknown, |module| {
                        Symbolic::text(directory(&module.path))
                    }),
                "root" => Symbolic::text(directory(self.tree.root())),
                _ => Symbolic::unknown(),
            },
            "terraform" | "self" => Symbolic::unknown(),
            "ephemeral" => return Ok((Symbolic::unknown(), name(rest)?.1)),
            "data" => {
                let (second, rest) = name(rest)?;
                return Ok((self.block(scope.realm, Mode::Data, first, second)?, rest));
            }
            kind => self.block(scope.realm, Mode::Managed, kind, first)?,
        };
        Ok((value, rest))
    }

    fn each(&self, name: &str, scope: &Scope<'_>) -> Outcome {
        let Key::Text(key) = &scope.key else {
            return Ok(Symbolic::unknown());
        };
        if name == "key" {
            return Ok(Symbolic::text(key.as_str()));
        }
        let collection = match &scope.repeat {
            Some(question) => self.collection(question)?,
            None => Symbolic::unknown(),
        };
        match &collection {
            Symbolic::Set(items) if items.iter().all(Symbolic::is_known) => {
                Ok(Symbolic::text(key.as_str()))
            }
            Symbolic::Set(_) | Symbolic::List(_) => Ok(Symbolic::some_of([&collection])),
            _ => self.index(&collection, &Symbolic::text(key.as_str())),
        }
    }

    /// The collection of a `for_each`.
    fn collection(&self, question: &Question) -> Outcome {
        let (realm, declared) = match question {
            Question::Repeat(realm, mode, kind, name) => {
                let key = (*mode, kind.clone(), name.clone());
                (
                    *realm,
                    self.module(*realm)
                        .and_then(|module| module.directory.resources.get(&key)),
                )
            }
            Question::CallRepeat(realm, name) => (
                *realm,
                self.module(*realm)
                    .and_then(|module| module.directory.calls.get(name)),
            ),
            _ => return Ok(Symbolic::unknown()),
        };
        declared
            .and_then(|declared| self.repeat(question.clone(), realm, declared))
            .unwrap_or_else(|| Ok(Symbolic::unknown()))
    }

    /// An input variable of a module instance.
    fn variable(&self, realm: usize, name: &str) -> Outcome {
        let Some(module) = self.module(realm) else {
            return Ok(Symbolic::unknown());
        };
        let Some(block) = module.directory.variables.get(name) else {
            return Ok(Symbolic::unknown());
        };
        self.once(Question::Variable(realm, name.to_owned()), |_| {
            let given = match &self.realm(realm).parent {
                Some((parent, call)) => self.argument(*parent, &call.name, &call.key, name)?,
                None => self.setting(name)?,
            };
            let default = || {
                block
                    .body
                    .get_attribute("default")
                    .map(|own| self.eval(&own.value, &Scope::module(realm)))
            };
            let value = match given {
                Some(Symbolic::Null) if nullable(block) => Symbolic::Null,
                Some(Symbolic::Null) | None => {
                    default().unwrap_or_else(|| Ok(Symbolic::unknown()))?
                }
                Some(value) => value,
            };
            match block.body.get_attribute("type") {
                Some(constraint) => types::convert(self, &value, &constraint.value),
                None => Ok(value),
            }
        })
    }

    /// What a module call passes.
    fn argument(
        &self,
        parent: usize,
        call: &str,
        key: &Key,
        name: &str,
    ) -> Result<Option<Symbolic>, Invalid> {
        let Some(declared) = self
            .module(parent)
            .and_then(|module| module.directory.calls.get(call))
        else {
            return Ok(Some(Symbolic::unknown()));
        };
        let Some((_, argument)) = declared.attribute(name) else {
            return Ok(None);
        };
        let scope = Scope::block(
            parent,
            key.clone(),
            Some(Question::CallRepeat(parent, call.to_owned())),
        );
        self.eval(&argument.value, &scope).map(Some)
    }

    /// The value of a root variable, as the plan or a file of settings has it.
    fn setting(&self, name: &str) -> Result<Option<Symbolic>, Invalid> {
        if let Some(value) = self.instances.variables.get(name) {
            return Ok(Some(given(value)));
        }
        let settings = self
            .module(0)
            .and_then(|module| module.directory.settings.get(name));
        settings
            .map(|expression| self.eval(expression, &Scope::module(0)))
            .transpose()
    }

    /// A module call: one instance, or a list or map of them.
    fn called(&self, realm: usize, name: &str) -> Outcome {
        let Some(declared) = self
            .module(realm)
            .and_then(|module| module.directory.calls.get(name))
        else {
            return Ok(Symbolic::unknown());
        };
        let question = Question::CallRepeat(realm, name.to_owned());
        let seen = self.instances.calls(&self.realm(realm).path, name);
        let module = |key| Symbolic::Module(self.child(realm, name, key));
        let Some(repeat) = self.repeat(question, realm, declared) else {
            return Ok(module(Key::None));
        };
        let keys = match repeat {
            Ok(value) => keys_of(&value).unwrap_or_default(),
            Err(Invalid) => Vec::new(),
        };
        let counted = declared.attribute("count").is_some();
        Ok(gathered(
            keys.iter()
                .chain(seen)
                .map(|key| (key, module(key.clone()))),
            counted,
        ))
    }

    fn block(&self, realm: usize, mode: Mode, kind: &str, name: &str) -> Outcome {
        self.once(
            Question::Block(realm, mode, kind.to_owned(), name.to_owned()),
            |_| self.instances_of(realm, mode, kind, name),
        )
    }

    /// A resource block: one instance, or the list or map of those that the plan holds.
    fn instances_of(&self, realm: usize, mode: Mode, kind: &str, name: &str) -> Outcome {
        let found = self.instances.of(&self.realm(realm).path, mode, kind, name);
        let key = (mode, kind.to_owned(), name.to_owned());
        let declared = self
            .module(realm)
            .and_then(|module| module.directory.resources.get(&key));
        let has = |name| declared.is_some_and(|declared| declared.attribute(name).is_some());
        let instances = found
            .iter()
            .map(|own| (&own.key, Symbolic::Resource(own.resource)));
        match found.first().map(|own| &own.key) {
            _ if declared.is_none() && found.is_empty() => Ok(Symbolic::unknown()),
            Some(Key::None) => Ok(found
                .first()
                .map_or_else(Symbolic::unknown, |own| Symbolic::Resource(own.resource))),
            Some(Key::Number(_)) => Ok(gathered(instances, true)),
            Some(Key::Text(_)) => Ok(gathered(instances, false)),
            None if !has("count") && !has("for_each") => Ok(Symbolic::unknown()),
            None => {
                // A plan lists all instances; where sources say that there are some, they were not planned.
                let question = Question::Repeat(realm, mode, kind.to_owned(), name.to_owned());
                let planned = self
                    .collection(&question)
                    .ok()
                    .and_then(|value| keys_of(&value))
                    .unwrap_or_default();
                Ok(gathered(
                    planned.iter().map(|key| (key, Symbolic::unknown())),
                    has("count"),
                ))
            }
        }
    }
}

fn name(steps: &[Step]) -> Result<(&str, &[Step]), Invalid> {
    match steps.split_first().map(|(step, rest)| (step.value(), rest)) {
        Some((TraversalOperator::GetAttr(name), rest)) => Ok((name.as_str(), rest)),
        _ => Err(Invalid),
    }
}

fn directory(path: &str) -> &str {
    if path.is_empty() { "." } else { path }
}

/// `nullable` is true where it is left out (terraform docs, "variable block").
fn nullable(block: &Block) -> bool {
    block
        .body
        .get_attribute("nullable")
        .and_then(|own| own.value.as_bool())
        .unwrap_or(true)
}

/// A root variable's value: nothing in it belongs to a resource.
fn given(value: &Value) -> Symbolic {
    match value {
        Value::Computed | Value::Unknown | Value::Reference(_) => Symbolic::unknown(),
        Value::List(items) => Symbolic::list(items.iter().map(given).collect()),
        Value::Map(map) => Symbolic::map(
            map.iter()
                .map(|(key, value)| (key.clone(), given(value)))
                .collect(),
        ),
        Value::Null => Symbolic::Null,
        Value::Bool(value) => Symbolic::Bool(*value),
        Value::Number(number) => Symbolic::Number(*number),
        Value::Text(text) => Symbolic::text(text.as_str()),
    }
}

/// Keys of the instances that a count or a `for_each` collection makes, where they are known.
fn keys_of(value: &Symbolic) -> Option<Vec<Key>> {
    match value {
        Symbolic::Map(fields) => Some(fields.keys().cloned().map(Key::Text).collect()),
        Symbolic::Set(items) | Symbolic::List(items) => items
            .iter()
            .map(|item| Some(Key::Text(item.string()?.to_string())))
            .collect(),
        other => other
            .size()
            .filter(|size| *size < 100_000)
            .map(|size| (0..size as u64).map(Key::Number).collect()),
    }
}

/// The list or map of instances by key.
fn gathered<'k>(instances: impl Iterator<Item = (&'k Key, Symbolic)>, counted: bool) -> Symbolic {
    if !counted {
        let named = instances.filter_map(|(key, value)| {
            if let Key::Text(text) = key {
                Some((text.clone(), value))
            } else {
                None
            }
        });
        return Symbolic::map(named.collect());
    }
    let numbered = instances.filter_map(|(key, value)| {
        if let Key::Number(number) = key {
            Some((*number, value))
        } else {
            None
        }
    });
    let mut by_number: BTreeMap<u64, Symbolic> = numbered.collect();
    let length = by_number
        .keys()
        .next_back()
        .map_or(0, |last| last + 1)
        .min(100_000);
    Symbolic::list(
        (0..length)
            .map(|number| by_number.remove(&number).unwrap_or_else(Symbolic::unknown))
            .collect(),
    )
}

impl Evaluator<'_> {
    /// An attribute of a resource instance: as the plan knows it, else as the configuration sets it, else a symbol.
    pub(super) fn resource_attribute(
        &self,
        resource: crate::model::Id<crate::ingest::terraform::graph::Resource>,
        name: &str,
    ) -> Outcome {
        let target = Target {
            resource,
            attribute: name.to_owned(),
        };
        let planned = match self.instances.values(resource) {
            Value::Map(map) => map.get(name).map(|value| Symbolic::planned(value, &target)),
            _ => None,
        };
        if let Some(planned) = &planned
            && planned.is_known()
        {
            return Ok(planned.clone());
        }
        let configured = self.once(Question::Configured(resource, name.to_owned()), |_| {
            self.configured(resource, name)
        })?;
        Ok(settle(
            planned.unwrap_or(Symbolic::Attribute(target)),
            configured,
        ))
    }
}

/// What the plan knows wins; what it leaves open is what the configuration says; what neither tells is the symbol.
fn settle(planned: Symbolic, configured: Symbolic) -> Symbolic {
    match (&planned, &configured) {
        (Symbolic::Attribute(_), Symbolic::Null) => planned,
        (Symbolic::Attribute(_), Symbolic::Unknown(candidates)) if candidates.is_empty() => planned,
        (Symbolic::Attribute(_), _) => configured,
        (Symbolic::List(own), Symbolic::List(other)) if own.len() == other.len() => Symbolic::list(
            own.iter()
                .zip(other.iter())
                .map(|(own, other)| settle(own.clone(), other.clone()))
                .collect(),
        ),
        (Symbolic::Map(own), Symbolic::Map(other)) => {
            let field = |(key, value): (&String, &Symbolic)| {
                let value = other.get(key).map_or_else(
                    || value.clone(),
                    |other| settle(value.clone(), other.clone()),
                );
                (key.clone(), value)
            };
            Symbolic::map(own.iter().map(field).collect())
        }
        _ => planned,
    }
}
