//! Services that relay connections between networks ([`Relay`]): which networks they join follows from how their parts name
//! each other. What a service lets through (its own policies, listeners and targets) is not judged, so that every connection
//! from a client's network to a server's is possible that the groups of its endpoints let in.

use super::gate::{gate, groups_in, listed_networks};
use super::{Attribute, Lowering, OuterNetworks, is_set};
use crate::ingest::terraform::{Mode, Resource};
use crate::model::{
    AddressSet, Border, Direction, Doubt, Endpoint, Filter, GapKind, Id, Leg, Network, Relay,
    Subnet,
};
use std::collections::{BTreeMap, BTreeSet};

/// A service of a provider.
#[derive(Clone, Copy, Debug)]
pub struct RelayService {
    /// As the provider calls it.
    pub name: &'static str,
    /// The resource types that it is made of.
    pub parts: &'static [Part],
    /// Whether a server that a part names or is may be reached past its own groups: by connections of the service's own, and not by
    /// its interfaces.
    pub may_bypass: fn(&Resource) -> bool,
}

/// A resource type of a service. Attributes are dotted paths.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// The type.
    pub kind: &'static str,
    /// Attributes that name the networks of clients, or things in them.
    pub clients: &'static [&'static str],
    /// Attributes that name the networks of servers, or things in them.
    pub servers: &'static [&'static str],
    /// Attributes that name other parts.
    pub joins: &'static [&'static str],
    /// Whether a resource of the type is a part; some types serve other ends as well.
    pub is_part: fn(&Resource) -> bool,
}

impl Part {
    /// A type that is a part whatever its attributes say.
    #[must_use]
    pub const fn new(
        kind: &'static str,
        clients: &'static [&'static str],
        servers: &'static [&'static str],
        joins: &'static [&'static str],
    ) -> Self {
        Part {
            kind,
            clients,
            servers,
            joins,
            is_part: |_| true,
        }
    }
}

/// What the resources of a cloud became.
pub trait Located {
    /// The network that a resource is.
    fn network_of(&self, resource: Id<Resource>) -> Option<Id<Network>>;
    /// The subnet that a resource is.
    fn subnet_of(&self, resource: Id<Resource>) -> Option<Id<Subnet>>;
    /// The endpoint that a resource is.
    fn endpoint_of(&self, resource: Id<Resource>) -> Option<Id<Endpoint>>;
    /// The networks that the input does not hold.
    fn outer_networks(&mut self) -> &mut OuterNetworks;
}

/// What parts are known by to each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Resource(Id<Resource>),
    /// An id or a name that no resource of the input has.
    Text(String),
    /// What could not be resolved: it may be any.
    Any,
}

/// One part, with what it names.
#[derive(Default)]
struct Found {
    keys: BTreeSet<Key>,
    clients: BTreeSet<Id<Network>>,
    servers: BTreeSet<Id<Network>>,
    /// Where it takes connections up, by network.
    listens: BTreeMap<Id<Network>, AddressSet>,
    /// The groups that clients have to pass to come in, by network; none where some way in has none.
    gates: BTreeMap<Id<Network>, Option<BTreeSet<Id<Filter>>>>,
    /// Groups of servers that may not judge what the service opens.
    may_bypass: BTreeSet<Id<Filter>>,
    /// What clients name it by, where it is named.
    hub: Option<Id<Resource>>,
}

impl Found {
    fn and(&mut self, other: Found) {
        self.keys.extend(other.keys);
        self.clients.extend(other.clients);
        self.servers.extend(other.servers);
        self.may_bypass.extend(other.may_bypass);
        for (network, addresses) in other.listens {
            let own = self.listens.entry(network).or_default();
            *own = own.union(&addresses);
        }
        for (network, gate) in other.gates {
            self.gate(network, gate);
        }
        self.hub = self.hub.or(other.hub);
    }

    /// Adds a way in for clients of a network.
    fn gate(&mut self, network: Id<Network>, more: Option<BTreeSet<Id<Filter>>>) {
        let own = self
            .gates
            .entry(network)
            .or_insert_with(|| Some(BTreeSet::new()));
        match (own.as_mut(), more) {
            (Some(known), Some(more)) => known.extend(more),
            _ => *own = None,
        }
    }
}

impl<L: Located> Lowering<'_, L> {
    /// Lowers a service: a border for each set of parts that name each other.
    pub fn relay_service(&mut self, service: &RelayService) {
        let mut sets: Vec<Found> = Vec::new();
        for part in service.parts {
            let graph = self.graph;
            for (id, resource) in graph.of(part.kind) {
                if resource.mode == Mode::Managed && (part.is_part)(resource) {
                    let found = self.part(service, part, (id, resource));
                    sets = joined(sets, found);
                }
            }
        }
        for set in sets {
            self.enter_relay(service, &set);
        }
    }

    fn part(
        &mut self,
        service: &RelayService,
        part: &Part,
        (id, resource): (Id<Resource>, &Resource),
    ) -> Found {
        let mut out = Found::default();
        out.keys.insert(Key::Resource(id));
        for path in part.joins {
            let named = self.named_parts(resource, path);
            if !part.clients.is_empty() {
                out.hub = out.hub.or_else(|| {
                    named.iter().find_map(|key| match key {
                        Key::Resource(id) => Some(*id),
                        _ => None,
                    })
                });
            }
            out.keys.extend(named);
        }
        for path in part.clients {
            out.clients.extend(self.relay_networks(resource, path));
        }
        if !part.clients.is_empty() {
            out.clients.extend(self.located_networks(id));
        }
        for path in part.servers {
            out.servers.extend(self.relay_networks(resource, path));
        }
        out.may_bypass = self.bypassed(service, part, (id, resource));
        let endpoint = self.lowered.endpoint_of(id);
        for attachment in endpoint
            .iter()
            .flat_map(|id| &self.world.endpoints[*id].attachments)
        {
            let own = out.listens.entry(attachment.network).or_default();
            *own = own.union(&attachment.addresses);
        }
        for network in out.clients.clone() {
            out.gate(network, groups_in(self.world, endpoint, network));
        }
        out
    }

    /// The resources that an attribute names; any that it may name where it cannot be resolved.
    fn servers_at(&self, resource: &Resource, path: &str) -> Vec<Id<Resource>> {
        let links = self.graph.follow(resource.values.get(path), &[]);
        if !links.targets.is_empty() || !links.foreign.is_empty() {
            return links.targets.iter().map(|own| own.resource).collect();
        }
        match self.graph.types.named_by(&resource.kind, path) {
            Some(class) => {
                let kinds = class.kinds.iter();
                let each = kinds.flat_map(|kind| self.graph.of(kind));
                each.map(|(id, _)| id).collect()
            }
            None => self.graph.resources.ids().collect(),
        }
    }

    /// The groups of the servers that a part is or names, as far as they may be reached past those.
    fn bypassed(
        &self,
        service: &RelayService,
        part: &Part,
        (id, resource): (Id<Resource>, &Resource),
    ) -> BTreeSet<Id<Filter>> {
        let named = part.servers.iter();
        let named = named.flat_map(|path| self.servers_at(resource, path));
        let own = (part.clients.is_empty() && !part.servers.is_empty()).then_some(id);
        let servers = named.chain(own);
        let past = servers.filter(|id| (service.may_bypass)(&self.graph.resources[*id]));
        let endpoints = past.filter_map(|id| self.lowered.endpoint_of(id));
        let attachments = endpoints.flat_map(|id| &self.world.endpoints[id].attachments);
        attachments
            .flat_map(|own| own.filters.iter().copied())
            .collect()
    }

    /// The parts that an attribute names.
    fn named_parts(&self, resource: &Resource, path: &str) -> Vec<Key> {
        let value = resource.values.get(path);
        if !is_set(value) {
            return Vec::new();
        }
        let links = self.graph.follow(value, &[]);
        let own = links
            .targets
            .iter()
            .map(|target| Key::Resource(target.resource));
        let mut out: Vec<Key> = own
            .chain(links.foreign.iter().cloned().map(Key::Text))
            .collect();
        if out.is_empty() && !value.items().is_empty() {
            out.push(Key::Any);
        }
        out
    }

    /// The networks that an attribute names; all of the input where it cannot be resolved.
    fn relay_networks(&mut self, resource: &Resource, path: &str) -> Vec<Id<Network>> {
        let at = Attribute::of(resource, path);
        if !is_set(at.value) || at.value.items().is_empty() {
            return Vec::new();
        }
        let links = self.graph.follow(at.value, &[]);
        if links.targets.is_empty() && links.foreign.is_empty() {
            let known = self.world.networks.iter();
            return known
                .filter(|(_, network)| network.known)
                .map(|(id, _)| id)
                .collect();
        }
        let targets = links.targets.iter();
        targets
            .flat_map(|target| self.located_networks(target.resource))
            .collect()
    }

    /// The networks that a resource is, or is in.
    fn located_networks(&self, resource: Id<Resource>) -> Vec<Id<Network>> {
        let subnet = self.lowered.subnet_of(resource);
        let endpoint = self.lowered.endpoint_of(resource);
        let attachments = endpoint
            .iter()
            .flat_map(|id| &self.world.endpoints[*id].attachments);
        let own = self.lowered.network_of(resource).into_iter();
        own.chain(subnet.map(|id| self.world.subnets[id].network))
            .chain(attachments.map(|attachment| attachment.network))
            .collect()
    }

    fn enter_relay(&mut self, service: &RelayService, set: &Found) {
        let pairs: Vec<(Id<Network>, Id<Network>)> = set
            .clients
            .iter()
            .flat_map(|client| set.servers.iter().map(move |server| (*client, *server)))
            .filter(|(client, server)| client != server)
            .collect();
        let first = set.keys.iter().find_map(|key| match key {
            Key::Resource(id) => Some(*id),
            _ => None,
        });
        let Some(hub) = set.hub.or(first).filter(|_| !pairs.is_empty()) else {
            return;
        };
        let resource = &self.graph.resources[hub];
        let (name, origin) = (self.name(hub), Some(resource.origin.clone()));
        let what = format!(
            "what {} lets through at `{name}` is not judged: clients in {} may reach what is in {}",
            service.name,
            listed_networks(self.world, &set.clients),
            listed_networks(self.world, &set.servers)
        );
        let doubt = self.world.doubt(GapKind::NotJudged, what, origin.clone());
        let clients: BTreeSet<Id<Network>> = pairs.iter().map(|(client, _)| *client).collect();
        let gates: BTreeMap<Id<Network>, Option<Id<Filter>>> = clients
            .into_iter()
            .map(|client| {
                let groups = set.gates.get(&client).and_then(Option::as_ref);
                let filter = groups.and_then(|own| gate(self.world, &name, client, own));
                (client, filter)
            })
            .collect();
        let legs = pairs
            .into_iter()
            .map(|pair| {
                let gate = gates.get(&pair.0).copied().flatten();
                self.relay_leg(pair, (set, gate), &doubt)
            })
            .collect();
        self.world.borders.push(Border {
            name,
            kind: service.name,
            legs,
            state: "takes connections up and opens them anew in the other network".to_owned(),
            origin,
        });
    }

    fn relay_leg(
        &self,
        (from, to): (Id<Network>, Id<Network>),
        (set, gate): (&Found, Option<Id<Filter>>),
        doubt: &Doubt,
    ) -> Leg {
        let listens = set.listens.get(&from).cloned();
        let end = |id: Id<Network>| (id, self.world.networks[id].addresses.clone());
        Leg {
            filters: gate
                .into_iter()
                .map(|own| (own, Direction::Ingress))
                .collect(),
            may_bypass: set.may_bypass.iter().copied().collect(),
            relay: Some(Relay {
                listens: listens.unwrap_or_else(AddressSet::all),
                sends: AddressSet::all(),
            }),
            ..Leg::unknown(end(from), end(to), doubt.clone())
        }
    }
}

/// The sets, with those joined that a part names.
fn joined(sets: Vec<Found>, mut found: Found) -> Vec<Found> {
    let meets = |set: &Found, other: &Found| {
        set.keys.contains(&Key::Any)
            || other.keys.contains(&Key::Any)
            || !set.keys.is_disjoint(&other.keys)
    };
    let (own, mut rest): (Vec<Found>, Vec<Found>) =
        sets.into_iter().partition(|set| meets(set, &found));
    own.into_iter().rev().for_each(|set| {
        let later = std::mem::replace(&mut found, set);
        found.and(later);
    });
    rest.push(found);
    rest
}
