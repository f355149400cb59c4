//! Self-managed node groups: auto scaling groups that are tied to a cluster by a tag or by their start-up script.
//! Source: EKS user guide, "Maintain nodes yourself with self-managed nodes".

use super::launch_template::{self, Template};
use super::node_group;
use super::pool::{Maker, Pool, System};
use crate::ingest::aws::{Attribute, Lowering, is_set};
use crate::ingest::terraform::{Resource, Value};
use crate::model::{Doubt, Filter, Id, Labels, Network};

const KIND: &str = "aws_autoscaling_group";

/// Tags that tie nodes to the cluster of that name; the tag of the cluster autoscaler is one as well.
const TAGS: &[&str] = &["kubernetes.io/cluster/", "k8s.io/cluster/", "k8s.io/cluster-autoscaler/"];

/// The self-managed node groups of a cluster. `sole`: there is no other cluster in the input.
pub fn read(lowering: &mut Lowering, cluster: Id<Resource>, network: Option<Id<Network>>, sole: bool) -> Vec<Pool> {
    let graph = lowering.graph;
    let Some(name) = graph.resources[cluster].values.get("name").text() else { return Vec::new() };
    let mut out = Vec::new();
    for (_, resource) in graph.of(KIND) {
        let template = template(lowering, resource);
        let tie = tied(resource, template.as_ref(), name);
        let places = node_group::places(lowering, Attribute::of(resource, "vpc_zone_identifier"));
        let near = places.iter().any(|place| place.subnet.is_none_or(|subnet| Some(lowering.world.subnets[subnet].network) == network));
        let doubt = match tie {
            Some(true) => Doubt::none(),
            None if sole && near => lowering.unknown(Attribute::of(resource, "tag")),
            _ => continue,
        };
        let (filters, groups) = groups(lowering, resource, template.as_ref(), network);
        out.push(Pool {
            title: format!("self-managed nodes `{}`", resource.address),
            name: None,
            maker: Maker::SelfManaged,
            system: system(template.as_ref()),
            labels: Labels::new(),
            labels_complete: false,
            branches: template.as_ref().and_then(|template| template.instance_type.as_ref()).map(|one| !one.starts_with('t')),
            places,
            filters,
            auto: None,
            doubt: doubt.and(&groups),
            origin: Some(resource.origin.clone()),
        });
    }
    out
}

/// Whether the group is of the cluster; none where tags or script leave that open.
fn tied(resource: &Resource, template: Option<&Template>, cluster: &str) -> Option<bool> {
    let tags = tags(resource);
    let ends = |key: &str| TAGS.iter().any(|front| key.strip_prefix(front) == Some(cluster));
    if tags.iter().any(|key| key.is_some_and(ends)) || template.is_some_and(|template| starts(template, cluster)) {
        return Some(true);
    }
    let other = tags.iter().flatten().any(|key| TAGS.iter().any(|front| key.starts_with(front) && !key.ends_with("/enabled")));
    let open = tags.iter().any(Option::is_none) || template.is_some_and(|template| template.scripted && template.script.is_none());
    if other || !open { Some(false) } else { None }
}

/// Keys of the tags, none for one that is not known.
fn tags(resource: &Resource) -> Vec<Option<&str>> {
    let mut out = Vec::new();
    for block in ["tag", "tags"] {
        match resource.values.get(block) {
            Value::Map(map) if block == "tags" => out.extend(map.keys().map(|key| Some(key.as_str()))),
            value => out.extend(value.items().iter().map(|item| item.get("key").text())),
        }
    }
    out
}

/// Whether the start-up script joins the cluster: `bootstrap.sh NAME`, or `name: NAME` of a node's configuration.
fn starts(template: &Template, cluster: &str) -> bool {
    let Some(script) = &template.script else { return false };
    let words: Vec<&str> =
        script.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '=')).filter(|word| !word.is_empty()).collect();
    let joins = |front: &str| {
        front.ends_with("bootstrap.sh")
            || front.ends_with("Start-EKSBootstrap.ps1")
            || front == "name:"
            || front == "cluster-name"
            || front == "-EKSClusterName"
    };
    words.windows(2).any(|pair| matches!(pair, [front, name] if joins(front) && *name == cluster))
        || (script.contains("bootstrap.sh") && words.contains(&cluster))
}

fn template(lowering: &mut Lowering, resource: &Resource) -> Option<Template> {
    let mixed = "mixed_instances_policy.launch_template.launch_template_specification";
    if let Some(found) = launch_template::of_block(lowering, resource, "launch_template", "id") {
        return Some(found);
    }
    let policy = resource.values.get("mixed_instances_policy");
    if is_set(policy) && !policy.items().is_empty() {
        return launch_template::of_block(lowering, resource, mixed, "launch_template_id");
    }
    launch_template::configuration(lowering, resource)
}

/// The template's groups; the default group of the network where it names none.
fn groups(
    lowering: &mut Lowering,
    resource: &Resource,
    template: Option<&Template>,
    network: Option<Id<Network>>,
) -> (Vec<Id<Filter>>, Doubt) {
    if let Some(groups) = template.and_then(|template| template.groups.clone()) {
        return node_group::filters(lowering, resource, &groups);
    }
    let default = network.map(|network| lowering.default_group(network));
    (default.into_iter().collect(), template.map_or_else(Doubt::none, |template| template.doubt.clone()))
}

fn system(template: Option<&Template>) -> System {
    let script = template.and_then(|template| template.script.as_deref()).unwrap_or_default();
    if script.contains("<powershell>") { System::Windows } else { System::Linux }
}
