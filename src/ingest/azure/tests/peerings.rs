//! Peering pairs, gateways and hubs.

use super::{check, drawn};

const NETWORKS: &str = r#"
    azurerm_virtual_network.a {"id": "A", "name": "a", "resource_group_name": "g", "address_space": ["10.1.0.0/16"]}
    azurerm_virtual_network.b {"id": "B", "name": "b", "resource_group_name": "g", "address_space": ["10.2.0.0/16"]}
    azurerm_virtual_network.b2 {"id": "B2", "name": "b", "resource_group_name": "other", "address_space": ["10.9.0.0/16"]}
"#;

#[test]
fn both_sides_make_one_border() {
    let pair = r#"
    azurerm_virtual_network_peering.ab {"resource_group_name": "g", "virtual_network_name": "a", "remote_virtual_network_id": "@azurerm_virtual_network.b.id"}
    azurerm_virtual_network_peering.ba {"resource_group_name": "G", "virtual_network_name": "B", "remote_virtual_network_id": "@azurerm_virtual_network.a.id"}"#;
    check(
        &format!("{NETWORKS}{pair}"),
        &["link", "gap"],
        "link azurerm_virtual_network_peering.ab: connected once both sides are applied
         azurerm_virtual_network.a -> azurerm_virtual_network.b: 10.1.0.0/16 -> 10.2.0.0/16
         the other side's `azurerm_virtual_network_peering.ba`
         azurerm_virtual_network.b -> azurerm_virtual_network.a: 10.2.0.0/16 -> 10.1.0.0/16
         the other side's `azurerm_virtual_network_peering.ba`",
    );
}

#[test]
fn one_side_waits_for_the_other() {
    let side = r#"
    azurerm_virtual_network_peering.ab {"resource_group_name": "g", "virtual_network_name": "a", "remote_virtual_network_id": "@azurerm_virtual_network.b.id"}"#;
    check(
        &format!("{NETWORKS}{side}"),
        &["link", "gap"],
        "link azurerm_virtual_network_peering.ab: initiated, waits for the peering from the other side
         azurerm_virtual_network.a -> azurerm_virtual_network.b: 10.1.0.0/16 -> 10.2.0.0/16 ?
         azurerm_virtual_network.b -> azurerm_virtual_network.a: 10.2.0.0/16 -> 10.1.0.0/16 ?
         gap not-accepted `azurerm_virtual_network_peering.ab` stays `Initiated` until `azurerm_virtual_network.b` has a peering back, which is not in the input",
    );
}

#[test]
fn a_peering_may_be_of_subnets_only() {
    let pair = r#"
    azurerm_subnet.front {"name": "front", "resource_group_name": "g", "virtual_network_name": "a", "address_prefixes": ["10.1.1.0/24"]}
    azurerm_subnet.db {"name": "db", "resource_group_name": "g", "virtual_network_name": "b", "address_prefixes": ["10.2.1.0/24"]}
    azurerm_virtual_network_peering.ab {"resource_group_name": "g", "virtual_network_name": "a", "remote_virtual_network_id": "@azurerm_virtual_network.b.id", "peer_complete_virtual_networks_enabled": false, "local_subnet_names": ["front"], "remote_subnet_names": ["db"]}
    azurerm_virtual_network_peering.ba {"resource_group_name": "g", "virtual_network_name": "b", "remote_virtual_network_id": "@azurerm_virtual_network.a.id", "peer_complete_virtual_networks_enabled": false, "local_subnet_names": ["db"], "remote_subnet_names": ["front"], "allow_forwarded_traffic": true}"#;
    check(
        &format!("{NETWORKS}{pair}"),
        &["link", "gap"],
        "link azurerm_virtual_network_peering.ab: connected once both sides are applied
         azurerm_virtual_network.a by azurerm_subnet.front -> azurerm_virtual_network.b: any address -> 10.2.1.0/24
         the other side's `azurerm_virtual_network_peering.ba`
         azurerm_virtual_network.b by azurerm_subnet.db -> azurerm_virtual_network.a: 10.2.1.0/24 -> 10.1.1.0/24
         the other side's `azurerm_virtual_network_peering.ba`",
    );
}

#[test]
fn spaces_that_overlap_cannot_be_peered() {
    let pair = r#"
    azurerm_virtual_network.c {"id": "C", "name": "c", "resource_group_name": "g", "address_space": ["10.1.128.0/17"]}
    azurerm_virtual_network_peering.ac {"resource_group_name": "g", "virtual_network_name": "a", "remote_virtual_network_id": "C"}
    azurerm_virtual_network_peering.ca {"resource_group_name": "g", "virtual_network_name": "c", "remote_virtual_network_id": "A"}"#;
    check(
        &format!("{NETWORKS}{pair}"),
        &["link"],
        "link azurerm_virtual_network_peering.ac: fails: address spaces of the two networks overlap",
    );
}

#[test]
fn a_far_side_that_is_only_named_may_be_anything() {
    let side = r#"
    azurerm_virtual_network_peering.ax {"resource_group_name": "g", "virtual_network_name": "a", "remote_virtual_network_id": "/subscriptions/1/resourceGroups/x/providers/Microsoft.Network/virtualNetworks/x"}
    azurerm_virtual_network_peering.unknown {"resource_group_name": "g", "virtual_network_name": "a", "remote_virtual_network_id": "?"}"#;
    check(
        &format!("{NETWORKS}{side}"),
        &["network", "gap"],
        "network azurerm_virtual_network.a 10.1.0.0/16
         network azurerm_virtual_network.b 10.2.0.0/16
         network azurerm_virtual_network.b2 10.9.0.0/16
         network /subscriptions/1/resourceGroups/x/providers/Microsoft.Network/virtualNetworks/x any address not held ?
         network remote virtual network of azurerm_virtual_network_peering.unknown any address not held ?
         gap not-in-input `/subscriptions/1/resourceGroups/x/providers/Microsoft.Network/virtualNetworks/x` is not in the input: add the plan or state that holds it
         gap unlinked what `remote_virtual_network_id` of `azurerm_virtual_network_peering.unknown` points at cannot be resolved: no resource could be found for it
         gap not-in-input `remote virtual network of azurerm_virtual_network_peering.unknown` is not in the input: add the plan or state that holds it
         gap not-accepted `azurerm_virtual_network_peering.ax` stays `Initiated` until `/subscriptions/1/resourceGroups/x/providers/Microsoft.Network/virtualNetworks/x` has a peering back, which is not in the input",
    );
}

#[test]
fn a_side_that_is_not_known_may_lead_to_each_network_and_leaves_certain_pairs_alone() {
    let sides = r#"
    azurerm_virtual_network_peering.unknown {"resource_group_name": "g", "virtual_network_name": "a", "remote_virtual_network_id": "?"}
    azurerm_virtual_network_peering.ab {"resource_group_name": "g", "virtual_network_name": "a", "remote_virtual_network_id": "B"}
    azurerm_virtual_network_peering.ba {"resource_group_name": "g", "virtual_network_name": "b", "remote_virtual_network_id": "A"}"#;
    check(
        &format!("{NETWORKS}{sides}"),
        &["link"],
        "link azurerm_virtual_network_peering.ab: connected once both sides are applied
         azurerm_virtual_network.a -> azurerm_virtual_network.b: 10.1.0.0/16 -> 10.2.0.0/16
         the other side's `azurerm_virtual_network_peering.ba`
         azurerm_virtual_network.b -> azurerm_virtual_network.a: 10.2.0.0/16 -> 10.1.0.0/16
         the other side's `azurerm_virtual_network_peering.ba`
         link azurerm_virtual_network_peering.unknown: whether it joins `azurerm_virtual_network.b2` is not known
         azurerm_virtual_network.a -> azurerm_virtual_network.b2: 10.1.0.0/16 -> 10.9.0.0/16 ?
         azurerm_virtual_network.b2 -> azurerm_virtual_network.a: 10.9.0.0/16 -> 10.1.0.0/16 ?
         link azurerm_virtual_network_peering.unknown: whether it joins `remote virtual network of azurerm_virtual_network_peering.unknown` is not known
         azurerm_virtual_network.a -> remote virtual network of azurerm_virtual_network_peering.unknown: 10.1.0.0/16 -> any address ?
         remote virtual network of azurerm_virtual_network_peering.unknown -> azurerm_virtual_network.a: any address -> 10.1.0.0/16 ?",
    );
}

#[test]
fn a_name_counts_in_its_resource_group_and_one_that_is_not_known_may_be_any() {
    let late = r#"
    azurerm_virtual_network.late {"id": "L", "name": "late", "resource_group_name": "?", "address_space": ["10.7.0.0/16"]}
    azurerm_virtual_network_peering.al {"resource_group_name": "g", "virtual_network_name": "late", "remote_virtual_network_id": "A"}
    azurerm_virtual_network_peering.la {"resource_group_name": "g", "virtual_network_name": "a", "remote_virtual_network_id": "L"}"#;
    check(
        &format!("{NETWORKS}{late}"),
        &["link azurerm_virtual_network_peering.la"],
        "link azurerm_virtual_network_peering.la: connected once both sides are applied
         azurerm_virtual_network.a -> azurerm_virtual_network.late: 10.1.0.0/16 -> 10.7.0.0/16 ?
         the other side's `azurerm_virtual_network_peering.al`
         azurerm_virtual_network.late -> azurerm_virtual_network.a: 10.7.0.0/16 -> 10.1.0.0/16 ?
         the other side's `azurerm_virtual_network_peering.al`",
    );
}

/// Legs in doubt both ways between two networks.
fn legs(one: &str, at: &str, other: &str, there: &str) -> String {
    let name = |short: &str| {
        if short.len() == 1 {
            format!("azurerm_virtual_network.{short}")
        } else {
            short.to_owned()
        }
    };
    let (one, other) = (name(one), name(other));
    format!("{one} -> {other}: {at} -> {there} ?\n{other} -> {one}: {there} -> {at} ?\n")
}

const FAR: &str = "all but 10.1.0.0/16, 10.2.0.0/16, 10.9.0.0/16";

#[test]
fn all_hubs_of_a_wan_join_what_is_connected_to_them_with_each_other_and_with_branches_perhaps() {
    let hubs = |second: &str| {
        format!(
            r#"{NETWORKS}
            azurerm_virtual_hub.h {{"id": "H", "virtual_wan_id": "W"}}
            azurerm_virtual_hub.i {{"id": "I", "virtual_wan_id": "W"}}
            azurerm_virtual_wan.w {{"id": "W"}}
            azurerm_virtual_hub_connection.a {{"virtual_hub_id": "H", "remote_virtual_network_id": "A"}}
            azurerm_virtual_hub_connection.b {{"virtual_hub_id": "{second}", "remote_virtual_network_id": "B"}}"#
        )
    };
    let (a, b) = (("a", "10.1.0.0/16"), ("b", "10.2.0.0/16"));
    let link = |name: &str, [one, other]: [(&str, &str); 2]| {
        let out = [one, other]
            .map(|(network, own)| legs(network, own, name, FAR))
            .concat();
        format!(
            "link {name}: routes as its tables say, which are not judged\n{}{out}",
            legs(one.0, one.1, other.0, other.1)
        )
    };
    check(
        &hubs("H"),
        &["link"],
        &link("azurerm_virtual_hub.h", [a, b]),
    );
    check(
        &hubs("I"),
        &["link"],
        &link("azurerm_virtual_wan.w", [a, b]),
    );
    check(
        &hubs("foreign"),
        &["link"],
        &link(
            "the virtual hub of azurerm_virtual_hub_connection.b",
            [b, a],
        ),
    );
}

#[test]
fn a_route_server_may_lead_anywhere() {
    let server = r#"
    azurerm_subnet.s {"id": "S", "name": "RouteServerSubnet", "resource_group_name": "g", "virtual_network_name": "a", "address_prefixes": ["10.1.0.0/24"]}
    azurerm_route_server.r {"id": "R", "subnet_id": "S"}"#;
    let expected = [
        legs("a", "10.1.0.0/16", "azurerm_route_server.r", FAR),
        legs("a", "10.1.0.0/16", "b", "10.2.0.0/16"),
    ]
    .concat();
    let expected = format!(
        "link azurerm_route_server.r: routes as its peers announce, which is not judged\n{expected}{}",
        legs(
            "a",
            "10.1.0.0/16",
            "azurerm_virtual_network.b2",
            "10.9.0.0/16"
        )
    );
    check(&format!("{NETWORKS}{server}"), &["link"], &expected);
}

#[test]
fn a_network_manager_may_connect_the_networks_of_its_groups() {
    let configuration = |topology: &str, hub: &str, group: &str| {
        format!(
            r#"{NETWORKS}
            azurerm_network_manager_network_group.g {{"id": "NG"}}
            azurerm_network_manager_static_member.a {{"network_group_id": "NG", "target_virtual_network_id": "A"}}
            azurerm_network_manager_static_member.b {{"network_group_id": "NG", "target_virtual_network_id": "B"}}
            azurerm_network_manager_connectivity_configuration.m {{"connectivity_topology": "{topology}", "hub": [{hub}], "applies_to_group": [{{"group_connectivity": "{group}", "network_group_id": "NG"}}]}}"#
        )
    };
    let link = "link azurerm_network_manager_connectivity_configuration.m: connects its groups once deployed";
    let mesh = legs("a", "10.1.0.0/16", "b", "10.2.0.0/16");
    check(
        &configuration("Mesh", "", "DirectlyConnected"),
        &["link"],
        &format!("{link}\n{mesh}"),
    );
    let hub = r#"{"resource_id": "B2"}"#;
    let spokes = ["a", "b"].map(|spoke| {
        legs(
            spoke,
            if spoke == "a" {
                "10.1.0.0/16"
            } else {
                "10.2.0.0/16"
            },
            "azurerm_virtual_network.b2",
            "10.9.0.0/16",
        )
    });
    check(
        &configuration("HubAndSpoke", hub, "None"),
        &["link"],
        &format!("{link}\n{}", spokes.concat()),
    );
}

#[test]
fn machines_that_dial_in_stand_behind_a_gateway_beside_its_connections() {
    let gateway = r#"
    azurerm_subnet.gateway {"id": "GS", "name": "GatewaySubnet", "resource_group_name": "g", "virtual_network_name": "a", "address_prefixes": ["10.1.0.0/27"]}
    azurerm_virtual_network_gateway.g {"id": "G", "ip_configuration": [{"subnet_id": "GS"}], "vpn_client_configuration": [{"address_space": ["172.16.200.0/24"]}]}
    azurerm_local_network_gateway.o {"id": "O", "address_space": ["192.168.0.0/16"]}
    azurerm_virtual_network_gateway_connection.c {"virtual_network_gateway_id": "G", "local_network_gateway_id": "O"}"#;
    let behind = [
        ("azurerm_local_network_gateway.o", "192.168.0.0/16"),
        (
            "clients of azurerm_virtual_network_gateway.g",
            "172.16.200.0/24",
        ),
    ];
    let expected = behind
        .map(|(far, there)| legs("a", "10.1.0.0/16", far, there))
        .concat();
    check(
        &format!("{NETWORKS}{gateway}"),
        &["link"],
        &format!("link azurerm_virtual_network_gateway.g: active once applied\n{expected}"),
    );
}

#[test]
fn gateways_that_exchange_routes_join_the_networks_that_use_them() {
    let pair = |exchange: bool| {
        format!(
            r#"{NETWORKS}
            azurerm_subnet.a {{"id": "GA", "name": "GatewaySubnet", "resource_group_name": "g", "virtual_network_name": "a", "address_prefixes": ["10.1.0.0/27"]}}
            azurerm_subnet.b {{"id": "GB", "name": "GatewaySubnet", "resource_group_name": "g", "virtual_network_name": "b", "address_prefixes": ["10.2.0.0/27"]}}
            azurerm_virtual_network_gateway.a {{"id": "A1", "ip_configuration": [{{"subnet_id": "GA"}}]}}
            azurerm_virtual_network_gateway.b {{"id": "B1", "ip_configuration": [{{"subnet_id": "GB"}}]}}
            azurerm_virtual_network_gateway_connection.ab {{"virtual_network_gateway_id": "A1", "peer_virtual_network_gateway_id": "B1", "enable_bgp": {exchange}}}
            azurerm_virtual_network_gateway_connection.ba {{"virtual_network_gateway_id": "B1", "peer_virtual_network_gateway_id": "A1", "enable_bgp": {exchange}}}
            azurerm_virtual_network_peering.spoke {{"resource_group_name": "other", "virtual_network_name": "b", "remote_virtual_network_id": "B", "use_remote_gateways": true}}
            azurerm_virtual_network_peering.hub {{"resource_group_name": "g", "virtual_network_name": "b", "remote_virtual_network_id": "B2", "allow_gateway_transit": true}}"#
        )
    };
    let spoke =
        "azurerm_virtual_network.a -> azurerm_virtual_network.b2: 10.1.0.0/16 -> 10.9.0.0/16 ?";
    for exchange in [true, false] {
        let text = super::drawn(&pair(exchange));
        let own = text
            .split("link ")
            .find(|part| part.starts_with("azurerm_virtual_network_gateway.a:"))
            .unwrap();
        assert_eq!(own.contains(spoke), exchange, "{own}");
    }
}

#[test]
fn a_peers_gateway_may_be_used_where_a_switch_is_not_known() {
    let far = |uses: &str, lends: &str| {
        format!(
            r#"{NETWORKS}
            azurerm_subnet.gateway {{"id": "GS", "name": "GatewaySubnet", "resource_group_name": "g", "virtual_network_name": "b", "address_prefixes": ["10.2.0.0/27"]}}
            azurerm_virtual_network_gateway.g {{"id": "G", "ip_configuration": [{{"subnet_id": "GS"}}]}}
            azurerm_local_network_gateway.o {{"id": "O", "address_space": ["192.168.0.0/16"]}}
            azurerm_virtual_network_gateway_connection.c {{"virtual_network_gateway_id": "G", "local_network_gateway_id": "O"}}
            azurerm_virtual_network_peering.ab {{"resource_group_name": "g", "virtual_network_name": "a", "remote_virtual_network_id": "B", "use_remote_gateways": {uses}}}
            azurerm_virtual_network_peering.ba {{"resource_group_name": "g", "virtual_network_name": "b", "remote_virtual_network_id": "A", "allow_gateway_transit": {lends}}}"#
        )
    };
    let link = |users: &str| {
        let legs = |network: &str, own: &str| {
            format!(
                "{network} -> azurerm_local_network_gateway.o: {own} -> 192.168.0.0/16 ?
                 azurerm_local_network_gateway.o -> {network}: 192.168.0.0/16 -> {own} ?"
            )
        };
        let user = if users.is_empty() {
            String::new()
        } else {
            legs(users, "10.1.0.0/16")
        };
        format!(
            "link azurerm_virtual_network_gateway.g: active once applied\n{}\n{user}",
            legs("azurerm_virtual_network.b", "10.2.0.0/16")
        )
    };
    let what = &["link azurerm_virtual_network_gateway.g"];
    for (uses, lends) in [("true", "true"), (r#""?""#, "true"), ("true", r#""?""#)] {
        check(&far(uses, lends), what, &link("azurerm_virtual_network.a"));
    }
    check(&far("false", r#""?""#), what, &link(""));
}

const SUBNETS: &str = r#"
    azurerm_subnet.front {"name": "front", "resource_group_name": "g", "virtual_network_name": "a", "address_prefixes": ["10.1.1.0/24"]}
    azurerm_subnet.db {"name": "db", "resource_group_name": "g", "virtual_network_name": "b", "address_prefixes": ["10.2.1.0/24"]}
"#;

#[test]
fn whole_networks_may_be_peered_where_it_is_not_known_that_only_subnets_are() {
    let pair = r#"
    azurerm_virtual_network_peering.ab {"resource_group_name": "g", "virtual_network_name": "a", "remote_virtual_network_id": "B", "peer_complete_virtual_networks_enabled": "?", "local_subnet_names": ["front"], "remote_subnet_names": ["db"]}
    azurerm_virtual_network_peering.ba {"resource_group_name": "g", "virtual_network_name": "b", "remote_virtual_network_id": "A", "peer_complete_virtual_networks_enabled": "?", "local_subnet_names": ["db"], "remote_subnet_names": ["front"]}"#;
    check(
        &format!("{NETWORKS}{SUBNETS}{pair}"),
        &["link"],
        "link azurerm_virtual_network_peering.ab: connected once both sides are applied
         azurerm_virtual_network.a by azurerm_subnet.front -> azurerm_virtual_network.b: 10.1.1.0/24 -> 10.2.1.0/24
         the other side's `azurerm_virtual_network_peering.ba`
         azurerm_virtual_network.a -> azurerm_virtual_network.b: 10.1.0.0/16 -> 10.2.0.0/16 ?
         the other side's `azurerm_virtual_network_peering.ba`
         azurerm_virtual_network.b by azurerm_subnet.db -> azurerm_virtual_network.a: 10.2.1.0/24 -> 10.1.1.0/24
         the other side's `azurerm_virtual_network_peering.ba`
         azurerm_virtual_network.b -> azurerm_virtual_network.a: 10.2.0.0/16 -> 10.1.0.0/16 ?
         the other side's `azurerm_virtual_network_peering.ba`",
    );
}

#[test]
fn subnets_are_peered_although_their_networks_share_another_block() {
    let pair = |subnet: &str| {
        format!(
            r#"{SUBNETS}
            azurerm_virtual_network.a {{"id": "A", "name": "a", "resource_group_name": "g", "address_space": ["10.1.0.0/16", "10.50.0.0/16"]}}
            azurerm_virtual_network.b {{"id": "B", "name": "b", "resource_group_name": "g", "address_space": ["10.2.0.0/16", "10.50.0.0/16"]}}
            azurerm_subnet.shared {{"name": "shared", "resource_group_name": "g", "virtual_network_name": "a", "address_prefixes": ["10.50.1.0/24"]}}
            azurerm_virtual_network_peering.ab {{"resource_group_name": "g", "virtual_network_name": "a", "remote_virtual_network_id": "B", "peer_complete_virtual_networks_enabled": false, "local_subnet_names": ["{subnet}"], "remote_subnet_names": ["db"]}}
            azurerm_virtual_network_peering.ba {{"resource_group_name": "g", "virtual_network_name": "b", "remote_virtual_network_id": "A", "peer_complete_virtual_networks_enabled": false, "local_subnet_names": ["db"], "remote_subnet_names": ["{subnet}"]}}"#
        )
    };
    check(
        &pair("front"),
        &["link", "gap"],
        "link azurerm_virtual_network_peering.ab: connected once both sides are applied
         azurerm_virtual_network.a by azurerm_subnet.front -> azurerm_virtual_network.b: 10.1.1.0/24 -> 10.2.1.0/24
         the other side's `azurerm_virtual_network_peering.ba`
         azurerm_virtual_network.b by azurerm_subnet.db -> azurerm_virtual_network.a: 10.2.1.0/24 -> 10.1.1.0/24
         the other side's `azurerm_virtual_network_peering.ba`",
    );
    let fails = "link azurerm_virtual_network_peering.ab: fails: address spaces of the two networks overlap";
    check(&pair("shared"), &["link"], fails);
}

#[test]
fn what_may_be_behind_a_gateway_goes_before_reserved_prefixes() {
    let gateway = r#"
    azurerm_subnet.gateway {"id": "GS", "name": "GatewaySubnet", "resource_group_name": "g", "virtual_network_name": "a", "address_prefixes": ["10.1.0.0/27"]}
    azurerm_virtual_network_gateway.g {"id": "G", "ip_configuration": [{"subnet_id": "GS"}]}"#;
    let text = super::drawn(&format!("{NETWORKS}{gateway}"));
    for block in ["172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"] {
        assert!(
            text.contains(&format!(
                "  {block} -> azurerm_virtual_network_gateway.g rank 1 ?\n"
            )),
            "{block}\n{text}"
        );
    }
}

#[test]
fn a_network_at_a_hub_that_is_not_known_may_be_each() {
    let hub = r#"
    azurerm_virtual_hub.h {"id": "H", "virtual_wan_id": "W"}
    azurerm_virtual_hub_connection.a {"virtual_hub_id": "H", "remote_virtual_network_id": "A"}
    azurerm_virtual_hub_connection.late {"virtual_hub_id": "H", "remote_virtual_network_id": "?"}"#;
    let drawn = drawn(&format!("{NETWORKS}{hub}"));
    for far in [
        "b: 10.1.0.0/16 -> 10.2.0.0/16",
        "b2: 10.1.0.0/16 -> 10.9.0.0/16",
    ] {
        let leg = format!("azurerm_virtual_network.a -> azurerm_virtual_network.{far} ?");
        assert!(drawn.contains(&leg), "{leg}\n{drawn}");
    }
}

#[test]
fn a_gateway_whose_subnet_is_not_known_stands_in_each_gateway_subnet() {
    let gateway = r#"
    azurerm_subnet.g {"name": "GatewaySubnet", "resource_group_name": "g", "virtual_network_name": "a", "address_prefixes": ["10.1.9.0/24"]}
    azurerm_virtual_network_gateway.v {"id": "V", "ip_configuration": [{"subnet_id": "?"}]}"#;
    let drawn = drawn(&format!("{NETWORKS}{gateway}"));
    let link = drawn
        .split("link azurerm_virtual_network_gateway.v")
        .nth(1)
        .unwrap();
    assert!(link.contains("azurerm_virtual_network.a -> "), "{drawn}");
    assert!(!link.contains("azurerm_virtual_network.b -> "), "{drawn}");
}

#[test]
fn a_connection_whose_gateway_is_not_known_may_be_of_each() {
    let gateways = r#"
    azurerm_subnet.g {"id": "SG", "name": "GatewaySubnet", "resource_group_name": "g", "virtual_network_name": "a", "address_prefixes": ["10.1.9.0/24"]}
    azurerm_virtual_network_gateway.v {"id": "V", "ip_configuration": [{"subnet_id": "SG"}]}
    azurerm_local_network_gateway.one {"id": "L1", "address_space": ["172.20.0.0/16"]}
    azurerm_local_network_gateway.two {"id": "L2", "address_space": ["172.21.0.0/16"]}
    azurerm_virtual_network_gateway_connection.known {"virtual_network_gateway_id": "V", "local_network_gateway_id": "L1"}
    azurerm_virtual_network_gateway_connection.late {"virtual_network_gateway_id": "?", "local_network_gateway_id": "L2"}"#;
    let drawn = drawn(&format!("{NETWORKS}{gateways}"));
    for far in [
        "one: 10.1.0.0/16 -> 172.20.0.0/16",
        "two: 10.1.0.0/16 -> 172.21.0.0/16",
    ] {
        let leg = format!("azurerm_virtual_network.a -> azurerm_local_network_gateway.{far}");
        assert!(drawn.contains(&leg), "{leg}\n{drawn}");
    }
}

#[test]
fn the_other_side_of_a_connection_of_gateways_may_be_elsewhere() {
    let text = super::drawn(&format!(
        r#"{NETWORKS}
        azurerm_subnet.a {{"id": "GA", "name": "GatewaySubnet", "resource_group_name": "g", "virtual_network_name": "a", "address_prefixes": ["10.1.0.0/27"]}}
        azurerm_subnet.b {{"id": "GB", "name": "GatewaySubnet", "resource_group_name": "g", "virtual_network_name": "b", "address_prefixes": ["10.2.0.0/27"]}}
        azurerm_virtual_network_gateway.a {{"id": "A1", "ip_configuration": [{{"subnet_id": "GA"}}]}}
        azurerm_virtual_network_gateway.b {{"id": "B1", "ip_configuration": [{{"subnet_id": "GB"}}]}}
        azurerm_virtual_network_gateway_connection.ab {{"virtual_network_gateway_id": "A1", "peer_virtual_network_gateway_id": "B1"}}"#
    ));
    // What comes back takes the gateway that is named, whose own connection the input does not hold.
    let legs = [
        "azurerm_virtual_network.a -> azurerm_virtual_network.b: 10.1.0.0/16 -> 10.2.0.0/16 ?",
        "azurerm_virtual_network.b -> azurerm_virtual_network.a: 10.2.0.0/16 -> 10.1.0.0/16 ?",
    ];
    for gateway in ["a", "b"] {
        let front = format!("azurerm_virtual_network_gateway.{gateway}:");
        let own = text.split("link ").find(|part| part.starts_with(&front));
        let own = own.unwrap();
        assert!(legs.iter().all(|leg| own.contains(leg)), "{own}");
    }
}

/// By its id in one place, by its name and resource group in another.
#[test]
fn a_network_that_is_only_named_is_one_however_it_is_named() {
    let named = r#"
    azurerm_virtual_network_peering.ax {"resource_group_name": "g", "virtual_network_name": "a", "remote_virtual_network_id": "/subscriptions/1/resourceGroups/x/providers/Microsoft.Network/virtualNetworks/far"}
    azurerm_subnet.f {"id": "F", "name": "f", "resource_group_name": "x", "virtual_network_name": "far", "address_prefixes": ["10.50.0.0/24"]}"#;
    let drawn = drawn(&format!("{NETWORKS}{named}"));
    let networks = drawn.lines().filter(|line| line.starts_with("network "));
    assert_eq!(
        networks.filter(|line| line.contains("far")).count(),
        1,
        "{drawn}"
    );
}
