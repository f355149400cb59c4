//! Services that stand in the subnets that they are given: all alike but for the names of their attributes. The network
//! security group of the subnet holds for them. Source: azurerm provider, argument references; "Deploy dedicated Azure
//! services into virtual networks" (virtual-network-for-azure-services).

use super::attachment::{AttachmentSpec, add_new};
use super::lowering::{Attribute, Blocks, Found, Lowering, is_set};
use super::stage::AtEndpoints;
use crate::ingest::lowering::{Family, by_user};
use crate::ingest::terraform::{Mode, NamedBy, Resource, ResourceFamily};
use crate::model::{AddressSet, Id, PivotRisk};

/// How one resource type names what it stands in.
#[derive(Clone, Copy, Debug)]
pub struct Placement {
    /// The type.
    pub kind: &'static str,
    /// What it is, for a person.
    pub noun: &'static str,
    /// Attributes that name subnets, some of them in a repeated block (`frontend_ip_configuration.subnet_id`).
    pub subnets: &'static [&'static str],
    /// Attributes that hold its addresses there.
    pub addresses: &'static [&'static str],
    /// Whether it only answers and opens no connections.
    pub answers_only: bool,
    /// Whether it takes no connections where it stands.
    pub sends_only: bool,
    /// Whether its blocks say which family of addresses theirs is of.
    pub by_family: bool,
    /// Whether who gets into it can go on from there.
    pub pivot_risk: PivotRisk,
}

const fn placed(
    kind: &'static str,
    noun: &'static str,
    subnets: &'static [&'static str],
    addresses: &'static [&'static str],
) -> Placement {
    Placement {
        kind,
        noun,
        subnets,
        addresses,
        answers_only: false,
        sends_only: false,
        by_family: false,
        pivot_risk: PivotRisk::Never,
    }
}

/// A managed data service: it answers, and opens no connections of its own.
const fn data(
    kind: &'static str,
    noun: &'static str,
    subnets: &'static [&'static str],
    addresses: &'static [&'static str],
) -> Placement {
    Placement {
        answers_only: true,
        ..placed(kind, noun, subnets, addresses)
    }
}

/// What opens connections from its subnet, and takes none there.
const fn sender(
    kind: &'static str,
    noun: &'static str,
    subnets: &'static [&'static str],
    addresses: &'static [&'static str],
) -> Placement {
    Placement {
        sends_only: true,
        ..placed(kind, noun, subnets, addresses)
    }
}

/// What runs its owner's programs.
const fn compute(
    kind: &'static str,
    noun: &'static str,
    subnets: &'static [&'static str],
    addresses: &'static [&'static str],
) -> Placement {
    Placement {
        pivot_risk: PivotRisk::Freely,
        ..placed(kind, noun, subnets, addresses)
    }
}

/// What may run programs, or open connections for who is in it.
const fn perhaps(
    kind: &'static str,
    noun: &'static str,
    subnets: &'static [&'static str],
    addresses: &'static [&'static str],
) -> Placement {
    Placement {
        pivot_risk: PivotRisk::Perhaps,
        ..placed(kind, noun, subnets, addresses)
    }
}

const FRONT: &[&str] = &["frontend_ip_configuration.subnet_id"];
const FRONT_ADDRESS: &[&str] = &["frontend_ip_configuration.private_ip_address"];
const CONFIGURATION: &[&str] = &["ip_configuration.subnet_id"];

/// All of them. One that names no subnet stands in no virtual network.
pub const PLACEMENTS: &[Placement] = &[
    perhaps(
        "azurerm_api_management",
        "API gateway",
        &["virtual_network_configuration.subnet_id"],
        &["private_ip_addresses"],
    ),
    compute(
        "azurerm_app_service_environment_v3",
        "app service environment",
        &["subnet_id"],
        &["internal_inbound_ip_addresses"],
    ),
    placed(
        "azurerm_application_gateway",
        "application gateway",
        &[
            "gateway_ip_configuration.subnet_id",
            "frontend_ip_configuration.subnet_id",
        ],
        &[],
    ),
    perhaps("azurerm_bastion_host", "bastion host", CONFIGURATION, &[]),
    compute(
        "azurerm_container_app_environment",
        "container app environment",
        &["infrastructure_subnet_id"],
        &["static_ip_address"],
    ),
    compute(
        "azurerm_container_group",
        "container group",
        &["subnet_ids"],
        &["ip_address"],
    ),
    compute(
        "azurerm_databricks_workspace",
        "data workspace",
        &[
            "custom_parameters.private_subnet_id",
            "custom_parameters.public_subnet_id",
        ],
        &[],
    ),
    perhaps(
        "azurerm_firewall",
        "firewall",
        CONFIGURATION,
        &["ip_configuration.private_ip_address"],
    ),
    perhaps(
        "azurerm_hdinsight_kafka_cluster",
        "message broker",
        &["roles.worker_node.subnet_id", "roles.head_node.subnet_id"],
        &[],
    ),
    Placement {
        answers_only: true,
        by_family: true,
        ..placed("azurerm_lb", "load balancer", FRONT, FRONT_ADDRESS)
    },
    data(
        "azurerm_mssql_managed_instance",
        "database instance",
        &["subnet_id"],
        &[],
    ),
    data(
        "azurerm_mysql_flexible_server",
        "database server",
        &["delegated_subnet_id"],
        &[],
    ),
    data(
        "azurerm_netapp_volume",
        "file share",
        &["subnet_id"],
        &["mount_ip_addresses"],
    ),
    data(
        "azurerm_postgresql_flexible_server",
        "database server",
        &["delegated_subnet_id"],
        &[],
    ),
    data(
        "azurerm_private_dns_resolver_inbound_endpoint",
        "name resolver",
        &["ip_configurations.subnet_id"],
        &["ip_configurations.private_ip_address"],
    ),
    data(
        "azurerm_redis_cache",
        "cache",
        &["subnet_id"],
        &["private_static_ip_address"],
    ),
    compute(
        "azurerm_spring_cloud_service",
        "application service",
        &["network.app_subnet_id", "network.service_runtime_subnet_id"],
        &[],
    ),
    // Integration with a network is for what these send: nothing comes in by it ("Integrate your app with an Azure virtual
    // network", overview-vnet-integration).
    sender(
        "azurerm_linux_function_app",
        "function app",
        &["virtual_network_subnet_id"],
        &[],
    ),
    sender(
        "azurerm_linux_web_app",
        "web app",
        &["virtual_network_subnet_id"],
        &[],
    ),
    sender(
        "azurerm_windows_function_app",
        "function app",
        &["virtual_network_subnet_id"],
        &[],
    ),
    sender(
        "azurerm_windows_web_app",
        "web app",
        &["virtual_network_subnet_id"],
        &[],
    ),
];

/// Services that stand in the subnets that they are given.
#[must_use]
pub fn family() -> Family<AtEndpoints> {
    Family {
        resources: ResourceFamily {
            types: PLACEMENTS.iter().map(|placement| placement.kind).collect(),
            references: vec![
                NamedBy::new(
                    &["azurerm_public_ip"],
                    &["public_ip_address_id", "public_ip_address_ids"],
                ),
                NamedBy::new(&["azurerm_lb"], &["loadbalancer_id"]),
            ],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers every resource of every placement.
fn lower(lowering: &mut Lowering<AtEndpoints>) {
    let graph = lowering.graph;
    for placement in PLACEMENTS {
        for (id, resource) in graph
            .of(placement.kind)
            .filter(|(_, resource)| resource.mode == Mode::Managed)
        {
            place(lowering, id, resource, placement);
        }
    }
}

fn place(
    lowering: &mut Lowering<AtEndpoints>,
    id: Id<Resource>,
    resource: &Resource,
    placement: &Placement,
) {
    let mut specs: Vec<AttachmentSpec> = Vec::new();
    for path in placement.subnets {
        match path.rsplit_once('.') {
            Some((block, _)) => {
                let names = placement
                    .addresses
                    .iter()
                    .filter_map(|own| own.rsplit_once('.').filter(|(other, _)| *other == block));
                let names: Vec<&str> = names.map(|(_, name)| name).collect();
                let own = lowering.stands_in(resource, path, &names);
                specs.extend(own.into_iter().map(|spec| {
                    if placement.by_family {
                        spec
                    } else {
                        AttachmentSpec {
                            family: AddressSet::all(),
                            ..spec
                        }
                    }
                }));
            }
            None => {
                let value = by_user(resource.values.get(path));
                if is_set(value) {
                    let subnets = lowering.subnets(Attribute::of(resource, path).with(value));
                    specs.push(AttachmentSpec::plain(
                        resource,
                        path,
                        subnets,
                        Blocks::default(),
                    ));
                }
            }
        }
    }
    specs.retain(|spec| spec.subnets != Found::default());
    if specs.is_empty() {
        return;
    }
    let loose: Vec<&str> = placement
        .addresses
        .iter()
        .filter(|path| !path.contains('.'))
        .copied()
        .collect();
    let known = lowering.addresses_at(resource, &loose);
    let mut attachments = Vec::new();
    for mut spec in specs {
        spec.addresses.add(&known);
        add_new(&mut attachments, lowering.attachments(&spec));
    }
    if placement.sends_only {
        let closed = lowering.taking_nothing();
        attachments
            .iter_mut()
            .for_each(|own| own.filters.push(closed));
    }
    lowering.endpoint(
        id,
        placement.noun,
        attachments,
        placement.answers_only,
        placement.pivot_risk,
    );
}
