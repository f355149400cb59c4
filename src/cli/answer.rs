//! What was read, and what the rules find in it and in what was there before.

use super::CommandOutcome;
use super::analysis::{Analysis, phase};
use super::arguments::{self, Inputs};
use super::base::base;
use super::console::Console;
use super::counted::{Counted, counted};
use super::error::CliError;
use super::evidence::Worlds;
use super::rulebook::Rulebook;
use crate::ingest::Ingested;
use crate::reach::{Engine, Share};
use crate::report::{LeftOut, Since};
use crate::rules::{Finding, Judgement};
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// The world that is judged, the rules that judge, and the world that it is compared with.
pub(super) struct Read {
    pub analysis: Analysis,
    pub ingested: Ingested,
    pub rulebook: Rulebook,
    before: Before,
}

/// What was there before.
struct Before {
    /// What is new to what.
    since: Since,
    /// What was there; none where there is nothing to compare with.
    ingested: Option<Ingested>,
    /// How the command ends because of what could not be read of the base.
    trouble: Option<CommandOutcome>,
}

impl Read {
    /// Reads the inputs.
    pub fn new(arguments: &arguments::Scan, console: &mut Console) -> Result<Self, CliError> {
        let wanted = Inputs {
            elsewhere: arguments.base.clone(),
            ..arguments.inputs.clone()
        };
        let analysis = Analysis::new(&wanted, console)?;
        let rulebook = Rulebook::new(&arguments.judging, &analysis.found)?;
        let (ingested, before) = if !arguments.base.is_empty() {
            let ingested = analysis.world(phase(&arguments.inputs))?;
            let before = Before::of_base(arguments, &analysis, &ingested, console)?;
            (ingested, before)
        } else if arguments.inputs.before {
            let ingested = analysis.world(phase(&arguments.inputs))?;
            (ingested, Before::the_plan(None))
        } else {
            let (ingested, prior) = analysis.after_and_before()?;
            (ingested, Before::the_plan(prior))
        };
        Ok(Read {
            analysis,
            ingested,
            rulebook,
            before,
        })
    }

    /// Tells what could not be read, and how the command ends because of it; none where nothing stands in the way.
    pub fn complain(&self, console: &mut Console) -> Option<CommandOutcome> {
        let trouble = self.analysis.complain(&self.ingested, console);
        trouble.or(self.before.trouble)
    }
}

impl Before {
    /// The state before the plan, where there is a plan.
    fn the_plan(prior: Option<Ingested>) -> Self {
        Before {
            since: Since::Plan,
            ingested: prior,
            trouble: None,
        }
    }

    /// The base that the command line names.
    fn of_base(
        arguments: &arguments::Scan,
        analysis: &Analysis,
        ingested: &Ingested,
        console: &mut Console,
    ) -> Result<Self, CliError> {
        let (base, phase) = base(arguments, analysis, ingested, console)?;
        let before = base.world(phase)?;
        Ok(Before {
            since: Since::Base,
            trouble: base.complain(&before, console),
            ingested: Some(before),
        })
    }
}

/// What the rules find. It keeps the engines that they asked, so that whoever shows more asks the same ones.
pub(super) struct Answer<'r> {
    pub read: &'r Read,
    pub judgement: Judgement,
    engine: Engine<'r>,
    /// Requests to ignore that left something out, by number.
    used: BTreeSet<usize>,
    /// What is compared with, and what the rules find there; none where nothing is.
    before: Option<(Engine<'r>, Judgement)>,
}

impl<'r> Answer<'r> {
    /// Judges what was read.
    pub fn new(read: &'r Read, share: Option<Share>, console: &Console) -> Self {
        console.step("judging what crosses borders");
        let engine = Engine::new(&read.ingested.world).of_share(share);
        let (mut judgement, used) = read.rulebook.judge(&engine, &read.ingested);
        let before = read.before.ingested.as_ref().map(|ingested| {
            let engine = Engine::new(&ingested.world).of_share(share);
            let (judgement, _) = read.rulebook.judge(&engine, ingested);
            (engine, judgement)
        });
        if let Some((_, before)) = &before {
            judgement.mark_new(before);
        }
        Answer {
            read,
            judgement,
            engine,
            used,
            before,
        }
    }

    /// What findings are new to; none where nothing was compared with.
    pub fn since(&self) -> Option<Since> {
        self.before.as_ref().map(|_| self.read.before.since)
    }

    /// Findings of before that are gone: of all that were found now, none has their fingerprint.
    pub fn closed(&self) -> Vec<Finding> {
        let still = self.judgement.findings.iter();
        let still: BTreeSet<&str> = still.map(|finding| &*finding.fingerprint).collect();
        let before = self.before.iter().flat_map(|(_, own)| &own.findings);
        before
            .filter(|finding| !still.contains(&*finding.fingerprint))
            .cloned()
            .collect()
    }

    /// The findings that count; they are taken out.
    pub fn counted(&mut self, arguments: &arguments::Scan) -> Result<Counted, CliError> {
        let findings = std::mem::take(&mut self.judgement.findings);
        counted(findings, arguments, &self.read.analysis.found)
    }

    /// The findings that do not count: those that the configuration or a baseline leaves out, those that lines of the input ask
    /// to ignore, and crossings that are wanted, unless the rest of the same finding counts.
    pub fn left_out(&self, counted: &Counted) -> Vec<LeftOut> {
        let counts = counted.findings.iter();
        let counts: BTreeSet<&str> = counts.map(|own| &*own.fingerprint).collect();
        let ignored = self.judgement.left_out.iter();
        let ignored = ignored.filter(|own| !counts.contains(&*own.fingerprint));
        let ignored = ignored.map(|finding| LeftOut {
            finding: finding.clone(),
            in_source: true,
            why: "a line of the input asks to ignore it".to_owned(),
        });
        let answered = self.judgement.answered.iter();
        let answered = answered.filter(|(own, _)| !counts.contains(&*own.fingerprint));
        let answered = answered.map(|(finding, why)| LeftOut {
            finding: finding.clone(),
            in_source: false,
            why: why.clone(),
        });
        let left_out = counted.left_out.iter().cloned();
        left_out.chain(ignored).chain(answered).collect()
    }

    /// The engine that the rules asked.
    #[cfg(feature = "facts")]
    pub fn engine(&self) -> &Engine<'r> {
        &self.engine
    }

    /// What only some formats look at.
    pub fn evidence(&self) -> Worlds<'_, 'r> {
        Worlds {
            analysis: &self.read.analysis,
            now: &self.engine,
            before: self.before.as_ref().map(|(engine, _)| engine),
            ends_before: OnceCell::new(),
        }
    }

    /// Notes requests to ignore that left nothing out.
    pub fn note_unused(&self, console: &mut Console) {
        let Read {
            rulebook, ingested, ..
        } = self.read;
        rulebook.note_unused(ingested, &self.used, console);
    }
}
