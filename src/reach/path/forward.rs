//! Which destinations a route table sends where, with both bounds.
//!
//! Longest prefix first, then the lower rank. Routes are read from the last choice to the first, so that each may
//! override what the shorter ones say. Two routes of the same prefix and rank with different targets cannot both be:
//! either may be the one.

use crate::model::{AddressSet, Border, Bounds, Id, Route, RouteTable, Target};
use crate::model::{Endpoint, IpNet};
use std::cmp::Reverse;
use std::net::IpAddr;

/// The ways out of a subnet that a path may ask a route table for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Exit {
    /// Delivered inside the network.
    Local,
    /// Over this border.
    Border(Id<Border>),
    /// Over this NAT gateway.
    NatGateway(Id<Endpoint>),
    /// To another network of the input by a way that is not known.
    Unknown,
    /// Out of all networks of the input.
    Outside,
}

/// Whether a route leads to an exit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Leads {
    No,
    Maybe,
    Yes,
}

fn leads(target: &Target, exit: Exit) -> Leads {
    match (target, exit) {
        (Target::Local, Exit::Local) => Leads::Yes,
        (Target::Border(border), Exit::Border(wanted)) if *border == wanted => Leads::Yes,
        (Target::NatGateway(own), Exit::NatGateway(wanted)) if *own == wanted => Leads::Yes,
        // A more specific route inside a network leads to an appliance that may hand the packet on.
        (Target::Outside(_), Exit::Outside | Exit::Local) => Leads::Maybe,
        (Target::Unknown, _) => Leads::Maybe,
        _ => Leads::No,
    }
}

/// The destinations of a route: all where they are not known.
fn destinations(route: &Route) -> AddressSet {
    route
        .destination
        .map_or_else(AddressSet::all, AddressSet::of)
}

/// Lower is chosen first; a route of unknown prefix may come before any other.
fn choice(route: &Route) -> (Option<Reverse<u8>>, u32, Option<IpNet>, Reverse<bool>) {
    (
        route.destination.map(|block| Reverse(block.prefix_len())),
        route.rank,
        route.destination,
        Reverse(route.doubt.is_certain()),
    )
}

/// The first choice first.
pub(super) fn ordered(table: &RouteTable) -> Vec<&Route> {
    let mut sorted: Vec<&Route> = table.routes.iter().collect();
    sorted.sort_by_key(|route| choice(route));
    sorted
}

/// Destinations that the table sends over the exit.
pub(super) fn sends(table: &RouteTable, exit: Exit) -> Bounds<AddressSet> {
    let sorted = ordered(table);
    let same = |a: &&Route, b: &&Route| a.destination == b.destination && a.rank == b.rank;
    sorted
        .chunk_by(same)
        .rev()
        .fold(Bounds::default(), |sum, group| overlay(sum, group, exit))
}

/// What routes of one prefix and rank make of what longer ones leave.
fn overlay(sum: Bounds<AddressSet>, group: &[&Route], exit: Exit) -> Bounds<AddressSet> {
    let Some(at) = group.first().map(|route| destinations(route)) else {
        return sum;
    };
    let is = |route: &&&Route, wanted: Leads| leads(&route.target, exit) == wanted;
    let certain = |route: &&&Route| route.destination.is_some() && route.doubt.is_certain();
    let decided = group.iter().any(|route| certain(&route));
    let all_lead = group.iter().all(|route| is(&route, Leads::Yes));
    let some_lead = group.iter().any(|route| !is(&route, Leads::No));
    // What is delivered inside the network cannot be taken away by a route whose prefix is only not known yet.
    let keeps = all_lead && !decided
        || exit == Exit::Local && group.iter().all(|route| route.destination.is_none());
    let must = match (all_lead && decided, keeps) {
        (true, _) => sum.must.union(&at),
        (false, true) => sum.must,
        (false, false) => sum.must.difference(&at),
    };
    let may = match (some_lead, decided) {
        (true, _) => sum.may.union(&at),
        (false, true) => sum.may.difference(&at),
        (false, false) => sum.may,
    };
    Bounds { must, may }
}

/// The routes that may decide about a destination, with their positions in the table, the likeliest first: up to the first
/// that is certain.
pub(super) fn deciding(table: &RouteTable, destination: IpAddr) -> Vec<(usize, &Route)> {
    let mut sorted: Vec<(usize, &Route)> = table.routes.iter().enumerate().collect();
    sorted.sort_by_key(|(_, route)| choice(route));
    let mut out = Vec::new();
    for (number, route) in sorted
        .into_iter()
        .filter(|(_, route)| destinations(route).contains(destination))
    {
        out.push((number, route));
        if route.destination.is_some() && route.doubt.is_certain() {
            break;
        }
    }
    out
}

/// Whether the route may be one that leads to the exit.
pub(super) fn may_lead(route: &Route, exit: Exit) -> bool {
    leads(&route.target, exit) != Leads::No
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Doubt, GapKind, World};

    /// Lines of `prefix target [?]`: `local`, `drop`, `out`, `unknown`; `?` is a doubtful route.
    fn check(lines: &str, exit: Exit, must: &str, may: &str) {
        let doubt = World::default().doubt(GapKind::UnknownValue, "x", None);
        let route = |line: &str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let target = match words[1] {
                "local" => Target::Local,
                "drop" => Target::Drop("blackhole".to_owned()),
                "out" => Target::Outside("internet gateway".to_owned()),
                _ => Target::Unknown,
            };
            let doubt = if words.contains(&"?") {
                doubt.clone()
            } else {
                Doubt::none()
            };
            Route {
                destination: words[0].parse().ok(),
                target,
                rank: u32::from(words.contains(&"propagated")),
                doubt,
                origin: None,
            }
        };
        let table = RouteTable {
            name: "t".to_owned(),
            routes: lines.lines().map(route).collect(),
            origin: None,
        };
        let found = sends(&table, exit);
        assert_eq!(
            (found.must.to_string(), found.may.to_string()),
            (must.to_owned(), may.to_owned()),
            "{lines}"
        );
    }

    #[test]
    fn the_longest_prefix_wins_then_the_static_route() {
        check(
            "10.0.0.0/8 drop\n10.0.0.0/9 local",
            Exit::Local,
            "10.0.0.0/9",
            "10.0.0.0/9",
        );
        check(
            "10.0.0.0/8 local\n10.0.0.0/9 drop",
            Exit::Local,
            "10.128.0.0/9",
            "10.128.0.0/9",
        );
        check(
            "10.0.0.0/8 drop propagated\n10.0.0.0/8 local",
            Exit::Local,
            "10.0.0.0/8",
            "10.0.0.0/8",
        );
        check(
            "10.0.0.0/8 drop\n10.0.0.0/8 local",
            Exit::Local,
            "no address",
            "10.0.0.0/8",
        );
    }

    #[test]
    fn a_doubtful_route_may_be_absent() {
        check(
            "10.0.0.0/8 local ?",
            Exit::Local,
            "no address",
            "10.0.0.0/8",
        );
        check(
            "10.0.0.0/8 local\n10.0.0.0/9 drop ?",
            Exit::Local,
            "10.128.0.0/9",
            "10.0.0.0/8",
        );
        check(
            "10.0.0.0/8 local\n10.0.0.0/9 local ?",
            Exit::Local,
            "10.0.0.0/8",
            "10.0.0.0/8",
        );
        check(
            "10.0.0.0/8 drop\n10.0.0.0/9 local ?\n10.0.0.0/10 drop",
            Exit::Local,
            "no address",
            "10.64.0.0/10",
        );
    }

    #[test]
    fn a_route_to_an_unknown_place_may_lead_anywhere() {
        check(
            "10.0.0.0/8 unknown\n10.0.0.0/9 drop",
            Exit::Outside,
            "no address",
            "10.128.0.0/9",
        );
        check(
            "? unknown ?",
            Exit::Outside,
            "no address",
            "0.0.0.0/0, ::/0",
        );
        check(
            "10.0.0.0/8 local\n? drop ?",
            Exit::Local,
            "10.0.0.0/8",
            "10.0.0.0/8",
        );
    }
}
