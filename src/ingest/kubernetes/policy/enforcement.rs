//! Whether the cluster's engine enforces a kind of policy.

use super::super::engine::named;
use super::super::lower::Lowering;
use super::super::object::Object;
use super::PolicyKind;
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

/// Whether an engine enforces a kind of policy.
pub(super) fn enforcing(kind: &PolicyKind, engine: &str) -> Enforcing {
    let engines = named(engine);
    if kind.engines.is_empty() || engines.iter().all(|engine| kind.engines.contains(engine)) {
        return Enforcing::Yes;
    }
    if let ([engine], true) = (
        engines.as_slice(),
        engines.iter().any(|engine| kind.partly.contains(engine)),
    ) {
        return Enforcing::Perhaps(format!(
            "only some versions of {engine} enforce {} ({})",
            kind.kind, kind.group
        ));
    }
    if engines
        .iter()
        .any(|engine| kind.engines.contains(engine) || kind.partly.contains(engine))
    {
        let each = engines.join(" and ");
        return Enforcing::Perhaps(format!(
            "not each of {each} enforces {} ({}), and which of them is in use is not known",
            kind.kind, kind.group
        ));
    }
    Enforcing::No(format!(
        "{} is enforced by {} and the cluster's policy engine is {engine}",
        kind.kind,
        kind.engines.join(" or ")
    ))
}

/// A kind that the cluster's engine does not know has no effect; one that only some versions know is in doubt.
pub(super) fn judge(
    kind: &PolicyKind,
    object: &Object,
    engine: &str,
    policies: &mut [Policy],
    lowering: &mut Lowering<'_>,
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
fn perhaps(policy: &mut Policy, doubt: &Doubt) {
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
