//! Named values: variables, locals, modules and resources (terraform docs, "References to named values").

use super::evaluator::Evaluator;
use super::question::Question;
use super::scope::Scope;
use super::symbolic::{Budget, Failure, Invalid, Outcome, Symbolic};
use super::types;
use crate::ingest::terraform::address::Key;
use crate::ingest::terraform::mode::Mode;
use crate::ingest::terraform::resource::{Target, Value};
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
    ) -> Result<(Symbolic, &'s [Step]), Failure> {
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
                "module" => match self.module(scope.realm) {
                    Some(module) => self.budget.text(directory(&module.path))?,
                    None => Symbolic::unknown(),
                },
                "root" => self.budget.text(directory(self.tree.root()))?,
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
            return self.budget.text(key);
        }
        let collection = match &scope.repeat {
            Some(question) => self.collection(question)?,
            None => Symbolic::unknown(),
        };
        match &collection {
            Symbolic::Set(items) if items.iter().all(Symbolic::is_known) => self.budget.text(key),
            Symbolic::Set(_) | Symbolic::List(_) => Ok(self.budget.some_of([&collection])),
            _ => self.index(&collection, &self.budget.text(key)?),
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
    ) -> Result<Option<Symbolic>, Failure> {
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
    fn setting(&self, name: &str) -> Result<Option<Symbolic>, Failure> {
        if let Some(value) = self.instances.variables.get(name) {
            return given(value, &self.budget).map(Some);
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
            Ok(value) => keys_of(&value, &self.budget)?.unwrap_or_default(),
            Err(Failure::Exhausted) => return Err(Failure::Exhausted),
            Err(Invalid) => Vec::new(),
        };
        let counted = declared.attribute("count").is_some();
        gathered(
            keys.iter()
                .chain(seen)
                .map(|key| (key, module(key.clone()))),
            counted,
            &self.budget,
        )
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
            Some(Key::Number(_)) => gathered(instances, true, &self.budget),
            Some(Key::Text(_)) => gathered(instances, false, &self.budget),
            None if !has("count") && !has("for_each") => Ok(Symbolic::unknown()),
            None => {
                // A plan lists all instances; where sources say that there are some, they were not planned.
                let question = Question::Repeat(realm, mode, kind.to_owned(), name.to_owned());
                let planned = match self.collection(&question) {
                    Ok(value) => keys_of(&value, &self.budget)?.unwrap_or_default(),
                    Err(Invalid) => Vec::new(),
                    Err(Failure::Exhausted) => return Err(Failure::Exhausted),
                };
                gathered(
                    planned.iter().map(|key| (key, Symbolic::unknown())),
                    has("count"),
                    &self.budget,
                )
            }
        }
    }
}

fn name(steps: &[Step]) -> Result<(&str, &[Step]), Failure> {
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
fn given(value: &Value, budget: &Budget) -> Outcome {
    match value {
        Value::Computed | Value::Unknown | Value::Reference(_) | Value::Draft(_) => {
            Ok(Symbolic::unknown())
        }
        Value::List(items) => budget.try_list(items.iter().map(|item| given(item, budget))),
        Value::Map(map) => budget.try_map(
            map.iter()
                .map(|(key, value)| Ok((key, given(value, budget)?))),
        ),
        Value::Null => Ok(Symbolic::Null),
        Value::Bool(value) => Ok(Symbolic::Bool(*value)),
        Value::Number(number) => Ok(Symbolic::Number(*number)),
        Value::Text(text) => budget.text(text),
    }
}

/// Most instances of one block.
const INSTANCES: usize = 100_000;

/// Keys of the instances that a count or a `for_each` collection makes, where they are known.
fn keys_of(value: &Symbolic, budget: &Budget) -> Result<Option<Vec<Key>>, Failure> {
    budget.read(value)?;
    let text = |text: &str| -> Result<Key, Failure> {
        budget.hold(1, size_of::<Key>() + text.len())?;
        Ok(Key::Text(text.to_owned()))
    };
    match value {
        Symbolic::Map(fields) => {
            let keys = fields.keys().map(|key| text(key));
            keys.collect::<Result<_, _>>().map(Some)
        }
        Symbolic::Set(items) | Symbolic::List(items) => {
            let mut keys = Vec::new();
            for item in items.iter() {
                let Some(key) = item.string() else {
                    return Ok(None);
                };
                keys.push(text(&key)?);
            }
            Ok(Some(keys))
        }
        other => {
            let Some(size) = other.size().filter(|size| *size < INSTANCES) else {
                return Ok(None);
            };
            budget.hold(size, size_of::<Key>())?;
            Ok(Some((0..size as u64).map(Key::Number).collect()))
        }
    }
}

/// The list or map of instances by key.
fn gathered<'k>(
    instances: impl Iterator<Item = (&'k Key, Symbolic)>,
    counted: bool,
    budget: &Budget,
) -> Outcome {
    if !counted {
        let named = instances.filter_map(|(key, value)| match key {
            Key::Text(text) => Some((text, value)),
            _ => None,
        });
        return budget.map(named);
    }
    let mut by_number: BTreeMap<u64, Symbolic> = BTreeMap::new();
    for (key, value) in instances {
        if let Key::Number(number) = key {
            budget.hold(1, 2 * size_of::<Symbolic>())?;
            by_number.insert(*number, value);
        }
    }
    let last = by_number.keys().next_back();
    let length = last.map_or(0, |last| (last + 1).min(INSTANCES as u64));
    budget
        .list((0..length).map(|number| by_number.remove(&number).unwrap_or_else(Symbolic::unknown)))
}

impl Evaluator<'_> {
    /// An attribute of a resource instance: as the plan knows it, else as the configuration sets it, else a symbol.
    pub(super) fn resource_attribute(
        &self,
        resource: crate::model::Id<crate::ingest::terraform::resource::Resource>,
        name: &str,
    ) -> Outcome {
        let target = Target {
            resource,
            attribute: name.to_owned().into(),
        };
        let planned = match self.instances.values(resource) {
            Value::Map(map) => map
                .get(name)
                .map(|value| Symbolic::planned(value, &target, &self.budget))
                .transpose()?,
            _ => None,
        };
        if let Some(planned) = &planned
            && planned.is_known()
        {
            return Ok(planned.clone());
        }
        // What goes into it comes out as it is (terraform docs, "The terraform_data managed resource").
        let through = self.instances.resource(resource).kind == "terraform_data";
        let name = match name {
            "output" if through => "input",
            name => name,
        };
        let configured = self.once(Question::Configured(resource, name.to_owned()), |_| {
            self.configured(resource, name)
        })?;
        settle(
            planned.unwrap_or(Symbolic::Attribute(target)),
            configured,
            &self.budget,
        )
    }
}

/// The plan's value where it is known, else that of the configuration, else the symbol.
fn settle(planned: Symbolic, configured: Symbolic, budget: &Budget) -> Outcome {
    match (&planned, &configured) {
        (Symbolic::Attribute(_), Symbolic::Null) => Ok(planned),
        (Symbolic::Attribute(_), Symbolic::Unknown(candidates)) if candidates.is_empty() => {
            Ok(planned)
        }
        (Symbolic::Attribute(_), _) => Ok(configured),
        (Symbolic::List(own), Symbolic::List(other)) if own.len() == other.len() => {
            let pairs = own.iter().zip(other.iter());
            budget.try_list(pairs.map(|(own, other)| settle(own.clone(), other.clone(), budget)))
        }
        (Symbolic::Map(own), Symbolic::Map(other)) => {
            let field = |(key, value): (&String, &Symbolic)| match other.get(key) {
                Some(other) => settle(value.clone(), other.clone(), budget),
                None => Ok(value.clone()),
            };
            budget.try_map(
                own.iter()
                    .map(|(key, value)| Ok((key, field((key, value))?))),
            )
        }
        _ => Ok(planned),
    }
}
