//! From the text of a rule file to a [`Rule`].

use super::condition::Condition;
use super::fault::yaml_fault;
use super::field::Field;
use super::file::{RemediationCase, RuleFile};
use super::kind::FactKind;
use super::nearest::suggestion;
use super::rule::{Advice, Case, Rule};
use super::{FACT_KINDS, template, words};
use serde_saphyr::{Location, Spanned};
use std::collections::BTreeMap;

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
    load_among(FACT_KINDS, path, text)
}

/// The same where the kinds of facts are these.
pub(super) fn load_among(
    kinds: &[&'static FactKind],
    path: &str,
    text: &str,
) -> Result<Rule, RuleError> {
    let file: RuleFile = serde_saphyr::from_str(text).map_err(|error| {
        let location = error.location();
        RuleError {
            file: path.to_owned(),
            line: location.map_or(0, |at| at.line()),
            column: location.map_or(0, |at| at.column()),
            message: yaml_fault(&error),
        }
    })?;
    Checker { kinds, path }.rule(file)
}

/// Checks a rule file against the kinds of facts.
struct Checker<'a> {
    kinds: &'a [&'static FactKind],
    path: &'a str,
}

impl Checker<'_> {
    fn rule(&self, file: RuleFile) -> Result<Rule, RuleError> {
        if !is_id(&file.id.value) {
            let id = &file.id.value;
            let why = format!(
                "`{id}` is no rule id: expected two capitals and three digits, as in CP101"
            );
            return Err(self.wrong(file.id.referenced, why));
        }
        if let Some((at, message)) = words::missing(&file) {
            return Err(self.wrong(at, message));
        }
        let select = self.kind(&file.select)?;
        let own = select.fields;
        let group = file.group.iter();
        let group = group.map(|name| Ok(self.field(own, &name.value, name.referenced)?.name));
        let message = self.template(own, file.message)?;
        let summary = file.summary.map(|text| self.template(own, text));
        let remediation = file.remediation;
        let advice = Advice {
            text: self.template(own, remediation.text)?,
            paste: self.template(own, remediation.example)?,
        };
        let cases = remediation.cases.into_iter();
        let cases = cases.map(|case| self.case(own, case, &advice));
        Ok(Rule {
            cases: cases.collect::<Result<_, RuleError>>()?,
            advice,
            id: file.id.value,
            title: file.title.value,
            severity: file.severity,
            precision: file.precision,
            tags: file.tags,
            references: file.references.into_iter().map(|one| one.value).collect(),
            select,
            matches: self.matches(own, &file.matches)?,
            group: group.collect::<Result<_, RuleError>>()?,
            summary: summary.transpose()?.unwrap_or_else(|| message.clone()),
            message,
            help: file.help.value,
            examples: file.examples,
            path: self.path.to_owned(),
        })
    }

    fn wrong(&self, at: Location, message: String) -> RuleError {
        RuleError {
            file: self.path.to_owned(),
            line: at.line(),
            column: at.column(),
            message,
        }
    }

    fn kind(&self, word: &Spanned<String>) -> Result<&'static FactKind, RuleError> {
        let known = self.kinds.iter().find(|kind| kind.name == word.value);
        known.copied().ok_or_else(|| {
            let names: Vec<&str> = self.kinds.iter().map(|kind| kind.name).collect();
            let meant = suggestion(&word.value, &names);
            self.wrong(
                word.referenced,
                format!("`{}` is no kind of fact: {meant}", word.value),
            )
        })
    }

    fn field(
        &self,
        own: &'static [Field],
        name: &str,
        at: Location,
    ) -> Result<&'static Field, RuleError> {
        own.iter().find(|field| field.name == name).ok_or_else(|| {
            let meant = suggestion(name, &names(own));
            self.wrong(at, format!("`{name}` is no field here: {meant}"))
        })
    }

    fn matches(
        &self,
        own: &'static [Field],
        conditions: &BTreeMap<String, Spanned<Condition>>,
    ) -> Result<Vec<(&'static str, Condition)>, RuleError> {
        let mut out = Vec::new();
        for (name, condition) in conditions {
            let field = self.field(own, name, condition.referenced)?;
            for value in condition.value.scalars() {
                field.accepts(value).map_err(|expected| {
                    let why = format!("`{name}` cannot be that: expected {expected}");
                    self.wrong(condition.referenced, why)
                })?;
            }
            out.push((field.name, condition.value.clone()));
        }
        Ok(out)
    }

    fn case(
        &self,
        own: &'static [Field],
        case: RemediationCase,
        otherwise: &Advice,
    ) -> Result<Case, RuleError> {
        let paste = case.example.map(|text| self.template(own, text));
        Ok(Case {
            matches: self.matches(own, &case.matches)?,
            advice: Advice {
                text: self.template(own, case.text)?,
                paste: paste
                    .transpose()?
                    .unwrap_or_else(|| otherwise.paste.clone()),
            },
        })
    }

    /// A template whose placeholders are all fields.
    fn template(&self, own: &'static [Field], text: Spanned<String>) -> Result<String, RuleError> {
        match template::unknown(&text.value, own) {
            None => Ok(text.value),
            Some(name) => {
                let meant = suggestion(name, &names(own));
                Err(self.wrong(
                    text.referenced,
                    format!("`{{{name}}}` is no field here: {meant}"),
                ))
            }
        }
    }
}

fn is_id(id: &str) -> bool {
    let (letters, digits): (Vec<char>, Vec<char>) = id.chars().partition(char::is_ascii_uppercase);
    letters.len() == 2
        && digits.len() == 3
        && digits.iter().all(char::is_ascii_digit)
        && id.starts_with(|c: char| c.is_ascii_uppercase())
}

fn names(fields: &[Field]) -> Vec<&'static str> {
    fields.iter().map(|field| field.name).collect()
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
            "`direktion` is no field here: did you mean `direction`?",
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
                "`cros` is no kind of fact: expected one of crossing",
            ),
            (("help: h\n", ""), 11, "`help` is missing"),
        ] {
            check(change, line, part);
        }
    }
}
