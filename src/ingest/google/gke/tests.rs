//! Clusters: addresses of pods, what enforces policies, whose address packets have. Each row is drawn from the documentation.

use super::super::lower;
use super::super::stage::Machines;
use super::sites;
use crate::ingest::kubernetes::{self, Counterpart, Object, Objects};
use crate::ingest::lowering::fixture::graph;
use crate::ingest::terraform::testing::file;
use crate::ingest::{File, Kind, Settings};
use crate::model::{Enforced, World};

const NET: &str = r#"google_compute_network.a {"name": "a", "auto_create_subnetworks": false}
    google_compute_subnetwork.s {"name": "s", "network": "a", "ip_cidr_range": "10.0.0.0/24", "secondary_ip_range": [{"range_name": "pods", "ip_cidr_range": "10.4.0.0/16"}, {"range_name": "more", "ip_cidr_range": "30.0.0.0/20"}]}
"#;
const NATIVE: &str = r#""ip_allocation_policy": [{"cluster_secondary_range_name": "pods"}]"#;
const POD: &str = r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "n"}, "spec": {"containers": [{"name": "c"}]}}"#;

fn objects(texts: &[&str]) -> Vec<Object> {
    let numbered = texts.iter().enumerate();
    let files: Vec<File> = numbered
        .map(|(number, text)| file(&format!("{number}.yaml"), text, Kind::Manifests))
        .collect();
    let Objects { objects, .. } =
        kubernetes::read(&files.iter().collect::<Vec<_>>(), &Settings::default());
    objects
}

/// The world of one cluster with these attributes, more resources, a pod and more objects.
pub(super) fn world(cluster: &str, more: &str, manifests: &[&str]) -> World {
    let text = format!(
        r#"{NET}google_container_cluster.c {{"name": "c", "network": "a", "subnetwork": "s", {cluster}}}{more}"#
    );
    let graph = graph(&text);
    let mut world = World::default();
    let lowered = lower(&graph, &mut world);
    let objects = objects(&[&[POD], manifests].concat());
    for site in sites(&graph, lowered, &mut world) {
        let cluster = site.cluster(&objects, &Settings::default(), &mut world);
        let cluster = world.clusters.push(cluster);
        let (settings, alone) = (Settings::default(), Counterpart::None);
        kubernetes::lower(&objects, cluster, None, &settings, &mut world, alone);
        site.place(cluster, &objects, &Settings::default(), &mut world);
        kubernetes::egress_gateway::lower(&objects, cluster, &mut world);
        site.entry_points(cluster, &objects, &Settings::default(), &mut world);
    }
    world
}

/// The placements of the pod: pod addresses, node addresses, and destinations towards which the pod keeps its address.
pub(super) fn pod_placements(cluster: &str, more: &str, manifests: &[&str], expected: &[&str]) {
    let world = world(cluster, more, manifests);
    let (_, pod) = world
        .workloads
        .iter()
        .find(|(_, own)| own.name == "p")
        .unwrap();
    let drawn: Vec<String> = pod
        .pod_placements
        .iter()
        .map(|own| {
            let probes = ["10.9.9.9", "100.64.0.1", "35.200.0.9", "8.8.8.8"];
            let kept: Vec<&str> = probes
                .into_iter()
                .filter(|probe| !own.translated.contains(probe.parse().unwrap()))
                .collect();
            let sure = own.doubt.is_certain() && own.pod.doubt.is_certain();
            let doubt = if sure { "" } else { " ?" };
            format!(
                "{} by {} keeps {}{doubt}",
                own.pod.addresses,
                own.node.as_ref().unwrap().addresses,
                kept.join(" ")
            )
        })
        .collect();
    assert_eq!(
        drawn,
        expected,
        "{:#?}",
        world
            .gaps
            .iter()
            .map(|(_, gap)| gap.what.clone())
            .collect::<Vec<_>>()
    );
}

const DEFAULT: &str = "10.4.0.0/16 by 10.0.0.0/24 keeps 10.9.9.9 100.64.0.1";

#[test]
fn pods_keep_their_address_towards_private_ranges_unless_told_otherwise() {
    let agent = r#"{"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "ip-masq-agent", "namespace": "kube-system"}, "spec": {"template": {"spec": {"hostNetwork": true, "containers": [{"name": "a"}]}}}}"#;
    let list = r#"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "ip-masq-agent", "namespace": "kube-system"}, "data": {"config": "nonMasqueradeCIDRs:\n  - 10.0.0.0/8\n  - 35.200.0.0/16\n"}}"#;
    let empty = r#"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "ip-masq-agent", "namespace": "kube-system"}, "data": {"config": "resyncInterval: 60s\n"}}"#;
    let egress = r#"{"apiVersion": "networking.gke.io/v1", "kind": "EgressNATPolicy", "metadata": {"name": "default"}, "spec": {"action": "NoSNAT", "destinations": [{"cidr": "10.0.0.0/8"}]}}"#;
    let off = format!(r#"{NATIVE}, "default_snat_status": [{{"disabled": true}}]"#);
    let unknown = format!(r#"{NATIVE}, "default_snat_status": [{{"disabled": "?"}}]"#);
    let autopilot = format!(r#"{NATIVE}, "enable_autopilot": true"#);
    let all = "10.4.0.0/16 by 10.0.0.0/24 keeps 10.9.9.9 100.64.0.1 35.200.0.9 8.8.8.8";
    let listed = "10.4.0.0/16 by 10.0.0.0/24 keeps 10.9.9.9 35.200.0.9";
    pod_placements(NATIVE, "", &[], &[DEFAULT]);
    pod_placements(NATIVE, "", &[agent], &[DEFAULT]);
    pod_placements(NATIVE, "", &[agent, empty], &[DEFAULT]);
    pod_placements(NATIVE, "", &[agent, list], &[listed]);
    pod_placements(
        NATIVE,
        "",
        &[list],
        &[&format!("{listed} ?"), &format!("{DEFAULT} ?")],
    );
    // The agent and its configuration mean something in `kube-system` only.
    let elsewhere = |object: &str| object.replace("kube-system", "shop");
    pod_placements(
        NATIVE,
        "",
        &[&elsewhere(agent), &elsewhere(list)],
        &[DEFAULT],
    );
    pod_placements(NATIVE, "", &[agent, &elsewhere(list)], &[DEFAULT]);
    pod_placements(&off, "", &[], &[all]);
    pod_placements(&off, "", &[agent], &[DEFAULT]);
    pod_placements(
        &unknown,
        "",
        &[],
        &[&format!("{all} ?"), &format!("{DEFAULT} ?")],
    );
    pod_placements(&autopilot, "", &[], &[DEFAULT]);
    pod_placements(
        &autopilot,
        "",
        &[egress],
        &["10.4.0.0/16 by 10.0.0.0/24 keeps 10.9.9.9"],
    );
}

#[test]
fn pods_have_addresses_of_their_pools_range() {
    let pool = r#"
        google_container_node_pool.q {"name": "q", "cluster": "c", "network_config": [{"pod_range": "more"}]}"#;
    let bare = format!(r#"{NATIVE}, "remove_default_node_pool": true"#);
    pod_placements(
        &bare,
        pool,
        &[],
        &["30.0.0.0/20 by 10.0.0.0/24 keeps 10.9.9.9 100.64.0.1"],
    );
    pod_placements(
        r#""networking_mode": "ROUTES", "cluster_ipv4_cidr": "10.100.0.0/16""#,
        "",
        &[],
        &["10.100.0.0/16 by 10.0.0.0/24 keeps 10.9.9.9 100.64.0.1"],
    );
    pod_placements(
        r#""ip_allocation_policy": [{"cluster_ipv4_cidr_block": "10.8.0.0/16"}]"#,
        "",
        &[],
        &["10.8.0.0/16 by 10.0.0.0/24 keeps 10.9.9.9 100.64.0.1"],
    );
}

#[test]
fn a_range_that_google_chooses_is_in_doubt_and_so_are_the_networks_addresses() {
    let world = world(
        r#""ip_allocation_policy": [{"cluster_ipv4_cidr_block": "/14"}]"#,
        "",
        &[],
    );
    assert!(
        world
            .networks
            .iter()
            .all(|(_, network)| !network.doubt.is_certain())
    );
    let (_, pod) = world.workloads.iter().next().unwrap();
    assert!(
        pod.pod_placements
            .iter()
            .all(|own| !own.pod.doubt.is_certain() && !own.pod.addresses.is_empty())
    );
}

#[test]
fn a_pod_range_whose_name_is_not_known_may_be_any_of_the_subnets() {
    let unknown = r#""ip_allocation_policy": [{"cluster_secondary_range_name": "?"}]"#;
    pod_placements(
        unknown,
        "",
        &[],
        &["10.4.0.0/16, 30.0.0.0/20 by 10.0.0.0/24 keeps 10.9.9.9 100.64.0.1 ?"],
    );
}

#[test]
fn nodes_may_stand_in_further_subnets() {
    let further = r#""ip_allocation_policy": [{"cluster_secondary_range_name": "pods", "additional_ip_ranges_config": [{"subnetwork": "t", "pod_ipv4_range_names": ["pods"]}]}]"#;
    let subnet = r#"
        google_compute_subnetwork.t {"name": "t", "network": "a", "ip_cidr_range": "10.3.0.0/24", "secondary_ip_range": [{"range_name": "pods", "ip_cidr_range": "10.10.0.0/16"}]}"#;
    pod_placements(
        further,
        subnet,
        &[],
        &[
            DEFAULT,
            "10.10.0.0/16 by 10.3.0.0/24 keeps 10.9.9.9 100.64.0.1 ?",
        ],
    );
}

#[test]
fn pods_of_a_cluster_with_two_stacks_have_addresses_of_the_subnets_range() {
    let net = |more: &str| {
        let subnet = format!(
            r#""ip_cidr_range": "10.0.0.0/24", "stack_type": "IPV4_IPV6", "ipv6_access_type": "INTERNAL"{more}"#
        );
        NET.replace(r#""ip_cidr_range": "10.0.0.0/24""#, &subnet)
    };
    let pod_interfaces = |net: &str, stack: &str| {
        let cluster = format!(
            r#"{net}google_container_cluster.c {{"name": "c", "network": "a", "subnetwork": "s", "ip_allocation_policy": [{{"cluster_secondary_range_name": "pods"{stack}}}]}}"#
        );
        let (graph, mut world) = (graph(&cluster), World::default());
        let lowered = lower(&graph, &mut world);
        let pools = lowered
            .seen::<Machines>()
            .clusters
            .values()
            .flat_map(|facts| &facts.pools);
        let pod_interfaces = pools.flat_map(|pool| &pool.pod_interfaces);
        let drawn = pod_interfaces.map(|(_, pod)| {
            format!(
                "{}{}",
                pod.addresses,
                if pod.doubt.is_certain() { "" } else { " ?" }
            )
        });
        drawn.collect::<Vec<String>>()
    };
    let known = net(r#", "internal_ipv6_prefix": "fd20:1::/64""#);
    let dual = r#", "stack_type": "IPV4_IPV6""#;
    assert_eq!(pod_interfaces(&known, ""), ["10.4.0.0/16"]);
    assert_eq!(pod_interfaces(&known, dual), ["fd20:1::/64", "10.4.0.0/16"]);
    assert_eq!(
        pod_interfaces(&net(""), dual),
        ["fd20::/20 ?", "10.4.0.0/16"]
    );
}

#[test]
fn a_pool_with_labels_that_are_not_known_may_run_any_pod() {
    let pods = r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "q", "namespace": "n"}, "spec": {"nodeSelector": {"team": "x"}, "containers": [{"name": "c"}]}}"#;
    let pool = |name: &str, labels: &str| {
        format!(
            "\n    google_container_node_pool.{name} {{\"name\": \"{name}\", \"cluster\": \"c\", \"node_config\": [{{\"labels\": {labels}}}]}}"
        )
    };
    let pools = [
        pool("a", r#"{"team": "x"}"#),
        pool("b", r#"{"team": "?"}"#),
        pool("d", r#"{"team": "y"}"#),
        pool("e", "\"?\""),
    ]
    .concat();
    let world = world(
        &format!(r#"{NATIVE}, "remove_default_node_pool": true"#),
        &pools,
        &[pods],
    );
    let (_, pod) = world
        .workloads
        .iter()
        .find(|(_, own)| own.name == "q")
        .unwrap();
    let names: Vec<(&str, bool)> = pod
        .pod_placements
        .iter()
        .map(|own| (own.name.as_str(), own.doubt.is_certain()))
        .collect();
    let title = |name: &str| format!("node pool `google_container_node_pool.{name}`");
    assert_eq!(
        names,
        [
            (&*title("a"), true),
            (&*title("b"), false),
            (&*title("e"), false)
        ]
    );
}

/// `gke-c-1a2b3c4d-node` may be the tag that GKE gives the nodes of a cluster `c`; the others are not.
#[test]
fn rules_for_the_tag_that_nodes_have_by_themselves_are_in_doubt() {
    let rule = |tag: &str| {
        let rule = r#"
        google_compute_firewall.f {"network": "a", "priority": 10, "direction": "EGRESS", "deny": [{"protocol": "all"}], "target_tags": ["TAG"]}"#;
        let world = world(NATIVE, &rule.replace("TAG", tag), &[]);
        let (_, nodes) = world
            .filters
            .iter()
            .find(|(_, filter)| filter.name.contains("nodes of"))
            .unwrap();
        nodes
            .egress
            .iter()
            .filter(|rule| rule.origin.is_some())
            .map(|rule| rule.doubt.is_certain())
            .collect::<Vec<bool>>()
    };
    assert_eq!(rule("gke-c-1a2b3c4d-node"), [false]);
    assert!(rule("gke-other-1a2b3c4d-node").is_empty());
    assert!(rule("gke-c-d-1a2b3c4d-node").is_empty());
}

#[test]
fn what_enforces_policies() {
    let enforced = |cluster: &str, manifests: &[&str]| {
        let world = world(&format!("{NATIVE}{cluster}"), "", manifests);
        let (_, cluster) = world.clusters.iter().next().unwrap();
        let word = match &cluster.enforced {
            Enforced::Yes(_) => "yes",
            Enforced::No(_) => "no",
            Enforced::Unknown(..) => "unknown",
        };
        format!("{} {word}", cluster.engine)
    };
    let addon = |disabled: &str| {
        format!(
            r#", "network_policy": [{{"enabled": true}}], "addons_config": [{{"network_policy_config": [{{"disabled": {disabled}}}]}}]"#
        )
    };
    let cilium = r#"{"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "cilium", "namespace": "kube-system"}, "spec": {"template": {"spec": {"containers": [{"name": "a"}]}}}}"#;
    assert_eq!(enforced("", &[]), "none no");
    assert_eq!(
        enforced(r#", "datapath_provider": "ADVANCED_DATAPATH""#, &[]),
        "gke-dataplane-v2 yes"
    );
    assert_eq!(
        enforced(r#", "datapath_provider": "LEGACY_DATAPATH""#, &[]),
        "none no"
    );
    assert_eq!(
        enforced(r#", "enable_autopilot": true"#, &[]),
        "gke-dataplane-v2 yes"
    );
    assert_eq!(
        enforced(r#", "network_policy": [{"enabled": true}]"#, &[]),
        "calico no"
    );
    assert_eq!(enforced(&addon("true"), &[]), "calico no");
    assert_eq!(enforced(&addon("false"), &[]), "calico yes");
    assert_eq!(enforced(&addon("\"?\""), &[]), "calico unknown");
    assert_eq!(enforced("", &[cilium]), "cilium yes");
}

#[test]
fn ways_in_and_the_control_plane_are_gaps() {
    let service = r#"{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s", "namespace": "n"}, "spec": {"type": "LoadBalancer", "selector": {"app": "x"}, "ports": [{"port": 80}]}}"#;
    let private = format!(
        r#"{NATIVE}, "private_cluster_config": [{{"master_ipv4_cidr_block": "172.16.0.0/28"}}]"#
    );
    let world = world(&private, "", &[service]);
    let gaps: Vec<&str> = world
        .gaps
        .iter()
        .map(|(_, gap)| gap.what.as_str())
        .collect();
    assert_eq!(
        gaps,
        [
            "the private endpoint of the control plane of `google_container_cluster.c` is not modelled: who reaches it is not judged",
            "Service n/s opens a way into the cluster that is not judged: what comes to pods that way is not known",
        ]
    );
    let nodes = world
        .filters
        .iter()
        .find(|(_, filter)| filter.name.contains("nodes of"))
        .unwrap()
        .1;
    assert!(
        nodes
            .ingress
            .iter()
            .any(|rule| rule.traffic.to_string() == "tcp 443, 10250")
    );
}

/// Whom ways in lead to, each with whether it is certain: by object, the pods' names.
fn entry_points(manifest: &str, expected: &[&str]) {
    let world = world(NATIVE, "", &[manifest]);
    let names = |entry_point: &crate::model::EntryPoint| -> Vec<&str> {
        entry_point
            .workloads
            .iter()
            .map(|id| world.workloads[*id].name.as_str())
            .collect()
    };
    let drawn: Vec<String> = world
        .entry_points
        .iter()
        .map(|(_, entry_point)| {
            format!(
                "{} {:?}{}",
                entry_point.protocol,
                names(entry_point),
                if entry_point.doubt.is_certain() {
                    ""
                } else {
                    " ?"
                }
            )
        })
        .collect();
    assert_eq!(drawn, expected, "{manifest}");
}

#[test]
fn a_way_in_that_is_not_judged_makes_its_pods_possible() {
    let both = [r#"TCP ["p"] ?"#, r#"UDP ["p"] ?"#];
    let service = |kind: &str, selector: &str| {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: s, namespace: n}}\nspec: {{type: {kind}, selector: {selector}}}\n"
        )
    };
    let labelled = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: m, labels: {app: p}}\nspec: {containers: [{name: c}]}\n---\n";
    let service_in_m = |kind: &str| {
        format!(
            "{labelled}{}",
            service(kind, "{app: p}").replace("namespace: n", "namespace: m")
        )
    };
    entry_points(&service_in_m("LoadBalancer"), &both);
    entry_points(&service_in_m("NodePort"), &both);
    entry_points(&service_in_m("ClusterIP"), &[]);
    entry_points(&service("LoadBalancer", "{app: other}"), &[]);
    entry_points(
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i, namespace: n}\nspec: {}\n",
        &both,
    );
    entry_points(
        "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: g, namespace: other}\nspec: {}\n",
        &both,
    );
}

#[test]
fn pods_may_leave_by_an_egress_gateway() {
    let policy = |blocks: &str| {
        format!(
            "apiVersion: cilium.io/v2\nkind: CiliumEgressGatewayPolicy\nmetadata: {{name: e}}\nspec: {{destinationCIDRs: {blocks}}}\n"
        )
    };
    let towards = |own: &str| format!("10.4.0.0/16 by 10.0.0.0/24 keeps {own} ?");
    pod_placements(
        NATIVE,
        "",
        &[&policy("[10.9.0.0/16]")],
        &[DEFAULT, &towards("100.64.0.1 35.200.0.9 8.8.8.8")],
    );
    pod_placements(
        NATIVE,
        "",
        &[&policy("[nonsense]")],
        &[DEFAULT, &towards("")],
    );
    for of in [
        "crd.antrea.io/v1beta1\nkind: Egress",
        "k8s.ovn.org/v1\nkind: EgressIP",
    ] {
        let text = format!("apiVersion: {of}\nmetadata: {{name: e}}\n");
        pod_placements(NATIVE, "", &[&text], &[DEFAULT, &towards("")]);
    }
}

#[test]
fn a_pool_may_give_pods_an_interface_in_another_network() {
    let networks = r#"
    google_compute_network.data {"name": "data", "auto_create_subnetworks": false}
    google_compute_subnetwork.data {"name": "data", "network": "data", "ip_cidr_range": "10.2.0.0/24"}
    google_container_node_pool.x {"name": "x", "cluster": "c", "network_config": [{"additional_node_network_configs": [{"network": "data", "subnetwork": "data"}]}]}"#;
    let stands = |written: &str, instead: &str| {
        let named = POD.replace("\"name\": \"p\"", "\"name\": \"q\"");
        let pod = named.replace(written, instead);
        let world = world(
            &format!("{NATIVE}, \"remove_default_node_pool\": true"),
            networks,
            &[&pod],
        );
        let mut workloads = world.workloads.iter();
        let (_, own) = workloads.find(|(_, own)| own.name == "q").unwrap();
        let all = own.pod_placements.iter().filter_map(|own| own.node.clone());
        let all = all.map(|own| world.networks[own.network].name.clone());
        all.collect::<std::collections::BTreeSet<_>>().len()
    };
    assert_eq!(stands("", ""), 1);
    let host = r#""spec": {"hostNetwork": true, "#;
    assert_eq!(stands(r#""spec": {"#, host), 2);
    let asks = r#""metadata": {"annotations": {"networking.gke.io/interfaces": "[]"}, "#;
    assert_eq!(stands(r#""metadata": {"#, asks), 2);
}
