//! What tests print of hops and chains.

use crate::model::*;
use crate::reach::{Party, SteppingStones};

/// A hop for an assertion: its verdict, kind and reason, and the names of what the reason rests on.
pub(in crate::reach::path) fn shown(hop: &Hop, world: &World) -> String {
    let facts = match &hop.reason {
        Reason::RuleAllows {
            filter,
            direction,
            rule,
        }
        | Reason::RuleDenies {
            filter,
            direction,
            rule,
        } => {
            let own = &world.filters[*filter];
            let rule = &own.rules(*direction)[*rule];
            format!(
                "{}: {} {}{}",
                own.name,
                rule.traffic,
                end(&rule.peer, world),
                if rule.own == FilterPeer::anyone() {
                    String::new()
                } else {
                    format!(" at {}", end(&rule.own, world))
                }
            )
        }
        Reason::NoRule {
            filters, packet, ..
        } => {
            let names: Vec<&str> = filters
                .iter()
                .map(|filter| world.filters[*filter].name.as_str())
                .collect();
            let traffic = Traffic::ports(packet.protocol, packet.port, packet.port);
            format!("{}: {traffic} {}", names.join(" "), packet.source)
        }
        Reason::Route { table, route, .. } | Reason::RouteElsewhere { table, route } => {
            let table = &world.route_tables[*table];
            let route = &table.routes[*route];
            let target = match &route.target {
                Target::Border(id) => world.borders[*id].name.clone(),
                target => format!("{target:?}"),
            };
            let block = route.destination.map(|block| block.to_string());
            format!("{}: {} to {target}", table.name, block.unwrap_or_default())
        }
        Reason::NoRoute {
            tables,
            destination,
        } => format!("{}: {destination}", world.route_tables[tables[0]].name),
        Reason::Destination(_, Location::Network(id)) => world.networks[*id].name.clone(),
        Reason::NatGateway(id) => world.endpoints[*id].name.clone(),
        _ => String::new(),
    };
    format!(
        "{} {} {} {facts}",
        hop.verdict.word(),
        hop.kind.word(),
        hop.reason.code()
    )
}

fn end(peer: &FilterPeer, world: &World) -> String {
    match peer {
        FilterPeer::Addresses(addresses) => addresses.to_string(),
        FilterPeer::Members(filter) => format!("members:{}", world.filters[*filter].name),
    }
}

/// Chains with one start and one far side each, in order.
pub(in crate::reach::path) fn apart(found: &[SteppingStones]) -> Vec<SteppingStones> {
    let each = |chain: &SteppingStones| {
        let one = |(from, far): (_, &Party)| SteppingStones {
            starts: vec![from],
            fars: vec![far.clone()],
            ..chain.clone()
        };
        chain.pairs().map(one).collect::<Vec<_>>()
    };
    let mut out: Vec<SteppingStones> = found.iter().flat_map(each).collect();
    out.sort_by(|a, b| (&a.starts, &a.fars).cmp(&(&b.starts, &b.fars)));
    out
}
