//! Rules that a controller adds to the security groups of a load balancer's targets. They hold for whoever they name, whether or
//! not the packets come through the load balancer, and for everything that has these groups.
//! Sources: kubernetes/cloud-provider-aws, `updateInstanceSecurityGroupsForNLB`; kubernetes-sigs/aws-load-balancer-controller,
//! `pkg/service/model_build_target_group.go` (`buildTargetGroupBindingNetworkingLegacy`), documentation, "TargetGroupBinding".

use super::EntryPointContext;
use crate::model::{
    Attachment, DistinctPlacements, Filter, FilterAction, FilterPeer, FilterRule, Id, Origin,
    PodPlacement, Traffic, Workload,
};
use std::collections::BTreeMap;

/// What a controller opens for the targets of one load balancer.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Name to print: who opens it, and for what.
    pub name: String,
    /// Who may call the targets, and on which of their ports.
    pub rules: Vec<FilterRule>,
    /// The pods that are the targets; none where all nodes are.
    pub pods: Option<Vec<Id<Workload>>>,
    /// The object that asks for it.
    pub origin: Origin,
}

/// A rule that lets a peer in.
#[must_use]
pub fn rule(
    peer: FilterPeer,
    traffic: Traffic,
    doubt: crate::model::Doubt,
    origin: &Origin,
) -> FilterRule {
    FilterRule {
        order: 0,
        action: FilterAction::Allow,
        peer,
        own: FilterPeer::anyone(),
        traffic,
        doubt,
        origin: Some(origin.clone()),
    }
}

/// Security groups of an interface, taken together.
type Groups = Vec<Id<Filter>>;

/// Adds what was opened to every interface that has the groups of a target, once all ways in are made.
pub fn lower(entry_context: &mut EntryPointContext) {
    let mut more: BTreeMap<Groups, Groups> = BTreeMap::new();
    for opened in std::mem::take(&mut entry_context.opened) {
        let targets = targets(entry_context, &opened);
        let filter = entry_context.lowering.world.filters.push(Filter {
            name: opened.name,
            kind: "security group",
            stateful: true,
            ingress: opened.rules,
            egress: Vec::new(),
            doubt: crate::model::Doubt::none(),
            origin: Some(opened.origin),
        });
        for groups in targets {
            more.entry(groups).or_default().push(filter);
        }
    }
    if !more.is_empty() {
        spread(entry_context, &more);
    }
}

/// The groups of the targets' interfaces, of each that has some: where nothing filters nothing has to be opened.
fn targets(entry_context: &EntryPointContext, opened: &Opened) -> Vec<Groups> {
    let world = &entry_context.lowering.world;
    let mut out: Vec<Groups> = match &opened.pods {
        None => {
            let pools = entry_context.pools.iter();
            pools.map(|pool| pool.filters.clone()).collect()
        }
        Some(pods) => {
            let own = pods
                .iter()
                .flat_map(|id| &world.workloads[*id].pod_placements);
            own.map(|placement| placement.pod.filters.clone()).collect()
        }
    };
    out.retain(|groups| !groups.is_empty());
    out.sort();
    out.dedup();
    out
}

fn spread(entry_context: &mut EntryPointContext, more: &BTreeMap<Groups, Groups>) {
    let add = |at: &mut Attachment| {
        if let Some(more) = more.get(&at.filters) {
            at.filters.extend(more);
        }
    };
    let world = &mut *entry_context.lowering.world;
    let is_met = |placement: &PodPlacement| {
        let mut own = placement.node.iter().chain([&placement.pod]);
        own.any(|at| more.contains_key(&at.filters))
    };
    let mut distinct = DistinctPlacements::default();
    for id in world.workloads.ids().collect::<Vec<_>>() {
        let own = &mut world.workloads[id].pod_placements;
        if own.iter().any(is_met) {
            let mut changed = own.to_vec();
            for placement in &mut changed {
                add(&mut placement.pod);
                placement.node.iter_mut().for_each(add);
            }
            *own = distinct.shared(changed);
        }
    }
    for id in world.endpoints.ids().collect::<Vec<_>>() {
        world.endpoints[id].attachments.iter_mut().for_each(add);
    }
    for id in world.entry_points.ids().collect::<Vec<_>>() {
        let forwarders = world.entry_points[id].forwarders.iter_mut();
        let nodes = forwarders.filter(|forwarder| forwarder.own_pods.is_some());
        nodes.flat_map(|node| &mut node.attachments).for_each(add);
    }
}
