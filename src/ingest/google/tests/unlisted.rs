//! Routes that the input does not tell, and types that no family models: what they name is in doubt, and nothing else is.

use super::check;

const NETWORK: &str = r#"google_compute_network.a {"id": "projects/p/global/networks/a", "name": "a", "project": "p", "auto_create_subnetworks": false, "delete_default_routes_on_create": true}
    google_compute_network.b {"id": "projects/p/global/networks/b", "name": "b", "project": "p", "auto_create_subnetworks": false, "delete_default_routes_on_create": true}
    google_compute_subnetwork.a {"name": "a", "project": "p", "region": "r", "network": "projects/p/global/networks/a", "ip_cidr_range": "10.0.0.0/24"}
    google_compute_subnetwork.b {"name": "b", "project": "p", "region": "r", "network": "projects/p/global/networks/b", "ip_cidr_range": "10.1.0.0/24"}
    google_compute_instance.a {"name": "i", "project": "p", "zone": "r-a", "network_interface": [{"subnetwork": "a", "network_ip": "10.0.0.5"}]}
    google_compute_instance.b {"name": "j", "project": "p", "zone": "r-a", "network_interface": [{"subnetwork": "b", "network_ip": "10.1.0.5"}]}
    google_compute_router.r {"name": "r", "project": "p", "region": "r", "network": "projects/p/global/networks/a"}
"#;

/// Whether the tables of both networks have a route that may lead any packet anywhere.
fn open(resource: &str, expected: [bool; 2]) {
    let text = super::drawn(&format!("{NETWORK}{resource}"));
    let mut found = [false; 2];
    let mut table = "";
    for line in text.lines() {
        table = line.strip_prefix("table ").unwrap_or(table);
        if line.trim().starts_with("0.0.0.0/0 -> unknown") && line.ends_with('?') {
            found[usize::from(table.contains("network.b"))] = true;
        }
    }
    assert_eq!(found, expected, "{resource}\n{text}");
}

#[test]
fn routes_that_are_not_told_may_lead_anywhere() {
    open("", [false, false]);
    open(
        r#"google_network_connectivity_policy_based_route.x {"name": "x", "network": "projects/p/global/networks/a", "next_hop_ilb_ip": "10.0.0.9"}"#,
        [true, false],
    );
    // One that leads to the other routes takes nothing from them.
    open(
        r#"google_network_connectivity_policy_based_route.x {"name": "x", "network": "projects/p/global/networks/a", "next_hop_other_routes": "DEFAULT_ROUTING"}"#,
        [false, false],
    );
    let peer = |appliance: &str| {
        format!(
            r#"google_compute_router_peer.x {{"name": "x", "region": "r", "router": "r", "peer_ip_address": "10.0.0.5"{appliance}}}"#
        )
    };
    open(&peer(""), [false, false]);
    open(
        &peer(r#", "router_appliance_instance": "i""#),
        [true, false],
    );
    open(
        r#"google_compute_newroute.x {"network": "projects/p/global/networks/b"}"#,
        [false, true],
    );
}

#[test]
fn a_policy_based_route_goes_before_those_of_subnets_and_peers() {
    let resources = r#"google_compute_network_peering.ab {"name": "ab", "network": "projects/p/global/networks/a", "peer_network": "projects/p/global/networks/b"}
    google_compute_network_peering.ba {"name": "ba", "network": "projects/p/global/networks/b", "peer_network": "projects/p/global/networks/a"}
    google_network_connectivity_policy_based_route.x {"name": "x", "network": "projects/p/global/networks/a", "next_hop_ilb_ip": "10.0.0.9", "filter": [{"dest_range": "10.1.0.0/16"}]}"#;
    super::check(
        &format!("{NETWORK}{resources}"),
        &["table routes of google_compute_network.a"],
        "table routes of google_compute_network.a
         10.0.0.0/24 -> local
         10.1.0.0/24 -> google_compute_network_peering.ab
         10.1.0.0/16 -> unknown ?
         10.1.0.0/24 -> unknown ?",
    );
}

#[test]
fn a_type_that_names_a_network_may_add_rules_to_its_firewall() {
    let doubted = |resource: &str| {
        let text = super::drawn(&format!("{NETWORK}{resource}"));
        let filters = text.lines().filter(|line| line.starts_with("filter "));
        let open: Vec<bool> = filters.map(|line| line.ends_with('?')).collect();
        assert_eq!(open.len(), 2, "{text}");
        open
    };
    assert_eq!(doubted(""), [false, false]);
    assert_eq!(
        doubted(r#"google_compute_newfirewall.x {"network": "projects/p/global/networks/a"}"#),
        [true, false]
    );
    // A policy may be associated with any.
    assert_eq!(
        doubted(r#"google_compute_newfirewall_rule.x {"firewall_policy": "policy"}"#),
        [true, true]
    );
    assert_eq!(
        doubted(r#"google_compute_newthing.x {"network": "projects/p/global/networks/a"}"#),
        [false, false]
    );
}

#[test]
fn a_type_that_names_both_networks_may_join_them() {
    let both = r#"{"networks": ["projects/p/global/networks/a", "projects/p/global/networks/b"]}"#;
    check(
        &format!("{NETWORK}google_newservice_bridge.x {both}"),
        &["link google_newservice_bridge.x"],
        "link google_newservice_bridge.x: may carry packets between the networks that it names
        google_compute_network.a -> google_compute_network.b: 10.0.0.0/24 -> 10.1.0.0/24 ?
        google_compute_network.b -> google_compute_network.a: 10.1.0.0/24 -> 10.0.0.0/24 ?",
    );
    // Names are looked up in both, and nothing else passes.
    check(
        &format!("{NETWORK}google_dns_managed_zone.x {both}"),
        &["link google_dns_managed_zone.x"],
        "",
    );
}

#[test]
fn a_template_may_change_what_its_text_names() {
    let deployed = |content: &str| {
        format!(
            r#"google_deployment_manager_deployment.x {{"name": "x", "target": [{{"config": [{{"content": "{content}"}}]}}]}}"#
        )
    };
    let rule = "type: compute.v1.firewall\\nnetwork: ";
    let named = deployed(&format!("{rule}projects/p/global/networks/b"));
    let elsewhere = deployed(&format!("{rule}$(ref.net.selfLink)"));
    let other = deployed("type: pubsub.v1.topic\\nname: projects/p/global/networks/b");
    let blueprint =
        r#"google_infra_manager_deployment.x {"terraform_blueprint": [{"gcs_source": "gs://b"}]}"#;
    for (resource, expected) in [
        (named.as_str(), [false, true]),
        (&elsewhere, [true, true]),
        (&deployed("?"), [true, true]),
        (blueprint, [true, true]),
        (&other, [false, false]),
    ] {
        open(resource, expected);
        let text = super::drawn(&format!("{NETWORK}{resource}"));
        let filters = text.lines().filter(|line| line.starts_with("filter "));
        let found: Vec<bool> = filters.map(|line| line.ends_with('?')).collect();
        assert_eq!(found, expected, "{resource}");
        let joined = text.contains("google_compute_network.a -> google_compute_network.b");
        assert_eq!(joined, expected == [true, true], "{resource}\n{text}");
    }
}
