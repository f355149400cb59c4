//! Backend pools of application gateways: addresses and names, also of other networks that the gateway gets to.
//! Source: "Application gateway components", backend pools (application-gateway/application-gateway-components).

use super::lowering::Lowering;
use super::stage::{AtRest, Endpoints};
use crate::ingest::lowering::{AddressTargets, Family, is_set, listens, target_address};
use crate::ingest::terraform::{Mode, Resource};
use crate::model::{AddressSet, Id, Network};
use std::collections::BTreeMap;

/// Backends by address; the type is that of the gateway.
#[must_use]
pub fn family() -> Family<AtRest> {
    Family::without_types(lower)
}

fn lower(lowering: &mut Lowering<AtRest>) {
    let graph = lowering.graph;
    for (id, gateway) in graph.of("azurerm_application_gateway") {
        let Some(endpoint) = lowering.seen::<Endpoints>().of.get(&id).copied() else {
            continue;
        };
        if gateway.mode != Mode::Managed {
            continue;
        }
        let listens = listens(lowering.world, endpoint);
        let own = AddressTargets {
            name: lowering.name(id),
            targets: targets(lowering, gateway, &listens),
            listens,
            balancer: Some(endpoint),
            origin: gateway.origin.clone(),
        };
        lowering.lead_to_targets(&own);
    }
}

/// The addresses of the backends. One that is told by a name may be in any network that a border leads to.
fn targets(
    lowering: &Lowering<AtRest>,
    gateway: &Resource,
    listens: &BTreeMap<Id<Network>, AddressSet>,
) -> AddressSet {
    let pools = gateway.values.get("backend_address_pool").items();
    let at = |key: &'static str| pools.iter().map(move |pool| pool.get(key));
    let addresses = at("ip_addresses").flat_map(|value| value.items().iter());
    let known: AddressSet = addresses.map(target_address).collect();
    if !at("fqdns").any(|value| is_set(value) && !value.items().is_empty()) {
        return known;
    }
    let legs = lowering.world.borders.iter();
    let legs = legs.flat_map(|(_, border)| &border.legs);
    let out = legs.filter(|leg| listens.contains_key(&leg.from));
    let reached: AddressSet = out.map(|leg| leg.destinations.clone()).collect();
    known.union(&reached)
}
