//! Blocks that a pool allots later.

use super::*;

/// What is made of blocks that a pool allots later, and what is said of them.
#[test]
fn blocks_of_a_pool_stand_for_those_to_come() {
    let pool = |name: &str, cidr: &str| {
        [
            change(&format!("aws_vpc_ipam_pool.{name}"), ""),
            change(
                &format!("aws_vpc_ipam_pool_cidr.{name}"),
                &format!("cidr={cidr} ipam_pool_id"),
            ),
        ]
    };
    let vpc = |name: &str| {
        change(
            &format!("aws_vpc.{name}"),
            "ipv4_netmask_length=16 ipv4_ipam_pool_id cidr_block",
        )
    };
    let source = r#"
        resource "aws_vpc_ipam_pool" "p" {}
        resource "aws_vpc_ipam_pool_cidr" "p" { ipam_pool_id = aws_vpc_ipam_pool.p.id }
        resource "aws_vpc" "a" { ipv4_ipam_pool_id = aws_vpc_ipam_pool.p.id }
        resource "aws_vpc" "b" { ipv4_ipam_pool_id = aws_vpc_ipam_pool.p.id }
        resource "aws_subnet" "s" { cidr_block = cidrsubnet(aws_vpc.a.cidr_block, 4, 1) }
    "#;
    let blocks = |manifest: &str| {
        let changes = [
            pool("p", "\"10.0.0.0/8\"").join(","),
            vpc("a"),
            vpc("b"),
            change("aws_subnet.s", "cidr_block"),
        ];
        let plan = format!(
            r#"{{"format_version":"1.2","planned_values":{{}},"resource_changes":[{}]}}"#,
            changes.join(",")
        );
        let files = [
            file("plan.json", &plan, Kind::Plan),
            file("main.tf", source, Kind::Sources),
            file("policy.yaml", manifest, Kind::Manifests),
        ];
        let read = read(&files.iter().collect::<Vec<_>>(), PlanPhase::After);
        let block = |address: &str| -> Option<ipnet::Ipv4Net> {
            let id = *read.graph.at(address).first().unwrap();
            let values = &read.graph.resources[id].values;
            values.get("cidr_block").text()?.parse().ok()
        };
        let all = ["aws_vpc.a", "aws_vpc.b", "aws_subnet.s"].map(block);
        (all, read.graph.gaps.len())
    };
    // Nothing tells blocks of the pool apart.
    let (all, gaps) = blocks("cidr: 10.0.0.0/8\nexcept: 192.168.0.0/16\n");
    let [a, b, subnet] = all.map(Option::unwrap);
    let range: ipnet::Ipv4Net = "10.0.0.0/8".parse().unwrap();
    assert!(range.contains(&a) && range.contains(&b));
    assert_eq!((a.prefix_len(), b.prefix_len()), (16, 16));
    assert_ne!(a, b);
    assert!(a.contains(&subnet) && subnet.prefix_len() == 20);
    assert_eq!(gaps, 2, "one for each block that stands for another");
    // A policy names a part of the pool: it makes a difference which block is chosen.
    for told in ["10.1.0.0/16", "10.2.3.4", "10.0.0.0/9"] {
        assert_eq!(blocks(&format!("cidr: {told}\n")).0, [None; 3], "{told}");
    }
}
