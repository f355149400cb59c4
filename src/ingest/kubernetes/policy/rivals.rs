//! Policies of kinds that no one engine enforces together, where nothing says which engine there is: one of them is likely without effect.

use super::super::engine::named;
use super::super::manifest_lowering::ManifestLowering;
use super::super::object::Object;
use super::enforcement::perhaps;
use super::{PolicyKind, kind_of};
use crate::model::{GapKind, Policy};

/// Whether an engine may enforce a kind.
fn may_enforce(kind: &PolicyKind, engine: &str) -> bool {
    kind.engines.contains(&engine) || kind.partly.contains(&engine)
}

/// The kinds of policies among the objects that some engines enforce and others do not, once each.
pub(super) struct Rivals(Vec<&'static PolicyKind>);

impl Rivals {
    /// Those of a cluster; none where its engine is known.
    pub(super) fn of(objects: &[&Object], engine: &str) -> Self {
        let mut out: Vec<&'static PolicyKind> = Vec::new();
        if named(engine).is_empty() {
            let kinds = objects.iter().filter_map(|object| kind_of(object));
            for kind in kinds.filter(|kind| !kind.engines.is_empty()) {
                if !out.iter().any(|known| std::ptr::eq(*known, kind)) {
                    out.push(kind);
                }
            }
        }
        Rivals(out)
    }

    /// Doubts the policies of an object of a kind of one engine, where another object is of a kind that this engine does not enforce.
    pub(super) fn doubt(
        &self,
        kind: &PolicyKind,
        object: &Object,
        policies: &mut [Policy],
        lowering: &mut ManifestLowering<'_>,
    ) {
        let together = |other: &PolicyKind| {
            let mut own = kind.engines.iter();
            own.any(|engine| may_enforce(other, engine))
        };
        let rival = self.0.iter().find(|other| !together(other));
        let Some(rival) = rival.filter(|_| !kind.engines.is_empty()) else {
            return;
        };
        let what = format!(
            "{} ({}) and {} ({}) are enforced by different engines, and which one the cluster has is not known",
            kind.kind, kind.group, rival.kind, rival.group
        );
        let doubt = lowering
            .world
            .doubt(GapKind::NotJudged, what, Some(object.origin.clone()));
        policies
            .iter_mut()
            .for_each(|policy| perhaps(policy, &doubt));
    }
}
