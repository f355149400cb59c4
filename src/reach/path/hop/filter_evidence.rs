//! Why filters pass or stop a packet: the rule that decides, and its line.

use super::super::evidence::Evidence;
use super::super::filter_outcome::{self, FilterEnds};
use super::super::network_index::NetworkIndex;
use crate::model::{Direction, Doubt, Filter, FilterAction, Id, Reason, Traffic, Verdict, Witness};

/// A packet that filters are asked about.
pub(in crate::reach::path) struct Asked<'a, 'w> {
    pub index: &'a NetworkIndex<'w>,
    /// Which way it passes the filters.
    pub direction: Direction,
    pub ends: &'a FilterEnds,
    pub packet: &'a Witness,
}

impl Asked<'_, '_> {
    /// Why filters of which one must let the packet pass answer so.
    pub fn any_of(&self, filters: &[Id<Filter>], verdict: Verdict) -> Evidence {
        let at = |wanted| {
            filters
                .iter()
                .find(|filter| self.answer(**filter) == wanted)
        };
        if let Some(filter) = at(Verdict::Reachable).or_else(|| at(Verdict::Possible)) {
            return self.one(*filter, verdict);
        }
        let denies = |filter: &&Id<Filter>| {
            let found = self.decides(**filter, Verdict::Blocked);
            found.is_some_and(|(_, action, _)| action == FilterAction::Deny)
        };
        match filters.iter().find(denies) {
            Some(filter) => self.one(*filter, Verdict::Blocked),
            None => self.nobody(filters),
        }
    }

    /// Why filters each of which must let the packet pass answer so.
    pub fn each_of(&self, filters: &[Id<Filter>], verdict: Verdict) -> Evidence {
        let worst = filters
            .iter()
            .find(|filter| self.answer(**filter) == verdict);
        match worst.or(filters.first()) {
            Some(filter) => self.one(*filter, verdict),
            None => Evidence::new(Reason::Unproved),
        }
    }

    /// How one filter answers.
    pub fn answer(&self, filter: Id<Filter>) -> Verdict {
        let outcome = self.index.outcome(filter, self.direction, self.ends);
        let bounds = outcome.at(filter_outcome::near(self.packet, self.direction));
        let holds = |traffic: Traffic| traffic.of(self.packet.protocol).contains(self.packet.port);
        let address = filter_outcome::far(self.packet, self.direction);
        match (
            holds(bounds.must.at(address)),
            holds(bounds.may.at(address)),
        ) {
            (true, _) => Verdict::Reachable,
            (false, true) => Verdict::Possible,
            (false, false) => Verdict::Blocked,
        }
    }

    /// Why one filter answers so: by a rule that allows where it passes, by one that denies where it does not.
    pub fn one(&self, filter: Id<Filter>, verdict: Verdict) -> Evidence {
        let own = &self.index.world.filters[filter];
        let Some((rule, action, doubt)) = self.decides(filter, verdict) else {
            return if own.doubt.is_certain() && verdict == Verdict::Blocked {
                self.nobody(&[filter])
            } else {
                Evidence::new(Reason::RulesUnknown(filter))
                    .at(own.origin.as_ref())
                    .unless(&own.doubt)
            };
        };
        let direction = self.direction;
        let reason = match action {
            FilterAction::Deny => Reason::RuleDenies {
                filter,
                direction,
                rule,
            },
            FilterAction::Allow | FilterAction::Skip(_) => Reason::RuleAllows {
                filter,
                direction,
                rule,
            },
        };
        let written = own.rules(direction).get(rule);
        let line = written.and_then(|rule| rule.origin.as_ref());
        let sure = written.is_some_and(|rule| rule.doubt.is_certain());
        let mut evidence = Evidence::new(reason)
            .at(line.or(own.origin.as_ref()))
            .unless(&doubt);
        evidence.assumed = line.is_none() && own.origin.is_none();
        if sure && action == FilterAction::Allow && own.stateful {
            evidence
        } else {
            evidence.unless(&own.doubt)
        }
    }

    /// The position and action of the rule that decides, and what is not certain of it and the rules before it.
    fn decides(
        &self,
        filter: Id<Filter>,
        verdict: Verdict,
    ) -> Option<(usize, FilterAction, Doubt)> {
        let membership = |filter, network| self.index.membership(filter, network);
        filter_outcome::decides(
            &self.index.world.filters[filter],
            self.direction,
            self.ends,
            &membership,
            (self.packet, verdict != Verdict::Blocked),
        )
    }

    fn nobody(&self, filters: &[Id<Filter>]) -> Evidence {
        let first = filters
            .first()
            .and_then(|filter| self.index.world.filters[*filter].origin.as_ref());
        Evidence::new(Reason::NoRule {
            filters: filters.to_vec(),
            direction: self.direction,
            packet: *self.packet,
        })
        .at(first)
    }
}
