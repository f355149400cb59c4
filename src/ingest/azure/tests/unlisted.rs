//! Types that no family models, and resources by the type that is any: what they name is in doubt, and nothing else is.

use super::{check, drawn};

const NETWORK: &str = r#"
    azurerm_virtual_network.a {"id": "A", "name": "a", "resource_group_name": "g", "address_space": ["10.1.0.0/16"]}
    azurerm_virtual_network.b {"id": "B", "name": "b", "resource_group_name": "g", "address_space": ["10.2.0.0/16"]}
    azurerm_subnet.s {"id": "S", "name": "s", "resource_group_name": "g", "virtual_network_name": "a", "address_prefixes": ["10.1.0.0/24"]}
    azurerm_subnet.t {"id": "T", "name": "t", "resource_group_name": "g", "virtual_network_name": "a", "address_prefixes": ["10.1.1.0/24"]}
    azurerm_network_security_group.n {"id": "N", "name": "n", "resource_group_name": "g"}
    azurerm_network_security_group.m {"id": "M", "name": "m", "resource_group_name": "g"}
    azurerm_route_table.r {"id": "R", "name": "r", "resource_group_name": "g"}
    azurerm_subnet_network_security_group_association.s {"subnet_id": "S", "network_security_group_id": "N"}
    azurerm_subnet_network_security_group_association.t {"subnet_id": "T", "network_security_group_id": "M"}
    azurerm_subnet_route_table_association.s {"subnet_id": "S", "route_table_id": "R"}
"#;

/// Whether the groups `n` and `m` may have more rules, and whether table `r` may have more routes.
fn doubted(resource: &str, expected: [bool; 3]) {
    let text = drawn(&format!("{NETWORK}{resource}"));
    let filter = |name: &str| {
        let front = format!("filter azurerm_network_security_group.{name}");
        text.lines()
            .any(|line| line.starts_with(&front) && line.ends_with('?'))
    };
    let routes = text
        .lines()
        .any(|line| line.trim().starts_with("anything ->"));
    assert_eq!(
        [filter("n"), filter("m"), routes],
        expected,
        "{resource}\n{text}"
    );
}

#[test]
fn what_names_a_group_or_a_table_may_add_to_it() {
    doubted("", [false; 3]);
    doubted(
        r#"azurerm_newrule.x {"network_security_group_id": "N"}"#,
        [true, false, false],
    );
    doubted(
        r#"azurerm_newrule.x {"network_security_group_name": "m", "resource_group_name": "g"}"#,
        [false, true, false],
    );
    doubted(
        r#"azurerm_newroute.x {"route_table_id": "R"}"#,
        [false, false, true],
    );
}

#[test]
fn a_part_of_a_group_or_a_table_by_any_type_may_add_to_it() {
    let part = |kind: &str, parent: &str| {
        format!(
            r#"azapi_resource.x {{"type": "Microsoft.Network/{kind}@2024-05-01", "parent_id": "{parent}"}}"#
        )
    };
    doubted(
        &part("networkSecurityGroups/securityRules", "N"),
        [true, false, false],
    );
    doubted(
        &part("networksecuritygroups/securityRules", "?"),
        [true, true, false],
    );
    doubted(&part("routeTables/routes", "R"), [false, false, true]);
    // What is made beside them adds nothing to them.
    doubted(&part("publicIPAddresses", "N"), [false; 3]);
}

#[test]
fn a_type_that_names_both_networks_may_join_them() {
    check(
        &format!(r#"{NETWORK}azurerm_newbridge.x {{"near_id": "A", "far": [{{"id": "B"}}]}}"#),
        &["link azurerm_newbridge.x"],
        "link azurerm_newbridge.x: may carry packets between the networks that it names
        azurerm_virtual_network.a -> azurerm_virtual_network.b: 10.1.0.0/16 -> 10.2.0.0/16 ?
        azurerm_virtual_network.b -> azurerm_virtual_network.a: 10.2.0.0/16 -> 10.1.0.0/16 ?",
    );
}

#[test]
fn a_template_may_change_what_its_text_names() {
    let deployed = |content: &str| {
        format!(
            r#"azurerm_resource_group_template_deployment.x {{"name": "x", "template_content": "{content}"}}"#
        )
    };
    let network = r#"\"type\":\"Microsoft.Network/networkSecurityGroups/securityRules\""#;
    doubted(
        &deployed(&format!(r#"{{{network},\"of\":\"N\"}}"#)),
        [true, false, false],
    );
    doubted(
        &deployed(&format!(r#"{{{network},\"of\":\"[resourceId('x')]\"}}"#)),
        [true, true, true],
    );
    doubted(&deployed("?"), [true, true, true]);
    doubted(
        r#"azurerm_subscription_template_deployment.x {"name": "x", "template_spec_version_id": "spec"}"#,
        [true, true, true],
    );
    doubted(
        r#"azapi_update_resource.x {"type": "Microsoft.Network/routeTables@2024-05-01", "resource_id": "R", "body": "{}"}"#,
        [false, false, true],
    );
    // Nothing of networks.
    doubted(
        &deployed(r#"{\"type\":\"Microsoft.Web/sites\",\"name\":\"n\"}"#),
        [false; 3],
    );
}

#[test]
fn a_request_of_which_the_body_is_not_known_may_join_any_networks() {
    let joined = |resource: &str| {
        let text = drawn(&format!("{NETWORK}{resource}"));
        text.contains("azurerm_virtual_network.a -> azurerm_virtual_network.b")
    };
    let peering = |body: &str| {
        format!(
            r#"azapi_resource.x {{"type": "Microsoft.Network/virtualNetworks/virtualNetworkPeerings@2024-05-01", "parent_id": "A", "body": "{body}"}}"#
        )
    };
    assert!(joined(&peering("?")));
    assert!(joined(&peering(
        r#"{\"remoteVirtualNetwork\":{\"id\":\"B\"}}"#
    )));
    assert!(!joined(&peering(
        r#"{\"remoteVirtualNetwork\":{\"id\":\"C\"}}"#
    )));
    assert!(!joined(
        r#"azapi_resource.x {"type": "Microsoft.Web/sites@2024-05-01", "parent_id": "A", "body": "{}"}"#
    ));
}
