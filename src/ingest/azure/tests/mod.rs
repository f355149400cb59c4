//! Small graphs, and the worlds that they become.

mod endpoints;
mod networks;
mod peerings;
mod rules;
mod unlisted;

use crate::ingest::lowering::fixture;

fn check(graph: &str, what: &[&str], expected: &str) {
    fixture::check(
        |graph, world| super::lower(graph, world).on_demand.outer.close(world),
        graph,
        what,
        expected,
    );
}

fn drawn(graph: &str) -> String {
    fixture::drawn(
        |graph, world| super::lower(graph, world).on_demand.outer.close(world),
        graph,
    )
}
