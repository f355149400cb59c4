//! The rules of one run, what they judge, and the requests in the input to ignore what they find.

use super::arguments::{self, Level};
use super::config::Found;
use super::console::Console;
use super::error::CliError;
use super::rule_set::rule_set;
use crate::ingest::Ingested;
use crate::model::{Origin, Place};
use crate::reach::Engine;
use crate::rules::{Day, Intent, Judgement, Options, Rule, Severity, judge};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

/// Namespaces of Kubernetes itself, which rules about namespaces leave out unless the configuration says otherwise.
const EXEMPT: [&str; 3] = ["kube-system", "kube-public", "kube-node-lease"];

/// The rules of a run.
pub(super) struct Rulebook {
    rules: Vec<Rule>,
    options: Options,
}

impl Rulebook {
    /// The rules there are, and which of them judge what.
    pub fn new(arguments: &arguments::Judging, found: &Found) -> Result<Self, CliError> {
        let own = &found.config;
        let directories: Vec<_> = arguments
            .rules
            .iter()
            .cloned()
            .chain(own.rules.iter().map(|path| found.resolve(path)))
            .collect();
        let exempt = own.exempt_namespaces.clone();
        let set = rule_set(&directories)?;
        let mut ignore = either(&arguments.ignore, &own.ignore);
        ignore.extend(set.off);
        let book = Rulebook {
            rules: set.rules,
            options: Options {
                select: either(&arguments.select, &own.select),
                ignore,
                min_severity: arguments.min_severity.or(own.min_severity).map(severity),
                exempt: exempt.unwrap_or_else(|| EXEMPT.map(str::to_owned).to_vec()),
                intent: own
                    .intent
                    .clone()
                    .map(|intent| dated(intent, arguments.today.as_ref())),
            },
        };
        book.knows_what_is_chosen()?;
        Ok(book)
    }

    fn knows_what_is_chosen(&self) -> Result<(), CliError> {
        let known: BTreeSet<&str> = self.rules.iter().map(|rule| rule.id.as_str()).collect();
        let mut chosen = self.options.select.iter().chain(&self.options.ignore);
        match chosen.find(|id| !known.contains(id.as_str())) {
            None => Ok(()),
            Some(id) => {
                let known: Vec<&str> = known.into_iter().collect();
                let known = known.join(", ");
                Err(CliError::Usage(format!(
                    "`{id}` is no rule: there are {known}"
                )))
            }
        }
    }

    /// The rules that run.
    pub fn running(&self) -> Vec<&Rule> {
        let rules = self.rules.iter();
        rules.filter(|rule| self.options.runs(rule)).collect()
    }

    /// Which crossings are wanted; none where the configuration does not say.
    pub fn intent(&self) -> Option<&Intent> {
        self.options.intent.as_ref()
    }

    /// Whether a rule looks at what the configuration wants.
    pub fn asks_for_intent(&self, id: &str) -> bool {
        let mut rules = self.rules.iter();
        rules.any(|rule| rule.id == id && rule.looks_at("intent"))
    }

    /// Whether a rule judges the rules of filters.
    pub fn is_about_filter_rules(&self, id: &str) -> bool {
        let mut rules = self.rules.iter();
        rules.any(|rule| rule.id == id && rule.select.name == "filter-rule")
    }

    /// Whether a rule, by its id, looks at routes that lead beyond the network behind a border.
    pub fn is_about_wide_routes(&self, id: &str) -> bool {
        let mut rules = self.rules.iter();
        rules.any(|rule| rule.id == id && rule.select.name == "route" && rule.looks_at("beyond"))
    }

    /// What the rules find, and the requests to ignore that left something out, by number.
    pub fn judge(&self, engine: &Engine<'_>, ingested: &Ingested) -> (Judgement, BTreeSet<usize>) {
        let used = RefCell::new(BTreeSet::new());
        let judgement = judge(&self.rules, engine, &self.options, &|rule, origin| {
            let covering = covering(ingested, rule, origin);
            used.borrow_mut().extend(&covering);
            !covering.is_empty()
        });
        (judgement, used.into_inner())
    }

    /// Notes requests to ignore, of rules that ran, that left nothing out.
    pub fn note_unused(&self, ingested: &Ingested, used: &BTreeSet<usize>, console: &mut Console) {
        let ran = self.running();
        let all = ingested.ignores.iter().enumerate();
        for (_, ignore) in all.filter(|(number, _)| !used.contains(number)) {
            let is_own = |id: &String| ran.iter().any(|rule| rule.id.eq_ignore_ascii_case(id));
            if ignore.ids.iter().any(is_own) {
                let Place { file, line, .. } = &ignore.place;
                let ids = ignore.ids.join(", ");
                console.note(&format!(
                    "`{file}:{line}`: the request to ignore {ids} leaves nothing out; remove it"
                ));
            }
        }
    }
}

/// The intent with the day that the command line names, else today. No clock is read where no entry ends.
fn dated(intent: Intent, named: Option<&Day>) -> Intent {
    let now = || {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        since.map_or_else(
            |_| Day::of_unix_time(0),
            |since| Day::of_unix_time(since.as_secs()),
        )
    };
    let today = intent.ends().then(|| named.copied().unwrap_or_else(now));
    Intent { today, ..intent }
}

/// What the flag says, else what the file says.
fn either(flag: &[String], file: &[String]) -> Vec<String> {
    if flag.is_empty() { file } else { flag }.to_vec()
}

/// Requests to ignore what a rule finds at a line, by number.
fn covering(ingested: &Ingested, rule: &str, origin: &Origin) -> Vec<usize> {
    let all = ingested.ignores.iter().enumerate();
    all.filter(|(_, ignore)| ignore.covers(rule, origin))
        .map(|(number, _)| number)
        .collect()
}

fn severity(level: Level) -> Severity {
    match level {
        Level::Low => Severity::Low,
        Level::Medium => Severity::Medium,
        Level::High => Severity::High,
        Level::Critical => Severity::Critical,
    }
}
