//! The files as they change, and the worlds that are read from them.

use super::super::answer::Read;
use super::super::error::CliError;
use super::chosen::Chosen;
use super::network::{narrowed, resources_keep};
use super::world::{World, coverage};
use crate::fix::{ATTEMPTS, Attempt, Claim, Means, Proof, Target, propose, prove};
use crate::ingest::amend::{AmendError, amend};
use crate::ingest::{File, PlanPhase};
use crate::model::Amendment;
use crate::reach::{Engine, Exposure};
use crate::report::{ClosedRow, Fix, NarrowedRow};
use crate::rules::Coverage;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

/// Most steps of one fix: what policies say is known only once something enforces them, and one rule after another may allow the same.
const MOST_STEPS: usize = 8;

/// Most worlds that are kept at a time.
const MOST_WORLDS: usize = 8;

/// Files that differ from those before, with their content.
type Changes = BTreeMap<Arc<str>, Vec<u8>>;

fn changes(before: &[File], after: &[File]) -> Changes {
    let known: BTreeMap<&str, &[u8]> = before
        .iter()
        .map(|own| (own.path.as_ref(), own.bytes.as_slice()))
        .collect();
    let differs = |own: &&File| known.get(own.path.as_ref()) != Some(&own.bytes.as_slice());
    let changed = after.iter().filter(differs);
    changed
        .map(|own| (own.path.clone(), own.bytes.clone()))
        .collect()
}

/// Files on which the changes that are proved so far are made.
pub(super) struct Draft<'a> {
    pub(super) read: &'a Read,
    /// All that crosses before any change.
    crossings: Vec<Exposure>,
    /// Number of findings before any change.
    before: usize,
    pub files: Vec<File>,
    /// What whoever applies the changes should know.
    pub notes: Vec<String>,
    /// Number of changes that are proved so far.
    steps: usize,
    pub(super) now: Rc<World>,
    /// Worlds that were read from changes of the files: several findings, and several ways, propose the same.
    worlds: RefCell<Vec<(Changes, Rc<World>)>>,
    /// Crossings that the configuration or policies of the input name, and that no change closes.
    pub(super) wanted: Target,
    /// Those that the configuration names.
    intended: Target,
    /// Names of the policies that the changes so far are about: what they name now, nobody wrote on purpose.
    pub(super) cut: BTreeSet<String>,
}

/// A change that is proved.
pub(super) struct Step {
    pub files: Vec<File>,
    pub notes: Vec<String>,
    pub world: Rc<World>,
    pub wanted: Target,
    pub cut: BTreeSet<String>,
    pub proof: Proof,
    pub narrowed: Vec<NarrowedRow>,
}

/// One way to write a fix, as far as it has come.
struct Trial {
    files: Vec<File>,
    notes: Vec<String>,
    target: Target,
    /// Crossings of the finding that a policy beside the changed ones names: they stay.
    kept: Target,
    /// Names of the policies that change.
    cut: BTreeSet<String>,
    wanted: Target,
    /// The world of the files, where they differ from those of the draft.
    world: Option<Rc<World>>,
    /// The world in which what should enforces policies does, where the fix switches that on.
    enforcing: Option<Rc<World>>,
    /// Rules of the network that say less.
    narrowed: Vec<NarrowedRow>,
}

impl Trial {
    /// Leaves crossings that a policy names.
    fn keep(&mut self, named: &Target) {
        let own = self.target.shared(named);
        self.kept = self.kept.and(&own);
        self.wanted = self.wanted.and(&own);
        self.target = self.target.without(&own);
    }
}

impl<'a> Draft<'a> {
    pub fn new(read: &'a Read) -> Result<Self, CliError> {
        let files = read.analysis.gathered.files.clone();
        let ingested = read.analysis.reread(&files, PlanPhase::After)?;
        let now = Rc::new(World::new(ingested));
        Ok(Draft {
            read,
            crossings: Engine::new(&read.ingested.world).exposures(),
            files,
            notes: Vec::new(),
            before: now.found(read).len(),
            wanted: now.wanted(read),
            intended: now.intended(read),
            cut: BTreeSet::new(),
            steps: 0,
            now,
            worlds: RefCell::default(),
        })
    }

    /// Number of findings before and after all changes.
    pub fn findings(&self) -> (usize, usize) {
        (self.before, self.now.found(self.read).len())
    }

    /// Number of changes that are proved so far.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// Closes a finding by the first way that is proved; else says what stands against the last of them.
    pub fn close(&mut self, chosen: &Chosen<'_>) -> Result<Result<Fix, String>, CliError> {
        let found = self.look(chosen)?;
        Ok(found.map(|step| match step {
            Some(step) => self.adopt(step, chosen),
            None => self.fix(chosen, None),
        }))
    }

    /// The files as they close a finding, by the first way that is proved; none where nothing is.
    pub fn closing(&self, chosen: &Chosen<'_>) -> Result<Option<Vec<File>>, CliError> {
        let step = self.look(chosen)?.ok().flatten();
        Ok(step.map(|step| step.files))
    }

    /// The first way to close a finding that is proved, or none where it is closed already; else what stands against the last way.
    fn look(&self, chosen: &Chosen<'_>) -> Result<Result<Option<Step>, String>, CliError> {
        let world = &self.read.ingested.world;
        let intent = self.read.rulebook.intent();
        let coverage = intent.map(|intent| Coverage::new(intent, &Engine::new(world)));
        let target = Target::of([chosen.finding], &self.crossings, world, coverage.as_ref());
        if let Some(opening) = self.opening(chosen) {
            return self.narrow(&opening, chosen);
        }
        if let Some(route) = self.wide_route(chosen) {
            return self.narrow_route(&route, chosen);
        }
        if target.is_empty() {
            return Ok(Err(
                "no change is proposed for what this rule finds".to_owned()
            ));
        }
        // A rule that names the far side is narrowed to what crosses; everything else is closed. Where the finding is that nobody
        // wants what a policy names, only the configuration keeps it.
        let kept = if self.read.rulebook.asks_for_intent(&chosen.finding.rule) {
            &self.intended
        } else {
            &self.wanted
        };
        let rest = target.without(kept);
        let narrows = rest.is_empty() && self.now.has(chosen, self.read);
        let target = if narrows { target } else { rest };
        if !narrows && self.is_closed(&target, chosen) {
            return Ok(Ok(None));
        }
        let mut why = String::new();
        for attempt in ATTEMPTS.into_iter().filter(|one| one.narrows == narrows) {
            match self.attempt(&target, chosen, attempt)? {
                Ok(step) => return Ok(Ok(Some(step))),
                Err(own) if attempt.by == Means::Removal && !why.is_empty() => {
                    why = format!("{why}; without a policy, {own}");
                }
                Err(own) if attempt.by == Means::Restriction && !why.is_empty() => {
                    why = format!("{why}; and no rule can be narrowed: {own}");
                }
                Err(own) => why = own,
            }
        }
        Ok(Err(why))
    }

    fn adopt(&mut self, step: Step, chosen: &Chosen<'_>) -> Fix {
        self.files = step.files;
        self.notes.extend(step.notes);
        self.notes.sort();
        self.notes.dedup();
        self.steps += 1;
        self.now = step.world;
        self.worlds.take();
        self.wanted = step.wanted;
        self.cut = step.cut;
        self.intended = self.now.intended(self.read);
        self.fix(chosen, Some((step.proof, step.narrowed)))
    }

    /// Whether the changes for other findings have closed it already.
    fn is_closed(&self, target: &Target, chosen: &Chosen<'_>) -> bool {
        let engine = self.now.engine();
        let coverage = coverage(&engine, self.read);
        let open = target.open(&self.now.exposures, engine.world(), coverage.as_ref());
        open.is_empty() && !self.now.has(chosen, self.read)
    }

    fn attempt(
        &self,
        target: &Target,
        chosen: &Chosen<'_>,
        attempt: Attempt,
    ) -> Result<Result<Step, String>, CliError> {
        let mut trial = Trial {
            files: self.files.clone(),
            notes: Vec::new(),
            target: target.clone(),
            kept: Target::default(),
            cut: self.cut.clone(),
            wanted: self.wanted.clone(),
            world: None,
            enforcing: None,
            narrowed: Vec::new(),
        };
        for _ in 0..MOST_STEPS {
            match self.step(&mut trial, chosen, attempt)? {
                Ok(true) => {}
                Ok(false) => break,
                Err(why) => return Ok(Err(why)),
            }
        }
        Ok(self.proved(trial, chosen, attempt))
    }

    /// The world of changed files.
    pub(super) fn world(&self, files: &[File]) -> Result<Rc<World>, CliError> {
        let changes = changes(&self.files, files);
        let mut worlds = self.worlds.borrow_mut();
        if let Some((_, known)) = worlds.iter().find(|(own, _)| *own == changes) {
            return Ok(Rc::clone(known));
        }
        let ingested = self.read.analysis.reread(files, PlanPhase::After)?;
        let world = Rc::new(World::new(ingested));
        if worlds.len() == MOST_WORLDS {
            worlds.remove(0);
        }
        worlds.push((changes, Rc::clone(&world)));
        Ok(world)
    }

    /// Takes one step further; false where there is nothing left to do.
    fn step(
        &self,
        trial: &mut Trial,
        chosen: &Chosen<'_>,
        attempt: Attempt,
    ) -> Result<Result<bool, String>, CliError> {
        let now = trial.world.as_ref().unwrap_or(&self.now);
        let engine = now.engine();
        let coverage = coverage(&engine, self.read);
        let open = trial
            .target
            .open(&now.exposures, engine.world(), coverage.as_ref());
        if open.is_empty() || attempt.narrows && trial.world.is_some() {
            return Ok(Ok(false));
        }
        let amendments = match propose(now.seen(&engine), &open, attempt, coverage.as_ref()) {
            Ok(amendments) => amendments,
            Err(why) => return Ok(Err(why.to_string())),
        };
        let amended = amend(&trial.files, &amendments, engine.world());
        let (amendments, amended) = match amended {
            Err(AmendError::NotWritten(_)) if attempt.by == Means::Policy && !attempt.narrows => {
                // What prints the rules may let a policy that denies stand beside them.
                let beside = attempt.with_policy_beside();
                let proposed = propose(now.seen(&engine), &open, beside, coverage.as_ref());
                let again = proposed.ok().and_then(|own| {
                    let amended = amend(&trial.files, &own, engine.world()).ok()?;
                    Some((own, Ok(amended)))
                });
                again.unwrap_or((amendments, amended))
            }
            amended => (amendments, amended),
        };
        let amended = match amended {
            Ok(amended) => amended,
            Err(why) => return Ok(Err(format!("the change cannot be written: {why}"))),
        };
        let next = self.world(&amended.files)?;
        if next.ingested.errors.len() > now.ingested.errors.len() {
            return Ok(Err(
                "the files could not be read after the change".to_owned()
            ));
        }
        let enforces = |one: &Amendment| matches!(one, Amendment::Enforce(_));
        if amendments.iter().any(enforces) {
            trial.wanted = trial.wanted.and(&next.wanted(self.read));
            trial.target = trial.target.without(&trial.wanted);
            trial.enforcing = Some(Rc::clone(&next));
        }
        let cut = amendments.iter().filter_map(|one| match one {
            Amendment::Narrow(own) => Some(engine.world().policy_name(own.policy)),
            _ => None,
        });
        trial.cut.extend(cut);
        trial.files = amended.files;
        trial.notes.extend(amended.notes);
        if let Err(why) = resources_keep(attempt.by, &engine, &amendments, &next) {
            return Ok(Err(why));
        }
        drop(engine);
        if !attempt.narrows && !self.read.rulebook.asks_for_intent(&chosen.finding.rule) {
            let named = next.named_beside(&trial.cut);
            trial.keep(&named);
        }
        trial
            .narrowed
            .extend(amendments.iter().filter_map(narrowed));
        trial.world = Some(next);
        Ok(Ok(true))
    }

    fn proved(&self, trial: Trial, chosen: &Chosen<'_>, attempt: Attempt) -> Result<Step, String> {
        let world = trial.world.ok_or("nothing of it is there any more")?;
        let (old, new) = (self.now.engine(), world.engine());
        let between = trial.enforcing.as_ref().map(|own| (own.engine(), own));
        let enforcing = between.as_ref().map(|(engine, own)| own.seen(engine));
        let (before, after) = (self.now.seen(&old), world.seen(&new));
        let claim = Claim {
            target: &trial.target,
            kept: &trial.kept,
            closes: !attempt.narrows,
            intent: self.read.rulebook.intent(),
            narrowed: None,
        };
        let proof = prove(claim, before, enforcing, after);
        let proof = proof.map_err(|why| why.to_string())?;
        if world.has(chosen, self.read) {
            return Err("the finding would still be there".to_owned());
        }
        drop(new);
        Ok(Step {
            files: trial.files,
            notes: trial.notes,
            wanted: trial.wanted,
            cut: trial.cut,
            narrowed: trial.narrowed,
            world,
            proof,
        })
    }

    /// A finding that is closed: by a change of its own, or else along with those before it.
    fn fix(&self, chosen: &Chosen<'_>, proof: Option<(Proof, Vec<NarrowedRow>)>) -> Fix {
        let along = proof.is_none();
        let (proof, narrowed) = proof.unwrap_or_default();
        let row = |own: crate::fix::Closed| ClosedRow {
            from: own.passing.from,
            to: own.passing.to,
            crosses: own.passing.crosses,
            traffic: own.traffic,
            certain: own.certain,
        };
        Fix {
            finding: chosen.name.clone(),
            fingerprint: chosen.finding.fingerprint.clone(),
            message: chosen.finding.message.clone(),
            border: chosen.finding.border().unwrap_or_default(),
            closed: proof.closed.into_iter().map(row).collect(),
            kept: proof.kept,
            enforced: proof.enforced,
            narrowed,
            along,
        }
    }
}
