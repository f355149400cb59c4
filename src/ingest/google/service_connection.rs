//! Private services access: a peering with the network of a service producer, whose instances have addresses out of ranges
//! that were reserved for it. A peer of the network does not reach them: peering is not transitive.
//! Source: cloud.google.com/vpc/docs/private-services-access, "Private services access"; Terraform provider,
//! `google_service_networking_connection`.

use super::lowering::{At, Attribute, Lowering};
use super::on_demand::Shape;
use super::peered::{Peering, PeeringEnd};
use super::peering::{config_of, legs};
use super::stage::{AtServiceConnections, WithProducers};
use crate::ingest::lowering::{Blocks, Family, Flag};
use crate::ingest::terraform::{Mode, NamedBy, Resource, ResourceFamily, Value};
use crate::model::{AddressSet, Border, Doubt, Id, Network, NetworkOwner, Subnet};

/// The resource type.
pub const KIND: &str = "google_service_networking_connection";

/// Private connections to service producers, with the ranges reserved for them.
#[must_use]
pub fn family() -> Family<AtServiceConnections> {
    Family {
        resources: ResourceFamily {
            types: vec![
                "google_compute_global_address",
                "google_service_networking_connection",
            ],
            references: vec![NamedBy::new(
                &["google_compute_global_address", "google_compute_address"],
                &["reserved_peering_ranges", "nat_ips"],
            )],
            required: &[(
                "google_service_networking_connection",
                &["network", "reserved_peering_ranges"],
            )],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers connections: the producer's network with one subnet, and the peering.
fn lower(lowering: &mut Lowering<AtServiceConnections>) {
    let graph = lowering.graph;
    for (id, resource) in graph
        .of(KIND)
        .filter(|(_, resource)| resource.mode == Mode::Managed)
    {
        let networks = lowering.networks(Attribute::of(resource, "network"));
        let ranges = ranges(lowering, resource, "reserved_peering_ranges");
        for network in networks.all() {
            let mut border = lowering.name(id);
            if networks.items.len() > 1 {
                border = format!("{border} of {}", lowering.world.networks[network].name);
            }
            let producer = Producer {
                resource,
                border,
                config: config_of(lowering, id),
                ranges: ranges.clone(),
            };
            let producer = lowering.enter_producer(network, &networks.doubt(), producer);
            lowering.lowered.made.producers.push(producer);
        }
    }
}

/// The addresses of the reserved ranges that an attribute names.
pub fn ranges<L>(lowering: &mut Lowering<'_, L>, resource: &Resource, path: &str) -> Blocks {
    let graph = lowering.graph;
    let mut out = Blocks::default();
    let at = Attribute::of(resource, path);
    for item in at.value.items() {
        let targets = graph
            .follow(item, &["google_compute_global_address"])
            .targets;
        let meant = targets
            .iter()
            .map(|target| &graph.resources[target.resource]);
        let same: Vec<&Resource> = meant
            .filter(|own| item.text().is_none() || own.input == resource.input)
            .collect();
        match same.as_slice() {
            [range, ..] => out.add(&range_of(lowering, range)),
            [] => out.add(&lowering.blocks(at.with(item))),
        }
    }
    out
}

/// `address` and `prefix_length` of a reserved range.
fn range_of<L>(lowering: &mut Lowering<'_, L>, range: &Resource) -> Blocks {
    let address = range.values.get("address");
    let text = address
        .text()
        .zip(range.values.get("prefix_length").integer())
        .map(|(text, length)| Value::Text(format!("{text}/{length}")));
    match text {
        Some(text) => lowering.blocks(Attribute {
            resource: range,
            path: "address",
            value: &text,
        }),
        None => Blocks {
            addresses: AddressSet::none(),
            rest: lowering.unknown(Attribute::of(range, "address")),
        },
    }
}

/// A producer's network to be made.
pub struct Producer<'r> {
    /// What brings it along.
    pub resource: &'r Resource,
    /// Name of the peering.
    pub border: String,
    /// What says which routes the peering exchanges.
    pub config: Option<&'r Resource>,
    /// Its addresses.
    pub ranges: Blocks,
}

impl<B, M: WithProducers> Lowering<'_, At<B, M>> {
    /// Adds the network of a service producer, peered with a network of the input.
    pub fn enter_producer(
        &mut self,
        network: Id<Network>,
        doubt: &Doubt,
        producer: Producer,
    ) -> Id<Network> {
        let Producer {
            resource,
            border,
            config,
            ranges,
        } = producer;
        let name = format!("service network of {border}");
        let origin = Some(resource.origin.clone());
        let near = self.world.networks[network].addresses.clone();
        let (addresses, unsure) = ranges.or(super::ranges::private().difference(&near));
        let own = Network {
            name: name.clone(),
            addresses: AddressSet::none(),
            owner: NetworkOwner::default(),
            known: true,
            doubt: unsure.clone(),
            origin: origin.clone(),
        };
        let far = self.enter_network(own);
        let subnet = Subnet {
            name: format!("ranges of {border}"),
            network: far,
            addresses: addresses.clone(),
            tables: Vec::new(),
            filters: Vec::new(),
            filters_inside: false,
            doubt: unsure.clone(),
            origin: origin.clone(),
        };
        self.enter_subnet(
            subnet,
            Shape {
                primary: addresses,
                ..Shape::default()
            },
        );
        let legs = legs(self, [network, far], doubt, &[]);
        let state = "active once applied, made for a service".to_owned();
        let border = self.world.borders.push(Border {
            name: border,
            kind: "private services access",
            legs,
            state,
            origin,
        });
        let by = config.unwrap_or(resource);
        let ends = self.service_ends(network, far, by);
        self.lowered.made.peerings().push(Peering {
            border,
            ends,
            doubt: doubt.clone(),
        });
        far
    }

    /// What the network and the producer's network export and import: `by` says it of the network's end.
    fn service_ends(
        &mut self,
        network: Id<Network>,
        far: Id<Network>,
        by: &Resource,
    ) -> [PeeringEnd; 2] {
        let set = |on: bool| Flag {
            on,
            doubt: Doubt::none(),
        };
        let mut own = |path: &str, default: bool| self.flag(by, path, default);
        let near = PeeringEnd {
            network,
            exports_custom: own("export_custom_routes", false),
            imports_custom: own("import_custom_routes", false),
            exports_public: own("export_subnet_routes_with_public_ip", true),
            imports_public: own("import_subnet_routes_with_public_ip", false),
            six: set(false),
        };
        let producers = PeeringEnd {
            network: far,
            exports_custom: set(false),
            imports_custom: set(true),
            exports_public: set(true),
            imports_public: set(true),
            six: set(false),
        };
        [near, producers]
    }
}
