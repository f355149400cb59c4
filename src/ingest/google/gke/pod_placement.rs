//! Placements of all workloads of a cluster: on each node pool that may run them.

use super::facts::{Facts, Pool};
use super::further;
use super::manifests::Manifests;
use super::masquerade::{Translation, translations};
use crate::ingest::terraform::Resource;
use crate::model::{
    AddressSet, Cluster, DistinctPlacements, Doubt, Enforced, GapKind, Id, Labels, NodePool, Note,
    PodPlacement, Workload, World,
};

/// Ends of the domains of labels that every node has, or whose values the input does not say.
const WELL_KNOWN: &[&str] = &["kubernetes.io", "k8s.io", "cloud.google.com", "gke.io"];

/// Gives every workload of the cluster its placements.
pub fn place(
    world: &mut World,
    cluster: Id<Cluster>,
    resource: &Resource,
    facts: &Facts,
    manifests: &Manifests,
) {
    let translations = translations(world, resource, manifests);
    let enforced = world.clusters[cluster].enforced.clone();
    let node_pools: Vec<(&Pool, Id<NodePool>)> = facts
        .pools
        .iter()
        .map(|pool| (pool, node_pool(world, pool)))
        .collect();
    let workloads: Vec<Id<Workload>> = world
        .workloads
        .iter()
        .filter(|(_, own)| own.cluster == cluster)
        .map(|(id, _)| id)
        .collect();
    let none = Labels::new();
    let mut distinct = DistinctPlacements::default();
    for id in workloads {
        let workload = world.workloads[id].clone();
        let asked = manifests.asked.get(&workload.origin).unwrap_or(&none);
        let may_run = |pool: &Pool| pool.labels.may_wear(asked, WELL_KNOWN);
        let mut pools: Vec<_> = node_pools
            .iter()
            .filter(|(pool, _)| may_run(pool))
            .collect();
        if pools.is_empty() {
            pools = node_pools.iter().collect();
        }
        let enforced = if workload.host_network {
            on_host(resource)
        } else {
            enforced.clone()
        };
        let mut all = Vec::new();
        for (pool, node_pool) in pools {
            let doubt = unsure(world, pool, asked);
            let mut own = pod_placements((pool, *node_pool), facts, &translations, &enforced);
            if let Some(like) = own.first().cloned() {
                own.extend(further::placements(&workload, &pool.further, &like, world));
            }
            all.extend(own.into_iter().map(|own| PodPlacement {
                doubt: own.doubt.and(&doubt),
                ..own
            }));
        }
        if workload.host_network {
            let text = "pods on the host network have their node's address".to_owned();
            let origin = Some(workload.origin.clone());
            all.iter_mut().for_each(|own| {
                own.source_address = Note {
                    text: text.clone(),
                    origin: origin.clone(),
                    assumed: false,
                }
            });
        }
        world.workloads[id].pod_placements = distinct.shared(all);
    }
}

/// Why pods that ask for labels may not run on the nodes of a pool.
fn unsure(world: &mut World, pool: &Pool, asked: &Labels) -> Doubt {
    if !pool.labels.leaves_open(asked, WELL_KNOWN) {
        return Doubt::none();
    }
    let what = format!(
        "which labels the nodes of {} carry is known only after apply",
        pool.title
    );
    world.doubt(GapKind::UnknownValue, what, Some(pool.origin.clone()))
}

fn on_host(resource: &Resource) -> Enforced {
    let text = "network policies do not hold for pods on the host network".to_owned();
    Enforced::No(Note {
        text,
        origin: Some(resource.origin.clone()),
        assumed: false,
    })
}

fn node_pool(world: &mut World, pool: &Pool) -> Id<NodePool> {
    world.node_pool(NodePool {
        name: pool.title.clone(),
        credentials: pool.credentials.clone(),
        origin: Some(pool.origin.clone()),
    })
}

fn pod_placements(
    (pool, node_pool): (&Pool, Id<NodePool>),
    facts: &Facts,
    translations: &[Translation],
    enforced: &Enforced,
) -> Vec<PodPlacement> {
    let mut out = Vec::new();
    for (node, pod) in &pool.pod_interfaces {
        for translation in translations {
            let (towards, note) = if pool.windows {
                on_windows(facts)
            } else {
                (translation.towards.clone(), translation.note.clone())
            };
            out.push(PodPlacement {
                name: pool.title.clone(),
                pool: Some(node_pool),
                pod: pod.clone(),
                node: Some(node.clone()),
                translated: towards,
                source_address: note,
                enforced: enforced.clone(),
                doubt: pool.doubt.and(&translation.doubt),
            });
        }
    }
    out
}

/// Windows nodes put their address in place of the pod's towards everything outside of the cluster.
fn on_windows(facts: &Facts) -> (AddressSet, Note) {
    let own: AddressSet = facts
        .places
        .iter()
        .map(|place| place.pods.clone())
        .collect();
    let nodes: AddressSet = facts
        .pools
        .iter()
        .flat_map(|pool| &pool.pod_interfaces)
        .map(|(node, _)| node.addresses.clone())
        .collect();
    let text = "a Windows node puts its own address in place of the pod's outside of the cluster"
        .to_owned();
    (
        AddressSet::all_v4().difference(&own).difference(&nodes),
        Note {
            text,
            origin: None,
            assumed: true,
        },
    )
}
