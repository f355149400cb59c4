//! Ids of subnets that manifests name.

use super::node_group;
use super::pool::NodeSubnet;
use crate::ingest::aws::Lowering;
use crate::ingest::aws::stage::Subnets;
use crate::model::{Doubt, Origin};

/// The subnet with an id as a place; where the input does not hold it one without a subnet, and a doubt: unlike a subnet that Terraform
/// names, it is of the cluster's network.
pub fn subnet(lowering: &mut Lowering, id: &str, origin: &Origin) -> NodeSubnet {
    let targets = lowering
        .graph
        .holding(id)
        .iter()
        .filter(|target| target.attribute == "id");
    let own = targets
        .filter_map(|target| lowering.seen::<Subnets>().of.get(&target.resource).copied())
        .next();
    match own.or_else(|| lowering.lowered.on_demand.subnets.get(id).copied()) {
        Some(subnet) => node_group::place(lowering, subnet, Doubt::none()),
        None => NodeSubnet {
            subnet: None,
            zone: None,
            dual: false,
            doubt: lowering.absent(id, origin.clone()),
        },
    }
}
