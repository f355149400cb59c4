//! What of one plan or state is kept beside its resources, for linking.

use super::configuration::Configuration;
use super::value::Value;
use indexmap::IndexMap;
use std::sync::Arc;

/// One plan or state.
#[derive(Clone, Debug)]
pub struct Input {
    /// Its number, as in `Resource::input`.
    pub number: usize,
    /// Path of its file.
    pub path: Arc<str>,
    /// Whether it is a state, and no plan.
    pub is_state: bool,
    /// Its configuration; none for a state, and for a plan that was cut down.
    pub configuration: Option<Arc<Configuration>>,
    /// Values of the root module's variables.
    pub variables: Arc<IndexMap<String, Value>>,
}
