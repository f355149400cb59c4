//! Which objects a plan or state holds at one moment, and with which values.

#[cfg(test)]
mod tests;

use super::document::{ChangeValues, Document, PriorState, ResourceChange, StateResource, Values};
use super::elements::{Element, elements};
use super::resource::Presence;
use super::resource::Value;
use crate::ingest::PlanPhase;
use crate::model::Change;
use rustc_hash::FxHashSet;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// One object as the JSON holds it.
#[derive(Clone, Debug)]
pub struct Entry<'t> {
    /// Full address.
    pub address: Cow<'t, str>,
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
    pub place: &'t str,
}

/// The objects, and what of the document could not be read.
#[derive(Debug, Default)]
pub struct Entries<'t> {
    /// The objects, in the order of the document.
    pub entries: Vec<Entry<'t>>,
    /// Objects that are malformed.
    pub malformed: Vec<(&'t str, String)>,
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

/// The objects of a plan or state taken apart, as far as both moments have them in common.
#[derive(Debug, Default)]
pub struct Objects<'t> {
    changes: Vec<Element<'t, ResourceChange<'t>>>,
    deferred: Vec<Element<'t, Deferred<'t>>>,
    /// What the prior state of a plan holds, or a state.
    state: Vec<Element<'t, StateResource<'t>>>,
    /// Values after apply, of a plan.
    planned: Option<&'t RawValue>,
    is_plan: bool,
    failed: bool,
}

impl<'t> Objects<'t> {
    /// Those of a state.
    ///
    /// # Errors
    /// What is not shaped as a state.
    pub fn of_state(document: &Document<'t>) -> Result<Self, serde_json::Error> {
        Ok(Objects {
            state: resources(&values(document.values)?),
            ..Objects::default()
        })
    }

    /// Those of a plan.
    ///
    /// # Errors
    /// What is not shaped as a plan.
    pub fn of_plan(document: &Document<'t>) -> Result<Self, serde_json::Error> {
        let prior: PriorState<'t> = parse(document.prior_state)?.unwrap_or_default();
        Ok(Objects {
            changes: list(document.resource_changes)?,
            deferred: list(document.deferred_changes)?,
            state: resources(&prior.values.unwrap_or_default()),
            planned: document.planned_values,
            is_plan: true,
            failed: document.errored == Some(true),
        })
    }

    /// What there is at a moment.
    ///
    /// # Errors
    /// What is not shaped as a plan.
    pub fn at<'o>(&'o self, phase: PlanPhase) -> Result<Entries<'o>, serde_json::Error> {
        let mut out = Entries::default();
        let mut handled = FxHashSet::default();
        if !self.is_plan {
            out.add_state(&self.state, &handled);
            return Ok(out);
        }
        for one in &self.changes {
            match &one.value {
                Ok(change) => out.add_change(one.json, change, phase, &mut handled),
                Err(fault) => out.lose(one.json, fault.clone(), &mut handled),
            }
        }
        if self.changes.is_empty() && phase == PlanPhase::After {
            out.add_state(&resources(&values(self.planned)?), &handled);
            handled.extend(out.entries.iter().map(|entry| entry.address.clone()));
        }
        for one in &self.deferred {
            match &one.value {
                Ok(own) => {
                    out.add_deferred(one.json, &own.resource_change, phase, &mut handled);
                }
                Err(fault) => out.lose(one.json, fault.clone(), &mut handled),
            }
        }
        let seen = out.entries.len();
        out.add_state(&self.state, &handled);
        if self.failed {
            let unplanned = out.entries.iter_mut().skip(seen).filter(|own| own.managed);
            unplanned.for_each(|own| own.presence = Presence::Unplanned);
        }
        out.no_changes = self.changes.is_empty() && out.entries.iter().any(|entry| entry.managed);
        Ok(out)
    }
}

/// One element of `deferred_changes`.
#[derive(Debug, Deserialize)]
struct Deferred<'t> {
    #[serde(borrow)]
    resource_change: ResourceChange<'t>,
}

fn parse<'t, T: Deserialize<'t>>(
    raw: Option<&'t RawValue>,
) -> Result<Option<T>, serde_json::Error> {
    raw.map(|raw| serde_json::from_str(raw.get())).transpose()
}

fn list<'t, T: Deserialize<'t>>(
    raw: Option<&'t RawValue>,
) -> Result<Vec<Element<'t, T>>, serde_json::Error> {
    raw.map_or(Ok(Vec::new()), |raw| elements(raw.get()))
}

fn values(raw: Option<&RawValue>) -> Result<Values<'_>, serde_json::Error> {
    Ok(parse(raw)?.unwrap_or_default())
}

/// All resource instances of a state.
fn resources<'t>(values: &Values<'t>) -> Vec<Element<'t, StateResource<'t>>> {
    let mut all = Vec::new();
    if let Some(root) = &values.root_module {
        root.all(&mut all);
    }
    all.into_iter().map(|raw| Element::of(raw.get())).collect()
}

/// Addresses of objects that need not be looked for any more.
type Handled<'t> = FxHashSet<Cow<'t, str>>;

impl<'t> Entries<'t> {
    fn add_change(
        &mut self,
        place: &'t str,
        change: &'t ResourceChange<'_>,
        phase: PlanPhase,
        handled: &mut Handled<'t>,
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
        if let (PlanPhase::After, Some(kind), Some(before)) = (phase, &change.kind, values.before)
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
            address: Cow::Borrowed(address),
            managed,
            deposed: change.deposed.is_some(),
            values: None,
            unknown: None,
            was: values
                .before
                .filter(|_| phase == PlanPhase::After && !has("create")),
            lost: false,
            presence: Presence::Sure,
            change: what(values),
            place,
        };
        let seen = self.entries.len();
        self.entries
            .extend(
                phase_values(values, phase)
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
            || phase == PlanPhase::After
        {
            handled.insert(Cow::Borrowed(address));
        }
    }

    /// Enters what a change that is put off would leave, and what is there until then: either may be.
    fn add_deferred(
        &mut self,
        place: &'t str,
        change: &'t ResourceChange<'_>,
        phase: PlanPhase,
        handled: &mut Handled<'t>,
    ) {
        let (seen, taken) = (self.entries.len(), self.removed.len());
        self.add_change(place, change, phase, handled);
        let (Some(address), Some(values)) = (&change.address, &change.change) else {
            return;
        };
        self.deferred.push(address.to_string());
        if phase == PlanPhase::Before {
            return;
        }
        let managed = change.mode.as_deref() != Some("data");
        // What it takes away may stay as well.
        self.removed.truncate(taken);
        self.entries.extend(values.before.map(|before| Entry {
            address: Cow::Borrowed(address),
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
    fn lose(&mut self, place: &'t str, message: String, handled: &mut Handled<'t>) {
        self.malformed.push((place, message));
        let Ok(object) = serde_json::from_str::<Value>(place) else {
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
        handled.insert(Cow::Owned(address.clone()));
        let (values, unknown, was, change, deposed) = (None, None, None, Change::None, false);
        self.entries.push(Entry {
            address: Cow::Owned(address),
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

    fn add_state(&mut self, state: &[Element<'t, StateResource<'t>>], handled: &Handled<'t>) {
        for one in state {
            let resource = match &one.value {
                Ok(resource) => resource,
                Err(fault) => {
                    self.lose(one.json, fault.clone(), &mut Handled::default());
                    continue;
                }
            };
            let Some(address) = &resource.address else {
                let fault = "expected a resource with `address`".to_owned();
                self.lose(one.json, fault, &mut Handled::default());
                continue;
            };
            if handled.contains(address.as_ref()) {
                continue;
            }
            self.entries.push(Entry {
                address: address.clone(),
                managed: resource.mode.as_deref() != Some("data"),
                deposed: resource.deposed_key.is_some(),
                values: resource.values,
                unknown: None,
                was: None,
                lost: false,
                presence: Presence::Sure,
                change: Change::None,
                place: one.json,
            });
        }
    }
}

type PhaseValues<'t> = (&'t RawValue, Option<&'t RawValue>, Change);

/// The objects that one change leaves at a moment: none, one, or two where an object is replaced and the old one is only
/// forgotten, for it then goes on to exist outside of Terraform's care.
fn phase_values<'t>(change: &'t ChangeValues<'_>, phase: PlanPhase) -> Vec<PhaseValues<'t>> {
    let has = |action: &str| change.actions.iter().any(|own| own == action);
    let before = change.before.map(|json| (json, None, what(change)));
    let forgotten = change.before.map(|json| (json, None, Change::None));
    let after = change
        .after
        .map(|json| (json, change.after_unknown, what(change)));
    match phase {
        PlanPhase::Before => before.into_iter().collect(),
        PlanPhase::After if has("create") => after
            .into_iter()
            .chain(forgotten.filter(|_| has("forget")))
            .collect(),
        PlanPhase::After if has("delete") => Vec::new(),
        PlanPhase::After if has("forget") => forgotten.into_iter().collect(),
        // An object all of whose values are unknown (`after` is null) still is.
        PlanPhase::After => after
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
