//! Which policy engine a cluster has, and whether it enforces.
//! Source: EKS user guide, "Limit Pod traffic with Kubernetes network policies", "Restrict Pod network traffic with
//! Kubernetes network policies"; amazon-vpc-cni-k8s README, `NETWORK_POLICY_ENFORCING_MODE`.

use super::manifests::Manifests;
use super::setting::{Setting, Settings};
use crate::model::{Doubt, Enforced, Note, Origin};

/// Name of this room for the flag that the add-on and the chart spell so.
pub const ENABLE: &str = "enableNetworkPolicy";
/// What pods that no policy selects may do.
pub const MODE: &str = "NETWORK_POLICY_ENFORCING_MODE";

/// Something in the input by which a policy engine is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The engine in one word.
    pub engine: &'static str,
    /// What it is, for the trail.
    pub title: String,
    /// Where it stands.
    pub origin: Origin,
    /// Why it may be of another cluster.
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

/// Tells the engine: what the configuration says, else another engine than that of the VPC CNI where the input holds one,
/// else the VPC CNI with its settings. `auto`: all nodes are those of EKS Auto Mode.
#[must_use]
pub fn engine(said: Option<&str>, hints: &[Hint], settings: &Settings, manifests: &Manifests, auto: bool) -> Engine {
    if let Some(name) = said {
        return by_configuration(name);
    }
    let sure = hints.iter().find(|hint| hint.doubt.is_certain());
    if let Some(hint) = sure.or(hints.first()) {
        return by_hint(hint);
    }
    let enforced = if auto { controller(manifests, settings) } else { plugin(settings, manifests) };
    Engine { name: "vpc-cni".to_owned(), enforced, blocks_match_pods: true }
}

fn by_configuration(name: &str) -> Engine {
    let note = Note { text: format!("the configuration says that the policy engine is `{name}`"), origin: None, assumed: false };
    let enforced = if name == "none" { Enforced::No(note) } else { Enforced::Yes(note) };
    Engine { name: name.to_owned(), enforced, blocks_match_pods: name != "cilium" }
}

fn by_hint(hint: &Hint) -> Engine {
    let note = |text: String| Note { text, origin: Some(hint.origin.clone()), assumed: false };
    let enforced = match &hint.off {
        Some(off) => Enforced::No(note(format!("{} is there and enforces nothing, since {off}", hint.title))),
        None if hint.doubt.is_certain() => Enforced::Yes(note(format!("{} enforces network policies", hint.title))),
        None => Enforced::Unknown(note(format!("{} may be of this cluster", hint.title)), hint.doubt.clone()),
    };
    Engine { name: hint.engine.to_owned(), enforced, blocks_match_pods: hint.engine != "cilium" }
}

/// The VPC CNI plugin on nodes that are no Auto Mode ones: add-on or chart, else agent and controller, both of them.
fn plugin(settings: &Settings, manifests: &Manifests) -> Enforced {
    let setting = settings.flag(ENABLE, false);
    if !setting.note.assumed {
        return of_setting(&setting);
    }
    let said = |text: &str, origin: &Origin| Note { text: text.to_owned(), origin: Some(origin.clone()), assumed: false };
    match (&manifests.agent, &manifests.controller) {
        (Some((false, origin, _)), _) => Enforced::No(said("`--enable-network-policy` of `aws-node` is off", origin)),
        (_, Some((false, origin, _))) => Enforced::No(said("the ConfigMap `amazon-vpc-cni` leaves the policy controller off", origin)),
        (Some((true, origin, _)), Some(_)) => {
            Enforced::Yes(said("`aws-node` enforces network policies, and the policy controller is on", origin))
        }
        (Some((true, origin, doubt)), None) => {
            Enforced::Unknown(said("`aws-node` enforces network policies if the policy controller is on", origin), doubt.clone())
        }
        (None, Some((true, origin, doubt))) => {
            Enforced::Unknown(said("the policy controller is on, and `aws-node` may enforce what it says", origin), doubt.clone())
        }
        (None, None) => of_setting(&setting),
    }
}

/// EKS Auto Mode: the controller's ConfigMap switches it on; the add-on makes that ConfigMap as well.
pub fn controller(manifests: &Manifests, settings: &Settings) -> Enforced {
    if let Some((on, origin, _)) = &manifests.controller {
        let text = format!("the ConfigMap `amazon-vpc-cni` sets `enable-network-policy-controller` to `{on}`");
        let note = Note { text, origin: Some(origin.clone()), assumed: false };
        return if *on { Enforced::Yes(note) } else { Enforced::No(note) };
    }
    of_setting(&settings.flag(ENABLE, false))
}

fn of_setting(setting: &Setting<bool>) -> Enforced {
    match setting.known() {
        Some(true) => {
            Enforced::Yes(Note { text: format!("the VPC CNI enforces network policies: {}", setting.note.text), ..setting.note.clone() })
        }
        Some(false) if setting.note.assumed => {
            let text = "the VPC CNI does not enforce network policies unless it is told to, and nothing in the input tells it".to_owned();
            Enforced::No(Note { text, ..setting.note.clone() })
        }
        Some(false) => {
            Enforced::No(Note { text: format!("the VPC CNI enforces no network policy: {}", setting.note.text), ..setting.note.clone() })
        }
        None => Enforced::Unknown(setting.note.clone(), setting.doubt.clone()),
    }
}
