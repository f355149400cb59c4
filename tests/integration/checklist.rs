//! What is to be known of AWS networks and of EKS, line by line, each with the test that holds it or the words of the gap that
//! names it. A test that is renamed is noticed here, and a gap that an input with the thing in it no longer brings.

use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// What holds a line: tests by name, or a gap: resources, one a line, manifests, and all of the gap's words.
enum Held {
    Tests(&'static [&'static str]),
    Gap(&'static str, &'static str, &'static str),
}
use Held::{Gap, Tests};

/// The network of AWS.
const NETWORK: &[(&str, Held)] = &[
    (
        "a peering carries traffic once it is active, and nothing where it failed",
        Tests(&["who_accepts"]),
    ),
    (
        "who accepts a peering: itself, an accepter, the other side",
        Tests(&[
            "who_accepts",
            "an_accepter_without_its_connection_is_the_border",
        ]),
    ),
    (
        "blocks that overlap fail a peering, also one of several",
        Tests(&["an_overlap_in_one_of_several_blocks_fails_the_peering"]),
    ),
    (
        "routes both ways; the reply may take another border",
        Tests(&[
            "routes_lead_where_they_say",
            "the_engine_agrees_with_the_twin",
        ]),
    ),
    (
        "only addresses of the two networks cross; no transit",
        Tests(&[
            "a_peering_carries_only_its_two_networks",
            "a_default_route_reaches_the_peers_own_blocks_only",
        ]),
    ),
    (
        "IPv6 over a peering needs its own blocks, routes and rules",
        Tests(&[
            "ipv6_takes_the_same_hops",
            "a_rule_of_one_family_says_nothing_of_the_other",
        ]),
    ),
    (
        "references to groups hold in one region and over an active peering",
        Tests(&["group_references_hold_in_one_region_only"]),
    ),
    (
        "options of a peering bear on names only",
        Tests(&["options_bear_on_names_only"]),
    ),
    (
        "groups allow only, keep state and add up",
        Tests(&[
            "packets_to_pods_meet_the_pods_own_filters",
            "the_engine_agrees_with_the_twin",
        ]),
    ),
    (
        "Terraform lets nothing out that is not declared",
        Tests(&["terraform_lets_nothing_out_that_is_not_declared"]),
    ),
    (
        "forms of group rules, protocols and ports",
        Tests(&[
            "protocol_forms",
            "peer_forms",
            "single_rules_and_prefix_lists",
        ]),
    ),
    ("default groups, adopted or not", Tests(&["default_groups"])),
    (
        "prefix lists; those of unknown content may hold anything",
        Tests(&[
            "single_rules_and_prefix_lists",
            "a_block_of_unknown_content_may_allow_anything",
        ]),
    ),
    (
        "references over a transit gateway",
        Tests(&[
            "group_references_hold_in_inbound_rules_where_gateway_and_attachments_support_them",
        ]),
    ),
    (
        "network ACLs: order, association, defaults",
        Tests(&[
            "which_acl_a_subnet_has",
            "acl_rules_in_order_of_their_numbers",
        ]),
    ),
    (
        "network ACLs judge replies, and nothing inside a subnet",
        Tests(&["stateless_filters_judge_the_reply"]),
    ),
    (
        "which table a subnet uses",
        Tests(&["which_table_a_subnet_uses"]),
    ),
    (
        "longest prefix, then static, then blocks before lists",
        Tests(&[
            "the_longest_prefix_wins_then_the_static_route",
            "prefix_lists_are_their_blocks_and_lose_against_a_block",
        ]),
    ),
    (
        "blackholes and targets of routes",
        Tests(&["where_a_route_leads"]),
    ),
    (
        "propagated routes of a gateway to elsewhere",
        Tests(&[
            "where_a_route_leads",
            "networks_behind_vpn_and_direct_connect",
        ]),
    ),
    (
        "route tables of gateways",
        Gap(
            r#"aws_internet_gateway.g {"id": "igw-1", "vpc_id": "vpc-1"}
            aws_route_table.r {"id": "rtb-1", "vpc_id": "vpc-1"}
            aws_route_table_association.x {"gateway_id": "igw-1", "route_table_id": "rtb-1"}"#,
            "",
            "`aws_route_table_association.x` gives a gateway a route table of its own: what comes in by it is not judged",
        ),
    ),
    (
        "appliances in the way: interfaces, firewalls, instances",
        Gap(
            r#"aws_route_table.r {"id": "rtb-1", "vpc_id": "vpc-1"}
            aws_route.x {"route_table_id": "rtb-1", "destination_cidr_block": "10.9.0.0/16", "network_interface_id": "eni-1"}"#,
            "",
            "the route of `aws_route.x` leads through an appliance (`network_interface_id`), which is not analysed",
        ),
    ),
    (
        "firewalls that routes lead through",
        Gap(
            r#"aws_networkfirewall_firewall.x {"vpc_id": "vpc-1"}"#,
            "",
            "`aws_networkfirewall_firewall.x` filters what routes lead through it: `aws_networkfirewall_firewall` is not modelled",
        ),
    ),
    (
        "private NAT gateway",
        Tests(&["a_nat_gateway_speaks_for_whom_it_serves"]),
    ),
    (
        "secondary blocks",
        Tests(&["secondary_blocks_and_ipv6_are_the_vpcs_own"]),
    ),
    (
        "subnets shared with other accounts",
        Gap(
            r#"aws_ram_resource_association.x {"resource_arn": "arn:subnet", "resource_share_arn": "arn:share"}"#,
            "",
            "`aws_subnet.s` is shared with other accounts: what they place in it is not in the input",
        ),
    ),
    (
        "transit gateways: tables, propagation, defaults",
        Tests(&[
            "default_tables_join_everything",
            "who_is_neither_associated_nor_propagated_reaches_nobody",
        ]),
    ),
    (
        "transit gateways: longest prefix, static over propagated, lists",
        Tests(&[
            "longest_prefix_first_then_static_over_propagated",
            "prefix_list_references_and_attachments_that_cannot_be_told",
        ]),
    ),
    (
        "transit gateways: zones and ACLs of the attachments",
        Tests(&["zones_and_acls_of_the_attachments_subnets"]),
    ),
    (
        "transit gateways: peered, and of another account",
        Tests(&[
            "gateways_joined_by_static_routes",
            "an_attachment_of_another_account_waits_for_acceptance",
        ]),
    ),
    (
        "connections and Direct Connect as far ends",
        Tests(&["networks_behind_vpn_and_direct_connect"]),
    ),
    (
        "clients that a VPN endpoint lets in",
        Gap(
            r#"aws_ec2_client_vpn_endpoint.x {}"#,
            "",
            "`aws_ec2_client_vpn_endpoint.x` lets clients into subnets: `aws_ec2_client_vpn_endpoint` is not modelled",
        ),
    ),
    (
        "Cloud WAN",
        Tests(&[
            "a_route_into_cloud_wan_leads_out_of_the_input",
            "every_further_channel_is_named",
        ]),
    ),
    (
        "VPC Lattice",
        Tests(&[
            "every_further_channel_is_named",
            "gateways_that_are_not_judged_make_their_pods_possible",
        ]),
    ),
    (
        "interface endpoints only answer",
        Tests(&["load_balancers_and_machines_stand_in_their_subnets_with_their_groups"]),
    ),
];

/// Nodes and pods.
const CLUSTER: &[(&str, Held)] = &[
    (
        "the cluster's group and what carries it",
        Tests(&["the_group_of_a_cluster_takes_further_rules", "each_cluster_has_a_group_of_its_own"]),
    ),
    (
        "groups of nodes: templates, remote access, self-managed",
        Tests(&[
            "a_node_group_without_groups_in_its_template_has_the_clusters_group",
            "a_template_names_groups_by_interface_too",
            "self_managed_nodes_are_tied_by_tag_or_script",
            "of_two_launch_templates_each_may_be_the_nodes",
            "instances_that_join_the_cluster_are_nodes",
        ]),
    ),
    ("hybrid nodes", Gap(
            r#"aws_eks_cluster.c {"name": "c", "vpc_config": [{"subnet_ids": ["subnet-1"]}], "remote_network_config": [{"remote_node_networks": [{"cidrs": ["10.80.0.0/16"]}]}]}"#,
            "",
            "pods of `aws_eks_cluster.c` on hybrid nodes, which stand outside the VPC, are not judged",
        )),
    (
        "the API server",
        Tests(&[
            "the_control_plane_has_an_interface_in_each_of_its_subnets",
            "whichever_endpoint_has_a_name_its_interfaces_answer_in_the_network",
        ]),
    ),
    (
        "the table of addresses and groups, every row and column",
        Tests(&["every_combination_is_in_its_cell", "the_other_family_goes_by_the_node_and_past_policies"]),
    ),
    (
        "settings: add-on, chart, DaemonSet, default",
        Tests(&["the_add_on_goes_before_a_helm_release_and_both_before_manifests", "unknown_settings_leave_every_reading"]),
    ),
    ("which engine enforces, and where none reaches", Tests(&["terraform_says", "manifests_say", "where_no_engine_reaches"])),
    ("rules with more ports than the plugin takes", Tests(&["a_rule_with_more_ports_than_the_vpc_cni_takes_is_in_doubt"])),
    ("pods without an owner", Tests(&["policies_may_not_hold_for_pods_without_an_owner"])),
    (
        "parts left out of one block by several rules",
        Tests(&["parts_left_out_of_one_block_by_two_rules_may_be_left_out_of_both"]),
    ),
    ("strict mode", Tests(&["strict_mode_closes_pods_without_policies"])),
    ("EKS Auto Mode and Karpenter", Tests(&["auto_mode_has_a_network_of_its_own", "karpenter_nodes_are_found_by_tags"])),
    ("groups of pods", Tests(&["pods_with_groups_of_their_own_stand_where_nodes_can_have_branch_interfaces"])),
    (
        "custom networking and tagged subnets",
        Tests(&["eni_configs_hold_by_zone_label_or_default", "subnets_tagged_for_the_plugin_take_further_interfaces_of_their_zone"]),
    ),
    ("Fargate profiles", Tests(&["fargate_takes_what_its_selectors_match", "wildcards"])),
    ("after translation the node's group counts, and its address", Tests(&["the_node_speaks_for_the_pod_towards_peers"])),
    (
        "rules that name addresses that never arrive, or pods of another cluster",
        Tests(&["addresses_that_do_not_fit_the_network", "labels_do_not_cross_clusters"]),
    ),
    ("node ports and host ports", Tests(&["node_ports_open_on_every_node", "host_ports_open_on_the_nodes_of_their_pods"])),
    (
        "load balancers of Services, Ingresses, Gateways and Terraform",
        Tests(&[
            "network_load_balancers",
            "application_load_balancers_call_with_their_own_address",
            "gateways_that_load_balancers_are_made_of",
            "target_groups_of_terraform_are_filled_by_bindings",
            "nodes_that_terraform_registers",
            "every_way_to_register_nodes_leads_to_node_ports",
        ]),
    ),
    ("the source that pods behind an entry point see", Tests(&["the_engine_agrees_with_the_twin_about_entry_points", "entry_points_listen_in_ipv6_too"])),
    ("ways in that are not judged", Gap(
            r#"aws_eks_cluster.c {"name": "c", "vpc_config": [{"subnet_ids": ["subnet-1"]}]}"#,
            "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}, spec: {containers: [{name: web, image: web}]}}
---
{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {selector: {app: web}, ports: [{port: 80}]}}
---
{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: web, namespace: shop}, spec: {ingressClassName: nginx, defaultBackend: {service: {name: web, port: {number: 80}}}}}
",
            "Ingress shop/web is of class `nginx`, which is not in the input: what comes to pods that way is not known",
        )),
    ("pods that cross only by way of others", Tests(&["pods_that_cannot_cross_go_by_those_that_can"])),
];

pub fn texts(folder: &Path) -> Vec<String> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            out.extend(texts(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            out.push(std::fs::read_to_string(path).unwrap());
        }
    }
    out
}

/// Whether a source file declares a test of that name: a function below the attribute, with nothing but attributes between.
pub fn declares(text: &str, name: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let front = format!("fn {name}(");
    let at = lines.iter().position(|line| line.starts_with(&front));
    at.is_some_and(|at| {
        lines
            .iter()
            .take(at)
            .rev()
            .take_while(|line| line.starts_with("#["))
            .any(|line| *line == "#[test]")
    })
}

/// A network with a subnet, and the resources of an input: `kind.name {values}` in each line.
fn state(resources: &str) -> Value {
    let network = r#"aws_vpc.a {"id": "vpc-1", "cidr_block": "10.1.0.0/16"}
        aws_subnet.s {"id": "subnet-1", "arn": "arn:subnet", "vpc_id": "vpc-1", "cidr_block": "10.1.1.0/24"}"#;
    let resource = |line: &str| {
        let (address, values) = line.split_once(' ').unwrap();
        let (kind, name) = address.split_once('.').unwrap();
        let values: Value = serde_json::from_str(values).unwrap();
        let provider = "registry.terraform.io/hashicorp/aws";
        json!({"address": address, "mode": "managed", "type": kind, "name": name, "provider_name": provider, "values": values})
    };
    let all: Vec<Value> = network
        .lines()
        .chain(resources.lines())
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(resource)
        .collect();
    json!({"format_version": "1.0", "terraform_version": "1.11.4", "values": {"root_module": {"resources": all}}})
}

/// The gaps that a scan of an input names.
fn gaps(number: usize, resources: &str, manifests: &str) -> Vec<String> {
    let folder = std::env::temp_dir().join(format!(
        "crosspeer-checklist-{}-{number}",
        std::process::id()
    ));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("state.json"), state(resources).to_string()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_crosspeer"));
    command.current_dir(&folder).args([
        "scan",
        "--no-config",
        "--format",
        "json",
        "--state",
        "state.json",
    ]);
    if !manifests.is_empty() {
        std::fs::write(folder.join("all.yaml"), manifests).unwrap();
        command.args(["--manifests", "all.yaml"]);
    }
    let output = command.output().unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let gaps = report
        .get("gaps")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    gaps.iter()
        .filter_map(|gap| gap.get("what")?.as_str().map(str::to_owned))
        .collect()
}

#[test]
fn every_line_is_held_by_a_test_or_named_as_a_gap() {
    let source = texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let is_test = |name: &str| source.iter().any(|text| declares(text, name));
    let mut lost = Vec::new();
    for (number, (line, held)) in NETWORK.iter().chain(CLUSTER).enumerate() {
        match held {
            Tests(names) => lost.extend(
                names
                    .iter()
                    .filter(|name| !is_test(name))
                    .map(|name| format!("{line}: no test `{name}`")),
            ),
            Gap(resources, manifests, words) => {
                let found = gaps(number, resources, manifests);
                if !found.iter().any(|gap| gap == words) {
                    lost.push(format!("{line}: no gap says `{words}`, but {found:?}"));
                }
            }
        }
    }
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}

#[test]
fn a_test_in_a_comment_or_without_its_attribute_is_none() {
    assert!(declares("#[test]\nfn one() {}", "one"));
    assert!(declares(
        "    #[test]\n    #[ignore]\n    fn one() {}",
        "one"
    ));
    for text in [
        "fn one() {}",
        "// fn one()\n#[test]\nfn two() {}",
        "#[test]\nfn two() {}\nfn one() {}",
        "#[test]\nfn one_more() {}",
    ] {
        assert!(!declares(text, "one"), "{text}");
    }
}
