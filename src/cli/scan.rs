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
    let end = if let Some(path) = &arguments.write_baseline {
        write_baseline(path, &judgement.findings, console)?;
        End::Quiet
    } else {
        let still = judgement.findings.iter();
        let closed = before.closed(&still.map(|finding| &*finding.fingerprint).collect());
        let counted = counted(
            std::mem::take(&mut judgement.findings),
            arguments,
            &analysis.found,
        )?;
        let report = Scan {
            findings: &counted.findings,
            rules: rulebook.running(),
            suppressed: counted.suppressed + judgement.ignored,
            world: &ingested.world,
            inputs: inputs(&ingested),
            problems: problems(&ingested),
            quotes: analysis.quotes(counted.findings.iter().map(|finding| &finding.place)),
            summary: summary(&ingested.world, &judgement, analysis.gathered.skipped.len()),
            since: before.judgement.is_some().then_some(before.since),
            closed,
            paths: analysis.repository_paths(),
            evidence: &Worlds {
                analysis: &analysis,
                judged: &ingested.world,
                before: before.ingested.as_ref().map(|own| &own.world),
            },
            verbose: console.verbose,
        };
        for target in &targets {
            write(&report, target, console)?;
        }
        rulebook.note_unused(&ingested, &used, console);
        end(&counted.findings, threshold(arguments, &analysis.found))
    };
    let trouble = analysis.complain(&ingested, console).or(before.trouble);
    Ok(trouble.unwrap_or(end))
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
struct Counted {
    findings: Vec<Finding>,
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
