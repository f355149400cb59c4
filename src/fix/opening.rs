//! A rule of filters that lets pass, and who stands behind those filters.

use super::stuck::Stuck;
use crate::model::{
    AddressSet, Attachment, Direction, Endpoint, Filter, FilterAction, FilterPeer, FilterRule, Id,
    Network, Origin, Traffic, World,
};
use crate::rules::Finding;
use std::collections::BTreeSet;

/// A rule that lets pass, by the line that declares it. Several filters may hold it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    pub(super) origin: Origin,
    pub(super) direction: Direction,
}

impl Opening {
    /// The rule that a finding is about; none where it is about something else, or about a rule that denies.
    #[must_use]
    pub fn of(finding: &Finding, world: &World) -> Option<Self> {
        if !finding.passages.is_empty() || !finding.path.is_empty() {
            return None;
        }
        let own = world
            .filters
            .iter()
            .filter(|(_, own)| own.name == finding.subject);
        let mut rules = own.flat_map(|(_, own)| {
            let sides = Direction::BOTH.into_iter();
            sides.flat_map(|direction| {
                own.rules(direction)
                    .iter()
                    .map(move |rule| (direction, rule))
            })
        });
        rules.find_map(|(direction, rule)| {
            let origin = rule.origin.as_ref()?;
            let is_it = rule.action == FilterAction::Allow && origin.place == finding.place;
            is_it.then(|| Opening {
                origin: origin.clone(),
                direction,
            })
        })
    }

    /// The same rule in a world that is read from changed files, where other lines stand above it; none where it is gone.
    #[must_use]
    pub fn again(&self, before: &World, after: &World) -> Option<Self> {
        let (_, own) = self.rules(before).next()?;
        let filters = after.filters.iter();
        let mut rules = filters.flat_map(|(_, filter)| filter.rules(self.direction));
        rules.find_map(|rule| {
            let origin = rule.origin.as_ref()?;
            let is_it = origin.address == self.origin.address
                && rule.peer == own.peer
                && rule.traffic == own.traffic
                && rule.order == own.order;
            is_it.then(|| Opening {
                origin: origin.clone(),
                direction: self.direction,
            })
        })
    }

    /// The rule in all filters that hold it.
    fn rules<'w>(&'w self, world: &'w World) -> impl Iterator<Item = (Id<Filter>, &'w FilterRule)> {
        world.filters.iter().flat_map(move |(id, filter)| {
            let rules = filter.rules(self.direction).iter();
            let own = rules.filter(|rule| rule.origin.as_ref() == Some(&self.origin));
            own.map(move |rule| (id, rule))
        })
    }

    /// The addresses of the other end.
    pub fn addresses(&self, world: &World) -> Result<AddressSet, Stuck> {
        let mut out = AddressSet::none();
        for (_, rule) in self.rules(world) {
            if !rule.doubt.is_certain() {
                return Err(Stuck::Doubtful(self.origin.address.clone()));
            }
            if let FilterPeer::Addresses(own) = &rule.peer {
                out = out.union(own);
            }
        }
        Ok(out)
    }

    /// The packets.
    pub fn traffic(&self, world: &World) -> Traffic {
        self.rules(world)
            .map(|(_, rule)| rule.traffic.clone())
            .collect()
    }

    /// The filters that hold the rule.
    pub fn filters(&self, world: &World) -> BTreeSet<Id<Filter>> {
        self.rules(world).map(|(id, _)| id).collect()
    }

    /// The first other rule beside it that lets pass what comes from some addresses.
    pub fn beside(&self, addresses: &AddressSet, world: &World) -> Option<String> {
        let traffic = self.traffic(world);
        let filters = self.filters(world).into_iter().map(|id| &world.filters[id]);
        let mut others = filters.flat_map(|own| own.rules(self.direction));
        let other = others.find(|rule| {
            let meets = match &rule.peer {
                FilterPeer::Addresses(own) => !own.is_disjoint(addresses),
                FilterPeer::Members(_) => false,
            };
            meets
                && rule.action == FilterAction::Allow
                && rule.origin.as_ref() != Some(&self.origin)
                && !rule.traffic.intersection(&traffic).is_empty()
        });
        other.map(|rule| match &rule.origin {
            Some(origin) => origin.address.to_string(),
            None => "a rule of the provider's own".to_owned(),
        })
    }
}

/// Who stands behind some filters.
#[derive(Clone, Debug, Default)]
pub(super) struct Guarded {
    /// Their networks.
    pub networks: BTreeSet<Id<Network>>,
    /// Ids of workloads and names of resources.
    pub names: BTreeSet<String>,
    /// The resources among them.
    pub endpoints: Vec<Id<Endpoint>>,
}

impl Guarded {
    pub fn by(filters: &BTreeSet<Id<Filter>>, world: &World) -> Self {
        let mut out = Guarded::default();
        let is_behind = |own: &&Attachment| {
            let subnet = own.subnet.map(|id| &world.subnets[id]);
            let subnet = subnet.into_iter().flat_map(|own| &own.filters);
            own.filters
                .iter()
                .chain(subnet)
                .any(|filter| filters.contains(filter))
        };
        for (id, endpoint) in world.endpoints.iter() {
            let behind = endpoint.attachments.iter().filter(is_behind);
            let networks: Vec<_> = behind.map(|own| own.network).collect();
            if !networks.is_empty() {
                out.networks.extend(networks);
                out.names.insert(endpoint.name.clone());
                out.endpoints.push(id);
            }
        }
        for (id, workload) in world.workloads.iter() {
            let placements = workload.pod_placements.iter();
            let places = placements.flat_map(|own| std::iter::once(&own.pod).chain(&own.node));
            let networks: Vec<_> = places.filter(is_behind).map(|own| own.network).collect();
            if !networks.is_empty() {
                out.networks.extend(networks);
                out.names.insert(world.workload_name(id));
            }
        }
        let subnets = world.subnets.iter();
        let own = subnets.filter(|(_, own)| own.filters.iter().any(|id| filters.contains(id)));
        out.networks.extend(own.map(|(_, own)| own.network));
        out
    }
}
