//! Virtual networks: managed, read, and only named. Source: azurerm provider, `azurerm_virtual_network`.

use super::lowering::{At, Attribute, Found, Lowering};
use super::on_demand::Foreign;
use super::stage::{AtNetworks, Networks};
use crate::ingest::lowering::{Family, Sees};
use crate::ingest::terraform::{Mode, NamedBy, Resource, ResourceFamily, Target};
use crate::model::{AddressSet, Doubt, GapKind, Id, Network, NetworkOwner};

const KIND: &str = "azurerm_virtual_network";

/// Virtual networks.
#[must_use]
pub fn family() -> Family<AtNetworks> {
    Family {
        resources: ResourceFamily {
            types: vec!["azurerm_virtual_network"],
            references: vec![NamedBy::new(
                &["azurerm_virtual_network"],
                &[
                    "virtual_network_name",
                    "virtual_network_id",
                    "remote_virtual_network_id",
                    "vnet_id",
                ],
            )],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers virtual networks with their whole address space.
fn lower(lowering: &mut Lowering<AtNetworks>) {
    let graph = lowering.graph;
    for wanted in [Mode::Managed, Mode::Data] {
        for (id, resource) in graph
            .of(KIND)
            .filter(|(_, resource)| resource.mode == wanted)
        {
            let twin = lowering.twin(resource, |lowering, id| {
                lowering.lowered.made.of.get(&id).copied()
            });
            let network = twin.unwrap_or_else(|| network(lowering, id, resource));
            lowering.lowered.made.of.insert(id, network);
        }
    }
}

fn network(
    lowering: &mut Lowering<AtNetworks>,
    id: Id<Resource>,
    resource: &Resource,
) -> Id<Network> {
    let at = Attribute::of(resource, "address_space");
    let mut blocks = lowering.blocks(at);
    if blocks.addresses.is_empty() && blocks.rest.is_certain() {
        blocks.rest = lowering.unknown(at);
    }
    let (addresses, mut doubt) = blocks.or(AddressSet::all());
    if resource.mode == Mode::Data {
        let what = format!(
            "`{}` is only read: its routes, peerings and filters are known only as far as the input holds them",
            resource.address
        );
        doubt = doubt.and(&lowering.world.doubt(
            GapKind::NotInInput,
            what,
            Some(resource.origin.clone()),
        ));
    }
    let known = resource.mode == Mode::Managed;
    let (name, origin) = (lowering.name(id), Some(resource.origin.clone()));
    lowering.world.networks.push(Network {
        name,
        addresses,
        owner: owner(resource),
        known,
        doubt,
        origin,
    })
}

/// Subscription and location. (A location may be written `West Europe` and `westeurope`.)
fn owner(resource: &Resource) -> NetworkOwner {
    let id = resource.values.get("id").text().unwrap_or_default();
    let subscription = id.split('/').nth(2).filter(|part| !part.is_empty());
    let location = resource.values.get("location").text();
    NetworkOwner {
        account: subscription.map(str::to_ascii_lowercase),
        region: location.map(|name| name.replace(' ', "").to_ascii_lowercase()),
    }
}

/// What names a network that is not in the input: its id, or the end of it where only its name and resource group are known.
fn foreign_key(by: &Resource, id: &str) -> String {
    let group = by.values.get("resource_group_name").text();
    let key = match group.filter(|_| !id.contains(['/', ' '])) {
        Some(group) => {
            format!("/resourceGroups/{group}/providers/Microsoft.Network/virtualNetworks/{id}")
        }
        None => id.to_owned(),
    };
    key.to_ascii_lowercase()
}

impl Foreign {
    /// The network of a key, which may be given by its id in one place and by its name in another.
    fn network(&self, key: &str) -> Option<Id<Network>> {
        let end = key.find("/resourcegroups/").and_then(|at| key.get(at..));
        let mut others = self.networks.iter();
        let exact = self.networks.get(key).or_else(|| self.networks.get(end?));
        exact.copied().or_else(|| {
            let by_id = others.find(|(own, _)| end == Some(key) && own.ends_with(key));
            by_id.map(|(_, network)| *network)
        })
    }
}

impl<B: Sees<Networks>, M> Lowering<'_, At<B, M>> {
    /// The networks whose id an attribute holds; those that the input only names are added to the world. Where it is open which are
    /// meant, each of the input may be.
    pub fn networks(&mut self, at: Attribute) -> Found<Id<Network>> {
        let own = |lowering: &Self, target: &Target| match target.attribute.as_str() {
            "id" | "" => lowering
                .seen::<Networks>()
                .of
                .get(&target.resource)
                .copied(),
            _ => None,
        };
        let mut found = self.find(at, own, |lowering, at, id| {
            Some(lowering.foreign_network(at, id))
        });
        found.or_any(self.seen::<Networks>().of.values().copied());
        found
    }

    /// The networks whose name an attribute holds; where it is open which are meant, each of the input.
    pub fn networks_named(&mut self, at: Attribute) -> Found<Id<Network>> {
        let found = self.by_name(at, KIND);
        let mut out = Found {
            items: Vec::new(),
            rest: found.rest,
        };
        for (id, doubt) in found.items {
            if let Some(network) = self.seen::<Networks>().of.get(&id).copied() {
                out.add(network, doubt);
            }
        }
        if let (true, Some(name)) = (out.items.is_empty(), at.value.text()) {
            let network = self.foreign_network(at, name);
            out = Found {
                items: vec![(network, Doubt::none())],
                rest: Doubt::none(),
            };
        }
        out.or_any(self.seen::<Networks>().of.values().copied());
        out
    }

    /// Adds to what an attribute names, where that is open, a network that the input does not hold.
    pub fn or_beyond(&mut self, at: Attribute, found: &mut Found<Id<Network>>, beyond: &str) {
        if found.rest.is_certain() && !found.items.is_empty() {
            return;
        }
        let beyond = self.foreign_network(at, beyond);
        found.add(beyond, found.rest.clone());
    }

    /// The network with a known id or name that is not in the input.
    pub fn foreign_network(&mut self, at: Attribute, id: &str) -> Id<Network> {
        let key = foreign_key(at.resource, id);
        if let Some(network) = self.lowered.on_demand.foreign.network(&key) {
            return network;
        }
        let doubt = self.not_in_input(at, id);
        let origin = Some(at.resource.origin_of(at.path));
        let network = Network {
            name: id.to_owned(),
            addresses: AddressSet::all(),
            owner: NetworkOwner::default(),
            known: false,
            doubt,
            origin,
        };
        let network = self.world.networks.push(network);
        self.lowered.on_demand.foreign.networks.insert(key, network);
        network
    }
}
