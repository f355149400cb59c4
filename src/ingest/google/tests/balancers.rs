//! Internal load balancers: which clients and packets they take.

use super::check;

const NET: &str = r#"google_compute_network.a {"name": "a", "auto_create_subnetworks": false}
    google_compute_subnetwork.here {"name": "here", "network": "a", "ip_cidr_range": "10.0.0.0/24", "region": "r1"}
    google_compute_subnetwork.there {"name": "there", "network": "a", "ip_cidr_range": "10.1.0.0/24", "region": "r2"}
"#;

fn takes(more: &str, expected: &str) {
    check(
        &format!(
            r#"{NET}google_compute_forwarding_rule.l {{"load_balancing_scheme": "INTERNAL_MANAGED", "network": "a", "subnetwork": "here", "region": "r1", "ip_address": "10.0.0.9", {more}}}"#
        ),
        &["filter"],
        &format!(
            "filter listener of google_compute_forwarding_rule.l\n{expected}\nout all traffic, any address"
        ),
    );
}

/// Addresses of no subnet of the input may be a client's beyond a tunnel of the region.
#[test]
fn a_balancer_takes_what_it_listens_for_from_its_own_region() {
    let rest = "in tcp 443, all but 10.0.0.0/24, 10.1.0.0/24 ?";
    takes(
        r#""port_range": "443-443", "allow_global_access": false"#,
        &format!("in tcp 443, 10.0.0.0/24\n{rest}"),
    );
    takes(
        r#""port_range": "443""#,
        &format!("in tcp 443, 10.0.0.0/24\n{rest}"),
    );
    takes(
        r#""ports": ["80", "443"], "allow_global_access": true"#,
        "in tcp 80, 443, any address",
    );
    takes(
        r#""all_ports": true, "ip_protocol": "UDP", "allow_global_access": true"#,
        "in udp, any address",
    );
    takes(
        r#""ports": "?", "allow_global_access": true"#,
        "in all traffic, any address ?",
    );
    takes(
        r#""port_range": "443", "allow_global_access": "?""#,
        &format!("in tcp 443, 10.0.0.0/24\n{rest}\nin tcp 443, all but 10.0.0.0/24 ?"),
    );
}
