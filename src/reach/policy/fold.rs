//! First match over the steps of a program, for all packets at once.
//!
//! Where a rule is uncertain, a packet may go either way. The fold follows every way a packet may go, so each of its sets
//! holds what *may* come to it; what surely passes is what cannot come to be denied.

use super::program::{Program, RuleStep, Step};
use crate::model::{Bounds, Direction, Doubt, FlowSet, Id, Policy, PolicyAction, Traffic, World};

/// Sets that a fold works on.
pub(super) trait SetOperations: Clone + Default {
    /// In either.
    fn or(&self, other: &Self) -> Self;
    /// In both.
    fn and(&self, other: &Self) -> Self;
    /// In this one only.
    fn less(&self, other: &Self) -> Self;
    /// Nothing in it.
    fn nothing(&self) -> bool;
}

macro_rules! set_operations {
    ($($set:ty)*) => {$(
        impl SetOperations for $set {
            fn or(&self, other: &Self) -> Self {
                self.union(other)
            }
            fn and(&self, other: &Self) -> Self {
                self.intersection(other)
            }
            fn less(&self, other: &Self) -> Self {
                self.difference(other)
            }
            fn nothing(&self) -> bool {
                self.is_empty()
            }
        }
    )*};
}
set_operations!(Traffic FlowSet);

/// Both bounds, with the reason why they differ.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Judged<T> {
    /// What surely and what possibly passes.
    pub bounds: Bounds<T>,
    /// The gaps because of which the bounds may differ; none where they are equal, or differ because a place in a subnet
    /// or a node's labels are open.
    pub doubt: Doubt,
}

impl<T: Clone> Judged<T> {
    /// Nothing is unknown.
    pub(super) fn exact(value: T) -> Self {
        Judged {
            bounds: Bounds::exact(value),
            doubt: Doubt::none(),
        }
    }
}

/// The same without doubt where both bounds are equal.
pub(super) fn settled<T: SetOperations>(mut judged: Judged<T>) -> Judged<T> {
    if judged.bounds.may.less(&judged.bounds.must).nothing() {
        judged.doubt = Doubt::none();
    }
    judged
}

/// What happened to packets at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// They pass, finally.
    Allowed,
    /// They are dropped, finally.
    Denied,
    /// They leave the tier.
    Passed,
    /// Not known.
    Unclear,
}

/// Where packets met their fate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decider<'p> {
    /// At a rule.
    Rule(&'p RuleStep),
    /// At a policy that is not understood.
    Policy(Id<Policy>),
    /// At the end of a tier that one of the policies isolates.
    Isolation(&'p [Id<Policy>]),
    /// After the last tier.
    Default,
}

/// What a rule matches of some traffic.
pub(super) type Hits<'a> = &'a dyn Fn(&RuleStep) -> Bounds<Traffic>;

/// Called for each decision of a fold: who decided, what, and about which packets.
pub(super) type Listener<'l, 'p, T> = &'l mut dyn FnMut(Decider<'p>, Fate, &T);

/// A fold in progress.
pub(super) struct Fold<'w, T> {
    pub(super) world: &'w World,
    pub(super) direction: Direction,
    rest: T,
    passed: T,
    allowed: T,
    denied: T,
    doubt: Doubt,
}

impl<'w, T: SetOperations> Fold<'w, T> {
    /// Runs the program over `everything`. `hits` says what a rule matches: surely, and possibly.
    pub(super) fn run<'p>(
        world: &'w World,
        direction: Direction,
        program: &'p Program,
        everything: &T,
        hits: &dyn Fn(&RuleStep) -> Bounds<T>,
        listener: Listener<'_, 'p, T>,
    ) -> Judged<T> {
        settled(Self::over(
            world, direction, program, everything, hits, listener,
        ))
    }

    /// The same over some steps of a program, with every doubt that was met.
    pub(super) fn over<'p>(
        world: &'w World,
        direction: Direction,
        steps: impl IntoIterator<Item = &'p Step>,
        everything: &T,
        hits: &dyn Fn(&RuleStep) -> Bounds<T>,
        listener: Listener<'_, 'p, T>,
    ) -> Judged<T> {
        let none = T::default;
        let rest = everything.clone();
        let mut fold = Fold {
            world,
            direction,
            rest,
            passed: none(),
            allowed: none(),
            denied: none(),
            doubt: Doubt::none(),
        };
        for step in steps {
            match step {
                Step::Rule(rule) => fold.rule(rule, &hits(rule), listener),
                Step::Perhaps(rules, doubt) => fold.perhaps(rules, doubt, hits, listener),
                Step::Unclear(policy) => fold.unclear(*policy, listener),
                Step::End(isolating) => fold.end(isolating, listener),
            }
        }
        if !fold.rest.nothing() {
            listener(Decider::Default, Fate::Allowed, &fold.rest);
        }
        Judged {
            bounds: Bounds {
                must: everything.less(&fold.denied),
                may: fold.allowed.or(&fold.rest),
            },
            doubt: fold.doubt,
        }
    }

    fn rule<'p>(&mut self, step: &'p RuleStep, hits: &Bounds<T>, listener: Listener<'_, 'p, T>) {
        let now = self.rest.and(&hits.may);
        let Some(rule) =
            super::program::rule(self.world, step, self.direction).filter(|_| !now.nothing())
        else {
            return;
        };
        let fate = match rule.action {
            PolicyAction::Allow => Fate::Allowed,
            PolicyAction::Deny => Fate::Denied,
            PolicyAction::Pass => Fate::Passed,
        };
        listener(Decider::Rule(step), fate, &now);
        let goes = match fate {
            Fate::Denied => &mut self.denied,
            Fate::Passed => &mut self.passed,
            Fate::Allowed | Fate::Unclear => &mut self.allowed,
        };
        *goes = goes.or(&now);
        if rule.doubt.is_certain() {
            if !now.less(&hits.must).nothing() {
                let cluster = self.world.policies[step.policy].cluster;
                self.doubt = self.doubt.and(&self.world.clusters[cluster].unresolved);
            }
            self.rest = self.rest.less(&hits.must);
        } else {
            self.doubt = self.doubt.and(&rule.doubt);
        }
    }

    /// Rules that may stand here or not: what they decide may come to be so, and all goes on as if they were not here.
    fn perhaps<'p>(
        &mut self,
        rules: &'p [RuleStep],
        doubt: &Doubt,
        hits: &dyn Fn(&RuleStep) -> Bounds<T>,
        listener: Listener<'_, 'p, T>,
    ) {
        let mut own = Fold {
            world: self.world,
            direction: self.direction,
            rest: self.rest.clone(),
            passed: T::default(),
            allowed: T::default(),
            denied: T::default(),
            doubt: Doubt::none(),
        };
        for rule in rules {
            own.rule(rule, &hits(rule), listener);
        }
        if !(own.allowed.nothing() && own.denied.nothing() && own.passed.nothing()) {
            self.doubt = self.doubt.and(doubt).and(&own.doubt);
        }
        self.allowed = self.allowed.or(&own.allowed);
        self.denied = self.denied.or(&own.denied);
        self.passed = self.passed.or(&own.passed);
    }

    fn unclear<'p>(&mut self, policy: Id<Policy>, listener: Listener<'_, 'p, T>) {
        if self.rest.nothing() {
            return;
        }
        listener(Decider::Policy(policy), Fate::Unclear, &self.rest);
        let passes = if self.world.policies[policy].tier.enforced_by_mesh {
            &mut self.passed
        } else {
            &mut self.allowed
        };
        *passes = passes.or(&self.rest);
        self.denied = self.denied.or(&self.rest);
        self.doubt = self.doubt.and(&self.world.policies[policy].doubt);
    }

    fn end<'p>(&mut self, isolating: &'p [Id<Policy>], listener: Listener<'_, 'p, T>) {
        if isolating.is_empty() {
            self.rest = self.rest.or(&self.passed);
        } else {
            if !self.rest.nothing() {
                listener(Decider::Isolation(isolating), Fate::Denied, &self.rest);
            }
            self.denied = self.denied.or(&self.rest);
            self.rest = std::mem::take(&mut self.passed);
        }
        self.passed = T::default();
    }
}
