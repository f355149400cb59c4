//! Groups of a cloud provider: the agent's operator asks the cloud which addresses they have (user guide, "AWS metadata based").

use super::super::Reading;
use super::block;
use super::rule::{Context, End};
use crate::ingest::yaml::Node;
use crate::model::{AddressSet, GapKind};

/// The ends of an element of `fromGroups` or `toGroups`.
pub(super) fn ends(context: &Context<'_>, node: &Node, reading: &mut Reading<'_, '_>) -> Vec<End> {
    reading.faults.only(node, &["aws"]);
    let aws = node.get("aws");
    reading.faults.only(&aws, &["labels", "securityGroupsIds", "securityGroupsNames", "region"]);
    let mut wanted: Vec<String> = ["securityGroupsIds", "securityGroupsNames"]
        .iter()
        .flat_map(|field| reading.faults.list(&aws.get(field), field))
        .filter_map(|item| Some(format!("`{}`", item.text()?)))
        .collect();
    wanted.extend(aws.get("labels").entries().into_iter().map(|(key, value)| format!("`{key}={}`", value.written().unwrap_or_default())));
    wanted.extend(aws.get("region").text().map(|region| format!("region `{region}`")));
    let what = format!("names instances of AWS ({}): which addresses they have is asked of the cloud at run time", wanted.join(", "));
    let doubt = context.doubt(GapKind::NotJudged, &what, node, reading);
    vec![End { peer: block::outside(AddressSet::all()), doubt, place: node.place() }]
}
