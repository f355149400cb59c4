//! Whether a fix closed what it was to close, and nothing else.

use super::Target;
use super::permitted::{Passing, Permitted, Rows, Seen, beyond, traffic};
use super::target::{Allowed, allowed, first_lost};
use crate::model::{FlowSet, Restriction, Traffic};
use crate::reach::Party;
use crate::rules::{Coverage, Intent, far_name};

/// A fix that is proved: what it changed of what passes.
#[derive(Clone, Debug, Default)]
pub struct Proof {
    /// What crossed a border and no longer does, bare addresses last.
    pub closed: Vec<Closed>,
    /// Number of other directions between two parties in which everything passes as before.
    pub kept: usize,
    /// Number of other directions across a border that policies of the input close as soon as something enforces them.
    pub enforced: usize,
}

/// What crossed a border and no longer does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// Between whom; bare addresses as blocks.
    pub passing: Passing,
    /// What passed.
    pub traffic: Traffic,
    /// Whether it surely did.
    pub certain: bool,
}

/// What a fix is to do, and what it may.
#[derive(Clone, Copy)]
pub struct Claim<'a> {
    /// Crossings of which something may be lost, and all where `closes`.
    pub target: &'a Target,
    /// Crossings of which something may be lost, and which must not be gone.
    pub kept: &'a Target,
    /// Whether the crossings of the target are closed.
    pub closes: bool,
    /// What the configuration wants: nothing of it may be lost.
    pub intent: Option<&'a Intent>,
    /// The rule of the network that is narrowed: bare addresses that it is about no longer may be lost.
    pub narrowed: Option<&'a Restriction>,
}

/// What passes between two parties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passes {
    /// Between whom.
    pub passing: Passing,
    /// What passes.
    pub traffic: Traffic,
}

fn passes(passing: Passing, traffic: Traffic) -> Box<Passes> {
    Box::new(Passes { passing, traffic })
}

/// Why a fix is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unproved {
    /// What was to be closed is still open.
    #[error("{} would still pass", said(_0))]
    StillOpen(Box<Passes>),
    /// It closes something else.
    #[error("{} would be closed as well", said(_0))]
    Closes(Box<Passes>),
    /// It closes what the configuration wants.
    #[error("{}, which `allow:` wants, would be closed", said(_0))]
    Intended(Box<Passes>),
    /// It closes what policies name on purpose.
    #[error("a flow that a policy names would be closed as well")]
    ClosesNamed,
    /// It opens something.
    #[error("{} would be opened", said(_0))]
    Opens(Box<Passes>),
}

fn said(Passes { passing, traffic }: &Passes) -> String {
    let name = |name: &str| {
        if name.is_empty() {
            "other addresses".to_owned()
        } else {
            name.to_owned()
        }
    };
    let mut traffic = traffic.to_string();
    if let Some((at, _)) = traffic.char_indices().nth(60) {
        traffic.truncate(at);
        traffic.push('…');
    }
    let (from, to) = (name(&passing.from), name(&passing.to));
    let over = match passing.crosses.as_slice() {
        [] => String::new(),
        borders => format!(" over {}", borders.join(", ")),
    };
    format!("{from} to {to}{over} on {traffic}")
}

/// Compares what passes before a fix with what passes after it. Lost may be only what the claim says; nothing may be new. `enforcing` is
/// the world in which nothing else is changed than that policies are enforced, where the fix does that: what they deny is no loss.
///
/// # Errors
/// [`Unproved`] with the first thing that is not as it should be.
pub fn prove<'w>(
    claim: Claim<'_>,
    before: Seen<'_, 'w>,
    enforcing: Option<Seen<'_, 'w>>,
    after: Seen<'_, 'w>,
) -> Result<Proof, Unproved> {
    let Claim {
        target,
        kept,
        closes,
        intent,
        narrowed,
    } = claim;
    let reference = enforcing.unwrap_or(before);
    let coverage = |seen: Seen<'_, 'w>| intent.map(|intent| Coverage::new(intent, seen.engine));
    let open = target.first_open(after, coverage(after).as_ref());
    if let Some((passing, traffic)) = open.filter(|_| closes) {
        return Err(Unproved::StillOpen(passes(passing, traffic)));
    }
    let wanted = coverage(before);
    nothing_wanted_is_lost(before, after, wanted.as_ref())?;
    if !kept.is_whole(after) {
        return Err(Unproved::ClosesNamed);
    }
    let target = &target.and(kept);
    nothing_is_new(before.permitted, reference.permitted)?;
    nothing_is_new(reference.permitted, after.permitted)?;
    let may = allowed(target, reference, coverage(reference).as_ref(), closes).with(narrowed);
    let (was, is) = (reference.permitted, after.permitted);
    only_target_is_lost(&beyond(&was.surely, &is.surely), &may)?;
    only_target_is_lost(&beyond(&was.possibly, &is.possibly), &may)?;
    let lost = beyond(&before.permitted.possibly, &is.possibly);
    let kept = before.permitted.possibly.len() - lost.len();
    let may = allowed(target, before, wanted.as_ref(), true).with(narrowed);
    let (own, others): (Vec<_>, Vec<_>) = lost
        .into_iter()
        .filter(|(passing, _)| !passing.crosses.is_empty())
        .partition(|(passing, _)| may.holds(passing));
    let (bare, named): (Vec<_>, Vec<_>) = own
        .into_iter()
        .partition(|(passing, _)| passing.from.is_empty() || passing.to.is_empty());
    let rows = named.into_iter().chain(bare);
    Ok(Proof {
        closed: rows
            .map(|(passing, flows)| closed(passing, &flows, before))
            .collect(),
        kept,
        enforced: others.len(),
    })
}

/// What crosses and is wanted still passes, for some value of the unknowns at least: certain flows are compared with all others.
fn nothing_wanted_is_lost(
    before: Seen<'_, '_>,
    after: Seen<'_, '_>,
    coverage: Option<&Coverage<'_>>,
) -> Result<(), Unproved> {
    let Some(coverage) = coverage else {
        return Ok(());
    };
    match first_lost(before, coverage, &after.permitted.possibly) {
        None => Ok(()),
        Some((passing, traffic)) => Err(Unproved::Intended(passes(passing, traffic))),
    }
}

fn nothing_is_new(old: &Permitted, new: &Permitted) -> Result<(), Unproved> {
    for (old, new) in [(&old.surely, &new.surely), (&old.possibly, &new.possibly)] {
        if let Some((passing, flows)) = beyond(new, old).into_iter().next() {
            return Err(Unproved::Opens(passes(passing, traffic(&flows))));
        }
    }
    Ok(())
}

fn only_target_is_lost(lost: &Rows, allowed: &Allowed) -> Result<(), Unproved> {
    for (passing, flows) in lost {
        let rest = flows.difference(&allowed.at(passing));
        if !rest.is_empty() {
            return Err(Unproved::Closes(passes(passing.clone(), traffic(&rest))));
        }
    }
    Ok(())
}

/// What crosses no more, with its bare end named by its blocks.
fn closed(passing: Passing, flows: &FlowSet, before: Seen<'_, '_>) -> Closed {
    let surely = before.permitted.surely.get(&passing);
    let certain = surely.is_some_and(|own| !own.intersection(flows).is_empty());
    let addresses = far_name(&Party::Addresses(flows.addresses()), before.engine.world());
    let named = |name: String| {
        if name.is_empty() {
            addresses.clone()
        } else {
            name
        }
    };
    Closed {
        traffic: traffic(flows),
        certain,
        passing: Passing {
            from: named(passing.from),
            to: named(passing.to),
            crosses: passing.crosses,
        },
    }
}
