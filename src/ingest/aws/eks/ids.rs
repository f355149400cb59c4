//! Ids of AWS resources that manifests name.

use super::node_group;
use super::pool::Place;
use crate::ingest::aws::Lowering;
use crate::model::{Doubt, Filter, GapKind, Id, Origin};

/// The subnet with an id as a place; one without a subnet, and a doubt, where the input does not hold it.
pub fn subnet(lowering: &mut Lowering, id: &str, origin: &Origin) -> Place {
    let targets = lowering.graph.holding(id).iter().filter(|target| target.attribute == "id");
    let own = targets.filter_map(|target| lowering.lowered.subnets.get(&target.resource).copied()).next();
    match own.or_else(|| lowering.lowered.foreign.subnets.get(id).copied()) {
        Some(subnet) => node_group::place(lowering, subnet, Doubt::none()),
        None => Place { subnet: None, zone: None, dual: false, doubt: not_in_input(lowering, id, origin) },
    }
}

/// The security group with an id; one with unknown rules where the input does not hold it.
pub fn group(lowering: &mut Lowering, id: &str, origin: &Origin) -> Id<Filter> {
    let own = lowering.graph.holding(id).iter().find_map(|target| lowering.group_of(target));
    if let Some(group) = own.or_else(|| lowering.lowered.foreign.groups.get(id).copied()) {
        return group;
    }
    let doubt = not_in_input(lowering, id, origin);
    let group = node_group::hidden(lowering, id.to_owned(), doubt, origin.clone());
    lowering.lowered.foreign.groups.insert(id.to_owned(), group);
    group
}

fn not_in_input(lowering: &mut Lowering, id: &str, origin: &Origin) -> Doubt {
    let what = format!("`{id}` is not in the input: add the plan or state that holds it");
    lowering.world.doubt(GapKind::NotInInput, what, Some(origin.clone()))
}
