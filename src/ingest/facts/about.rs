//! What a file of facts tells of a repository as a whole.

use serde::{Deserialize, Serialize};

/// The version of what bodies hold. It grows when a reader of the version before would read them wrongly.
pub const VERSION: u32 = 1;
/// The oldest version that is read.
pub const OLDEST: u32 = 1;

/// The body of the row about a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Version of the format.
    pub version: u32,
    /// Version of the program that wrote it.
    #[serde(default)]
    pub tool: String,
    /// What was read, ascending by path.
    #[serde(default)]
    pub inputs: Vec<AboutInput>,
    /// How many files in folders were passed over, since they are no input.
    #[serde(default)]
    pub skipped: usize,
    /// Policy engines that the configuration tells, by the number of the cluster's resource.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub engines: Vec<(u32, String)>,
    /// Namespace of objects that name none, where it is not `default`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_namespace: Option<String>,
}

/// One input of a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutInput {
    /// Its path, from the root of the repository.
    pub path: String,
    /// What it is: `plan`, `state`, `manifests`, `chart`, `kustomization`, `sources`, `binary-plan`.
    pub kind: String,
    /// How many things it holds after and before the plan; none where it is not read at that moment.
    #[serde(default)]
    pub after: Option<usize>,
    /// The same before the plan.
    #[serde(default)]
    pub before: Option<usize>,
    /// Its number as a plan or state; none of others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<usize>,
}
