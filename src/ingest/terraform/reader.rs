//! One plan or state, read into the graph.

use super::address::Address;
use super::before;
use super::configuration::Configuration;
use super::document::Document;
use super::input::{Holds, Input, Part};
use super::json::{Names, Unknown};
use super::outcome::Terraform;
use super::plan_phase::{Entries, Entry, Objects};
use super::resource::Resource;
use super::resource::{Members, Value};
use super::resource_types::ResourceTypes;
use super::stale::{self, Removed};
use crate::ingest::detect::{Decoded, explain, json_start, place_of};
use crate::ingest::text::Lines;
use crate::ingest::{File, InputError, InputRow, Kind, PlanPhase, json_fault};
use crate::model::{Gap, GapKind, Origin, Place};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::sync::Arc;

/// A plan or state whose JSON is taken apart: what both moments have in common.
pub struct Opened<'t> {
    reader: Reader<'t>,
    document: Document<'t>,
    objects: Objects<'t>,
    is_state: bool,
    configuration: Option<Arc<Configuration>>,
    variables: Arc<Members>,
    /// What of it could not be read.
    errors: Vec<InputError>,
}

/// Takes a plan or state apart.
///
/// # Errors
/// A file that is refused as a whole.
pub fn open<'t>(decoded: &'t Decoded<'_>, types: &ResourceTypes) -> Result<Opened<'t>, InputError> {
    let file = decoded.file;
    let text = decoded
        .text
        .as_ref()
        .map_err(|wrong| refusal(file, wrong.line, wrong.column, wrong.message.clone()))?;
    let start = json_start(text);
    let json = text.get(start..).unwrap_or_default();
    let reader = Reader {
        file,
        lines: Lines::new(text),
        text,
        start,
    };
    let document = reader
        .document(json)
        .map_err(|error| reader.refuse(&error))?;
    reader.check_version(&document)?;
    let mut errors = Vec::new();
    let configuration = match document
        .configuration
        .map(|raw| Configuration::read(raw, types))
        .transpose()
    {
        Ok(configuration) => configuration,
        Err(error) => {
            errors.push(reader.lost(&format!(
                "the `configuration` of the plan is malformed and left out: {}",
                json_fault(&error)
            )));
            None
        }
    };
    let is_state = decoded.kind == Kind::State;
    let objects = if is_state {
        Objects::of_state(&document)
    } else {
        Objects::of_plan(&document)
    }
    .map_err(|error| reader.misshapen(&error))?;
    Ok(Opened {
        is_state,
        objects,
        configuration: configuration.map(Arc::new),
        variables: Arc::new(variables(document.variables)),
        reader,
        document,
        errors,
    })
}

impl Opened<'_> {
    /// Whether it is a plan.
    pub fn is_plan(&self) -> bool {
        !self.is_state
    }

    /// Reads what it holds at a moment into the graph.
    ///
    /// # Errors
    /// A file that is refused as a whole.
    pub fn at(
        &self,
        phase: PlanPhase,
        number: usize,
        out: &mut Terraform,
    ) -> Result<Input, InputError> {
        let reader = &self.reader;
        let entries = self.objects.at(phase);
        let entries = entries.map_err(|error| reader.misshapen(&error))?;
        out.errors.extend(self.errors.iter().cloned());
        reader.ledger(&self.document, &entries, out);
        out.inputs.push(InputRow {
            path: reader.file.path.clone(),
            kind: if self.is_state { "state" } else { "plan" },
            resources: entries.entries.len(),
        });
        let removed = removed(&entries, out.graph.types);
        let holds = self.holds(phase, &entries);
        reader.resources(entries.entries, number, out);
        let configuration = self.configuration.as_deref();
        stale::clear(&mut out.graph, number, &removed, configuration);
        if phase == PlanPhase::After {
            stale::doubt(&mut out.graph, number, configuration);
        }
        Ok(Input {
            number,
            path: reader.file.path.clone(),
            is_state: self.is_state,
            configuration: self.configuration.clone(),
            variables: self.variables.clone(),
            holds,
            recorded: None,
        })
    }

    /// Which of the resources that its configuration declares a plan holds after it.
    fn holds(&self, phase: PlanPhase, entries: &Entries<'_>) -> Holds {
        let document = &self.document;
        if self.is_state
            || phase == PlanPhase::Before
            || (entries.kept == 0 && !entries.deleted.is_empty())
        {
            return Holds::All;
        }
        let part = Part {
            deferred: !entries.deferred.is_empty() && document.errored != Some(true),
            deleted: entries.deleted.iter().cloned().collect(),
        };
        // A plan that only refreshes has no changes, and passes over what the state does not hold.
        match (document.errored, document.complete) {
            (Some(true), _) | (_, Some(false)) => Holds::Some(part),
            _ if entries.no_changes => Holds::Some(part),
            (_, Some(true)) => Holds::All,
            (_, None) => Holds::Unsaid(part),
        }
    }
}

/// What children of resources were that are not so any more.
fn removed(entries: &Entries<'_>, types: &ResourceTypes) -> Vec<Removed> {
    let read = entries
        .removed
        .iter()
        .filter(|(kind, _)| types.is_read(kind));
    read.filter_map(|(kind, before)| {
        Some(Removed {
            kind: kind.clone(),
            before: serde_json::from_str(before.get()).ok()?,
        })
    })
    .collect()
}

/// Values of root variables: `{"name": {"value": …}}`.
fn variables(raw: Option<&RawValue>) -> Members {
    match raw.and_then(|raw| serde_json::from_str(raw.get()).ok()) {
        Some(Value::Map(map)) => map
            .into_iter()
            .map(|(name, value)| (name, value.get("value").clone()))
            .collect(),
        _ => Members::default(),
    }
}

fn refusal(file: &File, line: u32, column: u32, message: String) -> InputError {
    InputError {
        file: file.path.clone(),
        line,
        column,
        length: 0,
        message,
        refused: true,
    }
}

struct Reader<'f> {
    file: &'f File,
    lines: Lines<'f>,
    text: &'f str,
    start: usize,
}

impl Reader<'_> {
    /// The document. What prints lines before a plan may print some after it as well; otherwise nothing may follow.
    fn document<'t>(&self, json: &'t str) -> Result<Document<'t>, serde_json::Error> {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let document = Document::deserialize(&mut deserializer)?;
        let wrapped = self
            .text
            .get(..self.start)
            .is_some_and(|before| !before.trim().is_empty());
        if wrapped {
            Ok(document)
        } else {
            deserializer.end().map(|()| document)
        }
    }

    /// A refusal of the whole file for JSON that is malformed or not shaped as a plan.
    fn refuse(&self, error: &serde_json::Error) -> InputError {
        let (line, column) = place_of(error, &self.lines, self.text, self.start);
        refusal(
            self.file,
            line,
            column,
            explain(error, self.text, self.start),
        )
    }

    /// A refusal of the whole file for a part of it that is not shaped as in a plan.
    fn misshapen(&self, error: &serde_json::Error) -> InputError {
        refusal(
            self.file,
            0,
            0,
            format!("not shaped as a plan or state: {}", json_fault(error)),
        )
    }

    fn lost(&self, message: &str) -> InputError {
        InputError {
            file: self.file.path.clone(),
            line: 0,
            column: 0,
            length: 0,
            message: message.to_owned(),
            refused: false,
        }
    }

    /// Minor versions only add (terraform documentation, "JSON Output Format").
    fn check_version(&self, document: &Document<'_>) -> Result<(), InputError> {
        let Some(version) = &document.format_version else {
            return Ok(());
        };
        if ["0.", "1."].iter().any(|major| version.starts_with(major))
            || version == "0"
            || version == "1"
        {
            return Ok(());
        }
        // Only a version is printed: anything else that stands there may be a secret.
        let is_version =
            version.len() < 12 && version.chars().all(|c| c.is_ascii_digit() || c == '.');
        let named = if is_version {
            format!("plan format {version}")
        } else {
            "this plan format".to_owned()
        };
        let message =
            format!("{named} is not known; known are 0.x and 1.x: a newer crosspeer may read it");
        Err(refusal(self.file, 1, 1, message))
    }

    /// Enters what is missing as a whole.
    fn ledger(&self, document: &Document<'_>, entries: &Entries<'_>, out: &mut Terraform) {
        let path = &self.file.path;
        let mut gap = |what: String| {
            out.graph.gaps.push(Gap {
                kind: GapKind::IncompletePlan,
                what,
                origin: None,
            })
        };
        if document.errored == Some(true) {
            gap(format!(
                "the plan `{path}` failed half way, so changes are missing from it; mend the error and plan again"
            ));
        } else if document.complete == Some(false) && !entries.deferred.is_empty() {
            gap(format!(
                "the plan `{path}` puts changes off to a later plan; plan again once it is applied"
            ));
        } else if document.complete == Some(false) {
            gap(format!(
                "the plan `{path}` is for some targets only, so changes are missing from it; plan without `-target` and `-exclude`"
            ));
        }
        if entries.no_changes {
            gap(format!(
                "the plan `{path}` lists no changes, so values known only after apply cannot be told from absent ones; print it with `terraform show -json`"
            ));
        }
        if let Some(what) = self.empty(document, entries) {
            gap(format!("`{path}` {what}"));
            let note = self.lost(&what);
            return out.notes.push(note);
        }
        for address in &entries.deferred {
            gap(format!(
                "the change of `{address}` is deferred to a later plan"
            ));
        }
        for (place, message) in &entries.malformed {
            let message = format!(
                "this resource is malformed, so that nothing else of it is known: {message}"
            );
            out.errors.push(self.fault(place, message));
        }
    }

    /// What to say of a state without a single resource: nothing of a cloud is known from it.
    fn empty(&self, document: &Document<'_>, entries: &Entries<'_>) -> Option<String> {
        let is_plan = document.planned_values.is_some() || document.resource_changes.is_some();
        let holds = entries.entries.len() + entries.malformed.len() > 0;
        (!is_plan && !holds && document.prior_state.is_none()).then(|| {
            "is an empty state, without a resource, so nothing of a cloud is known from it; `terraform show -json` \
             without the name of a plan prints the state: print the plan with `terraform show -json PLAN`"
                .to_owned()
        })
    }

    fn resources(&self, entries: Vec<Entry<'_>>, number: usize, out: &mut Terraform) {
        let names = Names::default();
        let mut entries = entries;
        entries.sort_by(|a, b| (&a.address, a.deposed).cmp(&(&b.address, b.deposed)));
        for entry in entries {
            let Some(address) = Address::parse(&entry.address) else {
                let message =
                    "`address` is no address of a resource instance: expected one such as \
                    `module.net.aws_vpc.main[0]`; the resource is left out"
                        .to_owned();
                out.errors.push(self.fault(entry.place, message));
                continue;
            };
            let place = self.place(entry.place);
            let mut values = self.values(&entry, &address, &names, out);
            before::keep_id(&mut values, entry.was);
            let kept = before::kept(&values, entry.was);
            let change = entry.change;
            let origin = Origin {
                place,
                inner: None,
                address: Arc::from(entry.address.as_ref()),
                change,
            };
            let module = address.module.to_string();
            let Address {
                mode, kind, name, ..
            } = address;
            let resource = Resource {
                address: entry.address.into_owned(),
                module,
                kind,
                name,
                mode,
                input: number,
                values,
                kept,
                region: None,
                account: None,
                provider: None,
                presence: entry.presence,
                origin,
                lines: Arc::default(),
            };
            out.graph.add(resource);
        }
    }

    fn values(
        &self,
        entry: &Entry<'_>,
        address: &Address,
        names: &Names,
        out: &mut Terraform,
    ) -> Value {
        if !out.graph.types.is_read(&address.kind) {
            return Value::Null;
        }
        if entry.lost {
            return Value::Unknown;
        }
        let values = entry.values.map(|raw| names.value(raw.get()));
        let unknown = || {
            let unknown = entry.unknown;
            unknown.map(|raw| serde_json::from_str::<Unknown<'_>>(raw.get()))
        };
        let read = values
            .transpose()
            .and_then(|values| Ok((values, unknown().transpose()?)));
        match read {
            Ok((values, unknown)) => {
                let mut values = values.unwrap_or_default();
                if let Some(unknown) = unknown {
                    unknown.overlay(names, &mut values);
                }
                if matches!(
                    values,
                    Value::List(_) | Value::Text(_) | Value::Number(_) | Value::Bool(_)
                ) {
                    return self.unreadable(entry, "expected an object of attributes", out);
                }
                values
            }
            Err(error) => self.unreadable(entry, &json_fault(&error), out),
        }
    }

    /// Says that values cannot be read; nothing is known of them.
    fn unreadable(&self, entry: &Entry<'_>, why: &str, out: &mut Terraform) -> Value {
        let message = format!(
            "the values of `{}` cannot be read, so that none is known: {why}",
            entry.address
        );
        out.errors.push(self.fault(entry.place, message));
        Value::Unknown
    }

    /// What is wrong with a part of the text, which is not refused as a whole.
    fn fault(&self, part: &str, message: String) -> InputError {
        let Place {
            file,
            line,
            column,
            length,
        } = self.place(part);
        InputError {
            file,
            line,
            column,
            length,
            message,
            refused: false,
        }
    }

    /// Where a part of the text stands.
    fn place(&self, part: &str) -> Place {
        let offset = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let (line, column) = self.lines.at(offset);
        Place {
            file: self.file.path.clone(),
            line,
            column,
            length: 0,
        }
    }
}
