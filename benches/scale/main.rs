//! How cost grows in every dimension of an input.
//!
//! - `cargo bench --bench scale`: user time and memory of whole runs, with the exponent of growth; `--only NAME` for one
//!   dimension, `--write` for the table of `docs/performance.md`.
//! - `cargo bench --profile dev --bench scale -- --check` counts instructions of small inputs with valgrind, and fails where one takes over
//!   5 % more than `benches/scale/instructions.json` says, or where instructions grow by over
//!   the power 1.15 of the bytes of the input; `--record` writes that file.

mod cloud;
mod dimension;
mod manifests;
mod measure;

use dimension::{DIMENSIONS, Dimension};
use measure::{Cost, Fault, say};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// How much more than the recorded number is a change for the worse.
const TOLERANCE: f64 = 1.05;
/// The exponent that growth may have.
const STEEPEST: f64 = 1.15;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |word: &str| arguments.iter().any(|own| own == word);
    let only = arguments.iter().skip_while(|own| *own != "--only").nth(1);
    let chosen: Vec<&Dimension> = DIMENSIONS
        .iter()
        .filter(|dimension| only.is_none_or(|name| name == dimension.name))
        .collect();
    let done = if has("--check") || has("--record") {
        count(&chosen, has("--record"))
    } else {
        time(&chosen, has("--write"))
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(fault) => {
            say(&format!("error: {fault}"));
            ExitCode::FAILURE
        }
    }
}

fn in_project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Counts instructions of both small sizes; whether all are within their bounds.
fn count(chosen: &[&Dimension], record: bool) -> Result<bool, Fault> {
    let file = in_project("benches/scale/instructions.json");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|_| "{}".to_owned());
    let mut recorded: BTreeMap<String, u64> = serde_json::from_str(&text)?;
    let mut fine = true;
    let idle = ["rules", "list"].map(str::to_owned);
    let idle = measure::instructions(&idle)?.unwrap_or_default();
    for dimension in chosen {
        let mut counts = Vec::new();
        for size in dimension.small {
            let input = measure::written(dimension, size)?;
            let Some(number) = measure::instructions(&input.arguments)? else {
                say("skipped: valgrind is not installed");
                return Ok(true);
            };
            counts.push((input.bytes, number));
        }
        // What an empty input costs is no growth.
        let above = counts
            .iter()
            .map(|(bytes, number)| (*bytes, millions(number.saturating_sub(idle))));
        let growth = measure::exponent(&above.collect::<Vec<_>>()).unwrap_or_default();
        let number = counts.last().map_or(0, |last| last.1);
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

fn millions(number: u64) -> f64 {
    f64::from(u32::try_from(number / 1_000).unwrap_or(u32::MAX)) / 1_000.0
}

/// Times the large sizes; always fine.
fn time(chosen: &[&Dimension], write: bool) -> Result<bool, Fault> {
    let mut table = String::from(
        "| dimension | size | user seconds | goal | memory | growth |\n|---|---|---|---|---|---|\n",
    );
    for dimension in chosen {
        let mut costs: Vec<(usize, usize, Cost)> = Vec::new();
        for size in dimension.large {
            let input = measure::written(dimension, *size)?;
            costs.push((*size, input.bytes, measure::cost(&input.arguments)?));
        }
        let times = costs.iter().map(|(_, bytes, cost)| (*bytes, cost.user));
        let growth = measure::exponent(&times.collect::<Vec<_>>()).unwrap_or_default();
        let row = costs.last().map(|(size, _, cost)| {
            format!(
                "| {} | {size} {} | {:.2} | {} | {} MB | n^{growth:.2} |",
                dimension.name,
                dimension.unit,
                cost.user,
                dimension.goal,
                cost.memory / 1_000_000
            )
        });
        let row = row.unwrap_or_default();
        say(&row);
        let _ = writeln!(table, "{row}");
    }
    if write {
        let page = in_project("docs/performance.md");
        let text = std::fs::read_to_string(&page)?;
        std::fs::write(&page, with_table(&text, &table)?)?;
    }
    Ok(true)
}

/// The page with another table between its two marks.
fn with_table(page: &str, table: &str) -> Result<String, Fault> {
    let (before, rest) = page
        .split_once("<!-- scale -->\n")
        .ok_or("no `<!-- scale -->` in docs/performance.md")?;
    let (_, after) = rest
        .split_once("<!-- end of scale -->")
        .ok_or("no `<!-- end of scale -->` in docs/performance.md")?;
    Ok(format!(
        "{before}<!-- scale -->\n{table}<!-- end of scale -->{after}"
    ))
}
