//! The API server, where it has a private address. Source: "Create a private AKS cluster" (aks/private-clusters): a private
//! endpoint in the nodes' subnet; "API Server VNet Integration" (aks/api-server-vnet-integration): a subnet of its own.

use super::pool::Pool;
use crate::ingest::azure::attachment::AttachmentSpec;
use crate::ingest::azure::lowering::{Attribute, Found, Lowering, is_set};
use crate::ingest::azure::private_endpoint::open_sides;
use crate::ingest::terraform::Resource;
use crate::model::{Attachment, Endpoint, Id, PivotRisk};

/// The endpoint; none where the API server has a public address only.
pub fn endpoint(
    lowering: &mut Lowering,
    resource: &Resource,
    address: &str,
    pools: &[Pool],
) -> Option<Id<Endpoint>> {
    let path = "api_server_access_profile.subnet_id";
    let at = Attribute::of(resource, path);
    let attachments = if is_set(at.value) {
        let subnets = lowering.subnets(at);
        lowering.attachments(&AttachmentSpec::plain(
            resource,
            path,
            subnets,
            Default::default(),
        ))
    } else if resource.values.get("private_cluster_enabled").boolean() == Some(true) {
        let first = pools.first()?;
        let near = |lowering: &mut Lowering, node: &Attachment| {
            let mut subnets = Found::default();
            open_sides(lowering, node.subnet?)
                .into_iter()
                .for_each(|(side, why)| subnets.add(side, node.doubt.and(&why)));
            Some(lowering.attachments(&AttachmentSpec::plain(
                resource,
                "private_cluster_enabled",
                subnets,
                Default::default(),
            )))
        };
        first
            .nodes
            .iter()
            .filter_map(|node| near(lowering, node))
            .flatten()
            .collect()
    } else {
        return None;
    };
    let (name, origin) = (address.to_owned(), Some(resource.origin.clone()));
    Some(lowering.world.endpoints.push(Endpoint {
        name,
        kind: "Kubernetes API server",
        attachments,
        answers_only: true,
        opens_only: false,
        pivot_risk: PivotRisk::Never,
        origin,
    }))
}
