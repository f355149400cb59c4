//! Whether the cluster's engine enforces a kind of policy.

use super::super::engine::named;
use super::super::manifest_lowering::ManifestLowering;
use super::super::object::Object;
use super::{ANY, PolicyKind, WITHOUT};
use crate::model::{Doubt, GapKind, Policy};

/// Whether an engine enforces a kind.
pub(super) enum Enforcing {
    /// It does, or it is not known which engine there is.
    Yes,
    /// Some versions of it do: which, for a message.
    Perhaps(String),
    /// It does not: why.
    No(String),
}

/// Whether some versions of an engine, or some settings, enforce a kind.
fn perhaps_by(kind: &PolicyKind, engine: &str) -> bool {
    let any = kind.partly.contains(&ANY) && !WITHOUT.contains(&engine);
    any || kind.partly.contains(&engine)
}

/// Whether an engine enforces a kind of policy.
pub(super) fn enforcing(kind: &PolicyKind, engine: &str) -> Enforcing {
    let engines = named(engine);
    let (title, group) = (kind.kind, kind.group);
    let by_all = kind.engines.is_empty() && kind.partly.is_empty();
    if by_all || engines.iter().all(|engine| kind.engines.contains(engine)) {
        return Enforcing::Yes;
    }
    let perhaps = |engine: &&str| perhaps_by(kind, engine);
    if let ([engine], true) = (engines.as_slice(), engines.iter().any(perhaps)) {
        return Enforcing::Perhaps(format!(
            "only some versions or settings of {engine} enforce {title} ({group})"
        ));
    }
    let may = |engine: &&str| kind.engines.contains(engine) || perhaps_by(kind, engine);
    if engines.iter().any(may) {
        let each = engines.join(" and ");
        return Enforcing::Perhaps(format!(
            "not each of {each} surely enforces {title} ({group}), and which of them is in use is not known"
        ));
    }
    Enforcing::No(match kind.engines {
        [] => format!("{title} ({group}) is not enforced by the cluster's policy engine, {engine}"),
        own => format!(
            "{title} is enforced by {} and the cluster's policy engine is {engine}",
            own.join(" or ")
        ),
    })
}

/// A kind that the cluster's engine does not know has no effect; one that only some versions know is in doubt.
pub(super) fn judge(
    kind: &PolicyKind,
    object: &Object,
    engine: &str,
    policies: &mut [Policy],
    lowering: &mut ManifestLowering<'_>,
) {
    match enforcing(kind, engine) {
        Enforcing::Yes => {}
        Enforcing::Perhaps(what) => {
            let doubt = lowering
                .world
                .doubt(GapKind::NotJudged, what, Some(object.origin.clone()));
            policies
                .iter_mut()
                .for_each(|policy| perhaps(policy, &doubt));
        }
        Enforcing::No(why) => policies
            .iter_mut()
            .for_each(|policy| policy.inert = Some(why.clone())),
    }
}

/// A policy that holds as it stands or not at all: its rules may match or not. Where it isolates, its absence would open what it closes.
pub(super) fn perhaps(policy: &mut Policy, doubt: &Doubt) {
    if policy
        .ingress
        .iter()
        .chain(&policy.egress)
        .any(|side| side.isolates)
    {
        policy.doubt = policy.doubt.and(doubt);
        return;
    }
    let sides = policy.ingress.iter_mut().chain(&mut policy.egress);
    sides
        .flat_map(|side| &mut side.rules)
        .for_each(|rule| rule.doubt = rule.doubt.and(doubt));
}
