//! The API server: interfaces of the control plane in the cluster's subnets.
//! Source: EKS user guide, "Cluster API server endpoint", "Security group requirements".

use super::facts::Facts;
use super::node_group;
use crate::ingest::aws::stage::SecurityGroups;
use crate::ingest::aws::{Attribute, Lowering};
use crate::ingest::terraform::Resource;
use crate::model::{AddressSet, Attachment, Endpoint, Id, PivotRisk};

/// The control plane's interfaces as an endpoint. They are there, and answer, whether or not the private endpoint has a name.
/// The public endpoint stands in no private network: its switch and `public_access_cidrs` have no say here.
pub fn endpoint(
    lowering: &mut Lowering,
    cluster: Id<Resource>,
    name: &str,
    facts: &Facts,
) -> Id<Endpoint> {
    if let Some(known) = lowering.lowered.made.of.get(&cluster) {
        return *known;
    }
    let graph = lowering.graph;
    let resource = &graph.resources[cluster];
    let mut filters: Vec<_> = lowering
        .seen::<SecurityGroups>()
        .of_clusters
        .get(&cluster)
        .copied()
        .into_iter()
        .collect();
    let more = lowering.groups(Attribute::of(resource, "vpc_config.security_group_ids"));
    let (more, doubt) = node_group::filters(lowering, resource, &more);
    filters.extend(more);
    let origin = Some(resource.origin_of("vpc_config"));
    let attach = |place: &super::pool::NodeSubnet| {
        let own = place.attachment(
            lowering.world,
            facts.network,
            &AddressSet::all(),
            &filters,
            origin.clone(),
        );
        Attachment {
            doubt: own.doubt.and(&doubt),
            ..own
        }
    };
    let attachments = facts.places.iter().map(attach).collect();
    let endpoint = Endpoint {
        name: name.to_owned(),
        kind: "Kubernetes API server",
        attachments,
        answers_only: false,
        opens_only: false,
        pivot_risk: PivotRisk::Never,
        origin: Some(resource.origin.clone()),
    };
    let endpoint = lowering.world.endpoints.push(endpoint);
    lowering.lowered.made.of.insert(cluster, endpoint);
    endpoint
}
