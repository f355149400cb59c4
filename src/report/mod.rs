//! Words for what was found: pure functions from a report value to text. One file for each format.

pub mod block;
mod concealment;
mod confirmation;
pub mod connectivity;
mod crossing;
mod difference;
pub mod dot;
mod drawing;
mod ends;
mod escape;
pub mod fact_page;
mod fix;
pub mod format;
pub mod github;
pub mod gitlab;
mod headline;
pub mod html;
mod intent;
pub mod json;
pub mod junit;
mod label;
pub mod markdown;
mod medium;
pub mod mermaid;
mod page;
mod patch;
mod plain;
mod problem;
pub mod rule_page;
#[cfg(test)]
mod sample;
pub mod sarif;
mod scan;
mod sentence;
pub mod svg;
pub mod text;
mod uri;

pub use concealment::Concealment;
pub use confirmation::{Confirmation, ConfirmationRow};
pub use connectivity::{ChainRow, Connectivity, FlowRow, GroupedRow, LinkLine};
pub use crossing::{CrossingRow, Evidence, FarSide, NoEvidence};
pub use difference::Difference;
pub use fix::{ClosedRow, Fix, Fixes, NarrowedRow, Unfixed};
pub use format::{Format, Parts};
pub use headline::{Opening, headline};
pub use intent::{WantedFlow, intent_page};
pub use label::{heading, label};
pub use medium::{Medium, fit};
pub use page::Page;
pub use patch::{FileChange, LineEdit};
pub use plain::plain;
pub use problem::{Problem, Quoted, Quotes};
pub use scan::{InputLine, LeftOut, Scan, Since, Summary, many};
pub use sentence::sentence;
pub use uri::RepositoryPaths;

/// Every report format, in the order of the help.
pub const FORMATS: &[&Format] = &[
    &text::FORMAT,
    &sarif::FORMAT,
    &json::FORMAT,
    &markdown::FORMAT,
    &html::FORMAT,
    &github::FORMAT,
    &mermaid::FORMAT,
    &dot::FORMAT,
    &svg::FORMAT,
    &junit::FORMAT,
    &gitlab::FORMAT,
];
