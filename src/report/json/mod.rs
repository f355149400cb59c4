//! JSON, by the command-line contract. Each document names its schema and version; keys are only ever added.

mod confirm;
mod diff;
mod document;
mod explain;
mod fact;
mod fix;
mod flow_fact;
mod flow_rows;
mod intended;
mod reach;
mod reason;
mod scan;

pub use confirm::confirm;
pub use diff::diff;
pub use explain::explain;
pub(super) use fact::TrafficFact;
pub use fix::fix;
pub use reach::{reach, reach_grouped, traffic};
pub use scan::scan;

use super::format::Format;
use super::medium::Medium;
use serde::Serialize;

/// Everything, for programs
pub const FORMAT: Format = Format {
    name: "json",
    about: "Everything, for programs",
    endings: &[".json"],
    medium: Medium::Json,
    parts: scan,
};

/// A document on one line or indented, without a line break at its end. Serialising these shapes cannot fail: all keys
/// are strings and nothing is fallible.
fn print(document: &impl Serialize, pretty: bool) -> String {
    let text = if pretty {
        serde_json::to_string_pretty(document)
    } else {
        serde_json::to_string(document)
    };
    text.unwrap_or_default()
}
