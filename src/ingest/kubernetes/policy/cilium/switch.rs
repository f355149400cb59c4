//! Settings of the agent that switch kinds of policies off (cilium-agent command reference, `enable-k8s-networkpolicy` and the others, each
//! `true` where it is absent).

use super::super::super::engine::{CILIUM, DATAPLANE_V2, named};
use super::super::super::manifest_lowering::ManifestLowering;
use super::config_map::config;
use crate::model::{GapKind, Policy};

/// Group and kind, and the setting that switches it off.
const SETTINGS: &[(&str, &str, &str)] = &[
    (
        "networking.k8s.io",
        "NetworkPolicy",
        "enable-k8s-networkpolicy",
    ),
    ("extensions", "NetworkPolicy", "enable-k8s-networkpolicy"),
    (
        "cilium.io",
        "CiliumNetworkPolicy",
        "enable-cilium-network-policy",
    ),
    (
        "cilium.io",
        "CiliumClusterwideNetworkPolicy",
        "enable-cilium-clusterwide-network-policy",
    ),
];

/// Takes the effect from policies of a kind that the agent does not look at; they are in doubt where another engine may be the one that enforces.
pub(in super::super) fn switch_off(
    (group, kind): (&str, &str),
    engine: &str,
    policies: &mut [Policy],
    lowering: &mut ManifestLowering<'_>,
) {
    let engines = named(engine);
    let is_cilium = |engine: &&str| [CILIUM, DATAPLANE_V2].contains(engine);
    let own = |row: &&(&str, &str, &str)| (row.0, row.1) == (group, kind);
    let Some((.., setting)) = SETTINGS.iter().find(own) else {
        return;
    };
    let Some(object) = config(lowering.objects).filter(|_| engines.iter().any(is_cilium)) else {
        return;
    };
    let value = object.node.get("data").child(setting);
    if value.written() != Some("false") {
        return;
    }
    let why = format!("Cilium does not look at {kind}: `{setting}` is `false`");
    if engines.iter().all(is_cilium) {
        policies
            .iter_mut()
            .for_each(|policy| policy.inert = Some(why.clone()));
        return;
    }
    let origin = Some(object.origin_at(value.place()));
    let doubt = lowering.world.doubt(GapKind::NotJudged, why, origin);
    policies
        .iter_mut()
        .for_each(|policy| policy.doubt = policy.doubt.and(&doubt));
}
