//! Settings of policy engines that files give in several versions. Which version is applied last is not known, and so not whether policies
//! hold as the first of them says.
//! Sources: Cilium documentation, "cilium-config"; EKS user guide, "Configure your cluster for Kubernetes network policies"; Calico
//! documentation, "Felix configuration", "Installation reference".

use super::super::manifest_lowering::ManifestLowering;
use super::super::object::Object;
use crate::model::{Doubt, GapKind, Policy};

/// Group, kind and name of objects that say how an engine enforces; an empty name stands for any.
const SETTINGS: &[(&str, &str, &str)] = &[
    ("", "ConfigMap", "cilium-config"),
    ("", "ConfigMap", "amazon-vpc-cni"),
    ("apps", "DaemonSet", "aws-node"),
    ("apps", "DaemonSet", "calico-node"),
    ("crd.projectcalico.org", "FelixConfiguration", ""),
    ("projectcalico.org", "FelixConfiguration", ""),
    ("operator.tigera.io", "Installation", ""),
];

/// Whether an object says how an engine enforces.
pub(in super::super) fn is_setting(object: &Object) -> bool {
    SETTINGS.iter().any(|(group, kind, name)| {
        object.is(group, kind) && (name.is_empty() || object.name == *name)
    })
}

/// Puts all policies of the cluster in doubt where the settings of an engine are contested.
pub(super) fn settings(policies: &mut [Policy], lowering: &mut ManifestLowering<'_>) {
    let contested = lowering.contested.iter();
    let objects = contested.filter_map(|at| lowering.objects.get(*at));
    let Some(object) = objects.copied().find(|object| is_setting(object)) else {
        return;
    };
    let what = format!(
        "{} is defined more than once with different content: whether policies hold as one of them says is not known",
        object.title()
    );
    let origin = Some(object.origin.clone());
    let doubt: Doubt = lowering.world.doubt(GapKind::NotJudged, what, origin);
    for policy in policies {
        policy.doubt = policy.doubt.and(&doubt);
    }
}
