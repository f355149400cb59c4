//! Transit gateways: hubs whose own route tables decide which attached network reaches which. Lowered into a border with one
//! leg for each way from one attached network to another, so that nothing beyond this room knows what a hub is.
//! Source: Transit Gateway guide, "How transit gateways work".

mod acl_group;
mod attachment;
mod hub;
mod hubs;
mod leg;
mod legs;
mod presumed;
mod switch;
mod table;

use super::lowering::Lowering;
use crate::ingest::aws::stage::AtBorders;
use crate::ingest::lowering::Family;
use crate::ingest::terraform::{NamedBy, ResourceFamily};
use hubs::Hubs;

/// What transit gateways are made of.
const TYPES: &[&str] = &[
    "aws_ec2_transit_gateway",
    "aws_ec2_transit_gateway_connect",
    "aws_ec2_transit_gateway_default_route_table_association",
    "aws_ec2_transit_gateway_default_route_table_propagation",
    "aws_ec2_transit_gateway_dx_gateway_attachment",
    "aws_ec2_transit_gateway_peering_attachment",
    "aws_ec2_transit_gateway_peering_attachment_accepter",
    "aws_ec2_transit_gateway_prefix_list_reference",
    "aws_ec2_transit_gateway_route",
    "aws_ec2_transit_gateway_route_table",
    "aws_ec2_transit_gateway_route_table_association",
    "aws_ec2_transit_gateway_route_table_propagation",
    "aws_ec2_transit_gateway_vpc_attachment",
    "aws_ec2_transit_gateway_vpc_attachment_accepter",
    "aws_ec2_transit_gateway_vpn_attachment",
];

/// Accepters stand for the attachment that they accept.
const STAND_INS: &[(&str, &str)] = &[
    (
        "aws_ec2_transit_gateway_peering_attachment_accepter",
        "transit_gateway_attachment_id",
    ),
    (
        "aws_ec2_transit_gateway_vpc_attachment_accepter",
        "transit_gateway_attachment_id",
    ),
];

/// Attributes that a configuration cannot leave out.
const REQUIRED: &[(&str, &[&str])] = &[
    (
        "aws_ec2_transit_gateway_vpc_attachment",
        &["vpc_id", "subnet_ids", "transit_gateway_id"],
    ),
    (
        "aws_ec2_transit_gateway_route_table",
        &["transit_gateway_id"],
    ),
    (
        "aws_ec2_transit_gateway_route",
        &["transit_gateway_route_table_id"],
    ),
    (
        "aws_ec2_transit_gateway_route_table_association",
        &[
            "transit_gateway_attachment_id",
            "transit_gateway_route_table_id",
        ],
    ),
    (
        "aws_ec2_transit_gateway_route_table_propagation",
        &[
            "transit_gateway_attachment_id",
            "transit_gateway_route_table_id",
        ],
    ),
];

/// By which attributes others name gateways, attachments and their route tables.
fn references() -> Vec<NamedBy> {
    vec![
        NamedBy::new(
            &["aws_ec2_transit_gateway"],
            &["peer_transit_gateway_id", "transit_gateway_id"],
        ),
        NamedBy::new(
            &[
                "aws_ec2_transit_gateway_vpc_attachment",
                "aws_ec2_transit_gateway_peering_attachment",
                "aws_ec2_transit_gateway_connect",
                "aws_dx_gateway_association",
                "aws_ec2_transit_gateway_vpc_attachment_accepter",
                "aws_ec2_transit_gateway_peering_attachment_accepter",
                "aws_ec2_transit_gateway_attachment",
                "aws_ec2_transit_gateway_vpn_attachment",
                "aws_ec2_transit_gateway_dx_gateway_attachment",
                "aws_ec2_transit_gateway_vpc_attachments",
            ],
            &["transit_gateway_attachment_id", "transport_attachment_id"],
        )
        .brought_by(&[("aws_vpn_connection", "transit_gateway_attachment_id")]),
        NamedBy::new(
            &[
                "aws_ec2_transit_gateway_route_table",
                "aws_ec2_transit_gateway_route_tables",
            ],
            &[
                "transit_gateway_route_table_id",
                "association_default_route_table_id",
                "propagation_default_route_table_id",
            ],
        )
        .brought_by(&[
            (
                "aws_ec2_transit_gateway",
                "association_default_route_table_id",
            ),
            (
                "aws_ec2_transit_gateway",
                "propagation_default_route_table_id",
            ),
        ]),
    ]
}

/// Transit gateways with their attachments and route tables.
#[must_use]
pub fn family() -> Family<AtBorders> {
    Family {
        resources: ResourceFamily {
            types: TYPES.to_vec(),
            references: references(),
            stand_ins: STAND_INS,
            required: REQUIRED,
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers gateways, attachments, their route tables, and at last the legs.
fn lower(lowering: &mut Lowering<AtBorders>) {
    let named = ("transit_gateway_id", hub::KIND);
    lowering.lowered.made.named_in_routes.push(named);
    let mut hubs = Hubs::default();
    hub::lower(lowering, &mut hubs);
    attachment::lower(lowering, &mut hubs);
    table::lower(lowering, &mut hubs);
    legs::lower(lowering, &hubs);
}
