//! Seams between addresses: two addresses with no seam between them are in the same blocks of every rule, route
//! and border, so that two resources that differ only in such addresses are alike.

use super::super::classes::{Class, JudgedLocation};
use crate::model::{AddressSet, Bounds, Filter, FilterPeer, FlowSet, World};
use std::net::{IpAddr, Ipv6Addr};

/// A seam just before an address, or just after it.
type Seam = (IpAddr, bool);

/// All seams of a world, ascending.
pub(super) struct Seams(Vec<Seam>);

impl Seams {
    /// The seams of the networks of a world, and of what policies say of addresses outside of the classes' clusters.
    pub fn of(world: &World, classes: &[Class]) -> Self {
        let mut out = Seams(vec![(IpAddr::V6(Ipv6Addr::UNSPECIFIED), false)]);
        world
            .networks
            .iter()
            .for_each(|(_, network)| out.add(&network.addresses));
        world
            .subnets
            .iter()
            .for_each(|(_, subnet)| out.add(&subnet.addresses));
        let routes = world
            .route_tables
            .iter()
            .flat_map(|(_, table)| &table.routes);
        routes
            .filter_map(|route| route.destination)
            .for_each(|block| out.add(&AddressSet::of(block)));
        for leg in world.borders.iter().flat_map(|(_, border)| &border.legs) {
            out.add(&leg.sources);
            out.add(&leg.destinations);
        }
        world
            .filters
            .iter()
            .for_each(|(_, filter)| out.filter(filter));
        for class in classes {
            class
                .presence
                .sources
                .iter()
                .chain(&class.presence.destinations)
                .for_each(|stand| out.stand(stand));
            let fronts = class
                .presence
                .entry_points
                .iter()
                .flat_map(|(_, fronts)| fronts);
            fronts.for_each(|front| out.flows(&front.admits));
        }
        out.0.sort_unstable();
        out.0.dedup();
        out
    }

    /// The number of seams before an address: the same for addresses that are not told apart.
    pub fn between(&self, address: IpAddr) -> usize {
        self.0.partition_point(|seam| *seam <= (address, false))
    }

    fn add(&mut self, addresses: &AddressSet) {
        self.0.extend(
            addresses
                .ranges()
                .flat_map(|(low, high)| [(low, false), (high, true)]),
        );
    }

    fn filter(&mut self, filter: &Filter) {
        let ends = filter
            .ingress
            .iter()
            .chain(&filter.egress)
            .flat_map(|rule| [&rule.peer, &rule.own]);
        for end in ends {
            if let FilterPeer::Addresses(addresses) = end {
                self.add(addresses);
            }
        }
    }

    fn stand(&mut self, stand: &JudgedLocation) {
        self.add(&stand.destinations);
        stand.policy.iter().for_each(|policy| self.flows(policy));
    }

    fn flows(&mut self, flows: &Bounds<FlowSet>) {
        let parts = flows.must.parts().iter().chain(flows.may.parts());
        parts.for_each(|(addresses, _)| self.add(addresses));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_apart_where_a_set_ends_between_them() {
        let mut seams = Seams(vec![(IpAddr::V6(Ipv6Addr::UNSPECIFIED), false)]);
        seams.add(&AddressSet::parse("10.0.0.4/30").unwrap());
        seams.add(&AddressSet::parse("10.0.0.6/32").unwrap());
        seams.0.sort_unstable();
        let at = |text: &str| seams.between(text.parse().unwrap());
        // 10.0.0.4/30 is .4 to .7; .6 stands alone in it.
        assert_eq!(at("10.0.0.3"), at("10.0.0.0"));
        assert_eq!(at("10.0.0.4"), at("10.0.0.5"));
        assert_eq!(at("10.0.0.8"), at("255.255.255.255"));
        let apart = [
            "10.0.0.3", "10.0.0.4", "10.0.0.6", "10.0.0.7", "10.0.0.8", "::",
        ]
        .map(at);
        assert!(apart.windows(2).all(|pair| pair[0] < pair[1]), "{apart:?}");
    }
}
