//! Networks, subnets and static routes.

use super::check;

#[test]
fn a_network_has_the_addresses_of_its_subnets() {
    check(
        r#"google_compute_network.a {"name": "a", "auto_create_subnetworks": false}
           google_compute_subnetwork.s {"name": "s", "network": "@google_compute_network.a.id", "ip_cidr_range": "10.0.0.0/24", "region": "r1",
              "secondary_ip_range": [{"range_name": "pods", "ip_cidr_range": "10.4.0.0/16"}]}"#
            .replace("\n              ", "")
            .as_str(),
        &["network", "subnet", "table", "gap"],
        "network google_compute_network.a 10.0.0.0/24, 10.4.0.0/16
         subnet google_compute_subnetwork.s of google_compute_network.a 10.0.0.0/24, 10.4.0.0/16 by routes of google_compute_network.a []
         table routes of google_compute_network.a
           10.0.0.0/24 -> local
           10.4.0.0/16 -> local
           0.0.0.0/0 -> default internet gateway rank 2002",
    );
}

#[test]
fn a_subnet_whose_network_is_not_known_is_one_of_each() {
    let of = |network: &str| {
        format!(
            "subnet google_compute_subnetwork.s in {network} of {network} 10.0.0.0/24 by routes of {network} [] ?"
        )
    };
    check(
        r#"google_compute_network.a {"name": "a", "auto_create_subnetworks": false}
           google_compute_network.b {"name": "b", "auto_create_subnetworks": false}
           google_compute_subnetwork.s {"name": "s", "network": "?", "ip_cidr_range": "10.0.0.0/24", "region": "r1"}"#,
        &["subnet"],
        &[
            of("google_compute_network.a"),
            of("google_compute_network.b"),
            of("the network of google_compute_subnetwork.s"),
        ]
        .join("\n"),
    );
}

#[test]
fn an_auto_mode_network_has_a_subnet_in_every_region() {
    check(
        r#"google_compute_network.a {"name": "a", "delete_default_routes_on_create": true}"#,
        &["network", "subnet", "table"],
        "network google_compute_network.a 10.128.0.0/9
         subnet automatic subnets of google_compute_network.a of google_compute_network.a 10.128.0.0/9 by routes of google_compute_network.a []
         table routes of google_compute_network.a
           10.128.0.0/9 -> local",
    );
}

#[test]
fn names_count_within_a_project_and_a_region() {
    check(
        r#"google_compute_network.a {"name": "net", "project": "one", "auto_create_subnetworks": false, "id": "projects/one/global/networks/net"}
           google_compute_network.b {"name": "net", "project": "two", "auto_create_subnetworks": false, "id": "projects/two/global/networks/net"}
           google_compute_subnetwork.a {"name": "s", "network": "net", "project": "one", "region": "r1", "ip_cidr_range": "10.0.0.0/24"}
           google_compute_subnetwork.b {"name": "s", "network": "https://www.googleapis.com/compute/v1/projects/two/global/networks/net", "region": "r2", "ip_cidr_range": "10.1.0.0/24"}
           google_compute_subnetwork.c {"name": "t", "network": "projects/three/global/networks/net", "region": "r2", "ip_cidr_range": "10.2.0.0/24"}"#,
        &["subnet", "gap"],
        "subnet google_compute_subnetwork.a of google_compute_network.a 10.0.0.0/24 by routes of google_compute_network.a []
         subnet google_compute_subnetwork.b of google_compute_network.b 10.1.0.0/24 by routes of google_compute_network.b []
         subnet google_compute_subnetwork.c of projects/three/global/networks/net 10.2.0.0/24 by routes of projects/three/global/networks/net []
         gap not-in-input `projects/three/global/networks/net` is not in the input: add the plan or state that holds it",
    );
}

#[test]
fn a_project_that_is_not_known_may_be_that_of_a_name() {
    let of = |network: &str| {
        format!(
            "subnet google_compute_subnetwork.s in {network} of {network} 10.0.0.0/24 by routes of {network} [] ?"
        )
    };
    check(
        r#"google_compute_network.a {"name": "net", "auto_create_subnetworks": false}
           google_compute_subnetwork.s {"name": "s", "network": "projects/one/global/networks/net", "ip_cidr_range": "10.0.0.0/24"}"#,
        &["subnet"],
        &[
            of("google_compute_network.a"),
            of("projects/one/global/networks/net"),
        ]
        .join("\n"),
    );
}

#[test]
fn a_network_that_one_root_reads_is_the_one_that_another_manages() {
    check(
        r#"google_compute_network.a {"name": "shared", "project": "host", "auto_create_subnetworks": false}
           data google_compute_network.a {"name": "shared", "project": "host"}
           google_compute_subnetwork.s {"name": "s", "network": "@data.google_compute_network.a.self_link", "ip_cidr_range": "10.0.0.0/24"}"#,
        &["network", "gap"],
        "network google_compute_network.a 10.0.0.0/24",
    );
}

#[test]
fn a_network_that_is_only_read_is_in_doubt() {
    check(
        r#"data google_compute_network.a {"name": "shared", "project": "host"}"#,
        &["network", "gap"],
        "network data.google_compute_network.a any address not held ?
         gap not-in-input `data.google_compute_network.a` is only read: its routes and firewall are known only as far as the input holds them",
    );
}

const ROUTED: &str = r#"google_compute_network.a {"name": "a", "auto_create_subnetworks": false, "delete_default_routes_on_create": true}
    google_compute_subnetwork.s {"name": "s", "network": "@google_compute_network.a.id", "ip_cidr_range": "10.0.0.0/24"}
"#;

#[test]
fn static_routes_lead_by_their_next_hop() {
    check(
        &format!(
            r#"{ROUTED}google_compute_route.out {{"network": "a", "dest_range": "0.0.0.0/0", "next_hop_gateway": "default-internet-gateway", "priority": 100}}
               google_compute_route.hop {{"network": "a", "dest_range": "192.168.0.0/16", "next_hop_ip": "10.0.0.9"}}
               google_compute_route.tagged {{"network": "a", "dest_range": "192.168.0.0/24", "next_hop_gateway": "default-internet-gateway", "tags": ["edge"]}}"#
        ),
        &["table", "gap"],
        "table routes of google_compute_network.a
           10.0.0.0/24 -> local
           0.0.0.0/0 -> default internet gateway rank 202
           192.168.0.0/16 -> unknown rank 2002 ?
           192.168.0.0/24 -> default internet gateway rank 2002 ?
         gap not-judged `google_compute_route.hop` leads to an appliance: where that sends packets is not known
         gap not-judged `google_compute_route.tagged` is a route for instances with its tags only: which those are is not judged",
    );
}

#[test]
fn a_tunnel_joins_the_network_to_a_named_far_end() {
    check(
        &format!(
            r#"{ROUTED}google_compute_ha_vpn_gateway.g {{"network": "a"}}
               google_compute_external_vpn_gateway.office {{"name": "office"}}
               google_compute_vpn_tunnel.static {{"vpn_gateway": "@google_compute_ha_vpn_gateway.g.id", "peer_external_gateway": "@google_compute_external_vpn_gateway.office.id"}}
               google_compute_vpn_tunnel.bgp {{"vpn_gateway": "@google_compute_ha_vpn_gateway.g.id", "peer_external_gateway": "@google_compute_external_vpn_gateway.office.id", "router": "r"}}
               google_compute_route.r {{"network": "a", "dest_range": "192.168.0.0/16", "next_hop_vpn_tunnel": "@google_compute_vpn_tunnel.static.id"}}"#
        ),
        &["table routes of google_compute_network.a", "link", "gap"],
        "table routes of google_compute_network.a
           10.0.0.0/24 -> local
           0.0.0.0/0 -> google_compute_vpn_tunnel.bgp rank 1 ?
           192.168.0.0/16 -> google_compute_vpn_tunnel.bgp rank 1 ?
           ::/0 -> google_compute_vpn_tunnel.bgp rank 1 ?
           192.168.0.0/16 -> google_compute_vpn_tunnel.static rank 2002
         link google_compute_vpn_tunnel.static: active once applied
           google_compute_network.a -> google_compute_external_vpn_gateway.office: 10.0.0.0/24 -> all but 10.0.0.0/24 ?
           google_compute_external_vpn_gateway.office -> google_compute_network.a: all but 10.0.0.0/24 -> 10.0.0.0/24 ?
         link google_compute_vpn_tunnel.bgp: active once applied
           google_compute_network.a -> google_compute_external_vpn_gateway.office: 10.0.0.0/24 -> all but 10.0.0.0/24 ?
           google_compute_external_vpn_gateway.office -> google_compute_network.a: all but 10.0.0.0/24 -> 10.0.0.0/24 ?
         gap not-in-input what stands behind `google_compute_external_vpn_gateway.office` is not in the input
         gap not-in-input what `google_compute_vpn_tunnel.bgp` learns for `google_compute_network.a` by BGP is not in the input",
    );
}

/// Neither the gateway nor the router is in the input, so that it may start in any network of the project.
#[test]
fn a_tunnel_whose_gateway_is_only_named_may_start_in_any_network() {
    for tunnel in [
        r#"google_compute_vpn_tunnel.t {"project": "p", "vpn_gateway": "projects/p/regions/r1/vpnGateways/gone", "router": "gone"}"#,
        r#"google_compute_interconnect_attachment.t {"project": "p", "router": "gone"}"#,
    ] {
        let owned = ROUTED.replace(r#""name": "a","#, r#""name": "a", "project": "p","#);
        let other = r#"google_compute_network.other {"name": "b", "project": "q", "auto_create_subnetworks": false}
            google_compute_subnetwork.other {"name": "o", "project": "q", "network": "@google_compute_network.other.id", "ip_cidr_range": "10.1.0.0/24"}"#;
        let kind = tunnel.split(' ').next().unwrap();
        check(
            &format!("{owned}{other}\n{tunnel}"),
            &["link", "table routes of google_compute_network.a"],
            &format!(
                "table routes of google_compute_network.a
                   10.0.0.0/24 -> local
                   0.0.0.0/0 -> {kind} rank 1 ?
                   ::/0 -> {kind} rank 1 ?
                 link {kind}: active once applied
                   google_compute_network.a -> far end of {kind}: 10.0.0.0/24 -> all but 10.0.0.0/24, 10.1.0.0/24 ?
                   far end of {kind} -> google_compute_network.a: all but 10.0.0.0/24, 10.1.0.0/24 -> 10.0.0.0/24 ?"
            ),
        );
    }
}

const DUAL: &str = r#"google_compute_network.a {"name": "a", "auto_create_subnetworks": false, "delete_default_routes_on_create": true}
    google_compute_subnetwork.s {"name": "s", "network": "a", "ip_cidr_range": "10.0.0.0/24", "stack_type": "IPV4_IPV6", "ipv6_access_type": "INTERNAL"#;

#[test]
fn a_static_address_of_one_family_leaves_the_other_family_alone() {
    let instance = |interface: &str| {
        format!(
            r#"{DUAL}", "internal_ipv6_prefix": "fd20:1::/64"}}
               google_compute_instance.i {{"network_interface": [{{"subnetwork": "s", {interface}}}]}}"#
        )
    };
    let stands = |interface: &str, addresses: &str| {
        check(
            &instance(interface),
            &["endpoint"],
            &format!(
                "endpoint google_compute_instance.i instance\ngoogle_compute_subnetwork.s {addresses} [firewall of google_compute_network.a]"
            ),
        );
    };
    stands(
        r#""network_ip": "10.0.0.9", "stack_type": "IPV4_IPV6""#,
        "10.0.0.9, fd20:1::/64",
    );
    stands(
        r#""network_ip": "10.0.0.9", "ipv6_address": "fd20:1::9", "stack_type": "IPV4_IPV6""#,
        "10.0.0.9, fd20:1::9",
    );
    stands(
        r#""network_ip": "10.0.0.9", "stack_type": "IPV4_ONLY""#,
        "10.0.0.9",
    );
    stands(r#""stack_type": "IPV6_ONLY""#, "fd20:1::/64");
}

#[test]
fn an_ipv6_range_that_google_chooses_is_any_of_its_own_in_doubt() {
    check(
        &format!(
            r#"{DUAL}"}}
               google_compute_instance.i {{"network_interface": [{{"subnetwork": "s", "stack_type": "IPV4_IPV6"}}]}}"#
        ),
        &["network", "endpoint", "gap"],
        "network google_compute_network.a 10.0.0.0/24, fd20::/20
         endpoint google_compute_instance.i instance
         google_compute_subnetwork.s 10.0.0.0/24 [firewall of google_compute_network.a]
         google_compute_subnetwork.s fd20::/20 [firewall of google_compute_network.a] ?
         gap unknown-value the IPv6 range of `google_compute_subnetwork.s` is known only after apply",
    );
}

#[test]
fn an_unknown_type_that_names_a_network_is_a_gap() {
    check(
        r#"google_newservice_store.x {"network": "?"}"#,
        &["gap"],
        "gap not-modelled `google_newservice_store.x` names a part of a network in `network`, so it may stand there or filter there: `google_newservice_store` is not modelled",
    );
}

#[test]
fn the_tunnel_at_the_far_end_may_be_elsewhere() {
    let back = |more: &str| {
        let text = super::drawn(&format!(
            r#"google_compute_network.a {{"name": "a", "auto_create_subnetworks": false, "delete_default_routes_on_create": true}}
            google_compute_network.b {{"name": "b", "auto_create_subnetworks": false, "delete_default_routes_on_create": true}}
            google_compute_subnetwork.a {{"name": "s", "network": "a", "ip_cidr_range": "10.0.0.0/24"}}
            google_compute_subnetwork.b {{"name": "t", "network": "b", "ip_cidr_range": "10.1.0.0/24"}}
            google_compute_ha_vpn_gateway.a {{"network": "a"}}
            google_compute_ha_vpn_gateway.b {{"network": "b"}}
            google_compute_vpn_tunnel.there {{"vpn_gateway": "@google_compute_ha_vpn_gateway.a.id", "peer_gcp_gateway": "@google_compute_ha_vpn_gateway.b.id"}}
            {more}"#
        ));
        let table = "table routes of google_compute_network.b\n";
        let own = text
            .split("table ")
            .find(|part| format!("table {part}").starts_with(table));
        let routes = own.unwrap().split("link ").next().unwrap();
        routes.contains("google_compute_vpn_tunnel.there")
    };
    assert!(back(""));
    let other = r#"google_compute_vpn_tunnel.back {"vpn_gateway": "@google_compute_ha_vpn_gateway.b.id", "peer_gcp_gateway": "@google_compute_ha_vpn_gateway.a.id"}"#;
    assert!(!back(other));
}

#[test]
fn a_route_whose_next_hop_is_not_known_may_lead_anywhere() {
    let route = |hop: &str, expected: &str| {
        let own = format!(
            r#"{ROUTED}google_compute_route.r {{"network": "a", "dest_range": "192.168.0.0/24", "next_hop_gateway": "{hop}"}}"#
        );
        let drawn = super::drawn(&own);
        let line = drawn
            .lines()
            .find(|line| line.contains("192.168.0.0/24 ->"));
        assert_eq!(line.map(str::trim), Some(expected), "{drawn}");
    };
    route("?", "192.168.0.0/24 -> unknown rank 2002 ?");
    route(
        "default-internet-gateway",
        "192.168.0.0/24 -> default internet gateway rank 2002",
    );
}
