//! VPC networks: managed, read, and only named. A network has no addresses of its own: they are its subnets'.
//! Source: cloud.google.com/vpc/docs/vpc, "VPC networks", "Subnet creation mode".

use super::lowering::{At, Attribute, Found, Lowering};
use super::stage::{AtNetworks, Networks};
use crate::ingest::lowering::{Family, Sees};
use crate::ingest::terraform::{Mode, NamedBy, Resource, ResourceFamily};
use crate::model::{AddressSet, Doubt, GapKind, Id, Network, NetworkOwner, RouteTable};
use std::collections::BTreeMap;

/// The resource type.
pub const KIND: &str = "google_compute_network";

/// Networks.
#[must_use]
pub fn family() -> Family<AtNetworks> {
    Family {
        resources: ResourceFamily {
            types: vec!["google_compute_network"],
            references: vec![NamedBy::new(
                &["google_compute_network"],
                &[
                    "network",
                    "peer_network",
                    "network_url",
                    "private_network",
                    "authorized_network",
                    "vpc_network",
                ],
            )],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers networks without their subnets, each with the route table that its subnets share.
fn lower(lowering: &mut Lowering<AtNetworks>) {
    let graph = lowering.graph;
    for wanted in [Mode::Managed, Mode::Data] {
        for (id, resource) in graph
            .of(KIND)
            .filter(|(_, resource)| resource.mode == wanted)
        {
            let same = lowering.same(resource, |at| &at.made.of);
            let network = same.unwrap_or_else(|| network(lowering, id, resource));
            lowering.lowered.made.of.insert(id, network);
        }
    }
}

fn networks<B: Sees<Networks>, M>(at: &At<B, M>) -> &BTreeMap<Id<Resource>, Id<Network>> {
    &at.seen::<Networks>().of
}

fn network(
    lowering: &mut Lowering<AtNetworks>,
    id: Id<Resource>,
    resource: &Resource,
) -> Id<Network> {
    let name = lowering.name(id);
    let known = resource.mode == Mode::Managed;
    let (addresses, doubt) = if known {
        (AddressSet::none(), Doubt::none())
    } else {
        let what = format!(
            "`{}` is only read: its routes and firewall are known only as far as the input holds them",
            resource.address
        );
        (
            AddressSet::all(),
            lowering
                .world
                .doubt(GapKind::NotInInput, what, Some(resource.origin.clone())),
        )
    };
    let owner = NetworkOwner {
        account: lowering.project(resource).map(str::to_owned),
        region: None,
    };
    let origin = Some(resource.origin.clone());
    lowering.enter_network(Network {
        name,
        addresses,
        owner,
        known,
        doubt,
        origin,
    })
}

impl<B, M> Lowering<'_, At<B, M>> {
    /// Adds a network with its table.
    pub fn enter_network(&mut self, network: Network) -> Id<Network> {
        let table = RouteTable {
            name: format!("routes of {}", network.name),
            routes: Vec::new(),
            origin: network.origin.clone(),
        };
        let network = self.world.networks.push(network);
        let table = self.world.route_tables.push(table);
        self.lowered.on_demand.tables.insert(network, table);
        network
    }

    /// The network with a name that is not in the input.
    pub fn foreign_network(&mut self, at: Attribute, text: &str) -> Id<Network> {
        let project = self.project(at.resource).unwrap_or_default();
        let name = match text.split("projects/").nth(1) {
            Some(path) => format!("projects/{path}"),
            None if project.is_empty() => text.to_owned(),
            None => format!("projects/{project}/global/networks/{text}"),
        };
        if let Some(network) = self.lowered.on_demand.foreign_networks.get(&name) {
            return *network;
        }
        let doubt = self.not_in_input(at, &name);
        let origin = Some(at.resource.origin_of(at.path));
        let network = Network {
            name: name.clone(),
            addresses: AddressSet::all(),
            owner: NetworkOwner::default(),
            known: false,
            doubt,
            origin,
        };
        let network = self.enter_network(network);
        self.lowered
            .on_demand
            .foreign_networks
            .insert(name, network);
        network
    }
}

impl<B: Sees<Networks>, M> Lowering<'_, At<B, M>> {
    /// The networks that an attribute names; those that the input only names are added to the world. Where it is open which are
    /// meant, each of the input may be.
    pub fn networks(&mut self, at: Attribute) -> Found<Id<Network>> {
        let mut found = self.things(at, networks, |lowering, at, text| {
            Some(lowering.foreign_network(at, text))
        });
        found.or_any(self.seen::<Networks>().of.values().copied());
        found
    }

    /// As [`Lowering::networks`], and where that is open also one that the input does not hold.
    pub fn networks_or(&mut self, at: Attribute, beyond: &str) -> Found<Id<Network>> {
        let mut found = self.networks(at);
        if !found.rest.is_certain() || found.items.is_empty() {
            let beyond = self.foreign_network(at, beyond);
            found.add(beyond, found.rest.clone());
        }
        found
    }
}
