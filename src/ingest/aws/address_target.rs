//! Target groups of load balancers whose targets are addresses. A balancer leads to a group by a listener or by a rule of one.
//! Source: Elastic Load Balancing user guides, "Target groups for your Network Load Balancers" and "… Application Load Balancers".

use super::lowering::Lowering;
use super::stage::{AtRest, Endpoints};
use crate::ingest::lowering::{AddressTargets, Family, is_set, listens, target_address};
use crate::ingest::terraform::{Resource, Value};
use crate::model::{AddressSet, Endpoint, Id};
use std::collections::{BTreeMap, BTreeSet};

const GROUPS: &[&str] = &["aws_lb_target_group", "aws_alb_target_group"];
const LISTENERS: &[&str] = &["aws_lb_listener", "aws_alb_listener"];
const RULES: &[&str] = &["aws_lb_listener_rule", "aws_alb_listener_rule"];
const TARGETS: &[&str] = &[
    "aws_lb_target_group_attachment",
    "aws_alb_target_group_attachment",
];
const BALANCERS: &[&str] = &["aws_lb", "aws_alb"];

/// Targets by address; their types are those of load balancers.
#[must_use]
pub fn family() -> Family<AtRest> {
    Family::without_types(lower)
}

fn lower(lowering: &mut Lowering<AtRest>) {
    let groups: BTreeSet<Id<Resource>> = of(lowering, GROUPS)
        .into_iter()
        .filter(|(_, group)| holds_addresses(group))
        .map(|(id, _)| id)
        .collect();
    let mut targets: BTreeMap<Id<Endpoint>, (AddressSet, Id<Resource>)> = BTreeMap::new();
    for (id, target) in of(lowering, TARGETS) {
        let named = named(lowering, target.values.get("target_group_arn"), &groups);
        if named.is_empty() {
            continue;
        }
        let addresses = addresses(lowering, target);
        for balancer in balancers(lowering, &named) {
            let own = targets
                .entry(balancer)
                .or_insert_with(|| (AddressSet::none(), id));
            own.0 = own.0.union(&addresses);
        }
    }
    for (balancer, (targets, by)) in targets {
        let endpoint = &lowering.world.endpoints[balancer];
        let listens = listens(lowering.world, balancer);
        let own = AddressTargets {
            name: endpoint.name.clone(),
            listens,
            balancer: Some(balancer),
            targets,
            by_name: false,
            origin: lowering.graph.resources[by].origin.clone(),
        };
        lowering.lowered.on_demand.outer.lead_to_targets(own);
    }
}

/// Whether a group may have addresses as targets.
fn holds_addresses(group: &Resource) -> bool {
    let kind = group.values.get("target_type");
    match kind.text() {
        Some(kind) => kind == "ip",
        None => is_set(kind) && kind.is_unknown(),
    }
}

/// The resources of some types.
fn of<'a>(lowering: &Lowering<'a, AtRest>, kinds: &[&str]) -> Vec<(Id<Resource>, &'a Resource)> {
    let graph = lowering.graph;
    kinds.iter().flat_map(|kind| graph.of(kind)).collect()
}

/// Those of some resources that a value names: all of them where it cannot be resolved.
fn named(
    lowering: &Lowering<AtRest>,
    value: &Value,
    among: &BTreeSet<Id<Resource>>,
) -> BTreeSet<Id<Resource>> {
    if !is_set(value) {
        return BTreeSet::new();
    }
    let links = lowering.graph.follow(value, &[]);
    if links.targets.is_empty() && links.foreign.is_empty() {
        return among.clone();
    }
    let targets = links.targets.iter().map(|target| target.resource);
    targets.filter(|id| among.contains(id)).collect()
}

/// The balancers that lead to one of some groups.
fn balancers(
    lowering: &Lowering<AtRest>,
    groups: &BTreeSet<Id<Resource>>,
) -> BTreeSet<Id<Endpoint>> {
    let all = |kinds| -> BTreeSet<Id<Resource>> {
        let all = of(lowering, kinds).into_iter();
        all.map(|(id, _)| id).collect()
    };
    let leads = |own: &Resource, path: &str| {
        actions(own.values.get(path)).any(|value| !named(lowering, value, groups).is_empty())
    };
    let own = of(lowering, LISTENERS).into_iter();
    let mut listeners: BTreeSet<Id<Resource>> = own
        .filter(|(_, own)| leads(own, "default_action"))
        .map(|(id, _)| id)
        .collect();
    let every = all(LISTENERS);
    for (_, rule) in of(lowering, RULES)
        .into_iter()
        .filter(|(_, own)| leads(own, "action"))
    {
        listeners.extend(named(lowering, rule.values.get("listener_arn"), &every));
    }
    let every = all(BALANCERS);
    let balancers = listeners.iter().flat_map(|id| {
        let arn = lowering.graph.resources[*id]
            .values
            .get("load_balancer_arn");
        named(lowering, arn, &every)
    });
    let made = &lowering.seen::<Endpoints>().of;
    balancers.filter_map(|id| made.get(&id).copied()).collect()
}

/// What the actions of a listener or a rule name as target groups.
fn actions(value: &Value) -> impl Iterator<Item = &Value> {
    value.items().iter().flat_map(|action| {
        let several = action.get("forward").items().iter();
        let several = several.flat_map(|forward| forward.get("target_group").items());
        let several = several.map(|group| group.get("arn"));
        std::iter::once(action.get("target_group_arn")).chain(several)
    })
}

/// The addresses of a target: those of what it refers to, any where that cannot be resolved.
fn addresses(lowering: &Lowering<AtRest>, target: &Resource) -> AddressSet {
    let value = target.values.get("target_id");
    if value.text().is_some() {
        return target_address(value);
    }
    let links = lowering.graph.follow(value, &[]);
    let made = &lowering.seen::<Endpoints>().of;
    let named = links.targets.iter();
    let endpoints: Vec<_> = named.filter_map(|own| made.get(&own.resource)).collect();
    if endpoints.is_empty() || !links.closed {
        return AddressSet::all();
    }
    let attachments = endpoints
        .iter()
        .flat_map(|id| &lowering.world.endpoints[**id].attachments);
    attachments.map(|own| own.addresses.clone()).collect()
}
