//! Where the pods of a cluster's workloads may stand: on every node pool whose nodes may carry the labels that they ask for.

use super::engine::MANAGER;
use super::masquerade::{self, Exempt};
use super::pool::Pool;
use super::profile::{Addresses, Profile};
use crate::ingest::azure::lowering::Lowering;
use crate::ingest::kubernetes::{Object, node_selector};
use crate::model::{
    AddressSet, Attachment, Cluster, CredentialsControl, DistinctPlacements, Doubt, Enforced,
    GapKind, Id, Labels, Network, NodeCredentials, NodePool, Note, Origin, PodPlacement, Subnet,
    ToPods, Workload,
};
use std::collections::BTreeMap;

/// What is the same for all workloads.
struct ClusterNetwork<'a> {
    profile: &'a Profile,
    exempt: Exempt,
    engine: String,
    enforced: Enforced,
    host_network: bool,
}

/// Gives every workload of the cluster its placements.
pub fn place(
    lowering: &mut Lowering,
    profile: &Profile,
    pools: &[Pool],
    cluster: Id<Cluster>,
    objects: &[Object],
) {
    let asked: BTreeMap<&Origin, Labels> = objects
        .iter()
        .map(|object| (&object.origin, node_selector(object)))
        .collect();
    let own = lowering.world.clusters[cluster].clone();
    let pools: Vec<Pool> = pools
        .iter()
        .map(|pool| of_cluster(lowering, cluster, pool))
        .collect();
    let mut cluster_network = ClusterNetwork {
        profile,
        exempt: masquerade::exempt(objects),
        engine: own.engine,
        enforced: own.enforced,
        host_network: false,
    };
    let workloads = lowering
        .world
        .workloads
        .iter()
        .filter(|(_, own)| own.cluster == cluster)
        .map(|(id, _)| id);
    let mut distinct = DistinctPlacements::default();
    for id in workloads.collect::<Vec<Id<Workload>>>() {
        let workload = lowering.world.workloads[id].clone();
        cluster_network.host_network = workload.host_network;
        let wanted = asked.get(&workload.origin).cloned().unwrap_or_default();
        let mut fit: Vec<&Pool> = pools.iter().filter(|pool| pool.may_wear(&wanted)).collect();
        let mut doubt = Doubt::none();
        if fit.is_empty() {
            let what = format!(
                "no node pool of the input has the labels that {} asks for: it is taken to run on any",
                workload.origin.address
            );
            doubt = lowering
                .world
                .doubt(GapKind::NotInInput, what, Some(workload.origin.clone()));
            fit = pools.iter().collect();
        }
        let mut pod_placements: Vec<PodPlacement> = Vec::new();
        for pool in fit {
            let doubt = doubt.and(&unsure(lowering, pool, &wanted));
            for pod_placement in cluster_network.on(lowering, pool, &doubt) {
                if !pod_placements.contains(&pod_placement) {
                    pod_placements.push(pod_placement);
                }
            }
        }
        lowering.world.workloads[id].pod_placements = distinct.shared(pod_placements);
    }
}

/// The nodes as nodes of a cluster of the model. Nothing on them stands between pods and the metadata of their machine. Source:
/// "Use Azure Instance Metadata Service"; `podLinkLocalAccess` of the AKS API, default `IMDS`, which the provider does not set.
fn of_cluster(lowering: &mut Lowering, cluster: Id<Cluster>, pool: &Pool) -> Pool {
    let note = Note {
        text: "nothing on the nodes of AKS keeps pods from the instance metadata".to_owned(),
        origin: lowering.world.clusters[cluster].origin.clone(),
        assumed: true,
    };
    let node_pool = lowering.world.node_pool(NodePool {
        name: pool.title.clone(),
        credentials: NodeCredentials {
            to_pods: ToPods::Given,
            control: CredentialsControl::Policy,
            note,
        },
        origin: Some(pool.origin.clone()),
    });
    Pool {
        node_pool: Some(node_pool),
        ..pool.clone()
    }
}

/// Why pods that ask for labels may not run on the nodes of a pool.
fn unsure(lowering: &mut Lowering, pool: &Pool, asked: &Labels) -> Doubt {
    if !pool.leaves_open(asked) {
        return Doubt::none();
    }
    let what = format!(
        "which labels the nodes of {} carry is known only after apply",
        pool.title
    );
    let origin = Some(pool.origin.clone());
    lowering.world.doubt(GapKind::UnknownValue, what, origin)
}

impl ClusterNetwork<'_> {
    /// The ways in which a pod may stand on a pool.
    fn on(&self, lowering: &mut Lowering, pool: &Pool, doubt: &Doubt) -> Vec<PodPlacement> {
        let enforced = self.enforced_on(lowering, pool);
        let mut out = Vec::new();
        for node in &pool.nodes {
            if self.host_network {
                let text = "the pod is on the host network and has its node's address".to_owned();
                let note = Note {
                    text,
                    origin: Some(pool.origin.clone()),
                    assumed: false,
                };
                out.push(pod_placement(
                    pool,
                    (node, node),
                    (AddressSet::none(), note),
                    &enforced,
                    doubt,
                ));
                continue;
            }
            match &self.profile.addresses {
                Addresses::Flat => out.extend(self.flat(lowering, pool, node, &enforced, doubt)),
                Addresses::Own(network, subnet) => out.push(self.hidden(
                    lowering,
                    pool,
                    node,
                    (*network, *subnet),
                    &enforced,
                    doubt,
                )),
                Addresses::Unknown(network, subnet, why) => {
                    let doubt = doubt.and(why);
                    out.extend(self.flat(lowering, pool, node, &enforced, &doubt));
                    out.push(self.hidden(
                        lowering,
                        pool,
                        node,
                        (*network, *subnet),
                        &enforced,
                        &doubt,
                    ));
                }
            }
        }
        out
    }

    /// Pods with addresses of the virtual network.
    fn flat(
        &self,
        lowering: &mut Lowering,
        pool: &Pool,
        node: &Attachment,
        enforced: &Enforced,
        doubt: &Doubt,
    ) -> Vec<PodPlacement> {
        let own_subnet = !pool.pods.is_empty();
        let pods = if own_subnet {
            pool.pods.clone()
        } else {
            on_interface(lowering, pool, node)
        };
        let towards = masquerade::translated(
            lowering.world,
            node.network,
            &self.exempt,
            own_subnet,
            &pool.origin,
        );
        pods.iter()
            .map(|pod| pod_placement(pool, (pod, node), towards.clone(), enforced, doubt))
            .collect()
    }

    /// Pods behind their nodes.
    fn hidden(
        &self,
        lowering: &Lowering,
        pool: &Pool,
        node: &Attachment,
        (network, subnet): (Id<Network>, Id<Subnet>),
        enforced: &Enforced,
        doubt: &Doubt,
    ) -> PodPlacement {
        let addresses = lowering.world.networks[network].addresses.clone();
        let origin = self.profile.origin.clone();
        let assumed = origin.is_none();
        let pod = Attachment {
            network,
            subnet: Some(subnet),
            addresses,
            filters: Vec::new(),
            interface: 0,
            doubt: Doubt::none(),
            origin: origin.clone(),
        };
        let text = format!(
            "packets to outside the cluster leave with the node's address ({})",
            self.profile.plugin
        );
        pod_placement(
            pool,
            (&pod, node),
            (
                AddressSet::all(),
                Note {
                    text,
                    origin,
                    assumed,
                },
            ),
            enforced,
            doubt,
        )
    }

    fn enforced_on(&self, lowering: &mut Lowering, pool: &Pool) -> Enforced {
        let note = |text: String| Note {
            text,
            origin: Some(pool.origin.clone()),
            assumed: false,
        };
        if self.host_network {
            return Enforced::No(note(
                "network policies do not hold for pods on the host network".to_owned(),
            ));
        }
        match (&self.enforced, pool.windows, self.engine.as_str()) {
            (Enforced::No(_), ..) | (_, false, _) | (_, true, "calico") => self.enforced.clone(),
            (_, true, MANAGER) => {
                let text = format!(
                    "whether Azure Network Policy Manager enforces on the Windows nodes of {} is not known",
                    pool.title
                );
                let doubt = lowering.world.doubt(
                    GapKind::NotJudged,
                    text.clone(),
                    Some(pool.origin.clone()),
                );
                Enforced::Unknown(note(text), doubt)
            }
            (_, true, engine) => Enforced::No(note(format!(
                "`{engine}` enforces no network policy on Windows nodes"
            ))),
        }
    }
}

/// Pods with addresses on their node's interface: as members of its application security groups and without them, since the
/// documentation tells of the nodes only (azurerm provider, `node_network_profile`).
fn on_interface(lowering: &mut Lowering, pool: &Pool, node: &Attachment) -> Vec<Attachment> {
    if !node
        .filters
        .iter()
        .any(|filter| pool.members.contains(filter))
    {
        return vec![node.clone()];
    }
    let what = format!(
        "whether pods of {} are members of its nodes' application security groups is not known",
        pool.title
    );
    let doubt = node.doubt.and(&lowering.world.doubt(
        GapKind::NotJudged,
        what,
        Some(pool.origin.clone()),
    ));
    let bare = node
        .filters
        .iter()
        .copied()
        .filter(|filter| !pool.members.contains(filter))
        .collect();
    vec![
        Attachment {
            doubt: doubt.clone(),
            ..node.clone()
        },
        Attachment {
            filters: bare,
            doubt,
            ..node.clone()
        },
    ]
}

fn pod_placement(
    pool: &Pool,
    (pod, node): (&Attachment, &Attachment),
    towards: (AddressSet, Note),
    enforced: &Enforced,
    doubt: &Doubt,
) -> PodPlacement {
    PodPlacement {
        name: pool.title.clone(),
        pool: pool.node_pool,
        pod: pod.clone(),
        node: Some(node.clone()),
        translated: towards.0,
        source_address: towards.1,
        enforced: enforced.clone(),
        doubt: doubt.clone(),
    }
}
