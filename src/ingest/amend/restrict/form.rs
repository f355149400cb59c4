//! Under which attributes the types of Terraform say whom a rule is about, and where a route leads.
//! Sources: documentation of the providers hashicorp/aws 6, hashicorp/azurerm 4 and hashicorp/google 6, of each type.

use crate::model::Direction;

/// How an attribute says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A list of blocks.
    List,
    /// One block. Further ones take a block of text of their own.
    One,
    /// One block, in a rule whose number no other may have.
    Numbered,
    /// One block or tag, which a list under another name may replace.
    Word(&'static str),
}

/// An attribute.
pub(super) type Form = (&'static str, Shape);

/// The attributes of the resource or block that declares a rule; none for a type whose rules are not edited.
pub(super) fn forms(kind: &str, direction: Direction) -> Option<&'static [Form]> {
    use Shape::{List, Numbered, One, Word};
    let is_ingress = direction == Direction::Ingress;
    Some(match kind {
        "aws_security_group" | "aws_default_security_group" | "aws_security_group_rule" => {
            &[("cidr_blocks", List), ("ipv6_cidr_blocks", List)]
        }
        "aws_vpc_security_group_ingress_rule" | "aws_vpc_security_group_egress_rule" => {
            &[("cidr_ipv4", One), ("cidr_ipv6", One)]
        }
        "aws_network_acl" | "aws_default_network_acl" | "aws_network_acl_rule" => {
            &[("cidr_block", Numbered), ("ipv6_cidr_block", Numbered)]
        }
        "aws_route" => &[
            ("destination_cidr_block", One),
            ("destination_ipv6_cidr_block", One),
        ],
        "azurerm_network_security_group" | "azurerm_network_security_rule" if is_ingress => &[
            ("source_address_prefix", Word("source_address_prefixes")),
            ("source_address_prefixes", List),
        ],
        "azurerm_network_security_group" | "azurerm_network_security_rule" => &[
            (
                "destination_address_prefix",
                Word("destination_address_prefixes"),
            ),
            ("destination_address_prefixes", List),
        ],
        "google_compute_firewall" if is_ingress => &[("source_ranges", List)],
        "google_compute_firewall" => &[("destination_ranges", List)],
        _ => return None,
    })
}

/// Whether the attributes stand in the resource itself, though the place of a rule or route is a line in it.
pub(super) fn are_of_resource(kind: &str) -> bool {
    matches!(kind, "google_compute_firewall" | "aws_route")
}
