//! Planned values completed by what the sources say of them.

use super::body::{Blocks, Evaluated, Given};
use super::evaluator::Evaluator;
use super::pairing::{Match, pair, same};
use super::place::DeclaredPlace;
use super::symbolic::{self, Budget, Candidates, Failure, Limit, Piece, Symbolic, below};
use crate::ingest::terraform::attribute_path::AttributePath;
use crate::ingest::terraform::resource::Resource;
use crate::ingest::terraform::resource::{self, By, Reference, Target, Value};
use crate::model::Id;
use ipnet::IpNet;
use std::collections::BTreeMap;

/// What came of merging, beside the values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Attribute paths at which the plan knows an address, number or boolean other than that which the sources give: the sources
    /// are not those of the plan. References made in such a resource are not exact.
    pub contradictions: Vec<String>,
    /// Lines of nested blocks and their attributes by path with the position in the plan (`ingress[1]`, `ingress[1].cidr_blocks`),
    /// where it is sure which block is which.
    pub lines: BTreeMap<String, DeclaredPlace>,
    /// The limit that merging would go beyond, so that something stays open.
    pub cut: Option<Limit>,
}

impl Evaluator<'_> {
    /// Completes planned values by what was evaluated.
    pub fn merge(&self, planned: &mut Value, evaluated: &Evaluated) -> Merged {
        let before = self.budget.hits().0;
        let mut out = merge(planned, evaluated, &self.budget);
        let (hits, limit) = self.budget.hits();
        out.cut = limit.filter(|_| hits > before);
        out
    }
}

/// Completes planned values, which must be a map. What the plan knows stays. What it leaves open becomes a reference where the
/// sources trace it to an attribute, [`Value::Computed`] where they do not set it, and stays open otherwise.
fn merge(planned: &mut Value, evaluated: &Evaluated, budget: &Budget) -> Merged {
    let mut out = Merged::default();
    if let Value::Map(_) = planned {
        Merge {
            evaluated,
            budget,
            out: &mut out,
        }
        .body(planned, &evaluated.body, "");
    }
    if !out.contradictions.is_empty() {
        blur(planned);
    }
    out
}

struct Merge<'m> {
    evaluated: &'m Evaluated,
    budget: &'m Budget,
    out: &'m mut Merged,
}

impl Merge<'_> {
    fn body(&mut self, planned: &mut Value, given: &Given, path: &str) {
        let Value::Map(map) = planned else { return };
        for (name, (value, place)) in &given.attributes {
            let path = step(path, name);
            if path.contains('[')
                && let Some(place) = place
            {
                self.out
                    .lines
                    .insert(path.clone(), self.evaluated.declared_place(place));
            }
            match map.get_mut(name.as_str()) {
                Some(own) => self.value(own, value, &path),
                // A plan leaves out what is unknown.
                None if !value.is_known() => {
                    drop(map.insert(name.as_str().into(), self.open(value)))
                }
                None => {}
            }
        }
        for (name, blocks) in &given.blocks {
            self.blocks(
                map.entry(name.as_str().into()).or_insert(Value::Unknown),
                blocks,
                &step(path, name),
            );
        }
        // What the sources do not mention is up to the provider.
        for (_, own) in map.iter_mut().filter(|(name, _)| {
            !given.attributes.contains_key(name.as_ref())
                && !given.blocks.contains_key(name.as_ref())
        }) {
            undo(own);
        }
    }

    fn blocks(&mut self, planned: &mut Value, blocks: &Blocks, path: &str) {
        let each = |given: &Given| given.symbolic(self.budget);
        let sure = blocks.sure.iter().map(|(given, _)| each(given));
        let Ok(given) = sure.collect::<Result<Vec<Symbolic>, Failure>>() else {
            return;
        };
        match planned {
            Value::Map(_) => {
                if let ([(given, _)], []) = (blocks.sure.as_slice(), blocks.open.as_slice()) {
                    self.body(planned, given, path);
                }
            }
            Value::List(items) if blocks.open.is_empty() => {
                let found = self.matches(&given, items).unwrap_or_default();
                for (n, (own, found)) in items.iter_mut().zip(found).enumerate() {
                    self.block(own, &found, blocks, &given, &format!("{path}[{n}]"));
                }
            }
            Value::List(items) => {
                let open = blocks.open.iter().map(each);
                let any = given.into_iter().map(Ok).chain(open);
                let Ok(any) = any.collect::<Result<Vec<Symbolic>, Failure>>() else {
                    return;
                };
                let any: Vec<&Symbolic> = any.iter().collect();
                items.iter_mut().for_each(|own| self.candidates(own, &any));
            }
            Value::Unknown | Value::Computed | Value::Reference(_) => {
                if let Ok(given) = blocks.symbolic(self.budget) {
                    *planned = self.open(&given);
                }
            }
            _ => {}
        }
    }

    fn block(
        &mut self,
        own: &mut Value,
        found: &Match,
        blocks: &Blocks,
        given: &[Symbolic],
        path: &str,
    ) {
        match found {
            Match::Sure(partner) => {
                let Some((given, place)) = blocks.sure.get(*partner) else {
                    return;
                };
                if let Some(place) = place {
                    self.out
                        .lines
                        .insert(path.to_owned(), self.evaluated.declared_place(place));
                }
                self.body(own, given, path);
            }
            Match::Perhaps(partners) => self.candidates(
                own,
                &partners
                    .iter()
                    .filter_map(|partner| given.get(*partner))
                    .collect::<Vec<_>>(),
            ),
        }
    }

    fn value(&mut self, planned: &mut Value, given: &Symbolic, path: &str) {
        if contradicts(planned, given) {
            self.out.contradictions.push(path.to_owned());
        }
        match (&mut *planned, given) {
            (Value::Unknown | Value::Computed | Value::Reference(_) | Value::Draft(_), _) => {
                self.settle(planned, given)
            }
            (Value::Map(map), Symbolic::Map(fields)) => {
                for (name, own) in map.iter_mut() {
                    match fields.get(name.as_ref()) {
                        Some(given) => self.value(own, given, &step(path, name)),
                        None => undo(own),
                    }
                }
            }
            // A block that stands once, in JSON.
            (Value::List(items), Symbolic::Map(_)) if items.len() == 1 => items
                .iter_mut()
                .for_each(|own| self.value(own, given, path)),
            (Value::List(items), Symbolic::List(others) | Symbolic::Set(others)) => {
                let found = self.matches(others, items).unwrap_or_default();
                for (own, found) in items.iter_mut().zip(found) {
                    match found {
                        Match::Sure(partner) => others
                            .get(partner)
                            .into_iter()
                            .for_each(|given| self.value(own, given, path)),
                        Match::Perhaps(partners) => self.candidates(
                            own,
                            &partners
                                .iter()
                                .filter_map(|partner| others.get(*partner))
                                .collect::<Vec<_>>(),
                        ),
                    }
                }
            }
            (
                Value::Map(_) | Value::List(_),
                Symbolic::Attribute(_) | Symbolic::Unknown(_) | Symbolic::Resource(_),
            ) => self.candidates(planned, &[given]),
            _ => {}
        }
    }

    /// Pairs the elements; where the configuration has more of them, equal ones count once, as in a set.
    fn matches(&self, given: &[Symbolic], planned: &[Value]) -> Result<Vec<Match>, Failure> {
        if given.len() <= planned.len() {
            return pair(planned, given, self.budget);
        }
        let mut items: Vec<Symbolic> = Vec::new();
        let mut numbers = Vec::new();
        let mut first = self.budget.distinct(given)?.into_iter().peekable();
        for (n, item) in given.iter().enumerate() {
            if let Some(next) = first.peek()
                && self.budget.same(next, item)?
            {
                items.extend(first.next());
                numbers.push(n);
            }
        }
        let original = |n: usize| numbers.get(n).copied().unwrap_or(n);
        let found = pair(planned, &items, self.budget)?
            .into_iter()
            .map(|found| match found {
                Match::Sure(n) => Match::Sure(original(n)),
                Match::Perhaps(many) => Match::Perhaps(many.into_iter().map(original).collect()),
            });
        Ok(found.collect())
    }

    /// An open value as the sources give it. A reference that was surely found otherwise stays where the sources do not tell.
    fn settle(&self, planned: &mut Value, given: &Symbolic) {
        let known = matches!(planned, Value::Reference(reference) if reference.exact);
        let made = self.open(given);
        let better = matches!(&made, Value::Unknown)
            || matches!(&made, Value::Reference(reference) if !reference.exact);
        if !(known && better || matches!(planned, Value::Reference(_)) && made == Value::Unknown) {
            *planned = made;
        }
    }

    /// A value of the sources, for what the plan leaves open.
    fn open(&self, given: &Symbolic) -> Value {
        let weight = usize::try_from(given.weight()).unwrap_or(usize::MAX);
        match self.budget.hold(weight, size_of::<Value>().max(64)) {
            Ok(()) => open(given),
            Err(_) => Value::Unknown,
        }
    }

    /// Gives what is open the candidates that stand at the same path in any of the values.
    fn candidates(&self, planned: &mut Value, given: &[&Symbolic]) {
        if self.budget.visit(given.len()).is_err() {
            return;
        }
        match planned {
            Value::Map(map) => {
                for (name, own) in map.iter_mut() {
                    let inner: Vec<Symbolic> = given
                        .iter()
                        .filter_map(|given| field(given, name))
                        .collect();
                    self.candidates(own, &inner.iter().collect::<Vec<_>>());
                }
            }
            Value::List(items) => {
                let inner: Vec<&Symbolic> = given
                    .iter()
                    .flat_map(|given| given.items().unwrap_or(std::slice::from_ref(*given)))
                    .collect();
                items
                    .iter_mut()
                    .for_each(|own| self.candidates(own, &inner));
            }
            Value::Unknown | Value::Computed => {
                let set: Vec<&Symbolic> = given
                    .iter()
                    .copied()
                    .filter(|given| !given.is_null())
                    .collect();
                *planned = match set.as_slice() {
                    [] => Value::Computed,
                    [Symbolic::Attribute(_)] if given.len() == 1 => {
                        self.open(given.first().copied().unwrap_or(&Symbolic::Null))
                    }
                    _ => {
                        let mut found = Candidates::new();
                        let all = set
                            .iter()
                            .all(|given| self.budget.collect(given, &mut found).is_ok());
                        let closed = set
                            .iter()
                            .all(|given| matches!(given, Symbolic::Attribute(_)));
                        perhaps(found, all && closed)
                    }
                };
            }
            _ => {}
        }
    }
}

fn step(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// A value of the sources as a value of the plan.
fn open(given: &Symbolic) -> Value {
    match given {
        Symbolic::Null => Value::Computed,
        Symbolic::Bool(value) => Value::Bool(*value),
        Symbolic::Number(number) => Value::Number(*number),
        Symbolic::Text(text) => Value::Text(text.to_string()),
        Symbolic::List(items) | Symbolic::Set(items) => {
            Value::List(items.iter().map(open).collect())
        }
        Symbolic::Map(fields) => Value::Map(
            fields
                .iter()
                .map(|(name, value)| (name.as_str().into(), open(value)))
                .collect(),
        ),
        Symbolic::Attribute(target) => Value::Reference(Reference {
            targets: [target.clone()].into(),
            exact: true,
            closed: true,
            by: By::Source,
        }),
        Symbolic::Draft(text) => draft(text),
        Symbolic::Resource(resource) => perhaps(whole(*resource), false),
        Symbolic::Unknown(candidates) => perhaps((**candidates).clone(), false),
        Symbolic::Module(_) => Value::Unknown,
    }
}

/// A text of which parts are not known, with markers in their place.
fn draft(given: &symbolic::Draft) -> Value {
    let mut text = String::new();
    let mut found = Candidates::new();
    for piece in given.pieces() {
        match piece {
            Piece::Known(known) if known.contains(resource::MARK) => return Value::Unknown,
            Piece::Known(known) => text.push_str(known),
            Piece::Open { value, one } => {
                let (attribute, mut inner) = (open(value), Candidates::new());
                match &attribute {
                    Value::Reference(reference) => inner.extend(reference.targets.iter().cloned()),
                    Value::Draft(draft) => inner.extend(draft.targets.iter().cloned()),
                    _ => {}
                }
                text.push_str(&resource::marker(&attribute, *one));
                found.extend(inner);
            }
        }
    }
    Value::Draft(resource::Draft {
        text,
        base64: given.is_base64(),
        targets: found.into_iter().collect(),
    })
}

/// A resource as a whole.
fn whole(resource: Id<Resource>) -> Candidates {
    Candidates::from([Target {
        resource,
        attribute: AttributePath::default(),
    }])
}

/// What comes from one of the candidates; for sure, where they are `closed`.
fn perhaps(found: Candidates, closed: bool) -> Value {
    if found.is_empty() {
        return Value::Unknown;
    }
    Value::Reference(Reference {
        targets: found.into_iter().collect(),
        exact: false,
        closed,
        by: By::Source,
    })
}

/// What a value has under a name; of an attribute, the attribute below it.
fn field(given: &Symbolic, name: &str) -> Option<Symbolic> {
    match given {
        Symbolic::Map(fields) => fields.get(name).cloned(),
        Symbolic::Attribute(target) => Some(Symbolic::Attribute(below(target, name))),
        other => Some((*other).clone()),
    }
}

/// Marks what is open as up to the provider.
fn undo(planned: &mut Value) {
    match planned {
        Value::Unknown => *planned = Value::Computed,
        Value::Map(map) => map.values_mut().for_each(undo),
        Value::List(items) => items.iter_mut().for_each(undo),
        _ => {}
    }
}

/// Makes no reference of the sources exact.
fn blur(planned: &mut Value) {
    match planned {
        Value::Reference(reference) if reference.by == By::Source => {
            reference.exact = false;
            reference.closed = false;
        }
        Value::Map(map) => map.values_mut().for_each(blur),
        Value::List(items) => items.iter_mut().for_each(blur),
        _ => {}
    }
}

/// Whether both know the value, and not the same. Only of values that no provider rewrites: addresses, numbers and booleans.
fn contradicts(planned: &Value, given: &Symbolic) -> bool {
    let net = |text: &str| text.parse::<IpNet>().ok().map(|net| net.trunc());
    match (planned, given) {
        (Value::Text(own), Symbolic::Text(other)) => {
            matches!((net(own), net(other)), (Some(own), Some(other)) if own != other)
        }
        (Value::Number(_), Symbolic::Number(_)) | (Value::Bool(_), Symbolic::Bool(_)) => {
            !same(planned, given)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
