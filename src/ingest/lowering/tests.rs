//! Networks of the input that tunnels and gateways join by what stands behind them, whatever clouds they are of.

use super::fixture;
use super::{Found, MANY, OuterNetworks, multi_homed};
use crate::ingest::{aws, azure, google};
use crate::model::{Doubt, GapKind, World};

/// The world that the resources of all clouds become together.
fn check(graph: &str, what: &[&str], expected: &str) {
    let lower = |graph: &_, world: &mut _| {
        let mut outer = OuterNetworks::default();
        outer.extend(aws::lower(graph, world).on_demand.outer);
        outer.extend(google::lower(graph, world).on_demand.outer);
        outer.extend(azure::lower(graph, world).on_demand.outer);
        outer.close(world);
    };
    fixture::check(lower, graph, what, expected);
}

const GOOGLE: &str = r#"
    google_compute_network.a {"name": "a", "auto_create_subnetworks": false, "delete_default_routes_on_create": true}
    google_compute_subnetwork.a {"name": "a", "network": "@google_compute_network.a.id", "ip_cidr_range": "10.0.0.0/24"}
    google_compute_vpn_gateway.a {"network": "@google_compute_network.a.id"}
    google_compute_vpn_tunnel.a {"target_vpn_gateway": "@google_compute_vpn_gateway.a.id"}
    google_compute_route.a {"network": "a", "dest_range": "10.1.0.0/16", "next_hop_vpn_tunnel": "@google_compute_vpn_tunnel.a.id"}
"#;

#[test]
fn two_networks_with_a_tunnel_each_may_reach_each_other() {
    let other = GOOGLE
        .replace(".a ", ".b ")
        .replace(".a.id", ".b.id")
        .replace(r#""a""#, r#""b""#);
    let other = other
        .replace("10.1.0.0/16", "10.0.0.0/16")
        .replace("10.0.0.0/24", "10.1.0.0/24");
    check(
        &format!("{GOOGLE}{other}"),
        &["link"],
        "link google_compute_vpn_tunnel.a: active once applied
           google_compute_network.a -> far end of google_compute_vpn_tunnel.a: 10.0.0.0/24 -> all but 10.0.0.0/24, 10.1.0.0/24 ?
           far end of google_compute_vpn_tunnel.a -> google_compute_network.a: all but 10.0.0.0/24, 10.1.0.0/24 -> 10.0.0.0/24 ?
           google_compute_network.a -> google_compute_network.b: 10.0.0.0/24 -> 10.1.0.0/24 ?
             what stands behind `far end of google_compute_vpn_tunnel.a` may hand it on to `google_compute_vpn_tunnel.b`
         link google_compute_vpn_tunnel.b: active once applied
           google_compute_network.b -> far end of google_compute_vpn_tunnel.b: 10.1.0.0/24 -> all but 10.0.0.0/24, 10.1.0.0/24 ?
           far end of google_compute_vpn_tunnel.b -> google_compute_network.b: all but 10.0.0.0/24, 10.1.0.0/24 -> 10.1.0.0/24 ?
           google_compute_network.b -> google_compute_network.a: 10.1.0.0/24 -> 10.0.0.0/24 ?
             what stands behind `far end of google_compute_vpn_tunnel.b` may hand it on to `google_compute_vpn_tunnel.a`",
    );
}

const AZURE: &str = r#"
    azurerm_virtual_network.n {"id": "N", "name": "n", "resource_group_name": "g", "address_space": ["10.2.0.0/16"]}
    azurerm_subnet.g {"id": "S", "name": "GatewaySubnet", "resource_group_name": "g", "virtual_network_name": "n", "address_prefixes": ["10.2.0.0/24"]}
    azurerm_virtual_network_gateway.g {"id": "G", "type": "Vpn", "ip_configuration": [{"subnet_id": "S"}]}
    azurerm_local_network_gateway.site {"id": "L", "address_space": ["10.3.0.0/17"]}
    azurerm_virtual_network_gateway_connection.c {"type": "IPsec", "virtual_network_gateway_id": "G", "local_network_gateway_id": "L"}
"#;
const AWS: &str = r#"
    aws_vpc.v {"id": "vpc-1", "cidr_block": "10.3.0.0/16"}
    aws_vpn_gateway.v {"id": "vgw-1", "vpc_id": "vpc-1"}
    aws_vpn_connection.v {"id": "vpn-1", "vpn_gateway_id": "vgw-1"}
"#;

/// The site's prefixes are a half of the VPC's block.
#[test]
fn a_gateway_of_one_cloud_may_lead_to_one_of_another_as_far_as_its_site_reaches() {
    check(
        &format!("{AZURE}{AWS}"),
        &["link"],
        "link aws_vpn_gateway.v: active once applied
           aws_vpc.v -> aws_vpn_connection.v: 10.3.0.0/16 -> all but 10.2.0.0/15 ?
           aws_vpn_connection.v -> aws_vpc.v: all but 10.2.0.0/15 -> 10.3.0.0/16 ?
           aws_vpc.v -> azurerm_virtual_network.n: 10.3.0.0/17 -> 10.2.0.0/16 ?
             what stands behind `aws_vpn_connection.v` may hand it on to `azurerm_virtual_network_gateway.g`
         link azurerm_virtual_network_gateway.g: active once applied
           azurerm_virtual_network.n -> azurerm_local_network_gateway.site: 10.2.0.0/16 -> 10.3.0.0/17 ?
           azurerm_local_network_gateway.site -> azurerm_virtual_network.n: 10.3.0.0/17 -> 10.2.0.0/16 ?
           azurerm_virtual_network.n -> aws_vpc.v: 10.2.0.0/16 -> 10.3.0.0/17 ?
             what stands behind `azurerm_local_network_gateway.site` may hand it on to `aws_vpn_gateway.v`",
    );
}

/// A site with all of 10.0.0.0/8 behind one gateway that two spokes use: no way from the one over the site to the other.
#[test]
fn networks_that_share_a_gateway_alone_stay_apart() {
    let spoke = |name: &str, address: &str| {
        format!(
            r#"azurerm_virtual_network.{name} {{"id": "{name}", "name": "{name}", "resource_group_name": "g", "address_space": ["{address}"]}}
               azurerm_virtual_network_peering.{name}n {{"resource_group_name": "g", "virtual_network_name": "{name}", "remote_virtual_network_id": "N", "use_remote_gateways": true}}
               azurerm_virtual_network_peering.n{name} {{"resource_group_name": "g", "virtual_network_name": "n", "remote_virtual_network_id": "{name}", "allow_gateway_transit": true}}
            "#
        )
    };
    let spokes = format!("{}{}", spoke("a", "10.4.0.0/16"), spoke("b", "10.5.0.0/16"));
    check(
        &format!("{}{spokes}", AZURE.replace("10.3.0.0/17", "10.0.0.0/8")),
        &["link azurerm_virtual_network_gateway.g"],
        "link azurerm_virtual_network_gateway.g: active once applied
           azurerm_virtual_network.n -> azurerm_local_network_gateway.site: 10.2.0.0/16 -> 10.0.0.0/8 ?
           azurerm_local_network_gateway.site -> azurerm_virtual_network.n: 10.0.0.0/8 -> 10.2.0.0/16 ?
           azurerm_virtual_network.a -> azurerm_local_network_gateway.site: 10.4.0.0/16 -> 10.0.0.0/8 ?
           azurerm_local_network_gateway.site -> azurerm_virtual_network.a: 10.0.0.0/8 -> 10.4.0.0/16 ?
           azurerm_virtual_network.b -> azurerm_local_network_gateway.site: 10.5.0.0/16 -> 10.0.0.0/8 ?
           azurerm_local_network_gateway.site -> azurerm_virtual_network.b: 10.0.0.0/8 -> 10.5.0.0/16 ?",
    );
}

#[test]
fn more_than_eight_candidates_in_doubt_are_a_crowd() {
    let mut world = World::default();
    let doubt = world.doubt(GapKind::UnknownValue, "which one is meant", None);
    let is_crowd = |in_doubt: usize, sure: usize| {
        let mut found = Found::default();
        for candidate in 0..in_doubt + sure {
            let sure = candidate < sure;
            found.add(candidate, if sure { Doubt::none() } else { doubt.clone() });
        }
        found.is_crowd()
    };
    assert_eq!(MANY, 8);
    assert!(!is_crowd(8, 0) && is_crowd(9, 0) && !is_crowd(9, 1));
    assert_eq!(MANY, 8);
    assert!(!is_crowd(8, 0) && is_crowd(9, 0) && !is_crowd(9, 1));
}

/// A machine with an interface in each of two networks, whatever the cloud.
#[test]
fn a_machine_in_two_networks_may_hand_on_between_them() {
    let joined = |graph: &str, expected: &str| {
        let lower = |graph: &_, world: &mut _| {
            aws::lower(graph, world);
            google::lower(graph, world);
            multi_homed::join(world);
        };
        fixture::check(lower, graph, &["link"], expected);
    };
    let networks = r#"aws_vpc.a {"id": "vpc-a", "cidr_block": "10.0.0.0/16"}
        aws_vpc.b {"id": "vpc-b", "cidr_block": "10.1.0.0/16"}
        aws_subnet.a {"id": "subnet-a", "vpc_id": "vpc-a", "cidr_block": "10.0.1.0/24"}
        aws_subnet.b {"id": "subnet-b", "vpc_id": "vpc-b", "cidr_block": "10.1.1.0/24"}
        aws_network_interface.b {"id": "eni-b", "subnet_id": "subnet-b"}
        aws_network_interface_attachment.b {"instance_id": "i-1", "network_interface_id": "eni-b", "device_index": 1}
        aws_instance.i {"id": "i-1", "subnet_id": "subnet-SUBNET"}"#;
    joined(
        &networks.replace("SUBNET", "a"),
        "link interfaces of aws_instance.i: takes connections up in one network and may open others in the next
         aws_vpc.a -> aws_vpc.b: 10.0.0.0/16 -> 10.1.0.0/16 [default security group of aws_vpc.a at aws_instance.i in aws_vpc.a Ingress] ?
         aws_vpc.b -> aws_vpc.a: 10.1.0.0/16 -> 10.0.0.0/16 [default security group of aws_vpc.b at aws_instance.i in aws_vpc.b Ingress] ?",
    );
    joined(&networks.replace("SUBNET", "b"), "");
}
