//! `explain`: one verdict with its trail, or one for each line of a batch.

use super::CommandOutcome;
use super::analysis::{Analysis, phase};
use super::answer::{Answer, Read};
use super::arguments::{self, Inputs, Plain};
use super::console::Console;
use super::endpoint::resolve;
use super::error::CliError;
use super::own_file;
use super::writing::medium;
use crate::model::{Protocol, Traffic, Trail, Verdict, World};
use crate::reach::Engine;
use crate::report::{json, many, plain, text};
use crate::rules::Finding;
use serde::Deserialize;
use std::path::Path;

/// A question: whether a flow can happen.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Query {
    from: String,
    to: String,
    protocol: Option<String>,
    port: Option<u16>,
}

impl Query {
    /// What is asked about: everything; all of a protocol; a port of a protocol, TCP where none is named.
    fn traffic(&self) -> Result<Traffic, CliError> {
        let wrong = |word: &str| {
            CliError::Usage(format!(
                "`{word}` is no protocol: expected tcp, udp, sctp, icmp, icmpv6 or a number from 0 to 255"
            ))
        };
        let protocol = self
            .protocol
            .as_deref()
            .map(|word| Protocol::parse(word).ok_or_else(|| wrong(word)))
            .transpose()?;
        let traffic = match (protocol, self.port) {
            (None, None) => Traffic::all(),
            (Some(protocol), None) => Traffic::protocol(protocol),
            (protocol, Some(port)) => Traffic::ports(protocol.unwrap_or(Protocol::TCP), port, port),
        };
        if traffic.is_empty() {
            return Err(CliError::Usage(
                "port 0 is reserved and never addressed: expected 1 to 65535".to_owned(),
            ));
        }
        Ok(traffic)
    }

    pub fn answer(&self, engine: &Engine<'_>, world: &World) -> Result<Trail, CliError> {
        let (sources, destinations, traffic) = (
            resolve(&self.from, world)?,
            resolve(&self.to, world)?,
            self.traffic()?,
        );
        let pairs = sources
            .iter()
            .flat_map(|from| destinations.iter().map(move |to| (from, to)));
        let trails = pairs.map(|(from, to)| engine.explain(from, to, &traffic));
        // It is enough that one of the pods does it.
        let best = trails.reduce(|best, next| {
            if next.verdict > best.verdict {
                next
            } else {
                best
            }
        });
        best.ok_or_else(|| {
            CliError::Usage(format!("`{}` and `{}` name nothing", self.from, self.to))
        })
    }
}

/// Runs `explain`.
pub(super) fn run(
    arguments: &arguments::Explain,
    console: &mut Console,
) -> Result<CommandOutcome, CliError> {
    if arguments.batch.is_none() && arguments.from.is_none() {
        let mut inputs = arguments.inputs.clone();
        let named = inputs.inputs.first().and_then(|first| number(first));
        let (rule, number) = named.ok_or_else(|| {
            CliError::Usage(
                "nothing to explain: expected `--from` and `--to`, a finding such as `CP101/2` before the inputs, or `--batch`"
                    .to_owned(),
            )
        })?;
        inputs.inputs.remove(0);
        return finding(&rule, number, inputs, arguments.answer.format, console);
    }
    let analysis = Analysis::new(&arguments.inputs, console)?;
    let ingested = analysis.world(phase(&arguments.inputs))?;
    let (engine, world) = (Engine::new(&ingested.world), &ingested.world);
    let end = if let Some(path) = &arguments.batch {
        batch(
            &queries(path)?,
            arguments.answer.format,
            &engine,
            world,
            console,
        )?
    } else {
        let query = Query {
            from: arguments.from.clone().unwrap_or_default(),
            to: arguments.to.clone().unwrap_or_default(),
            protocol: arguments.protocol.clone(),
            port: arguments.port,
        };
        let trail = query.answer(&engine, world)?;
        let answer = print(&query, &trail, arguments.answer.format, world, console);
        console.report(&answer, medium(arguments.answer.format))?;
        if trail.verdict == Verdict::Blocked {
            CommandOutcome::Found
        } else {
            CommandOutcome::Quiet
        }
    };
    Ok(analysis.complain(&ingested, console).unwrap_or(end))
}

/// `CP101/2` as a rule and a number from 1; none for what is a path of a file.
fn number(word: &Path) -> Option<(String, usize)> {
    let (rule, number) = word.to_str()?.split_once('/')?;
    let is_id = rule.len() == 5
        && rule
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    let number = number.parse().ok().filter(|number| *number > 0)?;
    (is_id && !word.exists()).then(|| (rule.to_owned(), number))
}

/// Explains the path of a finding, by its number among those of its rule as `scan` lists them.
fn finding(
    rule: &str,
    number: usize,
    inputs: Inputs,
    format: Plain,
    console: &mut Console,
) -> Result<CommandOutcome, CliError> {
    let scan = arguments::Scan {
        inputs,
        ..arguments::Scan::default()
    };
    let read = Read::new(&scan, console)?;
    let counted = Answer::new(&read, None, console).counted(&scan)?;
    let own = counted
        .findings
        .iter()
        .filter(|finding| finding.rule == rule);
    let own: Vec<&Finding> = own.collect();
    let Some(finding) = own.get(number - 1) else {
        return Err(CliError::Usage(format!(
            "`{rule}/{number}` is no finding here: there are {}",
            many(own.len(), "finding") + " of that rule"
        )));
    };
    let world = &read.ingested.world;
    let trail = Trail {
        verdict: if finding.is_certain() {
            Verdict::Reachable
        } else {
            Verdict::Possible
        },
        traffic: finding.traffic.clone(),
        hops: finding.path.clone(),
        gaps: finding.gaps.clone(),
    };
    let text = match format {
        Plain::Json => json::explain(&trail, world) + "\n",
        Plain::Text => text::explain_finding(finding, &trail, world, &console.page()),
    };
    console.report(&text, medium(format))?;
    Ok(read.complain(console).unwrap_or(CommandOutcome::Quiet))
}

fn print(query: &Query, trail: &Trail, format: Plain, world: &World, console: &Console) -> String {
    match format {
        Plain::Json => json::explain(trail, world) + "\n",
        Plain::Text => text::explain(&query.from, &query.to, trail, world, &console.page()),
    }
}

/// The queries of a batch file, one a line; empty lines are left out.
fn queries(path: &Path) -> Result<Vec<Query>, CliError> {
    of_text(path, &own_file::text(path)?)
}

/// The queries of a text; `path` is shown in errors.
pub(super) fn of_text(path: &Path, text: &str) -> Result<Vec<Query>, CliError> {
    let expected = r#"one query a line, {"from": …, "to": …, "protocol": …, "port": …}"#;
    let lines = (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| own_file::object(path, number, line, expected))
        .collect()
}

/// One answer per query, in order. A query that cannot be answered gives an error in its place, and exit code 2 at the end.
fn batch(
    queries: &[Query],
    format: Plain,
    engine: &Engine<'_>,
    world: &World,
    console: &mut Console,
) -> Result<CommandOutcome, CliError> {
    let mut out = String::new();
    let mut end = CommandOutcome::Quiet;
    for query in queries {
        match query.answer(engine, world) {
            Ok(trail) => out.push_str(&print(query, &trail, format, world, console)),
            Err(error) => {
                console.error(&error.to_string());
                end = CommandOutcome::Refused;
                out.push_str(&format!(
                    "{}\n",
                    serde_json::json!({"schema": "crosspeer.explain/1", "error": plain(&error.to_string())})
                ));
            }
        }
    }
    console.report(&out, medium(format))?;
    Ok(end)
}
