//! Steps from a value to its parts: attributes, indexes and splats (HCL native syntax specification, "Attribute Access
//! Operator", "Index Operator", "Splat Operators").

use super::evaluator::Evaluator;
use super::scope::Scope;
use super::symbolic::{Candidates, Exhausted, Invalid, Outcome, Symbolic, below};
use hcl_edit::Decorated;
use hcl_edit::expr::{Expression, Traversal, TraversalOperator};

type Step = Decorated<TraversalOperator>;

impl Evaluator<'_> {
    pub(super) fn traversal(&self, traversal: &Traversal, scope: &Scope<'_>) -> Outcome {
        let steps = traversal.operators.as_slice();
        match &traversal.expr {
            Expression::Variable(name) => match scope.bound(name.as_str()) {
                Some(value) => self.walk(value.clone(), steps, scope),
                None => {
                    let (value, rest) = self.named(name.as_str(), steps, scope)?;
                    self.walk(value, rest, scope)
                }
            },
            inner => self.walk(self.eval(inner, scope)?, steps, scope),
        }
    }

    /// Follows steps from a value.
    fn walk(&self, mut value: Symbolic, steps: &[Step], scope: &Scope<'_>) -> Outcome {
        let mut rest = steps;
        while let Some((step, after)) = rest.split_first() {
            rest = after;
            self.budget.spend(1)?;
            value = match step.value() {
                TraversalOperator::GetAttr(name) => self.attribute(&value, name.as_str())?,
                TraversalOperator::Index(index) => {
                    let index = self.eval(index, scope)?;
                    self.index(&value, &index)?
                }
                #[expect(clippy::cast_precision_loss, reason = "no list is that long")]
                TraversalOperator::LegacyIndex(index) => {
                    self.index(&value, &Symbolic::Number(*index.value() as f64))?
                }
                TraversalOperator::FullSplat(_) => return self.splat(&value, after, scope),
                TraversalOperator::AttrSplat(_) => {
                    let names = after
                        .iter()
                        .take_while(|step| matches!(step.value(), TraversalOperator::GetAttr(_)))
                        .count();
                    let (each, then) = after.split_at_checked(names).unwrap_or((after, &[]));
                    rest = then;
                    self.splat(&value, each, scope)?
                }
            };
        }
        Ok(value)
    }

    /// Follows steps from each element. What is no list is a list of one, and null is an empty one.
    fn splat(&self, value: &Symbolic, steps: &[Step], scope: &Scope<'_>) -> Outcome {
        self.deeper(|| self.each_of(value, steps, scope))
    }

    fn each_of(&self, value: &Symbolic, steps: &[Step], scope: &Scope<'_>) -> Outcome {
        match value {
            Symbolic::Null => self.budget.list([]),
            Symbolic::Attribute(_) | Symbolic::Unknown(_) => {
                let any = self.walk(self.budget.some_of([value]), steps, scope)?;
                Ok(self.budget.some_of([&any]))
            }
            Symbolic::List(items) | Symbolic::Set(items) => {
                let made = items
                    .iter()
                    .map(|item| self.deeper(|| self.walk(item.clone(), steps, scope)));
                self.budget.try_sequence(made, value.ordered())
            }
            one => self.budget.list([self.walk(one.clone(), steps, scope)?]),
        }
    }

    /// The attribute of a value.
    pub(super) fn attribute(&self, value: &Symbolic, name: &str) -> Outcome {
        match value {
            Symbolic::Map(fields) => fields.get(name).cloned().ok_or(Invalid),
            Symbolic::Module(realm) => self.output(*realm, name),
            Symbolic::Resource(resource) => self.resource_attribute(*resource, name),
            Symbolic::Attribute(target) => {
                self.budget
                    .hold(1, target.attribute.len() + name.len() + 1)?;
                Ok(Symbolic::Attribute(below(target, name)))
            }
            Symbolic::Unknown(candidates) => self.attribute_of_any(candidates, name),
            _ => Err(Invalid),
        }
    }

    /// The attribute of one of several resources. What already is an attribute stays a candidate as it is.
    fn attribute_of_any(&self, candidates: &Candidates, name: &str) -> Outcome {
        self.budget.visit(candidates.len())?;
        let mut out = Candidates::new();
        for candidate in candidates {
            let found = match candidate.attribute.as_str() {
                "" => self.resource_attribute(candidate.resource, name),
                _ => Ok(Symbolic::Attribute(candidate.clone())),
            };
            match found {
                Ok(found) => self.budget.collect(&found, &mut out)?,
                Err(Invalid) => {}
                Err(Exhausted) => return Err(Exhausted),
            }
        }
        Ok(Symbolic::any(out))
    }

    /// The element of a value.
    pub(super) fn index(&self, value: &Symbolic, index: &Symbolic) -> Outcome {
        if !index.is_known() && !value.is_null() {
            return Ok(self.budget.some_of([value]));
        }
        match value {
            Symbolic::List(items) => items
                .get(index.size().ok_or(Invalid)?)
                .cloned()
                .ok_or(Invalid),
            Symbolic::Set(_) => Ok(self.budget.some_of([value])),
            Symbolic::Map(fields) => fields
                .get(&*index.string().ok_or(Invalid)?)
                .cloned()
                .ok_or(Invalid),
            Symbolic::Attribute(_) | Symbolic::Unknown(_) if index.integer().is_some() => {
                Ok(value.clone())
            }
            Symbolic::Attribute(_)
            | Symbolic::Unknown(_)
            | Symbolic::Resource(_)
            | Symbolic::Module(_) => self.attribute(value, &index.string().ok_or(Invalid)?),
            Symbolic::Null
            | Symbolic::Bool(_)
            | Symbolic::Number(_)
            | Symbolic::Text(_)
            | Symbolic::Draft(_) => Err(Invalid),
        }
    }
}
