//! What of one plan or state is kept beside its resources, for linking.

use super::configuration::Configuration;
use super::resource::Members;
use super::undeclared::Undeclared;
use rustc_hash::FxHashSet;
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
    pub variables: Arc<Members>,
    /// Which of the resources that its configuration declares it holds at that moment.
    pub holds: Holds,
    /// Where it was recorded elsewhere, and is not read here: what is known of its configuration. It is linked already.
    pub recorded: Option<Undeclared>,
}

/// Which of the resources that its configuration declares a plan holds.
#[derive(Clone, Debug)]
pub enum Holds {
    /// All of them.
    All,
    /// Some of them: planning failed, was for some targets only, puts changes off, or only refreshed.
    Some(Part),
    /// It does not say: plans of OpenTofu, and of Terraform before 1.8.
    Unsaid(Part),
}

/// What is known of a plan that may leave resources out.
#[derive(Clone, Debug)]
pub struct Part {
    /// Whether it is incomplete because it puts changes off, which it lists.
    pub deferred: bool,
    /// Addresses of what it deletes: nothing takes its place.
    pub deleted: FxHashSet<String>,
}
