//! Node pools that pods which have to cross a border share with pods which have not, as facts: one for each pool and border.

use super::crossing_fact::{border_kinds, border_list, border_names};
use super::fact::{Fact, certainty, owners, workloads};
use super::field::{CERTAINTY, CLUSTER, fields, name, names, phrase};
use super::finding::Related;
use super::judged::Judged;
use super::kind::FactKind;
use super::subject::Subject;
use super::value::Value;
use crate::model::{
    Border, Direction, Doubt, Id, NodePool, PodPlacement, Privilege, Verdict, Workload, World,
};
use crate::reach::{ExposureGroup, Permission};
use std::collections::{BTreeMap, BTreeSet};

/// Nodes that pods which are meant to cross a border share with others.
pub(super) const SHARED_NODES: FactKind = FactKind {
    name: "shared-nodes",
    about: "nodes that are made alike, and a border that some of the pods on them are meant to cross",
    fields: SharedNodes::FIELDS,
    crossing: false,
    facts: shared_nodes,
};

fields! {
    /// Nodes, and a border.
    SharedNodes {
        certainty: CERTAINTY,
        cluster: CLUSTER,
        pool: names("the nodes, by what declares them; one entry"),
        border: name("the borders on the way"),
        border_kind: phrase("what the border is, as its provider calls it: peering, transit gateway"),
        crossing: names("workloads that are meant to open connections over the border from the interface of their node: `allow:` of the configuration wants it, or where there is none, a policy names the far side"),
        beside: names("workloads on the same nodes that are not meant to; without those of exempt namespaces, DaemonSets and pods on the host network, which no pool of their own keeps apart"),
        privileged: names("those of them that have their node once somebody is in them: privileged, or with its processes; unknown where the input does not say"),
        who_crosses: phrase("those that cross, counted and the first few named"),
        who_stands_beside: phrase("those beside them, counted and the first few named"),
    }
}

/// Who is meant to cross some borders, and whether it is certain that one of them can.
#[derive(Default)]
struct Meant {
    workloads: BTreeSet<Id<Workload>>,
    certain: BTreeSet<Id<Workload>>,
}

fn shared_nodes(judged: &Judged<'_, '_>) -> Vec<Fact> {
    let world = judged.engine.world();
    if world.node_pools.is_empty() {
        return Vec::new();
    }
    let mut meant: BTreeMap<Vec<Id<Border>>, Meant> = BTreeMap::new();
    for exposure in judged.crossings() {
        enter(exposure, judged, &mut meant);
    }
    if meant.is_empty() {
        return Vec::new();
    }
    let members = members(judged);
    let mut out = Vec::new();
    for (borders, meant) in &meant {
        for (pool, members) in &members {
            out.extend(fact(borders, meant, (*pool, members), world));
        }
    }
    out
}

/// Enters the workloads of an exposure that are meant to cross.
fn enter(
    exposure: &ExposureGroup,
    judged: &Judged<'_, '_>,
    meant: &mut BTreeMap<Vec<Id<Border>>, Meant>,
) {
    let proof = &exposure.proof;
    if proof.direction != Direction::Egress || proof.borders.is_empty() {
        return;
    }
    let named = matches!(proof.permission, Permission::Named { .. });
    if judged.coverage.is_none() && !named {
        return;
    }
    let all = (&exposure.far, &proof.traffic);
    for (own, parts) in judged.parted(&exposure.workloads, proof.direction, all) {
        let wanted = parts.iter().any(|part| !part.entries.is_empty());
        if judged.coverage.is_some() && !wanted {
            continue;
        }
        let meant = meant.entry(proof.borders.clone()).or_default();
        if proof.verdict == Verdict::Reachable {
            meant.certain.extend(&own);
        }
        meant.workloads.extend(own);
    }
}

/// The workloads on each pool whose packets leave from the interface of their node, which a pool of their own would keep apart.
fn members(judged: &Judged<'_, '_>) -> BTreeMap<Id<NodePool>, BTreeSet<Id<Workload>>> {
    let world = judged.engine.world();
    let mut out: BTreeMap<Id<NodePool>, BTreeSet<Id<Workload>>> = BTreeMap::new();
    for (id, workload) in world.workloads.iter() {
        let namespace = &world.namespaces[workload.namespace].name;
        let everywhere = workload.host_network || workload.kind == "DaemonSet";
        if everywhere || judged.is_exempt(namespace) {
            continue;
        }
        for placement in &workload.pod_placements {
            if let Some(pool) = placement.pool.filter(|_| is_by_node(placement)) {
                out.entry(pool).or_default().insert(id);
            }
        }
    }
    out
}

/// Whether packets of the pod leave by its node's interface, or by one that is filtered alike.
fn is_by_node(placement: &PodPlacement) -> bool {
    let node = placement.node.as_ref();
    let alike = node.is_some_and(|node| node.filters == placement.pod.filters);
    alike || !placement.translated.is_empty()
}

fn fact(
    borders: &[Id<Border>],
    meant: &Meant,
    (pool, members): (Id<NodePool>, &BTreeSet<Id<Workload>>),
    world: &World,
) -> Option<Fact> {
    let crossing: Vec<Id<Workload>> = members.intersection(&meant.workloads).copied().collect();
    let first = *crossing.first()?;
    let beside: Vec<Id<Workload>> = members.difference(&meant.workloads).copied().collect();
    let certain = crossing.iter().any(|id| meant.certain.contains(id));
    let own = &world.node_pools[pool];
    let titles = |ids: &[Id<Workload>]| -> Vec<String> {
        let all = owners(ids, world);
        all.map(|(id, _)| world.workload_title(id)).collect()
    };
    let (who_crosses, who_stands_beside) = (titles(&crossing), titles(&beside));
    let values = SharedNodes {
        certainty: certainty(certain),
        cluster: world.clusters[world.workloads[first].cluster]
            .name
            .as_str()
            .into(),
        pool: vec![own.name.clone()].into(),
        border: border_names(borders, world).into(),
        border_kind: border_kinds(borders, world).into(),
        privileged: privileged(&beside, world),
        who_crosses: workloads(&who_crosses).into(),
        who_stands_beside: workloads(&who_stands_beside).into(),
        crossing: who_crosses.into(),
        beside: who_stands_beside.into(),
    };
    let related = borders.iter().filter_map(|id| {
        let border = &world.borders[*id];
        Some(Related {
            place: border.origin.clone()?.place,
            what: format!("{} `{}`", border.kind, border.name),
        })
    });
    Some(Fact {
        values: values.values(),
        subjects: Subject::alone(&own.name, &own.name, own.origin.clone()),
        borders: border_list(borders, world),
        related: related.collect(),
        ..Fact::default()
    })
}

/// Those that have their node once somebody is in them.
fn privileged(ids: &[Id<Workload>], world: &World) -> Value {
    let has_node = |id: &Id<Workload>| {
        let asked = &world.workloads[*id].privileges.asked;
        asked.contains(&Privilege::Privileged) || asked.contains(&Privilege::HostProcesses)
    };
    let surely: Vec<Id<Workload>> = ids.iter().copied().filter(has_node).collect();
    if surely.is_empty() {
        let doubts = ids.iter().map(|id| &world.workloads[*id].privileges.doubt);
        let doubt = doubts.fold(Doubt::none(), |sum, one| sum.and(one));
        if !doubt.is_certain() {
            return Value::Unknown(doubt);
        }
    }
    let all = owners(&surely, world);
    all.map(|(id, _)| world.workload_title(id))
        .collect::<Vec<_>>()
        .into()
}
