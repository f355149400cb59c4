//! Security admin rules of a network manager, which judge before network security groups do. Which networks they are deployed
//! to is not judged, so that each may hold everywhere.
//! Source: "Security admin rules in Azure Virtual Network Manager" (virtual-network-manager/concept-security-admins): a denial
//! stops, `AlwaysAllow` lets pass whatever network security groups say, `Allow` leaves the decision to them; azurerm provider,
//! `azurerm_network_manager_admin_rule`.

use super::lowering::{Attribute, Lowering, is_set};
use super::rule::{Rule, RuleEnd};
use super::security_rule;
use super::stage::AtAdminRules;
use crate::ingest::lowering::Family;
use crate::ingest::terraform::{Mode, Resource, ResourceFamily};
use crate::model::{AddressSet, FilterAction, GapKind};

/// Security admin rules of a network manager.
#[must_use]
pub fn family() -> Family<AtAdminRules> {
    Family {
        resources: ResourceFamily {
            types: vec!["azurerm_network_manager_admin_rule"],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Reads the rules.
fn lower(lowering: &mut Lowering<AtAdminRules>) {
    let graph = lowering.graph;
    for (_, resource) in graph
        .of("azurerm_network_manager_admin_rule")
        .filter(|(_, own)| own.mode == Mode::Managed)
    {
        let rules = read(lowering, resource);
        lowering.lowered.made.all.extend(rules);
    }
}

/// A rule as it stands before those of a group: for each of its possible actions and directions.
fn read(lowering: &mut Lowering<AtAdminRules>, resource: &Resource) -> Vec<Rule> {
    let actions = match resource.values.get("action").text() {
        Some("Allow") => return Vec::new(),
        Some("AlwaysAllow") => vec![FilterAction::Allow],
        Some("Deny") => vec![FilterAction::Deny],
        _ => vec![FilterAction::Allow, FilterAction::Deny],
    };
    let at = Attribute {
        resource,
        path: "action",
        value: &resource.values,
    };
    let what = format!(
        "whether `{}` is deployed to a network is not judged: it would judge before network security groups",
        resource.address
    );
    let doubt = lowering
        .world
        .doubt(GapKind::NotJudged, what, Some(resource.origin.clone()));
    let (traffic, why) = security_rule::packets(lowering, at);
    let [source, destination] = ["source", "destination"].map(|side| ends(lowering, at, side));
    let mut out = Vec::new();
    for action in actions {
        let doubt = doubt.and(&why).and(&security_rule::source_ports(
            lowering,
            at,
            action == FilterAction::Deny,
        ));
        for way in security_rule::ways(at.value) {
            let (source, destination, traffic, doubt) = (
                source.clone(),
                destination.clone(),
                traffic.clone(),
                doubt.clone(),
            );
            let origin = Some(resource.origin.clone());
            out.push(Rule {
                way,
                order: 0,
                action,
                source,
                destination,
                traffic,
                doubt,
                origin,
            });
        }
    }
    out
}

/// One end; without a block it is anyone.
fn ends(lowering: &mut Lowering<AtAdminRules>, at: Attribute, side: &str) -> Vec<RuleEnd> {
    let prefixes = at
        .value
        .get(side)
        .items()
        .iter()
        .map(|block| block.get("address_prefix"));
    let ends: Vec<RuleEnd> = prefixes
        .filter(|prefix| is_set(prefix))
        .flat_map(|prefix| security_rule::end(lowering, at.with(prefix)))
        .collect();
    if ends.is_empty() {
        vec![RuleEnd::Addresses(AddressSet::all())]
    } else {
        ends
    }
}
