//! Small graphs, and the worlds that they become.

mod black_holes;
mod channels;
mod endpoints;
mod families;
mod filters;
mod hubs;
mod networks;
mod open_links;
mod peerings;
mod relays;
mod routes;
mod unlisted;
mod unresolved;

use crate::ingest::lowering::fixture;
pub(super) use crate::ingest::lowering::fixture::graph;

fn check(graph: &str, what: &[&str], expected: &str) {
    fixture::check(
        |graph, world| super::lower(graph, world).on_demand.outer.close(world),
        graph,
        what,
        expected,
    );
}

/// The world that a graph becomes, as text.
fn drawn(graph: &str) -> String {
    fixture::drawn(|graph, world| drop(super::lower(graph, world)), graph)
}

/// The world that a graph becomes.
fn world(text: &str) -> crate::model::World {
    let mut world = crate::model::World::default();
    drop(super::lower(&graph(text), &mut world));
    world
}
