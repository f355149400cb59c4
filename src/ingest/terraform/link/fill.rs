//! Goes through the values of a plan's resources and replaces what is unknown by what the configuration refers to.

use super::Attributes;
use super::memo::{Found, Memo};
use super::trace::{Frame, Traced, Tracer, Want};
use crate::ingest::terraform::address::{Address, Key};
use crate::ingest::terraform::configuration::{Block, Configuration, Expression};
use crate::ingest::terraform::graph::Graph;
use crate::ingest::terraform::instances::Instances;
use crate::ingest::terraform::resource::Resource;
use crate::ingest::terraform::resource::{By, Reference, Target, Value};
use crate::ingest::terraform::resource_types::{Class, ResourceTypes, is_many};
use crate::model::Id;
use indexmap::IndexMap;
use std::rc::Rc;
use std::sync::Arc;

/// The new values of attributes of each resource of an input that has unknown ones.
#[must_use]
pub fn fill(
    graph: &Graph,
    input: usize,
    configuration: &Configuration,
    instances: &Instances<'_>,
) -> Vec<(Id<Resource>, Attributes)> {
    let tracer = Tracer {
        types: graph.types,
        configuration,
        instances,
    };
    let memo = Memo::default();
    let own = graph
        .resources
        .iter()
        .filter(|(_, resource)| resource.input == input && holds_unknown(&resource.values));
    own.filter_map(|(id, resource)| Some((id, filled(&tracer, &memo, id, resource)?)))
        .collect()
}

fn filled<'c>(
    tracer: &Tracer<'c>,
    memo: &Memo<'c>,
    id: Id<Resource>,
    resource: &Resource,
) -> Option<Attributes> {
    let address = Address::parse(&resource.address)?;
    let module = tracer.configuration.module(&address.module)?;
    let block = module
        .blocks
        .get(&(address.mode, address.kind.clone(), address.name.clone()))?;
    let frame = Frame {
        path: address.module,
        module,
        key: address.key,
        for_each: block.for_each.as_ref(),
    };
    let filler = Filler {
        tracer,
        memo,
        frame,
        id,
        resource,
    };
    Some(filler.attributes(block))
}

fn holds_unknown(value: &Value) -> bool {
    match value {
        Value::Unknown => true,
        Value::List(items) => items.iter().any(holds_unknown),
        Value::Map(map) => map.values().any(holds_unknown),
        _ => false,
    }
}

/// What the configuration says of a value.
#[derive(Clone, Debug)]
enum Set<'c> {
    /// It does not set it.
    Not,
    /// It sets it in a way that the plan does not show: by a `dynamic` block.
    Hidden,
    /// One of these expressions sets it.
    To(Vec<&'c Expression>),
    /// It is an element made by one of these blocks.
    In(Vec<&'c IndexMap<String, Expression>>),
}

struct Filler<'f, 'c> {
    tracer: &'f Tracer<'c>,
    memo: &'f Memo<'c>,
    frame: Frame<'c>,
    id: Id<Resource>,
    resource: &'f Resource,
}

impl<'c> Filler<'_, 'c> {
    fn types(&self) -> &'static ResourceTypes {
        self.tracer.types
    }

    /// What an attribute of the resource wants.
    fn want(&self, path: &str) -> Want {
        Want::of(self.types(), &self.resource.kind, path)
    }

    fn attributes(&self, block: &'c Block) -> Attributes {
        let Value::Map(map) = &self.resource.values else {
            return Vec::new();
        };
        let open = map.iter().enumerate();
        let open = open.filter(|(_, (_, value))| holds_unknown(value));
        let filled = |(place, (name, value)): (usize, (&Arc<str>, &Value))| {
            let set = match (block.expressions.get(name.as_ref()), value) {
                (Some(expression), _) => Set::To(vec![expression]),
                (None, Value::Unknown) if self.resource.kept.contains(name.as_ref()) => {
                    return None;
                }
                (None, Value::Unknown) => Set::Not,
                // Something of it is known, so something sets it.
                (None, _) => Set::Hidden,
            };
            let mut value = value.clone();
            self.walk(&mut value, &set, name);
            Some((place, value))
        };
        open.filter_map(filled).collect()
    }

    fn walk(&self, value: &mut Value, set: &Set<'c>, path: &str) {
        match value {
            Value::Unknown => *value = self.found(set, path),
            Value::Map(map) => {
                for (name, inner) in map.iter_mut().filter(|(_, inner)| holds_unknown(inner)) {
                    self.walk(inner, &child(set, name), &format!("{path}.{name}"));
                }
            }
            Value::List(items) if items.contains(&Value::Unknown) => {
                self.elements(items, set, path)
            }
            Value::List(items) => {
                let length = items.len();
                for item in items.iter_mut().filter(|item| holds_unknown(item)) {
                    let set = element(set, item, length);
                    self.walk(item, &set, path);
                }
            }
            _ => {}
        }
    }

    fn found(&self, set: &Set<'c>, path: &str) -> Value {
        match set {
            // The configuration has to set it, so this one is not whole.
            Set::Not if self.types().is_required(&self.resource.kind, path) => Value::Unknown,
            Set::Not => Value::Computed,
            Set::In(_) => Value::Unknown,
            Set::Hidden => self.assumed(path).unwrap_or(Value::Unknown),
            Set::To(expressions) => {
                self.value(&self.traced(expressions, path), expressions.len(), path)
            }
        }
    }

    fn traced(&self, expressions: &[&'c Expression], path: &str) -> Rc<Found> {
        let place = (self.resource.module.as_str(), self.resource.kind.as_str());
        self.memo
            .found(place, expressions, path, &self.frame.key, |key| {
                self.trace(expressions, path, key)
            })
    }

    /// What expressions lead to from an instance with that key.
    fn trace(&self, expressions: &[&'c Expression], path: &str, key: &Key) -> Traced<'c> {
        let want = self.want(path);
        let frame = Frame {
            key: key.clone(),
            ..self.frame.clone()
        };
        let mut out = Traced::default();
        for expression in expressions {
            let mut references = Vec::new();
            expression.references(&mut references);
            // An expression that is neither constant nor refers to anything is one that the plan does not show.
            out.opaque |= matches!(expression, Expression::References(own) if own.is_empty());
            let before = out.found();
            self.tracer.trace(&frame, &references, &want, &mut out);
            // References that lead to nothing still set it.
            out.opaque |= !references.is_empty() && out.found() == before;
        }
        if out.targets.is_empty() {
            out.targets = std::mem::take(&mut out.indirect);
        }
        if out.member {
            // Of a map that is not known in full only some objects may be seen.
            out.targets.clear();
        }
        if out.targets.is_empty() || is_many(path) {
            out.targets.append(&mut out.namesakes);
        }
        out
    }

    fn value(&self, traced: &Found, expressions: usize, path: &str) -> Value {
        let targets = &traced.targets;
        if targets.is_empty() {
            return if traced.opaque {
                self.untraced(traced, path)
            } else {
                Value::Computed
            };
        }
        if traced.opaque && self.is_ruled_out(path) {
            return Value::Computed;
        }
        let many = is_many(path);
        if many && !traced.opaque && expressions == 1 {
            if traced.spread || traced.mixed {
                return one_of(targets.clone(), true, By::Assumed);
            }
            let items = targets.iter().cloned();
            return Value::List(items.map(|own| exactly(own, By::Reference)).collect());
        }
        match (targets.as_ref(), traced.opaque) {
            ([_], false) => exact(targets.clone(), By::Reference),
            ([_], true) => one_of(targets.clone(), false, By::Assumed),
            (_, opaque) => one_of(
                targets.clone(),
                !opaque,
                if many && opaque { By::Assumed } else { By::Gap },
            ),
        }
    }

    /// What references lead to nothing for.
    fn untraced(&self, traced: &Found, path: &str) -> Value {
        if self.is_ruled_out(path) {
            return Value::Computed;
        }
        let assumed = if traced.local {
            self.assumed(path)
        } else {
            None
        };
        assumed.unwrap_or(Value::Unknown)
    }

    /// Whether another attribute is known to be set that excludes this one.
    fn is_ruled_out(&self, path: &str) -> bool {
        let known = |name: &str| match self.resource.values.get(name) {
            Value::Bool(value) => *value,
            Value::Text(text) => !text.is_empty(),
            Value::List(items) => !items.is_empty(),
            _ => false,
        };
        self.types().rivals(&self.resource.kind, path).any(known)
    }

    /// A list of which some elements are unknown: as many targets as unknown elements are these elements, in some order.
    fn elements(&self, items: &mut [Value], set: &Set<'c>, path: &str) {
        let Set::To(expressions) = set else {
            let value = self.found(set, path);
            items
                .iter_mut()
                .filter(|item| **item == Value::Unknown)
                .for_each(|item| *item = value.clone());
            return;
        };
        let traced = self.traced(expressions, path);
        let known: Vec<&str> = items.iter().filter_map(Value::text).collect();
        let own_id = |target: &&Target| {
            self.tracer
                .instances
                .values(target.resource)
                .get("id")
                .text()
        };
        let targets: Vec<Target> = traced
            .targets
            .iter()
            .filter(|target| !own_id(target).is_some_and(|id| known.contains(&id)))
            .cloned()
            .collect();
        let unknown = items.iter().filter(|item| **item == Value::Unknown).count();
        let exact = targets.len() == unknown && expressions.len() == 1;
        let rest = if targets.is_empty() {
            Value::Unknown
        } else {
            one_of(
                targets.as_slice().into(),
                !traced.opaque,
                if traced.opaque { By::Assumed } else { By::Gap },
            )
        };
        let mut next = targets.into_iter();
        for item in items.iter_mut().filter(|item| **item == Value::Unknown) {
            *item = match next.next().filter(|_| exact) {
                Some(target) if traced.opaque => one_of([target].into(), false, By::Assumed),
                Some(target) => exactly(target, By::Reference),
                None => rest.clone(),
            };
        }
    }

    /// The last resort: the only instance of the wanted class in the module instance, else what the call passes under the
    /// attribute's name.
    fn assumed(&self, path: &str) -> Option<Value> {
        let leaf = path.rsplit('.').next().unwrap_or(path);
        let class = self.types().named_by(&self.resource.kind, path)?;
        if ["peer_", "requester_", "accepter_"]
            .iter()
            .any(|side| leaf.starts_with(side))
            || self.types().rivals(&self.resource.kind, leaf).count() > 0
        {
            return None;
        }
        self.sole(class)
            .or_else(|| self.passed(leaf))
            .or_else(|| self.alike(class))
            .map(|targets| one_of(targets.into(), false, By::Assumed))
    }

    /// The only instance of the class in the module instance that has the resource's own key.
    fn alike(&self, class: &Class) -> Option<Vec<Target>> {
        let Key::Text(_) = self.frame.key else {
            return None;
        };
        let instances = self.tracer.instances;
        let all = class
            .kinds
            .iter()
            .flat_map(|kind| instances.with_key(&self.frame.path, kind, &self.frame.key));
        let mut alike = all.filter(|id| *id != self.id);
        let only = alike.next().filter(|_| alike.next().is_none())?;
        Some(vec![Target {
            resource: only,
            attribute: "id".into(),
        }])
    }

    fn sole(&self, class: &Class) -> Option<Vec<Target>> {
        let module = &self.frame.path;
        let mut all = class
            .kinds
            .iter()
            .flat_map(|kind| self.tracer.instances.of_kind(module, kind))
            .copied()
            .filter(|id| *id != self.id);
        let only = all.next().filter(|_| all.next().is_none())?;
        Some(vec![Target {
            resource: only,
            attribute: "id".into(),
        }])
    }

    fn passed(&self, leaf: &str) -> Option<Vec<Target>> {
        let want = self.want(leaf);
        let mut out = Traced::default();
        self.tracer
            .variable(&self.frame.path, leaf, &want, &mut out);
        let targets: Vec<Target> = out.targets.into_iter().collect();
        (targets.len() == 1 || is_many(leaf) && !targets.is_empty()).then_some(targets)
    }
}

fn exactly(target: Target, by: By) -> Value {
    exact([target].into(), by)
}

fn exact(targets: Arc<[Target]>, by: By) -> Value {
    Value::Reference(Reference {
        targets,
        exact: true,
        closed: true,
        by,
    })
}

/// One of the candidates; for sure, where they are `closed`.
fn one_of(targets: Arc<[Target]>, closed: bool, by: By) -> Value {
    Value::Reference(Reference {
        targets,
        exact: false,
        closed,
        by,
    })
}

/// What the configuration says of a member of a value.
fn child<'c>(set: &Set<'c>, name: &str) -> Set<'c> {
    let blocks: Vec<&'c IndexMap<String, Expression>> = match set {
        Set::Not => return Set::Not,
        Set::Hidden => return Set::Hidden,
        Set::In(blocks) => blocks.clone(),
        Set::To(expressions) => {
            let mut inner = Vec::new();
            for expression in expressions {
                match expression {
                    Expression::Blocks(blocks) => inner.extend(blocks),
                    // Blocks that are attributes as well: the references of all of them stand in one list.
                    _ => return set.clone(),
                }
            }
            inner
        }
    };
    let inner: Vec<&Expression> = blocks.iter().filter_map(|block| block.get(name)).collect();
    if inner.is_empty() {
        Set::Not
    } else {
        Set::To(inner)
    }
}

/// What the configuration says of an element of a repeated block. Sets are sorted, so places do not pair: the blocks whose
/// constants agree with what is known of the element may be it.
fn element<'c>(set: &Set<'c>, item: &Value, length: usize) -> Set<'c> {
    let Set::To(expressions) = set else {
        return set.clone();
    };
    let [Expression::Blocks(blocks)] = expressions.as_slice() else {
        return set.clone();
    };
    if length > blocks.len() {
        return Set::Hidden;
    }
    let agreeing: Vec<_> = blocks.iter().filter(|block| agrees(block, item)).collect();
    if agreeing.is_empty() {
        Set::In(blocks.iter().collect())
    } else {
        Set::In(agreeing)
    }
}

fn agrees(block: &IndexMap<String, Expression>, item: &Value) -> bool {
    block
        .iter()
        .all(|(name, expression)| match (expression, item.get(name)) {
            (Expression::Constant(constant), known) => !differ(constant, known),
            _ => true,
        })
}

/// Whether a constant is not what is known of an attribute: the provider's type decides whether a number stands as a text.
fn differ(constant: &Value, known: &Value) -> bool {
    let scalar = |value: &Value| match value {
        Value::Text(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    };
    match (scalar(constant), scalar(known)) {
        (Some(constant), Some(known)) => constant != known,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::ingest::terraform::Value;
    use crate::ingest::terraform::testing::read_plan;

    /// What nobody sets is left to the provider, but for what an object that is kept already has.
    #[test]
    fn what_a_kept_object_has_stays_unknown() {
        let routes = |actions: &str, before: &str| {
            let read = read_plan(&format!(
                r#"{{"format_version":"1.2","planned_values":{{}},"configuration":{{"root_module":{{"resources":[
                {{"mode":"managed","type":"aws_route_table","name":"t","expressions":{{}}}}]}}}},
                "resource_changes":[{{"address":"aws_route_table.t","mode":"managed","type":"aws_route_table","name":"t",
                "change":{{"actions":[{actions}],"before":{before},"after":{{}},"after_unknown":{{"route":true}}}}}}]}}"#
            ));
            assert_eq!(read.errors, []);
            let (_, table) = read.graph.resources.iter().next().unwrap();
            table.values.get("route").clone()
        };
        let has = r#"{"route":[{"cidr_block":"10.0.0.0/8"}]}"#;
        assert_eq!(routes(r#""update""#, has), Value::Unknown);
        assert_eq!(routes(r#""update""#, r#"{"route":[]}"#), Value::Computed);
        assert_eq!(routes(r#""delete","create""#, has), Value::Computed);
        assert_eq!(routes(r#""create""#, "null"), Value::Computed);
    }
}
