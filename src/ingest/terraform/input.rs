//! What of one plan or state is kept beside its resources, for linking.

use super::configuration::Configuration;
use super::graph::Resource;
use super::value::Value;
use crate::model::Id;
use indexmap::IndexMap;
use rustc_hash::FxHashMap;

/// One plan or state.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// Its number, as in [`Resource::input`].
    pub number: usize,
    /// Its configuration; none for a state, and for a plan that was cut down.
    pub configuration: Option<Configuration>,
    /// Values of the root module's variables.
    pub variables: IndexMap<String, Value>,
    /// What resources of a state depend on.
    pub depends_on: FxHashMap<Id<Resource>, Vec<String>>,
}
