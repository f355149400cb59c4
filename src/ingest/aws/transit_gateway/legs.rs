//! What the route tables add up to: the ways from each attached network to each other one.

use super::gate::name;
use super::hubs::{BEHIND, End, Hubs, Joint, Route, Table};
use super::leg::{Way, legs};
use super::switch::Switch;
use crate::ingest::aws::lowering::Lowering;
use crate::ingest::aws::stage::AtBorders;
use crate::model::{AddressSet, Doubt, GapKind, Id, Network};
use std::collections::BTreeSet;

/// How many gateways a packet is followed through.
const HUBS: usize = 4;

/// Adds the legs of all hubs to their links.
pub fn lower(lowering: &mut Lowering<AtBorders>, hubs: &Hubs) {
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
        lowering.lowered.on_demand.outer.count(lowering.world, far);
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

struct Walk<'h> {
    hubs: &'h Hubs,
    /// Attachments that packets leave by, with the way to each.
    ways: Vec<(usize, Way)>,
    from: usize,
}

impl Walk<'_> {
    /// A packet enters a gateway by an attachment: the table that this is associated with decides. One that is not in the
    /// input may lead it to every attachment.
    fn enter(&mut self, lowering: &mut Lowering<AtBorders>, joint: usize, way: &Way, steps: usize) {
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
    fn choose(
        &mut self,
        lowering: &mut Lowering<AtBorders>,
        table: &Table,
        way: &Way,
        steps: usize,
    ) {
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
    fn tie(&self, lowering: &mut Lowering<AtBorders>, table: &Table, route: &Route) -> Doubt {
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
        lowering: &mut Lowering<AtBorders>,
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
    fn anywhere(
        &mut self,
        lowering: &mut Lowering<AtBorders>,
        from: &Joint,
        way: &Way,
        steps: usize,
    ) {
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
    fn beyond(&mut self, lowering: &mut Lowering<AtBorders>, number: usize, way: &Way) {
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

/// Whether gateway and attachment let references to groups hold.
fn kept(hubs: &Hubs, joint: &Joint) -> Switch {
    hubs.hubs
        .get(&joint.link)
        .map(|hub| hub.keeps_members.and(&joint.keeps_members))
        .unwrap_or_default()
}
