//! Instructions of small inputs, held against the numbers of the repository.

use crate::dimension::Dimension;
use crate::in_project;
use crate::measure::{self, Counted, Fault, say};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::thread;

/// How much more than the recorded number is a change for the worse.
const TOLERANCE: f64 = 1.05;
/// The exponent that growth may have.
const STEEPEST: f64 = 1.15;

/// Counts instructions of the small sizes of each dimension; whether all are within their bounds.
pub fn count(chosen: &[&'static Dimension], record: bool) -> Result<bool, Fault> {
    let file = in_project("benches/scale/instructions.json");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|_| "{}".to_owned());
    let mut recorded: BTreeMap<String, u64> = serde_json::from_str(&text)?;
    if !measure::can_count() {
        say("skipped: valgrind is not installed");
        return Ok(true);
    }
    let sizes = |dimension: &'static Dimension| dimension.small.map(|size| (dimension, size));
    let jobs: Vec<(&Dimension, usize)> = chosen.iter().copied().flat_map(sizes).collect();
    let counted = on_all_cores(&jobs)?;
    let mut fine = true;
    for (dimension, counts) in chosen.iter().zip(counted.chunks(3)) {
        let [small, middle, large] = counts else {
            return Err("not all sizes were counted".into());
        };
        let growth = growth(small, middle, large);
        let number = middle.instructions;
        let before = recorded.insert(dimension.name.to_owned(), number);
        let more = before.map_or(1.0, |before| millions(number) / millions(before));
        let within = record || (more <= TOLERANCE && growth <= STEEPEST && before.is_some());
        fine &= within;
        say(&format!(
            "{} {:14} {:6} {:8.1} million instructions, {more:.3} of the recorded number, n^{growth:.2}",
            if within { "ok  " } else { "FAIL" },
            dimension.name,
            dimension.small[1],
            millions(number),
        ));
    }
    if record {
        std::fs::write(&file, serde_json::to_string_pretty(&recorded)? + "\n")?;
    }
    Ok(fine)
}

/// Counts each job, as many at a time as there are cores; in the order of the jobs.
fn on_all_cores(jobs: &[(&Dimension, usize)]) -> Result<Vec<Counted>, Fault> {
    let left = Mutex::new(jobs.iter().enumerate().rev().collect::<Vec<_>>());
    let next = || left.lock().ok()?.pop();
    let work = || {
        let mut done = Vec::new();
        while let Some((at, (dimension, size))) = next() {
            let input = measure::written(dimension, *size)?;
            done.push((at, measure::instructions(&input)?));
        }
        Ok::<_, Fault>(done)
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let done: Vec<Result<Vec<(usize, Counted)>, Fault>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        let ended = workers.into_iter().map(|worker| worker.join());
        let crashed = |_| Err("a worker crashed".into());
        ended.map(|own| own.unwrap_or_else(crashed)).collect()
    });
    let mut all: Vec<(usize, Counted)> = Vec::new();
    for own in done {
        all.extend(own?);
    }
    all.sort_by_key(|(at, _)| *at);
    Ok(all.into_iter().map(|(_, counted)| counted).collect())
}

/// The exponent of growth. By what is added from one size to the next, so that what every run costs does not count.
fn growth(small: &Counted, middle: &Counted, large: &Counted) -> f64 {
    let added = |less: &Counted, more: &Counted| {
        let instructions = more.instructions.saturating_sub(less.instructions);
        (
            more.bytes.saturating_sub(less.bytes),
            millions(instructions),
        )
    };
    let steps = [added(small, middle), added(middle, large)];
    measure::exponent(&steps).unwrap_or_default()
}

fn millions(number: u64) -> f64 {
    f64::from(u32::try_from(number / 1_000).unwrap_or(u32::MAX)) / 1_000.0
}
