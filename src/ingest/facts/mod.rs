//! What repositories contribute to the world of their organisation: one row for each thing, as files of facts hold it.
//!
//! A row is the reading of a thing, and not yet part of a world: who reads rows of many repositories joins and lowers them
//! exactly as if all their plans and manifests were read at once. `docs/facts-file.md` describes the rows for people.

mod about;
mod gap;
mod noun;
mod read;
mod write;

pub use about::{About, AboutInput, VERSION};
pub use read::{Facts, FactsError, Part};
pub use write::{Contribution, Here, ObjectAt, write};

/// One row of a file of facts: one thing at one or both moments.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// The repository: unique among those that are read together, and what paths of its files begin with in reports.
    pub repository: String,
    /// The commit that was read; none where nobody said it.
    pub commit: Option<String>,
    /// When that was committed, in seconds since 1970; none where nobody said it.
    pub committed: Option<i64>,
    /// What it is, as the model calls it: `network`, `border`, `workload`, `gap`; `repository` for the one row about all of it.
    pub kind: String,
    /// What its own language calls it: `aws_vpc`, `Deployment`.
    pub r#type: Option<String>,
    /// When it is so: `both`, `after`, `before` the plan.
    pub moment: String,
    /// Its number among those of its repository, by which bodies name it.
    pub number: Option<i64>,
    /// Which plan or state of its repository it is of, from 0.
    pub input: Option<i64>,
    /// Whether it surely is so: none where it is; else `deferred`, `unplanned`, `wiped`, `missing`.
    pub presence: Option<String>,
    /// Terraform address.
    pub address: Option<String>,
    /// The id that its cloud gave it, where known.
    pub id: Option<String>,
    /// Further texts by which others name it, ascending.
    pub aliases: Vec<String>,
    /// Account, project or subscription, where known.
    pub account: Option<String>,
    /// Region, where known.
    pub region: Option<String>,
    /// Of a Kubernetes object: address or name of its cluster; absent where not known.
    pub cluster: Option<String>,
    /// Of a Kubernetes object: its namespace, where it names one.
    pub namespace: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Blocks of addresses that it holds, ascending.
    pub cidr: Vec<String>,
    /// What it names: ids, and addresses of the same repository; ascending.
    pub joins_to: Vec<String>,
    /// Path of the file that declares it, from the root of the repository.
    pub file: Option<String>,
    /// The line there, from 1; 0 where only the file is known.
    pub line: Option<i64>,
    /// The rest, for who reads rows back: JSON whose shape is of the version of the format.
    pub body: String,
}

/// The kind of the row about a repository as a whole.
pub const REPOSITORY: &str = "repository";
/// The kind of what is not known.
const GAP: &str = "gap";
/// The kind of a request to ignore findings.
const IGNORE: &str = "ignore";
/// The kind of what other rows hold that are read elsewhere: only its name is written, so that names stay the same.
pub const ELSEWHERE: &str = "elsewhere";
/// The kind of a cluster.
pub const CLUSTER: &str = "cluster";

/// The words for when something is so: after and before the plan.
const MOMENTS: [(&str, (bool, bool)); 3] = [
    ("both", (true, true)),
    ("after", (true, false)),
    ("before", (false, true)),
];
