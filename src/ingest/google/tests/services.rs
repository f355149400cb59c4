//! Managed services behind a private connection, and channels.

use super::check;

const NET: &str = r#"google_compute_network.a {"name": "a", "auto_create_subnetworks": false, "delete_default_routes_on_create": true}
    google_compute_subnetwork.s {"name": "s", "network": "@google_compute_network.a.id", "ip_cidr_range": "10.0.0.0/24"}
"#;

#[test]
fn a_database_stands_in_the_range_that_was_reserved() {
    check(
        &format!(
            r#"{NET}google_compute_global_address.r {{"name": "r", "purpose": "VPC_PEERING", "address": "10.200.0.0", "prefix_length": 16, "network": "@google_compute_network.a.id"}}
               google_service_networking_connection.c {{"network": "@google_compute_network.a.id", "reserved_peering_ranges": ["r"]}}
               google_sql_database_instance.d {{"settings": [{{"ip_configuration": [{{"private_network": "@google_compute_network.a.id"}}]}}]}}"#
        ),
        &["network", "table", "link", "endpoint", "gap"],
        "network google_compute_network.a 10.0.0.0/24
         network service network of google_service_networking_connection.c 10.200.0.0/16
         table routes of google_compute_network.a
           10.0.0.0/24 -> local
           10.200.0.0/16 -> google_service_networking_connection.c
         table routes of service network of google_service_networking_connection.c
           10.200.0.0/16 -> local
           10.0.0.0/24 -> google_service_networking_connection.c
         link google_service_networking_connection.c: active once applied, made for a service
           google_compute_network.a -> service network of google_service_networking_connection.c: 10.0.0.0/24 -> 10.200.0.0/16
           service network of google_service_networking_connection.c -> google_compute_network.a: 10.200.0.0/16 -> 10.0.0.0/24
         endpoint google_sql_database_instance.d database instance (answers only)
           ranges of google_service_networking_connection.c 10.200.0.0/16 []",
    );
}

#[test]
fn managed_data_services_answer_and_open_no_connections() {
    let services = [
        r#"google_sql_database_instance.a {"settings": [{"ip_configuration": [{"private_network": "@google_compute_network.a.id"}]}]}"#,
        r#"google_alloydb_cluster.a {"network_config": [{"network": "@google_compute_network.a.id"}]}"#,
        r#"google_redis_instance.a {"authorized_network": "@google_compute_network.a.id", "reserved_ip_range": "10.50.0.0/29"}"#,
        r#"google_memcache_instance.a {"authorized_network": "@google_compute_network.a.id"}"#,
        r#"google_filestore_instance.a {"networks": [{"network": "@google_compute_network.a.id", "reserved_ip_range": "10.51.0.0/29"}]}"#,
        r#"google_compute_instance.a {"network_interface": [{"subnetwork": "s"}]}"#,
    ];
    let drawn = super::drawn(&format!("{NET}{}", services.join("\n")));
    let of = |kind: &str| drawn.lines().find(|line| line.starts_with(kind)).unwrap();
    for kind in ["sql_database", "redis", "memcache", "filestore"] {
        let line = of(&format!("endpoint google_{kind}_instance.a "));
        assert!(line.ends_with("(answers only)"), "{line}");
    }
    assert!(of("endpoint google_alloydb_cluster.a ").ends_with("(answers only)"));
    assert!(!of("endpoint google_compute_instance.a ").ends_with("(answers only)"));
}

/// Of two private connections a service stands behind the one of its own network.
#[test]
fn a_service_is_behind_the_connection_of_its_network() {
    let other = NET
        .replace("compute_network.a", "compute_network.b")
        .replace("\"a\"", "\"b\"");
    let other = other
        .replace("subnetwork.s", "subnetwork.t")
        .replace("\"s\"", "\"t\"")
        .replace("10.0.", "10.1.");
    let connection = |name: &str, range: &str| {
        format!(
            r#"google_compute_global_address.{name} {{"name": "{name}", "purpose": "VPC_PEERING", "address": "{range}", "prefix_length": 16, "network": "@google_compute_network.{name}.id"}}
               google_service_networking_connection.{name} {{"network": "@google_compute_network.{name}.id", "reserved_peering_ranges": ["{name}"]}}
"#
        )
    };
    let both = [connection("a", "10.200.0.0"), connection("b", "10.201.0.0")].concat();
    check(
        &format!(
            r#"{NET}{other}{both}google_sql_database_instance.d {{"settings": [{{"ip_configuration": [{{"private_network": "@google_compute_network.b.id"}}]}}]}}"#
        ),
        &["endpoint"],
        "endpoint google_sql_database_instance.d database instance (answers only)
           ranges of google_service_networking_connection.b 10.201.0.0/16 []",
    );
}

#[test]
fn managed_instance_groups_stand_where_their_templates_say() {
    let template = r#"google_compute_instance_template.t {"network_interface": [{"subnetwork": "@google_compute_subnetwork.s.id"}]}"#;
    let group = r#"google_compute_instance_group_manager.g {"version": [{"instance_template": "@google_compute_instance_template.t.id"}]}"#;
    check(
        &format!("{NET}{template}\n{group}\ndata.{group}"),
        &["endpoint"],
        "endpoint google_compute_instance_group_manager.g instance group
           google_compute_subnetwork.s 10.0.0.0/24 [firewall of google_compute_network.a]",
    );
}

#[test]
fn the_metadata_server_answers_in_every_network_of_this_cloud() {
    check(
        &format!("{NET}google_compute_network.b {{\"name\": \"b\"}}\naws_vpc.c {{\"cidr_block\": \"10.0.0.0/8\"}}"),
        &["host"],
        "host metadata server, name resolution and time in google_compute_network.a: 169.254.169.254, fd20:ce::254
         host metadata server, name resolution and time in google_compute_network.b: 169.254.169.254, fd20:ce::254",
    );
}

#[test]
fn an_endpoint_for_services_of_google_joins_no_network_of_the_input() {
    let apis = r#"google_compute_network.b {"name": "b", "auto_create_subnetworks": false}
    google_compute_subnetwork.t {"name": "t", "network": "@google_compute_network.b.id", "ip_cidr_range": "10.9.0.0/24"}
    google_compute_service_attachment.p {"name": "p", "nat_subnets": ["@google_compute_subnetwork.t.id"]}
    google_compute_global_forwarding_rule.e {"name": "e", "load_balancing_scheme": "", "network": "@google_compute_network.a.id", "target": "all-apis"}
"#;
    check(&format!("{NET}{apis}"), &["link"], "");
}

#[test]
fn a_range_that_google_chooses_is_in_doubt() {
    check(
        &format!(
            r#"{NET}google_compute_global_address.r {{"name": "r", "purpose": "VPC_PEERING", "prefix_length": 16}}
               google_service_networking_connection.c {{"network": "@google_compute_network.a.id", "reserved_peering_ranges": ["@google_compute_global_address.r.name"]}}"#
        ),
        &["gap", "table routes of google_compute_network.a"],
        "table routes of google_compute_network.a
           10.0.0.0/24 -> local
           0.0.0.0/0 -> google_service_networking_connection.c rank 1 ?
           ::/0 -> google_service_networking_connection.c rank 1 ?
         gap unknown-value `address` of `google_compute_global_address.r` is known only after apply",
    );
}

#[test]
fn channels_are_named() {
    check(
        &format!(
            r#"{NET}google_compute_service_attachment.s {{"nat_subnets": ["@google_compute_subnetwork.s.id"]}}
               google_compute_router_nat.n {{"name": "n"}}
               google_redis_cluster.r {{"name": "r"}}"#
        ),
        &["gap"],
        "gap not-modelled `google_compute_service_attachment.s` opens a way from `google_compute_subnetwork.s` (Private Service Connect): another channel across the border, which is not judged
         gap not-modelled `google_redis_cluster.r` is reached by Private Service Connect: `google_redis_cluster` is not modelled",
    );
}

#[test]
fn a_service_attachment_joins_the_networks_of_its_endpoints_with_its_own() {
    let linked = r#"google_compute_network.b {"name": "b", "auto_create_subnetworks": false, "delete_default_routes_on_create": true}
    google_compute_subnetwork.t {"name": "t", "network": "@google_compute_network.b.id", "ip_cidr_range": "10.9.0.0/24"}
    google_compute_service_attachment.p {"name": "p", "nat_subnets": ["@google_compute_subnetwork.t.id"]}
    google_compute_forwarding_rule.e {"name": "e", "load_balancing_scheme": "", "network": "@google_compute_network.a.id", "target": "@google_compute_service_attachment.p.id"}
"#;
    check(
        &format!("{NET}{linked}"),
        &["link"],
        "link google_compute_service_attachment.p: takes connections up and opens them anew in the other network
           google_compute_network.a -> google_compute_network.b: 10.0.0.0/24 -> 10.9.0.0/24 ?",
    );
    // Or by a group that backends of a load balancer name.
    let group = linked.replace(
        r#"google_compute_forwarding_rule.e {"name": "e", "load_balancing_scheme": "", "network": "@google_compute_network.a.id", "target""#,
        r#"google_compute_region_network_endpoint_group.e {"name": "e", "network": "@google_compute_network.a.id", "psc_target_service""#,
    );
    check(
        &format!("{NET}{group}"),
        &["link"],
        "link google_compute_service_attachment.p: takes connections up and opens them anew in the other network
           google_compute_network.a -> google_compute_network.b: 10.0.0.0/24 -> 10.9.0.0/24 ?",
    );
    // A state names the attachment by its id.
    for named in [linked, &group] {
        let by_id = named
            .replace("{\"name\": \"p\",", "{\"id\": \"P\", \"name\": \"p\",")
            .replace("@google_compute_service_attachment.p.id", "P");
        check(
            &format!("{NET}{by_id}"),
            &["link"],
            "link google_compute_service_attachment.p: takes connections up and opens them anew in the other network
             google_compute_network.a -> google_compute_network.b: 10.0.0.0/24 -> 10.9.0.0/24 ?",
        );
    }
    // A rule that balances load leads to a proxy of its own network.
    let balances = linked.replace("\"load_balancing_scheme\": \"\", ", "");
    check(&format!("{NET}{balances}"), &["link"], "");
}

const TWO: &str = r#"google_compute_network.a {"name": "a", "auto_create_subnetworks": false, "delete_default_routes_on_create": true}
    google_compute_subnetwork.s {"name": "s", "network": "@google_compute_network.a.id", "ip_cidr_range": "10.0.0.0/24"}
    google_compute_network.b {"name": "b", "auto_create_subnetworks": false, "delete_default_routes_on_create": true}
    google_compute_subnetwork.t {"name": "t", "network": "@google_compute_network.b.id", "ip_cidr_range": "10.9.0.0/24"}
"#;

#[test]
fn a_hybrid_group_leads_to_addresses_of_other_networks() {
    let group = |kind: &str, address: &str| {
        format!(
            r#"{TWO}google_compute_network_endpoint_group.g {{"id": "G", "name": "g", "network": "@google_compute_network.a.id", "network_endpoint_type": "{kind}"}}
            google_compute_network_endpoint.e {{"network_endpoint_group": "@google_compute_network_endpoint_group.g.name", "ip_address": "{address}"}}"#
        )
    };
    let leads = |to: &str| {
        format!(
            "link targets of google_compute_network_endpoint_group.g: takes connections up and opens them anew to its targets
             google_compute_network.a -> google_compute_network.b: 10.0.0.0/24 -> {to} ?"
        )
    };
    let hybrid = "NON_GCP_PRIVATE_IP_PORT";
    check(&group(hybrid, "10.9.0.5"), &["link"], &leads("10.9.0.5"));
    check(&group(hybrid, "?"), &["link"], &leads("10.9.0.0/24"));
    check(&group(hybrid, "10.0.0.5"), &["link"], "");
    check(&group("GCE_VM_IP_PORT", "10.9.0.5"), &["link"], "");
}

/// "About Private Service Connect interfaces": a machine of the producer's has an interface in the consumer's subnetwork.
#[test]
fn a_network_attachment_gives_a_machine_of_another_network_an_interface() {
    let machine = r#"google_compute_network_attachment.x {"id": "X", "name": "x", "subnetworks": ["@google_compute_subnetwork.s.id"]}
        google_compute_instance.i {"name": "i", "network_interface": [{"subnetwork": "@google_compute_subnetwork.t.id"}, {"network_attachment": "X"}]}"#;
    check(
        &format!("{TWO}{machine}"),
        &["endpoint"],
        "endpoint google_compute_instance.i instance
         google_compute_subnetwork.t 10.9.0.0/24 [firewall of google_compute_network.b]
         google_compute_subnetwork.s 10.0.0.0/24 [firewall of google_compute_network.a]",
    );
}
