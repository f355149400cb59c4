//! What enforces network policies. Source: cloud.google.com/kubernetes-engine/docs/how-to/network-policy,
//! "Network policy enforcement"; cloud.google.com/kubernetes-engine/docs/concepts/dataplane-v2; Terraform provider,
//! `google_container_cluster`, `network_policy`, `addons_config.network_policy_config`, `datapath_provider`.

use super::manifests::Manifests;
use crate::ingest::Settings;
use crate::ingest::kubernetes::engine::{DATAPLANE_V2, Engine};
use crate::ingest::terraform::Resource;
use crate::model::{Enforced, GapKind, Note, World};

/// Tells the engine: what the configuration says, else what was installed, else what the cluster was made with.
pub fn engine(
    settings: &Settings,
    manifests: &Manifests,
    resource: &Resource,
    world: &mut World,
) -> Engine {
    if let Some(engine) = Engine::detected(settings.policy_engine.as_deref(), &manifests.hints) {
        return engine;
    }
    let note = |text: &str, path: &str| Note {
        text: text.to_owned(),
        origin: Some(resource.origin_of(path)),
        assumed: false,
    };
    let values = &resource.values;
    if values.get("enable_autopilot").boolean() == Some(true) {
        return dataplane(Enforced::Yes(note(
            "an Autopilot cluster enforces network policies by GKE Dataplane V2",
            "enable_autopilot",
        )));
    }
    let path = values.get("datapath_provider");
    if path.text() == Some("ADVANCED_DATAPATH") {
        return dataplane(Enforced::Yes(note(
            "GKE Dataplane V2 enforces network policies",
            "datapath_provider",
        )));
    }
    let [policy, addon] = [
        "network_policy.enabled",
        "addons_config.network_policy_config.disabled",
    ]
    .map(|path| values.get(path));
    let unknown = [
        (path, "datapath_provider"),
        (policy, "network_policy"),
        (addon, "addons_config"),
    ]
    .into_iter()
    .find(|(own, _)| own.is_unknown());
    if let Some((_, name)) = unknown {
        let what = format!(
            "`{name}` of `{}`, which says what enforces network policies, is known only after apply",
            resource.address
        );
        let doubt = world.doubt(
            GapKind::UnknownValue,
            what.clone(),
            Some(resource.origin_of(name)),
        );
        return calico(Enforced::Unknown(note(&what, name), doubt));
    }
    calico(match (policy.boolean(), addon.boolean()) {
        (Some(true), Some(false)) => Enforced::Yes(note(
            "Calico enforces network policies: `network_policy` is enabled",
            "network_policy",
        )),
        (Some(true), _) => Enforced::No(note(
            "nothing enforces network policies: the add-on `network_policy_config` is not enabled",
            "network_policy",
        )),
        _ => return none(),
    })
}

/// A cluster that was made without any.
fn none() -> Engine {
    Engine {
        name: "none".to_owned(),
        enforced: Enforced::No(Note {
            text: "nothing enforces network policies: neither `network_policy` nor GKE Dataplane V2 is enabled".to_owned(),
            origin: None,
            assumed: true,
        }),
        blocks_match_pods: true,
    }
}

fn calico(enforced: Enforced) -> Engine {
    Engine {
        name: "calico".to_owned(),
        enforced,
        blocks_match_pods: true,
    }
}

/// The engine that is part of the newer data plane. It knows pods by identity, so that blocks do not match them.
fn dataplane(enforced: Enforced) -> Engine {
    Engine {
        name: DATAPLANE_V2.to_owned(),
        enforced,
        blocks_match_pods: false,
    }
}
