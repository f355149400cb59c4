//! What the route tables add up to: the ways from each attached network to each other one.

use super::acl_group::name;
use super::hubs::{AttachmentTarget, BEHIND, HubAttachment, Hubs, Route, Table};
use super::leg::{TransitPath, legs};
use super::switch::Switch;
use crate::ingest::aws::lowering::Lowering;
use crate::ingest::aws::stage::AtBorders;
use crate::model::{AddressSet, Doubt, GapKind, Id, Network, NetworkOwner};
use std::collections::BTreeSet;

/// How many peerings a packet is followed over: with routes that are not known each may lead to every other.
const PEERINGS: usize = 4;

/// Adds the legs of all hubs to their borders.
pub fn lower(lowering: &mut Lowering<AtBorders>, hubs: &Hubs) {
    for (number, hub_attachment) in hubs.hub_attachments.iter().enumerate() {
        let (AttachmentTarget::Network(from, _) | AttachmentTarget::Outer(from)) =
            &hub_attachment.end
        else {
            continue;
        };
        let mut traversal = TransitTraversal {
            hubs,
            transit_paths: Vec::new(),
            from: number,
            unfollowed: AddressSet::none(),
        };
        let start = TransitPath {
            destinations: AddressSet::all(),
            doubt: hub_attachment.doubt.clone(),
            because: Vec::new(),
            passed: Vec::new(),
            entered: Vec::new(),
            keeps_members: Switch::known(true),
        };
        traversal.enter(lowering, number, &start, PEERINGS);
        for (to, transit_path) in traversal.transit_paths {
            let legs = legs(lowering, hubs, (hub_attachment, *from), to, &transit_path);
            lowering.world.borders[hub_attachment.border]
                .legs
                .extend(legs);
        }
    }
    // What a gateway that is not managed here leads to beside the networks of the input.
    for (border, hub) in hubs.hubs.iter().filter(|(_, hub)| !hub.managed) {
        let doubt = lowering.doubt_of_hub(*border);
        let name = format!("far side of {}", lowering.world.borders[*border].name);
        let origin = hub
            .resource
            .map(|id| lowering.graph.resources[id].origin.clone());
        let far = Network {
            name,
            addresses: AddressSet::all(),
            owner: NetworkOwner::default(),
            known: false,
            doubt: doubt.clone(),
            origin,
        };
        let far = lowering.world.networks.push(far);
        lowering.lowered.on_demand.outer.count(lowering.world, far);
        let near: BTreeSet<Id<Network>> = hubs
            .hub_attachments
            .iter()
            .filter(|hub_attachment| hub_attachment.border == *border)
            .filter_map(HubAttachment::network)
            .collect();
        near.into_iter()
            .for_each(|near| lowering.open(*border, near, far, &doubt));
    }
}

struct TransitTraversal<'h> {
    hubs: &'h Hubs,
    /// Attachments that packets leave by, with the way to each.
    transit_paths: Vec<(usize, TransitPath)>,
    from: usize,
    /// Destinations that go on after the last peering that is followed.
    unfollowed: AddressSet,
}

impl TransitTraversal<'_> {
    /// A packet enters a gateway by an attachment: the table that this is associated with decides. One that is not in the
    /// input may lead it to every attachment.
    fn enter(
        &mut self,
        lowering: &mut Lowering<AtBorders>,
        hub_attachment: usize,
        transit_path: &TransitPath,
        steps: usize,
    ) {
        let (hubs, number) = (self.hubs, hub_attachment);
        let Some(hub_attachment) = hubs.hub_attachments.get(number) else {
            return;
        };
        let keeps_members = transit_path.keeps_members.and(&kept(hubs, hub_attachment));
        let mut transit_path = TransitPath {
            doubt: transit_path.doubt.and(&hub_attachment.tables.rest),
            keeps_members,
            ..transit_path.clone()
        };
        transit_path.entered.push(number);
        for (table, doubt) in &hub_attachment.tables.items {
            let Some(table) = hubs.tables.get(*table) else {
                continue;
            };
            let transit_path = TransitPath {
                doubt: transit_path.doubt.and(doubt),
                ..transit_path.clone()
            };
            self.choose(lowering, table, &transit_path, steps);
            if !table.rest.is_certain() {
                self.anywhere(
                    lowering,
                    hub_attachment,
                    &TransitPath {
                        doubt: transit_path.doubt.and(&table.rest),
                        ..transit_path
                    },
                    steps,
                );
            }
        }
        if !hub_attachment.tables.rest.is_certain() {
            self.anywhere(lowering, hub_attachment, &transit_path, steps);
        }
    }

    /// Longest prefix first, then static over propagated. A route in doubt may be absent, so it hides nothing for sure.
    fn choose(
        &mut self,
        lowering: &mut Lowering<AtBorders>,
        table: &Table,
        transit_path: &TransitPath,
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
                .intersection(&transit_path.destinations)
                .difference(&taken);
            let targets: BTreeSet<usize> = same
                .iter()
                .flat_map(|route| route.to.iter().map(|(hub_attachment, _)| *hub_attachment))
                .collect();
            let tie = if targets.len() > 1 {
                self.tie(lowering, table, first)
            } else {
                Doubt::none()
            };
            for route in same {
                let base = transit_path
                    .doubt
                    .and(&route.doubt)
                    .and(&table.rest)
                    .and(&tie);
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
                        &TransitPath {
                            destinations,
                            doubt,
                            ..transit_path.clone()
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

    /// Two attachments with one and the same block: only one of the routes is in force, and the input does not say which.
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
        transit_path: &TransitPath,
        steps: usize,
    ) {
        let hubs = self.hubs;
        for (number, doubt) in &route.to {
            let Some(hub_attachment) = hubs.hub_attachments.get(*number) else {
                continue;
            };
            let name = name(lowering, hub_attachment);
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
            let mut transit_path = TransitPath {
                doubt: transit_path.doubt.and(doubt).and(&hub_attachment.doubt),
                ..transit_path.clone()
            };
            transit_path.because.push(because);
            match hub_attachment.end {
                AttachmentTarget::Hub => hub_attachment
                    .twin
                    .into_iter()
                    .for_each(|twin| self.cross(lowering, twin, &transit_path, steps)),
                _ if *number == self.from => {}
                _ => {
                    transit_path.keeps_members =
                        transit_path.keeps_members.and(&kept(hubs, hub_attachment));
                    self.beyond(lowering, *number, &transit_path);
                    self.transit_paths.push((*number, transit_path));
                }
            }
        }
    }

    /// A table that may hold further routes may lead to every attachment of its gateway.
    fn anywhere(
        &mut self,
        lowering: &mut Lowering<AtBorders>,
        from: &HubAttachment,
        transit_path: &TransitPath,
        steps: usize,
    ) {
        if transit_path.passed.contains(&from.border) {
            return;
        }
        let mut transit_path = transit_path.clone();
        transit_path.passed.push(from.border);
        let hubs = self.hubs;
        for (number, hub_attachment) in hubs
            .hub_attachments
            .iter()
            .enumerate()
            .filter(|(_, hub_attachment)| hub_attachment.border == from.border)
        {
            let transit_path = TransitPath {
                doubt: transit_path.doubt.and(&hub_attachment.doubt),
                ..transit_path.clone()
            };
            match hub_attachment.twin {
                Some(twin) => self.cross(lowering, twin, &transit_path, steps),
                None if number == self.from => {}
                None => self.transit_paths.push((number, transit_path)),
            }
        }
    }

    /// A packet goes over a peering into the next gateway, by its attachment there.
    fn cross(
        &mut self,
        lowering: &mut Lowering<AtBorders>,
        twin: usize,
        transit_path: &TransitPath,
        steps: usize,
    ) {
        if transit_path.entered.contains(&twin) {
            return;
        }
        let transit_path = TransitPath {
            keeps_members: Switch::known(false),
            ..transit_path.clone()
        };
        match steps.checked_sub(1) {
            Some(steps) => self.enter(lowering, twin, &transit_path, steps),
            None => self.lose(lowering, &transit_path),
        }
    }

    /// A packet that is not followed further may come to every attached network.
    fn lose(&mut self, lowering: &mut Lowering<AtBorders>, transit_path: &TransitPath) {
        let destinations = transit_path.destinations.difference(&self.unfollowed);
        if destinations.is_empty() {
            return;
        }
        self.unfollowed = self.unfollowed.union(&destinations);
        let what = format!(
            "packets are followed over {PEERINGS} peerings of transit gateways, and these go on"
        );
        let last = transit_path.because.last();
        let origin = last.and_then(|(_, origin)| origin.clone());
        let doubt = lowering.world.doubt(GapKind::NotJudged, what, origin);
        let attached = self.hubs.hub_attachments.iter().enumerate();
        for (number, own) in
            attached.filter(|(number, own)| own.twin.is_none() && *number != self.from)
        {
            let transit_path = TransitPath {
                destinations: destinations.clone(),
                doubt: transit_path.doubt.and(&doubt).and(&own.doubt),
                ..transit_path.clone()
            };
            self.transit_paths.push((number, transit_path));
        }
    }

    /// Destinations outside of the VPC that a packet is led to: a NAT gateway or appliance there may carry it on to any
    /// other attached network.
    fn beyond(
        &mut self,
        lowering: &mut Lowering<AtBorders>,
        number: usize,
        transit_path: &TransitPath,
    ) {
        let hubs = self.hubs;
        let Some((hub_attachment, by)) = hubs
            .hub_attachments
            .get(number)
            .and_then(|hub_attachment| Some((hub_attachment, hub_attachment.network()?)))
        else {
            return;
        };
        let own = lowering.world.networks[by].addresses.clone();
        let rest = transit_path.destinations.difference(&own);
        let start = hubs
            .hub_attachments
            .get(self.from)
            .and_then(HubAttachment::network);
        for (next, other) in hubs
            .hub_attachments
            .iter()
            .enumerate()
            .filter(|(next, other)| *next != number && other.border == hub_attachment.border)
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
                transit_path
                    .because
                    .last()
                    .and_then(|(_, origin)| origin.clone()),
            );
            let transit_path = TransitPath {
                destinations,
                doubt: transit_path.doubt.and(&doubt).and(&other.doubt),
                keeps_members: Switch::known(false),
                ..transit_path.clone()
            };
            self.transit_paths.push((next, transit_path));
        }
    }
}

/// Whether gateway and attachment let references to groups hold.
fn kept(hubs: &Hubs, hub_attachment: &HubAttachment) -> Switch {
    hubs.hubs
        .get(&hub_attachment.border)
        .map(|hub| hub.keeps_members.and(&hub_attachment.keeps_members))
        .unwrap_or_default()
}
