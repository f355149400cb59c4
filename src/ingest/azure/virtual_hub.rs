//! Virtual WAN hubs: each joins the networks that are connected to it. How a hub routes is not judged, so that whatever is
//! connected may reach the rest. Source: "About virtual hub routing" (virtual-wan/about-virtual-hub-routing); azurerm
//! provider, `azurerm_virtual_hub_connection`.

use super::lowering::{Attribute, Lowering, Neighbour};
use crate::ingest::terraform::Resource;
use crate::model::{Doubt, GapKind, Id, Link, Network};
use std::collections::BTreeMap;

/// The networks of a hub, each with the reason why it may not be one.
type Members = Vec<(Id<Network>, Doubt)>;

/// Lowers hubs with their connections.
pub fn lower(lowering: &mut Lowering) {
    let graph = lowering.graph;
    let mut hubs: BTreeMap<Id<Resource>, Members> = BTreeMap::new();
    let mut loose: Members = Vec::new();
    for (_, resource) in graph.of("azurerm_virtual_hub_connection") {
        let hub = lowering.resources(Attribute::of(resource, "virtual_hub_id"), "azurerm_virtual_hub");
        let networks = lowering.networks(Attribute::of(resource, "remote_virtual_network_id"));
        match hub.first() {
            Some(hub) => hubs.entry(hub).or_default().extend(networks.items),
            None => loose.extend(networks.items),
        }
    }
    for (id, members) in hubs {
        let resource = &graph.resources[id];
        let name = lowering.name(id);
        let link = hub(lowering, name, resource, &members);
        lowering.lowered.links.insert(id, link);
    }
    if let Some((_, resource)) = graph.of("azurerm_virtual_hub_connection").next().filter(|_| !loose.is_empty()) {
        hub(lowering, format!("the virtual hub of {}", resource.address), resource, &loose);
    }
}

fn hub(lowering: &mut Lowering, name: String, resource: &Resource, members: &Members) -> Id<Link> {
    let what = format!("how `{name}` routes between the networks and branches that are connected to it is not judged");
    let doubt = lowering.world.doubt(GapKind::NotJudged, what, Some(resource.origin.clone()));
    let state = "routes as its tables say, which are not judged".to_owned();
    let link = Link { name, kind: "virtual hub", legs: Vec::new(), state, origin: Some(resource.origin.clone()) };
    let link = lowering.world.links.push(link);
    for (number, (near, a)) in members.iter().enumerate() {
        for (far, b) in members.iter().skip(number + 1).filter(|(far, _)| far != near) {
            let doubt = doubt.and(a).and(b);
            let addresses = lowering.world.networks[*far].addresses.clone();
            lowering.open(link, *near, *far, &addresses, &doubt);
            lead(lowering, *near, link, *far, &doubt);
            lead(lowering, *far, link, *near, &doubt);
        }
    }
    link
}

fn lead(lowering: &mut Lowering, from: Id<Network>, link: Id<Link>, to: Id<Network>, doubt: &Doubt) {
    let addresses = lowering.world.networks[to].addresses.clone();
    let (doubt, tag_doubt) = (doubt.clone(), doubt.clone());
    let neighbour = Neighbour { link, addresses, tagged: true, propagated: true, doubt, tag_doubt };
    lowering.lowered.neighbours.entry(from).or_default().push(neighbour);
}
