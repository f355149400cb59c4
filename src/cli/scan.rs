//! `scan`: findings, in as many reports as are asked for.

use super::CommandOutcome;
use super::analysis::problems;
use super::answer::{Answer, Read};
use super::arguments::{self, Threshold};
use super::baseline;
use super::config::Found;
use super::console::Console;
use super::counted::Counted;
use super::error::CliError;
use super::evidence::Worlds;
use super::fix;
use super::writing::{targets, write};
use crate::ingest::Ingested;
use crate::model::{Enforced, World};
use crate::reach::Share;
use crate::report::{InputLine, Medium, Scan, Summary, many};
use crate::rules::{Finding, Judgement, Severity};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Runs `scan`.
pub(super) fn run(
    arguments: &arguments::Scan,
    console: &mut Console,
) -> Result<CommandOutcome, CliError> {
    let targets = targets(arguments)?;
    let read = Read::new(arguments, console)?;
    let share = share(arguments, &read.analysis.found)?;
    let mut answer = Answer::new(&read, share, console);
    let end = if let Some(path) = &arguments.write_baseline {
        write_baseline(path, &answer.judgement.findings, console)?;
        CommandOutcome::Quiet
    } else {
        let closed = answer.closed();
        let counted = answer.counted(arguments)?;
        let evidence = answer.evidence();
        let mut report = report(&answer, &counted, &evidence, console);
        report.closed = closed;
        let shown = arguments.show_suppressed;
        report.left_out = shown.then(|| answer.left_out(&counted));
        if arguments.fixes {
            report.proved = fix::proved(&read, &counted.findings, console)?;
        }
        console.step("writing reports");
        for target in &targets {
            write(&report, target, console)?;
        }
        write_tables(arguments, &report, &answer, console)?;
        answer.note_unused(console);
        let threshold = threshold(arguments, &read.analysis.found);
        end(&counted.findings, threshold)
    };
    Ok(read.complain(console).unwrap_or(end))
}

fn report<'a>(
    answer: &'a Answer<'_>,
    counted: &'a Counted,
    evidence: &'a Worlds<'a, 'a>,
    console: &Console,
) -> Scan<'a> {
    let Read {
        analysis,
        ingested,
        rulebook,
        ..
    } = answer.read;
    let places = counted.findings.iter().map(|finding| &finding.place);
    let skipped = analysis.skipped();
    Scan {
        findings: &counted.findings,
        rules: rulebook.running(),
        suppressed: counted.suppressed + answer.judgement.ignored,
        left_out: None,
        intended: &answer.judgement.intended,
        proved: BTreeMap::new(),
        world: &ingested.world,
        inputs: inputs(ingested),
        problems: problems(&ingested.errors),
        quotes: analysis.quotes(places),
        summary: summary(&ingested.world, &answer.judgement, skipped),
        since: answer.since(),
        closed: Vec::new(),
        paths: analysis.repository_paths(),
        evidence,
        verbose: console.verbose,
        page: console.page(),
    }
}

/// The share that is judged; none where all is.
#[cfg(feature = "facts")]
fn share(arguments: &arguments::Scan, found: &Found) -> Result<Option<Share>, CliError> {
    let share = arguments.tables.share;
    if share.is_some() && found.config.allow.is_some() {
        let why = "`--share` judges a part of what crosses, and `allow:` of the configuration is about all of it: leave one of them out";
        return Err(CliError::Usage(why.to_owned()));
    }
    Ok(share)
}

#[cfg(not(feature = "facts"))]
fn share(_: &arguments::Scan, _: &Found) -> Result<Option<Share>, CliError> {
    Ok(None)
}

/// Writes the tables that are asked for.
#[cfg(feature = "facts")]
fn write_tables(
    arguments: &arguments::Scan,
    report: &Scan<'_>,
    answer: &Answer<'_>,
    console: &mut Console,
) -> Result<(), CliError> {
    match &arguments.tables.parquet {
        Some(folder) => super::facts::judged::write(folder, report, answer.engine(), console),
        None => Ok(()),
    }
}

/// Nothing: writing Parquet is left out of this build.
#[cfg(not(feature = "facts"))]
fn write_tables(
    _: &arguments::Scan,
    _: &Scan<'_>,
    _: &Answer<'_>,
    _: &mut Console,
) -> Result<(), CliError> {
    Ok(())
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
fn end(findings: &[Finding], threshold: Option<Severity>) -> CommandOutcome {
    let fails = |least| findings.iter().any(|finding| finding.severity >= least);
    if threshold.is_some_and(fails) {
        CommandOutcome::Found
    } else {
        CommandOutcome::Quiet
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
    for (_, border) in world.borders.iter() {
        *borders.entry(border.kind).or_default() += 1;
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
