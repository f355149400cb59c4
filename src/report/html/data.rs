//! The page's data, from a scan.

use super::super::crossing::CrossingRow;
use super::super::headline::headline;
use super::super::problem::Quotes;
use super::super::scan::{Scan, Since};
use super::crossings::{Crossings, When};
use super::findings::{Lists, finding};
use super::hops::Paths;
use super::shape::{FindingShape, InputShape, PlaceShape, ProblemShape, ReportShape, RuleShape};
use super::things::Things;
use crate::model::{Hop, World};
use crate::rules::Rule;
use std::collections::BTreeSet;

/// All that the page shows.
pub(super) fn report(scan: &Scan<'_>) -> ReportShape {
    let after = scan.evidence.crossings();
    let before = scan.evidence.before();
    let quotes = quotes(
        scan,
        &after,
        before.as_ref().map(|(_, rows)| rows.as_slice()),
    );
    let (mut things, mut crossings) = (Things::default(), Crossings::default());
    let mut paths = Paths::new(&quotes);
    things.enter(scan.world);
    crossings.enter(&after, When::After, scan.world, &mut things, &mut paths);
    if let Some((world, rows)) = &before {
        things.enter(world);
        crossings.enter(rows, When::Before, world, &mut things, &mut paths);
        let stopped = |row: &CrossingRow| scan.evidence.stopped_before(row);
        crossings.stop(&after, world, stopped, &mut paths);
    }
    for (id, _) in scan.world.gaps.iter() {
        paths.gap(id, scan.world);
    }
    let mut lists = Lists {
        things: &mut things,
        crossings: &mut crossings,
        paths: &mut paths,
        quotes: &quotes,
    };
    let findings = findings(scan, before.as_ref().map(|(world, _)| *world), &mut lists);
    let (things, crossings) = (things.lists(), crossings.lists());
    let (hops, paths, gaps) = paths.lists();
    ReportShape {
        schema: "crosspeer.page/1",
        version: env!("CARGO_PKG_VERSION"),
        since: scan.since.map(Since::words),
        looked_at: scan.looked_at(),
        headline: headline(scan),
        suppressed: scan.suppressed,
        skipped: scan.summary.skipped,
        exempt: scan.summary.exempt.clone(),
        inputs: inputs(scan),
        problems: problems(scan),
        gaps,
        rules: scan.rules.iter().map(|rule| shape(rule)).collect(),
        networks: things.networks,
        clusters: things.clusters,
        namespaces: things.namespaces,
        workloads: things.workloads,
        resources: things.resources,
        borders: things.borders,
        hops,
        paths,
        ports: crossings.ports,
        parties: crossings.parties,
        ways: crossings.ways,
        entries: crossings.entries,
        crossings: crossings.table,
        left_out: crossings.left_out,
        findings,
    }
}

/// The lines that hops and findings stand on.
fn quotes(scan: &Scan<'_>, after: &[CrossingRow], before: Option<&[CrossingRow]>) -> Quotes {
    let rows = after.iter().chain(before.unwrap_or_default());
    let findings = || scan.findings.iter().chain(&scan.closed);
    let hops = rows
        .map(|row| &row.hops)
        .chain(findings().map(|finding| &finding.path))
        .flatten();
    let place = |hop: &'_ Hop| hop.origin.as_ref().map(|origin| origin.place.file.clone());
    let mut files: BTreeSet<_> = hops.filter_map(place).collect();
    files.extend(findings().map(|finding| finding.place.file.clone()));
    let files = files.iter().map(AsRef::as_ref).collect();
    scan.evidence.quotes(&files)
}

fn findings(
    scan: &Scan<'_>,
    before: Option<&World>,
    lists: &mut Lists<'_, '_>,
) -> Vec<FindingShape> {
    let mut out = Vec::with_capacity(scan.findings.len());
    for own in scan.findings {
        let state = if own.new { "new" } else { "old" };
        out.push(finding(own, state, scan.news(own), scan.world, lists));
    }
    // Hops and gaps of what is gone are those of the world before.
    if let Some(world) = before {
        for own in &scan.closed {
            out.push(finding(own, "closed", String::new(), world, lists));
        }
    }
    out
}

fn inputs(scan: &Scan<'_>) -> Vec<InputShape> {
    let input = |input: &super::super::scan::InputLine| InputShape {
        path: input.path.clone(),
        kind: input.kind,
        resources: input.resources,
    };
    scan.inputs.iter().map(input).collect()
}

fn problems(scan: &Scan<'_>) -> Vec<ProblemShape> {
    let problem = |problem: &super::super::problem::Problem| ProblemShape {
        place: PlaceShape::from(&problem.place),
        message: problem.message.clone(),
    };
    scan.problems.iter().map(problem).collect()
}

fn shape(rule: &Rule) -> RuleShape {
    RuleShape {
        rule: rule.id.clone(),
        title: rule.title.clone(),
        why: rule.help.clone(),
    }
}
