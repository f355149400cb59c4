//! Which findings are to be fixed.

use super::super::arguments::{Fix, Inputs};
use super::super::error::CliError;
use crate::rules::Finding;
use std::collections::BTreeMap;
use std::path::Path;

/// What the command line asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// Rules, each with the number of a finding, or with none for all of them; none asked means every finding.
    findings: Vec<(String, Option<usize>)>,
    border: Option<String>,
}

/// A finding to fix.
pub(super) struct Chosen<'f> {
    /// Its name, as `scan` numbers it: `CP101/2`.
    pub name: String,
    pub finding: &'f Finding,
}

impl Asked {
    /// Parts the findings that are named among the inputs from the inputs.
    pub fn of(arguments: &Fix) -> (Self, Inputs) {
        let mut inputs = arguments.inputs.clone();
        let mut findings = Vec::new();
        inputs.inputs.retain(|word| {
            let named = named(word);
            findings.extend(named.clone());
            named.is_none()
        });
        let border = arguments.border.clone();
        (Asked { findings, border }, inputs)
    }

    fn asks(&self, rule: &str, number: usize) -> bool {
        let is = |(own, only): &(String, Option<usize>)| {
            own == rule && only.is_none_or(|only| only == number)
        };
        self.findings.is_empty() || self.findings.iter().any(is)
    }
}

/// `CP101/2` and `CP101` as a rule and a number from 1; none for what is a path of a file.
fn named(word: &Path) -> Option<(String, Option<usize>)> {
    let text = word.to_str()?;
    let (rule, number) = match text.split_once('/') {
        None => (text, None),
        Some((rule, number)) => {
            let number = number.parse().ok().filter(|number| *number > 0)?;
            (rule, Some(number))
        }
    };
    let letters = rule.chars().take_while(char::is_ascii_uppercase).count();
    let digits = rule
        .chars()
        .skip(letters)
        .filter(char::is_ascii_digit)
        .count();
    let is_id = letters > 0 && digits > 0 && letters + digits == rule.chars().count();
    (is_id && !word.exists()).then(|| (rule.to_owned(), number))
}

/// Whether a border goes by a name: its address, or the last part of it.
fn is_border(border: &str, name: &str) -> bool {
    border == name
        || border
            .strip_suffix(name)
            .is_some_and(|front| front.ends_with('.'))
}

/// The findings to fix, as `scan` lists and numbers them: those that are asked for, else all that are about a border or, by the ids of their
/// rules, about a rule of a filter or a route that is narrowed.
pub(super) fn chosen<'f>(
    findings: &'f [Finding],
    asked: &Asked,
    is_narrowed: impl Fn(&str) -> bool,
) -> Result<Vec<Chosen<'f>>, CliError> {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut out = Vec::new();
    for finding in findings {
        let number = numbers.entry(&finding.rule).or_default();
        *number += 1;
        let over = asked.border.as_ref().is_none_or(|name| {
            let mut borders = finding.borders.iter();
            borders.any(|border| is_border(border, name))
        });
        let is_own = finding.direct || is_narrowed(&finding.rule);
        let named = !asked.findings.is_empty() || is_own;
        if over && named && asked.asks(&finding.rule, *number) {
            out.push(Chosen {
                name: format!("{}/{number}", finding.rule),
                finding,
            });
        }
    }
    let is_asked = !asked.findings.is_empty() || asked.border.is_some();
    if out.is_empty() && is_asked {
        return Err(CliError::Usage(
            "no finding goes by that name and border here: `crosspeer scan` lists and numbers them"
                .to_owned(),
        ));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_told_from_inputs() {
        for (word, expected) in [
            ("CP101/2", Some(("CP101", Some(2)))),
            ("CP101", Some(("CP101", None))),
            ("ORG7/1", Some(("ORG7", Some(1)))),
            ("CP101/0", None),
            ("CP101/x", None),
            ("101", None),
            ("CP", None),
            ("plan.json", None),
            (".", None),
        ] {
            let expected = expected.map(|(rule, number)| (rule.to_owned(), number));
            assert_eq!(named(Path::new(word)), expected, "{word}");
        }
    }

    #[test]
    fn a_border_goes_by_its_address_and_by_the_last_part_of_it() {
        for (name, expected) in [
            ("module.a.aws_vpc_peering_connection.app_data", true),
            ("aws_vpc_peering_connection.app_data", true),
            ("app_data", true),
            ("data", false),
            ("", false),
        ] {
            let border = "module.a.aws_vpc_peering_connection.app_data";
            assert_eq!(is_border(border, name), expected, "{name}");
        }
    }
}
