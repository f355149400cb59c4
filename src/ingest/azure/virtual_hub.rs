//! Virtual WAN hubs: all hubs of a WAN reach each other, so that each network that is connected to one may reach the others,
//! and branches that the input does not hold. How a hub routes is not judged.
//! Source: "What is Azure Virtual WAN?" (virtual-wan/virtual-wan-about), "Hub-to-hub connectivity"; "About virtual hub routing"
//! (virtual-wan/about-virtual-hub-routing); azurerm provider, `azurerm_virtual_hub_connection`.

use super::gateway::{join, outer};
use super::lowering::{Attribute, Lowering};
use super::stage::AtGateways;
use crate::ingest::lowering::Family;
use crate::ingest::terraform::{NamedBy, Resource, ResourceFamily};
use crate::model::{Border, Doubt, GapKind, Id, Network};
use std::collections::BTreeMap;

const HUB: &str = "azurerm_virtual_hub";
const WAN: &str = "azurerm_virtual_wan";

/// The hubs of one WAN, as far as the input holds them, and the networks that are connected to them.
#[derive(Default)]
struct Wan<'g> {
    name: String,
    hubs: Vec<Id<Resource>>,
    /// Whether there are hubs that the input does not hold.
    others: bool,
    connections: Vec<&'g Resource>,
    /// Each with the reason why it may not be one.
    members: Vec<(Id<Network>, Doubt)>,
}

/// Virtual hubs.
#[must_use]
pub fn family() -> Family<AtGateways> {
    Family {
        resources: ResourceFamily {
            types: vec!["azurerm_virtual_hub", "azurerm_virtual_hub_connection"],
            references: vec![NamedBy::new(&["azurerm_virtual_hub"], &["virtual_hub_id"])],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers hubs with their connections.
fn lower(lowering: &mut Lowering<AtGateways>) {
    let graph = lowering.graph;
    let mut wans: BTreeMap<Option<String>, Wan> = BTreeMap::new();
    for (_, resource) in graph.of("azurerm_virtual_hub_connection") {
        let hub = lowering
            .resources(Attribute::of(resource, "virtual_hub_id"), HUB)
            .certain();
        let name = hub.and_then(|hub| wan(lowering, &graph.resources[hub]));
        let networks = lowering.networks(Attribute::of(resource, "remote_virtual_network_id"));
        let own = wans.entry(name.clone()).or_default();
        own.name = name.unwrap_or_else(|| format!("the virtual hub of {}", resource.address));
        own.connections.push(resource);
        own.others |= hub.is_none();
        own.hubs.extend(hub.filter(|hub| !own.hubs.contains(hub)));
        for (network, doubt) in networks.items {
            if !own.members.iter().any(|(known, _)| *known == network) {
                own.members.push((network, doubt));
            }
        }
    }
    // A hub whose WAN is not known may be of any.
    if wans.contains_key(&None) {
        wans = BTreeMap::from([(None, wans.into_values().fold(Wan::default(), Wan::and))]);
    }
    wans.into_values().for_each(|wan| enter(lowering, wan));
}

/// The WAN of a hub: the name of its resource, else its id.
fn wan(lowering: &mut Lowering<AtGateways>, hub: &Resource) -> Option<String> {
    let at = Attribute::of(hub, "virtual_wan_id");
    let own = lowering
        .resources(at, WAN)
        .certain()
        .map(|id| lowering.name(id));
    own.or_else(|| at.value.text().map(str::to_ascii_lowercase))
}

impl Wan<'_> {
    fn and(mut self, other: Self) -> Self {
        self.hubs.extend(other.hubs);
        self.connections.extend(other.connections);
        self.others |= other.others;
        for (network, doubt) in other.members {
            if !self.members.iter().any(|(known, _)| *known == network) {
                self.members.push((network, doubt));
            }
        }
        Wan {
            name: if self.name.is_empty() {
                other.name
            } else {
                self.name
            },
            ..self
        }
    }
}

fn enter(lowering: &mut Lowering<AtGateways>, wan: Wan) {
    let graph = lowering.graph;
    let Some(first) = wan.connections.first() else {
        return;
    };
    let (name, origin) = match wan.hubs.as_slice() {
        [only] if !wan.others => (lowering.name(*only), graph.resources[*only].origin.clone()),
        _ => (wan.name.clone(), first.origin.clone()),
    };
    let what = format!(
        "how `{name}` routes between the networks and branches that are connected to it is not judged"
    );
    let doubt = lowering
        .world
        .doubt(GapKind::NotJudged, what, Some(origin.clone()));
    let state = "routes as its tables say, which are not judged".to_owned();
    let border = Border {
        name: name.clone(),
        kind: "virtual hub",
        legs: Vec::new(),
        state,
        origin: Some(origin.clone()),
    };
    let border = lowering.world.borders.push(border);
    let members: Vec<(Id<Network>, Doubt)> = wan
        .members
        .into_iter()
        .map(|(network, why)| (network, doubt.and(&why)))
        .collect();
    for (number, (one, a)) in members.iter().enumerate() {
        for (other, b) in members.iter().skip(number + 1) {
            lowering.meet(border, *one, *other, &a.and(b), true);
        }
    }
    let (network, why) = outer(lowering, &name, &origin, None);
    let far = [(
        network,
        lowering.world.networks[network].addresses.clone(),
        why,
    )];
    join(lowering, border, &members, &far);
}
