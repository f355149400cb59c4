//! What only some report formats ask for: all that crosses borders, with its proof.

use super::analysis::Analysis;
use crate::model::{Direction, Verdict, World};
use crate::reach::{Engine, Exposure, Party};
use crate::report::{CrossingRow, Evidence, FarSide, Quotes};
use crate::rules::far_name;
use std::collections::BTreeSet;
use std::fmt;

/// Evidence about the worlds of one run.
pub(super) struct Worlds<'a> {
    pub analysis: &'a Analysis,
    pub judged: &'a World,
    pub before: Option<&'a World>,
}

impl fmt::Debug for Worlds<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Worlds")
    }
}

impl Evidence for Worlds<'_> {
    fn crossings(&self) -> Vec<CrossingRow> {
        rows(self.judged)
    }

    fn before(&self) -> Option<(&World, Vec<CrossingRow>)> {
        self.before.map(|world| (world, rows(world)))
    }

    fn quotes(&self, files: &BTreeSet<&str>) -> Quotes {
        self.analysis.quotes_of(files)
    }
}

fn rows(world: &World) -> Vec<CrossingRow> {
    let exposures = Engine::new(world).exposures();
    exposures.into_iter().map(|own| row(own, world)).collect()
}

fn row(exposure: Exposure, world: &World) -> CrossingRow {
    let entry_point = exposure.entry_point;
    CrossingRow {
        workload: exposure.workload,
        inward: exposure.direction == Direction::Ingress,
        far_name: far_name(&exposure.far, world),
        far: match exposure.far {
            Party::Workload(id) => FarSide::Workload(id),
            Party::Endpoint(id) => FarSide::Endpoint(id),
            Party::Addresses(addresses) => FarSide::Addresses(addresses),
        },
        networks: exposure.networks,
        borders: exposure.links,
        entry_point: entry_point.map(|id| world.entry_points[id].name.clone()),
        certain: exposure.verdict == Verdict::Reachable,
        traffic: exposure.traffic,
        hops: exposure.trail.hops,
    }
}
