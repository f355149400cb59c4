//! Resources of types that no family models, as far as their attributes tell: one that names a table or a filter may add to
//! it, and one that names several networks may join them. So that a type which is newer than this program is never silence.

use super::gate::listed_networks;
use super::{Attribute, Located, Lowering, Templates, is_set};
use crate::ingest::terraform::{Mode, Resource, Value};
use crate::model::{Border, Doubt, GapKind, Id, Leg, Network};
use std::collections::BTreeSet;

impl<'a, L> Lowering<'a, L> {
    /// The attributes of these names that managed resources of unlisted types set, at any depth.
    pub fn unlisted(
        &self,
        names: &'static [&'static str],
        is_unlisted: impl Fn(&str) -> bool,
    ) -> Vec<Attribute<'a>> {
        let mut out = Vec::new();
        for resource in self.all_unlisted(is_unlisted) {
            let mut leaves = Vec::new();
            leaves_of(&resource.values, "", &mut leaves);
            for (leaf, value) in leaves {
                if let Some(path) = names.iter().find(|name| **name == leaf) {
                    out.push(Attribute {
                        resource,
                        path,
                        value,
                    });
                }
            }
        }
        out
    }

    fn all_unlisted(&self, is_unlisted: impl Fn(&str) -> bool) -> Vec<&'a Resource> {
        let all = self.graph.resources.iter().map(|(_, own)| own);
        all.filter(|own| own.mode == Mode::Managed && is_unlisted(&own.kind))
            .collect()
    }

    /// Doubt about what an unlisted resource adds (`routes`) to what one of its attributes names.
    pub fn may_add(&mut self, at: Attribute, what: &str) -> Doubt {
        let Attribute { resource, path, .. } = at;
        let what = format!(
            "`{}` may add {what} to what its `{path}` names: `{}` is not modelled",
            resource.address, resource.kind
        );
        let origin = Some(resource.origin_of(path));
        self.world.doubt(GapKind::NotModelled, what, origin)
    }
}

impl<L: Located> Lowering<'_, L> {
    /// Enters a border for each managed resource of an unlisted type that names several networks, also inside of texts: whatever it
    /// is, it may carry packets between them.
    pub fn bridges(&mut self, is_unlisted: impl Fn(&str) -> bool) {
        for resource in self.all_unlisted(is_unlisted) {
            let networks = self.networks_held_by(resource);
            if networks.len() > 1 {
                let what = format!(
                    "`{}` names several networks and may carry packets between them: `{}` is not modelled",
                    resource.address, resource.kind
                );
                let origin = Some(resource.origin.clone());
                let doubt = self.world.doubt(GapKind::NotModelled, what, origin);
                self.bridge(resource, &networks, &doubt);
            }
        }
    }

    fn networks_held_by(&self, resource: &Resource) -> BTreeSet<Id<Network>> {
        let mut leaves = Vec::new();
        leaves_of(&resource.values, "", &mut leaves);
        let mut named = BTreeSet::new();
        for (_, value) in leaves {
            let links = self.graph.follow(value, &[]);
            named.extend(links.targets.iter().map(|target| target.resource));
            if let Some(text) = value.text() {
                named.extend(self.named_in(text, false));
            }
        }
        self.networks_that_are(&named)
    }

    /// The networks among some resources.
    fn networks_that_are(&self, named: &BTreeSet<Id<Resource>>) -> BTreeSet<Id<Network>> {
        let networks = named.iter().filter_map(|id| self.lowered.network_of(*id));
        networks.collect()
    }

    /// Enters a border for each template that may join networks: those that it names or holds a part of, or all of the cloud where it
    /// may name any, whatever plan or state they stand in.
    pub fn template_bridges(&mut self, of: &Templates) {
        for template in self.templates(of) {
            let resource = template.resource;
            let mut networks = self.networks_that_are(&template.named);
            let subnets = template
                .named
                .iter()
                .filter_map(|id| self.lowered.subnet_of(*id));
            networks.extend(subnets.map(|id| self.world.subnets[id].network));
            if template.open.is_some() {
                let all = self.graph.resources.ids();
                networks.extend(all.filter_map(|id| self.lowered.network_of(id)));
            }
            let doubt = self.may_make(&template);
            let is_there = |border: &Border| border.name == resource.address;
            let is_there = self.world.borders.iter().any(|(_, own)| is_there(own));
            if networks.len() > 1 && !is_there {
                self.bridge(resource, &networks, &doubt);
            }
        }
    }

    /// Enters a border for each managed resource of a type that calls itself a peering, is not modelled and names one network: at the
    /// other end is one that the input does not hold.
    pub fn half_known_peerings(&mut self, is_gap: impl Fn(&str) -> bool) {
        let is_peering = |kind: &str| kind.contains("peering") && is_gap(kind);
        for resource in self.all_unlisted(is_peering) {
            let mut networks = self.networks_held_by(resource);
            if networks.len() == 1 {
                networks.insert(self.far_end(resource));
                let what = format!(
                    "`{}` may carry packets between {}: `{}` is not modelled",
                    resource.address,
                    listed_networks(self.world, &networks),
                    resource.kind
                );
                let origin = Some(resource.origin.clone());
                let doubt = self.world.doubt(GapKind::NotModelled, what, origin);
                self.bridge(resource, &networks, &doubt);
            }
        }
    }

    /// The network at the other end of a peering.
    fn far_end(&mut self, resource: &Resource) -> Id<Network> {
        let name = format!("far end of {}", resource.address);
        let world = &mut *self.world;
        let outer = self.lowered.outer_networks();
        outer.enter(world, &name, Some(&resource.origin), None)
    }

    fn bridge(&mut self, resource: &Resource, networks: &BTreeSet<Id<Network>>, doubt: &Doubt) {
        let pairs = networks.iter().flat_map(|from| {
            let others = networks.iter().filter(move |to| *to != from);
            others.map(move |to| (*from, *to))
        });
        let end = |id: Id<Network>| (id, self.world.networks[id].addresses.clone());
        let leg = |(from, to)| Leg::unknown(end(from), end(to), doubt.clone());
        let legs = pairs.map(leg).collect();
        self.world.borders.push(Border {
            name: resource.address.clone(),
            kind: "unmodelled connection",
            legs,
            state: "may carry packets between the networks that it names".to_owned(),
            origin: Some(resource.origin.clone()),
        });
    }
}

/// The values at the ends of a resource, each with the last name on the way to it; a list of values is one end.
fn leaves_of<'a>(value: &'a Value, name: &'a str, out: &mut Vec<(&'a str, &'a Value)>) {
    match value {
        Value::Map(map) => map
            .iter()
            .for_each(|(name, inner)| leaves_of(inner, name.as_ref(), out)),
        Value::List(items) if items.iter().any(|item| matches!(item, Value::Map(_))) => {
            items.iter().for_each(|item| leaves_of(item, name, out));
        }
        value if is_set(value) && !value.items().is_empty() => out.push((name, value)),
        _ => {}
    }
}
