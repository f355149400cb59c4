//! How the pods of a workload may sit on the nodes of a pool: what holds their address, by the settings and objects of the
//! cluster. Source: EKS user guide, "Assign security groups to individual Pods", "Deploy Pods in alternate subnets with
//! custom networking", "Configure subnet selection for Pod IP addresses".

use super::calico_ip_pools::PodPools;
use super::eni_config::EniConfig;
use super::ids;
use super::pod_groups::GroupPolicy;
use super::pod_network::{Interface, PodInterface, Strictness};
use super::pool::{Maker, NodeSubnet, Pool, System};
use super::setting::Settings;
use crate::ingest::aws::Lowering;
use crate::model::{Doubt, Filter, GapKind, Id, Note, Selected};

/// Lets pods have branch interfaces.
pub const POD_ENI: &str = "ENABLE_POD_ENI";
/// How far a pod's own groups reach.
const ENFORCING: &str = "POD_SECURITY_GROUP_ENFORCING_MODE";
/// Custom networking.
const CUSTOM: &str = "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG";
/// Label of a node whose value is the name of its `ENIConfig`.
const CONFIG_LABEL: &str = "ENI_CONFIG_LABEL_DEF";
/// Annotation of a node, likewise, which goes before the label.
const CONFIG_ANNOTATION: &str = "ENI_CONFIG_ANNOTATION_DEF";
/// Label and annotation by default.
const CONFIG_KEY: &str = "k8s.amazonaws.com/eniConfig";
/// Labels that hold a node's availability zone.
const ZONES: &[&str] = &[
    "topology.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/zone",
];
/// Puts interfaces of nodes into further subnets, which a tag marks.
const DISCOVERY: &str = "ENABLE_SUBNET_DISCOVERY";

/// What of the cluster bears on where pods sit.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// Settings of the VPC CNI plugin.
    pub settings: &'a Settings,
    /// `ENIConfig` objects.
    pub eni_configs: &'a [EniConfig],
    /// Subnets of the cluster's network that are tagged for further interfaces of nodes.
    pub tagged: &'a [NodeSubnet],
    /// Calico's pools, where pods have their addresses of it.
    pub calico_ip_pools: Option<&'a PodPools>,
}

/// The groups that `SecurityGroupPolicy` objects give a pod, with the line and the doubt; none where it has none.
pub fn own_groups(
    lowering: &mut Lowering,
    policies: &[GroupPolicy],
    pod: Selected<'_>,
) -> Option<(Vec<Id<Filter>>, Note, Doubt)> {
    let holding: Vec<&GroupPolicy> = policies.iter().filter(|policy| policy.holds(pod)).collect();
    let first = holding.first()?;
    let text = format!(
        "SecurityGroupPolicy `{}/{}` gives the pod security groups of its own",
        first.namespace, first.name
    );
    let note = Note {
        text,
        origin: Some(first.origin.clone()),
        assumed: false,
    };
    let (mut filters, mut doubt) = (Vec::new(), Doubt::none());
    for policy in holding {
        doubt = doubt.and(&policy.doubt);
        filters.extend(
            policy
                .groups
                .iter()
                .map(|id| lowering.absent_group(id, policy.origin.clone())),
        );
    }
    filters.sort_unstable();
    filters.dedup();
    Some((filters, note, doubt))
}

/// All ways in which a pod may sit on nodes of a pool in one place. `groups`: its own, from [`own_groups`].
pub fn pod_interfaces<'a>(
    lowering: &mut Lowering,
    rules: Rules,
    host_network: bool,
    groups: Option<&(Vec<Id<Filter>>, Note, Doubt)>,
    pool: &'a Pool,
    place: &'a NodeSubnet,
) -> Vec<PodInterface<'a>> {
    let pod_interface = |interface, note, doubt| PodInterface {
        pool,
        place,
        interface,
        note,
        doubt,
    };
    if host_network {
        return vec![pod_interface(Interface::Host, None, Doubt::none())];
    }
    if let Some(auto) = &pool.auto {
        let Some(places) = &auto.places else {
            let interface = auto.filters.clone().map_or(Interface::Shared, |filters| {
                Interface::Apart(place.clone(), Some(filters))
            });
            return vec![pod_interface(interface, None, Doubt::none())];
        };
        let near = places.iter().filter(|own| near(own, place));
        return near
            .map(|own| {
                pod_interface(
                    Interface::Apart(own.clone(), auto.filters.clone()),
                    None,
                    Doubt::none(),
                )
            })
            .collect();
    }
    if pool.system == System::Windows {
        return vec![pod_interface(Interface::Shared, None, Doubt::none())];
    }
    let mut out: Vec<PodInterface<'a>> = rules
        .calico_ip_pools
        .map(|pools| pools.pod_interfaces(pool, place).collect())
        .unwrap_or_default();
    let unsure = rules.calico_ip_pools.map(|pools| pools.doubt.clone());
    if unsure.as_ref().is_none_or(|doubt| !doubt.is_certain()) {
        let unsure = unsure.unwrap_or_default();
        let own = by_plugin(lowering, rules, groups, pool, place);
        out.extend(own.into_iter().map(|pod_interface| PodInterface {
            doubt: pod_interface.doubt.and(&unsure),
            ..pod_interface
        }));
    }
    out
}

/// The ways in which the VPC CNI plugin seats pods that have addresses of the network.
fn by_plugin<'a>(
    lowering: &mut Lowering,
    rules: Rules,
    groups: Option<&(Vec<Id<Filter>>, Note, Doubt)>,
    pool: &'a Pool,
    place: &'a NodeSubnet,
) -> Vec<PodInterface<'a>> {
    let pod_interface = |interface, note, doubt| PodInterface {
        pool,
        place,
        interface,
        note,
        doubt,
    };
    let mut out = Vec::new();
    let pod_eni = rules.settings.flag(POD_ENI, false);
    if let Some((filters, note, doubt)) = groups.filter(|_| pod_eni.may_be(&true)) {
        out.extend(branches(
            lowering,
            rules,
            pool,
            place,
            filters,
            note,
            &doubt.and(&pod_eni.doubt),
        ));
        if !pod_eni.may_be(&false) {
            return out;
        }
    }
    let plain = if groups.is_some() {
        pod_eni.doubt.clone()
    } else {
        Doubt::none()
    };
    for (interface, note, doubt) in ordinary(lowering, rules, pool, place) {
        out.push(pod_interface(interface, note, doubt.and(&plain)));
    }
    out
}

fn near(own: &NodeSubnet, place: &NodeSubnet) -> bool {
    own.zone.is_none() || place.zone.is_none() || own.zone == place.zone
}

/// Branch interfaces stand in the subnet where the node's further interfaces do.
fn branches<'a>(
    lowering: &mut Lowering,
    rules: Rules,
    pool: &'a Pool,
    place: &'a NodeSubnet,
    filters: &[Id<Filter>],
    note: &Note,
    doubt: &Doubt,
) -> Vec<PodInterface<'a>> {
    let mode = rules.settings.word(ENFORCING, &["strict", "standard"]);
    let mut doubt = doubt.and(&mode.doubt);
    if pool.branches == Some(false) {
        let what = format!(
            "whether {} can have interfaces for pods with security groups of their own: their instance types cannot",
            pool.title
        );
        doubt = doubt.and(
            &lowering
                .world
                .doubt(GapKind::NotJudged, what, pool.origin.clone()),
        );
    }
    let mut out = Vec::new();
    for (interface, _, own) in ordinary(lowering, rules, pool, place) {
        let at = if let Interface::Apart(at, _) = interface {
            at
        } else {
            place.clone()
        };
        for word in &mode.values {
            let strictness = if *word == "strict" {
                Strictness::Strict
            } else {
                Strictness::Standard
            };
            let interface = Interface::Branch(at.clone(), filters.to_vec(), strictness);
            out.push(PodInterface {
                pool,
                place,
                interface,
                note: Some(note.clone()),
                doubt: doubt.and(&own),
            });
        }
    }
    out
}

/// The interface of a pod without groups of its own: custom networking, or the node's interfaces.
fn ordinary(
    lowering: &mut Lowering,
    rules: Rules,
    pool: &Pool,
    place: &NodeSubnet,
) -> Vec<(Interface, Option<Note>, Doubt)> {
    let custom = rules.settings.flag(CUSTOM, false);
    let mut out = Vec::new();
    if custom.may_be(&false) {
        out.push((Interface::Shared, None, custom.doubt.clone()));
        if rules.settings.flag(DISCOVERY, true).may_be(&true) {
            let tagged = rules
                .tagged
                .iter()
                .filter(|own| near(own, place) && own.subnet != place.subnet);
            out.extend(tagged.map(|own| {
                (
                    Interface::Apart(own.clone(), None),
                    None,
                    custom.doubt.clone(),
                )
            }));
        }
    }
    if custom.may_be(&true) {
        for (interface, note, doubt) in configured(lowering, rules, pool, place) {
            out.push((interface, Some(note), doubt.and(&custom.doubt)));
        }
    }
    out
}

/// The interfaces that `ENIConfig` objects make for nodes in one place.
fn configured(
    lowering: &mut Lowering,
    rules: Rules,
    pool: &Pool,
    place: &NodeSubnet,
) -> Vec<(Interface, Note, Doubt)> {
    let (configs, doubt) = chosen(lowering, rules, pool, place);
    let mut out = Vec::new();
    for config in &configs {
        let note = Note {
            text: format!("ENIConfig `{}` holds for its node", config.name),
            origin: Some(config.origin.clone()),
            assumed: false,
        };
        let at = match &config.subnet {
            Some(id) => ids::subnet(lowering, id, &config.origin),
            None => place.clone(),
        };
        let filters: Vec<_> = config
            .groups
            .iter()
            .map(|id| lowering.absent_group(id, config.origin.clone()))
            .collect();
        out.push((
            Interface::Apart(at, (!filters.is_empty()).then_some(filters)),
            note,
            doubt.and(&config.doubt),
        ));
    }
    let unsure = configs.iter().all(|config| !config.doubt.is_certain());
    if unsure {
        let held = match configs.as_slice() {
            [] => "the input holds no ENIConfig",
            _ => "none that the input holds is surely there",
        };
        let what = format!(
            "custom networking is on and {held} for {}: where its pods stand is not known",
            pool.title
        );
        let doubt = lowering
            .world
            .doubt(GapKind::NotInInput, what, pool.origin.clone());
        let name = format!("unknown security groups of pods on {}", pool.title);
        let origin = pool.origin.clone();
        let hidden = origin
            .clone()
            .map(|origin| lowering.hidden_group(name, doubt.clone(), origin));
        let at = NodeSubnet {
            subnet: None,
            zone: None,
            dual: false,
            doubt: doubt.clone(),
        };
        let text = "no ENIConfig for its node is in the input".to_owned();
        out.push((
            Interface::Apart(at, hidden.map(|one| vec![one])),
            Note {
                text,
                origin,
                assumed: false,
            },
            doubt,
        ));
    }
    out
}

/// The `ENIConfig` that a node takes: named by its label, which may be its zone; else `default`. Where a label or annotation
/// decides that the input does not hold, each of those in its zone, with a doubt.
fn chosen<'c>(
    lowering: &mut Lowering,
    rules: Rules<'c>,
    pool: &Pool,
    place: &NodeSubnet,
) -> (Vec<&'c EniConfig>, Doubt) {
    let label = rules.settings.text(CONFIG_LABEL, CONFIG_KEY);
    let annotation = rules.settings.text(CONFIG_ANNOTATION, CONFIG_KEY);
    let key = label.values.first().map_or(CONFIG_KEY, String::as_str);
    let by_zone = ZONES.contains(&key);
    let name = if by_zone {
        place.zone.clone()
    } else {
        pool.labels.get(key).cloned()
    };
    let named = |name: &str| {
        rules
            .eni_configs
            .iter()
            .filter(|config| config.name == name)
            .collect::<Vec<_>>()
    };
    let settled = label.doubt.and(&annotation.doubt);
    if let Some(found) = name
        .map(|name| named(&name))
        .filter(|found| !found.is_empty() && settled.is_certain())
    {
        return (found, Doubt::none());
    }
    let known =
        pool.maker == Maker::Managed && pool.labels_complete && settled.is_certain() && !by_zone;
    if known && !named("default").is_empty() {
        return (named("default"), Doubt::none());
    }
    let all: Vec<&EniConfig> = rules.eni_configs.iter().collect();
    if all.len() == 1 {
        return (all, settled);
    }
    let what = format!(
        "which ENIConfig holds for {} is decided by labels and annotations of nodes that are not in the input",
        pool.title
    );
    let doubt = if all.is_empty() {
        Doubt::none()
    } else {
        lowering
            .world
            .doubt(GapKind::NotInInput, what, pool.origin.clone())
    };
    (all, doubt.and(&settled))
}
