//! Connectivity Tests of Google Cloud. Sources: Terraform provider, `google_network_management_connectivity_test`; Network
//! Management API, `projects.locations.global.connectivityTests`, `ReachabilityDetails`.
//!
//! It knows no pods: an address of the pods' range, or of the nodes' where these speak for them, stands for all. Replies are
//! asked about as well.

use super::hcl::{attribute, text, with_variables};
use super::{
    Analyser, Answer, Answered, Export, ReachabilityTest, address, answer, endpoint, leaves,
    listed, typical, write_each,
};
use crate::model::{Attachment, Endpoint, World};
use serde_json::Value as Json;

pub(super) const ANALYSER: Analyser = Analyser {
    name: "gcp-connectivity-tests",
    about: "Connectivity Tests of Google Cloud, as Terraform resources",
    sees_policies: false,
    reaches_pods: false,
    write,
    read,
};

const HEAD: &str = "# Verdicts of crosspeer as Connectivity Tests.\n\
     # Answers: gcloud network-management connectivity-tests list --format json > answers.json; crosspeer confirm answers.json\n";

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
    let (source, destination) = (place_of(world, from)?, destination(world, to, place)?);
    let name = test.name(world);
    let about: String = test.about(world).chars().take(512).collect();
    Ok(format!(
        "\nresource \"google_network_management_connectivity_test\" \"{name}\" {{\n  name = {}\n  description = {}\n  \
         protocol = {}\n  round_trip = true\n  source {{\n{source}  }}\n  destination {{\n{destination}    port = {}\n  }}\n}}\n",
        text(&name),
        text(&about),
        text(&test.protocol.to_string()),
        test.port
    ))
}

/// An address in a network.
fn place_of(world: &World, place: &Attachment) -> Result<String, &'static str> {
    let network = address(world.networks[place.network].origin.as_ref());
    let network = network.filter(|own| own.contains("google_compute_network."));
    let network = network.and_then(|own| attribute(own, "id"));
    let network = network.ok_or("the network is no resource of the input")?;
    let known = place.doubt.is_certain();
    let one = typical(&place.addresses).filter(|_| known);
    let one = one.ok_or("no address is known")?;
    Ok(format!(
        "    ip_address = \"{one}\"\n    network = {network}\n"
    ))
}

fn destination(world: &World, to: &Endpoint, place: &Attachment) -> Result<String, &'static str> {
    let own = address(to.origin.as_ref()).filter(|own| own.contains("google_"));
    let own = own.ok_or("the destination is no resource of Google Cloud")?;
    if own.split('.').any(|part| part == "google_compute_instance")
        && let Some(id) = attribute(own, "id")
    {
        return Ok(format!("    instance = {id}\n"));
    }
    place_of(world, place)
}

fn read(text: &str) -> Option<Vec<Answer>> {
    let json: Json = serde_json::from_str(text).ok()?;
    let all = listed(&json, &["resources"]);
    let named = |own: &&Json| {
        own["name"]
            .as_str()
            .is_some_and(|name| name.contains("/connectivityTests/"))
    };
    let all: Vec<&Json> = all.into_iter().filter(named).collect();
    (!all.is_empty()).then(|| all.into_iter().filter_map(one_answer).collect())
}

fn one_answer(test: &Json) -> Option<Answer> {
    let word = |way: &str| test.get(way)?.get("result")?.as_str();
    let (there, back) = (
        word("reachabilityDetails"),
        word("returnReachabilityDetails"),
    );
    let answered = match (there, back) {
        (Some("REACHABLE"), None | Some("REACHABLE")) => Answered::Passes,
        (Some("UNREACHABLE"), _) | (Some("REACHABLE"), Some("UNREACHABLE")) => Answered::Stopped,
        (Some("REACHABLE"), Some(other)) | (Some(other), _) => Answered::Open(other.to_owned()),
        (None, _) => Answered::Open("not run yet".to_owned()),
    };
    let name = test["name"].as_str()?.rsplit('/').next()?;
    answer(
        name,
        test["description"].as_str().unwrap_or_default(),
        answered,
    )
}
