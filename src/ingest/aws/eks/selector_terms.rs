//! Selector terms of node classes: subnets and security groups by tag, id or name, looked up among the resources.
//! Source: Karpenter documentation, "NodeClasses", `spec.subnetSelectorTerms`.

use super::ids;
use super::node_group;
use super::pool::NodeSubnet;
use crate::ingest::aws::Lowering;
use crate::ingest::aws::stage::{SecurityGroups, Subnets};
use crate::ingest::terraform::{Resource, Value};
use crate::ingest::yaml::Node;
use crate::model::{Doubt, Filter, GapKind, Id, Labels, Network, Origin, Subnet};

/// One term: all that it names must hold; several terms are alternatives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Term {
    /// Tags; the value `*` stands for any.
    pub tags: Labels,
    /// Id.
    pub id: Option<String>,
    /// Name of a security group.
    pub name: Option<String>,
}

/// Reads a list of terms.
#[must_use]
pub fn read(list: &Node) -> Vec<Term> {
    let term = |node: &Node| Term {
        tags: map(&node.get("tags")),
        id: node.get("id").text().map(str::to_owned),
        name: node.get("name").text().map(str::to_owned),
    };
    list.items().iter().map(term).collect()
}

/// Reads the older form: a map of tags, in which `aws-ids` lists ids.
#[must_use]
pub fn read_map(node: &Node) -> Vec<Term> {
    let mut tags = map(node);
    let ids = ["aws-ids", "aws::ids"]
        .iter()
        .find_map(|key| tags.remove(*key));
    if let Some(ids) = ids {
        return ids
            .split(',')
            .map(|id| Term {
                id: Some(id.trim().to_owned()),
                ..Term::default()
            })
            .collect();
    }
    if tags.is_empty() {
        Vec::new()
    } else {
        vec![Term {
            tags,
            ..Term::default()
        }]
    }
}

fn map(node: &Node) -> Labels {
    node.entries()
        .into_iter()
        .filter_map(|(key, value)| Some((key, value.written()?.to_owned())))
        .collect()
}

/// The subnets that terms select in a network, as places; none where they select none that is known.
pub fn found(lowering: &mut Lowering, terms: &[Term], network: Id<Network>) -> Vec<NodeSubnet> {
    let graph = lowering.graph;
    let mut out: Vec<NodeSubnet> = Vec::new();
    let subnets: Vec<(Id<Resource>, Id<Subnet>)> = lowering
        .seen::<Subnets>()
        .of
        .iter()
        .map(|(id, subnet)| (*id, *subnet))
        .collect();
    for (id, subnet) in subnets {
        let resource = &graph.resources[id];
        let here = lowering.world.subnets[subnet].network == network
            && out.iter().all(|place| place.subnet != Some(subnet));
        if let Some(doubt) = selected(lowering, terms, id, resource).filter(|_| here) {
            out.push(node_group::place(lowering, subnet, doubt));
        }
    }
    out
}

/// The places that terms select in a network. Terms are alternatives: for each one that selects none that is known there is a place
/// more, in doubt.
pub fn places(
    lowering: &mut Lowering,
    terms: &[Term],
    network: Id<Network>,
    title: &str,
    origin: &Origin,
) -> Vec<NodeSubnet> {
    let mut out = found(lowering, terms, network);
    for term in each(terms) {
        if found(lowering, term, network).is_empty() {
            let place = match term {
                [Term { id: Some(id), .. }] => ids::subnet(lowering, id, origin),
                _ => {
                    let what = format!("the subnets of {title} cannot be resolved");
                    let doubt = lowering
                        .world
                        .doubt(GapKind::Unlinked, what, Some(origin.clone()));
                    NodeSubnet {
                        subnet: None,
                        zone: None,
                        dual: true,
                        doubt,
                    }
                }
            };
            if !out.contains(&place) {
                out.push(place);
            }
        }
    }
    out
}

/// Terms one by one; where there are none, that.
fn each(terms: &[Term]) -> Vec<&[Term]> {
    if terms.is_empty() {
        vec![terms]
    } else {
        terms.chunks(1).collect()
    }
}

/// The security groups that terms select in a network, all of them together; for each term that selects none that is known there is one
/// more, with unknown rules.
pub fn filters(
    lowering: &mut Lowering,
    terms: &[Term],
    cluster: Id<Resource>,
    network: Id<Network>,
    title: &str,
    origin: &Origin,
) -> (Vec<Id<Filter>>, Doubt) {
    let (mut out, mut doubt) = (Vec::new(), Doubt::none());
    for term in each(terms) {
        let (mut some, own) = selected_groups(lowering, term, cluster, network);
        if some.is_empty() {
            some.push(match term {
                [Term { id: Some(id), .. }] => lowering.absent_group(id, origin.clone()),
                _ => {
                    let what = format!("the security groups of {title} cannot be resolved");
                    let hidden =
                        lowering
                            .world
                            .doubt(GapKind::Unlinked, what, Some(origin.clone()));
                    lowering.hidden_group(
                        format!("unknown security groups of {title}"),
                        hidden,
                        origin.clone(),
                    )
                }
            });
        }
        doubt = doubt.and(&own);
        some.retain(|group| !out.contains(group));
        out.extend(some);
    }
    (out, doubt)
}

/// The security groups of the input that terms select, and why they may not.
fn selected_groups(
    lowering: &mut Lowering,
    terms: &[Term],
    cluster: Id<Resource>,
    network: Id<Network>,
) -> (Vec<Id<Filter>>, Doubt) {
    let graph = lowering.graph;
    let (mut out, mut doubt) = (Vec::new(), Doubt::none());
    let groups: Vec<(Id<Resource>, Id<Filter>)> = lowering
        .seen::<SecurityGroups>()
        .of
        .iter()
        .map(|(id, group)| (*id, *group))
        .collect();
    for (id, group) in groups {
        let here = lowering
            .lowered
            .network_of_group(group)
            .is_none_or(|own| own == network);
        if let Some(own) = selected(lowering, terms, id, &graph.resources[id])
            .filter(|_| here && !out.contains(&group))
        {
            doubt = doubt.and(&own);
            out.push(group);
        }
    }
    let own = lowering
        .seen::<SecurityGroups>()
        .of_clusters
        .get(&cluster)
        .copied();
    if let Some(group) = own.filter(|_| {
        terms
            .iter()
            .any(|term| of_cluster(term, &graph.resources[cluster]))
    }) {
        out.push(group);
    }
    (out, doubt)
}

/// Whether a term selects the security group that EKS makes for the cluster, by the tags that it gives it.
fn of_cluster(term: &Term, cluster: &Resource) -> bool {
    let name = cluster.values.get("name").text().unwrap_or_default();
    let id = cluster
        .values
        .get("vpc_config.cluster_security_group_id")
        .text();
    let tag = |(key, value): (&String, &String)| match key.as_str() {
        "aws:eks:cluster-name" => value == name || value == "*",
        "Name" => value
            .strip_prefix("eks-cluster-sg-")
            .is_some_and(|rest| rest.starts_with(name)),
        key => {
            key.strip_prefix("kubernetes.io/cluster/") == Some(name)
                && (value == "owned" || value == "*")
        }
    };
    match (&term.id, &term.name) {
        (Some(own), _) => Some(own.as_str()) == id,
        (None, Some(own)) => own
            .strip_prefix("eks-cluster-sg-")
            .is_some_and(|rest| rest.starts_with(name)),
        (None, None) => !term.tags.is_empty() && term.tags.iter().all(tag),
    }
}

/// Whether one of the terms selects a resource, and why it may not; none where none does.
fn selected(
    lowering: &mut Lowering,
    terms: &[Term],
    id: Id<Resource>,
    resource: &Resource,
) -> Option<Doubt> {
    let mut open = None;
    for term in terms {
        match selects(lowering, term, id, resource) {
            Some(doubt) if doubt.is_certain() => return Some(doubt),
            other => open = open.or(other),
        }
    }
    open
}

fn selects(
    lowering: &mut Lowering,
    term: &Term,
    id: Id<Resource>,
    resource: &Resource,
) -> Option<Doubt> {
    if let Some(own) = &term.id {
        return (resource.values.get("id").text() == Some(own)).then(Doubt::none);
    }
    if let Some(name) = &term.name {
        return (resource.values.get("name").text() == Some(name)).then(Doubt::none);
    }
    let mut doubt = Doubt::none();
    for (key, value) in &term.tags {
        match tag(lowering, id, resource, key) {
            Some(own) if value == "*" || own == *value => {}
            Some(_) => return None,
            None if hides(resource, key) => {
                doubt = doubt
                    .and(&lowering.unknown(crate::ingest::aws::Attribute::of(resource, "tags")));
            }
            None => return None,
        }
    }
    (!term.tags.is_empty()).then_some(doubt)
}

/// Whether a resource may have a tag whose value is not known.
pub fn hides(resource: &Resource, key: &str) -> bool {
    ["tags_all", "tags"]
        .iter()
        .any(|path| match resource.values.get(path) {
            Value::Map(map) => map.get(key).is_some_and(Value::is_unknown),
            other => other.is_unknown(),
        })
}

/// The value of a tag: of the resource itself, or set by a resource of its own.
pub fn tag(
    lowering: &Lowering,
    id: Id<Resource>,
    resource: &Resource,
    key: &str,
) -> Option<String> {
    let own = ["tags", "tags_all"]
        .iter()
        .find_map(|path| match resource.values.get(path) {
            Value::Map(map) => map.get(key)?.text().map(str::to_owned),
            _ => None,
        });
    let graph = lowering.graph;
    own.or_else(|| {
        let named = |tag: &Resource| {
            graph
                .follow(tag.values.get("resource_id"), &[resource.kind.as_str()])
                .targets
                .iter()
                .any(|target| target.resource == id)
        };
        let mut tags = graph
            .of("aws_ec2_tag")
            .map(|(_, tag)| tag)
            .filter(|tag| tag.values.get("key").text() == Some(key));
        tags.find(|tag| named(tag))?
            .values
            .get("value")
            .text()
            .map(str::to_owned)
    })
}
