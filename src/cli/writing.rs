//! Which reports a scan writes, and where to.

use super::arguments::{self, Arguments, Plain};
use super::console::Console;
use super::error::CliError;
use super::paths::tidy;
use crate::report::format::by_ending;
use crate::report::{FORMATS, Format, Medium, Scan, text};
use clap::CommandFactory;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A report to write.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub format: &'static Format,
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

/// Where no format is named, each output has the one that its ending asks for; one output of any other ending is text.
fn by_endings(outputs: &[PathBuf]) -> Result<Vec<Target>, CliError> {
    let asked = |file: &PathBuf| by_ending(FORMATS, &file.to_string_lossy());
    let target = |file: &PathBuf| match asked(file) {
        None if outputs.len() > 1 => Err(CliError::Usage(format!(
            "`--output {}` has no `--format`, and its ending names none: give one for each output",
            file.display()
        ))),
        format => Ok(Target {
            format: format.unwrap_or(&text::FORMAT),
            file: Some(file.clone()),
        }),
    };
    if outputs.is_empty() {
        return Ok(vec![Target {
            format: &text::FORMAT,
            file: None,
        }]);
    }
    outputs.iter().map(target).collect()
}

fn pair(
    formats: &[&'static Format],
    format_places: &[usize],
    outputs: &[PathBuf],
    output_places: &[usize],
) -> Result<Vec<Target>, CliError> {
    if formats.is_empty() {
        return by_endings(outputs);
    }
    let place = |places: &[usize], at: usize| places.get(at).copied().unwrap_or(at);
    let mut out: Vec<(usize, Target)> = formats
        .iter()
        .enumerate()
        .map(|(at, format)| (place(format_places, at), Target { format, file: None }))
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
    target: &Target,
    console: &mut Console,
) -> Result<(), CliError> {
    let Format { medium, parts, .. } = target.format;
    match &target.file {
        Some(path) => console.file(path, parts(scan), *medium),
        None => console.report_parts(parts(scan), *medium),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::format::by_name;

    fn check(words: &str, expected: &str) {
        let (mut formats, mut outputs, mut f, mut o) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (at, word) in words.split_whitespace().enumerate() {
            match word {
                "text" | "sarif" => {
                    formats.push(by_name(FORMATS, word).unwrap());
                    f.push(at);
                }
                file => {
                    outputs.push(PathBuf::from(file));
                    o.push(at);
                }
            }
        }
        let got = match pair(&formats, &f, &outputs, &o)
            .map(dashes)
            .and_then(distinct)
        {
            Err(error) => error.to_string(),
            Ok(targets) => {
                let word = |target: Target| {
                    format!(
                        "{}={}",
                        target.format.name,
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
        check("", "text=-");
        check("a", "text=a");
        check("sarif a text", "sarif=a text=-");
        check("text sarif a", "text=- sarif=a");
        check("a sarif", "sarif=a");
        check("sarif a text b", "sarif=a text=b");
        check("a.sarif", "sarif=a.sarif");
        check("a.sarif b.txt", "sarif=a.sarif text=b.txt");
        check(
            "a.sarif b",
            "`--output b` has no `--format`, and its ending",
        );
        check("text a.sarif", "text=a.sarif");
        check("sarif text", "several reports");
        check("sarif a b", "`--output b`");
        check("sarif -", "sarif=-");
        check("- sarif", "sarif=-");
        check("sarif - text", "several reports");
        check("sarif a text a", "two reports go to `a`");
        check("sarif a text ./b/../a", "two reports go to");
    }
}
