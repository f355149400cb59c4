//! Which lists of which resources show what which child resources made.

use crate::ingest::terraform::resource::Value;

/// A type of child resource, and where its parent shows it.
#[derive(Debug)]
pub struct Child {
    /// Its type.
    pub kind: &'static str,
    /// The attribute of its own that names the parent.
    pub names: &'static str,
    /// The parent's type.
    pub parent: &'static str,
    /// The attribute of the parent that is named so.
    pub identity: &'static str,
    /// The parent's lists.
    lists: Lists,
    /// How it is shown there.
    pub mirror: Mirror,
}

/// The lists of a parent in which a child is.
#[derive(Debug)]
enum Lists {
    /// Each of these.
    All(&'static [&'static str]),
    /// `egress` or `ingress`, as the child's `type` or `egress` says; both where it says nothing.
    ByDirection,
}

/// How a list shows a child.
#[derive(Debug)]
pub enum Mirror {
    /// By an element: attributes of the child, and of the element, that are the same.
    Element(&'static [(&'static str, &'static str)]),
    /// By an element that is the value of this attribute of the child.
    Member(&'static str),
    /// By a part of an element, which groups rules by ports.
    GroupRule,
    /// By an attribute that has the value of `was`; without the child it has that of `back`, else of the parent's `or`.
    Instead {
        /// The attribute of the child whose value the parent shows.
        was: &'static str,
        /// The attribute of the child that says what was before it.
        back: &'static str,
        /// The attribute of the parent that says what is there without any child.
        or: &'static str,
    },
}

impl Child {
    /// The lists of the parent in which a child may be.
    #[must_use]
    pub fn lists(&self, before: &Value) -> &'static [&'static str] {
        match self.lists {
            Lists::All(lists) => lists,
            Lists::ByDirection => match (before.get("egress").boolean(), before.get("type").text())
            {
                (Some(true), _) | (_, Some("egress")) => &["egress"],
                (Some(false), _) | (_, Some("ingress")) => &["ingress"],
                _ => &["ingress", "egress"],
            },
        }
    }
}

const fn child(
    (kind, names): (&'static str, &'static str),
    (parent, identity): (&'static str, &'static str),
    lists: &'static [&'static str],
    mirror: Mirror,
) -> Child {
    let lists = Lists::All(lists);
    Child {
        kind,
        names,
        parent,
        identity,
        lists,
        mirror,
    }
}

const fn group_rule(kind: &'static str, parent: &'static str, lists: Lists) -> Child {
    Child {
        kind,
        names: "security_group_id",
        parent,
        identity: "id",
        lists,
        mirror: Mirror::GroupRule,
    }
}

const fn acl_rule(parent: &'static str) -> Child {
    Child {
        kind: "aws_network_acl_rule",
        names: "network_acl_id",
        parent,
        identity: "id",
        lists: Lists::ByDirection,
        mirror: Mirror::Element(&[("rule_number", "rule_no")]),
    }
}

const INGRESS: Lists = Lists::All(&["ingress"]);
const EGRESS: Lists = Lists::All(&["egress"]);
const ROUTE: Mirror = Mirror::Element(&[
    ("destination_cidr_block", "cidr_block"),
    ("destination_ipv6_cidr_block", "ipv6_cidr_block"),
    ("destination_prefix_list_id", "destination_prefix_list_id"),
]);

/// All of them.
pub const CHILDREN: &[Child] = &[
    group_rule(
        "aws_security_group_rule",
        "aws_security_group",
        Lists::ByDirection,
    ),
    group_rule(
        "aws_security_group_rule",
        "aws_default_security_group",
        Lists::ByDirection,
    ),
    group_rule(
        "aws_vpc_security_group_ingress_rule",
        "aws_security_group",
        INGRESS,
    ),
    group_rule(
        "aws_vpc_security_group_ingress_rule",
        "aws_default_security_group",
        INGRESS,
    ),
    group_rule(
        "aws_vpc_security_group_egress_rule",
        "aws_security_group",
        EGRESS,
    ),
    group_rule(
        "aws_vpc_security_group_egress_rule",
        "aws_default_security_group",
        EGRESS,
    ),
    acl_rule("aws_network_acl"),
    acl_rule("aws_default_network_acl"),
    child(
        ("aws_network_acl_association", "network_acl_id"),
        ("aws_network_acl", "id"),
        &["subnet_ids"],
        Mirror::Member("subnet_id"),
    ),
    child(
        ("aws_route", "route_table_id"),
        ("aws_route_table", "id"),
        &["route", "routes"],
        ROUTE,
    ),
    child(
        ("aws_route", "route_table_id"),
        ("aws_default_route_table", "id"),
        &["route"],
        ROUTE,
    ),
    child(
        ("aws_route_table_association", "route_table_id"),
        ("aws_route_table", "id"),
        &["associations"],
        Mirror::Element(&[("id", "route_table_association_id")]),
    ),
    child(
        ("aws_vpn_gateway_route_propagation", "route_table_id"),
        ("aws_route_table", "id"),
        &["propagating_vgws"],
        Mirror::Member("vpn_gateway_id"),
    ),
    child(
        ("aws_main_route_table_association", "vpc_id"),
        ("aws_vpc", "id"),
        &["main_route_table_id"],
        Mirror::Instead {
            was: "route_table_id",
            back: "original_route_table_id",
            or: "default_route_table_id",
        },
    ),
    child(
        ("aws_main_route_table_association", "vpc_id"),
        ("aws_default_vpc", "id"),
        &["main_route_table_id"],
        Mirror::Instead {
            was: "route_table_id",
            back: "original_route_table_id",
            or: "default_route_table_id",
        },
    ),
    child(
        ("aws_vpc_ipv4_cidr_block_association", "vpc_id"),
        ("aws_vpc", "id"),
        &["cidr_block_associations"],
        Mirror::Element(&[("cidr_block", "cidr_block")]),
    ),
    child(
        ("aws_ec2_managed_prefix_list_entry", "prefix_list_id"),
        ("aws_ec2_managed_prefix_list", "id"),
        &["entry", "entries"],
        Mirror::Element(&[("cidr", "cidr")]),
    ),
    child(
        (
            "aws_network_interface_sg_attachment",
            "network_interface_id",
        ),
        ("aws_network_interface", "id"),
        &["security_groups"],
        Mirror::Member("security_group_id"),
    ),
    child(
        (
            "aws_network_interface_sg_attachment",
            "network_interface_id",
        ),
        ("aws_instance", "primary_network_interface_id"),
        &["vpc_security_group_ids", "security_groups"],
        Mirror::Member("security_group_id"),
    ),
    child(
        ("aws_vpc_endpoint_subnet_association", "vpc_endpoint_id"),
        ("aws_vpc_endpoint", "id"),
        &["subnet_ids"],
        Mirror::Member("subnet_id"),
    ),
    child(
        (
            "aws_vpc_endpoint_security_group_association",
            "vpc_endpoint_id",
        ),
        ("aws_vpc_endpoint", "id"),
        &["security_group_ids"],
        Mirror::Member("security_group_id"),
    ),
    child(
        (
            "azurerm_network_security_rule",
            "network_security_group_name",
        ),
        ("azurerm_network_security_group", "name"),
        &["security_rule"],
        Mirror::Element(&[("name", "name")]),
    ),
    child(
        ("azurerm_route", "route_table_name"),
        ("azurerm_route_table", "name"),
        &["route"],
        Mirror::Element(&[("name", "name")]),
    ),
    child(
        ("azurerm_subnet", "virtual_network_name"),
        ("azurerm_virtual_network", "name"),
        &["subnet"],
        Mirror::Element(&[("name", "name")]),
    ),
    child(
        ("google_container_node_pool", "cluster"),
        ("google_container_cluster", "name"),
        &["node_pool"],
        Mirror::Element(&[("name", "name")]),
    ),
    child(
        ("google_container_node_pool", "cluster"),
        ("google_container_cluster", "id"),
        &["node_pool"],
        Mirror::Element(&[("name", "name")]),
    ),
];
