//! Peering: both sides, and the routes that cross.

use super::check;

/// Two networks without routes to the internet; `b` has a range of public addresses used privately.
const TWO: &str = r#"google_compute_network.a {"name": "a", "auto_create_subnetworks": false, "delete_default_routes_on_create": true}
    google_compute_network.b {"name": "b", "auto_create_subnetworks": false, "delete_default_routes_on_create": true}
    google_compute_subnetwork.a {"name": "a", "network": "@google_compute_network.a.id", "ip_cidr_range": "10.0.0.0/24"}
    google_compute_subnetwork.b {"name": "b", "network": "@google_compute_network.b.id", "ip_cidr_range": "10.1.0.0/24", "secondary_ip_range": [{"range_name": "p", "ip_cidr_range": "30.0.0.0/16"}]}
"#;

fn side(name: &str, own: &str, peer: &str, more: &str) -> String {
    format!(
        r#"google_compute_network_peering.{name} {{"name": "{name}", "network": "@google_compute_network.{own}.self_link", "peer_network": "@google_compute_network.{peer}.self_link"{more}}}
"#
    )
}

const ACROSS: &str =
    "google_compute_network.a -> google_compute_network.b: 10.0.0.0/24 -> 10.1.0.0/24, 30.0.0.0/16";
const BACK: &str =
    "google_compute_network.b -> google_compute_network.a: 10.1.0.0/24, 30.0.0.0/16 -> 10.0.0.0/24";

#[test]
fn both_networks_must_have_a_peering() {
    let far = "the far side's `google_compute_network_peering.q`";
    check(
        &format!(
            "{TWO}{}{}",
            side("p", "a", "b", ""),
            side("q", "b", "a", "")
        ),
        &["link", "gap"],
        &format!(
            "link google_compute_network_peering.p: active once applied, configured in both networks\n{ACROSS}\n{far}\n{BACK}\n{far}"
        ),
    );
    check(
        &format!("{TWO}{}", side("p", "a", "b", "")),
        &["link"],
        &format!(
            "link google_compute_network_peering.p: waits for a peering of `google_compute_network.b` back\n{ACROSS} ?\n{BACK} ?"
        ),
    );
    check(
        &format!("{TWO}{}", side("p", "a", "b", r#", "state": "ACTIVE""#)),
        &["link"],
        &format!("link google_compute_network_peering.p: active\n{ACROSS}\n{BACK}"),
    );
}

#[test]
fn a_side_that_is_not_known_may_lead_to_each_network() {
    let (any, beyond) = (
        r#"google_compute_network_peering.p {"name": "p", "network": "@google_compute_network.a.self_link", "peer_network": "?"}
"#,
        "the peer of google_compute_network_peering.p",
    );
    check(
        &format!("{TWO}{any}{}", side("q", "b", "a", "")),
        &["link"],
        &format!(
            "link google_compute_network_peering.q: active once applied, configured in both networks
             {BACK} ?\nthe far side's `google_compute_network_peering.p`
             {ACROSS} ?\nthe far side's `google_compute_network_peering.p`
             link google_compute_network_peering.p: whether it joins `{beyond}` is not known
             google_compute_network.a -> {beyond}: 10.0.0.0/24 -> all but 10.0.0.0/24 ?
             {beyond} -> google_compute_network.a: all but 10.0.0.0/24 -> 10.0.0.0/24 ?"
        ),
    );
}

/// The table of `a`, beside its own subnet, with these attributes on the two sides.
fn table_of_a(of_a: &str, of_b: &str, more: &str, expected: &str) {
    check(
        &format!(
            "{TWO}{}{}{more}",
            side("p", "a", "b", of_a),
            side("q", "b", "a", of_b)
        ),
        &["table routes of google_compute_network.a"],
        &format!("table routes of google_compute_network.a\n10.0.0.0/24 -> local\n{expected}"),
    );
}

#[test]
fn subnet_routes_cross_by_themselves_and_public_ranges_when_imported() {
    let private = "10.1.0.0/24 -> google_compute_network_peering.p";
    let public = "30.0.0.0/16 -> google_compute_network_peering.p";
    table_of_a("", "", "", private);
    table_of_a(
        r#", "import_subnet_routes_with_public_ip": true"#,
        "",
        "",
        &format!("{private}\n{public}"),
    );
    table_of_a(
        r#", "import_subnet_routes_with_public_ip": true"#,
        r#", "export_subnet_routes_with_public_ip": false"#,
        "",
        private,
    );
    table_of_a(
        r#", "import_subnet_routes_with_public_ip": "?""#,
        "",
        "",
        &format!("{private}\n{public} ?"),
    );
}

/// A static route of `b` over a tunnel.
const BEYOND: &str = r#"google_compute_vpn_gateway.g {"network": "b"}
    google_compute_vpn_tunnel.t {"target_vpn_gateway": "@google_compute_vpn_gateway.g.id", "peer_ip": "203.0.113.9"}
    google_compute_route.far {"network": "b", "dest_range": "192.168.0.0/16", "next_hop_vpn_tunnel": "@google_compute_vpn_tunnel.t.id", "priority": 10}
    google_compute_route.out {"network": "b", "dest_range": "0.0.0.0/0", "next_hop_gateway": "default-internet-gateway"}
"#;

#[test]
fn custom_routes_cross_when_exported_and_imported_and_never_those_to_the_internet() {
    let private = "10.1.0.0/24 -> google_compute_network_peering.p";
    let custom = format!("{private}\n192.168.0.0/16 -> google_compute_network_peering.p rank 23");
    table_of_a("", "", BEYOND, private);
    table_of_a(r#", "import_custom_routes": true"#, "", BEYOND, private);
    table_of_a("", r#", "export_custom_routes": true"#, BEYOND, private);
    table_of_a(
        r#", "import_custom_routes": true"#,
        r#", "export_custom_routes": true"#,
        BEYOND,
        &custom,
    );
    for named in ["p", "@google_compute_network_peering.p.name"] {
        let by_config = format!(
            r#"google_compute_network_peering_routes_config.c {{"peering": "{named}", "network": "a", "import_custom_routes": true, "export_custom_routes": false}}"#
        );
        table_of_a(
            "",
            r#", "export_custom_routes": true"#,
            &format!("{BEYOND}{by_config}"),
            &custom,
        );
    }
}

/// What comes back over the peer's tunnel and the peering goes to the networks of the importer and nowhere else.
#[test]
fn the_way_back_of_an_exchanged_route_leads_to_the_importer() {
    let text = super::drawn(&format!(
        "{TWO}{}{}{BEYOND}",
        side("p", "a", "b", r#", "import_custom_routes": true"#),
        side("q", "b", "a", r#", "export_custom_routes": true"#)
    ));
    let beyond = "far end of google_compute_vpn_tunnel.t";
    let legs: Vec<&str> = text.lines().filter(|line| line.contains(beyond)).collect();
    let back = format!("{beyond} -> google_compute_network.a: ");
    let back: Vec<&&str> = legs
        .iter()
        .filter(|line| line.trim().starts_with(&back))
        .collect();
    assert_eq!(back.len(), 1, "{text}");
    assert!(
        back[0].trim_end_matches(" ?").ends_with(" -> 10.0.0.0/24"),
        "{text}"
    );
}

#[test]
fn two_auto_mode_networks_cannot_peer() {
    check(
        &format!(
            r#"google_compute_network.a {{"name": "a"}}
               google_compute_network.b {{"name": "b"}}
               {}{}"#,
            side("p", "a", "b", ""),
            side("q", "b", "a", "")
        ),
        &["link"],
        "link google_compute_network_peering.p: fails: subnet ranges of the two networks overlap",
    );
}

#[test]
fn peering_is_not_transitive() {
    let third = r#"google_compute_network.c {"name": "c", "auto_create_subnetworks": false, "delete_default_routes_on_create": true}
        google_compute_subnetwork.c {"name": "c", "network": "@google_compute_network.c.id", "ip_cidr_range": "10.2.0.0/24"}
"#;
    let more = format!(
        "{third}{}{}",
        side("r", "b", "c", ""),
        side("s", "c", "b", "")
    );
    table_of_a(
        "",
        "",
        &more,
        "10.1.0.0/24 -> google_compute_network_peering.p",
    );
}

#[test]
fn a_peering_that_only_its_routes_tell_of_may_join_any_network() {
    let joined = |peering: &str| {
        let text = super::drawn(&format!(
            r#"google_compute_network.a {{"name": "a", "auto_create_subnetworks": false}}
               google_compute_network.b {{"name": "b", "auto_create_subnetworks": false}}
               google_compute_subnetwork.a {{"name": "a", "network": "a", "ip_cidr_range": "10.0.0.0/24"}}
               google_compute_subnetwork.b {{"name": "b", "network": "b", "ip_cidr_range": "10.1.0.0/24"}}
               google_compute_network_peering_routes_config.c {{"peering": "{peering}", "network": "a", "import_custom_routes": true}}"#
        ));
        text.contains("google_compute_network.a -> google_compute_network.b")
    };
    assert!(joined("to-data"));
    assert!(joined("?"));
    // Google's services make peerings with networks of their own.
    assert!(!joined("servicenetworking-googleapis-com"));
    assert!(!joined("gke-n0123456789abcdef"));
}
