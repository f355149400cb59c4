//! The range that a cluster's Services have their addresses from.

use super::world;
use crate::ingest::Settings;
use crate::model::AddressSet;

/// The addresses that a Service may have which tells none.
fn addresses(configuration: &str) -> String {
    let resources = format!(r#"aws_eks_cluster.this {{"name": "prod"{configuration}}}"#);
    let service = "{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {selector: {app: web}}}\n---\n\
        {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}, spec: {containers: []}}";
    let world = world(&resources, service, &Settings::default());
    let (_, service) = world.services.iter().next().unwrap();
    let each = service.addresses.iter().map(AddressSet::to_string);
    each.collect::<Vec<_>>().join(" ")
}

#[test]
fn services_have_addresses_of_the_range_that_the_cluster_says() {
    let range =
        |fields: &str| addresses(&format!(r#", "kubernetes_network_config": [{{{fields}}}]"#));
    assert_eq!(
        range(r#""service_ipv4_cidr": "10.100.0.0/16""#),
        "10.100.0.0/16"
    );
    assert_eq!(
        range(r#""ip_family": "ipv4""#),
        AddressSet::private().to_string()
    );
    assert_eq!(addresses(""), AddressSet::private().to_string());
}
