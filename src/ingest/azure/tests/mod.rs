//! Small graphs, and the worlds that they become.

mod networks;
mod peerings;
mod rules;

use crate::ingest::lowering::fixture;

fn check(graph: &str, what: &[&str], expected: &str) {
    fixture::check(|graph, world| drop(super::lower(graph, world)), graph, what, expected);
}
