//! Which objects a plan or state holds at one moment, and with which values.

#[cfg(test)]
mod tests;

use super::document::{ChangeValues, Document, PriorState, ResourceChange, StateResource, Values};
use super::graph::Presence;
use super::value::Value;
use crate::ingest::{Moment, json_fault};
use crate::model::Change;
use rustc_hash::FxHashSet;
use serde::Deserialize;
use serde_json::value::RawValue;

/// One object as the JSON holds it.
#[derive(Clone, Debug)]
pub struct Entry<'t> {
    /// Full address.
    pub address: String,
    /// Whether Terraform manages it; else it only reads it.
    pub managed: bool,
    /// Whether it is a deposed object: a second one of the same address.
    pub deposed: bool,
    /// Attributes.
    pub values: Option<&'t RawValue>,
    /// What of them is known only after apply.
    pub unknown: Option<&'t RawValue>,
    /// Attributes before the plan, of an object that the plan keeps.
    pub was: Option<&'t RawValue>,
    /// Whether nothing but its address could be read, so that no value is known.
    pub lost: bool,
    /// Whether it surely is as it is here.
    pub presence: Presence,
    /// What the plan does to it.
    pub change: Change,
    /// The JSON object that describes it.
    pub place: &'t RawValue,
}

/// The objects, and what of the document could not be read.
#[derive(Debug, Default)]
pub struct Entries<'t> {
    /// The objects, in the order of the document.
    pub entries: Vec<Entry<'t>>,
    /// Objects that are malformed.
    pub malformed: Vec<(&'t RawValue, String)>,
    /// Addresses of changes that were put off.
    pub deferred: Vec<String>,
    /// Addresses of managed objects that the plan deletes and does not make again.
    pub deleted: Vec<String>,
    /// How many managed objects of the plan's changes it does not delete.
    pub kept: usize,
    /// What managed objects were that the plan deletes, replaces or changes, with their types.
    pub removed: Vec<(String, &'t RawValue)>,
    /// Whether it is a plan without a list of changes although it holds resources.
    pub no_changes: bool,
}

/// The objects of a state.
///
/// # Errors
/// What is not shaped as a state.
pub fn of_state<'t>(document: &Document<'t>) -> Result<Entries<'t>, serde_json::Error> {
    let mut out = Entries::default();
    out.add_state(&values(document.values)?, &FxHashSet::default());
    Ok(out)
}

/// The objects of a plan at a moment.
///
/// # Errors
/// What is not shaped as a plan.
pub fn of_plan<'t>(
    document: &Document<'t>,
    moment: Moment,
) -> Result<Entries<'t>, serde_json::Error> {
    let mut out = Entries::default();
    let mut handled = FxHashSet::default();
    let changes = list(document.resource_changes)?;
    for raw in &changes {
        match serde_json::from_str::<ResourceChange<'t>>(raw.get()) {
            Ok(change) => out.add_change(raw, &change, moment, &mut handled),
            Err(error) => out.lose(raw, json_fault(&error), &mut handled),
        }
    }
    let prior: PriorState<'t> = parse(document.prior_state)?.unwrap_or_default();
    let prior = prior.values.unwrap_or_default();
    if changes.is_empty() && moment == Moment::After {
        let planned = values(document.planned_values)?;
        out.add_state(&planned, &handled);
        handled.extend(out.entries.iter().map(|entry| entry.address.clone()));
    }
    for raw in list(document.deferred_changes)? {
        match serde_json::from_str::<Deferred<'t>>(raw.get()) {
            Ok(own) => out.add_deferred(raw, &own.resource_change, moment, &mut handled),
            Err(error) => out.lose(raw, json_fault(&error), &mut handled),
        }
    }
    let seen = out.entries.len();
    out.add_state(&prior, &handled);
    if document.errored == Some(true) {
        let unplanned = out.entries.iter_mut().skip(seen).filter(|own| own.managed);
        unplanned.for_each(|own| own.presence = Presence::Unplanned);
    }
    out.no_changes = changes.is_empty() && out.entries.iter().any(|entry| entry.managed);
    Ok(out)
}

/// One element of `deferred_changes`.
#[derive(Deserialize)]
struct Deferred<'t> {
    #[serde(borrow)]
    resource_change: ResourceChange<'t>,
}

fn parse<'t, T: Deserialize<'t>>(
    raw: Option<&'t RawValue>,
) -> Result<Option<T>, serde_json::Error> {
    raw.map(|raw| serde_json::from_str(raw.get())).transpose()
}

fn list(raw: Option<&RawValue>) -> Result<Vec<&RawValue>, serde_json::Error> {
    Ok(parse(raw)?.unwrap_or_default())
}

fn values(raw: Option<&RawValue>) -> Result<Values<'_>, serde_json::Error> {
    Ok(parse(raw)?.unwrap_or_default())
}

impl<'t> Entries<'t> {
    fn add_change(
        &mut self,
        place: &'t RawValue,
        change: &ResourceChange<'t>,
        moment: Moment,
        handled: &mut FxHashSet<String>,
    ) {
        let (Some(address), Some(values)) = (&change.address, &change.change) else {
            return self.lose(
                place,
                "expected a change with `address` and `change`".to_owned(),
                handled,
            );
        };
        if values.actions.is_empty() && values.before.is_none() && values.after.is_none() {
            return self.lose(
                place,
                "expected a `change` with `actions`".to_owned(),
                handled,
            );
        }
        let has = |action: &str| values.actions.iter().any(|own| own == action);
        let managed = change.mode.as_deref() != Some("data");
        if let (Moment::After, Some(kind), Some(before)) = (moment, &change.kind, values.before)
            && managed
            && (has("delete") || has("update"))
        {
            self.removed.push((kind.to_string(), before));
        }
        if managed && has("delete") && !has("create") {
            self.deleted.push(address.to_string());
        } else if managed {
            self.kept += 1;
        }
        let entry = Entry {
            address: address.to_string(),
            managed,
            deposed: change.deposed.is_some(),
            values: None,
            unknown: None,
            was: values
                .before
                .filter(|_| moment == Moment::After && !has("create")),
            lost: false,
            presence: Presence::Sure,
            change: what(values),
            place,
        };
        let seen = self.entries.len();
        self.entries.extend(
            sides(values, moment)
                .into_iter()
                .map(|(json, unknown, change)| Entry {
                    values: Some(json),
                    unknown,
                    change,
                    ..entry.clone()
                }),
        );
        // A data source that is read only while applying may still have its earlier result in the prior state.
        if change.mode.as_deref() != Some("data")
            || self.entries.len() > seen
            || moment == Moment::After
        {
            handled.insert(address.to_string());
        }
    }

    /// Enters what a change that is put off would leave, and what is there until then: either may be.
    fn add_deferred(
        &mut self,
        place: &'t RawValue,
        change: &ResourceChange<'t>,
        moment: Moment,
        handled: &mut FxHashSet<String>,
    ) {
        let (seen, taken) = (self.entries.len(), self.removed.len());
        self.add_change(place, change, moment, handled);
        let (Some(address), Some(values)) = (&change.address, &change.change) else {
            return;
        };
        self.deferred.push(address.to_string());
        if moment == Moment::Before {
            return;
        }
        let managed = change.mode.as_deref() != Some("data");
        // What it takes away may stay as well.
        self.removed.truncate(taken);
        self.entries.extend(values.before.map(|before| Entry {
            address: address.to_string(),
            managed,
            deposed: false,
            values: Some(before),
            unknown: None,
            was: None,
            lost: false,
            presence: Presence::Deferred,
            change: Change::None,
            place,
        }));
        self.entries
            .iter_mut()
            .skip(seen)
            .for_each(|entry| entry.presence = Presence::Deferred);
    }

    /// Enters an object that is malformed. Where its type can still be read it is there, with nothing known of it, so that what
    /// hangs on it is in doubt.
    fn lose(&mut self, place: &'t RawValue, message: String, handled: &mut FxHashSet<String>) {
        self.malformed.push((place, message));
        let Ok(object) = serde_json::from_str::<Value>(place.get()) else {
            return;
        };
        let text = |key: &str| object.get(key).text().filter(|text| !text.is_empty());
        let managed = text("mode") != Some("data");
        let made = text("type").zip(text("name")).map(|(kind, name)| {
            let module = text("module_address")
                .map(|module| format!("{module}."))
                .unwrap_or_default();
            format!(
                "{module}{}{kind}.{name}",
                if managed { "" } else { "data." }
            )
        });
        let Some(address) = text("address").map(str::to_owned).or(made) else {
            return;
        };
        handled.insert(address.clone());
        let (values, unknown, was, change, deposed) = (None, None, None, Change::None, false);
        self.entries.push(Entry {
            address,
            managed,
            deposed,
            values,
            unknown,
            was,
            lost: true,
            presence: Presence::Sure,
            change,
            place,
        });
    }

    fn add_state(&mut self, values: &Values<'t>, handled: &FxHashSet<String>) {
        let mut all = Vec::new();
        if let Some(root) = &values.root_module {
            root.all(&mut all);
        }
        for place in all {
            match serde_json::from_str::<StateResource<'t>>(place.get()) {
                Ok(StateResource {
                    address: Some(address),
                    mode,
                    values,
                    deposed_key,
                    ..
                }) => {
                    if !handled.contains(address.as_ref()) {
                        self.entries.push(Entry {
                            address: address.into_owned(),
                            managed: mode.as_deref() != Some("data"),
                            deposed: deposed_key.is_some(),
                            values,
                            unknown: None,
                            was: None,
                            lost: false,
                            presence: Presence::Sure,
                            change: Change::None,
                            place,
                        });
                    }
                }
                Ok(_) => self.lose(
                    place,
                    "expected a resource with `address`".to_owned(),
                    &mut FxHashSet::default(),
                ),
                Err(error) => self.lose(place, json_fault(&error), &mut FxHashSet::default()),
            }
        }
    }
}

type Side<'t> = (&'t RawValue, Option<&'t RawValue>, Change);

/// The objects that one change leaves at a moment: none, one, or two where an object is replaced and the old one is only
/// forgotten, for it then goes on to exist outside of Terraform's care.
fn sides<'t>(change: &ChangeValues<'t>, moment: Moment) -> Vec<Side<'t>> {
    let has = |action: &str| change.actions.iter().any(|own| own == action);
    let before = change.before.map(|json| (json, None, what(change)));
    let forgotten = change.before.map(|json| (json, None, Change::None));
    let after = change
        .after
        .map(|json| (json, change.after_unknown, what(change)));
    match moment {
        Moment::Before => before.into_iter().collect(),
        Moment::After if has("create") => after
            .into_iter()
            .chain(forgotten.filter(|_| has("forget")))
            .collect(),
        Moment::After if has("delete") => Vec::new(),
        Moment::After if has("forget") => forgotten.into_iter().collect(),
        // An object all of whose values are unknown (`after` is null) still is.
        Moment::After => after
            .or_else(|| {
                change
                    .after_unknown
                    .map(|json| (json, Some(json), what(change)))
            })
            .into_iter()
            .collect(),
    }
}

fn what(change: &ChangeValues<'_>) -> Change {
    let has = |action: &str| change.actions.iter().any(|own| own == action);
    if has("create") {
        Change::Added
    } else if has("update") {
        Change::Updated
    } else {
        Change::None
    }
}
