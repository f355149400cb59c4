//! Small graphs of Google Cloud, and the worlds that they become.

mod balancers;
mod firewalls;
mod networks;
mod peerings;
mod policies;
mod services;
mod spokes;
mod unlisted;

use crate::ingest::lowering::fixture;

fn drawn(graph: &str) -> String {
    fixture::drawn(
        |graph, world| super::lower(graph, world).on_demand.outer.close(world),
        graph,
    )
}

fn check(graph: &str, what: &[&str], expected: &str) {
    fixture::check(
        |graph, world| super::lower(graph, world).on_demand.outer.close(world),
        graph,
        what,
        expected,
    );
}
