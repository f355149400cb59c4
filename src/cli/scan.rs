//! `scan`: findings, in as many reports as are asked for.

use super::End;
use super::analysis::{Analysis, moment, problems};
use super::arguments::{self, Inputs, Threshold};
use super::base::base;
use super::baseline;
use super::config::Found;
use super::console::Console;
use super::error::CliError;
use super::evidence::Worlds;
use super::rulebook::Rulebook;
use super::writing::{targets, write};
use crate::ingest::Ingested;
use crate::model::{Enforced, World};
use crate::report::{InputLine, Medium, Scan, Since, Summary, many};
use crate::rules::{Finding, Judgement, Severity};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Runs `scan`.
pub(super) fn run(arguments: &arguments::Scan, console: &mut Console) -> Result<End, CliError> {
    let targets = targets(arguments)?;
    let mut answer = Answer::new(arguments, console)?;
    let end = if let Some(path) = &arguments.write_baseline {
        write_baseline(path, &answer.judgement.findings, console)?;
        End::Quiet
    } else {
        let closed = answer.closed();
        let counted = answer.counted(arguments)?;
        let evidence = answer.evidence();
        let report = answer.report(&counted, closed, &evidence, console);
        for target in &targets {
            write(&report, target, console)?;
        }
        answer
            .rulebook
            .note_unused(&answer.ingested, &answer.used, console);
        end(
            &counted.findings,
            threshold(arguments, &answer.analysis.found),
        )
    };
    let trouble = answer.analysis.complain(&answer.ingested, console);
    Ok(trouble.or(answer.before.trouble).unwrap_or(end))
}

/// A world, and what the rules found in it and in what was there before.
pub(super) struct Answer {
    pub analysis: Analysis,
    pub ingested: Ingested,
    rulebook: Rulebook,
    judgement: Judgement,
    /// Requests to ignore that left something out, by number.
    used: BTreeSet<usize>,
    before: Before,
}

impl Answer {
    /// Reads the inputs and judges them.
    pub fn new(arguments: &arguments::Scan, console: &mut Console) -> Result<Self, CliError> {
        let wanted = Inputs {
            elsewhere: arguments.base.clone(),
            ..arguments.inputs.clone()
        };
        let analysis = Analysis::new(&wanted, console)?;
        let rulebook = Rulebook::new(&arguments.judging, &analysis.found)?;
        let (ingested, prior) = worlds(arguments, &analysis)?;
        let (mut judgement, used) = rulebook.judge(&ingested);
        let before = if arguments.base.is_empty() {
            Before::the_plan(prior, &rulebook)
        } else {
            Before::of_base(arguments, &analysis, &ingested, &rulebook, console)?
        };
        if let Some(before) = &before.judgement {
            judgement.mark_new(before);
        }
        Ok(Answer {
            analysis,
            ingested,
            rulebook,
            judgement,
            used,
            before,
        })
    }

    /// Findings of before that are gone.
    fn closed(&self) -> Vec<Finding> {
        let still = self.judgement.findings.iter();
        self.before
            .closed(&still.map(|finding| &*finding.fingerprint).collect())
    }

    /// The findings that count.
    pub fn counted(&mut self, arguments: &arguments::Scan) -> Result<Counted, CliError> {
        let findings = std::mem::take(&mut self.judgement.findings);
        counted(findings, arguments, &self.analysis.found)
    }

    /// The worlds that some formats look at themselves.
    fn evidence(&self) -> Worlds<'_> {
        Worlds {
            analysis: &self.analysis,
            judged: &self.ingested.world,
            before: self.before.ingested.as_ref().map(|own| &own.world),
        }
    }

    fn report<'a>(
        &'a self,
        counted: &'a Counted,
        closed: Vec<Finding>,
        evidence: &'a Worlds<'a>,
        console: &Console,
    ) -> Scan<'a> {
        let places = counted.findings.iter().map(|finding| &finding.place);
        let skipped = self.analysis.gathered.skipped.len();
        Scan {
            findings: &counted.findings,
            rules: self.rulebook.running(),
            suppressed: counted.suppressed + self.judgement.ignored,
            world: &self.ingested.world,
            inputs: inputs(&self.ingested),
            problems: problems(&self.ingested),
            quotes: self.analysis.quotes(places),
            summary: summary(&self.ingested.world, &self.judgement, skipped),
            since: self.before.judgement.is_some().then_some(self.before.since),
            closed,
            paths: self.analysis.repository_paths(),
            evidence,
            verbose: console.verbose,
            page: console.page(),
        }
    }
}

/// The world that is judged, and the one before the plan where that is what it is compared with.
fn worlds(
    arguments: &arguments::Scan,
    analysis: &Analysis,
) -> Result<(Ingested, Option<Ingested>), CliError> {
    if arguments.base.is_empty() && !arguments.inputs.before {
        Ok(analysis.after_and_before()?)
    } else {
        Ok((analysis.world(moment(&arguments.inputs))?, None))
    }
}

fn write_baseline(
    path: &Path,
    findings: &[Finding],
    console: &mut Console,
) -> Result<(), CliError> {
    console.file(path, [baseline::print(findings)], Medium::Json)?;
    let written = many(findings.len(), "finding");
    console.note(&format!("{written} written to `{}`", path.display()));
    Ok(())
}

/// What was there before.
struct Before {
    /// What is new to what.
    since: Since,
    /// What was there; none where there is nothing to compare with.
    ingested: Option<Ingested>,
    /// What the rules find in it.
    judgement: Option<Judgement>,
    /// How the command ends because of what could not be read of the base.
    trouble: Option<End>,
}

impl Before {
    /// The state before the plan, where there is a plan.
    fn the_plan(prior: Option<Ingested>, rulebook: &Rulebook) -> Self {
        Before {
            since: Since::Plan,
            judgement: prior.as_ref().map(|prior| rulebook.judge(prior).0),
            ingested: prior,
            trouble: None,
        }
    }

    /// The base that the command line names.
    fn of_base(
        arguments: &arguments::Scan,
        analysis: &Analysis,
        ingested: &Ingested,
        rulebook: &Rulebook,
        console: &mut Console,
    ) -> Result<Self, CliError> {
        let (base, moment) = base(arguments, analysis, ingested, console)?;
        let before = base.world(moment)?;
        Ok(Before {
            since: Since::Base,
            judgement: Some(rulebook.judge(&before).0),
            trouble: base.complain(&before, console),
            ingested: Some(before),
        })
    }

    /// Findings of before that are gone: of all that were found now, none has their fingerprint.
    fn closed(&self, still: &BTreeSet<&str>) -> Vec<Finding> {
        let before = self.judgement.iter().flat_map(|before| &before.findings);
        before
            .filter(|finding| !still.contains(&*finding.fingerprint))
            .cloned()
            .collect()
    }
}

/// Findings that count, and how many do not.
pub(super) struct Counted {
    pub findings: Vec<Finding>,
    suppressed: usize,
}

fn counted(
    findings: Vec<Finding>,
    arguments: &arguments::Scan,
    found: &Found,
) -> Result<Counted, CliError> {
    let path = arguments.baseline.clone().or_else(|| {
        found
            .config
            .baseline
            .as_deref()
            .map(|path| found.resolve(path))
    });
    let known = path
        .as_deref()
        .map(baseline::read)
        .transpose()?
        .unwrap_or_default();
    let all = findings.len();
    let accepted = |finding: &Finding| {
        let same = |subject: &Option<String>| {
            subject
                .as_ref()
                .is_none_or(|subject| *subject == finding.subject)
        };
        found
            .config
            .accepted
            .iter()
            .any(|one| one.rule == finding.rule && same(&one.subject))
    };
    let mut findings: Vec<Finding> = findings
        .into_iter()
        .filter(|finding| !accepted(finding) && !known.contains(&finding.fingerprint))
        .collect();
    let suppressed = all - findings.len();
    if arguments.new_only {
        findings.retain(|finding| finding.new);
    }
    Ok(Counted {
        findings,
        suppressed,
    })
}

/// From which severity on findings fail the command; none never do.
fn threshold(arguments: &arguments::Scan, found: &Found) -> Option<Severity> {
    match arguments
        .fail_on
        .or(found.config.fail_on)
        .unwrap_or(Threshold::High)
    {
        Threshold::Low => Some(Severity::Low),
        Threshold::Medium => Some(Severity::Medium),
        Threshold::High => Some(Severity::High),
        Threshold::Critical => Some(Severity::Critical),
        Threshold::None => None,
    }
}

/// How findings end the command.
fn end(findings: &[Finding], threshold: Option<Severity>) -> End {
    let fails = |least| findings.iter().any(|finding| finding.severity >= least);
    if threshold.is_some_and(fails) {
        End::Found
    } else {
        End::Quiet
    }
}

fn inputs(ingested: &Ingested) -> Vec<InputLine> {
    ingested
        .inputs
        .iter()
        .map(|row| InputLine {
            path: row.path.to_string(),
            kind: row.kind,
            resources: row.resources,
        })
        .collect()
}

fn summary(world: &World, judgement: &Judgement, skipped: usize) -> Summary {
    let mut borders: BTreeMap<&'static str, usize> = BTreeMap::new();
    for (_, link) in world.borders.iter() {
        *borders.entry(link.kind).or_default() += 1;
    }
    Summary {
        namespaces: world.namespaces.len(),
        workloads: world.workloads.len(),
        networks: world
            .networks
            .iter()
            .filter(|(_, network)| network.known)
            .count(),
        borders: borders.into_iter().collect(),
        crossings: (judgement.crossing_rules > 0).then_some(judgement.crossings),
        exempt: judgement.exempt.clone(),
        enforced: enforced(world),
        skipped,
    }
}

/// `yes (vpc-cni)`, each distinct answer once.
fn enforced(world: &World) -> String {
    let answer = |cluster: &crate::model::Cluster| {
        let word = match &cluster.enforced {
            Enforced::Yes(note) if note.assumed => "taken as yes",
            Enforced::Yes(_) => "yes",
            Enforced::No(_) => "no",
            Enforced::Unknown(..) => "unknown",
        };
        format!("{word} ({})", cluster.engine)
    };
    let answers: BTreeSet<String> = world
        .clusters
        .iter()
        .map(|(_, cluster)| answer(cluster))
        .collect();
    answers.into_iter().collect::<Vec<_>>().join(", ")
}
