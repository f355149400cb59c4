//! Resources that make others by a text that the plan does not take apart: stacks, deployments, requests to an API. What such a
//! text names may be changed by what it makes, and where it is not known that may be anything.

use super::{Lowering, is_set};
use crate::ingest::terraform::{Draft, Mode, Resource, Value};
use crate::model::{Doubt, GapKind, Id};
use std::collections::BTreeSet;

/// A resource type that makes others by a text.
#[derive(Clone, Copy, Debug)]
pub struct TemplateType {
    /// The type.
    pub kind: &'static str,
    /// Attributes that say what it makes: texts, or blocks of them.
    pub says: &'static [&'static str],
    /// Attributes that name a text which is not in the input.
    pub elsewhere: &'static [&'static str],
}

impl TemplateType {
    /// A line of a cloud's table.
    #[must_use]
    pub const fn new(
        kind: &'static str,
        says: &'static [&'static str],
        elsewhere: &'static [&'static str],
    ) -> Self {
        TemplateType {
            kind,
            says,
            elsewhere,
        }
    }
}

/// How the texts of a cloud are read.
#[derive(Clone, Copy, Debug)]
pub struct Templates {
    /// The types.
    pub types: &'static [TemplateType],
    /// Parts of texts, in lower case, that tell of something by which packets are led or filtered, or of a further text.
    pub networking: &'static [&'static str],
    /// Parts of texts, in lower case, by which they take names from where the input does not show them.
    pub lookups: &'static [&'static str],
    /// Whether texts name resources by their names as well as by their ids.
    pub by_name: bool,
}

/// A resource that may change others.
#[derive(Clone, Debug)]
pub struct Template<'a> {
    /// The resource.
    pub resource: &'a Resource,
    /// What its text names.
    pub named: BTreeSet<Id<Resource>>,
    /// The attribute by which it may change anything; none where it changes what is named, and nothing else.
    pub open: Option<&'static str>,
}

impl Template<'_> {
    /// Whether it may change a resource.
    #[must_use]
    pub fn may_change(&self, resource: Id<Resource>) -> bool {
        self.open.is_some() || self.named.contains(&resource)
    }
}

/// What the values of a resource say.
#[derive(Default)]
struct Said {
    /// All texts, in lower case.
    text: String,
    named: BTreeSet<Id<Resource>>,
    /// Whether some of it is not known.
    open: bool,
}

impl<'a, L> Lowering<'a, L> {
    /// The managed resources of such types that may bear on networks.
    #[must_use]
    pub fn templates(&self, of: &Templates) -> Vec<Template<'a>> {
        let graph = self.graph;
        let each = of.types.iter().flat_map(|own| {
            let all = graph.of(own.kind).map(|(_, resource)| resource);
            let managed = all.filter(|resource| resource.mode == Mode::Managed);
            managed.filter_map(move |resource| self.template(of, own, resource))
        });
        each.collect()
    }

    fn template(
        &self,
        of: &Templates,
        own: &TemplateType,
        resource: &'a Resource,
    ) -> Option<Template<'a>> {
        let mut said = Said::default();
        let mut open = None;
        for path in own.says {
            self.say(resource.values.get(path), of.by_name, &mut said);
            open = open.or_else(|| said.open.then_some(*path));
        }
        let is_set = |path: &&&str| is_set(resource.values.get(path));
        let elsewhere = own.elsewhere.iter().find(is_set).copied();
        let holds = |parts: &[&str]| parts.iter().any(|part| said.text.contains(part));
        let first = own.says.first().copied();
        open = open
            .or(elsewhere)
            .or_else(|| first.filter(|_| holds(of.networking) && holds(of.lookups)));
        (open.is_some() || holds(of.networking)).then_some(Template {
            resource,
            named: said.named,
            open,
        })
    }

    fn say(&self, value: &Value, by_name: bool, out: &mut Said) {
        match value {
            Value::Unknown => out.open = true,
            Value::Reference(reference) => {
                out.open |= !reference.closed;
                out.named
                    .extend(reference.targets.iter().map(|target| target.resource));
            }
            Value::Draft(draft) => {
                out.open |= draft.is_loose() || draft.text.contains(Draft::UNRESOLVED);
                out.named
                    .extend(draft.targets.iter().map(|target| target.resource));
                self.say_text(&draft.text, by_name, out);
            }
            Value::Text(text) => self.say_text(text, by_name, out),
            Value::List(items) => items.iter().for_each(|item| self.say(item, by_name, out)),
            Value::Map(map) => map.values().for_each(|item| self.say(item, by_name, out)),
            Value::Null | Value::Computed | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn say_text(&self, text: &str, by_name: bool, out: &mut Said) {
        out.named.extend(self.named_in(text, by_name));
        out.text.push_str(&text.to_lowercase());
        out.text.push('\n');
    }

    /// The resources whose ids stand in a text, and those whose names do.
    pub(super) fn named_in(&self, text: &str, by_name: bool) -> BTreeSet<Id<Resource>> {
        let ends = |c: char| c.is_whitespace() || "\"'`,;=|()[]{}<>".contains(c);
        let words = text.split(ends).filter(|word| !word.is_empty());
        let found = words.flat_map(|word| self.graph.holding(word.trim_end_matches([':', '.'])));
        found
            .filter(|target| by_name || target.attribute.as_str() != "name")
            .map(|target| target.resource)
            .collect()
    }

    /// Doubt about what such a resource changes.
    pub fn may_make(&mut self, template: &Template<'_>) -> Doubt {
        let Template { resource, open, .. } = template;
        let (address, kind) = (&resource.address, &resource.kind);
        let what = match open {
            Some(path) => format!(
                "`{address}` may add routes, rules and connections anywhere, as far as its `{path}` tells: `{kind}` is not modelled"
            ),
            None => format!(
                "`{address}` may add routes, rules and connections to what its text names: `{kind}` is not modelled"
            ),
        };
        let origin = match open {
            Some(path) => resource.origin_of(path),
            None => resource.origin.clone(),
        };
        self.world.doubt(GapKind::NotModelled, what, Some(origin))
    }
}
