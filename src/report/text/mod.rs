//! Text for a terminal. Colours are always in it; the front door takes them out where they are not wanted.

mod blocks;
mod confirm;
mod diff;
mod drawn;
mod explain;
mod fix;
mod hops;
mod intended;
mod link;
mod path;
mod quote;
mod reach;
mod scan;
mod style;
mod wrap;

use super::format::{Format, whole};
use super::medium::Medium;

pub use confirm::confirm;
pub use diff::diff;
pub use explain::{explain, explain_finding};
pub use fix::fix;
pub use quote::problem;
pub use reach::{reach, reach_grouped};
pub use scan::scan;
pub use style::heading;

/// For people, in a terminal
pub const FORMAT: Format = Format {
    name: "text",
    about: "For people, in a terminal",
    endings: &[".txt"],
    medium: Medium::Text,
    parts: |own| whole(scan(own)),
};
