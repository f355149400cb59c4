//! Backend pools of application gateways: addresses and names, also of other networks that the gateway gets to.
//! Source: "Application gateway components", backend pools (application-gateway/application-gateway-components).

use super::lowering::Lowering;
use super::stage::{AtRest, Endpoints};
use crate::ingest::lowering::{AddressTargets, Family, is_set, listens, target_address};
use crate::ingest::terraform::Mode;

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
        let pools = gateway.values.get("backend_address_pool").items();
        let at = |key: &'static str| pools.iter().map(move |pool| pool.get(key));
        let addresses = at("ip_addresses").flat_map(|value| value.items().iter());
        let own = AddressTargets {
            name: lowering.name(id),
            listens: listens(lowering.world, endpoint),
            balancer: Some(endpoint),
            targets: addresses.map(target_address).collect(),
            by_name: at("fqdns").any(|value| is_set(value) && !value.items().is_empty()),
            origin: gateway.origin.clone(),
        };
        lowering.lowered.on_demand.outer.lead_to_targets(own);
    }
}
