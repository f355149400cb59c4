//! What Terraform says of the cluster's network plugins: add-ons with their configuration, and Helm releases.
//! Source: EKS user guide, "Amazon EKS add-ons", "Customize the Amazon EKS add-on"; charts `aws-vpc-cni`, `cilium`,
//! `tigera-operator`.

use super::cilium_overlay;
use super::eni_config::{EniConfig, of_values};
use super::setting::Source;
use super::tie::Clusters;
use crate::ingest::aws::{Attribute, Lowering, is_set};
use crate::ingest::kubernetes::engine::{CILIUM, ENABLE_POLICY, Hint, nothing_enforced};
use crate::ingest::terraform::{Draft, Resource, Value, is_open};
use crate::ingest::yaml::{self, Node, Shape};
use crate::model::{Doubt, GapKind, Id};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What Terraform says of network plugins.
#[derive(Clone, Debug, Default)]
pub struct Plugins {
    /// Settings of the VPC CNI plugin, the add-on's before those of a Helm release.
    pub sources: Vec<Source>,
    /// Policy engines.
    pub hints: Vec<Hint>,
    /// Settings of Cilium, under the names of its ConfigMap.
    pub overlays: Vec<Source>,
    /// `ENIConfig` objects that an add-on or chart makes.
    pub eni_configs: Vec<EniConfig>,
    /// Whether there is any VPC CNI add-on or release.
    pub vpc_cni: bool,
    /// The controller that makes load balancers, where the input holds it.
    pub webhook: Option<Webhook>,
}

/// Whether a controller makes the load balancer of a Service that names no class.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Whether it does.
    pub on: bool,
    /// Why that may be otherwise.
    pub doubt: Doubt,
    /// Whether the network load balancers that it makes have security groups: since version 2.6 (chart 1.6), unless a gate is closed.
    pub groups: bool,
}

/// Reads the add-ons and Helm releases of a cluster.
pub fn read(lowering: &mut Lowering, clusters: &Clusters, cluster: Id<Resource>) -> Plugins {
    let graph = lowering.graph;
    let mut out = Plugins::default();
    for (_, resource) in graph.of("aws_eks_addon") {
        let named = clusters.named(lowering, Attribute::of(resource, "cluster_name"));
        if let Some((_, doubt)) = named.into_iter().find(|(id, _)| *id == cluster) {
            addon(lowering, resource, doubt, &mut out);
        }
    }
    for (_, resource) in graph.of("helm_release") {
        if let Some(doubt) = release_of(lowering, clusters, cluster, resource) {
            release(lowering, resource, doubt, &mut out);
        }
    }
    out
}

/// A Helm release names no cluster: it is of the only one, else of the only one of its module, else perhaps of each.
fn release_of(
    lowering: &mut Lowering,
    clusters: &Clusters,
    cluster: Id<Resource>,
    resource: &Resource,
) -> Option<Doubt> {
    let all = clusters.all();
    let graph = lowering.graph;
    let near: Vec<_> = all
        .iter()
        .filter(|id| graph.resources[**id].module == resource.module)
        .collect();
    match (all.as_slice(), near.as_slice()) {
        ([_], _) => Some(Doubt::none()),
        (_, [one]) => (**one == cluster).then(Doubt::none),
        _ => {
            let what = format!(
                "which cluster `{}` is installed in is not known from the input",
                resource.address
            );
            Some(
                lowering
                    .world
                    .doubt(GapKind::Unlinked, what, Some(resource.origin.clone())),
            )
        }
    }
}

fn addon(lowering: &mut Lowering, resource: &Resource, doubt: Doubt, out: &mut Plugins) {
    let at = Attribute::of(resource, "addon_name");
    // One whose name is not known yet may be the VPC CNI with the settings that it has.
    let (name, doubt) = match at.value.text() {
        None if at.value.is_unknown() => ("vpc-cni", doubt.and(&lowering.unknown(at))),
        name => (name.unwrap_or_default(), doubt),
    };
    let title = format!("add-on `{}`", resource.address);
    if let Some(engine) = ["cilium", "calico"]
        .into_iter()
        .find(|engine| name.contains(engine))
    {
        out.hints.push(Hint {
            engine,
            title,
            origin: resource.origin.clone(),
            doubt,
            off: None,
        });
    } else if name == "vpc-cni" {
        let mut texts = Texts::default();
        texts.add(lowering, Attribute::of(resource, "configuration_values"));
        out.vpc_cni = true;
        vpc_cni(texts, title, resource, doubt, out);
    }
}

fn release(lowering: &mut Lowering, resource: &Resource, doubt: Doubt, out: &mut Plugins) {
    let chart = resource.values.get("chart").text().unwrap_or_default();
    let chart = chart.rsplit('/').next().unwrap_or(chart);
    let engine = match chart {
        "cilium" => Some("cilium"),
        "tigera-operator" | "calico" | "aws-calico" => Some("calico"),
        _ => None,
    };
    if chart == "aws-load-balancer-controller" {
        out.webhook = Some(webhook(
            &Texts::of_release(lowering, resource, Some(WEBHOOK)),
            resource,
            &doubt,
        ));
    }
    if engine.is_none() && chart != "aws-vpc-cni" {
        return;
    }
    let title = format!("Helm release `{}`", resource.address);
    let texts = Texts::of_release(lowering, resource, None);
    match engine {
        Some(engine) => {
            let variables = cilium_overlay::variables(&|value| texts.last(value));
            let set = |key: &str| variables.get(key).cloned();
            let hidden = texts
                .unknown
                .values()
                .fold(texts.hidden.clone(), |all, one| all.and(one));
            let off = nothing_enforced(&set).filter(|_| engine == CILIUM);
            let unsaid = match &off {
                Some(_) => Doubt::none(),
                None if set(ENABLE_POLICY).is_none() => hidden.clone(),
                None => texts
                    .unknown
                    .get("policyAuditMode")
                    .cloned()
                    .unwrap_or_default(),
            };
            if engine == CILIUM {
                let origin = Some(resource.origin.clone());
                out.overlays.push(Source {
                    title: title.clone(),
                    origin,
                    variables,
                    hidden: hidden.clone(),
                    unsure: doubt.clone(),
                    ..Source::default()
                });
            }
            out.hints.push(Hint {
                engine,
                title,
                origin: resource.origin.clone(),
                doubt: doubt.and(&unsaid),
                off,
            });
        }
        None => {
            out.vpc_cni = true;
            vpc_cni(texts, title, resource, doubt, out);
        }
    }
}

/// What switches that off.
const WEBHOOK: &str = "enableServiceMutatorWebhook";

/// What closes the gate by which network load balancers get security groups.
const NLB_GROUPS: &str = "controllerConfig.featureGates.NLBSecurityGroup";

/// Whether the controller takes every new Service of type LoadBalancer: since version 2.5 (chart 1.5) it does unless its chart's values say not to.
/// AWS Load Balancer Controller documentation, "Installation".
fn webhook(texts: &Texts, resource: &Resource, doubt: &Doubt) -> Webhook {
    let version = resource.values.get("version").text().and_then(|version| {
        let mut parts = version
            .trim_start_matches(['v', '~', '^', '>', '=', ' '])
            .split('.')
            .map(|part| part.parse::<u32>().ok());
        Some((parts.next()??, parts.next().flatten()?))
    });
    let old = version.is_some_and(|version| version < (1, 5));
    let (value, unknown) = (
        texts.last(WEBHOOK),
        texts.unknown.get(WEBHOOK).unwrap_or(&texts.hidden),
    );
    let doubt = if value.is_some() || old {
        doubt.clone()
    } else {
        doubt.and(unknown)
    };
    Webhook {
        on: !old && value.is_none_or(|value| value != "false"),
        doubt,
        groups: version.is_none_or(|version| version >= (1, 6))
            && texts.last(NLB_GROUPS).as_deref() != Some("false"),
    }
}

fn vpc_cni(texts: Texts, title: String, resource: &Resource, doubt: Doubt, out: &mut Plugins) {
    let origin = resource.origin_of(if resource.kind == "aws_eks_addon" {
        "configuration_values"
    } else {
        "values"
    });
    let mut source = Source {
        title,
        origin: Some(origin.clone()),
        hidden: texts.hidden.clone(),
        unsure: doubt,
        ..Source::default()
    };
    source.unknown = texts
        .unknown
        .into_iter()
        .map(|(name, doubt)| (name.strip_prefix("env.").unwrap_or(&name).to_owned(), doubt))
        .collect();
    for node in &texts.nodes {
        for (name, value) in node.get("env").entries().into_iter().chain(node.entries()) {
            if let Some(value) = value.written().filter(|value| !is_open(value)) {
                source.variables.insert(name, value.to_owned());
            }
        }
        out.eni_configs
            .extend(of_values(&node.get("eniConfig"), &source.unsure, &origin));
    }
    for (name, value) in texts.sets {
        let name = name.strip_prefix("env.").unwrap_or(&name).to_owned();
        source.variables.insert(name, value);
    }
    out.sources.push(source);
}

/// Configuration in YAML or JSON texts, later ones over earlier ones.
#[derive(Default)]
struct Texts {
    nodes: Vec<Node>,
    sets: Vec<(String, String)>,
    /// What is set to something that is not known.
    unknown: BTreeMap<String, Doubt>,
    /// Why more may be set.
    hidden: Doubt,
}

/// What a text means in which a backslash takes the next character for itself, as in `set` of a Helm release.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut escaped = false;
    for c in text.chars() {
        escaped = c == '\\' && !escaped;
        if !escaped {
            out.push(c);
        }
    }
    out
}

impl Texts {
    /// The values of a Helm release, and what it sets over them. `sole`: the only one that matters, where not all do.
    fn of_release(lowering: &mut Lowering, resource: &Resource, sole: Option<&str>) -> Self {
        let mut texts = Texts::default();
        for value in resource.values.get("values").items() {
            texts.add(lowering, Attribute::of(resource, "values").with(value));
        }
        texts.set(lowering, resource, sole);
        texts
    }

    fn add(&mut self, lowering: &mut Lowering, at: Attribute) {
        let draft = at.value.draft();
        if at.value.is_unknown() && draft.is_none_or(Draft::is_loose) {
            self.hidden = self.hidden.and(&lowering.unknown(at));
        }
        let text = draft.map(|draft| draft.text.as_str()).or(at.value.text());
        let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
            return;
        };
        let file: Arc<str> = at.resource.origin.place.file.clone();
        for document in yaml::read(&file, text) {
            match document.content {
                Ok(node) if matches!(node.shape(), Shape::Map | Shape::Null) => {
                    self.open(lowering, at, &node);
                    self.open_configs(lowering, at, &node.get("eniConfig"));
                    self.nodes.push(node)
                }
                _ => {
                    let what = format!(
                        "`{}` of `{}` is neither a YAML nor a JSON map",
                        at.path, at.resource.address
                    );
                    let doubt = lowering.world.doubt(
                        GapKind::Unreadable,
                        what,
                        Some(at.resource.origin_of(at.path)),
                    );
                    self.hidden = self.hidden.and(&doubt);
                }
            }
        }
    }

    /// Notes which settings are known only after apply.
    fn open(&mut self, lowering: &mut Lowering, at: Attribute, node: &Node) {
        let entries = node.get("env").entries().into_iter().chain(node.entries());
        for (name, value) in entries {
            let is_set_later = value.written().is_some_and(is_open);
            let is_group = ["env", "eniConfig"].contains(&name.as_str());
            if is_open(&name) || is_group && is_set_later {
                self.hidden = self.hidden.and(&lowering.unknown(at));
            } else if is_set_later {
                self.unknown.insert(name, lowering.unknown(at));
            }
        }
    }

    /// Notes whether it is not known which `ENIConfig` objects there will be.
    fn open_configs(&mut self, lowering: &mut Lowering, at: Attribute, values: &Node) {
        let subnets = values.get("subnets");
        let is_open_text = |node: &Node| node.written().is_some_and(is_open);
        let is_open = is_open_text(&values.get("create"))
            || is_open_text(&subnets)
            || subnets.entries().iter().any(|(name, _)| is_open(name));
        if is_open {
            self.hidden = self.hidden.and(&lowering.unknown(at));
        }
    }

    /// `set { name = "env.X", value = "y" }` blocks of a Helm release.
    fn set(&mut self, lowering: &mut Lowering, resource: &Resource, sole: Option<&str>) {
        for block in ["set", "set_list", "set_sensitive"] {
            for item in resource.values.get(block).items() {
                let literal = item.get("type").text() == Some("literal");
                let meant = |text: &str| {
                    if literal {
                        text.to_owned()
                    } else {
                        unescaped(text)
                    }
                };
                match (item.get("name").text(), item.get("value")) {
                    (Some(name), Value::Text(value)) => self.sets.push((meant(name), meant(value))),
                    (Some(name), value)
                        if value.is_unknown() && sole.is_none_or(|sole| sole == name) =>
                    {
                        self.unknown.insert(
                            meant(name),
                            lowering.unknown(Attribute::of(resource, block)),
                        );
                    }
                    (Some(_), value) if is_set(value) || value.is_unknown() => {}
                    _ => {
                        self.hidden = self
                            .hidden
                            .and(&lowering.unknown(Attribute::of(resource, block)))
                    }
                }
            }
        }
    }

    fn last(&self, name: &str) -> Option<String> {
        let set = self
            .sets
            .iter()
            .rev()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.clone());
        set.or_else(|| {
            self.nodes
                .iter()
                .rev()
                .find_map(|node| node.get(name).written().map(str::to_owned))
                .filter(|value| !is_open(value))
        })
    }
}
