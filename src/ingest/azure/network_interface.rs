//! Network interfaces, virtual machines and scale sets.
//! Source: azurerm provider, `azurerm_network_interface`, `azurerm_network_interface_security_group_association`,
//! `azurerm_network_interface_application_security_group_association`, `azurerm_linux_virtual_machine_scale_set`.

use super::attachment::{AttachmentSpec, add_new, address_family};
use super::lowering::{Attribute, Found, Lowering, is_set};
use super::stage::AtEndpoints;
use crate::ingest::lowering::Family;
use crate::ingest::terraform::{Mode, NamedBy, Resource, ResourceFamily};
use crate::model::{Attachment, Doubt, Id, PivotRisk};
use std::collections::BTreeMap;

const TYPE: &str = "azurerm_network_interface";
const GROUP: &str = "azurerm_network_security_group";
const MACHINES: &[&str] = &[
    "azurerm_linux_virtual_machine",
    "azurerm_windows_virtual_machine",
    "azurerm_virtual_machine",
];
const SCALE_SETS: &[&str] = &[
    "azurerm_linux_virtual_machine_scale_set",
    "azurerm_orchestrated_virtual_machine_scale_set",
    "azurerm_virtual_machine_scale_set",
    "azurerm_windows_virtual_machine_scale_set",
];

/// What separate resources give each interface: the associations that name it, each with the reason why it may name another.
type Given<'g> = BTreeMap<Id<Resource>, Vec<(&'g Resource, Doubt)>>;

/// Network interfaces and machines.
#[must_use]
pub fn family() -> Family<AtEndpoints> {
    Family {
        resources: ResourceFamily {
            types: vec![
                "azurerm_linux_virtual_machine",
                "azurerm_linux_virtual_machine_scale_set",
                "azurerm_network_interface",
                "azurerm_network_interface_application_security_group_association",
                "azurerm_network_interface_security_group_association",
                "azurerm_orchestrated_virtual_machine_scale_set",
                "azurerm_virtual_machine",
                "azurerm_virtual_machine_scale_set",
                "azurerm_windows_virtual_machine",
                "azurerm_windows_virtual_machine_scale_set",
            ],
            references: vec![NamedBy::new(
                &["azurerm_network_interface"],
                &["network_interface_id", "network_interface_ids"],
            )],
            required: &[(
                "azurerm_network_interface_security_group_association",
                &["network_interface_id", "network_security_group_id"],
            )],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers interfaces first: machines are made of them.
fn lower(lowering: &mut Lowering<AtEndpoints>) {
    let graph = lowering.graph;
    let managed = |kind| {
        graph
            .of(kind)
            .filter(|(_, resource): &(_, &Resource)| resource.mode == Mode::Managed)
    };
    let groups = given(
        lowering,
        "azurerm_network_interface_security_group_association",
    );
    let members = given(
        lowering,
        "azurerm_network_interface_application_security_group_association",
    );
    for (id, resource) in managed(TYPE) {
        let attachments = interface(lowering, id, resource, &groups, &members);
        lowering.endpoint(
            id,
            "network interface",
            attachments,
            false,
            PivotRisk::Perhaps,
        );
    }
    for (id, resource) in MACHINES.iter().flat_map(|kind| managed(kind)) {
        let interfaces = lowering.resources(Attribute::of(resource, "network_interface_ids"), TYPE);
        let own = |lowering: &Lowering<AtEndpoints>, id: &Id<Resource>| {
            let endpoint = lowering.lowered.made.of.get(id);
            endpoint
                .map(|endpoint| lowering.world.endpoints[*endpoint].attachments.clone())
                .unwrap_or_default()
        };
        let mut attachments: Vec<Attachment> =
            interfaces.all().flat_map(|id| own(lowering, &id)).collect();
        let doubt = interfaces.doubt();
        attachments
            .iter_mut()
            .for_each(|own| own.doubt = own.doubt.and(&doubt));
        if attachments.is_empty() || !interfaces.rest.is_certain() {
            let nowhere = Found {
                items: Vec::new(),
                rest: doubt,
            };
            let path = "network_interface_ids";
            let spec = AttachmentSpec::plain(resource, path, nowhere, Default::default());
            attachments.extend(lowering.attachments(&spec));
        }
        lowering.endpoint(id, "virtual machine", attachments, false, PivotRisk::Freely);
    }
    for (id, resource) in SCALE_SETS.iter().flat_map(|kind| managed(kind)) {
        let attachments = scale_set(lowering, resource);
        lowering.endpoint(
            id,
            "virtual machine scale set",
            attachments,
            false,
            PivotRisk::Freely,
        );
    }
}

fn given<'g>(lowering: &mut Lowering<'g, AtEndpoints>, kind: &str) -> Given<'g> {
    let graph = lowering.graph;
    let mut out = Given::new();
    for (_, resource) in graph.of(kind) {
        let at = Attribute::of(resource, "network_interface_id");
        let mut interfaces = lowering.resources(at, TYPE);
        interfaces.or_any(graph.of(TYPE).map(|(id, _)| id));
        for (interface, doubt) in interfaces.items {
            out.entry(interface).or_default().push((resource, doubt));
        }
    }
    out
}

fn interface(
    lowering: &mut Lowering<AtEndpoints>,
    id: Id<Resource>,
    resource: &Resource,
    groups: &Given,
    members: &Given,
) -> Vec<Attachment> {
    let mut own_groups = Found::default();
    for (association, doubt) in groups.get(&id).into_iter().flatten() {
        let at = Attribute::of(association, "network_security_group_id");
        own_groups.extend(lowering.resources(at, GROUP).in_doubt(doubt));
        own_groups.rest = own_groups.rest.and(doubt);
    }
    // The older form of the provider has the group on the interface itself.
    let own = Attribute::of(resource, "network_security_group_id");
    if is_set(own.value) {
        own_groups.extend(lowering.resources(own, GROUP));
    }
    let mut own_members = Found::default();
    for (association, doubt) in members.get(&id).into_iter().flatten() {
        let at = Attribute::of(association, "application_security_group_id");
        own_members.extend(lowering.application_groups(at).in_doubt(doubt));
    }
    let path = "ip_configuration.subnet_id";
    let mut specs = lowering.stands_in(resource, path, &["private_ip_address"]);
    if specs.is_empty() {
        specs.push(AttachmentSpec::plain(
            resource,
            path,
            Found::default(),
            Default::default(),
        ));
    }
    // All configurations of an interface stand in one network: one that names no subnet stands in another one's.
    let mut all = Found::default();
    specs
        .iter()
        .for_each(|spec| all.extend(spec.subnets.clone()));
    specs
        .iter_mut()
        .filter(|spec| spec.subnets == Found::default())
        .for_each(|spec| spec.subnets = all.clone());
    let mut out = Vec::new();
    for spec in specs {
        let spec = AttachmentSpec {
            groups: own_groups.clone(),
            members: own_members.clone(),
            ..spec
        };
        add_new(&mut out, lowering.attachments(&spec));
    }
    out
}

/// Interfaces that a scale set gives each machine.
fn scale_set(lowering: &mut Lowering<AtEndpoints>, resource: &Resource) -> Vec<Attachment> {
    let mut out = Vec::new();
    for block in ["network_interface", "network_profile"] {
        for interface in resource.values.get(block).items() {
            let path = format!("{block}.network_security_group_id");
            let group = Attribute {
                resource,
                path: &path,
                value: interface.get("network_security_group_id"),
            };
            let groups = if is_set(group.value) {
                lowering.resources(group, GROUP)
            } else {
                Found::default()
            };
            for configuration in interface.get("ip_configuration").items() {
                let path = format!("{block}.ip_configuration.subnet_id");
                let subnets = lowering.subnets(Attribute {
                    resource,
                    path: &path,
                    value: configuration.get("subnet_id"),
                });
                let path = format!("{block}.ip_configuration.application_security_group_ids");
                let marks = Attribute {
                    resource,
                    path: &path,
                    value: configuration.get("application_security_group_ids"),
                };
                let members = if is_set(marks.value) {
                    lowering.application_groups(marks)
                } else {
                    Found::default()
                };
                let groups = groups.clone();
                let family = address_family(configuration);
                let spec = AttachmentSpec {
                    groups,
                    members,
                    family,
                    ..AttachmentSpec::plain(resource, block, subnets, Default::default())
                };
                add_new(&mut out, lowering.attachments(&spec));
            }
        }
    }
    if out.is_empty() {
        lowering.attachments(&AttachmentSpec::plain(
            resource,
            "network_interface",
            Found::default(),
            Default::default(),
        ))
    } else {
        out
    }
}
