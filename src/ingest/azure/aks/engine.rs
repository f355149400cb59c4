//! Which policy engine a cluster has. Source: "Use network policies" (aks/use-network-policies): Azure Network Policy Manager,
//! Calico and Cilium; `none` is the default. "Configure Azure CNI Powered by Cilium" (aks/azure-cni-powered-by-cilium): with that
//! data plane it is Cilium that enforces.

use crate::ingest::Settings;
use crate::ingest::azure::lowering::{Attribute, Lowering, is_set};
use crate::ingest::kubernetes::Object;
use crate::ingest::kubernetes::engine::{Engine, blocks_match_pods, hints};
use crate::ingest::terraform::Resource;
use crate::model::{Enforced, GapKind, Note};

/// Azure Network Policy Manager in one word.
pub const MANAGER: &str = "azure-npm";

/// What forwards packets on nodes. An older version of the provider names it otherwise.
const PLANE: &str = "network_profile.network_data_plane";
const OLDER_PLANE: &str = "network_profile.ebpf_data_plane";

fn is_cilium(resource: &Resource) -> bool {
    [PLANE, OLDER_PLANE]
        .iter()
        .any(|path| resource.values.get(path).text() == Some("cilium"))
}

/// The engine that `network_policy` names.
fn named(word: &str, note: impl Fn(String) -> Note) -> Engine {
    let (name, title) = if word == "azure" {
        (MANAGER, "Azure Network Policy Manager")
    } else {
        (word, word)
    };
    Engine {
        name: name.to_owned(),
        enforced: Enforced::Yes(note(format!(
            "{title} enforces network policies, since `network_policy` is `{word}`"
        ))),
        blocks_match_pods: blocks_match_pods(name),
    }
}

/// Cilium as the data plane, where nothing names an engine.
fn data_plane(lowering: &mut Lowering, resource: &Resource) -> Engine {
    let text = "whether Cilium enforces network policies is not known: it is the data plane, and `network_policy` names no engine";
    let origin = Some(resource.origin_of(PLANE));
    let doubt = lowering
        .world
        .doubt(GapKind::NotJudged, text, origin.clone());
    let enforced = Enforced::Unknown(
        Note {
            text: text.to_owned(),
            origin,
            assumed: false,
        },
        doubt,
    );
    Engine {
        name: "cilium".to_owned(),
        enforced,
        blocks_match_pods: blocks_match_pods("cilium"),
    }
}

/// Tells the engine: what the configuration says, else what the cluster's `network_policy` names, else what its objects hold.
pub fn engine(
    lowering: &mut Lowering,
    resource: &Resource,
    objects: &[Object],
    settings: &Settings,
) -> Engine {
    if let Some(said) = settings
        .policy_engine
        .as_deref()
        .and_then(|name| Engine::detected(Some(name), &[]))
    {
        return said;
    }
    let path = "network_profile.network_policy";
    let value = resource.values.get(path);
    let note = |text: String| Note {
        text,
        origin: Some(resource.origin_of(path)),
        assumed: false,
    };
    match value
        .text()
        .filter(|text| !text.is_empty() && *text != "none")
    {
        Some(word) => named(word, note),
        None if value.is_unknown() => {
            let doubt = lowering.unknown(Attribute::of(resource, path));
            let enforced = Enforced::Unknown(
                note("which engine enforces network policies is not known".to_owned()),
                doubt,
            );
            Engine {
                name: "unknown engine".to_owned(),
                enforced,
                blocks_match_pods: true,
            }
        }
        // The data plane of Cilium comes with its policy engine, which the provider's default for `network_policy` leaves out.
        None if is_cilium(resource) => data_plane(lowering, resource),
        None => Engine::detected(None, &hints(objects)).unwrap_or_else(|| {
            let assumed = !is_set(value);
            let text =
                "AKS enforces no network policy unless `network_policy` names an engine".to_owned();
            let origin = (!assumed).then(|| resource.origin_of(path));
            let enforced = Enforced::No(Note {
                text,
                origin,
                assumed,
            });
            Engine {
                name: "none".to_owned(),
                enforced,
                blocks_match_pods: true,
            }
        }),
    }
}
