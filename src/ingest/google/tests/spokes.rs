//! Connectivity hubs: what their spokes may reach.

use super::check;

const NETS: &str = r#"google_compute_network.a {"name": "a", "auto_create_subnetworks": false, "delete_default_routes_on_create": true}
    google_compute_subnetwork.a {"name": "a", "network": "a", "ip_cidr_range": "10.0.0.0/24"}
    google_compute_network.b {"name": "b", "auto_create_subnetworks": false, "delete_default_routes_on_create": true}
    google_compute_subnetwork.b {"name": "b", "network": "b", "ip_cidr_range": "10.1.0.0/24"}
    google_network_connectivity_hub.h {"id": "projects/p/locations/global/hubs/h", "name": "h"}
"#;

fn spoke(name: &str, what: &str) -> String {
    format!(
        "google_network_connectivity_spoke.{name} {{\"hub\": \"@google_network_connectivity_hub.h.id\", {what}}}\n"
    )
}

#[test]
fn networks_that_are_spokes_of_one_hub_may_reach_each_other() {
    let network = |name: &str| {
        spoke(
            name,
            &format!(
                r#""linked_vpc_network": [{{"uri": "@google_compute_network.{name}.self_link"}}]"#
            ),
        )
    };
    check(
        &format!("{NETS}{}{}", network("a"), network("b")),
        &["table", "link", "gap"],
        "table routes of google_compute_network.a
           10.0.0.0/24 -> local
           10.1.0.0/24 -> google_network_connectivity_hub.h rank 2 ?
         table routes of google_compute_network.b
           10.1.0.0/24 -> local
           10.0.0.0/24 -> google_network_connectivity_hub.h rank 2 ?
         link google_network_connectivity_hub.h: exchanges routes as its topology says, which is not judged
           google_compute_network.a -> google_compute_network.b: 10.0.0.0/24 -> 10.1.0.0/24 ?
           google_compute_network.b -> google_compute_network.a: 10.1.0.0/24 -> 10.0.0.0/24 ?
         gap not-judged what `google_network_connectivity_hub.h` exchanges between its spokes is not judged",
    );
}

/// A tunnel of b is a spoke, and a is one: a may reach what stands behind the tunnel.
#[test]
fn a_network_may_reach_what_stands_behind_a_tunnel_of_its_hub() {
    let tunnel = r#"google_compute_vpn_gateway.b {"network": "@google_compute_network.b.id"}
        google_compute_vpn_tunnel.t {"target_vpn_gateway": "@google_compute_vpn_gateway.b.id"}
    "#;
    let spokes = spoke(
        "a",
        r#""linked_vpc_network": [{"uri": "@google_compute_network.a.self_link"}]"#,
    ) + &spoke(
        "t",
        r#""linked_vpn_tunnels": [{"uris": ["@google_compute_vpn_tunnel.t.self_link"]}]"#,
    );
    check(
        &format!("{NETS}{tunnel}{spokes}"),
        &["link google_network_connectivity_hub.h", "table routes of google_compute_network.a"],
        "table routes of google_compute_network.a
           10.0.0.0/24 -> local
           0.0.0.0/0 -> google_network_connectivity_hub.h rank 1 ?
           ::/0 -> google_network_connectivity_hub.h rank 1 ?
         link google_network_connectivity_hub.h: exchanges routes as its topology says, which is not judged
           google_compute_network.a -> far end of google_compute_vpn_tunnel.t: 10.0.0.0/24 -> all but 10.0.0.0/24, 10.1.0.0/24 ?
           far end of google_compute_vpn_tunnel.t -> google_compute_network.a: all but 10.0.0.0/24, 10.1.0.0/24 -> 10.0.0.0/24 ?",
    );
}

/// The hub is not in the input, and may have any spoke.
#[test]
fn a_spoke_of_a_hub_that_is_only_named_may_reach_anything() {
    let spoke = r#"google_network_connectivity_spoke.a {"hub": "projects/q/locations/global/hubs/x", "linked_vpc_network": [{"uri": "@google_compute_network.a.self_link"}]}"#;
    check(
        &format!("{NETS}{spoke}"),
        &["link"],
        "link projects/q/locations/global/hubs/x: exchanges routes as its topology says, which is not judged
           google_compute_network.a -> projects/q/locations/global/hubs/x: 10.0.0.0/24 -> all but 10.0.0.0/24, 10.1.0.0/24 ?
           projects/q/locations/global/hubs/x -> google_compute_network.a: all but 10.0.0.0/24, 10.1.0.0/24 -> 10.0.0.0/24 ?",
    );
}
