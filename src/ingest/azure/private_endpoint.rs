//! Private endpoints: an address in a subnet that answers for a service elsewhere.
//! Source: "What is a private endpoint?" (private-endpoint-overview); "Manage network policies for private endpoints"
//! (disable-private-endpoint-network-policy): unless the subnet says so, no network security group holds for them.

use super::attachment::Stand;
use super::lowering::{Attribute, Lowering};
use crate::ingest::terraform::{Mode, Resource};
use crate::model::{GapKind, Id, Onward, Subnet};

/// Lowers private endpoints.
pub fn lower(lowering: &mut Lowering) {
    let graph = lowering.graph;
    for (id, resource) in graph.of("azurerm_private_endpoint").filter(|(_, resource)| resource.mode == Mode::Managed) {
        let mut subnets = lowering.subnets(Attribute::of(resource, "subnet_id"));
        subnets.items.iter_mut().for_each(|(subnet, _)| *subnet = open_side(lowering, *subnet));
        let mut addresses = lowering.addresses_in(resource, "ip_configuration", &["private_ip_address"]);
        addresses.add(&lowering.addresses_in(resource, "private_service_connection", &["private_ip_address"]));
        let attachments = lowering.attachments(&Stand::plain(resource, "subnet_id", subnets, addresses));
        lowering.endpoint(id, "private endpoint", attachments, true, Onward::Never);
        channel(lowering, id, resource);
    }
}

/// The subnet as a private endpoint in it is reached: without its filters, unless they hold for those as well.
pub fn open_side(lowering: &mut Lowering, subnet: Id<Subnet>) -> Id<Subnet> {
    let own = lowering.world.subnets[subnet].clone();
    if own.filters.is_empty() || lowering.lowered.judged_endpoints.contains(&subnet) {
        return subnet;
    }
    if let Some(side) = lowering.lowered.open_sides.get(&subnet) {
        return *side;
    }
    let name = format!("{}, where private endpoints stand", own.name);
    let side = lowering.world.subnets.push(Subnet { name, filters: Vec::new(), ..own });
    lowering.lowered.open_sides.insert(subnet, side);
    side
}

/// What stands behind it may be in a network of the input: then it is a way there beside any peering.
fn channel(lowering: &mut Lowering, id: Id<Resource>, resource: &Resource) {
    let at = resource.values.get("private_service_connection.private_connection_resource_id");
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
        lowering.world.doubt(GapKind::NotJudged, what, Some(resource.origin.clone()));
    }
}
