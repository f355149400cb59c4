//! Services without a selector: they lead to what their endpoints name, which somebody else writes.
//! Source: Kubernetes documentation, "Service", "Services without selectors"; "EndpointSlices".

use super::manifest_lowering::ManifestLowering;
use super::object::Object;
use crate::ingest::yaml::Node;
use crate::model::{AddressSet, Cluster, Doubt, GapKind, Id, Workload, World};

/// The label by which an EndpointSlice names its Service.
const SERVICE: &str = "kubernetes.io/service-name";

/// The pods that the endpoints of a Service may name, of any namespace, and why that is not certain.
pub(super) fn behind(
    service: &Object,
    lowering: &mut ManifestLowering<'_>,
) -> (Vec<Id<Workload>>, Doubt) {
    if is_api_server(service, lowering) {
        // It is no pod of the cluster.
        return (Vec::new(), Doubt::none());
    }
    let addresses = endpoints(service, lowering);
    let (surely, perhaps) = holders(lowering.world, lowering.cluster, &addresses);
    if !addresses.is_empty() && perhaps.is_empty() {
        return (surely, Doubt::none());
    }
    let what = if addresses.is_empty() {
        format!(
            "{} has no selector, and its endpoints are not in the input",
            service.title()
        )
    } else {
        format!(
            "{} has no selector, and which pods have the addresses of its endpoints is not in the input",
            service.title()
        )
    };
    let origin = Some(service.origin.clone());
    let doubt = lowering.world.doubt(GapKind::NotInInput, what, origin);
    let mut all = surely;
    all.extend(perhaps);
    all.sort_unstable();
    (all, doubt)
}

/// Whether a Service is that of the API server.
pub(super) fn is_api_server(service: &Object, lowering: &ManifestLowering<'_>) -> bool {
    let namespace = service.namespace_in(lowering.settings);
    (namespace, service.name.as_str()) == ("default", "kubernetes")
}

/// The addresses that the input tells of a Service's endpoints.
pub(super) fn endpoints(service: &Object, lowering: &ManifestLowering<'_>) -> AddressSet {
    let namespace = service.namespace_in(lowering.settings);
    let own = lowering.objects.iter().filter(|object| {
        names(object, &service.name) && object.namespace_in(lowering.settings) == namespace
    });
    own.flat_map(|object| addresses(object)).collect()
}

/// Whether an object holds endpoints of a Service.
fn names(object: &Object, service: &str) -> bool {
    object.is("", "Endpoints") && object.name == service
        || object.is("discovery.k8s.io", "EndpointSlice")
            && object.node.get("metadata.labels").child(SERVICE).text() == Some(service)
}

/// The addresses of endpoints, ready or not.
fn addresses(object: &Object) -> Vec<AddressSet> {
    let node = &object.node;
    let subsets = node.get("subsets").items();
    let listed = |list| move |subset: &Node| subset.get(list).items();
    let all = subsets
        .iter()
        .flat_map(listed("addresses"))
        .chain(subsets.iter().flat_map(listed("notReadyAddresses")))
        .map(|address| address.get("ip"));
    let slices = node.get("endpoints").items();
    let slices = slices
        .iter()
        .flat_map(|endpoint| endpoint.get("addresses").items());
    all.chain(slices)
        .filter_map(|address| address.text()?.parse().ok())
        .map(AddressSet::single)
        .collect()
}

/// The pods of a cluster that surely have one of the addresses, and those whose addresses are not known.
fn holders(
    world: &World,
    cluster: Id<Cluster>,
    addresses: &AddressSet,
) -> (Vec<Id<Workload>>, Vec<Id<Workload>>) {
    let (mut surely, mut perhaps) = (Vec::new(), Vec::new());
    for (id, own) in world
        .workloads
        .iter()
        .filter(|(_, own)| own.cluster == cluster)
    {
        match own.addresses.is_empty() {
            true => perhaps.push(id),
            false if !own.addresses.is_disjoint(addresses) => surely.push(id),
            false if addresses.is_empty() => perhaps.push(id),
            false => {}
        }
    }
    (surely, perhaps)
}
