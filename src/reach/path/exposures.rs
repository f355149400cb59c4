//! What crosses a border to or from each workload, with its proof.

use super::classes::{Class, Presence, Spots, classes};
use super::crossing::{Crossing, Crossings};
use super::explain;
use super::fabric::Fabric;
use super::far::{self, Far};
use super::walk::{self, Walk};
use crate::model::{
    AddressSet, Border, Direction, EntryPoint, HopKind, Id, Network, Traffic, Verdict, Witness,
    Workload,
};
use crate::reach::policy::{self, Judge};
use crate::reach::{Exposure, Inward, Party, Permission};

/// One exposure for each workload, direction and far side (resource, network, pods of another cluster): per workload in
/// the order of the world, what it sends before what it gets.
pub(in crate::reach) fn exposures(fabric: &Fabric<'_>, judge: &Judge<'_>) -> Vec<Exposure> {
    let mut spots = Spots::default();
    let classes = classes(fabric, judge, &mut spots);
    let fars = far::all(fabric, judge, &mut spots);
    let crossings = Crossings::new(fabric, judge, &spots);
    let mut out = Vec::new();
    for class in &classes {
        for direction in [Direction::Egress, Direction::Ingress] {
            for far in &fars {
                out.extend(with_far(&crossings, judge, class, far, direction));
            }
            for other in classes
                .iter()
                .filter(|other| other.cluster != class.cluster)
            {
                out.extend(with_pods(&crossings, judge, class, other, direction));
            }
        }
    }
    let order = |exposure: &Exposure| (exposure.workload, exposure.direction == Direction::Ingress);
    out.sort_by_key(order);
    out
}

/// What passes directly, then what passes through each entry point of whoever is reached.
fn found(
    crossings: &Crossings<'_, '_>,
    near: &Class,
    far: &Presence,
    direction: Direction,
) -> Vec<(Option<Id<EntryPoint>>, Crossing)> {
    let (from, to) = if direction == Direction::Egress {
        (&near.presence, far)
    } else {
        (far, &near.presence)
    };
    let entry_points = to
        .entry_points
        .iter()
        .map(|(entry_point, fronts)| (Some(*entry_point), crossings.through(from, fronts)));
    std::iter::once((None, crossings.direct(from, to)))
        .chain(entry_points)
        .collect()
}

fn with_far(
    crossings: &Crossings<'_, '_>,
    judge: &Judge<'_>,
    class: &Class,
    far: &Far,
    direction: Direction,
) -> Vec<Exposure> {
    let networks = far.network.map_or_else(
        || {
            far::networks(crossings.spots, &far.presence)
                .into_iter()
                .collect()
        },
        |network| vec![network],
    );
    let case = Case {
        crossings,
        judge,
        direction,
        networks,
    };
    let mut out = Vec::new();
    for (entry_point, found) in found(crossings, class, &far.presence, direction) {
        let Some((verdict, traffic)) = best(&found) else {
            continue;
        };
        let party = match far.network {
            Some(_) => Party::Addresses(addresses(&found, verdict, direction)),
            None => far.party.clone(),
        };
        let told = Told {
            entry_point,
            verdict,
            traffic,
            links: if verdict == Verdict::Reachable {
                found.surely_over
            } else {
                found.possibly_over
            },
        };
        // What comes in by an entry point is proved for each of those behind it.
        for behind in class.members.chunks(if entry_point.is_some() {
            1
        } else {
            class.members.len().max(1)
        }) {
            let first = behind
                .first()
                .and_then(|first| case.proved(*first, party.clone(), &told));
            out.extend(first.iter().flat_map(|first| {
                behind
                    .iter()
                    .map(|member| case.retold(first, *member, None))
            }));
        }
    }
    out
}

fn with_pods(
    crossings: &Crossings<'_, '_>,
    judge: &Judge<'_>,
    class: &Class,
    other: &Class,
    direction: Direction,
) -> Vec<Exposure> {
    let networks = far::networks(crossings.spots, &other.presence)
        .into_iter()
        .collect();
    let case = Case {
        crossings,
        judge,
        direction,
        networks,
    };
    let mut out = Vec::new();
    for (entry_point, found) in found(crossings, class, &other.presence, direction) {
        let Some((verdict, traffic)) = best(&found) else {
            continue;
        };
        let told = Told {
            entry_point,
            verdict,
            traffic,
            links: if verdict == Verdict::Reachable {
                found.surely_over
            } else {
                found.possibly_over
            },
        };
        let size = |class: &Class, behind: bool| {
            if entry_point.is_some() && behind {
                1
            } else {
                class.members.len().max(1)
            }
        };
        for near in class
            .members
            .chunks(size(class, direction == Direction::Ingress))
        {
            for far in other
                .members
                .chunks(size(other, direction == Direction::Egress))
            {
                let ends = near.first().zip(far.first());
                let first =
                    ends.and_then(|(near, far)| case.proved(*near, Party::Workload(*far), &told));
                let pairs = near
                    .iter()
                    .flat_map(|near| far.iter().map(move |far| (*near, *far)));
                out.extend(first.iter().flat_map(|first| {
                    pairs
                        .clone()
                        .map(|(near, far)| case.retold(first, near, Some(far)))
                }));
            }
        }
    }
    out
}

/// What is to be proved.
struct Told {
    entry_point: Option<Id<EntryPoint>>,
    verdict: Verdict,
    traffic: Traffic,
    links: Vec<Id<Border>>,
}

/// An exposure, with what it takes to tell it of another member of the class.
struct Proved {
    exposure: Exposure,
    /// The way in which the near pods stand.
    near: Option<usize>,
    /// The way in which the far pods stand.
    far: Option<usize>,
}

/// A direction between classes.
struct Case<'c, 'a, 'w> {
    crossings: &'c Crossings<'a, 'w>,
    judge: &'c Judge<'w>,
    direction: Direction,
    networks: Vec<Id<Network>>,
}

impl Case<'_, '_, '_> {
    /// The exposure of one member, by the best way over a border.
    fn proved(&self, workload: Id<Workload>, far: Party, told: &Told) -> Option<Proved> {
        let Told {
            entry_point,
            verdict,
            traffic,
            links,
        } = told;
        let near = Party::Workload(workload);
        let (from, to) = if self.direction == Direction::Egress {
            (&near, &far)
        } else {
            (&far, &near)
        };
        let ways = explain::ways(
            self.crossings.fabric,
            self.crossings.guard,
            from,
            to,
            traffic,
        );
        let own = |walk: &Walk| {
            if self.direction == Direction::Egress {
                walk.ends
            } else {
                (walk.ends.1, walk.ends.0)
            }
        };
        let crosses = |walk: &Walk| {
            let (near, far) = own(walk);
            let by = walk.inward.as_ref().map(|inward| inward.entry_point);
            walk.verdict() != Verdict::Blocked
                && by == *entry_point
                && near.network != far.network
                && far
                    .network
                    .is_some_and(|network| self.networks.contains(&network))
        };
        // A crossing is not dropped where no single walk is as sure as their sum: it is shown by one that may pass.
        let (mut exact, other): (Vec<Walk>, Vec<Walk>) = ways
            .into_iter()
            .filter(crosses)
            .partition(|walk| walk.verdict() == *verdict);
        exact.extend(other);
        let walk = exact.into_iter().next()?;
        let verdict = &walk.verdict().min(*verdict);
        let (near, far_end) = own(&walk);
        let (direction, networks, witness) = (self.direction, self.networks.clone(), walk.witness?);
        let trail = explain::trail(*verdict, traffic.clone(), walk.hops);
        let inward = walk.inward.filter(|_| direction == Direction::Ingress);
        let permission = match &inward {
            Some(inward) => self.permission_inwards(workload, near.pod_placement, inward),
            None => self.permission(workload, near.pod_placement, &witness),
        };
        let (links, traffic, verdict, entry_point) =
            (links.clone(), traffic.clone(), *verdict, *entry_point);
        let exposure = Exposure {
            workload,
            direction,
            far,
            networks,
            links,
            traffic,
            verdict,
            permission,
            witness,
            entry_point,
            inward,
            trail,
        };
        Some(Proved {
            exposure,
            near: near.pod_placement,
            far: far_end.pod_placement,
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
    fn retold(&self, first: &Proved, near: Id<Workload>, far: Option<Id<Workload>>) -> Exposure {
        let mut out = first.exposure.clone();
        let back = if self.direction == Direction::Egress {
            Direction::Ingress
        } else {
            Direction::Egress
        };
        if near != out.workload {
            if !self.alike(near, out.workload) {
                out.permission = self.permission(near, first.near, &out.witness);
            }
            self.retell(
                &mut out,
                (first.exposure.workload, near),
                self.direction,
                first.near,
            );
            out.workload = near;
        }
        if let (Party::Workload(told), Some(far)) = (&first.exposure.far, far)
            && far != *told
        {
            self.retell(&mut out, (*told, far), back, first.far);
            out.far = Party::Workload(far);
        }
        out
    }

    /// Whether policies say the same of both but for the name.
    fn alike(&self, one: Id<Workload>, other: Id<Workload>) -> bool {
        let world = self.crossings.fabric.world;
        let by_name = |id| !world.workloads[id].host_network && self.judge.kind(id).is_some();
        let cluster = |id: Id<Workload>| world.workloads[id].cluster;
        cluster(one) == cluster(other)
            && self.judge.kind(one) == self.judge.kind(other)
            && by_name(one)
            && by_name(other)
    }

    /// The hop of policies told of another workload than that of which it was told.
    fn retell(
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
        let Some(own) = exposure.trail.hops.iter_mut().find(|hop| hop.kind == kind) else {
            return;
        };
        if self.alike(told, of) {
            own.reason = own.reason.about(told, of);
        } else {
            *own = walk::hop(
                kind,
                own.verdict,
                self.crossings
                    .guard
                    .evidence(of, direction, pod_placement, &exposure.witness),
            );
        }
    }
}

fn best(found: &Crossing) -> Option<(Verdict, Traffic)> {
    let verdict = found.verdict();
    let bounds = &found.bounds;
    let region = if verdict == Verdict::Reachable {
        &bounds.must
    } else {
        &bounds.may
    };
    (verdict != Verdict::Blocked).then(|| (verdict, region.traffic()))
}

fn addresses(found: &Crossing, verdict: Verdict, direction: Direction) -> AddressSet {
    let region = if verdict == Verdict::Reachable {
        &found.bounds.must
    } else {
        &found.bounds.may
    };
    region
        .iter()
        .map(|cell| {
            if direction == Direction::Egress {
                cell.destinations.clone()
            } else {
                cell.sources.clone()
            }
        })
        .collect()
}
