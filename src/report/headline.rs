//! What a scan says first: which borders open to how many workloads.

use super::scan::{Scan, Since, many};
use crate::rules::Finding;
use std::collections::BTreeSet;

/// Borders that open, and workloads that they open to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opening {
    /// Borders that surely open.
    pub borders: usize,
    /// Workloads that they surely open to.
    pub workloads: usize,
    /// Borders that possibly open, and none of the sure ones.
    pub possible_borders: usize,
    /// Workloads that a border possibly opens to, and none surely.
    pub possible_workloads: usize,
}

impl Opening {
    /// What these findings open.
    pub fn of<'f>(findings: impl Iterator<Item = &'f Finding> + Clone) -> Self {
        let crossings = findings.filter(|finding| finding.direct);
        let count = |certain| {
            let own = crossings.clone().filter(|one| one.is_certain() == certain);
            let borders: BTreeSet<&Vec<String>> = own.clone().map(|one| &one.borders).collect();
            let workloads: BTreeSet<&String> = own.flat_map(|one| &one.members).collect();
            (borders, workloads)
        };
        let (sure, possible) = (count(true), count(false));
        Opening {
            borders: sure.0.len(),
            workloads: sure.1.len(),
            possible_borders: possible.0.difference(&sure.0).count(),
            possible_workloads: possible.1.difference(&sure.1).count(),
        }
    }
}

/// `This plan opens 1 border to 5 of 8 workloads, and possibly 1 more border.` Where nothing was compared with, what is open.
#[must_use]
pub fn headline(scan: &Scan<'_>) -> String {
    let is_new = |finding: &&Finding| finding.new || scan.since.is_none();
    let opening = Opening::of(scan.findings.iter().filter(is_new));
    let (subject, opens) = match scan.since {
        Some(Since::Plan) => ("This plan", "opens"),
        Some(Since::Base) => ("This change", "opens"),
        None => ("The input", "leaves open"),
    };
    let all = scan.summary.workloads;
    let possibly = match (opening.possible_borders, opening.possible_workloads) {
        (0, 0) => String::new(),
        (0, more) => format!("possibly to {more} more"),
        (more, _) if opening.borders > 0 => format!("possibly {}", many(more, "more border")),
        (borders, workloads) => format!(
            "possibly {} to {workloads} of {}",
            many(borders, "border"),
            many(all, "workload")
        ),
    };
    match (opening.borders, possibly.is_empty()) {
        (0, true) => {
            let beyond = scan.beyond();
            let beyond = beyond.map_or_else(String::new, |beyond| format!(" beyond {beyond}"));
            match scan.since {
                None => format!("No crossing of a border was found{beyond}."),
                Some(_) => format!("{subject} opens no border{beyond}."),
            }
        }
        (0, false) => format!("{subject} {opens} {possibly}."),
        (borders, silent) => {
            let certain = format!(
                "{subject} {opens} {} to {} of {}",
                many(borders, "border"),
                opening.workloads,
                many(all, "workload")
            );
            if silent {
                format!("{certain}.")
            } else {
                format!("{certain}, and {possibly}.")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::World;
    use crate::report::sample::{finding, scan_of};
    use crate::rules::Certainty;

    fn check(change: &dyn Fn(&mut [Finding; 2]), since: Option<Since>, expected: &str) {
        let mut findings = [finding(1), finding(2)];
        findings[1].members = vec!["shop/other".to_owned()];
        change(&mut findings);
        let world = World::default();
        let mut scan = scan_of(&findings, &[], &world);
        (scan.since, scan.summary.workloads) = (since, 8);
        assert_eq!(headline(&scan), expected);
    }

    #[test]
    fn what_opens_stands_first_and_possible_apart() {
        let plan = Some(Since::Plan);
        let possible = |one: &mut Finding| one.certainty = Certainty::Possible;
        check(
            &|_| (),
            plan,
            "This plan opens 1 border to 2 of 8 workloads.",
        );
        check(
            &|own| possible(&mut own[1]),
            plan,
            "This plan opens 1 border to 1 of 8 workloads, and possibly to 1 more.",
        );
        let elsewhere = |own: &mut [Finding; 2]| {
            possible(&mut own[1]);
            own[1].borders = vec!["b".to_owned()];
        };
        check(
            &elsewhere,
            plan,
            "This plan opens 1 border to 1 of 8 workloads, and possibly 1 more border.",
        );
        check(
            &|own| own.iter_mut().for_each(possible),
            plan,
            "This plan opens possibly 1 border to 2 of 8 workloads.",
        );
        check(
            &|own| own.iter_mut().for_each(|one| one.new = false),
            plan,
            "This plan opens no border.",
        );
        check(
            &|own| own.iter_mut().for_each(|one| one.new = false),
            None,
            "The input leaves open 1 border to 2 of 8 workloads.",
        );
    }
}
