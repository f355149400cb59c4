//! What the route tables add up to: the ways from each attached network to each other one.

use super::attachment::{End, Joint};
use super::gate::{entries, gates};
use super::hub::Hubs;
use super::switch::Switch;
use super::table::{BEHIND, Route, Table};
use crate::ingest::aws::lowering::Lowering;
use crate::model::{
    AddressSet, Border, Direction, Doubt, Filter, GapKind, Id, Leg, Network, Origin, Subnet,
};
use std::collections::BTreeSet;

/// How many gateways a packet is followed through.
const HUBS: usize = 4;

/// Adds the legs of all hubs to their links.
pub fn lower(lowering: &mut Lowering, hubs: &Hubs) {
    for (number, joint) in hubs.joints.iter().enumerate() {
        let (End::Network(from, _) | End::Outer(from)) = &joint.end else {
            continue;
        };
        let mut walk = Walk {
            hubs,
            ways: Vec::new(),
            from: number,
        };
        let start = Way {
            destinations: AddressSet::all(),
            doubt: joint.doubt.clone(),
            because: Vec::new(),
            passed: Vec::new(),
            keeps_members: Switch::known(true),
        };
        walk.enter(lowering, number, &start, HUBS);
        for (to, way) in walk.ways {
            let legs = legs(lowering, hubs, (joint, *from), to, &way);
            lowering.world.borders[joint.link].legs.extend(legs);
        }
    }
    // What a gateway that is not managed here leads to beside the networks of the input.
    for (link, hub) in hubs.hubs.iter().filter(|(_, hub)| !hub.managed) {
        let doubt = lowering.doubt_of_hub(*link);
        let name = format!("far side of {}", lowering.world.borders[*link].name);
        let origin = hub
            .resource
            .map(|id| lowering.graph.resources[id].origin.clone());
        let far = Network {
            name,
            addresses: AddressSet::all(),
            owner: None,
            known: false,
            doubt: doubt.clone(),
            origin,
        };
        let far = lowering.world.networks.push(far);
        lowering.lowered.outer.count(lowering.world, far);
        let near: BTreeSet<Id<Network>> = hubs
            .joints
            .iter()
            .filter(|joint| joint.link == *link)
            .filter_map(Joint::network)
            .collect();
        near.into_iter()
            .for_each(|near| lowering.open(*link, near, far, &doubt));
    }
}

/// Where a packet is headed, and what has led there.
#[derive(Clone)]
struct Way {
    destinations: AddressSet,
    doubt: Doubt,
    because: Vec<(String, Option<Origin>)>,
    /// Gateways in which it was not told where it goes.
    passed: Vec<Id<Border>>,
    keeps_members: Switch,
}

struct Walk<'h> {
    hubs: &'h Hubs,
    /// Attachments that packets leave by, with the way to each.
    ways: Vec<(usize, Way)>,
    from: usize,
}

impl Walk<'_> {
    /// A packet enters a gateway by an attachment: the table that this is associated with decides. One that is not in the
    /// input may lead it to every attachment.
    fn enter(&mut self, lowering: &mut Lowering, joint: usize, way: &Way, steps: usize) {
        let hubs = self.hubs;
        let Some(joint) = hubs.joints.get(joint) else {
            return;
        };
        let keeps_members = way.keeps_members.and(&kept(hubs, joint));
        let way = Way {
            doubt: way.doubt.and(&joint.tables.rest),
            keeps_members,
            ..way.clone()
        };
        for (table, doubt) in &joint.tables.items {
            let Some(table) = hubs.tables.get(*table) else {
                continue;
            };
            let way = Way {
                doubt: way.doubt.and(doubt),
                ..way.clone()
            };
            self.choose(lowering, table, &way, steps);
            if !table.rest.is_certain() {
                self.anywhere(
                    lowering,
                    joint,
                    &Way {
                        doubt: way.doubt.and(&table.rest),
                        ..way
                    },
                    steps,
                );
            }
        }
        if !joint.tables.rest.is_certain() {
            self.anywhere(lowering, joint, &way, steps);
        }
    }

    /// Longest prefix first, then static over propagated. A route in doubt may be absent, so it hides nothing for sure.
    fn choose(&mut self, lowering: &mut Lowering, table: &Table, way: &Way, steps: usize) {
        let length = |route: &Route| route.block.map_or(u8::MAX, |block| block.prefix_len());
        let mut routes: Vec<&Route> = table.routes.iter().collect();
        routes.sort_by_key(|route| (std::cmp::Reverse(length(route)), route.rank, route.block));
        let mut taken = AddressSet::none();
        let mut perhaps: (AddressSet, Doubt) = (AddressSet::none(), Doubt::none());
        for same in routes.chunk_by(|a, b| a.rank == b.rank && a.block == b.block) {
            let Some(first) = same.first() else { continue };
            let block = first
                .block
                .map_or(AddressSet::all(), AddressSet::of)
                .intersection(&way.destinations)
                .difference(&taken);
            let targets: BTreeSet<usize> = same
                .iter()
                .flat_map(|route| route.to.iter().map(|(joint, _)| *joint))
                .collect();
            let tie = if targets.len() > 1 {
                self.tie(lowering, table, first)
            } else {
                Doubt::none()
            };
            for route in same {
                let base = way.doubt.and(&route.doubt).and(&table.rest).and(&tie);
                let parts = [
                    (block.difference(&perhaps.0), base.clone()),
                    (block.intersection(&perhaps.0), base.and(&perhaps.1)),
                ];
                for (destinations, doubt) in parts.into_iter().filter(|(part, _)| !part.is_empty())
                {
                    self.follow(
                        lowering,
                        table,
                        route,
                        &Way {
                            destinations,
                            doubt,
                            ..way.clone()
                        },
                        steps,
                    );
                }
            }
            if same.iter().any(|route| route.doubt.is_certain()) {
                taken = taken.union(&block);
            } else if first.rank != BEHIND {
                perhaps.0 = perhaps.0.union(&block);
                perhaps.1 = same
                    .iter()
                    .fold(perhaps.1, |sum, route| sum.and(&route.doubt));
            }
        }
    }

    /// Two attachments with one and the same block: only one of the routes is in force, and the input does not tell which.
    fn tie(&self, lowering: &mut Lowering, table: &Table, route: &Route) -> Doubt {
        let block = route
            .block
            .map(|block| block.to_string())
            .unwrap_or_default();
        let what = format!(
            "`{}` has several routes to {block}, of which one is in force",
            table.name
        );
        lowering
            .world
            .doubt(GapKind::NotJudged, what, route.origin.clone())
    }

    fn follow(
        &mut self,
        lowering: &mut Lowering,
        table: &Table,
        route: &Route,
        way: &Way,
        steps: usize,
    ) {
        let hubs = self.hubs;
        for (number, doubt) in &route.to {
            let Some(joint) = hubs.joints.get(*number) else {
                continue;
            };
            let name = name(lowering, joint);
            let kind = if route.rank == 0 {
                "static"
            } else {
                "propagated"
            };
            let block = route
                .block
                .map_or("unknown blocks".to_owned(), |block| block.to_string());
            let because = (
                format!("`{}` leads {block} to {name} ({kind})", table.name),
                route.origin.clone().or(table.origin.clone()),
            );
            let mut way = Way {
                doubt: way.doubt.and(doubt).and(&joint.doubt),
                ..way.clone()
            };
            way.because.push(because);
            match joint.end {
                End::Hub if steps > 0 => {
                    way.keeps_members = Switch::known(false);
                    joint
                        .twin
                        .into_iter()
                        .for_each(|twin| self.enter(lowering, twin, &way, steps - 1));
                }
                End::Hub => {}
                _ if *number == self.from => {}
                _ => {
                    way.keeps_members = way.keeps_members.and(&kept(hubs, joint));
                    self.beyond(lowering, *number, &way);
                    self.ways.push((*number, way));
                }
            }
        }
    }

    /// A table that may hold further routes may lead to every attachment of its gateway.
    fn anywhere(&mut self, lowering: &mut Lowering, from: &Joint, way: &Way, steps: usize) {
        if way.passed.contains(&from.link) {
            return;
        }
        let mut way = way.clone();
        way.passed.push(from.link);
        let hubs = self.hubs;
        for (number, joint) in hubs
            .joints
            .iter()
            .enumerate()
            .filter(|(_, joint)| joint.link == from.link)
        {
            let way = Way {
                doubt: way.doubt.and(&joint.doubt),
                ..way.clone()
            };
            match joint.twin {
                Some(twin) if steps > 0 => self.enter(
                    lowering,
                    twin,
                    &Way {
                        keeps_members: Switch::known(false),
                        ..way
                    },
                    steps - 1,
                ),
                Some(_) => {}
                None if number == self.from => {}
                None => self.ways.push((number, way)),
            }
        }
    }

    /// Destinations outside of the VPC that a packet is led to: a NAT gateway or appliance there may carry it on to any
    /// other attached network.
    fn beyond(&mut self, lowering: &mut Lowering, number: usize, way: &Way) {
        let hubs = self.hubs;
        let Some((joint, by)) = hubs
            .joints
            .get(number)
            .and_then(|joint| Some((joint, joint.network()?)))
        else {
            return;
        };
        let own = lowering.world.networks[by].addresses.clone();
        let rest = way.destinations.difference(&own);
        let start = hubs.joints.get(self.from).and_then(Joint::network);
        for (next, other) in hubs
            .joints
            .iter()
            .enumerate()
            .filter(|(next, other)| *next != number && other.link == joint.link)
        {
            let Some(network) = other
                .network()
                .filter(|network| *network != by && Some(*network) != start)
            else {
                continue;
            };
            let destinations = rest.intersection(&lowering.world.networks[network].addresses);
            if destinations.is_empty() {
                continue;
            }
            let [by, network] = [by, network].map(|id| lowering.world.networks[id].name.clone());
            let what = format!(
                "whether something in `{by}` carries packets on to `{network}` is not judged"
            );
            let doubt = lowering.world.doubt(
                GapKind::NotJudged,
                what,
                way.because.last().and_then(|(_, origin)| origin.clone()),
            );
            let way = Way {
                destinations,
                doubt: way.doubt.and(&doubt).and(&other.doubt),
                keeps_members: Switch::known(false),
                ..way.clone()
            };
            self.ways.push((next, way));
        }
    }
}

/// What the trail says of a way: how it is attached, what it goes through, what its ends are set to.
fn because(
    lowering: &Lowering,
    joint: &Joint,
    far: &Joint,
    way: &Way,
) -> Vec<(String, Option<Origin>)> {
    let mut because = vec![(
        format!("attached by {}", name(lowering, joint)),
        origin(lowering, joint),
    )];
    because.extend(way.because.iter().cloned());
    for side in [joint, far] {
        let mode = side.resource.and_then(|id| {
            lowering.graph.resources[id]
                .values
                .get("appliance_mode_support")
                .text()
        });
        if mode == Some("enable") {
            because.push((
                "appliance mode keeps both directions of a flow in one zone".to_owned(),
                origin(lowering, side),
            ));
        }
    }
    because
}

/// The legs of one way: one for each pair of ACLs at its two ends.
fn legs(
    lowering: &mut Lowering,
    hubs: &Hubs,
    (joint, from): (&Joint, Id<Network>),
    to: usize,
    way: &Way,
) -> Vec<Leg> {
    let Some(far) = hubs.joints.get(to) else {
        return Vec::new();
    };
    let (End::Network(target, _) | End::Outer(target)) = far.end else {
        return Vec::new();
    };
    if target == from {
        return Vec::new();
    }
    let [source, end] = [from, target].map(|id| lowering.world.networks[id].clone());
    let [own, theirs] = [from, target].map(|id| lowering.world.settled_addresses(id));
    let sources = if source.known || !end.known {
        source.addresses
    } else {
        source.addresses.difference(&theirs)
    };
    let reached = if end.known || !source.known {
        end.addresses
    } else {
        end.addresses.difference(&own)
    };
    let because = because(lowering, joint, far, way);
    let destinations = way.destinations.intersection(&reached);
    let mut out = Vec::new();
    let near_gates = gates(lowering, joint);
    let far_gates = gates(lowering, far);
    for near in &near_gates {
        let entries = entries(lowering, from, joint, &near_gates, near);
        for ((entry, unsure), gate) in entries
            .iter()
            .flat_map(|entry| far_gates.iter().map(move |gate| (entry, gate)))
        {
            let mut filters: Vec<(Id<Filter>, Direction)> = near
                .acl
                .iter()
                .map(|acl| (*acl, Direction::Ingress))
                .collect();
            let inside: AddressSet = gate
                .subnets
                .iter()
                .map(|subnet| lowering.world.subnets[*subnet].addresses.clone())
                .collect();
            let leg = |destinations: AddressSet,
                       filters: Vec<(Id<Filter>, Direction)>,
                       unjudged: Vec<Id<Subnet>>| Leg {
                from,
                entry: entry.clone(),
                to: target,
                sources: sources.clone(),
                destinations,
                filters,
                unjudged,
                keeps_members: Vec::new(),
                relay: None,
                doubt: way.doubt.and(&source.doubt).and(&end.doubt).and(unsure),
                because: because.clone(),
            };
            // Into the attachment's own subnet no ACL is evaluated; into another, that of the attachment's subnet on the
            // way out of it comes first.
            if gate.acl.is_none() {
                out.push(leg(destinations.clone(), filters, gate.subnets.clone()));
                continue;
            }
            out.push(leg(
                destinations.intersection(&inside),
                filters.clone(),
                gate.subnets.clone(),
            ));
            filters.extend(gate.acl.map(|acl| (acl, Direction::Egress)));
            out.push(leg(destinations.difference(&inside), filters, Vec::new()));
        }
    }
    let v6 = joint.carries_v6.doubt.and(&far.carries_v6.doubt);
    let mut out: Vec<Leg> = out
        .into_iter()
        .flat_map(|leg| by_family(leg, &v6))
        .flat_map(|leg| by_members(leg, &way.keeps_members))
        .collect();
    out.retain(|leg| !leg.destinations.is_empty() && !leg.sources.is_empty());
    out
}

/// The families apart, where only IPv6 is in doubt.
fn by_family(leg: Leg, v6: &Doubt) -> Vec<Leg> {
    if v6.is_certain() {
        return vec![leg];
    }
    let part = |family: AddressSet, doubt: Doubt| Leg {
        destinations: leg.destinations.intersection(&family),
        doubt,
        ..leg.clone()
    };
    vec![
        part(AddressSet::all_v4(), leg.doubt.clone()),
        part(AddressSet::all_v6(), leg.doubt.and(v6)),
    ]
}

/// References to groups hold in inbound rules only; where it is not known whether they do, what does not need them stays
/// certain. Source: Transit Gateway guide, "Security group referencing".
fn by_members(leg: Leg, members: &Switch) -> Vec<Leg> {
    let keeping = Leg {
        keeps_members: vec![Direction::Ingress],
        doubt: leg.doubt.and(&members.doubt),
        ..leg.clone()
    };
    match (members.on, members.doubt.is_certain()) {
        (false, _) => vec![leg],
        (true, true) => vec![keeping],
        (true, false) => vec![leg, keeping],
    }
}

/// Whether gateway and attachment let references to groups hold.
fn kept(hubs: &Hubs, joint: &Joint) -> Switch {
    hubs.hubs
        .get(&joint.link)
        .map(|hub| hub.keeps_members.and(&joint.keeps_members))
        .unwrap_or_default()
}

/// An attachment as trails name it.
pub(super) fn name(lowering: &Lowering, joint: &Joint) -> String {
    let address = joint
        .resource
        .map(|id| format!("`{}`", lowering.graph.resources[id].address));
    address.unwrap_or_else(|| "an attachment that is not in the input".to_owned())
}

pub(super) fn origin(lowering: &Lowering, joint: &Joint) -> Option<Origin> {
    joint
        .resource
        .map(|id| lowering.graph.resources[id].origin.clone())
}
