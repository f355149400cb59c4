//! Which reports a scan writes, and where to.

use super::arguments::{self, Arguments, Format, Plain};
use super::error::CliError;
use super::paths::tidy;
use super::stage::Stage;
use crate::report::{Medium, Scan, github, json, markdown, sarif, text};
use clap::CommandFactory;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A report to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub format: Format,
    /// None means standard output.
    pub file: Option<PathBuf>,
}

/// Pairs formats with outputs: an output belongs to the last format before it that has none, else to the next one.
pub(super) fn targets(arguments: &arguments::Scan) -> Result<Vec<Target>, CliError> {
    // The order in which the two flags stand is only in the matches.
    let matches = Arguments::command()
        .try_get_matches_from(std::env::args_os())
        .ok();
    let scan = matches
        .as_ref()
        .and_then(|matches| matches.subcommand_matches("scan"));
    let places = |id: &str| {
        scan.and_then(|scan| scan.indices_of(id))
            .map(Iterator::collect::<Vec<_>>)
            .unwrap_or_default()
    };
    pair(
        &arguments.format,
        &places("format"),
        &arguments.output,
        &places("output"),
    )
    .map(dashes)
    .and_then(distinct)
}

/// A dash is standard output (POSIX.1-2017, utility syntax guideline 13).
fn dashes(mut targets: Vec<Target>) -> Vec<Target> {
    for target in &mut targets {
        target.file.take_if(|file| file.as_path() == Path::new("-"));
    }
    targets
}

/// No two reports go to one place: the later would overwrite the earlier.
fn distinct(targets: Vec<Target>) -> Result<Vec<Target>, CliError> {
    let mut seen = BTreeSet::new();
    for target in &targets {
        let place = target.file.as_deref().map(|file| {
            let whole = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
            file.canonicalize().unwrap_or_else(|_| tidy(&whole))
        });
        if !seen.insert(place) {
            return Err(CliError::Usage(match &target.file {
                None => "several reports go to standard output: give all but one an `--output`"
                    .to_owned(),
                Some(file) => format!(
                    "two reports go to `{}`: give each a file of its own",
                    file.display()
                ),
            }));
        }
    }
    Ok(targets)
}

fn pair(
    formats: &[Format],
    format_places: &[usize],
    outputs: &[PathBuf],
    output_places: &[usize],
) -> Result<Vec<Target>, CliError> {
    if formats.is_empty() && outputs.len() < 2 {
        return Ok(vec![Target {
            format: Format::Text,
            file: outputs.first().cloned(),
        }]);
    }
    let place = |places: &[usize], at: usize| places.get(at).copied().unwrap_or(at);
    let mut out: Vec<(usize, Target)> = formats
        .iter()
        .enumerate()
        .map(|(at, format)| {
            (
                place(format_places, at),
                Target {
                    format: *format,
                    file: None,
                },
            )
        })
        .collect();
    for (at, file) in outputs.iter().enumerate() {
        let own = place(output_places, at);
        let free = |(_, (_, target)): &(usize, &(usize, Target))| target.file.is_none();
        let before = out
            .iter()
            .enumerate()
            .filter(free)
            .rfind(|(_, (place, _))| *place < own);
        let taken = before
            .or_else(|| out.iter().enumerate().find(free))
            .map(|(at, _)| at);
        match taken.and_then(|at| out.get_mut(at)) {
            Some((_, target)) => target.file = Some(file.clone()),
            None => {
                return Err(CliError::Usage(format!(
                    "`--output {}` has no `--format`: give one for each output",
                    file.display()
                )));
            }
        }
    }
    Ok(out.into_iter().map(|(_, target)| target).collect())
}

/// What a report of a command with two formats is.
pub(super) fn medium(format: Plain) -> Medium {
    match format {
        Plain::Text => Medium::Text,
        Plain::Json => Medium::Json,
    }
}

/// Writes one report.
pub(super) fn write(
    scan: &Scan<'_>,
    format: Format,
    file: Option<PathBuf>,
    stage: &mut Stage,
) -> Result<(), CliError> {
    let text = match format {
        Format::Text => text::scan(scan),
        Format::Json => json::scan(scan) + "\n",
        Format::Sarif => sarif::sarif(scan) + "\n",
        Format::Markdown => markdown::markdown(scan),
        Format::Github => github::github(scan),
        Format::Html | Format::Mermaid | Format::Dot => {
            return Err(CliError::Usage(
                "this version does not write that format: expected text, json, sarif, markdown or github".to_owned(),
            ));
        }
    };
    let medium = match format {
        Format::Json | Format::Sarif => Medium::Json,
        Format::Github => Medium::Commands,
        _ => Medium::Text,
    };
    match file {
        Some(path) => stage.file(&path, &text, medium),
        None => stage.report(&text, medium),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &str, expected: &str) {
        let (mut formats, mut outputs, mut f, mut o) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (at, word) in words.split_whitespace().enumerate() {
            match word {
                "text" => (formats.push(Format::Text), f.push(at)),
                "sarif" => (formats.push(Format::Sarif), f.push(at)),
                file => (outputs.push(PathBuf::from(file)), o.push(at)),
            };
        }
        let got = match pair(&formats, &f, &outputs, &o)
            .map(dashes)
            .and_then(distinct)
        {
            Err(error) => error.to_string(),
            Ok(targets) => {
                let word = |target: Target| {
                    format!(
                        "{:?}={}",
                        target.format,
                        target.file.unwrap_or("-".into()).display()
                    )
                };
                targets.into_iter().map(word).collect::<Vec<_>>().join(" ")
            }
        };
        assert!(got.starts_with(expected), "{words}: {got}");
    }

    #[test]
    fn outputs_go_with_the_format_before_them() {
        check("", "Text=-");
        check("a", "Text=a");
        check("sarif a text", "Sarif=a Text=-");
        check("text sarif a", "Text=- Sarif=a");
        check("a sarif", "Sarif=a");
        check("sarif a text b", "Sarif=a Text=b");
        check("sarif text", "several reports");
        check("sarif a b", "`--output b`");
        check("sarif -", "Sarif=-");
        check("- sarif", "Sarif=-");
        check("sarif - text", "several reports");
        check("sarif a text a", "two reports go to `a`");
        check("sarif a text ./b/../a", "two reports go to");
    }
}
