//! The JSON of `terraform show -json`, as far as it is read: borrowed from the text, and values left unparsed until they
//! are wanted (terraform `internal/command/jsonplan/plan.go`, `jsonstate/state.go`; all members are optional).

use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// A plan or a state.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Document<'t> {
    /// `MAJOR.MINOR`.
    #[serde(borrow)]
    pub format_version: Option<Cow<'t, str>>,
    /// Root variables: name to `{"value": …}`.
    #[serde(borrow)]
    pub variables: Option<&'t RawValue>,
    /// Values after apply, without those that are not known.
    #[serde(borrow)]
    pub planned_values: Option<&'t RawValue>,
    /// Array of [`ResourceChange`].
    #[serde(borrow)]
    pub resource_changes: Option<&'t RawValue>,
    /// Array of `{"reason", "resource_change"}`.
    #[serde(borrow)]
    pub deferred_changes: Option<&'t RawValue>,
    /// `{"values": …}`: the state before the plan, with data sources read while planning.
    #[serde(borrow)]
    pub prior_state: Option<&'t RawValue>,
    /// The configuration.
    #[serde(borrow)]
    pub configuration: Option<&'t RawValue>,
    /// Values of a state.
    #[serde(borrow)]
    pub values: Option<&'t RawValue>,
    /// Whether planning failed half way.
    pub errored: Option<bool>,
    /// Whether applying the plan would bring everything to what the configuration says.
    pub complete: Option<bool>,
}

/// `planned_values` and `values`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Values<'t> {
    /// The root module.
    #[serde(borrow)]
    pub root_module: Option<StateModule<'t>>,
}

/// `prior_state`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PriorState<'t> {
    /// Its values.
    #[serde(borrow)]
    pub values: Option<Values<'t>>,
}

/// A module instance in a state.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct StateModule<'t> {
    /// Resource instances: each a [`StateResource`].
    #[serde(borrow)]
    pub resources: Vec<&'t RawValue>,
    /// Module instances below.
    #[serde(borrow)]
    pub child_modules: Vec<StateModule<'t>>,
}

impl<'t> StateModule<'t> {
    /// All resource instances of this module and those below.
    pub fn all(&self, out: &mut Vec<&'t RawValue>) {
        out.extend(&self.resources);
        self.child_modules.iter().for_each(|module| module.all(out));
    }
}

/// A resource instance in a state.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct StateResource<'t> {
    /// Full address.
    #[serde(borrow)]
    pub address: Option<Cow<'t, str>>,
    /// `managed` or `data`.
    #[serde(borrow)]
    pub mode: Option<Cow<'t, str>>,
    /// Key of a deposed object.
    #[serde(borrow)]
    pub deposed_key: Option<Cow<'t, str>>,
    /// Attributes.
    #[serde(borrow)]
    pub values: Option<&'t RawValue>,
}

/// One change of a plan.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ResourceChange<'t> {
    /// Full address.
    #[serde(borrow)]
    pub address: Option<Cow<'t, str>>,
    /// `managed` or `data`.
    #[serde(borrow)]
    pub mode: Option<Cow<'t, str>>,
    /// Its type.
    #[serde(borrow, rename = "type")]
    pub kind: Option<Cow<'t, str>>,
    /// Key of a deposed object.
    #[serde(borrow)]
    pub deposed: Option<Cow<'t, str>>,
    /// What changes.
    #[serde(borrow)]
    pub change: Option<ChangeValues<'t>>,
}

/// `change` of a [`ResourceChange`].
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ChangeValues<'t> {
    /// `no-op`, `create`, `read`, `update`, `delete`, `forget`, or two of them.
    #[serde(borrow)]
    pub actions: Vec<Cow<'t, str>>,
    /// Attributes before.
    #[serde(borrow)]
    pub before: Option<&'t RawValue>,
    /// Attributes after, without those that are not known.
    #[serde(borrow)]
    pub after: Option<&'t RawValue>,
    /// Mirrors `after`, with `true` for what is not known.
    #[serde(borrow)]
    pub after_unknown: Option<&'t RawValue>,
}
