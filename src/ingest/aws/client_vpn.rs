//! Client VPN: people who dial in reach the VPC of an association with an address of its subnet. Who may dial in, and what
//! authorization rules let them reach, is not judged. Source: Client VPN administrator guide, "How AWS Client VPN works",
//! "Target networks": source NAT to the address of the association's network interface.

use super::lowering::{Attribute, Lowering};
use crate::ingest::aws::stage::AtBorders;
use crate::ingest::lowering::Family;
use crate::ingest::terraform::{Mode, NamedBy, Resource, ResourceFamily};
use crate::model::{AddressSet, Border, Doubt, GapKind, Id, Leg, Network, Relay, Subnet};

const ENDPOINT: &str = "aws_ec2_client_vpn_endpoint";

/// Client VPN endpoints.
#[must_use]
pub fn family() -> Family<AtBorders> {
    Family {
        resources: ResourceFamily {
            references: vec![NamedBy::new(
                &["aws_ec2_client_vpn_endpoint"],
                &["client_vpn_endpoint_id"],
            )],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers endpoints, each with the networks that it is associated with.
fn lower(lowering: &mut Lowering<AtBorders>) {
    let graph = lowering.graph;
    for (id, resource) in graph
        .of(ENDPOINT)
        .filter(|(_, resource)| resource.mode == Mode::Managed)
    {
        let subnets = associated(lowering, id);
        if !subnets.is_empty() {
            enter(lowering, id, resource, &subnets);
        }
    }
}

fn associated(
    lowering: &mut Lowering<AtBorders>,
    endpoint: Id<Resource>,
) -> Vec<(Id<Subnet>, Doubt)> {
    let graph = lowering.graph;
    let mut out = Vec::new();
    for (_, resource) in graph.of("aws_ec2_client_vpn_network_association") {
        let at = Attribute::of(resource, "client_vpn_endpoint_id");
        let of = lowering.resources(at, ENDPOINT);
        if of.all().any(|id| id == endpoint) || !of.rest.is_certain() {
            out.extend(lowering.subnets(Attribute::of(resource, "subnet_id")).items);
        }
    }
    out
}

fn enter(
    lowering: &mut Lowering<AtBorders>,
    id: Id<Resource>,
    resource: &Resource,
    subnets: &[(Id<Subnet>, Doubt)],
) {
    let (name, origin) = (lowering.name(id), Some(resource.origin.clone()));
    let blocks = lowering.blocks(Attribute::of(resource, "client_cidr_block"));
    let reach = blocks.rest.is_certain().then_some(blocks.addresses);
    let clients = format!("clients of {name}");
    let clients =
        lowering
            .lowered
            .on_demand
            .outer
            .enter(lowering.world, &clients, origin.as_ref(), reach);
    let what = format!("who may dial in at `{name}`, and what they may reach, is not judged");
    let doubt = lowering
        .world
        .doubt(GapKind::NotJudged, what, origin.clone());
    let legs = subnets
        .iter()
        .map(|(subnet, why)| leg(lowering, clients, *subnet, doubt.and(why)))
        .collect();
    let border = lowering.world.borders.push(Border {
        name,
        kind: "Client VPN",
        legs,
        state: "lets clients in with an address of its own".to_owned(),
        origin,
    });
    lowering.lowered.made.of.insert(id, border);
}

fn leg(
    lowering: &Lowering<AtBorders>,
    clients: Id<Network>,
    subnet: Id<Subnet>,
    doubt: Doubt,
) -> Leg {
    let subnet = &lowering.world.subnets[subnet];
    let end = |id: Id<Network>| (id, lowering.world.networks[id].addresses.clone());
    Leg {
        relay: Some(Relay {
            listens: AddressSet::all(),
            sends: subnet.addresses.clone(),
        }),
        ..Leg::unknown(end(clients), end(subnet.network), doubt)
    }
}
