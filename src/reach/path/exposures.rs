//! What crosses a border to or from each workload, with its proof: the rows of the table, told for each member of a class.

use super::classes::{Class, Presence};
use super::crossing::{Crossing, Rows};
use super::explain;
use super::far::{self, Actor, Far};
use super::hop_check;
use super::packet_set::PacketSet;
use super::table::{Crossings, Side};
use super::traversal::{End, Sent};
use crate::model::{
    AddressSet, Direction, EntryPoint, HopKind, Id, Network, Occupant, Reason, Traffic, Witness,
    Workload,
};
use crate::reach::policy::{self, Judge};
use crate::reach::{Exposure, Inward, Party, Permission};
use std::rc::Rc;

/// One exposure for each workload, direction, far side (resource, network, pods of another cluster) and way in: per
/// workload in the order of the world, what it sends before what it gets.
pub(in crate::reach) fn exposures<'w>(
    crossings: &Crossings<'_, 'w>,
    judge: &Judge<'w>,
) -> Vec<Exposure> {
    let (classes, fars) = (crossings.classes(), crossings.fars());
    let mut out = Vec::new();
    for (at, class) in classes.iter().enumerate() {
        for direction in [Direction::Egress, Direction::Ingress] {
            let case = |far, networks| Case {
                crossings,
                judge,
                direction,
                near: (Side::Class(at), class),
                far,
                networks,
            };
            for (number, far) in fars.iter().enumerate() {
                let networks = match far.network {
                    Some(network) => vec![network],
                    None => networks(crossings, &far.presence),
                };
                out.extend(case(Side::Far(number), networks).with_far(far));
            }
            for (number, other) in classes.iter().enumerate() {
                if other.cluster != class.cluster {
                    let networks = networks(crossings, &other.presence);
                    out.extend(case(Side::Class(number), networks).with_pods(other));
                }
            }
        }
    }
    let order = |exposure: &Exposure| (exposure.workload, exposure.direction == Direction::Ingress);
    out.sort_by_key(order);
    out
}

fn networks(crossings: &Crossings<'_, '_>, presence: &Presence) -> Vec<Id<Network>> {
    let networks = far::networks(&crossings.table.locations, presence);
    networks.into_iter().collect()
}

/// A direction between a class and a far side.
struct Case<'c, 'a, 'w> {
    crossings: &'c Crossings<'a, 'w>,
    judge: &'c Judge<'w>,
    direction: Direction,
    near: (Side, &'c Class),
    far: Side,
    /// Networks of the far side.
    networks: Vec<Id<Network>>,
}

/// One row to prove.
struct Asked<'c, 'w> {
    entry_point: Option<Id<EntryPoint>>,
    crossing: &'c Crossing<'w>,
}

/// An exposure, with what it takes to tell it of another member of the class.
struct Proved {
    exposure: Exposure,
    near: End,
    far: End,
}

impl<'w> Case<'_, '_, 'w> {
    fn with_far(&self, far: &Far) -> Vec<Exposure> {
        let mut out = Vec::new();
        let Some(first) = far.parties.first() else {
            return out;
        };
        for (entry_point, crossing) in self.rows().iter() {
            let party = match far.network {
                Some(_) => Party::Addresses(addresses(crossing.packets(), self.direction)),
                None => first.clone(),
            };
            let asked = Asked {
                entry_point: *entry_point,
                crossing,
            };
            let behind = entry_point.is_some();
            for members in chunks(&self.near.1.members, behind) {
                let far_side = (party.clone(), far.actor(first));
                let proved = members
                    .first()
                    .and_then(|near| self.proved(*near, far_side, &asked));
                let Some(proved) = proved else { continue };
                for near in members {
                    let own = self.for_member(&proved, *near, None);
                    let others = far.parties.iter().skip(1);
                    let others = others.map(|party| self.of_resource(&own, party, asked.crossing));
                    let others: Vec<Exposure> = others.collect();
                    out.push(own);
                    out.extend(others);
                }
            }
        }
        out
    }

    /// The same about another far side that is alike: all hops but the one that says where it stands are its own as well.
    fn of_resource(&self, told: &Exposure, party: &Party, crossing: &Crossing<'w>) -> Exposure {
        let mut out = told.clone();
        out.far = party.clone();
        let (Party::Endpoint(one), Party::Endpoint(other)) = (&told.far, party) else {
            return out;
        };
        let origin = crossing.winner().and_then(|candidate| {
            let sends = self.direction == Direction::Ingress;
            let place = self
                .crossings
                .place(Actor::Party(party), candidate, sends)?;
            place.location.origin
        });
        let hops = &mut out.trail.hops;
        if self.direction == Direction::Ingress {
            if let Some(hop) = hops
                .iter_mut()
                .find(|hop| hop.kind == HopKind::SourceAddress)
            {
                hop.origin = origin;
            }
            return out;
        }
        for hop in hops {
            if let Reason::Destination(Occupant::Endpoint(id), location) = &hop.reason
                && id == one
            {
                hop.reason = Reason::Destination(Occupant::Endpoint(*other), *location);
                hop.origin.clone_from(&origin);
            }
        }
        out
    }

    fn with_pods(&self, other: &Class) -> Vec<Exposure> {
        let mut out = Vec::new();
        for (entry_point, crossing) in self.rows().iter() {
            let asked = Asked {
                entry_point: *entry_point,
                crossing,
            };
            let behind = |direction| entry_point.is_some() && self.direction == direction;
            for near in chunks(&self.near.1.members, behind(Direction::Ingress)) {
                for far in chunks(&other.members, behind(Direction::Egress)) {
                    let Some((first, second)) = near.first().zip(far.first()) else {
                        continue;
                    };
                    let party = Party::Workload(*second);
                    let actor = Actor::Party(&party);
                    let Some(first) = self.proved(*first, (party.clone(), actor), &asked) else {
                        continue;
                    };
                    let pairs = near
                        .iter()
                        .flat_map(|near| far.iter().map(move |far| (*near, *far)));
                    out.extend(pairs.map(|(near, far)| self.for_member(&first, near, Some(far))));
                }
            }
        }
        out
    }

    /// What crosses, by how it comes in.
    fn rows(&self) -> Rc<Rows<'w>> {
        let (from, to) = self.ordered(self.near.0, self.far);
        self.crossings.rows(from, to)
    }

    /// Sender and receiver.
    fn ordered<T>(&self, near: T, far: T) -> (T, T) {
        match self.direction {
            Direction::Egress => (near, far),
            Direction::Ingress => (far, near),
        }
    }

    /// The exposure of one member, by the candidate that won.
    fn proved(
        &self,
        workload: Id<Workload>,
        (far, actor): (Party, Actor<'_>),
        asked: &Asked<'_, 'w>,
    ) -> Option<Proved> {
        let crossing = asked.crossing;
        let near = Party::Workload(workload);
        let actors = self.ordered(Actor::Party(&near), actor);
        let traffic = crossing.packets().traffic();
        let sent = Sent::all(&traffic);
        let traversal = self.crossings.traversal(actors, crossing.winner()?, sent)?;
        let hops = traversal.hops(self.crossings.index, self.crossings.evaluator);
        let (verdict, hops) = explain::proved(crossing.verdict(), traversal.verdict(), hops);
        // What nothing was stopped of is in the row, so that a packet of it can always be named.
        let witness = traversal.witness.or_else(|| crossing.packets().witness())?;
        let (near, far_end) = self.ordered(traversal.ends.0, traversal.ends.1);
        let inward = traversal
            .inward
            .filter(|_| self.direction == Direction::Ingress);
        let permission = match &inward {
            Some(inward) => self.permission_inwards(workload, near.pod_placement, inward),
            None => self.permission(workload, near.pod_placement, &witness),
        };
        let exposure = Exposure {
            workload,
            direction: self.direction,
            far,
            networks: self.networks.clone(),
            links: crossing.over().to_vec(),
            trail: explain::trail(verdict, traffic.clone(), hops),
            traffic,
            verdict,
            permission,
            witness,
            entry_point: asked.entry_point,
            inward,
        };
        Some(Proved {
            exposure,
            near,
            far: far_end,
        })
    }

    fn permission(
        &self,
        workload: Id<Workload>,
        pod_placement: Option<usize>,
        packet: &Witness,
    ) -> Permission {
        let far = AddressSet::single(if self.direction == Direction::Egress {
            packet.destination
        } else {
            packet.source
        });
        let traffic = Traffic::ports(packet.protocol, packet.port, packet.port);
        self.judge
            .permission(
                workload,
                self.direction,
                pod_placement,
                policy::Far::Outside(&far),
                &traffic,
            )
            .unwrap_or(Permission::NoPolicy)
    }

    /// Why policies let pass what comes through an entry point: they see another packet than the border does.
    fn permission_inwards(
        &self,
        workload: Id<Workload>,
        pod_placement: Option<usize>,
        inward: &Inward,
    ) -> Permission {
        let Some(packet) = inward.packet else {
            return Permission::NoPolicy;
        };
        let source = AddressSet::single(packet.source);
        let far = if inward.of_node {
            policy::Far::Node(&source)
        } else {
            policy::Far::Outside(&source)
        };
        let traffic = Traffic::ports(packet.protocol, packet.port, packet.port);
        let by_policy =
            self.judge
                .permission(workload, Direction::Ingress, pod_placement, far, &traffic);
        by_policy
            .or_else(|| inward.exempt.clone().map(Permission::NotEnforced))
            .unwrap_or(Permission::NoPolicy)
    }

    /// The same for other members: all hops but those of policy are theirs as well.
    fn for_member(
        &self,
        first: &Proved,
        near: Id<Workload>,
        far: Option<Id<Workload>>,
    ) -> Exposure {
        let mut out = first.exposure.clone();
        let back = match self.direction {
            Direction::Egress => Direction::Ingress,
            Direction::Ingress => Direction::Egress,
        };
        if near != out.workload {
            if !self.alike(near, out.workload) {
                out.permission = self.permission(near, first.near.pod_placement, &out.witness);
            }
            let members = (first.exposure.workload, near);
            self.adapt(&mut out, members, self.direction, first.near.pod_placement);
            out.workload = near;
        }
        if let (Party::Workload(told), Some(far)) = (&first.exposure.far, far)
            && far != *told
        {
            self.adapt(&mut out, (*told, far), back, first.far.pod_placement);
            out.far = Party::Workload(far);
        }
        out
    }

    /// Whether policies say the same of both but for the name.
    fn alike(&self, one: Id<Workload>, other: Id<Workload>) -> bool {
        let world = self.crossings.index.world;
        let by_name = |id| !world.workloads[id].host_network && self.judge.kind(id).is_some();
        let cluster = |id: Id<Workload>| world.workloads[id].cluster;
        cluster(one) == cluster(other)
            && self.judge.kind(one) == self.judge.kind(other)
            && by_name(one)
            && by_name(other)
    }

    /// The hops told of another workload than that of which they were told.
    fn adapt(
        &self,
        exposure: &mut Exposure,
        (told, of): (Id<Workload>, Id<Workload>),
        direction: Direction,
        pod_placement: Option<usize>,
    ) {
        let kind = if direction == Direction::Egress {
            HopKind::PolicyEgress
        } else {
            HopKind::PolicyIngress
        };
        let hops = &mut exposure.trail.hops;
        hops.iter_mut()
            .for_each(|hop| hop.reason = hop.reason.about(told, of));
        let Some(own) = hops.iter_mut().find(|hop| hop.kind == kind) else {
            return;
        };
        if !self.alike(told, of) {
            *own = hop_check::hop(
                kind,
                own.verdict,
                self.crossings
                    .evaluator
                    .evidence(of, direction, pod_placement, &exposure.witness),
            );
        }
    }
}

/// Members that share a proof: all of them, or each alone where it is proved for each of those behind an entry point.
fn chunks(members: &[Id<Workload>], alone: bool) -> std::slice::Chunks<'_, Id<Workload>> {
    members.chunks(if alone { 1 } else { members.len().max(1) })
}

/// The far addresses of a set of packets.
fn addresses(packets: &PacketSet, direction: Direction) -> AddressSet {
    let far = packets.iter().map(|cell| match direction {
        Direction::Egress => cell.destinations.clone(),
        Direction::Ingress => cell.sources.clone(),
    });
    far.collect()
}
