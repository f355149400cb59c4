//! Expressions (HCL native syntax specification, "Expressions").

use super::evaluator::Evaluator;
use super::functions;
use super::scope::Scope;
use super::symbolic::{Exhausted, Failure, Invalid, Outcome, Symbolic, Text};
use hcl_edit::expr::{Array, Conditional, Expression, ForExpr, FuncCall, Object, ObjectKey};
use std::collections::BTreeMap;

impl Evaluator<'_> {
    /// The value of an expression.
    pub(super) fn eval(&self, expression: &Expression, scope: &Scope<'_>) -> Outcome {
        self.deeper(|| match expression {
            Expression::Null(_) => Ok(Symbolic::Null),
            Expression::Bool(value) => Ok(Symbolic::Bool(*value.value())),
            Expression::Number(number) => Ok(number
                .value()
                .as_f64()
                .map_or_else(Symbolic::unknown, Symbolic::Number)),
            Expression::String(text) => self.budget.text(text.as_str()),
            Expression::Array(array) => self.array(array, scope),
            Expression::Object(object) => self.object(object, scope),
            Expression::StringTemplate(template) => self.template(template, scope),
            Expression::HeredocTemplate(heredoc) => self.template(&heredoc.template, scope),
            Expression::Parenthesis(inner) => self.eval(inner.inner(), scope),
            Expression::Variable(name) => scope.bound(name.as_str()).cloned().ok_or(Invalid),
            Expression::Conditional(conditional) => self.conditional(conditional, scope),
            Expression::FuncCall(call) => self.function(call, scope),
            Expression::Traversal(traversal) => self.traversal(traversal, scope),
            Expression::UnaryOp(unary) => self.unary(unary, scope),
            Expression::BinaryOp(binary) => self.binary(binary, scope),
            Expression::ForExpr(expression) => self.for_expression(expression, scope),
        })
    }

    fn array(&self, array: &Array, scope: &Scope<'_>) -> Outcome {
        self.budget
            .try_list(array.iter().map(|item| self.eval(item, scope)))
    }

    fn object(&self, object: &Object, scope: &Scope<'_>) -> Outcome {
        let mut out = Vec::new();
        let mut open = Vec::new();
        for (key, value) in object {
            let value = self.eval(value.expr(), scope)?;
            let name = match key {
                ObjectKey::Ident(name) => self.budget.text(name.as_str())?,
                ObjectKey::Expression(Expression::Variable(name)) => {
                    self.budget.text(name.as_str())?
                }
                ObjectKey::Expression(expression) => self.eval(expression, scope)?,
            };
            match name.string() {
                Some(name) => out.push((name, value)),
                None if name.is_null() => return Err(Invalid),
                None => open.extend([name, value]),
            }
        }
        if open.is_empty() {
            self.budget.map(out)
        } else {
            let values = open.iter().chain(out.iter().map(|(_, value)| value));
            Ok(self.budget.some_of(values))
        }
    }

    /// Where the condition is not known, both values are candidates.
    fn conditional(&self, conditional: &Conditional, scope: &Scope<'_>) -> Outcome {
        let condition = self.eval(&conditional.cond_expr, scope)?;
        match condition.bool() {
            Some(true) => self.eval(&conditional.true_expr, scope),
            Some(false) => self.eval(&conditional.false_expr, scope),
            None if condition.is_known() => Err(Invalid),
            None => {
                let both = [
                    self.eval(&conditional.true_expr, scope),
                    self.eval(&conditional.false_expr, scope),
                ];
                match &both {
                    [Err(Exhausted), _] | [_, Err(Exhausted)] => Err(Exhausted),
                    [Ok(a), Ok(b)] if self.budget.equal(a, b)? == Some(true) => Ok(a.clone()),
                    _ => Ok(self.budget.some_of(both.iter().flatten())),
                }
            }
        }
    }

    fn function(&self, call: &FuncCall, scope: &Scope<'_>) -> Outcome {
        let name = call.name.name.as_str();
        match name {
            "try" => return self.attempt(call, scope),
            "can" => return self.can(call, scope),
            "file" | "templatefile" => return self.read_file(call, scope),
            _ => {}
        }
        let mut arguments = call
            .args
            .iter()
            .map(|argument| self.eval(argument, scope))
            .collect::<Result<Vec<_>, _>>()?;
        if call.args.expand_final() {
            let last = arguments.pop().ok_or(Invalid)?;
            match last.items().filter(|_| last.ordered()) {
                Some(items) => {
                    self.budget.hold(items.len(), size_of::<Symbolic>())?;
                    arguments.extend_from_slice(items);
                }
                None if last.is_null() => return Err(Invalid),
                None => return Ok(self.budget.some_of(arguments.iter().chain([&last]))),
            }
        }
        if call.name.is_namespaced()
            && call
                .name
                .namespace
                .first()
                .is_none_or(|space| space.as_str() != "core")
        {
            return Ok(self.budget.some_of(&arguments));
        }
        functions::call(name, &arguments, &self.budget)
    }

    /// `try`: the first argument that can be evaluated. One of which that is not known is a candidate, and so is what follows.
    fn attempt(&self, call: &FuncCall, scope: &Scope<'_>) -> Outcome {
        let mut open = Vec::new();
        for argument in call.args.iter() {
            match self.eval(argument, scope) {
                Ok(value @ Symbolic::Unknown(_)) => open.push(value),
                Ok(value) if open.is_empty() => return Ok(value),
                Ok(value) => {
                    open.push(value);
                    break;
                }
                Err(Invalid) => {}
                Err(Exhausted) => return Err(Exhausted),
            }
        }
        if open.is_empty() {
            Err(Invalid)
        } else {
            Ok(self.budget.some_of(&open))
        }
    }

    fn can(&self, call: &FuncCall, scope: &Scope<'_>) -> Outcome {
        match call.args.get(0).map(|argument| self.eval(argument, scope)) {
            Some(Ok(Symbolic::Unknown(_))) => Ok(Symbolic::unknown()),
            Some(Err(Exhausted)) => Err(Exhausted),
            Some(outcome) => Ok(Symbolic::Bool(outcome.is_ok())),
            None => Err(Invalid),
        }
    }

    fn for_expression(&self, expression: &ForExpr, scope: &Scope<'_>) -> Outcome {
        let collection = self.eval(&expression.intro.collection_expr, scope)?;
        let Some(Pairs {
            items: pairs,
            ordered,
        }) = self.pairs(&collection)?
        else {
            return self.for_any(expression, &collection, scope);
        };
        let mut items: Vec<(Option<Symbolic>, Symbolic)> = Vec::new();
        let mut open = Vec::new();
        for (key, value) in pairs {
            self.budget
                .hold(1, size_of::<(Option<Symbolic>, Symbolic)>())?;
            match self.for_item(expression, &key, &value, scope)? {
                Item::Left => {}
                Item::Made(name, made) => items.push((name, made)),
                Item::Perhaps(made) => open.push(made),
            }
        }
        if !open.is_empty() {
            let made = open.iter().chain(items.iter().map(|(_, made)| made));
            return Ok(self.budget.some_of(made));
        }
        if expression.key_expr.is_none() {
            let made = items.into_iter().map(|(_, made)| made);
            return self.budget.sequence(made, ordered);
        }
        self.gather(items, expression.grouping)
    }

    /// The body of a `for` for one element.
    fn for_item(
        &self,
        expression: &ForExpr,
        key: &Symbolic,
        value: &Symbolic,
        scope: &Scope<'_>,
    ) -> Result<Item, Failure> {
        let intro = &expression.intro;
        let key_frame = intro
            .key_var
            .as_ref()
            .map(|name| scope.frame(name.as_str(), key.clone()));
        let outer = key_frame
            .as_ref()
            .map_or_else(|| scope.clone(), |frame| scope.within(frame));
        let frame = outer.frame(intro.value_var.as_str(), value.clone());
        let inner = outer.within(&frame);
        let condition = expression
            .cond
            .as_ref()
            .map(|condition| self.eval(&condition.expr, &inner))
            .transpose()?;
        let chosen = condition.as_ref().map_or(Some(true), Symbolic::bool);
        if chosen == Some(false) {
            return Ok(Item::Left);
        }
        let name = expression
            .key_expr
            .as_ref()
            .map(|name| self.eval(name, &inner))
            .transpose()?;
        let made = self.eval(&expression.value_expr, &inner)?;
        let named = name.as_ref().is_none_or(|name| name.string().is_some());
        Ok(if chosen.is_some() && named {
            Item::Made(name, made)
        } else {
            Item::Perhaps(made)
        })
    }

    /// Over a collection that is not known: what the body makes of anything in it.
    fn for_any(&self, expression: &ForExpr, collection: &Symbolic, scope: &Scope<'_>) -> Outcome {
        let any = self.budget.some_of([collection]);
        match self.for_item(expression, &Symbolic::unknown(), &any, scope) {
            Ok(Item::Made(_, made) | Item::Perhaps(made)) => Ok(self.budget.some_of([&made])),
            Err(Exhausted) => Err(Exhausted),
            _ => Ok(any),
        }
    }

    /// Keys and values of a collection; none where the collection is not known.
    pub(super) fn pairs(&self, collection: &Symbolic) -> Result<Option<Pairs>, Failure> {
        let count = match collection {
            Symbolic::List(items) | Symbolic::Set(items) => items.len(),
            Symbolic::Map(fields) => fields.len(),
            _ => 0,
        };
        self.budget.hold(count, size_of::<(Symbolic, Symbolic)>())?;
        let items: Vec<(Symbolic, Symbolic)> = match collection {
            #[expect(clippy::cast_precision_loss, reason = "no list is that long")]
            Symbolic::List(items) => items
                .iter()
                .enumerate()
                .map(|(n, item)| (Symbolic::Number(n as f64), item.clone()))
                .collect(),
            Symbolic::Set(items) => items
                .iter()
                .map(|item| (item.clone(), item.clone()))
                .collect(),
            Symbolic::Map(items) => items
                .iter()
                .map(|(key, value)| Ok((self.budget.text(key)?, value.clone())))
                .collect::<Result<_, Failure>>()?,
            Symbolic::Module(realm) => return self.pairs(&self.whole(*realm)?),
            Symbolic::Attribute(_) | Symbolic::Resource(_) | Symbolic::Unknown(_) => {
                return Ok(None);
            }
            Symbolic::Null
            | Symbolic::Bool(_)
            | Symbolic::Number(_)
            | Symbolic::Text(_)
            | Symbolic::Draft(_) => {
                return Err(Invalid);
            }
        };
        Ok(Some(Pairs {
            items,
            ordered: collection.ordered(),
        }))
    }

    /// A module instance as an object of its outputs.
    pub(super) fn whole(&self, realm: usize) -> Outcome {
        let Some(module) = self.module(realm) else {
            return Ok(Symbolic::unknown());
        };
        let outputs = module.directory.outputs.keys();
        self.budget
            .try_map(outputs.map(|name| Ok((name, self.output(realm, name)?))))
    }

    /// The object that a `for` with keys makes.
    fn gather(&self, items: Vec<(Option<Symbolic>, Symbolic)>, grouping: bool) -> Outcome {
        let mut groups: BTreeMap<Text, Vec<Symbolic>> = BTreeMap::new();
        for (name, made) in items {
            let name = name.and_then(|name| name.string()).ok_or(Invalid)?;
            self.budget.hold(1, size_of::<Symbolic>())?;
            groups.entry(name).or_default().push(made);
        }
        let groups = groups.into_iter();
        if grouping {
            let lists = groups.map(|(name, made)| Ok((name, self.budget.list(made)?)));
            return self.budget.try_map(lists);
        }
        let single = groups.map(|(name, mut made)| {
            let only = made.pop().filter(|_| made.is_empty()).ok_or(Invalid)?;
            Ok((name, only))
        });
        self.budget.try_map(single)
    }
}

/// The elements of a collection as `for` and `dynamic` go through them.
pub(super) struct Pairs {
    /// Key and value of each.
    pub items: Vec<(Symbolic, Symbolic)>,
    /// Whether their order is known.
    pub ordered: bool,
}

/// What a `for` makes of one element.
enum Item {
    /// Nothing: the condition is false.
    Left,
    Made(Option<Symbolic>, Symbolic),
    /// Something, if the condition holds or under a key that is not known.
    Perhaps(Symbolic),
}
