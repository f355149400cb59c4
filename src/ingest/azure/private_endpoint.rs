//! Private endpoints: an address in a subnet that answers for a service elsewhere.
//! Source: "What is a private endpoint?" (private-endpoint-overview); "Manage network policies for private endpoints"
//! (disable-private-endpoint-network-policy): unless the subnet says so, no network security group holds for them.

use super::attachment::AttachmentSpec;
use super::lowering::{At, Attribute, Found, Lowering};
use super::stage::{AtEndpoints, Subnets};
use crate::ingest::lowering::{Family, Sees, by_user};
use crate::ingest::terraform::{Mode, NamedBy, Resource, ResourceFamily};
use crate::model::{Doubt, Filter, GapKind, Id, PivotRisk, Subnet};
use std::collections::BTreeMap;

const TYPE: &str = "azurerm_private_endpoint";

/// Private endpoints.
#[must_use]
pub fn family() -> Family<AtEndpoints> {
    Family {
        resources: ResourceFamily {
            types: vec![
                "azurerm_private_endpoint",
                "azurerm_private_endpoint_application_security_group_association",
            ],
            references: vec![
                NamedBy::new(
                    &["azurerm_private_link_service"],
                    &["private_connection_resource_id"],
                ),
                NamedBy::new(&["azurerm_private_dns_zone"], &["private_dns_zone_id"]),
            ],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers private endpoints.
fn lower(lowering: &mut Lowering<AtEndpoints>) {
    let graph = lowering.graph;
    let mut members: BTreeMap<Id<Resource>, Found<Id<Filter>>> = BTreeMap::new();
    for (_, resource) in graph.of("azurerm_private_endpoint_application_security_group_association")
    {
        let groups =
            lowering.application_groups(Attribute::of(resource, "application_security_group_id"));
        let at = Attribute::of(resource, "private_endpoint_id");
        let mut endpoints = lowering.resources(at, TYPE);
        endpoints.or_any(graph.of(TYPE).map(|(id, _)| id));
        for (endpoint, doubt) in endpoints.items {
            let own = members.entry(endpoint).or_default();
            own.extend(groups.clone().in_doubt(&doubt));
        }
    }
    for (id, resource) in graph
        .of(TYPE)
        .filter(|(_, resource)| resource.mode == Mode::Managed)
    {
        let at = Attribute::of(resource, "subnet_id");
        let mut named = lowering.subnets(at.with(by_user(at.value)));
        named.or_any(lowering.declared_subnets());
        let mut subnets = Found {
            items: Vec::new(),
            rest: named.rest,
        };
        for (subnet, doubt) in named.items {
            open_sides(lowering, subnet)
                .into_iter()
                .for_each(|(side, why)| subnets.add(side, doubt.and(&why)));
        }
        let mut addresses =
            lowering.addresses_in(resource, "ip_configuration", &["private_ip_address"]);
        addresses.add(&lowering.addresses_in(
            resource,
            "private_service_connection",
            &["private_ip_address"],
        ));
        let members = members.remove(&id).unwrap_or_default();
        let spec = AttachmentSpec {
            members,
            ..AttachmentSpec::plain(resource, "subnet_id", subnets, addresses)
        };
        let attachments = lowering.attachments(&spec);
        lowering.endpoint(id, "private endpoint", attachments, true, PivotRisk::Never);
        channel(lowering, id, resource);
    }
}

/// The subnet as a private endpoint in it is reached: without its filters, unless they hold for those as well. Both, in doubt,
/// where that is not known.
pub fn open_sides<B: Sees<Subnets>, M>(
    lowering: &mut Lowering<At<B, M>>,
    subnet: Id<Subnet>,
) -> Vec<(Id<Subnet>, Doubt)> {
    let judged = lowering
        .seen::<Subnets>()
        .judged_endpoints
        .get(&subnet)
        .cloned()
        .unwrap_or_default();
    if judged.surely() || lowering.world.subnets[subnet].filters.is_empty() {
        return vec![(subnet, Doubt::none())];
    }
    let mut out = vec![(unfiltered(lowering, subnet), judged.doubt.clone())];
    if judged.possibly() {
        out.push((subnet, judged.doubt));
    }
    out
}

/// The subnet for what its filters do not judge.
pub fn unfiltered<B, M>(lowering: &mut Lowering<At<B, M>>, subnet: Id<Subnet>) -> Id<Subnet> {
    if lowering.world.subnets[subnet].filters.is_empty() {
        return subnet;
    }
    if let Some(side) = lowering.lowered.on_demand.open_sides.get(&subnet) {
        return *side;
    }
    let own = lowering.world.subnets[subnet].clone();
    let name = format!(
        "{}, where its network security group does not judge",
        own.name
    );
    let side = lowering.world.subnets.push(Subnet {
        name,
        filters: Vec::new(),
        ..own
    });
    lowering.lowered.on_demand.open_sides.insert(subnet, side);
    side
}

/// What stands behind it may be in a network of the input: then it is a way there beside any peering.
fn channel(lowering: &mut Lowering<AtEndpoints>, id: Id<Resource>, resource: &Resource) {
    let at = resource
        .values
        .get("private_service_connection.private_connection_resource_id");
    let links = lowering.graph.follow(at, &[]);
    let service = links
        .targets
        .iter()
        .map(|target| &lowering.graph.resources[target.resource])
        .find(|own| own.kind == "azurerm_private_link_service");
    if let Some(service) = service {
        let what = format!(
            "`{}` leads to what stands behind `{}`: another channel across the border, which is judged up to the endpoint only",
            lowering.name(id),
            service.address
        );
        lowering
            .world
            .doubt(GapKind::NotJudged, what, Some(resource.origin.clone()));
    }
}
