//! Networks of the input that tunnels and gateways join by what stands behind them, whatever clouds they are of.

use super::fixture;
use super::{Found, MANY, OuterNetworks, multi_homed};
use crate::ingest::{aws, azure, google};
use crate::model::{Doubt, GapKind, World};

/// The world that the resources of all clouds become together.
const LOWER: fixture::Lower = |graph, world| {
    let mut outer = OuterNetworks::default();
    outer.extend(aws::lower(graph, world).on_demand.outer);
    outer.extend(google::lower(graph, world).on_demand.outer);
    outer.extend(azure::lower(graph, world).on_demand.outer);
    outer.close(world);
};

fn check(graph: &str, what: &[&str], expected: &str) {
    fixture::check(LOWER, graph, what, expected);
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

/// A network that uses the gateway of network `n` over a peering.
fn spoke(name: &str, address: &str) -> String {
    format!(
        r#"azurerm_virtual_network.{name} {{"id": "{name}", "name": "{name}", "resource_group_name": "g", "address_space": ["{address}"]}}
           azurerm_virtual_network_peering.{name}n {{"resource_group_name": "g", "virtual_network_name": "{name}", "remote_virtual_network_id": "N", "use_remote_gateways": true}}
           azurerm_virtual_network_peering.n{name} {{"resource_group_name": "g", "virtual_network_name": "n", "remote_virtual_network_id": "{name}", "allow_gateway_transit": true}}
        "#
    )
}

/// A site with all of 10.0.0.0/8 behind one gateway that two spokes use: no way from the one over the site to the other.
#[test]
fn networks_that_share_a_gateway_alone_stay_apart() {
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

/// Source: Microsoft, "ExpressRoute MSEE hairpin design considerations".
#[test]
fn networks_that_share_a_gateway_of_a_circuit_may_reach_each_other_by_its_edge() {
    let spokes = format!("{}{}", spoke("a", "10.4.0.0/16"), spoke("b", "10.5.0.0/16"));
    for (kind, back) in [("ExpressRoute", true), ("?", true), ("Vpn", false)] {
        let hub = AZURE.replace(r#""type": "Vpn""#, &format!(r#""type": "{kind}""#));
        let drawn = fixture::drawn(LOWER, &format!("{hub}{spokes}"));
        let leg =
            "azurerm_virtual_network.a -> azurerm_virtual_network.b: 10.4.0.0/16 -> 10.5.0.0/16 ?";
        assert_eq!(drawn.contains(leg), back, "{kind}\n{drawn}");
    }
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

const TWO: &str = r#"aws_vpc.a {"id": "vpc-a", "cidr_block": "10.0.0.0/16"}
    aws_vpc.b {"id": "vpc-b", "cidr_block": "10.1.0.0/16"}
    aws_subnet.a {"id": "subnet-a", "vpc_id": "vpc-a", "cidr_block": "10.0.1.0/24"}
    aws_subnet.b {"id": "subnet-b", "vpc_id": "vpc-b", "cidr_block": "10.1.1.0/24"}
"#;

/// The ways that the machines of a graph may open between networks, in short.
fn handed_on(more: &str) -> Vec<String> {
    let lower = |graph: &_, world: &mut _| {
        aws::lower(graph, world);
        google::lower(graph, world);
        multi_homed::join(world);
    };
    let drawn = fixture::drawn(lower, &format!("{TWO}{more}"));
    let legs = drawn.lines().filter(|line| line.contains(" -> "));
    let ends = legs.filter_map(|line| line.split(':').next());
    let of_borders = ends.filter(|ends| !ends.contains('/'));
    of_borders.map(|ends| ends.trim().to_owned()).collect()
}

const BOTH_WAYS: [&str; 2] = ["aws_vpc.a -> aws_vpc.b", "aws_vpc.b -> aws_vpc.a"];

/// Of two interfaces one may be in another network, in which of several it is not known; one interface alone is in one network.
#[test]
fn an_interface_that_is_not_known_may_be_in_another_network() {
    let instance = r#"aws_instance.i {"id": "i-1", "subnet_id": "subnet-a"}
        aws_network_interface.b {"id": "eni-b", "subnet_id": "subnet-b"}
        "#;
    let attached = |id: &str, interface: &str| {
        format!(
            r#"{instance}aws_network_interface_attachment.b {{"instance_id": "{id}", "network_interface_id": "{interface}", "device_index": 1}}"#
        )
    };
    assert_eq!(handed_on(&attached("?", "eni-b")), BOTH_WAYS);
    assert_eq!(handed_on(&attached("i-1", "?")), BOTH_WAYS);
    assert_eq!(handed_on(&attached("i-1", "eni-elsewhere")), BOTH_WAYS);
    assert_eq!(handed_on(&attached("i-2", "eni-b")), [""; 0]);
    let taken = |first: &str, second: &str| {
        format!(
            r#"aws_network_interface.a {{"id": "eni-a", "subnet_id": "subnet-a"}}
            aws_instance.i {{"id": "i-1", "network_interface": [{{"network_interface_id": "{first}"}}, {{"network_interface_id": "{second}"}}]}}"#
        )
    };
    assert_eq!(handed_on(&taken("eni-a", "?")), BOTH_WAYS);
    assert_eq!(handed_on(&taken("eni-a", "eni-a")), [""; 0]);
    let unplaced = r#"aws_instance.i {"id": "i-1", "subnet_id": "?"}"#;
    assert_eq!(handed_on(unplaced), [""; 0]);
}

#[test]
fn a_template_with_an_interface_in_a_subnet_that_is_not_known_may_join_networks() {
    let template = |second: &str, instance: &str| {
        format!(
            r#"aws_launch_template.t {{"id": "lt-1", "network_interfaces": [{{"subnet_id": "subnet-a"}}{second}]}}
            aws_instance.i {{"id": "i-1", {instance}}}"#
        )
    };
    let known = r#""launch_template": [{"id": "lt-1"}]"#;
    assert_eq!(
        handed_on(&template(r#", {"subnet_id": "?"}"#, known)),
        BOTH_WAYS
    );
    assert_eq!(
        handed_on(&template(r#", {"subnet_id": "subnet-a"}"#, known)),
        [""; 0]
    );
    assert_eq!(handed_on(&template("", known)), [""; 0]);
    let placed = r#""subnet_id": "subnet-a", "vpc_security_group_ids": ["sg-1"], "launch_template": [{"id": "lt-1"}]"#;
    assert_eq!(
        handed_on(&template(r#", {"subnet_id": "?"}"#, placed)),
        BOTH_WAYS
    );
    let unknown = r#""subnet_id": "subnet-a", "launch_template": [{"id": "?"}]"#;
    assert_eq!(
        handed_on(&template(r#", {"subnet_id": "subnet-b"}"#, unknown)),
        BOTH_WAYS
    );
    let taken = r#", {"network_interface_id": "eni-b"}"#;
    let interface = r#"aws_network_interface.b {"id": "eni-b", "subnet_id": "subnet-b"}"#;
    let graph = format!("{}\n{interface}", template(taken, known));
    assert_eq!(handed_on(&graph), BOTH_WAYS);
}

/// Sources: Google Cloud, "Multiple network interfaces"; "About Private Service Connect interfaces".
#[test]
fn an_instance_of_google_with_an_interface_that_is_not_known_may_join_networks() {
    let networks = r#"google_compute_network.c {"name": "c", "auto_create_subnetworks": false}
        google_compute_network.d {"name": "d", "auto_create_subnetworks": false}
        google_compute_subnetwork.c {"name": "c", "network": "@google_compute_network.c.id", "ip_cidr_range": "10.2.0.0/24"}
        google_compute_subnetwork.d {"name": "d", "network": "@google_compute_network.d.id", "ip_cidr_range": "10.3.0.0/24"}
        "#;
    let with = |second: &str| {
        let own = r#"{"subnetwork": "@google_compute_subnetwork.c.id"}"#;
        let machine = format!(
            r#"google_compute_instance.i {{"name": "i", "network_interface": [{own}{second}]}}"#
        );
        let all = handed_on(&format!("{networks}{machine}"));
        all.iter()
            .any(|ends| ends == "google_compute_network.c -> google_compute_network.d")
    };
    assert!(with(r#", {"subnetwork": "?"}"#));
    assert!(with(r#", {"network_attachment": "?"}"#));
    assert!(with(
        r#", {"subnetwork": "@google_compute_subnetwork.d.id"}"#
    ));
    assert!(!with(
        r#", {"subnetwork": "@google_compute_subnetwork.c.id"}"#
    ));
    assert!(!with(""));
}

/// Sources: Elastic Load Balancing user guide, "Target groups for your Network Load Balancers": targets over a VPN; Azure, "Application
/// gateway components": backends over a VPN; Google Cloud, "Hybrid connectivity network endpoint groups overview".
#[test]
fn balancers_of_each_cloud_lead_to_addresses_in_networks_of_the_others() {
    let graph = format!(
        r#"{AZURE}{AWS}{GOOGLE}
        aws_subnet.s {{"id": "subnet-s", "vpc_id": "vpc-1", "cidr_block": "10.3.0.0/24"}}
        aws_lb.l {{"id": "arn:l", "arn": "arn:l", "load_balancer_type": "network", "subnets": ["subnet-s"]}}
        aws_lb_target_group.t {{"id": "arn:t", "arn": "arn:t", "target_type": "ip", "vpc_id": "vpc-1"}}
        aws_lb_listener.l {{"id": "arn:i", "arn": "arn:i", "load_balancer_arn": "arn:l", "default_action": [{{"target_group_arn": "arn:t"}}]}}
        aws_lb_target_group_attachment.x {{"target_group_arn": "arn:t", "target_id": "10.2.0.9"}}
        google_compute_network_endpoint_group.g {{"name": "g", "network": "a", "network_endpoint_type": "NON_GCP_PRIVATE_IP_PORT"}}
        google_compute_network_endpoint.e {{"network_endpoint_group": "g", "ip_address": "10.3.0.8"}}
        azurerm_subnet.w {{"id": "W", "name": "w", "resource_group_name": "g", "virtual_network_name": "n", "address_prefixes": ["10.2.1.0/24"]}}
        azurerm_application_gateway.w {{"name": "w", "gateway_ip_configuration": [{{"subnet_id": "W"}}], "backend_address_pool": [{{"fqdns": ["shop.example"]}}]}}"#
    );
    let leads = |balancer: &str, leg: &str| {
        let drawn = fixture::drawn(LOWER, &graph);
        let head = format!("link targets of {balancer}:");
        let own = drawn.lines().skip_while(|line| !line.starts_with(&head));
        let own: Vec<&str> = own
            .skip(1)
            .take_while(|line| line.starts_with(' '))
            .collect();
        assert!(own.iter().any(|line| line.trim() == leg), "{leg}\n{drawn}");
    };
    leads(
        "aws_lb.l",
        "aws_vpc.v -> azurerm_virtual_network.n: 10.3.0.0/16 -> 10.2.0.9 ?",
    );
    leads(
        "google_compute_network_endpoint_group.g",
        "google_compute_network.a -> aws_vpc.v: 10.0.0.0/24 -> 10.3.0.8 ?",
    );
    leads(
        "azurerm_application_gateway.w",
        "azurerm_virtual_network.n -> aws_vpc.v: 10.2.0.0/16 -> 10.3.0.0/17 ?",
    );
}

/// What may make a way out fail and what may make the way in fail both stand behind the whole way.
#[test]
fn a_way_out_and_in_again_is_in_doubt_for_the_doubts_of_both() {
    let mut world = World::default();
    LOWER(&fixture::graph(&format!("{AZURE}{AWS}")), &mut world);
    let name = |id| world.networks[id].name.as_str();
    let legs = || world.borders.iter().flat_map(|(_, border)| &border.legs);
    let leg = |from: &str, to: &str| {
        let mut own = legs().filter(|leg| (name(leg.from), name(leg.to)) == (from, to));
        own.next().map(|leg| leg.doubt.clone()).unwrap()
    };
    let out = leg("aws_vpc.v", "aws_vpn_connection.v");
    let back = leg(
        "azurerm_local_network_gateway.site",
        "azurerm_virtual_network.n",
    );
    assert!(!out.is_certain() && !back.is_certain() && out != back);
    let whole = leg("aws_vpc.v", "azurerm_virtual_network.n");
    assert_eq!(whole, out.and(&back));
}

/// The routes that a gateway enters lead to other networks of the input too where these have a way out as well, whatever
/// somebody wrote for the same block.
#[test]
fn a_gateway_may_learn_routes_to_a_network_behind_another_one() {
    let learned = |route: &str| {
        let graph = format!(
            r#"{AWS}
            aws_vpc.w {{"id": "vpc-2", "cidr_block": "10.5.0.0/16"}}
            aws_vpn_gateway.w {{"id": "vgw-2", "vpc_id": "vpc-2"}}
            aws_vpn_connection.w {{"id": "vpn-2", "vpn_gateway_id": "vgw-2"}}
            aws_internet_gateway.i {{"id": "igw-1", "vpc_id": "vpc-1"}}
            aws_route_table.t {{"vpc_id": "vpc-1", "propagating_vgws": ["vgw-1"]{route}}}"#
        );
        let drawn = fixture::drawn(LOWER, &graph);
        let table = drawn
            .lines()
            .skip_while(|line| *line != "table aws_route_table.t")
            .skip(1)
            .take_while(|line| line.starts_with(' '));
        let wanted = table.filter(|line| line.contains("10.5.0.0/16 -> aws_vpn_gateway.v"));
        wanted.map(|line| line.ends_with('?')).collect::<Vec<_>>()
    };
    assert_eq!(learned(""), [true]);
    let written = r#", "route": [{"cidr_block": "10.5.0.0/16", "gateway_id": "igw-1"}]"#;
    assert_eq!(learned(written), [true]);
}

/// What a configuration must say of a type bears on what the type becomes.
#[test]
fn a_type_with_attributes_that_must_be_set_is_modelled() {
    let clouds = [
        aws::resource_types(),
        google::resource_types(),
        azure::resource_types(),
    ];
    let families = clouds.iter().flat_map(|cloud| &cloud.families);
    let required = families.flat_map(|family| family.required);
    let kinds: Vec<&str> = required.map(|(kind, _)| *kind).collect();
    assert!(kinds.contains(&"aws_nat_gateway"), "{kinds:?}");
    let types = crate::ingest::resource_types();
    for kind in kinds {
        assert!(types.is_modelled(kind), "{kind}");
    }
}
