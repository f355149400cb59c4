//! Peering pairs, gateways and hubs.

use super::check;

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
         gap unlinked what `remote_virtual_network_id` of `azurerm_virtual_network_peering.unknown` points at could not be told: no resource could be found for it
         gap not-in-input `remote virtual network of azurerm_virtual_network_peering.unknown` is not in the input: add the plan or state that holds it
         gap not-accepted `azurerm_virtual_network_peering.ax` stays `Initiated` until `/subscriptions/1/resourceGroups/x/providers/Microsoft.Network/virtualNetworks/x` has a peering back, which is not in the input
         gap not-accepted `azurerm_virtual_network_peering.unknown` stays `Initiated` until `remote virtual network of azurerm_virtual_network_peering.unknown` has a peering back, which is not in the input",
    );
}

#[test]
fn a_hub_joins_what_is_connected_to_it_perhaps() {
    let hub = r#"
    azurerm_virtual_hub.h {"id": "H"}
    azurerm_virtual_hub_connection.a {"virtual_hub_id": "H", "remote_virtual_network_id": "A"}
    azurerm_virtual_hub_connection.b {"virtual_hub_id": "H", "remote_virtual_network_id": "B"}"#;
    check(
        &format!("{NETWORKS}{hub}"),
        &["link"],
        "link azurerm_virtual_hub.h: routes as its tables say, which are not judged
         azurerm_virtual_network.a -> azurerm_virtual_network.b: 10.1.0.0/16 -> 10.2.0.0/16 ?
         azurerm_virtual_network.b -> azurerm_virtual_network.a: 10.2.0.0/16 -> 10.1.0.0/16 ?",
    );
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
                "{network} -> network behind azurerm_local_network_gateway.o: {own} -> 192.168.0.0/16 ?
                 network behind azurerm_local_network_gateway.o -> {network}: 192.168.0.0/16 -> {own} ?"
            )
        };
        let user = if users.is_empty() { String::new() } else { legs(users, "10.1.0.0/16") };
        format!("link azurerm_virtual_network_gateway.g: active once applied\n{}\n{user}", legs("azurerm_virtual_network.b", "10.2.0.0/16"))
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
        assert!(text.contains(&format!("  {block} -> azurerm_virtual_network_gateway.g rank 1 ?\n")), "{block}\n{text}");
    }
}
