//! What stands before something that takes connections up for others: the groups of its interfaces, by network.

use crate::model::{
    Doubt, Endpoint, Filter, FilterAction, FilterPeer, FilterRule, Id, Network, World,
};
use std::collections::BTreeSet;

/// Networks as a person lists them.
pub(super) fn listed_networks(world: &World, networks: &BTreeSet<Id<Network>>) -> String {
    let names: Vec<&str> = networks
        .iter()
        .map(|id| world.networks[*id].name.as_str())
        .collect();
    super::listed(&names, "and")
}

/// The groups of an endpoint's interfaces in a network; none where some interface may have none.
pub(super) fn groups_in(
    world: &World,
    endpoint: Option<Id<Endpoint>>,
    network: Id<Network>,
) -> Option<BTreeSet<Id<Filter>>> {
    let own = &world.endpoints[endpoint?].attachments;
    let here = own.iter().filter(|own| own.network == network);
    let groups: Vec<&[Id<Filter>]> = here.map(|own| own.filters.as_slice()).collect();
    let is_known = own.iter().all(|own| own.doubt.is_certain());
    let all_filtered = !groups.is_empty() && groups.iter().all(|own| !own.is_empty());
    (is_known && all_filtered).then(|| groups.into_iter().flatten().copied().collect())
}

/// What the groups at which clients of a network come in let pass, taken together: each may be that of the interface that they call.
/// What refers to the members of a group may be any client. None where nothing filters them, or rules deny, so that they do not add up.
pub(super) fn gate(
    world: &mut World,
    name: &str,
    client: Id<Network>,
    groups: &BTreeSet<Id<Filter>>,
) -> Option<Id<Filter>> {
    let own = &world.networks[client];
    let all: Vec<&Filter> = groups.iter().map(|id| &world.filters[*id]).collect();
    let rules = || all.iter().flat_map(|group| &group.ingress);
    let first = all.first()?;
    if rules().any(|rule| rule.action != FilterAction::Allow) {
        return None;
    }
    let names: Vec<&str> = all.iter().map(|group| group.name.as_str()).collect();
    let at_relay = |rule: &FilterRule| FilterRule {
        peer: match &rule.peer {
            FilterPeer::Addresses(_) => rule.peer.clone(),
            FilterPeer::Members(_) => FilterPeer::Addresses(own.addresses.clone()),
        },
        own: FilterPeer::anyone(),
        ..rule.clone()
    };
    let gate = Filter {
        name: format!("{} at {name} in {}", names.join(" and "), own.name),
        kind: first.kind,
        stateful: true,
        ingress: rules().map(at_relay).collect(),
        egress: Vec::new(),
        doubt: all
            .iter()
            .fold(Doubt::none(), |doubt, group| doubt.and(&group.doubt)),
        origin: first.origin.clone(),
    };
    Some(world.filters.push(gate))
}
