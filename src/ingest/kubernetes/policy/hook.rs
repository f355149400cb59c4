//! Policies that are hooks of what installs them: they are there for a while only, or never (Helm documentation, "Chart Hooks"; Argo CD
//! documentation, "Sync Phases and Waves", "Helm").

use super::super::manifest_lowering::ManifestLowering;
use super::super::object::Object;
use crate::model::{GapKind, Policy};

/// Annotations that say when an object is applied, the values after which it stays, and the annotations that say when it is deleted.
const HOOKS: &[(&str, &[&str], &str)] = &[
    (
        "helm.sh/hook",
        &["pre-install", "post-install"],
        "helm.sh/hook-delete-policy",
    ),
    (
        "argocd.argoproj.io/hook",
        &["PreSync", "Sync", "PostSync"],
        "argocd.argoproj.io/hook-delete-policy",
    ),
];

/// Values of the latter that delete it as soon as it is there, which for what is no Job and no pod is its success.
const DELETED: &[&str] = &["hook-succeeded", "HookSucceeded"];

/// The words of a list in an annotation.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim)
}

/// The annotation that makes an object one that may not be there; none where it stays.
fn passing(object: &Object) -> Option<&'static str> {
    let annotations = object.node.get("metadata.annotations");
    HOOKS.iter().find_map(|(hook, stay, delete)| {
        let (when, deleted) = (annotations.child(hook), annotations.child(delete));
        let when = when.written().filter(|text| !text.is_empty())?;
        let stays = words(when).any(|word| stay.contains(&word))
            && !words(deleted.written().unwrap_or_default()).any(|word| DELETED.contains(&word));
        (!stays).then_some(*hook)
    })
}

/// Doubts the policies of an object that is there for a while only.
pub(super) fn doubt(object: &Object, policies: &mut [Policy], lowering: &mut ManifestLowering<'_>) {
    let Some(annotation) = passing(object) else {
        return;
    };
    let what = format!(
        "{} is a hook (`{annotation}`): it is applied at some time only, or deleted again, so that it may not be there",
        object.title()
    );
    let place = object.node.get("metadata.annotations").child(annotation);
    let origin = Some(object.origin_at(place.key_place()));
    let doubt = lowering.world.doubt(GapKind::NotJudged, what, origin);
    policies
        .iter_mut()
        .for_each(|policy| policy.doubt = policy.doubt.and(&doubt));
}
