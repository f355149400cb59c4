//! Which policy engine a cluster has, and whether it enforces.
//! Source: EKS user guide, "Limit Pod traffic with Kubernetes network policies", "Restrict Pod network traffic with
//! Kubernetes network policies"; amazon-vpc-cni-k8s README, `NETWORK_POLICY_ENFORCING_MODE`.

use super::manifests::Manifests;
use super::setting::{Setting, Settings};
use crate::ingest::kubernetes::engine::{Engine, Hint};
use crate::model::{Enforced, Note, Origin};

/// Name of this room for the flag that the add-on and the chart spell so.
pub const ENABLE: &str = "enableNetworkPolicy";
/// What pods that no policy selects may do.
pub const MODE: &str = "NETWORK_POLICY_ENFORCING_MODE";

/// Tells the engine: what the configuration says, else another engine than that of the VPC CNI where the input holds one,
/// else the VPC CNI with its settings. `auto`: all nodes are those of EKS Auto Mode.
#[must_use]
pub fn engine(
    said: Option<&str>,
    hints: &[Hint],
    settings: &Settings,
    manifests: &Manifests,
    auto: bool,
) -> Engine {
    if let Some(detected) = Engine::detected(said, hints) {
        return detected;
    }
    let enforced = if auto {
        controller(manifests, settings)
    } else {
        plugin(settings, manifests)
    };
    Engine {
        name: "vpc-cni".to_owned(),
        enforced,
        blocks_match_pods: true,
    }
}

/// The VPC CNI plugin on nodes that are no Auto Mode ones: add-on or chart, else agent and controller, both of them.
fn plugin(settings: &Settings, manifests: &Manifests) -> Enforced {
    let setting = settings.flag(ENABLE, false);
    if !setting.note.assumed {
        return of_setting(&setting);
    }
    let said = |text: &str, origin: &Origin| Note {
        text: text.to_owned(),
        origin: Some(origin.clone()),
        assumed: false,
    };
    let Some(agent) = &manifests.agent else {
        return match &manifests.controller {
            Some((false, origin, _)) => Enforced::No(said(CONTROLLER_OFF, origin)),
            Some((true, origin, doubt)) => Enforced::Unknown(
                said(
                    "the policy controller is on, and `aws-node` may enforce what it says",
                    origin,
                ),
                doubt.clone(),
            ),
            None => of_setting(&setting),
        };
    };
    let origin = &agent.origin;
    match (agent.on, &manifests.controller) {
        (Some(false), _) if agent.said => Enforced::No(said(
            "`--enable-network-policy` of `aws-node` is off",
            origin,
        )),
        (Some(false), _) => Enforced::No(Note {
            assumed: true,
            ..said(
                "`aws-node` does not set `--enable-network-policy`, which is off unless it is set",
                origin,
            )
        }),
        (_, Some((false, origin, _))) => Enforced::No(said(CONTROLLER_OFF, origin)),
        (Some(true), Some(_)) => Enforced::Yes(said(
            "`aws-node` enforces network policies, and the policy controller is on",
            origin,
        )),
        (Some(true), None) => Enforced::Unknown(
            said(
                "`aws-node` enforces network policies if the policy controller is on",
                origin,
            ),
            agent.doubt.clone(),
        ),
        (None, _) => Enforced::Unknown(
            said(
                "whether `aws-node` enforces network policies is not known",
                origin,
            ),
            agent.doubt.clone(),
        ),
    }
}

/// What is said where the controller is off.
const CONTROLLER_OFF: &str = "the ConfigMap `amazon-vpc-cni` leaves the policy controller off";

/// EKS Auto Mode: the controller's ConfigMap switches it on; the add-on makes that ConfigMap as well.
pub fn controller(manifests: &Manifests, settings: &Settings) -> Enforced {
    if let Some((on, origin, _)) = &manifests.controller {
        let text = format!(
            "the ConfigMap `amazon-vpc-cni` sets `enable-network-policy-controller` to `{on}`"
        );
        let note = Note {
            text,
            origin: Some(origin.clone()),
            assumed: false,
        };
        return if *on {
            Enforced::Yes(note)
        } else {
            Enforced::No(note)
        };
    }
    of_setting(&settings.flag(ENABLE, false))
}

fn of_setting(setting: &Setting<bool>) -> Enforced {
    match setting.known() {
        Some(true) => Enforced::Yes(Note {
            text: format!(
                "the VPC CNI enforces network policies: {}",
                setting.note.text
            ),
            ..setting.note.clone()
        }),
        Some(false) if setting.note.assumed => {
            let text = "the VPC CNI enforces network policies only where its configuration says so, and nothing in the input does".to_owned();
            Enforced::No(Note {
                text,
                ..setting.note.clone()
            })
        }
        Some(false) => Enforced::No(Note {
            text: format!(
                "the VPC CNI enforces no network policy: {}",
                setting.note.text
            ),
            ..setting.note.clone()
        }),
        None => Enforced::Unknown(setting.note.clone(), setting.doubt.clone()),
    }
}
