//! Addresses that network security groups do not filter, unless a rule names them by their service tag: Azure, "Network security groups", "Azure platform
//! considerations" (the virtual address of the host node), and "What is IP address 168.63.129.16?".

use super::Lowering;
use super::stage::AtRest;
use crate::ingest::lowering::Family;
use crate::ingest::lowering::host_service::{Row, enter, of_kind};
use crate::ingest::terraform::{Graph, Value};
use crate::model::{Doubt, GapKind, Origin};

const ROWS: &[Row] = &[
    ("instance metadata", "169.254.169.254", true),
    (
        "name resolution, health probes and the agent",
        "168.63.129.16",
        false,
    ),
];

/// Service tags by which a rule can deny them.
const TAGS: &[&str] = &["AzurePlatformDNS", "AzurePlatformIMDS", "AzurePlatformLKM"];

/// What Azure answers on every host itself.
#[must_use]
pub fn family() -> Family<AtRest> {
    Family::without_types(lower)
}

/// Enters them for every network of Azure.
fn lower(lowering: &mut Lowering<AtRest>) {
    let tagged = tagged(lowering.graph);
    let doubt = tagged.map_or_else(Doubt::none, |origin| {
        let what = "a security rule names the platform's own addresses by a service tag: whether it denies them is not judged";
        lowering.world.doubt(GapKind::NotJudged, what, Some(origin))
    });
    for network in of_kind(lowering.graph, lowering.world, "azurerm_") {
        enter(lowering.world, network, ROWS, &doubt);
    }
}

/// Where a rule names one of the tags.
fn tagged(graph: &Graph) -> Option<Origin> {
    [
        "azurerm_network_security_rule",
        "azurerm_network_security_group",
    ]
    .iter()
    .flat_map(|kind| graph.of(kind))
    .find(|(_, resource)| names(&resource.values))
    .map(|(_, resource)| resource.origin.clone())
}

/// Whether a rule, or one of the rules of a group, has such a destination.
fn names(rules: &Value) -> bool {
    let tag = |value: &Value| value.text().is_some_and(|text| TAGS.contains(&text));
    let own = |rule: &Value| {
        let many = rule.get("destination_address_prefixes").items();
        tag(rule.get("destination_address_prefix")) || many.iter().any(tag)
    };
    own(rules) || rules.get("security_rule").items().iter().any(own)
}
