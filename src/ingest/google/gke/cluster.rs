//! Clusters: their network and subnet, and the range of their pods.
//! Source: cloud.google.com/kubernetes-engine/docs/concepts/alias-ips, "VPC-native clusters";
//! cloud.google.com/kubernetes-engine/docs/how-to/routes-based-cluster; Terraform provider, `google_container_cluster`,
//! `ip_allocation_policy`, `networking_mode`.

use super::facts::{Facts, KIND, PodSubnet};
use super::pool;
use crate::ingest::google::lowering::{Attribute, Lowering, is_set};
use crate::ingest::google::ranges::private;
use crate::ingest::google::stage::{AtMachines, CustomRoute};
use crate::ingest::lowering::Family;
use crate::ingest::terraform::{Mode, NamedBy, Resource, ResourceFamily, Value};
use crate::model::{AddressSet, Doubt, GapKind, Id, Subnet, Target};

/// Clusters with their node pools.
#[must_use]
pub fn family() -> Family<AtMachines> {
    Family {
        resources: ResourceFamily {
            types: vec!["google_container_cluster", "google_container_node_pool"],
            references: vec![NamedBy::new(&["google_container_cluster"], &["cluster"])],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Reads clusters, and enters the ranges that they make for their pods.
fn lower(lowering: &mut Lowering<AtMachines>) {
    let graph = lowering.graph;
    for (id, resource) in graph
        .of(KIND)
        .filter(|(_, resource)| resource.mode == Mode::Managed)
    {
        let subnets = stands(lowering, resource);
        let mut places = Vec::new();
        for (subnet, doubt) in &subnets.items {
            let stands = doubt.and(&subnets.rest);
            let (pods, unsure) = pods(lowering, resource, (*subnet, &stands));
            let six = six(lowering, resource, *subnet);
            places.push(PodSubnet {
                subnet: *subnet,
                pods,
                doubt: unsure.and(&stands),
                stands,
                six,
            });
        }
        further(lowering, resource, &mut places);
        let subnets = places.iter().map(|place| place.subnet);
        let networks = subnets
            .map(|subnet| lowering.world.subnets[subnet].network)
            .collect();
        let pools = pool::read(lowering, id, resource, &places);
        control_plane(lowering, resource);
        lowering.lowered.made.clusters.insert(
            id,
            Facts {
                networks,
                places,
                pools,
            },
        );
    }
}

/// The subnets of a cluster; a network that it does not name is `default`.
fn stands(
    lowering: &mut Lowering<AtMachines>,
    resource: &Resource,
) -> crate::ingest::google::Found<Id<Subnet>> {
    if is_set(resource.values.get("network")) || is_set(resource.values.get("subnetwork")) {
        return lowering.standing_in(resource, "", &resource.values);
    }
    let name = ("network".into(), Value::Text("default".to_owned()));
    lowering.standing_in(resource, "", &Value::Map(std::iter::once(name).collect()))
}

/// Further subnets that node pools may be made in, each with ranges for the pods there.
/// Source: cloud.google.com/kubernetes-engine/docs/how-to/multi-subnet-clusters.
fn further(lowering: &mut Lowering<AtMachines>, resource: &Resource, places: &mut Vec<PodSubnet>) {
    let path = "ip_allocation_policy.additional_ip_ranges_config";
    for block in resource.values.get(path).items() {
        let network = places
            .first()
            .map(|place| lowering.world.subnets[place.subnet].network);
        let subnets = lowering.subnets(
            Attribute {
                resource,
                path,
                value: block.get("subnetwork"),
            },
            network,
        );
        let what = format!(
            "which of its subnets the nodes of `{}` stand in is not judged",
            resource.address
        );
        let stands = lowering
            .world
            .doubt(GapKind::NotJudged, what, Some(resource.origin_of(path)));
        for (subnet, doubt) in &subnets.items {
            let shape = lowering
                .lowered
                .on_demand
                .shapes
                .get(subnet)
                .cloned()
                .unwrap_or_default();
            let names: Vec<&str> = block
                .get("pod_ipv4_range_names")
                .items()
                .iter()
                .filter_map(Value::text)
                .collect();
            let named = |name: &str| names.is_empty() || names.contains(&name);
            let pods = shape
                .secondary
                .iter()
                .filter(|(name, _)| named(name))
                .map(|(_, range)| range.clone())
                .collect();
            let six = six(lowering, resource, *subnet);
            places.push(PodSubnet {
                subnet: *subnet,
                pods,
                doubt: Doubt::none(),
                stands: stands.and(doubt).and(&subnets.rest),
                six,
            });
        }
    }
}

/// Pods of a cluster with two stacks have IPv6 addresses of the subnet's own range.
/// Source: cloud.google.com/kubernetes-engine/docs/concepts/alias-ips, "Dual-stack networking".
fn six(
    lowering: &mut Lowering<AtMachines>,
    resource: &Resource,
    subnet: Id<Subnet>,
) -> Vec<(AddressSet, Doubt)> {
    let at = Attribute::of(resource, "ip_allocation_policy.stack_type");
    let unsure = match at.value.text() {
        Some("IPV4_IPV6") => Doubt::none(),
        None if at.value.is_unknown() => lowering.unknown(at),
        _ => return Vec::new(),
    };
    let shape = lowering
        .lowered
        .on_demand
        .shapes
        .get(&subnet)
        .cloned()
        .unwrap_or_default();
    let known = (
        shape.primary.intersection(&AddressSet::all_v6()),
        unsure.clone(),
    );
    let chosen = shape.six.map(|(six, why)| (six, why.and(&unsure)));
    std::iter::once(known)
        .chain(chosen)
        .filter(|(six, _)| !six.is_empty())
        .collect()
}

/// A block as text: not a length alone (`/14`), of which Google chooses the block.
fn block(
    lowering: &mut Lowering<AtMachines>,
    resource: &Resource,
    path: &str,
) -> Option<AddressSet> {
    resource
        .values
        .get(path)
        .text()
        .filter(|text| !text.is_empty() && !text.starts_with('/'))?;
    Some(lowering.blocks(Attribute::of(resource, path)).addresses).filter(|own| !own.is_empty())
}

/// The pods of a cluster in a subnet, each with the reason why they may not be there. What they add to the network is no surer.
fn pods(
    lowering: &mut Lowering<AtMachines>,
    resource: &Resource,
    (subnet, stands): (Id<Subnet>, &Doubt),
) -> (AddressSet, Doubt) {
    let network = lowering.world.subnets[subnet].network;
    let own = &mut lowering.world.networks[network];
    own.doubt = own.doubt.and(stands);
    let mode = Attribute::of(resource, "networking_mode");
    if mode.value.is_unknown() {
        let unsure = lowering.unknown(mode);
        let (routed, _) = by_routes(lowering, resource, (subnet, &stands.and(&unsure)));
        let (ranged, why) = by_ranges(lowering, resource, subnet);
        return (routed.union(&ranged), unsure.and(&why));
    }
    if mode.value.text() == Some("ROUTES") {
        return by_routes(lowering, resource, (subnet, stands));
    }
    by_ranges(lowering, resource, subnet)
}

/// Pods that have addresses of secondary ranges of the subnet.
fn by_ranges(
    lowering: &mut Lowering<AtMachines>,
    resource: &Resource,
    subnet: Id<Subnet>,
) -> (AddressSet, Doubt) {
    let values = &resource.values;
    let (mut out, mut unsure) = (AddressSet::none(), Doubt::none());
    let names = [
        values.get("ip_allocation_policy.cluster_secondary_range_name"),
        values.get("ip_allocation_policy.additional_pod_ranges_config.pod_range_names"),
    ];
    let items = || names.iter().flat_map(|value| value.items());
    if items().any(Value::is_unknown) {
        let unsure = lowering.unknown(Attribute::of(
            resource,
            "ip_allocation_policy.cluster_secondary_range_name",
        ));
        let ranges = lowering.secondary(subnet);
        return if ranges.is_empty() {
            chosen(lowering, resource, subnet)
        } else {
            (ranges, unsure)
        };
    }
    for name in items().filter_map(Value::text) {
        if let Some((range, why)) = lowering.range_named(subnet, name) {
            out = out.union(&range);
            unsure = unsure.and(&why);
        }
    }
    if out.is_empty() {
        let known = [
            "ip_allocation_policy.cluster_ipv4_cidr_block",
            "cluster_ipv4_cidr",
        ];
        out = known
            .iter()
            .find_map(|path| block(lowering, resource, path))
            .unwrap_or_default();
        if !out.is_empty() {
            lowering.add_range(subnet, &format!("pods of {}", resource.address), &out);
        }
    }
    if out.is_empty() {
        chosen(lowering, resource, subnet)
    } else {
        (out, unsure)
    }
}

/// A range that Google chooses, or that a subnet has which is not in the input: some private one.
fn chosen(
    lowering: &mut Lowering<AtMachines>,
    resource: &Resource,
    subnet: Id<Subnet>,
) -> (AddressSet, Doubt) {
    let what = format!(
        "the pod range of `{}` is known only after apply",
        resource.address
    );
    let doubt = lowering.world.doubt(
        GapKind::UnknownValue,
        what,
        Some(resource.origin_of("ip_allocation_policy")),
    );
    let addresses = private().difference(&lowering.known_addresses());
    let network = lowering.world.subnets[subnet].network;
    let own = &mut lowering.world.networks[network];
    own.addresses = own.addresses.union(&addresses);
    own.doubt = own.doubt.and(&doubt);
    (addresses, doubt)
}

/// Pods of a cluster that uses routes: no subnet range, but static routes to the nodes, which peers get only as custom routes.
fn by_routes(
    lowering: &mut Lowering<AtMachines>,
    resource: &Resource,
    (subnet, stands): (Id<Subnet>, &Doubt),
) -> (AddressSet, Doubt) {
    let Some(pods) = block(lowering, resource, "cluster_ipv4_cidr") else {
        return chosen(lowering, resource, subnet);
    };
    let network = lowering.world.subnets[subnet].network;
    let own = &mut lowering.world.networks[network];
    own.addresses = own.addresses.union(&pods);
    let routes = lowering
        .lowered
        .made
        .custom_routes
        .entry(network)
        .or_default();
    routes.extend(pods.blocks().into_iter().map(|destination| CustomRoute {
        destination: Some(destination),
        target: Target::Local,
        priority: 1000,
        exported: true,
        doubt: stands.clone(),
        origin: Some(resource.origin_of("cluster_ipv4_cidr")),
    }));
    (pods, Doubt::none())
}

/// The control plane stands in a network of Google's, joined by a peering or by Private Service Connect.
fn control_plane(lowering: &mut Lowering<AtMachines>, resource: &Resource) {
    let path = "private_cluster_config";
    if resource
        .values
        .get(path)
        .get("enable_private_endpoint")
        .boolean()
        == Some(true)
        || is_set(resource.values.get(path).get("master_ipv4_cidr_block"))
    {
        let what = format!(
            "the private endpoint of the control plane of `{}` is not modelled: who reaches it is not judged",
            resource.address
        );
        lowering
            .world
            .doubt(GapKind::NotModelled, what, Some(resource.origin_of(path)));
    }
}
