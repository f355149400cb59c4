//! What the law of unknown values has found, held from then on.

use super::case::{Case, with_networks};
use super::unknown::{Leaf, Step, leaves, surer};
use serde_json::json;

/// Values of the project's inputs that once made something surer: input, resource, and the path of the value.
const FOUND: &[(&str, &str, &[&str])] = &[
    ("demo", "aws_eks_addon.vpc_cni", &["addon_name"]),
    (
        "azure/flat",
        "azurerm_virtual_network.hub",
        &["address_space", "0"],
    ),
    ("azure/flat", "azurerm_virtual_network.hub", &["name"]),
    (
        "azure/flat",
        "azurerm_kubernetes_cluster.app",
        &["default_node_pool"],
    ),
    (
        "azure/flat",
        "azurerm_kubernetes_cluster.app",
        &["default_node_pool", "0", "name"],
    ),
    (
        "azure/overlay",
        "azurerm_virtual_network.app",
        &["address_space"],
    ),
    ("google", "google_compute_network.data", &["name"]),
    ("google", "google_compute_subnetwork.db", &["ip_cidr_range"]),
    (
        "google",
        "google_compute_subnetwork.nodes",
        &["secondary_ip_range", "2", "ip_cidr_range"],
    ),
    (
        "google",
        "google_compute_subnetwork.nodes",
        &["secondary_ip_range", "2", "range_name"],
    ),
    ("google", "google_container_node_pool.general", &["name"]),
    (
        "google/routes",
        "google_container_cluster.old",
        &["networking_mode"],
    ),
];

#[test]
fn values_that_once_made_something_surer_do_not() {
    let cases: Vec<Case> = with_networks().iter().map(Case::without_sources).collect();
    let mut found = Vec::new();
    for (name, address, path) in FOUND {
        let end = format!("testdata/{name}");
        let case = cases.iter().find(|own| own.name.ends_with(&end)).unwrap();
        let changes = case.documents[0].2["resource_changes"].as_array().unwrap();
        let change = changes.iter().position(|own| own["address"] == *address);
        let step = |step: &&str| {
            step.parse()
                .map_or_else(|_| Step::Key((*step).to_owned()), Step::At)
        };
        let leaf = Leaf {
            document: 0,
            change: change.unwrap(),
            path: path.iter().map(step).collect(),
        };
        assert!(leaves(case).contains(&leaf), "{}", leaf.told(case));
        let wrong = surer(&case.flows(), case, std::slice::from_ref(&leaf));
        found.extend(
            wrong
                .first()
                .map(|own| format!("{name}: {}: {own}", leaf.told(case))),
        );
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// A network that is not in the input is one network, whether a peering tells it by its id or a subnet by its name.
#[test]
fn a_network_that_is_not_in_the_input_is_one_by_name_and_by_id() {
    const HUB: &str = "azurerm_virtual_network.hub";
    const ID: &str =
        "/subscriptions/0/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/hub";
    let cases = with_networks();
    let case = cases
        .iter()
        .find(|own| own.name.ends_with("testdata/azure/flat"));
    let case = case.unwrap().without_sources();
    let mut without = case.clone();
    let plan = &mut without.documents[0].2;
    let changes = plan["resource_changes"].as_array_mut().unwrap();
    changes.retain(|own| own["address"] != HUB);
    for change in changes.iter_mut().filter(|own| {
        own["name"]
            .as_str()
            .is_some_and(|name| name.ends_with("_to_hub"))
    }) {
        change["change"]["after"]["remote_virtual_network_id"] = json!(ID);
        change["change"]["after_unknown"] = json!({"id": true});
    }
    let blocks = plan["configuration"]["root_module"]["resources"]
        .as_array_mut()
        .unwrap();
    blocks.retain(|own| own["address"] != HUB);
    for block in blocks
        .iter_mut()
        .filter(|own| own["type"] == "azurerm_virtual_network_peering")
    {
        if block["name"].as_str().unwrap().ends_with("_to_hub") {
            block["expressions"]["remote_virtual_network_id"] = json!({"constant_value": ID});
        }
    }
    let lost = case.flows().lost(&without.flows());
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}
