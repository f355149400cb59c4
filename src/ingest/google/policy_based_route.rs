//! Policy-based routes: they go before all other routes of their network, subnet and peering routes included, and are not
//! exchanged with peers. Which packets match one, and where the load balancer that gets them sends them, is not judged.
//! Source: cloud.google.com/vpc/docs/policy-based-routes, "Policy-based routes and other routes".

use super::lowering::{Attribute, Lowering, is_set};
use super::stage::AtRest;
use crate::ingest::lowering::Family;
use crate::ingest::terraform::{Mode, Resource};
use crate::model::{AddressSet, Doubt, GapKind, Id, IpNet, Network, Route, Target};
use std::collections::BTreeSet;

const KIND: &str = "google_network_connectivity_policy_based_route";

/// Policy-based routes, which are laid over what networks exchange.
#[must_use]
pub fn family() -> Family<AtRest> {
    Family::without_types(lower)
}

/// Puts each before the routes of its network. One that leads to the other routes (`next_hop_other_routes`) only takes
/// packets from those of a lower priority.
fn lower(lowering: &mut Lowering<AtRest>) {
    let graph = lowering.graph;
    for (_, resource) in graph.of(KIND).filter(|(_, own)| own.mode == Mode::Managed) {
        if is_set(resource.values.get("next_hop_other_routes")) {
            continue;
        }
        let what = format!(
            "`{}` leads some packets elsewhere, which is not judged",
            resource.address
        );
        let origin = Some(resource.origin.clone());
        let doubt = lowering.world.doubt(GapKind::NotJudged, what, origin);
        let networks = lowering.networks(Attribute::of(resource, "network"));
        for network in networks.all().collect::<Vec<_>>() {
            lay_over(lowering, network, resource, &doubt);
        }
    }
}

/// The destinations that it names; all where it names none, or they are not known.
fn destinations(resource: &Resource) -> AddressSet {
    let named = resource.values.get("filter.dest_range").text();
    let block = named.and_then(|text| text.parse::<IpNet>().ok());
    block.map_or_else(AddressSet::all, AddressSet::of)
}

fn lay_over(
    lowering: &mut Lowering<AtRest>,
    network: Id<Network>,
    resource: &Resource,
    doubt: &Doubt,
) {
    let Some(table) = lowering.lowered.on_demand.tables.get(&network).copied() else {
        return;
    };
    let named = destinations(resource);
    let routes = &mut lowering.world.route_tables[table].routes;
    let within = routes.iter().filter_map(|route| route.destination);
    let within = within.filter(|block| AddressSet::of(*block).is_subset(&named));
    let blocks: BTreeSet<IpNet> = within.chain(named.blocks()).collect();
    routes.extend(blocks.into_iter().map(|block| Route {
        destination: Some(block),
        target: Target::Unknown,
        rank: 0,
        doubt: doubt.clone(),
        origin: Some(resource.origin.clone()),
    }));
}
