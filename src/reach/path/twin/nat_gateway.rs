//! The slow twin of NAT gateways: a packet comes to one by the route of its subnet, leaves it with the gateway's address by the
//! route of the gateway's subnet, and its reply goes the same way back.

use super::super::scene::Scene;
use super::packet::PacketEnd;
use super::{FIXED, OPEN, compare, distinct, lines, nat_route};
use crate::model::*;
use crate::reach::Party;
use proptest::prelude::*;
use std::net::IpAddr;

impl Scene {
    /// The addresses of resources that routes name as NAT gateways.
    pub(super) fn translated(&self) -> Vec<IpAddr> {
        let tables = self.world.route_tables.iter();
        let routes = tables.flat_map(|(_, table)| &table.routes);
        let named = routes.filter_map(|route| match route.target {
            Target::NatGateway(id) => Some(id),
            _ => None,
        });
        let mut named: Vec<Id<Endpoint>> = named.collect();
        named.sort_unstable();
        named.dedup();
        let at = named
            .iter()
            .flat_map(|id| &self.world.endpoints[*id].attachments);
        at.filter_map(|at| at.addresses.first()).collect()
    }

    /// Whether `packet`, which has the address of a NAT gateway, is what becomes of one that `from` has sent to it.
    pub(super) fn passes_translated(&self, from: &Party, to: &Party, packet: &Witness) -> bool {
        let every = (0..3u8).flat_map(|third| (0..8u8).map(move |byte| [10, 0, third, byte]));
        every.map(IpAddr::from).any(|source| {
            let own = match from {
                Party::Addresses(own) => own.contains(source),
                Party::Workload(_) | Party::Endpoint(_) => true,
            };
            let sent = Witness { source, ..*packet };
            let places = self.stands(from, &sent, true);
            own && places
                .iter()
                .any(|place| self.goes_on(place, (from, to), &sent, packet))
        })
    }

    /// Whether what was sent from a place comes to a NAT gateway, and goes on from there as that packet.
    fn goes_on(
        &self,
        place: &PacketEnd,
        (from, to): (&Party, &Party),
        sent: &Witness,
        packet: &Witness,
    ) -> bool {
        let Some(Target::NatGateway(id)) = self.routed(place, sent.destination) else {
            return false;
        };
        let gateways = self.world.endpoints[*id].attachments.iter();
        let gateways = gateways.filter(|at| at.addresses.contains(packet.source));
        gateways
            .filter(|at| at.network == place.network)
            .map(PacketEnd::of)
            .any(|gateway| {
                let ends = self.stands(to, packet, false);
                self.policy_passes(from, Direction::Egress, sent.destination, sent)
                    && self.comes(place, &gateway, sent)
                    && ends.iter().any(|end| self.carried(&gateway, end, packet))
                    && self.policy_passes(to, Direction::Ingress, packet.source, packet)
            })
    }

    /// The stretch to the gateway and back: what is known of the far end's groups does not hold here.
    fn comes(&self, place: &PacketEnd, gateway: &PacketEnd, sent: &Witness) -> bool {
        self.groups_pass(place, gateway, None, true, sent)
            && self.edges_pass(place, gateway, None, sent, false)
            && self.replied(place, gateway, sent)
    }
}

proptest! {
    #![proptest_config(twin::round(128))]
    fn round(
        gateways in prop::collection::vec(nat_route(), 1..4),
        random in lines(),
        open in prop::collection::vec(prop::bool::weighted(0.95), OPEN.len()),
        from in prop::sample::select(&["w", "10.0.0.5"][..]),
        to in prop::sample::select(&["one", "any", "v", "two", "10.0.1.2"][..]),
    ) {
        let bare = from.contains('.') || to.contains('.');
        let mut doubts = 2;
        let mut doubt = |(line, doubtful): (String, bool)| {
            let doubtful = doubtful && doubts > 0 && !line.starts_with("node");
            doubts -= i32::from(doubtful);
            if doubtful { format!("{line} ?") } else { line }
        };
        let fixed = FIXED.iter().map(|line| (*line).to_owned());
        let random = random.into_iter().filter(|(line, _)| !bare || !line.contains("members"));
        let opened = OPEN.iter().zip(open).filter(|(_, open)| *open).map(|(line, _)| (*line).to_owned());
        let all = fixed.chain(gateways).chain(random.take(4).map(&mut doubt)).chain(opened);
        compare(&distinct(all.collect()), from, to)?;
    }
}

/// A round of this twin.
pub(super) const ROUND: fn() = round;

#[test]
fn the_engine_agrees_with_the_twin_about_nat_gateways() {
    twin::hold("the_engine_agrees_with_the_twin_about_nat_gateways", round);
}

#[test]
#[ignore = "takes ten minutes"]
fn the_engine_agrees_with_the_twin_about_nat_gateways_for_long() {
    twin::hold_for_long("the_engine_agrees_with_the_twin_about_nat_gateways", round);
}
