//! Policy engines other than a cloud's own: what in the input tells them, and what they do.

pub mod behaviour;
#[cfg(test)]
mod kinds;
#[cfg(test)]
mod settings;

use super::object::Object;
use crate::model::{Doubt, Enforced, Note, Origin};
use behaviour::{Question, holds};
use std::collections::BTreeMap;

/// Cilium as it is installed; in chaining mode as well.
pub const CILIUM: &str = "cilium";
/// Cilium as Google runs it, without the policy kinds of a namespace (GKE, "GKE Dataplane V2").
pub const DATAPLANE_V2: &str = "gke-dataplane-v2";

/// Settings of Cilium's ConfigMap that switch all policies off, or let pass and log what they stop.
pub const ENABLE_POLICY: &str = "enable-policy";
/// As [`ENABLE_POLICY`].
pub const AUDIT_MODE: &str = "policy-audit-mode";

/// What stands before the names where several engines are there, of which one enforces, and between them.
const ONE_OF: &str = "unknown: ";
const OR: &str = " or ";

/// The engines of which one enforces by the word in [`crate::model::Cluster::engine`]; itself alone where it names one, empty where none is known.
#[must_use]
pub fn named(engine: &str) -> Vec<&str> {
    match engine.strip_prefix(ONE_OF) {
        Some(several) => several.split(OR).collect(),
        None if engine.is_empty() || engine.starts_with("unknown") => Vec::new(),
        None => vec![engine],
    }
}

/// Why what the engine does is not known, for the end of a sentence.
#[must_use]
pub fn undecided(engine: &str) -> String {
    match named(engine).as_slice() {
        [] => "which engine the cluster has is not known".to_owned(),
        [engine] => format!("what {engine} does is not known"),
        several => format!(
            "which of {} the cluster uses is not known",
            several.join(" and ")
        ),
    }
}

/// Something in the input by which a policy engine is recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The engine in one word.
    pub engine: &'static str,
    /// What it is, for the trail.
    pub title: String,
    /// Where it stands.
    pub origin: Origin,
    /// Why it may be of another cluster, or enforce nothing.
    pub doubt: Doubt,
    /// Why the engine enforces nothing though it is there.
    pub off: Option<String>,
}

/// A policy engine and what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Engine {
    /// In one word.
    pub name: String,
    /// Whether it enforces for ordinary pods.
    pub enforced: Enforced,
    /// Whether address blocks of policies match pods.
    pub blocks_match_pods: bool,
}

impl Engine {
    /// The engine that the configuration says, else the one that the input holds; none where neither tells.
    #[must_use]
    pub fn detected(said: Option<&str>, hints: &[Hint]) -> Option<Self> {
        if let Some(name) = said {
            return Some(Self::by_configuration(name));
        }
        let sure = || hints.iter().filter(|hint| hint.doubt.is_certain());
        // Google's own installation of Cilium has Cilium's ConfigMap too.
        let dataplane = sure().any(|hint| hint.engine == DATAPLANE_V2);
        let off: Vec<&str> = sure()
            .filter(|hint| hint.off.is_some())
            .map(|hint| hint.engine)
            .collect();
        let on = sure()
            .filter(|hint| !(off.contains(&hint.engine) || dataplane && hint.engine == CILIUM));
        let on: BTreeMap<&str, &Hint> = on.map(|hint| (hint.engine, hint)).collect();
        if on.len() > 1 {
            return Some(Self::one_of(&on));
        }
        let sure = on.into_values().next().or_else(|| sure().next());
        sure.or(hints.first()).map(Self::by_hint)
    }

    /// One of several engines that are there; each of them enforces NetworkPolicy.
    fn one_of(hints: &BTreeMap<&str, &Hint>) -> Self {
        let titles: Vec<&str> = hints.values().map(|hint| hint.title.as_str()).collect();
        let text = format!(
            "{} stand in the input: which of them enforces network policies is not known",
            titles.join(" and ")
        );
        let origin = hints.values().next().map(|hint| hint.origin.clone());
        let names: Vec<&str> = hints.keys().copied().collect();
        Engine {
            name: format!("{ONE_OF}{}", names.join(OR)),
            enforced: Enforced::Yes(Note {
                text,
                origin,
                assumed: false,
            }),
            blocks_match_pods: names.iter().all(|name| blocks_match_pods(name)),
        }
    }

    fn by_configuration(name: &str) -> Self {
        let note = Note {
            text: format!("the configuration says that the policy engine is `{name}`"),
            origin: None,
            assumed: false,
        };
        let enforced = if name == "none" {
            Enforced::No(note)
        } else {
            Enforced::Yes(note)
        };
        Engine {
            name: name.to_owned(),
            enforced,
            blocks_match_pods: blocks_match_pods(name),
        }
    }

    fn by_hint(hint: &Hint) -> Self {
        let note = |text: String| Note {
            text,
            origin: Some(hint.origin.clone()),
            assumed: false,
        };
        let enforced = match &hint.off {
            Some(off) => Enforced::No(note(format!(
                "{} is there and enforces nothing, since {off}",
                hint.title
            ))),
            None if hint.doubt.is_certain() => {
                Enforced::Yes(note(format!("{} enforces network policies", hint.title)))
            }
            None => Enforced::Unknown(
                note(format!(
                    "{} may enforce network policies of this cluster",
                    hint.title
                )),
                hint.doubt.clone(),
            ),
        };
        Engine {
            name: hint.engine.to_owned(),
            enforced,
            blocks_match_pods: blocks_match_pods(hint.engine),
        }
    }
}

/// Whether the blocks of policies match pods by their addresses; an engine that is not known is taken for one that does, as the conformance
/// tests of Kubernetes have it. For pods whose addresses the input does not say further rules in doubt say that one may not.
#[must_use]
pub fn blocks_match_pods(engine: &str) -> bool {
    holds(engine, Question::BlocksMatchPods) != Some(false)
}

/// Why Cilium enforces nothing, by the settings of its ConfigMap; none where it does (user guide, "Policy Enforcement Modes", "Creating
/// Policies from Verdicts").
#[must_use]
pub fn nothing_enforced(setting: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let off = [(ENABLE_POLICY, "never"), (AUDIT_MODE, "true")];
    off.into_iter()
        .find(|(key, value)| setting(key).as_deref() == Some(*value))
        .map(|(key, value)| format!("`{key}` is `{value}`"))
}

/// What the objects of a cluster tell, those that switch an engine off in front.
#[must_use]
pub fn hints(objects: &[Object]) -> Vec<Hint> {
    let mut out: Vec<Hint> = objects.iter().filter_map(hint).collect();
    out.sort_by_key(|hint| hint.off.is_none());
    out
}

fn hint(object: &Object) -> Option<Hint> {
    let engine = match (
        object.group.as_str(),
        object.kind.as_str(),
        object.name.as_str(),
    ) {
        ("apps", "DaemonSet", "cilium") | ("", "ConfigMap", "cilium-config") => CILIUM,
        ("apps", "DaemonSet", "anetd") => DATAPLANE_V2,
        ("apps", "DaemonSet", "calico-node")
        | ("apps", "Deployment", "tigera-operator")
        | ("operator.tigera.io", "Installation", _) => "calico",
        _ => return None,
    };
    let data = object.node.get("data");
    let off = nothing_enforced(&|key| data.child(key).written().map(str::to_owned));
    // What stands for a release of a chart has the release's address.
    let own = *object.origin.address == *object.title();
    let title = if own {
        format!("{} `{}`", object.kind, object.name)
    } else {
        format!("`{}`", object.origin.address)
    };
    Some(Hint {
        engine,
        title,
        origin: object.origin.clone(),
        doubt: Doubt::none(),
        off,
    })
}
