//! Selectors of endpoints: label selectors whose keys have a source in front (`k8s:app`, `reserved:host`), and in which namespace, service
//! account and cluster are labels too (cilium `pkg/labels`, `pkg/k8s/apis/cilium.io/utils`, `getEndpointSelector`).

use super::super::super::label::{Operator, Requirement, all_of, is_key, requirements};
use super::super::super::object::Object;
use super::super::{Reading, both};
use super::agent::Agent;
use super::identity::{NAMESPACE_LABELS, SERVICE_ACCOUNT};
use crate::ingest::yaml::Node;
use crate::model::{Doubt, GapKind, LabelsOf, Selector};

/// Who a selector selects.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    /// The pods of the cluster.
    pub(super) selector: Selector,
    /// Why that is not certain.
    pub(super) doubt: Doubt,
    /// Of everyone else: those that it selects.
    pub(super) strangers: Strangers,
}

/// Those who are no pod of the cluster and have labels of the agent's own only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Strangers {
    /// None.
    Nobody,
    /// Those of one reserved label: an entity.
    Entity(String),
    /// Others, which is not judged: the selector only says what labels must not be there.
    Unclear,
}

/// What a key asks about.
enum Meaning {
    Pod(String),
    Namespace,
    NamespaceLabel(String),
    ServiceAccount,
    Cluster,
    Reserved(String),
    /// A label of a source that is not known.
    Other,
}

const NAMESPACE: &str = "io.kubernetes.pod.namespace";

fn meaning(key: &str) -> Meaning {
    let (source, name) = key.split_once(':').unwrap_or(("any", key));
    match (source, name) {
        ("reserved", name) => Meaning::Reserved(name.to_owned()),
        ("any" | "k8s", NAMESPACE) => Meaning::Namespace,
        ("any" | "k8s", SERVICE_ACCOUNT) => Meaning::ServiceAccount,
        ("any" | "k8s", "io.cilium.k8s.policy.cluster") => Meaning::Cluster,
        ("any" | "k8s", name) => match name.strip_prefix(NAMESPACE_LABELS) {
            Some(label) => Meaning::NamespaceLabel(label.to_owned()),
            None => Meaning::Pod(name.to_owned()),
        },
        _ => Meaning::Other,
    }
}

fn is_sourced_key(key: &str) -> bool {
    key.split_once(':').map_or_else(
        || is_key(key),
        |(source, name)| !source.is_empty() && is_key(name),
    )
}

/// The conditions of a selector, or none and a fault.
fn conditions(node: &Node, reading: &mut Reading<'_, '_>) -> Option<Vec<Requirement>> {
    let read = requirements(node, is_sourced_key);
    reading.faults.keep(read)
}

/// Reads a selector for its faults only.
pub(super) fn checked(node: &Node, reading: &mut Reading<'_, '_>) {
    conditions(node, reading);
}

/// The pods that a policy is about, apart from its namespace: what it says of another namespace, Cilium ignores.
pub(super) fn subject(
    object: &Object,
    node: &Node,
    namespace: Option<&str>,
    agent: &Agent,
    reading: &mut Reading<'_, '_>,
) -> Chosen {
    let mut all = conditions(node, reading).unwrap_or_default();
    if let Some(own) = namespace {
        let foreign = |requirement: &Requirement| {
            let is_namespace = matches!(meaning(&requirement.key), Meaning::Namespace);
            is_namespace
                && requirement.operator == Operator::In
                && !requirement.values.iter().any(|value| value == own)
        };
        if all.iter().any(foreign) {
            let what = format!(
                "{} selects pods of another namespace, which Cilium takes as its own namespace `{own}`",
                object.title()
            );
            reading.lowering.world.doubt(
                GapKind::NotJudged,
                what,
                Some(object.origin_at(node.place())),
            );
            all.retain(|requirement| !foreign(requirement));
        }
    }
    chosen(object, node, &all, agent, reading)
}

/// The other end of a rule. Where it does not speak of namespaces, it is about the policy's own, or about the pods of every namespace.
pub(super) fn peer(
    object: &Object,
    node: &Node,
    namespace: Option<&str>,
    agent: &Agent,
    reading: &mut Reading<'_, '_>,
) -> Option<Chosen> {
    let all = conditions(node, reading)?;
    let speaks = |test: fn(&Meaning) -> bool| {
        all.iter()
            .any(|requirement| test(&meaning(&requirement.key)))
    };
    let mut out = chosen(object, node, &all, agent, reading);
    if speaks(|own| matches!(own, Meaning::Reserved(_) | Meaning::Namespace)) {
        return Some(out);
    }
    match namespace {
        None => out.strangers = Strangers::Nobody,
        Some(_) if speaks(|own| matches!(own, Meaning::NamespaceLabel(_))) => {}
        Some(own) => {
            if out.selector != Selector::Nothing {
                out.selector = both(Selector::InNamespace(own.to_owned()), out.selector);
            }
            out.strangers = Strangers::Nobody;
        }
    }
    Some(out)
}

fn chosen(
    object: &Object,
    node: &Node,
    all: &[Requirement],
    agent: &Agent,
    reading: &mut Reading<'_, '_>,
) -> Chosen {
    let mut doubt = Doubt::none();
    let mut parts = Vec::new();
    for requirement in all {
        let (part, why) = over_pods(requirement, agent);
        parts.push(part);
        if let Some(why) = why {
            let what = format!("{} selects by `{}`: {why}", object.title(), requirement.key);
            doubt = doubt.and(&reading.lowering.world.doubt(
                GapKind::NotJudged,
                what,
                Some(object.origin_at(node.place())),
            ));
        }
    }
    let selector = if parts.contains(&Selector::Nothing) {
        Selector::Nothing
    } else {
        all_of(telling(parts))
    };
    Chosen {
        selector,
        doubt,
        strangers: strangers(all),
    }
}

fn telling(mut parts: Vec<Selector>) -> Vec<Selector> {
    parts.retain(|part| *part != Selector::Everything);
    parts
}

/// A condition on the pods of the cluster, and why it is not certain.
fn over_pods(requirement: &Requirement, agent: &Agent) -> (Selector, Option<&'static str>) {
    let Requirement {
        operator, values, ..
    } = requirement;
    let any =
        |one: fn(String) -> Selector| Selector::Any(values.iter().cloned().map(one).collect());
    let (held, why) = match meaning(&requirement.key) {
        Meaning::Pod(key) => {
            let why = agent.identity.doubt(&key);
            return (requirement.clone().over_key(key, LabelsOf::Pod), why);
        }
        Meaning::NamespaceLabel(key) => {
            return (requirement.clone().over_key(key, LabelsOf::Namespace), None);
        }
        Meaning::Namespace => (any(Selector::InNamespace), None),
        Meaning::ServiceAccount => (any(Selector::HasServiceAccount), None),
        Meaning::Cluster => match &agent.cluster_name {
            Some(name) if !values.contains(name) => (Selector::Nothing, None),
            Some(_) => (Selector::Everything, None),
            None if values.is_empty() => (Selector::Everything, None),
            None => (
                Selector::Everything,
                Some("the cluster's own name is not in the input"),
            ),
        },
        Meaning::Reserved(_) => (Selector::Nothing, None),
        Meaning::Other => {
            return (
                Selector::Everything,
                Some("which pods have labels of that source is not known"),
            );
        }
    };
    let reserved = matches!(meaning(&requirement.key), Meaning::Reserved(_));
    let selector = match operator {
        Operator::In => held,
        Operator::NotIn => Selector::Not(Box::new(held)),
        Operator::Exists if reserved => Selector::Nothing,
        Operator::DoesNotExist if !reserved => Selector::Nothing,
        Operator::Exists | Operator::DoesNotExist => Selector::Everything,
    };
    (selector, why)
}

impl Requirement {
    fn over_key(self, key: String, of: LabelsOf) -> Selector {
        Requirement { key, ..self }.over(of)
    }
}

/// Those without any label of Kubernetes that the conditions hold for.
fn strangers(all: &[Requirement]) -> Strangers {
    let (mut named, mut unclear) = (Vec::new(), false);
    for requirement in all {
        match (meaning(&requirement.key), requirement.operator.negates()) {
            (Meaning::Reserved(name), false) => named.push(name),
            (Meaning::Reserved(_), true) | (Meaning::Other, _) => unclear = true,
            (_, true) => {}
            (_, false) => return Strangers::Nobody,
        }
    }
    match named.as_slice() {
        [name] if !unclear => Strangers::Entity(name.clone()),
        _ => Strangers::Unclear,
    }
}
