//! Objects by which a controller makes peerings, routes and tunnels of a cloud, or joins clusters by a tunnel of its own: which
//! networks they join is not read, so that any two networks of the input may be joined.
//! Sources: Crossplane's providers (upbound/provider-aws and others, their CRDs), AWS Controllers for Kubernetes (EC2),
//! Config Connector and Azure Service Operator references; Submariner, "Architecture"; Tailscale, "Kubernetes operator".

use super::Object;
use crate::model::{Border, Doubt, GapKind, Id, Leg, Network, World};

/// Ends of the groups of controllers that make a cloud's resources.
const CLOUDS: &[&str] = &[
    "aws.upbound.io",
    "aws.m.upbound.io",
    "azure.upbound.io",
    "azure.m.upbound.io",
    "gcp.upbound.io",
    "gcp.m.upbound.io",
    "aws.crossplane.io",
    "azure.crossplane.io",
    "gcp.crossplane.io",
    "services.k8s.aws",
    "cnrm.cloud.google.com",
    "network.azure.com",
];

/// Parts of the names of kinds that join networks, or route between them.
const JOINING: &[&str] = &[
    "Peering",
    "Route",
    "TransitGateway",
    "VPN",
    "Vpn",
    "VPCEndpoint",
    "PrivateEndpoint",
    "PrivateLink",
    "Interconnect",
    "ExpressRoute",
    "VirtualNetworkGateway",
    "VirtualHub",
    "ServiceAttachment",
    "Spoke",
];

/// Kinds that join clusters or networks by a tunnel of their own; no kinds: all of the group.
const TUNNELS: &[(&str, &[&str])] = &[
    ("submariner.io", &[]),
    ("tailscale.com", &["Connector", "ProxyGroup"]),
];

/// What an object may do; none where it joins nothing.
#[must_use]
pub fn what(object: &Object) -> Option<String> {
    let (group, kind) = (object.group.as_str(), object.kind.as_str());
    let cloud = CLOUDS.iter().any(|own| {
        let front = group.strip_suffix(own);
        front.is_some_and(|front| front.is_empty() || front.ends_with('.'))
    });
    let joining = JOINING.iter().any(|part| kind.contains(part));
    let tunnel = TUNNELS
        .iter()
        .any(|(own, kinds)| *own == group && (kinds.is_empty() || kinds.contains(&kind)));
    (cloud && joining || tunnel).then(|| {
        format!("{kind} ({group}) is not modelled: it may join networks, or route between them")
    })
}

/// Enters one border between all networks of the input, where an object may make one.
pub fn lower<'o>(objects: impl Iterator<Item = &'o Object>, world: &mut World) {
    let mut makers: Vec<(&Object, String)> = objects
        .filter_map(|object| Some((object, what(object)?)))
        .collect();
    makers.sort_by(|a, b| a.0.origin.cmp(&b.0.origin));
    let Some((first, _)) = makers.first() else {
        return;
    };
    let (name, origin) = (first.title(), first.origin.clone());
    let mut doubt = Doubt::none();
    for (object, what) in makers {
        let own = world.doubt(GapKind::NotModelled, what, Some(object.origin.clone()));
        doubt = doubt.and(&own);
    }
    let networks = world.networks.iter().filter(|(_, own)| own.known);
    let networks: Vec<Id<Network>> = networks.map(|(id, _)| id).collect();
    let mut legs = Vec::new();
    for from in &networks {
        for to in networks.iter().filter(|to| *to != from) {
            let end = |id: Id<Network>| (id, world.networks[id].addresses.clone());
            legs.push(Leg::unknown(end(*from), end(*to), doubt.clone()));
        }
    }
    if !legs.is_empty() {
        world.borders.push(Border {
            name,
            kind: "unmodelled connection",
            legs,
            state: "a controller of the cluster may make it".to_owned(),
            origin: Some(origin),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::objects;
    use super::*;
    use crate::model::AddressSet;

    /// The borders of two networks beside an object of that kind.
    fn borders(version: &str, kind: &str) -> usize {
        let mut world = World::default();
        for (name, block) in [("a", "10.0.0.0/16"), ("b", "10.1.0.0/16")] {
            world.networks.push(Network {
                name: name.to_owned(),
                addresses: AddressSet::parse(block).unwrap(),
                owner: crate::model::NetworkOwner::default(),
                known: true,
                doubt: Doubt::none(),
                origin: None,
            });
        }
        let text = format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: x}}\n");
        let objects = objects(&[&text]).objects;
        lower(objects.iter(), &mut world);
        world.borders.iter().count()
    }

    #[test]
    fn an_object_that_makes_a_peering_may_join_any_networks() {
        for (version, kind) in [
            ("ec2.aws.upbound.io/v1beta1", "VPCPeeringConnection"),
            (
                "ec2.services.k8s.aws/v1alpha1",
                "TransitGatewayVPCAttachment",
            ),
            ("network.azure.upbound.io/v1beta1", "VirtualNetworkPeering"),
            (
                "network.azure.com/v1api20201101",
                "VirtualNetworksVirtualNetworkPeering",
            ),
            (
                "compute.cnrm.cloud.google.com/v1beta1",
                "ComputeNetworkPeering",
            ),
            ("submariner.io/v1alpha1", "Submariner"),
            ("tailscale.com/v1alpha1", "Connector"),
        ] {
            assert_eq!(borders(version, kind), 1, "{kind} ({version})");
        }
        for (version, kind) in [
            ("s3.aws.upbound.io/v1beta1", "Bucket"),
            ("sql.cnrm.cloud.google.com/v1beta1", "SQLInstance"),
            ("gateway.networking.k8s.io/v1", "HTTPRoute"),
            ("notaws.upbound.io/v1", "VPCPeeringConnection"),
            ("tailscale.com/v1alpha1", "DNSConfig"),
        ] {
            assert_eq!(borders(version, kind), 0, "{kind} ({version})");
        }
    }
}
