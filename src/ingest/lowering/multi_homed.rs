//! Machines with interfaces in several networks: whoever gets into one goes on from there into the others, without any border.
//! Sources: VPC user guide, "Multi-VPC ENI attachments" (EC2 user guide, "Elastic network interfaces"); Google Cloud,
//! "Multiple network interfaces": the interfaces of an instance are in different networks.

use super::gate::gate;
use crate::model::{
    AddressSet, Attachment, Border, Direction, Doubt, Endpoint, GapKind, Id, Leg, Network,
    PivotRisk, Relay, World,
};
use std::collections::BTreeSet;

/// Two different networks: packets come from the first and go on into the second.
type Pair = (Id<Network>, Id<Network>);

/// Enters a border for each machine that has interfaces in several networks, or may have: what it hands on is not judged.
pub fn join(world: &mut World) {
    let ids: Vec<Id<Endpoint>> = world.endpoints.ids().collect();
    for id in ids {
        let own = &world.endpoints[id];
        if own.pivot_risk == PivotRisk::Never {
            continue;
        }
        let pairs = pairs(&own.attachments);
        if !pairs.is_empty() {
            let own = own.clone();
            enter(world, &own, &pairs);
        }
    }
}

/// The networks in which two interfaces may be at once: two of one interface where both are certain, and those of two interfaces.
fn pairs(attachments: &[Attachment]) -> BTreeSet<Pair> {
    let mut places: Vec<(usize, Id<Network>, bool)> = attachments
        .iter()
        .map(|at| (at.interface, at.network, at.doubt.is_certain()))
        .collect();
    places.sort_unstable();
    places.dedup();
    let mut out = BTreeSet::new();
    for (number, from, sure) in &places {
        let at_once = |other: &&(usize, Id<Network>, bool)| {
            other.1 != *from && (other.0 != *number || (*sure && other.2))
        };
        out.extend(places.iter().filter(at_once).map(|other| (*from, other.1)));
    }
    out
}

fn enter(world: &mut World, own: &Endpoint, pairs: &BTreeSet<Pair>) {
    let networks: BTreeSet<Id<Network>> = pairs.iter().map(|(from, _)| *from).collect();
    let names: Vec<&str> = networks
        .iter()
        .map(|id| world.networks[*id].name.as_str())
        .collect();
    let what = format!(
        "what `{}` hands on between {}, in each of which it has an interface or may have one, is not judged",
        own.name,
        super::listed(&names, "and")
    );
    let doubt = world.doubt(GapKind::NotJudged, what, own.origin.clone());
    let legs = pairs
        .iter()
        .map(|pair| leg(world, own, *pair, &doubt))
        .collect();
    world.borders.push(Border {
        name: format!("interfaces of {}", own.name),
        kind: "multi-homed machine",
        legs,
        state: "takes connections up in one network and may open others in the next".to_owned(),
        origin: own.origin.clone(),
    });
}

fn leg(world: &mut World, own: &Endpoint, (from, to): Pair, doubt: &Doubt) -> Leg {
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
