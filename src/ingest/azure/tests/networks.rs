//! Subnets and the routes that hold for them.

use super::check;

const NETWORK: &str = r#"
    azurerm_virtual_network.a {"id": "A", "name": "a", "resource_group_name": "g", "address_space": ["10.1.0.0/16"], "subnet": [{"name": "inside", "address_prefixes": ["10.1.9.0/24"]}]}
    azurerm_virtual_network.b {"id": "B", "name": "b", "resource_group_name": "g", "address_space": ["10.2.0.0/16"]}
    azurerm_subnet.s {"id": "S", "name": "s", "resource_group_name": "g", "virtual_network_name": "a", "address_prefixes": ["10.1.0.0/24"]}
    azurerm_virtual_network_peering.ab {"resource_group_name": "g", "virtual_network_name": "a", "remote_virtual_network_id": "B"}
    azurerm_virtual_network_peering.ba {"resource_group_name": "g", "virtual_network_name": "b", "remote_virtual_network_id": "A"}
"#;

#[test]
fn a_subnet_without_a_table_has_system_routes() {
    check(
        NETWORK,
        &["subnet", "table system routes of azurerm_virtual_network.a", "gap"],
        "subnet azurerm_virtual_network.a.subnet[\"inside\"] of azurerm_virtual_network.a 10.1.9.0/24 by system routes of azurerm_virtual_network.a []
         subnet azurerm_subnet.s of azurerm_virtual_network.a 10.1.0.0/24 by system routes of azurerm_virtual_network.a []
         table system routes of azurerm_virtual_network.a
         10.1.0.0/16 -> local rank 2
         10.2.0.0/16 -> azurerm_virtual_network_peering.ab rank 2
         10.0.0.0/8 -> drop (Azure routes reserved private prefixes nowhere) rank 2
         172.16.0.0/12 -> drop (Azure routes reserved private prefixes nowhere) rank 2
         192.168.0.0/16 -> drop (Azure routes reserved private prefixes nowhere) rank 2
         100.64.0.0/10 -> drop (Azure routes reserved private prefixes nowhere) rank 2
         0.0.0.0/0 -> internet rank 2
         ::/0 -> internet rank 2",
    );
}

/// The lines of a table that a private endpoint in the other network adds, with a subnet that says `policies`.
fn beside(table: &str, policies: &str, expected: &[&str]) {
    let resources = r#"
    azurerm_subnet.e {"id": "SE", "name": "e", "resource_group_name": "g", "virtual_network_name": "b", "address_prefixes": ["10.2.0.0/24"], "private_endpoint_network_policies": "POLICIES"}
    azurerm_private_endpoint.p {"id": "P", "subnet_id": "SE", "private_service_connection": [{"name": "c", "private_ip_address": "10.2.0.4", "subresource_names": ["blob"]}]}
    azurerm_route_table.near {"id": "T", "name": "t", "resource_group_name": "g", "route": [{"name": "x", "address_prefix": "10.2.0.0/16", "next_hop_type": "None"}]}
    azurerm_subnet_route_table_association.near {"subnet_id": "S", "route_table_id": "T"}
    azurerm_route_table.far {"id": "U", "name": "u", "resource_group_name": "g", "route": [{"name": "x", "address_prefix": "10.1.0.0/16", "next_hop_type": "None"}]}
    azurerm_subnet_route_table_association.far {"subnet_id": "SE", "route_table_id": "U"}"#;
    let resources = resources.replace("POLICIES", policies);
    let text = super::drawn(&format!("{NETWORK}{resources}"));
    let mut lines = text
        .lines()
        .skip_while(|line| *line != format!("table {table}"));
    lines.next();
    let own = lines.take_while(|line| line.starts_with(' '));
    let added: Vec<&str> = own
        .map(str::trim)
        .filter(|line| line.ends_with('?'))
        .collect();
    assert_eq!(added, expected, "{table} {policies}\n{text}");
}

#[test]
fn a_private_endpoint_has_routes_of_its_own() {
    let [near, far] = ["near", "far"].map(|name| format!("azurerm_route_table.{name}"));
    let there = "10.2.0.4/32 -> azurerm_virtual_network_peering.ab ?";
    let back = "10.1.0.0/16 -> azurerm_virtual_network_peering.ab ?";
    beside(&near, "Disabled", &[there]);
    beside(&far, "Disabled", &[back]);
    beside(&near, "NetworkSecurityGroupEnabled", &[there]);
    // A route of the whole network takes the place of the endpoint's where the subnet wants it so.
    beside(&near, "RouteTableEnabled", &[]);
    beside(&far, "RouteTableEnabled", &[]);
}

#[test]
fn user_defined_routes_stand_before_system_routes() {
    let table = r#"
    azurerm_route_table.t {"id": "T", "name": "t", "resource_group_name": "g", "route": [{"name": "x", "address_prefix": "10.2.0.0/16", "next_hop_type": "None"}]}
    azurerm_route.default {"name": "d", "resource_group_name": "g", "route_table_name": "t", "address_prefix": "0.0.0.0/0", "next_hop_type": "VirtualAppliance", "next_hop_in_ip_address": "10.2.0.4"}
    azurerm_subnet_route_table_association.s {"subnet_id": "S", "route_table_id": "T"}"#;
    let referred = table.replace(
        r#": "t", "address_prefix""#,
        r#": "@azurerm_route_table.t.name", "address_prefix""#,
    );
    assert_ne!(referred, table);
    for table in [table, &referred] {
        check(
        &format!("{NETWORK}{table}"),
        &["table azurerm_route_table.t", "gap"],
        "table azurerm_route_table.t
         10.1.0.0/16 -> local rank 2
         10.2.0.0/16 -> azurerm_virtual_network_peering.ab rank 2
         0.0.0.0/0 -> internet rank 2
         ::/0 -> internet rank 2
         0.0.0.0/0 -> unknown ?
         10.2.0.0/16 -> drop (`azurerm_route_table.t` has the next hop `None`)
         gap not-judged a route of `azurerm_route.default` leads through the appliance 10.2.0.4, which is not analysed",
    );
    }
}

#[test]
fn a_subnet_whose_network_is_not_known_is_one_of_each_that_holds_its_block() {
    let subnet = r#"
    azurerm_virtual_network.wide {"id": "W", "name": "w", "resource_group_name": "g", "address_space": ["10.0.0.0/8"]}
    azurerm_subnet.late {"resource_group_name": "g", "virtual_network_name": "?", "address_prefixes": ["10.2.7.0/24"]}"#;
    let by = |network: &str| {
        format!(
            "subnet azurerm_subnet.late in {network} of {network} 10.2.7.0/24 by system routes of {network} [] ?"
        )
    };
    let beyond = "the virtual network of azurerm_subnet.late";
    check(
        &format!("{NETWORK}{subnet}"),
        &["subnet azurerm_subnet.late in"],
        &[
            by("azurerm_virtual_network.b"),
            by("azurerm_virtual_network.wide"),
            by(beyond),
        ]
        .join("\n"),
    );
}

#[test]
fn an_unknown_type_that_names_a_network_is_a_gap() {
    check(
        r#"azurerm_newservice_store.x {"subnet_id": "?"}"#,
        &["gap"],
        "gap not-modelled `azurerm_newservice_store.x` names a part of a network in `subnet_id`, so it may stand there or filter there: `azurerm_newservice_store` is not modelled",
    );
}

#[test]
fn a_subnet_inside_its_network_takes_the_table_of_an_association() {
    let table = r#"
    azurerm_route_table.t {"id": "T", "name": "t", "resource_group_name": "g"}
    azurerm_subnet_route_table_association.a {"subnet_id": "@azurerm_virtual_network.a.subnet[0].id", "route_table_id": "T"}"#;
    check(
        &format!("{NETWORK}{table}"),
        &["subnet"],
        "subnet azurerm_virtual_network.a.subnet[\"inside\"] of azurerm_virtual_network.a 10.1.9.0/24 by azurerm_route_table.t []
         subnet azurerm_subnet.s of azurerm_virtual_network.a 10.1.0.0/24 by system routes of azurerm_virtual_network.a []",
    );
}
