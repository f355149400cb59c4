//! Small graphs and manifests, and where their pods stand.

mod alternatives;
mod api_server;
mod asked;
mod calico_ip_pools;
mod cilium_overlay;
mod credentials;
mod enforcement;
mod entry_points;
mod fargate;
mod further;
mod gateways;
mod made;
mod matrix;
mod nodes;
mod opened;
mod security_group_members;
mod services;

use super::sites;
use crate::ingest::aws::tests::graph;
use crate::ingest::{File, Kind, Settings, aws, kubernetes};
use crate::model::*;
use std::fmt::Write;
use std::sync::Arc;

/// The world of a graph (one resource a line) with the manifests tied to its first cluster.
fn world(resources: &str, manifests: &str, settings: &Settings) -> World {
    let graph = graph(resources);
    let mut world = World::default();
    let lowered = aws::lower(&graph, &mut world);
    let sites = sites(&graph, lowered, &mut world);
    let file = File {
        path: Arc::from("world.yaml"),
        bytes: manifests.as_bytes().to_vec(),
        kind: Some(Kind::Manifests),
        named: true,
        ..File::default()
    };
    let mut read = kubernetes::read(&[&file], settings);
    assert_eq!(read.errors, [], "{manifests}");
    let site = sites.first().unwrap();
    read.objects.extend(site.objects());
    let cluster = site.cluster(&read.objects, settings, &mut world);
    let cluster = world.clusters.push(cluster);
    kubernetes::lower(
        &read.objects,
        cluster,
        Some(site.as_ref()),
        settings,
        &mut world,
        kubernetes::Counterpart::None,
    );
    site.place(cluster, &read.objects, settings, &mut world);
    site.entry_points(cluster, &read.objects, settings, &mut world);
    world
}

/// Compares where all pods stand with what is drawn, line by line, and the gaps where `gap` lines are drawn.
fn check(resources: &str, manifests: &str, expected: &str) {
    let world = world(resources, manifests, &Settings::default());
    let trimmed = |text: &str| {
        text.lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join("\n")
    };
    let mut found = draw(&world);
    if expected
        .lines()
        .any(|line| line.trim_start().starts_with("gap "))
    {
        world
            .gaps
            .iter()
            .for_each(|(_, gap)| writeln!(found, "gap {}", gap.what).unwrap());
    }
    assert_eq!(
        trimmed(&found),
        trimmed(expected),
        "\n--- gaps: {:#?}",
        world
            .gaps
            .iter()
            .map(|(_, gap)| &gap.what)
            .collect::<Vec<_>>()
    );
}

/// One line for each placement: `shop/web on NAME: pod SUBNET [GROUPS], node SUBNET [GROUPS] towards BLOCKS`.
fn draw(world: &World) -> String {
    let mut out = String::new();
    for (id, workload) in world.workloads.iter() {
        for pod_placement in &workload.pod_placements {
            let node = match &pod_placement.node {
                Some(node) if !pod_placement.translated.is_empty() => {
                    format!(
                        ", node {} towards {}",
                        attachment(world, node),
                        pod_placement.translated
                    )
                }
                _ => String::new(),
            };
            let pod = attachment(world, &pod_placement.pod);
            let doubt = if pod_placement.doubt.is_certain() {
                ""
            } else {
                " ?"
            };
            let assumed = if pod_placement.source_address.assumed {
                " by default"
            } else {
                ""
            };
            writeln!(
                out,
                "{} on {}: pod {pod}{node}{assumed}{doubt}",
                world.workload_title(id),
                pod_placement.name
            )
            .unwrap();
        }
    }
    out
}

fn attachment(world: &World, attachment: &Attachment) -> String {
    let subnet = attachment.subnet.map_or("anywhere", |id| {
        world.subnets[id].name.trim_start_matches("aws_subnet.")
    });
    let subnet = if attachment.addresses.is_empty() {
        "nowhere"
    } else {
        subnet
    };
    let groups: Vec<&str> = attachment
        .filters
        .iter()
        .map(|id| {
            world.filters[*id]
                .name
                .trim_start_matches("aws_security_group.")
        })
        .collect();
    let doubt = if attachment.doubt.is_certain() {
        ""
    } else {
        "?"
    };
    format!("{subnet} [{}]{doubt}", groups.join(", "))
}

/// A VPC with two subnets for nodes and one for pods, and three security groups.
const NETWORK: &str = r#"
    aws_vpc.app {"id": "vpc-1", "cidr_block": "10.20.0.0/16"}
    aws_vpc_ipv4_cidr_block_association.pods {"vpc_id": "vpc-1", "cidr_block": "100.64.0.0/16"}
    aws_subnet.a {"id": "subnet-a", "vpc_id": "vpc-1", "cidr_block": "10.20.0.0/24", "availability_zone": "eu-west-1a"}
    aws_subnet.b {"id": "subnet-b", "vpc_id": "vpc-1", "cidr_block": "10.20.1.0/24", "availability_zone": "eu-west-1b"}
    aws_subnet.pods {"id": "subnet-p", "vpc_id": "vpc-1", "cidr_block": "100.64.0.0/24", "availability_zone": "eu-west-1a"}
    aws_security_group.nodes {"id": "sg-n", "vpc_id": "vpc-1"}
    aws_security_group.pods {"id": "sg-p", "vpc_id": "vpc-1"}
    aws_security_group.own {"id": "sg-o", "vpc_id": "vpc-1"}
"#;

/// A cluster in subnet `a`.
const CLUSTER: &str = r#"
    aws_eks_cluster.prod {"name": "prod", "vpc_config": [{"subnet_ids": ["subnet-a"], "cluster_security_group_id": "sg-c"}]}
"#;

/// A node group in subnet `a` with group `nodes`, of instances that can have branch interfaces.
const WORKERS: &str = r#"
    aws_launch_template.t {"id": "lt-1", "name": "t", "vpc_security_group_ids": ["sg-n"]}
    aws_eks_node_group.workers {"cluster_name": "prod", "node_group_name": "workers", "subnet_ids": ["subnet-a"], "instance_types": ["m5.large"], "launch_template": [{"id": "lt-1", "version": "1"}]}
"#;

/// A deployment `shop/web`.
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

/// The add-on with variables, as its configuration is written.
fn addon(variables: &[(&str, &str)]) -> String {
    let set: Vec<String> = variables
        .iter()
        .map(|(name, value)| format!(r#"\"{name}\":\"{value}\""#))
        .collect();
    format!(
        r#"aws_eks_addon.cni {{"cluster_name": "prod", "addon_name": "vpc-cni", "configuration_values": "{{\"env\":{{{}}}}}"}}"#,
        set.join(",")
    )
}
