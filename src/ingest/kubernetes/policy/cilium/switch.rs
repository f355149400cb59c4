//! Settings of the agent that switch kinds of policies off (cilium-agent command reference, `enable-k8s-networkpolicy` and the others, each
//! `true` where it is absent).

use super::super::super::engine::{CILIUM, DATAPLANE_V2, named};
use super::super::super::manifest_lowering::ManifestLowering;
use super::super::super::object::Object;
use super::config_map::config;
use crate::model::{GapKind, Origin, Policy};

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

/// The kinds that the agent's settings switch off.
pub(in super::super) struct Switches {
    /// Group, kind and setting, with the place of the setting.
    off: Vec<(&'static str, &'static str, &'static str, Origin)>,
    /// Whether no other engine may be the one that enforces.
    only_cilium: bool,
}

impl Switches {
    /// Those that `cilium-config` names; none where Cilium is not among the engines.
    pub(in super::super) fn of(objects: &[&Object], engine: &str) -> Self {
        let engines = named(engine);
        let is_cilium = |engine: &&str| [CILIUM, DATAPLANE_V2].contains(engine);
        let found = config(objects).filter(|_| engines.iter().any(is_cilium));
        let off = |object: &Object| {
            let data = object.node.get("data");
            let rows = SETTINGS.iter().filter_map(|(group, kind, setting)| {
                let value = data.child(setting);
                let is_off = value.written() == Some("false");
                is_off.then(|| (*group, *kind, *setting, object.origin_at(value.place())))
            });
            rows.collect()
        };
        Switches {
            off: found.map(off).unwrap_or_default(),
            only_cilium: engines.iter().all(is_cilium),
        }
    }

    /// Takes the effect from policies of a kind that the agent does not look at; they are in doubt where another engine may be
    /// the one that enforces.
    pub(in super::super) fn apply(
        &self,
        (group, kind): (&str, &str),
        policies: &mut [Policy],
        lowering: &mut ManifestLowering<'_>,
    ) {
        let own = |row: &&(&str, &str, &str, Origin)| (row.0, row.1) == (group, kind);
        let Some((.., setting, origin)) = self.off.iter().find(own) else {
            return;
        };
        let why = format!("Cilium does not look at {kind}: `{setting}` is `false`");
        if self.only_cilium {
            policies
                .iter_mut()
                .for_each(|policy| policy.inert = Some(why.clone()));
            return;
        }
        let origin = Some(origin.clone());
        let doubt = lowering.world.doubt(GapKind::NotJudged, why, origin);
        policies
            .iter_mut()
            .for_each(|policy| policy.doubt = policy.doubt.and(&doubt));
    }
}
