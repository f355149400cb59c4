//! How cost grows in every dimension of an input.
//!
//! - `cargo bench --bench scale`: user time and memory of whole runs, with the exponent of growth; `--only NAME` for one
//!   dimension, `--write` for the table of `docs/performance.md`.
//! - `cargo bench --profile dev --bench scale -- --check` counts instructions of small inputs with valgrind, and fails
//!   where one takes over 5 % more than `benches/scale/instructions.json` says, or where instructions grow by over
//!   the power 1.15 of the bytes that are read and written; `--record` writes that file.

mod cloud;
mod count;
mod dimension;
mod manifests;
mod measure;

use dimension::{DIMENSIONS, Dimension};
use measure::{Cost, Fault, say};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |word: &str| arguments.iter().any(|own| own == word);
    if let [word, name, size, ..] = arguments.as_slice()
        && word == "--make"
    {
        return made(name, size);
    }
    let only = arguments.iter().skip_while(|own| *own != "--only").nth(1);
    let chosen: Vec<&'static Dimension> = DIMENSIONS
        .iter()
        .filter(|dimension| only.is_none_or(|name| name == dimension.name))
        .collect();
    let done = if has("--check") || has("--record") {
        count::count(&chosen, has("--record"))
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

/// Writes one input, for another process of these benches.
fn made(name: &str, size: &str) -> ExitCode {
    let dimension = DIMENSIONS.iter().find(|own| own.name == name);
    let written = dimension
        .zip(size.parse().ok())
        .map(|(dimension, size)| measure::write(dimension, size));
    match written {
        Some(Ok(())) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn in_project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Times the large sizes; always fine.
fn time(chosen: &[&Dimension], write: bool) -> Result<bool, Fault> {
    let mut table = String::from(
        "| dimension | size | user seconds | goal | memory | growth |\n|---|---|---|---|---|---|\n",
    );
    for dimension in chosen {
        let mut costs: Vec<(usize, u64, Cost)> = Vec::new();
        for size in dimension.large {
            let input = measure::written(dimension, *size)?;
            costs.push((*size, input.bytes, measure::cost(&input)?));
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
