//! Follows references of the configuration to resource instances: through variables to the arguments of a module call,
//! through module outputs into the module called, through `each.value` to the `for_each` of the block.

use super::choice::{Choice, chosen};
use crate::ingest::terraform::address::{self, Call, Key, ModulePath, Step};
use crate::ingest::terraform::attribute_path::AttributePath;
use crate::ingest::terraform::configuration::{CallBlock, Configuration, Expression, Module};
use crate::ingest::terraform::instances::{Instance, Instances};
use crate::ingest::terraform::resource::Target;
use crate::ingest::terraform::resource_types::{Class, ResourceTypes, is_identity};
use std::collections::BTreeSet;

/// A place in the configuration from which references are looked up.
#[derive(Clone, Debug)]
pub struct Frame<'c> {
    /// The module instance.
    pub path: ModulePath,
    /// The module that it is of.
    pub module: &'c Module,
    /// Key of the instance of the block that holds the expression.
    pub key: Key,
    /// `for_each` of that block.
    pub for_each: Option<&'c Expression>,
}

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Want {
    /// Class of resources; none where the attribute names no resource.
    pub class: Option<&'static Class>,
    /// Last step of the attribute's path.
    pub leaf: String,
    /// What follows the reference: steps into an output or variable that is an object or a list.
    rest: Vec<Step>,
    /// Keys of the blocks on the way, nearest first: an instance with such a key is paired with it.
    pairs: Vec<Key>,
    depth: usize,
}

impl Want {
    /// What an attribute wants; `path` is dotted and without indexes.
    #[must_use]
    pub fn of(types: &'static ResourceTypes, kind: &str, path: &str) -> Want {
        let leaf = path.rsplit('.').next().unwrap_or(path).to_owned();
        Want {
            class: types.named_by(kind, path),
            leaf,
            rest: Vec::new(),
            pairs: Vec::new(),
            depth: 0,
        }
    }

    fn below(&self, rest: &[Step]) -> Want {
        Want {
            rest: rest.iter().chain(&self.rest).cloned().collect(),
            depth: self.depth + 1,
            ..self.clone()
        }
    }
}

/// Modules in each other, and references in each other, at most: beyond that the configuration refers to itself.
const DEPTH: usize = 64;

/// Expressions looked at for one value at most: references may fan out at every level.
const STEPS: usize = 10_000;

/// What references lead to.
#[derive(Clone, Debug, Default)]
pub struct Traced<'c> {
    /// Attributes of resources of the wanted class.
    pub targets: BTreeSet<Target>,
    /// Attributes of other resources that name one of the wanted class, where the reference does not say which attribute.
    pub indirect: BTreeSet<Target>,
    /// The only resources of the class that are called as a local on the way is: `local.node_security_group_id` and
    /// `aws_security_group.node`.
    pub namesakes: BTreeSet<Target>,
    /// Whether the value may also come from something that references do not tell.
    pub opaque: bool,
    /// Whether a local stands in between, which the configuration does not hold.
    pub local: bool,
    /// Whether it is a member of an object in a map that references do not tell in full.
    pub member: bool,
    /// Whether all instances of a `for_each` block were taken, of which the expression may leave some out.
    pub spread: bool,
    /// Whether one expression refers to several lists: it may join them, or choose among them (`coalescelist`, a condition).
    pub mixed: bool,
    /// Where the key of the block that holds the references chose, or would choose if it were one of those.
    pub choices: Vec<Choice<'c>>,
    steps: usize,
}

impl<'c> Traced<'c> {
    /// How many targets are found, of every kind.
    pub fn found(&self) -> usize {
        self.targets.len() + self.indirect.len() + self.namesakes.len()
    }

    fn join(&mut self, other: Traced<'c>) {
        self.targets.extend(other.targets);
        self.indirect.extend(other.indirect);
        self.namesakes.extend(other.namesakes);
        self.opaque |= other.opaque;
        self.local |= other.local;
        self.member |= other.member;
        self.spread |= other.spread;
        self.mixed |= other.mixed;
        self.choices.extend(other.choices);
        self.steps = other.steps;
    }
}

/// Follows references within one plan.
#[derive(Debug)]
pub struct Tracer<'c> {
    /// Which attributes name which resources.
    pub types: &'static ResourceTypes,
    /// Its configuration.
    pub configuration: &'c Configuration,
    /// Its instances.
    pub instances: &'c Instances<'c>,
}

impl<'c> Tracer<'c> {
    /// Follows the references of one expression.
    pub fn trace(&self, frame: &Frame<'c>, references: &[&str], want: &Want, out: &mut Traced<'c>) {
        out.steps += 1;
        if want.depth > DEPTH || out.steps > STEPS {
            out.opaque = true;
            return;
        }
        let references = longest(references);
        let keyed = |word: &str| {
            references.iter().any(|own| {
                own.strip_prefix(word)
                    .is_some_and(|rest| rest.starts_with(['.', '[']))
            })
        };
        let mut want = want.clone();
        if frame.key != Key::None && (keyed("each") || keyed("count")) {
            want.pairs.insert(0, frame.key.clone());
        }
        let (mut leading, mut lists) = (0, 0);
        for reference in references {
            let Some(steps) = address::steps(reference) else {
                out.opaque = true;
                continue;
            };
            let mut own = Traced {
                steps: out.steps,
                ..Traced::default()
            };
            self.reference(frame, &steps, &want, &mut own);
            let found = own.targets.len() + own.indirect.len();
            leading += usize::from(found > 0);
            lists += usize::from(found > 1 || found > 0 && is_plural(&steps));
            out.join(own);
        }
        out.mixed |= leading > 1 && lists > 0;
    }

    fn reference(&self, frame: &Frame<'c>, steps: &[Step], want: &Want, out: &mut Traced<'c>) {
        let [Step::Name(head), rest @ ..] = steps else {
            out.opaque = true;
            return;
        };
        match (head.as_str(), rest) {
            ("each", [Step::Name(what), rest @ ..]) if what == "value" => {
                self.each(frame, rest, want, out)
            }
            ("each" | "count" | "path" | "terraform" | "self", _) => {}
            ("local", [Step::Name(name), ..]) => self.local(frame, name, want, out),
            ("var", [Step::Name(name), rest @ ..]) => {
                self.variable(&frame.path, name, &want.below(rest), out)
            }
            ("module", [Step::Name(name), rest @ ..]) => {
                let (key, rest) = address::instance_key(rest);
                self.output(frame, name, &key, rest, want, out);
            }
            _ => self.resource(frame, steps, want, out),
        }
    }

    /// `each.value` is an element of what `for_each` refers to, the one with the block's own key.
    fn each(&self, frame: &Frame<'c>, rest: &[Step], want: &Want, out: &mut Traced<'c>) {
        let Some(for_each) = frame.for_each else {
            out.opaque = true;
            return;
        };
        let mut references = Vec::new();
        for_each.references(&mut references);
        let outer = Frame {
            for_each: None,
            ..frame.clone()
        };
        let mut own = Traced {
            steps: out.steps,
            ..Traced::default()
        };
        self.trace(&outer, &references, &want.below(rest), &mut own);
        own.member |= own.opaque;
        // A local that makes a map is no namesake of what stands in the map.
        own.namesakes.clear();
        out.join(own);
    }

    /// The value of a local is not in a plan. A resource of the same module that has its name is taken for it.
    fn local(&self, frame: &Frame<'c>, name: &str, want: &Want, out: &mut Traced<'c>) {
        (out.opaque, out.local) = (true, true);
        let Some(class) = want.class else { return };
        let Some(front) = class
            .attributes
            .iter()
            .find_map(|own| name.strip_suffix(own)?.strip_suffix('_'))
        else {
            return;
        };
        let all = class
            .kinds
            .iter()
            .flat_map(|kind| self.instances.of_kind(&frame.path, kind))
            .copied();
        let mut named = all.filter(|id| self.instances.resource(*id).name == front);
        if let Some(resource) = named.next().filter(|_| named.next().is_none()) {
            out.namesakes.insert(Target {
                resource,
                attribute: "id".into(),
            });
        }
    }

    /// The argument that the call passes for a variable. One that it does not pass has its default, which is constant,
    /// and the plan knows the root's.
    pub fn variable(&self, path: &ModulePath, name: &str, want: &Want, out: &mut Traced<'c>) {
        let Some((frame, call)) = self.caller(path) else {
            return;
        };
        let Some(argument) = call.arguments.get(name) else {
            return;
        };
        let mut references = Vec::new();
        argument.references(&mut references);
        self.trace(&frame, &references, want, out);
    }

    /// The call that made a module instance, and where it stands; none for the root.
    pub fn caller(&self, path: &ModulePath) -> Option<(Frame<'c>, &'c CallBlock)> {
        let (call, parent) = path.0.split_last()?;
        let parent = ModulePath(parent.to_vec());
        let module = self.configuration.module(&parent)?;
        let block = module.calls.get(&call.name)?;
        Some((
            Frame {
                path: parent,
                module,
                key: call.key.clone(),
                for_each: block.for_each.as_ref(),
            },
            block,
        ))
    }

    fn output(
        &self,
        frame: &Frame<'c>,
        name: &str,
        key: &Key,
        rest: &[Step],
        want: &Want,
        out: &mut Traced<'c>,
    ) {
        let Some(call) = frame.module.calls.get(name) else {
            out.opaque = true;
            return;
        };
        for key in self.called(frame, (name, call), key, want, out) {
            let mut path = frame.path.clone();
            path.0.push(Call {
                name: name.to_owned(),
                key,
            });
            let inner = Frame {
                path,
                module: &call.module,
                key: Key::None,
                for_each: None,
            };
            match rest {
                [Step::Name(output), rest @ ..] => self.expression(
                    &inner,
                    call.module.outputs.get(output),
                    &want.below(rest),
                    out,
                ),
                // `module.a[each.key].b` is listed as `module.a`: the output is the one that is named as the attribute.
                _ => match self.likely_output(&call.module, want) {
                    Some(expression) => {
                        self.expression(&inner, Some(expression), &want.below(rest), out)
                    }
                    None => out.opaque = true,
                },
            }
        }
    }

    /// Keys of the instances of a call that may be meant. A module without resources has none in the plan: it is followed
    /// by the key that is asked for, else once for all of them.
    fn called(
        &self,
        frame: &Frame<'c>,
        (name, call): (&str, &CallBlock),
        key: &Key,
        want: &Want,
        out: &mut Traced<'c>,
    ) -> Vec<Key> {
        let keys = self.instances.calls(&frame.path, name);
        if !keys.is_empty() {
            out.choices.push(Choice::Calls(keys));
            let chosen = chosen(keys, key, &want.pairs, |own| own);
            return chosen.into_iter().cloned().collect();
        }
        out.spread |= *key == Key::None && call.for_each.is_some();
        vec![key.clone()]
    }

    fn likely_output(&self, module: &'c Module, want: &Want) -> Option<&'c Expression> {
        if let Some(Step::Name(name)) = want.rest.first() {
            return module.outputs.get(name);
        }
        let same = module.outputs.get(&want.leaf);
        same.or_else(|| {
            let mut of_class = module.outputs.iter().filter(|(name, _)| {
                want.class.is_some() && self.types.named_by("", name) == want.class
            });
            of_class
                .next()
                .filter(|_| of_class.next().is_none())
                .map(|(_, expression)| expression)
        })
    }

    fn expression(
        &self,
        frame: &Frame<'c>,
        expression: Option<&Expression>,
        want: &Want,
        out: &mut Traced<'c>,
    ) {
        let mut references = Vec::new();
        if let Some(expression) = expression {
            expression.references(&mut references);
        }
        self.trace(frame, &references, want, out);
    }

    fn resource(&self, frame: &Frame<'c>, steps: &[Step], want: &Want, out: &mut Traced<'c>) {
        let Some((address, rest)) = address::resource(frame.path.clone(), steps) else {
            out.opaque = true;
            return;
        };
        let (rest, own) = if rest.is_empty() {
            (want.rest.as_slice(), false)
        } else {
            (rest, true)
        };
        let (index, rest) = if address.key == Key::None {
            address::instance_key(rest)
        } else {
            (Key::None, rest)
        };
        let wants = if address.key == Key::None {
            &index
        } else {
            &address.key
        };
        let all = self
            .instances
            .of(&address.module, address.mode, &address.kind, &address.name);
        let attribute: AttributePath = attribute(rest).into();
        out.choices.push(Choice::Instances(all));
        let chosen = chosen(all, wants, &want.pairs, |own| &own.key);
        out.spread |= chosen.len() > 1 && chosen.iter().any(|own| matches!(own.key, Key::Text(_)));
        for instance in chosen {
            self.accept(instance, &attribute, own, want, out);
        }
    }

    /// Enters an attribute of an instance, if it names a resource of the wanted class.
    fn accept(
        &self,
        instance: &Instance,
        attribute: &AttributePath,
        own: bool,
        want: &Want,
        out: &mut Traced<'c>,
    ) {
        let resource = self.instances.resource(instance.resource);
        let Some(class) = want.class else {
            out.opaque = true;
            return;
        };
        // Steps into an output may be members of an object that the output makes, not attributes.
        let whole = attribute.is_empty() || !own && !is_attribute(&resource.values, attribute);
        let target = |attribute: AttributePath| Target {
            resource: instance.resource,
            attribute,
        };
        let named = if whole {
            "id".into()
        } else {
            attribute.clone()
        };
        if class.rank(&resource.kind, resource.mode, &named).is_some()
            || self.types.named_by(&resource.kind, &named) == Some(class)
        {
            out.targets.insert(target(named));
        } else if whole {
            match self.naming(instance, class, &want.leaf) {
                Some(found) => _ = out.indirect.insert(target(found)),
                None => out.opaque |= !self.types.has_class(&resource.kind),
            }
        } else {
            out.opaque |= !self.types.has_class(&resource.kind) && !attribute.is_account();
        }
    }

    /// The attribute of a resource that names one of a class: the one of the name wanted, else the only one. A VPC brings
    /// its table as `main_route_table_id` and as `default_route_table_id`, which is one and the same when it is made.
    fn naming(
        &self,
        instance: &Instance,
        class: &'static Class,
        leaf: &str,
    ) -> Option<AttributePath> {
        let resource = self.instances.resource(instance.resource);
        let brought: Vec<&'static str> = class
            .brought
            .iter()
            .filter(|own| own.0 == resource.kind)
            .map(|own| own.1)
            .collect();
        if let [first, _, ..] = brought.as_slice() {
            let same = brought.iter().find(|attribute| **attribute == leaf);
            return Some((*same.unwrap_or(first)).into());
        }
        let crate::ingest::terraform::Value::Map(values) = &resource.values else {
            return None;
        };
        let named = values.iter().filter(|(name, value)| {
            self.types.named_by(&resource.kind, name) == Some(class) && !value.is_unset()
        });
        let mut all = brought
            .into_iter()
            .map(AttributePath::from)
            .chain(named.map(|(name, _)| name.clone().into()));
        all.next().filter(|_| all.next().is_none())
    }
}

/// Whether a reference is to a variable or output that is called as a list is.
fn is_plural(steps: &[Step]) -> bool {
    let named =
        matches!(steps.first(), Some(Step::Name(head)) if head == "var" || head == "module");
    named && matches!(steps.last(), Some(Step::Name(last)) if last.ends_with('s'))
}

/// Whether a resource has an attribute or is known by it.
fn is_attribute(values: &crate::ingest::terraform::Value, attribute: &str) -> bool {
    let first = attribute.split('.').next().unwrap_or_default();
    is_identity(attribute)
        || matches!(values, crate::ingest::terraform::Value::Map(map) if map.contains_key(first))
}

/// Steps after a resource as a dotted path without indexes; a constant key of a map is a step of it.
fn attribute(steps: &[Step]) -> String {
    let names = steps.iter().filter_map(|step| match step {
        Step::Name(name) | Step::Key(Key::Text(name)) => Some(name.as_str()),
        Step::Key(_) => None,
    });
    names.collect::<Vec<_>>().join(".")
}

/// Leaves out each reference that only is the beginning of another one.
fn longest<'r>(references: &[&'r str]) -> Vec<&'r str> {
    let begins = |short: &str, long: &str| {
        long.strip_prefix(short)
            .is_some_and(|rest| rest.starts_with(['.', '[']))
    };
    let mut out: Vec<&str> = Vec::new();
    for reference in references {
        if !references.iter().any(|other| begins(reference, other)) && !out.contains(reference) {
            out.push(reference);
        }
    }
    out
}
