//! Groups of endpoints by address to which load balancers of a network lead, beyond that network.
//! Source: Google Cloud Load Balancing, "Hybrid connectivity network endpoint groups overview".

use super::lowering::{Attribute, Lowering};
use super::stage::AtRest;
use crate::ingest::lowering::{AddressTargets, Family, is_set, target_address};
use crate::ingest::terraform::{Mode, Resource};
use crate::model::{AddressSet, Id};

const GROUP: &str = "google_compute_network_endpoint_group";

/// Endpoints by address.
#[must_use]
pub fn family() -> Family<AtRest> {
    Family::without_types(lower)
}

fn lower(lowering: &mut Lowering<AtRest>) {
    let graph = lowering.graph;
    for (id, group) in graph.of(GROUP) {
        let kind = group.values.get("network_endpoint_type");
        let may_be_hybrid = kind
            .text()
            .map_or(kind.is_unknown(), |kind| kind == "NON_GCP_PRIVATE_IP_PORT");
        if group.mode != Mode::Managed || !may_be_hybrid {
            continue;
        }
        let networks = lowering.networks(Attribute::of(group, "network"));
        // Which forwarding rules lead to the group is not followed: they stand somewhere in its network.
        let listens = networks.all().map(|network| {
            let addresses = lowering.world.networks[network].addresses.clone();
            (network, addresses)
        });
        let own = AddressTargets {
            name: lowering.name(id),
            listens: listens.collect(),
            balancer: None,
            targets: targets(lowering, (id, group)),
            by_name: false,
            origin: group.origin.clone(),
        };
        lowering.lowered.on_demand.outer.lead_to_targets(own);
    }
}

/// The addresses of the endpoints of a group.
fn targets(lowering: &Lowering<AtRest>, (id, group): (Id<Resource>, &Resource)) -> AddressSet {
    let graph = lowering.graph;
    let single = graph.of("google_compute_network_endpoint");
    let several = graph.of("google_compute_network_endpoints");
    let is_in_group = |own: &Resource| {
        let value = own.values.get("network_endpoint_group");
        let links = graph.follow(value, &[GROUP]);
        let named = links.targets.iter().any(|target| target.resource == id);
        let same_name = value.text().is_some() && value.text() == group.values.get("name").text();
        named || same_name || value.is_unknown() && links.targets.is_empty()
    };
    let own = single.chain(several).filter(|(_, own)| is_in_group(own));
    own.flat_map(|(_, own)| {
        let blocks = own.values.get("network_endpoints").items().iter();
        let each = blocks.map(|block| block.get("ip_address"));
        std::iter::once(own.values.get("ip_address")).chain(each)
    })
    .filter(|value| is_set(value))
    .map(target_address)
    .collect()
}
