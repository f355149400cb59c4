//! The entries of `allow:`, checked.

use super::super::node::Node;
use super::super::operand;
use super::super::place::Fault;
use super::super::traffic_words::traffic_words;
use super::day::Day;
use super::end::End;
use super::file::AllowEntry;
use crate::model::{Place, Traffic};
use serde_saphyr::{Location, Spanned};
use std::collections::BTreeMap;

/// A reason or owner that begins with one of these, in any case, was not written by anybody who reviewed the entry.
const PLACEHOLDERS: [&str; 3] = ["TODO", "TBD", "FIXME"];

/// Why an entry is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{file}:{line}:{column}`: {message}")]
pub struct IntentError {
    /// The configuration.
    pub file: String,
    /// Line from 1; 0 where none is known.
    pub line: u64,
    /// Column from 1; 0 where none is known.
    pub column: u64,
    /// What is wrong and what was expected.
    pub message: String,
}

/// A crossing that is wanted.
#[derive(Clone, Debug)]
pub struct Allowance {
    /// Where it stands in the configuration.
    pub place: Place,
    /// Who opens the connection; never empty.
    pub(crate) from: Vec<End>,
    /// Whom it is opened to; never empty.
    pub(crate) to: Vec<End>,
    /// What is listed of protocols and ports, each part by itself; never empty.
    pub(crate) parts: Vec<Traffic>,
    /// Why it is wanted.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day on which it counts; none where it counts until it is taken away.
    pub until: Option<Day>,
}

/// All that the configuration says of wanted crossings.
#[derive(Clone, Debug, Default)]
pub struct Intent {
    /// In the order of the file.
    pub allowances: Vec<Allowance>,
    /// Which day it is; none where nobody says, and then no entry with an end counts.
    pub today: Option<Day>,
}

impl Intent {
    /// Checks the entries of a configuration; `file` is its path as it is shown.
    ///
    /// # Errors
    /// [`IntentError`] with the place of the first that is wrong.
    pub fn read(file: &str, entries: &[Spanned<AllowEntry>]) -> Result<Self, IntentError> {
        let refusal = |fault: Fault| IntentError {
            file: file.to_owned(),
            line: fault.at.0,
            column: fault.at.1,
            message: fault.message,
        };
        let each = entries.iter().map(|entry| allowance(file, entry));
        let allowances = each.collect::<Result<Vec<_>, _>>().map_err(refusal)?;
        let mut seen: BTreeMap<String, u32> = BTreeMap::new();
        for (own, entry) in allowances.iter().zip(entries) {
            if let Some(line) = seen.insert(own.entry(), own.place.line) {
                let why =
                    format!("the same flow is allowed at line {line} already: keep one of them");
                return Err(refusal(Fault::new(entry.referenced, why)));
            }
        }
        Ok(Intent {
            allowances,
            today: None,
        })
    }

    /// Whether some entry ends on a day.
    #[must_use]
    pub fn ends(&self) -> bool {
        self.allowances.iter().any(|own| own.until.is_some())
    }

    /// Whether an entry counts: somebody reviewed it, and its last day is not over as far as anybody says which day it is.
    pub(crate) fn counts(&self, allowance: &Allowance) -> bool {
        allowance.is_reviewed() && allowance.is_expired(self.today) == Some(false)
    }
}

impl Allowance {
    /// Protocols and ports.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        self.parts.iter().collect()
    }

    /// Who opens the connection, as it is written.
    #[must_use]
    pub fn from_words(&self) -> String {
        written(&self.from)
    }

    /// Whom it is opened to, as it is written.
    #[must_use]
    pub fn to_words(&self) -> String {
        written(&self.to)
    }

    /// The entry as one text, which names it from run to run.
    #[must_use]
    pub fn entry(&self) -> String {
        let (from, to) = (self.from_words(), self.to_words());
        format!("{from} to {to} on {}", traffic_words(&self.traffic()))
    }

    /// Why it is wanted, by whom, and until when: `reads orders (team shop, until 2027-03-31)`.
    #[must_use]
    pub fn why(&self) -> String {
        let until = self
            .until
            .map_or_else(String::new, |day| format!(", until {day}"));
        format!("{} ({}{until})", self.reason, self.owner)
    }

    /// Whether reason and owner were written by somebody, and are not what stands there for them to be written.
    #[must_use]
    pub fn is_reviewed(&self) -> bool {
        let is_placeholder = |text: &str| {
            PLACEHOLDERS.iter().any(|word| {
                let front = text.get(..word.len());
                front.is_some_and(|front| front.eq_ignore_ascii_case(word))
            })
        };
        !is_placeholder(&self.reason) && !is_placeholder(&self.owner)
    }

    /// Whether its last day is over; none where it has one and nobody says which day it is.
    #[must_use]
    pub fn is_expired(&self, today: Option<Day>) -> Option<bool> {
        match (self.until, today) {
            (None, _) => Some(false),
            (Some(until), Some(today)) => Some(today > until),
            (Some(_), None) => None,
        }
    }
}

fn written(ends: &[End]) -> String {
    let words: Vec<&str> = ends.iter().map(|end| end.written.as_str()).collect();
    words.join(", ")
}

fn allowance(file: &str, entry: &Spanned<AllowEntry>) -> Result<Allowance, Fault> {
    let own = &entry.value;
    let until = own.until.as_ref().map(|node| {
        let written = node.value.written();
        Day::parse(&written).map_err(|why| Fault::new(node.referenced, why))
    });
    Ok(Allowance {
        place: place(file, entry.referenced),
        from: ends(&own.from, "from")?,
        to: ends(&own.to, "to")?,
        parts: ports(&own.ports)?,
        reason: text(&own.reason, "reason", "why the flow is wanted")?,
        owner: text(
            &own.owner,
            "owner",
            "who answers for it: a team or a person",
        )?,
        until: until.transpose()?,
    })
}

fn place(file: &str, at: Location) -> Place {
    let number = |number: u64| u32::try_from(number).unwrap_or_default();
    Place {
        file: file.into(),
        line: number(at.line()),
        column: number(at.column()),
        length: 0,
    }
}

fn text(node: &Spanned<Node>, key: &str, expected: &str) -> Result<String, Fault> {
    let wrong = |what: String| {
        Err(Fault::new(
            node.referenced,
            format!("{what}: expected {expected}"),
        ))
    };
    match &node.value {
        Node::Text(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
        Node::Number(number) => Ok(number.to_string()),
        Node::Text(_) | Node::Nothing => wrong(format!("`{key}` is empty")),
        other => wrong(format!("`{key}` cannot be {}", other.name())),
    }
}

/// The parts of a value that is one of something or a list of some.
fn parts<'n>(node: &'n Spanned<Node>, key: &str) -> Result<Vec<&'n Spanned<Node>>, Fault> {
    match &node.value {
        Node::List(parts) if parts.is_empty() => {
            let why =
                format!("`{key}` is an empty list: name what is meant, or take the entry away");
            Err(Fault::new(node.referenced, why))
        }
        Node::List(parts) => Ok(parts.iter().collect()),
        _ => Ok(vec![node]),
    }
}

fn ends(node: &Spanned<Node>, key: &str) -> Result<Vec<End>, Fault> {
    let one = |node: &Spanned<Node>| {
        let end = match &node.value {
            Node::Text(text) => End::read(text),
            other => Err(format!(
                "`{key}` cannot be {}: expected a text, or a list of some",
                other.name()
            )),
        };
        end.map_err(|why| Fault::new(node.referenced, why))
    };
    parts(node, key)?.into_iter().map(one).collect()
}

fn ports(node: &Spanned<Node>) -> Result<Vec<Traffic>, Fault> {
    let one = |node: &Spanned<Node>| {
        let text = match &node.value {
            Node::Text(text) => text.clone(),
            Node::Number(number) => {
                let why = format!(
                    "`{number}` is a port without its protocol: did you mean `tcp {number}`?"
                );
                return Err(Fault::new(node.referenced, why));
            }
            other => other.name(),
        };
        if text.trim().eq_ignore_ascii_case("any") {
            return Ok(Traffic::all());
        }
        let read = operand::packets(&text);
        read.map_err(|why| Fault::new(node.referenced, format!("{why}, or `any`")))
    };
    parts(node, "ports")?.into_iter().map(one).collect()
}
