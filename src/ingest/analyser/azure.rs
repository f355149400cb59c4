//! Network verifier of Azure Virtual Network Manager. Sources: Terraform provider,
//! `azurerm_network_manager_verifier_workspace_reachability_analysis_intent`; Azure REST API,
//! `Microsoft.Network/networkManagers/verifierWorkspaces/reachabilityAnalysisRuns`, whose `analysisResult` is a text of JSON.
//!
//! It knows no pods: the subnet of the nodes or pods and their addresses stand for them. A subnet needs a machine that runs.

use super::hcl::{attribute, list, text, with_variables};
use super::{
    Analyser, Answer, Answered, Export, ReachabilityTest, address, answer, endpoint, leaves,
    listed, write_each,
};
use crate::model::{AddressSet, Attachment, World};
use serde_json::Value as Json;

pub(super) const ANALYSER: Analyser = Analyser {
    name: "azure-verifier",
    about: "network verifier of Azure Virtual Network Manager, as Terraform resources",
    sees_policies: false,
    reaches_pods: false,
    write,
    read,
};

const HEAD: &str = "# Verdicts of crosspeer as intents of Azure's network verifier. An analysis is run for each of them by hand or by\n\
     # `az network manager verifier-workspace reachability-analysis-run create`, and gives what `... list` prints: crosspeer confirm answers.json\n\
     variable \"crosspeer_verifier_workspace_id\" {\n  type = string\n}\n";

fn write(world: &World, tests: &[ReachabilityTest]) -> Export {
    let mut out = write_each(world, tests, HEAD, |test| one(world, test));
    out.text = with_variables(out.text);
    out
}

fn one(world: &World, test: &ReachabilityTest) -> Result<String, &'static str> {
    let to = endpoint(world, test)?;
    let place = to
        .attachments
        .first()
        .ok_or("the destination's place is not known")?;
    let (_, from) = leaves(world, test, &place.addresses)?;
    let (source, source_ips) = (subnet(world, from)?, addresses(from)?);
    let (destination, destination_ips) = (subnet(world, place)?, addresses(place)?);
    let name = test.name(world);
    Ok(format!(
        "\nresource \"azurerm_network_manager_verifier_workspace_reachability_analysis_intent\" \"{name}\" {{\n  name = {}\n  \
         description = {}\n  verifier_workspace_id = var.crosspeer_verifier_workspace_id\n  source_resource_id = {source}\n  \
         destination_resource_id = {destination}\n  ip_traffic {{\n    source_ips = {source_ips}\n    source_ports = [\"*\"]\n    \
         destination_ips = {destination_ips}\n    destination_ports = [\"{}\"]\n    protocols = {}\n  }}\n}}\n",
        text(&name),
        text(&test.about(world)),
        test.port,
        list(&[test.protocol.to_string()])
    ))
}

fn subnet(world: &World, place: &Attachment) -> Result<String, &'static str> {
    let own = place
        .subnet
        .and_then(|id| address(world.subnets[id].origin.as_ref()));
    let own = own.filter(|own| own.contains("azurerm_subnet."));
    let id = own.and_then(|own| attribute(own, "id"));
    id.ok_or("the subnet is no resource of the input")
}

/// The IPv4 blocks of a place.
fn addresses(place: &Attachment) -> Result<String, &'static str> {
    let four = place.addresses.intersection(&AddressSet::all_v4());
    let blocks: Vec<String> = four.blocks().iter().map(ToString::to_string).collect();
    if blocks.is_empty() || !place.doubt.is_certain() {
        return Err("no address is known");
    }
    Ok(list(&blocks))
}

fn read(text: &str) -> Option<Vec<Answer>> {
    let json: Json = serde_json::from_str(text).ok()?;
    let all = listed(&json, &["value"]);
    let all: Vec<&Json> = all
        .into_iter()
        .filter(|own| property(own, "intentId").is_string())
        .collect();
    (!all.is_empty()).then(|| all.into_iter().filter_map(one_answer).collect())
}

/// A property of a run: the API keeps them below `properties`, the command line does not.
fn property<'j>(run: &'j Json, name: &str) -> &'j Json {
    let below = run.get("properties").and_then(|own| own.get(name));
    below.or_else(|| run.get(name)).unwrap_or(&Json::Null)
}

fn one_answer(run: &Json) -> Option<Answer> {
    let word = |name: &str| property(run, name).as_str().unwrap_or_default();
    let result: Json = serde_json::from_str(word("analysisResult")).unwrap_or_default();
    let answered = match result.get("resultOutcome").and_then(Json::as_str) {
        Some("AllPacketsReached") => Answered::Passes,
        Some("NoPacketsReached") => Answered::Stopped,
        Some(other) => Answered::Open(other.to_owned()),
        None => Answered::Open(
            format!("{} {}", word("provisioningState"), word("errorMessage"))
                .trim()
                .to_owned(),
        ),
    };
    let name = word("intentId").rsplit('/').next()?;
    let about = property(run, "intentContent").get("description");
    let about = about.and_then(Json::as_str);
    answer(name, about.unwrap_or_default(), answered)
}
