//! What becomes of one packet in a world in which nothing is in doubt.

use super::super::pod_policies::PodPolicies;
use super::super::scene::Scene;
use crate::model::*;
use crate::reach::Party;
use std::net::IpAddr;

/// Where one packet leaves or arrives.
pub(super) struct PacketEnd {
    pub(super) network: Id<Network>,
    pub(super) subnet: Id<Subnet>,
    pub(super) groups: Option<Vec<Id<Filter>>>,
}

pub(super) fn crossing(outwards: bool) -> Direction {
    if outwards {
        Direction::Egress
    } else {
        Direction::Ingress
    }
}

impl PacketEnd {
    pub(super) fn of(at: &Attachment) -> PacketEnd {
        PacketEnd {
            network: at.network,
            subnet: at.subnet.unwrap(),
            groups: Some(at.filters.clone()),
        }
    }
}

/// Ports that a client may choose; rules in these tests change at 1024 and 2000 only.
pub(super) const CHOSEN: [u16; 3] = [1024, 2000, 65535];

impl Scene {
    pub(super) fn stands(&self, party: &Party, packet: &Witness, source: bool) -> Vec<PacketEnd> {
        let address = if source {
            packet.source
        } else {
            packet.destination
        };
        let here = |at: &&Attachment| at.addresses.contains(address);
        match party {
            Party::Workload(id) => {
                let pod_placements = self.world.workloads[*id].pod_placements.iter();
                let speaks = |pod_placement: &PodPlacement| match &pod_placement.node {
                    Some(node)
                        if source && pod_placement.translated.contains(packet.destination) =>
                    {
                        node.clone()
                    }
                    _ => pod_placement.pod.clone(),
                };
                pod_placements
                    .map(speaks)
                    .filter(|at| at.addresses.contains(address))
                    .map(|at| PacketEnd::of(&at))
                    .collect()
            }
            Party::Endpoint(id) if !source && self.world.endpoints[*id].opens_only => Vec::new(),
            Party::Endpoint(id) => self.world.endpoints[*id]
                .attachments
                .iter()
                .filter(here)
                .map(PacketEnd::of)
                .collect(),
            Party::Addresses(own) if !own.contains(address) => Vec::new(),
            Party::Addresses(_) => {
                let holds =
                    |(_, subnet): &(Id<Subnet>, &Subnet)| subnet.addresses.contains(address);
                let packet_end = |(id, subnet): (Id<Subnet>, &Subnet)| PacketEnd {
                    network: subnet.network,
                    subnet: id,
                    groups: None,
                };
                self.world
                    .subnets
                    .iter()
                    .filter(holds)
                    .map(packet_end)
                    .collect()
            }
        }
    }

    /// `known`: whether what the other end is a member of is known here.
    pub(super) fn filter_passes(
        &self,
        filter: Id<Filter>,
        outwards: bool,
        (own_stand, other): (&PacketEnd, &PacketEnd),
        known: bool,
        packet: &Witness,
    ) -> bool {
        let (near, far) = if outwards {
            (packet.source, packet.destination)
        } else {
            (packet.destination, packet.source)
        };
        let own = &self.world.filters[filter];
        let mut rules: Vec<&FilterRule> = if outwards { &own.egress } else { &own.ingress }
            .iter()
            .collect();
        rules.sort_by_key(|rule| (rule.order, std::cmp::Reverse(rule.action)));
        let is = |end: &FilterPeer, packet_end: &PacketEnd, known: bool, address| match end {
            FilterPeer::Addresses(addresses) => addresses.contains(address),
            FilterPeer::Members(of) => {
                known
                    && packet_end
                        .groups
                        .as_ref()
                        .is_some_and(|groups| groups.contains(of))
            }
        };
        let names = |rule: &FilterRule| {
            is(&rule.peer, other, known, far) && is(&rule.own, own_stand, true, near)
        };
        let mut from = 0;
        for rule in rules
            .into_iter()
            .filter(|rule| names(rule) && rule.traffic.of(packet.protocol).contains(packet.port))
        {
            match rule.action {
                _ if rule.order < from => {}
                FilterAction::Skip(to) => from = to,
                action => return action == FilterAction::Allow,
            }
        }
        false
    }

    /// The target of the route that a packet from there is sent by.
    pub(super) fn routed(&self, from: &PacketEnd, destination: IpAddr) -> Option<&Target> {
        let table = &self.world.route_tables[self.world.subnets[from.subnet].tables[0]];
        let holds =
            |route: &&Route| AddressSet::of(route.destination.unwrap()).contains(destination);
        let choice = |route: &&Route| {
            (
                route.destination.unwrap().prefix_len(),
                std::cmp::Reverse(route.rank),
            )
        };
        let routes = table.routes.iter().filter(holds);
        routes.max_by_key(choice).map(|route| &route.target)
    }

    /// How a packet is forwarded: not at all, inside its network, or over a leg.
    pub(super) fn forwarded(
        &self,
        from: &PacketEnd,
        to: &PacketEnd,
        source: IpAddr,
        destination: IpAddr,
    ) -> Option<Option<&Leg>> {
        if from.subnet == to.subnet {
            return Some(None);
        }
        let carries = |leg: &&Leg| {
            let ends = leg.from == from.network && leg.to == to.network;
            let enters = leg
                .entry
                .as_ref()
                .is_none_or(|subnets| subnets.contains(&from.subnet));
            ends && enters && leg.sources.contains(source) && leg.destinations.contains(destination)
        };
        match self.routed(from, destination) {
            Some(Target::Local) if from.network == to.network => Some(None),
            Some(Target::Border(border)) => self.world.borders[*border]
                .legs
                .iter()
                .find(carries)
                .map(Some),
            _ => None,
        }
    }

    pub(super) fn edges_pass(
        &self,
        from: &PacketEnd,
        to: &PacketEnd,
        over: Option<&Leg>,
        packet: &Witness,
        replies: bool,
    ) -> bool {
        let pass = |filter: Id<Filter>, outwards: bool| {
            let known = over.is_none_or(|leg| leg.keeps_members.contains(&crossing(outwards)));
            let stands = if outwards { (from, to) } else { (to, from) };
            replies && self.world.filters[filter].stateful
                || self.filter_passes(filter, outwards, stands, known, packet)
        };
        let edge = |packet_end: &PacketEnd, outwards: bool| {
            let subnet = &self.world.subnets[packet_end.subnet];
            let crossed = from.subnet != to.subnet || subnet.filters_inside;
            let from_inside =
                !outwards && over.is_some_and(|leg| leg.unjudged.contains(&packet_end.subnet));
            !crossed || from_inside || subnet.filters.iter().all(|filter| pass(*filter, outwards))
        };
        let border = over.is_none_or(|leg| {
            leg.filters
                .iter()
                .all(|(filter, crossing)| pass(*filter, *crossing == Direction::Egress))
        });
        edge(from, true) && border && edge(to, false)
    }

    pub(super) fn groups_pass(
        &self,
        own: &PacketEnd,
        other: &PacketEnd,
        over: Option<&Leg>,
        outwards: bool,
        packet: &Witness,
    ) -> bool {
        let known = over.is_none_or(|leg| leg.keeps_members.contains(&crossing(outwards)));
        let any = |groups: &Vec<Id<Filter>>| {
            groups.is_empty()
                || groups
                    .iter()
                    .any(|group| self.filter_passes(*group, outwards, (own, other), known, packet))
        };
        own.groups.as_ref().is_none_or(any)
    }

    /// Whether a packet is carried from one place to another, past all filters on the way, and answered.
    pub(super) fn carried(&self, from: &PacketEnd, to: &PacketEnd, packet: &Witness) -> bool {
        let Some(over) = self.forwarded(from, to, packet.source, packet.destination) else {
            return false;
        };
        self.groups_pass(from, to, over, true, packet)
            && self.edges_pass(from, to, over, packet, false)
            && self.groups_pass(to, from, over, false, packet)
            && self.replied(from, to, packet)
    }

    pub(super) fn policy_passes(
        &self,
        party: &Party,
        direction: Direction,
        address: IpAddr,
        packet: &Witness,
    ) -> bool {
        let Party::Workload(id) = party else {
            return true;
        };
        self.outside(*id, direction, None)
            .bounds
            .must
            .at(address)
            .of(packet.protocol)
            .contains(packet.port)
    }

    pub(super) fn replied(&self, from: &PacketEnd, to: &PacketEnd, packet: &Witness) -> bool {
        let reply = |port: u16| Witness {
            source: packet.destination,
            destination: packet.source,
            port,
            ..*packet
        };
        let ports = if packet.protocol.has_ports() {
            CHOSEN.to_vec()
        } else {
            packet
                .protocol
                .details()
                .ranges()
                .iter()
                .map(|r| r.0)
                .collect()
        };
        let over = self.forwarded(to, from, packet.destination, packet.source);
        over.is_some_and(|over| {
            ports
                .into_iter()
                .any(|port| self.edges_pass(to, from, over, &reply(port), true))
        })
    }

    /// Whether the packet arrives and is answered.
    pub(super) fn passes(&self, from: &Party, to: &Party, packet: &Witness) -> bool {
        self.enters(from, to, packet)
            || self.passes_translated(from, to, packet)
            || self.passes_relayed(from, to, packet)
            || self.passes_where(from, to, packet, |_, _| true)
    }

    /// The same from and to those stands that count, by no entry point.
    pub(super) fn passes_where(
        &self,
        from: &Party,
        to: &Party,
        packet: &Witness,
        counts: impl Fn(&PacketEnd, &PacketEnd) -> bool,
    ) -> bool {
        self.stands(from, packet, true).iter().any(|source| {
            self.stands(to, packet, false).iter().any(|destination| {
                counts(source, destination)
                    && self.policy_passes(from, Direction::Egress, packet.destination, packet)
                    && self.carried(source, destination, packet)
                    && self.policy_passes(to, Direction::Ingress, packet.source, packet)
            })
        })
    }
}
