//! What crosses a border to or from each workload, with its proof: the rows of the table, one for each member of a class.

use super::classes::{Class, Presence};
use super::crossing::{Crossing, Rows};
use super::explain;
use super::far::{self, Actor, Far};
use super::hop_check;
use super::packet_set::PacketSet;
use super::table::{Crossings, RowParty};
use super::traversal::{Sent, TraversalEnd};
use crate::model::{
    AddressSet, Direction, EntryPoint, HopKind, Id, Network, Origin, Traffic, Witness, Workload,
};
use crate::reach::policy::{self, PolicyEvaluator};
use crate::reach::{ExposureGroup, Inward, Party, Permission, Proof};
use rustc_hash::FxHashMap;
use std::rc::Rc;
use std::sync::Arc;

/// One exposure for each group of workloads that are alike, direction, far side (resource, network, pods of another
/// cluster) and way in: per class in the order of its first member, what it sends before what it gets.
pub(in crate::reach) fn exposure_groups<'w>(
    crossings: &Crossings<'_, 'w>,
    evaluator: &PolicyEvaluator<'w>,
) -> Vec<ExposureGroup> {
    let (classes, fars) = (crossings.classes(), crossings.fars());
    let networks = |presence: &Presence| -> Vec<Id<Network>> {
        let networks = far::networks(&crossings.table.locations, presence);
        networks.into_iter().collect()
    };
    let of_fars = fars.iter().map(|far| match far.network {
        Some(network) => vec![network],
        None => networks(&far.presence),
    });
    let of_fars: Vec<Vec<Id<Network>>> = of_fars.collect();
    let of_classes = classes.iter().map(|class| networks(&class.presence));
    let of_classes: Vec<Vec<Id<Network>>> = of_classes.collect();
    let mut out = Vec::new();
    let listed = classes.iter().enumerate();
    for (at, class) in listed.filter(|(_, class)| crossings.lists(class.cluster)) {
        let Some(near) = crossings.neighbourhoods().of_class(at) else {
            continue;
        };
        for direction in [Direction::Egress, Direction::Ingress] {
            let case = |far, networks| Case {
                crossings,
                evaluator,
                direction,
                near: (RowParty::Class(at), class),
                far,
                networks,
            };
            for number in &near.fars {
                let far = fars.get(*number).zip(of_fars.get(*number));
                out.extend(far.into_iter().flat_map(|(far, networks)| {
                    case(RowParty::Far(*number), networks).with_far(far)
                }));
            }
            for number in crossings.neighbourhoods().elsewhere(class.cluster) {
                let other = classes.get(*number).zip(of_classes.get(*number));
                out.extend(other.into_iter().flat_map(|(other, networks)| {
                    case(RowParty::Class(*number), networks).with_pods(other)
                }));
            }
        }
    }
    out
}

/// A direction between a class and a far side.
struct Case<'c, 'a, 'w> {
    crossings: &'c Crossings<'a, 'w>,
    evaluator: &'c PolicyEvaluator<'w>,
    direction: Direction,
    near: (RowParty, &'c Class),
    far: RowParty,
    /// Networks of the far side.
    networks: &'c [Id<Network>],
}

/// One row to prove.
struct Asked<'c, 'w> {
    entry_point: Option<Id<EntryPoint>>,
    crossing: &'c Crossing<'w>,
}

/// A proof, with what it takes to tell it of others that policies tell apart.
struct Proved {
    proof: Proof,
    near: TraversalEnd,
    far: TraversalEnd,
}

impl<'w> Case<'_, '_, 'w> {
    fn with_far(&self, far: &Far) -> Vec<ExposureGroup> {
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
            let others = far.parties.iter().skip(1);
            let others: Vec<(Party, Option<Origin>)> = others
                .map(|party| (party.clone(), self.origin_of(party, crossing)))
                .collect();
            for members in chunks(&self.near.1.members, behind) {
                let far_side = (party.clone(), far.actor(first));
                let proved = members
                    .first()
                    .and_then(|near| self.proved(*near, far_side, &asked));
                let Some(proved) = proved else { continue };
                for workloads in self.alike(members) {
                    let proof = Rc::new(self.for_near(&proved, &workloads));
                    let each = [(party.clone(), None)];
                    let each = each.into_iter().chain(others.iter().cloned());
                    out.extend(each.map(|(far, far_origin)| ExposureGroup {
                        workloads: Rc::clone(&workloads),
                        far,
                        far_origin,
                        proof: Rc::clone(&proof),
                    }));
                }
            }
        }
        out
    }

    /// The line that says where a far resource stands.
    fn origin_of(&self, party: &Party, crossing: &Crossing<'w>) -> Option<Origin> {
        let sends = self.direction == Direction::Ingress;
        let winner = crossing.winner()?;
        let place = self.crossings.place(Actor::Party(party), winner, sends)?;
        place.location.origin
    }

    fn with_pods(&self, other: &Class) -> Vec<ExposureGroup> {
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
                    let proved = self.proved(*first, (party.clone(), actor), &asked);
                    if let Some(proved) = proved {
                        self.spread(&proved, (near, far), &mut out);
                    }
                }
            }
        }
        out
    }

    /// A proof that holds for all pods on both sides.
    fn spread(
        &self,
        proved: &Proved,
        (near, far): (&[Id<Workload>], &[Id<Workload>]),
        out: &mut Vec<ExposureGroup>,
    ) {
        let fars = self.alike(far);
        for workloads in self.alike(near) {
            let near = Proved {
                proof: self.for_near(proved, &workloads),
                ..*proved
            };
            for far in &fars {
                let proof = Rc::new(self.for_far(&near, far));
                out.extend(far.iter().map(|far| ExposureGroup {
                    workloads: Rc::clone(&workloads),
                    far: Party::Workload(*far),
                    far_origin: None,
                    proof: Rc::clone(&proof),
                }));
            }
        }
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

    /// The proof about one member, by the candidate that won.
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
        let proof = Proof {
            direction: self.direction,
            networks: self.networks.to_vec(),
            borders: crossing.over().to_vec(),
            traffic: Arc::new(traffic),
            verdict,
            permission,
            witness,
            entry_point: asked.entry_point,
            inward,
            gaps: explain::gaps(verdict, &hops),
            hops,
            near: workload,
            far,
        };
        Some(Proved {
            proof,
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
        self.evaluator
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
            self.evaluator
                .permission(workload, Direction::Ingress, pod_placement, far, &traffic);
        by_policy
            .or_else(|| inward.exempt.clone().map(Permission::NotEnforced))
            .unwrap_or(Permission::NoPolicy)
    }

    /// Members in groups of which policies say the same but for the name, each in order.
    fn alike(&self, members: &[Id<Workload>]) -> Vec<Rc<[Id<Workload>]>> {
        let workloads = &self.crossings.index.world.workloads;
        let mut groups: Vec<Vec<Id<Workload>>> = Vec::new();
        let mut known: FxHashMap<usize, usize> = FxHashMap::default();
        for id in members {
            let kind = self.evaluator.kind(*id);
            let kind = kind.filter(|_| !workloads[*id].host_network);
            let next = groups.len();
            let at = kind.map_or(next, |kind| *known.entry(kind).or_insert(next));
            match groups.get_mut(at) {
                Some(group) => group.push(*id),
                None => groups.push(vec![*id]),
            }
        }
        groups.into_iter().map(Rc::from).collect()
    }

    /// The proof in the names of other members of the class.
    fn for_near(&self, proved: &Proved, members: &[Id<Workload>]) -> Proof {
        let mut out = proved.proof.clone();
        let Some(first) = members.first().filter(|first| **first != out.near) else {
            return out;
        };
        out.permission = self.permission(*first, proved.near.pod_placement, &out.witness);
        let explained = out.near;
        self.tell_of(
            &mut out,
            (explained, *first),
            self.direction,
            proved.near.pod_placement,
        );
        out.near = *first;
        out
    }

    /// The same for pods of another cluster on the far side.
    fn for_far(&self, proved: &Proved, members: &[Id<Workload>]) -> Proof {
        let mut out = proved.proof.clone();
        let Party::Workload(explained) = out.far else {
            return out;
        };
        let Some(first) = members.first().filter(|first| **first != explained) else {
            return out;
        };
        let back = match self.direction {
            Direction::Egress => Direction::Ingress,
            Direction::Ingress => Direction::Egress,
        };
        self.tell_of(
            &mut out,
            (explained, *first),
            back,
            proved.far.pod_placement,
        );
        out.far = Party::Workload(*first);
        out
    }

    /// The hops as shown for another workload, which policies distinguish from the first: all hops but those of policy
    /// are its own as well.
    fn tell_of(
        &self,
        proof: &mut Proof,
        (explained, of): (Id<Workload>, Id<Workload>),
        direction: Direction,
        pod_placement: Option<usize>,
    ) {
        let kind = if direction == Direction::Egress {
            HopKind::PolicyEgress
        } else {
            HopKind::PolicyIngress
        };
        let hops = &mut proof.hops;
        hops.iter_mut()
            .for_each(|hop| hop.reason = hop.reason.about(explained, of));
        if let Some(own) = hops.iter_mut().find(|hop| hop.kind == kind) {
            let evaluator = self.crossings.evaluator;
            let evidence = evaluator.evidence(of, direction, pod_placement, &proof.witness);
            *own = hop_check::hop(kind, own.verdict, evidence);
        }
        proof.gaps = explain::gaps(proof.verdict, hops);
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
