//! What a fix is to close: the crossings that a finding is about.

use super::permitted::{Passing, Rows, Seen};
use crate::model::{AddressSet, Direction, FlowSet, HopKind, Id, Restriction, Traffic, World};
use crate::reach::{Exposure, Party, Permission};
use crate::rules::{Coverage, Finding, far_name};
use std::collections::BTreeSet;

/// The crossings of a finding, by names: they mean the same in every world that is read from the files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    crossings: BTreeSet<Named>,
}

/// A crossing by names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Named {
    /// The workload's id.
    workload: String,
    direction: Direction,
    borders: Vec<String>,
    far: FarName,
    entry_point: Option<String>,
}

/// A far side by its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum FarName {
    /// A workload's id, or a resource's address.
    Party(String),
    /// Bare addresses of these networks: which of them is no part of what it is.
    Addresses(Vec<String>),
}

impl Target {
    /// The crossings of findings, among all those of their world.
    #[must_use]
    pub fn of<'f>(
        findings: impl IntoIterator<Item = &'f Finding>,
        exposures: &[Exposure],
        world: &World,
        coverage: Option<&Coverage<'_>>,
    ) -> Self {
        let mut crossings = BTreeSet::new();
        for finding in findings {
            let is_own = |own: &&Exposure| is_of(finding, own, world, coverage);
            let own = exposures.iter().filter(is_own);
            crossings.extend(own.map(|own| self::named(own, world)));
        }
        Target { crossings }
    }

    /// The crossings that a policy names the far side of: somebody wants them. Policies of these names are left out.
    #[must_use]
    pub fn named(exposures: &[Exposure], world: &World, but: &BTreeSet<String>) -> Self {
        let named = |own: &&Exposure| match &own.proof.permission {
            Permission::Named { policy, .. } => !but.contains(&world.policy_name(*policy)),
            _ => false,
        };
        let crossings = exposures.iter().filter(named);
        Target {
            crossings: crossings.map(|own| self::named(own, world)).collect(),
        }
    }

    /// The crossings that the configuration wants as a whole.
    #[must_use]
    pub fn intended(exposures: &[Exposure], world: &World, coverage: &Coverage<'_>) -> Self {
        let wanted = exposures.iter().filter(|own| coverage.wants(own));
        Target {
            crossings: wanted.map(|own| self::named(own, world)).collect(),
        }
    }

    /// Its crossings that are none of the other's.
    #[must_use]
    pub fn without(&self, other: &Target) -> Self {
        let rest = self.crossings.difference(&other.crossings);
        Target {
            crossings: rest.cloned().collect(),
        }
    }

    /// The crossings of both.
    #[must_use]
    pub fn shared(&self, other: &Target) -> Self {
        let both = self.crossings.intersection(&other.crossings);
        Target {
            crossings: both.cloned().collect(),
        }
    }

    /// Both together.
    #[must_use]
    pub fn and(&self, other: &Target) -> Self {
        let both = self.crossings.union(&other.crossings);
        Target {
            crossings: both.cloned().collect(),
        }
    }

    /// Whether there is no crossing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.crossings.is_empty()
    }

    /// Those of the crossings of a world that it holds and that are not wanted as a whole.
    #[must_use]
    pub fn open<'e>(
        &self,
        exposures: &'e [Exposure],
        world: &World,
        coverage: Option<&Coverage<'_>>,
    ) -> Vec<&'e Exposure> {
        let mut own = self.among(exposures, world);
        own.retain(|one| !coverage.is_some_and(|coverage| coverage.wants(one)));
        own
    }

    /// Those of the crossings of a world that it holds.
    #[must_use]
    pub fn among<'e>(&self, exposures: &'e [Exposure], world: &World) -> Vec<&'e Exposure> {
        exposures
            .iter()
            .filter(|own| self.crossings.contains(&named(own, world)))
            .collect()
    }
}

impl Target {
    /// Whether a world has all of its crossings.
    pub(super) fn is_whole(&self, seen: Seen<'_, '_>) -> bool {
        let (exposures, world) = (seen.exposures, seen.engine.world());
        let there: BTreeSet<Named> = exposures.iter().map(|own| named(own, world)).collect();
        self.crossings.is_subset(&there)
    }

    /// The first of its crossings that a world still has, beyond what is wanted.
    pub(super) fn first_open(
        &self,
        seen: Seen<'_, '_>,
        coverage: Option<&Coverage<'_>>,
    ) -> Option<(Passing, Traffic)> {
        let (exposures, world) = (seen.exposures, seen.engine.world());
        let first = *self.open(exposures, world, coverage).first()?;
        Some((passing(first, world), first.proof.traffic.as_ref().clone()))
    }
}

/// What a fix may close: for each workload and direction of its target, towards which far sides and over which borders.
#[derive(Clone, Debug)]
pub(super) struct Allowed {
    rows: Vec<Row>,
    /// Which end of a connection a rule of the network is about, and the addresses there that it no longer is about.
    narrowed: Option<(Direction, AddressSet)>,
}

/// One crossing that may be closed.
#[derive(Clone, Debug)]
struct Row {
    passing: Passing,
    direction: Direction,
    /// What may be lost between its ends: nothing where only what is permitted around the crossing is.
    between: FlowSet,
    /// The addresses of its far side and their networks, with all traffic that is not wanted.
    far: FlowSet,
}

impl Allowed {
    /// Bare addresses that a rule is about no longer may be lost as well.
    pub fn with(mut self, narrowed: Option<&Restriction>) -> Self {
        let gone = |own: &Restriction| (own.direction, own.before.difference(&own.after));
        self.narrowed = narrowed.map(gone);
        self
    }

    fn narrowed_at(&self, passing: &Passing) -> FlowSet {
        let is_bare = |direction| match direction {
            Direction::Ingress => passing.from.is_empty(),
            Direction::Egress => passing.to.is_empty(),
        };
        match &self.narrowed {
            Some((direction, gone)) if is_bare(*direction) && !passing.crosses.is_empty() => {
                FlowSet::of(gone.clone(), Traffic::all())
            }
            _ => FlowSet::none(),
        }
    }

    /// Whether a direction between two parties is a crossing that is closed, or one to bare addresses of its far side.
    pub fn holds(&self, passing: &Passing) -> bool {
        !self.at(passing).is_empty()
    }

    /// What may be lost between two parties. Over borders: between the ends of a crossing of the target, and to bare addresses of its
    /// far side. By policy alone: towards the addresses of its far side and their networks.
    pub fn at(&self, passing: &Passing) -> FlowSet {
        let is_same = |row: &Row| row.passing.from == passing.from && row.passing.to == passing.to;
        let over = |row: &&Row| {
            let mut borders = passing.crosses.iter();
            borders.all(|border| row.passing.crosses.contains(border))
        };
        let rows = self.rows.iter().filter(over);
        let each = rows.filter_map(|row| {
            let is_bare = match row.direction {
                Direction::Egress => passing.to.is_empty() && row.passing.from == passing.from,
                Direction::Ingress => passing.from.is_empty() && row.passing.to == passing.to,
            };
            match (is_bare, is_same(row)) {
                (true, _) => Some(&row.far),
                (false, true) => Some(&row.between),
                (false, false) => None,
            }
        });
        each.fold(self.narrowed_at(passing), |sum, flows| sum.union(flows))
    }
}

/// What a fix of a target may close in a world. Where it does not close the crossings themselves, those of named far sides stay.
pub(super) fn allowed(
    target: &Target,
    seen: Seen<'_, '_>,
    coverage: Option<&Coverage<'_>>,
    closes: bool,
) -> Allowed {
    let (exposures, world) = (seen.exposures, seen.engine.world());
    let own = target.among(exposures, world).into_iter();
    let rows = own.map(|exposure| {
        let far = far_addresses(exposure, world).union(&far_networks(exposure, world));
        let far = far.difference(&near_addresses(exposure, world));
        let wanted = coverage.map(|coverage| coverage.wanted(exposure));
        let wanted = wanted.unwrap_or_else(FlowSet::none);
        Row {
            passing: passing(exposure, world),
            direction: exposure.proof.direction,
            between: if closes {
                FlowSet::all().difference(&wanted)
            } else {
                FlowSet::none()
            },
            far: match exposure.far {
                Party::Addresses(_) => FlowSet::of(far, Traffic::all()).difference(&wanted),
                _ => FlowSet::of(far, Traffic::all()),
            },
        }
    });
    Allowed {
        rows: rows.collect(),
        narrowed: None,
    }
}

/// A crossing as a direction between two parties.
pub(super) fn passing(exposure: &Exposure, world: &World) -> Passing {
    let near = world.workload_name(exposure.workload);
    let far = match &exposure.far {
        Party::Workload(id) => world.workload_name(*id),
        Party::Endpoint(id) => world.endpoints[*id].name.clone(),
        Party::Addresses(_) => String::new(),
    };
    let (from, to) = match exposure.proof.direction {
        Direction::Egress => (near, far),
        Direction::Ingress => (far, near),
    };
    Passing {
        from,
        to,
        crosses: borders(exposure, world),
    }
}

/// Whether a finding is about a crossing.
fn is_of(
    finding: &Finding,
    exposure: &Exposure,
    world: &World,
    coverage: Option<&Coverage<'_>>,
) -> bool {
    let title = world.workload_title(exposure.workload);
    let fars = match coverage {
        Some(coverage) => coverage.beyond(exposure),
        None => vec![exposure.far.clone()],
    };
    let fars: Vec<String> = fars.iter().map(|far| far_name(far, world)).collect();
    let enters = finding
        .path
        .iter()
        .any(|hop| hop.kind == HopKind::EntryPoint);
    finding.direct
        && finding.inbound == (exposure.proof.direction == Direction::Ingress)
        && finding.borders == borders(exposure, world)
        && (exposure.proof.direction == Direction::Egress
            || enters == exposure.proof.entry_point.is_some())
        && finding.passages.iter().any(|passage| {
            *passage.workload == *title && fars.iter().any(|far| **far == *passage.far)
        })
}

/// The borders of a crossing by name, as those of findings.
pub(super) fn borders(exposure: &Exposure, world: &World) -> Vec<String> {
    let mut names: Vec<String> = exposure
        .proof
        .borders
        .iter()
        .map(|id| world.borders[*id].name.clone())
        .collect();
    names.dedup();
    names
}

fn named(exposure: &Exposure, world: &World) -> Named {
    let networks = exposure.proof.networks.iter();
    Named {
        workload: world.workload_name(exposure.workload),
        direction: exposure.proof.direction,
        borders: borders(exposure, world),
        far: match &exposure.far {
            Party::Workload(id) => FarName::Party(world.workload_name(*id)),
            Party::Endpoint(id) => FarName::Party(world.endpoints[*id].name.clone()),
            Party::Addresses(_) => FarName::Addresses(
                networks
                    .map(|id| world.networks[*id].name.clone())
                    .collect(),
            ),
        },
        entry_point: exposure
            .proof
            .entry_point
            .map(|id| world.entry_points[id].name.clone()),
    }
}

/// The addresses of a crossing's far side, as the policies of the pods see them.
pub(super) fn far_addresses(exposure: &Exposure, world: &World) -> AddressSet {
    if let Some(relayed) = relayed(exposure, world) {
        return relayed;
    }
    match &exposure.far {
        Party::Addresses(addresses) => addresses.clone(),
        Party::Endpoint(id) => {
            let attachments = world.endpoints[*id].attachments.iter();
            attachments.map(|own| own.addresses.clone()).collect()
        }
        Party::Workload(id) => {
            let placements = world.workloads[*id].pod_placements.iter();
            let each = placements.flat_map(|own| {
                let node = own.node.iter().map(|node| node.addresses.clone());
                node.chain([own.pod.addresses.clone()])
            });
            each.collect()
        }
    }
}

/// Where a border takes connections up and opens them anew: the addresses of the near side.
fn relayed(exposure: &Exposure, world: &World) -> Option<AddressSet> {
    let legs = exposure
        .proof
        .borders
        .iter()
        .flat_map(|id| &world.borders[*id].legs);
    let relays: Vec<_> = legs.filter_map(|leg| leg.relay.as_ref()).collect();
    let each = relays.iter().map(|relay| match exposure.proof.direction {
        Direction::Egress => relay.listens.clone(),
        Direction::Ingress => relay.sends.clone(),
    });
    (!relays.is_empty()).then(|| each.collect())
}

/// All addresses of the networks of a crossing's far side, as far as they are known for certain; none where they are not.
pub(super) fn far_networks(exposure: &Exposure, world: &World) -> AddressSet {
    let known = exposure
        .proof
        .networks
        .iter()
        .map(|id| &world.networks[*id])
        .filter(|network| network.known && network.doubt.is_certain());
    let each = known.map(|network| network.addresses.clone());
    each.collect()
}

/// What pods of the same workload share a network with: no policy about a border names it.
pub(super) fn near_addresses(exposure: &Exposure, world: &World) -> AddressSet {
    let placements = world.workloads[exposure.workload].pod_placements.iter();
    let networks = placements.map(|own| own.pod.network);
    let networks: BTreeSet<Id<_>> = networks.collect();
    let known = networks
        .into_iter()
        .map(|id| &world.networks[id])
        .filter(|network| network.doubt.is_certain());
    known.map(|network| network.addresses.clone()).collect()
}

/// What of a crossing is wanted, as policies see it.
pub(super) fn wanted(exposure: &Exposure, coverage: &Coverage<'_>, world: &World) -> FlowSet {
    let wanted = coverage.wanted(exposure);
    match exposure.far {
        Party::Addresses(_) => wanted,
        _ => {
            let traffic = wanted.any_of(&AddressSet::all());
            FlowSet::of(far_addresses(exposure, world), traffic)
        }
    }
}

/// The first wanted crossing of a world that rows hold no more, with what is lost.
pub(super) fn first_lost(
    seen: Seen<'_, '_>,
    coverage: &Coverage<'_>,
    rows: &Rows,
) -> Option<(Passing, Traffic)> {
    let world = seen.engine.world();
    seen.exposures.iter().find_map(|exposure| {
        let wanted = coverage.wanted(exposure);
        let passing = passing(exposure, world);
        let rest = match rows.get(&passing) {
            Some(own) => wanted.difference(own),
            None => wanted,
        };
        (!rest.is_empty()).then(|| (passing, rest.any_of(&AddressSet::all())))
    })
}

/// What crosses, as policies see it: the far addresses with the traffic.
pub(super) fn crossing(exposure: &Exposure, world: &World) -> FlowSet {
    FlowSet::of(
        far_addresses(exposure, world),
        exposure.proof.traffic.as_ref().clone(),
    )
}
