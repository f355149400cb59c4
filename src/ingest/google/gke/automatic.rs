//! Firewall rules that GKE makes for a cluster's nodes, as an assumption: pods and nodes of the cluster reach each other, the
//! control plane reaches the kubelets, and nobody else reaches their read-only port.
//! Source: cloud.google.com/kubernetes-engine/docs/concepts/firewall-rules, "GKE cluster firewall rules".

use super::facts::Facts;
use crate::ingest::google::class::Named;
use crate::ingest::google::lowering::{Attribute, Lowering};
use crate::ingest::google::rule::{Action, Layer, Rule};
use crate::ingest::google::stage::{AtRest, Machines};
use crate::ingest::terraform::Resource;
use crate::model::{AddressSet, Direction, Doubt, Id, Network, Protocol, Traffic};

/// The kubelet's read-only port.
const READ_ONLY: u16 = 10255;

/// The rules of all clusters.
pub fn rules(lowering: &mut Lowering<AtRest>) -> Vec<Rule> {
    let graph = lowering.graph;
    let clusters: Vec<(Id<Resource>, Facts)> = lowering
        .seen::<Machines>()
        .clusters
        .iter()
        .map(|(id, facts)| (*id, facts.clone()))
        .collect();
    let mut out = Vec::new();
    for (id, facts) in clusters {
        let master = lowering
            .blocks(Attribute::of(
                &graph.resources[id],
                "private_cluster_config.master_ipv4_cidr_block",
            ))
            .addresses;
        for network in &facts.networks {
            out.extend(of_cluster(lowering, (id, *network), &facts, &master));
        }
    }
    out
}

fn of_cluster(
    lowering: &Lowering<AtRest>,
    (id, network): (Id<Resource>, Id<Network>),
    facts: &Facts,
    master: &AddressSet,
) -> Vec<Rule> {
    let pods: AddressSet = facts
        .pools
        .iter()
        .flat_map(|pool| &pool.pod_interfaces)
        .map(|(_, pod)| pod.addresses.clone())
        .collect();
    let nodes: AddressSet = facts
        .places
        .iter()
        .map(|place| lowering.primary(place.subnet))
        .collect();
    let doubt = facts
        .places
        .iter()
        .fold(Doubt::none(), |sum, place| sum.and(&place.doubt));
    let protocols = |numbers: &[Protocol]| {
        numbers
            .iter()
            .copied()
            .map(Traffic::protocol)
            .collect::<Traffic>()
    };
    let among_pods = protocols(&[
        Protocol::TCP,
        Protocol::UDP,
        Protocol::SCTP,
        Protocol::ICMP,
        Protocol(50),
        Protocol(51),
    ]);
    let from_nodes = protocols(&[Protocol::TCP, Protocol::UDP, Protocol::ICMP]);
    let kubelet =
        Traffic::ports(Protocol::TCP, 443, 443).union(&Traffic::ports(Protocol::TCP, 10250, 10250));
    let read_only = || Traffic::ports(Protocol::TCP, READ_ONLY, READ_ONLY);
    let rule = |priority, action, from: AddressSet, traffic| Rule {
        network,
        layer: Layer::Classic,
        priority,
        way: Direction::Ingress,
        action,
        blocks: vec![(from, doubt.clone())],
        own: AddressSet::all(),
        peers: Named::default(),
        targets: Named::default(),
        cluster: Some(id),
        packets: vec![(traffic, Doubt::none())],
        doubt: Doubt::none(),
        origin: None,
    };
    let mut out = vec![
        rule(999, Action::Allow, pods.union(&nodes), read_only()),
        rule(1000, Action::Deny, AddressSet::all_v4(), read_only()),
        rule(1000, Action::Allow, pods, among_pods),
        rule(1000, Action::Allow, nodes, from_nodes),
    ];
    if !master.is_empty() {
        out.push(rule(1000, Action::Allow, master.clone(), kubelet));
    }
    out
}
