//! `scan`: findings, in as many reports as are asked for.

use super::End;
use super::analysis::{Analysis, moment, problems};
use super::arguments::{self, Inputs, Level, Threshold};
use super::base::base;
use super::baseline;
use super::config::Found;
use super::error::CliError;
use super::rule_set::rule_set;
use super::stage::Stage;
use super::writing::{Target, targets, write};
use crate::ingest::Ingested;
use crate::model::{Enforced, Origin, Place, World};
use crate::reach::Engine;
use crate::report::{InputLine, Medium, Scan, Since, Summary};
use crate::rules::{Finding, Judgement, Options, Rule, Severity, judge};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// Namespaces of Kubernetes itself, which rules about namespaces leave out unless the configuration says otherwise.
const EXEMPT: [&str; 3] = ["kube-system", "kube-public", "kube-node-lease"];

/// Runs `scan`.
pub(super) fn run(arguments: &arguments::Scan, stage: &mut Stage) -> Result<End, CliError> {
    let targets = targets(arguments)?;
    let wanted = Inputs {
        elsewhere: arguments.base.clone(),
        ..arguments.inputs.clone()
    };
    let analysis = Analysis::new(&wanted, stage)?;
    let found = &analysis.found;
    let (rules, options) = judging(&arguments.judging, found)?;
    let compared = arguments.base.is_empty() && !arguments.inputs.before;
    let (ingested, prior) = if compared {
        analysis.after_and_before()?
    } else {
        (analysis.world(moment(&arguments.inputs))?, None)
    };
    let used = RefCell::new(BTreeSet::new());
    let mut judgement = judge(
        &rules,
        &Engine::new(&ingested.world),
        &options,
        &|rule, origin| {
            let covering = covering(&ingested, rule, origin);
            used.borrow_mut().extend(&covering);
            !covering.is_empty()
        },
    );
    let told = before(
        arguments,
        &analysis,
        &ingested,
        prior.as_ref(),
        &rules,
        &options,
        stage,
    )?;
    let before = told.judgement;
    if let Some(before) = &before {
        judgement.mark_new(before);
    }
    if let Some(path) = &arguments.write_baseline {
        stage.file(path, &baseline::print(&judgement.findings), Medium::Json)?;
        stage.note(&format!(
            "{} written to `{}`",
            crate::report::many(judgement.findings.len(), "finding"),
            path.display()
        ));
        let trouble = analysis.complain(&ingested, stage).or(told.trouble);
        return Ok(trouble.unwrap_or(End::Quiet));
    }
    let closed = before
        .as_ref()
        .map(|before| closed(before, &judgement))
        .unwrap_or_default();
    let counted = counted(std::mem::take(&mut judgement.findings), arguments, found)?;
    let report = Scan {
        findings: &counted.findings,
        rules: rules.iter().filter(|rule| options.runs(rule)).collect(),
        suppressed: counted.suppressed + judgement.ignored,
        world: &ingested.world,
        inputs: inputs(&ingested),
        problems: problems(&ingested),
        quotes: analysis.quotes(counted.findings.iter().map(|finding| &finding.place)),
        summary: summary(&ingested.world, &judgement, analysis.gathered.skipped.len()),
        since: before.is_some().then_some(told.since),
        closed,
        paths: analysis.repository_paths(),
        verbose: stage.verbose,
    };
    for Target { format, file } in targets {
        write(&report, format, file, stage)?;
    }
    tell_unused(&ingested, &used.borrow(), &report.rules, stage);
    let end = if fails(&counted.findings, threshold(arguments, found)) {
        End::Found
    } else {
        End::Quiet
    };
    let trouble = analysis.complain(&ingested, stage).or(told.trouble);
    Ok(trouble.unwrap_or(end))
}

/// The rules there are, and which of them judge what.
fn judging(
    arguments: &arguments::Judging,
    found: &Found,
) -> Result<(Vec<Rule>, Options), CliError> {
    let own = &found.config;
    let directories: Vec<_> = arguments
        .rules
        .iter()
        .cloned()
        .chain(own.rules.iter().map(|path| found.resolve(path)))
        .collect();
    let rules = rule_set(&directories)?;
    let choose = |flag: &[String], file: &[String]| {
        if flag.is_empty() {
            file.to_vec()
        } else {
            flag.to_vec()
        }
    };
    let options = Options {
        select: choose(&arguments.select, &own.select),
        ignore: choose(&arguments.ignore, &own.ignore),
        min_severity: arguments.min_severity.or(own.min_severity).map(severity),
        exempt: own
            .exempt_namespaces
            .clone()
            .unwrap_or_else(|| EXEMPT.map(str::to_owned).to_vec()),
    };
    let known: BTreeSet<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
    match options
        .select
        .iter()
        .chain(&options.ignore)
        .find(|id| !known.contains(id.as_str()))
    {
        None => Ok((rules, options)),
        Some(id) => {
            let known: Vec<&str> = known.into_iter().collect();
            Err(CliError::Usage(format!(
                "`{id}` is no rule: there are {}",
                known.join(", ")
            )))
        }
    }
}

/// What was there before.
struct Before {
    /// What is new to what.
    since: Since,
    /// What the rules find in it; none where there is nothing to compare with.
    judgement: Option<Judgement>,
    /// How the command ends because of what could not be read of the base.
    trouble: Option<End>,
}

/// What was there before: the base where one is named, else `prior`, the state before the plan.
fn before(
    arguments: &arguments::Scan,
    analysis: &Analysis,
    ingested: &Ingested,
    prior: Option<&Ingested>,
    rules: &[Rule],
    options: &Options,
    stage: &mut Stage,
) -> Result<Before, CliError> {
    let judged = |before: &Ingested| {
        judge(
            rules,
            &Engine::new(&before.world),
            options,
            &|rule, origin| !covering(before, rule, origin).is_empty(),
        )
    };
    if !arguments.base.is_empty() {
        let (base, moment) = base(arguments, analysis, ingested, stage)?;
        let before = base.world(moment)?;
        return Ok(Before {
            since: Since::Base,
            judgement: Some(judged(&before)),
            trouble: base.complain(&before, stage),
        });
    }
    Ok(Before {
        since: Since::Plan,
        judgement: prior.map(judged),
        trouble: None,
    })
}

/// Requests to ignore what a rule finds at a line, by number.
fn covering(ingested: &Ingested, rule: &str, origin: &Origin) -> Vec<usize> {
    let all = ingested.ignores.iter().enumerate();
    all.filter(|(_, ignore)| ignore.covers(rule, origin))
        .map(|(number, _)| number)
        .collect()
}

/// Tells of requests to ignore, of rules that ran, that left nothing out.
fn tell_unused(ingested: &Ingested, used: &BTreeSet<usize>, ran: &[&Rule], stage: &mut Stage) {
    for (_, ignore) in ingested
        .ignores
        .iter()
        .enumerate()
        .filter(|(number, _)| !used.contains(number))
    {
        let is_own = |id: &String| ran.iter().any(|rule| rule.id.eq_ignore_ascii_case(id));
        if ignore.ids.iter().any(is_own) {
            let Place { file, line, .. } = &ignore.place;
            let ids = ignore.ids.join(", ");
            stage.note(&format!(
                "`{file}:{line}`: the request to ignore {ids} leaves nothing out; remove it"
            ));
        }
    }
}

/// Findings of before that are gone.
fn closed(before: &Judgement, after: &Judgement) -> Vec<Finding> {
    let still: BTreeSet<&str> = after
        .findings
        .iter()
        .map(|finding| finding.fingerprint.as_str())
        .collect();
    before
        .findings
        .iter()
        .filter(|finding| !still.contains(finding.fingerprint.as_str()))
        .cloned()
        .collect()
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

fn severity(level: Level) -> Severity {
    match level {
        Level::Low => Severity::Low,
        Level::Medium => Severity::Medium,
        Level::High => Severity::High,
        Level::Critical => Severity::Critical,
    }
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

fn fails(findings: &[Finding], threshold: Option<Severity>) -> bool {
    threshold.is_some_and(|least| findings.iter().any(|finding| finding.severity >= least))
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
