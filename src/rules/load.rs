//! From the text of a rule file to a [`Rule`].

use super::fault::yaml_fault;
use super::field::{Field, fields};
use super::file::RuleFile;
use super::rule::Rule;
use super::{template, words};
use serde_saphyr::{Location, Spanned};

/// Why a rule file is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{file}:{line}:{column}`: {message}")]
pub struct RuleError {
    /// The file.
    pub file: String,
    /// Line from 1; 0 where none is known.
    pub line: u64,
    /// Column from 1; 0 where none is known.
    pub column: u64,
    /// What is wrong and what was expected.
    pub message: String,
}

/// Reads one rule file; `path` is shown in errors.
///
/// # Errors
/// [`RuleError`] with the place, where it is no YAML, has unknown keys, names fields that its facts do not have, or
/// compares one with a value that it cannot have.
pub fn load(path: &str, text: &str) -> Result<Rule, RuleError> {
    let file: RuleFile = serde_saphyr::from_str(text).map_err(|error| {
        let location = error.location();
        RuleError {
            file: path.to_owned(),
            line: location.map_or(0, |at| at.line()),
            column: location.map_or(0, |at| at.column()),
            message: yaml_fault(&error),
        }
    })?;
    check(path, file)
}

fn check(path: &str, file: RuleFile) -> Result<Rule, RuleError> {
    let wrong = |at: Location, message: String| RuleError {
        file: path.to_owned(),
        line: at.line(),
        column: at.column(),
        message,
    };
    if !is_id(&file.id.value) {
        return Err(wrong(
            file.id.referenced,
            format!(
                "`{}` is no rule id: expected two capitals and three digits, as in CP101",
                file.id.value
            ),
        ));
    }
    if let Some((at, message)) = words::missing(&file) {
        return Err(wrong(at, message));
    }
    let own = fields(file.select);
    let known = |name: &str, at: Location| {
        own.iter().find(|field| field.name == name).ok_or_else(|| {
            wrong(
                at,
                format!("`{name}` is no field here: expected one of {}", names(own)),
            )
        })
    };
    let mut matches = Vec::new();
    for (name, condition) in &file.matches {
        let field = known(name, condition.referenced)?;
        for value in condition.value.scalars() {
            field.accepts(value).map_err(|expected| {
                wrong(
                    condition.referenced,
                    format!("`{name}` cannot be that: expected {expected}"),
                )
            })?;
        }
        matches.push((field.name, condition.value.clone()));
    }
    let group = file
        .group
        .iter()
        .map(|name| Ok(known(&name.value, name.referenced)?.name))
        .collect::<Result<_, RuleError>>()?;
    let checked = |text: Spanned<String>| match template::unknown(&text.value, own) {
        None => Ok(text.value),
        Some(name) => Err(wrong(
            text.referenced,
            format!(
                "`{{{name}}}` is no field here: expected one of {}",
                names(own)
            ),
        )),
    };
    Ok(Rule {
        id: file.id.value,
        title: file.title.value,
        severity: file.severity,
        precision: file.precision,
        tags: file.tags,
        references: file.references.into_iter().map(|one| one.value).collect(),
        select: file.select,
        matches,
        group,
        message: checked(file.message)?,
        remedy: checked(file.remediation.text)?,
        paste: checked(file.remediation.example)?,
        help: file.help.value,
        examples: file.examples,
        path: path.to_owned(),
    })
}

fn is_id(id: &str) -> bool {
    let (letters, digits): (Vec<char>, Vec<char>) = id.chars().partition(char::is_ascii_uppercase);
    letters.len() == 2
        && digits.len() == 3
        && digits.iter().all(char::is_ascii_digit)
        && id.starts_with(|c: char| c.is_ascii_uppercase())
}

fn names(fields: &[Field]) -> String {
    fields
        .iter()
        .map(|field| field.name)
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = "id: XX001\ntitle: t\nseverity: low\nprecision: high\nselect: crossing\nmatch:\n  direction: egress\ngroup: [cluster]\n\
                        message: '{who} {reaches|reach} {far}'\nremediation: {text: t, example: e}\nhelp: h\nexamples: {fires: [], silent: []}\n";

    fn check(change: (&str, &str), line: u64, part: &str) {
        let error = load("x.yaml", &RULE.replace(change.0, change.1)).unwrap_err();
        assert_eq!(error.line, line, "{error}");
        assert!(error.message.contains(part), "{error}");
    }

    #[test]
    fn mistakes_are_refused_with_their_line() {
        assert_eq!(load("x.yaml", RULE).unwrap().id, "XX001");
        check(("XX001", "X1"), 1, "no rule id");
        check(("severity: low", "severity: awful"), 3, "awful");
        check(
            ("direction: egress", "direction: sideways"),
            7,
            "one of ingress, egress",
        );
        check(
            ("direction: egress", "direktion: egress"),
            7,
            "no field here",
        );
        check(
            ("direction: egress", "traffic: all"),
            7,
            "only to be printed",
        );
        check(
            ("direction: egress", "host_network: maybe"),
            7,
            "true or false",
        );
        check(("[cluster]", "[cloister]"), 8, "no field here");
        check(("{far}", "{fur}"), 9, "`{fur}` is no field");
        check(("help: h", "hulp: h"), 11, "hulp");
        check(("title: t", "title: ' '"), 2, "`title` is empty");
        check(("help: h", "help: ''"), 11, "`help` is empty");
        check(("text: t", "text: ''"), 10, "`remediation.text` is empty");
        let group = "group: [cluster]\nreferences: [{title: p, url: not an address}]";
        check(("group: [cluster]", group), 9, "no address");
        // Each in words for whoever wrote the rule.
        for (change, line, part) in [
            (
                ("direction: egress", "direction: {a: b}"),
                7,
                "a list of values, or `{not: …}`",
            ),
            (
                ("direction: egress", "direction: 5"),
                7,
                "expected a value (a word, true or false)",
            ),
            (
                ("match:\n  direction: egress", "match: [a]"),
                6,
                "expected a map",
            ),
            (("severity: low", "severity: [a]"), 3, "expected one word"),
            (("[cluster]", "cluster"), 8, "expected a list"),
            (("title: t", "title: [a]"), 2, "expected a text"),
            (
                ("title: t", "title: t\ntitle: u"),
                3,
                "`title` is set twice",
            ),
            (
                ("select: crossing", "select: cros"),
                5,
                "`cros` is not known here: expected one of crossing",
            ),
            (("help: h\n", ""), 11, "`help` is missing"),
        ] {
            check(change, line, part);
        }
    }
}
