//! Whether the cluster's engine enforces a kind of policy.

use super::super::lower::Lowering;
use super::super::object::Object;
use super::PolicyKind;
use crate::model::{Doubt, GapKind, Policy};

/// A kind that the cluster's engine does not know has no effect; one that only some versions know is in doubt.
pub(super) fn judge(kind: &PolicyKind, object: &Object, engine: &str, policies: &mut [Policy], lowering: &mut Lowering<'_>) {
    if kind.engines.is_empty() || engine.is_empty() || engine.starts_with("unknown") || kind.engines.contains(&engine) {
        return;
    }
    if kind.partly.contains(&engine) {
        let what = format!("only some versions of {engine} enforce {} ({})", kind.kind, kind.group);
        let doubt = lowering.world.doubt(GapKind::NotJudged, what, Some(object.origin.clone()));
        policies.iter_mut().for_each(|policy| perhaps(policy, &doubt));
        return;
    }
    let why = format!("{} is enforced by {} and the cluster's policy engine is {engine}", kind.kind, kind.engines.join(" or "));
    policies.iter_mut().for_each(|policy| policy.inert = Some(why.clone()));
}

/// A policy that holds as it stands or not at all: its rules may match or not. Where it isolates, its absence would open what it closes.
fn perhaps(policy: &mut Policy, doubt: &Doubt) {
    if policy.ingress.iter().chain(&policy.egress).any(|side| side.isolates) {
        policy.doubt = policy.doubt.and(doubt);
        return;
    }
    let sides = policy.ingress.iter_mut().chain(&mut policy.egress);
    sides.flat_map(|side| &mut side.rules).for_each(|rule| rule.doubt = rule.doubt.and(doubt));
}
