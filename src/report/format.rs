//! The report formats of `scan`. A format is one file that makes its text, and one line of [`FORMATS`](super::FORMATS): the words of
//! `--format`, the endings of `--output` and the tests follow from it.

use super::medium::Medium;
use super::scan::Scan;

/// A report format.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// Its word after `--format`.
    pub name: &'static str,
    /// What it is for, in one line of the help.
    pub about: &'static str,
    /// Endings of file names that ask for it where no `--format` does.
    pub endings: &'static [&'static str],
    /// What its text is made of.
    pub medium: Medium,
    /// Makes its text.
    pub parts: for<'s> fn(&'s Scan<'s>) -> Parts<'s>,
}

/// A report in parts, made as they are asked for, so that a long one need not be in memory as a whole. A part holds whole
/// lines, or whole tokens of JSON.
pub type Parts<'s> = Box<dyn Iterator<Item = String> + 's>;

/// A report that is made at once.
pub(super) fn whole(text: String) -> Parts<'static> {
    Box::new(std::iter::once(text))
}

/// A document on one line whose last member is an empty list, with the list's entries in it: `end` closes the list and all that
/// it stands in.
pub(super) fn with_list<'s>(
    document: &str,
    end: &'static str,
    entries: impl Iterator<Item = String> + 's,
) -> Parts<'s> {
    let head = document.strip_suffix(end).unwrap_or(document).to_owned();
    let entries = entries.enumerate().map(|(at, entry)| match at {
        0 => entry,
        _ => format!(",{entry}"),
    });
    let end = std::iter::once(format!("{end}\n"));
    Box::new(std::iter::once(head).chain(entries).chain(end))
}

/// The format of a name.
#[must_use]
pub fn by_name(formats: &[&'static Format], name: &str) -> Option<&'static Format> {
    formats.iter().find(|format| format.name == name).copied()
}

/// The format that a file's name asks for by its ending: the longest that fits.
#[must_use]
pub fn by_ending(formats: &[&'static Format], file: &str) -> Option<&'static Format> {
    let fits = |format: &&'static Format| {
        let endings = format
            .endings
            .iter()
            .filter(|ending| file.ends_with(**ending));
        endings.map(|ending| ending.len()).max()
    };
    let found = formats
        .iter()
        .filter_map(|format| Some((fits(format)?, *format)));
    found
        .max_by_key(|(length, _)| *length)
        .map(|(_, format)| format)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::World;
    use crate::report::sample::{finding, scan_of};
    use crate::report::{FORMATS, text};
    use crate::rules::{Finding, builtin};
    use std::collections::BTreeSet;

    #[test]
    fn no_word_and_no_ending_is_taken_twice() {
        let mut seen = BTreeSet::new();
        for format in FORMATS {
            assert!(seen.insert(format.name), "{}", format.name);
            assert!(!format.about.is_empty() && !format.endings.is_empty());
            for ending in format.endings {
                assert!(seen.insert(ending), "{ending}");
                let named = by_ending(FORMATS, &format!("out/report{ending}")).unwrap();
                assert_eq!(named.name, format.name);
            }
        }
        assert!(by_ending(FORMATS, "report").is_none());
    }

    /// A format that the program does not have: one constant, and one line of a table.
    const SEMAPHORE: Format = Format {
        name: "semaphore",
        about: "flags",
        endings: &[".flags"],
        medium: Medium::Text,
        parts: |scan| whole(format!("{} flags\n", scan.findings.len())),
    };

    #[test]
    fn a_made_up_format_is_found_by_name_and_ending_and_writes() {
        const TABLE: &[&Format] = &[&text::FORMAT, &SEMAPHORE];
        assert!(by_name(FORMATS, "semaphore").is_none());
        let by_name = by_name(TABLE, "semaphore").unwrap();
        let by_ending = by_ending(TABLE, "ship.flags").unwrap();
        assert_eq!((by_name.about, by_ending.name), ("flags", "semaphore"));
        let world = World::default();
        let parts: Vec<String> = (by_name.parts)(&scan_of(&[], &[], &world)).collect();
        assert_eq!(parts, ["0 flags\n"]);
    }

    #[test]
    fn the_longest_ending_decides() {
        assert_eq!(by_ending(FORMATS, "a.sarif.json").unwrap().name, "sarif");
        assert_eq!(by_ending(FORMATS, "a.json").unwrap().name, "json");
    }

    #[test]
    fn no_part_of_what_programs_read_grows_with_the_number_of_findings() {
        let (world, rules) = (World::default(), builtin().unwrap());
        for name in ["sarif", "json", "junit", "gitlab-sast"] {
            let format = by_name(FORMATS, name).unwrap();
            let largest = |count: usize| {
                let findings: Vec<Finding> = (0..count).map(finding).collect();
                let scan = scan_of(&findings, &rules, &world);
                let parts = (format.parts)(&scan).map(|part| part.len());
                parts.max().unwrap()
            };
            let (few, many) = (largest(10), largest(2_000));
            assert!(many < few + 100, "{name}: {few}, {many}");
        }
    }

    #[test]
    fn each_format_writes_nothing_found_and_five_thousand_findings() {
        let (world, rules) = (World::default(), builtin().unwrap());
        let many: Vec<Finding> = (0..5_000).map(finding).collect();
        for format in FORMATS {
            let written = |findings: &[Finding]| -> String {
                (format.parts)(&scan_of(findings, &rules, &world)).collect()
            };
            let (none, all) = (written(&[]), written(&many));
            assert!(
                !none.trim().is_empty() && none.ends_with('\n'),
                "{}",
                format.name
            );
            assert!(all.len() > none.len(), "{}", format.name);
            if format.medium == Medium::Json {
                for text in [&none, &all] {
                    serde_json::from_str::<serde_json::Value>(text).unwrap();
                }
            }
        }
    }
}
