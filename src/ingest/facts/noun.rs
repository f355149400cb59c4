//! What resource types are, as the model calls it: for people who ask a file of facts; no verdict rests on it.

/// What types are called whose names hold a word; the first that fits counts.
const BY_WORD: &[(&str, &str)] = &[
    ("eks_cluster", "cluster"),
    ("kubernetes_cluster_node_pool", "node_group"),
    ("kubernetes_cluster", "cluster"),
    ("container_cluster", "cluster"),
    ("node_group", "node_group"),
    ("node_pool", "node_group"),
    ("fargate_profile", "node_group"),
    ("peering", "border"),
    ("transit_gateway", "border"),
    ("networkmanager", "border"),
    ("network_connectivity", "border"),
    ("virtual_hub", "border"),
    ("virtual_wan", "border"),
    ("vpn", "border"),
    ("dx_", "border"),
    ("express_route", "border"),
    ("interconnect", "border"),
    ("route_table_association", "route_table"),
    ("route_table", "route_table"),
    ("main_route", "route_table"),
    ("_route", "route"),
    ("security_group", "filter"),
    ("security_rule", "filter"),
    ("network_acl", "filter"),
    ("firewall", "filter"),
    ("prefix_list", "filter"),
    ("subnet", "subnet"),
    ("kubernetes_", "object"),
    ("kubectl_", "object"),
    ("helm_", "object"),
];

/// Types that are networks.
const NETWORKS: &[&str] = &[
    "aws_default_vpc",
    "aws_vpc",
    "azurerm_virtual_network",
    "google_compute_network",
];

/// What a type is. What stands in a network, or carries nothing, is an `endpoint`, a `resource`.
pub fn noun(kind: &str, is_modelled: bool) -> &'static str {
    if NETWORKS.contains(&kind) {
        return "network";
    }
    let found = BY_WORD.iter().find(|(word, _)| kind.contains(word));
    match found {
        Some((_, noun)) => noun,
        None if is_modelled => "endpoint",
        None => "resource",
    }
}

#[cfg(test)]
mod tests {
    use super::noun;

    #[test]
    fn types_are_called_as_the_model_calls_them() {
        for (kind, expected) in [
            ("aws_vpc", "network"),
            ("azurerm_virtual_network_peering", "border"),
            ("aws_ec2_transit_gateway_route_table", "border"),
            ("aws_route_table_association", "route_table"),
            ("aws_route", "route"),
            ("google_compute_subnetwork", "subnet"),
            ("aws_vpc_security_group_ingress_rule", "filter"),
            ("azurerm_kubernetes_cluster_node_pool", "node_group"),
            ("google_container_cluster", "cluster"),
            ("aws_db_instance", "endpoint"),
        ] {
            assert_eq!(noun(kind, true), expected, "{kind}");
        }
        assert_eq!(noun("aws_lambda_alias", false), "resource");
    }
}
