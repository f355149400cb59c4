//! Network security groups: their own rules, Azure's, and what `VirtualNetwork` holds.

use super::check;

const NETWORK: &str = r#"
    azurerm_virtual_network.a {"id": "A", "name": "a", "resource_group_name": "g", "address_space": ["10.1.0.0/16"]}
    azurerm_virtual_network.b {"id": "B", "name": "b", "resource_group_name": "g", "address_space": ["10.2.0.0/16"]}
    azurerm_subnet.s {"id": "S", "name": "s", "resource_group_name": "g", "virtual_network_name": "a", "address_prefixes": ["10.1.0.0/24"]}
    azurerm_subnet_network_security_group_association.s {"subnet_id": "S", "network_security_group_id": "N"}
"#;

/// What the default rules are where `VirtualNetwork` holds these addresses and `Internet` those.
fn defaults(network: &str, internet: &str) -> String {
    format!(
        "in 65000 all traffic, {network} to {network}
         in 65001 all traffic, 168.63.129.16
         in 65500 deny all traffic, any address
         out 65000 all traffic, {network} to {network}
         out 65001 all traffic, {internet}
         out 65500 deny all traffic, any address"
    )
}

/// Private, shared and link-local addresses, and that of the host.
const INTERNET: &str = "all but 10.0.0.0/8, 100.64.0.0/10, 168.63.129.16, 169.254.0.0/16, 172.16.0.0/12, 192.168.0.0/16, fc00::/7, fe80::/10";

#[test]
fn every_group_has_azures_own_rules() {
    let group =
        r#"azurerm_network_security_group.n {"id": "N", "name": "n", "resource_group_name": "g"}"#;
    let expected = format!(
        "filter azurerm_network_security_group.n\n{}",
        defaults("10.1.0.0/16, 168.63.129.16", INTERNET)
    );
    check(&format!("{NETWORK}{group}"), &["filter", "gap"], &expected);
}

#[test]
fn a_peered_network_is_in_the_tag_unless_the_side_says_no() {
    let peered = |access: &str| {
        format!(
            r#"{NETWORK}
            azurerm_network_security_group.n {{"id": "N", "name": "n", "resource_group_name": "g"}}
            azurerm_virtual_network_peering.ab {{"resource_group_name": "g", "virtual_network_name": "a", "remote_virtual_network_id": "B", "allow_virtual_network_access": {access}}}
            azurerm_virtual_network_peering.ba {{"resource_group_name": "g", "virtual_network_name": "b", "remote_virtual_network_id": "A"}}"#
        )
    };
    let expected = |network: &str| {
        format!(
            "filter azurerm_network_security_group.n\n{}",
            defaults(network, INTERNET)
        )
    };
    check(
        &peered("true"),
        &["filter"],
        &expected("10.1.0.0/16, 10.2.0.0/16, 168.63.129.16"),
    );
    check(
        &peered("false"),
        &["filter"],
        &expected("10.1.0.0/16, 168.63.129.16"),
    );
}

#[test]
fn rules_are_read_from_blocks_and_from_resources() {
    let group = r#"
    azurerm_application_security_group.web {"id": "W"}
    azurerm_network_security_group.n {"id": "N", "name": "n", "resource_group_name": "g", "security_rule": [{"name": "a", "priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "Tcp", "source_port_range": "*", "destination_port_ranges": ["443", "8000-8009"], "source_address_prefixes": ["10.2.0.0/24", "10.3.0.0/24"], "destination_address_prefix": "10.1.0.4"}]}
    azurerm_network_security_rule.asg {"network_security_group_name": "n", "resource_group_name": "g", "priority": 200, "direction": "Inbound", "access": "Deny", "protocol": "*", "source_port_range": "*", "destination_port_range": "*", "source_address_prefix": "*", "destination_application_security_group_ids": ["@azurerm_application_security_group.web.id"]}
    azurerm_network_security_rule.tag {"network_security_group_name": "n", "resource_group_name": "g", "priority": 300, "direction": "Outbound", "access": "Allow", "protocol": "Icmp", "source_port_range": "*", "destination_port_range": "*", "source_address_prefix": "*", "destination_address_prefix": "Storage"}"#;
    check(
        &format!("{NETWORK}{group}"),
        &["filter azurerm_network_security_group.n", "gap"],
        &format!(
            "filter azurerm_network_security_group.n
         in 100 tcp 443, 8000-8009, 10.2.0.0/24, 10.3.0.0/24 to 10.1.0.4
         in 200 deny all traffic, any address to members of azurerm_application_security_group.web
         {}
         gap not-in-input which addresses the service tag `Storage` holds is not in the input",
            defaults("10.1.0.0/16, 168.63.129.16", INTERNET).replace(
                "out 65000",
                "out 300 icmp; icmpv6, all but 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16, fc00::/7, fe80::/10 ?\nout 65000"
            )
        ),
    );
}

#[test]
fn what_is_not_known_is_in_doubt() {
    let group = r#"
    azurerm_network_security_group.n {"id": "N", "name": "n", "resource_group_name": "g"}
    azurerm_network_security_rule.x {"network_security_group_name": "n", "resource_group_name": "g", "priority": 100, "direction": "Inbound", "access": "Deny", "protocol": "Udp", "source_port_range": "53", "destination_port_range": "?", "source_address_prefix": "?", "destination_address_prefix": "*"}"#;
    check(
        &format!("{NETWORK}{group}"),
        &["filter azurerm_network_security_group.n"],
        &format!(
            "filter azurerm_network_security_group.n\nin 100 deny udp, any address ?\n{}",
            defaults("10.1.0.0/16, 168.63.129.16", INTERNET)
        ),
    );
}

#[test]
fn a_rule_of_unknown_direction_or_action_is_there_for_each_reading() {
    let rule = |direction: &str, access: &str| {
        format!(
            r#"{NETWORK}
            azurerm_network_security_group.n {{"id": "N", "name": "n", "resource_group_name": "g", "security_rule": [{{"name": "a", "priority": 100, "direction": "{direction}", "access": "{access}", "protocol": "Tcp", "source_port_range": "*", "destination_port_range": "443", "source_address_prefix": "*", "destination_address_prefix": "*"}}]}}"#
        )
    };
    let own = defaults("10.1.0.0/16, 168.63.129.16", INTERNET);
    let both_ways = own.replace("out 65000", "out 100 tcp 443, any address ?\nout 65000");
    let filter = "filter azurerm_network_security_group.n";
    check(
        &rule("?", "Allow"),
        &["filter"],
        &format!("{filter}\nin 100 tcp 443, any address ?\n{both_ways}"),
    );
    let both = "in 100 tcp 443, any address ?\nin 100 deny tcp 443, any address ?";
    check(
        &rule("Inbound", "?"),
        &["filter"],
        &format!("{filter}\n{both}\n{own}"),
    );
}

#[test]
fn rules_of_a_network_manager_stand_before_those_of_every_group() {
    let rule = |action: &str| {
        format!(
            r#"{NETWORK}
            azurerm_network_security_group.n {{"id": "N", "name": "n", "resource_group_name": "g"}}
            azurerm_network_manager_admin_rule.r {{"action": "{action}", "direction": "Inbound", "priority": 1, "protocol": "Tcp", "source_port_ranges": ["0-65535"], "destination_port_ranges": ["5432"], "source": [{{"address_prefix_type": "IPPrefix", "address_prefix": "10.9.0.0/16"}}]}}"#
        )
    };
    let own = defaults("10.1.0.0/16, 168.63.129.16", INTERNET);
    for (action, before) in [
        ("AlwaysAllow", "in tcp 5432, 10.9.0.0/16 ?\n"),
        ("Deny", "in deny tcp 5432, 10.9.0.0/16 ?\n"),
        ("Allow", ""),
    ] {
        let expected = format!("filter azurerm_network_security_group.n\n{before}{own}");
        check(
            &rule(action),
            &["filter azurerm_network_security_group.n"],
            &expected,
        );
    }
}

#[test]
fn a_subnet_without_a_group_may_be_stopped_by_a_network_manager() {
    let deny = r#"
    azurerm_virtual_network.a {"id": "A", "name": "a", "resource_group_name": "g", "address_space": ["10.1.0.0/16"]}
    azurerm_subnet.s {"id": "S", "name": "s", "resource_group_name": "g", "virtual_network_name": "a", "address_prefixes": ["10.1.0.0/24"]}
    azurerm_network_manager_admin_rule.r {"action": "Deny", "direction": "Inbound", "priority": 1, "protocol": "Any"}"#;
    check(
        deny,
        &["subnet", "filter"],
        &format!(
            "subnet azurerm_subnet.s of azurerm_virtual_network.a 10.1.0.0/24 by system routes of azurerm_virtual_network.a [no network security group in azurerm_subnet.s]
             filter no network security group in azurerm_subnet.s
             in deny all traffic, any address ?
             in 1 all traffic, any address
             {}",
            defaults("10.1.0.0/16, 168.63.129.16", INTERNET).replace("out 65000", "out 1 all traffic, any address\nout 65000")
        ),
    );
}
