//! Findings about a rule or a route of the network, which is narrowed to who needs it.

use super::super::error::CliError;
use super::chosen::Chosen;
use super::draft::{Draft, Step};
use super::network::{narrowed, resources_keep};
use super::world::{World, coverage};
use crate::fix::{Claim, Means, Opening, Stuck, Target, WideRoute, narrow, prove};
use crate::ingest::amend::amend;
use crate::model::Amendment;

impl Draft<'_> {
    /// The rule that a finding is about, where its rule looks at such.
    pub(super) fn opening(&self, chosen: &Chosen<'_>) -> Option<Opening> {
        let finding = chosen.finding;
        let is_own = self.read.rulebook.is_about_filter_rules(&finding.rule);
        Opening::of(finding, &self.read.ingested.world).filter(|_| is_own)
    }

    /// As [`Draft::look`], for a rule.
    pub(super) fn narrow(
        &self,
        opening: &Opening,
        chosen: &Chosen<'_>,
    ) -> Result<Result<Option<Step>, String>, CliError> {
        if !self.now.has(chosen, self.read) {
            return Ok(Ok(None));
        }
        let before = self.now.engine();
        let Some(opening) = opening.again(&self.read.ingested.world, before.world()) else {
            return Ok(Err("another change has changed the rule".to_owned()));
        };
        let coverage = coverage(&before, self.read);
        let amendment = narrow(&opening, self.now.seen(&before), coverage.as_ref());
        drop(before);
        self.narrowed_by(amendment, chosen)
    }

    /// The route that a finding is about, where its rule looks at such as lead too far.
    pub(super) fn wide_route(&self, chosen: &Chosen<'_>) -> Option<WideRoute> {
        let finding = chosen.finding;
        let is_own = self.read.rulebook.is_about_wide_routes(&finding.rule);
        WideRoute::of(finding, &self.read.ingested.world).filter(|_| is_own)
    }

    /// As [`Draft::look`], for a route.
    pub(super) fn narrow_route(
        &self,
        route: &WideRoute,
        chosen: &Chosen<'_>,
    ) -> Result<Result<Option<Step>, String>, CliError> {
        if !self.now.has(chosen, self.read) {
            return Ok(Ok(None));
        }
        let amendment = route.narrowed(self.now.engine().world());
        self.narrowed_by(amendment, chosen)
    }

    /// The files with a change of the network in them, where it is proved.
    fn narrowed_by(
        &self,
        amendment: Result<Amendment, Stuck>,
        chosen: &Chosen<'_>,
    ) -> Result<Result<Option<Step>, String>, CliError> {
        let amendment = match amendment {
            Ok(amendment) => amendment,
            Err(why) => return Ok(Err(why.to_string())),
        };
        let before = self.now.engine();
        let amended = match amend(
            &self.files,
            std::slice::from_ref(&amendment),
            before.world(),
        ) {
            Ok(amended) => amended,
            Err(why) => return Ok(Err(format!("the change cannot be written: {why}"))),
        };
        let world = self.world(&amended.files)?;
        if world.ingested.errors.len() > self.now.ingested.errors.len() {
            return Ok(Err(
                "the files could not be read after the change".to_owned()
            ));
        }
        if let Err(why) = self.rule_is_narrowed(chosen, &amendment, &world) {
            return Ok(Err(why));
        }
        let after = world.engine();
        let none = Target::default();
        let claim = Claim {
            target: &none,
            kept: &none,
            closes: true,
            intent: self.read.rulebook.intent(),
            narrowed: match &amendment {
                Amendment::Restrict(own) => Some(own),
                _ => None,
            },
        };
        let proof = prove(claim, self.now.seen(&before), None, world.seen(&after));
        drop(after);
        Ok(proof.map_err(|why| why.to_string()).map(|proof| {
            Some(Step {
                files: amended.files,
                notes: amended.notes,
                wanted: self.wanted.clone(),
                cut: self.cut.clone(),
                narrowed: narrowed(&amendment).into_iter().collect(),
                world,
                proof,
            })
        }))
    }

    /// Whether the finding is gone, no other has come, and resources reach each other as before.
    fn rule_is_narrowed(
        &self,
        chosen: &Chosen<'_>,
        amendment: &Amendment,
        after: &World,
    ) -> Result<(), String> {
        if after.has(chosen, self.read) {
            return Err("the finding would still be there".to_owned());
        }
        let now = self.now.found(self.read);
        if after.found(self.read).iter().any(|own| !now.contains(own)) {
            return Err("something else would be found instead".to_owned());
        }
        let before = self.now.engine();
        resources_keep(
            Means::Restriction,
            &before,
            std::slice::from_ref(amendment),
            after,
        )
    }
}
