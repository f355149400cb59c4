//! Self-managed nodes: auto scaling groups, and instances, that are tied to a cluster by a tag or by their start-up script.
//! Source: EKS user guide, "Maintain nodes yourself with self-managed nodes".

use super::node_group;
use super::pool::{Maker, NodeSubnet, Pool, System};
use super::tie::{Clusters, KIND as CLUSTER, NAMES};
use crate::ingest::aws::launch_template::{Script, Template, script, templates};
use crate::ingest::aws::stage::Endpoints;
use crate::ingest::aws::{Attribute, LAUNCHED, Lowering, MetadataOptions};
use crate::ingest::terraform::{Mode, Resource, Target, Value};
use crate::model::{Attachment, Doubt, Filter, Id, Labels, Network, NodeCredentials};
use std::collections::BTreeSet;

const GROUP: &str = "aws_autoscaling_group";
const INSTANCE: &str = "aws_instance";

/// Tags that tie nodes to the cluster of that name; the tag of the cluster autoscaler is one as well.
const TAGS: &[&str] = &[
    "kubernetes.io/cluster/",
    "k8s.io/cluster/",
    "k8s.io/cluster-autoscaler/",
];

/// Whether instances are nodes of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tie {
    /// They are.
    Yes,
    /// Tags or script may say so.
    Perhaps,
    /// Nothing says so, but their tags or script are not known.
    Unsaid,
    /// They are not.
    No,
}

/// The self-managed nodes of a cluster.
pub fn read(
    lowering: &mut Lowering,
    clusters: &Clusters,
    cluster: Id<Resource>,
    network: Option<Id<Network>>,
) -> Vec<Pool> {
    let graph = lowering.graph;
    let own = Own {
        clusters,
        id: cluster,
        name: graph.resources[cluster].values.get("name").text(),
    };
    let sole = clusters.all().len() == 1;
    let mut out = Vec::new();
    for (_, resource) in graph.of(GROUP) {
        let all = templates(lowering, resource);
        let all = if all.is_empty() {
            vec![Template::default()]
        } else {
            all
        };
        for template in all {
            let tie = own.tie(lowering, resource, &template.script);
            out.extend(scaling_group(
                lowering, &own, resource, &template, network, tie, sole,
            ));
        }
    }
    for (id, resource) in graph
        .of(INSTANCE)
        .filter(|(_, resource)| resource.mode == Mode::Managed)
    {
        out.extend(instance(lowering, &own, (id, resource), network));
    }
    out
}

fn scaling_group(
    lowering: &mut Lowering,
    own: &Own,
    resource: &Resource,
    template: &Template,
    network: Option<Id<Network>>,
    tie: Tie,
    sole: bool,
) -> Option<Pool> {
    let places = node_group::places(lowering, Attribute::of(resource, "vpc_zone_identifier"));
    let is_near = |own: Id<Network>| network.is_none_or(|network| network == own);
    let near = places.iter().any(|place| {
        place
            .subnet
            .is_none_or(|subnet| is_near(lowering.world.subnets[subnet].network))
    });
    let doubt = match tie {
        Tie::Yes => Doubt::none(),
        Tie::Perhaps if near => own.doubt(lowering, resource, "tag"),
        Tie::Unsaid if near && sole => own.doubt(lowering, resource, "tag"),
        _ => return None,
    };
    let (filters, groups) = match &template.groups {
        Some(groups) => node_group::filters(lowering, resource, groups),
        None => (default_groups(lowering, network, &places), Doubt::none()),
    };
    let branches = template.instance_type.as_deref().map(can_branch);
    let doubt = doubt.and(&groups).and(&template.doubt);
    let credentials =
        node_group::credentials(resource, (template.metadata.as_ref(), &doubt), LAUNCHED);
    Some(Pool {
        branches,
        doubt,
        ..pool(resource, &template.script, (places, filters), credentials)
    })
}

/// The default groups of the networks that nodes may stand in.
fn default_groups(
    lowering: &mut Lowering,
    network: Option<Id<Network>>,
    places: &[NodeSubnet],
) -> Vec<Id<Filter>> {
    let subnets = places.iter().filter_map(|place| place.subnet);
    let of_places = subnets.map(|subnet| lowering.world.subnets[subnet].network);
    let networks: BTreeSet<Id<Network>> =
        network.map_or_else(|| of_places.collect(), |own| [own].into());
    networks
        .into_iter()
        .map(|network| lowering.default_group(network))
        .collect()
}

/// An instance that is a node stands where its interfaces do.
fn instance(
    lowering: &mut Lowering,
    own: &Own,
    (id, resource): (Id<Resource>, &Resource),
    network: Option<Id<Network>>,
) -> Vec<Pool> {
    let script = script(lowering, resource);
    let endpoint = lowering.seen::<Endpoints>().of.get(&id).copied();
    let attachments: Vec<Attachment> = endpoint
        .map(|id| lowering.world.endpoints[id].attachments.clone())
        .unwrap_or_default();
    let near: Vec<Attachment> = attachments
        .into_iter()
        .filter(|one| network.is_none_or(|network| network == one.network))
        .collect();
    let tie = own.tie(lowering, resource, &script);
    if near.is_empty() || !matches!(tie, Tie::Yes | Tie::Perhaps) {
        return Vec::new();
    }
    let doubt = if tie == Tie::Yes {
        Doubt::none()
    } else {
        own.doubt(lowering, resource, "tags")
    };
    let branches = resource.values.get("instance_type").text().map(can_branch);
    let options = MetadataOptions::of(lowering, resource);
    let credentials = node_group::credentials(resource, (Some(&options), &doubt), LAUNCHED);
    let pool = |one: Attachment| {
        let place = match one.subnet {
            Some(subnet) => node_group::place(lowering, subnet, one.doubt),
            None => NodeSubnet {
                subnet: None,
                zone: None,
                dual: true,
                doubt: one.doubt,
            },
        };
        Pool {
            branches,
            doubt: doubt.clone(),
            ..pool(
                resource,
                &script,
                (vec![place], one.filters),
                credentials.clone(),
            )
        }
    };
    near.into_iter().map(pool).collect()
}

fn pool(
    resource: &Resource,
    script: &Script,
    (places, filters): (Vec<NodeSubnet>, Vec<Id<Filter>>),
    credentials: NodeCredentials,
) -> Pool {
    let windows = matches!(script, Script::Text(text) if text.contains("<powershell>"));
    Pool {
        title: format!("self-managed nodes `{}`", resource.address),
        name: None,
        maker: Maker::SelfManaged,
        system: if windows {
            System::Windows
        } else {
            System::Linux
        },
        labels: Labels::new(),
        labels_complete: false,
        branches: None,
        places,
        filters,
        credentials,
        node_pool: None,
        auto: None,
        doubt: Doubt::none(),
        origin: Some(resource.origin.clone()),
    }
}

/// Burstable instances can have no branch interfaces.
fn can_branch(instance_type: &str) -> bool {
    !instance_type.starts_with('t')
}

/// The cluster.
struct Own<'a> {
    clusters: &'a Clusters,
    id: Id<Resource>,
    /// Its name, where known.
    name: Option<&'a str>,
}

impl Own<'_> {
    fn tie(&self, lowering: &Lowering, resource: &Resource, script: &Script) -> Tie {
        let mut all = self.tags(lowering, resource);
        all.push(self.script(script));
        for tie in [Tie::Yes, Tie::No, Tie::Perhaps, Tie::Unsaid] {
            if all.contains(&Some(tie)) {
                return tie;
            }
        }
        Tie::No
    }

    /// What each tag says; none where it says nothing of clusters.
    fn tags(&self, lowering: &Lowering, resource: &Resource) -> Vec<Option<Tie>> {
        let mut out = Vec::new();
        for item in resource.values.get("tag").items() {
            out.push(match item.get("key") {
                Value::Text(key) => self.key(key),
                other if self.named(&lowering.graph.follow(other, &[CLUSTER]).targets) => {
                    Some(Tie::Yes)
                }
                other if lowering.graph.follow(other, &[CLUSTER]).targets.is_empty() => {
                    Some(Tie::Perhaps)
                }
                _ => None,
            });
        }
        match resource.values.get("tags") {
            Value::Map(map) => out.extend(map.keys().map(|key| self.key(key))),
            list @ Value::List(items) if !items.is_empty() => {
                out.extend(list.items().iter().map(|item| match item.get("key") {
                    Value::Text(key) => self.key(key),
                    _ => Some(Tie::Unsaid),
                }))
            }
            unknown if unknown.is_unknown() => {
                let named = self.named(&lowering.graph.follow(unknown, &[CLUSTER]).targets);
                out.push(Some(if named { Tie::Perhaps } else { Tie::Unsaid }));
            }
            _ => {}
        }
        out
    }

    /// What the key of a tag says.
    fn key(&self, key: &str) -> Option<Tie> {
        let rest = TAGS
            .iter()
            .find_map(|front| key.strip_prefix(front))
            .filter(|rest| *rest != "enabled" && !rest.contains('/'))?;
        Some(match self.name {
            Some(name) if name == rest => Tie::Yes,
            Some(_) => Tie::No,
            None => Tie::Perhaps,
        })
    }

    /// Whether one of those attributes holds the name of the cluster.
    fn named(&self, targets: &[Target]) -> bool {
        targets.iter().any(|target| {
            self.clusters.canonical(target.resource) == Some(self.id)
                && NAMES.contains(&target.attribute.as_str())
        })
    }

    fn script(&self, script: &Script) -> Option<Tie> {
        match (script, self.name) {
            (Script::Nothing, _) => None,
            (Script::Text(text), Some(name)) => joins(text, name).then_some(Tie::Yes),
            (Script::Text(text), None) => JOINS
                .iter()
                .any(|word| text.contains(word))
                .then_some(Tie::Perhaps),
            (Script::Unknown(_, known), Some(name)) if joins(known, name) => Some(Tie::Yes),
            (Script::Unknown(of, _), _)
                if of
                    .iter()
                    .any(|target| self.clusters.canonical(target.resource) == Some(self.id)) =>
            {
                Some(Tie::Perhaps)
            }
            (Script::Unknown(..), _) => Some(Tie::Unsaid),
        }
    }

    fn doubt(&self, lowering: &mut Lowering, resource: &Resource, path: &str) -> Doubt {
        let cluster = &lowering.graph.resources[self.id];
        match self.name {
            Some(_) => lowering.unknown(Attribute::of(resource, path)),
            None => lowering.unknown(Attribute::of(cluster, "name")),
        }
    }
}

/// Words of start-up scripts that join some cluster.
const JOINS: &[&str] = &[
    "bootstrap.sh",
    "Start-EKSBootstrap.ps1",
    "kind: NodeConfig",
    "[settings.kubernetes]",
];

/// Whether the start-up script joins the cluster: `bootstrap.sh NAME`, or `name: NAME` of a node's configuration.
fn joins(script: &str, cluster: &str) -> bool {
    let words: Vec<&str> = script
        .split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '='))
        .filter(|word| !word.is_empty())
        .collect();
    let joins = |front: &str| {
        front.ends_with("bootstrap.sh")
            || front.ends_with("Start-EKSBootstrap.ps1")
            || front == "name:"
            || front == "cluster-name"
            || front == "-EKSClusterName"
    };
    words
        .windows(2)
        .any(|pair| matches!(pair, [front, name] if joins(front) && *name == cluster))
        || (script.contains("bootstrap.sh") && words.contains(&cluster))
}

#[cfg(test)]
mod tests {
    use super::joins;

    #[test]
    fn a_script_joins_the_cluster_that_it_names() {
        for script in [
            "/etc/eks/bootstrap.sh main",
            "cluster:\n  name: main\n",
            "cluster-name = \"main\"",
            "& $bin\\Start-EKSBootstrap.ps1 -EKSClusterName main",
            "CLUSTER=main\n/etc/eks/bootstrap.sh $CLUSTER",
        ] {
            assert!(joins(script, "main"), "{script}");
            assert!(!joins(script, "other"), "{script}");
        }
        assert!(!joins("echo main", "main"));
    }
}
