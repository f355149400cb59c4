//! Which attributes name other network resources, and resources of which types: one table for each provider.

mod aws;
mod azure;
mod google;

use super::graph::Mode;

/// A class of resources that an attribute may name.
#[derive(Debug, PartialEq, Eq)]
pub struct Class {
    /// Types that are of the class, those preferred first where several carry one id (a connection before its accepter).
    pub kinds: &'static [&'static str],
    /// Computed attributes of other types whose value is an id of the class: what a resource brings along.
    pub brought: &'static [(&'static str, &'static str)],
    /// Attributes that name one: a name (`vpc_id`) or a block and a name (`launch_template.id`).
    pub attributes: &'static [&'static str],
}

/// Resources that stand for another one: type, and the attribute that names it. Their own id is that resource's id.
const STAND_INS: &[(&str, &str)] = &[
    (
        "aws_vpc_peering_connection_accepter",
        "vpc_peering_connection_id",
    ),
    (
        "aws_vpc_peering_connection_options",
        "vpc_peering_connection_id",
    ),
    (
        "aws_ec2_transit_gateway_peering_attachment_accepter",
        "transit_gateway_attachment_id",
    ),
    (
        "aws_ec2_transit_gateway_vpc_attachment_accepter",
        "transit_gateway_attachment_id",
    ),
    ("aws_vpn_gateway_attachment", "vpn_gateway_id"),
];

/// Attributes of which one at most is set: where one is known, the others are left to the provider.
const EXCLUSIVE: &[(&str, &[&str])] = &[
    (
        "aws_security_group_rule",
        &[
            "cidr_blocks",
            "ipv6_cidr_blocks",
            "prefix_list_ids",
            "self",
            "source_security_group_id",
        ],
    ),
    (
        "aws_vpc_security_group_ingress_rule",
        &[
            "cidr_ipv4",
            "cidr_ipv6",
            "prefix_list_id",
            "referenced_security_group_id",
        ],
    ),
    (
        "aws_vpc_security_group_egress_rule",
        &[
            "cidr_ipv4",
            "cidr_ipv6",
            "prefix_list_id",
            "referenced_security_group_id",
        ],
    ),
];

/// The class of resources that an attribute of a type names; `path` is dotted and without indexes. Types of no cloud
/// (`time_sleep`) hand values of any on.
#[must_use]
pub fn wanted(kind: &str, path: &str) -> Option<&'static Class> {
    tables(kind)
        .iter()
        .flat_map(|table| table.iter())
        .find(|class| class.attributes.iter().any(|own| ends_in(path, own)))
}

fn tables(kind: &str) -> &'static [&'static [Class]] {
    match kind.split('_').next() {
        Some("aws" | "awscc") => &[aws::CLASSES],
        Some("google") => &[google::CLASSES],
        Some("azurerm" | "azapi") => &[azure::CLASSES],
        _ => &[aws::CLASSES, google::CLASSES, azure::CLASSES],
    }
}

/// Whether a dotted path ends in the steps of another.
fn ends_in(path: &str, end: &str) -> bool {
    path.strip_suffix(end)
        .is_some_and(|front| front.is_empty() || front.ends_with('.'))
}

/// Whether a type is of any class.
#[must_use]
pub fn has_class(kind: &str) -> bool {
    tables(kind)
        .iter()
        .flat_map(|table| table.iter())
        .any(|class| class.kinds.contains(&kind))
}

/// The attribute by which a stand-in names what it stands for.
#[must_use]
pub fn stand_in(kind: &str) -> Option<&'static str> {
    STAND_INS
        .iter()
        .find(|(own, _)| *own == kind)
        .map(|(_, attribute)| *attribute)
}

/// Other attributes that exclude one.
pub fn rivals(kind: &str, attribute: &str) -> impl Iterator<Item = &'static str> {
    let group = EXCLUSIVE
        .iter()
        .find(|(own, group)| *own == kind && group.contains(&attribute));
    let attribute = attribute.to_owned();
    group
        .into_iter()
        .flat_map(|(_, group)| group.iter().copied())
        .filter(move |own| *own != attribute)
}

/// Whether an attribute holds many values.
#[must_use]
pub fn is_many(path: &str) -> bool {
    path.ends_with('s') || path.ends_with("vpc_zone_identifier")
}

/// Attributes that a configuration cannot leave out, by type: where one is not known and no expression sets
/// it, the configuration is not whole.
const REQUIRED: &[(&str, &[&str])] = &[
    ("aws_subnet", &["vpc_id"]),
    ("aws_route_table", &["vpc_id"]),
    ("aws_network_acl", &["vpc_id"]),
    ("aws_route", &["route_table_id"]),
    ("aws_route_table_association", &["route_table_id"]),
    (
        "aws_main_route_table_association",
        &["vpc_id", "route_table_id"],
    ),
    ("aws_default_route_table", &["default_route_table_id"]),
    ("aws_default_network_acl", &["default_network_acl_id"]),
    ("aws_network_acl_rule", &["network_acl_id"]),
    (
        "aws_network_acl_association",
        &["network_acl_id", "subnet_id"],
    ),
    ("aws_security_group_rule", &["security_group_id"]),
    (
        "aws_vpc_security_group_ingress_rule",
        &["security_group_id"],
    ),
    ("aws_vpc_security_group_egress_rule", &["security_group_id"]),
    ("aws_vpc_ipv4_cidr_block_association", &["vpc_id"]),
    ("aws_vpc_ipv6_cidr_block_association", &["vpc_id"]),
    ("aws_vpc_peering_connection", &["vpc_id", "peer_vpc_id"]),
    (
        "aws_vpc_peering_connection_accepter",
        &["vpc_peering_connection_id"],
    ),
    (
        "aws_network_interface_sg_attachment",
        &["security_group_id", "network_interface_id"],
    ),
    ("aws_network_interface", &["subnet_id"]),
    ("aws_nat_gateway", &["subnet_id"]),
    ("aws_eks_cluster", &["vpc_config.subnet_ids"]),
    ("aws_eks_node_group", &["cluster_name", "subnet_ids"]),
    ("aws_eks_fargate_profile", &["cluster_name"]),
    ("aws_eks_addon", &["cluster_name"]),
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
    ("azurerm_subnet", &["virtual_network_name"]),
    (
        "azurerm_virtual_network_peering",
        &["virtual_network_name", "remote_virtual_network_id"],
    ),
    (
        "azurerm_subnet_network_security_group_association",
        &["subnet_id", "network_security_group_id"],
    ),
    (
        "azurerm_subnet_route_table_association",
        &["subnet_id", "route_table_id"],
    ),
    (
        "azurerm_network_interface_security_group_association",
        &["network_interface_id", "network_security_group_id"],
    ),
    (
        "azurerm_network_security_rule",
        &["network_security_group_name"],
    ),
    ("azurerm_route", &["route_table_name"]),
    ("google_compute_subnetwork", &["network"]),
    ("google_compute_firewall", &["network"]),
    ("google_compute_route", &["network"]),
    (
        "google_compute_network_peering",
        &["network", "peer_network"],
    ),
    ("google_compute_router", &["network"]),
    (
        "google_service_networking_connection",
        &["network", "reserved_peering_ranges"],
    ),
];

/// Whether a configuration cannot leave an attribute of a type out.
#[must_use]
pub fn is_required(kind: &str, path: &str) -> bool {
    REQUIRED
        .iter()
        .any(|(own, attributes)| *own == kind && attributes.contains(&path))
}

/// Whether an attribute is how others name its resource; the empty one stands for a resource named without attribute.
#[must_use]
pub fn is_identity(attribute: &str) -> bool {
    ["", "id", "ids", "arn", "arns", "name", "self_link", "guid"].contains(&attribute)
}

impl Class {
    /// How well an attribute of a type names a resource of the class, best first; none where it does not.
    #[must_use]
    pub fn rank(&self, kind: &str, mode: Mode, attribute: &str) -> Option<(bool, Mode, usize)> {
        let own = self.kinds.iter().position(|own| *own == kind);
        match own {
            Some(place) if is_identity(attribute) => Some((false, mode, place)),
            _ => self.brings(kind, attribute).then_some((true, mode, 0)),
        }
    }

    /// Whether a computed attribute of a type is an id of the class.
    #[must_use]
    pub fn brings(&self, kind: &str, attribute: &str) -> bool {
        self.brought.contains(&(kind, attribute))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_want_types() {
        let wants = |kind: &str, path: &str, target: &str| {
            wanted(kind, path).is_some_and(|class| class.kinds.contains(&target))
        };
        assert!(wants("aws_subnet", "vpc_id", "aws_vpc"));
        assert!(wants(
            "aws_route_table",
            "route.vpc_peering_connection_id",
            "aws_vpc_peering_connection"
        ));
        assert!(wants(
            "aws_eks_node_group",
            "launch_template.id",
            "aws_launch_template"
        ));
        assert!(!wants("aws_eks_node_group", "id", "aws_launch_template"));
        assert!(wants(
            "time_sleep",
            "triggers.cluster_name",
            "aws_eks_cluster"
        ));
        assert!(wants(
            "google_compute_subnetwork",
            "network",
            "google_compute_network"
        ));
        assert!(wants(
            "azurerm_virtual_network_peering",
            "remote_virtual_network_id",
            "azurerm_virtual_network"
        ));
        assert!(!wants(
            "aws_ec2_transit_gateway_route",
            "transit_gateway_route_table_id",
            "aws_route_table"
        ));
    }

    #[test]
    fn one_of_several_is_set() {
        assert_eq!(rivals("aws_security_group_rule", "self").count(), 4);
        assert_eq!(rivals("aws_security_group_rule", "from_port").count(), 0);
    }
}
