//! Managed node groups. Source: EKS user guide, "Managed node groups", "Customize managed nodes with launch templates",
//! "Security group requirements".

use super::pool::{Maker, NodeSubnet, Pool, System};
use super::tie::Clusters;
use crate::ingest::aws::launch_template::{Script, Template, templates};
use crate::ingest::aws::stage::{SecurityGroups, Subnets};
use crate::ingest::aws::{
    Attribute, Found, LAUNCHED, Lowering, MetadataOptions, MetadataSetting, Otherwise, is_set,
};
use crate::ingest::terraform::Resource;
use crate::model::{
    AddressSet, Doubt, Filter, FilterAction, FilterPeer, FilterRule, Id, Labels, NodeCredentials,
    Protocol, Subnet, Traffic,
};

const KIND: &str = "aws_eks_node_group";

/// The managed node groups of a cluster.
pub fn read(lowering: &mut Lowering, clusters: &Clusters, cluster: Id<Resource>) -> Vec<Pool> {
    let graph = lowering.graph;
    let mut out = Vec::new();
    for (_, resource) in graph.of(KIND) {
        let named = clusters.named(lowering, Attribute::of(resource, "cluster_name"));
        if let Some((_, doubt)) = named.into_iter().find(|(id, _)| *id == cluster) {
            out.extend(pools(lowering, cluster, resource, &doubt));
        }
    }
    out
}

/// The nodes of a group, by each template that they may be started from.
fn pools(
    lowering: &mut Lowering,
    cluster: Id<Resource>,
    resource: &Resource,
    doubt: &Doubt,
) -> Vec<Pool> {
    let templates = templates(lowering, resource);
    if templates.is_empty() {
        return vec![pool(lowering, cluster, resource, None, doubt.clone())];
    }
    templates
        .iter()
        .map(|template| {
            pool(
                lowering,
                cluster,
                resource,
                Some(template),
                doubt.and(&template.doubt),
            )
        })
        .collect()
}

fn pool(
    lowering: &mut Lowering,
    cluster: Id<Resource>,
    resource: &Resource,
    template: Option<&Template>,
    doubt: Doubt,
) -> Pool {
    let (filters, groups) = groups(lowering, cluster, resource, template);
    let (labels, labels_complete) = labels(resource, template);
    let credentials = match template {
        Some(template) => {
            let otherwise = with_template(resource);
            credentials(resource, (template.metadata.as_ref(), &doubt), otherwise)
        }
        None => of_eks(lowering, cluster, resource),
    };
    Pool {
        name: resource
            .values
            .get("node_group_name")
            .text()
            .map(str::to_owned),
        maker: Maker::Managed,
        system: system(resource),
        labels,
        labels_complete,
        branches: branches(resource, template),
        places: places(lowering, Attribute::of(resource, "subnet_ids")),
        filters,
        credentials,
        node_pool: None,
        auto: None,
        doubt: doubt.and(&groups),
        origin: Some(resource.origin.clone()),
        title: format!("node group `{}`", resource.address),
    }
}

/// Whether pods get the credentials of nodes that are started with these options (none: of which nothing is known, for that reason).
#[must_use]
pub fn credentials(
    resource: &Resource,
    (options, doubt): (Option<&MetadataOptions>, &Doubt),
    otherwise: Otherwise,
) -> NodeCredentials {
    let unknown = || MetadataSetting::Unknown(doubt.clone());
    let open = MetadataOptions {
        endpoint: MetadataSetting::Open,
        tokens: MetadataSetting::Open,
        hops: MetadataSetting::Open,
        origin: resource.origin.clone(),
    };
    let hidden = MetadataOptions {
        endpoint: unknown(),
        tokens: unknown(),
        hops: unknown(),
        origin: resource.origin.clone(),
    };
    let options = match options {
        Some(options) => options,
        None if doubt.is_certain() => &open,
        None => &hidden,
    };
    let whose = format!("`{}`", options.origin.address);
    options.credentials(&whose, otherwise)
}

/// What holds for nodes whose template says nothing: EC2 asks Amazon Linux 2 for no token; whether EKS adds a hop limit of 1 to others, as
/// it does where there is no template, its pages do not say.
fn with_template(resource: &Resource) -> Otherwise {
    match resource.values.get("ami_type").text() {
        Some(image) if image.starts_with("AL2_") => LAUNCHED,
        _ => Otherwise::Unknown("sets neither `http_tokens` nor a hop limit"),
    }
}

/// What EKS sets for a group without a template: tokens and a hop limit of 1 on Amazon Linux 2023, which is what new groups get from
/// Kubernetes 1.30 on; neither on Amazon Linux 2. Source: EKS user guide, "Upgrade from Amazon Linux 2 to Amazon Linux 2023" (the default hop
/// count for managed node groups is 1), "Review release notes for Kubernetes versions on extended support", 1.30.
fn of_eks(lowering: &mut Lowering, cluster: Id<Resource>, resource: &Resource) -> NodeCredentials {
    let graph = lowering.graph;
    let image = resource.values.get("ami_type");
    let version = graph.resources[cluster].values.get("version");
    let old = version
        .text()
        .and_then(|text| text.split_once('.')?.1.parse::<u32>().ok())
        .is_some_and(|minor| minor < 30);
    let options = MetadataOptions {
        endpoint: MetadataSetting::Open,
        tokens: MetadataSetting::Open,
        hops: MetadataSetting::Open,
        origin: resource.origin_of("ami_type"),
    };
    let at = |path, value| Attribute {
        resource,
        path,
        value,
    };
    let mut unknown = |at: Attribute| {
        let doubt = lowering.unknown(at);
        let options = MetadataOptions {
            tokens: MetadataSetting::Unknown(doubt),
            ..options.clone()
        };
        credentials(resource, (Some(&options), &Doubt::none()), LAUNCHED)
    };
    let otherwise = match image.text() {
        Some(image) if image.starts_with("AL2023") => NEW_LINUX,
        Some(image) if image.starts_with("AL2_") => OLD_LINUX,
        Some(_) => Otherwise::Unknown("has images for which EKS does not say what it sets"),
        None if image.is_unknown() => return unknown(at("ami_type", image)),
        None if version.is_unknown() => {
            let cluster = &graph.resources[cluster];
            return unknown(Attribute::of(cluster, "version"));
        }
        None if old => OLD_LINUX,
        None => NEW_LINUX,
    };
    credentials(resource, (Some(&options), &Doubt::none()), otherwise)
}

const NEW_LINUX: Otherwise = Otherwise::Keeps(
    "has no launch template: on Amazon Linux 2023 EKS requires tokens, which do not leave the node",
);
const OLD_LINUX: Otherwise =
    Otherwise::Lets("has no launch template: on Amazon Linux 2 EKS requires no tokens");

/// The cluster's group, and the one for remote access; where a launch template names groups, those instead.
fn groups(
    lowering: &mut Lowering,
    cluster: Id<Resource>,
    resource: &Resource,
    template: Option<&Template>,
) -> (Vec<Id<Filter>>, Doubt) {
    if let Some(groups) = template.and_then(|template| template.groups.clone()) {
        return filters(lowering, resource, &groups);
    }
    let mut out: Vec<_> = lowering
        .seen::<SecurityGroups>()
        .of_clusters
        .get(&cluster)
        .copied()
        .into_iter()
        .collect();
    let remote = resource.values.get("remote_access");
    if is_set(remote) && !remote.items().is_empty() && is_set(remote.get("ec2_ssh_key")) {
        out.push(remote_access(lowering, resource));
    }
    (out, Doubt::none())
}

/// Groups as they stand on an interface: where there may be others than those found, one more with rules that are not known.
pub fn filters(
    lowering: &mut Lowering,
    resource: &Resource,
    groups: &Found<Id<Filter>>,
) -> (Vec<Id<Filter>>, Doubt) {
    let mut out: Vec<_> = groups.all().collect();
    if !groups.rest.is_certain() {
        let name = format!("unknown security groups of {}", resource.address);
        out.push(lowering.hidden_group(name, groups.rest.clone(), resource.origin.clone()));
    }
    (out, groups.doubt())
}

/// The group that EKS makes for remote access: SSH from the groups named, from anywhere where none is.
fn remote_access(lowering: &mut Lowering, resource: &Resource) -> Id<Filter> {
    let path = "remote_access.source_security_group_ids";
    let sources = lowering.groups(Attribute::of(resource, path));
    let rule = |peer, traffic, doubt: &Doubt| FilterRule {
        order: 0,
        action: FilterAction::Allow,
        peer,
        own: FilterPeer::anyone(),
        traffic,
        doubt: doubt.clone(),
        origin: Some(resource.origin_of("remote_access")),
    };
    let ssh = Traffic::ports(Protocol::TCP, 22, 22);
    let mut ingress: Vec<_> = sources
        .items
        .iter()
        .map(|(id, doubt)| rule(FilterPeer::Members(*id), ssh.clone(), doubt))
        .collect();
    if ingress.is_empty() || !sources.rest.is_certain() {
        ingress.push(rule(
            FilterPeer::Addresses(AddressSet::all()),
            ssh,
            &sources.rest,
        ));
    }
    let name = format!("remote access security group of {}", resource.address);
    let egress = vec![rule(
        FilterPeer::Addresses(AddressSet::all()),
        Traffic::all(),
        &Doubt::none(),
    )];
    let origin = Some(resource.origin_of("remote_access"));
    lowering.world.filters.push(Filter {
        name,
        kind: "security group",
        stateful: true,
        ingress,
        egress,
        doubt: Doubt::none(),
        origin,
    })
}

/// The subnets that an attribute names as places for nodes.
pub fn places(lowering: &mut Lowering, at: Attribute) -> Vec<NodeSubnet> {
    let found = lowering.subnets(at);
    let mut out: Vec<NodeSubnet> = found
        .items
        .iter()
        .map(|(id, doubt)| place(lowering, *id, doubt.clone()))
        .collect();
    if !found.rest.is_certain() {
        out.push(NodeSubnet {
            subnet: None,
            zone: None,
            dual: true,
            doubt: found.rest,
        });
    }
    out
}

/// A subnet as a place.
pub fn place(lowering: &Lowering, subnet: Id<Subnet>, doubt: Doubt) -> NodeSubnet {
    let mut resources = lowering
        .seen::<Subnets>()
        .of
        .iter()
        .filter(|(_, own)| {
            lowering
                .lowered
                .on_demand
                .alternatives
                .of(**own)
                .any(|one| one == subnet)
        })
        .map(|(id, _)| &lowering.graph.resources[*id]);
    let dual = resources.any(|resource| {
        let value = resource.values.get("assign_ipv6_address_on_creation");
        value.boolean() == Some(true) || value.is_unknown()
    });
    NodeSubnet {
        subnet: Some(subnet),
        zone: lowering
            .seen::<Subnets>()
            .zones
            .get(&subnet)
            .and_then(|zone| zone.name.clone()),
        dual,
        doubt,
    }
}

fn system(resource: &Resource) -> System {
    let windows = resource
        .values
        .get("ami_type")
        .text()
        .is_some_and(|kind| kind.starts_with("WINDOWS"));
    if windows {
        System::Windows
    } else {
        System::Linux
    }
}

/// Labels of the block; all there is where no start-up script can add to them.
fn labels(resource: &Resource, template: Option<&Template>) -> (Labels, bool) {
    let value = resource.values.get("labels");
    let labels: Labels = match value {
        crate::ingest::terraform::Value::Map(map) => map
            .iter()
            .filter_map(|(key, value)| Some((key.to_string(), value.text()?.to_owned())))
            .collect(),
        _ => Labels::new(),
    };
    let all = match value {
        crate::ingest::terraform::Value::Map(map) => map.len() == labels.len(),
        other => !other.is_unknown(),
    };
    (
        labels,
        all && template.is_none_or(|template| template.script == Script::Nothing),
    )
}

/// Security groups for pods need instances that can have branch interfaces: none of the burstable (t) families can. A
/// managed group without instance types is of t3.medium.
fn branches(resource: &Resource, template: Option<&Template>) -> Option<bool> {
    let types = resource.values.get("instance_types");
    let own = template.and_then(|template| template.instance_type.clone());
    if types.is_unknown() || types.items().iter().any(|one| one.text().is_none()) {
        return None;
    }
    let named: Vec<&str> = types
        .items()
        .iter()
        .filter_map(|one| one.text())
        .chain(own.as_deref())
        .collect();
    if named.is_empty() {
        return if template.is_some() {
            None
        } else {
            Some(false)
        };
    }
    Some(named.iter().any(|one| !one.starts_with('t')))
}
