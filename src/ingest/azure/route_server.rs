//! Route servers: routes that their peers announce hold in the network, and in those that use it over a peering. The peers are
//! appliances whose routes are not in the input, so that they may lead anywhere.
//! Source: "What is Azure Route Server?" (route-server/overview); "Route Server frequently asked questions".

use super::gateway::{join, unseen, users};
use super::lowering::{Attribute, Lowering};
use super::stage::{AtGateways, Networks};
use crate::ingest::lowering::Family;
use crate::ingest::terraform::{Mode, ResourceFamily};
use crate::model::{Border, Doubt, Id, Network};
use std::collections::BTreeSet;

/// Route servers.
#[must_use]
pub fn family() -> Family<AtGateways> {
    Family {
        resources: ResourceFamily {
            types: vec!["azurerm_route_server"],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers route servers.
fn lower(lowering: &mut Lowering<AtGateways>) {
    let graph = lowering.graph;
    for (id, resource) in graph
        .of("azurerm_route_server")
        .filter(|(_, resource)| resource.mode == Mode::Managed)
    {
        let subnets = lowering.subnets(Attribute::of(resource, "subnet_id"));
        let own = |(subnet, doubt): &(_, Doubt)| {
            (
                lowering.world.subnets[*subnet].network,
                doubt.and(&subnets.rest),
            )
        };
        let networks: Vec<(Id<Network>, Doubt)> = subnets.items.iter().map(own).collect();
        let (name, origin) = (lowering.name(id), Some(resource.origin.clone()));
        let state = "routes as its peers announce, which is not judged".to_owned();
        let border = lowering.world.borders.push(Border {
            name,
            kind: "route server",
            legs: Vec::new(),
            state,
            origin,
        });
        let far = unseen(lowering, resource);
        let users = users(lowering, &networks);
        join(lowering, border, &users, std::slice::from_ref(&far));
        // An appliance may also lead to any other network of the input.
        let others: BTreeSet<Id<Network>> =
            lowering.seen::<Networks>().of.values().copied().collect();
        for (near, doubt) in &users {
            for other in others.iter().filter(|other| *other != near) {
                let there = lowering.world.networks[*other].addresses.clone();
                lowering.open(border, *near, *other, &there, &doubt.and(&far.2));
            }
        }
    }
}
