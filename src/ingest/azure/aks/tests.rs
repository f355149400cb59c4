//! Small graphs and manifests, and where their pods stand.

use super::sites;
use crate::ingest::azure;
use crate::ingest::lowering::fixture::graph;
use crate::ingest::{File, Kind, Settings, kubernetes};
use crate::model::*;
use std::fmt::Write;
use std::sync::Arc;

/// A network with a subnet for nodes and one for pods.
const NETWORK: &str = r#"
    azurerm_virtual_network.app {"id": "A", "name": "app", "resource_group_name": "g", "address_space": ["10.1.0.0/16"]}
    azurerm_subnet.nodes {"id": "N", "name": "nodes", "resource_group_name": "g", "virtual_network_name": "app", "address_prefixes": ["10.1.0.0/24"]}
    azurerm_subnet.pods {"id": "P", "name": "pods", "resource_group_name": "g", "virtual_network_name": "app", "address_prefixes": ["10.1.8.0/21"]}
"#;

const WEB: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: web }] }
";

const MASQUERADE: &str = "
---
apiVersion: v1
kind: ConfigMap
metadata: { name: azure-ip-masq-agent-config, namespace: kube-system }
data:
  ip-masq-agent: |-
    nonMasqueradeCIDRs:
      - 10.0.0.0/8
";

/// The world with the network, a cluster and its objects.
fn world(cluster: &str, manifests: &str) -> (World, Id<Cluster>) {
    let graph = graph(&format!("{NETWORK}{cluster}"));
    let mut world = World::default();
    let lowered = azure::lower(&graph, &mut world);
    let sites = sites(&graph, lowered, &mut world);
    let (path, bytes) = (
        Arc::from("world.yaml"),
        format!("{WEB}{manifests}").into_bytes(),
    );
    let file = File {
        path,
        bytes,
        kind: Some(Kind::Manifests),
        named: true,
        ..File::default()
    };
    let settings = Settings::default();
    let read = kubernetes::read(&[&file], &settings);
    let site = sites.first().unwrap();
    let made = site.cluster(&read.objects, &settings, &mut world);
    let made = world.clusters.push(made);
    kubernetes::lower(
        &read.objects,
        made,
        None,
        &settings,
        &mut world,
        kubernetes::Counterpart::None,
    );
    site.place(made, &read.objects, &settings, &mut world);
    site.entry_points(made, &read.objects, &settings, &mut world);
    (world, made)
}

/// Compares where the pods stand, by one line for each way: `POOL: pod SUBNET, node SUBNET towards BLOCKS; enforced by ENGINE`.
fn check(cluster: &str, manifests: &str, expected: &str) {
    let (world, made) = world(cluster, manifests);
    let trimmed = |text: &str| {
        text.lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert_eq!(trimmed(&draw(&world, made)), trimmed(expected), "{cluster}");
}

fn draw(world: &World, cluster: Id<Cluster>) -> String {
    let subnet = |at: &Attachment| {
        let name = at
            .subnet
            .map_or("anywhere", |id| world.subnets[id].name.as_str());
        format!(
            "{}{}",
            name.trim_start_matches("azurerm_subnet."),
            if at.doubt.is_certain() { "" } else { " ?" }
        )
    };
    let mut out = String::new();
    for pod_placement in world
        .workloads
        .iter()
        .flat_map(|(_, workload)| &workload.pod_placements)
    {
        let towards = AddressSet::all_v4().difference(&pod_placement.translated);
        let towards = if pod_placement.translated.is_empty() {
            "nowhere".to_owned()
        } else {
            format!("all but {towards}")
        };
        let enforced = match pod_placement.enforced {
            Enforced::Yes(_) => "enforces",
            Enforced::No(_) => "does not enforce",
            Enforced::Unknown(..) => "may enforce",
        };
        let node = pod_placement.node.as_ref().map(subnet).unwrap_or_default();
        let engine = &world.clusters[cluster].engine;
        let doubt = if pod_placement.doubt.is_certain() {
            ""
        } else {
            " ?"
        };
        writeln!(
            out,
            "{}: pod {}, node {node} towards {towards}; {engine} {enforced}{doubt}",
            pod_placement.name,
            subnet(&pod_placement.pod)
        )
        .unwrap();
    }
    out
}

/// A cluster with one pool in the nodes' subnet.
fn cluster(profile: &str, pool: &str) -> String {
    format!(
        r#"azurerm_kubernetes_cluster.c {{"id": "C", "name": "c", "default_node_pool": [{{"name": "one", "vnet_subnet_id": "N"{pool}}}], "network_profile": [{{{profile}}}]}}"#
    )
}

#[test]
fn every_plugin_gives_pods_their_address_in_its_way() {
    let own =
        "pod pod addresses of azurerm_kubernetes_cluster.c, node nodes towards all but no address";
    for (profile, pool, expected) in [
        (
            r#""network_plugin": "azure""#,
            "",
            "pod nodes, node nodes towards all but 10.1.0.0/16".to_owned(),
        ),
        (
            r#""network_plugin": "azure""#,
            r#", "pod_subnet_id": "P""#,
            "pod pods, node nodes towards nowhere".to_owned(),
        ),
        (
            r#""network_plugin": "azure", "network_plugin_mode": "overlay""#,
            "",
            own.to_owned(),
        ),
        (r#""network_plugin": "kubenet""#, "", own.to_owned()),
    ] {
        check(
            &cluster(profile, pool),
            "",
            &format!("node pool `one`: {expected}; none does not enforce"),
        );
    }
    let both = "node pool `one`: pod nodes, node nodes towards all but 10.1.0.0/16; none does not enforce ?
        node pool `one`: pod pod addresses of azurerm_kubernetes_cluster.c, node nodes towards all but no address; none does not enforce ?";
    check(&cluster(r#""network_plugin": "none""#, ""), "", both);
    check(&cluster(r#""network_plugin": "?""#, ""), "", both);
}

#[test]
fn the_agent_exempts_what_its_configmap_says() {
    let expected =
        "node pool `one`: pod nodes, node nodes towards all but 10.0.0.0/8; none does not enforce";
    check(
        &cluster(r#""network_plugin": "azure""#, ""),
        MASQUERADE,
        expected,
    );
}

#[test]
fn engines_enforce_where_the_documentation_says() {
    let pod = "node pool `one`: pod nodes, node nodes towards all but 10.1.0.0/16";
    for (policy, pool, expected) in [
        ("azure", "", "azure-npm enforces"),
        ("calico", "", "calico enforces"),
        ("cilium", "", "cilium enforces"),
        ("none", "", "none does not enforce"),
        ("?", "", "unknown engine may enforce"),
        ("calico", r#", "os_sku": "Windows2022""#, "calico enforces"),
        (
            "cilium",
            r#", "os_sku": "Windows2022""#,
            "cilium does not enforce",
        ),
        (
            "azure",
            r#", "os_sku": "Windows2022""#,
            "azure-npm may enforce",
        ),
    ] {
        let profile = format!(r#""network_plugin": "azure", "network_policy": "{policy}""#);
        check(&cluster(&profile, pool), "", &format!("{pod}; {expected}"));
    }
}

#[test]
fn pods_run_where_the_labels_that_they_ask_for_are() {
    let pools = format!(
        r#"{}
        azurerm_kubernetes_cluster_node_pool.two {{"name": "two", "kubernetes_cluster_id": "C", "vnet_subnet_id": "N", "pod_subnet_id": "P", "node_labels": {{"size": "big"}}}}"#,
        cluster(r#""network_plugin": "azure""#, "")
    );
    let one =
        "node pool `one`: pod nodes, node nodes towards all but 10.1.0.0/16; none does not enforce";
    let two = "node pool `two`: pod pods, node nodes towards nowhere; none does not enforce";
    check(&pools, "", &format!("{one}\n{two}"));
}

#[test]
fn the_data_plane_of_cilium_may_enforce_by_itself() {
    let pod = "node pool `one`: pod nodes, node nodes towards all but 10.1.0.0/16";
    let profile = r#""network_plugin": "azure", "network_data_plane": "cilium""#;
    check(
        &cluster(profile, ""),
        "",
        &format!("{pod}; cilium may enforce"),
    );
}

#[test]
fn nodes_are_members_of_their_application_security_groups_and_pods_on_their_interfaces_perhaps() {
    let groups = r#", "node_network_profile": [{"application_security_group_ids": ["W"]}]"#;
    let members = |profile: &str| {
        let text = format!(
            "azurerm_application_security_group.web {{\"id\": \"W\"}}\n{}",
            cluster(profile, groups)
        );
        let (world, _) = world(&text, "");
        let is = |at: &Attachment| {
            at.filters.iter().any(|filter| {
                world.filters[*filter].name == "azurerm_application_security_group.web"
            })
        };
        let pod_placements = world
            .workloads
            .iter()
            .flat_map(|(_, own)| &own.pod_placements);
        pod_placements
            .map(|own| {
                (
                    own.node.as_ref().is_some_and(is),
                    is(&own.pod),
                    own.pod.doubt.is_certain(),
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(
        members(r#""network_plugin": "azure", "network_plugin_mode": "overlay""#),
        [(true, false, true)]
    );
    assert_eq!(
        members(r#""network_plugin": "azure""#),
        [(true, true, false), (true, false, false)]
    );
}

const BALANCED: &str = r#"
---
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
  annotations:
    service.beta.kubernetes.io/azure-load-balancer-internal: "true"
    service.beta.kubernetes.io/azure-load-balancer-ipv4: 10.1.0.200
spec:
  type: LoadBalancer
  selector: { app: web }
  ports: [{ port: 443, targetPort: 8443, nodePort: 31443 }]
"#;

#[test]
fn a_load_balancer_hands_on_with_its_own_address_and_port_unless_that_is_turned_off() {
    let guarded = format!(
        r#"azurerm_network_security_group.n {{"id": "G", "name": "n", "resource_group_name": "g"}}
        azurerm_subnet_network_security_group_association.s {{"subnet_id": "N", "network_security_group_id": "G"}}
        {}"#,
        cluster(
            r#""network_plugin": "azure", "network_plugin_mode": "overlay""#,
            ""
        )
    );
    let stages = |manifests: &str| {
        let (world, _) = world(&guarded, manifests);
        let entry_point = world
            .entry_points
            .iter()
            .map(|(_, entry_point)| entry_point)
            .find(|entry_point| entry_point.kind == "load balancer")
            .unwrap();
        let stage = |forwarder: &Forwarder| {
            let judged = forwarder
                .attachments
                .iter()
                .any(|at| !world.subnets[at.subnet.unwrap()].filters.is_empty());
            format!(
                "{} as {}{}",
                forwarder.ports.0,
                forwarder.destinations,
                if judged { ", judged" } else { "" }
            )
        };
        entry_point.forwarders.iter().map(stage).collect::<Vec<_>>()
    };
    assert_eq!(
        stages(BALANCED),
        ["443 as no address", "443 as 10.1.0.200, judged"]
    );
    let off = "annotations:\n    service.beta.kubernetes.io/azure-disable-load-balancer-floating-ip: \"true\"";
    assert_eq!(
        stages(&BALANCED.replace("annotations:", off)),
        ["443 as no address", "31443 as no address, judged"]
    );
}

#[test]
fn an_ingress_of_the_controller_of_application_gateways_is_a_way_in() {
    let aks = cluster(r#""network_plugin": "azure""#, "");
    let ways = |class: &str| -> Vec<String> {
        let ingress = format!(
            "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{ name: front, namespace: shop }}\nspec: {{ ingressClassName: {class} }}\n"
        );
        let (world, _) = world(&aks, &ingress);
        let all = world.entry_points.iter();
        all.map(|(_, own)| own.name.clone()).collect()
    };
    // One for each protocol that it may carry.
    assert_eq!(
        ways("azure-application-gateway"),
        ["Ingress shop/front by its application gateway"; 2]
    );
    assert!(ways("nginx").is_empty());
}

/// Nothing on the node stands between pods and the instance metadata, and all pools are changed in one place: nowhere but by policy.
#[test]
fn pods_get_the_credentials_of_nodes() {
    let cluster = r#"azurerm_kubernetes_cluster.c {"name": "c", "default_node_pool": [{"name": "apps", "vnet_subnet_id": "N"}], "network_profile": [{"network_plugin": "azure"}]}
        azurerm_kubernetes_cluster_node_pool.more {"name": "more", "kubernetes_cluster_id": "@azurerm_kubernetes_cluster.c.id", "vnet_subnet_id": "N"}"#;
    let (world, _) = world(cluster, "");
    let told: Vec<_> = world
        .node_pools
        .iter()
        .map(|(_, own)| {
            let at = own.credentials.note.origin.as_ref().unwrap();
            (own.name.as_str(), &own.credentials.to_pods, &*at.address)
        })
        .collect();
    let at = "azurerm_kubernetes_cluster.c";
    assert_eq!(
        told,
        [
            ("node pool `apps`", &ToPods::Given, at),
            ("node pool `more`", &ToPods::Given, at)
        ]
    );
    let placed = world
        .workloads
        .iter()
        .flat_map(|(_, own)| &own.pod_placements);
    let pools: Vec<_> = placed.map(|own| own.pool).collect();
    assert!(!pools.is_empty() && pools.iter().all(Option::is_some));
}
