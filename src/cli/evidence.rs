//! What only some report formats ask for: all that crosses borders, with its proof.

use super::analysis::Analysis;
use crate::model::{Direction, Endpoint, Hop, Id, Traffic, Verdict, Workload, World};
use crate::reach::{Engine, Exposure, Party};
use crate::report::{CrossingRow, Evidence, FarSide, Quotes};
use crate::rules::far_name;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Evidence about the worlds of one run.
pub(super) struct Worlds<'a, 'w> {
    pub analysis: &'a Analysis,
    /// The engine that the rules asked, which knows what it answered.
    pub now: &'a Engine<'w>,
    /// That of before.
    pub before: Option<&'a Engine<'w>>,
    /// Who is there in the world of before, looked up once.
    pub ends_before: OnceCell<PartiesByName>,
}

/// Who may be the end of a flow, by name.
#[derive(Debug, Default)]
pub(super) struct PartiesByName {
    workloads: BTreeMap<String, Id<Workload>>,
    endpoints: BTreeMap<String, Id<Endpoint>>,
}

impl PartiesByName {
    fn of(world: &World) -> Self {
        let workloads = world.workloads.ids();
        let endpoints = world.endpoints.iter();
        PartiesByName {
            workloads: workloads.map(|id| (world.workload_name(id), id)).collect(),
            endpoints: endpoints.map(|(id, own)| (own.name.clone(), id)).collect(),
        }
    }
}

impl fmt::Debug for Worlds<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Worlds")
    }
}

impl Evidence for Worlds<'_, '_> {
    fn crossings(&self) -> Vec<CrossingRow> {
        rows(self.now)
    }

    fn before(&self) -> Option<(&World, Vec<CrossingRow>)> {
        self.before.map(|engine| (engine.world(), rows(engine)))
    }

    fn stopped_before(&self, row: &CrossingRow) -> Vec<Hop> {
        let stopped = || {
            let (now, before) = (self.now.world(), self.before?);
            let ends = self
                .ends_before
                .get_or_init(|| PartiesByName::of(before.world()));
            let near = Party::Workload(*ends.workloads.get(&now.workload_name(row.workload))?);
            let far = match &row.far {
                FarSide::Workload(id) => {
                    Party::Workload(*ends.workloads.get(&now.workload_name(*id))?)
                }
                FarSide::Endpoint(id) => {
                    Party::Endpoint(*ends.endpoints.get(&now.endpoints[*id].name)?)
                }
                FarSide::Addresses(addresses) => Party::Addresses(addresses.clone()),
            };
            let (from, to) = if row.inward { (far, near) } else { (near, far) };
            let trail = before.explain(&from, &to, &row.traffic);
            (trail.verdict == Verdict::Blocked).then_some(trail.hops)
        };
        stopped().unwrap_or_default()
    }

    fn quotes(&self, files: &BTreeSet<&str>) -> Quotes {
        self.analysis.quotes_of(files)
    }
}

fn rows(engine: &Engine<'_>) -> Vec<CrossingRow> {
    let exposures = engine.exposures().into_iter();
    exposures.map(|own| row(&own, engine.world())).collect()
}

fn row(exposure: &Exposure, world: &World) -> CrossingRow {
    let proof = &exposure.proof;
    CrossingRow {
        workload: exposure.workload,
        inward: proof.direction == Direction::Ingress,
        far_name: far_name(&exposure.far, world),
        far: match &exposure.far {
            Party::Workload(id) => FarSide::Workload(*id),
            Party::Endpoint(id) => FarSide::Endpoint(*id),
            Party::Addresses(addresses) => FarSide::Addresses(addresses.clone()),
        },
        networks: proof.networks.clone(),
        borders: proof.borders.clone(),
        entry_point: proof
            .entry_point
            .map(|id| world.entry_points[id].name.clone()),
        certain: proof.verdict == Verdict::Reachable,
        traffic: Traffic::clone(&proof.traffic),
        hops: exposure.hops(),
    }
}
