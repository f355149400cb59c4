//! Reachability Analyzer of AWS. Sources: Terraform provider, `aws_ec2_network_insights_path`,
//! `aws_ec2_network_insights_analysis`, `aws_instances`, `aws_network_interfaces`; EC2 API, `DescribeNetworkInsightsAnalyses`.
//!
//! It knows no pods: a path starts at one of the nodes that carry the cluster's tag, and goes to the network interface of the
//! resource, which is found by its security groups and subnets where the resource has no id of that kind.

use super::hcl::{attribute, list, text, with_variables};
use super::{
    Analyser, Answer, Answered, Export, ReachabilityTest, address, answer, endpoint, leaves,
    write_each,
};
use crate::model::{Endpoint, World};
use serde_json::Value as Json;

pub(super) const ANALYSER: Analyser = Analyser {
    name: "aws-network-insights",
    about: "Reachability Analyzer of AWS, as Terraform resources",
    sees_policies: false,
    reaches_pods: false,
    write,
    read,
};

/// Resources whose id may be the end of a path.
const BY_ID: [&str; 3] = ["aws_instance", "aws_network_interface", "aws_vpc_endpoint"];

const HEAD: &str = "# Verdicts of crosspeer as paths of Reachability Analyzer. Each analysis is charged for.\n\
     # Answers: aws ec2 describe-network-insights-analyses > answers.json; crosspeer confirm answers.json\n";

fn write(world: &World, tests: &[ReachabilityTest]) -> Export {
    let mut out = write_each(world, tests, HEAD, |test| one(world, test));
    out.text = with_variables(out.text);
    out
}

fn one(world: &World, test: &ReachabilityTest) -> Result<String, &'static str> {
    let to = endpoint(world, test)?;
    let name = test.name(world);
    let (lookup, destination) = destination(world, to, &name)?;
    let nodes = nodes(world, test, &name)?;
    let protocol = test.protocol.to_string().to_ascii_lowercase();
    let about = tag(&test.about(world));
    Ok(format!(
        "\n{nodes}{lookup}resource \"aws_ec2_network_insights_path\" \"{name}\" {{\n  source = data.aws_instances.{name}.ids[0]\n  \
         destination = {destination}\n  protocol = {}\n  destination_port = {}\n  tags = {{ Name = {} }}\n}}\n\
         resource \"aws_ec2_network_insights_analysis\" \"{name}\" {{\n  network_insights_path_id = aws_ec2_network_insights_path.{name}.id\n  \
         tags = {{ Name = {}, About = {} }}\n}}\n",
        text(&protocol),
        test.port,
        text(&name),
        text(&name),
        text(&about)
    ))
}

/// The nodes that the pods may run on.
fn nodes(world: &World, test: &ReachabilityTest, name: &str) -> Result<String, &'static str> {
    let everywhere = crate::model::AddressSet::all_v4();
    let (placement, _) = leaves(world, test, &everywhere)?;
    let node = placement.node.as_ref().ok_or("the pods run on no node")?;
    let cluster = &world.clusters[world.workloads[test.from].cluster];
    let title = cluster
        .title
        .as_ref()
        .ok_or("the cluster's name is not known")?;
    let subnet = node
        .subnet
        .and_then(|id| address(world.subnets[id].origin.as_ref()));
    let subnet = subnet.filter(|own| own.contains("aws_subnet."));
    let subnet = subnet.and_then(|own| attribute(own, "id"));
    let subnet = subnet.map(|own| filter("subnet-id", &format!("[{own}]")));
    let tag = filter(
        &format!("tag:kubernetes.io/cluster/{title}"),
        &list(&["owned", "shared"]),
    );
    let subnet = subnet.unwrap_or_default();
    Ok(format!(
        "data \"aws_instances\" \"{name}\" {{\n{tag}{subnet}}}\n"
    ))
}

fn filter(name: &str, values: &str) -> String {
    format!(
        "  filter {{\n    name = {}\n    values = {values}\n  }}\n",
        text(name)
    )
}

/// The end of a path, and what looks it up.
fn destination(world: &World, to: &Endpoint, name: &str) -> Result<(String, String), &'static str> {
    let own = address(to.origin.as_ref()).filter(|own| own.contains("aws_"));
    let own = own.ok_or("the destination is no resource of AWS")?;
    let kind = |kind: &&str| own.split('.').any(|part| *part == **kind);
    if BY_ID.iter().any(kind) {
        let id = attribute(own, "id").ok_or("the destination has no address in Terraform")?;
        return Ok((String::new(), id));
    }
    let unknown = "no security group of the destination is known";
    let groups = to.attachments.iter().flat_map(|own| &own.filters);
    let groups = ids(
        groups.filter_map(|id| address(world.filters[*id].origin.as_ref())),
        "aws_security_group.",
    );
    let subnets = to.attachments.iter().filter_map(|own| own.subnet);
    let subnets = ids(
        subnets.filter_map(|id| address(world.subnets[id].origin.as_ref())),
        "aws_subnet.",
    );
    if groups.is_empty() || subnets.is_empty() {
        return Err(unknown);
    }
    let lookup = format!(
        "data \"aws_network_interfaces\" \"{name}\" {{\n{}{}}}\n",
        filter("group-id", &format!("[{}]", groups.join(", "))),
        filter("subnet-id", &format!("[{}]", subnets.join(", ")))
    );
    Ok((lookup, format!("data.aws_network_interfaces.{name}.ids[0]")))
}

fn ids<'a>(addresses: impl Iterator<Item = &'a str>, kind: &str) -> Vec<String> {
    let of_kind = addresses.filter(|own| own.contains(kind));
    let mut out: Vec<String> = of_kind.filter_map(|own| attribute(own, "id")).collect();
    out.sort();
    out.dedup();
    out
}

/// What a tag may hold: letters, digits, spaces and `+ - = . _ : / @`, 256 of them.
fn tag(value: &str) -> String {
    let allowed = |c: char| {
        if c.is_alphanumeric() || " +-=._:/@".contains(c) {
            c
        } else {
            '_'
        }
    };
    value.chars().map(allowed).take(256).collect()
}

fn read(text: &str) -> Option<Vec<Answer>> {
    let json: Json = serde_json::from_str(text).ok()?;
    let all = json.get("NetworkInsightsAnalyses")?.as_array()?;
    Some(all.iter().filter_map(one_answer).collect())
}

fn one_answer(analysis: &Json) -> Option<Answer> {
    let tag = |key: &str| {
        let tags = analysis.get("Tags")?.as_array()?;
        let own = tags.iter().find(|own| own["Key"] == key)?;
        own["Value"].as_str()
    };
    let word = |key: &str| analysis[key].as_str().unwrap_or_default();
    let answered = match (word("Status"), analysis["NetworkPathFound"].as_bool()) {
        ("succeeded", Some(true)) => Answered::Passes,
        ("succeeded", Some(false)) => Answered::Stopped,
        (status, _) => Answered::Open(
            format!("{status} {}", word("StatusMessage"))
                .trim()
                .to_owned(),
        ),
    };
    answer(tag("Name")?, tag("About").unwrap_or_default(), answered)
}
