//! Entities: ends of a flow that have names of their own (user guide, "Entities based"; cilium `pkg/policy/api/entity.go`).

use super::super::Reading;
use super::block;
use super::context::{Context, ResolvedPeer};
use crate::ingest::yaml::Node;
use crate::model::{AddressSet, Doubt, GapKind, PolicyPeer, Selector};

const KNOWN: &str = "one of all, world, world-ipv4, world-ipv6, cluster, host, remote-node, kube-apiserver, ingress, init, health, unmanaged, none";

/// The ends that an element of `fromEntities` or `toEntities` names.
pub(super) fn ends(
    context: &Context<'_>,
    node: &Node,
    reading: &mut Reading<'_, '_>,
) -> Vec<ResolvedPeer> {
    match node.text() {
        Some(name) => of_name(context, name, node, reading),
        None => {
            reading.faults.mismatch(node, "entity", KNOWN);
            Vec::new()
        }
    }
}

/// The ends of an entity.
pub(super) fn of_name(
    context: &Context<'_>,
    name: &str,
    node: &Node,
    reading: &mut Reading<'_, '_>,
) -> Vec<ResolvedPeer> {
    let sure = |peer| vec![ResolvedPeer::sure(peer, node)];
    match name {
        "all" => sure(PolicyPeer::Anyone),
        "world" => sure(PolicyPeer::World),
        "world-ipv4" => sure(block::outside(AddressSet::all_v4())),
        "world-ipv6" => sure(block::outside(AddressSet::all_v6())),
        // By its definition only what stands in the cluster; an API server that is known to stand outside is counted in.
        "cluster" => {
            let inside = PolicyPeer::Any(vec![
                PolicyPeer::Pods(Selector::Everything),
                PolicyPeer::Nodes(Selector::Everything),
            ]);
            let mut out = sure(inside);
            if !context.agent.api_server.is_empty() {
                out.extend(api_server(context, node, reading));
            }
            out
        }
        "host" | "remote-node" => vec![some_node(context, name, node, reading)],
        "kube-apiserver" => api_server(context, node, reading),
        "ingress" => proxy(context, node, reading),
        "unmanaged" => {
            let what = "names pods that Cilium does not manage: which are is not known";
            let doubt = context.doubt(GapKind::NotJudged, what, node, reading);
            vec![ResolvedPeer {
                peer: PolicyPeer::Pods(Selector::Everything),
                doubt,
                place: node.place(),
            }]
        }
        // Endpoints of the agent's own, and pods before they have an identity: no workload is one.
        "init" | "health" | "none" => Vec::new(),
        _ => {
            reading.faults.mismatch(node, "entity", KNOWN);
            Vec::new()
        }
    }
}

/// The pod's own node, or the others: for some placement of the pod either is any node. Denying one of them leaves the other.
fn some_node(
    context: &Context<'_>,
    name: &str,
    node: &Node,
    reading: &mut Reading<'_, '_>,
) -> ResolvedPeer {
    let doubt = if context.denies() {
        let what = format!("denies `{name}`: which node is the pod's own is not known");
        context.doubt(GapKind::NotJudged, &what, node, reading)
    } else {
        Doubt::none()
    };
    ResolvedPeer {
        peer: PolicyPeer::Nodes(Selector::Everything),
        doubt,
        place: node.place(),
    }
}

/// The API server stands outside of the cluster, or on its nodes where the input does not say.
fn api_server(
    context: &Context<'_>,
    node: &Node,
    reading: &mut Reading<'_, '_>,
) -> Vec<ResolvedPeer> {
    let known = context.agent.api_server.clone();
    let (what, peer) = if known.is_empty() {
        let anywhere = PolicyPeer::Any(vec![
            PolicyPeer::World,
            PolicyPeer::Nodes(Selector::Everything),
        ]);
        (
            "names the API server, whose addresses are not in the input",
            anywhere,
        )
    } else {
        (
            "names the API server: which addresses of its subnets it has is not known",
            block::outside(known),
        )
    };
    let doubt = context.doubt(GapKind::NotJudged, what, node, reading);
    vec![ResolvedPeer {
        peer,
        doubt,
        place: node.place(),
    }]
}

/// The proxy that serves Ingress and Gateway objects: for whom it speaks is not judged.
fn proxy(context: &Context<'_>, node: &Node, reading: &mut Reading<'_, '_>) -> Vec<ResolvedPeer> {
    let what = if context.ingress {
        "names the ingress proxy: who reaches pods through it is not judged"
    } else {
        "names the ingress proxy: whom pods reach through it is not judged"
    };
    let doubt = context.doubt(GapKind::NotJudged, what, node, reading);
    vec![ResolvedPeer {
        peer: PolicyPeer::Anyone,
        doubt,
        place: node.place(),
    }]
}
