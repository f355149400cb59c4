//! Where interfaces, load balancers and private endpoints stand.

use super::check;

const NETWORK: &str = r#"
    azurerm_virtual_network.a {"id": "A", "name": "a", "resource_group_name": "g", "address_space": ["10.1.0.0/16", "fd00:1::/48"]}
    azurerm_subnet.s {"id": "S", "name": "s", "resource_group_name": "g", "virtual_network_name": "a", "address_prefixes": ["10.1.0.0/24", "fd00:1::/64"]}
    azurerm_subnet.t {"id": "T", "name": "t", "resource_group_name": "g", "virtual_network_name": "a", "address_prefixes": ["10.1.1.0/24"]}
"#;

const GUARDED: &str = r#"
    azurerm_virtual_network.a {"id": "A", "name": "a", "resource_group_name": "g", "address_space": ["10.1.0.0/16"]}
    azurerm_network_security_group.n {"id": "N", "name": "n", "resource_group_name": "g"}
    azurerm_subnet_network_security_group_association.s {"subnet_id": "S", "network_security_group_id": "N"}
    azurerm_application_security_group.web {"id": "W"}
"#;

#[test]
fn an_interface_keeps_the_address_family_that_has_no_fixed_address() {
    let interface = r#"azurerm_network_interface.i {"id": "I", "ip_configuration": [
        {"subnet_id": "S", "private_ip_address": "10.1.0.4", "private_ip_address_version": "IPv4"},
        {"subnet_id": "S", "private_ip_address_version": "IPv6"}]}"#;
    check(
        &format!("{NETWORK}{}", interface.replace('\n', " ")),
        &["endpoint"],
        "endpoint azurerm_network_interface.i network interface
         azurerm_subnet.s 10.1.0.4 []
         azurerm_subnet.s fd00:1::/64 []",
    );
}

#[test]
fn each_front_of_a_load_balancer_stands_in_its_own_subnet() {
    let balancer = r#"azurerm_lb.l {"id": "L", "frontend_ip_configuration": [{"name": "a", "subnet_id": "S", "private_ip_address": "10.1.0.9"}, {"name": "b", "subnet_id": "T"}, {"name": "public", "public_ip_address_id": "P"}]}"#;
    check(
        &format!("{NETWORK}{balancer}"),
        &["endpoint"],
        "endpoint azurerm_lb.l load balancer (answers only)
         azurerm_subnet.s 10.1.0.9 []
         azurerm_subnet.t 10.1.1.0/24 []",
    );
}

#[test]
fn an_interface_may_be_in_any_group_where_it_is_not_known_which() {
    let interface = r#"
    azurerm_application_security_group.web {"id": "W"}
    azurerm_network_interface.i {"id": "I", "ip_configuration": [{"subnet_id": "T"}]}
    azurerm_network_interface_application_security_group_association.m {"network_interface_id": "I", "application_security_group_id": "?"}"#;
    check(
        &format!("{NETWORK}{interface}"),
        &["endpoint"],
        "endpoint azurerm_network_interface.i network interface
         azurerm_subnet.t 10.1.1.0/24 [no network security group] ?
         azurerm_subnet.t 10.1.1.0/24 [no network security group, azurerm_application_security_group.web] ?",
    );
}

#[test]
fn an_interface_in_a_subnet_that_is_only_likely_may_stand_elsewhere() {
    let interface = r#"azurerm_network_interface.i {"id": "I", "ip_configuration": [{"subnet_id": "@azurerm_subnet.t.id|?"}]}"#;
    check(
        &format!("{NETWORK}{interface}"),
        &["endpoint"],
        "endpoint azurerm_network_interface.i network interface
         azurerm_subnet.t 10.1.1.0/24 [] ?
         somewhere in azurerm_virtual_network.a 10.1.0.0/16, fd00:1::/48 [unknown network security group 1] ?",
    );
}

#[test]
fn a_private_endpoint_is_a_member_of_its_application_security_groups() {
    let endpoint = r#"
    azurerm_subnet.s {"id": "S", "name": "s", "resource_group_name": "g", "virtual_network_name": "a", "address_prefixes": ["10.1.0.0/24"], "private_endpoint_network_policies": "Enabled"}
    azurerm_private_endpoint.v {"id": "V", "subnet_id": "S"}
    azurerm_private_endpoint_application_security_group_association.m {"private_endpoint_id": "V", "application_security_group_id": "W"}"#;
    check(
        &format!("{GUARDED}{endpoint}"),
        &["endpoint"],
        "endpoint azurerm_private_endpoint.v private endpoint (answers only)
         azurerm_subnet.s 10.1.0.0/24 [no network security group, azurerm_application_security_group.web]",
    );
}

#[test]
fn a_private_endpoint_may_be_judged_where_the_policies_of_its_subnet_are_not_known() {
    let endpoint = |policies: &str| {
        format!(
            r#"{GUARDED}
            azurerm_subnet.s {{"id": "S", "name": "s", "resource_group_name": "g", "virtual_network_name": "a", "address_prefixes": ["10.1.0.0/24"], "private_endpoint_network_policies": "{policies}"}}
            azurerm_private_endpoint.v {{"id": "V", "subnet_id": "S"}}"#
        )
    };
    let (title, open) = (
        "endpoint azurerm_private_endpoint.v private endpoint (answers only)",
        "azurerm_subnet.s, where its network security group does not judge 10.1.0.0/24 []",
    );
    let judged = "azurerm_subnet.s 10.1.0.0/24 []";
    for (policies, places) in [
        ("Disabled", open.to_owned()),
        ("NetworkSecurityGroupEnabled", judged.to_owned()),
        ("?", format!("{judged} ?\n{open} ?")),
    ] {
        check(
            &endpoint(policies),
            &["endpoint"],
            &format!("{title}\n{places}"),
        );
    }
}

#[test]
fn a_private_link_service_joins_the_networks_of_its_endpoints_with_its_own() {
    let linked = r#"
    azurerm_virtual_network.b {"id": "B", "name": "b", "resource_group_name": "g", "address_space": ["10.2.0.0/16"]}
    azurerm_subnet.b {"id": "SB", "name": "s", "resource_group_name": "g", "virtual_network_name": "b", "address_prefixes": ["10.2.0.0/24"]}
    azurerm_private_link_service.l {"id": "L", "nat_ip_configuration": [{"name": "n", "subnet_id": "SB"}]}
    azurerm_private_endpoint.e {"id": "E", "subnet_id": "S", "private_service_connection": [{"name": "c", "private_connection_resource_id": "L"}]}
"#;
    check(
        &format!("{NETWORK}{linked}"),
        &["link"],
        "link azurerm_private_link_service.l: takes connections up and opens them anew in the other network
         azurerm_virtual_network.a -> azurerm_virtual_network.b: 10.1.0.0/16, fd00:1::/48 -> 10.2.0.0/16 ?",
    );
    // Those who have no access to the service name it by its alias.
    let named = linked.replace(
        "\"id\": \"L\"",
        "\"id\": \"L\", \"alias\": \"l.1.azure.privatelinkservice\"",
    );
    let named = named.replace(
        "\"private_connection_resource_id\": \"L\"",
        "\"private_connection_resource_alias\": \"l.1.azure.privatelinkservice\"",
    );
    check(
        &format!("{NETWORK}{named}"),
        &["link"],
        "link azurerm_private_link_service.l: takes connections up and opens them anew in the other network
         azurerm_virtual_network.a -> azurerm_virtual_network.b: 10.1.0.0/16, fd00:1::/48 -> 10.2.0.0/16 ?",
    );
    // An endpoint of one of Microsoft's services says which part of the resource it leads to.
    let own = linked.replace(
        "\"private_connection_resource_id\": \"L\"",
        "\"private_connection_resource_id\": \"?\", \"subresource_names\": [\"blob\"]",
    );
    check(&format!("{NETWORK}{own}"), &["link"], "");
}

#[test]
fn managed_data_services_answer_and_open_no_connections() {
    let in_subnet = [
        ("azurerm_mssql_managed_instance", "subnet_id"),
        ("azurerm_mysql_flexible_server", "delegated_subnet_id"),
        ("azurerm_netapp_volume", "subnet_id"),
        ("azurerm_postgresql_flexible_server", "delegated_subnet_id"),
        ("azurerm_redis_cache", "subnet_id"),
    ];
    for (kind, path) in in_subnet {
        let drawn = super::drawn(&format!("{NETWORK}{kind}.d {{\"{path}\": \"T\"}}"));
        let own = format!("endpoint {kind}.d ");
        let line = drawn.lines().find(|line| line.starts_with(&own)).unwrap();
        assert!(line.ends_with("(answers only)"), "{line}");
    }
}

#[test]
fn an_app_sends_from_the_subnet_that_it_is_integrated_with_and_takes_nothing_there() {
    let app = r#"azurerm_linux_web_app.w {"virtual_network_subnet_id": "T"}"#;
    check(
        &format!("{NETWORK}{app}"),
        &["endpoint", "filter integration"],
        "filter integration with a virtual network, which takes no connections
         out all traffic, any address
         endpoint azurerm_linux_web_app.w web app
         azurerm_subnet.t 10.1.1.0/24 [integration with a virtual network, which takes no connections]",
    );
}

#[test]
fn the_platform_answers_in_every_network_unless_a_rule_may_deny_it() {
    let host = |doubt: &str| {
        format!(
            "host instance metadata in azurerm_virtual_network.a: 169.254.169.254{doubt}
             host name resolution, health probes and the agent in azurerm_virtual_network.a: 168.63.129.16{doubt}"
        )
    };
    let group = |tag: &str| {
        format!(
            r#"{NETWORK}azurerm_network_security_group.n {{"id": "N", "name": "n", "security_rule": [{{"name": "r", "priority": 100, "direction": "Outbound", "access": "Deny", "protocol": "*", "source_address_prefix": "*", "destination_address_prefix": "{tag}", "source_port_range": "*", "destination_port_range": "*"}}]}}"#
        )
    };
    check(NETWORK, &["host"], &host(""));
    check(&group("Internet"), &["host"], &host(""));
    check(&group("AzurePlatformIMDS"), &["host"], &host(" ?"));
}

#[test]
fn a_membership_whose_interface_is_not_known_may_be_that_of_each() {
    let interface = r#"
    azurerm_application_security_group.web {"id": "W"}
    azurerm_network_interface.i {"id": "I", "ip_configuration": [{"subnet_id": "T"}]}
    azurerm_network_interface_application_security_group_association.m {"network_interface_id": "?", "application_security_group_id": "W"}"#;
    check(
        &format!("{NETWORK}{interface}"),
        &["endpoint"],
        "endpoint azurerm_network_interface.i network interface
         azurerm_subnet.t 10.1.1.0/24 [no network security group] ?
         azurerm_subnet.t 10.1.1.0/24 [no network security group, azurerm_application_security_group.web] ?",
    );
}

#[test]
fn an_application_gateway_leads_to_backends_of_other_networks() {
    let gateway = |pool: &str| {
        format!(
            r#"{NETWORK}azurerm_virtual_network.b {{"id": "B", "name": "b", "resource_group_name": "g", "address_space": ["10.2.0.0/16"]}}
            azurerm_application_gateway.w {{"id": "W", "gateway_ip_configuration": [{{"subnet_id": "T"}}], "backend_address_pool": [{{{pool}}}]}}"#
        )
    };
    let leads = |to: &str| {
        format!(
            "link targets of azurerm_application_gateway.w: takes connections up and opens them anew to its targets
             azurerm_virtual_network.a -> azurerm_virtual_network.b: 10.1.0.0/16, fd00:1::/48 -> {to} ?"
        )
    };
    let at = |pool: &str, expected: &str| check(&gateway(pool), &["link"], expected);
    at(r#""ip_addresses": ["10.2.0.4"]"#, &leads("10.2.0.4"));
    at(r#""ip_addresses": ["?"]"#, &leads("10.2.0.0/16"));
    at(r#""ip_addresses": ["10.1.0.4"]"#, "");
    // A name may be of what a peering leads to, and nothing does here.
    at(r#""fqdns": ["api.example.com"]"#, "");
    let peered = r#"
        azurerm_virtual_network_peering.ab {"resource_group_name": "g", "virtual_network_name": "a", "remote_virtual_network_id": "B"}
        azurerm_virtual_network_peering.ba {"resource_group_name": "g", "virtual_network_name": "b", "remote_virtual_network_id": "A"}"#;
    check(
        &format!("{}{peered}", gateway(r#""fqdns": ["api.example.com"]"#)),
        &["link targets of azurerm_application_gateway.w"],
        &leads("10.2.0.0/16"),
    );
}
