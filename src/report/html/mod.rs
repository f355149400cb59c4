//! One page for a browser: a map, paths and a table over one selection. `web/` holds its source; `page.html` is what is built
//! of it, and works from a file, without a network.

mod crossings;
mod data;
mod findings;
mod hops;
mod layout;
mod registry;
mod shape;
#[cfg(test)]
mod tests;
mod things;

use super::format::{Format, Parts};
use super::medium::Medium;
use super::scan::Scan;

/// A page to explore, for a browser
pub const FORMAT: Format = Format {
    name: "html",
    about: "A page to explore in a browser: map, paths, table",
    endings: &[".html", ".htm"],
    medium: Medium::Page,
    parts: |own| page(own),
};

/// The page as it is built from `web/`, with a mark where the data go.
const PAGE: &str = include_str!("page.html");

/// Where the data go.
const MARK: &str = "{{data}}\n";

fn page(scan: &Scan<'_>) -> Parts<'static> {
    let (head, tail) = PAGE.split_once(MARK).unwrap_or((PAGE, ""));
    let island = serde_json::to_string(&data::report(scan)).unwrap_or_default() + "\n";
    Box::new([head.to_owned(), island, tail.to_owned()].into_iter())
}
