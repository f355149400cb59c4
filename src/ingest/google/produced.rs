//! Instances of managed services with private addresses: databases, caches, file shares. They stand in the network of the
//! service's producer and no firewall rule of the user's filters them. They answer, and open no connections of their own.
//! Source: cloud.google.com/sql/docs/postgres/private-ip; cloud.google.com/memorystore/docs/redis/networking, "Connection modes".

use super::lowering::{Attribute, Lowering, is_set};
use super::service_connection::{Producer, ranges};
use super::stage::{AtProducedServices, ServiceConnections};
use crate::ingest::lowering::{Blocks, Family, by_user};
use crate::ingest::terraform::{Mode, Resource, ResourceFamily, Value};
use crate::model::{AddressSet, Attachment, Doubt, GapKind, Id, Network, PivotRisk};

/// A type of managed service.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    /// The type.
    pub kind: &'static str,
    /// What it is, for a person.
    pub noun: &'static str,
    /// The attribute that names the network of its users.
    pub network: &'static str,
    /// The attribute that names the reserved range it is in, or holds the block of a peering of its own.
    pub range: &'static str,
    /// Attributes that hold its own addresses.
    pub addresses: &'static [&'static str],
    /// The attribute that says how it is joined to that network; its peering is the private connection of the network where
    /// this is absent.
    pub mode: &'static str,
}

const fn service(
    kind: &'static str,
    noun: &'static str,
    network: &'static str,
    range: &'static str,
    addresses: &'static [&'static str],
    mode: &'static str,
) -> Service {
    Service {
        kind,
        noun,
        network,
        range,
        addresses,
        mode,
    }
}

const PRIVATE_SQL: &str = "settings.ip_configuration.private_network";

/// All types.
pub const SERVICES: &[Service] = &[
    service(
        "google_sql_database_instance",
        "database instance",
        PRIVATE_SQL,
        "settings.ip_configuration.allocated_ip_range",
        &["private_ip_address"],
        "",
    ),
    service(
        "google_alloydb_cluster",
        "database cluster",
        "network_config.network",
        "network_config.allocated_ip_range",
        &[],
        "",
    ),
    service(
        "google_redis_instance",
        "cache",
        "authorized_network",
        "reserved_ip_range",
        &["host", "read_endpoint"],
        "connect_mode",
    ),
    service(
        "google_memcache_instance",
        "cache",
        "authorized_network",
        "reserved_ip_range_id",
        &[],
        "",
    ),
    service(
        "google_filestore_instance",
        "file share",
        "networks.network",
        "networks.reserved_ip_range",
        &["networks.ip_addresses"],
        "networks.connect_mode",
    ),
];

/// Instances of managed services.
#[must_use]
pub fn family() -> Family<AtProducedServices> {
    Family {
        resources: ResourceFamily {
            types: SERVICES.iter().map(|service| service.kind).collect(),
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers every instance that has a network.
fn lower(lowering: &mut Lowering<AtProducedServices>) {
    let graph = lowering.graph;
    for service in SERVICES {
        for (id, resource) in graph
            .of(service.kind)
            .filter(|(_, resource)| resource.mode == Mode::Managed)
        {
            let value = network(resource, service);
            if is_set(value)
                || ["google_redis_instance", "google_memcache_instance"].contains(&service.kind)
            {
                place(lowering, id, resource, service);
            }
        }
    }
}

/// The value that names the network of its users. Source: `google_sql_database_instance`, which never fills it in by itself.
fn network<'r>(resource: &'r Resource, service: &Service) -> &'r Value {
    let value = resource.values.get(service.network);
    if service.network == PRIVATE_SQL {
        by_user(value)
    } else {
        value
    }
}

fn place(
    lowering: &mut Lowering<AtProducedServices>,
    id: Id<Resource>,
    resource: &Resource,
    service: &Service,
) {
    let at = Attribute::of(resource, service.network).with(network(resource, service));
    let default = Value::Text("default".to_owned());
    let networks = lowering.networks(if is_set(at.value) {
        at
    } else {
        at.with(&default)
    });
    let mode = resource
        .values
        .get(service.mode)
        .text()
        .unwrap_or("DIRECT_PEERING");
    let mut attachments = Vec::new();
    for (network, doubt) in &networks.items {
        let doubt = doubt.and(&networks.rest);
        if mode == "PRIVATE_SERVICE_CONNECT" {
            channel(lowering, resource);
        } else if service.mode.is_empty() || mode == "PRIVATE_SERVICE_ACCESS" {
            attachments.extend(by_connection(lowering, resource, service, *network, &doubt));
        } else {
            attachments.extend(by_own_peering(
                lowering, id, resource, service, *network, &doubt,
            ));
        }
    }
    lowering.enter_endpoint(
        id,
        resource,
        service.noun,
        attachments,
        true,
        PivotRisk::Never,
    );
}

fn channel(lowering: &mut Lowering<AtProducedServices>, resource: &Resource) {
    let what = format!(
        "`{}` is reached by Private Service Connect: another channel across the border, which is not judged",
        resource.address
    );
    lowering
        .world
        .doubt(GapKind::NotModelled, what, Some(resource.origin.clone()));
}

/// Over the private connection of the network. Where the input holds none, there must be one elsewhere.
fn by_connection(
    lowering: &mut Lowering<AtProducedServices>,
    resource: &Resource,
    service: &Service,
    network: Id<Network>,
    doubt: &Doubt,
) -> Vec<Attachment> {
    let mut far = producers_of(lowering, network);
    let mut doubt = doubt.clone();
    if far.is_empty() {
        let name = lowering.world.networks[network].name.clone();
        let what = format!(
            "the private connection of `{name}` to services, which `{}` needs, is not in the input",
            resource.address
        );
        doubt = doubt.and(&lowering.world.doubt(
            GapKind::NotInInput,
            what,
            Some(resource.origin_of(service.network)),
        ));
        let producer = Producer {
            resource,
            border: format!("private connection of {name}"),
            config: None,
            ranges: Blocks {
                addresses: AddressSet::none(),
                rest: doubt.clone(),
            },
        };
        let made = lowering
            .world
            .networks
            .iter()
            .find(|(_, own)| own.name == format!("service network of {}", producer.border))
            .map(|(id, _)| id);
        far.push(made.unwrap_or_else(|| lowering.enter_producer(network, &doubt, producer)));
    }
    let range = ranges(lowering, resource, service.range).addresses;
    far.into_iter()
        .flat_map(|far| attach(lowering, resource, service, far, &range, &doubt))
        .collect()
}

/// The networks of service producers that a network has a private connection with.
fn producers_of(lowering: &Lowering<AtProducedServices>, network: Id<Network>) -> Vec<Id<Network>> {
    let joined = |far: &Id<Network>| {
        lowering
            .seen::<ServiceConnections>()
            .peerings
            .iter()
            .any(|peering| {
                peering.ends.iter().any(|end| end.network == network)
                    && peering.ends.iter().any(|end| end.network == *far)
            })
    };
    let producers = lowering
        .seen::<ServiceConnections>()
        .producers
        .iter()
        .copied();
    producers.filter(joined).collect()
}

/// Over a peering that is made for the instance alone.
fn by_own_peering(
    lowering: &mut Lowering<AtProducedServices>,
    id: Id<Resource>,
    resource: &Resource,
    service: &Service,
    network: Id<Network>,
    doubt: &Doubt,
) -> Vec<Attachment> {
    let mut range = lowering.blocks(Attribute::of(resource, service.range));
    if range == Blocks::default() {
        range.rest = lowering.unknown(Attribute::of(resource, service.range));
    }
    let producer = Producer {
        resource,
        border: format!("peering of {}", lowering.name(id)),
        config: None,
        ranges: range,
    };
    let far = lowering.enter_producer(network, doubt, producer);
    attach(lowering, resource, service, far, &AddressSet::none(), doubt)
}

fn attach(
    lowering: &mut Lowering<AtProducedServices>,
    resource: &Resource,
    service: &Service,
    far: Id<Network>,
    range: &AddressSet,
    doubt: &Doubt,
) -> Vec<Attachment> {
    let known = lowering.addresses_at(resource, service.addresses).addresses;
    let mut out = Vec::new();
    for subnet in lowering.subnets_of(far) {
        let whole = lowering.world.subnets[subnet].addresses.clone();
        let narrowed = [&known, range]
            .map(|own| own.intersection(&whole))
            .into_iter()
            .find(|own| !own.is_empty());
        let doubt = doubt.and(&lowering.world.networks[far].doubt);
        out.push(Attachment {
            network: far,
            subnet: Some(subnet),
            addresses: narrowed.unwrap_or(whole),
            filters: Vec::new(),
            interface: 0,
            doubt,
            origin: Some(resource.origin_of(service.network)),
        });
    }
    out
}
