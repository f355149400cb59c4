//! From the text of a rule file to a [`Rule`].

use super::condition::Condition;
use super::fact_kinds::FACT_KINDS;
use super::fault::yaml_fault;
use super::field::Field;
use super::file::{OverrideFile, RemediationCase, RuleFile, SeverityCase};
use super::kind::FactKind;
use super::matching::condition;
use super::nearest::suggestion;
use super::node::Node;
use super::place::Fault;
use super::rule::{Advice, Case, Grade, Override, Rule};
use super::{template, when, words};
use serde::Deserialize;
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

/// Longest rule file, in bytes.
const LONGEST: usize = 1 << 20;

/// What a file of a directory of rules holds.
#[derive(Clone, Debug)]
pub enum RuleText {
    /// A rule.
    Rule(Box<Rule>),
    /// A change to one of the built-in rules.
    Override(Override),
}

/// Reads one rule file; `path` is shown in errors.
///
/// # Errors
/// [`RuleError`] with the place, where it is no YAML, has unknown keys, names fields that its facts do not have, or
/// compares one with a value that it cannot have.
pub fn load(path: &str, text: &str) -> Result<Rule, RuleError> {
    load_among(FACT_KINDS, path, text)
}

/// Reads a file of a directory of rules: a rule, or a change to one of the built-in set.
///
/// # Errors
/// As [`load`].
pub fn load_any(path: &str, text: &str) -> Result<RuleText, RuleError> {
    let first = parse::<Node>(path, text);
    let overrides = |key: &Spanned<String>| key.value == "override";
    match first {
        Ok(Node::Map(entries)) if entries.iter().any(|(key, _)| overrides(key)) => {
            let file: OverrideFile = parse(path, text)?;
            let wrong =
                |at: &Spanned<String>, why: &str| refusal(path, Fault::new(at.referenced, why));
            if file.reason.value.trim().is_empty() {
                return Err(wrong(
                    &file.reason,
                    "`reason` is empty: expected why the rule is changed",
                ));
            }
            if file.severity.is_none() && !file.off {
                let why = "nothing is changed: expected `severity` or `off: true`";
                return Err(wrong(&file.id, why));
            }
            Ok(RuleText::Override(Override {
                id: file.id.value,
                severity: file.severity,
                off: file.off,
                reason: file.reason.value,
                path: path.to_owned(),
            }))
        }
        _ => load(path, text).map(|rule| RuleText::Rule(Box::new(rule))),
    }
}

/// The same as [`load`] where the kinds of facts are these.
pub(super) fn load_among(
    kinds: &[&'static FactKind],
    path: &str,
    text: &str,
) -> Result<Rule, RuleError> {
    let file: RuleFile = parse(path, text)?;
    let checker = Checker { kinds, path, text };
    checker.rule(file).map_err(|fault| refusal(path, fault))
}

fn parse<T: for<'de> Deserialize<'de>>(path: &str, text: &str) -> Result<T, RuleError> {
    if text.len() > LONGEST {
        let message = format!("the file is longer than {LONGEST} bytes");
        return Err(refusal(
            path,
            Fault {
                at: (1, 1),
                message,
            },
        ));
    }
    serde_saphyr::from_str(text).map_err(|error| {
        let location = error.location();
        RuleError {
            file: path.to_owned(),
            line: location.map_or(0, |at| at.line()),
            column: location.map_or(0, |at| at.column()),
            message: yaml_fault(&error),
        }
    })
}

fn refusal(path: &str, fault: Fault) -> RuleError {
    RuleError {
        file: path.to_owned(),
        line: fault.at.0,
        column: fault.at.1,
        message: fault.message,
    }
}

/// Checks a rule file against the kinds of facts.
struct Checker<'a> {
    kinds: &'a [&'static FactKind],
    path: &'a str,
    text: &'a str,
}

impl Checker<'_> {
    fn rule(&self, file: RuleFile) -> Result<Rule, Fault> {
        if !is_id(&file.id.value) {
            let id = &file.id.value;
            let why = format!(
                "`{id}` is no rule id: expected two capitals and three digits, as in CP101"
            );
            return Err(Fault::new(file.id.referenced, why));
        }
        if let Some((at, message)) = words::missing(&file) {
            return Err(Fault::new(at, message));
        }
        let select = self.kind(&file.select)?;
        let own = select.fields;
        let condition = self.condition(own, &file)?;
        let named = |names: &[Spanned<String>]| -> Result<Vec<&'static str>, Fault> {
            let names = names.iter();
            let names = names.map(|name| Ok(field(own, &name.value, name.referenced)?.name));
            names.collect()
        };
        let severities = file.severities.iter().map(|case| self.grade(own, case));
        let message = template(own, file.message)?;
        let summary = file.summary.map(|text| template(own, text));
        let remediation = file.remediation;
        let advice = Advice {
            text: template(own, remediation.text)?,
            paste: template(own, remediation.example)?,
        };
        let cases = remediation.cases.into_iter();
        let cases = cases.map(|case| self.case(own, case, &advice));
        Ok(Rule {
            cases: cases.collect::<Result<_, Fault>>()?,
            advice,
            id: file.id.value,
            title: file.title.value,
            severity: file.severity,
            severities: severities.collect::<Result<_, Fault>>()?,
            precision: file.precision,
            tags: file.tags,
            references: file.references.into_iter().map(|one| one.value).collect(),
            intended: file.intended,
            select,
            condition,
            group: named(&file.group)?,
            parts: named(&file.parts)?,
            summary: summary.transpose()?.unwrap_or_else(|| message.clone()),
            message,
            help: file.help.value,
            examples: file.examples,
            path: self.path.to_owned(),
        })
    }

    fn kind(&self, word: &Spanned<String>) -> Result<&'static FactKind, Fault> {
        let known = self.kinds.iter().find(|kind| kind.name == word.value);
        known.copied().ok_or_else(|| {
            let names: Vec<&str> = self.kinds.iter().map(|kind| kind.name).collect();
            let meant = suggestion(&word.value, &names);
            let why = format!("`{}` is no kind of fact: {meant}", word.value);
            Fault::new(word.referenced, why)
        })
    }

    /// When the rule fires: `match` and `when` together, one of which there must be.
    fn condition(&self, own: &'static [Field], file: &RuleFile) -> Result<Condition, Fault> {
        let matches = file.matches.as_ref().map(|node| condition(node, own));
        let when = file.when.as_ref().map(|text| self.when(own, text));
        let parts = [matches.transpose()?, when.transpose()?];
        let mut parts: Vec<Condition> = parts.into_iter().flatten().collect();
        match parts.len() {
            0 => {
                let why = "`match` or `when` is missing here: expected the condition under which the rule fires";
                Err(Fault::new(file.id.referenced, why))
            }
            1 => Ok(parts.remove(0)),
            _ => Ok(Condition::All(parts)),
        }
    }

    fn when(&self, own: &'static [Field], text: &Spanned<String>) -> Result<Condition, Fault> {
        let program = when::read(&text.value, own).map_err(|wrong| {
            let begins = (text.referenced.line(), text.referenced.column());
            Fault {
                at: when::place(self.text, begins, &text.value, wrong.offset),
                message: wrong.message,
            }
        });
        program.map(Condition::When)
    }

    fn grade(&self, own: &'static [Field], case: &SeverityCase) -> Result<Grade, Fault> {
        Ok(Grade {
            condition: condition(&case.matches, own)?,
            written: case.matches.value.written(),
            severity: case.severity,
        })
    }

    fn case(
        &self,
        own: &'static [Field],
        case: RemediationCase,
        otherwise: &Advice,
    ) -> Result<Case, Fault> {
        let paste = case.example.map(|text| template(own, text));
        Ok(Case {
            condition: condition(&case.matches, own)?,
            written: case.matches.value.written(),
            advice: Advice {
                text: template(own, case.text)?,
                paste: paste
                    .transpose()?
                    .unwrap_or_else(|| otherwise.paste.clone()),
            },
        })
    }
}

/// A field that messages may print and findings be grouped by.
fn field(own: &'static [Field], name: &str, at: Location) -> Result<&'static Field, Fault> {
    let known = own.iter().filter(|field| field.is_printable());
    let mut found = known.clone().filter(|field| field.name == name);
    found.next().ok_or_else(|| {
        let names: Vec<&str> = known.map(|field| field.name).collect();
        let meant = suggestion(name, &names);
        Fault::new(at, format!("`{name}` is no field here: {meant}"))
    })
}

/// A template whose placeholders are all fields.
fn template(own: &'static [Field], text: Spanned<String>) -> Result<String, Fault> {
    match template::unknown(&text.value, own) {
        None => Ok(text.value),
        Some(name) => {
            let names: Vec<&str> = own.iter().map(|field| field.name).collect();
            let meant = suggestion(name, &names);
            let why = format!("`{{{name}}}` is no field here: {meant}");
            Err(Fault::new(text.referenced, why))
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
