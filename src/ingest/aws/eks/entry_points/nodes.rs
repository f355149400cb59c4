//! Nodes as what hands on: kube-proxy opens a node port on every one of them.
//! Source: Kubernetes documentation, "Service", "type: NodePort"; "Network Policies", "Behavior of ipBlock selectors".

use super::super::facts;
use super::super::pool::Family;
use super::EntryPointContext;
use crate::ingest::kubernetes::Object;
use crate::ingest::kubernetes::service::is_local;
use crate::model::{AddressSet, Attachment, Doubt, Enforced, Forwarder, GapKind, Note};

impl EntryPointContext<'_, '_, '_> {
    /// The nodes, as they take connections to a node port of a Service and hand them on.
    pub fn nodes(&mut self, service: &Object, ports: (u16, u16), doubt: Doubt) -> Forwarder {
        let local = is_local(service);
        let text = if local {
            "the node keeps the client's address, since `externalTrafficPolicy` is `Local`"
        } else {
            "the node puts its own address in place of the client's, since `externalTrafficPolicy` is `Cluster`"
        };
        let assumed = service.node.get("spec.externalTrafficPolicy").is_unset();
        Forwarder {
            name: "a node".to_owned(),
            attachments: self.attachments(),
            ports,
            destinations: AddressSet::none(),
            doubt,
            keeps_client: local,
            sends: Note {
                text: text.to_owned(),
                origin: (!assumed).then(|| service.origin.clone()),
                assumed,
            },
            admitted: None,
            own_pods: Some(self.own_pods()),
        }
    }

    /// Some of the nodes, as they hand on what comes to a port of theirs to a pod that runs on them, with the client's address.
    pub fn hosts(&mut self, attachments: Vec<Attachment>, port: u16) -> Forwarder {
        let text = "the node keeps the client's address when it hands on what comes to a port of its own that a pod has".to_owned();
        Forwarder {
            name: "the pod's node".to_owned(),
            attachments,
            ports: (port, port),
            destinations: AddressSet::none(),
            doubt: Doubt::none(),
            keeps_client: true,
            sends: Note {
                text,
                origin: None,
                assumed: true,
            },
            admitted: None,
            own_pods: Some(self.own_pods()),
        }
    }

    /// Primary interfaces of all nodes, with the addresses at which they open node ports: those of the cluster's family.
    fn attachments(&mut self) -> Vec<Attachment> {
        if self.pools.is_empty() && self.have_nodes() {
            let pool = facts::unseen(self.lowering, self.id, self.facts);
            self.pools.push(pool);
        }
        let families: AddressSet = self
            .facts
            .families
            .iter()
            .map(|(family, _)| Family::all(*family))
            .collect();
        let (world, network) = (&self.lowering.world, self.facts.network);
        let places = self
            .pools
            .iter()
            .flat_map(|pool| pool.places.iter().map(move |place| (pool, place)));
        let attach = |(pool, place): (&super::Pool, &super::super::pool::NodeSubnet)| {
            let own = place.attachment(
                world,
                network,
                &families,
                &pool.filters,
                pool.origin.clone(),
            );
            Attachment {
                doubt: own.doubt.and(&pool.doubt),
                ..own
            }
        };
        places.map(attach).collect()
    }

    /// Whether pods of the cluster may run on nodes.
    fn have_nodes(&self) -> bool {
        let mut workloads = self
            .lowering
            .world
            .workloads
            .iter()
            .filter(|(_, own)| own.cluster == self.cluster);
        workloads.any(|(_, own)| {
            own.pod_placements
                .iter()
                .any(|pod_placement| pod_placement.node.is_some())
        })
    }

    /// Policies never stop what comes from a pod's own node; whether that holds for what the node only forwards is known of
    /// the VPC CNI's agent, which sees packets after the node has put its own address in.
    fn own_pods(&mut self) -> Enforced {
        if let Some(known) = &self.own_pods {
            return known.clone();
        }
        let cluster = &self.lowering.world.clusters[self.cluster];
        let found = match (&cluster.enforced, cluster.engine.as_str()) {
            (Enforced::No(note), _) => Enforced::No(note.clone()),
            (_, "vpc-cni") => {
                let text = "policies always let in what comes from the pods' own node, also what it forwards with its own address";
                Enforced::No(Note {
                    text: text.to_owned(),
                    origin: None,
                    assumed: true,
                })
            }
            (_, engine) => {
                let text = format!(
                    "whether `{engine}` judges what a node forwards to its own pods by the client's address is not known"
                );
                let origin = cluster.origin.clone();
                let doubt = self
                    .lowering
                    .world
                    .doubt(GapKind::NotJudged, text.clone(), origin);
                Enforced::Unknown(
                    Note {
                        text,
                        origin: None,
                        assumed: false,
                    },
                    doubt,
                )
            }
        };
        self.own_pods = Some(found.clone());
        found
    }
}
