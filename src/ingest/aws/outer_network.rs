//! Networks outside of AWS: behind a VPN connection, a Direct Connect gateway, or a border that is only named.

use super::lowering::{At, Attribute, Lowering};
use crate::ingest::aws::stage::AtBorders;
use crate::ingest::lowering::Family;
use crate::ingest::terraform::{Mode, NamedBy, Resource, ResourceFamily};
use crate::model::{Border, Doubt, Id, Network};
use std::collections::BTreeMap;

const KIND: &str = "virtual private gateway";

/// Virtual private gateways, with the VPN connections and Direct Connect gateways behind them.
#[must_use]
pub fn family() -> Family<AtBorders> {
    Family {
        resources: ResourceFamily {
            types: vec![
                "aws_customer_gateway",
                "aws_dx_gateway",
                "aws_dx_gateway_association",
                "aws_vpn_connection",
                "aws_vpn_gateway",
                "aws_vpn_gateway_attachment",
            ],
            references: vec![
                NamedBy::new(&["aws_customer_gateway"], &["customer_gateway_id"]),
                NamedBy::new(
                    &["aws_vpn_gateway", "aws_vpn_gateway_attachment"],
                    &["vpn_gateway_id", "propagating_vgws"],
                ),
                NamedBy::new(&["aws_dx_gateway"], &["dx_gateway_id"]),
                NamedBy::new(
                    &["aws_ec2_transit_gateway", "aws_vpn_gateway"],
                    &["associated_gateway_id"],
                ),
            ],
            stand_ins: &[("aws_vpn_gateway_attachment", "vpn_gateway_id")],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers virtual private gateways: each joins its VPC with what stands behind its VPN connections and Direct Connect
/// gateways. Source: Site-to-Site VPN user guide, "Virtual private gateway".
fn lower(lowering: &mut Lowering<AtBorders>) {
    let networks = near_ends(lowering);
    let mut far = far_ends(lowering);
    for (border, networks) in networks {
        let ends = far
            .remove(&border)
            .unwrap_or_else(|| vec![lowering.behind(border)]);
        for (network, doubt) in &networks {
            for end in &ends {
                let doubt = doubt.and(&lowering.world.networks[*end].doubt);
                lowering.open(border, *network, *end, &doubt);
            }
        }
    }
}

/// The gateways, each with the VPCs that it may be attached to.
fn near_ends(
    lowering: &mut Lowering<AtBorders>,
) -> BTreeMap<Id<Border>, BTreeMap<Id<Network>, Doubt>> {
    let graph = lowering.graph;
    let mut networks: BTreeMap<Id<Border>, BTreeMap<Id<Network>, Doubt>> = BTreeMap::new();
    for (id, resource) in graph.of("aws_vpn_gateway") {
        let twin = lowering.twin(resource, |lowering, id| {
            lowering.lowered.made.of.get(&id).copied()
        });
        let border = twin.unwrap_or_else(|| {
            let (name, origin, state) = (
                lowering.name(id),
                Some(resource.origin.clone()),
                "active once applied".to_owned(),
            );
            lowering.world.borders.push(Border {
                name,
                kind: KIND,
                legs: Vec::new(),
                state,
                origin,
            })
        });
        lowering.lowered.made.of.insert(id, border);
        let at = if resource.mode == Mode::Data {
            "attached_vpc_id"
        } else {
            "vpc_id"
        };
        let found = lowering.networks(Attribute::of(resource, at));
        networks.entry(border).or_default().extend(found.items);
    }
    for (_, resource) in graph.of("aws_vpn_gateway_attachment") {
        let found = lowering.networks(Attribute::of(resource, "vpc_id"));
        for (border, doubt) in lowering
            .borders_among(
                Attribute::of(resource, "vpn_gateway_id"),
                KIND,
                None,
                |lowering, id| lowering.lowered.made.of.get(&id).copied(),
            )
            .items
        {
            let own = found
                .items
                .iter()
                .map(|(network, own)| (*network, own.and(&doubt)));
            networks.entry(border).or_default().extend(own);
        }
    }
    networks
}

/// What stands behind the connections of each gateway.
fn far_ends(lowering: &mut Lowering<AtBorders>) -> BTreeMap<Id<Border>, Vec<Id<Network>>> {
    let graph = lowering.graph;
    let mut far: BTreeMap<Id<Border>, Vec<Id<Network>>> = BTreeMap::new();
    for (kind, gateway, end) in [
        ("aws_vpn_connection", "vpn_gateway_id", ""),
        (
            "aws_dx_gateway_association",
            "associated_gateway_id",
            "dx_gateway_id",
        ),
    ] {
        for (_, resource) in graph.of(kind) {
            let at = Attribute::of(resource, gateway);
            let named = at.value.text().is_some_and(|text| text.starts_with("vgw-"));
            if named
                || !graph
                    .follow(at.value, &["aws_vpn_gateway"])
                    .targets
                    .is_empty()
            {
                let network = lowering.outer_network(resource, end);
                let borders = lowering.borders_among(at, KIND, None, |lowering, id| {
                    lowering.lowered.made.of.get(&id).copied()
                });
                borders
                    .all()
                    .for_each(|border| far.entry(border).or_default().push(network));
            }
        }
    }
    far
}

impl<B, M> Lowering<'_, At<B, M>> {
    /// The network behind a connection: named after the resource at the far end, where an attribute names one.
    pub fn outer_network(&mut self, resource: &Resource, far: &str) -> Id<Network> {
        let graph = self.graph;
        let end = graph
            .follow(
                resource.values.get(far),
                &["aws_dx_gateway", "aws_vpn_connection"],
            )
            .targets
            .into_iter()
            .next();
        let (name, origin) = match end {
            Some(target) => (
                self.name(target.resource),
                graph.resources[target.resource].origin.clone(),
            ),
            None => (resource.address.clone(), resource.origin.clone()),
        };
        self.lowered
            .on_demand
            .outer
            .enter(self.world, &name, Some(&origin), None)
    }

    /// The network behind a border of which the input does not say what it leads to.
    pub fn behind(&mut self, border: Id<Border>) -> Id<Network> {
        let Border { name, origin, .. } = self.world.borders[border].clone();
        self.lowered
            .on_demand
            .outer
            .enter(self.world, &name, origin.as_ref(), None)
    }
}
