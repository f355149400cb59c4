//! Words for what was found: pure functions from a report value to text. One file for each format.

pub mod connectivity;
mod difference;
pub mod github;
pub mod json;
pub mod markdown;
mod plain;
mod problem;
pub mod rule_page;
pub mod sarif;
mod scan;
pub mod text;
mod uri;

pub use connectivity::{ChainRow, Connectivity, FlowRow, LinkLine};
pub use difference::Difference;
pub use problem::{Problem, Quotes};
pub use scan::{InputLine, Scan, Since, Summary, many};
pub use uri::RepositoryPaths;
