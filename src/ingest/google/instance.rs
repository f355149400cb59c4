//! Instances, groups of instances, and the templates that they are made from.
//! Source: cloud.google.com/vpc/docs/multiple-interfaces-concepts; cloud.google.com/vpc/docs/alias-ip, "Alias IP ranges".

use super::class::Class;
use super::firewall_policy::has_regional;
use super::lowering::{At, Attribute, Found, Lowering};
use super::stage::{AtMachines, WithEndpoints};
use crate::ingest::lowering::{Family, is_set};
use crate::ingest::terraform::{Mode, NamedBy, Resource, ResourceFamily, Target, Value};
use crate::model::{
    AddressSet, Attachment, Doubt, Endpoint, GapKind, Id, Network, PivotRisk, Subnet,
};

const INSTANCES: &[&str] = &[
    "google_compute_instance",
    "google_compute_instance_from_template",
];
const GROUPS: &[&str] = &[
    "google_compute_instance_group_manager",
    "google_compute_region_instance_group_manager",
];
const TEMPLATES: &[&str] = &[
    "google_compute_instance_template",
    "google_compute_region_instance_template",
];

/// What lets a machine of another network have an interface in some of its own subnetworks.
const ATTACHMENT: &str = "google_compute_network_attachment";

/// Instances, groups of instances, the templates that they are made from, and the accounts that they run as.
#[must_use]
pub fn family() -> Family<AtMachines> {
    Family {
        resources: ResourceFamily {
            types: vec![
                "google_compute_default_service_account",
                "google_compute_instance",
                "google_compute_instance_from_template",
                "google_compute_instance_group_manager",
                "google_compute_instance_template",
                "google_compute_region_instance_group_manager",
                "google_compute_region_instance_template",
                "google_service_account",
            ],
            references: vec![
                NamedBy::new(&["google_compute_instance"], &["next_hop_instance"]),
                NamedBy::new(&[ATTACHMENT], &["network_attachment"]),
                NamedBy::new(
                    &["google_service_account"],
                    &["service_account", "service_account_email"],
                ),
            ],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers instances and groups.
fn lower(lowering: &mut Lowering<AtMachines>) {
    let graph = lowering.graph;
    for kind in INSTANCES {
        for (id, resource) in graph
            .of(kind)
            .filter(|(_, resource)| resource.mode == Mode::Managed)
        {
            let templates = templates(
                lowering,
                Attribute::of(resource, "source_instance_template"),
            );
            let mut attachments = interfaces(lowering, resource, resource, &Doubt::none());
            for (template, doubt) in templates
                .items
                .iter()
                .filter(|_| attachments.is_empty())
                .cloned()
                .collect::<Vec<_>>()
            {
                attachments.extend(interfaces(
                    lowering,
                    &graph.resources[template],
                    resource,
                    &doubt,
                ));
            }
            push(
                lowering,
                id,
                resource,
                "instance",
                attachments,
                &templates.rest,
            );
        }
    }
    for kind in GROUPS {
        for (id, resource) in graph
            .of(kind)
            .filter(|(_, resource)| resource.mode == Mode::Managed)
        {
            let mut attachments = Vec::new();
            let mut rest = Doubt::none();
            for version in resource.values.get("version").items() {
                let at = Attribute {
                    resource,
                    path: "version.instance_template",
                    value: version.get("instance_template"),
                };
                let templates = templates(lowering, at);
                rest = rest.and(&templates.rest);
                for (template, doubt) in templates.items {
                    attachments.extend(interfaces(
                        lowering,
                        &graph.resources[template],
                        resource,
                        &doubt,
                    ));
                }
            }
            push(lowering, id, resource, "instance group", attachments, &rest);
        }
    }
}

fn templates(lowering: &mut Lowering<AtMachines>, at: Attribute) -> Found<Id<Resource>> {
    let is = |lowering: &Lowering<AtMachines>, target: &Target| {
        let identity = !target.attribute.contains("network") && !target.attribute.contains("tags");
        (identity && TEMPLATES.contains(&lowering.graph.resources[target.resource].kind.as_str()))
            .then_some(target.resource)
    };
    lowering.find(at, is, |_, _, _| None)
}

fn push(
    lowering: &mut Lowering<AtMachines>,
    id: Id<Resource>,
    resource: &Resource,
    kind: &'static str,
    mut attachments: Vec<Attachment>,
    rest: &Doubt,
) {
    if attachments.is_empty() {
        let doubt = unplaced(lowering, resource, rest);
        attachments = lowering.anywhere(resource, &doubt);
    }
    lowering.enter_endpoint(id, resource, kind, attachments, false, PivotRisk::Freely);
}

/// Attachments of all interfaces that `of` describes, an instance's or a template's; `owner` is what has them.
fn interfaces(
    lowering: &mut Lowering<AtMachines>,
    of: &Resource,
    owner: &Resource,
    doubt: &Doubt,
) -> Vec<Attachment> {
    let mut out = Vec::new();
    let all = of.values.get("network_interface").items().iter();
    for (number, interface) in all.enumerate() {
        let before = out.len();
        let subnets = attached_to(lowering, interface);
        let subnets =
            subnets.unwrap_or_else(|| lowering.standing_in(of, "network_interface.", interface));
        let mut own = AddressSet::none();
        for (path, key) in [
            ("network_interface.network_ip", "network_ip"),
            ("network_interface.ipv6_address", "ipv6_address"),
        ] {
            own = own.union(
                &lowering
                    .blocks(Attribute {
                        resource: of,
                        path,
                        value: known(interface.get(key)),
                    })
                    .addresses,
            );
        }
        let stack = families(interface);
        for (subnet, unsure) in &subnets.items {
            let doubt = doubt.and(unsure).and(&subnets.rest);
            let addresses = narrowed(&lowering.primary(*subnet), &own).intersection(&stack);
            if !addresses.is_empty() {
                out.push(attach(
                    lowering, of, owner, *subnet, addresses, false, &doubt,
                ));
            }
            let six = lowering
                .lowered
                .on_demand
                .shapes
                .get(subnet)
                .and_then(|shape| shape.six.clone());
            if let Some((six, why)) = six
                .filter(|(six, _)| own.is_disjoint(&AddressSet::all_v6()) && six.is_subset(&stack))
            {
                out.push(attach(
                    lowering,
                    of,
                    owner,
                    *subnet,
                    six,
                    false,
                    &doubt.and(&why),
                ));
            }
            out.extend(aliases(lowering, of, owner, *subnet, interface, &doubt));
        }
        if out.len() == before {
            let doubt = unplaced(lowering, owner, &doubt.and(&subnets.rest));
            out.extend(lowering.anywhere(owner, &doubt));
        }
        let own = out.iter_mut().skip(before);
        own.for_each(|attachment| attachment.interface = number);
    }
    out
}

/// Why something may be in any network.
fn unplaced(lowering: &mut Lowering<AtMachines>, resource: &Resource, rest: &Doubt) -> Doubt {
    let what = format!("the network of `{}` is not known", resource.address);
    let origin = Some(resource.origin.clone());
    lowering
        .world
        .doubt(GapKind::NotInInput, what, origin)
        .and(rest)
}

/// The subnetworks of the network attachment that an interface is made by; none where it is made by none. Source: "About Private
/// Service Connect interfaces" (vpc/docs/about-private-service-connect-interfaces).
fn attached_to(
    lowering: &mut Lowering<AtMachines>,
    interface: &Value,
) -> Option<Found<Id<Subnet>>> {
    let value = interface.get("network_attachment");
    if !is_set(value) {
        return None;
    }
    let graph = lowering.graph;
    let mut found = Found::default();
    for target in graph.follow(value, &[ATTACHMENT]).targets {
        let attachment = &graph.resources[target.resource];
        found.extend(lowering.subnets(Attribute::of(attachment, "subnetworks"), None));
    }
    Some(found)
}

/// Address families of an interface, both unless it is said to have one only.
fn families(interface: &Value) -> AddressSet {
    match interface.get("stack_type").text() {
        Some("IPV4_ONLY") => AddressSet::all_v4(),
        Some("IPV6_ONLY") => AddressSet::all_v6(),
        _ => AddressSet::all(),
    }
}

/// The addresses of its own that an interface has in a family, else all that it may have there.
fn narrowed(whole: &AddressSet, own: &AddressSet) -> AddressSet {
    let family = |all: AddressSet| {
        let part = own.intersection(&all);
        if part.is_empty() {
            whole.intersection(&all)
        } else {
            part
        }
    };
    family(AddressSet::all_v4()).union(&family(AddressSet::all_v6()))
}

/// A value where it is known; what the provider will choose is no gap.
fn known(value: &Value) -> &Value {
    static NONE: Value = Value::Null;
    if value.text().is_some() { value } else { &NONE }
}

fn aliases(
    lowering: &mut Lowering<AtMachines>,
    of: &Resource,
    owner: &Resource,
    subnet: Id<Subnet>,
    interface: &Value,
    doubt: &Doubt,
) -> Option<Attachment> {
    let mut sum = AddressSet::none();
    for range in interface.get("alias_ip_range").items() {
        let block = lowering.blocks(Attribute {
            resource: of,
            path: "network_interface.alias_ip_range",
            value: known(range.get("ip_cidr_range")),
        });
        let name = range
            .get("subnetwork_range_name")
            .text()
            .unwrap_or_default();
        let whole = lowering
            .lowered
            .on_demand
            .shapes
            .get(&subnet)
            .and_then(|shape| shape.secondary.get(name).cloned())
            .unwrap_or_default();
        sum = sum.union(if block.addresses.is_empty() {
            &whole
        } else {
            &block.addresses
        });
    }
    (!sum.is_empty()).then(|| attach(lowering, of, owner, subnet, sum, true, doubt))
}

fn attach(
    lowering: &mut Lowering<AtMachines>,
    of: &Resource,
    owner: &Resource,
    subnet: Id<Subnet>,
    addresses: AddressSet,
    alias: bool,
    doubt: &Doubt,
) -> Attachment {
    let network = lowering.world.subnets[subnet].network;
    let class = Class {
        alias,
        ..lowering.class_of(of, network, Some(subnet))
    };
    let filter = lowering.class(class);
    let origin = Some(owner.origin_of("network_interface"));
    Attachment {
        network,
        subnet: Some(subnet),
        addresses,
        filters: vec![filter],
        interface: 0,
        doubt: doubt.clone(),
        origin,
    }
}

impl<B, M> Lowering<'_, At<B, M>> {
    /// The class of an instance's interface in a network, by the tags and the service account that a resource sets.
    pub fn class_of(
        &mut self,
        resource: &Resource,
        network: Id<Network>,
        subnet: Option<Id<Subnet>>,
    ) -> Class {
        let (tags, one) = self.texts(Attribute::of(resource, "tags"));
        let value = resource.values.get("service_account.email");
        let (accounts, other) = self.accounts(Attribute {
            resource,
            path: "service_account.email",
            value,
        });
        let region = subnet
            .filter(|_| has_regional(self))
            .and_then(|subnet| self.lowered.on_demand.shapes.get(&subnet)?.region.clone());
        Class {
            network,
            region,
            tags,
            accounts,
            cluster: None,
            perhaps: Default::default(),
            alias: false,
            doubt: one.and(&other),
        }
    }

    /// Attachments in doubt to every network of the input.
    pub fn anywhere(&mut self, resource: &Resource, doubt: &Doubt) -> Vec<Attachment> {
        let networks: Vec<Id<Network>> = self
            .world
            .networks
            .iter()
            .filter(|(_, network)| network.known)
            .map(|(id, _)| id)
            .collect();
        let mut out = Vec::new();
        for network in networks {
            let class = Class {
                doubt: doubt.clone(),
                ..self.class_of(resource, network, None)
            };
            let filters = vec![self.class(class)];
            let addresses = self.world.networks[network].addresses.clone();
            let origin = Some(resource.origin.clone());
            out.push(Attachment {
                network,
                subnet: None,
                addresses,
                filters,
                interface: 0,
                doubt: doubt.clone(),
                origin,
            });
        }
        out
    }
}

impl<B, M: WithEndpoints> Lowering<'_, At<B, M>> {
    /// Adds a resource that holds addresses.
    pub fn enter_endpoint(
        &mut self,
        id: Id<Resource>,
        resource: &Resource,
        kind: &'static str,
        attachments: Vec<Attachment>,
        answers_only: bool,
        pivot_risk: PivotRisk,
    ) {
        let origin = Some(resource.origin.clone());
        let endpoint = Endpoint {
            name: self.name(id),
            kind,
            attachments,
            answers_only,
            opens_only: false,
            pivot_risk,
            origin,
        };
        let endpoint = self.world.endpoints.push(endpoint);
        self.lowered.made.endpoints().insert(id, endpoint);
    }
}
