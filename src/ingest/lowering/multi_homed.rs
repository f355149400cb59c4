//! Machines with interfaces in several networks: whoever gets into one goes on from there into the others, without any border.
//! Sources: VPC user guide, "Multi-VPC ENI attachments" (EC2 user guide, "Elastic network interfaces"); Google Cloud,
//! "Multiple network interfaces": the interfaces of an instance are in different networks.

use super::relay_service::gate;
use crate::model::{
    AddressSet, Attachment, Border, Direction, Doubt, Endpoint, GapKind, Id, Leg, Network,
    PivotRisk, Relay, World,
};
use std::collections::BTreeSet;

/// Enters a border for each machine that surely has interfaces in several networks: what it hands on is not judged.
pub fn join(world: &mut World) {
    let ids: Vec<Id<Endpoint>> = world.endpoints.ids().collect();
    for id in ids {
        let own = world.endpoints[id].clone();
        let sure = own.attachments.iter().filter(|at| at.doubt.is_certain());
        let networks: BTreeSet<Id<Network>> = sure.map(|at| at.network).collect();
        if networks.len() > 1 && own.pivot_risk != PivotRisk::Never {
            enter(world, &own, &networks);
        }
    }
}

fn enter(world: &mut World, own: &Endpoint, networks: &BTreeSet<Id<Network>>) {
    let names: Vec<&str> = networks
        .iter()
        .map(|id| world.networks[*id].name.as_str())
        .collect();
    let what = format!(
        "what `{}` hands on between {}, in each of which it has an interface, is not judged",
        own.name,
        super::listed(&names, "and")
    );
    let doubt = world.doubt(GapKind::NotJudged, what, own.origin.clone());
    let mut legs = Vec::new();
    for from in networks {
        for to in networks.iter().filter(|to| *to != from) {
            legs.push(leg(world, own, (*from, *to), &doubt));
        }
    }
    world.borders.push(Border {
        name: format!("interfaces of {}", own.name),
        kind: "multi-homed machine",
        legs,
        state: "takes connections up in one network and may open others in the next".to_owned(),
        origin: own.origin.clone(),
    });
}

fn leg(
    world: &mut World,
    own: &Endpoint,
    (from, to): (Id<Network>, Id<Network>),
    doubt: &Doubt,
) -> Leg {
    let inside = |network: Id<Network>| {
        own.attachments
            .iter()
            .filter(move |at| at.network == network)
    };
    let all_of =
        |network| -> AddressSet { inside(network).map(|at| at.addresses.clone()).collect() };
    let filtered = |at: &&Attachment| !at.filters.is_empty();
    let gate = if inside(from).all(|at| filtered(&at)) {
        let groups = inside(from).flat_map(|at| at.filters.clone()).collect();
        gate(world, &own.name, from, &groups)
    } else {
        None
    };
    let end = |id: Id<Network>| (id, world.networks[id].addresses.clone());
    Leg {
        filters: gate
            .map(|own| (own, Direction::Ingress))
            .into_iter()
            .collect(),
        relay: Some(Relay {
            listens: all_of(from),
            sends: all_of(to),
        }),
        ..Leg::unknown(end(from), end(to), doubt.clone())
    }
}
