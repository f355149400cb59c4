//! `fix`: changes that close findings and nothing else, each proved by a second run.

mod chosen;
mod draft;
mod files;
mod narrow;
mod network;
mod world;

use super::CommandOutcome;
use super::answer::{Answer, Read};
use super::arguments::{self, Plain};
use super::console::Console;
use super::error::CliError;
use super::writing::medium;
use crate::report::{FileChange, Fixes, Unfixed, json, text};
use crate::rules::Finding;
use chosen::{Asked, Chosen, chosen};
use draft::Draft;
use std::collections::BTreeMap;

/// Runs `fix`.
pub(super) fn run(
    arguments: &arguments::Fix,
    console: &mut Console,
) -> Result<CommandOutcome, CliError> {
    let (asked, inputs) = Asked::of(arguments);
    let scan = arguments::Scan {
        inputs,
        judging: arguments.judging.clone(),
        ..arguments::Scan::default()
    };
    let read = Read::new(&scan, console)?;
    let findings = Answer::new(&read, None, console).counted(&scan)?.findings;
    let chosen = chosen(&findings, &asked, |id| {
        read.rulebook.is_about_filter_rules(id) || read.rulebook.is_about_wide_routes(id)
    })?;
    let mut fixes = propose(&read, &chosen, console)?;
    if arguments.write {
        files::write(&fixes.changes)?;
        fixes.written = true;
    }
    let said = match arguments.answer.format {
        Plain::Json => json::fix(&fixes) + "\n",
        Plain::Text => text::fix(&fixes),
    };
    console.report(&said, medium(arguments.answer.format))?;
    Ok(read.complain(console).unwrap_or(CommandOutcome::Quiet))
}

/// Most findings for which a scan looks for fixes.
const MOST_PROVED: usize = 200;

/// What closes each of the findings about a border by itself, where that is proved, by fingerprint.
pub(super) fn proved(
    read: &Read,
    findings: &[Finding],
    console: &Console,
) -> Result<BTreeMap<String, Vec<FileChange>>, CliError> {
    let mut out = BTreeMap::new();
    let draft = Draft::new(read)?;
    let files = &read.analysis.gathered.files;
    for own in chosen(findings, &Asked::default(), |id| {
        read.rulebook.is_about_filter_rules(id) || read.rulebook.is_about_wide_routes(id)
    })?
    .iter()
    .take(MOST_PROVED)
    {
        console.step("looking for what closes a finding, and nothing else");
        if let Some(changed) = draft.closing(own)? {
            let changes = files::changes(files, &changed);
            out.insert(own.finding.fingerprint.clone(), changes);
        }
    }
    Ok(out)
}

/// A finding that is open, with the number of changes after which it was tried, and what stood against it.
type Left<'c> = (&'c Chosen<'c>, Option<(usize, Unfixed)>);

/// Finding by finding, each on top of what closes those before it.
fn propose(read: &Read, chosen: &[Chosen<'_>], console: &Console) -> Result<Fixes, CliError> {
    let mut draft = Draft::new(read)?;
    let mut fixes = Fixes::default();
    let mut left: Vec<Left<'_>> = chosen.iter().map(|own| (own, None)).collect();
    // What stood against one may be gone with another; where nothing has changed since, it still stands.
    loop {
        let before = draft.steps();
        for (own, tried) in std::mem::take(&mut left) {
            if tried.as_ref().is_some_and(|(at, _)| *at == draft.steps()) {
                left.push((own, tried));
                continue;
            }
            console.step("looking for what closes a finding, and nothing else");
            match draft.close(own)? {
                Ok(fix) => fixes.fixes.push(fix),
                Err(why) => left.push((own, Some((draft.steps(), unfixed(own, why))))),
            }
        }
        if draft.steps() == before {
            break;
        }
    }
    let unproved = left.into_iter().filter_map(|(_, tried)| tried);
    fixes.unproved = unproved.map(|(_, own)| own).collect();
    fixes.changes = files::changes(&read.analysis.gathered.files, &draft.files);
    fixes.findings = draft.findings();
    fixes.notes = draft.notes;
    Ok(fixes)
}

fn unfixed(own: &Chosen<'_>, why: String) -> Unfixed {
    Unfixed {
        finding: own.name.clone(),
        message: own.finding.message.clone(),
        why,
        remedy: own.finding.remedy.text.clone(),
    }
}
